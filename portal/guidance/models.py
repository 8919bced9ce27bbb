"""What a school keeps of the help directory: changes to shipped entries, and entries of its own.

Helplines are public information, so nothing here is sealed. An answer that is None is as shipped;
an empty text says that the school took it out.
"""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.vault.roots import Root


class DirectoryEntry(Root):
    """One entry of the directory as this school has it, by the code of the shipped one."""

    __tablename__ = "directory_entries"

    school_id: Mapped[UUID] = mapped_column(ForeignKey("schools.id"))
    code: Mapped[str] = mapped_column(String(40))
    own: Mapped[bool] = mapped_column(default=False)
    hidden: Mapped[bool] = mapped_column(default=False)
    for_whom: Mapped[str | None] = mapped_column(String(20))
    name: Mapped[str | None] = mapped_column(String(120))
    purpose: Mapped[str | None] = mapped_column(String(400))
    telephone: Mapped[str | None] = mapped_column(String(60))
    text_message: Mapped[str | None] = mapped_column(String(60))
    email: Mapped[str | None] = mapped_column(String(120))
    hours: Mapped[str | None] = mapped_column(String(120))
    web: Mapped[str | None] = mapped_column(String(300))
    note: Mapped[str | None] = mapped_column(String(600))
    checked: Mapped[date | None]

    __table_args__ = (
        UniqueConstraint("school_id", "code"),
        CheckConstraint(
            "for_whom IN ('everyone','young_people','parents','staff')", name="for_whom"
        ),
        CheckConstraint("NOT own OR (name IS NOT NULL AND checked IS NOT NULL)", name="own"),
    )
