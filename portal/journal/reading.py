"""Reading the journal: the versions of a record, what was done in a case, who has looked."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.db import session
from portal.journal import snapshots
from portal.journal.models import JournalRow
from portal.vault.keys import DataKey, vault
from portal.vault.roots import Root

LOOKED = "looked"
REFUSALS = frozenset(
    {
        "sign-in refused",
        "single sign-on refused",
        "second factor refused",
        "could not take the screen back",
        "a new passkey did not fit",
        "a passkey did not fit",
        "a passkey answered nothing that was asked",
        "refused a passkey that may be a copy",
        "was refused a case",
        "was refused access in an emergency",
    }
)
"""What is noted where somebody was kept out, or where what they gave as a proof did not fit."""


@dataclass(frozen=True)
class Version:
    """A record as it stood after one act; values are opened, by attribute name."""

    number: int
    at: datetime
    actor_id: UUID | None
    verb: str
    reason: str
    values: dict[str, Any]


@dataclass(frozen=True)
class Act:
    at: datetime
    actor_id: UUID | None
    role: str
    verb: str
    subject_table: str
    subject_id: UUID | None


def versions(record: Root) -> list[Version]:
    """Every version of a record, the newest first; several acts on one version are all shown."""
    rows = session.execute(
        select(JournalRow)
        .where(
            JournalRow.subject_id == record.id,
            JournalRow.subject_table == record.__tablename__,
            JournalRow.snapshot.is_not(None),
        )
        .order_by(JournalRow.seq.desc())
    ).scalars()
    return [_version(record, row) for row in rows]


def acts(case_id: UUID, *, looks: bool, limit: int = 200) -> Sequence[Act]:
    """What was done in a case, or who has looked at it: the newest first."""
    wanted = JournalRow.verb == LOOKED if looks else JournalRow.verb != LOOKED
    rows = session.execute(
        select(
            JournalRow.at,
            JournalRow.actor_id,
            JournalRow.role,
            JournalRow.verb,
            JournalRow.subject_table,
            JournalRow.subject_id,
        )
        .where(JournalRow.case_id == case_id, wanted)
        .order_by(JournalRow.seq.desc())
        .limit(limit)
    ).all()
    return [
        Act(row.at, row.actor_id, row.role, row.verb, row.subject_table, row.subject_id)
        for row in rows
    ]


def content(row: JournalRow, key: DataKey) -> Any:
    """What a journal row’s snapshot holds."""
    if row.snapshot is None:
        return None
    return json.loads(vault.open(key, f"journal.snapshot.{row.seq}", row.snapshot))


def _version(record: Root, row: JournalRow) -> Version:
    columns = content(row, record.key)["root"]
    values: dict[str, Any] = {
        name: value for name, value in columns.items() if not name.endswith("_sealed")
    }
    for name, sealed in record.sealed_attributes.items():
        closed = snapshots.envelope(columns.get(sealed.column))
        values[name] = (
            None if closed is None else sealed.read(record.key, record.id, record, closed)
        )
    reason = ""
    if row.reason is not None:
        reason = json.loads(vault.open(record.key, f"journal.reason.{row.seq}", row.reason))
    return Version(row.subject_version or 0, row.at, row.actor_id, row.verb, reason, values)
