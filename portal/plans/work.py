"""The steps of a plan: what, who and by when. While the plan runs, each is a due action."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from portal import clock
from portal.cases import actions
from portal.cases.models import Case, DueAction
from portal.db import session
from portal.journal.actor import Actor
from portal.journal.service import note
from portal.people.service import fold
from portal.plans.models import Plan, PlanStep
from portal.plans.reading import PLAN_STEP, by_plan, people_of
from portal.staff import service as staff
from portal.web.errors import Missing, NotPossible


@dataclass(frozen=True)
class NewStep:
    """A step as it was written down; `stands` says how it stands now."""

    what: str
    who: str
    due_on: date
    id: str = ""
    stands: str = "open"
    end_words: str = ""


def write_steps(actor: Actor, case: Case, plan: Plan, rows: Sequence[NewStep]) -> None:
    """Write the steps; an open one that is no longer named is dropped."""
    known = {str(one.id): one for one in by_plan(PlanStep, [plan.id])[plan.id]}
    gone = {key for key, one in known.items() if one.state == "open"}
    place = max((one.place for one in known.values()), default=0)
    for row in rows:
        if not row.id:
            place += 1
            step = PlanStep(
                plan.key,
                case_id=case.id,
                plan_id=plan.id,
                place=place,
                state="open",
                what=row.what,
                who=row.who,
                due_on=row.due_on,
                person_id=_responsible(plan, row.who),
            )
            session.add(step)
            note(actor, "added a step to a plan", step)
            continue
        if row.id not in known:
            raise Missing
        gone.discard(row.id)
        if known[row.id].state == "open":
            change_step(actor, case, plan, known[row.id], row)
    for key in sorted(gone):
        left_out = "Taken out of the plan."
        end_step(actor, known[key], "dropped", left_out)


def _responsible(plan: Plan, who: str) -> UUID | None:
    """Who of the plan is meant by a name, where it can mean only one of them."""
    said = set(fold(who).split())
    fitting = [one for one in people_of(plan) if said and said <= set(fold(one.name).split())]
    return fitting[0].id if len(fitting) == 1 else None


def change_step(actor: Actor, case: Case, plan: Plan, step: PlanStep, row: NewStep) -> None:
    """Write a step anew, or how it ended. Its due action follows where the plan was agreed."""
    given = {"what": row.what, "who": row.who, "due_on": row.due_on}
    changed = {name for name, value in given.items() if getattr(step, name) != value}
    if changed:
        for name, value in given.items():
            setattr(step, name, value)
        step.person_id = _responsible(plan, step.who)
    if row.stands != "open":
        end_step(actor, step, row.stands, row.end_words)
        return
    if changed:
        note(actor, "changed a step of a plan", step, row.end_words)
    if changed and plan.state == "agreed":
        _settle(actor, step, "not_needed", "The step was changed.")
        plan_step_action(actor, case, plan, step)


def _settle(actor: Actor, step: PlanStep, state: str, result: str) -> None:
    """Settle the due action of a step, where one is open."""
    for action in session.scalars(
        select(DueAction).where(
            DueAction.case_id == step.case_id,
            DueAction.state == "open",
            DueAction.kind == PLAN_STEP,
            DueAction.subject == str(step.id),
        )
    ):
        actions.settle_action(actor, action, state, result)


def end_step(actor: Actor, step: PlanStep, state: str, ended: str) -> None:
    """A step is done or dropped; its due action is settled with it."""
    if step.state != "open":
        raise NotPossible("This step is settled already.")
    step.state, step.end_words = state, ended
    note(actor, "settled a step of a plan", step)
    settled = "done" if state == "done" else "not_needed"
    _settle(actor, step, settled, ended)


def plan_step_action(actor: Actor, case: Case, plan: Plan, step: PlanStep) -> None:
    """An open step of an agreed plan is something to do, for whoever is responsible for it."""
    owner = next((one for one in plan.people if one.id == step.person_id), None)
    member = owner.member_id if owner else None
    actions.plan_action(
        actor,
        case,
        kind=PLAN_STEP,
        subject=str(step.id),
        what=f"Moving forward plan: {step.what}",
        due_at=end_of(case, step.due_on),
        owner_id=member,
        owner_name="" if member else step.who,
    )


def end_of(case: Case, day: date) -> datetime:
    days = actions.working_days(staff.get_school(case.school_id))
    return datetime.combine(day, days.ends, clock.ZONE)
