"""What the pages about plans share: what forms begin with, and what stands beside them."""

from typing import Any

from portal.cases.models import Case, Involved
from portal.guidance.catalogue import tips
from portal.plans import forms, reading, service, words
from portal.plans.models import Plan
from portal.plans.reading import Whole
from portal.plans.rules import Hindrance
from portal.plans.service import NewPerson, NewPlan, NewStep
from portal.plans.taking_part import Offered
from portal.web.form_base import Form


def hindered(case: Case, one: Involved) -> Hindrance | None:
    """Why no plan can begin; advice of the police is asked for in the form itself."""
    return service.hindrance(case, one, police_advice=True)


def hindered_plan(case: Case, now: Whole) -> Hindrance | None:
    """What a plan that is not over lacks by now, such as the advice of police who were told."""
    if now.plan.state == "ended":
        return None
    return service.hindrance(case, now.young, police_advice=bool(now.plan.police_advice))


def with_rows(form: Any, offered: Offered) -> bool:
    """Offer who could take part, and say whether a row was added or removed rather than sent."""
    form.offer(offered.choices)
    acted = form.is_submitted() and form.row_action() is not None
    if acted:
        form.offer(offered.choices)
    return bool(acted)


def begun(now: Whole, offered: Offered) -> dict[str, Any]:
    """A plan as the form shows it."""
    kept, people = as_new(now), []
    for one in kept.people:
        key = offered.keys.get((one.member_id, one.carer_id), "")
        as_listed = bool(key) and offered.people[key].name == one.name
        known = {"id": one.id, "who": key or None, "name": "" if as_listed else one.name}
        people.append({**known, "role": one.role, "voice": one.voice})
    steps = [
        {"id": one.id, "what": one.what, "who": one.who, "due_on": one.due_on, "stands": one.stands}
        for one in kept.steps
    ]
    return {**kept.facts, **kept.words, "people": people, "steps": steps}


def as_new(now: Whole) -> NewPlan:
    """A plan as it stands; a step that was settled among the due actions has ended."""
    plan = now.plan
    return NewPlan(
        facts={name: getattr(plan, name) for name in forms.FACTS},
        words={name: getattr(plan, name) for name in (*forms.WORDS, *forms.ADVICE)},
        people=[
            NewPerson(one.name, one.role, one.voice, str(one.id), one.member_id, one.carer_id)
            for one in now.people
            if one.voice != "young"
        ],
        steps=[
            NewStep(one.what, one.who, one.due_on, str(one.id), _stands(now, one))
            for one in now.steps
            if one.state == "open"
        ],
    )


def _stands(now: Whole, step: Any) -> str:
    settled = now.settled_elsewhere(step)
    if settled is None:
        return "open"
    return "done" if settled.state == "done" else "dropped"


def begun_again(old: Plan, offered: Offered) -> dict[str, Any]:
    """A new plan from an old one: its words and people, but not its days, steps and parts."""
    data = begun(reading.whole(old), offered)
    for row in data["people"]:
        row["id"] = ""
    new_days: dict[str, Any] = dict.fromkeys((*forms.FACTS, *forms.ADVICE))
    new_days |= {"review_every": old.review_every, "steps": []}
    return {**data, **new_days}


def now_there(now: Whole) -> dict[str, str]:
    """A plan as it stands, question by question, for whoever changed it at the same time."""
    content = reading.content_of(now)
    names = (*forms.FACTS, *forms.WORDS, *forms.ADVICE)
    people = [words.person_text(one) for one in content["people"] if one["voice"] != "young"]
    steps = [words.step_text(one) for one in content["steps"] if one["state"] == "open"]
    return {
        **{name: words.value(content, name) for name in names},
        "people": "\n".join(people),
        "steps": "\n".join(steps),
    }


def beside_form(case: Case, offered: Offered, form: Form) -> dict[str, Any]:
    """What stands around a plan’s form."""
    police = "police_advice" in form
    return {
        "police": police,
        "no_questions": words.NO_QUESTIONS if police else "",
        "not_offered": offered.not_offered,
        "tips": [tips()[code] for code in (("plan_police",) if police else ()) + _TIPS],
    }


_TIPS = ("plan_start", "plan_steps")
