"""A case in which a plan can be made: a young person who displayed it, carers, a response."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.cases import service as cases
from portal.cases.models import Case, Involved
from portal.db import close_session, session
from portal.people import service as people
from portal.people.models import PersonKind
from portal.plans import reading
from portal.plans.reading import Whole
from portal.staff.roles import Role
from tests import factories
from tests.factories import School
from tests.page import NAMES, Browser, Page

NAMES.update({"Owen Price", "Maria Price", "Denzil Price"})
Saved = Callable[[], AbstractContextManager[None]]
WORDS = {
    "internet_use": "Games, and the group chat of the team",
    "why": "So that nobody is hurt again",
    "lasts": "Two months",
    "review_every": "fortnight",
}


@dataclass(frozen=True)
class Made:
    """What stands in the case, as addresses need it."""

    reference: str
    owen: str
    sara: str
    mother: str
    father: str

    def at(self, *parts: Any) -> str:
        return "/".join((f"/cases/{self.reference}/plans", *map(str, parts)))

    @property
    def new(self) -> str:
        return self.at("new", self.owen)


@pytest.fixture
def made(school: School, saved: Saved) -> Made:
    """Owen displayed it and is known; his mother may be contacted and his father may not."""
    with saved():
        case = factories.case(school)
        sara, owen = cases.people_in(case)
        boy = factories.pupil(school, "Owen Price")
        cases.identify(school.dsl.actor, owen, boy)
        links = [
            people.add_carer(
                school.dsl.actor,
                boy,
                factories.person(school, PersonKind.CARER, name),
                {"relation": relation, "may_contact": may, "responsibility": "yes"},
            )
            for name, relation, may in (
                ("Maria Price", "mother", "yes"),
                ("Denzil Price", "father", "no"),
            )
        ]
        factories.risk(school, case)
        ids = [str(one.id) for one in (owen, sara, *links)]
        return Made(case.reference, *ids)


@pytest.fixture
def ruth(sign_in: Any) -> Browser:
    found: Browser = sign_in(Role.DSL)
    return found


@pytest.fixture
def look(app: Flask, made: Made) -> Callable[[], AbstractContextManager[Case]]:
    @contextmanager
    def looking() -> Iterator[Case]:
        with app.app_context():
            try:
                yield session.scalars(select(Case).where(Case.reference == made.reference)).one()
            finally:
                close_session()

    return looking


def the_plan(case: Case) -> Whole:
    """The newest plan of the case."""
    return max(reading.plans_of(case), key=lambda one: one.plan.written_at)


def young(case: Case) -> Involved:
    return next(one for one in cases.people_in(case) if "displayed" in one.parts)


def ahead(days: int) -> date:
    return clock.today() + timedelta(days=days)


def day(name: str, on: date) -> dict[str, str]:
    return {f"{name}-{part}": str(getattr(on, part)) for part in ("day", "month", "year")}


def step(number: int, what: str, who: str, on: date) -> dict[str, str]:
    return {
        f"steps-{number}-what": what,
        f"steps-{number}-who": who,
        **day(f"steps-{number}-due_on", on),
    }


def begin(browser: Browser, made: Made, **changes: Any) -> Page:
    """Send the first page of a plan; the caller says which answer is expected."""
    status = changes.pop("status", 303)
    fields = {**WORDS, **step(0, "Talk on Fridays", "Ruth Adeyemi", ahead(4)), **changes}
    return browser.get(made.new).submit(fields=fields, status=status)


def write(browser: Browser, made: Made, plan: Any, person: Any, **changes: Any) -> Page:
    """Write somebody’s part beside them."""
    status = changes.pop("status", 303)
    words = {"signs": "He goes quiet\nHe hides his screen", "will": "Sit with him", "how": "beside"}
    page = browser.get(made.at(plan, "voices", person))
    return page.submit(fields={**words, **changes}, status=status)


def begun(browser: Browser, made: Made, look: Any) -> tuple[str, dict[str, str]]:
    """A draft, by its id, and the ids of those who take part by their voice."""
    begin(browser, made)
    with look() as now:
        one = the_plan(now)
        return str(one.plan.id), {each.voice: str(each.id) for each in one.people}


def agreed(browser: Browser, made: Made, look: Any) -> tuple[str, dict[str, str]]:
    """A plan that was agreed with every part written."""
    plan, people = begun(browser, made, look)
    for person in people.values():
        write(browser, made, plan, person)
    page = browser.get(made.at(plan, "agree"))
    page.submit(fields={**happened(), "present": "Owen, his mother, Ruth Adeyemi"}, status=303)
    return plan, people


def happened(days_ago: int = 0) -> dict[str, str]:
    on = clock.today() - timedelta(days=days_ago)
    return {**day("happened", on), "happened-time": "00:00"}
