"""Owen’s story: a teacher is shut out at once, advice is taken first, and then it comes back.

The teacher of the story is a deputy here, so that there is something that he can no longer see.
"""

from datetime import time
from typing import Any

import pytest
from playwright.sync_api import expect

from portal.police.rules import Outcome
from portal.staff.roles import Role
from tests import factories
from tests.e2e.office import Screen
from tests.factories import School

OWEN, HARRY = "Owen Pryce", "Harry Bevan"
WORDS = "He’s not been in. Everyone’s following it. It’s not funny any more."
MOST_LIKELY, ALWAYS = Outcome.POLICE_MOST_LIKELY.label, Outcome.ALWAYS_REFER.label
PAGE = "owen_bums_mr_pike"
QUESTIONS = ("coercion", "extreme", "known_vulnerable", "recorded_crime")


def answers(**changed: str) -> dict[str, str]:
    given = dict.fromkeys(QUESTIONS, "no")
    given |= dict.fromkeys(("under_13", "at_risk", "many_children"), "not_known")
    given |= {"shared_without_consent": "yes", "pressure": "no", "malice": "yes"}
    given |= {"adult_involved": "not_known", **changed}
    return {f"answer_{key}": answer for key, answer in given.items()}


def record(staff: Screen) -> None:
    staff.go("/disclosures/new")
    staff.fill(danger="no", told_dsl="yes", told_dsl_at=factories.when(8, time(8, 50)))
    staff.fill(how="friend", told_at=factories.when(8, time(8, 35)))
    staff.fill(place="Head of year’s office", own_words=WORDS, whose_words=HARRY)
    people = [(OWEN, "pupil", "harmed"), (HARRY, "pupil", "witness")]
    for index, (name, kind, part) in enumerate([*people, ("Mr Pike", "colleague", "other")]):
        if index:
            staff.press("Add another person")
        row = {"name": name, "kind": kind, "parts": [part]}
        staff.fill({f"people-{index}-{key}": value for key, value in row.items()})
    staff.fill(
        {
            "behaviours_3": ["impersonation"],
            "behaviours_4": ["altered_images"],
            "hate_elements": ["sexual_orientation"],
            "accounts-0-handle": PAGE,
            "accounts-0-kind": "profile",
            "accounts-0-platform": "instagram",
            "accounts-0-private": "no",
            "incidents-0-what": "The profile appeared",
            "incidents-0-when": factories.when(9, None),
            "worries": ["outed", "family_would_find_out"],
        }
    )
    staff.press("Send to the safeguarding lead")
    staff.heading("Receipt")


def sees_nothing(shut_out: Screen, receipt: str, case: str = "") -> None:
    for address in ("/today", "/inbox", "/cases"):
        shut_out.go(address)
        shut_out.does_not_see(OWEN, "Disclosure 20", "2026-R", HARRY)
    shut_out.go(f"/inbox/{receipt}", status=404)
    if case:
        shut_out.go(case, status=404)


def open_and_answer(lead: Screen, receipt: str) -> str:
    lead.go(f"/inbox/{receipt}")
    lead.press("Pick it up")
    lead.follow("Open a case")
    lead.press("Open the case")
    lead.heading("Case ")
    case = lead.path
    lead.go(f"{case}/checklist")
    panel = lead.page.locator("[data-outcome]")
    lead.fill(answers())
    expect(panel.get_by_role("heading", name=MOST_LIKELY)).to_be_visible()
    expect(panel.locator("[data-unknown]")).to_have_text("4")
    lead.fill({f"note_{key}": "Nobody knows yet." for key in ("under_13", "many_children")})
    lead.press("Save these answers")
    lead.sees(MOST_LIKELY, "To find out: 4")
    return case


def take_advice(lead: Screen) -> None:
    lead.follow("Record what you decide")
    lead.fill(
        choice="take_advice",
        reason="The profile is public and outs him.",
        advice="Report it by its address today.",
        advice_name="A. Reed",
        advice_body="Professionals Online Safety Helpline",
        advice_reference="POSH 5521",
    )
    lead.press("Record the decision")
    lead.sees("Take advice first", "POSH 5521")


def comes_back(staff: Screen, lead: Screen, case: str) -> None:
    """A second profile, six days later: it joins the case and is answered anew."""
    staff.go("/disclosures/new")
    staff.fill(danger="no", told_dsl="yes", how="noticed", told_at=factories.when(2))
    staff.fill({"seen": "A second profile of Owen.", "people-0-name": OWEN})
    staff.fill({"people-0-kind": "pupil", "people-0-parts": ["harmed"]})
    staff.press("Send to the safeguarding lead")
    staff.heading("Receipt")
    lead.go(f"/inbox/{staff.path.rpartition('/')[2]}")
    lead.follow("Add it to a case")
    lead.sees("the same person")
    lead.fill(case=case.rpartition("/")[2], recurrence=True)
    lead.press("Add it to the case")
    lead.heading("Case ")
    lead.go(f"{case}/disclosures")
    lead.sees("It has come back")

    lead.go(f"{case}/checklist")
    lead.sees("Filled in with the answers of")
    expect(lead.control("answer_malice", "yes")).to_be_checked()
    lead.fill(answer_many_children="yes")
    panel = lead.page.locator("[data-outcome]")
    expect(panel.get_by_role("heading", name=ALWAYS)).to_be_visible()
    lead.press("Save these answers")
    lead.sees(ALWAYS, "Decide again")
    every = lead.main.locator("h2#assessments + ul li")
    expect(every).to_have_count(2)
    expect(every.last).to_contain_text(MOST_LIKELY)


@pytest.mark.usefixtures("school_day")
def test_a_teacher_is_named_advice_is_taken_and_it_comes_back(
    school: School, saved: Any, sit_down: Any
) -> None:
    with saved():
        pike = factories.colleague(school, Role.DEPUTY, "Jonathan Pike", "pike")
    staff, lead, shut_out = (sit_down(who) for who in (school[Role.STAFF], school.dsl, pike))
    shut_out.go("/today")
    record(staff)
    receipt = staff.path.rpartition("/")[2]
    sees_nothing(shut_out, receipt)
    case = open_and_answer(lead, receipt)
    sees_nothing(shut_out, receipt, case)
    take_advice(lead)
    comes_back(staff, lead, case)
    sees_nothing(shut_out, receipt, case)
