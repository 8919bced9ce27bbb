"""What matters asks for the password again after five minutes, and loses nothing that was typed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from werkzeug.routing import Rule

from portal import clock
from portal.db import session
from portal.journal.models import JournalHead
from portal.staff.access import CONFIRMED_FOR
from portal.staff.models import SignIn
from portal.staff.sign_ins.recognition import hashed
from portal.web.access import access_of
from tests import factories
from tests.factories import PASSWORD
from tests.house.furnished import IDENTITIES, Furnished
from tests.house.test_access import MAY, methods
from tests.page import Browser, Page

CARRY_NO_TEXT = {"factors.without", "factors.ask_for_new_passkey"}
"""Buttons with an address of their own: there is nothing typed that could be lost."""
WORDS = "Kept through the password page"


def fresh_rules(app: Flask) -> list[Rule]:
    found = [one for one in app.url_map.iter_rules() if _is_fresh(app, one)]
    return sorted(found, key=lambda one: one.rule)


def _is_fresh(app: Flask, rule: Rule) -> bool:
    return bool(getattr(access_of(app, rule.endpoint), "fresh", False))


def some_time_ago(app: Flask, furnished: Furnished, identity: str) -> Browser:
    """A browser whose sign-in gave the password a little longer ago than counts."""
    secret = furnished.secrets[identity]
    with factories.saved(app):
        session.execute(
            update(SignIn)
            .where(SignIn.secret_hash == hashed(secret))
            .values(password_at=clock.now() - CONFIRMED_FOR - timedelta(seconds=1))
        )
    return furnished.browser(app, identity)


def who_may(app: Flask, rule: Rule) -> str:
    permission = access_of(app, rule.endpoint).permission  # type: ignore[union-attr]
    return next(one for one in IDENTITIES if permission in MAY.get(one, ()))


def newest(app: Flask) -> int:
    with factories.saved(app):
        return session.scalar(select(func.max(JournalHead.seq))) or 0


def test_every_one_of_them_asks_again(
    app: Flask, furnished: Furnished, record_property: pytest.FixtureRequest
) -> None:
    asked, not_asked, before = 0, [], None
    for rule in fresh_rules(app):
        identity = who_may(app, rule)
        browser = some_time_ago(app, furnished, identity)
        before = newest(app) if before is None else before
        for method in methods(rule):
            address = furnished.addresses(rule, identity)[0]
            data = {"csrf_token": browser.token} if method == "POST" else None
            page = browser.send(method, address, data, status=range(200, 500))
            if page.status == 303 and page.location.startswith("/confirm-password"):
                asked += 1
            else:
                not_asked.append(f"{method} {address} answered {identity} {page.status}")
    record_property(
        "figure", f"acts that matter refused after 5 minutes: {asked} of {asked + len(not_asked)}"
    )  # type: ignore[operator]
    assert not not_asked
    assert asked > 60
    assert newest(app) == before  # and nothing was done


def test_what_is_sent_can_be_opened_again(app: Flask) -> None:
    """Only an address that shows its form can give back what was typed into it."""
    for rule in fresh_rules(app):
        if "POST" in (rule.methods or ()) and rule.endpoint not in CARRY_NO_TEXT:
            assert "GET" in (rule.methods or ()), rule.rule


def test_what_was_typed_is_there_after_the_password(
    app: Flask, furnished: Furnished, record_property: pytest.FixtureRequest
) -> None:
    """Into every such form that has a box for words, with the confirmation lapsed meanwhile."""
    kept, lost = 0, []
    for rule in fresh_rules(app):
        if methods(rule) != ["GET", "POST"]:
            continue
        identity = who_may(app, rule)
        address = furnished.addresses(rule, identity)[0]
        page = furnished.browser(app, identity).get(address, status=(200, 303, 403, 404, 409))
        found = box_of(page) if page.status == 200 else None
        if found is None:
            continue
        number, box = found
        some_time_ago(app, furnished, identity)
        asked = page.submit(page.forms()[number], fields={box: WORDS})
        assert asked.location.startswith("/confirm-password"), address
        back = asked.follow().submit(password=PASSWORD).follow()
        if back.fields(back.forms()[number]).get(box) == WORDS:
            kept += 1
        else:
            lost.append(f"{address}: {box}")
        secrets = {**furnished.secrets, identity: secret_in(back.browser)}
        furnished = replace(furnished, secrets=secrets)  # its sign-in has a new secret now
    record_property(
        "figure",
        f"forms that kept what was typed through the password: {kept} of {kept + len(lost)}",
    )  # type: ignore[operator]
    assert not lost
    assert kept > 15


def box_of(page: Page) -> tuple[int, str] | None:
    """The first box for words of the page, and the number of the form in which it is."""
    found = (
        (number, box) for number, form in enumerate(page.forms()) for box in words_boxes(page, form)
    )
    return next(found, None)


def words_boxes(page: Page, form: object) -> Iterator[str]:
    for tag in ("textarea", "input"):
        for one in page.all(tag, within=form):  # type: ignore[arg-type]
            plain = one.get("type", "text") == "text" and one.get("inputmode") != "numeric"
            if tag == "textarea" or plain:
                yield one.get("name", "")


def secret_in(browser: Browser) -> str:
    with browser.client.session_transaction() as kept:
        return str(kept["_user_id"])
