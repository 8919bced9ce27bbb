"""Sara says who is to know, on a screen that was handed to her, and her mother is told.

What she wishes is used: a note for one teacher, a mark at another, something new that becomes a
disclosure, and a fact that stays out of every paper for home. Her father learns nothing of it.
"""

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from portal import clock
from portal.people import service as people
from portal.people.models import PersonKind
from portal.staff.roles import Role
from tests import factories
from tests.e2e import student
from tests.e2e.afterwards import in_the_way, saras_case, stands
from tests.e2e.office import Screen
from tests.e2e.papers import does_not_say, make_copy, says
from tests.e2e.test_sara import JORDAN, SARA
from tests.factories import School

MOTHER, FATHER = "Joanne Whitlock", "Neil Whitlock"
HER_STREET, HIS_STREET = "12 Tanner’s Row", "81 Canal Street"
HER_NUMBER, HIS_NUMBER = "07700 900 164", "07700 900 178"
NOT_DO = "Do not ask me in front of people"
NEW = "He also has the one from the summer"
SECRET = "girlfriend"
TOLD = "That a picture was posted, that the police know, and that she is not in trouble."


@pytest.fixture
def case(school: School, school_day: None, saved: Any) -> str:
    """Sara’s case; her parents live apart, and her mother’s address is not told to anybody."""
    with saved():
        address = saras_case(school)
        listed = people.listing(school.row, frozenset({PersonKind.PUPIL}))
        sara = next(one.id for one in listed if one.full_name == SARA)
        child = people.get_person(school.id, sara)
        homes = (
            (
                MOTHER,
                HER_STREET,
                "07700 900 164",
                {"relation": "Mother", "household": "Mum’s home"},
            ),
            (FATHER, HIS_STREET, HIS_NUMBER, {"relation": "Father", "household": "Dad’s home"}),
        )
        for name, street, number, link in homes:
            carer = factories.person(
                school, PersonKind.CARER, name, address=street, telephone=number
            )
            more = {"address_protected": name == MOTHER, "responsibility": "yes"}
            people.add_carer(school.dsl.actor, child, carer, {**link, **more})
    return address


def test_her_wishes_are_asked_used_and_asked_again(
    school: School, case: str, sit_down: Any
) -> None:
    lead: Screen = sit_down(school.dsl)
    stands(lead, case, **{"Who do you want to know?": "Not started"})
    she_fills_it_herself(lead, school, case)
    something_new_becomes_a_disclosure(lead, school)
    they_are_shown_where_access_is_given(lead, case)
    one_teacher_gets_a_sentence(lead, school, case, sit_down)
    asked_again(lead, case)
    print_it(lead, case)


def she_fills_it_herself(lead: Screen, school: School, case: str) -> None:
    staff = school[Role.STAFF].name
    lead.go(f"{case}/wishes")
    with lead.page.expect_navigation():
        lead.main.get_by_role("link", name="Hand the screen over").first.click()
    lead.sees("Stay in the room.")
    expect(lead.control("must_know-0-name")).to_have_value(school.dsl.name)
    lead.fill_date("next_on", clock.today() - timedelta(days=1))
    lead.refused("Hand the screen over", "cannot be in the past")
    lead.fill_date("next_on", clock.today() + timedelta(days=14))
    lead.send("Hand the screen over")

    student.begin(lead, "Who do you want to know?")
    student.answer(lead, "Who knows about this now?", names="Mum")
    lead.sees(school.dsl.name, "leads the work to keep you safe")
    student.answer(lead, "Who would you like to know?", names=f"Miss Hill\n{staff}")
    lead.heading("Who would you rather did not know?")
    lead.fill(names="Miss Hill")
    lead.refused("Next", "You said that you would like Miss Hill to know.")
    expect(lead.control("names")).to_have_value("Miss Hill")
    student.answer(lead, "Who would you rather did not know?", names="Dad")
    for question, words in (
        ("How much should each of them know?", "Just a bit"),
        ("What could each of them do", "Let me sit by the door"),
        ("What should each of them not do?", NOT_DO),
    ):
        lead.heading(question)
        lead.page.get_by_label(staff, exact=True).fill(words)
        lead.send("Next")
    student.answer(lead, "Is there anything else", words=NEW)
    lead.sees("Mum", "Miss Hill", staff, "Dad", "Let me sit by the door", NOT_DO, NEW)
    student.give_back(lead)
    lead.does_not_see(NEW, NOT_DO)
    lead.may_answer(403)
    lead.page.go_back()
    expect(lead.page.locator("body")).not_to_contain_text(NEW)
    lead.go("/handover/back")
    student.take_back(lead, school.dsl.password)
    lead.sees(NEW, NOT_DO)


def something_new_becomes_a_disclosure(lead: Screen, school: School) -> None:
    """Read together: her last words are new. The answers are kept, and a disclosure begins."""
    said = lead.main.locator(".handover-said").filter(has_text=NEW)
    said.get_by_label("This is new").check()
    lead.send("Part of this is new: record a disclosure")
    lead.heading("Record")
    expect(lead.control("own_words")).to_have_value(re.compile(re.escape(NEW)))
    expect(lead.page.get_by_role("button", name="Hide screen")).to_be_visible()


def they_are_shown_where_access_is_given(lead: Screen, case: str) -> None:
    lead.go(f"{case}/wishes")
    lead.sees("Miss Hill", "Would rather they did not know", "Dad", "on the screen")
    stands(lead, case, **{"Who do you want to know?": "Done"})
    lead.go(f"{case}/access")
    lead.sees("Miss Hill", "Dad")
    in_the_way(lead, case)


def one_teacher_gets_a_sentence(lead: Screen, school: School, case: str, sit_down: Any) -> None:
    sentence = "Sara may sit by the door today; please do not ask her why."
    told = school[Role.STAFF]
    lead.go(f"{case}/need-to-know/new")
    lead.control("about").select_option(label=SARA)
    lead.control("member").select_option(label=told.name)
    lead.fill(sentence=sentence)
    lead.fill_date("agreed_on", clock.today() + timedelta(days=1))
    lead.refused("Send the note", "cannot be in the future")
    expect(lead.control("sentence")).to_have_value(sentence)
    lead.fill_date("agreed_on", clock.today())
    lead.send("Send the note")
    lead.sees(sentence)

    reader: Screen = sit_down(told)
    reader.go("/notes")
    reader.sees(SARA, sentence)
    reader.does_not_see(case.rpartition("/")[2], JORDAN)
    with reader.page.expect_navigation():
        reader.main.get_by_role("button", name="I have read this").click()
    reader.go(case, status=404)
    lead.go(f"{case}/need-to-know")
    lead.sees(sentence, "Read")


def asked_again(lead: Screen, case: str) -> None:
    """Two weeks later her father may know, and what changed stands beside what was said before."""
    lead.go(f"{case}/wishes")
    with lead.page.expect_navigation():
        lead.main.get_by_role("link", name="Ask again").first.click()
    rows = lead.main.locator('[name^="people-"][name$="-name"]')
    names = [rows.nth(one).input_value() for one in range(rows.count())]
    father = names.index("Dad")
    lead.fill({f"people-{father}-standing": "wanted"}, how="beside")
    lead.send("Save")
    lead.sees("What changed since visit 1", "Dad", "Visit 2, the newest", "Visit 1")


def print_it(lead: Screen, case: str) -> None:
    lead.go(f"{case}/wishes")
    lead.enter("Read it, and what changed")
    lead.enter("Print")
    paper = make_copy(lead, recipient_kind="young_person", purpose="asked")
    says(paper, SARA, "Miss Hill", "Let me sit by the door", NOT_DO)
    does_not_say(paper, JORDAN)


def test_her_mother_is_told_and_her_father_learns_nothing_of_it(
    school: School, case: str, sit_down: Any
) -> None:
    lead: Screen = sit_down(school.dsl)
    in_the_way(lead, case, SARA)
    what_must_not_be_told(lead, case)
    decide(lead, case)
    her_mother_is_told(lead, case)
    updates(lead, case)
    the_logs_are_apart(lead, case)


def what_must_not_be_told(lead: Screen, case: str) -> None:
    lead.go(f"{case}/not-to-be-told/new")
    lead.control("about").select_option(label=SARA)
    lead.fill(fact="Whom she is going out with.", phrases=SECRET, from_kinds=["parent"])
    lead.refused("Save", "Write why it is not to be told")
    lead.fill(reason="She is not ready.")
    lead.send("Save")
    lead.sees("Kept out", SECRET)


def decide(lead: Screen, case: str) -> None:
    family = family_of_sara(lead, case)
    lead.go(f"{family}/wish")
    lead.fill(wish="agrees", wants_there="yes", who_tells="Sara, with us", asked=factories.when(1))
    lead.send("Save")
    lead.go(f"{family}/decide")
    lead.fill(choice="not_informed", reason="She is afraid.")
    lead.refused("Record the decision", "Say which agencies were asked.")
    expect(lead.control("reason")).to_have_value("She is afraid.")
    lead.fill(choice="informed", who_tells="Sara, with us", reason="She wants it, and it is safe.")
    lead.tick("Who is told?", MOTHER)
    lead.refused("Record the decision", f"Say why {FATHER} is not told")
    lead.fill(not_told_why="She tells him herself.")
    lead.send("Record the decision")
    lead.sees("She wants it, and it is safe.")


def family_of_sara(lead: Screen, case: str) -> str:
    lead.go(f"{case}/family")
    card = lead.main.locator("section").filter(has_text=SARA).first
    address = card.get_by_role("link", name=SARA).first.get_attribute("href")
    assert address is not None
    return address


def her_mother_is_told(lead: Screen, case: str) -> None:
    family = family_of_sara(lead, case)
    lead.go(f"{family}/contacts/new")
    lead.sees("Never show or send an image")
    lead.main.get_by_role("radio", name=MOTHER).check()
    lead.fill(
        happened=factories.when(0, None),
        way="in_person",
        reached="yes",
        agreed_with_child="yes",
        child_present="yes",
        we_said=f"{TOLD} Her {SECRET} knows as well.",
        they_said="She had noticed.",
        they_ask=f"Not to have it sent to {FATHER}, {HIS_NUMBER}.",
        blames="yes",
    )
    lead.refused("Save the contact", SECRET, "Write what help they were offered")
    lead.fill(we_said=TOLD, help_offered="Listened; the number for parents.")
    lead.send("Save the contact")
    lead.go(f"{family}/contacts/new")
    lead.main.get_by_role("radio", name=FATHER).check()
    lead.fill(
        happened=factories.when(0, None),
        way="phone",
        reached="yes",
        we_said=f"That Sara is well. {MOTHER} was not spoken of.",
        they_said="He fetches her on Friday.",
    )
    lead.send("Save the contact")
    lead.go(family)
    lead.sees(TOLD, "He fetches her on Friday.")


def updates(lead: Screen, case: str) -> None:
    family = family_of_sara(lead, case)
    lead.go(f"{family}/updates/new")
    lead.main.get_by_role("radio", name=MOTHER).check()
    lead.fill(every="week", contains="How she is in lessons.")
    lead.send("Save")
    lead.go(f"{case}/actions")
    lead.sees(f"Tell {MOTHER} how it stands")


def the_logs_are_apart(lead: Screen, case: str) -> None:
    """Each household reads its own contacts, and nothing of the other or of a kept address."""
    family = family_of_sara(lead, case)
    for name, own, foreign in (
        (MOTHER, (TOLD, "She had noticed."), (FATHER, HIS_NUMBER, HIS_STREET, "fetches her")),
        (FATHER, ("That Sara is well.",), (MOTHER, "Joanne", TOLD, "Listened", HER_NUMBER)),
    ):
        lead.go(f"{family}/log/print")
        lead.main.get_by_role("group", name="Which household").get_by_role(
            "radio", name=name
        ).check()
        lead.fill(recipient_kind="parent", purpose="informed")
        people_at_home = lead.main.get_by_role("group", name="Which of the people at home gets it")
        people_at_home.get_by_role("radio", name=name).check()
        paper = make_copy(lead)
        says(paper, SARA, *own)
        does_not_say(paper, HER_STREET, SECRET, JORDAN, *foreign)
