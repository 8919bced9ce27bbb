"""Steps of containment, each time one was taken, and steps that protect people."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.cases.models import HappenedColumns
from portal.vault.records import SealedText
from portal.vault.roots import Root


class ContainmentStep(HappenedColumns, Root):
    """One time at which a step was taken, or decided against, with what came of it.

    Nothing is overwritten: what somebody answers later is another row for the same step and person,
    and the newest says how it stands. `already` marks what had happened before anybody here could
    hold it back; only that can be recorded of a held step.
    """

    __tablename__ = "containment_steps"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[str] = mapped_column(String(30))
    involved_id: Mapped[UUID | None] = mapped_column(ForeignKey("involved.id"))
    by_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    result: Mapped[str] = mapped_column(String(15))
    already: Mapped[bool] = mapped_column(default=False)
    content: Mapped[list[str]] = mapped_column(default=list)
    done_by = SealedText()
    words = SealedText()

    __table_args__ = (
        Index("ix_containment_steps_case", "case_id", "written_at", "id"),
        CheckConstraint(
            "result IN ('done','waiting','confirmed','refused','could_not','not_needed')",
            name="result",
        ),
    )


class ProtectiveStep(HappenedColumns, Root):
    """Something that keeps somebody safe, from when, and until when. It never waits."""

    __tablename__ = "protective_steps"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[str] = mapped_column(String(20))
    involved_id: Mapped[UUID | None] = mapped_column(ForeignKey("involved.id"))
    by_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    review_on: Mapped[date | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("members.id"))
    what = SealedText()
    who_knows = SealedText()
    done_by = SealedText()
    end_words = SealedText()

    __table_args__ = (Index("ix_protective_steps_case", "case_id", "written_at", "id"),)
