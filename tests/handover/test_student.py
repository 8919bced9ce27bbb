"""What a student does with the form: answers, goes back, stops, and finds every word again."""

from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from portal.cases import service as cases
from portal.cases.models import Case
from portal.db import session
from portal.handover import service
from portal.handover.rules import State
from portal.web.sheets import FormSheet
from tests import factories
from tests.factories import School
from tests.handover import trial
from tests.page import Browser


def test_from_the_first_page_to_the_last(app: Flask, student: Browser, handover: UUID) -> None:
    page = student.get("/handover")
    assert page.h1 == "Who do you want to know?"
    assert page.title == "Your form"
    page = page.click("Start")
    assert "Question 1 of 3" in page.main_text
    page = page.submit("answer", button="Add another person", fields={"people-0-name": "Mum"})
    page = page.follow()
    page = page.submit("answer", button="Next", fields={"people-1-name": "Mr Moss"}).follow()
    assert "Question 2 of 3" in page.main_text
    page = page.submit("answer", button="Next", why="Sit by the door.\nThat’s all.").follow()
    page = page.submit("answer", button="Next", when="soon").follow()
    assert page.h1 == "Read what you wrote"
    assert [page.words(one) for one in page.all("h3")] == ["Mum", "Mr Moss"]
    assert "Sit by the door.\nThat’s all." in page.written()
    page = page.click("your answer: What would help you now?")
    page = page.submit("answer", button="Save", why="Sit by the window.").follow()
    assert page.h1 == "Read what you wrote"
    assert "Sit by the window." in page.written()
    page = page.submit("/handover/finish", button="I am done").follow()
    assert page.path == "/handover/back"
    assert "window" not in page.html
    assert trial.row(app, handover)["state"] is State.GIVEN_BACK


def test_back_keeps_what_stands_in_the_page(app: Flask, student: Browser, handover: UUID) -> None:
    page = student.get("/handover/q/why").submit("answer", button="Back", why="Half a th")
    assert page.location == "/handover/q/people"
    assert page.follow().submit("answer", button="Back").location == "/handover"
    assert student.get("/handover/q/why").written() == ["Half a th"]


def test_what_cannot_be_taken_is_said_and_kept(
    app: Flask, student: Browser, handover: UUID
) -> None:
    page = trial.answer(student, "why", why="word " * 150, status=422)
    assert page.errors().keys() == {"why"}
    assert page.title == "Error: Your form"
    assert "word word" in student.get("/handover/q/why").written()[0]
    page = trial.answer(student, "when", status=422)
    assert page.errors() == {"when": "Pick one of the two."}
    page = page.submit("answer", button="Back")
    assert page.location == "/handover/q/why"
    assert "word word" in student.get("/handover/check").html


@pytest.mark.parametrize("button", ["Stop and talk to someone", "Give the screen back"])
def test_leaving_keeps_what_stands_in_the_page(
    app: Flask, student: Browser, handover: UUID, button: str
) -> None:
    page = student.get("/handover/q/why")
    sent = page.fields("answer")
    sent.add("go", "stop" if button.startswith("Stop") else "give")
    sent["why"] = "I can’t say it"
    answer = student.post("/handover/q/why", sent)
    kept = trial.row(app, handover)
    assert kept["paper"].answers["why"] == {"why": "I can’t say it"}
    if button.startswith("Stop"):
        page = answer.follow()
        assert page.h1 == "You can stop. Nothing is lost."
        assert "0800 1111" in page.main_text
        page = page.submit("/handover/stop")
        kept = trial.row(app, handover)
        assert kept["stopped"]
    assert kept["state"] is State.GIVEN_BACK


def test_what_is_typed_is_saved_while_it_is_typed(
    app: Flask, student: Browser, handover: UUID
) -> None:
    page = student.get("/handover/q/why")
    sent = page.fields("answer")
    sent["why"] = "It st"
    student.post("/handover/q/why/typed", sent, status=204)
    sent["why"] = "It still hurts"
    student.post("/handover/q/why/typed", sent, status=204)
    assert student.get("/handover/q/why").written() == ["It still hurts"]
    page = student.get("/handover/check")
    assert "It still hurts" in page.written()
    assert "have not pressed Next" in page.main_text
    # never sent, and yet read together
    trial.give_back(student)
    page = trial.take_back(student, "heron lamp orchard")
    assert "It still hurts" in page.written()


def test_a_list_grows_and_shrinks_without_scripts(student: Browser) -> None:
    page = student.get("/handover/q/people")
    page = page.submit("answer", button="Add another person", fields={"people-0-name": "Mum"})
    page = page.follow().submit("answer", button="Add another person").follow()
    page = page.submit("answer", button="Remove person 1").follow()
    for shown in (page, student.get("/handover/q/people")):
        assert "Mum" not in shown.html
        assert len(list(shown.all("input", type="text"))) == 2


def test_two_windows_on_one_question(app: Flask, student: Browser, handover: UUID) -> None:
    first, second = student.get("/handover/q/why"), student.get("/handover/q/why")
    first.submit("answer", button="Next", why="From the first window")
    page = second.submit("answer", button="Next", why="From the second window", status=409)
    assert "This page was open in two windows" in page.main_text
    assert page.written() == ["From the second window", "From the first window"]
    assert trial.row(app, handover)["paper"].answers["why"] == {"why": "From the first window"}
    # whoever closes the window now finds both again
    assert student.get("/handover/q/why").written() == [
        "From the first window",
        "From the second window",
    ]
    assert "From the second window" in student.get("/handover/check").written()
    page.submit("answer", button="Next", why="Both together")
    assert student.get("/handover/q/why").written() == ["Both together"]


def test_two_windows_with_the_same_words_are_no_conflict(student: Browser) -> None:
    first, second = student.get("/handover/q/why"), student.get("/handover/q/why")
    first.submit("answer", button="Next", why="The same")
    second.submit("answer", button="Next", why="The same")


def test_an_older_window_does_not_save_over_a_newer_one_by_itself(
    app: Flask, student: Browser, handover: UUID
) -> None:
    first, second = student.get("/handover/q/why"), student.get("/handover/q/why")
    for page, words, status in ((first, "newer", 204), (second, "older", 409)):
        sent = page.fields("answer")
        sent["why"] = words
        student.post("/handover/q/why/typed", sent, status=status)
    kept = trial.row(app, handover)["paper"]
    assert ["why", "newer"] in kept.typed["why"]
    assert ["why", "older"] in kept.aside["why"]


def test_stopping_in_an_older_window_is_not_held_up(
    app: Flask, student: Browser, handover: UUID
) -> None:
    first, second = student.get("/handover/q/why"), student.get("/handover/q/why")
    first.submit("answer", button="Next", why="One")
    sent = second.fields("answer")
    sent["why"], sent["go"] = "Two", "give"
    assert student.post("/handover/q/why", sent).location == "/handover/back"
    page = trial.take_back(student, "heron lamp orchard")
    assert {"One", "Two"} <= set(page.written())


def test_an_unknown_question_is_refused_as_everything_is(student: Browser) -> None:
    assert student.get("/handover/q/nothing", 403).body == student.get("/today", 403).body


def test_nothing_typed_becomes_a_draft_of_the_member_of_staff(
    app: Flask, student: Browser, handover: UUID
) -> None:
    sent = {"csrf_token": "x", "why": "Not yours"}
    student.post("/handover/q/why", sent, status=400)
    student.post("/disclosures/new", {"own_words": "Not yours either"}, status=403)
    trial.answer(student, "why", why="word " * 150, status=422)
    with factories.saved(app):
        assert session.query(FormSheet).count() == 0


def test_a_page_asks_the_database_little(student: Browser, statements: Any) -> None:
    trial.answer(student, "why", why="Sit by the door")
    for address in ("/handover", "/handover/q/why", "/handover/check", "/handover/stop"):
        student.get(address)
        with statements() as counted:
            student.get(address)
        assert counted.count <= 5, (address, counted.texts)


def test_the_list_of_what_waits_is_one_statement(
    app: Flask, school: School, case_id: UUID, statements: Any
) -> None:
    with factories.saved(app):
        case = session.get(Case, case_id)
        assert case is not None
        for _ in range(3):
            service.begin(school.dsl.actor, case, cases.people_in(case)[0], form=trial.CODE)
    with factories.saved(app):
        case = session.get(Case, case_id)
        assert case is not None
        with statements() as counted:
            assert len(service.open_handovers(case)) == 3
        assert counted.count == 1, counted.texts
