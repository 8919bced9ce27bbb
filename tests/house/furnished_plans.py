"""Moving forward plans in every state that their pages can show."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from portal import clock
from portal.cases import service as cases
from portal.cases.models import Case, Involved
from portal.clock import Happened
from portal.db import session
from portal.people import service as people
from portal.people.models import PersonKind
from portal.plans import editions, reading, service, work
from portal.plans.models import Plan, PlanPerson, PlanStep
from tests import factories
from tests.factories import School


def plans(at: School, made: Case) -> dict[str, list[UUID]]:
    """One that runs with parts, signatures and a review, one draft, and one that was ended.

    The forms of the first two have one row of each list, which is what a walker can fill.
    """
    whose = _displayed(at, made)
    ended = _begin(at, made, whose, _everybody(at, whose))
    editions.end(at.dsl.actor, made, ended, outcome="partly", words="It’s enough.", at=_then())
    session.flush()
    running = _begin(at, made, whose, [_lead(at)])
    everybody = reading.people_of(running)
    for person in everybody[:2]:
        _write(at, made, running, person)
    _agree(at, made, running)
    first = reading.whole(running).steps
    work.end_step(at.dsl.actor, first[0], "done", "He’s come to all four.")
    for person, how in zip(everybody, ("typed", "paper"), strict=False):
        editions.sign(
            at.dsl.actor, running, person, on=clock.today(), how=how, name=f"{person.name}, signed"
        )
    _review(at, made, running)
    draft = _begin(at, made, _another(at, made), [_lead(at)])
    session.flush()
    wholes = [reading.whole(one) for one in (running, draft, ended)]
    return {
        "plan_id": [running.id, draft.id, ended.id],
        "edition_id": [one.id for one in wholes[0].editions],
        "step_id": [one.id for one in wholes[0].steps if one.state == "open"],
        "plan_person_id": [one.id for one in wholes[0].people],
    }


def _then() -> Happened:
    """Yesterday, so that what comes after it can be today."""
    return Happened(clock.today() - timedelta(days=1))


def _displayed(at: School, made: Case) -> Involved:
    """Somebody known who displayed it, with a mother who may be rung and a father who may not."""
    boy = factories.pupil(at, "Kaan O'Shea")
    for name, may in (("Defne O'Shea", "ask_lead"), ("Baran O'Shea", "no")):
        carer = factories.person(at, PersonKind.CARER, name)
        people.add_carer(at.dsl.actor, boy, carer, {"relation": "parent", "may_contact": may})
    return cases.involve(at.dsl.actor, made, person=boy, parts=["displayed"], words={})


def _another(at: School, made: Case) -> Involved:
    girl = factories.pupil(at, "Zeynep D'Arcy")
    return cases.involve(at.dsl.actor, made, person=girl, parts=["displayed"], words={})


def _lead(at: School) -> service.NewPerson:
    return service.NewPerson(at.dsl.name, "safeguarding lead", "staff", member_id=at.dsl.id)


def _everybody(at: School, whose: Involved) -> list[service.NewPerson]:
    links = people.carers_of(whose.person_id) if whose.person_id else []
    carers = (
        service.NewPerson(one.carer.full_name, one.relation, "carer", carer_id=one.id)
        for one in links[:1]
    )
    return [_lead(at), *carers, service.NewPerson("Gran", "his grandmother", "none")]


def _begin(at: School, made: Case, whose: Involved, others: list[service.NewPerson]) -> Plan:
    session.flush()
    plan = service.begin(at.dsl.actor, made, whose, _new(others, _steps(at)))
    session.flush()
    return plan


def _steps(at: School) -> list[service.NewStep]:
    return [
        service.NewStep("Talk on Fridays", at.dsl.name, clock.today() + timedelta(days=4)),
        service.NewStep("Phone stays down", "Gran", clock.today() + timedelta(days=9)),
    ]


def _new(others: list[service.NewPerson], steps: list[service.NewStep]) -> service.NewPlan:
    day = clock.today()
    return service.NewPlan(
        facts={
            "started_on": day - timedelta(days=3),
            "ends_on": day + timedelta(days=60),
            "review_every": "fortnight",
            "next_review_on": day + timedelta(days=11),
            "paper_on": day - timedelta(days=3),
        },
        words={
            **{name: f"It’s {name}" for name in service.PLAN_WORDS},
            "signal": "Can I borrow a pen?",
        },
        people=others,
        steps=steps,
    )


def _write(at: School, made: Case, plan: Plan, person: PlanPerson) -> None:
    said: dict[str, Any] = {"signs": ["Goes quiet", "Hides it"], "will": ["Sit together"]}
    if person.voice == "young":
        wants = [{"name": "Mum", "action": "sit with me"}]
        said |= {"others_notice": "I’m loud", "wants": wants, "other_help": "A number"}
    service.write_voice(at.dsl.actor, made, plan, person, said, how="beside")
    session.flush()


def _agree(at: School, made: Case, plan: Plan) -> None:
    words = {"present": "All but his mother", "changed": "She’s going to write hers at home"}
    editions.agree(at.dsl.actor, made, plan, at=_then(), words=words)
    session.flush()


def _review(at: School, made: Case, plan: Plan) -> None:
    kept: list[PlanStep] = [one for one in reading.whole(plan).steps if one.state == "open"]
    others = [
        service.NewPerson(one.name, one.role, one.voice, str(one.id), one.member_id, one.carer_id)
        for one in reading.people_of(plan)
        if one.voice != "young"
    ]
    steps = [service.NewStep(one.what, "Gran", one.due_on, str(one.id)) for one in kept]
    new = _new(others, steps)
    words = {
        "present": "Everybody",
        "worked": "The talks",
        "not_worked": "The nights",
        "changed": "It’s shorter now",
    }
    changed = {**new.words, "home_limits": "None after ten"}
    editions.review(
        at.dsl.actor,
        made,
        plan,
        service.NewPlan(new.facts, changed, new.people, new.steps),
        at=_then(),
        words=words,
    )
    session.flush()
