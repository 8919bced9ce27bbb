"""Signing in and out: sign-ins as rows, found by the secret in the cookie.

A sign-in ends after 15 minutes of rest and after 8 hours whatever happens; it can be ended by row.
Wrong passwords slow the next try down, per sign-in name and per address, and never lock anybody
out for good (security notes 3.2).
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from flask import Flask, current_app, g, request
from flask_login import LoginManager, current_user
from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from portal import clock
from portal.config import Mode
from portal.db import close_session, database, read, session
from portal.journal.actor import Actor
from portal.journal.service import note_act
from portal.staff import names, passwords, throttle
from portal.staff.models import Member, Membership, School, SignIn
from portal.staff.roles import READERS, Role
from portal.staff.viewer import Viewer, first_role
from portal.vault.keys import vault
from portal.web.holder import Lapsed
from portal.web.unit_of_work import after_the_request

REST = timedelta(minutes=15)
AGE = timedelta(hours=8)
SEEN_AGAIN = timedelta(minutes=1)


_BEHIND_A_COOKIE = (
    select(
        SignIn.id,
        SignIn.member_id,
        SignIn.school_id,
        SignIn.seen_at,
        SignIn.made_at,
        SignIn.password_at,
        SignIn.hidden_at,
        SignIn.handover_id,
        SignIn.second_at,
        Member.has_second,
        Member.key_id,
        Member.full_name_sealed,  # type: ignore[attr-defined]  # declared by its sealed attribute
        Member.must_change,
        Membership.school_id.label("role_at"),
        Membership.role,
        School.name.label("school_name"),
    )
    .join(Member, SignIn.member_id == Member.id)
    .join(Membership, Membership.member_id == Member.id)
    .join(School, School.id == Membership.school_id)
    .where(SignIn.secret_hash == bindparam("secret"), SignIn.ended_at.is_(None))
    .where(Member.ended_at.is_(None), Membership.ended_at.is_(None))
    .order_by(Membership.written_at, Membership.id)
)


@dataclass(frozen=True)
class Refused:
    """A sign-in that did not succeed; `wait` is set where the next try must wait."""

    wait: timedelta | None = None


class CookieHolder:
    """What flask-login keeps: the sign-in’s secret, from which the person is found each time."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def get_id(self) -> str:
        return self._secret


def sign_in(username: str, password: str, address: str) -> tuple[CookieHolder, Actor] | Refused:
    """Check a sign-in name or e-mail address with its password, and make a sign-in.

    The password is hashed between two transactions, never inside one.
    """
    close_session()
    with database().reading() as own:
        buckets = throttle.buckets(own, username, address)
        wait = throttle.wait(own, buckets)
        member = None if wait else find_member(own, username)
        password_hash = member.password_hash if member and not member.ended_at else None
        member_id = member.id if member else None
    if wait:
        return Refused(wait)
    if not passwords.fits(password_hash, password) or member_id is None:
        throttle.count(buckets, member_id)
        return Refused()
    return _start(member_id, buckets)


def confirm(who: Viewer, password: str, address: str) -> bool | Refused:
    """Check the password of somebody who is signed in already, and remember when."""
    close_session()
    with database().reading() as own:
        buckets = throttle.buckets(own, str(who.id), address)
        wait = throttle.wait(own, buckets)
        member = own.get(Member, who.id)
        password_hash = member.password_hash if member else None
    if wait:
        return Refused(wait)
    if not passwords.fits(password_hash, password):
        throttle.count(buckets, who.id)
        return False
    session.execute(
        update(SignIn)
        .where(SignIn.id == who.sign_in_id)
        .values(password_at=clock.now(), hidden_at=None)
    )
    throttle.forget(buckets, who.id)
    return True


def sign_out(who: Viewer) -> None:
    session.execute(update(SignIn).where(SignIn.id == who.sign_in_id).values(ended_at=clock.now()))
    note_act(who, "signed out")


def sign_out_everywhere(who: Viewer) -> None:
    end_all(who.id)
    note_act(who, "signed out everywhere")


def hide(who: Viewer) -> None:
    """Blank the screen of this sign-in: nothing is shown until the password is given."""
    session.execute(update(SignIn).where(SignIn.id == who.sign_in_id).values(hidden_at=clock.now()))


def end_all(member_id: UUID, *, but: UUID | None = None) -> None:
    """End every sign-in of somebody: a changed password, an ended account, changed roles."""
    session.execute(
        update(SignIn)
        .where(SignIn.member_id == member_id, SignIn.id != (but or UUID(int=0)))
        .where(SignIn.ended_at.is_(None))
        .values(ended_at=clock.now())
    )


def work_at(who: Viewer, school_id: UUID) -> None:
    """Change the school in which somebody with roles at several is working."""
    session.execute(update(SignIn).where(SignIn.id == who.sign_in_id).values(school_id=school_id))


def find_member(on: Session, username: str) -> Member | None:
    by_name = vault.lookup(on, "username", username)
    by_mail = vault.lookup(on, "email", username)
    return on.scalars(
        select(Member).where((Member.username_lookup == by_name) | (Member.email_lookup == by_mail))
    ).first()


def load(secret: str) -> CookieHolder | None:
    """Find the sign-in behind a cookie and put its person into `g.holder`.

    Every request asks this, so it reads plain columns with a statement that was made once.
    """
    now = clock.now()
    rows = read(_BEHIND_A_COOKIE, {"secret": hashed(secret)}).all()
    if not rows:
        return None
    first = rows[0]
    if now - first.seen_at > REST or now - first.made_at > AGE:
        rested = now - first.made_at <= AGE
        g.lapsed = Lapsed(first.member_id, first.key_id, rested, first.handover_id)
        return None
    g.holder = _viewer(rows)
    if now - first.seen_at > SEEN_AGAIN and request.endpoint != "web.keep_sheet":
        after_the_request(lambda own: _seen(own, first.id, now))
    return CookieHolder(secret)


def init_app(app: Flask) -> None:
    manager = LoginManager()
    manager.session_protection = None
    manager.init_app(app)
    manager.user_loader(load)
    app.before_request(recognise)


def recognise() -> None:
    """Find out who asks, before anything is refused: what they typed may have to be kept."""
    if request.endpoint not in {None, "static"}:
        bool(current_user)


def _viewer(rows: Sequence[Any]) -> Viewer:
    first = rows[0]
    roles: dict[UUID, set[Role]] = {}
    for row in rows:
        roles.setdefault(row.role_at, set()).add(Role(row.role))
    frozen = {school: frozenset(held) for school, held in roles.items()}
    schools = {row.role_at: row.school_name for row in rows}
    school = first.school_id if first.school_id in frozen else next(iter(frozen))
    return Viewer(
        member_id=first.member_id,
        sign_in_id=first.id,
        role=first_role(frozen[school]).value,
        school_id=school,
        name=names.opened(first.member_id, first.key_id, first.full_name_sealed),
        key_id=first.key_id,
        school_name=schools[school],
        roles_at=frozen,
        school_names=schools,
        password_at=first.password_at,
        must_change=first.must_change,
        hidden=first.hidden_at is not None,
        handover=first.handover_id,
        has_second=first.has_second,
        second_at=first.second_at,
        must_have_second=_must_have_second(frozen),
    )


def _must_have_second(roles_at: dict[UUID, frozenset[Role]]) -> bool:
    """Whoever reads cases has a second factor; in the demo school they may, and need not."""
    real = current_app.extensions["portal"].mode is Mode.REAL
    return real and any(roles & READERS for roles in roles_at.values())


def _start(member_id: UUID, buckets: dict[str, bytes]) -> tuple[CookieHolder, Actor] | Refused:
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
        password_at=now,
    )
    session.add(made)
    throttle.forget(buckets, member_id)
    actor = Actor(member_id, made.id, held[0].role, made.school_id)
    note_act(actor, "signed in", subject=("members", member_id))
    return CookieHolder(secret), actor


def _seen(own: Session, sign_in_id: UUID, at: datetime) -> None:
    own.execute(update(SignIn).where(SignIn.id == sign_in_id).values(seen_at=at))


def hashed(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
