"""Second factors and their loss.

What changes at every sign-in (the last step of a code, the counter of a passkey) stands in tables
of its own that are not journalled, as sign-ins themselves are not.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String
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
