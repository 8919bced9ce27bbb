"""A case with Sara and Owen, Sara’s mother, and pages that read it back."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.cases import service as cases
from portal.cases.models import Case, Involved
from portal.db import close_session, session
from portal.people import service as people
from portal.people.models import PersonKind
from portal.staff.roles import Role
from tests import factories
from tests.factories import School
from tests.page import Browser

Look = Callable[[], AbstractContextManager[Case]]


@dataclass(frozen=True)
class Made:
    """A case by its reference, and the ids of those in it as addresses give them."""

    reference: str
    sara: str
    owen: str
    mother: str
    colleague: str
    head: str
    lead: str

    def at(self, *parts: str) -> str:
        return "/".join(("/cases", self.reference, *parts))


@pytest.fixture
def made(school: School, saved: Any) -> Made:
    with saved():
        case = factories.case(school)
        sara, owen = cases.people_in(case)
        mother = factories.person(school, PersonKind.CARER, "Ann O'Dea")
        session.flush()
        assert sara.person is not None
        people.add_carer(
            school.dsl.actor, sara.person, mother, {"relation": "Mother", "responsibility": "yes"}
        )
        return Made(
            case.reference,
            str(sara.id),
            str(owen.id),
            str(mother.id),
            str(school[Role.STAFF].id),
            str(school.head.id),
            str(school.dsl.id),
        )


@pytest.fixture
def ruth(sign_in: Any) -> Browser:
    found: Browser = sign_in(Role.DSL)
    return found


@pytest.fixture
def look(app: Flask, made: Made) -> Look:
    @contextmanager
    def looking() -> Iterator[Case]:
        with app.app_context():
            try:
                yield the_case(made)
            finally:
                close_session()

    return looking


def the_case(made: Made) -> Case:
    return session.scalars(select(Case).where(Case.reference == made.reference)).one()


def sara_in(case: Case) -> Involved:
    return cases.people_in(case)[0]


def row(number: int, **answers: Any) -> dict[str, Any]:
    """The answers of one row of people, by the names of its fields."""
    return {f"people-{number}-{name}": value for name, value in answers.items()}


def with_rows(page: Any, number: int, name: str = "people") -> Any:
    """The form with as many rows as are wanted, added one by one as without a script."""
    while f"{name}-{number - 1}-name" not in page.fields():
        page = page.submit(button=f"add-{name}", status=200)
    return page


def visit(browser: Browser, made: Made, *rows: dict[str, Any], **changes: Any) -> Any:
    """Fill in one visit beside Sara; the caller says which answer is expected."""
    status = changes.pop("status", 303)
    page = with_rows(
        browser.get(made.at("wishes", changes.pop("who", made.sara), "new")), len(rows)
    )
    fields: dict[str, Any] = {"how": "beside"}
    for number, one in enumerate(rows):
        fields |= row(number, **one)
    return page.submit(fields={**fields, **changes}, status=status, button="Save")
