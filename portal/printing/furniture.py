"""What stands at the head and foot of every printed page. Importable without ReportLab."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Furniture:
    """Names and purposes are printed; only `title` and `subject` reach the file's metadata.

    A `title` therefore never holds a name: "Case summary 2026-0042".
    """

    school: str
    reference: str
    title: str
    printed_by: str  # "Amina Rahman (Designated Safeguarding Lead)"
    printed_at: str  # "12 March 2026 at 14:05"
    copy_number: int = 0  # 0: this document is not counted in copies
    purpose: str = ""
    recipient: str = ""
    journal_hash: str = ""  # 64 hexadecimal digits, or "" where no journal stands behind it
    journal_sequence: int = 0
    subject: str = ""
    marking: str = "Confidential"  # "" on a paper that must not draw a stranger’s eye

    @property
    def short_hash(self) -> str:
        """The first twelve digits in groups of four, enough to compare by eye."""
        return " ".join(self.journal_hash[start : start + 4] for start in (0, 4, 8)).strip()
