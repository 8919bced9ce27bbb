"""The chain of custody of one device: every row, every gap, and who has it now."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.printing.device_data import Device, Move, Taken
from portal.printing.device_receipt import device_facts, labelled
from portal.printing.furniture import Furniture

if TYPE_CHECKING:
    from portal.printing.house import Document


@dataclass(frozen=True, slots=True)
class Search:
    """A search of somebody or of their things, whatever came of it."""

    when: str
    who: str = ""  # who or whose things were searched
    place: str = ""
    authorised_by: str = ""
    searcher: str = ""  # name, and the sex the record gives
    present: str = ""
    looked_for: str = ""
    reason: str = ""
    agreement: str = ""
    found: str = ""
    parent_told: str = ""
    followed: str = ""


@dataclass(frozen=True, slots=True)
class CustodySheet:
    furniture: Furniture
    device: Device
    taken: Taken
    holder: str  # who has it now
    place: str = ""  # and where
    return_by: str = ""
    state_on_taking: str = ""
    not_viewed_by: str = ""
    needed_for: str = ""  # health, travel or care, and what was arranged instead
    further: tuple[tuple[str, str], ...] = ()  # more facts about it, each with its label
    search: Search | None = None
    moves: tuple[Move, ...] = ()
    gaps: tuple[str, ...] = ()  # "Between … and … the record does not say who had it."


def build(data: CustodySheet) -> bytes:
    from portal.printing.house import STRONG, Document

    document = Document(data.furniture)
    document.heading("Chain of custody of a device", 1)
    document.lead_in(data.device.named, STRONG)
    document.notice("Where it is now", (_now(data),))
    document.heading("The device")
    document.facts(
        (
            *device_facts(data.device, data.taken, data.state_on_taking),
            ("Not looked into, confirmed by", data.not_viewed_by),
            ("Needed for", data.needed_for),
            *data.further,
        )
    )
    document.heading("The search")
    _search(document, data.search)
    document.heading("Every entry")
    document.lead_in(
        "An entry is written once and never changed. “Late entry” marks one that was written down "
        "long after it happened."
    )
    document.table(
        (("No.", 6.5), ("Happened, written", 26), ("What and why", 23), ("From and to", 25.5),
         ("Place and seal", 19)),
        [_row(move) for move in data.moves],
    )  # fmt: skip
    _gaps(document, data)
    document.paragraph("The school asks for no passcode and holds none.")
    return document.to_pdf()


def _now(data: CustodySheet) -> str:
    held = f"Held by {data.holder or 'nobody that the record names'}"
    place = f", {data.place}" if data.place else ""
    due = f" To be returned by {data.return_by}." if data.return_by else ""
    return f"{held}{place}.{due}"


def _search(document: "Document", search: Search | None) -> None:
    if search is None:
        document.paragraph("No search is recorded with this device.")
        return
    document.facts(
        (
            ("When and where", ", ".join(filter(None, (search.when, search.place)))),
            ("Who was searched", search.who),
            ("Authorised by", search.authorised_by),
            ("Searched by", search.searcher),
            ("Who was present", search.present),
            ("What was looked for", search.looked_for),
            ("Reason", search.reason),
            ("Agreement", search.agreement),
            ("What was found", search.found),
            ("Parents or carers told", search.parent_told),
            ("What followed", search.followed),
        )
    )


def _row(move: Move) -> tuple[str, ...]:
    late = "Late entry" if move.late else ""
    return (
        move.number,
        "\n".join(filter(None, (move.happened, labelled("Written", move.written), late))),
        "\n".join(filter(None, (move.what, move.reason, move.condition))),
        labelled(
            "From", move.from_whom, "To", move.to_whom,
            "Officer", move.officer, "Receipt", move.receipt,
        ),
        "\n".join(filter(None, (move.place, labelled("Seal", move.seal)))),
    )  # fmt: skip


def _gaps(document: "Document", data: CustodySheet) -> None:
    if data.gaps:
        document.notice("Gaps in this record", data.gaps)
    elif data.moves:
        document.paragraph("No gap is known: each entry begins with the holder the last one named.")
