"""Devices that the school holds or held, searches, and the chain of custody."""

from datetime import datetime
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
from sqlalchemy.orm import Mapped, mapped_column

from portal.cases.models import HappenedColumns
from portal.vault.records import SealedText
from portal.vault.roots import Root


class Device(Root):
    """A device as it was when it was taken. Who has it now is said by its custody rows alone.

    `held` only says in which list it belongs; it is written with the row that changes it, and a
    test holds it equal to what the rows say. There is no field for a passcode, on purpose.
    """

    __tablename__ = "devices"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    school_id: Mapped[UUID] = mapped_column(ForeignKey("schools.id"))
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("involved.id"))
    search_id: Mapped[UUID | None] = mapped_column(ForeignKey("device_searches.id"))
    held: Mapped[bool] = mapped_column(default=True)
    taken_at: Mapped[datetime]
    how: Mapped[str] = mapped_column(String(15))
    grounds: Mapped[list[str]]
    states: Mapped[list[str]]
    for_police: Mapped[bool] = mapped_column(default=False)
    return_due_at: Mapped[datetime | None]
    seal_lookup: Mapped[bytes | None] = mapped_column(LargeBinary(32), index=True)
    owner = SealedText()
    kind = SealedText()
    make = SealedText()
    model = SealedText()
    colour = SealedText()
    marks = SealedText()
    imei = SealedText()
    taken_by = SealedText()
    taken_where = SealedText()
    witness = SealedText()
    not_viewed_by = SealedText()
    needed_for = SealedText()
    arranged = SealedText()
    kept_why = SealedText()

    __table_args__ = (
        Index("ix_devices_case", "case_id", "written_at", "id"),
        Index(
            "ix_devices_held",
            "school_id",
            "taken_at",
            "id",
            sqlite_where=text("held = 1"),
            postgresql_where=text("held"),
        ),
        Index(
            "ix_devices_return",
            "school_id",
            "return_due_at",
            sqlite_where=text("held = 1"),
            postgresql_where=text("held"),
        ),
        Index(
            "ix_devices_for_police",
            "school_id",
            "for_police",
            "taken_at",
            "id",
            sqlite_where=text("held = 1"),
            postgresql_where=text("held"),
        ),
        CheckConstraint("how IN ('handed_over','asked','searched')", name="how"),
    )


class CustodyMove(HappenedColumns, Root):
    """One line of the chain of custody. Written once: the database refuses to change or drop it."""

    __tablename__ = "custody_moves"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    device_id: Mapped[UUID] = mapped_column(ForeignKey("devices.id"))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    by_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    from_whom = SealedText()
    to_whom = SealedText()
    place = SealedText()
    seal = SealedText()
    reason = SealedText()
    officer = SealedText()
    collar = SealedText()
    force = SealedText()
    receipt = SealedText()
    received_as = SealedText()
    condition = SealedText()

    __table_args__ = (
        UniqueConstraint("device_id", "number"),
        Index("ix_custody_moves_case", "case_id", "written_at", "id"),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint(
            "kind IN ('taken','stored','moved','to_police','from_police','returned','disposed',"
            "'remark')",
            name="kind",
        ),
    )


class DeviceSearch(HappenedColumns, Root):
    """A search of somebody or of their things, whatever was found, agreed to or refused."""

    __tablename__ = "device_searches"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    involved_id: Mapped[UUID | None] = mapped_column(ForeignKey("involved.id"))
    by_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    of_what: Mapped[str] = mapped_column(String(15))
    searcher_sex: Mapped[str] = mapped_column(String(15))
    agreement: Mapped[str] = mapped_column(String(15))
    found: Mapped[str] = mapped_column(String(10))
    parent_told: Mapped[str] = mapped_column(String(10))
    who = SealedText()
    place = SealedText()
    authorised_by = SealedText()
    searcher = SealedText()
    present = SealedText()
    looked_for = SealedText()
    reason = SealedText()
    found_what = SealedText()
    parent_words = SealedText()
    followed = SealedText()

    __table_args__ = (
        Index("ix_device_searches_case", "case_id", "written_at", "id"),
        CheckConstraint("agreement IN ('agreed','refused','not_asked')", name="agreement"),
        CheckConstraint("found IN ('yes','no')", name="found"),
        CheckConstraint("parent_told IN ('yes','no','not_yet')", name="parent_told"),
    )


class DeviceContent(HappenedColumns, Root):
    """What was done about content on a device that is lawful but banned: by whom, and why."""

    __tablename__ = "device_content"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    device_id: Mapped[UUID] = mapped_column(ForeignKey("devices.id"), index=True)
    choice: Mapped[str] = mapped_column(String(10))
    by_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    what = SealedText()
    done_by = SealedText()
    why = SealedText()

    __table_args__ = (
        Index("ix_device_content_case", "case_id", "written_at", "id"),
        CheckConstraint("choice IN ('deleted','returned','retained')", name="choice"),
    )
