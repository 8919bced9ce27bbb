"""Who asks: finding the sign-in behind a cookie, on every request.

A sign-in is good while it rests less than 15 minutes and is younger than 8 hours, and while the
browser that shows its cookie is of the kind that it was made in: another is asked again who is
there (security notes T6).
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Flask, current_app, g, request
from flask_login import LoginManager, current_user
from sqlalchemy import bindparam, exists, select, update
from sqlalchemy.orm import Session

from portal import clock
from portal.config import Mode
from portal.db import read
from portal.staff import names
from portal.staff.models import Member, Membership, School, SecurityNotice, SignIn
from portal.staff.roles import READERS, Role
from portal.staff.sign_ins import devices
from portal.staff.sign_ins.open_sign_ins import AGE, REST
from portal.staff.viewer import Viewer, first_role
from portal.web.holder import Lapsed
from portal.web.unit_of_work import after_the_request

SEEN_AGAIN = timedelta(minutes=1)
KEPT_FOR = timedelta(hours=1)
"""How long after its eight hours what is typed into a page of a sign-in is still kept."""
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


class CookieHolder:
    """What flask-login keeps: the sign-in’s secret, from which the person is found each time."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def get_id(self) -> str:
        return self._secret


def load(secret: str) -> CookieHolder | None:
    """Find the sign-in behind a cookie and put its person into `g.holder`.

    Every request asks this, so it reads plain columns with a statement that was made once.
    """
    now = clock.now()
    rows = read(_BEHIND_A_COOKIE, {"secret": hashed(secret)}).all()
    if not rows:
        return None
    first = rows[0]
    label = devices.label_here()
    stranger = bool(first.device_label) and first.device_label != label
    who = _viewer(rows, stranger=stranger)
    if now - first.seen_at > REST or now - first.made_at > AGE:
        if who.is_handed_over or _is_still_theirs(who, now - first.made_at):
            rested = now - first.made_at <= AGE
            g.lapsed = Lapsed(first.member_id, first.key_id, rested, first.handover_id)
        return None
    g.holder = who
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


def _is_still_theirs(who: Viewer, age: timedelta) -> bool:
    """Whether what is sent with a sign-in that has ended by itself is surely its owner’s.

    A cookie that is found long after, or behind a hidden page, says nothing of who types.
    """
    return who.is_let_in and not who.hidden and age <= AGE + KEPT_FOR


def _must_have_second(roles_at: dict[UUID, frozenset[Role]]) -> bool:
    """Whoever reads cases has a second factor; in the demo school they may, and need not."""
    real = current_app.extensions["portal"].mode is Mode.REAL
    return real and any(roles & READERS for roles in roles_at.values())


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
