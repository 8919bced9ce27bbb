"""The PIN with which a screen is taken back, and what happens to whoever guesses at it."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import update

from portal import clock
from portal.db import database
from portal.handover.rules import State
from portal.staff import passwords
from portal.staff import service as staff
from portal.staff.accounts import service as accounts
from portal.staff.models import Member
from portal.staff.sign_ins import throttle
from tests import factories
from tests.factories import PASSWORD, School
from tests.handover import trial
from tests.handover.trial import PIN
from tests.page import Browser
from tests.staff.at_the_door import a_browser, come_in


def test_wrong_passwords_and_pins(
    app: Flask, school: School, student: Browser, handover: UUID
) -> None:
    """Five wrong tries, and only the password is taken; it is slowed down as everywhere."""
    trial.set_pin(app, school)
    trial.answer(student, "why", why="Sit by the door")
    trial.give_back(student)
    now = clock.now()
    for number in range(6):
        with clock.stopped_at(now + timedelta(seconds=20 * number)):
            page = student.get("/handover/back")
            assert ("PIN" in page.main_text) == (number < 5)
            page = page.submit("/handover/back", status=422, pin=f"73915{number}")
            assert page.errors() == {"pin": "This is not right. Try again."}
            assert "door" not in page.html
    assert trial.row(app, handover)["state"] is State.GIVEN_BACK
    page = student.get("/handover/back")
    with clock.stopped_at(now + timedelta(seconds=101)):
        assert "Wait" in page.submit("/handover/back", status=429, pin=PASSWORD).summary()[0]
    with clock.stopped_at(now + timedelta(minutes=4)):
        assert "only your password" in student.get("/handover/back").main_text
        student.get("/handover/back").submit("/handover/back", status=422, pin=PIN)
    with clock.stopped_at(now + timedelta(minutes=8)):
        page = trial.take_back(student, PASSWORD)
        assert "Sit by the door" in page.written()
        page.submit("/handover/keep", button=trial.AGAIN)
        # a right password begins the count anew
        trial.give_back(student)
        assert trial.take_back(student, PIN).path == "/handover/read"
    assert trial.verbs(app).count("could not take the screen back") == 7


def test_an_hour_later_a_pin_is_still_not_guessed(
    app: Flask, school: School, student: Browser, case_id: UUID
) -> None:
    with app.app_context(), app.extensions["database"].reading() as own:
        buckets = throttle.pin_bucket(own, school.dsl.id)
    for hour in range(6):
        with clock.stopped_at(clock.now() + timedelta(hours=2 * hour)), app.app_context():
            throttle.count(buckets, school.dsl.id)
    with app.app_context(), app.extensions["database"].reading() as own:
        assert not throttle.takes_pins(own, school.dsl.id)


def test_guesses_at_a_screen_and_at_its_owner_s_computer_count_apart(
    app: Flask, school: School, student: Browser, handover: UUID
) -> None:
    """A student keeps nobody from work elsewhere, and gains no try by what is done there."""
    trial.set_pin(app, school)
    trial.give_back(student)
    desk, now = a_browser(app), clock.now() + timedelta(minutes=2)
    with clock.stopped_at(now):
        come_in(desk, school.dsl)
        page = student.get("/handover/back")
        for number in range(6):
            status = 422 if number < 5 else 429
            page.submit("/handover/back", status=status, pin=f"73915{number}")

        desk.get("/confirm-password").submit("/confirm-password", password=PASSWORD)

        page.submit("/handover/back", status=429, pin=PIN)
    with clock.stopped_at(now + timedelta(minutes=1)):
        assert "only your password" in student.get("/handover/back").main_text


def test_wrong_passwords_at_the_desk_keep_nobody_from_taking_a_screen_back(
    app: Flask, school: School, student: Browser, handover: UUID
) -> None:
    trial.give_back(student)
    desk, now = a_browser(app), clock.now() + timedelta(minutes=2)
    with clock.stopped_at(now):
        come_in(desk, school.dsl)
        page = desk.get("/confirm-password")
        for number in range(6):
            status = 422 if number < 5 else 429
            page.submit("/confirm-password", status=status, password="not this one")

        assert trial.take_back(student, PASSWORD).path == "/handover/read"


@pytest.mark.parametrize("typed", [PASSWORD, PIN])
def test_what_is_stopped_while_it_is_checked_takes_no_screen_back(
    app: Flask,
    school: School,
    student: Browser,
    handover: UUID,
    monkeypatch: pytest.MonkeyPatch,
    typed: str,
) -> None:
    trial.set_pin(app, school)
    trial.give_back(student)
    page, fits = student.get("/handover/back"), passwords.fits

    def slow(known: str | None, given: str) -> bool:
        right = fits(known, given)
        with database().transaction() as own:
            none = {"password_hash": passwords.NO_PASSWORD, "pin_hash": None}
            own.execute(update(Member).where(Member.id == school.dsl.id).values(none))
        return right

    monkeypatch.setattr(passwords, "fits", slow)

    page.submit("/handover/back", status=422, pin=typed)

    assert trial.row(app, handover)["state"] is State.GIVEN_BACK
    assert trial.verbs(app)[-1] == "could not take the screen back"


def test_a_pin_is_no_password_afterwards(app: Flask, school: School, student: Browser) -> None:
    """What asks for the password asks for it again after a PIN."""
    trial.set_pin(app, school)
    later = clock.now() + timedelta(minutes=4)
    trial.give_back(student)
    with clock.stopped_at(later):
        trial.take_back(student, PIN).submit("/handover/keep", button=trial.KEEP)
    with clock.stopped_at(later + timedelta(minutes=3)):
        assert student.get("/school/members/new", 303).location.startswith("/confirm-password")


@pytest.mark.parametrize(
    ("pin", "words"),
    [
        ("12345", "6 to 12 digits"),
        ("1234567890123", "6 to 12 digits"),
        ("12a456", "6 to 12 digits"),
        ("٤٥٦٧٨٩", "6 to 12 digits"),
        ("111111", "harder to guess"),
        ("121212", "harder to guess"),
        ("123123", "harder to guess"),
        ("234567", "harder to guess"),
        ("987654", "harder to guess"),
        ("678901", "harder to guess"),
        ("135791", "harder to guess"),
        ("81234569", "harder to guess"),
    ],
)
def test_pins_that_are_too_easy(member: Browser, pin: str, words: str) -> None:
    page = member.get("/account/pin")
    page = page.submit("/account/pin", status=422, pin=pin, again=pin, password=PASSWORD)
    assert words in page.errors()["pin"]
    assert pin not in page.html


def test_a_pin_is_set_changed_and_removed(app: Flask, school: School, member: Browser) -> None:
    def has() -> bool:
        with factories.saved(app):
            return staff.get_member(school.id, school.dsl.id).pin_hash is not None

    page = member.get("/account").click("your PIN")
    assert page.h1 == "Set a PIN"
    wrong = page.submit("/account/pin", status=422, pin=PIN, again="804272", password=PASSWORD)
    assert wrong.errors().keys() == {"again"}
    wrong = page.submit("/account/pin", status=422, pin=PIN, again=PIN, password="not this one")
    assert wrong.errors() == {"password": "This is not your password. Try again."}
    assert not has()
    page = page.submit("/account/pin", pin=PIN, again=PIN, password=PASSWORD).follow()
    assert has()
    page = page.click("your PIN").click("Remove the PIN")
    page.submit("/account/pin/remove", status=422, password="not this one")
    page.submit("/account/pin/remove", password=PASSWORD)
    assert not has()
    assert {"set a PIN", "removed the PIN"} <= set(trial.verbs(app))


def test_a_password_that_somebody_else_set_takes_the_pin_away(app: Flask, school: School) -> None:
    trial.set_pin(app, school)
    with factories.saved(app):
        member = staff.get_member(school.id, school.dsl.id)
        accounts.set_password(
            school.head.actor, member, passwords.hash_password("x"), must_change=True
        )
        assert member.pin_hash is None
