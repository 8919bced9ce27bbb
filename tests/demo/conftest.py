"""A demo school of today, filled once for each engine; tests here only look at it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from portal import config as configuration
from portal import create_app
from portal.cases import service as cases
from portal.cases.models import Case
from portal.config import Config, Mode
from portal.db import close_session, session
from portal.demo import FillReport, fill
from tests.databases import Engine, PostgreSQL


@dataclass(frozen=True)
class Filled:
    config: Config
    report: FillReport
    app: Flask


@pytest.fixture(scope="session")
def new_home(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Config]:
    """The configuration of a demo installation that does not exist yet."""

    def made() -> Config:
        environ = {"PORTAL_HOME": str(tmp_path_factory.mktemp("demo"))}
        if isinstance(engine, PostgreSQL):
            environ["DATABASE_URL"] = engine.new_database()
        return configuration.load(environ, Mode.DEMO)

    return made


@pytest.fixture(scope="session")
def filled(new_home: Callable[[], Config]) -> Iterator[Filled]:
    config = new_home()
    report = fill(config)
    app = create_app(config)
    yield Filled(config, report, app)
    app.extensions["database"].engine.dispose()


@pytest.fixture
def demo(filled: Filled) -> Iterator[Filled]:
    with filled.app.app_context():
        yield filled
        close_session()


def case_about(name: str) -> Case:
    """The first case that has somebody of this name in it."""
    for case in session.scalars(select(Case).order_by(Case.reference)):
        if any(one.name == name for one in cases.people_in(case)):
            return case
    raise LookupError(name)


@pytest.fixture
def story_file(tmp_path: Path) -> Callable[[str], Path]:
    """Writes one story and gives the folder it lies in."""

    def written(text: str) -> Path:
        (tmp_path / "given.yaml").write_text(text, encoding="utf-8")
        return tmp_path

    return written
