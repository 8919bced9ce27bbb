"""Fixtures that every test may use.

    app          the portal on a fresh database; faults are raised, CSRF is on
    school       Oakfield, with one person in each role; `second_school` Ashdown
    saved        `with saved(): …` works with services and factories, and commits
    browser      somebody who is not signed in
    sign_in      `sign_in(Role.DSL)` or `sign_in(colleague)` gives a Browser
    statements   `with statements() as counted: …` counts what is sent to the database
    stopped      `stopped(moment)` stops the clock until the test ends

A test that uses one of them runs on each engine chosen with `--database`; every other runs once.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zlib import crc32

import pytest
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import event, update
from werkzeug.routing import Rule

from portal import boot, clock, create_app
from portal.config import Config
from portal.db import session
from portal.journal import service as journal
from portal.staff import passwords
from portal.staff.models import SignIn
from portal.staff.roles import Role
from portal.staff.sign_ins import sign_in as sign_ins
from tests import factories
from tests.databases import ENGINES, Engine
from tests.factories import Colleague, School
from tests.page import Browser

passwords.cheap_for_tests()

# Whatever a run of eight thousand tests has made is looked through at each full collection, which
# takes seconds towards its end; there is little to be found.
gc.set_threshold(100_000, 50, 100)


class Compiled(BytecodeCache):
    """Templates that were compiled for an earlier test of this run."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()


def compile_addresses_once() -> None:
    """Many tests put up a portal of their own; what builds an address is the same in all of them.

    Making it takes werkzeug a millisecond for each of hundreds of rules, many times over. The
    function that it makes takes the rule as its argument, so it can be used again.
    """
    make, made = Rule._compile_builder, {}

    def once(rule: Rule, append_unknown: bool = True) -> Any:
        known = (rule.rule, append_unknown, tuple(rule._trace), repr(rule.defaults))
        if known not in made:
            made[known] = make(rule, append_unknown)
        return made[known]

    Rule._compile_builder = once  # type: ignore[method-assign]


compile_addresses_once()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=[*ENGINES, "both"],
        default="both",
        help="the engine to run the tests on; both unless told",
    )
    parser.addoption(
        "--thorough",
        action="store_true",
        help="also the slowest proofs on PostgreSQL, and every kind of nonsense into every field",
    )


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print the figures that tests recorded, one a line: VERIFICATION.md quotes them."""
    reports = [one for kind in ("passed", "failed") for one in terminalreporter.stats.get(kind, [])]
    figures = [
        f"{one.nodeid.split('::')[-1]}: {value}"
        for one in reports
        if getattr(one, "when", "") == "call"
        for name, value in one.user_properties
        if name == "figure"
    ]
    if figures:
        terminalreporter.section("figures")
        for figure in sorted(figures):
            terminalreporter.write_line(figure)


STORIES = frozenset({"test_sara.py"})
"""Of the journeys in a browser, the one that is made on PostgreSQL as well."""
ABOUT_THE_DATABASE = "test_any_text_at_all_comes_back_as_written"
"""Of the walks that send nonsense, the one whose words reach the database."""
ABOUT_WHAT_IS_SENT = frozenset(
    {
        "test_any_input.py",
        "test_canaries.py",
        "test_csrf.py",
        "test_upload_refusal.py",
        "test_wall.py",
    }
)
"""Walks through addresses, forms and answers, which are the same whatever keeps the records."""
LONG_AND_NOT_OF_THE_DATABASE = frozenset(
    {
        "test_a_case_that_may_not_be_seen_is_as_one_that_never_was",
        "test_a_given_story_waits_with_its_people_in_the_list",
        "test_a_log_holds_one_home_alone",
        "test_no_code_is_taken_twice",
        "test_nothing_in_a_whole_case_leads_to_what_its_reader_may_not_open",
        "test_on_another_day_it_is_made_anew_and_sign_ins_stay",
        "test_what_does_not_come_out_as_expected_is_said_after_filling",
        "test_wrong_passwords_from_elsewhere_never_lock_the_dsl_out",
    }
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the slowest proofs out on PostgreSQL where nobody asked for them: see `--thorough`."""
    if config.getoption("thorough") or config.getoption("database") == "postgresql":
        return
    left = [item for item in items if _is_slow_again(item)]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if item not in set(left)]


def _is_slow_again(item: pytest.Item) -> bool:
    """Whether it goes a long way again that was gone on SQLite, with little to learn from it."""
    asked = item.callspec.params if hasattr(item, "callspec") else {}
    if asked.get("engine") != "postgresql":
        return False
    if item.path.parent.name == "e2e":
        return item.path.name not in STORIES
    if item.path.name in ABOUT_WHAT_IS_SENT or item.originalname in LONG_AND_NOT_OF_THE_DATABASE:
        return True
    if item.path.parent.name != "house":
        several = len(asked) > 1  # of one test with many cases every third tells as much
        return several and crc32(item.name.encode()) % 3 != 0
    if item.path.name == "test_pages.py" and "role" not in asked:
        return True  # what it reads is markup, and that is the same on both
    if item.path.name == "test_bad_input.py":
        return item.originalname != ABOUT_THE_DATABASE
    first = {"group": 0, "role": Role.DSL, "part": "wishes", "holder": "emergency"}
    return any(asked.get(name, value) != value for name, value in first.items())


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "engine" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("database")
        names = list(ENGINES) if chosen == "both" else [chosen]
        metafunc.parametrize("engine", names, indirect=True, scope="session")


@pytest.fixture(scope="session")
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """One engine for the session: SQLite, or PostgreSQL started for these tests alone."""
    made = ENGINES[request.param](tmp_path_factory.mktemp(request.param))
    yield made
    _STANDING.pop(made.config, None)
    made.close()


@pytest.fixture
def config(engine: Engine, request: pytest.FixtureRequest) -> Config:
    """The configuration of an installation in the state that the test’s other fixtures need."""
    put_up(engine, {"school", "second_school"} & set(request.fixturenames))
    return engine.config


@contextmanager
def new_portal(config: Config) -> Iterator[Flask]:
    """A portal that nobody else uses, for a test that adds to it or configures it."""
    made = create_app(config)
    made.jinja_env.bytecode_cache = COMPILED
    yield made
    made.extensions["database"].engine.dispose()


_STANDING: dict[Config, tuple[Flask, Any]] = {}


@pytest.fixture
def app(config: Config, engine: Engine) -> Iterator[Flask]:
    """The portal, as a server keeps one: tests come to it one after another.

    Making one takes as long as several pages, and a new one has yet to compile every statement. A
    portal that a test has changed is not handed on, nor is one with a configuration of its own.
    """
    if config != engine.config:
        with new_portal(config) as own:
            yield own
        return
    if config not in _STANDING:
        with new_portal(config) as made:
            _STANDING[config] = made, _how_it_stands(made)
    made, at_first = _STANDING[config]
    yield made
    made.extensions["database"].engine.dispose()
    if _how_it_stands(made) != at_first:
        del _STANDING[config]


def _how_it_stands(app: Flask) -> Any:
    """What a test can change on a portal, copied."""
    hooks = (app.before_request_funcs, app.after_request_funcs, app.teardown_request_funcs)
    return [
        dict(one) for one in (app.config, app.extensions, app.view_functions, app.jinja_env.globals)
    ] + [{scope: list(called) for scope, called in one.items()} for one in hooks]


@pytest.fixture
def school(app: Flask, engine: Engine) -> School:
    found: School = engine.made("schools")[0]
    return found


@pytest.fixture
def second_school(app: Flask, engine: Engine) -> School:
    found: School = engine.made("schools")[1]
    return found


@pytest.fixture
def saved(app: Flask) -> Callable[[], AbstractContextManager[None]]:
    return lambda: factories.saved(app)


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app)


@pytest.fixture
def sign_in(app: Flask, request: pytest.FixtureRequest) -> Callable[[Role | Colleague], Browser]:
    """Signs somebody in without the sign-in page, which has tests of its own."""

    def signed_in(who: Role | Colleague) -> Browser:
        if isinstance(who, Role):
            who = request.getfixturevalue("school")[who]
        return sign_in_to(app, who)

    return signed_in


@pytest.fixture
def stopped() -> Iterator[Callable[[datetime], None]]:
    with ExitStack() as until_the_end:
        yield lambda moment: until_the_end.enter_context(clock.stopped_at(moment))


@dataclass
class Statements:
    """What was sent to the database."""

    texts: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.texts)


@pytest.fixture
def statements(app: Flask) -> Callable[[], AbstractContextManager[Statements]]:
    """Count what one request sends. Opening a connection and `BEGIN` are not counted."""
    engine = app.extensions["database"].engine

    @contextmanager
    def counting() -> Iterator[Statements]:
        counted = Statements()

        def sent(_c: Any, _cursor: Any, text: str, _p: Any, _context: Any, _many: bool) -> None:
            if not text.startswith(("PRAGMA", "BEGIN")):
                counted.texts.append(text)

        event.listen(engine, "before_cursor_execute", sent)
        try:
            yield counted
        finally:
            event.remove(engine, "before_cursor_execute", sent)

    return counting


def put_up(engine: Engine, wanted: set[str]) -> None:
    """Put an engine’s database into the empty state, or into the one that has schools in it."""
    if not (wanted and engine.has("schools")):
        engine.stand("empty", lambda: boot.prepare(engine.config))
    if wanted:
        engine.stand("schools", lambda: two_schools(engine.config))


def two_schools(config: Config) -> tuple[School, School]:
    app = create_app(config)
    with factories.saved(app):
        made = factories.school("Oakfield School"), factories.school("Ashdown School", "ASH")
    app.extensions["database"].engine.dispose()
    return made


def signed_in(app: Flask, who: Colleague) -> str:
    """The secret of a sign-in that has given everything: password and second factor."""
    with app.test_request_context(method="POST"):
        begun = sign_ins.sign_in(who.username, who.password, "127.0.0.1")
        assert not isinstance(begun, sign_ins.Refused)
        session.execute(
            update(SignIn)
            .where(SignIn.secret_hash == sign_ins.hashed(begun[0].get_id()))
            .values(second_at=clock.now(), second_how="totp")
        )
        journal.settle(session)
        session.commit()
    return begun[0].get_id()


def sign_in_to(app: Flask, who: Colleague) -> Browser:
    browser = Browser(app)
    secret = signed_in(app, who)
    with browser.client.session_transaction() as kept:
        kept["_user_id"], kept["_fresh"] = secret, True
    return browser
