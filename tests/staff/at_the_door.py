"""Signing in at the page with everything that is asked, as a browser of somebody’s own does."""

from typing import Any

from flask import Flask
from sqlalchemy import select

from portal.db import close_session, session
from portal.journal.actor import MACHINE
from portal.staff import service as staff
from portal.staff.accounts import service as accounts
from portal.staff.models import SecurityNotice, SignIn
from portal.staff.roles import Role
from tests.factories import PASSWORD, Colleague, School, next_code
from tests.page import Browser, Page

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0.0.0 Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1"


def come_in(browser: Browser, who: Colleague, password: str = PASSWORD) -> Page:
    """Password and, where one is asked for, second factor; gives the first page."""
    done = browser.get("/sign-in", status=(200, 303))
    if done.status == 200:
        done = done.submit(username=who.username, password=password)
    while done.status == 303:
        done = browser.get(done.location, status=(200, 303))
        if done.status == 200 and done.path.startswith("/sign-in/second"):
            done = done.submit("/sign-in/second", code=next_code(browser.app, who))
    return done


def a_browser(app: Flask, agent: str = WINDOWS) -> Browser:
    """A browser that says what it is."""
    made = Browser(app)
    made.client.environ_base["HTTP_USER_AGENT"] = agent
    return made


def secret_of(browser: Browser) -> str:
    """What the browser’s cookie says it is."""
    with browser.client.session_transaction() as kept:
        return str(kept["_user_id"])


def with_secret(app: Flask, secret: str, agent: str = WINDOWS) -> Browser:
    """Somebody who holds a cookie from elsewhere."""
    thief = a_browser(app, agent)
    with thief.client.session_transaction() as kept:
        kept["_user_id"], kept["_fresh"] = secret, True
    return thief


def rows(app: Flask, of: Any = SignIn) -> list[Any]:
    with app.app_context():
        found = list(session.scalars(select(of)))
        close_session()
    return found


def works_and_leaves(saved: Any, school: School, who: Colleague) -> None:
    """Somebody of another school held a role at this one, and holds it no longer."""
    with saved():
        member = staff.get_member(who.school_id, who.id)
        staff.give_role(MACHINE, member, school.row, Role.STAFF)
        session.flush()
        accounts.take_at_the_server(MACHINE, member, school.row, Role.STAFF)


def told(app: Flask, who: Colleague) -> list[tuple[str, str]]:
    """The kinds and details of what somebody was told."""
    kept = [one for one in rows(app, SecurityNotice) if one.for_id == who.id]
    return [(one.kind, one.detail) for one in sorted(kept, key=lambda one: one.made_at)]
