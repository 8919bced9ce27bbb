"""Known browsers: who is told of a new one, and why nobody is locked out by guesses elsewhere."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from portal.db import session
from portal.journal.actor import MACHINE
from portal.staff import passwords
from portal.staff import service as staff
from portal.staff.models import Throttle
from portal.staff.roles import Role
from portal.staff.sign_ins import devices, throttle
from portal.staff.sign_ins.models import KnownDevice
from tests.factories import PASSWORD
from tests.page import Browser
from tests.staff.at_the_door import IPHONE, a_browser, come_in, rows, told

pytestmark = pytest.mark.usefixtures("school")

START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
NEW = "new_device"


def test_the_cookie_is_left_once_everything_was_given(app, school):
    browser = a_browser(app)
    browser.get("/sign-in").submit(username=school.dsl.username, password=PASSWORD)

    assert browser.client.get_cookie("device") is None
    come_in(browser, school.dsl)

    left = browser.client.get_cookie("device")
    assert left is not None
    assert (left.http_only, left.same_site, left.path) == (True, "Strict", "/")
    assert left.max_age == 90 * 24 * 3600
    [known] = rows(app, KnownDevice)
    assert len(left.value) >= 43
    assert left.value.encode() not in known.secret_hash
    assert known.label == "Chrome on Windows"


def test_a_cookie_that_somebody_made_up_is_not_taken(app, school):
    browser = a_browser(app)
    browser.client.set_cookie("device", "mine" * 11)
    come_in(browser, school.dsl)

    assert browser.client.get_cookie("device").value != "mine" * 11


def test_a_shared_computer_keeps_its_cookie_and_knows_each_of_them(app, school):
    browser = a_browser(app)
    come_in(browser, school.dsl)
    before = browser.client.get_cookie("device").value
    browser.get("/sign-out").submit("/sign-out")
    come_in(browser, school[Role.DEPUTY])

    assert browser.client.get_cookie("device").value == before
    assert {one.member_id for one in rows(app, KnownDevice)} == {
        school.dsl.id,
        school[Role.DEPUTY].id,
    }


def test_a_new_device_of_a_reader_is_told_to_them_and_to_the_leads(app, school, stopped):
    stopped(START)
    come_in(a_browser(app), school[Role.PASTORAL])
    assert told(app, school.dsl) == []  # the first of all: there was none that it could differ from

    stopped(START + timedelta(hours=1))
    page = come_in(a_browser(app, IPHONE), school[Role.PASTORAL])

    for one in (Role.PASTORAL, Role.DSL, Role.DEPUTY):
        assert told(app, school[one]) == [(NEW, "Safari on iPhone")]
    assert told(app, school[Role.HEAD]) == []
    assert "something new about the safety of your account" in page.text


def test_a_known_device_is_not_told_of_again_until_it_is_forgotten(app, school, stopped):
    stopped(START)
    come_in(a_browser(app), school.dsl)
    phone = a_browser(app, IPHONE)
    for day in range(3):
        stopped(START + timedelta(days=day, hours=1))
        come_in(phone, school.dsl)
    assert told(app, school.dsl) == [(NEW, "Safari on iPhone")]

    page = phone.get("/account/sign-ins")
    [forget] = [href for words, href in page.links() if "Safari on iPhone" in words]
    assert "This browser" in page.main_text
    phone.get(forget).submit()
    come_in(a_browser_like(phone), school.dsl)

    assert len(told(app, school.dsl)) == 2
    stopped(START + timedelta(days=93))
    come_in(a_browser_like(phone), school.dsl)
    assert len(told(app, school.dsl)) == 3


def test_the_cookie_of_a_known_device_in_another_kind_of_browser_is_told(app, school, stopped):
    stopped(START)
    home = a_browser(app)
    come_in(home, school.dsl)
    stopped(START + timedelta(hours=1))
    elsewhere = a_browser(app, IPHONE)
    elsewhere.client.set_cookie("device", home.client.get_cookie("device").value)
    come_in(elsewhere, school.dsl)

    assert told(app, school.dsl) == [(NEW, "Safari on iPhone")]


def a_browser_like(other: Browser) -> Browser:
    """The same browser, signed out of everything."""
    again = a_browser(other.app, other.client.environ_base["HTTP_USER_AGENT"])
    again.client.set_cookie("device", other.client.get_cookie("device").value)
    return again


def test_staff_who_read_no_case_are_not_reported(app, school):
    come_in(a_browser(app), school[Role.STAFF])
    come_in(a_browser(app, IPHONE), school[Role.STAFF])

    assert told(app, school.dsl) == told(app, school[Role.STAFF]) == []


def test_forgetting_asks_for_the_password_again(app, school, stopped):
    stopped(START)
    browser = a_browser(app)
    come_in(browser, school.dsl)
    [known] = rows(app, KnownDevice)
    stopped(START + timedelta(minutes=6))

    asked = browser.get(f"/account/devices/{known.id}/forget", status=303)

    assert asked.location.startswith("/confirm-password")
    other = a_browser(app)
    come_in(other, school[Role.DEPUTY])
    other.get(f"/account/devices/{known.id}/forget", status=404)


def guess(attacker: Browser, username: str, address: str, number: int) -> int:
    sent = {"username": username, "password": f"guess {number}", "csrf_token": attacker.token}
    environ = {"REMOTE_ADDR": address}
    return attacker.client.post("/sign-in", data=sent, environ_base=environ).status_code


def test_wrong_passwords_from_elsewhere_never_lock_the_dsl_out(
    app, school, stopped, monkeypatch, record_property
):
    """A thousand in an hour, from one address of their own, from others, and from the school’s."""
    tried: list[str] = []
    fits = passwords.fits
    monkeypatch.setattr(
        passwords,
        "fits",
        lambda known, typed: tried.append(typed) or fits(known, typed),
    )
    stopped(START)
    home = a_browser(app)
    come_in(home, school.dsl)
    device = home.client.get_cookie("device").value
    attacker, attempts, came_in = Browser(app), 1000, 0
    for number in range(attempts):
        stopped(START + timedelta(seconds=3.6 * number + 60))
        address = ("203.0.113.9", f"198.51.100.{number % 250}", "127.0.0.1")[number % 3]
        assert guess(attacker, school.dsl.username.upper(), address, number) in {422, 429}
        if number % 50 == 49:
            again = a_browser(app)
            again.client.set_cookie("device", device)
            came_in += "Today" in come_in(again, school.dsl).title

    reached = sum(one.startswith("guess") for one in tried)
    record_property("figure", f"sign-ins of a DSL on a known device meanwhile: {came_in} of 20")
    record_property("figure", f"guesses in an hour that reached argon2: {reached} of {attempts}")
    assert came_in == 20
    assert 5 <= reached <= 30


def test_a_flood_from_the_school_s_address_keeps_no_known_device_out(app, school, stopped):
    """Guesses at many names: new browsers wait a minute at most, known ones not at all."""
    stopped(START)
    home = a_browser(app)
    come_in(home, school.dsl)
    attacker = Browser(app)
    statuses = [guess(attacker, f"name {number}", "127.0.0.1", number) for number in range(120)]

    assert statuses.count(422) == throttle.IN_A_MINUTE
    home.get("/sign-out").submit("/sign-out")
    come_in(home, school.dsl)
    page = Browser(app).get("/sign-in")
    slow = page.submit(username=school[Role.HEAD].username, password=PASSWORD, status=429)
    assert 0 < int(slow.headers["Retry-After"]) <= 60
    stopped(START + timedelta(minutes=1, seconds=1))
    come_in(Browser(app), school[Role.HEAD])


def test_a_known_device_waits_for_its_own_wrong_passwords(app, school, stopped):
    stopped(START)
    browser = a_browser(app)
    come_in(browser, school.dsl)
    browser.get("/sign-out").submit("/sign-out")
    page = browser.get("/sign-in")
    for _ in range(5):
        page.submit(username=school.dsl.username, password="wrong guess", status=422)

    page.submit(username=school.dsl.username, password=PASSWORD, status=429)
    come_in(a_browser(app), school.dsl)  # and nobody else does


def test_a_right_password_on_the_known_device_gives_those_elsewhere_no_new_tries(
    app, school, stopped
):
    stopped(START)
    home, attacker = a_browser(app), Browser(app)
    come_in(home, school.dsl)
    for number in range(5):
        assert guess(attacker, school.dsl.username, "203.0.113.9", number) == 422
    stopped(START + timedelta(milliseconds=1))
    home.get("/sign-out").submit("/sign-out")
    come_in(home, school.dsl)

    assert guess(attacker, school.dsl.username, "203.0.113.9", 6) == 429


BOTH = {"somebody": ("anwosu", "ada@oak.example"), "nobody": ("no one", "noone@oak.example")}


@pytest.mark.parametrize(
    "order", [[0] * 5 + [1] * 6 + [0], [0, 1] * 6, [1] * 6 + [0] * 6], ids=["name", "both", "mail"]
)
def test_no_order_of_tries_tells_that_name_and_address_are_one_person_s(
    app, school, saved, stopped, order
):
    """Each counts by itself: the same tries get the same answers where there is nobody."""
    stopped(START)
    with saved():
        new = staff.NewMember(
            "Ada Nwosu", "anwosu", PASSWORD, frozenset({Role.STAFF}), "ada@oak.example", False
        )
        staff.add_member(MACHINE, school.row, new)
    attacker = Browser(app)
    answers = {
        whose: [guess(attacker, typed[one], "203.0.113.9", 0) for one in order]
        for whose, typed in BOTH.items()
    }

    assert answers["somebody"] == answers["nobody"]
    assert answers["somebody"].count(422) <= 2 * throttle.FREE_TRIES


@pytest.mark.parametrize("username", ["dsl", "nobody at all"])
def test_nothing_tells_whether_a_name_exists(app, school, stopped, statements, username):
    """The same statuses, words, waits and number of statements, with and without a person."""
    stopped(START)
    attacker = Browser(app)
    statuses, counts = [], []
    page = attacker.get("/sign-in")
    for number in range(7):
        with statements() as counted:
            answered = page.submit(username=username, password=f"guess {number}", status=(422, 429))
        statuses.append((answered.status, answered.headers.get("Retry-After")))
        counts.append(counted.count)

    assert statuses == [(422, None)] * 5 + [(429, "1")] * 2
    assert counts == EXPECTED.setdefault("statements", counts)


EXPECTED: dict[str, list[int]] = {}


def test_many_guesses_at_once_are_no_more_than_one_after_the_other(app, school, stopped):
    """Each try is counted before its password is hashed."""
    stopped(START)
    with app.app_context():
        with app.extensions["database"].reading() as own:
            bucket = throttle.buckets(own, "somebody", "203.0.113.9")
        taken = [throttle.take(bucket) for _ in range(8)]
        assert taken == [None] * 5 + [timedelta(seconds=1)] * 3
        throttle.forget(bucket)
        session.commit()
        counted = session.scalars(select(Throttle.failures)).all()
    assert sorted(counted) == [0, 4]


def test_the_cookie_is_the_host_s_own_under_https(app, monkeypatch):
    monkeypatch.setitem(app.extensions, "portal", replace(app.extensions["portal"], https=True))
    with app.app_context():
        assert devices.cookie_name() == "__Host-device"
