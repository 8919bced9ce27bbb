"""An authenticator in software: it signs whatever a test wants, also what no real one would.

`SoftKey().create(asked, origin)` and `.get(asked, origin)` answer what the portal asks, as the text
that a browser would send. Every part of an answer can be made wrong.
"""

import hashlib
import itertools
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40
ES256, EDDSA, RS256, ES512 = -7, -8, -257, -36
_numbers = itertools.count(1)


class SoftKey:
    def __init__(self, algorithm: int = ES256, *, bits: int = 2048, counter: int = 0) -> None:
        self.algorithm, self.counter = algorithm, counter
        self.credential_id = hashlib.sha256(f"key {next(_numbers)}".encode()).digest()
        self._private: Any
        if algorithm == EDDSA:
            self._private = ed25519.Ed25519PrivateKey.generate()
        elif algorithm == RS256:
            self._private = rsa.generate_private_key(65537, bits)
        else:
            curve = ec.SECP256R1() if algorithm == ES256 else ec.SECP521R1()
            self._private = ec.generate_private_key(curve)
        self.user = b""

    def create(
        self,
        asked: dict[str, Any],
        origin: str,
        *,
        rp_id: str = "",
        flags: int = PRESENT | VERIFIED,
        **client: Any,
    ) -> str:
        """The answer to being asked for a new passkey."""
        self.user = plain(asked["user"]["id"])
        told = b"\0" * 16 + len(self.credential_id).to_bytes(2, "big") + self.credential_id
        data = self._data(rp_id or asked["rp"]["id"], flags | ATTESTED) + told + self._public()
        held = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        of_client = _client("webauthn.create", asked, origin, client)
        return self._answer({"clientDataJSON": text(of_client), "attestationObject": text(held)})

    def get(
        self,
        asked: dict[str, Any],
        origin: str,
        *,
        rp_id: str = "",
        flags: int = PRESENT | VERIFIED,
        counter: int | None = None,
        user: bytes | None = None,
        tampered: bool = False,
        **client: Any,
    ) -> str:
        """The answer to being asked for a passkey there is. Its counter grows, unless told."""
        self.counter = self.counter + 1 if counter is None else counter
        data = self._data(rp_id or asked["rpId"], flags)
        of_client = _client("webauthn.get", asked, origin, client)
        signature = self._sign(data + hashlib.sha256(of_client).digest())
        if tampered:
            signature = signature[:-1] + bytes([signature[-1] ^ 1])
        return self._answer(
            {
                "clientDataJSON": text(of_client),
                "authenticatorData": text(data),
                "signature": text(signature),
                "userHandle": text(self.user if user is None else user),
            }
        )

    def _answer(self, response: dict[str, str]) -> str:
        known = text(self.credential_id)
        return json.dumps({"id": known, "rawId": known, "type": "public-key", "response": response})

    def _data(self, rp_id: str, flags: int) -> bytes:
        return (
            hashlib.sha256(rp_id.encode()).digest()
            + bytes([flags])
            + self.counter.to_bytes(4, "big")
        )

    def _sign(self, message: bytes) -> bytes:
        if self.algorithm == EDDSA:
            return bytes(self._private.sign(message))
        if self.algorithm == RS256:
            return bytes(self._private.sign(message, padding.PKCS1v15(), hashes.SHA256()))
        kind = hashes.SHA256() if self.algorithm == ES256 else hashes.SHA512()
        return bytes(self._private.sign(message, ec.ECDSA(kind)))

    def _public(self) -> bytes:
        """The public half, as COSE writes it (RFC 9053)."""
        public = self._private.public_key()
        if self.algorithm == EDDSA:
            return cbor2.dumps({1: 1, 3: EDDSA, -1: 6, -2: public.public_bytes_raw()})
        numbers = public.public_numbers()
        if self.algorithm == RS256:
            size = (numbers.n.bit_length() + 7) // 8
            known = {-1: numbers.n.to_bytes(size, "big"), -2: numbers.e.to_bytes(3, "big")}
            return cbor2.dumps({1: 3, 3: RS256, **known})
        size, curve = (32, 1) if self.algorithm == ES256 else (66, 3)
        place = {-2: numbers.x.to_bytes(size, "big"), -3: numbers.y.to_bytes(size, "big")}
        return cbor2.dumps({1: 2, 3: self.algorithm, -1: curve, **place})


def _client(kind: str, asked: dict[str, Any], origin: str, changes: dict[str, Any]) -> bytes:
    """What the browser itself says of an answer."""
    known = {"type": kind, "challenge": asked["challenge"], "origin": origin, "crossOrigin": False}
    return json.dumps({**known, **changes}).encode()


def text(of: bytes) -> str:
    return urlsafe_b64encode(of).decode().rstrip("=")


def plain(of: str) -> bytes:
    return urlsafe_b64decode(of + "===")
