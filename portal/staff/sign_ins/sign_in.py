"""Signing in and out: sign-ins as rows, found by the secret in the cookie (`recognition`).

A sign-in can be ended by row, and nobody has more than three at once. Its secret is changed
whenever somebody proves anew who they are (`rotate`; security notes 3.3). Wrong passwords slow the
next try down: see `throttle`.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast
from uuid import UUID, uuid4

from flask import session as cookie
from flask_login import login_user
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal import clock
from portal.db import close_session, database, session
from portal.journal.actor import Actor
from portal.journal.service import note, note_act
from portal.staff import notices, passwords, service
from portal.staff.models import Member, Membership, SignIn
from portal.staff.sign_ins import devices, open_sign_ins, throttle
from portal.staff.sign_ins.open_sign_ins import AGE
from portal.staff.sign_ins.recognition import CookieHolder, hashed
from portal.staff.viewer import INSTEAD, Viewer
from portal.vault.keys import vault
from portal.web.errors import NotPossible

ENDED = "This sign-in was ended a moment ago. Sign in again, and check what was done meanwhile."


@dataclass(frozen=True)
class Refused:
    """A sign-in that did not succeed; `wait` is set where the next try must wait."""

    wait: timedelta | None = None


def sign_in(username: str, password: str, address: str) -> tuple[CookieHolder, Actor] | Refused:
    """Check a sign-in name or e-mail address with its password, and make a sign-in.

    The try is counted, and the password hashed, between two transactions, never inside one. What is
    asked of the database is the same whether or not there is somebody of that name.
    """
    close_session()
    with database().reading() as own:
        member = find_member(own, username)
        member_id = member.id if member else None
        password_hash = member.password_hash if member and not member.ended_at else None
        device = devices.known_here(own, member_id)
        # Counted by what was typed: one count for a name and an address tells whose both are.
        buckets = throttle.buckets(own, f"account {username}", address)
        if member_id is not None and device is not None:
            buckets = throttle.device_bucket(own, "password", member_id, device)
    if wait := throttle.take(buckets):
        return Refused(wait)
    if not passwords.fits(password_hash, password) or member_id is None:
        throttle.note_refusal(member_id)
        return Refused()
    fresh = passwords.renewed(password_hash, password)
    begun = _start(member_id, buckets, checked=password_hash)
    if isinstance(begun, Refused):
        close_session()  # the refusal is noted in a transaction of its own
        throttle.note_refusal(member_id)
    elif fresh is not None:
        member = session.get_one(Member, member_id)
        member.password_hash = fresh
        note(begun[1], "had the password hashed with newer settings", member)
    return begun


def enter_by_provider(
    member_id: UUID, buckets: throttle.Buckets, *, second_given: bool
) -> tuple[CookieHolder, Actor] | Refused:
    """Make a sign-in for somebody whom a provider of single sign-on vouches for.

    `second_given`: it proved a second factor as well. The password was not given, so whatever asks
    for it again asks at once.
    """
    return _start(member_id, buckets, by_provider=True, second_given=second_given)


def check(who: Viewer, password: str) -> bool | Refused:
    """Whether this is the password of somebody who is signed in. Nothing waits to be committed.

    The network address does not count here: whoever guesses from it must not keep those out who
    are at work already.
    """
    close_session()
    with database().reading() as own:
        bucket = devices.bucket_here(own, "screen", who.id)
        member = own.get(Member, who.id)
        password_hash = member.password_hash if member else None
    if wait := throttle.take(bucket):
        return Refused(wait)
    if passwords.fits(password_hash, password):
        with database().transaction() as own:
            if _locked(own, who.id).password_hash == password_hash:
                throttle.forget(bucket, on=own)
                return True
    throttle.note_refusal(who.id)
    return False


def confirm(who: Viewer, password: str) -> bool | Refused:
    """Check the password of somebody who is signed in already, and remember when.

    From then on the sign-in has another secret. Only for views that then answer with 303.
    """
    right = check(who, password)
    if right is True:
        confirmed(who)
    return right


def confirmed(who: Viewer) -> None:
    """The password was right: nothing is hidden, and the cookie from before is nobody’s."""
    now = clock.now()
    rotate(who, password_at=now, seen_at=now, hidden_at=None)


def second_given(who: Viewer, how: str) -> None:
    """The second factor was right: this sign-in opens, under a new secret and a new token.

    With a recovery code it opens only what sets a new factor up, and makes no browser known.
    """
    cookie.clear()
    rotate(who, second_at=clock.now(), second_how=how)
    note_act(who, "gave the second factor", subject=("members", who.id))
    if how not in INSTEAD:
        _all_given(who.id, cast("UUID", who.sign_in_id))


def rotate(who: Viewer, **changes: Any) -> None:
    """Give a sign-in another secret: whoever holds the one from before is refused at once.

    At each proof of who is there and at both ends of a hand-over (security notes 3.3). What other
    windows of this browser send takes the new cookie; what was on its way with the old one is
    refused, and autosave sends it again. Where the sign-in was ended while a proof was checked,
    nothing of the request is done.
    """
    secret = secrets.token_urlsafe(32)
    changed = session.execute(
        update(SignIn)
        .where(SignIn.id == who.sign_in_id, SignIn.ended_at.is_(None))
        .values(secret_hash=hashed(secret), **changes)
        .returning(SignIn.id)
    ).first()
    if changed is None:
        raise NotPossible(ENDED)
    login_user(CookieHolder(secret), remember=False)


def sign_out(who: Viewer) -> None:
    session.execute(update(SignIn).where(SignIn.id == who.sign_in_id).values(ended_at=clock.now()))
    note_act(who, "signed out")


def sign_out_everywhere(who: Viewer) -> None:
    open_sign_ins.end_all(who.id)
    note_act(who, "signed out everywhere")


def hide(who: Viewer) -> None:
    """Blank the screen of this sign-in: nothing is shown until the password is given."""
    session.execute(update(SignIn).where(SignIn.id == who.sign_in_id).values(hidden_at=clock.now()))


def work_at(who: Viewer, school_id: UUID) -> None:
    """Change the school in which somebody with roles at several is working."""
    session.execute(update(SignIn).where(SignIn.id == who.sign_in_id).values(school_id=school_id))


def find_member(on: Session, username: str) -> Member | None:
    by_name = vault.lookup(on, "username", username)
    by_mail = vault.lookup(on, "email", username)
    return on.scalars(
        select(Member).where((Member.username_lookup == by_name) | (Member.email_lookup == by_mail))
    ).first()


def _start(
    member_id: UUID,
    buckets: throttle.Buckets,
    *,
    checked: str | None = None,
    by_provider: bool = False,
    second_given: bool = False,
) -> tuple[CookieHolder, Actor] | Refused:
    """`checked`: the hash that the password fitted, which may be stopped or another by now."""
    member = _locked(session, member_id)
    if checked is not None and member.password_hash != checked:
        return Refused()
    held = session.execute(
        select(Membership.school_id, Membership.role)
        .where(Membership.member_id == member_id, Membership.ended_at.is_(None))
        .order_by(Membership.written_at, Membership.id)
    ).all()
    if not held:
        return Refused()
    secret, now = secrets.token_urlsafe(32), clock.now()
    made = SignIn(
        id=uuid4(),
        secret_hash=hashed(secret),
        member_id=member_id,
        school_id=held[0].school_id,
        made_at=now,
        seen_at=now,
        password_at=now - AGE if by_provider else now,
        second_at=now if second_given else None,
        second_how="provider" if second_given else "",
        device_label=devices.label_here(),
    )
    session.add(made)
    session.flush()
    throttle.forget(buckets)
    actor = Actor(member_id, made.id, held[0].role, made.school_id)
    verb = "signed in by single sign-on" if by_provider else "signed in"
    note_act(actor, verb, subject=("members", member_id))
    if second_given or not member.has_second:
        _all_given(member_id, made.id)
    return CookieHolder(secret), actor


def _locked(own: Session, member_id: UUID) -> Member:
    """The member’s own row: whoever stops a password meanwhile waits, or was faster."""
    return own.get_one(Member, member_id, with_for_update={"of": Member})


def _all_given(member_id: UUID, sign_in_id: UUID) -> None:
    """Everything that was asked was given: the browser is known, and the oldest sign-in may end."""
    device = devices.remember(member_id)
    session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(device_id=device.id))
    if device.is_new and not device.is_first and service.reads_cases(member_id):
        notices.tell_leads([], notices.Kind.NEW_DEVICE, member_id, devices.label_here())
    open_sign_ins.drop_the_oldest(member_id, but=sign_in_id)
