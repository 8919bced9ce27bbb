"""What a sign-in is known by besides its secret: the browser, and an account at a provider.

A sign-in itself stands in `portal.staff.models`, with the person whose it is. When a browser was
last seen changes at every sign-in, so it is not journalled, as sign-ins are not.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base
from portal.vault.records import SealedText
from portal.vault.roots import Root


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

    __table_args__ = (UniqueConstraint("secret_hash", "member_id"),)


class Identity(Root):
    """A member’s account at a provider of single sign-on, found by issuer and subject."""

    __tablename__ = "identities"

    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"), index=True)
    provider: Mapped[str] = mapped_column(String(30))
    lookup: Mapped[bytes] = mapped_column(LargeBinary(32))
    ended_at: Mapped[datetime | None]
    issuer = SealedText()
    subject = SealedText()

    # One account of one person at most, whoever links at the same moment.
    __table_args__ = (
        Index(
            "ux_identities_lookup",
            "lookup",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )


class SpentState(Base):
    """An answer of a provider that was used, by the hash of its state: none is good twice."""

    __tablename__ = "spent_states"

    state_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    at: Mapped[datetime]
