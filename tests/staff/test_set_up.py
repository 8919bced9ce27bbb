"""Setting an empty installation up, from the one-time code to the first sign-in."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest

from portal import clock
from portal.staff.school import set_up
from portal.vault import keyfile
from tests.page import Browser
from tests.staff.enrolling import enrol

START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
PASSWORD = "heron lamp orchard"
ANSWERS = {
    "name": "Oakfield School",
    "dsl_phone": "01632 960 001",
    "social_care_day": "01632 960 111",
    "social_care_night": "01632 960 222",
    "dsl_name": "Ruth Adeyemi",
    "dsl_username": "ruth",
    "dsl_new_password": PASSWORD,
    "dsl_again": PASSWORD,
    "head_name": "Alan Crane",
    "head_username": "crane",
    "head_new_password": PASSWORD,
    "head_again": PASSWORD,
}


@pytest.fixture
def code(app):
    return set_up.new_code(app)


def test_from_the_code_to_the_first_sign_in(app, browser, code, config):
    page = browser.get("/sign-in", status=303).follow()

    kit = page.submit(code=code.upper(), **ANSWERS).follow()

    for group in keyfile.printable(keyfile.read(config.key_file)):
        assert group in kit.main_text
    assert browser.get("/set-up/recovery-kit.pdf").body.startswith(b"%PDF")
    Browser(app).get("/set-up/recovery-kit", status=404)
    with browser.client.session_transaction() as kept:
        cookie_of_the_kit = dict(kept)
    sign_in = kit.submit().follow()
    again = Browser(app)
    with again.client.session_transaction() as kept:
        kept.update(cookie_of_the_kit)
    again.get("/set-up/recovery-kit", status=404)
    browser.get("/set-up/recovery-kit", status=404)
    browser.get("/set-up/recovery-kit.pdf", status=404)
    browser.get("/set-up", status=404)
    sign_in.submit(username="ruth", password=PASSWORD).follow(status=303).follow()
    enrol(browser)
    details = browser.get("/school").main_text
    assert "01632 960 222" in details
    assert "recovery kit" not in details


def test_the_kit_is_shown_for_an_hour(browser, code, stopped):
    stopped(START)
    browser.get("/set-up").submit(code=code, **ANSWERS)
    stopped(START + timedelta(minutes=59))
    browser.get("/set-up/recovery-kit")
    stopped(START + timedelta(minutes=61))

    for address in ("/set-up/recovery-kit", "/set-up/recovery-kit.pdf"):
        browser.get(address, status=404)
    browser.post("/set-up/recovery-kit", {"csrf_token": browser.token}, status=404)


def test_the_head_chooses_another_password_first(browser, code):
    browser.get("/set-up").submit(code=code, **ANSWERS).follow().submit()

    browser.get("/sign-in").submit(username="crane", password=PASSWORD)

    assert browser.get("/", status=303).location == "/account/password"


def test_a_dsl_who_is_the_head_is_one_person(browser, code):
    answers = {key: text for key, text in ANSWERS.items() if not key.startswith("head_")}
    browser.get("/set-up").submit(code=code, dsl_is_head=True, **answers).follow().submit()

    browser.get("/sign-in").submit(username="ruth", password=PASSWORD)
    enrol(browser)

    assert "Designated Safeguarding Lead, Head" in browser.get("/school/members").main_text


def test_without_the_code_nothing_is_set_up_and_guessing_is_slowed(browser, code):
    page = browser.get("/set-up")
    for _ in range(5):
        refused = page.submit(code="guess", **ANSWERS, status=422)
    assert list(refused.errors()) == ["code"]
    assert PASSWORD not in refused.html
    page.submit(code=code, **ANSWERS, status=429)
    browser.get("/set-up")


@pytest.mark.usefixtures("code")
def test_many_guesses_at_once_are_no_more_than_one_after_the_other(app, stopped):
    stopped(clock.now())
    pages = [Browser(app).get("/set-up") for _ in range(9)]
    at_once = Barrier(len(pages))

    def send(page):
        at_once.wait(10)
        return page.submit(code="guess", **ANSWERS, status=(422, 429)).status

    with ThreadPoolExecutor(len(pages)) as all_of_them:
        assert sorted(all_of_them.map(send, pages)) == [422] * 5 + [429] * 4


def test_a_right_code_with_other_mistakes_is_no_guess(browser, code):
    page = browser.get("/set-up")
    for _ in range(12):
        page.submit(code=code, status=422)


def test_a_portal_that_printed_no_code_takes_none(browser, app):
    assert "no one-time code" in browser.get("/set-up").main_text
    browser.get("/set-up").submit(code="anything", **ANSWERS, status=422)


def test_every_problem_is_said_at_once(browser, code):
    refused = browser.get("/set-up").submit(code=code, head_name="Alan Crane", status=422)

    assert {"name", "dsl_name", "head_username", "head_new_password"} <= set(refused.errors())
    assert "admin_name" not in refused.errors()


def test_two_people_cannot_share_a_sign_in_name(browser, code):
    refused = browser.get("/set-up").submit(
        code=code, **{**ANSWERS, "head_username": "Ruth"}, status=422
    )

    assert list(refused.errors()) == ["head_username"]
    browser.get("/set-up")


def test_easy_passwords_are_refused(browser, code):
    easy = {**ANSWERS, "dsl_new_password": "oakfield school 1", "dsl_again": "oakfield school 1"}

    assert list(browser.get("/set-up").submit(code=code, **easy, status=422).errors()) == [
        "dsl_new_password"
    ]


def test_a_password_is_typed_twice_alike(browser, code):
    differ = {**ANSWERS, "head_again": PASSWORD + "."}

    page = browser.get("/set-up").submit(code=code, **differ, status=422)
    assert page.errors() == {"head_again": "The two passwords differ. Type the same one twice."}


@pytest.mark.usefixtures("school")
def test_it_is_gone_where_there_is_a_school(browser):
    browser.get("/set-up", status=404)
    browser.get("/set-up/recovery-kit", status=404)
