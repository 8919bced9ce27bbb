"""Data keys, how they are wrapped, and the vault that opens them.

A destroyed key keeps its row with nothing in it: what it sealed can never be read again.
"""

import hashlib
import hmac
import secrets
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, cast
from uuid import UUID, uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app
from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session
from werkzeug.local import LocalProxy

from portal import clock
from portal.db import Base
from portal.db import session as request_session

ENVELOPE = b"\x01"
_NONCE = 12


class KeyKind(StrEnum):
    """What a data key is for; the kinds above wrap the kinds below."""

    LOOKUP = "lookup"
    STAFF = "staff"
    SCHOOL = "school"
    CASE = "case"
    DISCLOSURE = "disclosure"
    PERSON = "person"


class Unreadable(Exception):
    """A sealed value that this key does not open: damaged, moved or sealed with another key."""


class Destroyed(Unreadable):
    """The key of this value was destroyed when its record was disposed of."""


class DataKey(Base):
    __tablename__ = "data_keys"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("data_keys.id"), index=True)
    wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    destroyed_at: Mapped[datetime | None]


class KeyRow(NamedTuple):
    """A data key that was read with the rows it opens (`vault.seen`), with no session behind it."""

    id: UUID
    kind: str
    parent_id: UUID | None
    wrapped: bytes | None


AnyKey = DataKey | KeyRow

# Keys of schools and of staff accounts are never destroyed, so they are found by id alone; every
# other key is found by id and wrapping, so that a destroyed one is not found in memory.
_STANDING = frozenset({KeyKind.SCHOOL, KeyKind.STAFF})
_OPEN_AT_ONCE = 50_000


class Vault:
    """Opens data keys with the installation's key, seals and opens values with data keys."""

    def __init__(self, installation_key: bytes) -> None:
        self._root = AESGCM(installation_key)
        self._installation_key = installation_key
        self._ciphers: dict[tuple[UUID, bytes], AESGCM] = {}
        self._standing: dict[UUID, AESGCM] = {}
        self._standing_keys: dict[UUID, KeyRow] = {}
        self._lookup: bytes | None = None

    def derive(self, purpose: str) -> bytes:
        """32 bytes for one purpose other than sealing records (cookies, the chain’s head)."""
        return HKDF(hashes.SHA256(), 32, None, purpose.encode()).derive(self._installation_key)

    def new_key(self, session: Session, kind: KeyKind, parent: DataKey | None = None) -> DataKey:
        """A fresh data key, wrapped by its parent or by the installation’s key."""
        key = DataKey(
            id=uuid4(),
            kind=kind.value,
            parent_id=parent.id if parent else None,
            created_at=clock.now(),
        )
        plain = secrets.token_bytes(32)
        self._wrap(key, plain, parent)
        self._ciphers[key.id, cast("bytes", key.wrapped)] = AESGCM(plain)
        session.add(key)
        return key

    def move_under(self, key: DataKey, parent: DataKey) -> None:
        """Wrap a key anew under another parent: a disclosure that joins a case."""
        self._wrap(key, self._unwrap(key), parent)
        key.parent_id = parent.id

    def seal(self, key: AnyKey, context: str, plain: bytes) -> bytes:
        """An envelope bound to its key and to where it stands (`context`)."""
        nonce = secrets.token_bytes(_NONCE)
        bound = _bound(context, key.id)
        return ENVELOPE + key.id.bytes + nonce + self._cipher(key).encrypt(nonce, plain, bound)

    def open(self, key: AnyKey, context: str, envelope: bytes) -> bytes:
        """What an envelope holds; raises `Unreadable` if anything about it was changed."""
        head, nonce, sealed = envelope[:17], envelope[17:29], envelope[29:]
        if head != ENVELOPE + key.id.bytes:
            raise Unreadable(f"{context} is sealed with another key")
        try:
            return self._cipher(key).decrypt(nonce, sealed, _bound(context, key.id))
        except (InvalidTag, ValueError):  # an envelope cut short has no whole nonce
            raise Unreadable(f"{context} was changed or moved") from None

    def standing(self, key_id: UUID) -> KeyRow | None:
        """A key of a school or of staff accounts that is open already."""
        return self._standing_keys.get(key_id)

    def ready(self, key: DataKey) -> None:
        """Open a standing key once, so that rows read without their parents can be opened."""
        self._cipher(key)

    def lookup(self, session: Session, purpose: str, text: str) -> bytes:
        """A keyed hash under which a sealed value can be found again (case and spaces ignored)."""
        if self._lookup is None:
            key = session.query(DataKey).filter_by(kind=KeyKind.LOOKUP.value).one()
            self._lookup = self._unwrap(key)
        folded = " ".join(text.casefold().split())
        return hmac.new(self._lookup, f"{purpose}\0{folded}".encode(), hashlib.sha256).digest()

    def make_lookup_key(self, session: Session) -> None:
        self._lookup = None
        self.new_key(session, KeyKind.LOOKUP)

    def _cipher(self, key: AnyKey) -> AESGCM:
        if key.wrapped is None:
            raise Destroyed("the key of this record was destroyed")
        cipher = self._ciphers.get((key.id, key.wrapped))
        if cipher is None:
            cipher = AESGCM(self._unwrap(key))
            if len(self._ciphers) > _OPEN_AT_ONCE:
                self._ciphers.clear()
            self._ciphers[key.id, key.wrapped] = cipher
        if key.kind in _STANDING and key.id not in self._standing:
            self._standing[key.id] = cipher
            self._standing_keys[key.id] = KeyRow(key.id, key.kind, key.parent_id, key.wrapped)
        return cipher

    def _wrap(self, key: DataKey, plain: bytes, parent: DataKey | None) -> None:
        cipher = self._cipher(parent) if parent else self._root
        nonce = secrets.token_bytes(_NONCE)
        above = parent.id if parent else None
        key.wrapped = ENVELOPE + nonce + cipher.encrypt(nonce, plain, _wrapping(key, above))

    def _unwrap(self, key: AnyKey) -> bytes:
        if key.wrapped is None:
            raise Destroyed("the key of this record was destroyed")
        cipher = self._root
        if key.parent_id is not None:
            cipher = self._standing.get(key.parent_id) or self._parent_cipher(key)
        try:
            return cipher.decrypt(
                key.wrapped[1:13], key.wrapped[13:], _wrapping(key, key.parent_id)
            )
        except (InvalidTag, ValueError):
            raise Unreadable("a data key does not open with the key above it") from None

    def _parent_cipher(self, key: AnyKey) -> AESGCM:
        owner = object_session(key) if isinstance(key, DataKey) else request_session
        parent = owner.get(DataKey, key.parent_id) if owner is not None else None
        if parent is None:
            raise Unreadable("the key above this one is missing")
        return self._cipher(parent)


def _bound(context: str, key_id: UUID) -> bytes:
    return f"{context}|{key_id}".encode()


def _wrapping(key: AnyKey, parent_id: UUID | None) -> bytes:
    return f"data key|{key.kind}|{key.id}|{parent_id}".encode()


vault = cast("Vault", LocalProxy(lambda: current_app.extensions["vault"]))
