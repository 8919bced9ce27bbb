"""The chain of custody: reading it, and the one way to add to it.

Rows are only ever added. Of two people who move a device at once the second is told what the first
did: the form carries the number of the last row that its writer saw.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from portal import clock
from portal.cases import actions, content
from portal.cases.models import Case, happened_text
from portal.clock import Happened
from portal.db import session
from portal.devices import rules
from portal.devices.facts import what_of
from portal.devices.models import CustodyMove, Device
from portal.devices.rules import Draft, Kind, Where, normal_seal
from portal.journal.actor import Actor
from portal.journal.service import note
from portal.staff import service as staff
from portal.vault.keys import vault
from portal.web.errors import Conflict, NotPossible

RETURN = "device_return"
"""The kind of the due action that a day of return plans; settled when the device leaves."""

_VERBS = {
    Kind.TAKEN: "recorded that a device was taken",
    Kind.STORED: "recorded where a device is locked away",
    Kind.MOVED: "recorded that a device was moved",
    Kind.TO_POLICE: "handed a device to the police",
    Kind.FROM_POLICE: "received a device back from the police",
    Kind.RETURNED: "returned a device",
    Kind.DISPOSED: "disposed of a device",
    Kind.REMARK: "added a remark on a device",
}


HELD_FOR_POLICE = "Held for the police."
STILL_FOR_POLICE = (
    "It is held for the police. Record first who of the police said that it is no longer needed, "
    "when, and in which words."
)


class NotNow(NotPossible):
    """A move that the rows do not allow; `problems` says why, field by field."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = problems


@dataclass(frozen=True)
class NewMove:
    """A row to be added, in the words of whoever did it."""

    kind: Kind
    at: Happened
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def draft(self) -> Draft:
        known = {name: self.words.get(name, "") for name in _JUDGED}
        return Draft(self.kind.value, self.at, **known)


_JUDGED = ("from_whom", "to_whom", "place", "seal", "reason")


def moves_of(device: Device) -> list[CustodyMove]:
    """The chain of one device, the first row first."""
    return list(
        session.scalars(
            select(CustodyMove)
            .where(CustodyMove.device_id == device.id)
            .order_by(CustodyMove.number)
        )
    )


def move_device(
    actor: Actor,
    device: Device,
    new: NewMove,
    *,
    seen: int | None = None,
) -> CustodyMove:
    """Add a row to the chain. Raises `NotNow` where the rows do not allow it.

    `seen` is the number of the last row that whoever moved it had before them; where another was
    added since, `Conflict` tells of it.
    """
    moves = _locked(device, new, seen)
    case = case_of(device)
    if new.kind in {Kind.RETURNED, Kind.DISPOSED} and device.for_police:
        raise NotNow({"kind": STILL_FOR_POLICE})
    if new.kind is Kind.DISPOSED:
        content.refuse_while_held(case)
    problems = rules.check_move(moves, new.draft, clock.now())
    if problems:
        raise NotNow(problems)
    row = CustodyMove(
        device.key,
        case_id=device.case_id,
        device_id=device.id,
        number=len(moves) + 1,
        kind=new.kind.value,
        by_id=actor.member_id,
        **new.words,
        **happened_text(new.at),
    )
    session.add(row)
    note(actor, _VERBS[new.kind], row)
    session.flush()
    _follow(actor, case, device, [*moves, row])
    return row


def _locked(device: Device, new: NewMove, seen: int | None) -> list[CustodyMove]:
    """The chain, with the device locked until the commit; refuses whoever has not seen all of it.

    A row that was added since they opened the form is told, with what they wrote beside it.
    """
    session.refresh(device, with_for_update={"of": Device})
    moves = moves_of(device)
    newer = [row for row in moves if seen is not None and row.number > seen]
    if newer:
        names = staff.names_of(row.by_id for row in newer)
        there = "\n".join(
            f"Entry {row.number}: {_told(row, row.happened)} "
            f"Written by {names.get(row.by_id, 'a former colleague')}."
            for row in newer
        )
        raise Conflict([("The chain of custody", _told(new.draft, new.at), there)], len(moves))
    return moves


def _told(move: rules.Move, when: Happened | None) -> str:
    """A row in one line, to be set beside another."""
    to_whom = f"to {move.to_whom}" if move.to_whom else ""
    at = rules.said(when) if when else ""
    parts = (what_of(move), to_whom, move.place, at)
    return ", ".join(part for part in parts if part) + f". {move.reason}".rstrip()


def _follow(actor: Actor, case: Case, device: Device, moves: Sequence[CustodyMove]) -> None:
    """Put the device into the list in which it belongs, and settle what its leaving settles."""
    now = rules.standing(moves)
    if now is None:
        return
    before = (device.held, device.seal_lookup, device.for_police, device.kept_why)
    device.held = now.where is Where.SCHOOL
    if now.seal:
        device.seal_lookup = seal_lookup(now.seal)
    if not device.held:
        device.for_police, device.kept_why, device.return_due_at = False, "", None
        settled = "The police have it." if now.where is Where.POLICE else "It is no longer here."
        actions.settle_about(actor, case, RETURN, [str(device.id)], settled)
    if before != (device.held, device.seal_lookup, device.for_police, device.kept_why):
        note(actor, "kept a device in step with its chain of custody", device)
        session.flush()


def seal_lookup(seal: str) -> bytes:
    """The keyed hash under which the number of a seal is found."""
    return vault.lookup(session, "seal", normal_seal(seal))


def hold_for_police(
    actor: Actor,
    device: Device,
    *,
    hold: bool,
    at: Happened,
    words: Mapping[str, str],
    seen: int | None = None,
) -> None:
    """Held for the police from now on, or no longer: who of them said so, when, in which words.

    It stands in the chain of custody as a remark, where nobody can change it.
    """
    if not device.held:
        raise NotNow({"kind": "The school does not hold it."})
    said = HELD_FOR_POLICE if hold else "No longer held for the police."
    remark = {**words, "reason": f"{said} {words.get('reason', '')}".strip()}
    move_device(actor, device, NewMove(Kind.REMARK, at, remark), seen=seen)
    device.for_police = hold
    if hold:
        device.kept_why = device.kept_why or remark["reason"]
    elif device.kept_why.startswith(HELD_FOR_POLICE):
        device.kept_why = ""
    note(actor, "held a device for the police" if hold else "released a device", device)


def case_of(device: Device) -> Case:
    case = session.get(Case, device.case_id)
    if case is None:
        raise NotPossible("The case of this device is not there.")
    return case
