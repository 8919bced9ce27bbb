"""Content items: what is online, in words and addresses only, and the history of each."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.cases.models import HappenedColumns
from portal.cases.rules import ItemFacts, Release
from portal.vault.records import SealedText
from portal.vault.roots import Root

OPEN_STATES = ("live", "reported", "came_back")
_OPEN = "state IN ('live','reported','came_back')"
STILL_UP = text(f"content_items.{_OPEN}")
"""A condition for lists, word for word that of the index: SQLite proves no more than that."""


class ContentItem(Root):
    """One thing that is online: what it is in words, where, and whether it is held as evidence.

    `held_since` is when the school learnt of it, or that it came back: a release covers what was
    known when it was given. The state is that of the newest change, kept here for the lists.
    """

    __tablename__ = "content_items"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    school_id: Mapped[UUID] = mapped_column(ForeignKey("schools.id"))
    profile_id: Mapped[UUID | None] = mapped_column(ForeignKey("online_profiles.id"))
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20), default="live")
    found_at: Mapped[datetime]
    held_since: Mapped[datetime]
    release: Mapped[str] = mapped_column(String(10), default="")
    released_at: Mapped[datetime | None]
    release_id: Mapped[UUID | None]
    what = SealedText()
    platform = SealedText()
    url = SealedText()
    account = SealedText()
    posted_where = SealedText()
    noted = SealedText()
    note = SealedText()

    __table_args__ = (
        Index("ix_content_items_case", "case_id", "written_at", "id"),
        Index(
            "ix_content_items_open",
            "school_id",
            "found_at",
            "id",
            sqlite_where=text(_OPEN),
            postgresql_where=text(_OPEN),
        ),
        CheckConstraint(
            "state IN ('live','reported','removed','could_not_be_removed','came_back')",
            name="state",
        ),
        CheckConstraint("release IN ('','named','urgent','police','kept')", name="release"),
    )

    @property
    def facts(self) -> ItemFacts:
        return ItemFacts(self.held_since, Release(self.release))

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def name(self) -> str:
        """A short way to speak of it: its account or address, else what it is."""
        where = self.account or self.url or self.what
        return f"{self.platform}: {where}" if self.platform else where


class ContentChange(HappenedColumns, Root):
    """One line of an item’s history: what became of it, when, by whom, told to whom."""

    __tablename__ = "content_changes"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    item_id: Mapped[UUID] = mapped_column(ForeignKey("content_items.id"), index=True)
    state: Mapped[str] = mapped_column(String(20))
    by_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    referral_id: Mapped[UUID | None]
    to_whom = SealedText()
    reference = SealedText()
    words = SealedText()

    __table_args__ = (
        Index("ix_content_changes_case", "case_id", "written_at", "id"),
        CheckConstraint(
            "state IN ('live','reported','removed','could_not_be_removed','came_back')",
            name="state",
        ),
    )
