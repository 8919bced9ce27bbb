"""Answered checklists, and what each young person thinks of the police being told."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.cases.models import HappenedColumns
from portal.vault.records import Sealed, SealedText
from portal.vault.roots import Root


class Assessment(Root):
    """One answering of a checklist, kept for ever with the rule set it was answered against."""

    __tablename__ = "assessments"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    made_by: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    rule_set: Mapped[str] = mapped_column(String(40))
    rule_set_version: Mapped[str] = mapped_column(String(20))
    answers: Mapped[dict[str, str]]
    facts: Mapped[dict[str, str]]
    outcome: Mapped[str] = mapped_column(String(30))
    judged_on: Mapped[date | None]
    notes = Sealed[dict[str, str]]()
    suggested = Sealed[dict[str, str]]()

    __table_args__ = (Index("ix_assessments_case", "case_id", "written_at", "id"),)


class YoungView(HappenedColumns, Root):
    """What a young person thinks of the police being told, and what was explained to them.

    `happened_…` is when they were asked. Where the school refers against their wish, the record
    holds why that is justified and when it was explained (product 4).
    """

    __tablename__ = "young_views"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    involved_id: Mapped[UUID] = mapped_column(ForeignKey("involved.id"))
    view: Mapped[str] = mapped_column(String(20))
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    explained_on: Mapped[date | None]
    explained_time: Mapped[str | None] = mapped_column(String(5))
    barriers = Sealed[list[str]]()
    why = SealedText()
    told = SealedText()
    told_by = SealedText()
    justification = SealedText()
    explained_by = SealedText()
    explained_how = SealedText()

    __table_args__ = (
        Index("ix_young_views_case", "case_id", "written_at", "id"),
        CheckConstraint("view IN ('agrees','unsure','does_not_want_it')", name="view"),
    )
