"""Verbs about content items and the evidence hold.

Every feature that would have something deleted or taken down asks `refuse_held` first; there is no
other way to a held step, whichever page it is tried from.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from portal import clock
from portal.cases import decisions, service
from portal.cases.models import Case, Decision, DecisionKind, happened_text
from portal.cases.models_content import ContentChange, ContentItem
from portal.cases.rules import (
    STATES_AFTER,
    Act,
    HoldFacts,
    Release,
    Whereabouts,
    case_is_held,
    is_another,
    is_before,
    is_held,
    why_held,
)
from portal.clock import Happened
from portal.db import session
from portal.journal.actor import Actor
from portal.journal.service import note
from portal.web.errors import Missing, NotPossible

REPORTED = "reported"
CAME_BACK = "came_back"
STILL_UP = (
    "By the record this is still up, so it cannot have come back. Record first that it was gone; "
    "what turned up somewhere else is an item of its own."
)
_IS_DOWN = "{} is down. If it is up again, record first that it came back."


@dataclass(frozen=True)
class Told:
    """What a line of an item’s history says beside the new state."""

    words: str = ""
    to_whom: str = ""
    reference: str = ""
    referral_id: UUID | None = None


def items_of(case: Case) -> list[ContentItem]:
    """Every content item of a case, the oldest first."""
    return service.records_of(case, ContentItem)


def changes_of(case: Case) -> list[ContentChange]:
    return service.records_of(case, ContentChange)


def chosen(case: Case, ids: Iterable[str | UUID]) -> list[ContentItem]:
    """The items of this case with these ids; raises `Missing` for one of another case."""
    there = {item.id: item for item in items_of(case)}
    wanted = [one if isinstance(one, UUID) else UUID(one) for one in ids]
    if any(one not in there for one in wanted):
        raise Missing
    return [there[one] for one in wanted]


def add_item(
    actor: Actor,
    case: Case,
    *,
    kind: str,
    words: Mapping[str, str],
    found: Happened | None,
    profile_id: UUID | None = None,
) -> ContentItem:
    """A content item that was found. It begins held, whatever was released before (product 7)."""
    now = clock.now()
    item = ContentItem(
        case.key,
        case_id=case.id,
        school_id=case.school_id,
        kind=kind,
        state="live",
        found_at=now,
        held_since=now,
        release="",
        profile_id=profile_id,
        **words,
    )
    session.add(item)
    note(actor, "recorded a content item", item)
    session.flush()
    _add_change(actor, item, "live", found, Told())
    return item


def correct_item(actor: Actor, item: ContentItem, changes: Mapping[str, object], why: str) -> None:
    """Put right what is known of an item. Its state stays; so does its hold, or it begins anew.

    What was released, or covered by the checklist, was the thing at the address that stood there.
    """
    before = Whereabouts(item.url, item.account)
    for name, value in changes.items():
        setattr(item, name, value)
    if is_another(before, Whereabouts(item.url, item.account)):
        _hold_anew(item)
    note(actor, "corrected a content item", item, why)


def change_state(
    actor: Actor, item: ContentItem, state: str, happened: Happened | None, told: Told
) -> ContentChange:
    """Record what became of an item; recording what has happened is never held."""
    if state == CAME_BACK:
        raise ValueError("what comes back is recorded with `came_back`")
    if state not in STATES_AFTER[item.state]:
        raise NotPossible(_IS_DOWN.format(item.name))
    return _add_change(actor, item, state, happened, told)


def was_down(item: ContentItem, happened: Happened) -> bool:
    """Whether it had been taken down before this, so that there was nothing to report."""
    if REPORTED in STATES_AFTER[item.state]:
        return False
    last = history_of(item)[-1].happened
    return last is None or not is_before(happened, last)


def record_report(actor: Actor, item: ContentItem, happened: Happened, told: Told) -> ContentChange:
    """An item was reported. Where that was before it went down, it is down all the same."""
    if was_down(item, happened):
        raise NotPossible(_IS_DOWN.format(item.name))
    return _add_change(actor, item, REPORTED, happened, told)


def can_come_back(item: ContentItem) -> bool:
    return CAME_BACK in STATES_AFTER[item.state]


def came_back(
    actor: Actor, case: Case, item: ContentItem, happened: Happened | None, words: str
) -> ContentChange:
    """It turned up again: the item is open and held once more, and the case has a recurrence.

    A closed case is open again by this: what is online does not wait for anybody.
    """
    _lock(case)
    if not can_come_back(item):
        raise NotPossible(STILL_UP)
    _hold_anew(item)
    change = _add_change(actor, item, CAME_BACK, happened, Told(words=words))
    service.reopen(actor, case, "Content came back.", recurrence=True)
    return change


def _hold_anew(item: ContentItem) -> None:
    """It is as if it were found now. What the police asked to be kept is kept still."""
    item.held_since = clock.now()
    if item.release != Release.KEPT:
        item.release, item.released_at, item.release_id = "", None, None


def _add_change(
    actor: Actor, item: ContentItem, state: str, happened: Happened | None, told: Told
) -> ContentChange:
    change = ContentChange(
        item.key,
        case_id=item.case_id,
        item_id=item.id,
        state=state,
        by_id=actor.member_id,
        referral_id=told.referral_id,
        words=told.words,
        to_whom=told.to_whom,
        reference=told.reference,
        **happened_text(happened),
    )
    session.add(change)
    note(actor, "recorded what became of a content item", change)
    if state in STATES_AFTER[item.state] and (item.state != state or state == CAME_BACK):
        item.state = state
        note(actor, "changed the state of a content item", item)
    return change


# The hold


def _lock(case: Case) -> None:
    """Read case and items as they are now, and let nobody change the hold before this is done.

    Otherwise a step could be taken while another request records that the police want it kept.
    """
    session.refresh(case, with_for_update={"of": Case})
    items = select(ContentItem).where(ContentItem.case_id == case.id)
    session.scalars(items.execution_options(populate_existing=True)).all()


def hold_facts(case: Case) -> HoldFacts:
    return HoldFacts(case.outcome, case.outcome_at, case.evidence_advice)


def held(case: Case, items: Iterable[ContentItem], act: Act) -> list[ContentItem]:
    """Those of the items for which this must wait."""
    facts = hold_facts(case)
    return [item for item in items if is_held(facts, item.facts, act)]


def reason_held(case: Case, item: ContentItem) -> str:
    return why_held(hold_facts(case), item.facts)


def holds_anything(case: Case, items: Sequence[ContentItem] | None = None) -> bool:
    """Whether what names no single item must wait: a device’s disposal, a deletion on a device."""
    found = items_of(case) if items is None else items
    return case_is_held(hold_facts(case), [item.facts for item in found])


def refuse_held(case: Case, items: Sequence[ContentItem], act: Act) -> None:
    """Raise `NotPossible` where any of these items is held, or where none is named."""
    _lock(case)
    if not items:
        raise NotPossible("Say which content items this is about. Record them first.")
    waiting = held(case, items, act)
    if waiting:
        names = "; ".join(item.name for item in waiting)
        raise NotPossible(
            f"This must wait, because evidence is held: {names}. {reason_held(case, waiting[0])} "
            "What has already happened can be recorded all the same."
        )


def refuse_while_held(case: Case) -> None:
    """Raise `NotPossible` where anything of the case is held."""
    _lock(case)
    if holds_anything(case):
        raise NotPossible(
            "This must wait, because evidence is held in this case. Ask the police what must be "
            "kept, or release the content items by name."
        )


def release_named(
    actor: Actor, case: Case, items: Sequence[ContentItem], reason: str, happened: Happened
) -> Decision:
    """The DSL releases named items, with a reason. Items found later stay held."""
    _lock(case)
    if len(held(case, items, Act.DELETE)) < len(items):
        raise NotPossible("One of these is not held any more. Look at the list again.")
    return _release(actor, case, items, Release.NAMED, reason, happened)


def release_urgent(
    actor: Actor, case: Case, item: ContentItem, reason: str, happened: Happened
) -> Decision:
    """One urgent report to a platform: the address and the time at which it was seen come first.

    It is for what may not be reported yet: on top of a release it would only narrow that.
    """
    _lock(case)
    if not held(case, [item], Act.REPORT):
        raise NotPossible("This may be reported already. Report it now.")
    if not item.url and not item.account:
        raise NotPossible("Note its address or account name first: it may be gone tomorrow.")
    if not item.noted:
        raise NotPossible("Note first when it was seen at this address.")
    return _release(actor, case, [item], Release.URGENT, reason, happened)


def _release(
    actor: Actor,
    case: Case,
    items: Sequence[ContentItem],
    release: Release,
    reason: str,
    happened: Happened,
) -> Decision:
    if not items:
        raise NotPossible("Choose at least one content item.")
    if any(item.release == Release.KEPT for item in items):
        raise NotPossible("The police asked for one of these to be kept. Record their new advice.")
    urgent = release is Release.URGENT
    question = "Report it to the platform at once?" if urgent else "Release from the evidence hold?"
    decision = decisions.record_decision(
        actor,
        case,
        kind=(DecisionKind.URGENT_REPORT if urgent else DecisionKind.RELEASE).value,
        choice="urgent" if urgent else "released",
        words={
            "question": question,
            "chosen": "; ".join(item.name for item in items),
            "reason": reason,
        },
        happened=happened,
    )
    session.flush()
    for item in items:
        _mark(actor, item, release, decision.id)
    return decision


def follow_police_advice(
    actor: Actor, case: Case, *, opens: bool, opened: Sequence[ContentItem], advice_id: UUID
) -> None:
    """What the police advise opens the items named in it, and keeps every other that is known."""
    _lock(case)
    case.evidence_advice = "opens" if opens else "keeps"
    case.evidence_advice_at = clock.now()
    note(actor, "followed the police’s advice on evidence", case)
    ids = {item.id for item in opened} if opens else set()
    for item in items_of(case):
        _mark(actor, item, Release.POLICE if item.id in ids else Release.KEPT, advice_id)


def _mark(actor: Actor, item: ContentItem, release: Release, because_of: UUID) -> None:
    item.release, item.release_id = release.value, because_of
    item.released_at = None if release is Release.KEPT else clock.now()
    verb = "kept a content item" if release is Release.KEPT else "released a content item"
    note(actor, verb, item)


def find_item(case: Case, item_id: UUID) -> ContentItem:
    return service.get_in(case, ContentItem, item_id)


def history_of(item: ContentItem) -> list[ContentChange]:
    """What became of an item, the oldest first."""
    return list(
        session.scalars(
            select(ContentChange)
            .where(ContentChange.item_id == item.id)
            .order_by(ContentChange.written_at, ContentChange.id)
        )
    )
