"""Every device that the school holds, across the cases that somebody may see.

Read as bare rows by statements that are put together once, and paged by when a device was taken.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Uuid, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from portal import clock
from portal.cases.models import Case, Involved
from portal.cases.visible import cases_by_role
from portal.db import read
from portal.devices.custody import seal_lookup
from portal.devices.facts import Now, kind_of, name_of, now_of
from portal.devices.models import CustodyMove, Device
from portal.devices.rules import Where
from portal.journal.service import note_act
from portal.people.models import Person
from portal.people.service import fold
from portal.staff import service as staff
from portal.staff.viewer import Viewer
from portal.vault.keys import DataKey, KeyRow
from portal.vault.seen import Seen, key_columns, key_in
from portal.web.cursor import Cursor
from portal.web.dates import due_text

PAGE = 25
MOST = 100
EVERY, OVERDUE, POLICE = "", "overdue", "police"
GONE = "No longer held"


@dataclass(frozen=True)
class Line:
    """One device as the list shows it."""

    id: UUID
    reference: str
    kind: str
    name: str
    owner: str
    now: Now
    taken_at: datetime
    overdue: str  # “2 days late”; “” where it is not
    for_police: bool

    @property
    def href(self) -> str:
        return f"/cases/{self.reference}/devices/{self.id}"

    @property
    def tag(self) -> tuple[str, str]:
        """How it stands, in two words and a tone."""
        if self.overdue:
            return f"Return {self.overdue}", "red"
        if self.now.where is Where.POLICE:
            return "With the police", "quiet"
        if self.now.where is Where.GONE:
            return "No longer here", "quiet"
        return ("Held for the police", "amber") if self.for_police else ("Held", "now")


@dataclass(frozen=True)
class Listed:
    lines: Sequence[Line]
    older: str  # where the next page begins; “” on the last


@dataclass(frozen=True)
class Overview:
    """How many devices the school holds; `MOST` means that many or more."""

    held: int
    overdue: int
    for_police: int


def held_overview(who: Viewer) -> Overview:
    """How many are held, overdue and held for the police, in one statement."""
    values = {"school": who.school, "now": clock.now()}
    return Overview(*read(_counts(cases_by_role(who)), values).one())


def held_page(who: Viewer, only: str, after: Cursor | None) -> Listed:
    """One page of what the school holds, the longest held first; on it, what is overdue leads."""
    values: dict[str, Any] = {"school": who.school}
    if only == OVERDUE:
        values["now"] = clock.now()
    if after is not None:
        values |= {"taken": after.at, "id": after.id}
    statement = _held(cases_by_role(who), only, paged=after is not None, limit=PAGE + 1)
    rows = read(statement, values).all()
    found = _lines(rows[:PAGE])
    last = found[-1] if len(rows) > PAGE else None
    return Listed(
        sorted(found, key=lambda line: not line.overdue),
        str(Cursor(last.taken_at, last.id)) if last else "",
    )


def find(who: Viewer, seal: str, words: str) -> tuple[list[Line], Callable[[Session], None]]:
    """Devices with this seal, gone ones too, or held ones in whose words every one of these is.

    The second of the two writes who was found into the journal, never what was looked for.
    """
    visible = cases_by_role(who)
    values: dict[str, Any] = {"school": who.school}
    if seal:
        rows = read(_sealed(visible), values | {"seal": seal_lookup(seal)}).all()
    else:
        rows = read(_held(visible, EVERY), values).all()
    wanted = fold(words).split()
    found = [line for line in _lines(rows) if not wanted or _holds(line, wanted)][:MOST]
    hits = [str(line.id) for line in found]
    key_id = staff.get_school(who.school).key_id

    def note_search(own: Session) -> None:
        key = own.get(DataKey, key_id)
        note_act(who, "searched devices", key=key, detail={"hits": hits}, on=own)

    return found, note_search


def _holds(line: Line, wanted: Iterable[str]) -> bool:
    text = fold(" ".join((line.name, line.owner, line.now.holder, line.now.place, line.now.seal)))
    return all(word in text for word in wanted)


# Statements


_DEVICE = Seen(
    Device, "case_id", "taken_at", "held", "for_police", "return_due_at", "owner", "kind", "make",
    "model", "colour", "marks",
)  # fmt: skip
_MOVE = Seen(
    CustodyMove, "device_id", "number", "kind", "happened_on", "happened_time", "happened_about",
    "written_at", "from_whom", "to_whom", "place", "seal",
)  # fmt: skip
_INVOLVED = Seen(Involved, "description", "person_id")
_PERSON = Seen(Person, "full_name")
_D, _M, _I, _P = _DEVICE.table, _MOVE.table, _INVOLVED.table, _PERSON.table
_KEYS: Any = DataKey.__table__
_THEIR_KEYS: Any = _KEYS.alias("their_keys")
_KEY_AT = len(_DEVICE.columns)
_INVOLVED_AT = _KEY_AT + len(KeyRow._fields)
_PERSON_AT = _INVOLVED_AT + len(_INVOLVED.columns)
_THEIR_KEY_AT = _PERSON_AT + len(_PERSON.columns)
_SCHOOL = bindparam("school", type_=Uuid())
_NOW: Any = bindparam("now", type_=_D.c.taken_at.type)

# A statement is put together once for each set of cases that somebody may see: that takes longer
# than running it.
prepared = lru_cache(maxsize=512)


def _here(visible: Select[Case]) -> Select[Any]:
    """Devices of this school in visible cases, with whose they are and the keys that open them."""
    return (
        visible.with_only_columns(
            *_DEVICE.columns,
            *key_columns(),
            *_INVOLVED.columns,
            *_PERSON.columns,
            *key_columns(_THEIR_KEYS),
            Case.reference,
        )
        .join(_D, _D.c.case_id == Case.id)
        .join(_KEYS, _KEYS.c.id == _D.c.key_id)
        .outerjoin(_I, _I.c.id == _D.c.owner_id)
        .outerjoin(_P, _P.c.id == _I.c.person_id)
        .outerjoin(_THEIR_KEYS, _THEIR_KEYS.c.id == _P.c.key_id)
        .where(_D.c.school_id == _SCHOOL)
        .order_by(_D.c.taken_at, _D.c.id)
    )


@prepared
def _held(
    visible: Select[Case], only: str, *, paged: bool = False, limit: int | None = None
) -> Select[Any]:
    statement = _here(visible).where(_D.c.held)
    if only == OVERDUE:
        statement = statement.where(_D.c.return_due_at < _NOW)
    if only == POLICE:
        statement = statement.where(_D.c.for_police)
    if paged:
        taken: Any = bindparam("taken", type_=_D.c.taken_at.type)
        later = and_(_D.c.taken_at == taken, _D.c.id > bindparam("id", type_=Uuid()))
        # The first of these says nothing new: it is what an index can begin at.
        statement = statement.where(_D.c.taken_at >= taken)
        statement = statement.where(or_(_D.c.taken_at > taken, later))
    return statement.limit(limit)


@prepared
def _sealed(visible: Select[Case]) -> Select[Any]:
    return _here(visible).where(_D.c.seal_lookup == bindparam("seal")).limit(MOST)


@prepared
def _counts(visible: Select[Case]) -> Select[Any]:
    return select(
        _count(visible),
        _count(visible, _D.c.return_due_at < _NOW),
        _count(visible, _D.c.for_police),
    )


def _count(visible: Select[Case], *where: Any) -> Any:
    """A count that stops where it is enough, so that it costs the same however many there are."""
    some = (
        visible.with_only_columns(Case.id)
        .join(_D, _D.c.case_id == Case.id)
        .where(_D.c.school_id == _SCHOOL, _D.c.held, *where)
        .limit(MOST)
        .subquery()
    )
    return select(func.count()).select_from(some).scalar_subquery()


_CHAINS = (
    select(*_MOVE.columns)
    .where(_M.c.device_id.in_(bindparam("devices", expanding=True, type_=Uuid())))
    .order_by(_M.c.device_id, _M.c.number)
)


def _lines(rows: Sequence[Any]) -> list[Line]:
    """The rows in words, each with its chain, which is read for all of them at once."""
    keys = {row[0]: key_in(row, _KEY_AT) for row in rows}
    chains: dict[UUID, list[CustodyMove]] = {}
    if keys:
        for move in read(_CHAINS, {"devices": list(keys)}):
            key = keys[move.device_id]
            if key.wrapped is not None:
                chains.setdefault(move.device_id, []).append(_MOVE.record(move, key))
    return [_line(row, keys[row[0]], chains) for row in rows if keys[row[0]].wrapped is not None]


def _line(row: Any, key: KeyRow, chains: Mapping[UUID, list[CustodyMove]]) -> Line:
    device = _DEVICE.record(row, key)
    late = ""
    if device.held and device.return_due_at is not None:
        words, is_late = due_text(device.return_due_at, clock.now())
        late = words if is_late else ""
    return Line(
        id=device.id,
        reference=row.reference,
        kind=kind_of(device),
        name=name_of(device),
        owner=_owner(row, key) or device.owner,
        now=now_of(chains.get(device.id, [])),
        taken_at=device.taken_at,
        overdue=late,
        for_police=device.for_police,
    )


def _owner(row: Any, key: KeyRow) -> str:
    """Whose it is, where that is somebody of the case."""
    if row[_INVOLVED_AT] is None:
        return ""
    if row[_PERSON_AT] is None:
        return _INVOLVED.record(row[_INVOLVED_AT:], key).description or "Somebody not yet known"
    theirs = key_in(row, _THEIR_KEY_AT)
    if theirs.wrapped is None:
        return GONE
    return _PERSON.record(row[_PERSON_AT:], theirs).full_name or GONE
