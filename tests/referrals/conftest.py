"""A case, the DSL signed in, and a look at what is on the record."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.cases.models import Case
from portal.db import close_session, session
from portal.staff.roles import Role
from tests import factories
from tests.factories import School
from tests.page import Browser

Saved = Callable[[], AbstractContextManager[None]]
SignIn = Callable[[Any], Browser]
Look = Callable[[], AbstractContextManager[Case]]


@pytest.fixture
def case(school: School, saved: Saved) -> str:
    with saved():
        return factories.case(school).reference


@pytest.fixture
def ruth(sign_in: SignIn) -> Browser:
    return sign_in(Role.DSL)


@pytest.fixture
def look(app: Flask, case: str) -> Look:
    @contextmanager
    def looking() -> Iterator[Case]:
        with app.app_context():
            try:
                yield session.scalars(select(Case).where(Case.reference == case)).one()
            finally:
                close_session()

    return looking
