"""Verbs about a plan while it is made: begin, change, write a part; and reading it whole.

Agreeing, reviewing, signing and ending it stand in `plans.editions`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal import clock
from portal.cases import service as cases
from portal.cases.models import Case, Involved
from portal.db import session
from portal.journal.actor import Actor
from portal.journal.service import note
from portal.plans import rules, words
from portal.plans.models import Plan, PlanPerson, PlanVoice
from portal.plans.reading import PLAN_WORDS, content, people_of, signatures
from portal.plans.work import NewStep, write_steps
from portal.web.errors import Missing, NotPossible

__all__ = [
    "ENDED",
    "PLAN_WORDS",
    "THERE_IS_ONE",
    "NewPerson",
    "NewPlan",
    "NewStep",
    "apply",
    "begin",
    "change",
    "content",
    "hindrance",
    "police_told",
    "refuse_hindered",
    "running",
    "signatures",
    "voice_of",
    "write_voice",
]

ENDED = "This plan has ended. Begin a new one from it instead."
THERE_IS_ONE = "There is a plan already. Change that one, or end it first."


@dataclass(frozen=True)
class NewPerson:
    """Somebody who takes part; `id` is that of somebody who does so already."""

    name: str
    role: str
    voice: str
    id: str = ""
    member_id: UUID | None = None
    carer_id: UUID | None = None


@dataclass(frozen=True)
class NewPlan:
    """The first page of a plan, as it was written down."""

    facts: Mapping[str, Any]
    words: Mapping[str, str]
    people: Sequence[NewPerson] = ()
    steps: Sequence[NewStep] = ()


def police_told(case: Case) -> bool:
    """Whether the police know of this case, or are about to."""
    return case.police_told_at is not None or case.decision == "refer" or "police" in case.responses


def hindrance(case: Case, one: Involved, *, police_advice: bool) -> rules.Hindrance | None:
    return rules.hindrance(
        rules.Somebody(one.parts, one.is_known),
        case.responses,
        police_told=police_told(case),
        police_advice=police_advice,
    )


def running(case: Case, involved: Involved) -> Plan | None:
    """The plan of somebody that has not ended."""
    return session.scalars(
        select(Plan)
        .where(Plan.case_id == case.id, Plan.involved_id == involved.id, Plan.state != "ended")
        .order_by(Plan.written_at, Plan.id)
    ).first()


def begin(actor: Actor, case: Case, involved: Involved, new: NewPlan) -> Plan:
    """Begin a plan for somebody of the case. Raises `NotPossible` where none may begin."""
    if running(case, involved) is not None:
        raise NotPossible(THERE_IS_ONE)
    refuse_hindered(case, involved, police_advice=bool(new.words.get("police_advice")))
    plan = Plan(
        case.key,
        case_id=case.id,
        involved_id=involved.id,
        made_by=actor.member_id,
        **new.facts,
        **new.words,
    )
    session.add(plan)
    _people(plan, involved, new.people)
    session.flush()
    write_steps(actor, case, plan, new.steps)
    note(actor, "began a moving forward plan", plan)
    return plan


def refuse_hindered(case: Case, involved: Involved, *, police_advice: bool) -> None:
    hindered = hindrance(case, involved, police_advice=police_advice)
    if hindered is not None:
        raise NotPossible(words.HINDRANCES[hindered])


def change(actor: Actor, case: Case, plan: Plan, new: NewPlan) -> None:
    """Change a draft. What was agreed is changed by a review."""
    if plan.state != "draft":
        raise NotPossible("This plan was agreed. It is changed by reviewing it.")
    apply(actor, case, plan, new)
    note(actor, "changed the draft of a plan", plan)


def apply(actor: Actor, case: Case, plan: Plan, new: NewPlan) -> None:
    """Put the words, people and steps into a plan; the caller notes the plan."""
    for name, value in {**new.facts, **new.words}.items():
        setattr(plan, name, value)
    _people(plan, cases.get_involved(case, plan.involved_id), new.people)
    session.flush()
    write_steps(actor, case, plan, new.steps)


def _people(plan: Plan, involved: Involved, rows: Sequence[NewPerson]) -> None:
    """The young person first, then the others; who is no longer named has left."""
    there = {str(one.id): one for one in people_of(plan) if one.voice != "young"}
    if not plan.people:
        young = {"place": 0, "voice": "young", "name": involved.name, "role": ""}
        plan.people.append(PlanPerson(plan.key, **young))
    for place, row in enumerate(rows, 1):
        given = {
            "place": place,
            "voice": row.voice,
            "name": row.name,
            "role": row.role,
            "member_id": row.member_id,
            "carer_id": row.carer_id,
        }
        if not row.id:
            plan.people.append(PlanPerson(plan.key, **given))
            continue
        known = there.pop(row.id, None)
        if known is None:
            raise Missing
        for name, value in given.items():
            setattr(known, name, value)
    for gone in there.values():
        gone.left_at = clock.now()


def voice_of(plan: Plan, person_id: UUID, *, lock: bool = False) -> PlanVoice | None:
    """Somebody’s part; `lock` holds the plan, so that of two first writers one sees the other."""
    if lock:
        session.refresh(plan, with_for_update={"of": Plan})
    return session.scalars(
        select(PlanVoice).where(PlanVoice.plan_id == plan.id, PlanVoice.person_id == person_id)
    ).one_or_none()


def write_voice(
    actor: Actor,
    case: Case,
    plan: Plan,
    person: PlanPerson,
    said: Mapping[str, Any],
    *,
    how: str,
    paper_on: date | None = None,
    reason: str = "",
) -> PlanVoice:
    """Somebody’s own part, written for the first time or anew; what stood there stays readable."""
    if person.voice == "none":
        raise NotPossible("This person has no part of their own in the plan.")
    if plan.state == "ended" and how != "handed_over":  # what a child gave back is always kept
        raise NotPossible(ENDED)
    voice = voice_of(plan, person.id, lock=True)
    facts = {"by_id": actor.member_id, "how": how, "paper_on": paper_on, **said}
    if voice is None:
        voice = PlanVoice(plan.key, case_id=case.id, plan_id=plan.id, person_id=person.id, **facts)
        session.add(voice)
        note(actor, "wrote down a part of a plan", voice, reason)
        return voice
    for name, value in facts.items():
        setattr(voice, name, value)
    note(actor, "wrote a part of a plan anew", voice, reason)
    return voice
