"""Support for a person or a group, what was offered, reviews; sanctions, meetings, milestones."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.cases.models import HappenedColumns
from portal.vault.records import Sealed, SealedText
from portal.vault.roots import Root


class Support(Root):
    """How one young person, or one group of bystanders, is supported (Guidance for Schools, 5.5).

    Either `involved_id` or the name of a group says for whom.
    """

    __tablename__ = "supports"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    involved_id: Mapped[UUID | None] = mapped_column(ForeignKey("involved.id"))
    made_by: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    adult_id: Mapped[UUID | None] = mapped_column(ForeignKey("members.id"))
    told_every: Mapped[str] = mapped_column(String(15), default="")
    attendance_watched: Mapped[bool] = mapped_column(default=False)
    reprisals_watched: Mapped[bool] = mapped_column(default=False)
    review_every: Mapped[str] = mapped_column(String(15))
    next_review_on: Mapped[date | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("members.id"))
    group = SealedText()
    needs = SealedText()
    own_words = SealedText()
    adult_name = SealedText()
    adult_when = SealedText()
    adult_where = SealedText()
    told_by = SealedText()
    holidays = SealedText()
    attendance = SealedText()
    reprisals = SealedText()
    ended_words = SealedText()

    __table_args__ = (Index("ix_supports_case", "case_id", "written_at", "id"),)


class SupportOffer(HappenedColumns, Root):
    """Something that was offered, and how it was answered.

    `answered_at` and `answered_by` say who wrote down an answer that came after the offer.
    """

    __tablename__ = "support_offers"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    support_id: Mapped[UUID] = mapped_column(ForeignKey("supports.id"))
    by_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    kind: Mapped[str] = mapped_column(String(20))
    service: Mapped[str] = mapped_column(String(40), default="")
    answer: Mapped[str] = mapped_column(String(10), default="waiting")
    answered_on: Mapped[date | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("members.id"))
    starts_on: Mapped[date | None]
    what = SealedText()
    answer_words = SealedText()

    __table_args__ = (
        Index("ix_support_offers_case", "case_id", "written_at", "id"),
        CheckConstraint("answer IN ('waiting','accepted','later','declined')", name="answer"),
    )


class SupportReview(HappenedColumns, Root):
    """One look at how the support is going, with the young person."""

    __tablename__ = "support_reviews"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    support_id: Mapped[UUID] = mapped_column(ForeignKey("supports.id"))
    by_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    outcome: Mapped[str] = mapped_column(String(12))
    next_review_on: Mapped[date | None]
    present = SealedText()
    how_it_goes = SealedText()
    own_words = SealedText()
    changes = SealedText()

    __table_args__ = (
        Index("ix_support_reviews_case", "case_id", "written_at", "id"),
        CheckConstraint("outcome IN ('goes_on','changes','ends')", name="outcome"),
    )


class Sanction(HappenedColumns, Root):
    """A sanction under the behaviour policy, and the support that stands beside it (S 5.7)."""

    __tablename__ = "sanctions"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    involved_id: Mapped[UUID] = mapped_column(ForeignKey("involved.id"))
    by_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    ends_on: Mapped[date | None]
    what = SealedText()
    policy = SealedText()
    decided_by = SealedText()
    reason = SealedText()
    beside = SealedText()
    own_words = SealedText()

    __table_args__ = (Index("ix_sanctions_case", "case_id", "written_at", "id"),)


class RestorativeView(HappenedColumns, Root):
    """What a young person who was harmed says to a restorative meeting; the newest one counts."""

    __tablename__ = "restorative_views"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    involved_id: Mapped[UUID] = mapped_column(ForeignKey("involved.id"))
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    answer: Mapped[str] = mapped_column(String(12))
    own_words = SealedText()
    conditions = SealedText()
    told = SealedText()

    __table_args__ = (
        Index("ix_restorative_views_case", "case_id", "written_at", "id"),
        CheckConstraint("answer IN ('agrees','unsure','does_not','withdrawn')", name="answer"),
    )

    @property
    def said_when(self) -> str:
        """What a meeting calls it that rests on it."""
        day = self.happened_on
        return f"What was said on {day.day} {day:%B %Y}" if day else "What was said"


class RestorativeMeeting(HappenedColumns, Root):
    """A restorative meeting that was held, for which each one harmed in it had agreed."""

    __tablename__ = "restorative_meetings"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    by_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    involved: Mapped[list[str]]
    views: Mapped[list[str]]
    led_by = SealedText()
    present = SealedText()
    what_came = SealedText()
    words_harmed = SealedText()
    words_displayed = SealedText()
    afterwards = SealedText()

    __table_args__ = (Index("ix_restorative_meetings_case", "case_id", "written_at", "id"),)


class Milestone(Root):
    """A court or police day that somebody needs support for; before it there is a due action."""

    __tablename__ = "milestones"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    involved_id: Mapped[UUID] = mapped_column(ForeignKey("involved.id"))
    by_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    kind: Mapped[str] = mapped_column(String(20))
    day: Mapped[date]
    at_time: Mapped[str | None] = mapped_column(String(5))
    state: Mapped[str] = mapped_column(String(12), default="planned")
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[UUID | None] = mapped_column(ForeignKey("members.id"))
    what = SealedText()
    place = SealedText()
    support = SealedText()
    outcome = SealedText()
    moves = Sealed[list[dict[str, str]]]()

    __table_args__ = (
        Index("ix_milestones_case", "case_id", "written_at", "id"),
        CheckConstraint("state IN ('planned','happened','called_off')", name="state"),
    )
