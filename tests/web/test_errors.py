"""The pages of what was refused: each says what is true of this refusal, and no more."""

import pytest
from flask import Flask

from portal.staff.roles import Role
from portal.web.errors import NotPossible, changed_meanwhile, not_possible
from tests.staff.test_role_requests import ask, requests_of, settle

ROLE_LACKS_IT = "Your role at this school does not include this page"
DRAFT = "What you typed is kept as your draft"
SHEET = {"sheet": "5f2b6f0e-3c1e-4a55-9d0e-1a6a3b9f7c11", "version": "1", "csrf_token": "x"}


def test_who_is_refused_for_another_reason_than_their_role_is_not_told_of_the_role(
    sign_in, school, saved
):
    ask(sign_in(Role.DSL), school[Role.STAFF], "staff", "deputy")
    [(request_id, *_)] = requests_of(saved, school[Role.STAFF])

    page = sign_in(Role.DSL).get(f"/school/role-requests/{request_id}/settle", status=403)

    assert "This waits for somebody else" in page.main_text
    assert "Nothing was changed." in page.main_text
    assert ROLE_LACKS_IT not in page.main_text
    assert "They can give you access" not in page.main_text


def test_whose_role_lacks_a_page_is_told_so(sign_in, school):
    page = sign_in(Role.STAFF).get("/school/members", status=403)

    assert ROLE_LACKS_IT in page.main_text
    assert "Nothing was changed." in page.main_text
    assert "They can give you access" in page.main_text


def test_only_who_typed_something_is_told_of_a_draft(sign_in, school, saved):
    ask(sign_in(Role.DSL), school[Role.STAFF], "staff", "deputy")
    [(request_id, *_)] = requests_of(saved, school[Role.STAFF])
    head = sign_in(Role.HEAD)
    address = f"/school/role-requests/{request_id}/settle"
    opened = head.get(address)
    settle(head, request_id)

    typed = opened.submit(answer="no", reason="Not yet.", status=409)
    looked = head.get(address, status=409)

    assert DRAFT in typed.main_text
    assert "Nothing was changed." in looked.main_text
    assert DRAFT not in looked.main_text


@pytest.mark.parametrize(
    ("sent", "typed"), [({}, False), ({"why": "  "}, False), ({"why": "A fight."}, True)]
)
def test_a_bare_button_has_no_draft(app: Flask, sent: dict[str, str], typed: bool) -> None:
    with app.test_request_context("/somewhere", method="POST", data=SHEET | sent):
        refused = not_possible(NotPossible("This is settled already.")).get_data(as_text=True)
        changed = changed_meanwhile(Exception()).get_data(as_text=True)
    assert (DRAFT in refused) is typed
    assert ("kept as your draft" in changed) is typed
