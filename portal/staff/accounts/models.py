"""How people come to an account: invitations, and roles that two must agree to."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.vault.records import SealedText
from portal.vault.roots import Root


class Invitation(Root):
    """A link that works once, with which somebody chooses their first password."""

    __tablename__ = "invitations"

    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"), index=True)
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("members.id"))
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    until: Mapped[datetime]
    used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class RoleRequest(Root):
    """A role that reads cases, asked for by one person and agreed to, or not, by another."""

    __tablename__ = "role_requests"

    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"), index=True)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("schools.id"))
    role: Mapped[str] = mapped_column(String(20))
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("members.id"))
    decided_at: Mapped[datetime | None]
    agreed: Mapped[bool | None]
    reason = SealedText()

    __table_args__ = (
        Index("ix_role_requests_school", "school_id", "decided_at", "id"),
        CheckConstraint("role IN ('dsl','deputy','pastoral','head')", name="role"),
        CheckConstraint("(agreed IS NULL) = (decided_at IS NULL)", name="decided"),
        CheckConstraint("agreed IS NOT TRUE OR decided_by <> asked_by", name="somebody_else"),
    )
