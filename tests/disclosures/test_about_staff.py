"""An allegation about somebody who works here never reaches the one it is about."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from portal.disclosures.rules import NOT_KNOWN, asks_about_head, may_be_staff, named_in
from portal.staff.roles import Role
from portal.staff.service import Colleague
from tests import factories
from tests.disclosures.test_recording import WORDS, filled, newest
from tests.factories import School
from tests.page import Browser, Page

Saved = Callable[[], AbstractContextManager[None]]
SignIn = Callable[[Any], Browser]


@pytest.fixture
def told(school: School, saved: Saved) -> Callable[..., str]:
    """The address in the inbox of a disclosure in which somebody is accused."""

    def record(**row: Any) -> str:
        with saved():
            made = factories.disclosure(school, people=[{"parts": ["displayed"], **row}])
        return f"/inbox/{made.id}"

    return record


def accusing(page: Page, name: str, kind: str, status: int = 303, **more: Any) -> Page:
    """Record a disclosure in which somebody of this name and kind is accused."""
    fields = {
        "people-0-name": name,
        "people-0-kind": kind,
        "people-0-parts": ["displayed"],
        **{f"people-0-{key}": value for key, value in more.items()},
    }
    return filled(page, status=status, fields=fields)


@pytest.mark.parametrize(
    "name",
    [
        "Alan Crane", "Mr Crane", "Mr A. Crane", "Al Crane", "Alan James Crane",
        "Mr Crane (head)", "the headteacher", "the Head Teacher", "the principal",
    ],
)  # fmt: skip
def test_the_head_never_reads_what_is_said_of_them_however_they_are_named(
    told: Callable[..., str], sign_in: SignIn, name: str
) -> None:
    sign_in(Role.HEAD).get(told(kind="colleague", name=name), 404)


def test_the_head_never_reads_what_is_said_of_them_where_only_a_description_names_them(
    told: Callable[..., str], sign_in: SignIn
) -> None:
    sign_in(Role.HEAD).get(told(kind="colleague", description="The headteacher, in assembly"), 404)


@pytest.mark.parametrize("kind", ["pupil", "elsewhere", "adult", "carer"])
def test_a_lead_never_reads_what_is_said_of_them_whatever_they_are_taken_for(
    told: Callable[..., str], sign_in: SignIn, kind: str
) -> None:
    there = told(kind=kind, name="Ruth Adeyemi")
    sign_in(Role.DSL).get(there, 404)
    sign_in(Role.DEPUTY).get(there, 404)
    sign_in(Role.HEAD).get(there)


@pytest.mark.parametrize("name", ["the DSL", "Ms Adeyemi"])
def test_a_lead_who_is_not_known_to_work_here_is_kept_away_by_title_and_surname(
    school: School, sign_in: SignIn, app: Flask, name: str
) -> None:
    accusing(sign_in(Role.STAFF).get("/disclosures/new"), name, NOT_KNOWN)
    sign_in(Role.DSL).get(f"/inbox/{newest(app).id}", 404)


def test_a_pupil_with_the_surname_of_somebody_here_reaches_the_leads(
    school: School, sign_in: SignIn, app: Flask
) -> None:
    accusing(sign_in(Role.STAFF).get("/disclosures/new"), "Jordan Crane", "pupil")
    accusing(sign_in(Role.STAFF).get("/disclosures/new"), "Jade Adeyemi", "pupil")
    dsl = sign_in(Role.DSL)
    assert "Jordan Crane" in dsl.get("/inbox").main_text
    assert "Jade Adeyemi" in dsl.get("/inbox").main_text


def test_of_an_accused_colleague_whom_no_name_fits_it_is_asked_if_they_are_the_head(
    school: School, sign_in: SignIn, app: Flask
) -> None:
    page = sign_in(Role.STAFF).get("/disclosures/new")
    assert "Is it the head?" not in page.main_text
    asked = accusing(page, "a PE teacher", "colleague", status=422)
    assert "Say whether this is the head" in asked.errors()["people-0-is_head"]
    assert WORDS in asked.written()
    assert next(asked.all("input", name="people-0-name")).get("value") == "a PE teacher"
    receipt = asked.submit(fields={"people-0-is_head": "no"}).follow()
    assert "gone to the head only" in receipt.main_text
    assert "not the head" in receipt.main_text
    sign_in(Role.HEAD).get(f"/inbox/{newest(app).id}")
    sign_in(Role.DSL).get(f"/inbox/{newest(app).id}", 404)


@pytest.mark.parametrize("answer", ["yes", NOT_KNOWN])
def test_who_does_not_know_whether_it_is_the_head_sends_it_to_nobody_here(
    school: School, sign_in: SignIn, app: Flask, answer: str
) -> None:
    page = sign_in(Role.STAFF).get("/disclosures/new")
    asked = accusing(page, "a teacher", "colleague", status=422)
    receipt = asked.submit(fields={"people-0-is_head": answer}).follow()
    assert "This has been sent to nobody in school" in receipt.main_text
    for role in (Role.HEAD, Role.DSL, Role.DEPUTY):
        sign_in(role).get(f"/inbox/{newest(app).id}", 404)


def test_of_a_parent_with_the_surname_of_the_head_it_is_asked_as_well(
    school: School, sign_in: SignIn, app: Flask
) -> None:
    page = sign_in(Role.STAFF).get("/disclosures/new")
    asked = accusing(page, "Jane Crane", "carer", status=422)
    asked.submit(fields={"people-0-is_head": "no"})
    sign_in(Role.DSL).get(f"/inbox/{newest(app).id}")
    sign_in(Role.HEAD).get(f"/inbox/{newest(app).id}")


def test_nobody_is_asked_about_the_head_where_nobody_is_accused_or_the_name_fits(
    school: School, sign_in: SignIn
) -> None:
    page = sign_in(Role.STAFF).get("/disclosures/new")
    accusing(page, "Mr Whitlock", "colleague")
    accusing(sign_in(Role.STAFF).get("/disclosures/new"), "Sara Pike", "pupil")
    fields = {"people-0-name": "Mr Nobody", "people-0-kind": "colleague"}
    fresh = sign_in(Role.STAFF).get("/disclosures/new")
    filled(fresh, fields={**fields, "people-0-parts": ["witness"]})


_HEAD = Colleague(UUID(int=1), "Alan Crane", frozenset({Role.HEAD}), False)
_STAFF = {_HEAD.id: _HEAD}


@pytest.mark.parametrize(
    ("row", "compared", "asked"),
    [
        ({"kind": "colleague", "parts": ["other"], "name": "Mr Nobody"}, True, False),
        ({"kind": "colleague", "parts": ["displayed"], "name": "Mr Nobody"}, True, True),
        ({"kind": "colleague", "parts": ["displayed"], "name": "Mr Crane"}, True, False),
        ({"kind": "colleague", "parts": ["displayed"], "member_id": str(_HEAD.id)}, True, False),
        ({"kind": "pupil", "parts": ["harmed"], "name": "Alan Crane"}, False, False),
        ({"kind": "pupil", "parts": ["displayed"], "name": "Jade Crane"}, True, False),
        ({"kind": "pupil", "parts": ["displayed"], "name": "Alan Crane"}, True, True),
        (
            {"kind": "pupil", "parts": ["displayed"], "name": "Alan Crane", "person_id": "x"},
            False,
            False,
        ),
        ({"kind": "pupil", NOT_KNOWN: True, "parts": ["displayed"], "name": "Crane"}, True, True),
        ({"kind": "adult", "parts": ["displayed"], "name": "Mr Crane"}, True, True),
        ({"kind": "adult", "parts": ["displayed"], "name": "Mr Pike"}, True, False),
    ],
)
def test_who_is_compared_with_the_staff_and_of_whom_it_is_asked(
    row: dict[str, Any], compared: bool, asked: bool
) -> None:
    assert may_be_staff(row) is compared
    assert asks_about_head(row, _STAFF) is asked


@pytest.mark.parametrize(
    ("answer", "is_head"), [(None, True), ("yes", True), (NOT_KNOWN, True), ("no", False)]
)
def test_no_answer_counts_as_the_head(answer: str | None, is_head: bool) -> None:
    row = {"kind": "colleague", "parts": ["displayed"], "name": "Mr Nobody", "is_head": answer}
    assert [one.is_head for one in named_in(row, _STAFF)] == [is_head]
    assert [one.is_head for one in named_in(row, {})] == [is_head]
