"""Appending to the journal: notes of changes, looks and refusals.

The chain’s lock is the row of its head and is always the last lock that a transaction takes.
"""

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Uuid, bindparam, event, insert, select, update
from sqlalchemy.orm import Session, UOWTransaction

from portal import clock
from portal.db import read
from portal.db import session as request_session
from portal.journal import snapshots
from portal.journal.actor import Actor
from portal.journal.models import JournalHead, JournalRow
from portal.vault.keys import DataKey, Vault, vault
from portal.vault.records import Record
from portal.vault.roots import Root

START = bytes(32)
LOOK_AGAIN = timedelta(minutes=15)


class Unnoted(RuntimeError):
    """A record was changed and no verb said so: a fault of the programme, never of a person."""


@dataclass(frozen=True)
class Note:
    actor: Actor
    verb: str
    record: Root | None
    reason: str
    subject_table: str = ""
    subject_id: UUID | None = None
    case_id: UUID | None = None
    key: DataKey | None = None
    detail: Any = None


def note(actor: Actor, verb: str, record: Root, reason: str = "") -> None:
    """Say what was done to a record; its snapshot is taken when the request is settled."""
    _notes(request_session).append(Note(actor, verb, record, reason))


def note_act(
    actor: Actor,
    verb: str,
    *,
    case_id: UUID | None = None,
    subject: tuple[str, UUID] | None = None,
    key: DataKey | None = None,
    detail: Any = None,
    on: Session | None = None,
) -> None:
    """Say that something happened which changed no record: a search, a print, a refusal."""
    table, row = subject or ("", None)
    _notes(on or request_session).append(
        Note(actor, verb, None, "", table, row, case_id, key, detail)
    )


def looked_lately(actor: Actor, case_id: UUID, about: UUID | None = None) -> bool:
    """Whether this sign-in’s look at the case, for this record, is in the journal already."""
    since = clock.now() - LOOK_AGAIN
    values = {"sign_in": actor.sign_in_id, "case": case_id, "since": since}
    if about is None:
        return read(_LOOKED, values).first() is not None
    return read(_LOOKED_FOR, {**values, "about": about}).first() is not None


_ROWS: Any = JournalRow.__table__
_LOOKED = (
    select(_ROWS.c.seq)
    .where(
        _ROWS.c.sign_in_id == bindparam("sign_in"),
        _ROWS.c.case_id == bindparam("case"),
        _ROWS.c.at > bindparam("since"),
    )
    .limit(1)
)
_LOOKED_FOR = _LOOKED.where(
    _ROWS.c.verb == "looked", _ROWS.c.subject_id == bindparam("about", type_=Uuid())
)


def settle(on: Session) -> None:
    """Flush, refuse a change that nobody noted, and append the notes of this transaction."""
    on.flush()
    notes = _notes(on)
    noted = {one.record.id for one in notes if one.record is not None}
    changed: dict[UUID, Root] = on.info.pop("changed_roots", {})
    for root in changed.values():
        if root.id not in noted:
            raise Unnoted(f"{root!r} was changed without a note")
    on.info["notes"] = []
    if notes:
        _append(on, notes)


def start_chain(on: Session, own_vault: Vault) -> None:
    """The head of an empty chain; called once, when an installation is made."""
    on.execute(insert(JournalHead).values(id=1, seq=0, hash=START, seal=seal(own_vault, 0, START)))


def newest(on: Session) -> tuple[int, str]:
    """Number and hash of the newest row, as printed on every PDF."""
    head = on.execute(select(JournalHead.seq, JournalHead.hash)).one()
    return head.seq, head.hash.hex()


def seal(own_vault: Vault, seq: int, newest_hash: bytes) -> bytes:
    key = own_vault.derive("journal head")
    return hmac.new(key, f"{seq}|{newest_hash.hex()}".encode(), hashlib.sha256).digest()


def row_hash(row: dict[str, Any]) -> bytes:
    """The hash of a row: over what is sealed, never over what it hides."""
    facts = [
        row["seq"],
        row["at"].astimezone(UTC).isoformat(),
        *(str(row[name]) if row[name] else None for name in ("actor_id", "sign_in_id")),
        row["role"],
        row["verb"],
        *(str(row[name]) if row[name] else None for name in ("school_id", "case_id")),
        row["subject_table"],
        str(row["subject_id"]) if row["subject_id"] else None,
        row["subject_version"],
        str(row["key_id"]) if row["key_id"] else None,
        *(hashlib.sha256(row[name] or b"").hexdigest() for name in ("snapshot", "reason")),
        row["previous_hash"].hex(),
    ]
    return hashlib.sha256(json.dumps(facts, separators=(",", ":")).encode()).digest()


def _append(on: Session, notes: list[Note]) -> None:
    head = on.execute(select(JournalHead.seq, JournalHead.hash).with_for_update()).one()
    seq, last = head.seq, head.hash
    rows = []
    for one in notes:
        seq += 1
        row = _row(one, seq, last, clock.now())
        last = row["hash"]
        rows.append(row)
    on.execute(insert(JournalRow), rows)
    on.execute(update(JournalHead).values(seq=seq, hash=last, seal=seal(vault, seq, last)))


def _row(one: Note, seq: int, previous: bytes, at: datetime) -> dict[str, Any]:
    record = one.record
    key = record.key if record is not None else one.key
    content = snapshots.of(record) if record is not None else one.detail
    row: dict[str, Any] = {
        "seq": seq,
        "at": at,
        "actor_id": one.actor.member_id,
        "sign_in_id": one.actor.sign_in_id,
        "role": one.actor.role,
        "verb": one.verb,
        "school_id": one.actor.school_id,
        "case_id": record.subject_case_id if record is not None else one.case_id,
        "subject_table": record.__tablename__ if record is not None else one.subject_table,
        "subject_id": record.id if record is not None else one.subject_id,
        "subject_version": record.version if record is not None else None,
        "key_id": key.id if key is not None else None,
        "snapshot": _sealed(key, f"journal.snapshot.{seq}", content),
        "reason": _sealed(key, f"journal.reason.{seq}", one.reason or None),
        "previous_hash": previous,
    }
    row["hash"] = row_hash(row)
    return row


def _sealed(key: DataKey | None, context: str, content: Any) -> bytes | None:
    if key is None or content is None:
        return None
    return vault.seal(key, context, snapshots.dumps(content))


def _notes(on: Session) -> list[Note]:
    return cast("list[Note]", on.info.setdefault("notes", []))


@event.listens_for(Session, "before_flush")
def remember_changes(on: Session, _context: UOWTransaction, _instances: Any) -> None:
    """Keep the roots that this flush changes, and let a changed part change its root’s version."""
    changed: dict[UUID, Root] = on.info.setdefault("changed_roots", {})
    for one in list(on.deleted):
        if isinstance(one, Record) and one.journalled:
            raise Unnoted(f"{one!r} would be deleted; records are withdrawn, never deleted")
    for one in [*on.new, *on.dirty]:
        if not isinstance(one, Record) or not one.journalled:
            continue
        if one not in on.new and not on.is_modified(one):
            continue
        root: Root = getattr(one, one.part_of) if one.part_of else cast("Root", one)
        changed[root.id] = root
        if root not in on.new:
            root.changed_at = clock.now()
