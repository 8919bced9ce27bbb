"""Tables that belong to a case as a whole.

Plain columns hold ids, codes, dates and states; every word about a person is sealed under the
case’s key.
"""

from datetime import date, datetime, time
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.cases.rules import Audience
from portal.clock import Happened
from portal.db import Base
from portal.people.models import Person
from portal.vault.records import Record, SealedText
from portal.vault.roots import Root


def happened_text(happened: Happened | None) -> dict[str, object]:
    """The columns in which a `Happened` is kept."""
    if happened is None:
        return {"happened_on": None, "happened_time": None, "happened_about": False}
    return {
        "happened_on": happened.on,
        "happened_time": happened.at.strftime("%H:%M") if happened.at else None,
        "happened_about": happened.about,
    }


class HappenedColumns:
    """When something happened, apart from when it was written."""

    happened_on: Mapped[date | None]
    happened_time: Mapped[str | None] = mapped_column(String(5))
    happened_about: Mapped[bool] = mapped_column(default=False)

    @property
    def happened(self) -> Happened | None:
        if self.happened_on is None:
            return None
        at = time.fromisoformat(self.happened_time) if self.happened_time else None
        return Happened(self.happened_on, at, self.happened_about)


class ReferenceCounter(Base):
    """The last number given for a school, year and kind of reference; locked while one is taken."""

    __tablename__ = "reference_counters"

    school_id: Mapped[UUID] = mapped_column(ForeignKey("schools.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class CaseState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class Case(Root):
    own_key = True
    __tablename__ = "cases"

    school_id: Mapped[UUID] = mapped_column(ForeignKey("schools.id"))
    reference: Mapped[str] = mapped_column(String(24), unique=True)
    state: Mapped[str] = mapped_column(String(10), default=CaseState.OPEN.value)
    audience: Mapped[str] = mapped_column(String(10), default=Audience.LEADS.value)
    lead_id: Mapped[UUID | None] = mapped_column(ForeignKey("members.id"))
    types: Mapped[list[str]] = mapped_column(default=list)
    behaviours: Mapped[list[str]] = mapped_column(default=list)
    overlaps: Mapped[list[str]] = mapped_column(default=list)
    hate_elements: Mapped[list[str]] = mapped_column(default=list)
    danger: Mapped[str] = mapped_column(String(10), default="not_known")
    told_on: Mapped[date | None]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    recurrences: Mapped[int] = mapped_column(default=0)
    outcome: Mapped[str | None] = mapped_column(String(30))
    outcome_at: Mapped[datetime | None]
    decision: Mapped[str | None] = mapped_column(String(20))
    police_told_at: Mapped[datetime | None]
    evidence_advice: Mapped[str | None] = mapped_column(String(10))
    evidence_advice_at: Mapped[datetime | None]
    asking_agreed: Mapped[str] = mapped_column(String(10), default="")
    not_needed: Mapped[list[str]] = mapped_column(default=list)
    responses: Mapped[list[str]] = mapped_column(default=list)

    __table_args__ = (
        Index("ix_cases_list", "school_id", "state", "opened_at", "id"),
        Index("ix_cases_opened", "school_id", "opened_at", "id"),
        Index(
            "ix_cases_undecided",
            "school_id",
            "state",
            "opened_at",
            "id",
            sqlite_where=text("decision IS NULL"),
            postgresql_where=text("decision IS NULL"),
        ),
        CheckConstraint("state IN ('open','closed')", name="state"),
        CheckConstraint("audience IN ('leads','head')", name="audience"),
        CheckConstraint("danger IN ('yes','no','not_known')", name="danger"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed"),
        CheckConstraint("evidence_advice IN ('opens','keeps')", name="evidence_advice"),
        CheckConstraint("asking_agreed IN ('','yes','no')", name="asking_agreed"),
    )

    @property
    def subject_case_id(self) -> UUID:
        return self.id

    @property
    def is_open(self) -> bool:
        return self.state == CaseState.OPEN.value


class Involved(Root):
    """Somebody's part in a case. A part belongs to the person in this case, never to the case."""

    __tablename__ = "involved"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    parts: Mapped[list[str]]
    how_sure: Mapped[str] = mapped_column(String(12), default="said")
    description = SealedText()
    words_for_self = SealedText()
    note = SealedText()
    not_to_be_told = SealedText()

    person: Mapped[Person | None] = relationship(lazy="joined")

    __table_args__ = (
        CheckConstraint("how_sure IN ('said','admitted','established','unfounded')", name="sure"),
    )

    @property
    def name(self) -> str:
        """The full name, or what is known of somebody who has none yet."""
        if self.person is not None:
            return self.person.full_name
        return self.description or "Somebody not yet known"

    @property
    def is_known(self) -> bool:
        return self.person is not None


class Exclusion(Root):
    """Somebody who may not see a case or disclosure, whatever their role."""

    __tablename__ = "exclusions"

    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("cases.id"))
    disclosure_id: Mapped[UUID | None] = mapped_column(ForeignKey("disclosures.id"))
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    lifted_at: Mapped[datetime | None]
    reason = SealedText()

    __table_args__ = (
        Index("ix_exclusions_case", "case_id", "member_id"),
        Index("ix_exclusions_disclosure", "disclosure_id", "member_id"),
        CheckConstraint("case_id IS NOT NULL OR disclosure_id IS NOT NULL", name="of_something"),
    )


class DecisionKind(StrEnum):
    POLICE = "police"
    OTHER = "other"
    RELEASE = "release"
    URGENT_REPORT = "urgent_report"
    PARENTS = "parents"


class Decision(HappenedColumns, Root):
    """What was decided, between what, why, on whose advice, and who agreed."""

    __tablename__ = "decisions"

    journal_parts = ("countersignatures",)

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    involved_id: Mapped[UUID | None] = mapped_column(ForeignKey("involved.id"))
    kind: Mapped[str] = mapped_column(String(20))
    choice: Mapped[str] = mapped_column(String(30))
    decided_by: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    needs_second: Mapped[bool] = mapped_column(default=False)
    assessment_id: Mapped[UUID | None]
    question = SealedText()
    options = SealedText()
    chosen = SealedText()
    reason = SealedText()
    advice = SealedText()
    advice_from = SealedText()
    advice_reference = SealedText()

    countersignatures: Mapped[list["Countersignature"]] = relationship(
        back_populates="decision", order_by="Countersignature.signed_at", lazy="joined"
    )

    __table_args__ = (
        Index("ix_decisions_case", "case_id", "written_at", "id"),
        Index(
            "ix_decisions_needs_second",
            "case_id",
            sqlite_where=text("needs_second = 1"),
            postgresql_where=text("needs_second"),
        ),
    )

    @property
    def stands(self) -> bool:
        """Whether it stands: it needs nobody else, or somebody else agreed last."""
        if not self.needs_second:
            return True
        return bool(self.countersignatures) and self.countersignatures[-1].agrees

    @property
    def refused(self) -> bool:
        return bool(self.countersignatures) and not self.countersignatures[-1].agrees


class Countersignature(Record):
    """A second person's word on a decision: somebody of the school, or advice from outside."""

    __tablename__ = "countersignatures"

    part_of = "decision"

    decision_id: Mapped[UUID] = mapped_column(ForeignKey("decisions.id"), index=True)
    member_id: Mapped[UUID | None] = mapped_column(ForeignKey("members.id"))
    entered_by: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    signed_at: Mapped[datetime]
    agrees: Mapped[bool]
    outside_name = SealedText()
    outside_body = SealedText()
    outside_reference = SealedText()
    words = SealedText()

    decision: Mapped[Decision] = relationship(back_populates="countersignatures")

    __table_args__ = (
        CheckConstraint(
            "member_id IS NOT NULL OR outside_reference_sealed IS NOT NULL", name="somebody"
        ),
    )


class DueAction(Root):
    """Something to do or find out, by whom and by when."""

    __tablename__ = "due_actions"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(40), default="")
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("members.id"))
    due_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10), default="open")
    settled_at: Mapped[datetime | None]
    what = SealedText()
    owner_name = SealedText()
    result = SealedText()

    __table_args__ = (
        Index("ix_due_actions_case", "case_id", "state", "due_at", "id"),
        Index("ix_due_actions_open", "state", "due_at", "id"),
        CheckConstraint("state IN ('open','done','not_needed')", name="state"),
        CheckConstraint("(state = 'open') = (settled_at IS NULL)", name="settled"),
    )


class StepMark(Root):
    """A step that this case does not need, and why."""

    __tablename__ = "step_marks"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    step: Mapped[str] = mapped_column(String(30))
    not_needed: Mapped[bool] = mapped_column(default=True)
    reason = SealedText()

    __table_args__ = (UniqueConstraint("case_id", "step"),)


class CaseEvent(Root):
    """A case opened, closed, reopened, given to another lead, kept to the head and its lead."""

    __tablename__ = "case_events"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[str] = mapped_column(String(20))
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("members.id"))
    reason = SealedText()
    lessons = SealedText()
    views = SealedText()

    __table_args__ = (Index("ix_case_events_case", "case_id", "written_at", "id"),)


class CaseNote(HappenedColumns, Root):
    """Something that happened, was said or was done, entered by hand into the chronology."""

    __tablename__ = "case_notes"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[str] = mapped_column(String(20))
    author_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    withdrawn_at: Mapped[datetime | None]
    words = SealedText()
    on_paper = SealedText()

    __table_args__ = (Index("ix_case_notes_case", "case_id", "written_at", "id"),)


class OnlineProfile(Root):
    """An account, page, group, number or address on a platform, and whose it is thought to be."""

    __tablename__ = "online_profiles"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str] = mapped_column(String(30), default="")
    private: Mapped[str] = mapped_column(String(10), default="not_known")
    handle_lookup: Mapped[bytes | None] = mapped_column(LargeBinary(32), index=True)
    platform = SealedText()
    handle = SealedText()
    url = SealedText()
    whose = SealedText()
    note = SealedText()


class Incident(HappenedColumns, Root):
    """One thing that happened, with its day and place."""

    __tablename__ = "incidents"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    what = SealedText()
    place = SealedText()


class EvidenceItem(Root):
    """Evidence that exists and where it is. Never the evidence itself."""

    __tablename__ = "evidence_items"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    what = SealedText()
    where_held = SealedText()


class ViewingKind(StrEnum):
    ACCIDENTAL = "accidental"
    AUTHORISED = "authorised"


class ImageryViewing(HappenedColumns, Root):
    """That somebody saw imagery, by accident or because it was decided: who, why, what followed."""

    __tablename__ = "imagery_viewings"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12), default=ViewingKind.ACCIDENTAL.value)
    who = SealedText()
    why = SealedText()
    ground = SealedText()
    decided_by = SealedText()
    place = SealedText()
    shown_by = SealedText()
    present = SealedText()
    followed = SealedText()
    support = SealedText()

    __table_args__ = (CheckConstraint("kind IN ('accidental','authorised')", name="kind"),)


class CaseLink(Root):
    """That another case bears on this one."""

    __tablename__ = "case_links"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    other_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    why = SealedText()
