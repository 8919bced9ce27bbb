"""Changing an installation’s database behind the portal’s back, as somebody who holds it could."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import Connection, create_engine, text

from portal.db import session
from portal.journal.verify import verify


@contextmanager
def raw(app: Flask) -> Iterator[Connection]:
    """A connection without the portal’s rules: foreign keys are not checked, nothing is noted."""
    engine = create_engine(app.extensions["portal"].database_url)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


@contextmanager
def holding_the_file(app: Flask) -> Iterator[Connection]:
    """As `raw`, but the journal’s triggers are out of the way as well."""
    lite = app.extensions["portal"].is_sqlite
    with raw(app) as connection:
        if lite:
            kept = connection.execute(
                text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            ).all()
            for name, _ in kept:
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            connection.execute(text("SET session_replication_role = replica"))
        yield connection
        for _, statement in kept if lite else ():
            connection.exec_driver_sql(statement)


def change(app: Flask, statement: str, **values: Any) -> None:
    with holding_the_file(app) as connection:
        result = connection.execute(text(statement), values)
        assert result.rowcount > 0, f"nothing to change: {statement}"


def faults(app: Flask, anchor: str = "") -> list[str]:
    with app.app_context():
        return verify(session, app.extensions["vault"], anchor)
