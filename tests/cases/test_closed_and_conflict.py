"""A closed case stays as it is; who lost a race may send their text after seeing the other."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

from flask import Flask

from portal import clock
from portal.cases import service as cases
from portal.staff.access import CONFIRMED_FOR
from portal.staff.roles import Role
from tests import factories
from tests.factories import PASSWORD, School
from tests.house.holders import grant
from tests.page import Browser

Saved = Callable[[], AbstractContextManager[None]]
SignIn = Callable[[Any], Browser]


def test_nothing_is_changed_in_a_closed_case(
    app: Flask, school: School, sign_in: SignIn, saved: Saved
) -> None:
    with saved():
        case = factories.case(school)
        reference = case.reference
    lead = sign_in(Role.DSL)
    page = lead.get(f"/cases/{reference}/notes/new")
    with saved():
        found = cases.session.get(type(case), case.id)
        assert found is not None
        cases.close(school.dsl.actor, found, "Settled", "", "")
    refused = page.submit(words="One more call home.", status=409, kind="contact")
    assert "This case is closed." in refused.main_text
    kept = lead.get(f"/cases/{reference}/notes/new")
    assert "One more call home." in kept.written()


def test_the_losers_text_can_be_sent_after_both_were_seen(
    app: Flask, school: School, sign_in: SignIn, saved: Saved
) -> None:
    with saved():
        pupil = factories.pupil(school, full_name="Sara Whitlock")
    address = f"/people/{pupil.id}/change"
    first, second = sign_in(Role.DSL), sign_in(Role.DEPUTY)
    mine, theirs = first.get(address), second.get(address)
    theirs.submit(form_group="9D", reason="Moved form").follow()
    both = mine.submit(form_group="9E", reason="Moved form", status=409)
    assert "9D" in both.main_text
    assert "9E" in both.main_text
    again = both.click("Open the form again")
    assert next(again.all("input", name="form_group")).get("value") == "9E"
    again.submit().follow()
    assert "9E" in first.get(f"/people/{pupil.id}").main_text


def test_a_case_is_opened_again_with_the_password_alone(
    school: School, sign_in: SignIn, saved: Saved, stopped: Callable[[Any], None]
) -> None:
    """Whatever was given of it counts again, so that it is no less than giving it anew."""
    with saved():
        case = factories.case(school)
        grant(school, case, school[Role.PASTORAL], "all")
        cases.close(school.dsl.actor, case, "Settled", "", "")
        at = f"/cases/{case.reference}"
    lead, pastoral = sign_in(Role.DSL), sign_in(Role.PASTORAL)
    form = lead.get(f"{at}/reopen")
    stopped(clock.now() + CONFIRMED_FOR + timedelta(seconds=1))
    asked = form.submit(reason="It has come back.")
    assert asked.location.startswith("/confirm-password")
    pastoral.get(at, 404)
    again = asked.follow().submit(password=PASSWORD).follow()
    again.submit().follow()
    pastoral.get(at)
