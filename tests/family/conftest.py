"""A case with a young person whose parents live apart, and the ways in which tests look at it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.cases import service as cases
from portal.cases.models import Case
from portal.db import close_session, session
from portal.staff.roles import Role
from tests import factories
from tests.factories import School
from tests.house.furnished_family import carer
from tests.page import Browser, Page

Saved = Callable[[], AbstractContextManager[None]]
SignIn = Callable[[Any], Browser]
Look = Callable[[], AbstractContextManager[Case]]


@dataclass(frozen=True)
class At:
    """Addresses and ids of the case: Sara, whose parents live apart, and Owen with his mother."""

    reference: str
    sara: str
    owen: str
    mum: str
    dad: str
    nan: str

    @property
    def case(self) -> str:
        return f"/cases/{self.reference}"

    def of(self, whom: str, *parts: str) -> str:
        return "/".join((self.case, "family", whom, *parts))


@pytest.fixture
def at(school: School, saved: Saved) -> At:
    with saved():
        case = factories.case(school)
        session.flush()
        sara, owen = cases.people_in(case)
        mum = carer(
            school,
            sara,
            "Karen Hale",
            {"relation": "mother", "responsibility": "yes", "household": "Mum’s home"},
            telephone="07700 900123",
            address="12 Mill Lane\nOX1 2AB",
            address_protected=True,
        )
        dad = carer(
            school,
            sara,
            "Sean Byrne",
            {"relation": "father", "responsibility": "yes"},
            may_contact="no",
            court_order="No contact until the hearing.",
        )
        nan = carer(school, sara, "Ann O'Dea", {"relation": "grandmother"}, may_contact="ask_lead")
        carer(school, owen, "Lucy Price", {"relation": "mother"})
        return At(case.reference, *(str(one.id) for one in (sara, owen, mum, dad, nan)))


@pytest.fixture
def ruth(sign_in: SignIn) -> Browser:
    return sign_in(Role.DSL)


@pytest.fixture
def look(app: Flask, at: At) -> Look:
    @contextmanager
    def looking() -> Iterator[Case]:
        with app.app_context():
            try:
                yield here(at)
            finally:
                close_session()

    return looking


def here(at: At) -> Case:
    return session.scalars(select(Case).where(Case.reference == at.reference)).one()


def when(days_ago: int = 0, name: str = "happened") -> dict[str, Any]:
    day = clock.today() - timedelta(days=days_ago)
    parts = {"day": day.day, "month": day.month, "year": day.year, "time": "00:00"}
    return {f"{name}-{part}": str(value) for part, value in parts.items()}


def on(name: str, days_ahead: int) -> dict[str, Any]:
    day = clock.today() + timedelta(days=days_ahead)
    parts = {"day": day.day, "month": day.month, "year": day.year}
    return {f"{name}-{part}": str(value) for part, value in parts.items()}


def ask(browser: Browser, at: At, wish: str, status: int = 303, **changes: Any) -> Page:
    page = browser.get(at.of(at.sara, "wish"))
    return page.submit(fields={"wish": wish, **when(name="asked"), **changes}, status=status)


def decide(browser: Browser, at: At, choice: str, status: int = 303, **changes: Any) -> Page:
    whom = changes.pop("whom", at.sara)
    return browser.get(at.of(whom, "decide")).submit(
        fields={"choice": choice, **when(), **changes}, status=status
    )


def tell_mum(browser: Browser, at: At, **changes: Any) -> Page:
    known = {
        "told": [at.mum, at.nan],
        "not_told_why": "The court’s order.",
        "who_tells": "Ruth Adeyemi",
    }
    return decide(browser, at, "informed", **{**known, **changes})


def contact(browser: Browser, at: At, status: int = 303, **changes: Any) -> Page:
    """A contact with Sara’s mother, unless another is chosen."""
    known = {
        "with_whom": at.mum,
        "way": "phone",
        "reached": "yes",
        "we_said": "What was posted of her.",
        **when(),
    }
    page = browser.get(at.of(changes.pop("whom", at.sara), "contacts", "new"))
    return page.submit(fields={**known, **changes}, status=status)


def agree(browser: Browser, at: At, every: str = "week", status: int = 303, **changes: Any) -> Page:
    known = {"carer": at.mum, "every": every, "contains": "How she is in lessons."}
    page = browser.get(at.of(at.sara, "updates", "new"))
    return page.submit(fields={**known, **changes}, status=status)
