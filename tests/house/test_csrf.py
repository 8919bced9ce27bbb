"""A form that our own page did not send is refused, at every address, and changes nothing.

Every address that takes anything but reading is asked in five ways as somebody who may use it, with
a text that a person could have typed. The database is compared byte for byte before and after.

Where only the token is wrong, the request came from this site, most likely from a page that was
open too long: what was typed is then kept as its sender’s draft, and nothing else is.
"""

import hashlib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from uuid import uuid4

import pytest
from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from werkzeug.routing import Rule

from portal.db import SAFE_METHODS, Base
from portal.staff.roles import Role
from tests.factories import Colleague, School
from tests.house.furnished import Furnished
from tests.page import Browser, Page

HERE = {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}
ELSEWHERE = "https://evil.example"


@dataclass(frozen=True)
class Way:
    """How a form is sent that nobody at this screen sent from our page."""

    name: str
    token: str | None
    headers: dict[str, str]
    kept_as_draft: bool  # as its sender’s, because it may be an honest page that was open too long


def ways(own: str, other: str, stale: str) -> list[Way]:
    cross = {"Sec-Fetch-Site": "cross-site", "Origin": ELSEWHERE}
    return [
        Way("no token", None, HERE, True),
        Way("the token of somebody else’s sign-in", other, HERE, True),
        Way("the token of an earlier sign-in", stale, HERE, True),
        Way("another site, as the browser says", own, cross, False),
        Way("another origin, in an older browser", own, {"Origin": ELSEWHERE}, False),
    ]


def unsafe(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) - SAFE_METHODS)


DRAFTS = "form_sheets"


def held(app: Flask, tables: Collection[str]) -> str:
    """A digest of every row of these tables."""
    found = hashlib.sha256()
    with app.extensions["database"].engine.connect() as on:
        for table in sorted(tables):
            rows = sorted(map(repr, on.exec_driver_sql(f'SELECT * FROM "{table}"')))
            found.update("\n".join([table, *rows]).encode("utf-8", "surrogatepass"))
    return found.hexdigest()


def all_but_drafts(app: Flask) -> str:
    return held(app, set(Base.metadata.tables) - {DRAFTS})


def attempts(
    app: Flask, furnished: Furnished, rules: list[Rule], forged: list[Way]
) -> Iterator[tuple[str, str]]:
    """Each try that was made, and what was wrong with it: an empty word where nothing was."""
    browser = furnished.browser(app, Role.DSL.value)
    with browser.client.session_transaction() as cookie:
        cookie["csrf_token"] = OWN
        whole = dict(cookie)
    browser.get("/account", (200, 303))  # notes when this sign-in was last used, for a minute
    before = all_but_drafts(app)
    for rule, method in ((one, method) for one in rules for method in unsafe(one)):
        address, drafts = address_of(furnished, rule), held(app, {DRAFTS})
        for way in sorted(forged, key=lambda way: way.kept_as_draft):
            with browser.client.session_transaction() as cookie:
                cookie.update(whole)
            status = forge(browser, address, method, way)
            yield way.name, "" if status == 400 else f"{method} {rule.rule}: {status}"
            if not way.kept_as_draft and held(app, {DRAFTS}) != drafts:
                yield "", f"{method} {rule.rule} kept a draft from {way.name}"
        after = all_but_drafts(app)
        if after != before:
            yield "", f"{method} {rule.rule} changed something"
        before = after


def forge(browser: Browser, address: str, method: str, way: Way) -> int:
    body = {"words": f"Sent with {way.name}"}
    if way.token is not None:
        body["csrf_token"] = way.token
    answer = browser.client.open(address, method=method, data=body, headers=way.headers)
    return answer.status_code


OWN, OTHER, STALE = "1" * 40, "2" * 40, "3" * 40
"""What the cookies of three sign-ins hold; the token on their pages is made from it."""


def token_with(app: Flask, inside: str) -> str:
    return str(URLSafeTimedSerializer(app.secret_key or "", salt="wtf-csrf-token").dumps(inside))


def address_of(furnished: Furnished, rule: Rule) -> str:
    """An address of a rule, with ids of what is there as far as there is something."""
    try:
        return furnished.addresses(rule)[0]
    except (AssertionError, IndexError):  # autosave, and what one person alone comes across
        made_up = {name: uuid4() if "uuid" in rule.rule else "x" * 43 for name in rule.arguments}
        built = rule.build(made_up)
        assert built is not None
        return built[1]


def forgeable(app: Flask, group: int, of: int) -> list[Rule]:
    rules = sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint))
    return [rule for rule in rules if unsafe(rule)][group::of]


@pytest.mark.parametrize("group", range(4))
def test_what_our_own_page_did_not_send_is_refused_everywhere(
    app: Flask,
    furnished: Furnished,
    group: int,
    record_property: Callable[[str, object], None],
) -> None:
    forged = ways(*(token_with(app, one) for one in (OWN, OTHER, STALE)))
    rules = forgeable(app, group, 4)
    found = list(attempts(app, furnished, rules, forged))
    tried, wrong = [one for one in found if one[0]], [one[1] for one in found if one[1]]
    assert len(tried) == 5 * sum(len(unsafe(rule)) for rule in rules) > 0
    figure = f"{len(tried) - len(wrong)} of {len(tried)}"
    record_property("figure", f"forged forms refused, and nothing changed: {figure}")
    assert not wrong, f"{len(wrong)} of {len(tried)}:\n" + "\n".join(wrong[:40])


def test_the_same_form_with_its_own_token_is_taken(app: Flask, furnished: Furnished) -> None:
    """So that what is refused above is refused for the token, and the comparison sees a change."""
    browser = furnished.browser(app, Role.DSL.value)
    with browser.client.session_transaction() as cookie:
        cookie["csrf_token"] = OWN
    before = all_but_drafts(app)
    body = {"csrf_token": token_with(app, OWN)}
    assert browser.client.post("/hide", data=body, headers=HERE).status_code == 303
    assert all_but_drafts(app) != before


def test_tokens_end_with_their_sign_in_and_are_nobody_else_s(app: Flask, school: School) -> None:
    """With real tokens, taken from real pages."""
    here, there = Browser(app), Browser(app)
    earlier = sign_in_at(here, school[Role.STAFF])
    before = token_on(earlier)
    earlier.submit("/sign-out")
    now = sign_in_at(here, school[Role.STAFF])
    elsewhere = sign_in_at(there, school[Role.ADMIN])
    assert len({before, token_on(now), token_on(elsewhere)}) == 3
    for token in (before, token_on(elsewhere)):
        assert here.post("/hide", {"csrf_token": token}, 400).h1 == "This page was open too long"
    here.post("/hide", {"csrf_token": token_on(now)}, 303)


def sign_in_at(browser: Browser, who: Colleague) -> Page:
    asked = browser.get("/sign-in")
    asked.submit(username=who.username, password=who.password)
    return browser.get("/sign-out")


def token_on(page: Page) -> str:
    return page.fields("/sign-out")["csrf_token"]
