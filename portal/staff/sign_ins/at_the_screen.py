"""Whose screen it is: a sign-in is tied to a hand-over, and its member takes the screen back."""

from uuid import UUID

from flask import session as cookie
from sqlalchemy import update

from portal import clock
from portal.db import close_session, database, session
from portal.staff import passwords
from portal.staff.models import Member, SignIn
from portal.staff.sign_ins import throttle
from portal.staff.sign_ins.sign_in import Refused, rotate
from portal.staff.viewer import Viewer


def confirm(who: Viewer, typed: str) -> bool | Refused:
    """Check the password, or the PIN that somebody set for taking a screen back from a student.

    After five wrong tries in a row only the password is taken, until it was right once. A PIN
    shows who is there, no more: it does not stand in for the password afterwards.
    """
    close_session()
    with database().reading() as own:
        # A bucket of its own: a student keeps nobody from work elsewhere, and gains no try by it.
        bucket = throttle.own_bucket(own, "hand-over", who.id)
        member = own.get(Member, who.id)
        password_hash = member.password_hash if member else None
        pin_hash = member.pin_hash if member and throttle.takes_pins(own, who.id) else None
        pins = throttle.pin_bucket(own, who.id)
    if wait := throttle.take(bucket):
        return Refused(wait)
    by_pin = passwords.looks_like_pin(typed) and pin_hash and passwords.fits(pin_hash, typed)
    right = by_pin or passwords.fits(password_hash, typed)
    if right:
        member = session.get_one(Member, who.id, with_for_update={"of": Member})
        right = member.pin_hash == pin_hash if by_pin else member.password_hash == password_hash
    if not right:
        close_session()  # the refusal is noted in a transaction of its own
        throttle.count(pins, who.id, who=who, verb="could not take the screen back")
        return False
    if not by_pin:
        session.execute(
            update(SignIn).where(SignIn.id == who.sign_in_id).values(password_at=clock.now())
        )
    throttle.forget({**bucket, **pins})
    return True


def pin_state(member_id: UUID) -> str:
    """“none” where there is no PIN, “taken”, or “refused” after too many wrong tries in a row."""
    with database().reading() as own:
        member = own.get(Member, member_id)
        if member is None or not member.pin_hash:
            return "none"
        return "taken" if throttle.takes_pins(own, member_id) else "refused"


def tie(who: Viewer, handover_id: UUID | None) -> None:
    """Tie this sign-in to a hand-over, or set it free; the cookie from before is nobody’s then."""
    cookie.clear()
    rotate(who, handover_id=handover_id)


def end_others(handover_id: UUID, *, but: UUID | None) -> None:
    """A hand-over is on one screen only: end the sign-ins at every other."""
    session.execute(
        update(SignIn)
        .where(SignIn.handover_id == handover_id, SignIn.id != (but or UUID(int=0)))
        .where(SignIn.ended_at.is_(None))
        .values(ended_at=clock.now())
    )
