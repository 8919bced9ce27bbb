"""Not to refer, although the answers say “always refer”, takes a second person."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from portal.staff import service as staff
from portal.staff.roles import Role
from tests import factories
from tests.e2e.office import Screen
from tests.factories import School

RED = "portal-panel--red"


@pytest.fixture
def case(school: School, school_day: None, saved: Any) -> str:
    """The address of a case whose checklist says “always refer”."""
    with saved():
        about = factories.case(school)
        factories.checklist(school, about, coercion="yes")
        return f"/cases/{about.reference}"


def do_not_refer(lead: Screen, case: str) -> None:
    lead.go(f"{case}/police/decide")
    lead.sees("needs a second person")
    lead.fill(choice="do_not_refer", reason="Both were asked, and neither was pressed.")
    lead.press("Record the decision")
    waits(lead)


def waits(lead: Screen) -> None:
    panel = lead.main.locator(f".{RED}")
    expect(panel).to_contain_text("Needs a second person")
    colour = panel.evaluate("one => getComputedStyle(one).borderTopColor")
    red, green, blue = (int(part) for part in re.findall(r"\d+", colour)[:3])
    assert red > 2 * max(green, blue), f"what waits is not red but {colour}"


def stands(lead: Screen, *texts: str) -> None:
    lead.sees("Agrees", *texts)
    expect(lead.main.locator(f".{RED}")).to_have_count(0)


def test_it_waits_in_red_until_the_head_agrees(school: School, case: str, sit_down: Any) -> None:
    lead = sit_down(school.dsl)
    do_not_refer(lead, case)
    lead.go(case)
    expect(lead.main.locator(".portal-banner")).to_contain_text("second person")

    lead.go(f"{case}/police")
    lead.follow("Enter the second person’s word")
    lead.sees("You took this decision, so you cannot be the second person")
    expect(lead.control("source")).to_have_count(0)
    lead.may_answer(422)
    lead.fill(agrees="yes", words="I agree with myself.")
    lead.press("Enter this word")
    lead.sees("There is a problem", "Enter the name of the person outside the school")
    lead.go(f"{case}/police")
    waits(lead)

    head = sit_down(school.head)
    head.go("/today")
    head.sees("Waits for you")
    head.follow("the police are not told")
    head.heading("Second person’s word")
    head.fill(source="own", agrees="yes", words="I spoke with both families.")
    head.press("Enter this word")
    stands(head, "Alan Crane", "I spoke with both families.")
    lead.go(f"{case}/police")
    stands(lead, "Alan Crane")
    lead.go(case)
    lead.does_not_see("second person")


def test_where_the_dsl_is_the_head_advice_from_outside_counts(
    school: School, case: str, saved: Any, sit_down: Any
) -> None:
    """A small school: nobody else is there who could agree."""
    with saved():
        row = school.row
        lead_member = staff.get_member(row.id, school.dsl.id)
        staff.give_role(school.head.actor, lead_member, row, Role.HEAD)
    lead = sit_down(school.dsl)
    do_not_refer(lead, case)
    lead.follow("Enter the second person’s word")
    lead.fill(
        agrees="yes",
        words="They would take no action either.",
        outside_name="M. Osei",
        outside_body="Children’s social care",
        outside_reference="MASH 2231",
    )
    lead.press("Enter this word")
    stands(lead, "M. Osei", "Children’s social care", "MASH 2231", "Ruth Adeyemi")
