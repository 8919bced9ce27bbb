"""Signing in and out: sign-ins as rows, found by the secret in the cookie.

A sign-in ends after 15 minutes of rest and after 8 hours whatever happens; it can be ended by row,
and nobody has more than three at once. Its secret is changed whenever somebody proves anew who they
are (`rotate`), and a browser that calls itself something else is asked again (security notes T6 and
3.3). Wrong passwords slow the next try down: see `throttle`.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID, uuid4

from flask import Flask, current_app, g, request
from flask import session as cookie
from flask_login import LoginManager, current_user, login_user
from sqlalchemy import bindparam, exists, select, update
from sqlalchemy.orm import Session

from portal import clock
from portal.config import Mode
from portal.db import close_session, database, read, session
from portal.journal.actor import Actor
from portal.journal.service import note, note_act
from portal.staff import devices, names, notices, open_sign_ins, passwords, throttle
from portal.staff.models import Member, Membership, School, SignIn
from portal.staff.models_factors import SecurityNotice
from portal.staff.open_sign_ins import AGE, REST
from portal.staff.roles import READERS, Role
from portal.staff.viewer import INSTEAD, Viewer, first_role
from portal.vault.keys import vault
from portal.web.holder import Lapsed
from portal.web.unit_of_work import after_the_request

SEEN_AGAIN = timedelta(minutes=1)
TYPED = "X-Portal-Typed"
"""Sent by autosave where somebody has typed since it last saved: that is a sign of life."""

# What a page sends by itself, or to go away: nobody need be there for it.
_BY_ITSELF = frozenset({"web.keep_sheet", "staff.hide", "staff.hidden"})

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
        SignIn.second_how,
        SignIn.device_label,
        Member.has_second,
        Member.key_id,
        Member.full_name_sealed,  # type: ignore[attr-defined]  # declared by its sealed attribute
        Member.must_change,
        Membership.school_id.label("role_at"),
        Membership.role,
        School.name.label("school_name"),
        exists(
            select(SecurityNotice.id).where(
                SecurityNotice.for_id == Member.id, SecurityNotice.read_at.is_(None)
            )
        ).label("has_notices"),
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

    The try is counted, and the password hashed, between two transactions, never inside one. What is
    asked of the database is the same whether or not there is somebody of that name.
    """
    close_session()
    with database().reading() as own:
        member = find_member(own, username)
        member_id = member.id if member else None
        password_hash = member.password_hash if member and not member.ended_at else None
        device = devices.known_here(own, member_id)
        buckets = throttle.buckets(own, f"account {member_id or username}", address)
        if member_id is not None and device is not None:
            buckets = throttle.device_bucket(own, member_id, device)
    if wait := throttle.take(buckets):
        return Refused(wait)
    if not passwords.fits(password_hash, password) or member_id is None:
        throttle.note_refusal(member_id)
        return Refused()
    fresh = passwords.renewed(password_hash, password)
    begun = _start(member_id, buckets)
    if fresh is not None and not isinstance(begun, Refused):
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
        bucket = throttle.screen_bucket(own, who.id)
        member = own.get(Member, who.id)
        password_hash = member.password_hash if member else None
    if wait := throttle.take(bucket):
        return Refused(wait)
    if not passwords.fits(password_hash, password):
        throttle.note_refusal(who.id)
        return False
    with database().transaction() as own:
        throttle.forget(bucket, who.id, on=own)
    return True


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
    refused, and autosave sends it again.
    """
    secret = secrets.token_urlsafe(32)
    session.execute(
        update(SignIn)
        .where(SignIn.id == who.sign_in_id, SignIn.ended_at.is_(None))
        .values(secret_hash=hashed(secret), **changes)
    )
    login_user(CookieHolder(secret), remember=False)


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
    open_sign_ins.end_all(member_id, but=but)


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
    label = devices.label_here()
    stranger = bool(first.device_label) and first.device_label != label
    g.holder = _viewer(rows, stranger=stranger)
    if stranger:
        after_the_request(lambda own: _ask_again(own, first.id, label, now))
    elif now - first.seen_at > SEEN_AGAIN and first.hidden_at is None and _is_a_sign_of_life():
        after_the_request(lambda own: _seen(own, first.id, now))
    return CookieHolder(secret)


def init_app(app: Flask) -> None:
    manager = LoginManager()
    manager.session_protection = None
    manager.init_app(app)
    manager.user_loader(load)
    devices.init_app(app)
    app.before_request(recognise)


def recognise() -> None:
    """Find out who asks, before anything is refused: what they typed may have to be kept."""
    if request.endpoint not in {None, "static"}:
        bool(current_user)


def _viewer(rows: Sequence[Any], *, stranger: bool) -> Viewer:
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
        hidden=first.hidden_at is not None or stranger,
        handover=first.handover_id,
        has_second=first.has_second,
        second_at=None if stranger else first.second_at,
        has_notices=first.has_notices,
        second_how=first.second_how,
        must_have_second=_must_have_second(frozen),
    )


def _must_have_second(roles_at: dict[UUID, frozenset[Role]]) -> bool:
    """Whoever reads cases has a second factor; in the demo school they may, and need not."""
    real = current_app.extensions["portal"].mode is Mode.REAL
    return real and any(roles & READERS for roles in roles_at.values())


def _start(
    member_id: UUID,
    buckets: throttle.Buckets,
    *,
    by_provider: bool = False,
    second_given: bool = False,
) -> tuple[CookieHolder, Actor] | Refused:
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
    throttle.forget(buckets, member_id)
    actor = Actor(member_id, made.id, held[0].role, made.school_id)
    verb = "signed in by single sign-on" if by_provider else "signed in"
    note_act(actor, verb, subject=("members", member_id))
    if second_given or not session.get_one(Member, member_id).has_second:
        _all_given(member_id, made.id)
    return CookieHolder(secret), actor


def _all_given(member_id: UUID, sign_in_id: UUID) -> None:
    """Everything that was asked was given: the browser is known, and the oldest sign-in may end."""
    device = devices.remember(member_id)
    session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(device_id=device.id))
    if device.is_new and not device.is_first and _reads_cases(member_id):
        notices.tell_leads([], notices.Kind.NEW_DEVICE, member_id, devices.label_here())
    open_sign_ins.drop_the_oldest(member_id, but=sign_in_id)


def _reads_cases(member_id: UUID) -> bool:
    held = session.scalars(
        select(Membership.role).where(
            Membership.member_id == member_id, Membership.ended_at.is_(None)
        )
    )
    return any(Role(role) in READERS for role in held)


def _is_a_sign_of_life() -> bool:
    if request.endpoint == "web.keep_sheet":
        return request.headers.get(TYPED) == "1"
    return request.endpoint not in _BY_ITSELF


def _ask_again(own: Session, sign_in_id: UUID, label: str, at: datetime) -> None:
    """Another kind of browser shows this sign-in’s cookie: it has to prove who is there."""
    own.execute(
        update(SignIn)
        .where(SignIn.id == sign_in_id)
        .values(hidden_at=at, second_at=None, device_label=label)
    )


def _seen(own: Session, sign_in_id: UUID, at: datetime) -> None:
    own.execute(update(SignIn).where(SignIn.id == sign_in_id).values(seen_at=at))


def hashed(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
