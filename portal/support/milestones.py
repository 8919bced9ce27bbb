"""Verbs about court and police days: plan one, move it, say what came of it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from portal import clock
from portal.cases import actions, shown
from portal.cases.models import Case, Involved
from portal.cases.rules import WorkingDays
from portal.db import session
from portal.journal.actor import Actor
from portal.journal.service import note
from portal.support import rules
from portal.support.models import Milestone
from portal.support.service import days_of
from portal.support.words import milestone_words
from portal.web.dates import plain_day
from portal.web.errors import NotPossible

KIND = "milestone"
SETTLED = "What came of this day is written down already."


def milestones_of(case: Case) -> list[Milestone]:
    """Every day: those ahead and those without an outcome first, the soonest first."""
    found = session.scalars(
        select(Milestone)
        .where(Milestone.case_id == case.id)
        .order_by(Milestone.day, Milestone.at_time, Milestone.id)
    ).all()
    return sorted(shown.only(found), key=lambda one: one.state != "planned")


def plan(actor: Actor, case: Case, person: Involved, facts: Mapping[str, Any]) -> Milestone:
    record = Milestone(
        case.key,
        case_id=case.id,
        involved_id=person.id,
        by_id=actor.member_id,
        moves=[],
        **facts,
    )
    session.add(record)
    note(actor, "planned a court or police day", record)
    session.flush()
    _plan_before(actor, case, record, person.name)
    return record


def move(
    actor: Actor,
    case: Case,
    record: Milestone,
    facts: Mapping[str, Any],
    reason: str,
    person: Involved,
) -> None:
    """Another day, place or support. From when it was moved is kept with it, and why."""
    _refuse_settled(record)
    was = when_words(record)
    for name, value in facts.items():
        setattr(record, name, value)
    now = when_words(record)
    if now != was:
        record.moves = [*(record.moves or []), {"was": was, "moved_to": now, "reason": reason}]
    note(actor, "changed a court or police day", record, reason)
    actions.settle_about(actor, case, KIND, [str(record.id)], f"Changed: {reason}")
    session.flush()
    _plan_before(actor, case, record, person.name)


def settle(actor: Actor, case: Case, record: Milestone, state: str, outcome: str) -> None:
    """It took place, or was called off; both in words."""
    _refuse_settled(record)
    record.state, record.outcome = state, outcome
    record.settled_at, record.settled_by = clock.now(), actor.member_id
    note(actor, "recorded what came of a court or police day", record)
    actions.settle_about(actor, case, KIND, [str(record.id)], outcome)


def _refuse_settled(record: Milestone) -> None:
    if record.state != "planned":
        raise NotPossible(SETTLED)


def when_words(one: Milestone) -> str:
    return f"{plain_day(one.day)}, {one.at_time}" if one.at_time else plain_day(one.day)


def needs_outcome(one: Milestone, today: date) -> bool:
    """Whether the day is over and nobody has written what came of it."""
    return one.state == "planned" and one.day < today


def to_ask(found: Sequence[Milestone], today: date) -> list[Milestone]:
    return [one for one in found if needs_outcome(one, today)]


def _plan_before(actor: Actor, case: Case, record: Milestone, name: str) -> None:
    """Due at the end of the school day before it, so that there is still time to prepare."""
    if record.day < clock.today():
        return
    actions.plan_action(
        actor,
        case,
        kind=KIND,
        subject=str(record.id),
        what=f"Make sure of the support for {name}: {milestone_words(record)}, "
        f"{when_words(record)}",
        due_at=_due(record.day, days_of(case)),
        owner_id=case.lead_id,
    )


def _due(day: date, days: WorkingDays) -> datetime:
    before = datetime.combine(rules.day_before(day, days), days.ends, clock.ZONE)
    return before if before > clock.now() else days.today_at(clock.now(), days.ends)
