"""Every page renders for a furnished case: whoever may open it, with everything that can be there.

The inspecting client looks at each of them. Pages that are downloads are fetched as well.
"""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.routing import Rule

from portal.casefile import chronology
from portal.casefile.counts import counts_of
from portal.cases.models import Case
from portal.db import Base, session
from portal.staff.roles import Role
from portal.web.access import access_of
from tests.databases import Engine
from tests.house.furnished import Furnished
from tests.house.test_access import MAY, SEE_THE_CASE
from tests.page import Page

PEOPLE = (Role.DEPUTY, Role.HEAD, Role.STAFF, Role.PASTORAL, Role.ADMIN, Role.GOVERNOR, Role.DSL)
SMALL = 400_000
"""No page is heavier than this, in bytes."""


def pages(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]


def may(app: Flask, rule: Rule, identity: str) -> bool:
    access = access_of(app, rule.endpoint)
    permission = getattr(access, "permission", None)
    if "reference" in rule.arguments and identity not in SEE_THE_CASE:
        return False
    return permission is None or permission in MAY[identity]


Seen = tuple[list[Page], list[str]]
_WALKED: dict[tuple[str, str], Seen] = {}
"""The last walk: the tests of this file ask for the lead’s pages one after another."""


@pytest.fixture(scope="module", autouse=True)
def forgotten() -> Iterator[None]:
    yield
    _WALKED.clear()


def seen(app: Flask, engine: Engine, furnished: Furnished, identity: str) -> Seen:
    """Every page that somebody may open, and what is wrong with some of them."""
    walk = engine.name, identity
    if walk not in _WALKED:
        _WALKED.clear()
        _WALKED[walk] = walked(app, furnished, identity)
    return _WALKED[walk]


def walked(app: Flask, furnished: Furnished, identity: str) -> Seen:
    browser = furnished.browser(app, identity)
    found, wrong = [], []
    for rule in pages(app):
        if rule.endpoint == "static" or not may(app, rule, identity):
            continue
        if rule.rule.startswith("/handover"):  # there on a handed-over screen only: tests/handover
            continue
        for address in furnished.addresses(rule, identity):
            try:
                found.append(browser.get(address, status=(200, 303, 403, 404, 409)))
            except Exception as problem:  # told with all the others
                wrong.append(f"{address}: {type(problem).__name__} {problem!s:.400}")
    return found, wrong


@pytest.mark.parametrize("role", PEOPLE, ids=str)
def test_every_page_is_sound(app: Flask, engine: Engine, furnished: Furnished, role: Role) -> None:
    found, wrong = seen(app, engine, furnished, role.value)
    assert not wrong, f"{len(wrong)} pages:\n" + "\n".join(wrong)
    for page in found:
        assert len(page.body) < SMALL, f"{page.path} weighs {len(page.body):,} bytes"
    if role is Role.DSL:
        shown = [page for page in found if page.status == 200]
        assert len(shown) > len(found) * 0.9, [p.path for p in found if p.status != 200]


def test_titles_and_addresses_carry_no_names(
    app: Flask, engine: Engine, furnished: Furnished
) -> None:
    """What stands in a window’s title, its history and its addresses is read over shoulders."""
    names = re.compile(r"O'Neill|Sara|Owen|D'Arcy|Zoë|O'Dea|Żółkiewski|مريم", re.IGNORECASE)
    found, _ = seen(app, engine, furnished, Role.DSL.value)
    for page in found:
        assert not names.search(page.path)
        if len(page.root):
            assert not names.search(page.title), f"{page.path}: {page.title}"
            for _words, address in page.links():
                assert not names.search(address), f"{page.path} links to {address}"
        disposition = page.headers.get("Content-Disposition", "")
        assert not names.search(disposition), page.path


def links_of(found: list[Page]) -> set[tuple[str, str]]:
    """Where pages lead within the portal, and the page that says so."""
    return {
        (address.partition("#")[0], page.path)
        for page in found
        for _words, address in page.links()
        if address.startswith("/") and not address.startswith("//")
    }


def test_no_link_of_any_page_is_broken(app: Flask, engine: Engine, furnished: Furnished) -> None:
    """Links, and the addresses that forms are sent to, are addresses of the portal."""
    found, _ = seen(app, engine, furnished, Role.DSL.value)
    links = links_of(found)
    adapter = app.url_map.bind("localhost")
    browser = furnished.browser(app, Role.DSL.value)
    for path, source in sorted(links):
        assert adapter.test(urlsplit(path).path, "GET"), f"{source} links to {path}, which is none"
    known = {page.path: page.status for page in found}
    for path in sorted({path for path, _ in links}):
        answered = known.get(path) or browser.get(path, status=(200, 303, 403, 404, 409)).status
        assert answered not in {403, 404}, f"{path} ({answered}) is linked to"
    for page in found:
        for form in page.all("form"):
            method = form.get("method", "get").upper()
            sent_to = {form.get("action", ""), *(one.get("formaction", "") for one in form.iter())}
            for address in sent_to - {""}:
                assert adapter.test(urlsplit(address).path, method), f"{page.path}: {address}"


def test_rows_of_forms_have_their_own_names(
    app: Flask, engine: Engine, furnished: Furnished
) -> None:
    """No form asks two things under one name, except the choices of one question."""
    found, _ = seen(app, engine, furnished, Role.DSL.value)
    for page in found:
        for form in page.all("form"):
            names = [
                one.get("name")
                for tag in ("input", "textarea", "select")
                for one in form.iter(tag)
                if one.get("type") not in {"radio", "checkbox", "submit"} and one.get("name")
            ]
            doubled = {name for name in names if names.count(name) > 1}
            assert not doubled, f"{page.path} asks twice for {doubled}"


def test_links_are_offered_only_to_those_who_may_follow_them(
    app: Flask, engine: Engine, furnished: Furnished
) -> None:
    """Nobody is sent to a page that refuses them: for the head, staff, pastoral and others."""
    refused = []
    for role in (Role.HEAD, Role.STAFF, Role.PASTORAL, Role.ADMIN, Role.GOVERNOR):
        found, _ = seen(app, engine, furnished, role.value)
        browser = furnished.browser(app, role.value)
        links = links_of([page for page in found if page.status == 200])
        statuses = {page.path: page.status for page in found}
        for path, source in sorted(links):
            if path not in statuses:
                answer = browser.get(path, status=(200, 303, 403, 404, 405, 409))
                statuses[path] = answer.status
            if statuses[path] in {403, 404, 405}:
                refused.append(f"{role.value}: {source} links to {path} ({statuses[path]})")
    assert not refused, "\n".join(refused)


def test_the_case_holds_every_kind_of_record(app: Flask, furnished: Furnished) -> None:
    """A page that shows a record nobody furnished has been looked at by none of these tests."""
    with app.app_context():
        missing = [
            name
            for name, table in Base.metadata.tables.items()
            if "case_id" in table.columns
            if not session.scalar(
                select(func.count())
                .select_from(table)
                .where(table.c.case_id == furnished.here.ids["cases"])
            )
        ]
    assert not missing, f"furnish makes none of {missing}"


def test_the_number_of_entries_is_that_of_the_chronology(app: Flask, furnished: Furnished) -> None:
    """The page of a case counts with one statement what the chronology builds from every record."""
    with app.app_context():
        case = session.get(Case, furnished.here.ids["cases"])
        assert case is not None
        shown = chronology.chronology(case, chronology.read_filter({}))
        assert {code for code, _ in shown.kinds} == set(chronology.KINDS)
        assert counts_of(case).entries == shown.total > 60
