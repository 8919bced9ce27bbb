"""People and how they belong together."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.vault.records import Sealed, SealedText, sealed_date
from portal.vault.roots import Root


class PersonKind(StrEnum):
    PUPIL = "pupil"
    CARER = "carer"
    ELSEWHERE = "elsewhere"
    ADULT = "adult"
    COLLEAGUE = "colleague"

    @property
    def label(self) -> str:
        return {
            "pupil": "Pupil of this school",
            "carer": "Parent or carer",
            "elsewhere": "Young person from elsewhere",
            "adult": "Adult from elsewhere",
            "colleague": "Works at this school",
        }[self.value]

    @property
    def is_young(self) -> bool:
        return self in {PersonKind.PUPIL, PersonKind.ELSEWHERE}


class Person(Root):
    """One person. Has a key of their own, so that what is held on them can be destroyed."""

    own_key = True
    __tablename__ = "people"

    school_id: Mapped[UUID] = mapped_column(ForeignKey("schools.id"))
    kind: Mapped[str] = mapped_column(String(12))
    member_id: Mapped[UUID | None] = mapped_column(ForeignKey("members.id"))
    upn_lookup: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    full_name = SealedText()
    known_as = SealedText()
    pronouns = SealedText()
    born = sealed_date()
    age_told = Sealed[int]()
    year_group = SealedText()
    form_group = SealedText()
    place = SealedText()
    upn = SealedText()
    flags = Sealed[list[str]]()
    needs = SealedText()
    telephone = SealedText()
    email = SealedText()
    address = SealedText()
    notes = SealedText()

    __table_args__ = (
        Index("ix_people_school", "school_id", "kind", "id"),
        Index("uq_people_upn", "school_id", "upn_lookup", unique=True),
        CheckConstraint("kind IN ('pupil','carer','elsewhere','adult','colleague')", name="kind"),
    )

    @property
    def kind_word(self) -> str:
        return PersonKind(self.kind).label

    def age_on(self, day: date) -> int | None:
        """Age in whole years on a day, where a date of birth is known (29 February: on 1 March)."""
        if self.born is None or self.born > day:
            return None
        had_birthday = (day.month, day.day) >= (self.born.month, self.born.day)
        return day.year - self.born.year - (0 if had_birthday else 1)


class Carer(Root):
    """That somebody cares for a young person, and what must be respected in contacting them.

    Carers who share the words in `household` are written to together; without any, each is a
    household of their own, so that nothing of one reaches another by omission.
    """

    __tablename__ = "carers"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    carer_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    responsibility: Mapped[str] = mapped_column(String(12), default="not_known")
    may_contact: Mapped[str] = mapped_column(String(12), default="yes")
    address_protected: Mapped[bool] = mapped_column(default=False)
    relation = SealedText()
    household = SealedText()
    court_order = SealedText()
    restrictions = SealedText()

    carer: Mapped[Person] = relationship(foreign_keys=[carer_id], lazy="joined", innerjoin=True)

    @property
    def cautions(self) -> str:
        """Everything that must be respected, in a line, for whoever may ring or write to them."""
        found = {
            "Must not be contacted": self.may_contact == "no",
            "Ask the safeguarding lead before contacting them": self.may_contact == "ask_lead",
            f"Court order: {self.court_order}": self.court_order,
            "Their address must not be disclosed to anybody": self.address_protected,
            self.restrictions: self.restrictions,
        }
        return " ".join(f"{words.rstrip('. ')}." for words, said in found.items() if said)

    __table_args__ = (
        CheckConstraint("responsibility IN ('yes','no','not_known')", name="responsibility"),
        CheckConstraint("may_contact IN ('yes','ask_lead','no')", name="may_contact"),
        CheckConstraint("person_id <> carer_id", name="somebody_else"),
    )
