"""Owen’s story after the decision: reported at once, gone the same day, and back six days later.

All of it without scripts: what a child’s safety hangs on works with JavaScript turned off.
"""

from datetime import time
from typing import Any

import pytest
from playwright.sync_api import expect

from portal.cases import actions
from portal.guidance.catalogue import default_rule_set
from portal.police import service as police
from portal.police.rules import Outcome
from portal.staff.roles import Role
from tests import factories
from tests.e2e.afterwards import in_the_way, open_referral, stands, step_of
from tests.e2e.office import Screen
from tests.factories import School

OWEN, HARRY = "Owen Pryce", "Harry Bevan"
FIRST, SECOND = "owen_bums_mr_crane", "owen_bums_mr_crane_2"
HELPLINE, FORCE = "Professionals Online Safety Helpline", "West Midlands Police"
TRUE_VISION = "True Vision (hate crime)"
NOTED = "Told by Harry Bevan, who read the address out at 09:05."
URGENT = "A public profile that names him and outs him."
BACK = "The same name with a 2 behind it, and the same pictures, says Harry."


@pytest.fixture
def case(school: School, school_day: None, saved: Any) -> str:
    """The address of Owen’s case: most likely the police, and advice is taken first."""
    with saved():
        rows = [
            {
                "kind": "pupil",
                "name": name,
                "person_id": str(factories.pupil(school, name).id),
                "parts": [part],
            }
            for name, part in ((OWEN, "harmed"), (HARRY, "witness"))
        ]
        rows.append({"kind": "pupil", "name": "", "parts": ["displayed"]})
        told = factories.disclosure(
            school,
            people=rows,
            facts={"how": "friend", "hate_elements": ["sexual_orientation"]},
            words={"accounts": [], "incidents": [], "own_words": "It’s not funny any more."},
            days_ago=8,
        )
        about = factories.case(school, told)
        rules = default_rule_set()
        answered = police.answer_checklist(
            school.dsl.actor,
            about,
            rule_set=rules,
            answers=dict.fromkeys(rules.question_keys, "no"),
            facts=dict.fromkeys(rules.fact_keys, "no") | {"malice": "yes"},
            notes={},
            record=police.facts_of(about),
            days=actions.working_days(school.row),
        )
        assert answered.outcome == Outcome.POLICE_MOST_LIKELY
        return f"/cases/{about.reference}"


def take_advice(lead: Screen, case: str) -> None:
    """Advice is a row of the register, from which no answer is waited for."""
    lead.go(f"{case}/referrals")
    lead.enter("Record another referral, report or advice")
    lead.enter(HELPLINE)
    expect(lead.control("nature", "advice")).to_be_checked()
    lead.fill(
        happened=factories.when(8, time(9, 20)),
        spoke_to="A. Reed",
        reference="POSH 5521",
        words="Report it by its address today. They can speak to the platform.",
    )
    lead.send("Save")
    lead.sees("Advice taken.", "POSH 5521", "A. Reed")
    lead.go(f"{case}/referrals")
    row = lead.main.locator(".portal-task").filter(has_text=f"Advice from {HELPLINE}")
    expect(row.locator(".portal-tag")).to_have_text("Advice")
    stands(lead, case, Referrals="none of them waits")


def record_profile(lead: Screen, case: str, account: str, days_ago: int) -> None:
    lead.go(f"{case}/content/new")
    lead.fill(
        kind="profile",
        what="A false profile with edited photographs of him and a teacher.",
        platform="Instagram",
        url=f"https://instagram.example/{account}",
        account=account,
        found=factories.when(days_ago, time(9, 5)),
    )
    lead.send("Save")
    lead.heading("Something online")
    lead.sees("Live", "Held as evidence.")


def report_urgently(lead: Screen, case: str) -> None:
    """One decision, and neither address nor time may be missing from it."""
    lead.enter("Urgent: report it now")
    lead.fill(url="", account="", reason=URGENT, happened=factories.when(8, time(9, 30)))
    lead.refused(
        "Decide, and go on to the report",
        "Note its address or account first",
        "Say when it was seen at this address",
    )
    expect(lead.control("reason")).to_have_value(URGENT)
    lead.go(f"{case}/content")
    lead.does_not_see("Report only.")
    lead.enter("Urgent: report it now")
    lead.sees("You began this")
    lead.fill(url=f"https://instagram.example/{FIRST}", account=FIRST, noted=NOTED)
    lead.send("Decide, and go on to the report")
    lead.heading("A platform or website")
    expect(lead.box("Which content items", FIRST)).to_be_checked()
    lead.fill(
        happened=factories.when(8, time(9, 35)),
        body="Instagram",
        detail_report_number="IG-1",
        words="By its address.",
    )
    lead.send("Save")
    lead.sees("IG-1", FIRST)
    lead.go(f"{case}/content")
    lead.sees("Reported", "Report only.", "nothing is deleted yet")
    lead.enter(FIRST, lead.main.locator("section h2"))
    lead.sees("Last seen there", NOTED)
    lead.enter("What became of it", lead.main.locator(".portal-ways"))
    removed = factories.when(8, time(15, 10))
    lead.fill(state="removed", words="Their answer of the same day.", happened=removed)
    lead.send("Save")
    expect(lead.main.locator(".portal-lead .portal-tag")).to_have_text("Removed")
    lead.go(f"{case}/decisions")
    lead.enter("Report it to the platform at once?")
    lead.sees(URGENT, f"Instagram: {FIRST}")


def comes_back(lead: Screen, case: str) -> None:
    """Six days later: a second profile, held like any other, and the first item open again."""
    record_profile(lead, case, SECOND, days_ago=2)
    lead.sees("Urgent: report it now")
    lead.go(f"{case}/content")
    expect(lead.main.locator("section .portal-tag")).to_have_text(["Removed", "Live"])
    lead.enter(FIRST, lead.main.locator("section h2"))
    lead.enter("It came back")
    lead.fill(happened=factories.when(2, time(9, 5)), words=BACK)
    lead.send("Record that it came back")
    expect(lead.main.locator(".portal-lead .portal-tag")).to_have_text("Came back")
    lead.sees("Held as evidence.", BACK)
    expect(lead.main.locator(".portal-tasks > li")).to_have_count(4)
    stands(lead, case, **{"Content online": "2 of 2 still up; 2 held as evidence"})
    expect(step_of(lead, "Content online").locator(".portal-tag")).to_have_text("Came back")
    lead.page.get_by_role("complementary").get_by_text(
        f"Offer support again to {OWEN}: it has come back."
    ).wait_for()
    lead.go(f"{case}/chronology")
    lead.sees("Came back", "Content came back.")


def answer_again(lead: Screen, case: str) -> None:
    lead.go(f"{case}/checklist")
    lead.sees("Filled in with the answers of")
    expect(lead.control("answer_malice", "yes")).to_be_checked()
    lead.fill(answer_many_children="yes", note_many_children="Half of year 9 follows it.")
    lead.send("Save these answers")
    lead.sees(Outcome.ALWAYS_REFER.label)
    lead.go(f"{case}/content")
    expect(lead.main.locator("section b").filter(has_text="Held as evidence.")).to_have_count(2)


def tell_both_bodies(lead: Screen, case: str) -> None:
    """The police, and True Vision: of each other they hear in the same breath."""
    lead.go(f"{case}/referrals/new/police")
    lead.fill(
        body=FORCE, reference="WMP-2204", detail_number="101", words="All of it.", parents="yes"
    )
    lead.send("Save")
    lead.sees("WMP-2204", "Parents or carers know of it")
    lead.go(f"{case}/referrals/new/true_vision")
    lead.fill(words="A hate report, by their form.", parents="yes", detail_report_number="TV-9")
    lead.tick("Who else did you tell them of?", FORCE)
    lead.refused("Save", "Choose what they were singled out for")
    expect(lead.box("Who else did you tell them of?", FORCE)).to_be_checked()
    lead.fill(detail_characteristic="sexual_orientation")
    lead.send("Save")
    lead.sees("Sexual orientation, real or supposed", "TV-9", f"They know of: {FORCE}.")
    lead.sees("Nobody else knows of them yet.")

    open_referral(lead, case, FORCE)
    lead.enter("They were told of others")
    lead.tick("Of whom were they told?", TRUE_VISION)
    lead.send("Save")
    lead.sees(f"They know of: {TRUE_VISION}", f"Known to: {TRUE_VISION}", "Told of another body")
    lead.go(f"{case}/referrals")
    lead.does_not_see(f"{FORCE} does not know yet of {TRUE_VISION}")
    lead.does_not_see(f"{TRUE_VISION} does not know yet of {FORCE}")


def protect(lead: Screen, case: str) -> None:
    """An assembly waits for nobody: evidence is held, and the step is taken all the same."""
    lead.go(case)
    lead.enter("Keeping everybody safe")
    lead.sees("it does not wait for the checklist, for the police or for evidence")
    lead.enter("Record what is done")
    lead.fill(
        kind="assembly",
        what="Year 9, on being outed online. No names, no examples from here.",
        done_by="Tom Whitlock",
    )
    lead.send("Save")
    lead.sees("Assembly or lesson, with no names", "for everybody", "seen to by Tom Whitlock")
    stands(lead, case, **{"Keeping everybody safe": "Assembly or lesson, with no names"})


def test_reported_at_once_then_back_again(school: School, case: str, sit_down: Any) -> None:
    lead = sit_down(school[Role.DSL], java_script_enabled=False)
    take_advice(lead, case)
    record_profile(lead, case, FIRST, days_ago=8)
    report_urgently(lead, case)
    comes_back(lead, case)
    in_the_way(lead, case, *(f"Still up: Instagram: {one}." for one in (FIRST, SECOND)))
    answer_again(lead, case)
    tell_both_bodies(lead, case)
    protect(lead, case)
    in_the_way(lead, case, f"{FORCE} has not answered.", f"{TRUE_VISION} has not answered.")
