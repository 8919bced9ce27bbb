"""Disclosures, what was added to them later, and the replies between DSL and recorder."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.cases.models import HappenedColumns
from portal.clock import Happened
from portal.vault.records import Sealed, SealedText
from portal.vault.roots import Root

Rows = list[dict[str, Any]]


class Disclosure(HappenedColumns, Root):
    """One disclosure or concern as its recorder wrote it.

    `happened_…` is when the recorder was told or noticed it; the incidents have their own days.
    """

    own_key = True
    __tablename__ = "disclosures"

    school_id: Mapped[UUID] = mapped_column(ForeignKey("schools.id"))
    reference: Mapped[str] = mapped_column(String(24), unique=True)
    recorder_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    state: Mapped[str] = mapped_column(String(12), default="waiting")
    audience: Mapped[str] = mapped_column(String(10), default="leads")
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("cases.id"), index=True)
    recurrence: Mapped[bool] = mapped_column(default=False)
    picked_up_at: Mapped[datetime | None]
    picked_up_by: Mapped[UUID | None] = mapped_column(ForeignKey("members.id"))
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[UUID | None] = mapped_column(ForeignKey("members.id"))

    how: Mapped[str] = mapped_column(String(30))
    danger: Mapped[str] = mapped_column(String(10))
    self_harm: Mapped[str] = mapped_column(String(10), default="not_known")
    told_dsl: Mapped[str] = mapped_column(String(10), default="not_yet")
    told_dsl_on: Mapped[date | None]
    told_dsl_time: Mapped[str | None] = mapped_column(String(5))
    learnt_on: Mapped[date | None]
    learnt_time: Mapped[str | None] = mapped_column(String(5))
    incident_on: Mapped[date | None]
    types: Mapped[list[str]] = mapped_column(default=list)
    behaviours: Mapped[list[str]] = mapped_column(default=list)
    overlaps: Mapped[list[str]] = mapped_column(default=list)
    hate_elements: Mapped[list[str]] = mapped_column(default=list)
    know_reported: Mapped[str] = mapped_column(String(10), default="not_known")
    wants_presence: Mapped[str] = mapped_column(String(10), default="not_known")
    viewed: Mapped[str] = mapped_column(String(10), default="no")

    recorded_for = SealedText()
    place = SealedText()
    present = SealedText()
    own_words = SealedText()
    whose_words = SealedText()
    seen = SealedText()
    thinks = SealedText()
    danger_done = SealedText()
    why_somebody_else = SealedText()
    people = Sealed[Rows]()
    accounts = Sealed[Rows]()
    incidents = Sealed[Rows]()
    evidence = Sealed[Rows]()
    viewings = Sealed[Rows]()
    platforms = Sealed[list[str]]()
    other_platforms = SealedText()
    other_behaviour = SealedText()
    findable_accounts = SealedText()
    who_knows = SealedText()
    others_at_risk = SealedText()
    told_them = Sealed[list[str]]()
    told_them_words = SealedText()
    wants = SealedText()
    worries = Sealed[list[str]]()
    worries_words = SealedText()
    family = SealedText()
    on_paper = SealedText()
    settled_reason = SealedText()

    __table_args__ = (
        Index("ix_disclosures_inbox", "school_id", "state", "written_at", "id"),
        Index("ix_disclosures_recorder", "recorder_id", "written_at", "id"),
        CheckConstraint(
            "state IN ('waiting','picked_up','opened','joined','no_action')", name="state"
        ),
        CheckConstraint("audience IN ('leads','head','nobody')", name="audience"),
    )

    @property
    def told_at(self) -> Happened | None:
        return self.happened

    @property
    def is_settled(self) -> bool:
        return self.state in {"opened", "joined", "no_action"}


class Addition(HappenedColumns, Root):
    """Something the recorder remembered or heard later about the same disclosure."""

    __tablename__ = "disclosure_additions"

    disclosure_id: Mapped[UUID] = mapped_column(ForeignKey("disclosures.id"), index=True)
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("cases.id"), index=True)
    author_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    how: Mapped[str] = mapped_column(String(30), default="")
    words = SealedText()
    seen = SealedText()


class Reply(Root):
    """A message between the DSL and the recorder about a disclosure, without case content."""

    __tablename__ = "disclosure_replies"

    disclosure_id: Mapped[UUID] = mapped_column(ForeignKey("disclosures.id"), index=True)
    author_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    kind: Mapped[str] = mapped_column(String(12))
    words = SealedText()

    __table_args__ = (CheckConstraint("kind IN ('picked_up','question','answer')", name="kind"),)
