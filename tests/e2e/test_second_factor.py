"""A first sign-in with an authenticator app, the next one, and one with a recovery code."""

from typing import Any

import pytest
from playwright.sync_api import expect

from portal import clock
from portal.db import session
from portal.journal.actor import MACHINE
from portal.journal.service import note
from portal.staff.factors import second_factor, totp
from portal.staff.models import Member
from portal.staff.roles import Role
from tests import factories
from tests.e2e.office import Screen
from tests.e2e.test_axe import Walk
from tests.factories import Colleague, School


@pytest.fixture
def newcomer(school: School, saved: Any) -> Colleague:
    """A deputy who has not signed in yet."""
    with saved():
        who = factories.colleague(school, Role.DEPUTY, "Ines Ward", "ines")
        member = session.get_one(Member, who.id)
        second_factor.end_everything(MACHINE, member)
        member.has_second = False
        note(MACHINE, "stands before a first sign-in", member)
    return who


def give_password(screen: Screen, who: Colleague) -> None:
    screen.go("/sign-in")
    screen.fill(username=who.username, password=who.password)
    with screen.page.expect_navigation():
        screen.press("Sign in")


def set_up(screen: Screen) -> tuple[str, list[str]]:
    """Type the key into an app, and its first code into the page."""
    screen.enter("Set up an authenticator app")
    screen.send("Show the square")
    picture = screen.main.locator("img")
    assert picture.evaluate("one => one.complete && one.naturalWidth > 100")
    secret = "".join(screen.main.locator(".portal-key span").all_inner_texts())
    screen.fill(code=totp.code_at(secret, clock.now()))
    screen.send("Connect the app")
    screen.heading("Recovery codes")
    codes = screen.main.locator(".portal-codes li").all_inner_texts()
    assert len(codes) == 10
    return secret, codes


def test_from_the_first_sign_in_to_a_lost_telephone(office: Any, newcomer: Colleague) -> None:
    screen = office.screen()
    give_password(screen, newcomer)
    screen.heading("Your second factor")
    screen.sees("One more step before you begin")
    secret, codes = set_up(screen)
    screen.follow("I have them on paper")
    screen.heading("Today")

    again = office.screen()
    give_password(again, newcomer)
    again.heading("Show that it is you")
    again.fill(code="000 000")
    again.refused("Continue", "The portal’s clock says")
    again.fill(code=totp.code_at(secret, clock.now(), 1))
    again.send("Continue")
    again.heading("Today")

    lost = office.screen()
    give_password(lost, newcomer)
    lost.enter("Use a recovery code")
    lost.fill(recovery=codes[0].lower().replace("-", " "))
    lost.send("Continue")
    lost.sees("What you had before has been ended")
    lost.go("/today")
    lost.heading("Your second factor")
    set_up(lost)
    lost.follow("I have them on paper")
    expect(lost.page.get_by_role("button", name="Hide screen")).to_be_visible()


def test_the_pages_of_a_sign_in_that_waits_have_no_fault(office: Any, school: School) -> None:
    """Nobody who is signed in sees these, so the walk of all pages does not come by."""
    found, screen = Walk(), office.screen()
    give_password(screen, school.dsl)
    for path in ("", "/recovery", "/lost"):
        screen.go(f"/sign-in/second{path}")
        found.examine(screen.page, path)
        screen.may_answer(422)
        button = "Ask for a new second factor" if path == "/lost" else "Continue"
        screen.send(button)
        found.examine(screen.page, f"{path} in its error state")
    screen.fill(reason="It is in the canal.")
    screen.send("Ask for a new second factor")
    found.examine(screen.page, "the page for the code that is told")
    screen.refused("Continue")
    found.examine(screen.page, "the page for the code in its error state")
    assert found.pages == 8
    assert found.findings == []
