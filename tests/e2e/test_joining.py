"""A new deputy joins: invited on paper, agreed to by the head, and inside with a second factor.

The newcomer’s browser runs no script, and is a telephone’s width.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.office import Office, Screen
from tests.factories import School

OWN = "copper saddle north"


@pytest.fixture
def newcomer(office: Office) -> Screen:
    return office.screen(java_script_enabled=False, viewport={"width": 320, "height": 640})


def test_a_deputy_joins(school: School, office: Office, newcomer: Screen) -> None:
    lead, head = office.sit_down(school.dsl), office.sit_down(school.head)
    path = invite(lead)
    newcomer.go(path)
    newcomer.sees("Oakfield School", "nora")
    newcomer.fill(new_password="oakfield school", again="oakfield school")
    newcomer.refused("Set this password", "Leave out names")
    newcomer.fill(new_password=OWN, again=OWN)
    newcomer.send("Set this password")
    sign_in(newcomer)
    newcomer.heading("What you wrote")
    newcomer.go("/inbox", 403)

    head.go("/school")
    head.sees("1 role waits for your answer")
    head.go("/school/members")
    head.enter("Deputy DSL for Nora Quist")
    head.enter("Answer")
    head.fill(answer="yes")
    head.send("Send your answer")
    head.sees("agreed to by Alan Crane", "Deputy DSL")

    newcomer.go("/inbox")
    newcomer.heading("Sign in")
    sign_in(newcomer)
    assert newcomer.path.startswith("/account/second-factor")
    newcomer.go(path, 404)
    newcomer.heading("This invitation cannot be used")


def invite(lead: Screen) -> str:
    """Add somebody, and read the link off the page as it is printed."""
    lead.go("/school/members/new")
    lead.fill(full_name="Nora Quist", username="nora", roles=["deputy"])
    lead.send("Add")
    lead.page.emulate_media(media="print")
    expect(lead.page.get_by_role("button", name="Print this page")).to_be_hidden()
    shown = lead.main.inner_text()
    link = re.search(re.escape(lead.office.house.address) + r"(/invitation/\S+)", shown)
    assert link, shown
    lead.page.emulate_media(media="screen")
    lead.page.reload()
    lead.does_not_see("/invitation/")
    return link[1]


def sign_in(screen: Screen) -> None:
    screen.go("/sign-in")
    screen.fill(username="nora", password=OWN)
    with screen.page.expect_navigation():
        screen.press("Sign in")
