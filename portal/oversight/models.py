"""That somebody has read the list of a week’s unusual looks."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.vault.records import SealedText
from portal.vault.roots import Root


class LooksRead(Root):
    """Who has read the unusual looks of a week at a school, and what came of it."""

    __tablename__ = "looks_read"

    school_id: Mapped[UUID] = mapped_column(ForeignKey("schools.id"))
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    week: Mapped[date]
    words = SealedText()

    __table_args__ = (Index("ix_looks_read_week", "school_id", "week", "id"),)
