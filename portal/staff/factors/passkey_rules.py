"""What a passkey is asked, and whether its answer fits (Web Authentication, level 3).

Pure: the place, the challenge and what is known of the passkey are arguments. The signatures are
checked by `webauthn`, which takes a quarter of a second to load, so it is loaded where it is used.
"""

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

if TYPE_CHECKING:
    from webauthn.helpers.cose import COSEAlgorithmIdentifier
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

CHALLENGE_BYTES = 32
GOOD_FOR = timedelta(minutes=5)
"""How long a challenge may be answered; also what section 5.4 recommends where the user is asked
for a PIN, a finger or a face."""

AT_MOST = 10
LONGEST_ANSWER = 12_000
_LONGEST_ID, _LONGEST_KEY, _SMALLEST_RSA = 1023, 2000, 2048
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_PORT = re.compile(r":(\d{1,5})$")


class NotTaken(ValueError):
    """An answer that does not fit. The message says why, for tests; people are told less."""


class Copied(NotTaken):
    """The signature is right and the counter did not grow: there may be a copy of the passkey."""


@dataclass(frozen=True)
class Place:
    """The name a passkey is bound to, and the addresses at which it may answer."""

    name: str
    origins: tuple[str, ...]


@dataclass(frozen=True)
class Made:
    """A new passkey, as its answer describes it."""

    credential_id: bytes
    public_key: bytes
    counter: int


@dataclass(frozen=True)
class Known:
    """What is kept of a passkey that answers."""

    credential_id: bytes
    public_key: bytes
    counter: int
    user: bytes


def place(host: str) -> Place | None:
    """The place that a `Host` header names; None where passkeys cannot be used there.

    A passkey is bound to a name and never to a number (section 5.1.2 of the specification), and
    answers over https only, except on the same computer.
    """
    host = host.lower()
    found = _PORT.search(host)
    port, name = (found[1], host[: found.start()]) if found else ("", host)
    labels = name.split(".")
    if len(name) > 253 or labels[-1].isdigit() or not all(map(_LABEL.fullmatch, labels)):
        return None
    own = name == "localhost" or name.endswith(".localhost")
    return Place(name, tuple(_origin(one, name, port) for one in ("https", "http")[: 1 + own]))


def is_good(made_at: datetime | None, now: datetime) -> bool:
    """Whether a challenge that was made then may still be answered."""
    return made_at is not None and timedelta() <= now - made_at <= GOOD_FOR


def to_add(
    at: Place, challenge: bytes, user: bytes, name: str, known: Collection[bytes]
) -> dict[str, Any]:
    """What a browser is asked in order to make a passkey. `name` is a sign-in name."""
    from webauthn import generate_registration_options
    from webauthn.helpers import options_to_json_dict
    from webauthn.helpers.structs import (
        AttestationConveyancePreference,
        AuthenticatorSelectionCriteria,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    return options_to_json_dict(
        generate_registration_options(
            rp_id=at.name,
            rp_name="Safeguarding",
            user_id=user,
            user_name=name,
            user_display_name=name,
            challenge=challenge,
            timeout=_milliseconds(),
            attestation=AttestationConveyancePreference.NONE,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.PREFERRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=_described(known),
            supported_pub_key_algs=_algorithms(),
        )
    )


def to_give(at: Place, challenge: bytes, known: Collection[bytes]) -> dict[str, Any]:
    """What a browser is asked in order to use one of these passkeys."""
    from webauthn import generate_authentication_options
    from webauthn.helpers import options_to_json_dict
    from webauthn.helpers.structs import UserVerificationRequirement

    return options_to_json_dict(
        generate_authentication_options(
            rp_id=at.name,
            challenge=challenge,
            timeout=_milliseconds(),
            allow_credentials=_described(known),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
    )


def made(answer: str, challenge: bytes, at: Place) -> Made:
    """The new passkey of an answer; raises `NotTaken` where anything about it is not as asked."""
    from webauthn import verify_registration_response
    from webauthn.helpers import (
        decode_credential_public_key,
        decoded_public_key_to_cryptography,
    )

    sent = _read(answer)
    try:
        checked = verify_registration_response(
            credential=sent,
            expected_challenge=challenge,
            expected_rp_id=at.name,
            expected_origin=list(at.origins),
            require_user_verification=True,
            supported_pub_key_algs=_algorithms(),
        )
        key = decoded_public_key_to_cryptography(
            decode_credential_public_key(checked.credential_public_key)
        )
    except Exception as problem:  # a stranger’s bytes may break any of the parsers in any way
        raise NotTaken(str(problem)) from None
    found = Made(checked.credential_id, checked.credential_public_key, checked.sign_count)
    if len(found.credential_id) > _LONGEST_ID or len(found.public_key) > _LONGEST_KEY:
        raise NotTaken("longer than a passkey is")
    if isinstance(key, RSAPublicKey) and key.key_size < _SMALLEST_RSA:
        raise NotTaken("a key that is too short")
    return found


def credential_id(answer: str) -> bytes:
    """Which passkey says that it answers; nothing about it is proved yet."""
    from webauthn.helpers import base64url_to_bytes

    try:
        return base64url_to_bytes(_read(answer)["rawId"])
    except (KeyError, TypeError, ValueError, AttributeError):
        raise NotTaken("names no passkey") from None


def given(answer: str, challenge: bytes, at: Place, known: Known) -> int:
    """The counter after a right answer. Raises `NotTaken`, or `Copied` where only it is wrong."""
    from webauthn import verify_authentication_response

    sent = _read(answer)
    try:
        checked = verify_authentication_response(
            credential=sent,
            expected_challenge=challenge,
            expected_rp_id=at.name,
            expected_origin=list(at.origins),
            credential_public_key=known.public_key,
            credential_current_sign_count=0,  # looked at below, once the signature is right
            require_user_verification=True,
        )
    except Exception as problem:  # a stranger’s bytes may break any of the parsers in any way
        raise NotTaken(str(problem)) from None
    if checked.credential_id != known.credential_id:
        raise NotTaken("another passkey")
    _refuse_another_user(sent, known.user)
    counter = checked.new_sign_count
    if (counter or known.counter) and counter <= known.counter:
        raise Copied(f"counter {counter} after {known.counter}")
    return counter


def _read(answer: str) -> dict[str, Any]:
    """An answer as the browser wrote it; refused where another site’s page asked for it."""
    from webauthn.helpers import base64url_to_bytes

    if len(answer) > LONGEST_ANSWER:
        raise NotTaken("longer than an answer is")
    try:
        sent = json.loads(answer)
        client = json.loads(base64url_to_bytes(sent["response"]["clientDataJSON"]))
        foreign = client.get("crossOrigin") is not False and "crossOrigin" in client
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        raise NotTaken("cannot be read") from None
    if foreign or "topOrigin" in client:
        raise NotTaken("asked for from inside another page")
    return dict(sent)


def _refuse_another_user(sent: dict[str, Any], user: bytes) -> None:
    """An answer may say whose passkey it is (section 7.2, step 6): then it must be theirs."""
    from webauthn.helpers import base64url_to_bytes

    handle = sent["response"].get("userHandle")
    if handle and base64url_to_bytes(handle) != user:
        raise NotTaken("somebody else’s passkey")


def _origin(scheme: str, name: str, port: str) -> str:
    usual = {"https": "443", "http": "80"}[scheme]
    return f"{scheme}://{name}" + (f":{port}" if port not in {"", usual} else "")


def _algorithms() -> "list[COSEAlgorithmIdentifier]":
    from webauthn.helpers.cose import COSEAlgorithmIdentifier as Algorithm

    return [
        Algorithm.ECDSA_SHA_256,
        Algorithm.EDDSA,
        Algorithm.RSASSA_PKCS1_v1_5_SHA_256,
    ]


def _described(known: Collection[bytes]) -> "list[PublicKeyCredentialDescriptor]":
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    return [PublicKeyCredentialDescriptor(id=one) for one in known]


def _milliseconds() -> int:
    return int(GOOD_FOR.total_seconds() * 1000)
