"""Second factors, the browsers that somebody signs in with, and what people are told about both.

What changes at every sign-in (the last step of a code, the counter of a passkey, when a browser was
last seen) stands in tables of its own that are not journalled, as sign-ins themselves are not.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base
from portal.vault.records import SealedText
from portal.vault.roots import Root


class TotpFactor(Root):
    """The secret that somebody’s authenticator app shares with the portal (RFC 6238)."""

    __tablename__ = "totp_factors"

    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"), index=True)
    confirmed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    secret = SealedText()


class TotpStep(Base):
    """The newest step of which a code was accepted: only a later one is accepted after it."""

    __tablename__ = "totp_steps"

    factor_id: Mapped[UUID] = mapped_column(ForeignKey("totp_factors.id"), primary_key=True)
    step: Mapped[int]


class RecoveryCodes(Root):
    """One set of recovery codes, hashed; a code that was used has its moment at the same place."""

    __tablename__ = "recovery_codes"

    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"), index=True)
    hashes: Mapped[list[str]]
    used: Mapped[list[str]]
    ended_at: Mapped[datetime | None]


class Passkey(Root):
    """A passkey of somebody: its public half, and the name they gave the device."""

    __tablename__ = "passkeys"

    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1023), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary(2000))
    ended_at: Mapped[datetime | None]
    label = SealedText()


class PasskeyUse(Base):
    """The signature counter of a passkey, and when it was last used."""

    __tablename__ = "passkey_uses"

    passkey_id: Mapped[UUID] = mapped_column(ForeignKey("passkeys.id"), primary_key=True)
    counter: Mapped[int]
    used_at: Mapped[datetime | None]


class FactorReset(Root):
    """Somebody lost their second factor: who asked, who agreed, and the code they are told."""

    __tablename__ = "factor_resets"

    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"), index=True)
    approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("members.id"))
    approved_at: Mapped[datetime | None]
    code_hash: Mapped[str | None] = mapped_column(String(200))
    until: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    reason = SealedText()


class KnownDevice(Base):
    """A browser in which somebody has signed in with everything that was asked of them."""

    __tablename__ = "known_devices"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"), index=True)
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    label: Mapped[str] = mapped_column(String(60), default="")
    made_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("member_id", "secret_hash"),)


class SecurityNotice(Base):
    """One thing that one person is told about an account: their own, or a colleague’s.

    It says only what kind of thing happened to whose account, and when: never a case.
    """

    __tablename__ = "security_notices"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    for_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    about_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    school_id: Mapped[UUID | None] = mapped_column(ForeignKey("schools.id"))
    kind: Mapped[str] = mapped_column(String(30))
    detail: Mapped[str] = mapped_column(String(60), default="")
    made_at: Mapped[datetime]
    read_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_security_notices_for", "for_id", "read_at", "made_at", "id"),)
