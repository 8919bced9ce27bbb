"""What a young person wants told at home, contacts with their family, and updates agreed on.

Who the carers are, where they live and what must be respected is kept with the people
(`people.models.Carer`); whether parents are told is a decision of the case.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.cases.models import HappenedColumns
from portal.vault.records import SealedText
from portal.vault.roots import Root


class FamilyWish(HappenedColumns, Root):
    """What a young person says about their family being told (Guidance for Schools, 5.6)."""

    __tablename__ = "family_wishes"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    involved_id: Mapped[UUID] = mapped_column(ForeignKey("involved.id"))
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    wish: Mapped[str] = mapped_column(String(15))
    wants_there: Mapped[str] = mapped_column(String(10), default="not_known")
    why = SealedText()
    wider = SealedText()
    who_tells = SealedText()

    __table_args__ = (
        Index("ix_family_wishes_case", "case_id", "written_at", "id"),
        CheckConstraint("wish IN ('agrees','unsure','does_not_want','not_asked')", name="wish"),
        CheckConstraint("wants_there IN ('yes','no','not_known')", name="wants_there"),
    )


class FamilyContact(HappenedColumns, Root):
    """One contact with somebody at home about one young person (domain C4).

    `against_wish`, `although_not` and `said_although` say why this was done against the young
    person’s wish, with somebody who must not be contacted, or with words that were to be kept back.
    """

    __tablename__ = "family_contacts"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    involved_id: Mapped[UUID] = mapped_column(ForeignKey("involved.id"))
    carer_id: Mapped[UUID | None] = mapped_column(ForeignKey("carers.id"))
    by_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    way: Mapped[str] = mapped_column(String(15))
    reached: Mapped[bool] = mapped_column(default=True)
    agreed_with_child: Mapped[str] = mapped_column(String(10), default="not_known")
    child_present: Mapped[str] = mapped_column(String(10), default="no")
    blames: Mapped[str] = mapped_column(String(10), default="not_known")
    procedure_explained: Mapped[bool] = mapped_column(default=False)
    who = SealedText()
    relation = SealedText()
    telephone = SealedText()
    interpreter = SealedText()
    we_said = SealedText()
    they_said = SealedText()
    done_so_far = SealedText()
    they_ask = SealedText()
    help_offered = SealedText()
    agencies_part = SealedText()
    police_support = SealedText()
    help_at_home = SealedText()
    against_wish = SealedText()
    although_not = SealedText()
    said_although = SealedText()

    __table_args__ = (
        Index("ix_family_contacts_case", "case_id", "written_at", "id"),
        CheckConstraint("blames IN ('yes','no','not_known')", name="blames"),
        CheckConstraint("agreed_with_child IN ('yes','no','not_known')", name="agreed"),
        CheckConstraint("child_present IN ('yes','no','not_known')", name="present"),
    )


class UpdateAgreement(Root):
    """How often somebody at home hears from school, and what of; the next one is a due action."""

    __tablename__ = "update_agreements"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    involved_id: Mapped[UUID] = mapped_column(ForeignKey("involved.id"))
    carer_id: Mapped[UUID] = mapped_column(ForeignKey("carers.id"))
    made_by: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    every: Mapped[str] = mapped_column(String(15))
    next_on: Mapped[date | None]
    ended_at: Mapped[datetime | None]
    contains = SealedText()
    ended_reason = SealedText()

    __table_args__ = (
        Index("ix_update_agreements_case", "case_id", "written_at", "id"),
        CheckConstraint(
            "every IN ('week','fortnight','month','half_term','as_it_happens')", name="every"
        ),
    )
