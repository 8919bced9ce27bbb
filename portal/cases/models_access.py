"""What lets somebody into a case beside their role: a grant, and access in an emergency."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.vault.records import SealedText
from portal.vault.roots import Root


class Grant(Root):
    """A part of a case that a colleague may read, or read and write, until a moment.

    `involved_id` narrows it to what is about one young person; None means everybody in the case.
    """

    __tablename__ = "grants"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    involved_id: Mapped[UUID | None] = mapped_column(ForeignKey("involved.id"))
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    given_by: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    part: Mapped[str] = mapped_column(String(10))
    may_write: Mapped[bool] = mapped_column(default=False)
    until: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    reason = SealedText()
    against_wish = SealedText()
    end_reason = SealedText()

    __table_args__ = (
        Index("ix_grants_case", "case_id", "member_id"),
        Index("ix_grants_member", "member_id", "ended_at", "until"),
        CheckConstraint(
            "part IN ('wishes','plan','actions','contacts','support','all')", name="part"
        ),
    )


class EmergencyAccess(Root):
    """A case opened by somebody without a grant: why, for how long, and what came of the review."""

    __tablename__ = "emergency_accesses"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    role: Mapped[str] = mapped_column(String(20))
    until: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    reviewed_by: Mapped[UUID | None] = mapped_column(ForeignKey("members.id"))
    reviewed_at: Mapped[datetime | None]
    finding: Mapped[str | None] = mapped_column(String(20))
    reason = SealedText()
    review = SealedText()

    __table_args__ = (
        Index("ix_emergency_accesses_case", "case_id", "member_id"),
        Index("ix_emergency_accesses_member", "member_id", "until"),
        CheckConstraint("finding IN ('justified','not_justified')", name="finding"),
        CheckConstraint("(reviewed_at IS NULL) = (finding IS NULL)", name="reviewed"),
        CheckConstraint("reviewed_by IS NULL OR reviewed_by <> member_id", name="somebody_else"),
    )
