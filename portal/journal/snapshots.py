"""What a record looks like at one version: its columns as they stand in the database.

Sealed columns go in as they are, still sealed, so that comparing a record with its last snapshot
needs no key of the record, and an older version can be opened value by value.
"""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import FromClause, inspect

from portal.vault.records import Record
from portal.vault.roots import Root

Columns = dict[str, Any]


def of(root: Root) -> Columns:
    """The root’s columns, and those of each of its declared parts."""
    parts = {
        name: sorted((_columns(part) for part in getattr(root, name)), key=lambda row: row["id"])
        for name in root.journal_parts
    }
    return {"root": _columns(root), "parts": parts}


def raw(row: Mapping[str, Any], table: FromClause) -> Columns:
    """A row read from a table, in the form in which snapshots hold it."""
    return {column.name: _value(row[column.name]) for column in table.columns}


def dumps(snapshot: Columns) -> bytes:
    return json.dumps(snapshot, sort_keys=True, separators=(",", ":")).encode()


def _columns(record: Record) -> Columns:
    mapper = inspect(type(record))
    return {
        column.name: _value(getattr(record, mapper.get_property_by_column(column).key))
        for column in mapper.local_table.columns
    }


def _value(value: Any) -> Any:
    if isinstance(value, bytes):
        return "sealed:" + base64.b64encode(value).decode()
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def envelope(value: Any) -> bytes | None:
    """The sealed bytes that a snapshot’s column holds."""
    return base64.b64decode(value[len("sealed:") :]) if isinstance(value, str) else None
