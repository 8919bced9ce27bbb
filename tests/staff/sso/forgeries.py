"""Every kind of ID token that must not sign anybody in, each one wrong in one way only.

A forgery gets the way of one browser (`tests.staff.sso.conftest.Way`) and gives the token that the
provider, or somebody in its place, answers with.
"""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

from joserfc import jwe, jws
from joserfc.jwk import OctKey, RSAKey

from tests.staff.sso.conftest import Way
from tests.staff.sso.providers import CLIENT_ID, SECRET

ANOTHERS = RSAKey.generate_key(2048, {"kid": "key-1"})
SHORT = RSAKey.generate_key(2048, {"kid": "enc-1", "use": "enc"})
Forgery = Callable[[Way], object]


def part(told: object) -> str:
    raw = told if isinstance(told, bytes) else json.dumps(told).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def honest(way: Way, **changes: Any) -> dict[str, Any]:
    return way.lying.claims(way.asked["nonce"], **changes)


def claim(**changes: Any) -> Forgery:
    """Rightly signed, with these claims changed (None: left out)."""
    return lambda way: way.honest(**changes)


def head(**changes: Any) -> Forgery:
    """Signed with a key of somebody else, under a header that would have us use it."""
    return lambda way: raw(way, {"alg": "RS256", "kid": "key-1", **changes}, ANOTHERS)


def raw(way: Way, header: dict[str, Any], key: RSAKey, payload: bytes | None = None) -> str:
    """Signed with RSA and SHA-256 whatever the header says."""
    body = payload if payload is not None else json.dumps(honest(way)).encode()
    signed = jws.serialize_compact({"alg": "RS256"}, body, key).split(".")[1]
    begun = f"{part(header)}.{signed}"
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    signature = key.private_key.sign(begun.encode(), PKCS1v15(), SHA256())
    return f"{begun}.{part(signature)}"


def by_secret(secret: bytes) -> Forgery:
    """HS256 with something that is no secret between the provider and us."""

    def forge(way: Way) -> str:
        begun = f"{part({'alg': 'HS256', 'kid': 'key-1'})}.{part(honest(way))}"
        return f"{begun}.{part(hmac.new(secret, begun.encode(), hashlib.sha256).digest())}"

    return forge


def by_public_key(way: Way) -> object:
    return by_secret(way.lying.key.as_pem(private=False))(way)


def unsigned(algorithm: str) -> Forgery:
    return lambda way: f"{part({'alg': algorithm})}.{part(honest(way))}."


def listed_secret(way: Way) -> object:
    """A key set that lists a shared secret must not make HS256 one of our algorithms."""
    way.lying.keys = [*way.lying.keys, {"kty": "oct", "k": part(b"listed" * 8), "kid": "key-9"}]
    begun = f"{part({'alg': 'HS256', 'kid': 'key-9'})}.{part(honest(way))}"
    return f"{begun}.{part(hmac.new(b'listed' * 8, begun.encode(), hashlib.sha256).digest())}"


def changed_after_signing(way: Way) -> object:
    first, _, signature = way.honest(sub="somebody-else").split(".")
    return f"{first}.{part(honest(way))}.{signature}"


def cut(way: Way) -> object:
    return way.honest().rpartition(".")[0] + "."


def encrypted(way: Way) -> object:
    return jwe.encrypt_compact(
        {"alg": "dir", "enc": "A256GCM"},
        json.dumps(honest(way)).encode(),
        OctKey.import_key(hashlib.sha256(SECRET.encode()).digest()),
    )


def another_family(way: Way) -> object:
    """RS256 by name, and the key that is named is one for ES256."""
    return raw(way, {"alg": "RS256", "kid": "ec-1"}, way.lying.key)


def wrong_hash(way: Way) -> object:
    digest = hashlib.sha256(b"another access token").digest()
    return way.honest(at_hash=part(digest[:16]))


def other_algorithm(way: Way) -> object:
    return way.lying.sign(honest(way), alg="RS512")


def payload(text: bytes) -> Forgery:
    return lambda way: raw(way, {"alg": "RS256", "kid": "key-1"}, way.lying.key, text)


def with_text(name: str, text: str) -> Forgery:
    """A claim as no careful provider would write it, such as a number that is none."""

    def forge(way: Way) -> str:
        body = json.dumps(honest(way, **{name: "HERE"})).replace('"HERE"', text)
        return raw(way, {"alg": "RS256", "kid": "key-1"}, way.lying.key, body.encode())

    return forge


def now(seconds: int) -> int:
    return int(time.time()) + seconds


TOKENS: dict[str, Forgery] = {
    "algorithm none": unsigned("none"),
    "algorithm none in other letters": unsigned("nOnE"),
    "HS256 with the public key": by_public_key,
    "HS256 with the client secret": by_secret(SECRET.encode()),
    "HS256 with a secret in the key set": listed_secret,
    "an algorithm that is not listed": other_algorithm,
    "a key of another family": another_family,
    "a wrong key under the right name": head(),
    "an unknown key": head(kid="key-2"),
    "a key named by a path": head(kid="../../../../dev/null"),
    "a key named by a number": head(kid=1),
    "a key that the header brings": head(jwk=ANOTHERS.as_dict(private=False)),
    "a key that the header leads to": head(jku="http://127.0.0.1:9/keys"),
    "a certificate that the header leads to": head(x5u="http://127.0.0.1:9/cert"),
    "a certificate that the header brings": head(x5c=["MIIB"]),
    "an extension that must be understood": head(crit=["exp"], exp=1),
    "no signature": cut,
    "claims changed after signing": changed_after_signing,
    "an encrypted token": encrypted,
    "another issuer": claim(iss="https://accounts.example"),
    "the issuer with a slash": lambda way: way.honest(iss=way.lying.issuer + "/"),
    "no issuer": claim(iss=None),
    "for another client": claim(aud="another-client"),
    "for several without saying whose": claim(aud=[CLIENT_ID, "another-client"]),
    "for several by another": claim(aud=[CLIENT_ID, "x"], azp="x"),
    "for us by another": claim(azp="another-client"),
    "for nobody": claim(aud=[]),
    "another nonce": claim(nonce="of-another-way"),
    "no nonce": claim(nonce=None),
    "expired": lambda way: way.honest(exp=now(-61)),
    "without an end": claim(exp=None),
    "an end that is no number": with_text("exp", "NaN"),
    "an end without end": with_text("exp", "Infinity"),
    "an end that is true": claim(exp=True),
    "not yet": lambda way: way.honest(nbf=now(90)),
    "made in the future": lambda way: way.honest(iat=now(90)),
    "made long ago": lambda way: way.honest(iat=now(-700)),
    "without a subject": claim(sub=None),
    "an empty subject": claim(sub=""),
    "a subject that is a list": claim(sub=["subject-of-ruth"]),
    "a subject in other letters": claim(sub="Subject-of-Ruth"),
    "a subject with a space": claim(sub="subject-of-ruth "),
    "the e-mail address of a member, unverified": claim(
        sub="new", email="ruth@oakfield.example", email_verified=False
    ),
    "the e-mail address of a member, verified": claim(
        sub="new", email="ruth@oakfield.example", email_verified=True
    ),
    "the hash of another access token": wrong_hash,
    "a hash that is no text": claim(at_hash=7),
    "methods that are no list": claim(amr="mfa"),
    "a huge token": claim(padding="x" * 20_000),
    "claims nested without end": payload(b"[" * 9000),
    "claims that are no object": payload(b'"subject-of-ruth"'),
    "no token": lambda _: None,
    "a token that is an object": lambda way: {"sub": "subject-of-ruth"},
    "no JWT": lambda _: "subject-of-ruth",
}
