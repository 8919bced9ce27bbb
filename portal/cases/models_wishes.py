"""What a young person wishes of those who know, and what must not be told.

They belong to the case: whoever tells somebody, or lets somebody see something, has to know them.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.cases.models import HappenedColumns
from portal.vault.records import Record, Sealed, SealedText
from portal.vault.roots import Root


class Wishes(HappenedColumns, Root):
    """One visit to the form “Who do you want to know?” (Guidance for Schools, Appendix 1).

    Each visit is a version of its own with the next number; the newest is what counts. Happened is
    when the young person answered; `paper_on` is the day a paper form bears that was typed up.
    """

    __tablename__ = "wishes"

    journal_parts = ("people",)

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    involved_id: Mapped[UUID] = mapped_column(ForeignKey("involved.id"))
    number: Mapped[int]
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    how: Mapped[str] = mapped_column(String(12))
    paper_on: Mapped[date | None]
    next_visit_on: Mapped[date | None]
    class_form = SealedText()
    must_know = Sealed[list[dict[str, str]]]()
    anything_else = SealedText()

    people: Mapped[list["WishPerson"]] = relationship(
        back_populates="wishes", order_by="WishPerson.place", lazy="selectin"
    )

    __table_args__ = (
        Index("ix_wishes_case", "case_id", "written_at", "id"),
        UniqueConstraint("involved_id", "number"),
        CheckConstraint("how IN ('handed_over','beside','paper')", name="how"),
    )


class WishPerson(Record):
    """Somebody a young person named: whether they may know, how much, and what they should do."""

    __tablename__ = "wish_people"

    part_of = "wishes"

    wishes_id: Mapped[UUID] = mapped_column(ForeignKey("wishes.id"), index=True)
    place: Mapped[int]
    standing: Mapped[str] = mapped_column(String(12))
    knows_already: Mapped[bool] = mapped_column(default=False)
    member_id: Mapped[UUID | None] = mapped_column(ForeignKey("members.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    name = SealedText()
    how_much = SealedText()
    support = SealedText()
    not_do = SealedText()

    wishes: Mapped[Wishes] = relationship(back_populates="people")

    __table_args__ = (
        CheckConstraint("standing IN ('knows','wanted','rather_not')", name="standing"),
    )


class NeedToKnowNote(Root):
    """One sentence agreed with a young person for a colleague who has no access to the case."""

    __tablename__ = "need_to_know_notes"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    involved_id: Mapped[UUID] = mapped_column(ForeignKey("involved.id"))
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    sent_by: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    agreed_on: Mapped[date]
    read_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    sentence = SealedText()
    against_wish = SealedText()
    withdrawn_reason = SealedText()

    __table_args__ = (
        Index("ix_need_to_know_notes_case", "case_id", "written_at", "id"),
        Index("ix_need_to_know_notes_member", "member_id", "written_at", "id"),
    )


class Withheld(Root):
    """A fact about somebody in the case that is not to be told to some readers, and its words.

    `phrases` are the words by which the fact would be recognised: none of them may stand in
    anything that goes to `from_kinds` (kinds of recipient) or `from_people` (ids of people).
    """

    __tablename__ = "withheld_facts"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    involved_id: Mapped[UUID] = mapped_column(ForeignKey("involved.id"))
    by_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    from_kinds: Mapped[list[str]]
    from_people: Mapped[list[str]] = mapped_column(default=list)
    lifted_at: Mapped[datetime | None]
    fact = SealedText()
    phrases = Sealed[list[str]]()
    reason = SealedText()
    lifted_reason = SealedText()

    __table_args__ = (Index("ix_withheld_facts_case", "case_id", "written_at", "id"),)
