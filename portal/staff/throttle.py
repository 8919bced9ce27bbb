"""Wrong passwords and PINs slow the next try down, and never lock anybody out for good.

Counted per name and per network address, in rows that outlive the process (security notes 3.2).
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from portal import clock
from portal.db import database, session
from portal.journal.actor import NOBODY, Actor
from portal.journal.service import note_act, settle
from portal.staff.models import Throttle
from portal.vault.keys import vault

FREE_TRIES = {"name": 5, "address": 60}
PIN_TRIES = 5
LONGEST_WAIT = timedelta(minutes=15)
_FORGOTTEN = timedelta(hours=1)

Buckets = dict[str, bytes]


def buckets(own: Session, name: str, address: str) -> Buckets:
    return {
        "name": vault.lookup(own, "throttle name", name),
        "address": vault.lookup(own, "throttle address", address),
    }


def pin_bucket(own: Session, member_id: UUID) -> Buckets:
    """Wrong tries in a row where a PIN is taken as well; time alone forgives none of them."""
    return {"pin": vault.lookup(own, "throttle pin", str(member_id))}


def wait(own: Session, of: Buckets) -> timedelta | None:
    """How long the next try must wait: twice as long after each failure beyond the free ones."""
    longest = timedelta()
    for kind, bucket in of.items():
        known = own.get(Throttle, bucket)
        if known is None or known.failures < FREE_TRIES[kind]:
            continue
        doublings = min(known.failures - FREE_TRIES[kind], 10)
        pause = min(timedelta(seconds=2**doublings), LONGEST_WAIT)
        longest = max(longest, known.last_at + pause - clock.now())
    return longest or None


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


def forget(of: Buckets, member_id: UUID) -> None:
    """A right password clears the failures of its name and PIN, never those of the address."""
    for bucket in (of["name"], pin_bucket(session, member_id)["pin"]):
        known = session.get(Throttle, bucket)
        if known is not None:
            known.failures = 0


def count(
    of: Buckets, member_id: UUID | None, *, who: Actor = NOBODY, verb: str = "sign-in refused"
) -> None:
    """Count a wrong password in a transaction of its own: the request itself will not commit."""
    now = clock.now()
    with database().transaction() as own:
        for kind, bucket in of.items():
            known = own.get(Throttle, bucket, with_for_update=True)
            if known is None:
                own.add(Throttle(bucket=bucket, failures=1, last_at=now))
            else:
                rested = kind != "pin" and now - known.last_at > _FORGOTTEN
                known.failures = 1 if rested else known.failures + 1
                known.last_at = now
        subject = ("members", member_id) if member_id else None
        note_act(who, verb, subject=subject, on=own)
        settle(own)
