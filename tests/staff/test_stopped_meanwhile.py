"""What is stopped while it is being checked opens nothing: hashing takes a while, on purpose."""

from collections.abc import Callable

import pytest
from sqlalchemy import update

from portal import clock
from portal.db import database
from portal.journal.models import JournalRow
from portal.staff import passwords
from portal.staff.factors import totp
from portal.staff.models import Member, SignIn
from portal.staff.roles import Role
from portal.staff.sign_ins.models import KnownDevice
from tests.factories import PASSWORD, next_code
from tests.page import Browser
from tests.staff.at_the_door import a_browser, come_in, rows
from tests.staff.enrolling import give_password

pytestmark = pytest.mark.usefixtures("school")

OWN, PIN = "copper saddle north", "804271"


@pytest.fixture
def meanwhile(monkeypatch, app):
    """`meanwhile(module, "name", act)`: act, once, after the next call of that function."""

    def arrange(module: object, name: str, act: Callable[[], None]) -> None:
        true, waiting = getattr(module, name), [act]

        def slow(*given, **named):
            answer = true(*given, **named)
            if waiting:
                waiting.pop()()
            return answer

        monkeypatch.setattr(module, name, slow)

    return arrange


def new_password_of(who, password_hash: str = passwords.NO_PASSWORD, *, ends: bool = True):
    """Somebody stops the password, or sets another: every sign-in ends with it."""

    def act() -> None:
        with database().transaction() as own:
            own.execute(
                update(Member)
                .where(Member.id == who.id)
                .values(password_hash=password_hash, pin_hash=None)
            )
            if ends:
                end_sign_ins(own, who)

    return act


def end_sign_ins(own, who) -> None:
    own.execute(update(SignIn).where(SignIn.member_id == who.id).values(ended_at=clock.now()))


def hash_of(app, who) -> str:
    return next(one.password_hash for one in rows(app, Member) if one.id == who.id)


def verbs(app) -> list[str]:
    return [one.verb for one in sorted(rows(app, JournalRow), key=lambda one: one.seq)]


@pytest.mark.parametrize("role", [Role.STAFF, Role.DSL])
@pytest.mark.parametrize("kept", ["nothing", "another"])
def test_nobody_signs_in_with_it(app, school, browser, meanwhile, role, kept):
    who = school[role]
    other = passwords.hash_password(OWN) if kept == "another" else passwords.NO_PASSWORD
    page = browser.get("/sign-in")
    meanwhile(passwords, "fits", new_password_of(who, other))

    refused = page.submit(username=who.username, password=PASSWORD, status=422)

    assert "is not right" in refused.summary()[0]
    assert not rows(app)
    assert verbs(app)[-1] == "sign-in refused"
    again = page.submit(username=who.username, password=OWN, status=(303, 422))
    assert again.status == (303 if kept == "another" else 422)


@pytest.mark.parametrize("path", ["/confirm-password", "/hidden"])
def test_nothing_is_confirmed_with_it(app, school, sign_in, meanwhile, path):
    """Even where the sign-in itself goes on: the password that was checked is nobody’s now."""
    who, browser = school[Role.STAFF], sign_in(Role.STAFF)
    if path == "/hidden":
        browser.post("/hide", {"csrf_token": browser.token})
    page = browser.get(path)
    meanwhile(passwords, "fits", new_password_of(who, ends=False))

    page.submit(path, password=PASSWORD, status=422)

    assert "sign-in refused" in verbs(app)


@pytest.mark.parametrize("during", ["fits", "hash_password"])
def test_whoever_had_it_sets_no_other_after_it_was_stopped(app, school, sign_in, meanwhile, during):
    who, browser = school[Role.STAFF], sign_in(Role.STAFF)
    page = browser.get("/account/password")
    meanwhile(passwords, during, new_password_of(who))

    page.submit(password=PASSWORD, new_password=OWN, again=OWN, status=(409, 422))

    assert hash_of(app, who) == passwords.NO_PASSWORD
    assert browser.get("/account", status=303).location.startswith("/sign-in")


@pytest.mark.parametrize("ends", [True, False])
def test_whoever_had_it_sets_no_pin_after_it_was_stopped(app, school, sign_in, meanwhile, ends):
    who, browser = school[Role.STAFF], sign_in(Role.STAFF)
    page = browser.get("/account/pin")
    meanwhile(passwords, "fits", new_password_of(who, ends=ends))

    page.submit("/account/pin", pin=PIN, again=PIN, password=PASSWORD, status=(409, 422))

    assert next(one.pin_hash for one in rows(app, Member) if one.id == who.id) is None


def test_a_sign_in_that_ended_while_its_code_was_checked_makes_no_browser_known(
    app, school, meanwhile
):
    browser = Browser(app)
    asked = give_password(browser, school.dsl)

    def end() -> None:
        with database().transaction() as own:
            end_sign_ins(own, school.dsl)

    meanwhile(totp, "step_of", end)

    asked.submit("/sign-in/second", code=next_code(app, school.dsl), status=409)

    assert not rows(app, KnownDevice)
    assert browser.client.get_cookie("device") is None
    assert "gave the second factor" not in verbs(app)
    come_in(a_browser(app), school.dsl)
