"""What the house asks of every address, asked of those that are there with settings only."""

import pytest
from werkzeug.routing import Rule

from portal.staff.access import Needs
from portal.staff.roles import Permission, Role
from portal.web.access import Public, access_of
from tests.house.test_urls import WORD
from tests.page import Browser

pytestmark = pytest.mark.usefixtures("school")
PUBLIC = {"single.leave", "single.back", "single.finish"}
FRESH = {"single.link", "single.unlink"}


def rules(app) -> list[Rule]:
    return [one for one in app.url_map.iter_rules() if one.endpoint.startswith("single.")]


def address(rule: Rule) -> str:
    return rule.rule.replace("<provider>", "real")


def test_who_may_open_them_is_declared(app):
    found = {one.endpoint: access_of(app, one.endpoint) for one in rules(app)}

    assert {name for name, access in found.items() if isinstance(access, Public)} == PUBLIC
    for name in found.keys() - PUBLIC:
        access = found[name]
        assert isinstance(access, Needs)
        assert access.permission is Permission.USE_PORTAL
        assert access.fresh == (name in FRESH)


def test_addresses_are_named_as_the_house_names_them(app):
    for rule in rules(app):
        for part in rule.rule.strip("/").split("/"):
            assert part == "<provider>" or WORD.fullmatch(part), rule.rule
        assert (rule.methods or set()) <= {"GET", "HEAD", "OPTIONS", "POST"}


def test_a_stranger_is_asked_to_sign_in(app):
    browser = Browser(app)
    for rule in rules(app):
        if rule.endpoint not in PUBLIC:
            for method in {"GET", "POST"} & rule.methods:
                data = {"csrf_token": browser.token} if method == "POST" else None
                page = browser.send(method, address(rule), data, 303)
                assert page.location.startswith("/sign-in?next=")


def test_a_form_without_its_token_is_refused(app, sign_in):
    browser = sign_in(Role.DSL)
    posts = [one for one in rules(app) if "POST" in one.methods]
    assert len(posts) == 3
    for rule in posts:
        browser.post(address(rule), {}, 400)
        browser.post(address(rule), {"csrf_token": "x"}, 400)
        elsewhere = {"Sec-Fetch-Site": "cross-site"}
        data = {"csrf_token": browser.token}
        browser.send("POST", address(rule), data, 400, headers=elsewhere)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "POST"])
def test_other_methods_are_refused(app, sign_in, method):
    browser = sign_in(Role.DSL)
    for rule in rules(app):
        if method not in rule.methods:
            data = {"csrf_token": browser.token} if method == "POST" else None
            browser.send(method, address(rule), data, (400, 405))


def test_a_provider_that_is_not_there_is_as_any_unknown_address(app, sign_in):
    browser = sign_in(Role.DSL)
    never = browser.get("/never-was", 404)
    for rule in rules(app):
        if "provider" in rule.arguments:
            for code in ("unknown", "real'", "%2e%2e", "x" * 2000):
                page = browser.get(rule.rule.replace("<provider>", code), 404)
                assert page.body == never.body


def test_only_own_addresses_are_gone_on_to(app, school, lying, linked, set_out):
    linked(school[Role.STAFF], "other", lying.issuer, "subject-of-ruth")
    wanted = {
        "/account": "/account",
        "//evil.example/": "/",
        "https://evil.example/": "/",
        "/hide": "/",
        "/\\evil.example": "/",
        "/account?" + "x" * 400: "/",
    }
    for asked, given in wanted.items():
        way = set_out(Browser(app), next=asked)
        assert way.with_token(way.honest()).location == given


def test_the_longest_answer_fits_a_cookie(app, set_out):
    """A browser drops a cookie whose line is longer than 4,096 bytes, and says nothing."""
    way = set_out(Browser(app), next="/account?" + "x" * 291)
    page = way.back("c" * 2300)
    assert len(page.headers["Set-Cookie"]) < 4093


def test_a_hidden_screen_opens_none_of_them(app, sign_in, school):
    from sqlalchemy import update

    from portal.db import session
    from portal.staff.models import SignIn
    from tests import factories

    browser = sign_in(Role.DSL)
    assert browser.get("/account/single-sign-on").status == 200
    with factories.saved(app):
        session.execute(update(SignIn).values(hidden_at=SignIn.made_at))
    for rule in rules(app):
        if rule.endpoint not in PUBLIC and "GET" in rule.methods:
            assert browser.get(address(rule), 303).location.startswith("/hidden")
