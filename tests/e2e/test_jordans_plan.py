"""Jordan’s plan: begun once the police allow it, three voices, agreed, reviewed, changed, ended.

His own part he writes himself, on a telephone that was handed to him. Every paper that comes of it
is fetched and read.
"""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from portal import clock
from portal.cases.models import Case
from portal.db import session
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

FATHER, FRIEND = "Dean Pike", "Mr Hall"
ADVICE = "Work on what comes next need not wait. Nobody asks him what happened."
WHY = "To be somebody whom others can trust with what they send him."
SIGNAL, NEW_SIGNAL = "Is there training today?", "A blue card on the desk"
STEP = "Go through who can tag him in his accounts"
FEELS = "My hands go hot"


@pytest.fixture
def case(school: School, school_day: None, saved: Any) -> str:
    with saved():
        address = saras_case(school)
        jordan = next(
            one
            for one in people.listing(school.row, frozenset({PersonKind.PUPIL}))
            if one.full_name == JORDAN
        )
        father = factories.person(school, PersonKind.CARER, FATHER)
        child = people.get_person(school.id, jordan.id)
        people.add_carer(school.dsl.actor, child, father, {"relation": "Father"})
    return address


def test_a_plan_from_its_start_to_its_end(
    school: School, case: str, saved: Any, sit_down: Any
) -> None:
    lead: Screen = sit_down(school.dsl)
    no_plan_before_a_response(lead, case)
    respond(school, case, saved)
    plan = begin(lead, case)
    adults_write_their_parts(lead, plan)
    jordan_writes_his(
        sit_down(school[Role.DEPUTY], viewport={"width": 375, "height": 740}), school, plan
    )
    agree_and_sign(lead, case, plan)
    review_with_changes(lead, plan)
    print_it(lead, plan)
    end(lead, case, plan)


def no_plan_before_a_response(lead: Screen, case: str) -> None:
    stands(lead, case, **{"Moving forward plan": "Cannot start yet"})
    lead.go(f"{case}/plans")
    lead.sees("No response has been chosen yet.")
    expect(lead.main.get_by_role("link", name="Begin a plan")).to_have_count(0)


def respond(school: School, case: str, saved: Any) -> None:
    with saved():
        reference = case.rpartition("/")[2]
        found = session.scalars(select(Case).where(Case.reference == reference)).one()
        factories.risk(school, found)


def begin(lead: Screen, case: str) -> str:
    """Refused without the police’s advice, and with a review before the plan; then begun."""
    today = clock.today()
    lead.go(f"{case}/plans")
    lead.enter("Begin a plan")
    lead.sees("Nobody asks what happened while this plan is made or reviewed")
    lead.fill(
        started_on=today,
        internet_use="Instagram, football clips",
        covers="Everything with messages in it",
        why=WHY,
        if_not_followed="We meet that week and change it.",
        signal=SIGNAL,
        signal_where="To Mr Hall, in the corridor",
        lasts="Two months",
        ends_on=today + timedelta(days=60),
        review_every="fortnight",
        next_review_on=today - timedelta(days=1),
        help_adult=FRIEND,
        help_when="Tuesdays, 12:40",
        help_where="Room 4",
    )
    lead.fill({"steps-0-what": STEP, "steps-0-who": f"{JORDAN} and {FATHER}"})
    lead.fill_date("steps-0-due_on", today + timedelta(days=7))
    lead.refused("Save", "Record what the police advised", "before the plan")
    expect(lead.control("why")).to_have_value(WHY)
    expect(lead.control("steps-0-what")).to_have_value(STEP)
    lead.fill(police_advice=ADVICE, police_advice_from="DC Whitfield, 2290, log 214")
    lead.fill_date("next_review_on", today + timedelta(days=14))
    lead.send("Save")
    lead.heading("Moving forward plan")
    lead.sees("Nobody has agreed it yet", WHY, STEP, FATHER)
    return lead.path.partition("#")[0]


def adults_write_their_parts(lead: Screen, plan: str) -> None:
    parts = {
        "Ruth": ("He walks past my door", "Ask him to help me carry something"),
        FATHER: ("He slams the door", "Put the kettle on and wait"),
    }
    for signs, will in parts.values():
        lead.go(plan)
        rows = lead.main.locator(".portal-involved__links a").filter(has_text="Write this part")
        with lead.page.expect_navigation():
            rows.first.click()
        lead.refused("Save this part", "Write at least one line")
        if lead.control("how").count():  # what staff write themselves came from nobody else
            lead.fill(how="beside")
        lead.fill(signs=signs, will=will, also_speak="His form tutor")
        lead.send("Save this part")
        lead.sees(signs, will)


def jordan_writes_his(phone: Screen, school: School, plan: str) -> None:
    deputy = school[Role.DEPUTY]
    phone.go(plan)
    phone.enter("Hand over the screen")
    phone.sees("Stay in the room")
    phone.send("Hand over now")
    student.begin(phone, "My part of the plan")
    phone.heading("How will you know that you need help?")
    phone.sees("You do not need to say what happened")
    student.answer(phone, "How will you know", words=FEELS)
    student.answer(phone, "What can you do", words="Leave the room\nText my dad")
    student.answer(phone, "What might other people see", words="I go quiet")
    student.answer(
        phone,
        "Who can help you",
        **{"people-0-name": FRIEND, "people-0-action": "ask me about the match"},
    )
    student.answer(phone, "Is there any other help", words="")
    phone.sees(FEELS, "Text my dad", "I go quiet", f"{FRIEND} to ask me about the match")
    student.give_back(phone)
    phone.does_not_see(FEELS)
    student.take_back(phone, deputy.password)
    phone.sees(FEELS)
    student.keep(phone)
    phone.sees(FEELS, "Text my dad", "Written by themselves, on the screen")


def agree_and_sign(lead: Screen, case: str, plan: str) -> None:
    today = clock.today()
    lead.go(plan)
    lead.enter("Agree the plan")
    lead.fill(present=f"{JORDAN}, {FATHER}, the deputy")
    lead.send("Agree the plan")
    lead.sees("Edition 1", "Not signed yet")
    for name in (JORDAN, FATHER):
        lead.go(f"{plan}/sign")
        lead.main.get_by_role("radio", name=name).check()
        lead.fill(name=name, how="typed", signed_on=today + timedelta(days=1))
        lead.refused("Save the signature", "cannot be in the future")
        lead.fill_date("signed_on", today)
        lead.send("Save the signature")
        lead.sees(f"as “{name}”")
    lead.go(f"{case}/actions")
    lead.sees(STEP, f"Review the moving forward plan with {JORDAN}")
    in_the_way(lead, case, "moving forward plan")


def review_with_changes(lead: Screen, plan: str) -> None:
    lead.go(f"{plan}/review")
    expect(lead.control("signal")).to_have_value(SIGNAL)
    lead.fill(
        present=f"{JORDAN} and the deputy",
        worked="He said the word twice.",
        not_worked="It is hard to say in front of others.",
        changed="A card in place of the words.",
        signal=NEW_SIGNAL,
    )
    lead.fill({"steps-0-stands": "done"})
    lead.send("Save the review")
    lead.sees("Edition 2", NEW_SIGNAL, "He said the word twice.")
    lead.enter("Edition 2: reviewed")
    lead.sees(
        "He said the word twice.", "It is hard to say in front of others.", SIGNAL, NEW_SIGNAL
    )
    lead.go(plan)
    lead.enter("Edition 1: agreed")
    lead.sees(SIGNAL)
    lead.does_not_see(NEW_SIGNAL)


def print_it(lead: Screen, plan: str) -> None:
    lead.go(plan)
    lead.enter("Print the plan")
    paper = make_copy(lead, purpose="meeting", recipient_kind="own_file")
    says(paper, JORDAN, WHY, NEW_SIGNAL, STEP, FEELS, "He slams the door", "He walks past my door")
    does_not_say(paper, SARA, ADVICE)
    lead.go(plan)
    lead.enter("Print the help sheet")
    sheet = make_copy(lead, "Make the sheet")
    says(sheet, FRIEND, "Tuesdays, 12:40", "Room 4", "0800 1111")
    does_not_say(sheet, SARA, ADVICE, WHY)


def end(lead: Screen, case: str, plan: str) -> None:
    lead.go(plan)
    lead.enter("End it")
    lead.fill(outcome="kept", words="He asks before he is asked.")
    lead.send("End the plan")
    lead.sees("The plan was kept", "He asks before he is asked.", "Edition 3: ended")
    stands(lead, case, **{"Moving forward plan": "Done"})
    lead.go(f"{case}/chronology")
    lead.sees("moving forward plan")
