"""Signing in and out, what slows guessing down, rest, and the hidden screen."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from portal.db import session
from portal.journal.models import JournalRow
from portal.staff.models import SignIn, Throttle
from portal.staff.roles import Role
from tests.factories import PASSWORD
from tests.page import Browser
from tests.staff.at_the_door import IPHONE, a_browser, come_in, secret_of, with_secret
from tests.staff.enrolling import give_second

pytestmark = pytest.mark.usefixtures("school")

START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def sign_in_at_the_page(browser, who, password=PASSWORD, status=303, **more):
    done = browser.get("/sign-in").submit(
        username=who.username, password=password, status=status, **more
    )
    return give_second(done, who) if status == 303 else done


def test_the_right_password_signs_in_and_leads_on(school, browser):
    asked = browser.get("/account", status=303)
    page = asked.follow()

    asked = page.submit(username=school.dsl.username.upper(), password=PASSWORD)
    done = give_second(asked, school.dsl)

    assert done.location == "/account"
    assert school.dsl.name in done.follow().main_text


@pytest.mark.parametrize("elsewhere", ["//evil.example/", "https://evil.example/", "/hide", "/\\x"])
def test_it_never_leads_elsewhere_or_to_what_cannot_be_opened(school, browser, elsewhere):
    done = sign_in_at_the_page(browser, school.dsl, fields={"next": elsewhere})

    assert done.location == "/"


@pytest.mark.parametrize(
    ("role", "first_page"),
    [
        (Role.DSL, "/today"),
        (Role.DEPUTY, "/today"),
        (Role.HEAD, "/today"),
        (Role.STAFF, "/disclosures"),
        (Role.PASTORAL, "/supporting"),
        (Role.ADMIN, "/school"),
    ],
)
def test_everybody_begins_at_the_page_of_their_role(sign_in, role, first_page):
    assert sign_in(role).get("/", status=303).location == first_page


def test_a_governor_is_told_that_numbers_come_here(sign_in):
    assert "numbers" in sign_in(Role.GOVERNOR).get("/").main_text


def test_wrong_name_and_wrong_password_look_the_same(school, browser):
    wrong_password = sign_in_at_the_page(browser, school.dsl, "not this one", status=422)
    page = browser.get("/sign-in")
    wrong_name = page.submit(username="nobody", password=PASSWORD, status=422)

    assert wrong_password.summary() == wrong_name.summary()
    assert "not this one" not in wrong_password.html
    assert wrong_password.fields()["username"] == school.dsl.username


def test_guessing_is_slowed_down_and_nobody_is_locked_out(school, browser, stopped):
    stopped(START)
    for _ in range(5):
        sign_in_at_the_page(browser, school.dsl, "wrong guess", status=422)

    slowed = sign_in_at_the_page(browser, school.dsl, status=429)

    assert "Wait 1 second," in slowed.summary()[0]
    assert slowed.headers["Retry-After"] == "1"
    assert slowed.fields()["username"] == school.dsl.username
    stopped(START + timedelta(seconds=2))
    sign_in_at_the_page(browser, school.dsl)


def test_waiting_grows_and_ends(app, school, browser, stopped):
    stopped(START)
    sign_in_at_the_page(browser, school.dsl, "wrong guess", status=422)
    with app.test_request_context(method="POST"):
        for one in session.scalars(select(Throttle)):
            one.failures = 40
        session.commit()

    slowed = sign_in_at_the_page(browser, school.dsl, status=429)

    assert "Wait 15 minutes" in slowed.summary()[0]


def test_a_new_sign_in_gets_a_new_cookie_and_an_old_one_ends(school, browser, app):
    sign_in_at_the_page(browser, school.dsl)
    with browser.client.session_transaction() as kept:
        old = dict(kept)
    browser.get("/sign-out").submit("/sign-out").follow()

    thief = Browser(app)
    with thief.client.session_transaction() as kept:
        kept.update(old)

    assert thief.get("/account", status=303).location.startswith("/sign-in")


def test_nothing_of_the_cookie_before_signing_in_is_kept(school, browser):
    page = browser.get("/sign-in")
    with browser.client.session_transaction() as kept:
        kept["planted"] = "by somebody else"
        before = kept["csrf_token"]

    page.submit(username=school.dsl.username, password=PASSWORD)

    with browser.client.session_transaction() as kept:
        assert "planted" not in kept
        assert kept.get("csrf_token") != before


def test_sign_ins_and_refusals_are_in_the_journal(app, school, browser):
    sign_in_at_the_page(browser, school.dsl, "wrong guess", status=422)
    sign_in_at_the_page(browser, school.dsl)

    with app.test_request_context():
        verbs = session.scalars(select(JournalRow.verb).order_by(JournalRow.seq)).all()
    assert verbs[-3:] == ["sign-in refused", "signed in", "gave the second factor"]


def test_after_fifteen_minutes_of_rest_what_was_typed_is_kept(school, browser, stopped):
    stopped(START)
    sign_in_at_the_page(browser, school.dsl)
    form = browser.get("/school/rota/closure")
    stopped(START + timedelta(minutes=16))

    lapsed = form.submit(label="Half term").follow()

    assert "You were signed out after 15 minutes without use." in lapsed.main_text
    assert "Half term" not in lapsed.html
    assert school.dsl.name not in lapsed.html
    asked = lapsed.submit(username=school.dsl.username, password=PASSWORD)
    again = give_second(asked, school.dsl).follow()
    assert again.path == "/school/rota/closure"
    assert again.fields()["label"] == "Half term"


def _plant(browser, words="PLANTED"):
    """Send words with the cookie of a sign-in that has ended by itself."""
    sent = {"csrf_token": browser.token, "label": words}
    browser.post("/school/rota/closure", sent, status=(303, 400))


def _is_planted(school, sign_in, words="PLANTED"):
    return words in sign_in(school.dsl).get("/school/rota/closure").html


def test_words_sent_with_the_password_alone_are_nobodys_draft(
    app, school, browser, sign_in, stopped
):
    stopped(START)
    browser.get("/sign-in").submit(username=school.dsl.username, password=PASSWORD)
    stopped(START + timedelta(minutes=16))

    _plant(browser)

    assert not _is_planted(school, sign_in)


@pytest.mark.parametrize(
    ("hours", "kept"), [(1, True), (8.9, True), (9.1, False), (24 * 30, False)]
)
def test_an_old_cookie_keeps_nothing(school, browser, sign_in, stopped, hours, kept):
    stopped(START)
    sign_in_at_the_page(browser, school.dsl)
    browser.get("/school/rota/closure")
    stopped(START + timedelta(hours=hours))

    _plant(browser)

    assert _is_planted(school, sign_in) is kept


def test_a_hidden_screen_that_rested_keeps_nothing(school, browser, sign_in, stopped):
    stopped(START)
    sign_in_at_the_page(browser, school.dsl)
    browser.post("/hide", {"csrf_token": browser.token})
    stopped(START + timedelta(minutes=16))

    _plant(browser)

    assert not _is_planted(school, sign_in)


def test_another_kind_of_browser_keeps_nothing_of_a_sign_in_that_rested(
    app, school, sign_in, stopped
):
    stopped(START)
    mine = a_browser(app)
    come_in(mine, school.dsl)
    stopped(START + timedelta(minutes=16))
    thief = with_secret(app, secret_of(mine), IPHONE)
    thief.get("/sign-in")

    _plant(thief)

    assert not _is_planted(school, sign_in)


def test_after_eight_hours_a_sign_in_ends_though_it_was_used(app, school, browser, stopped):
    stopped(START)
    sign_in_at_the_page(browser, school.dsl)
    for quarter in range(1, 33):
        stopped(START + timedelta(minutes=14.9 * quarter))
        browser.get("/account")
    stopped(START + timedelta(hours=8, minutes=1))

    assert "after 8 hours" in browser.get("/account", status=303).follow().main_text


def test_the_hidden_screen_shows_nothing_until_the_password_is_given(school, browser):
    sign_in_at_the_page(browser, school.dsl)
    page = browser.get("/school/rota")
    hidden = browser.send(
        "POST",
        "/hide",
        {"csrf_token": browser.token},
        status=303,
        headers={"Referer": "http://localhost/school/rota"},
    )

    assert hidden.location == "/hidden"
    blank = hidden.follow()
    assert blank.title.startswith("Hidden")
    assert not list(blank.all("header"))
    for word in (school.name, school.dsl.name, "rota"):
        assert word not in blank.html
    assert browser.get("/account", status=303).location == "/hidden?next=/account"
    assert page.submit("/hide").location.startswith("/hidden")
    blank.submit("/hidden", password="wrong guess", status=422)
    assert blank.submit("/hidden", password=PASSWORD).location == "/school/rota"
    browser.get("/account")


def test_what_is_sent_while_hidden_is_kept_and_not_done(school, browser):
    sign_in_at_the_page(browser, school.dsl)
    form = browser.get("/school/rota/closure")
    browser.post("/hide", {"csrf_token": browser.token})

    held = form.submit(label="Half term", starts=START.date(), ends=START.date()).follow()

    back = held.submit("/hidden", password=PASSWORD).follow()
    assert back.fields()["label"] == "Half term"
    assert "Half term" not in browser.get("/school/rota").main_text


def test_something_that_matters_asks_for_the_password_again(school, browser, stopped):
    stopped(START)
    sign_in_at_the_page(browser, school.dsl)
    form = browser.get("/school/members/new")
    stopped(START + timedelta(minutes=6))

    asked = form.submit(full_name="New Person", username="new", roles=["staff"])

    assert asked.location == "/confirm-password?next=/school/members/new"
    confirm = asked.follow()
    confirm.submit(password="wrong guess", status=422)
    back = confirm.submit(password=PASSWORD).follow()
    assert back.fields()["full_name"] == "New Person"


def test_guesses_at_one_screen_keep_nobody_from_confirming_at_another(app, school, stopped):
    """Whoever finds a hidden screen, or one that was left open, and guesses there."""
    stopped(START)
    left_open, desk = Browser(app), Browser(app)
    for browser in (left_open, desk):
        browser.get("/sign-in").submit(username="staff", password=PASSWORD)
    page = left_open.get("/confirm-password")
    for number in range(6):
        page.submit(password="wrong guess", status=422 if number < 5 else 429)

    desk.get("/confirm-password").submit(password=PASSWORD)

    page.submit(password=PASSWORD, status=429)


def test_changing_the_password_ends_other_sign_ins(app, school, browser):
    other = Browser(app)
    sign_in_at_the_page(other, school.dsl)
    sign_in_at_the_page(browser, school.dsl)
    page = browser.get("/account/password")
    new = "copper saddle north"

    easy = page.submit(password=PASSWORD, new_password="ruth adeyemi 12", again="x", status=422)
    assert "new_password" in easy.errors()
    page.submit(password="wrong guess", new_password=new, again=new, status=422)
    page.submit(password=PASSWORD, new_password=new, again=new).follow()

    assert other.get("/account", status=303).location.startswith("/sign-in")
    sign_in_at_the_page(other, school.dsl, status=422)
    sign_in_at_the_page(other, school.dsl, new)


def test_signing_out_everywhere_ends_every_sign_in(app, school, browser):
    other = Browser(app)
    sign_in_at_the_page(other, school.dsl)
    sign_in_at_the_page(browser, school.dsl)

    browser.get("/account").submit("/account/sign-out-everywhere")

    assert other.get("/account", status=303).location.startswith("/sign-in")
    with app.test_request_context():
        assert not session.scalars(select(SignIn).where(SignIn.ended_at.is_(None))).all()
