"""Browsers in which somebody has signed in with everything that was asked of them.

A random value in a cookie of its own tells them from all others; only its hash is kept, once for
each person who signs in there. A known browser counts its own wrong passwords, so that nobody who
guesses elsewhere keeps its owner out (security notes 3.2). It proves nothing: the password and the
second factor are asked for all the same.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from flask import Flask, Response, current_app, g, has_request_context, request
from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from portal import clock
from portal.db import session
from portal.journal.actor import Actor
from portal.journal.service import note_act
from portal.staff.sign_ins import throttle
from portal.staff.sign_ins.device_label import label_of
from portal.staff.sign_ins.models import KnownDevice
from portal.web.errors import Missing

KNOWN_FOR = timedelta(days=90)
_NOBODY = UUID(int=0)
_LONGEST = 64


@dataclass(frozen=True)
class Recognised:
    """The browser of this request, for one person: `is_new` where they were never here before."""

    id: UUID
    is_new: bool
    is_first: bool  # of all their browsers


def label_here() -> str:
    """“Chrome on Windows”, for the browser of this request."""
    return label_of(request.headers.get("User-Agent") if has_request_context() else None)


def known_here(own: Session, member_id: UUID | None) -> UUID | None:
    """The browser of this request where this person is known in it.

    It asks the database the same question where there is no such person.
    """
    return own.scalar(
        select(KnownDevice.id).where(
            KnownDevice.member_id == (member_id or _NOBODY),
            KnownDevice.secret_hash == _hashed(_sent()),
            KnownDevice.ended_at.is_(None),
            KnownDevice.seen_at > clock.now() - KNOWN_FOR,
        )
    )


def bucket_here(own: Session, what: str, member_id: UUID) -> throttle.Buckets:
    """Where the tries of this request count: whoever has the password keeps nobody out with it."""
    device = known_here(own, member_id)
    if device is None:
        return throttle.own_bucket(own, what, member_id)
    return throttle.device_bucket(own, what, member_id, device)


def place_here(own: Session, address: str) -> str:
    """Whence this request comes, for a limit that many share, before its person is known.

    A browser in which anybody is known counts by itself: no flood from its network keeps it out.
    """
    known = exists().where(
        KnownDevice.secret_hash == _hashed(_sent()),
        KnownDevice.ended_at.is_(None),
        KnownDevice.seen_at > clock.now() - KNOWN_FOR,
    )
    return f"device {_hashed(_sent()).hex()}" if own.scalar(select(known)) else address


def remember(member_id: UUID) -> Recognised:
    """Somebody has given everything that was asked: this browser is known from now on."""
    now = clock.now()
    first = not session.scalar(
        select(func.count()).select_from(KnownDevice).where(KnownDevice.member_id == member_id)
    )
    secret = _sent() if _is_ours(_sent()) else secrets.token_urlsafe(32)
    found = session.scalars(
        select(KnownDevice).where(
            KnownDevice.member_id == member_id, KnownDevice.secret_hash == _hashed(secret)
        )
    ).first()
    if found is None:
        found = KnownDevice(
            id=uuid4(), member_id=member_id, secret_hash=_hashed(secret), made_at=now, seen_at=now
        )
        session.add(found)
        is_new = True
    else:
        over = found.ended_at is not None or found.seen_at <= now - KNOWN_FOR
        is_new = over or found.label != label_here()  # its cookie in another kind of browser
        if is_new:
            found.made_at, found.ended_at = now, None
    found.seen_at, found.label = now, label_here()
    session.flush()
    if has_request_context():
        g.device_secret = secret
    return Recognised(found.id, is_new, first)


def known_to(member_id: UUID) -> list[KnownDevice]:
    """The browsers in which somebody is known: the one used last first."""
    return list(
        session.scalars(
            select(KnownDevice)
            .where(KnownDevice.member_id == member_id, KnownDevice.ended_at.is_(None))
            .where(KnownDevice.seen_at > clock.now() - KNOWN_FOR)
            .order_by(KnownDevice.seen_at.desc(), KnownDevice.id)
        )
    )


def here(member_id: UUID) -> UUID | None:
    return known_here(session, member_id)


def get(member_id: UUID, device_id: UUID) -> KnownDevice:
    found = session.get(KnownDevice, device_id)
    if found is None or found.member_id != member_id or found.ended_at is not None:
        raise Missing
    return found


def forget(who: Actor, device: KnownDevice) -> None:
    """A browser is a stranger again, as one that was lost or sold should be."""
    device.ended_at = clock.now()
    note_act(who, "forgot a device", subject=("members", device.member_id))


def init_app(app: Flask) -> None:
    app.after_request(_leave_cookie)


def cookie_name() -> str:
    return "__Host-device" if current_app.extensions["portal"].https else "device"


def _sent() -> str:
    return request.cookies.get(cookie_name(), "")[:_LONGEST] if has_request_context() else ""


def _is_ours(secret: str) -> bool:
    """Whether we made it and somebody is known by it: nobody chooses their own."""
    if not secret:
        return False
    return bool(session.scalar(select(exists().where(KnownDevice.secret_hash == _hashed(secret)))))


def _leave_cookie(response: Response) -> Response:
    secret = g.pop("device_secret", None)
    if secret is not None and response.status_code == 303:
        response.set_cookie(
            cookie_name(),
            secret,
            max_age=KNOWN_FOR,
            path="/",
            httponly=True,
            secure=current_app.extensions["portal"].https,
            samesite="Strict",
        )
    return response


def _hashed(secret: str) -> bytes:
    return hashlib.sha256(b"device " + secret.encode()).digest()
