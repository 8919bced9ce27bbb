"""The journal’s tables. Triggers in the migrations forbid all but appending the next row."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base


class JournalRow(Base):
    __tablename__ = "journal"

    seq: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False
    )
    at: Mapped[datetime]
    actor_id: Mapped[UUID | None]
    sign_in_id: Mapped[UUID | None]
    role: Mapped[str] = mapped_column(String(20))
    verb: Mapped[str] = mapped_column(String(60))
    school_id: Mapped[UUID | None]
    case_id: Mapped[UUID | None]
    subject_table: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[UUID | None]
    subject_version: Mapped[int | None]
    key_id: Mapped[UUID | None]
    snapshot: Mapped[bytes | None] = mapped_column(LargeBinary)
    reason: Mapped[bytes | None] = mapped_column(LargeBinary)
    previous_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)

    __table_args__ = (
        Index("ix_journal_subject", "subject_id", "seq"),
        Index("ix_journal_case", "case_id", "seq"),
        Index("ix_journal_looks", "sign_in_id", "case_id", "at"),
        Index("ix_journal_actor", "actor_id", "seq"),
        Index("ix_journal_at", "at"),
    )


class JournalHead(Base):
    """The newest row’s number and hash, sealed with the installation’s key: a cut tail shows."""

    __tablename__ = "journal_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    seal: Mapped[bytes] = mapped_column(LargeBinary(32))
