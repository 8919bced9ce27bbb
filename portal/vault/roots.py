"""Records that stand by themselves: with a version, and the moments of writing and of change."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from portal import clock
from portal.vault.keys import DataKey
from portal.vault.records import Record


class Root(Record):
    """A record with its own history. Its declared parts are versioned and journalled with it."""

    __abstract__ = True

    version: Mapped[int] = mapped_column()
    written_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - SQLAlchemy passes the class
        return {"version_id_col": cls.__table__.c.version}

    def __init__(self, key: DataKey, **values: Any) -> None:
        self.written_at = self.changed_at = clock.now()
        super().__init__(key, **values)

    @property
    def subject_case_id(self) -> UUID | None:
        """The case this record belongs to, for its journal rows."""
        return getattr(self, "case_id", None)
