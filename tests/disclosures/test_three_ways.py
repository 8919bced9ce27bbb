"""The three ways on: open a case, join one, or take no further action."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from flask import Flask
from sqlalchemy import select

from portal.cases import service as cases
from portal.cases.models import Case
from portal.db import session
from portal.people.models import Person, PersonKind
from portal.staff.roles import Role
from tests import factories
from tests.disclosures.test_recording import filled, newest
from tests.factories import School
from tests.page import Browser

Saved = Callable[[], AbstractContextManager[None]]
SignIn = Callable[[Any], Browser]

SARA = {"people-0-name": "Sara Whitlock", "people-0-parts": ["harmed"]}


def opened(app: Flask) -> Case:
    with app.app_context():
        found = session.scalars(select(Case)).one()
        session.expunge_all()
        return found


def test_a_case_is_opened_and_the_person_is_linked_not_doubled(
    app: Flask, school: School, sign_in: SignIn, saved: Saved
) -> None:
    with saved():
        factories.pupil(school, full_name="Sara Whitlock", form_group="9C")
    filled(sign_in(Role.STAFF).get("/disclosures/new"), fields=SARA)
    lead = sign_in(Role.DSL)
    page = lead.get(f"/inbox/{newest(app).id}/open")
    assert "Who is “Sara Whitlock”?" in page.main_text
    page.submit()
    case = opened(app)
    assert case.reference == "2026-0001"
    assert case.lead_id == school.dsl.id
    with app.app_context():
        assert len(session.scalars(select(Person)).all()) == 1
        assert [one.name for one in cases.people_in(case)] == ["Sara Whitlock"]


def test_somebody_who_is_not_in_the_list_is_added(
    app: Flask, school: School, sign_in: SignIn
) -> None:
    filled(
        sign_in(Role.STAFF).get("/disclosures/new"),
        fields=SARA | {"people-0-kind": PersonKind.ELSEWHERE.value},
    )
    sign_in(Role.DSL).get(f"/inbox/{newest(app).id}/open").submit()
    with app.app_context():
        (person,) = session.scalars(select(Person)).all()
        assert (person.full_name, person.kind) == ("Sara Whitlock", "elsewhere")


def test_it_has_come_back_reopens_the_case(
    app: Flask, school: School, sign_in: SignIn, saved: Saved
) -> None:
    filled(sign_in(Role.STAFF).get("/disclosures/new"), fields=SARA)
    lead = sign_in(Role.DSL)
    lead.get(f"/inbox/{newest(app).id}/open").submit()
    case = opened(app)
    with saved():
        cases.close(school.dsl.actor, cases_get(case), "Settled", "", "")
    filled(
        sign_in(Role.STAFF).get("/disclosures/new"),
        fields=SARA,
        behaviours_4=["altered_images"],
        danger="yes",
    )
    page = lead.get(f"/inbox/{newest(app).id}/join")
    assert "the same person" in page.main_text
    page.submit(case=case.reference, recurrence=True)
    again = opened(app)
    assert again.is_open
    assert again.recurrences == 1
    assert again.danger == "yes"
    assert "unwanted_sexualisation" in again.types
    assert len(newest(app).people or []) == 1


def cases_get(case: Case) -> Case:
    found = session.get(Case, case.id)
    assert found is not None
    return found


def test_no_further_action_needs_its_reason(app: Flask, school: School, sign_in: SignIn) -> None:
    filled(sign_in(Role.STAFF).get("/disclosures/new"))
    lead = sign_in(Role.DSL)
    address = f"/inbox/{newest(app).id}"
    page = lead.get(f"{address}/no-action").submit(status=422)
    assert "reason" in page.errors()
    page = page.submit(reason="It was about a film, not about anybody here.").follow()
    assert "It was about a film" in page.main_text
    lead.get(f"{address}/open").submit(status=409)


def test_the_same_press_twice_opens_one_case(app: Flask, school: School, sign_in: SignIn) -> None:
    filled(sign_in(Role.STAFF).get("/disclosures/new"), fields=SARA)
    page = sign_in(Role.DSL).get(f"/inbox/{newest(app).id}/open")
    first, second = page.submit(), page.submit()
    assert first.location == second.location
    opened(app)


def test_the_head_acts_only_when_nobody_else_has(
    app: Flask, school: School, sign_in: SignIn
) -> None:
    filled(sign_in(Role.STAFF).get("/disclosures/new"))
    head = sign_in(Role.HEAD)
    head.get(f"/inbox/{newest(app).id}")
    head.get(f"/inbox/{newest(app).id}/open", status=403)


def test_an_allegation_about_staff_cannot_join_a_case_that_others_see(
    app: Flask, school: School, sign_in: SignIn, saved: Saved
) -> None:
    with saved():
        factories.case(school)
    filled(
        sign_in(Role.STAFF).get("/disclosures/new"),
        fields={
            "people-0-name": "Tom Whitlock",
            "people-0-kind": PersonKind.COLLEAGUE.value,
            "people-0-parts": ["displayed"],
        },
    )
    page = sign_in(Role.HEAD).get(f"/inbox/{newest(app).id}/join")
    page.submit(case=opened(app).reference, status=403)


def test_a_disclosure_of_another_school_is_not_found(
    app: Flask, school: School, second_school: School, sign_in: SignIn
) -> None:
    filled(sign_in(Role.STAFF).get("/disclosures/new"))
    other = sign_in(second_school[Role.DSL])
    for way in ("", "/open", "/join", "/no-action", "/ask"):
        other.get(f"/inbox/{newest(app).id}{way}", status=404)
