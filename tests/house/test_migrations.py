"""The migrations make the tables that the models describe, on both engines, and can go back."""

import ast
from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config as Alembic
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Engine as SqlEngine
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import DBAPIError

from portal import boot
from portal.config import ROOT, load
from portal.db import Base
from tests.databases import Engine
from tests.factories import School
from tests.house.tampering import raw

SCRIPTS = ROOT / "migrations"


@pytest.fixture
def url(engine: Engine) -> str:
    """An empty database, with nothing but the address to go by."""
    return load({"DATABASE_URL": engine.new_database()}).database_url


@pytest.fixture
def connecting(url: str) -> Iterator[SqlEngine]:
    made = create_engine(url)
    yield made
    made.dispose()


def test_there_is_one_line_of_revisions() -> None:
    alembic = Alembic()
    alembic.set_main_option("script_location", str(SCRIPTS))
    scripts = ScriptDirectory.from_config(alembic)
    assert len(scripts.get_heads()) == 1
    assert len(scripts.get_bases()) == 1
    for revision in scripts.walk_revisions():
        assert not revision.is_merge_point
        assert not revision.is_branch_point


def test_revisions_are_numbered_and_say_why() -> None:
    files = sorted((SCRIPTS / "versions").glob("*.py"))
    assert [file.name[:4] for file in files] == [f"{i:04d}" for i in range(1, len(files) + 1)]
    for file in files:
        tree = ast.parse(file.read_text())
        assert ast.get_docstring(tree), f"{file.name} does not say why"
        for node in ast.walk(tree):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not any(name.split(".")[0] == "portal" for name in names), (
                f"{file.name} imports the portal, which will have changed when it runs"
            )


def test_the_migrated_schema_is_what_the_models_describe(url: str, connecting: SqlEngine) -> None:
    boot.migrate(url)
    with connecting.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_every_named_check_is_in_the_database(url: str, connecting: SqlEngine) -> None:
    """Autogenerate does not compare checks, so they are compared here."""
    boot.migrate(url)
    there = inspect(connecting)
    for table in Base.metadata.sorted_tables:
        described = {c.name for c in table.constraints if type(c).__name__ == "CheckConstraint"}
        found = {check["name"] for check in there.get_check_constraints(table.name)}
        assert described == found, table.name


def test_down_to_nothing_and_up_again(url: str, connecting: SqlEngine) -> None:
    boot.migrate(url)
    full = set(inspect(connecting).get_table_names())
    boot.migrate(url, "base")
    assert set(inspect(connecting).get_table_names()) == {"alembic_version"}
    boot.migrate(url)
    assert set(inspect(connecting).get_table_names()) == full
    with connecting.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    assert current == boot.newest_revision()


def test_migrating_twice_changes_nothing(url: str, connecting: SqlEngine) -> None:
    boot.migrate(url)
    boot.migrate(url)
    assert "journal" in inspect(connecting).get_table_names()


_COLUMNS = (
    "seq, at, actor_id, sign_in_id, role, verb, school_id, case_id, subject_table, subject_id, "
    "subject_version, key_id, snapshot, reason, previous_hash, hash"
)


@pytest.mark.parametrize(
    "seq",
    ["2", "(SELECT max(seq) FROM journal) + 2", "0", "-1"],
    ids=["again", "after a gap", "before the first", "negative"],
)
def test_a_journal_row_can_only_be_the_next(app: Flask, school: School, seq: str) -> None:
    copied = _COLUMNS.replace("seq", seq, 1).replace(", hash", ", previous_hash")
    statement = f"INSERT INTO journal ({_COLUMNS}) SELECT {copied} FROM journal WHERE seq = 3"
    with pytest.raises(DBAPIError, match="must be the next"), raw(app) as connection:
        connection.execute(text(statement))


def test_a_journal_row_cannot_be_replaced(app: Flask, school: School) -> None:
    """`INSERT OR REPLACE` deletes without the trigger on DELETE; the one on INSERT stops it."""
    copied = _COLUMNS.replace("verb", "'looked'", 1)
    source = f"SELECT {copied} FROM journal WHERE seq = 2"
    if app.extensions["portal"].is_sqlite:
        statement = f"INSERT OR REPLACE INTO journal ({_COLUMNS}) {source}"
    else:
        statement = (
            f"INSERT INTO journal ({_COLUMNS}) {source} "
            "ON CONFLICT (seq) DO UPDATE SET verb = excluded.verb"
        )
    with pytest.raises(DBAPIError, match="must be the next"), raw(app) as connection:
        connection.execute(text(statement))


def test_the_journal_cannot_be_emptied(app: Flask, school: School) -> None:
    lite = app.extensions["portal"].is_sqlite
    statement = "DELETE FROM journal" if lite else "TRUNCATE journal"
    with pytest.raises(DBAPIError, match="never"), raw(app) as connection:
        connection.execute(text(statement))
