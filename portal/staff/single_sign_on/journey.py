"""What is remembered while somebody is at the provider: sealed, in a cookie of its own.

The session cookie is Strict, so a browser does not send it when the provider sends somebody back.
This one is Lax, lives for ten minutes and opens nothing by itself: it holds what the answer has to
match (state, nonce, PKCE verifier) and where to go on to. It is sealed, so nobody can make one.
"""

import base64
import json
import os
import secrets
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from enum import StrEnum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Response, current_app, request

from portal import clock
from portal.vault.keys import vault

LIVES_FOR = timedelta(minutes=10)
_NEXT_LONGEST = 300
CODE_LONGEST = 2300
"""A cookie holds 4,096 bytes. Microsoft’s codes are the longest, with about half of this."""
_SEALED_LONGEST = 4096
_NONCE = 12


class Purpose(StrEnum):
    SIGN_IN = "sign-in"
    LINK = "link"


@dataclass(frozen=True)
class Journey:
    """One way to one provider and back."""

    provider: str
    purpose: Purpose
    state: str
    nonce: str
    verifier: str
    begun_at: int
    next: str = ""
    sign_in_id: str = ""  # linking: whoever comes back must be whoever left
    code: str = ""  # what the provider gave, once they are back

    def back_with(self, code: str) -> "Journey":
        return replace(self, code=code)


def begin(provider: str, purpose: Purpose, *, go_on: str = "", sign_in_id: str = "") -> Journey:
    return Journey(
        provider=provider,
        purpose=purpose,
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(48),
        begun_at=int(clock.now().timestamp()),
        next=go_on if len(go_on) <= _NEXT_LONGEST else "",
        sign_in_id=sign_in_id,
    )


def current() -> Journey | None:
    """The journey of this browser, where it has begun one in the last ten minutes."""
    sealed = request.cookies.get(_name(), "")
    if not sealed or len(sealed) > _SEALED_LONGEST or not sealed.isascii():
        return None
    try:
        raw = base64.urlsafe_b64decode(sealed)
        plain = _cipher().decrypt(raw[:_NONCE], raw[_NONCE:], _name().encode())
        told = json.loads(plain)
        found = Journey(**{**told, "purpose": Purpose(told["purpose"])})
    except (InvalidTag, ValueError, TypeError, KeyError):
        return None
    age = int(clock.now().timestamp()) - found.begun_at
    return found if 0 <= age <= LIVES_FOR.total_seconds() else None


def keep(journey: Journey, response: Response) -> Response:
    nonce = os.urandom(_NONCE)
    plain = json.dumps(asdict(journey), separators=(",", ":")).encode()
    sealed = nonce + _cipher().encrypt(nonce, plain, _name().encode())
    response.set_cookie(
        _name(),
        base64.urlsafe_b64encode(sealed).decode(),
        max_age=LIVES_FOR,
        path="/",
        secure=_https(),
        httponly=True,
        samesite="Lax",
    )
    return response


def end(response: Response) -> Response:
    """Forget the journey of this browser, however it ended."""
    response.delete_cookie(_name(), path="/", secure=_https(), httponly=True, samesite="Lax")
    return response


def _https() -> bool:
    return bool(current_app.extensions["portal"].https)


def _name() -> str:
    return "__Host-oidc" if _https() else "oidc"


def _cipher() -> AESGCM:
    return AESGCM(vault.derive("single sign-on journey"))
