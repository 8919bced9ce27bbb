"""A sign-in that has not given everything opens nothing: every address, by every method."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.routing import AnyConverter, IntegerConverter, Rule, UUIDConverter

from portal import boot, create_app
from portal.config import Mode
from portal.db import session
from portal.journal.actor import MACHINE
from portal.journal.service import note
from portal.staff.factors import second_factor
from portal.staff.models import Member
from portal.staff.roles import Role
from portal.web.access import Public, access_of
from portal.web.sheets import FormSheet
from tests import factories
from tests.page import Browser
from tests.staff.enrolling import enrol, give_password

pytestmark = pytest.mark.usefixtures("school")

OUT = {"staff.sign_out", "staff.sign_out_everywhere"}
ALLOWED = {"staff.change_password", "staff.confirm_password", "staff.hide", "staff.hidden"}


def address(rule: Rule) -> str:
    """An address of a rule: whether what it names is there does not matter to the guard."""
    values = {}
    for name in rule.arguments:
        converter = rule._converters[name]
        if isinstance(converter, AnyConverter):
            values[name] = sorted(converter.items)[0]
        elif isinstance(converter, UUIDConverter):
            values[name] = uuid4()
        else:
            values[name] = 1 if isinstance(converter, IntegerConverter) else "2026-0001"
    built = rule.build(values)
    assert built is not None
    return built[1]


def walked(app: Flask, *allowed: str) -> Iterator[tuple[Rule, str]]:
    """Every address and method but those that are there for just this, and the way out."""
    for rule in app.url_map.iter_rules():
        names = {rule.endpoint, rule.endpoint.partition(".")[0]}
        if rule.endpoint in OUT or names & set(allowed):
            continue
        if isinstance(access_of(app, rule.endpoint), Public):
            continue
        for method in sorted({"GET", "POST"} & (rule.methods or set())):
            yield rule, method


def answers(app: Flask, browser: Browser, *allowed: str) -> list[tuple[str, str, int, str]]:
    found = []
    for rule, method in walked(app, *allowed):
        path = address(rule)
        data = {"csrf_token": browser.token, "note": "typed"} if method == "POST" else None
        page = browser.send(method, path, data, status=range(200, 600))
        found.append((method, path, page.status, page.location))
    return found


def test_a_sign_in_without_its_second_factor_opens_no_address(
    app, school, browser, record_property
):
    give_password(browser, school.dsl)

    found = answers(app, browser, "second")

    opened = [
        one
        for one in found
        if not (
            (one[2] == 303 and one[3].startswith("/sign-in/second"))
            or (one[2] == 401 and one[1].startswith("/sheets/"))
            or (one[2] == 404 and one[1].startswith("/handover"))
        )
    ]
    assert len(found) > 300
    record_property(
        "figure",
        f"addresses by method that a password alone opens to a DSL: {len(opened)} of {len(found)}",
    )
    assert opened == []


def test_public_pages_say_nothing_more_to_it(app, school, browser):
    give_password(browser, school.dsl)
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static" or not isinstance(access_of(app, rule.endpoint), Public):
            continue
        if "GET" in (rule.methods or ()):
            page = browser.get(address(rule), status=range(200, 500))
            assert school.dsl.name not in page.html
            assert school.name not in page.html


def test_it_keeps_no_draft_and_hides_nothing(app, school, browser):
    page = give_password(browser, school.dsl)
    sheet = f"/sheets/{uuid4()}"
    sent = {"csrf_token": browser.token, "sheet_address": "/school/rota/closure", "label": "Ours"}

    browser.post(sheet, sent, status=401)
    browser.post(f"{sheet}/discard", sent, status=401)
    assert browser.post("/hide", sent).location.startswith("/sign-in/second")

    with app.test_request_context():
        kept = session.scalars(select(func.count()).select_from(FormSheet)).one()
    assert kept == 0
    page.submit("/sign-in/second", code=factories.next_code(app, school.dsl))
    assert browser.get("/account").status == 200


def test_whoever_must_set_one_up_reaches_nothing_else(app, school, saved, browser, record_property):
    with saved():
        who = factories.colleague(school, Role.DSL, "Ines Ward", "ines")
        member = session.get_one(Member, who.id)
        second_factor.end_everything(MACHINE, member)
        member.has_second = False
        note(MACHINE, "stands before a first sign-in", member)
    browser.get("/sign-in").submit(username=who.username, password=who.password)

    found = answers(app, browser, "factors", "staff.uncover", *ALLOWED)

    opened = [
        one
        for one in found
        if not (
            (one[2] == 303 and one[3] == "/account/second-factor")
            or (one[2] == 303 and one[1].startswith("/sign-in/second"))
            or (one[2] == 401 and one[1].startswith("/sheets/"))
            or (one[2] == 404 and one[1].startswith("/handover"))
        )
    ]
    record_property(
        "figure",
        f"addresses by method open to a DSL who has no second factor yet: {len(opened)} of "
        f"{len(found)}",
    )
    assert opened == []


# the demo school


@pytest.fixture
def demo(tmp_path, config):
    """A demo school of its own: its readers have no second factor."""
    made = replace(
        config,
        mode=Mode.DEMO,
        home=tmp_path,
        database_url=f"sqlite:///{tmp_path / 'data' / 'demo.db'}",
        key_file=tmp_path / "keys" / "demo.key",
    )
    boot.prepare(made)
    app = create_app(made)
    with factories.saved(app):
        school = factories.school("Elm School")
        for one in school.people.values():
            member = session.get_one(Member, one.id)
            second_factor.end_everything(MACHINE, member)
            member.has_second = False
            note(MACHINE, "has no second factor in the demo school", member)
    yield app, school
    app.extensions["database"].engine.dispose()


SAYS = "In a real school this account would need a second factor"


def test_the_demo_school_says_in_red_what_a_real_one_would_ask(demo):
    app, _school = demo
    for role, expected in ((Role.DSL, True), (Role.PASTORAL, True), (Role.STAFF, False)):
        browser = Browser(app)
        browser.get("/sign-in").submit(username=role.value, password=factories.PASSWORD)
        for path in ("/account", "/guidance", "/notes"):
            page = browser.get(path)
            assert (SAYS in page.text) is expected, (role, path)
        if role is Role.DSL:
            enrol(browser)
            assert SAYS not in browser.get("/account").text
            assert browser.get("/account/second-factor/app/remove").forms()


def test_a_real_school_says_nothing_of_the_kind(sign_in):
    assert SAYS not in sign_in(Role.DSL).get("/account").text
