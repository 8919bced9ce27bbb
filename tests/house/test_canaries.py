"""Sixty words of one case that occur nowhere else, and where they turn up afterwards.

They are typed into every form of the case through its pages. Then everything is searched that
somebody else could get at: the database’s own bytes, the log, titles, addresses, error pages, the
metadata of papers, and every page of everybody who may not see the case (security notes 4.5).
"""

import io
import itertools
import logging
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pypdf
import pytest
from flask import Flask

from portal.commands._serve import log_to_file
from portal.config import Config
from portal.staff.roles import Role
from tests.conftest import new_portal
from tests.databases import Engine
from tests.house.furnished import EXCLUDED, FOREIGN, STRANGER, Furnished
from tests.house.hostile import ACCEPTED, Asked, all_forms, satisfied, send
from tests.house.test_bad_input import ENDS
from tests.page import Browser, Page

WANTED = 60
MAY_NOT = (
    STRANGER,
    Role.STAFF.value,
    Role.PASTORAL.value,
    Role.GOVERNOR.value,
    Role.ADMIN.value,
    FOREIGN,
    EXCLUDED,
)
Search = Callable[[str, bytes], None]
OPENS = re.compile(r"/(access|need-to-know|add-new|identify-new)/")
"""Forms that let somebody in or tell them, and those that write into the school’s list of people,
which whoever leads at the school may read."""
CANARY = re.compile(rb"kanarie[0-9]{4}x")


def planted(browser: Browser, furnished: Furnished, enough: float) -> set[str]:
    """Type a word of its own into every text field of the case’s forms; gives those accepted.

    Ends with the form that brought them to `enough`.
    """
    numbers = itertools.count(1)
    found: set[str] = set()
    for asked in list(all_forms(browser, furnished, Role.DSL.value)):
        of_case = asked.address.startswith(f"/cases/{furnished.here.reference}/")
        skipped = ENDS.search(asked.address) or OPENS.search(asked.address)
        if not of_case or skipped or not asked.of("text", "long"):
            continue
        if not satisfied(browser, asked):
            continue
        words = {one.name: f"kanarie{next(numbers):04}x" for one in asked.of("text", "long")}
        shown = browser.get(asked.path, status=range(200, 500))
        if shown.status != 200:
            continue
        for again in _same(shown, asked):
            pairs = [(name, words.get(name, value)) for name, value in again.base]
            if send(browser, again.address, pairs).status == ACCEPTED:
                found |= set(words.values())
        if len(found) >= enough:
            break
    return found


def _same(page: Page, asked: Asked) -> Iterator[Asked]:
    """The form as its page shows it now, with the answers that it took."""
    for form in page.all("form", method="post", within=page.main):
        if form.get("action") != asked.address:
            continue
        hidden = [(name, value) for name, value in page.fields(form).items(multi=True)]
        kinds = {one.name: one.kind for one in asked.controls}
        kept = [(name, value) for name, value in hidden if kinds.get(name) == "hidden"]
        typed = [(name, value) for name, value in asked.base if kinds.get(name) != "hidden"]
        yield replace(asked, page=page, base=[*kept, *typed])


def bytes_of(engine: Engine) -> Iterator[tuple[str, bytes]]:
    """Everything that the database keeps, as somebody would find it on the disk."""
    if engine.name == "sqlite":
        assert engine.config.sqlite_file is not None
        for file in engine.config.sqlite_file.parent.glob("*"):
            if file.name.startswith(engine.config.sqlite_file.name):
                yield file.name, file.read_bytes()
        return
    with psycopg.connect(engine.config.database_url.replace("+psycopg", "", 1)) as own:
        tables = own.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in tables.fetchall():
            with own.cursor().copy(f'COPY "{table}" TO STDOUT (FORMAT binary)') as rows:
                yield table, b"".join(bytes(row) for row in rows)


@pytest.fixture
def app(config: Config) -> Iterator[Flask]:
    """One that writes a log, which is set up before the first request."""
    with new_portal(config) as made:
        yield made


@pytest.fixture
def log(app: Flask, engine: Engine) -> Iterator[Path]:
    loggers = (app.logger, logging.getLogger("waitress"))
    before = [(one, one.handlers[:], one.propagate, one.level) for one in loggers]
    raised = logging.raiseExceptions
    log_to_file(app, engine.config)
    yield engine.config.data / "portal.log"
    for one, handlers, propagate, level in before:
        for handler in one.handlers:
            handler.close()
        one.handlers, one.propagate = handlers, propagate
        one.setLevel(level)
    logging.raiseExceptions = raised


def test_words_of_a_case_stay_with_those_who_may_read_it(
    app: Flask,
    engine: Engine,
    furnished: Furnished,
    log: Path,
    pytestconfig: pytest.Config,
    record_property: Callable[[str, object], None],
) -> None:
    lead = furnished.browser(app, Role.DSL.value)
    thorough = pytestconfig.getoption("thorough")
    canaries = planted(lead, furnished, math.inf if thorough else 2 * WANTED)
    assert len(canaries) >= WANTED, f"only {len(canaries)} words were accepted"
    found: list[str] = []

    def search(where: str, what: bytes) -> None:
        hits = {hit.decode() for hit in CANARY.findall(what)} & canaries
        found.extend(f"{hit} in {where}" for hit in sorted(hits))

    for name, content in bytes_of(engine):
        search(f"the database’s {name}", content)
    seen = sum(_search_pages(app, furnished, identity, search) for identity in MAY_NOT)
    own = _search_frames(app, furnished, lead, search)
    search("the log", log.read_bytes())
    assert not found, f"{len(found)} hits:\n" + "\n".join(found[:40])
    record_property(
        "figure",
        f"{len(canaries)} words of one case: 0 found in the database, the log, {seen} answers to "
        f"{len(MAY_NOT)} people who may not see it, and the frames of {own} answers to its lead "
        f"({engine.name})",
    )


def _search_pages(app: Flask, furnished: Furnished, identity: str, search: Search) -> int:
    """Search every answer to somebody who may not see the case."""
    browser = furnished.browser(app, identity)
    count = 0
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or "sheet_id" in rule.arguments:
            continue
        for address in furnished.addresses(rule)[:2]:
            page = browser.send("GET", address, status=range(200, 500))
            search(f"{address} for {identity}", page.body + str(page.headers).encode())
            count += 1
    return count


def _search_frames(app: Flask, furnished: Furnished, lead: Browser, search: Search) -> int:
    """Search what stands around the pages of somebody who may: headers, titles, errors, papers."""
    count = papers = read = 0
    for rule in app.url_map.iter_rules():
        if "sheet_id" in rule.arguments or rule.endpoint == "static":
            continue
        for address in furnished.addresses(rule)[:2]:
            page = lead.send("GET", address, status=range(200, 500))
            around = str(page.headers).encode()
            if page.status >= 400:
                around += page.body
            elif page.response.mimetype == "application/pdf":
                papers += 1
                around += str(pypdf.PdfReader(io.BytesIO(page.body)).metadata).encode()
            elif page.status == 200 and len(page.root):
                around += f"{page.title} {page.h1}".encode()
                read += bool(CANARY.search(page.body))
            search(f"the frame of {address}", around)
            for method in ("DELETE", "PUT"):
                refused = lead.send(method, address, status=range(400, 500))
                search(f"{method} {address}", refused.body)
            count += 3
    assert read > 10, "the lead does not see the words either: nothing was searched for"
    assert papers, "no paper was read"
    return count


def test_a_word_that_got_out_is_found(engine: Engine, furnished: Furnished) -> None:
    """The search would be worth nothing if it passed over this: a plain column holds a name."""
    name = furnished.school.name.encode()
    assert any(name in content for _, content in bytes_of(engine))
