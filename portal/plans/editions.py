"""Verbs about a plan that several people keep to: agree it, sign it, review it, end it.

Each makes an edition, which keeps the whole plan as it was then.
"""

from collections.abc import Mapping
from datetime import date

from portal import clock
from portal.cases import actions
from portal.cases.models import Case, happened_text
from portal.clock import Happened
from portal.db import session
from portal.journal.actor import Actor
from portal.journal.service import note
from portal.plans import reading, service, work
from portal.plans.models import Plan, PlanEdition, PlanPerson, PlanSignature
from portal.web.errors import Missing, NotPossible

REVIEW_PLAN = "review_plan"
NOT_RUNNING = "Only a plan that was agreed and has not ended can be reviewed or signed."


def agree(
    actor: Actor, case: Case, plan: Plan, *, at: Happened, words: Mapping[str, str]
) -> PlanEdition:
    """The plan stands: its first edition, its steps as due actions, and its first review."""
    if plan.state != "draft":
        raise NotPossible("This plan was agreed already.")
    now = reading.whole(plan)
    service.refuse_hindered(case, now.young, police_advice=bool(plan.police_advice))
    plan.state = "agreed"
    made = _edition(actor, plan, "agreed", at, words)
    note(actor, "agreed a moving forward plan", plan)
    for step in now.open_steps:
        work.plan_step_action(actor, case, plan, step)
    _plan_review(actor, case, plan, now.young.name)
    return made


def review(
    actor: Actor,
    case: Case,
    plan: Plan,
    new: service.NewPlan,
    *,
    at: Happened,
    words: Mapping[str, str],
) -> PlanEdition:
    """What worked and what did not, and the next edition with what is changed."""
    _refuse_not_running(plan)
    service.apply(actor, case, plan, new)
    session.flush()
    now = reading.whole(plan)
    made = _edition(actor, plan, "review", at, words)
    note(actor, "reviewed a moving forward plan", plan)
    # at each review what is still to be done is due again, also what was agreed only now
    for step in now.open_steps:
        work.plan_step_action(actor, case, plan, step)
    actions.settle_about(actor, case, REVIEW_PLAN, [str(plan.id)], "Reviewed.")
    session.flush()
    _plan_review(actor, case, plan, now.young.name)
    return made


def end(
    actor: Actor, case: Case, plan: Plan, *, outcome: str, words: str, at: Happened
) -> PlanEdition:
    """The plan ends with an outcome; what was still open of it is settled."""
    if plan.state == "ended":
        raise NotPossible("This plan has ended already.")
    for step in reading.whole(plan).steps:
        if step.state == "open":
            work.end_step(actor, step, "dropped", "The plan ended.")
    plan.state, plan.ended_at, plan.outcome = "ended", clock.now(), outcome
    plan.ended_words, plan.next_review_on = words, None
    session.flush()
    made = _edition(actor, plan, "ended", at, {"changed": words})
    note(actor, "ended a moving forward plan", plan)
    actions.settle_about(actor, case, REVIEW_PLAN, [str(plan.id)], "The plan ended.")
    return made


def sign(
    actor: Actor, plan: Plan, person: PlanPerson, *, on: date, how: str, name: str
) -> PlanSignature:
    """Somebody who takes part signed the newest edition; nobody else can."""
    _refuse_not_running(plan)
    now = reading.whole(plan)
    if now.newest is None or person.plan_id != plan.id or person.left_at is not None:
        raise Missing
    if any(one.person_id == person.id for one in now.signed):
        raise NotPossible("This person has signed this edition already.")
    signature = PlanSignature(
        plan.key,
        case_id=plan.case_id,
        plan_id=plan.id,
        edition_id=now.newest.id,
        person_id=person.id,
        by_id=actor.member_id,
        signed_on=on,
        how=how,
        name=name,
    )
    session.add(signature)
    note(actor, "recorded a signature under a plan", signature)
    return signature


def _refuse_not_running(plan: Plan) -> None:
    if plan.state != "agreed":
        raise NotPossible(NOT_RUNNING)


def _edition(
    actor: Actor, plan: Plan, kind: str, at: Happened, words: Mapping[str, str]
) -> PlanEdition:
    plan.edition += 1
    made = PlanEdition(
        plan.key,
        case_id=plan.case_id,
        plan_id=plan.id,
        number=plan.edition,
        kind=kind,
        made_by=actor.member_id,
        next_review_on=plan.next_review_on,
        content=service.content(plan),
        **words,
        **happened_text(at),
    )
    session.add(made)
    note(actor, "made an edition of a plan", made)
    return made


def _plan_review(actor: Actor, case: Case, plan: Plan, name: str) -> None:
    if plan.next_review_on is None:
        return
    actions.plan_action(
        actor,
        case,
        kind=REVIEW_PLAN,
        subject=str(plan.id),
        what=f"Review the moving forward plan with {name}",
        due_at=work.end_of(case, plan.next_review_on),
        owner_id=case.lead_id,
    )
