"""Wrong tries slow the next one down, and never lock anybody out for good.

Passwords, PINs, second factors, the code of setting up, cases that are opened in an emergency.

Counted in rows that outlive the process (security notes 3.2), in four kinds of buckets:

    name     one name or address, guessed at from browsers that do not know its owner, or one
             person’s tries at one thing: 5 are free, then each next one waits 1, 2, 4 … seconds, up
             to 15 minutes
    device   one person’s tries at one thing in a browser that knows them, in the same way: who
             guesses elsewhere never makes them wait there
    address  all that comes from one network address and no known browser: 100 in a minute, because
             a school shares one
    pin      wrong PINs in a row; time alone forgives none of them

A try is counted before it is looked at and forgiven when it was right, so that many at once are no
more than one after the other.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal import clock
from portal.db import database, session
from portal.journal.actor import NOBODY, Actor
from portal.journal.service import note_act, settle
from portal.staff.models import Throttle
from portal.vault.keys import vault

FREE_TRIES = 5
PIN_TRIES = 5
LONGEST_WAIT = timedelta(minutes=15)
IN_A_MINUTE = 100
_MINUTE = timedelta(minutes=1)
_FORGOTTEN = timedelta(hours=1)

Buckets = dict[str, bytes]


def buckets(own: Session, name: str, address: str) -> Buckets:
    """For guesses from a browser that is not known: at one name, and from one address."""
    return {
        "name": vault.lookup(own, "throttle name", name),
        "address": vault.lookup(own, "throttle address", address),
    }


def pin_bucket(own: Session, member_id: UUID) -> Buckets:
    """Wrong tries in a row where a PIN is taken as well; time alone forgives none of them."""
    return {"pin": vault.lookup(own, "throttle pin", str(member_id))}


def own_bucket(own: Session, what: str, member_id: UUID) -> Buckets:
    """Wrong tries of one person at one thing: nobody else can slow them down."""
    return {"name": vault.lookup(own, f"throttle {what}", str(member_id))}


def device_bucket(own: Session, what: str, member_id: UUID, device_id: UUID) -> Buckets:
    """Those in a browser that knows the person: nobody elsewhere fills this one."""
    return {"device": vault.lookup(own, f"throttle {what} device", f"{member_id} {device_id}")}


def take(of: Buckets) -> timedelta | None:
    """Count a try before it is looked at; or say how long it must wait, and count nothing."""
    now = clock.now()
    with database().transaction() as own:
        rows = {kind: _locked(own, bucket) for kind, bucket in sorted(of.items())}
        pause = max((_pause(kind, row) for kind, row in rows.items()), default=timedelta())
        if pause:
            return pause
        for kind, row in rows.items():
            _add(kind, row)
            row.last_at = row.last_at if kind == "address" and row.failures > 1 else now
    return None


def takes_pins(own: Session, member_id: UUID) -> bool:
    known = own.get(Throttle, pin_bucket(own, member_id)["pin"])
    return known is None or known.failures < PIN_TRIES


def forget(of: Buckets, on: Session | None = None) -> None:
    """What was right clears the failures of where it was typed, and of nowhere else.

    Of the failures of the address it takes back its own only.
    """
    own = on or session
    for kind, bucket in sorted(of.items()):
        known = own.get(Throttle, bucket, with_for_update=True)
        if known is not None:
            known.failures = max(known.failures - 1, 0) if kind == "address" else 0


def take_back(of: Buckets, on: Session) -> None:
    """What `take` counted was no guess. Those before it stay: it shows nothing about them."""
    for _, bucket in sorted(of.items()):
        known = on.get(Throttle, bucket, with_for_update=True)
        if known is not None:
            known.failures = max(known.failures - 1, 0)


def count(
    of: Buckets, member_id: UUID | None, *, who: Actor = NOBODY, verb: str = "sign-in refused"
) -> None:
    """Count a wrong try in a transaction of its own: the request itself will not commit."""
    now = clock.now()
    with database().transaction() as own:
        for kind, bucket in sorted(of.items()):
            row = _locked(own, bucket)
            _add(kind, row)
            row.last_at = row.last_at if kind == "address" and row.failures > 1 else now
        _note(own, member_id, who, verb)


def note_refusal(
    member_id: UUID | None, *, who: Actor = NOBODY, verb: str = "sign-in refused"
) -> None:
    """Say in the journal that a try which `take` has counted was wrong."""
    with database().transaction() as own:
        _note(own, member_id, who, verb)


def _note(own: Session, member_id: UUID | None, who: Actor, verb: str) -> None:
    subject = ("members", member_id) if member_id else None
    note_act(who, verb, subject=subject, on=own)
    settle(own)


def _pause(kind: str, known: Throttle | None) -> timedelta:
    if known is None or kind == "pin":
        return timedelta()
    since = clock.now() - known.last_at
    if kind == "address":
        return max(_MINUTE - since, timedelta()) if known.failures >= IN_A_MINUTE else timedelta()
    if known.failures < FREE_TRIES:
        return timedelta()
    doublings = min(known.failures - FREE_TRIES, 10)
    return max(min(timedelta(seconds=2**doublings), LONGEST_WAIT) - since, timedelta())


def _add(kind: str, row: Throttle) -> None:
    """One more failure; the first again, where those before are forgotten by now."""
    rested = clock.now() - row.last_at
    over = {"address": _MINUTE, "pin": timedelta.max}.get(kind, _FORGOTTEN)
    row.failures = 1 if rested >= over else row.failures + 1


def _locked(own: Session, bucket: bytes) -> Throttle:
    """The row of a bucket, made where there is none, locked for this transaction."""
    insert = postgresql.insert if own.get_bind().dialect.name == "postgresql" else sqlite.insert
    own.execute(
        insert(Throttle)
        .values(bucket=bucket, failures=0, last_at=clock.now())
        .on_conflict_do_nothing()
    )
    return own.scalars(select(Throttle).where(Throttle.bucket == bucket).with_for_update()).one()
