"""Referrals, reports and advice taken, what happened to each, and police advice on evidence."""

from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.cases.models import HappenedColumns
from portal.clock import Happened
from portal.vault.records import Sealed, SealedText
from portal.vault.roots import Root

_WAITS = "state = 'waiting'"
WAITING = text(f"referrals.{_WAITS}")
"""A condition for lists, word for word that of the indexes: SQLite proves no more than that."""


class Referral(HappenedColumns, Root):
    """Somebody outside the school was told or asked. `happened_…` is when they were first told.

    Where they were rung, `written_…` is when that was confirmed in writing; until then a
    confirmation that is owed is due at `written_due_at`. `knows_of` holds the ids of the other
    referrals of this case that this body was told about.
    """

    __tablename__ = "referrals"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    school_id: Mapped[UUID] = mapped_column(ForeignKey("schools.id"))
    kind: Mapped[str] = mapped_column(String(30))
    nature: Mapped[str] = mapped_column(String(10), default="referral")
    how: Mapped[str] = mapped_column(String(20))
    made_by: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("members.id"))
    made_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(15), default="waiting")
    outcome: Mapped[str] = mapped_column(String(30), default="")
    parents: Mapped[str] = mapped_column(String(10))
    written_on: Mapped[date | None]
    written_time: Mapped[str | None] = mapped_column(String(5))
    written_due_at: Mapped[datetime | None]
    chase_at: Mapped[datetime | None]
    knows_of: Mapped[list[str]] = mapped_column(default=list)
    content: Mapped[list[str]] = mapped_column(default=list)
    body = SealedText()
    spoke_to = SealedText()
    reference = SealedText()
    words = SealedText()
    sent = SealedText()
    parents_why = SealedText()
    no_answer_why = SealedText()
    details = Sealed[dict[str, str]]()

    __table_args__ = (
        Index("ix_referrals_case", "case_id", "written_at", "id"),
        Index(
            "ix_referrals_waiting",
            "school_id",
            "made_at",
            "id",
            sqlite_where=text(_WAITS),
            postgresql_where=text(_WAITS),
        ),
        Index(
            "ix_referrals_writing",
            "school_id",
            "written_due_at",
            sqlite_where=text(_WAITS),
            postgresql_where=text(_WAITS),
        ),
        CheckConstraint("nature IN ('referral','advice')", name="nature"),
        CheckConstraint("state IN ('waiting','answered','not_expected')", name="state"),
        CheckConstraint("parents IN ('yes','no','no_need')", name="parents"),
    )

    @property
    def written(self) -> Happened | None:
        """When it was confirmed in writing; None while that is owed, or where nothing is owed."""
        if self.written_on is None:
            return None
        at = time.fromisoformat(self.written_time) if self.written_time else None
        return Happened(self.written_on, at)

    def owes_writing(self) -> bool:
        return self.written_due_at is not None and self.written_on is None


class ReferralEvent(HappenedColumns, Root):
    """One thing that happened to a referral: confirmed in writing, chased, escalated, answered."""

    __tablename__ = "referral_events"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referrals.id"), index=True)
    kind: Mapped[str] = mapped_column(String(15))
    by_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    outcome: Mapped[str] = mapped_column(String(30), default="")
    who = SealedText()
    words = SealedText()

    __table_args__ = (
        Index("ix_referral_events_case", "case_id", "written_at", "id"),
        CheckConstraint(
            "kind IN ('written','chased','escalated','answered','told_other','not_expected',"
            "'remark')",
            name="kind",
        ),
    )


class EvidenceAdvice(HappenedColumns, Root):
    """What the police said of evidence: what to keep, what may go, which devices to hold."""

    __tablename__ = "evidence_advice"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referrals.id"))
    by_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    effect: Mapped[str] = mapped_column(String(10))
    may_ask_onward: Mapped[str] = mapped_column(String(10), default="not_said")
    opened: Mapped[list[str]] = mapped_column(default=list)
    officer = SealedText()
    keep = SealedText()
    may_delete = SealedText()
    devices = Sealed[list[dict[str, str]]]()
    words = SealedText()

    __table_args__ = (
        Index("ix_evidence_advice_case", "case_id", "written_at", "id"),
        CheckConstraint("effect IN ('opens','keeps')", name="effect"),
        CheckConstraint("may_ask_onward IN ('yes','no','not_said')", name="may_ask_onward"),
    )
