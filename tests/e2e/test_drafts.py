"""What was begun stays where it was begun: never about another child, never for another reader."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.afterwards import AMY, BEN, go_to_step, open_referral, record_items, saras_case
from tests.e2e.office import Screen
from tests.e2e.test_sara import JORDAN, SARA
from tests.factories import School

ASKED = "He says that it is still in his gallery."
FORCE, ELSEWHERE = "West Midlands Police", "Ashdown School"


@pytest.fixture
def case(school: School, school_day: None, saved: Any) -> str:
    """The address of Sara’s case."""
    with saved():
        return saras_case(school)


def leave(lead: Screen, field: str) -> None:
    """Go on to another box, and wait until what was typed is kept."""
    with lead.page.expect_response(lambda answer: "/sheets/" in answer.url):
        lead.control(field).first.focus()


def test_what_is_begun_about_one_child_is_not_on_the_page_of_another(
    school: School, case: str, sit_down: Any
) -> None:
    """The same step with two children: each has a page and a draft of their own."""
    lead = sit_down(school.dsl)
    record_items(lead, case)
    go_to_step(lead, case, "ask_copies", JORDAN)
    jordans = lead.path
    lead.fill(words=ASKED, result="waiting")
    leave(lead, "done_by")
    go_to_step(lead, case, "ask_copies", AMY)
    lead.sees(AMY)
    expect(lead.control("words")).to_have_value("")
    lead.does_not_see("You began this")
    lead.go(jordans)
    expect(lead.control("words")).to_have_value(ASKED)
    lead.send("Throw it away and start again")
    lead.sees(JORDAN)
    expect(lead.control("words")).to_have_value("")


def test_a_copy_begun_for_the_police_is_not_begun_for_another_school(
    school: School, case: str, sit_down: Any
) -> None:
    """Whom a copy names, and what stands in it, is chosen anew for each reader."""
    lead = sit_down(school.dsl)
    for code, body, more in (
        ("police", FORCE, {}),
        ("other_school", ELSEWHERE, {"detail_shared": "That a pupil of theirs is named."}),
    ):
        lead.go(f"{case}/referrals/new/{code}")
        lead.fill(body=body, spoke_to="M. Ives", words="By telephone.", parents="yes", **more)
        lead.send("Save")
        lead.sees(body)
    open_referral(lead, case, FORCE)
    lead.enter("Print the case summary for them")
    lead.tick("People to name in it", SARA, AMY, BEN)
    leave(lead, "recipient_name")
    open_referral(lead, case, ELSEWHERE)
    lead.enter("Print the case summary for them")
    lead.sees(f"For {ELSEWHERE}.")
    expect(lead.control("recipient_body")).to_have_value(ELSEWHERE)
    expect(lead.control("recipient_kind", "school")).to_be_checked()
    assert not any(box.is_checked() for box in lead.control("people").all())
    assert not all(box.is_checked() for box in lead.control("parts").all())
