"""The pages about looks, by request: what they tell, and what they must not tell."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from portal import clock
from portal.cases import service as cases
from portal.cases.models import Case
from portal.journal import service as journal
from portal.journal.actor import Actor
from portal.oversight.rules import week_of
from portal.staff.roles import Role
from tests import factories
from tests.factories import Colleague, School
from tests.page import Browser
from tests.staff.at_the_door import works_and_leaves

SignIn = Callable[[Role | Colleague], Browser]


@pytest.fixture
def case(app: Flask, school: School) -> Case:
    with factories.saved(app):
        made = factories.case(school)
        made.reference  # noqa: B018 - read while the session is open
    return made


def monday() -> datetime:
    """Three in the morning on the Monday of last week."""
    day = week_of(clock.today()) - timedelta(days=7)
    return datetime(day.year, day.month, day.day, 3, tzinfo=clock.ZONE)


def look(case: Case, who: Colleague, at: datetime, verb: str = "looked") -> None:
    with clock.stopped_at(at):
        actor = Actor(who.id, None, who.role.value, who.school_id)
        journal.note_act(actor, verb, case_id=case.id)
        from portal.db import session

        journal.settle(session)


def last_week() -> str:
    return f"/school/looks/{monday().date()}"


def test_a_look_at_night_is_told_to_dsl_and_head(
    app: Flask, school: School, case: Case, sign_in: SignIn
) -> None:
    with factories.saved(app):
        look(case, school[Role.DEPUTY], monday())
    for role in (Role.DSL, Role.HEAD):
        reader = sign_in(role)
        assert reader.get("/school/looks", 303).location == last_week()
        shown = reader.get(last_week())
        assert "At night, at a weekend or in the holidays" in shown.text
        assert "Tom Whitlock: 1 look" in shown.text
        assert f"/cases/{case.reference}/looks" in shown.html
    sign_in(Role.DEPUTY).get(last_week(), 403)
    sign_in(Role.ADMIN).get(last_week(), 403)


def test_a_case_that_may_not_be_seen_is_left_out(
    app: Flask, school: School, case: Case, sign_in: SignIn
) -> None:
    with factories.saved(app):
        look(case, school[Role.DEPUTY], monday())
        cases.exclude(school.dsl.actor, case.key, school.head.id, "Related", case_id=case.id)
    shown = sign_in(Role.HEAD).get(last_week())
    assert "Nothing unusual" in shown.text
    assert case.reference not in shown.html


def test_the_other_school_s_looks_are_not_told(
    app: Flask, school: School, second_school: School, case: Case, sign_in: SignIn
) -> None:
    with factories.saved(app):
        look(case, school[Role.DEPUTY], monday())
    assert "Nothing unusual" in sign_in(second_school.dsl).get(last_week()).text


def test_a_week_is_marked_as_read(school: School, case: Case, sign_in: SignIn) -> None:
    reader = sign_in(Role.DSL)
    shown = reader.get(last_week())
    assert "Nobody has said yet" in shown.text
    after = shown.submit(words="Asked Tom: he was rung up by the police.", status=303)
    again = reader.get(after.location)
    assert "Asked Tom: he was rung up by the police." in again.text
    assert "Ruth Adeyemi" in again.text


@pytest.mark.parametrize("week", ["2026-11-17", "1999-01-04", "9999-12-27", "today", "20261116"])
def test_a_week_that_is_none_is_not_there(week: str, school: School, sign_in: SignIn) -> None:
    sign_in(Role.DSL).get(f"/school/looks/{week}", 404)


def test_my_own_history_tells_what_i_did(
    app: Flask, school: School, case: Case, sign_in: SignIn, statements: Any
) -> None:
    reader = sign_in(Role.DEPUTY)
    reader.get(f"/cases/{case.reference}")
    with statements() as counted:
        shown = reader.get("/account/history")
    assert "Looked" in shown.text
    assert case.reference in shown.text
    assert "Signed in" in shown.text
    assert counted.count <= 3, counted.texts
    for role in (Role.STAFF, Role.GOVERNOR, Role.ADMIN):
        own = sign_in(role).get("/account/history")
        assert case.reference not in own.html
        assert "Signed in" in own.text


def test_a_case_closed_to_me_stands_without_its_reference(
    app: Flask, school: School, case: Case, sign_in: SignIn
) -> None:
    reader = sign_in(Role.HEAD)
    reader.get(f"/cases/{case.reference}")
    with factories.saved(app):
        cases.exclude(school.dsl.actor, case.key, school.head.id, "Related", case_id=case.id)
    shown = reader.get("/account/history")
    assert "A case that is closed to you now" in shown.text
    assert case.reference not in shown.html


def test_a_long_history_has_pages(app: Flask, school: School, case: Case, sign_in: SignIn) -> None:
    with factories.saved(app):
        for number in range(60):
            look(case, school.dsl, monday() + timedelta(minutes=20 * number))
    reader = sign_in(Role.DSL)
    first = reader.get("/account/history")
    older = first.link("Older")
    second = reader.get(older)
    assert second.html.count(case.reference) < first.html.count(case.reference) + 50
    assert "Older" not in second.text or second.link("Older") != older
    reader.get("/account/history?before=x")
    reader.get("/account/history?before=99999999999999999999")


def test_refusals_are_told(
    app: Flask, school: School, second_school: School, case: Case, sign_in: SignIn
) -> None:
    sign_in(Role.STAFF).get(f"/cases/{case.reference}", 404)
    Browser(app).get("/sign-in").submit(username="dsl", password="not the password", status=422)
    shown = sign_in(Role.HEAD).get("/school/refused")
    assert "Was refused a case" in shown.text
    assert "Beth O’Hara" in shown.text
    assert "Sign-in refused" in shown.text
    assert "Ruth Adeyemi" in shown.text
    assert case.reference not in shown.html
    other = sign_in(second_school.dsl).get("/school/refused")
    assert "Nothing was refused" in other.text


def test_refusals_of_somebody_who_left_for_another_school_are_that_school_s(
    app: Flask, school: School, second_school: School, sign_in: SignIn
) -> None:
    who = second_school[Role.STAFF]
    works_and_leaves(lambda: factories.saved(app), school, who)
    Browser(app).get("/sign-in").submit(
        username=who.username, password="not the password", status=422
    )

    assert "Sign-in refused" in sign_in(second_school.head).get("/school/refused").text
    assert "Nothing was refused" in sign_in(school.head).get("/school/refused").text
