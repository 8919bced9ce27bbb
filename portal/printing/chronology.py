"""A case's chronology on paper: when each thing happened, and when it was written down."""

from dataclasses import dataclass

from portal.printing.furniture import Furniture
from portal.printing.house import Document


@dataclass(frozen=True, slots=True)
class ChronologyEntry:
    happened: str
    written: str
    who: str
    what: str
    late: bool = False  # written so long afterwards that the reader must know


@dataclass(frozen=True, slots=True)
class Chronology:
    furniture: Furniture
    showing: str  # the filter, as a sentence: "Every entry." or "Entries about devices only."
    entries: tuple[ChronologyEntry, ...] = ()


def build(data: Chronology) -> bytes:
    document = Document(data.furniture)
    document.heading(f"Chronology of case {data.furniture.reference}", 1)
    document.facts(
        (
            ("Shown here", data.showing),
            ("Number of entries", str(len(data.entries))),
            ("Purpose", data.furniture.purpose),
        )
    )
    document.table(
        (("Happened", 19), ("Written", 21), ("Who", 18), ("What", 42)),
        [(each.happened, _written(each), each.who, each.what) for each in data.entries],
    )
    return document.to_pdf()


def _written(entry: ChronologyEntry) -> str:
    return f"{entry.written}\nLate entry" if entry.late else entry.written
