"""Sara’s story after the decision: from the evidence hold to what became of the two accounts.

Nothing is deleted or reported until the police have said what to keep. Then Jordan and two friends
are asked to delete it, those to whom it was sent on become people of the case, and both accounts
are reported by their addresses.
"""

from typing import Any

import pytest
from playwright.sync_api import expect

from portal.staff.roles import Role
from tests.e2e.afterwards import (
    ADDRESSES,
    AMY,
    BEN,
    CARL,
    HELD_UNASKED,
    go_to_step,
    in_the_way,
    open_referral,
    record_items,
    saras_case,
    stands,
    step_of,
)
from tests.e2e.office import Screen
from tests.e2e.papers import does_not_say, make_copy, says
from tests.e2e.test_sara import JORDAN, OWN_WORDS, PAGES, SARA
from tests.factories import School

UNKNOWN = "A girl called Mia at Ashdown"
FORCE, FRONT_DOOR = "West Midlands Police", "Oakfield MASH"
LOG, MASH = "WMP-1187", "MASH 90317"
NOT_AGREED = "they have not agreed that school asks to whom it was sent on"
KEEP = "Proof that the image was on both accounts, and Jordan’s telephone."
ASKED = "He cried. He says that it is still in his gallery and that he will delete it."
WHY_NOT_TOLD = "Her mother has been unwell. Sara wants to tell her with us."


@pytest.fixture
def case(school: School, school_day: None, saved: Any) -> str:
    """The address of Sara’s case: always refer, it is decided to refer, a telephone is held."""
    with saved():
        return saras_case(school)


def held_steps_are_refused(lead: Screen, case: str) -> None:
    """Each held step, tried at its address: the reason stands there, nothing typed is lost."""
    go_to_step(lead, case, "ask_copies", JORDAN)
    lead.sees("Evidence is held.")
    lead.tick("Which content items is it about?", *PAGES)
    lead.fill(result="waiting", words=ASKED, done_by="Tom Whitlock, deputy")
    lead.refused("Save", f"Held as evidence: Instagram: {PAGES[0]}", HELD_UNASKED)
    expect(lead.control("words")).to_have_value(ASKED)
    expect(lead.control("done_by")).to_have_value("Tom Whitlock, deputy")
    expect(lead.control("result", "waiting")).to_be_checked()
    for page in PAGES:
        expect(lead.box("Which content items is it about?", page)).to_be_checked()

    lead.go(f"{case}/referrals/new/platform")
    lead.tick("Which content items", *PAGES)
    lead.fill(body="Instagram", words="Please take both down.")
    lead.refused("Save", "Held as evidence", HELD_UNASKED)
    expect(lead.control("body")).to_have_value("Instagram")
    expect(lead.control("words")).to_have_value("Please take both down.")
    lead.go(f"{case}/referrals/new/platform")
    lead.sees("You began this")
    expect(lead.control("words")).to_have_value("Please take both down.")
    lead.send("Throw it away and start again")
    expect(lead.control("words")).to_have_value("")
    lead.go(f"{case}/content")
    expect(lead.main.get_by_text("Reported", exact=True)).to_have_count(0)
    expect(step_of(lead, "Ask them to delete every other copy")).to_contain_text("Not decided")


def ring_the_police(lead: Screen, case: str) -> None:
    lead.go(f"{case}/referrals")
    lead.enter("Ring 101: call sheet")
    read = lead.page.get_by_role("region", name="What they will ask")
    for text in (SARA, "2 July 2013", JORDAN, AMY, BEN, *PAGES, *ADDRESSES):
        expect(read).to_contain_text(text)
    expect(read).to_contain_text("It appeared on both pages")
    expect(read).to_contain_text("Always refer to the police. Because of question 4.")
    expect(read).to_contain_text("black Samsung A14 of")
    lead.fill(
        body=FORCE,
        spoke_to="Call taker, name not given",
        reference=LOG,
        detail_number="101",
        words="An officer rings back. They need proof that the image was on the account.",
        parents="no",
    )
    lead.refused("Save the call", "Write why the parents or carers do not know of it")
    expect(lead.control("reference")).to_have_value(LOG)
    lead.fill(parents_why=WHY_NOT_TOLD)
    lead.send("Save the call")
    lead.heading("Police")
    lead.sees(LOG, "Parents or carers do not know of it", WHY_NOT_TOLD, "Waits for an answer")

    go_to_step(lead, case, "ask_onward", JORDAN)
    lead.sees("This waits for the police.")
    lead.fill(result="done", words="He named two people.")
    lead.fill({"recipients-0-name": CARL})
    lead.refused("Save", NOT_AGREED)
    expect(lead.control("recipients-0-name")).to_have_value(CARL)
    expect(lead.control("words")).to_have_value("He named two people.")


def ring_the_front_door(lead: Screen, case: str) -> None:
    lead.go(f"{case}/referrals")
    lead.enter("Ring the front door: call sheet")
    read = lead.page.get_by_role("region", name="What they will ask")
    for text in (SARA, "2 July 2013", JORDAN):
        expect(read).to_contain_text(text)
    lead.fill(
        body=FRONT_DOOR,
        spoke_to="J. Lane",
        reference=MASH,
        detail_worker="J. Lane",
        detail_consent="not_asked",
        detail_consent_words="Asking now would put her at greater risk.",
        words="They take it on and ring back today.",
        parents="no",
        parents_why=WHY_NOT_TOLD,
    )
    lead.send("Save the call")
    lead.sees(MASH, "To be confirmed in writing by", "Asking now would put her at greater risk.")
    stands(lead, case, Referrals=f"{FRONT_DOOR}: in writing by")
    in_the_way(lead, case, f"{FRONT_DOOR}: what was said is not confirmed in writing.")
    lead.go(f"{case}/referrals")
    lead.enter("It is confirmed")
    lead.fill(said="Their form and the case summary, by secure e-mail.", who="MASH inbox")
    lead.send("Save")
    lead.sees("Confirmed in writing", "Their form and the case summary, by secure e-mail.")
    in_the_way(lead, case, gone=("is not confirmed in writing",))


def tell_each_of_the_other(lead: Screen, case: str) -> None:
    for who, other in ((FORCE, FRONT_DOOR), (FRONT_DOOR, FORCE)):
        lead.go(f"{case}/referrals")
        lacking = lead.main.locator("li").filter(has_text=f"{who} does not know yet of {other}")
        expect(lacking).to_have_count(1)
        lead.enter("They were told", lacking)
        lead.tick("Of whom were they told?", other)
        lead.send("Save")
        lead.sees(f"They know of: {other}")
    lead.go(f"{case}/referrals")
    lead.sees("Yes: each was told of every other.")


def take_police_advice(lead: Screen, case: str) -> None:
    stands(lead, case, **{"Police advice on evidence": "Ask them what to keep"})
    open_referral(lead, case, FORCE)
    lead.enter("Record what they advise on evidence")
    lead.fill(who="PC Hart, collar number 4471", keep=KEEP, effect="opens", may_ask_onward="yes")
    lead.fill(may_delete="Both pages, and every copy the pupils have.")
    lead.tick("What may be deleted or taken down", *PAGES)
    lead.fill({"devices-0-device": "Samsung A14", "devices-0-whose": JORDAN})
    lead.send("Save their advice")
    lead.sees("What was named may be deleted or taken down", KEEP, f"from {JORDAN}")
    stands(lead, case, **{"Police advice on evidence": "may be deleted or taken down"})
    lead.sees(f"Take custody for the police: Samsung A14 from {JORDAN}")
    lead.does_not_see("Nothing is deleted or taken down yet.")
    lead.go(f"{case}/content")
    lead.does_not_see("Held as evidence", "held as evidence")
    expect(lead.main.get_by_text("The police said that it may go")).to_have_count(2)


def ask_for_deletion(lead: Screen, case: str) -> None:
    """Jordan and two friends: asked, not yet confirmed; then confirmed, each by themselves."""
    for whom in (JORDAN, AMY, BEN):
        go_to_step(lead, case, "ask_copies", whom)
        lead.does_not_see("Evidence is held.")
        lead.tick("Which content items is it about?", *PAGES)
        lead.fill(result="waiting", words=ASKED if whom == JORDAN else "Asked in my office.")
        lead.send("Save")
        row = step_of(lead, f"Ask them to delete every other copy: {whom}")
        expect(row.locator(".portal-tag")).to_have_text("Asked, not yet confirmed")
    in_the_way(
        lead,
        case,
        *(f"asked to delete every copy ({whom})" for whom in (JORDAN, AMY, BEN)),
    )
    for whom in (JORDAN, AMY, BEN):
        go_to_step(lead, case, "ask_copies", whom)
        lead.tick("Which content items is it about?", *PAGES)
        lead.fill(result="confirmed", words="Says so to us and to a parent.")
        lead.send("Save")
        row = step_of(lead, f"Ask them to delete every other copy: {whom}")
        expect(row.locator(".portal-tag")).to_have_text("Deleted, and confirmed to us")
        expect(row.get_by_text("Says so to us and to a parent.")).to_have_count(1)
    in_the_way(lead, case, gone=("asked to delete every copy",))


def ask_to_whom_it_went(lead: Screen, case: str) -> None:
    go_to_step(lead, case, "ask_onward", JORDAN)
    lead.fill(result="done", words="To two people, as agreed with PC Hart.")
    lead.fill({"recipients-0-name": CARL})
    lead.send("Add another person")
    expect(lead.control("recipients-0-name")).to_have_value(CARL)
    lead.fill({"recipients-1-name": UNKNOWN})
    lead.send("Save")
    expect(step_of(lead, f"Ask to whom it was sent on: {JORDAN}")).to_contain_text("Answered")
    lead.go(f"{case}/people")
    for name in (CARL, UNKNOWN):
        section = lead.main.locator("section").filter(has_text=name)
        expect(section).to_contain_text(f"Named by {JORDAN}: it was sent on to them.")
        expect(section).to_contain_text("Witness")
    expect(lead.main.get_by_role("link", name=CARL, exact=True)).to_have_count(1)
    lead.go(f"{case}/content")
    expect(lead.main.locator("li").filter(has_text=f"{CARL}:")).to_have_count(1)


def report_both(lead: Screen, case: str) -> None:
    """A list of addresses for the platform; then the report; then what came of each."""
    lead.go(f"{case}/content")
    lead.enter("Print a list of addresses for a report")
    for page in PAGES:
        expect(lead.box("Which content items", page)).to_be_checked()
    paper = make_copy(lead, recipient_name="Trust and safety", recipient_body="Instagram")
    says("".join(paper.split()), *ADDRESSES)
    names = (SARA, JORDAN, AMY, BEN, CARL, "Whitlock", "Jordan", lead_name(lead))
    does_not_say(paper, *names, OWN_WORDS, "comments", "always refer")

    lead.go(f"{case}/content")
    first = lead.main.locator("section").filter(has_text=PAGES[0])
    lead.enter("Report it to the platform", first)
    expect(lead.box("Which content items", PAGES[0])).to_be_checked()
    expect(lead.box("Which content items", PAGES[1])).not_to_be_checked()
    lead.tick("Which content items", PAGES[1])
    lead.fill(body="Instagram", detail_report_number="IG-5520", words="Both by their addresses.")
    lead.send("Save")
    lead.heading("A platform or website")
    lead.sees("IG-5520", *PAGES)
    lead.go(f"{case}/content")
    expect(lead.main.locator("section .portal-tag").get_by_text("Reported")).to_have_count(2)
    in_the_way(lead, case, *(f"Still up: Instagram: {page}." for page in PAGES))
    outcome(lead, case, PAGES[0], "removed", "Their answer of today.")
    outcome(lead, case, PAGES[1], "could_not_be_removed", "They say that no rule is broken.")
    stands(lead, case, **{"Content online": "1 could not be removed"})
    lead.go(f"{case}/referrals")
    lead.sees("Yes: each was told of every other.")  # a platform is not one that must know


def lead_name(lead: Screen) -> str:
    return lead.page.locator("header [href='/account']").inner_text().strip()


def outcome(lead: Screen, case: str, page: str, state: str, words: str) -> None:
    lead.go(f"{case}/content")
    lead.enter(page, lead.main.locator("section h2"))
    lead.enter("What became of it", lead.main.locator(".portal-ways"))
    lead.fill(state=state, words=words, reference="IG-5520")
    lead.send("Save")
    history = lead.main.locator(".portal-tasks > li")
    expect(history).to_have_count(3)
    expect(history.nth(1)).to_contain_text("Reported")
    expect(history.nth(2)).to_contain_text(words)


def print_for_the_police(lead: Screen, case: str) -> None:
    open_referral(lead, case, FORCE)
    lead.enter("Print the case summary for them")
    lead.sees(f"For {FORCE}.")
    expect(lead.control("recipient_kind", "police")).to_be_checked()
    expect(lead.control("purpose", "police_referral")).to_be_checked()
    expect(lead.control("recipient_body")).to_have_value(FORCE)
    for box in lead.control("parts").all():
        expect(box).to_be_checked()
    assert not any(box.is_checked() for box in lead.control("people").all())
    lead.tick("People to name in it", SARA, JORDAN, AMY, BEN, CARL)
    paper = make_copy(lead, recipient_name="PC Hart")
    says(paper, SARA, "2 July 2013", JORDAN, AMY, BEN, CARL, "PC Hart", FORCE)
    says(paper, "Could not be removed", "Removed", "They say that no rule is broken.", "IG-5520")
    says("".join(paper.split()), *ADDRESSES)
    says(paper, LOG, MASH, WHY_NOT_TOLD, KEEP, "Asking now would put her at greater risk.")
    says(paper, "Samsung", "00418", "Cabinet 2", "Ruth Adeyemi")


def they_answer(lead: Screen, case: str) -> None:
    """What is answered is out of the way; what nobody decided yet stays in it."""
    open_referral(lead, case, FORCE)
    lead.enter("They answered")
    lead.fill(said="Recorded, and no further action is taken.", outcome="outcome_21", who="PC Hart")
    lead.send("Save the answer")
    lead.sees("Answered: Outcome 21", "Recorded, and no further action is taken.")
    in_the_way(
        lead,
        case,
        f"{FRONT_DOOR} has not answered.",
        f"Not decided yet: asked to take it down ({JORDAN}).",
        f"Not decided yet: told that complete removal cannot be promised ({SARA}).",
        gone=(f"{FORCE} has not answered.", "Still up", "A device is held, and nothing says why"),
    )


def test_from_the_hold_to_what_became_of_both_accounts(
    school: School, case: str, sit_down: Any
) -> None:
    lead = sit_down(school[Role.DSL])
    stands(lead, case, Referrals="Tell the police", Devices="1 device held")
    lead.sees("Nothing is deleted or taken down yet.")
    in_the_way(lead, case, "nothing says that they were told")
    record_items(lead, case)
    stands(lead, case, **{"Content online": "2 of 2 still up; 2 held as evidence"})
    held_steps_are_refused(lead, case)
    ring_the_police(lead, case)
    in_the_way(lead, case, f"{FORCE} has not answered.", gone=("nothing says that they were told",))
    ring_the_front_door(lead, case)
    tell_each_of_the_other(lead, case)
    take_police_advice(lead, case)
    ask_for_deletion(lead, case)
    ask_to_whom_it_went(lead, case)
    report_both(lead, case)
    print_for_the_police(lead, case)
    they_answer(lead, case)
