"""The moving forward plan: who takes part, their voices, its steps, editions and signatures.

A plan changes until it is agreed; what was agreed, and what each review made of it, is kept whole
as an edition.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.cases.models import HappenedColumns
from portal.vault.records import Record, Sealed, SealedText
from portal.vault.roots import Root


class Plan(Root):
    """One plan for one young person who displayed harmful behaviour (H p.22-27)."""

    __tablename__ = "plans"

    journal_parts = ("people",)

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    involved_id: Mapped[UUID] = mapped_column(ForeignKey("involved.id"))
    made_by: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    state: Mapped[str] = mapped_column(String(10), default="draft")
    edition: Mapped[int] = mapped_column(default=0)
    started_on: Mapped[date]
    ends_on: Mapped[date | None]
    review_every: Mapped[str] = mapped_column(String(15))
    next_review_on: Mapped[date | None]
    paper_on: Mapped[date | None]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(15))
    internet_use = SealedText()
    covers = SealedText()
    why = SealedText()
    lasts = SealedText()
    if_not_followed = SealedText()
    signal = SealedText()
    signal_where = SealedText()
    home_limits = SealedText()
    notes = SealedText()
    help_adult = SealedText()
    help_when = SealedText()
    help_where = SealedText()
    police_advice = SealedText()
    police_advice_from = SealedText()
    ended_words = SealedText()

    people: Mapped[list["PlanPerson"]] = relationship(
        back_populates="plan", order_by="PlanPerson.place", lazy="selectin"
    )

    __table_args__ = (
        Index("ix_plans_case", "case_id", "written_at", "id"),
        CheckConstraint("state IN ('draft','agreed','ended')", name="state"),
        CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name="ended"),
        CheckConstraint("(state = 'ended') = (outcome IS NOT NULL)", name="outcome"),
    )


class PlanPerson(Record):
    """Somebody who takes part in a plan, with one of its three voices or without one."""

    __tablename__ = "plan_people"

    part_of = "plan"

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"), index=True)
    place: Mapped[int]
    voice: Mapped[str] = mapped_column(String(10))
    member_id: Mapped[UUID | None] = mapped_column(ForeignKey("members.id"))
    carer_id: Mapped[UUID | None] = mapped_column(ForeignKey("carers.id"))
    left_at: Mapped[datetime | None]
    name = SealedText()
    role = SealedText()

    plan: Mapped[Plan] = relationship(back_populates="people")

    __table_args__ = (CheckConstraint("voice IN ('young','staff','carer','none')", name="voice"),)


class PlanVoice(Root):
    """One person’s own part of a plan: how they will notice, and what they will do."""

    __tablename__ = "plan_voices"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("plan_people.id"))
    by_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    how: Mapped[str] = mapped_column(String(12))
    paper_on: Mapped[date | None]
    signs = Sealed[list[str]]()
    will = Sealed[list[str]]()
    others_notice = SealedText()
    wants = Sealed[list[dict[str, str]]]()
    other_help = SealedText()
    also_speak = SealedText()

    __table_args__ = (
        Index("ix_plan_voices_case", "case_id", "written_at", "id"),
        UniqueConstraint("plan_id", "person_id"),
        CheckConstraint("how IN ('handed_over','beside','paper')", name="how"),
    )


class PlanStep(Root):
    """One step of a plan: what, who is responsible, by when; while it is open, a due action."""

    __tablename__ = "plan_steps"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("plan_people.id"))
    place: Mapped[int]
    due_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(10), default="open")
    what = SealedText()
    who = SealedText()
    end_words = SealedText()

    __table_args__ = (
        Index("ix_plan_steps_case", "case_id", "written_at", "id"),
        CheckConstraint("state IN ('open','done','dropped')", name="state"),
    )


class PlanEdition(HappenedColumns, Root):
    """A plan as it was agreed, reviewed or ended: its whole content, and what was said of it."""

    __tablename__ = "plan_editions"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))
    made_by: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    next_review_on: Mapped[date | None]
    content = Sealed[dict[str, Any]]()
    present = SealedText()
    worked = SealedText()
    not_worked = SealedText()
    changed = SealedText()

    __table_args__ = (
        Index("ix_plan_editions_case", "case_id", "written_at", "id"),
        UniqueConstraint("plan_id", "number"),
        CheckConstraint("kind IN ('agreed','review','ended')", name="kind"),
    )


class PlanSignature(Root):
    """That somebody who takes part in a plan signed one of its editions."""

    __tablename__ = "plan_signatures"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plans.id"))
    edition_id: Mapped[UUID] = mapped_column(ForeignKey("plan_editions.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("plan_people.id"))
    by_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    signed_on: Mapped[date]
    how: Mapped[str] = mapped_column(String(10))
    name = SealedText()

    __table_args__ = (
        Index("ix_plan_signatures_case", "case_id", "written_at", "id"),
        UniqueConstraint("edition_id", "person_id"),
        CheckConstraint("how IN ('typed','paper')", name="how"),
    )
