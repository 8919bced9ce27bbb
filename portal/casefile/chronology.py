"""The chronology: every record of a case in the order of what happened, filtered by codes only."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from portal import clock
from portal.casefile import features
from portal.casefile.listing import as_id
from portal.cases.models import Case
from portal.cases.steps import Entry, address
from portal.staff.service import names_of
from portal.web.dates import plain_day

KINDS = {
    "disclosure": "Disclosures",
    "case": "The case itself",
    "person": "People",
    "note": "Entries by hand",
    "action": "Things to do",
    "decision": "Decisions",
    "checklist": "Checklist",
    "young_view": "Young people’s views",
    "review": "Initial review",
    "risk": "Risk and response",
    "incident": "Incidents",
    "account": "Accounts and addresses",
    "evidence": "Evidence",
    "viewing": "Imagery seen by staff",
    "referral": "Referrals and reports",
    "evidence_advice": "Police advice on evidence",
    "content": "Content online",
    "containment": "Steps of containment",
    "protection": "Keeping everybody safe",
    "device": "Devices",
    "search": "Searches",
    "wishes": "Who may know",
    "plan": "Moving forward plans",
    "family": "Parents and carers",
    "support": "Support",
    "access": "Who can see it",
}


@dataclass(frozen=True)
class Wanted:
    """Which entries are wanted, and in which order."""

    kind: str = ""
    by: UUID | None = None
    since: date | None = None
    until: date | None = None
    newest_first: bool = False

    @property
    def is_filtered(self) -> bool:
        return bool(self.kind or self.by or self.since or self.until)

    @property
    def codes(self) -> dict[str, str]:
        """The filter as an address and a print carry it."""
        found = {
            "kind": self.kind,
            "by": str(self.by or ""),
            "from": self.since.isoformat() if self.since else "",
            "to": self.until.isoformat() if self.until else "",
            "order": "newest" if self.newest_first else "",
        }
        return {name: value for name, value in found.items() if value}


@dataclass(frozen=True)
class Line:
    entry: Entry
    who: str
    kind: str
    versions: str
    version: int


@dataclass(frozen=True)
class Chronology:
    lines: Sequence[Line]
    total: int
    wanted: Wanted
    kinds: Sequence[tuple[str, str]]
    people: Sequence[tuple[UUID, str]]
    query: str
    turned: str


def read_filter(given: Mapping[str, str]) -> Wanted:
    """Read the filter out of an address; what makes no sense is left aside."""
    kind = given.get("kind", "")
    return Wanted(
        kind=kind if re.fullmatch("[a-z_]{1,20}", kind) else "",
        by=as_id(given.get("by", "")),
        since=_day(given.get("from", "")),
        until=_day(given.get("to", "")),
        newest_first=given.get("order") == "newest",
    )


def chronology(case: Case, wanted: Wanted) -> Chronology:
    entries = features.entries(case)
    names = names_of({entry.by for entry in entries})
    chosen = [entry for entry in entries if fits(entry, wanted)]
    if wanted.newest_first:
        chosen.reverse()
    kinds = sorted({entry.kind for entry in entries}, key=_place)
    people = {entry.by for entry in entries if entry.by in names}
    other_way = {**wanted.codes, "order": "" if wanted.newest_first else "newest"}
    return Chronology(
        lines=[_line(case, entry, names) for entry in chosen],
        total=len(entries),
        wanted=wanted,
        kinds=[(kind, kind_label(kind)) for kind in kinds],
        people=sorted(
            ((one, names[one]) for one in people if one is not None), key=lambda one: one[1]
        ),
        query=urlencode(wanted.codes),
        turned=urlencode({name: value for name, value in other_way.items() if value}),
    )


def fits(entry: Entry, wanted: Wanted) -> bool:
    """Whether an entry passes the filter; its day is the day on which it happened."""
    day = entry.happened.on if entry.happened else clock.local(entry.written).date()
    return (
        (not wanted.kind or entry.kind == wanted.kind)
        and (wanted.by is None or entry.by == wanted.by)
        and (wanted.since is None or day >= wanted.since)
        and (wanted.until is None or day <= wanted.until)
    )


def kind_label(kind: str) -> str:
    return KINDS.get(kind, kind.replace("_", " ").capitalize())


def _line(case: Case, entry: Entry, names: Mapping[UUID, str]) -> Line:
    record = entry.record
    changed = record is not None and record.version > 1
    versions = ""
    if record is not None and changed:
        versions = address(case, "versions", record.__tablename__, str(record.id))
    return Line(
        entry=entry,
        who=names.get(entry.by, "") if entry.by else "",
        kind=kind_label(entry.kind),
        versions=versions,
        version=record.version if record is not None else 1,
    )


def _place(kind: str) -> tuple[int, str]:
    order = list(KINDS)
    return (order.index(kind) if kind in KINDS else len(order), kind)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def showing(wanted: Wanted) -> str:
    """Say the filter in a sentence, as it stands on paper."""
    parts = [kind_label(wanted.kind).lower()] if wanted.kind else []
    if wanted.by:
        parts.append(f"written by {names_of([wanted.by]).get(wanted.by, 'one person')}")
    if wanted.since:
        parts.append(f"from {plain_day(wanted.since)}")
    if wanted.until:
        parts.append(f"until {plain_day(wanted.until)}")
    order = "The newest first." if wanted.newest_first else "The oldest first."
    return f"Only: {', '.join(parts)}. {order}" if parts else f"Every entry. {order}"
