"""Engine, session and column types: how the portal reads and writes its database.

A request that may not change anything reads through a connection that cannot write. Everything
else opens `BEGIN IMMEDIATE` on SQLite behind one fair lock in the process, because SQLite's own
waiting is unfair and a read that turns into a write fails at once (tech notes, G8). Nobody but the
unit of work and the commands commits. No table of the product is declared here.
"""

import threading
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any, ClassVar, Literal, cast
from uuid import UUID

from flask import current_app, g, has_request_context, request
from sqlalchemy import (
    JSON,
    Connection,
    CursorResult,
    DateTime,
    Dialect,
    Engine,
    Executable,
    MetaData,
    TypeDecorator,
    Uuid,
    create_engine,
    event,
)
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool
from werkzeug.local import LocalProxy

Access = Literal["read", "write"]

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept as UTC on both engines; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime(),
        UUID: Uuid(),
        list[str]: JSON(),
        dict[str, str]: JSON(),
    }


class FairLock:
    """A lock that is handed over in the order in which it was asked for."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._held = False

    def acquire(self) -> None:
        with self._guard:
            if not self._held:
                self._held = True
                return
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        turn.acquire()

    def release(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._held = False


class Database:
    """One database: an engine, and sessions that either only read or may write."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        self._readers = self.engine.execution_options(portal_access="read")
        if self.engine.dialect.name == "postgresql":
            self._readers = self._readers.execution_options(postgresql_readonly=True)

    def open(self, access: Access) -> Session:
        engine = self._readers if access == "read" else self.engine
        return Session(engine, expire_on_commit=False)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A short transaction of its own, for what must survive a request that fails."""
        with self.open("write") as own, own.begin():
            yield own

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A short read of its own, closed before slow work begins."""
        with self.open("read") as own:
            yield own


def database() -> Database:
    return cast("Database", current_app.extensions["database"])


def _session() -> Session:
    if "session" not in g:
        safe = has_request_context() and request.method in SAFE_METHODS
        g.session = database().open("read" if safe else "write")
    return cast("Session", g.session)


session = cast("Session", LocalProxy(_session))


def read(statement: Executable, values: Mapping[str, Any]) -> CursorResult[*tuple[Any, ...]]:
    """Run a prepared statement that reads bare columns, in the transaction of the session.

    It goes around what the session does for records, which takes longer than a short read itself.
    What was added to the session and not flushed is not seen.
    """
    return session.connection().execute(statement, values)


def close_session() -> None:
    """Give the connection back; whatever was not committed is gone."""
    opened = g.pop("session", None)
    if opened is not None:
        opened.close()


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(url, hide_parameters=True, pool_pre_ping=True, pool_size=8)
    engine = create_engine(
        url, hide_parameters=True, poolclass=QueuePool, pool_size=8, max_overflow=8
    )
    lock = FairLock()

    @event.listens_for(engine, "connect")
    def set_up(dbapi: Any, _entry: ConnectionPoolEntry) -> None:
        dbapi.isolation_level = None
        for pragma in (
            "journal_mode=DELETE",
            "synchronous=EXTRA",
            "foreign_keys=ON",
            "secure_delete=ON",
            "trusted_schema=OFF",
            "recursive_triggers=ON",
            "busy_timeout=5000",
        ):
            dbapi.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get("portal_access") == "read":
            connection.connection.cursor().execute("PRAGMA query_only=ON")
            return
        lock.acquire()
        connection.info["holds_write_lock"] = True
        connection.exec_driver_sql("PRAGMA query_only=OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    @event.listens_for(engine.pool, "checkin")
    def give_back(_dbapi: Any, entry: ConnectionPoolEntry) -> None:
        if entry.info.pop("holds_write_lock", False):
            lock.release()

    return engine


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
