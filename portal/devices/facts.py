"""How a device, its chain of custody and a search are said, on pages and on paper."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portal import clock
from portal.cases.rules import is_late_entry
from portal.devices.models import CustodyMove, Device, DeviceContent, DeviceSearch
from portal.devices.rules import (
    Gap,
    GapKind,
    Kind,
    Move,
    Standing,
    Where,
    gaps,
    said,
    same_name,
    standing,
)
from portal.guidance.catalogue import vocabulary
from portal.web.dates import plain_day

NOT_RECORDED = "Not recorded"


def labels(name: str, codes: Sequence[str]) -> str:
    known = vocabulary(name)
    return "; ".join(known.label(code) for code in codes)


def kind_of(device: Device) -> str:
    """“Mobile telephone”: what a page may be called, because it holds nobody’s words."""
    return vocabulary("device_kinds").label(device.kind)


def name_of(device: Device) -> str:
    """What it is in one line, without saying whose: “Mobile telephone: black Samsung A14”."""
    known = " ".join(filter(None, (device.colour, device.make, device.model)))
    return ": ".join(filter(None, (kind_of(device), known)))


def moment(at: datetime) -> str:
    here = clock.local(at)
    return f"{plain_day(here.date())}, {here:%H:%M}"


def device_facts(
    device: Device, moves: Sequence[CustodyMove], owner: str = ""
) -> list[tuple[str, str]]:
    """What is known of a device, each with its label; nothing of where it is now."""
    first = moves[0] if moves else None
    taken = said(first.happened) if first and first.happened else moment(device.taken_at)
    facts = [
        ("What it is", kind_of(device)),
        ("Make and model", " ".join(filter(None, (device.make, device.model)))),
        ("Colour", device.colour),
        ("Marks, case and SIM", device.marks),
        ("IMEI", device.imei),
        ("Whose it is", owner or device.owner),
        ("Who had it", _had_it(first, owner or device.owner)),
        ("Taken by", device.taken_by),
        ("Taken when", taken),
        ("Taken where", device.taken_where),
        ("Who else was there", device.witness),
        ("Why it was taken", labels("device_grounds", device.grounds)),
        ("How it came", vocabulary("device_how").label(device.how)),
        ("State on taking", labels("device_states", device.states)),
        ("Confirms that nobody looked into it", device.not_viewed_by),
        ("Needed for health, travel or care", device.needed_for),
        ("Arranged instead", device.arranged),
        ("Return by", moment(device.return_due_at) if device.return_due_at else ""),
        ("Why it is kept", device.kept_why),
    ]
    return [(label, value) for label, value in facts if value or label in _ALWAYS]


def _had_it(first: CustodyMove | None, owner: str) -> str:
    """Who had it when it was taken, where that was not its owner."""
    had_it = first.from_whom if first else ""
    return "" if same_name(had_it, owner) else had_it


_ALWAYS = frozenset({"Whose it is", "Taken by", "Who else was there", "State on taking"})


@dataclass(frozen=True)
class CustodyLine:
    """One row of the chain in words; an empty text is left out."""

    number: int
    kind: str
    happened: str
    written: str
    what: str
    from_whom: str
    to_whom: str
    place: str
    seal: str
    reason: str
    officer: str
    receipt: str
    condition: str
    by: str
    late: bool


def custody_lines(
    device: Device, moves: Sequence[CustodyMove], names: Mapping[UUID, str]
) -> list[CustodyLine]:
    """The whole chain, the first row first."""
    return [
        CustodyLine(
            number=move.number,
            kind=move.kind,
            happened=said(move.happened) if move.happened else "not known when",
            written=moment(move.written_at),
            what=what_of(move),
            from_whom=move.from_whom,
            to_whom=move.to_whom,
            place=move.place or (device.taken_where if move.kind == Kind.TAKEN else ""),
            seal=move.seal,
            reason=move.reason,
            officer=", ".join(filter(None, (move.officer, move.collar, move.force))),
            receipt=move.receipt,
            condition="\n".join(filter(None, (move.received_as, move.condition))),
            by=names.get(move.by_id, "a former colleague"),
            late=is_late_entry(move.happened, move.written_at),
        )
        for move in moves
    ]


def what_of(move: Move) -> str:
    return vocabulary("custody_moves").label(move.kind)


@dataclass(frozen=True)
class Now:
    """How a device stands, in words: large on its page, in one line on a list."""

    where: Where
    holder: str
    place: str
    since: str
    seal: str
    locked: bool = False

    @property
    def line(self) -> str:
        return ", ".join(filter(None, (self.holder, self.place)))


def now_of(moves: Sequence[CustodyMove]) -> Now:
    """Who has it and where it is, derived from the rows."""
    found = standing(moves)
    if found is None:
        return Now(Where.SCHOOL, NOT_RECORDED, "", "", "")
    row = moves[found.since - 1]
    since = said(row.happened) if row.happened else moment(row.written_at)
    return Now(
        found.where, _holder(found, row), _place(found, row), since, found.seal, bool(found.place)
    )


def _holder(found: Standing, row: CustodyMove) -> str:
    if row.kind == Kind.DISPOSED:
        return f"Disposed of{', to ' + row.to_whom if row.to_whom else ''}"
    return found.holder or NOT_RECORDED


def _place(found: Standing, row: CustodyMove) -> str:
    if found.where is Where.POLICE:
        return "with the police"
    if found.where is Where.GONE:
        return "" if row.kind == Kind.DISPOSED else "returned"
    return found.place or "not recorded as locked away"


def gap_words(gap: Gap) -> str:
    """A gap as a sentence that somebody outside can follow."""
    if gap.kind is GapKind.OTHER_HOLDER:
        had_it = gap.was or "nobody"
        came = gap.now or "nobody in particular"
        return (
            f"Entry {gap.number} says that it came from {came}, but by the entries before it was "
            f"with {had_it}. Nothing says how it got from one to the other."
        )
    if gap.kind is GapKind.OTHER_SEAL:
        now = f"under seal {gap.now}" if gap.now else "without a seal"
        return (
            f"Entry {gap.number} has it {now}; before that it was under seal {gap.was}. Nothing "
            "says why that changed."
        )
    since = said(gap.since) if gap.since else ""
    if gap.until is None:
        return f"Since {since} nothing says where it is locked away."
    return f"Between {since} and {said(gap.until)} nothing says where it was locked away."


def gaps_in(moves: Sequence[CustodyMove]) -> list[str]:
    """Every gap of a chain as it stands now, in words."""
    return [gap_words(gap) for gap in gaps(moves, clock.now())]


def content_line(one: DeviceContent) -> str:
    return vocabulary("device_content").label(one.choice)


def search_facts(search: DeviceSearch, of_whom: str) -> list[tuple[str, str]]:
    """A search, each fact with its label."""
    sex = vocabulary("searcher_sex").label(search.searcher_sex).lower()
    found = search.found_what if search.found == "yes" else "Nothing was found"
    told = vocabulary("parent_told").label(search.parent_told)
    return [
        ("Who was searched", of_whom),
        ("What was searched", vocabulary("search_of").label(search.of_what)),
        ("When", said(search.happened) if search.happened else NOT_RECORDED),
        ("Where", search.place),
        ("Authorised by", search.authorised_by),
        ("Searched by", f"{search.searcher} ({sex})"),
        ("Who else was there", search.present),
        ("What was looked for", search.looked_for),
        ("Reason", search.reason),
        ("Agreement", vocabulary("search_agreement").label(search.agreement)),
        ("What was found", found or NOT_RECORDED),
        ("Parent or carer told", "\n".join(filter(None, (told, search.parent_words)))),
        ("What followed", search.followed or NOT_RECORDED),
    ]
