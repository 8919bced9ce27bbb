"""A case in which somebody who works here turns out to be accused, when it has long been open."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest

from portal import clock
from portal.cases import emergencies, grant_rules, grants
from portal.cases import service as cases
from portal.cases.models import Case
from portal.db import session
from portal.people.models import PersonKind
from portal.staff.roles import Role
from tests import factories
from tests.factories import School
from tests.page import Browser

Saved = Callable[[], AbstractContextManager[None]]
SignIn = Callable[[Any], Browser]

ACCUSED = {"parts": ["displayed"]}
KEPT = "Case kept to the head and its lead"


@pytest.fixture
def at(school: School, saved: Saved) -> str:
    """An open case that the DSL leads and everybody with a role for it can see."""
    with saved():
        made = factories.case(school)
        cases.involve(
            school.dsl.actor, made, person=None, parts=["displayed"], words={"description": "A man"}
        )
        return f"/cases/{made.reference}"


@pytest.fixture
def colleague(school: School, saved: Saved) -> str:
    """Somebody of the list who works here, by id."""
    with saved():
        account = school[Role.STAFF].id
        found = factories.person(school, PersonKind.COLLEAGUE, "Beth O’Hara", member_id=account)
        return str(found.id)


def who_sees(sign_in: SignIn, at: str) -> set[Role]:
    readers = (Role.DSL, Role.DEPUTY, Role.HEAD, Role.PASTORAL)
    return {role for role in readers if sign_in(role).get(at, status=(200, 404)).status == 200}


def the_case(at: str) -> Case:
    return session.query(Case).filter_by(reference=at.rpartition("/")[2]).one()


def test_an_accused_colleague_leaves_the_case_to_the_head_and_its_lead(
    school: School, sign_in: SignIn, saved: Saved, at: str, colleague: str
) -> None:
    with saved():
        until = grant_rules.end_of(clock.today() + timedelta(days=9))
        given = grants.NewGrant(
            school[Role.PASTORAL].id, ("all",), may_write=False, until=until, reason="She asked."
        )
        grants.give(school.dsl.actor, the_case(at), given)
    dsl, add = sign_in(Role.DSL), f"{at}/people/add/{colleague}"
    page = dsl.get(add)
    assert "only the head and whoever leads the case see it" in page.main_text
    after = page.submit(add, fields=ACCUSED).follow()
    assert "Beth O’Hara" in after.main_text
    assert who_sees(sign_in, at) == {Role.DSL, Role.HEAD}
    assert KEPT in dsl.get(f"{at}/chronology").main_text
    with saved():
        (grant,) = grants.given(the_case(at))
        assert grant.ended_at is not None


def test_what_was_opened_in_an_emergency_ends_with_it(
    school: School, sign_in: SignIn, saved: Saved, at: str, colleague: str
) -> None:
    with saved():
        who = factories.viewer_of(school[Role.PASTORAL])
        emergencies.open_case(who, the_case(at), "She is gone and her mother rang.")
    pastoral = sign_in(Role.PASTORAL)
    pastoral.get(at)
    add = f"{at}/people/add/{colleague}"
    sign_in(Role.DSL).get(add).submit(add, fields=ACCUSED)
    pastoral.get(at, 404)
    with saved():
        (opened,) = emergencies.of_case(the_case(at))
        assert not emergencies.running(opened)


def test_a_lead_who_adds_them_is_not_sent_to_a_page_that_is_not_there_any_more(
    sign_in: SignIn, at: str, colleague: str
) -> None:
    add = f"{at}/people/add/{colleague}"
    deputy = sign_in(Role.DEPUTY)
    assert deputy.get(add).submit(add, fields=ACCUSED).location == "/cases"
    deputy.get(at, 404)


def test_a_colleague_who_is_no_more_than_a_witness_leaves_it_with_the_leads(
    sign_in: SignIn, at: str, colleague: str
) -> None:
    add = f"{at}/people/add/{colleague}"
    sign_in(Role.DSL).get(add).submit(add, fields={"parts": ["witness"]})
    assert who_sees(sign_in, at) == {Role.DSL, Role.DEPUTY, Role.HEAD}


def test_a_witness_who_is_accused_later_leaves_it_to_the_head_and_its_lead(
    school: School, sign_in: SignIn, saved: Saved, at: str, colleague: str
) -> None:
    add = f"{at}/people/add/{colleague}"
    dsl = sign_in(Role.DSL)
    dsl.get(add).submit(add, fields={"parts": ["witness"]})
    with saved():
        named = [one for one in cases.people_in(the_case(at)) if str(one.person_id) == colleague]
        change = f"{at}/people/{named[0].id}/change"
    page = dsl.get(change)
    assert "only the head and whoever leads the case see it" in page.main_text
    page.submit(change, fields=ACCUSED, reason="She said so today")
    assert who_sees(sign_in, at) == {Role.DSL, Role.HEAD}


def test_somebody_unknown_who_turns_out_to_work_here_leaves_it_to_the_head_and_its_lead(
    sign_in: SignIn, saved: Saved, at: str, colleague: str
) -> None:
    with saved():
        (unknown,) = [one for one in cases.people_in(the_case(at)) if not one.is_known]
        identify = f"{at}/people/{unknown.id}/identify/{colleague}"
    sign_in(Role.DSL).get(identify).submit(identify)
    assert who_sees(sign_in, at) == {Role.DSL, Role.HEAD}


def test_an_adult_who_turns_out_to_work_here_leaves_it_to_the_head_and_its_lead(
    school: School, sign_in: SignIn, saved: Saved, at: str
) -> None:
    with saved():
        adult = factories.person(school, PersonKind.ADULT, "Tom Whitlock")
        cases.involve(school.dsl.actor, the_case(at), person=adult, parts=["displayed"], words={})
        change = f"/people/{adult.id}/change"
    assert Role.DEPUTY in who_sees(sign_in, at)
    page = sign_in(Role.DSL).get(change)
    page.submit(change, kind="colleague", reason="He works here")
    assert who_sees(sign_in, at) == {Role.DSL, Role.HEAD}


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("Tom Whitlock", {Role.DSL, Role.HEAD}),
        ("Mr Whitlock", {Role.DSL, Role.HEAD}),
        ("Mr A. Crane", {Role.DSL, Role.DEPUTY}),
        ("the headteacher", {Role.DSL, Role.DEPUTY}),
        ("Grace Adeyemi", {Role.DSL, Role.DEPUTY, Role.HEAD}),
    ],
)
def test_without_an_account_everybody_is_shut_out_whom_the_name_may_mean(
    sign_in: SignIn, at: str, name: str, left: set[Role]
) -> None:
    new = f"{at}/people/add-new/colleague"
    sign_in(Role.DSL).get(new).submit(new, fields={"full_name": name, "parts": ["witness"]})
    assert who_sees(sign_in, at) == left


def test_without_an_account_the_head_who_is_accused_does_not_see_it(
    sign_in: SignIn, at: str
) -> None:
    new = f"{at}/people/add-new/colleague"
    sign_in(Role.DSL).get(new).submit(new, fields={"full_name": "Al Crane", **ACCUSED})
    assert who_sees(sign_in, at) == {Role.DSL}


def test_a_lead_of_exactly_this_name_gives_the_case_away_first(sign_in: SignIn, at: str) -> None:
    new = f"{at}/people/add-new/colleague"
    page = sign_in(Role.DEPUTY).get(new)
    said = page.submit(new, fields={"full_name": "Ruth Adeyemi", **ACCUSED}, status=409)
    assert "Give the case to another lead first" in said.main_text
