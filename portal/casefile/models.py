"""Prints: what was printed, of what, why and for whom."""

from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.vault.records import Sealed, SealedText
from portal.vault.roots import Root


class Print(Root):
    """One numbered copy. It is laid out from the record as it stands when it is fetched, once.

    `subject_id` is the referral or device that the document is about; `words` are those that were
    typed for this copy alone.
    """

    __tablename__ = "prints"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    document: Mapped[str] = mapped_column(String(30))
    copy_number: Mapped[int]
    printed_by: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    journal_seq: Mapped[int] = mapped_column(BigInteger)
    journal_hash: Mapped[str] = mapped_column(String(64))
    recipient_kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[UUID | None]
    parts: Mapped[list[str]]
    purpose = SealedText()
    recipient = SealedText()
    people = Sealed[list[str]]()
    words = Sealed[dict[str, str]]()

    __table_args__ = (Index("ix_prints_case", "case_id", "written_at", "id"),)
