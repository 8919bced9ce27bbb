"""A telephone, from the search that was refused to the officer’s receipt.

The lead goes about with it on a small screen. What was typed wrongly is refused where it was typed,
and nothing is lost.
"""

from datetime import time
from typing import Any

import pytest
from playwright.sync_api import expect

from portal.devices.form_parts import LOOKS_LIKE_ONE
from portal.devices.typed import imei_is_valid
from tests import factories
from tests.e2e.afterwards import in_the_way, stands
from tests.e2e.office import Screen
from tests.e2e.papers import does_not_say, make_copy, says
from tests.factories import School

OWNER, HARMED = "Jordan Pike", "Sara Whitlock"
OFFICER, FORCE, COLLAR = "PC Hart", "West Midlands Police", "4471"
SEAL, EXHIBIT = "OAK-00731", "EX/0042/1"
IMEI = "490154203237519"
MARKS = "Crack in the left corner, sticker of a fox."
SMALL = {"viewport": {"width": 320, "height": 640}}
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def case(school: School, school_day: None, saved: Any) -> str:
    """The address of a case in which Jordan is said to have the image on his telephone."""
    with saved():
        rows = [
            {
                "kind": "pupil",
                "name": name,
                "person_id": str(factories.pupil(school, name).id),
                "parts": [part],
            }
            for name, part in ((HARMED, "harmed"), (OWNER, "displayed"))
        ]
        about = factories.case(school, factories.disclosure(school, people=rows))
        factories.checklist(school, about, at_risk="yes")
        return f"/cases/{about.reference}"


def fits(screen: Screen) -> None:
    """Nothing on the page is wider than the screen."""
    over = screen.page.evaluate(WIDER)
    assert over <= 0, f"{screen.path} is {over} px too wide"


def search_is_refused(lead: Screen, case: str) -> None:
    """A search that he did not agree to, and that found nothing, is recorded like any other."""
    lead.go(f"{case}/devices")
    fits(lead)
    lead.enter("Record a search")
    fits(lead)
    lead.control("involved_id").select_option(label=OWNER)
    lead.fill(
        of_what="belongings",
        place="Room 14",
        authorised_by="Alan Crane, head",
        searcher_sex="female",
        present="Tom Whitlock",
        looked_for="A telephone",
        reason="Two pupils said that it was in the bag.",
        agreement="refused",
        found="no",
        parent_told="yes",
    )
    lead.refused("Save the search", "Say who was told, by whom and when")
    expect(lead.control("reason")).to_have_value("Two pupils said that it was in the bag.")
    fits(lead)
    lead.fill(parent_told="not_yet", followed="He was left alone, and asked again by his tutor.")
    lead.send("Save the search")
    lead.sees("They refused", "No parent or carer has been told yet")
    fits(lead)
    stands(lead, case, Devices="Searched once; no device has been taken")
    in_the_way(lead, case, "No parent or carer has been told of a search")
    lead.go(f"{case}/devices")
    lead.sees("Nothing was found")
    lead.enter("Search today")
    lead.enter("Record that they were told, or why not")
    lead.fill(parent_told="yes", parent_words="Father, by telephone, 10:40, R. Adeyemi")
    lead.send("Save")
    lead.sees("Father, by telephone, 10:40, R. Adeyemi")
    in_the_way(lead, case, gone=("No parent or carer has been told of a search",))


def hand_over_freely(lead: Screen, case: str) -> None:
    """He hands it over after all. A passcode is refused where it stands; an IMEI only warned of."""
    assert not imei_is_valid(IMEI)
    lead.go(f"{case}/devices/new")
    fits(lead)
    lead.control("owner_id").select_option(label=OWNER)
    lead.fill(
        kind="telephone",
        make="Samsung",
        model="A14",
        colour="black",
        marks=f"{MARKS} PIN 4821",
        imei=IMEI,
        grounds=["evidence", "handed_over"],
        how="handed_over",
        taken=factories.when(1, time(10, 15)),
        taken_where="Room 14",
        witness="Tom Whitlock",
        states=["on", "locked"],
        not_viewed_by="Ruth Adeyemi",
        for_police="yes",
        police_words="The image may be on it.",
    )
    lead.refused("Log the device", LOOKS_LIKE_ONE)
    expect(lead.page.locator("#marks-error")).to_contain_text(LOOKS_LIKE_ONE)
    assert lead.page.locator("main .govuk-error-message").count() == 1
    expect(lead.control("marks")).to_have_value(f"{MARKS} PIN 4821")
    expect(lead.control("imei")).to_have_value(IMEI)
    expect(lead.control("grounds", "evidence")).to_be_checked()
    lead.fill(marks=MARKS)
    lead.send("Log the device")
    lead.heading("Mobile telephone")
    lead.sees("The IMEI may be wrong", "The check digit does not fit", IMEI, MARKS)
    lead.sees("Held for the police", "Not locked away yet")
    fits(lead)


def lock_it_away(lead: Screen) -> None:
    lead.enter("Lock it away")
    expect(lead.control("from_whom")).to_have_value("Ruth Adeyemi")
    before = factories.when(1, time(10, 5))
    lead.fill(place="Cabinet 2", to_whom="Ruth Adeyemi", seal=SEAL, happened=before)
    lead.fill(reason="He told me the passcode is 4821")
    lead.refused("Record where it is", LOOKS_LIKE_ONE)
    expect(lead.page.locator("#reason-error")).to_contain_text(LOOKS_LIKE_ONE)
    lead.fill(reason="Sealed in front of him.")
    lead.refused("Record where it is", "This cannot be before the last entry")
    expect(lead.page.locator("#happened-error")).to_contain_text("10:15")
    expect(lead.control("reason")).to_have_value("Sealed in front of him.")
    fits(lead)
    lead.fill(happened=factories.when(1, time(10, 25)))
    lead.send("Record where it is")
    lead.sees("Cabinet 2", SEAL, "Sealed in front of him.")


def print_for_him(lead: Screen) -> None:
    lead.enter("Receipt for the person it was taken from")
    fits(lead)
    expect(lead.control("for_whom", "person")).to_be_checked()
    expect(lead.control("recipient_name")).to_have_value(OWNER)
    paper = make_copy(lead)
    says(paper, "Receipt for your device", "Samsung", SEAL, IMEI, MARKS, "Room 14", OWNER)
    says(paper, "10:15", "Ruth Adeyemi", "Tom Whitlock")
    does_not_say(paper, HARMED, "Whitlock, Sara", "Cabinet 2", "evidence", "police", "4821")


def hand_to_the_police(lead: Screen, device: str, case: str) -> None:
    lead.go(device)
    lead.enter("Hand it to the police")
    fits(lead)
    expect(lead.control("seal")).to_have_value(SEAL)
    lead.fill(officer=OFFICER, force=FORCE, place="School office", condition="Seal whole.")
    lead.refused("Record that the police have it", "Give the collar number")
    lead.sees("Give the number of their receipt")
    expect(lead.control("officer")).to_have_value(OFFICER)
    lead.fill(collar=COLLAR, receipt=EXHIBIT)
    lead.send("Record that the police have it")
    lead.heading("Mobile telephone")
    expect(lead.page.get_by_role("region", name="Where it is now")).to_contain_text(OFFICER)
    fits(lead)
    lead.go(f"{device}/police")
    lead.sees("This cannot be done now", "The police have it already.")
    expect(lead.main.get_by_role("button", name="Record that the police have it")).to_have_count(0)
    stands(lead, case, Devices="1 device, none of them still here")


def print_for_the_officer(lead: Screen, device: str) -> None:
    lead.go(device)
    lead.enter("Receipt for the officer")
    expect(lead.control("for_whom", "officer")).to_be_checked()
    expect(lead.control("recipient_name")).to_have_value(OFFICER)
    expect(lead.control("recipient_body")).to_have_value(f"{COLLAR}, {FORCE}")
    paper = make_copy(lead)
    says(paper, "handed to the police", OFFICER, COLLAR, FORCE, EXHIBIT, SEAL, IMEI)
    says(paper, "10:15", "10:25", "Nobody at the school has.", "Ruth Adeyemi")
    does_not_say(paper, HARMED, "4821")


def print_the_chain(lead: Screen, device: str) -> None:
    lead.go(device)
    lead.enter("Chain of custody", lead.page.get_by_role("complementary"))
    fits(lead)
    paper = make_copy(
        lead, recipient_kind="police", recipient_name=OFFICER, recipient_body=f"{COLLAR}, {FORCE}"
    )
    says(paper, "Taken", "Locked away", "Handed to the police", "Cabinet 2", SEAL, EXHIBIT)
    says(paper, OFFICER, COLLAR, "Seal whole.", "Sealed in front of him.", OWNER, "Late entry")
    does_not_say(paper, HARMED, "4821")


def test_from_the_search_to_the_officers_receipt(school: School, case: str, sit_down: Any) -> None:
    lead = sit_down(school.dsl, **SMALL)
    search_is_refused(lead, case)
    hand_over_freely(lead, case)
    device = lead.path
    lock_it_away(lead)
    print_for_him(lead)
    hand_to_the_police(lead, device, case)
    print_for_the_officer(lead, device)
    print_the_chain(lead, device)
