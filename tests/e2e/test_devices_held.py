"""What the school holds: two who reach for it at once, the list across cases, what is overdue."""

from datetime import time
from typing import Any

import pytest
from playwright.sync_api import expect

from portal.staff.roles import Role
from tests import factories
from tests.e2e.afterwards import stands
from tests.e2e.office import Screen
from tests.factories import School

OFFICER, FORCE, COLLAR, EXHIBIT = "PC Hart", "West Midlands Police", "4471", "EX/0042/1"


@pytest.fixture
def held(school: School, school_day: None, saved: Any) -> str:
    """The address of a telephone that is locked away."""
    with saved():
        about = factories.case(school)
        return f"/cases/{about.reference}/devices/{factories.device(school, about).id}"


def test_of_two_who_move_it_at_once_one_wins(school: School, held: str, sit_down: Any) -> None:
    """The other is told what the first did, with their own words beside it, and can go on."""
    first, second = sit_down(school.dsl), sit_down(school[Role.DEPUTY])
    mine = "The police asked for it to be near the gate."
    for one in (first, second):
        one.go(f"{held}/move")
    first.fill(to_whom="Alan Crane", place="Safe in the head’s room", reason="Cabinet 2 is full.")
    second.fill(to_whom="Tom Whitlock", place="Safe at reception", reason=mine)
    first.send("Record the move")
    first.sees("Alan Crane", "Safe in the head’s room")

    second.refused("Record the move", "was changed or sent before", status=409)
    second.sees(mine, "Safe at reception", "Safe in the head’s room", "Cabinet 2 is full.")
    second.sees("Written by Ruth Adeyemi.")
    first.go(held)
    first.does_not_see("Safe at reception")
    second.enter("Open the form again")
    second.sees("You began this")
    for name, value in (("to_whom", "Tom Whitlock"), ("place", "Safe at reception")):
        expect(second.control(name)).to_have_value(value)
    expect(second.control("reason")).to_have_value(mine)
    second.fill(from_whom="Alan Crane")
    second.send("Record the move")
    second.sees("Safe at reception", mine)
    second.does_not_see("did not have it")
    chain = second.main.locator(".device-chain tbody tr")
    expect(chain).to_have_count(4)


def test_a_second_hand_over_is_refused(school: School, held: str, sit_down: Any) -> None:
    """Both have the form open with an officer before them; only one of them had the device."""
    first, second = sit_down(school.dsl), sit_down(school[Role.DEPUTY])
    for one, officer in ((first, OFFICER), (second, "PC Dolan")):
        one.go(f"{held}/police")
        one.fill(officer=officer, collar=COLLAR, force=FORCE, receipt=EXHIBIT)
    first.send("Record that the police have it")
    second.refused("Record that the police have it", "Handed to the police", status=409)
    second.sees("PC Dolan", OFFICER, "Written by Ruth Adeyemi.")
    second.enter("Open the form again")
    second.sees("This cannot be done now", "The police have it already. Add a remark instead.")
    second.go(held)
    expect(second.main.locator(".device-chain tbody tr")).to_have_count(3)
    expect(second.main.locator(".device-chain")).not_to_contain_text("PC Dolan")


def test_the_list_shows_what_is_here_and_finds_what_is_gone(
    school: School, held: str, sit_down: Any
) -> None:
    """By its seal it is found for ever. What was looked for stands in no address."""
    lead = sit_down(school.dsl)
    lead.go("/devices")
    row = lead.main.locator(".portal-task").filter(has_text="Samsung A14")
    expect(row).to_contain_text("Cabinet 2")
    expect(row).to_contain_text("00418")
    find(lead, words="cabinet black samsung", count=1)
    find(lead, words="cabinet 9", count=0)
    lead.go(f"{held}/police")
    lead.fill(officer=OFFICER, collar=COLLAR, force=FORCE, receipt=EXHIBIT)
    lead.send("Record that the police have it")
    lead.go("/devices")
    lead.sees("The school holds no device in the cases that you see.")
    find(lead, words="cabinet black samsung", count=0)
    find(lead, seal="00 418", count=1)
    expect(lead.main.locator(".portal-task .portal-tag")).to_have_text("With the police")
    find(lead, seal="0041", count=0)


def find(lead: Screen, count: int, **typed: str) -> None:
    lead.go("/devices")
    lead.fill(typed)
    lead.send("Find")
    lead.heading("Devices found")
    expect(lead.main.locator(".portal-tasks .portal-task")).to_have_count(count)
    assert lead.path == "/devices"
    asked = lead.main.locator("a").evaluate_all("all => all.map(one => one.href).join(' ')")
    assert not any(word in asked.casefold() for word in ("seal", "words", "samsung")), asked


def test_a_return_that_is_overdue_stands_on_the_page_of_today(
    school: School, school_day: None, saved: Any, sit_down: Any
) -> None:
    with saved():
        case = f"/cases/{factories.case(school).reference}"
    lead = sit_down(school.dsl)
    lead.go("/today")
    lead.does_not_see("overdue for return")
    lead.go(f"{case}/devices/new")
    lead.fill(
        kind="watch",
        colour="pink",
        owner="Amy Clarke",
        grounds=["prohibited"],
        how="asked",
        taken=factories.when(2, time(10, 15)),
        taken_where="Room 3",
        witness="Nobody",
        states=["off"],
        not_viewed_by="Ruth Adeyemi",
        place="Cabinet 2",
        key_holder="Ruth Adeyemi",
        stored=factories.when(2, time(10, 30)),
        for_police="no",
        return_on=factories.when(1).on,
        return_time="15:30",
    )
    lead.send("Log the device")
    lead.sees("To go back:", "it was due")
    device = lead.path
    stands(lead, case, Devices="1 overdue for return")
    lead.go("/today")
    lead.sees("late", "1 overdue for return")
    lead.enter("Devices held", lead.page.get_by_role("complementary"))
    lead.enter("1 overdue for return")
    expect(lead.main.locator(".portal-tasks .portal-tag")).to_contain_text("late")
    lead.go(f"{device}/return")
    lead.fill(
        recipient="student", to_whom="Amy Clarke", identity="Known to me", condition="As taken"
    )
    lead.send("Record that it was given back")
    lead.go("/today")
    lead.does_not_see("overdue for return")
