"""Verbs about sanctions beside support, and about restorative meetings."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal import clock
from portal.cases import actions
from portal.cases import service as cases
from portal.cases.models import Case, Involved, happened_text
from portal.clock import Happened
from portal.db import session
from portal.journal.actor import Actor
from portal.journal.service import note
from portal.support import rules
from portal.support.models import RestorativeMeeting, RestorativeView, Sanction
from portal.support.service import days_of, young
from portal.web.errors import NotPossible

AFTER = "after_restorative"
NOT_OFFERED = (
    "A restorative meeting is not offered: nobody who was harmed agrees to one now. Whoever was "
    "harmed decides, and is asked alone. If people met all the same, write down what happened as "
    "an entry by hand in the chronology."
)
NOT_THEM = "A sanction is only for a young person who displayed the behaviour."


def sanction(
    actor: Actor,
    case: Case,
    person: Involved,
    at: Happened,
    ends_on: date | None,
    words: Mapping[str, str],
) -> Sanction:
    """A sanction under the behaviour policy, with the support that stands beside it."""
    if not rules.may_be_sanctioned(young(person)):
        raise NotPossible(NOT_THEM)
    record = Sanction(
        case.key,
        case_id=case.id,
        involved_id=person.id,
        by_id=actor.member_id,
        ends_on=ends_on,
        **words,
        **happened_text(at),
    )
    session.add(record)
    note(actor, "recorded a sanction beside support", record)
    return record


def correct(
    actor: Actor,
    record: Any,
    words: Mapping[str, Any],
    reason: str,
    at: Happened | None = None,
) -> None:
    """Put right what was written down. What stood there before stays readable."""
    when = happened_text(at) if at is not None else {}
    for name, value in {**words, **when}.items():
        setattr(record, name, value)
    note(actor, "corrected what was written about support", record, reason)


def sanctions_of(case: Case) -> list[Sanction]:
    return list(reversed(cases.records_of(case, Sanction)))


def views_of(case: Case) -> list[RestorativeView]:
    """Everything that was said to a restorative meeting, in the order in which it was written."""
    return cases.records_of(case, RestorativeView)


def meetings_of(case: Case) -> list[RestorativeMeeting]:
    return list(reversed(cases.records_of(case, RestorativeMeeting)))


def standing(views: Sequence[RestorativeView]) -> dict[UUID, RestorativeView]:
    """What counts of everybody who was asked."""
    by_person = rules.standing(views)
    return {key: one for key, one in by_person.items() if isinstance(one, RestorativeView)}


def record_view(
    actor: Actor,
    case: Case,
    person: Involved,
    answer: str,
    at: Happened,
    words: Mapping[str, str],
) -> RestorativeView:
    """What somebody who was harmed says to it. The newest word counts."""
    _hold(case)
    record = RestorativeView(
        case.key,
        case_id=case.id,
        involved_id=person.id,
        asked_by=actor.member_id,
        answer=answer,
        **words,
        **happened_text(at),
    )
    session.add(record)
    note(actor, "recorded what they say to a meeting", record)
    return record


def _hold(case: Case) -> None:
    """What is said and what rests on it are written one after the other, never at once."""
    session.execute(select(Case.id).where(Case.id == case.id).with_for_update())


def hold_meeting(
    actor: Actor,
    case: Case,
    harmed: Sequence[Involved],
    others: Sequence[Involved],
    at: Happened,
    words: Mapping[str, str],
) -> RestorativeMeeting:
    """Record a meeting that was held. Each one harmed in it had agreed, and still does."""
    _hold(case)
    everybody = [young(one) for one in cases.people_in(case)]
    said = standing(views_of(case))
    agreed, other_side = rules.agreed(everybody, said), rules.other_side(everybody, said)
    if not harmed or not {one.id for one in harmed} <= set(agreed):
        raise NotPossible(NOT_OFFERED)
    if not others or not {one.id for one in others} <= set(other_side):
        raise NotPossible("Say who of those who displayed the behaviour took part.")
    record = RestorativeMeeting(
        case.key,
        case_id=case.id,
        by_id=actor.member_id,
        involved=list(dict.fromkeys(str(one.id) for one in (*harmed, *others))),
        views=[str(said[one.id].id) for one in harmed],
        **words,
        **happened_text(at),
    )
    session.add(record)
    note(actor, "recorded a restorative meeting", record)
    session.flush()
    days = days_of(case)
    actions.plan_action(
        actor,
        case,
        kind=AFTER,
        subject=str(record.id),
        what=f"Ask how they are after the meeting: {', '.join(one.name for one in harmed)}",
        due_at=days.next_day_at(clock.now(), days.ends),
        owner_id=case.lead_id,
    )
    return record


def agreed_since(case: Case, harmed: Sequence[UUID]) -> Happened | None:
    """When the last of these said that they agree: a meeting cannot have been before."""
    said = standing(views_of(case))
    when = [one.happened for key, one in said.items() if key in harmed and one.happened]
    return max(when, key=lambda one: one.moment, default=None)
