"""Leaving hand-over: only who gives the password or PIN sees the answers, and what then happens."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from portal import clock
from portal.cases.models import Case
from portal.db import session
from portal.handover import service
from portal.handover.rules import REST, State
from portal.staff.models import SignIn
from portal.staff.roles import Role
from tests import factories
from tests.factories import PASSWORD, School
from tests.handover import trial
from tests.page import Browser

Stop = Callable[[datetime], None]
SignIns = Callable[..., Browser]
Saved = Callable[[], AbstractContextManager[None]]


@pytest.mark.parametrize("with_what", [PASSWORD, trial.PIN])
def test_the_screen_is_taken_back_and_the_answers_are_kept(
    app: Flask, school: School, student: Browser, handover: UUID, with_what: str
) -> None:
    trial.set_pin(app, school)
    trial.answer(student, "why", why="Sit by the door")
    page = trial.give_back(student)
    assert page.main_text.count("Ruth Adeyemi") == 2
    assert "door" not in page.html
    page = trial.take_back(student, with_what)
    assert page.path == "/handover/read"
    assert "Sit by the door" in page.written()
    page = page.submit("/handover/keep", button=trial.KEEP)
    (kept,) = trial.TRIAL.kept
    assert kept.answers == {"why": {"why": "Sit by the door"}}
    assert not kept.stopped
    assert page.location.startswith("/cases/")
    after = trial.row(app, handover)
    assert after["state"] is State.KEPT
    assert after["answers"] is None  # working paper: what was kept is a record now
    student.get("/today")
    assert student.get("/handover", 404).h1 == "Nothing is handed over here"
    noted = [one for one in trial.verbs(app) if "screen" in one or "hand-over" in one]
    assert noted == [
        "handed the screen over",
        "was given the screen back",
        "took the screen back",
        "kept the answers of a hand-over",
    ]


@pytest.mark.parametrize("action", ["hand over", "take back", "again", "keep", "put aside"])
def test_an_older_cookie_is_nobody_s(
    app: Flask, school: School, case_id: UUID, member: Browser, action: str
) -> None:
    """The secret changes whenever the screen changes hands."""
    old = [trial.secret(member)]
    trial.hand_over(app, member, school, case_id)
    if action != "hand over":
        trial.give_back(member)
        old = [trial.secret(member)]
        page = trial.take_back(member, PASSWORD)
        if action != "take back":
            old = [trial.secret(member)]
            words = {"again": "/handover/again", "keep": "", "put aside": "/handover/put-aside"}
            sent = page.fields("/handover/keep")
            member.post(words[action] or "/handover/keep", sent)
    thief = Browser(app)
    assert old[0] != trial.secret(member)
    with thief.client.session_transaction() as kept:
        kept["_user_id"], kept["_fresh"] = old[0], True
    assert thief.get("/today", 303).location.startswith("/sign-in")
    assert thief.get("/handover", 303).location == "/sign-in"


def test_an_older_token_is_refused(student: Browser) -> None:
    """The token of a page from before the screen was taken back sends nothing any more."""
    trial.give_back(student)
    page = student.get("/handover/back")
    token = page.fields("/handover/back")["csrf_token"]
    trial.take_back(student, PASSWORD)
    answer = student.post("/handover/keep", {"csrf_token": token}, status=400)
    assert answer.h1 == "That did not work"


def test_back_after_giving_back_shows_nothing(app: Flask, student: Browser, handover: UUID) -> None:
    trial.answer(student, "why", why="Sit by the door")
    old = student.get("/handover/q/why")
    trial.give_back(student)
    sent = old.fields("answer")
    sent["why"] = "Somebody else’s words"
    refused = student.get("/handover/q/why", 403)
    for page in (
        refused,
        student.post("/handover/q/why", sent, status=403),
        student.post("/handover/q/why/typed", sent, status=403),
        student.get("/handover/check", 403),
        student.get("/handover/read", 403),
    ):
        assert page.body == refused.body
        assert "door" not in page.html
    assert trial.row(app, handover)["paper"].answers["why"] == {"why": "Sit by the door"}
    assert not trial.row(app, handover)["paper"].typed
    assert student.get("/handover", 303).location == "/handover/back"


@pytest.mark.parametrize("address", ["/handover/q/why", "/handover/check", "/handover"])
def test_rest_hides_the_answers(app: Flask, student: Browser, handover: UUID, address: str) -> None:
    trial.answer(student, "why", why="Sit by the door")
    with clock.stopped_at(clock.now() + REST + timedelta(seconds=1)):
        assert student.get(address, 303).location == "/handover/back"
        assert trial.row(app, handover)["state"] is State.GIVEN_BACK
        assert "hid the answers at rest" in trial.verbs(app)
        trial.take_back(student, PASSWORD)
    with clock.stopped_at(clock.now() + 2 * (REST + timedelta(seconds=2))):
        assert student.get("/handover/read", 303).location == "/handover/back"
        student.get("/handover/read", 403)


def test_words_sent_after_a_rest_are_kept(app: Flask, student: Browser, handover: UUID) -> None:
    page = student.get("/handover/q/why")
    with clock.stopped_at(clock.now() + timedelta(minutes=7)):
        answer = page.submit("answer", button="Next", why="I wrote for six minutes")
        assert answer.location == "/handover/back"
        assert "I wrote for six minutes" in trial.take_back(student, PASSWORD).written()


def test_words_sent_after_the_sign_in_has_ended_are_kept(
    app: Flask, school: School, student: Browser, handover: UUID
) -> None:
    page = student.get("/handover/q/why")
    with clock.stopped_at(clock.now() + timedelta(minutes=17)):
        answer = page.submit("answer", button="Next", why="I wrote for a long time")
        assert answer.location == "/sign-in"
    assert ["why", "I wrote for a long time"] in trial.row(app, handover)["paper"].typed["why"]


def test_the_script_s_rest(app: Flask, student: Browser, handover: UUID) -> None:
    page = student.get("/handover/q/why")
    assert page.submit("/handover/rest").location == "/handover/back"
    student.get("/handover/q/why", 403)


def test_time_without_a_rest_goes_on(student: Browser) -> None:
    now = clock.now()
    for minutes in range(0, 21, 4):
        with clock.stopped_at(now + timedelta(minutes=minutes)):
            student.get("/handover/q/why")


def test_handed_over_once_more(app: Flask, student: Browser, handover: UUID) -> None:
    trial.answer(student, "why", why="Sit by the door")
    trial.give_back(student)
    page = trial.take_back(student, PASSWORD)
    page = page.submit("/handover/keep", button=trial.AGAIN).follow()
    assert "Go on" in page.main_text
    trial.answer(student, "why", why="By the window")
    student.get("/today", 403)
    trial.give_back(student)
    assert "By the window" in trial.take_back(student, PASSWORD).written()


def test_something_new_becomes_a_disclosure(
    app: Flask, school: School, student: Browser, handover: UUID
) -> None:
    trial.answer(student, "why", why="He did it to my sister as well")
    page = student.get("/handover/q/people")
    page.submit("answer", button="Next", fields={"people-0-name": "Mum"})
    trial.give_back(student)
    page = trial.take_back(student, PASSWORD)
    page = page.submit("/handover/keep", button=trial.NEW, new=["why"])
    assert page.location == "/disclosures/new"
    page = page.follow()
    assert "You began this" in page.main_text
    form = page.fields("/disclosures/new")
    assert form["own_words"].replace("\r\n", "\n") == (
        "What would help you now?\nHe did it to my sister as well"
    )
    assert form["how"] == "told_by_young_person"
    assert trial.row(app, handover)["state"] is State.KEPT
    assert trial.TRIAL.kept[0].answers["people"]["people"][0]["name"] == "Mum"


def test_put_aside_and_taken_up_again(
    app: Flask, school: School, student: Browser, handover: UUID, case_id: UUID, sign_in: SignIns
) -> None:
    trial.answer(student, "why", why="Sit by the door")
    trial.give_back(student)
    page = trial.take_back(student, PASSWORD)
    page = page.submit("/handover/keep", button=trial.ASIDE)
    assert page.location.startswith("/cases/")
    with factories.saved(app):
        case = session.get(Case, case_id)
        assert case is not None
        (waiting,) = service.open_handovers(case)
        reference = case.reference
    assert waiting.title == "Who do you want to know?"
    assert waiting.with_whom == "Ruth Adeyemi"
    assert not waiting.is_busy
    # a deputy takes it up: their own password, at their own screen
    deputy = sign_in(Role.DEPUTY)
    address = f"/cases/{reference}/handovers/{handover}/resume"
    page = deputy.post(address, {"csrf_token": deputy.token}).follow(303).follow()
    assert page.path == "/handover/back"
    assert "door" not in page.html
    assert "Tom Whitlock" in page.main_text
    deputy.get("/today", 403)
    page = trial.take_back(deputy, PASSWORD)
    assert "Sit by the door" in page.written()
    page.submit("/handover/keep", button=trial.KEEP)
    with factories.saved(app):
        case = session.get(Case, case_id)
        assert case is not None
        assert service.open_handovers(case) == []
    deputy.post(address, {"csrf_token": deputy.token}, status=404)


def test_it_is_on_one_screen_only(
    app: Flask, school: School, student: Browser, handover: UUID, case_id: UUID, sign_in: SignIns
) -> None:
    with factories.saved(app):
        case = session.get(Case, case_id)
        assert case is not None
        assert service.open_handovers(case)[0].is_busy
        address = f"/cases/{case.reference}/handovers/{handover}/resume"
    deputy = sign_in(Role.DEPUTY)
    page = deputy.post(address, {"csrf_token": deputy.token}, status=409)
    assert "another screen" in page.main_text
    trial.give_back(student)
    deputy.post(address, {"csrf_token": deputy.token})
    # the first screen shows nothing any more
    assert student.get("/handover/back", 303).location == "/sign-in"


def test_signing_in_again_instead(
    app: Flask, school: School, student: Browser, handover: UUID
) -> None:
    trial.answer(student, "why", why="Sit by the door")
    page = trial.give_back(student)
    page = page.submit("/handover/sign-in-again", button="Sign in again instead")
    assert page.location == "/sign-in"
    page = page.follow()
    page = page.submit("/sign-in", username=school.dsl.username, password=PASSWORD)
    second = page.follow(303).follow()
    second.submit("/sign-in/second", code=factories.next_code(app, school.dsl))
    student.get("/today")
    kept = trial.row(app, handover)
    assert kept["state"] is State.GIVEN_BACK
    assert kept["paper"].answers["why"] == {"why": "Sit by the door"}
    with factories.saved(app):
        ended = session.query(SignIn).filter(SignIn.handover_id == handover).one()
        assert ended.ended_at is not None


def test_who_is_shut_out_meanwhile_gets_the_screen_and_not_the_answers(
    app: Flask, school: School, student: Browser, case_id: UUID, saved: Saved
) -> None:
    trial.answer(student, "why", why="Sit by the door")
    trial.give_back(student)
    with saved():
        case = session.get(Case, case_id)
        assert case is not None
        factories.exclude(school, case, school.dsl)
    page = student.get("/handover/back").submit("/handover/back", pin=PASSWORD)
    assert page.location == "/"
    assert "door" not in student.get("/today").html
    student.get("/handover/read", 404)


def test_a_case_that_was_closed_meanwhile_keeps_nothing_and_loses_nothing(
    app: Flask, school: School, student: Browser, handover: UUID, case_id: UUID, saved: Saved
) -> None:
    from portal.cases import service as cases

    trial.answer(student, "why", why="Sit by the door")
    trial.give_back(student)
    page = trial.take_back(student, PASSWORD)
    with saved():
        case = session.get(Case, case_id)
        assert case is not None
        cases.close(school.dsl.actor, case, "Over", "", "")
    answer = page.submit("/handover/keep", button=trial.KEEP, status=409)
    assert "they wait until it can" in answer.main_text
    student.get("/handover/read").submit("/handover/keep", button=trial.ASIDE)
    assert trial.row(app, handover)["paper"].answers["why"] == {"why": "Sit by the door"}


def test_only_the_case_s_own_people_are_given_the_screen(
    app: Flask, school: School, case_id: UUID, member: Browser, saved: Saved
) -> None:
    from portal.cases import service as cases
    from portal.web.errors import Missing

    with saved():
        other: Any = factories.case(school)
        somebody = cases.people_in(other)[0]
        case = session.get(Case, case_id)
        assert case is not None
        with pytest.raises(Missing):
            service.begin(school.dsl.actor, case, somebody, form=trial.CODE)
