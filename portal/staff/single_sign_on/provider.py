"""OpenID Connect with one provider: where to send somebody, and what came back with them.

Code flow with PKCE (S256), state and nonce, by Authlib. The provider’s own description must name
the pinned issuer and addresses of its known hosts; keys are asked for anew when a token names one
that is not known, and at most once a minute (RFC 8414, RFC 9700, OpenID Connect Core 3.1).
"""

import base64
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import BadSignatureError, JoseError
from joserfc.jwk import ECKey, GuestProtocol, RSAKey

from portal import clock
from portal.staff.single_sign_on.outgoing import Line, NoAnswer
from portal.staff.single_sign_on.rules import (
    LEEWAY,
    Expected,
    Unbelieved,
    second_factor_proven,
    subject_of,
)
from portal.staff.single_sign_on.settings import Kind, Provider

ALGORITHMS = ("RS256", "PS256", "ES256")
_KEY_TYPES = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC"}
# A header that brings a key of its own, or says where one is to be fetched, is never followed.
_OWN_KEYS = frozenset({"jku", "jwk", "x5u", "x5c", "crit", "b64"})
KEPT_FOR = timedelta(hours=1)
AGAIN_AFTER = timedelta(minutes=1)
FAILED_FOR = timedelta(seconds=15)
_TOKEN_LONGEST = 16 * 1024
_KEYS_MOST = 100
_RSA_SHORTEST = 256  # bytes of a modulus

PublicKey = RSAKey | ECKey


@dataclass(frozen=True)
class Proven:
    """Whom the provider vouches for, and whether with a second factor."""

    issuer: str
    subject: str
    second_factor: bool


@dataclass(frozen=True)
class Description:
    """What is used of a provider’s description of itself."""

    authorization: str
    token: str
    keys: str
    secret_goes: str
    names_itself: bool


class Client:
    """The portal as a client of one provider. One per process, used by many threads."""

    def __init__(self, provider: Provider, callback: str) -> None:
        self.provider = provider
        self._callback = callback
        self._line = Line(provider.issuer, provider.hosts)
        self._lock = threading.Lock()
        self._description: tuple[datetime, Description] | None = None
        self._keys: tuple[datetime, list[tuple[Mapping[str, Any], PublicKey]]] | None = None
        self._failed_at: datetime | None = None

    def leave_for(self, state: str, nonce: str, verifier: str) -> str:
        """The provider’s address for signing in there; raises `NoAnswer` where it is down."""
        extra = {"nonce": nonce}
        if self.provider.kind is not Kind.OTHER:
            # On a shared computer the account that is open there may be a colleague’s.
            extra["prompt"] = "select_account"
        if self.provider.domain:
            extra["hd"] = self.provider.domain
        described = self._described()
        address, _ = self._client(described).create_authorization_url(
            described.authorization, state=state, code_verifier=verifier, **extra
        )
        return str(address)

    def came_from_here(self, issuer: str | None) -> bool:
        """Whether an answer names this provider, where it names one (mix-up, RFC 9207)."""
        if issuer is None:
            return not self._described().names_itself
        return issuer == self.provider.issuer

    def redeem(self, code: str, verifier: str, nonce: str) -> Proven:
        """Exchange a code for who signed in; raises `NoAnswer` or `Unbelieved`."""
        described = self._described()
        try:
            answer = self._client(described).fetch_token(
                described.token,
                grant_type="authorization_code",
                code=code,
                code_verifier=verifier,
            )
        except OAuth2Error as problem:
            raise Unbelieved(_code_of(problem)) from None
        except (ValueError, RecursionError):
            raise NoAnswer("an answer that cannot be read") from None
        access = answer.get("access_token")
        return self.believe(answer.get("id_token"), access, nonce)

    def believe(self, id_token: object, access_token: object, nonce: str) -> Proven:
        """Check signature and claims of an ID token; raises `Unbelieved` for every fault."""
        if not isinstance(id_token, str) or len(id_token) > _TOKEN_LONGEST:
            raise Unbelieved("no token")
        now = int(clock.now().timestamp())
        expected = Expected(
            issuer=self.provider.issuer,
            client_id=self.provider.client_id,
            nonce=nonce,
            now=now,
            tenant=self.provider.tenant,
            domain=self.provider.domain,
        )
        try:
            token = self._opened(id_token)
            subject = subject_of(token.claims, expected)
            _authlib_agrees(token, access_token, nonce, self.provider.client_id, now)
        except (JoseError, ValueError, TypeError, KeyError, RecursionError) as problem:
            raise Unbelieved(type(problem).__name__) from None
        proven = second_factor_proven(token.claims, self.provider.amr, self.provider.acr)
        return Proven(self.provider.issuer, subject, proven)

    def _opened(self, id_token: str) -> jwt.Token:
        """A token whose signature is right. A provider may have changed a key that has no name."""
        try:
            return jwt.decode(id_token, self._key_for, algorithms=ALGORITHMS)
        except BadSignatureError:
            self._known_keys(again=True)
            return jwt.decode(id_token, self._key_for, algorithms=ALGORITHMS)

    def _client(self, described: Description) -> OAuth2Client:
        return OAuth2Client(
            session=self._line,
            client_id=self.provider.client_id,
            client_secret=self.provider.client_secret,
            token_endpoint_auth_method=described.secret_goes,
            scope="openid profile" if self.provider.kind is Kind.ENTRA else "openid",
            redirect_uri=self._callback,
            code_challenge_method="S256",
        )

    def _described(self) -> Description:
        with self._lock:
            now = clock.now()
            if self._description is not None and now - self._description[0] < KEPT_FOR:
                return self._description[1]
            if self._failed_at is not None and now - self._failed_at < FAILED_FOR:
                raise NoAnswer("it failed a moment ago")
            try:
                described = self._describe()
            except NoAnswer:
                self._failed_at = now
                raise
            self._failed_at = None
            self._description = (now, described)
            return described

    def _describe(self) -> Description:
        well_known = self.provider.issuer.rstrip("/") + "/.well-known/openid-configuration"
        told = self._object(well_known)
        if told.get("issuer") != self.provider.issuer:
            raise NoAnswer("a description of another issuer")
        places = [
            told.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")
        ]
        if not all(self._line.may_reach(place) for place in places):
            raise NoAnswer("a description that leads elsewhere")
        challenges = told.get("code_challenge_methods_supported")
        if isinstance(challenges, list) and "S256" not in challenges:
            raise NoAnswer("a provider without PKCE by S256")
        methods = told.get("token_endpoint_auth_methods_supported")
        by_post = isinstance(methods, list) and "client_secret_post" in methods
        authorization, token, keys = map(str, places)
        return Description(
            authorization=authorization,
            token=token,
            keys=keys,
            secret_goes="client_secret_post" if by_post else "client_secret_basic",
            names_itself=told.get("authorization_response_iss_parameter_supported") is True,
        )

    def _key_for(self, token: GuestProtocol) -> PublicKey:
        """The one key that a token’s header names; asked for anew where it is not known."""
        header = token.headers()
        kid, algorithm = header.get("kid"), header.get("alg")
        if _OWN_KEYS & set(header) or algorithm not in ALGORITHMS:
            raise Unbelieved("header")
        if kid is not None and not isinstance(kid, str):
            raise Unbelieved("kid")
        for again in (False, True):
            fitting = [
                key
                for about, key in self._known_keys(again=again)
                if (kid is None or about.get("kid") == kid)
                and about["kty"] == _KEY_TYPES[algorithm]
                and about.get("alg", algorithm) == algorithm
            ]
            if len(fitting) == 1:
                return fitting[0]
        raise Unbelieved("no such key")

    def _known_keys(self, *, again: bool) -> list[tuple[Mapping[str, Any], PublicKey]]:
        place = self._described().keys
        with self._lock:
            now = clock.now()
            kept_for = AGAIN_AFTER if again else KEPT_FOR
            if self._keys is None or now - self._keys[0] >= kept_for:
                self._keys = (now, _public_keys(self._object(place)))
            return self._keys[1]

    def _object(self, address: str) -> dict[str, Any]:
        answer = self._line.get(address)
        try:
            told = answer.json()
        except (ValueError, RecursionError):
            raise NoAnswer("an answer that cannot be read") from None
        if answer.status_code != 200 or not isinstance(told, dict):
            raise NoAnswer(f"status {answer.status_code}")
        return told


def _authlib_agrees(
    token: jwt.Token, access_token: object, nonce: str, client_id: str, now: int
) -> None:
    """What Authlib checks of an ID token, among it the hash of the access token beside it."""
    if "at_hash" in token.claims and not (
        isinstance(token.claims["at_hash"], str)
        and token.claims["at_hash"]
        and isinstance(access_token, str)
    ):
        raise Unbelieved("at_hash")
    params = {"nonce": nonce, "client_id": client_id, "access_token": access_token}
    CodeIDToken(token.claims, token.header, params=params).validate(now=now, leeway=LEEWAY)


def _public_keys(told: Mapping[str, Any]) -> list[tuple[Mapping[str, Any], PublicKey]]:
    """The keys of a key set that could sign a token for us; all others are passed over."""
    listed = told.get("keys")
    if not isinstance(listed, list) or len(listed) > _KEYS_MOST:
        raise NoAnswer("no list of keys")
    found: list[tuple[Mapping[str, Any], PublicKey]] = []
    for one in listed:
        if isinstance(one, dict) and one.get("use", "sig") == "sig" and _is_strong(one):
            kind = RSAKey if one["kty"] == "RSA" else ECKey
            try:
                found.append((one, kind.import_key(one)))
            except (JoseError, ValueError, TypeError, KeyError):
                continue
    return found


def _is_strong(key: Mapping[str, Any]) -> bool:
    if key.get("kty") == "EC":
        return key.get("crv") == "P-256"
    modulus = key.get("n")
    if key.get("kty") != "RSA" or not isinstance(modulus, str):
        return False
    try:
        return len(base64.urlsafe_b64decode(modulus + "==").lstrip(b"\0")) >= _RSA_SHORTEST
    except ValueError:
        return False


def _code_of(problem: OAuth2Error) -> str:
    """An error’s short name (RFC 6749, 5.2) for the log, and nothing else that was sent."""
    name = str(problem.error)
    return name if re.fullmatch("[a-z_]{1,40}", name) else "an error"
