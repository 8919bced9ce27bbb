"""What the chain of custody says, and what may be added to it. Pure: rows in, answers out.

Who has a device, and where it is, is never kept anywhere: it follows from the rows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Protocol

from portal.happened import ZONE, Happened

UNLOCKED_FOR = timedelta(hours=1)
"""How long a device may be without a locked place before the record tells of it as a gap."""


class Kind(StrEnum):
    TAKEN = "taken"
    STORED = "stored"
    MOVED = "moved"
    TO_POLICE = "to_police"
    FROM_POLICE = "from_police"
    RETURNED = "returned"
    DISPOSED = "disposed"
    REMARK = "remark"


class Where(StrEnum):
    """In whose hands a device is."""

    SCHOOL = "school"
    POLICE = "police"
    GONE = "gone"


class Move(Protocol):
    """What these rules read of a custody row, or of one that is about to be written."""

    @property
    def kind(self) -> str: ...
    @property
    def happened(self) -> Happened | None: ...
    @property
    def from_whom(self) -> str: ...
    @property
    def to_whom(self) -> str: ...
    @property
    def place(self) -> str: ...
    @property
    def seal(self) -> str: ...
    @property
    def reason(self) -> str: ...


@dataclass(frozen=True)
class Draft:
    """A move that is not written yet."""

    kind: str
    happened: Happened | None
    from_whom: str = ""
    to_whom: str = ""
    place: str = ""
    seal: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Standing:
    """How a device stands after all its rows."""

    where: Where
    holder: str  # “” where it was disposed of
    place: str  # where it is locked away; “” where somebody carries it or it has left the school
    seal: str
    since: int  # which of the rows says so, counted from 1


class GapKind(StrEnum):
    OTHER_HOLDER = "other_holder"  # it came from somebody who, by the rows before, did not have it
    NOT_LOCKED = "not_locked"  # nobody wrote where it was locked away
    OTHER_SEAL = "other_seal"  # another seal number, or none any more, without a word why


@dataclass(frozen=True)
class Gap:
    """Something the rows leave open. `number` is the row that shows it, counted from 1."""

    kind: GapKind
    number: int
    was: str = ""
    now: str = ""
    since: Happened | None = None
    until: Happened | None = None


_AT_SCHOOL = frozenset(
    {Kind.STORED, Kind.MOVED, Kind.TO_POLICE, Kind.RETURNED, Kind.DISPOSED, Kind.REMARK}
)
_AFTER = {
    Where.SCHOOL: _AT_SCHOOL,
    Where.POLICE: frozenset({Kind.FROM_POLICE, Kind.REMARK}),
    Where.GONE: frozenset({Kind.REMARK}),
}
_LEADS_TO = {
    Kind.TO_POLICE: Where.POLICE,
    Kind.RETURNED: Where.GONE,
    Kind.DISPOSED: Where.GONE,
}
# The place of these rows is where it is locked away; of the others, where the act took place.
_LOCKS = frozenset({Kind.STORED, Kind.MOVED, Kind.FROM_POLICE})
# The police open a seal and put on another: what happens there is theirs to tell.
_SEAL_COUNTS = frozenset({Kind.STORED, Kind.MOVED, Kind.TO_POLICE})


def standing(moves: Sequence[Move]) -> Standing | None:
    """Who has it, where it is and under which seal; None where nothing was recorded."""
    now: Standing | None = None
    for number, move in enumerate(moves, start=1):
        kind = Kind(move.kind)
        if kind is not Kind.REMARK:
            now = _after(now, kind, move, number)
    return now


def _after(before: Standing | None, kind: Kind, move: Move, number: int) -> Standing:
    where = _LEADS_TO.get(kind, Where.SCHOOL)
    seal = before.seal if before else ""
    if kind in _LOCKS:
        seal = move.seal
    elif kind is Kind.TO_POLICE:
        seal = move.seal or seal
    return Standing(
        where=where,
        holder="" if kind is Kind.DISPOSED else move.to_whom or (before.holder if before else ""),
        place=move.place if kind in _LOCKS else "",
        seal=seal,
        since=number,
    )


def holder(moves: Sequence[Move]) -> str:
    """Who has it now; nobody where it was disposed of."""
    now = standing(moves)
    return now.holder if now else ""


def place(moves: Sequence[Move]) -> str:
    """Where in the school it is locked away now."""
    now = standing(moves)
    return now.place if now else ""


def is_held(moves: Sequence[Move]) -> bool:
    """Whether the school holds it: neither the police, nor its owner, nor nobody."""
    now = standing(moves)
    return now is not None and now.where is Where.SCHOOL


def may_follow(moves: Sequence[Move]) -> frozenset[Kind]:
    """Which kinds of row may come next."""
    now = standing(moves)
    return _AFTER[now.where] if now else frozenset({Kind.TAKEN})


def check_move(moves: Sequence[Move], new: Move, now: datetime) -> dict[str, str]:
    """What stands against a move, as a sentence for each field; nothing where it may be written."""
    problems = {}
    kind = Kind(new.kind)
    if kind not in may_follow(moves):
        problems["kind"] = _why_not(moves, kind)
    when = new.happened
    if when is None:
        problems["happened"] = "Say when it happened"
    elif _is_future(when, now):
        problems["happened"] = "This cannot be in the future"
    elif kind is not Kind.REMARK and (last := _last(moves)) and is_before(when, last):
        problems["happened"] = f"This cannot be before the last entry, {said(last)}"
    return problems


def _why_not(moves: Sequence[Move], kind: Kind) -> str:
    now = standing(moves)
    if now is None:
        return "A chain of custody begins with who took it."
    if kind is Kind.TAKEN:
        return "It is recorded already that it was taken."
    if now.where is Where.GONE:
        ended = "returned" if moves[now.since - 1].kind == Kind.RETURNED else "disposed of"
        return f"The school does not hold it: it was {ended}. Add a remark instead."
    if kind is Kind.TO_POLICE:
        return "The police have it already. Add a remark instead."
    if now.where is Where.POLICE:
        return "The police have it. Record first that it came back from them."
    return "The police do not have it: it is here."


def _last(moves: Iterable[Move]) -> Happened | None:
    """When the newest row happened that moved it. Remarks may be about anything."""
    return next((move.happened for move in reversed(list(moves)) if move.kind != Kind.REMARK), None)


def is_before(one: Happened, other: Happened) -> bool:
    if one.at is None or other.at is None or one.on != other.on:
        return one.on < other.on
    return one.at < other.at


def _is_future(when: Happened, now: datetime) -> bool:
    here = now.astimezone(ZONE)
    if when.at is None or when.on != here.date():
        return when.on > here.date()
    return when.moment > now


def gaps(moves: Sequence[Move], now: datetime) -> list[Gap]:
    """Everything that the rows leave open, in their order."""
    found = [*_other_holders(moves), *_other_seals(moves), *_not_locked(moves, now)]
    return sorted(found, key=lambda gap: (gap.number, gap.kind))


def _other_holders(moves: Sequence[Move]) -> Iterable[Gap]:
    for number, move in enumerate(moves, start=1):
        # Which officer brings it back is the police’s affair.
        if Kind(move.kind) in {Kind.TAKEN, Kind.FROM_POLICE, Kind.REMARK}:
            continue
        had_it = holder(moves[: number - 1])
        if not same_name(move.from_whom, had_it):
            yield Gap(GapKind.OTHER_HOLDER, number, was=had_it, now=move.from_whom)


def _other_seals(moves: Sequence[Move]) -> Iterable[Gap]:
    for number, move in enumerate(moves, start=1):
        before = standing(moves[: number - 1])
        if Kind(move.kind) not in _SEAL_COUNTS or before is None or not before.seal:
            continue
        if normal_seal(move.seal) != normal_seal(before.seal) and not move.reason.strip():
            yield Gap(GapKind.OTHER_SEAL, number, was=before.seal, now=move.seal)


def _not_locked(moves: Sequence[Move], now: datetime) -> Iterable[Gap]:
    """The stretches in which it was in the school and in no locked place, where long enough."""
    began: tuple[int, Happened] | None = None
    for number, move in enumerate(moves, start=1):
        if move.kind == Kind.REMARK:
            continue
        after = standing(moves[:number])
        is_loose = after is not None and after.where is Where.SCHOOL and not after.place
        if is_loose and began is None and move.happened is not None:
            began = (number, move.happened)
        elif not is_loose and began is not None:
            if move.happened and _earliest(move.happened) - began[1].moment > UNLOCKED_FOR:
                yield Gap(GapKind.NOT_LOCKED, began[0], since=began[1], until=move.happened)
            began = None
    if began is not None and now - began[1].moment > UNLOCKED_FOR:
        yield Gap(GapKind.NOT_LOCKED, began[0], since=began[1])


def _earliest(when: Happened) -> datetime:
    return datetime.combine(when.on, when.at or time(0), ZONE).astimezone(UTC)


def same_name(one: str, other: str) -> bool:
    return one.casefold().split() == other.casefold().split()


def normal_seal(seal: str) -> str:
    """A seal number as it is looked for: letters and figures only."""
    return "".join(letter for letter in seal.casefold() if letter.isalnum())


def said(when: Happened) -> str:
    """A day and time in full, whatever today is."""
    at = f", {when.at:%H:%M}" if when.at else ""
    return f"{'about ' if when.about else ''}{when.on.day} {when.on:%B %Y}{at}"
