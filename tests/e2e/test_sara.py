"""Sara’s story, from what she says in Room 14 to the paper that goes to the police.

The two witnesses are added to the story because their names hold letters that a careless font
would drop.
"""

import io
import re
from datetime import date, time
from typing import Any

import pikepdf
import pypdf
import pytest
from flask import Flask
from playwright.sync_api import expect

from portal.staff.roles import Role
from tests import factories
from tests.e2e.office import Screen
from tests.factories import School

OWN_WORDS = "I only sent it to him. Someone said it’s on there now. I don’t know if it was him."
SEEN = "Quiet and distracted for a week, away from friends at break."
SARA, JORDAN = "Sara Whitlock", "Jordan Pike"
WITNESSES = ("Łukasz Żółkiewski", "Nguyễn Thị Ánh")
PAGES = ("Slags_of_Birmingham_xx", "Brum_beef_100")
NOTES = {
    "coercion": "She was asked for it. Pressure not yet established.",
    "under_13": "Who runs the accounts and who follows them is not known.",
    "at_risk": "Thoughts of suicide, told to the DSL.",
    "known_vulnerable": "Asking children’s social care.",
    "many_children": "Number of followers unknown.",
}


def checklist() -> dict[str, Any]:
    """What Sara’s story answers, as the form asks it."""
    unknown = ("coercion", "under_13", "known_vulnerable", "many_children")
    answers = dict.fromkeys(unknown, "not_known") | {"at_risk": "yes"}
    answers |= dict.fromkeys(("extreme", "recorded_crime"), "no")
    answers |= {"shared_without_consent": "yes"}
    answers |= dict.fromkeys(("pressure", "malice", "adult_involved"), "not_known")
    return {f"answer_{key}": answer for key, answer in answers.items()}


def record(staff: Screen) -> None:
    """Daniel writes down what Sara told him, is called away, comes back and sends it."""
    staff.go("/disclosures/new")
    ring = staff.page.get_by_text("Ring 999 now.")
    expect(ring.first).to_be_hidden()
    staff.fill(danger="yes")
    expect(ring.first).to_be_visible()
    staff.fill(self_harm="yes", danger_done="Miss Hale is with her.", told_dsl="yes")
    staff.fill(told_dsl_at=factories.when(1, time(9, 25)), how="told_by_young_person")
    staff.fill(told_at=factories.when(1), place="Room 14, after registration")
    staff.fill(own_words=OWN_WORDS, seen=SEEN)
    saved = staff.page.locator("[data-draft-line]")
    with staff.page.expect_response(lambda answer: "/sheets/" in answer.url):
        staff.control("thinks").focus()
    expect(saved).to_have_text(re.compile(r"^Saved \d\d:\d\d:\d\d$"))

    staff.go("/disclosures")
    staff.go("/disclosures/new")
    staff.sees("You began this")
    expect(staff.control("own_words")).to_have_value(OWN_WORDS)
    expect(staff.control("told_at-time")).to_have_value("09:10")
    expect(staff.control("danger", "yes")).to_be_checked()
    expect(ring.first).to_be_visible()

    name_people(staff)
    staff.fill(behaviours_1=["shared_without_consent"], platforms=["instagram"])
    for index, handle in enumerate(PAGES):
        if index:
            staff.press("Add another account")
        staff.fill(account(index, handle))
    staff.fill(
        {
            "incidents-0-what": "Posted on two private pages",
            "incidents-0-when": factories.when(5, None),
            "evidence-0-what": "Nobody at school has seen the image or the posts.",
            "evidence-0-where_held": "On the two pages",
        },
        viewed="no",
        wants="For it to be gone; not to get Jordan into trouble.",
        worries=["would_be_blamed", "trouble_with_police", "family_would_find_out"],
        family="Her mother has been unwell.",
    )
    staff.press("Send to the safeguarding lead")
    staff.heading("Receipt")
    staff.sees("It is with the safeguarding lead.", OWN_WORDS, *WITNESSES, *PAGES)


def name_people(staff: Screen) -> None:
    named = [
        (SARA, ["harmed"], {"words_for_self": "the one it happened to"}),
        (JORDAN, ["displayed"], {}),
        *((name, ["witness"], {}) for name in WITNESSES),
    ]
    for index, (name, parts, more) in enumerate(named):
        if index:
            staff.press("Add another person")
        row = {"name": name, "kind": "pupil", "parts": parts, **more}
        staff.fill({f"people-{index}-{key}": value for key, value in row.items()})
    # Sara is in the school’s list, with her date of birth; the list knows the right one
    staff.press("Look in the pupil list (person 1)")
    staff.control("people-0-person_id").first.check()


def account(index: int, handle: str) -> dict[str, str]:
    row = {"handle": handle, "kind": "page", "platform": "instagram", "private": "yes"}
    return {f"accounts-{index}-{key}": value for key, value in row.items()}


def pick_up(lead: Screen, staff: Screen) -> None:
    """The lead finds it first of all, picks it up, and opens the case."""
    lead.go("/today")
    first = lead.main.locator(".portal-task").first
    expect(first).to_contain_text("In danger now")
    first.get_by_role("link").first.click()
    lead.sees("A child may be in danger now", OWN_WORDS)
    lead.press("Pick it up")
    staff.page.reload()
    staff.sees("Picked up", "Ruth Adeyemi")

    lead.go("/inbox")
    lead.main.locator(".portal-task__link").first.click()
    lead.follow("Open a case")
    lead.press("Open the case")
    lead.heading("Case ")
    lead.sees("Nothing is deleted or taken down yet.")


def review(lead: Screen, case: str) -> None:
    lead.go(f"{case}/review/new")
    lead.fill(
        met=factories.when(0, None),
        attended="Ruth Adeyemi, DSL; Tom Whitlock, deputy",
        immediate_risk="yes",
        made_safe="With Miss Hale until her mother comes.",
        referral_needed="yes",
        tell_outside="yes",
        urgent_removal="no",
        viewing_needed="no",
    )
    lead.press("Save the review")
    lead.heading("Initial review")


def answer_checklist(lead: Screen, case: str) -> None:
    """The panel beside the questions follows each answer; nothing is chosen beforehand."""
    lead.go(f"{case}/checklist")
    panel = lead.page.locator("[data-outcome]")
    at_risk = lead.page.locator('[data-question="at_risk"]')
    expect(at_risk).to_contain_text("Suggested: “yes”")
    expect(at_risk).to_contain_text("danger")
    expect(lead.page.locator('main input[type="radio"]:checked')).to_have_count(0)
    expect(panel).to_contain_text("Cannot be decided yet")
    lead.fill(answer_at_risk="yes")
    expect(panel.get_by_role("heading", name="Always refer to the police")).to_be_visible()
    expect(panel).to_contain_text("Because of question 4.")
    lead.fill(answer_at_risk="no")
    expect(panel.get_by_role("heading", name="Always refer to the police")).to_be_hidden()
    lead.fill(checklist())
    expect(panel.locator("[data-unknown]")).to_have_text("7")
    lead.fill({f"note_{key}": note for key, note in NOTES.items()})
    lead.press("Save these answers")
    lead.heading("Police: answers and decision")
    lead.sees("Always refer to the police", "To find out: 7", "999")


def decide(lead: Screen) -> None:
    lead.follow("Record what you decide")
    lead.fill(choice="refer", reason="She is at risk and several people have it.")
    lead.press("Record the decision")
    lead.sees("Refer to the police", "She is at risk and several people have it.")

    lead.go(f"{lead.path.partition('#')[0]}/views/new")
    lead.follow(SARA)
    lead.fill(
        view="unsure",
        why="She does not want Jordan to get into trouble.",
        told="That it is not her fault, and what the police would do.",
        told_by="Ruth Adeyemi",
    )
    lead.press("Save", lead.main.locator("form"))
    lead.sees("She does not want Jordan to get into trouble.")


def print_summary(head: Screen, case: str) -> bytes:
    """The head reads the case, says for whom the copy is, and fetches it."""
    head.go(case)
    head.sees(SARA, "Refer to the police")
    head.follow("Print a summary")
    head.fill(
        purpose="police_referral",
        recipient_kind="police",
        recipient_name="PC Hart",
        recipient_body="PC 4471, West Midlands Police",
    )
    for box in head.control("people").all():
        box.check()
    head.press("Make the copy")
    head.heading("Copy 1 is ready")
    with head.page.expect_download() as fetched:
        head.follow("Fetch copy 1")
    name = fetched.value.suggested_filename
    assert re.fullmatch(r"[a-z0-9-]+\.pdf", name), name
    assert not re.search("sara|whitlock|jordan|pike", name, re.IGNORECASE)
    return fetched.value.path().read_bytes()


def read_paper(paper: bytes) -> None:
    pdf = pypdf.PdfReader(io.BytesIO(paper))
    text = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    for words in (SARA, JORDAN, *WITNESSES, *PAGES, OWN_WORDS, *NOTES.values()):
        assert words in text, f"“{words}” is not on the paper:\n{text}"
    for words in ("2 July 2013", "the one it happened to", "PC Hart", "7", "Copy 1"):
        assert words in text, f"“{words}” is not on the paper:\n{text}"
    for words in (
        "Always refer to the police",
        "Refer to the police",
        "She is at risk and several people have it.",
        "She does not want Jordan to get into trouble.",
        "No image",
    ):
        assert words in text, f"“{words}” is not on the paper:\n{text}"
    with pikepdf.open(io.BytesIO(paper)) as inside:
        assert bool(inside.Root.MarkInfo.Marked)
        assert "/StructTreeRoot" in inside.Root
        assert str(inside.Root.Lang).startswith("en")
        with inside.open_metadata() as kept:
            about = f"{dict(inside.docinfo.items())} {dict(kept.items())}"
    for name in (SARA, JORDAN, *WITNESSES):
        assert not any(word in about for word in name.split()), about


@pytest.mark.usefixtures("school_day")
def test_from_what_she_said_to_the_paper_for_the_police(
    app: Flask, school: School, saved: Any, sit_down: Any
) -> None:
    with saved():
        factories.pupil(school, SARA, born=date(2013, 7, 2), form_group="9C", year_group="9")
    staff, lead = sit_down(school[Role.STAFF]), sit_down(school.dsl)
    record(staff)
    pick_up(lead, staff)
    case = lead.path
    review(lead, case)
    answer_checklist(lead, case)
    decide(lead)
    paper = print_summary(sit_down(school.head), case)
    read_paper(paper)
