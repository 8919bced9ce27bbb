"""An old cookie opens nothing, however it became old: asked at several addresses, by request.

Whoever copied the cookie holds it from before; what ends it is done as people do it, by their pages
where there is one.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from portal.db import Base, session
from portal.journal.actor import MACHINE
from portal.staff import passwords
from portal.staff import service as staff
from portal.staff.accounts import service as accounts
from portal.staff.models import SignIn
from portal.staff.roles import Role
from tests import factories
from tests.factories import PASSWORD, Colleague, School, next_code
from tests.handover import trial
from tests.page import Browser
from tests.staff.at_the_door import IPHONE, a_browser, come_in, secret_of, with_secret

START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
NEW_PASSWORD = "copper saddle north"
AGENT = "a browser of no family"
ADDRESSES = (
    ("GET", "/today"),
    ("GET", "/cases"),
    ("GET", "/account"),
    ("GET", "/account/sign-ins"),
    ("GET", "/school/rota"),
    ("GET", "/handover"),
    ("GET", "/sign-in/second"),
    ("GET", "/account/second-factor"),
    ("POST", "/hide"),
    ("POST", "/hidden"),
    ("POST", "/account/sign-ins/end-others"),
    ("POST", "/school/rota/closure"),
    ("POST", "/sheets/6f0a0c1e-5d1f-4e0e-9f4e-0b8c5a3d2e11"),
)
Saved = Callable[[], AbstractContextManager[None]]


class Scene:
    """One person at their screen, and what can happen to the sign-in."""

    def __init__(self, app: Flask, school: School, saved: Saved, later: Any) -> None:
        self.app, self.school, self.saved, self.later = app, school, saved, later
        self.who: Colleague = school[Role.DEPUTY]
        self.desk = a_browser(app, AGENT)
        come_in(self.desk, self.who)

    @property
    def member(self) -> Any:
        return staff.get_member(self.school.id, self.who.id)

    def by(self, role: Role) -> Browser:
        other = a_browser(self.app)
        come_in(other, self.school[role])
        return other

    # what makes a cookie old

    def rests(self) -> None:
        self.later(timedelta(minutes=16))

    def gets_old(self) -> None:
        self.later(timedelta(hours=8, minutes=1))

    def signs_out(self) -> None:
        self.desk.get("/sign-out").submit("/sign-out")

    def signs_out_everywhere(self) -> None:
        self.desk.get("/account").submit("/account/sign-out-everywhere")

    def ends_it_elsewhere(self) -> None:
        self.later(timedelta(minutes=1))
        phone = a_browser(self.app, IPHONE)
        come_in(phone, self.who)
        phone.get("/account/sign-ins").submit("/account/sign-ins/end-others")

    def ends_this_one_elsewhere(self) -> None:
        self.later(timedelta(minutes=1))
        phone = a_browser(self.app, IPHONE)
        come_in(phone, self.who)
        page = phone.get("/account/sign-ins")
        page.submit(next(one for one in page.forms() if page.words(one).startswith("End this")))

    def is_ended_by_the_dsl(self) -> None:
        self.by(Role.DSL).get(f"/school/members/{self.who.id}/sign-ins/end").submit()

    def confirms_the_password(self) -> None:
        self.desk.get("/confirm-password").submit(password=PASSWORD)

    def uncovers_the_screen(self) -> None:
        self.desk.send("POST", "/hide", {"csrf_token": self.desk.token}, status=303)
        self.desk.get("/hidden").submit("/hidden", password=PASSWORD)

    def sets_a_pin(self) -> None:
        self.desk.get("/account/pin").submit(pin="804271", again="804271", password=PASSWORD)

    def changes_the_password(self) -> None:
        page = self.desk.get("/account/password")
        page.submit(password=PASSWORD, new_password=NEW_PASSWORD, again=NEW_PASSWORD)

    def changes_the_password_elsewhere(self) -> None:
        self.later(timedelta(minutes=1))
        phone = a_browser(self.app, IPHONE)
        come_in(phone, self.who)
        page = phone.get("/account/password")
        page.submit(password=PASSWORD, new_password=NEW_PASSWORD, again=NEW_PASSWORD)

    def is_given_a_password(self) -> None:
        with self.saved():
            fresh = passwords.hash_password(NEW_PASSWORD)
            accounts.set_password(MACHINE, self.member, fresh, must_change=True)

    def changes_role(self) -> None:
        with self.saved():
            roles = frozenset({Role.STAFF})
            lead = factories.viewer_of(self.school.dsl)
            accounts.change_roles(lead, self.member, self.school.row, roles)

    def leaves(self) -> None:
        with self.saved():
            lead = factories.viewer_of(self.school.dsl)
            accounts.end_account(lead, self.member, self.school.row)

    def hands_the_screen_over(self) -> None:
        with self.saved():
            made = factories.case(self.school).id
        trial.hand_over(self.app, self.desk, self.school, made)

    def takes_the_screen_back(self) -> str:
        self.hands_the_screen_over()
        trial.give_back(self.desk)
        old = secret_of(self.desk)
        trial.take_back(self.desk, PASSWORD)
        return old

    def keeps_the_answers(self) -> str:
        self.takes_the_screen_back()
        old = secret_of(self.desk)
        page = self.desk.get("/handover/read")
        self.desk.post("/handover/keep", page.fields("/handover/keep"))
        return old

    def gives_the_second_factor(self) -> str:
        self.signs_out()
        page = self.desk.get("/sign-in")
        page.submit(username=self.who.username, password=PASSWORD)
        old = secret_of(self.desk)
        page = self.desk.get("/sign-in/second")
        page.submit("/sign-in/second", code=next_code(self.app, self.who))
        return old

    def is_seen_in_another_kind_of_browser(self) -> None:
        """The copy itself shows up elsewhere: it opens nothing there, nor where it came from."""
        old = with_secret(self.app, secret_of(self.desk), IPHONE)
        old.get("/today", status=303)
        self.desk.get("/today", status=303)
        page = self.desk.get("/sign-in/second")
        page.submit("/sign-in/second", code=next_code(self.app, self.who))

    def has_four_sign_ins(self) -> None:
        for _ in range(3):
            self.later(timedelta(minutes=1))
            come_in(a_browser(self.app), self.who)


MADE_OLD = [
    Scene.rests,
    Scene.gets_old,
    Scene.signs_out,
    Scene.signs_out_everywhere,
    Scene.ends_it_elsewhere,
    Scene.ends_this_one_elsewhere,
    Scene.is_ended_by_the_dsl,
    Scene.confirms_the_password,
    Scene.uncovers_the_screen,
    Scene.sets_a_pin,
    Scene.changes_the_password,
    Scene.changes_the_password_elsewhere,
    Scene.is_given_a_password,
    Scene.changes_role,
    Scene.leaves,
    Scene.has_four_sign_ins,
    Scene.hands_the_screen_over,
    Scene.takes_the_screen_back,
    Scene.keeps_the_answers,
    Scene.gives_the_second_factor,
    Scene.is_seen_in_another_kind_of_browser,
]
STAYS_IN = {
    Scene.confirms_the_password,
    Scene.uncovers_the_screen,
    Scene.sets_a_pin,
    Scene.changes_the_password,
    Scene.keeps_the_answers,
    Scene.gives_the_second_factor,
}
"""Who had the cookie rightly goes on under a new one."""


@pytest.mark.parametrize("made_old", MADE_OLD, ids=lambda one: one.__name__)
def test_an_old_cookie_opens_nothing(
    app: Flask,
    school: School,
    saved: Saved,
    stopped: Callable[[datetime], None],
    record_property: Callable[[str, object], None],
    made_old: Callable[[Scene], str | None],
) -> None:
    at = [START]

    def later(by: timedelta) -> None:
        at[0] += by
        stopped(at[0])

    later(timedelta())
    scene = Scene(app, school, saved, later)
    old = secret_of(scene.desk)
    assert with_secret(app, old, AGENT).get("/account").h1 == "Your account"

    old = made_old(scene) or old

    thief = with_secret(app, old, AGENT)
    opened = [address for method, address in ADDRESSES if not is_refused(thief, method, address)]
    words = made_old.__name__.replace("_", " ")
    refused = len(ADDRESSES) - len(opened)
    record_property("figure", f"old cookie ({words}): {refused} of {len(ADDRESSES)} refused")
    assert not opened
    if made_old in STAYS_IN:
        assert scene.desk.get("/account").h1 == "Your account"


def is_refused(thief: Browser, method: str, address: str) -> bool:
    data = {"csrf_token": thief.token, "sheet_address": "/", "label": "x"}
    page = thief.send(method, address, data if method == "POST" else None, status=range(200, 500))
    if page.status == 303:
        return page.location.partition("?")[0] == "/sign-in"
    return page.status == 401


def test_a_copy_of_the_database_holds_no_secret_that_works(
    app: Flask, school: School, record_property: Callable[[str, object], None]
) -> None:
    """Every column of every row: no cookie of a sign-in, and none of a known device."""
    desk = a_browser(app, IPHONE)
    come_in(desk, school.dsl)
    desk.get("/confirm-password").submit(password=PASSWORD)
    device = desk.client.get_cookie("device")
    assert device is not None
    secrets = [secret_of(desk), device.value]
    columns = 0
    with app.app_context():
        for table in Base.metadata.sorted_tables:
            for row in session.execute(text(f'SELECT * FROM "{table.name}"')):
                for value in row:
                    columns += 1
                    kept = value if isinstance(value, bytes) else str(value).encode()
                    assert not any(secret.encode() in kept for secret in secrets), table.name
        hashes = session.scalars(select(SignIn.secret_hash)).all()
    record_property("figure", f"usable secrets of sign-ins and devices in a dump: 0 of {columns}")
    for one in hashes:  # and the hash is not the secret
        assert not is_in(app, one.hex())
    assert is_in(app, secrets[0], IPHONE)


def is_in(app: Flask, secret: str, agent: str = AGENT) -> bool:
    return with_secret(app, secret, agent).get("/account", status=(200, 303)).status == 200
