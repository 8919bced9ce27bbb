"""One hand-over of the screen to a student: where it stands, and the answers so far."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.vault.records import Record, Sealed


class Handover(Record):
    """Working paper, like a form sheet: what the student takes out again is not kept.

    What they give back becomes a record of its own (wishes, a part of a plan), and that is
    journalled. Sealed under the case’s key.
    """

    __tablename__ = "handovers"
    journalled = False

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    involved_id: Mapped[UUID] = mapped_column(ForeignKey("involved.id"))
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    form: Mapped[str] = mapped_column(String(12))
    subject_id: Mapped[UUID | None]
    state: Mapped[str] = mapped_column(String(15))
    stopped: Mapped[bool] = mapped_column(default=False)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    given_back_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    settings = Sealed[dict[str, Any]]()
    answers = Sealed[dict[str, Any]]()

    __table_args__ = (
        Index("ix_handovers_open", "member_id", "state"),
        CheckConstraint(
            "state IN ('with_student','given_back','read_together','kept','left')", name="state"
        ),
    )
