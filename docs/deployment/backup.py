#!/usr/bin/env python3
"""Copy the SQLite database of the portal while it runs: backup.py DATABASE FOLDER.

`VACUUM INTO` takes what is there and nothing that was deleted; a plain copy of the file can be one
that does not open. The copy is checked and only then named as one; the newest 48 are kept. It
holds no key, and nothing in it can be read without one. Needs Python only, no part of the portal.
"""

import os
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

KEPT = 48
PATIENCE = 60
"""Seconds for which it waits for somebody who is saving just now."""


def main(words: list[str]) -> int:
    if len(words) != 2:
        return fail("Say which database to copy, and to which folder: backup.py DATABASE FOLDER")
    database, folder = map(Path, words)
    if not database.is_file():
        return fail(f"There is no database {database}.")
    os.umask(0o077)
    begun = folder / f"portal-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.db.part"
    try:
        for left_over in folder.glob("portal-*.part"):
            left_over.unlink()
        with closing(reading(database)) as on:
            on.execute("VACUUM INTO ?", [str(begun)])
        with closing(reading(begun)) as copy:
            answer = copy.execute("PRAGMA integrity_check").fetchone()[0]
        if answer != "ok":
            begun.unlink()
            return fail("The copy is damaged, so it was not kept. Run: python3 app.py verify")
        with begun.open("rb") as written:
            os.fsync(written.fileno())
        made = begun.replace(begun.with_suffix(""))
    except (OSError, sqlite3.Error) as problem:
        return fail(f"No copy was made: {problem}.")
    for old in sorted(folder.glob("portal-*.db"))[:-KEPT]:
        old.unlink()
    sys.stdout.write(f"{made}\n")
    return 0


def reading(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", timeout=PATIENCE, uri=True)


def fail(words: str) -> int:
    sys.stderr.write(f"{words}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
