"""Wrong passwords and PINs slow the next try down, and never lock anybody out for good.

Counted in rows that outlive the process (security notes 3.2), in four kinds of buckets:

    name     one account, guessed at from browsers it does not know: 5 tries are free, then each
             next one waits 1, 2, 4 … seconds, up to 15 minutes
    device   one account in a browser that it knows, in the same way: who guesses elsewhere never
             makes its owner wait there
    address  all that comes from one network address and no known browser: 100 in a minute, because
             a school shares one
    pin      wrong PINs in a row; time alone forgives none of them

A try is counted before the password is hashed and forgiven when it was right, so that many at once
are no more than one after the other.
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


def device_bucket(own: Session, member_id: UUID, device_id: UUID) -> Buckets:
    """For guesses at one account in a browser that it knows: nobody elsewhere fills this one."""
    return {"device": vault.lookup(own, "throttle device", f"{member_id} {device_id}")}


def screen_bucket(own: Session, member_id: UUID) -> Buckets:
    """For guesses at a screen where somebody is signed in: the password once more, or a PIN."""
    return {"name": vault.lookup(own, "throttle name", str(member_id))}


def pin_bucket(own: Session, member_id: UUID) -> Buckets:
    """Wrong tries in a row where a PIN is taken as well; time alone forgives none of them."""
    return {"pin": vault.lookup(own, "throttle pin", str(member_id))}


def wait(own: Session, of: Buckets) -> timedelta | None:
    """How long the next try must wait: twice as long after each failure beyond the free ones."""
    pauses = [_pause(kind, own.get(Throttle, bucket)) for kind, bucket in of.items()]
    return max(pauses, default=timedelta()) or None


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


def must_wait(name: str, address: str) -> timedelta | None:
    """How long the next guess at something must wait, where there were too many wrong ones."""
    with database().reading() as own:
        return wait(own, buckets(own, name, address))


def count_guess(name: str, address: str) -> None:
    with database().reading() as own:
        of = buckets(own, name, address)
    count(of, None)


def forget(of: Buckets, member_id: UUID, on: Session | None = None) -> None:
    """A right password clears the failures of where it was typed, and those of its PIN.

    Of the failures of the address it takes back its own only.
    """
    own = on or session
    of = {**of, **pin_bucket(own, member_id)}
    for kind, bucket in sorted(of.items()):
        known = own.get(Throttle, bucket, with_for_update=True)
        if known is not None:
            known.failures = max(known.failures - 1, 0) if kind == "address" else 0


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
