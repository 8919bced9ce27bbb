"""The single parts of a case summary, worded from records. Pure: they are given what they need."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from portal import clock
from portal.cases.models import Decision, DueAction, Incident, OnlineProfile
from portal.cases.rules import is_late_entry
from portal.cases.steps import Entry
from portal.clock import Happened
from portal.disclosures.models import Addition, Disclosure
from portal.guidance.catalogue import behaviour_types, rule_sets, vocabulary
from portal.police.forms import CHOICES
from portal.police.rules import Choose
from portal.printing import case_summary_data as paper
from portal.web.dates import plain_day

NOT_KNOWN = "Not known"
ELSEWHERE = frozenset(
    {
        "disclosure",
        "incident",
        "account",
        "evidence",
        "viewing",
        "person",
        "young_view",
        "access",
        "referral",
        "evidence_advice",
        "content",
        "device",
    }
)
"""Entries that stand in parts of their own, where those left out stay out, or are no deed."""


def labels(name: str, codes: Sequence[str]) -> list[str]:
    known = vocabulary(name)
    return [known.label(code) for code in codes]


def moment(at: datetime) -> str:
    here = clock.local(at)
    return f"{plain_day(here.date())} at {here:%H:%M}"


def said(happened: Happened | None) -> str:
    """A time on paper: never “today”, and no more certain than it is."""
    if happened is None:
        return NOT_KNOWN
    about = "about " if happened.about else ""
    at = f" at {happened.at:%H:%M}" if happened.at else ""
    return f"{about}{plain_day(happened.on)}{at}"


def written(happened: Happened | None, at: datetime) -> str:
    late = " (late entry)" if is_late_entry(happened, at) else ""
    return f"{moment(at)}{late}"


def checklist(seen: Any) -> paper.Checklist | None:
    """The newest answers, in the words of the rule set they were given against."""
    newest = seen.newest
    if newest is None:
        return None
    used = next((one for one in rule_sets() if one.code == newest.rule_set), None)
    words = {one.key: one.question for one in (*used.questions, *used.facts)} if used else {}
    notes = newest.notes or {}

    def answers(given: Mapping[str, str], keys: Sequence[str]) -> tuple[paper.Answer, ...]:
        asked = list(keys) or list(given)
        return tuple(
            paper.Answer(
                words.get(key, key.replace("_", " ")),
                vocabulary("answers").label(given.get(key, "not_known")),
                notes.get(key, ""),
            )
            for key in asked
        )

    return paper.Checklist(
        rule_set=used.title if used else newest.rule_set,
        version=newest.rule_set_version,
        answered_by=seen.names.get(newest.made_by, ""),
        answered_at=moment(newest.written_at),
        questions=answers(newest.answers, used.question_keys if used else ()),
        facts=answers(newest.facts, used.fact_keys if used else ()),
    )


def decision(taken: Decision | None, names: Mapping[UUID, str]) -> paper.Decision | None:
    if taken is None:
        return None
    advice = ", ".join(filter(None, (taken.advice_from, taken.advice_reference)))
    by, at = "", ""
    if taken.countersignatures and taken.countersignatures[-1].agrees:
        last = taken.countersignatures[-1]
        outside = ", ".join(
            filter(None, (last.outside_name, last.outside_body, last.outside_reference))
        )
        by = names.get(last.member_id, "") if last.member_id else outside
        at = moment(last.signed_at)
    return paper.Decision(
        decision=str(CHOICES.get(Choose(taken.choice), taken.choice)),
        decided_by=names.get(taken.decided_by, ""),
        decided_at=said(taken.happened) if taken.happened else moment(taken.written_at),
        reason=taken.reason,
        advice=": ".join(filter(None, (advice, taken.advice))),
        countersigned_by=by,
        countersigned_at=at,
        needs_countersignature=taken.needs_second,
    )


def accounts(profiles: Sequence[OnlineProfile]) -> tuple[paper.Account, ...]:
    kinds = vocabulary("account_kinds")
    private = {"yes": "private", "no": "public"}
    return tuple(
        paper.Account(
            platform=one.platform or NOT_KNOWN,
            name=one.handle or one.url or NOT_KNOWN,
            kind=", ".join(
                filter(
                    None,
                    (kinds.label(one.kind).lower() if one.kind else "", private.get(one.private)),
                )
            ),
            address=one.url,
            whose=one.whose or NOT_KNOWN,
            note=one.note,
        )
        for one in profiles
    )


def incidents(found: Sequence[Incident]) -> tuple[paper.Incident, ...]:
    """By day; those of which no day is known come last."""
    ordered = sorted(found, key=lambda one: (one.happened_on or date.max, one.happened_time or ""))
    return tuple(paper.Incident(said(one.happened), one.what, one.place) for one in ordered)


def behaviours(types: Sequence[str], ticked: Sequence[str]) -> tuple[paper.BehaviourGroup, ...]:
    """The behaviours ticked under each type; those of no type last."""
    groups, placed = [], set()
    for kind in behaviour_types():
        here = [one for one in kind.behaviours if one.code in ticked]
        placed |= {one.code for one in here}
        if here or kind.code in types:
            groups.append(paper.BehaviourGroup(kind.label, tuple(one.label for one in here)))
    others = [code for code in ticked if code not in placed]
    if others:
        groups.append(
            paper.BehaviourGroup("None of the four types", tuple(labels("behaviours", others)))
        )
    return tuple(groups)


def disclosures(
    found: Sequence[Disclosure], additions: Sequence[Addition], names: Mapping[UUID, str]
) -> tuple[paper.Disclosure, ...]:
    """Each account as it came, then what its recorder added; said, seen and thought stay apart."""
    printed = []
    for one in found:
        printed.append(_disclosure(one, names))
        printed += [
            paper.Disclosure(
                title=f"Added later to {one.reference}",
                how=vocabulary("how_it_came").label(added.how) if added.how else "",
                told_at=said(added.happened),
                recorded_by=names.get(added.author_id, ""),
                dsl_told_at="",
                written_at=written(added.happened, added.written_at),
                words=(paper.Quotation(added.words, "as added"),) if added.words else (),
                seen=added.seen,
            )
            for added in additions
            if added.disclosure_id == one.id
        ]
    return tuple(printed)


def _disclosure(one: Disclosure, names: Mapping[UUID, str]) -> paper.Disclosure:
    recorder = names.get(one.recorder_id, "")
    if one.recorded_for:
        recorder = f"{one.recorded_for}, written down by {recorder}"
    speaker = one.whose_words or "who said it is not recorded"
    again = "It has come back: disclosure" if one.recurrence else "Disclosure"
    return paper.Disclosure(
        title=f"{again} {one.reference}",
        how=vocabulary("how_it_came").label(one.how),
        told_at=said(one.happened),
        recorded_by=recorder,
        dsl_told_at=_dsl_told(one),
        written_at=written(one.happened, one.written_at),
        where=one.place,
        present=one.present,
        words=(paper.Quotation(one.own_words, speaker),) if one.own_words else (),
        seen=one.seen,
        thought=one.thinks,
    )


def _dsl_told(one: Disclosure) -> str:
    if one.told_dsl_on is not None:
        at = time.fromisoformat(one.told_dsl_time) if one.told_dsl_time else None
        return f"{said(Happened(one.told_dsl_on, at))}, in person"
    if one.picked_up_at is not None:
        return f"Picked up {moment(one.picked_up_at)}"
    return "Not yet when this was written"


def actions(entries: Sequence[Entry], names: Mapping[UUID, str]) -> tuple[paper.Action, ...]:
    """What the school has done, out of the chronology; what was withdrawn stays out."""
    return tuple(
        paper.Action(
            happened=said(one.happened) if one.happened else moment(one.written),
            written=written(one.happened, one.written),
            what="\n".join(filter(None, (one.title, one.text))),
            who=names.get(one.by, "") if one.by else "",
        )
        for one in entries
        if not one.withdrawn and one.kind not in ELSEWHERE and not _is_only_planned(one)
    )


def _is_only_planned(entry: Entry) -> bool:
    """Whether an entry says that something is to be done, not that it was."""
    record = entry.record
    return isinstance(record, DueAction) and entry.written != record.settled_at


def unknowns(found: Sequence[DueAction], names: Mapping[UUID, str]) -> tuple[paper.Unknown, ...]:
    return tuple(
        paper.Unknown(
            one.what,
            (names.get(one.owner_id, "") if one.owner_id else one.owner_name) or "Nobody yet",
            moment(one.due_at),
        )
        for one in found
    )
