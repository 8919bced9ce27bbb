"""A case with somebody harmed and somebody who displayed the behaviour, and who works on it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.cases import actions
from portal.cases import service as cases
from portal.cases.models import Case
from portal.db import close_session, session
from portal.staff.roles import Role
from tests import factories
from tests.factories import School
from tests.page import Browser, Page

Look = Callable[[], AbstractContextManager[Case]]
SUPPORT: dict[str, Any] = {
    "needs": "Not to sit near him, and somebody to go to.",
    "own_words": "I don’t want everybody asking.",
    "adult_name": "Mr Ali, librarian",
    "adult_when": "Every break",
    "adult_where": "Library",
    "told_every": "weekly",
    "told_by": "Ruth Adeyemi",
    "holidays": "Childline, and her aunt",
    "review_every": "weekly",
}


@pytest.fixture
def case(school: School, saved: Any) -> str:
    with saved():
        return factories.case(school).reference


@pytest.fixture
def ruth(sign_in: Any) -> Browser:
    browser: Browser = sign_in(Role.DSL)
    return browser


@pytest.fixture
def look(app: Flask, case: str) -> Look:
    @contextmanager
    def looking() -> Iterator[Case]:
        with app.app_context():
            try:
                yield here(case)
            finally:
                close_session()

    return looking


def here(reference: str) -> Case:
    return session.scalars(select(Case).where(Case.reference == reference)).one()


@pytest.fixture
def who(look: Look) -> Callable[[str], str]:
    """The id of the person with this part."""

    def found(part: str) -> str:
        with look() as now:
            return str(next(one.id for one in cases.people_in(now) if part in one.parts))

    return found


def in_days(days: int) -> date:
    return clock.today() + timedelta(days=days)


def parts(name: str, day: date | None = None, at: str = "") -> dict[str, str]:
    """The boxes of a day, and of a time where the field has one."""
    day = day or clock.today()
    boxes = {f"{name}-day": day.day, f"{name}-month": day.month, f"{name}-year": day.year}
    return {key: str(value) for key, value in boxes.items()} | ({f"{name}-time": at} if at else {})


def happened(day: date | None = None) -> dict[str, str]:
    return parts("happened", day) | {"happened-time": ""}


def begin(browser: Browser, case: str, person: str, status: int = 303, **changes: Any) -> Page:
    """Begin support; the page of the record, or the form as it was refused."""
    page = browser.get(f"/cases/{case}/support/begin/{person}")
    sent = page.submit(fields={**SUPPORT, **changes}, status=status)
    return sent.follow() if status == 303 else sent


def due(case: Case, kind: str, *, state: str = "open") -> list[Any]:
    return [one for one in actions.actions_of(case) if one.kind == kind and one.state == state]
