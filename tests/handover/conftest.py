"""A case, and a screen that is handed over in it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from uuid import UUID

import pytest
from flask import Flask

from tests import factories
from tests.factories import School
from tests.handover import trial
from tests.page import Browser

Saved = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def case_id(school: School, saved: Saved) -> UUID:
    with saved():
        return factories.case(school).id


@pytest.fixture
def member(school: School, sign_in: Callable[..., Browser]) -> Browser:
    """The screen of the lead, before it is handed over."""
    return sign_in(school.dsl)


@pytest.fixture
def handover(app: Flask, school: School, case_id: UUID, member: Browser) -> UUID:
    return trial.hand_over(app, member, school, case_id)


@pytest.fixture
def student(member: Browser, handover: UUID) -> Browser:
    """The same screen, now with the student."""
    return member
