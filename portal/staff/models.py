"""The installation, its schools, members of staff, their roles, sign-ins, cover and closures."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base
from portal.vault.records import SealedText
from portal.vault.roots import Root


class Installation(Base):
    """One row: what this database is for, and a value that only its own key opens."""

    __tablename__ = "installation"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    mode: Mapped[str] = mapped_column(String(10))
    made_at: Mapped[datetime]
    demo_day: Mapped[date | None]
    key_check: Mapped[bytes] = mapped_column(LargeBinary)
    kit_confirmed_at: Mapped[datetime | None]


class School(Root):
    own_key = True
    __tablename__ = "schools"

    name: Mapped[str] = mapped_column(String(120))
    prefix: Mapped[str] = mapped_column(String(6), default="")
    nation: Mapped[str] = mapped_column(String(20), default="england")
    dsl_phone: Mapped[str] = mapped_column(String(40), default="")
    school_phone: Mapped[str] = mapped_column(String(40), default="")
    school_email: Mapped[str] = mapped_column(String(120), default="")
    social_care_name: Mapped[str] = mapped_column(String(120), default="")
    social_care_day: Mapped[str] = mapped_column(String(40), default="")
    social_care_night: Mapped[str] = mapped_column(String(40), default="")
    social_care_hours: Mapped[str] = mapped_column(String(120), default="")
    social_care_form: Mapped[str] = mapped_column(String(300), default="")
    social_care_email: Mapped[str] = mapped_column(String(120), default="")
    written_within: Mapped[int] = mapped_column(default=24)
    written_unit: Mapped[str] = mapped_column(String(15), default="hours")
    lado_phone: Mapped[str] = mapped_column(String(40), default="")
    chair_of_governors = SealedText()
    pickup_minutes: Mapped[int] = mapped_column(default=30)
    day_starts: Mapped[str] = mapped_column(String(5), default="08:00")
    day_ends: Mapped[str] = mapped_column(String(5), default="17:00")

    __table_args__ = (
        CheckConstraint("written_unit IN ('hours','working_days')", name="written_unit"),
    )

    @property
    def subject_school_id(self) -> UUID:
        return self.id

    @property
    def written_deadline(self) -> str:
        """How soon a referral by telephone is confirmed in writing: 24 hours, 1 working day."""
        unit = self.written_unit.replace("_", " ")
        return f"{self.written_within} {unit[:-1] if self.written_within == 1 else unit}"


class Member(Root):
    """Somebody who signs in. The name, sign-in name and e-mail address are sealed."""

    own_key = True
    __tablename__ = "members"

    full_name = SealedText()
    username = SealedText()
    email = SealedText()
    username_lookup: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    email_lookup: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    pin_hash: Mapped[str | None] = mapped_column(String(200))
    must_change: Mapped[bool] = mapped_column(default=False)
    has_second: Mapped[bool] = mapped_column(default=False)
    ended_at: Mapped[datetime | None]

    memberships: Mapped[list["Membership"]] = relationship(back_populates="member")


class Membership(Root):
    """One role of one member at one school."""

    __tablename__ = "memberships"

    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"), index=True)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("schools.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    ended_at: Mapped[datetime | None]

    member: Mapped[Member] = relationship(back_populates="memberships")

    __table_args__ = (
        CheckConstraint(
            "role IN ('staff','dsl','deputy','pastoral','head','governor','admin')", name="role"
        ),
    )


class SignIn(Base):
    """One sign-in: revocable, ended by rest and by age. The cookie holds its secret only.

    Until `second_at` is set it opens nothing to somebody who has a second factor. `challenge` is
    what a passkey must sign next; it is good once.
    """

    __tablename__ = "sign_ins"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"), index=True)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("schools.id"))
    made_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    password_at: Mapped[datetime]
    second_at: Mapped[datetime | None]
    second_how: Mapped[str] = mapped_column(String(10), default="")
    challenge: Mapped[bytes | None] = mapped_column(LargeBinary(64))
    challenge_at: Mapped[datetime | None]
    device_id: Mapped[UUID | None] = mapped_column(ForeignKey("known_devices.id"))
    device_label: Mapped[str] = mapped_column(String(60), default="")
    hidden_at: Mapped[datetime | None]
    handover_id: Mapped[UUID | None] = mapped_column(ForeignKey("handovers.id"), index=True)
    ended_at: Mapped[datetime | None]


class Throttle(Base):
    """Wrong tries of one kind, by keyed hash of whose they are.

    Passwords for one account, in one browser or from one address, PINs, second factors, references
    of cases opened in an emergency: see `sign_ins.throttle`.
    """

    __tablename__ = "throttles"

    bucket: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime]


class Cover(Root):
    """Who picks up disclosures between two days, both included (the rota)."""

    __tablename__ = "covers"

    school_id: Mapped[UUID] = mapped_column(ForeignKey("schools.id"))
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_covers_school", "school_id", "ends_on"),
        CheckConstraint("ends_on >= starts_on", name="order"),
    )


class Closure(Root):
    """Days on which the school is closed, both included: holidays and training days."""

    __tablename__ = "closures"

    school_id: Mapped[UUID] = mapped_column(ForeignKey("schools.id"))
    label: Mapped[str] = mapped_column(String(60))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_closures_school", "school_id", "ends_on"),
        CheckConstraint("ends_on >= starts_on", name="order"),
    )


class SecurityNotice(Base):
    """One thing that one person is told about an account: their own, or a colleague’s.

    It says only what kind of thing happened to whose account, and when: never a case.
    """

    __tablename__ = "security_notices"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    for_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    about_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    school_id: Mapped[UUID | None] = mapped_column(ForeignKey("schools.id"))
    kind: Mapped[str] = mapped_column(String(30))
    detail: Mapped[str] = mapped_column(String(60), default="")
    made_at: Mapped[datetime]
    read_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_security_notices_for", "for_id", "read_at", "made_at", "id"),)
