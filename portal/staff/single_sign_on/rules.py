"""What the claims of a signed ID token must be before they are believed. Pure.

OpenID Connect Core 1.0, section 3.1.3.7; Microsoft’s “ID token claims reference” (tid, oid) and
Google’s “OpenID Connect” guide (hd). E-mail addresses are never looked at: they are given anew,
changed, and at some providers typed by the person (ASVS 10.5.2).
"""

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

LEEWAY = int(timedelta(minutes=1).total_seconds())
OLDEST = int(timedelta(minutes=10).total_seconds())
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SUBJECT_LONGEST = 255


class Unbelieved(Exception):
    """A token or an answer that is not taken; the message is for the log, never for the page."""


@dataclass(frozen=True)
class Expected:
    """What this portal asked for, and whom."""

    issuer: str
    client_id: str
    nonce: str
    now: int
    tenant: str = ""
    domain: str = ""


def subject_of(claims: Mapping[str, Any], expected: Expected) -> str:
    """Who signed in at the provider, or raises `Unbelieved` naming the claim that is wrong."""
    _refuse(claims.get("iss") != expected.issuer, "iss")
    _audience(claims, expected.client_id)
    _times(claims, expected.now)
    nonce = claims.get("nonce")
    _refuse(not isinstance(nonce, str) or not nonce.isascii(), "nonce")
    _refuse(not hmac.compare_digest(str(nonce), expected.nonce), "nonce")
    _refuse(bool(expected.domain) and claims.get("hd") != expected.domain, "hd")
    subject = claims.get("sub")
    _refuse(not _is_subject(subject), "sub")
    if not expected.tenant:
        return str(subject)
    _refuse(claims.get("tid") != expected.tenant, "tid")
    account = claims.get("oid")
    _refuse(not isinstance(account, str) or not _GUID.fullmatch(account), "oid")
    # `sub` differs for each registration of an application; `oid` stays when it is made anew.
    return str(account)


def second_factor_proven(
    claims: Mapping[str, Any], amr: frozenset[str], acr: frozenset[str]
) -> bool:
    """Whether a believed token says, in a way the school has listed, that two factors were given.

    RFC 8176 for `amr`; `acr` values are agreed with the provider.
    """
    methods = claims.get("amr")
    given = methods if isinstance(methods, list) else []
    return any(isinstance(one, str) and one in amr for one in given) or (
        isinstance(claims.get("acr"), str) and claims["acr"] in acr
    )


def _audience(claims: Mapping[str, Any], client_id: str) -> None:
    told = claims.get("aud")
    several = told if isinstance(told, list) else [told]
    _refuse(client_id not in several, "aud")
    _refuse(any(not isinstance(one, str) for one in several), "aud")
    party = claims.get("azp")
    _refuse(party is None and len(several) > 1, "azp")
    _refuse(party is not None and party != client_id, "azp")


def _times(claims: Mapping[str, Any], now: int) -> None:
    for name in ("exp", "iat"):
        _refuse(not _is_moment(claims.get(name)), name)
    _refuse(claims["exp"] <= now - LEEWAY, "exp")
    # A token comes straight from the provider, so one that was made earlier is a copy.
    _refuse(not now - OLDEST <= claims["iat"] <= now + LEEWAY, "iat")
    if "nbf" in claims:
        _refuse(not _is_moment(claims["nbf"]) or claims["nbf"] > now + LEEWAY, "nbf")


def _is_moment(value: object) -> bool:
    """Seconds since 1970, of a size that a calendar knows: no NaN, no infinity, no true."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < 2**40


def _is_subject(value: object) -> bool:
    if not isinstance(value, str) or not 0 < len(value) <= _SUBJECT_LONGEST:
        return False
    return value.isascii() and value.isprintable()


def _refuse(wrong: bool, what: str) -> None:
    if wrong:
        raise Unbelieved(what)
