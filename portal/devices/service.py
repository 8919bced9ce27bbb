"""Verbs about devices: log one, say when it goes back and why it is kept, correct what it is.

Who has it when is said by `custody`; a search of somebody has `searches`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal import clock
from portal.cases import actions, content
from portal.cases.models import Case, happened_text
from portal.clock import Happened
from portal.db import session
from portal.devices.custody import RETURN, NewMove, case_of, move_device, seal_lookup
from portal.devices.facts import name_of
from portal.devices.models import CustodyMove, Device, DeviceContent
from portal.devices.rules import Kind
from portal.journal.actor import Actor
from portal.journal.service import note
from portal.web.errors import NotPossible

_NOON = time(12)


@dataclass(frozen=True)
class NewDevice:
    """A device that was taken; `stored` where it is locked away already."""

    facts: Mapping[str, Any]
    words: Mapping[str, str]
    taken: Happened
    had_by: str = ""
    return_by: datetime | None = None
    stored: NewMove | None = None


def devices_of(case: Case) -> list[Device]:
    """Every device of a case, the newest first."""
    return list(
        session.scalars(
            select(Device)
            .where(Device.case_id == case.id)
            .order_by(Device.written_at.desc(), Device.id)
        )
    )


def moves_in(case: Case) -> dict[UUID, list[CustodyMove]]:
    """The chain of every device of a case, by the device’s id."""
    rows = session.scalars(
        select(CustodyMove).where(CustodyMove.case_id == case.id).order_by(CustodyMove.number)
    )
    found: dict[UUID, list[CustodyMove]] = {}
    for row in rows:
        found.setdefault(row.device_id, []).append(row)
    return found


def take_device(actor: Actor, case: Case, new: NewDevice) -> Device:
    """Log a device that was taken, with the first row of its chain, and the second if there is."""
    seal = new.stored.words.get("seal", "") if new.stored else ""
    device = Device(
        case.key,
        case_id=case.id,
        school_id=case.school_id,
        held=True,
        taken_at=min(_start(new.taken), clock.now()),
        return_due_at=new.return_by,
        seal_lookup=seal_lookup(seal) if seal else None,
        **{"for_police": False, **new.facts},
        **new.words,
    )
    session.add(device)
    note(actor, "logged a device", device)
    session.flush()
    taken = {
        "from_whom": new.had_by,
        "to_whom": device.taken_by,
        "place": device.taken_where,
    }
    move_device(actor, device, NewMove(Kind.TAKEN, new.taken, taken))
    if new.stored is not None:
        move_device(actor, device, new.stored)
    _plan_return(actor, device, "")
    return device


def set_return(actor: Actor, device: Device, due_at: datetime | None, reason: str) -> None:
    """By when it goes back; None where nobody can say any more."""
    if not device.held:
        raise NotPossible("The school does not hold this device, so it cannot be returned.")
    device.return_due_at = due_at
    note(actor, "set by when a device is returned", device, reason)
    if due_at is None:
        settled = reason or "No day is set any more."
        actions.settle_about(actor, case_of(device), RETURN, [str(device.id)], settled)
    _plan_return(actor, device, reason)


def _plan_return(actor: Actor, device: Device, reason: str) -> None:
    """A day of return is something to do, on the page of today like everything that is due."""
    due_at = device.return_due_at
    if due_at is None:
        return
    case = case_of(device)
    action = actions.plan_action(
        actor,
        case,
        kind=RETURN,
        subject=str(device.id),
        what=f"Return the device: {name_of(device)}",
        due_at=due_at,
        owner_id=case.lead_id,
    )
    if action.due_at != due_at:
        actions.move_action(actor, action, due_at, action.owner_id, reason)


def say_why_kept(actor: Actor, device: Device, why: str) -> None:
    """Why a device is still here; a case can be closed with it only when that is said."""
    if not device.held:
        raise NotPossible("The school does not hold this device.")
    device.kept_why = why
    note(actor, "said why a device is kept", device)


def record_device_content(
    actor: Actor, device: Device, *, choice: str, at: Happened, words: Mapping[str, str]
) -> DeviceContent:
    """What was done about lawful but banned content. Nothing goes while evidence is held."""
    if choice == "deleted":
        content.refuse_while_held(case_of(device))
    record = DeviceContent(
        device.key,
        case_id=device.case_id,
        device_id=device.id,
        choice=choice,
        by_id=actor.member_id,
        **words,
        **happened_text(at),
    )
    session.add(record)
    note(actor, "recorded what was done about content", record)
    return record


def content_of(device: Device) -> list[DeviceContent]:
    return list(
        session.scalars(
            select(DeviceContent)
            .where(DeviceContent.device_id == device.id)
            .order_by(DeviceContent.written_at, DeviceContent.id)
        )
    )


def correct_device(actor: Actor, device: Device, changes: Mapping[str, Any], reason: str) -> None:
    """Put right what a device is. Who had it when is in its chain, and is corrected by a remark."""
    for name, value in changes.items():
        setattr(device, name, value)
    note(actor, "corrected what a device is", device, reason)


def _start(when: Happened) -> datetime:
    """The moment by which lists sort it: noon of the day where no time is known."""
    return when.moment if when.at else Happened(when.on, _NOON).moment
