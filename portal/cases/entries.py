"""What the case-wide records add to the chronology."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from portal.cases import actions, decisions, service
from portal.cases.models import (
    Case,
    CaseEvent,
    CaseNote,
    Decision,
    DecisionKind,
    DueAction,
    EvidenceItem,
    Exclusion,
    ImageryViewing,
    Incident,
    Involved,
    OnlineProfile,
    ViewingKind,
)
from portal.cases.models_access import EmergencyAccess, Grant
from portal.cases.models_wishes import Withheld
from portal.cases.steps import Entry, address
from portal.cases.words import (
    EMERGENCY_FINDINGS,
    EVENTS,
    GRANT_PARTS,
    NOTE_KINDS,
    VIEWING_GROUNDS,
    decision_choice,
    decision_title,
    readable,
)
from portal.clock import local
from portal.guidance.catalogue import vocabulary
from portal.journal import reading
from portal.staff import service as staff
from portal.vault.roots import Root

_EVERY_ACT = 100_000
_SETTLED = "settled an action"
# Decisions that the feature they belong to tells of itself.
_TOLD = frozenset({DecisionKind.POLICE.value})


@dataclass(frozen=True)
class _Authors:
    """Who wrote a record first, and who settled an action, as the journal has it."""

    first: dict[UUID, UUID | None]
    settled: dict[UUID, UUID | None]

    @classmethod
    def of(cls, case: Case) -> "_Authors":
        first: dict[UUID, UUID | None] = {}
        settled: dict[UUID, UUID | None] = {}
        for act in reading.acts(case.id, looks=False, limit=_EVERY_ACT):
            if act.subject_id is None:
                continue
            first[act.subject_id] = act.actor_id
            if act.verb == _SETTLED:
                settled.setdefault(act.subject_id, act.actor_id)
        return cls(first, settled)

    def wrote(self, record: Root) -> UUID | None:
        return self.first.get(record.id)


def entries(case: Case) -> list[Entry]:
    """Every line of the case-wide records, in the order of time."""
    authors = _Authors.of(case)
    found = [
        *(_event(one) for one in service.records_of(case, CaseEvent)),
        *(_decision(case, one) for one in decisions.decisions_of(case) if one.kind not in _TOLD),
        *_actions(case, authors),
        *(_note(case, one) for one in service.records_of(case, CaseNote)),
        *_access(case, authors),
        *_given(case, authors),
        *_emergencies(case),
        *_withheld(case, authors),
        *(_involved(case, one, authors) for one in service.records_of(case, Involved)),
        *(_incident(case, one, authors) for one in service.records_of(case, Incident)),
        *(_profile(case, one, authors) for one in service.records_of(case, OnlineProfile)),
        *(_evidence(case, one, authors) for one in service.records_of(case, EvidenceItem)),
        *(_viewing(case, one, authors) for one in service.records_of(case, ImageryViewing)),
    ]
    return sorted(found, key=lambda one: (one.moment, one.written, one.kind, one.title))


def _event(event: CaseEvent) -> Entry:
    lessons = f"What we learnt: {event.lessons}" if event.lessons else ""
    views = f"What the young people said: {event.views}" if event.views else ""
    return Entry(
        kind="case",
        title=EVENTS.get(event.kind) or readable(event.kind),
        text=_lines(event.reason, lessons, views),
        happened=None,
        written=event.written_at,
        by=event.by_id,
        record=event,
    )


def _decision(case: Case, decision: Decision) -> Entry:
    choice = decision_choice(decision.choice, decision.chosen)
    reason = f"Reason: {decision.reason}" if decision.reason else ""
    advice = f"Advice from {decision.advice_from}: {decision.advice}" if decision.advice else ""
    waits = ""
    if decision.needs_second and not decision.stands:
        waits = "A second person does not agree." if decision.refused else _WAITS
    return Entry(
        kind="decision",
        title=f"Decision: {decision_title(decision.kind, decision.question)}",
        text=_lines(choice, reason, advice, waits),
        happened=decision.happened,
        written=decision.written_at,
        by=decision.decided_by,
        href=address(case, "decisions", str(decision.id)),
        record=decision,
    )


_WAITS = "A second person has not yet agreed to this."


def _actions(case: Case, authors: _Authors) -> Iterator[Entry]:
    """An action stands twice: when it was planned, and when it was settled."""
    found = actions.actions_of(case)
    names = staff.names_of(one.owner_id for one in found)
    for action in found:
        owner = action.owner_name
        if action.owner_id is not None:
            owner = names.get(action.owner_id, "a former colleague")
        due = local(action.due_at)
        yield Entry(
            kind="action",
            title=f"To do: {action.what}",
            text=f"By {due.day} {due:%B %Y}, {due:%H:%M}. {owner or 'Nobody is named yet.'}",
            happened=None,
            written=action.written_at,
            by=authors.wrote(action),
            href=address(case, "actions"),
            record=action,
        )
        if action.settled_at is not None:
            yield _settled(case, action, authors)


def _settled(case: Case, action: DueAction, authors: _Authors) -> Entry:
    ended = "Done" if action.state == "done" else "Not needed"
    return Entry(
        kind="action",
        title=f"{ended}: {action.what}",
        text=action.result,
        happened=None,
        written=action.settled_at or action.changed_at,
        by=authors.settled.get(action.id) or authors.wrote(action),
        href=address(case, "actions"),
        record=action,
    )


def _note(case: Case, entry: CaseNote) -> Entry:
    on_paper = f"Written on paper first: {entry.on_paper}" if entry.on_paper else ""
    return Entry(
        kind="note",
        title=NOTE_KINDS.get(entry.kind) or readable(entry.kind),
        text=_lines(entry.words, on_paper),
        happened=entry.happened,
        written=entry.written_at,
        by=entry.author_id,
        href="" if entry.withdrawn_at else address(case, "notes", str(entry.id), "correct"),
        record=entry,
        withdrawn=entry.withdrawn_at is not None,
        edits=True,
    )


def _access(case: Case, authors: _Authors) -> Iterator[Entry]:
    """That access was changed: never whose, because the chronology is printed for others."""
    for shut in service.records_of(case, Exclusion):
        for moment in filter(None, (shut.written_at, shut.lifted_at)):
            yield Entry(
                kind="access",
                title="Access to this case was changed",
                text="",
                happened=None,
                written=moment,
                by=authors.wrote(shut) if moment == shut.written_at else None,
                href=address(case, "access"),
            )


def _given(case: Case, authors: _Authors) -> Iterator[Entry]:
    """That a part was given to somebody, and its end: not to whom, for the same reason."""
    for grant in service.records_of(case, Grant):
        part = GRANT_PARTS[grant.part].lower()
        yield Entry(
            kind="access",
            title=f"A colleague was given access: {part}",
            text="",
            happened=None,
            written=grant.written_at,
            by=authors.wrote(grant),
            href=address(case, "access"),
        )
        if grant.ended_at is not None:
            yield Entry(
                kind="access",
                title=f"A colleague’s access ended: {part}",
                text="",
                happened=None,
                written=grant.ended_at,
                by=None,
                href=address(case, "access"),
            )


def _emergencies(case: Case) -> Iterator[Entry]:
    """That the case was opened in an emergency, and that it was looked at: why is on its page."""
    for one in service.records_of(case, EmergencyAccess):
        yield Entry(
            kind="access",
            title="The case was opened in an emergency",
            text="",
            happened=None,
            written=one.written_at,
            by=one.member_id,
            href=address(case, "access"),
        )
        if one.reviewed_at is not None:
            yield Entry(
                kind="access",
                title="Opening it in an emergency was looked at",
                text=EMERGENCY_FINDINGS[one.finding or "justified"],
                happened=None,
                written=one.reviewed_at,
                by=one.reviewed_by,
                href=address(case, "access"),
            )


def _withheld(case: Case, authors: _Authors) -> Iterator[Entry]:
    """That something is kept from somebody: never what nor from whom, for the same reason."""
    for fact in service.records_of(case, Withheld):
        for moment in filter(None, (fact.written_at, fact.lifted_at)):
            yield Entry(
                kind="wishes",
                title="What is not to be told was changed",
                text="",
                happened=None,
                written=moment,
                by=authors.wrote(fact) if moment == fact.written_at else None,
                href=address(case, "not-to-be-told"),
            )


def _involved(case: Case, involved: Involved, authors: _Authors) -> Entry:
    parts = ", ".join(vocabulary("parts").label(part) for part in involved.parts)
    sure = vocabulary("how_sure").label(involved.how_sure).lower()
    own = f"In their own words: “{involved.words_for_self}”" if involved.words_for_self else ""
    return Entry(
        kind="person",
        title=f"In this case: {involved.name}",
        text=_lines(f"{parts} ({sure})" if parts else "", own, involved.note),
        happened=None,
        written=involved.written_at,
        by=authors.wrote(involved),
        href=address(case, "people"),
        record=involved,
    )


def _incident(case: Case, incident: Incident, authors: _Authors) -> Entry:
    return Entry(
        kind="incident",
        title="Incident",
        text=_lines(incident.what, f"Where: {incident.place}" if incident.place else ""),
        happened=incident.happened,
        written=incident.written_at,
        by=authors.wrote(incident),
        href=address(case, "incidents"),
        record=incident,
    )


def _profile(case: Case, profile: OnlineProfile, authors: _Authors) -> Entry:
    name = " ".join(filter(None, (profile.platform, profile.handle, profile.url)))
    return Entry(
        kind="account",
        title=f"Account or address: {name or 'not known exactly'}",
        text=_lines(f"Thought to be of: {profile.whose}" if profile.whose else "", profile.note),
        happened=None,
        written=profile.written_at,
        by=authors.wrote(profile),
        href=address(case, "accounts"),
        record=profile,
    )


def _evidence(case: Case, item: EvidenceItem, authors: _Authors) -> Entry:
    return Entry(
        kind="evidence",
        title="Evidence exists",
        text=_lines(item.what, f"Where it is: {item.where_held}" if item.where_held else ""),
        happened=None,
        written=item.written_at,
        by=authors.wrote(item),
        href=address(case, "evidence"),
        record=item,
    )


def _viewing(case: Case, viewing: ImageryViewing, authors: _Authors) -> Entry:
    decided = viewing.kind == ViewingKind.AUTHORISED.value
    title = f"Imagery was {'viewed' if decided else 'seen'} by {viewing.who or 'staff'}"
    ground = VIEWING_GROUNDS.get(viewing.ground, "")
    return Entry(
        kind="viewing",
        title=f"{title}, as decided" if decided else title,
        text=_lines(
            _labelled("Why", ". ".join(filter(None, (ground, viewing.why)))),
            _labelled("Decided by", viewing.decided_by),
            _labelled("Where", viewing.place),
            _labelled("Shown by, or found", viewing.shown_by),
            _labelled("Also there", viewing.present),
            _labelled("What was done next", viewing.followed),
            _labelled("Support offered", viewing.support),
        ),
        happened=viewing.happened,
        written=viewing.written_at,
        by=authors.wrote(viewing),
        href=address(case, "viewings"),
        record=viewing,
    )


def _labelled(label: str, words: str) -> str:
    return f"{label}: {words}" if words else ""


def _lines(*parts: str) -> str:
    return "\n".join(part for part in parts if part)
