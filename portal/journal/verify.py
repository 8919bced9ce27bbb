"""Walking the chain and comparing every record with its last snapshot.

Says what it found as sentences that name the first row that differs. Needs the key file, changes
nothing.
"""

import hmac
import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any
from uuid import UUID

from sqlalchemy import Table, select
from sqlalchemy.orm import Mapper, Session

from portal.db import Base
from portal.journal import service, snapshots
from portal.journal.models import JournalHead, JournalRow
from portal.vault.keys import DataKey, Unreadable, Vault
from portal.vault.roots import Root

_Last = dict[tuple[str, UUID], tuple[int, UUID, bytes]]


def verify(on: Session, own_vault: Vault, anchor: str = "") -> list[str]:
    """Everything that is wrong, the first fault first; empty where chain and records agree.

    `anchor` is a record check from a print or backup: it must be a row of this chain.
    """
    last: _Last = {}
    hashes: set[str] = set()
    faults = list(_walk(on, own_vault, last, hashes))
    if not faults:
        keys = {key.id: key for key in on.scalars(select(DataKey))}
        faults = [fault for root in _roots() for fault in _compare(on, own_vault, root, keys, last)]
        faults += [
            f"{table} {row} is in journal row {seq} and no longer in the database."
            for (table, row), (seq, _, _) in last.items()
        ]
    if anchor and not any(known.startswith(anchor.lower()) for known in hashes):
        faults.append("The record check you gave is not in this journal: it was cut or rewritten.")
    return faults


def tail(on: Session, own_vault: Vault, rows: int = 1000) -> list[str]:
    """What is wrong with the newest rows and the head; the rest of the chain is not looked at."""
    table = JournalRow.__table__
    newest = select(table).order_by(table.c.seq.desc()).limit(rows + 1)
    found = [dict(row) for row in on.execute(newest).mappings()][::-1]
    if len(found) <= rows:
        found.insert(0, {"seq": 0, "hash": service.START})
    for before, row in pairwise(found):
        broken = row["seq"] != before["seq"] + 1 or row["previous_hash"] != before["hash"]
        if broken or service.row_hash(row) != row["hash"]:
            return [f"Journal row {row['seq']} was changed, or rows before it are missing."]
    return list(_head(on, own_vault, found[-1]["seq"], found[-1]["hash"]))


def _walk(on: Session, own_vault: Vault, last: _Last, hashes: set[str]) -> Iterator[str]:
    previous, expected = service.START, 0
    table = JournalRow.__table__
    for row in on.execute(select(table).order_by(table.c.seq)).mappings():
        expected += 1
        if row["seq"] != expected:
            yield f"Journal row {expected} is missing."
            return
        if row["previous_hash"] != previous or service.row_hash(dict(row)) != row["hash"]:
            yield f"Journal row {expected} was changed."
            return
        previous = row["hash"]
        hashes.add(previous.hex())
        if row["subject_version"] is not None:
            last[row["subject_table"], row["subject_id"]] = (
                row["seq"],
                row["key_id"],
                row["snapshot"],
            )
    yield from _head(on, own_vault, expected, previous)


def _head(on: Session, own_vault: Vault, last: int, last_hash: bytes) -> Iterator[str]:
    head = on.execute(select(JournalHead)).scalar_one_or_none()
    if head is None or head.seq != last or head.hash != last_hash:
        yield f"The journal ends at row {last}, but its head says otherwise: rows are missing."
    elif not hmac.compare_digest(head.seal, service.seal(own_vault, head.seq, head.hash)):
        yield "The journal’s head was changed: its seal does not fit."


def _roots() -> list[Mapper[Any]]:
    mappers = [
        mapper
        for mapper in Base.registry.mappers
        if issubclass(mapper.class_, Root) and not mapper.class_.part_of
    ]
    return sorted(mappers, key=lambda mapper: mapper.class_.__tablename__)


def _compare(
    on: Session, own_vault: Vault, mapper: Mapper[Any], keys: dict[UUID, DataKey], last: _Last
) -> Iterator[str]:
    table = mapper.local_table
    if not isinstance(table, Table):
        return
    parts = _parts(on, mapper)
    for row in on.execute(select(table).order_by(table.c.id)).mappings():
        known = last.pop((table.name, row["id"]), None)
        if known is None:
            yield f"{table.name} {row['id']} is in no journal row."
            continue
        seq, key_id, snapshot = known
        key = keys.get(key_id)
        if key is None or (key.wrapped is None and key.destroyed_at is None):
            yield f"The key of {table.name} {row['id']} is gone: nothing in it can be read."
            continue
        if key.wrapped is None:
            continue
        try:
            kept = json.loads(own_vault.open(key, f"journal.snapshot.{seq}", snapshot))
        except Unreadable:
            yield f"Journal row {seq} about {table.name} {row['id']} cannot be opened."
            continue
        found = {
            "root": snapshots.raw(dict(row), table),
            "parts": {name: rows.get(row["id"], []) for name, rows in parts.items()},
        }
        yield from _differences(table.name, row["id"], seq, kept, found)


def _parts(on: Session, mapper: Mapper[Any]) -> dict[str, dict[UUID, list[dict[str, Any]]]]:
    """The rows of each declared part, by the root they belong to."""
    found: dict[str, dict[UUID, list[dict[str, Any]]]] = {}
    for name in mapper.class_.journal_parts:
        relation = mapper.relationships[name]
        table = relation.mapper.local_table
        column = next(iter(relation.remote_side))
        rows: dict[UUID, list[dict[str, Any]]] = {}
        for row in on.execute(select(table)).mappings():
            rows.setdefault(row[column.name], []).append(snapshots.raw(dict(row), table))
        for group in rows.values():
            group.sort(key=lambda part: part["id"])
        found[name] = rows
    return found


def _differences(
    table: str, row_id: UUID, seq: int, kept: dict[str, Any], found: dict[str, Any]
) -> Iterator[str]:
    place = f"{table} {row_id} differs from journal row {seq}"
    for name, value in kept["root"].items():
        if name in found["root"] and found["root"][name] != value:
            yield f"{place}: {name}."
            return
    for name, rows in kept["parts"].items():
        if not _same_rows(rows, found["parts"].get(name, [])):
            yield f"{place}: {name}."
            return


def _same_rows(kept: list[dict[str, Any]], found: list[dict[str, Any]]) -> bool:
    """Columns that a later migration added are not in older snapshots and not compared."""
    return len(kept) == len(found) and all(
        all(other.get(name) == value for name, value in one.items())
        for one, other in zip(kept, found, strict=True)
    )
