"""The initial review, and the assessment of risk with the response to it."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.cases.models import HappenedColumns
from portal.vault.records import Sealed, SealedText
from portal.vault.roots import Root


class InitialReview(HappenedColumns, Root):
    """Who met on the first day, and what they settled (domain B2, C1 step 6)."""

    __tablename__ = "initial_reviews"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    made_by: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    immediate_risk: Mapped[str] = mapped_column(String(10))
    referral_needed: Mapped[str] = mapped_column(String(10))
    tell_outside: Mapped[str] = mapped_column(String(10))
    urgent_removal: Mapped[str] = mapped_column(String(10))
    viewing_needed: Mapped[str] = mapped_column(String(10), default="no")
    attended = SealedText()
    risk_words = SealedText()
    made_safe = SealedText()
    referral_words = SealedText()
    outside_words = SealedText()
    removal_words = SealedText()
    viewing_words = SealedText()
    bearing_on_risk = SealedText()
    parents_words = SealedText()
    unknowns = Sealed[list[str]]()

    __table_args__ = (
        Index("ix_initial_reviews_case", "case_id", "written_at", "id"),
        CheckConstraint("immediate_risk IN ('yes','no','not_known')", name="risk"),
    )


class RiskAssessment(HappenedColumns, Root):
    """How grave the behaviour is, what bears on it, and how the school responds (H p.4, p.9)."""

    __tablename__ = "risk_assessments"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    made_by: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    level: Mapped[str] = mapped_column(String(20))
    responses: Mapped[list[str]]
    level_reason = SealedText()
    considerations = Sealed[dict[str, str]]()
    response_reasons = Sealed[dict[str, str]]()
    no_social_care_reason = SealedText()

    __table_args__ = (
        Index("ix_risk_assessments_case", "case_id", "written_at", "id"),
        CheckConstraint(
            "level IN ('normal','inappropriate','problematic','abusive','violent')", name="level"
        ),
    )
