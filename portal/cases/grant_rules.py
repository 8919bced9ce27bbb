"""Rules of what is given to a colleague for a time, and of a case opened in an emergency.

Pure: the present moment and day are arguments. What a grant or an emergency opens is decided in
`access_rules`; here is what may be given, until when, and what a reason must say (product 1 and 9,
security notes 3.4).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from portal.cases.access_rules import ALL, GRANTABLE
from portal.happened import ZONE

WEEKS = timedelta(weeks=6)
LONGEST = timedelta(days=365)
SOON = timedelta(days=7)
EMERGENCY_LASTS = timedelta(hours=1)
SHORTEST_REASON = 20


@dataclass(frozen=True)
class Standing:
    """What of a grant decides whether another one would say the same."""

    part: str
    may_write: bool
    about: UUID | None
    until: datetime
    ended_at: datetime | None = None

    def stands(self, at: datetime) -> bool:
        return self.ended_at is None and at < self.until

    def covers(self, part: str, about: UUID | None, *, may_write: bool) -> bool:
        """Whether it opens all that another grant of this part would open."""
        wide_enough = self.part in {part, ALL} and self.about in {None, about}
        return wide_enough and (self.may_write or not may_write)


def end_of(day: date) -> datetime:
    """The moment at which a day is over, in the school’s own time."""
    return datetime.combine(day + timedelta(days=1), time(), ZONE).astimezone(UTC)


def last_day(until: datetime) -> date:
    """The last day on which something that ends at this moment still stands."""
    return (until - timedelta(microseconds=1)).astimezone(ZONE).date()


def why_not_until(day: date, today: date) -> str:
    """Why access cannot last until the end of this day; nothing where it can."""
    if day < today:
        return "Access cannot end in the past"
    if day > today + LONGEST:
        return "Give access for a year at most; it can be given again"
    return ""


def why_not_parts(parts: Sequence[str], about: UUID | None) -> str:
    """Why these parts cannot be given together; nothing where they can."""
    if not parts or any(part not in GRANTABLE for part in parts):
        return "Choose which parts they may see"
    if ALL in parts and len(parts) > 1:
        return "The whole case holds every part. Choose it by itself, or choose single parts"
    if ALL in parts and about is not None:
        return "The whole case is about everybody in it. Choose single parts, or everybody"
    return ""


def given_already(
    there: Iterable[Standing],
    parts: Sequence[str],
    about: UUID | None,
    *,
    may_write: bool,
    at: datetime,
) -> list[str]:
    """Those of the parts that a grant which stands opens already, in the order given."""
    standing = [one for one in there if one.stands(at)]
    return [
        part
        for part in parts
        if any(one.covers(part, about, may_write=may_write) for one in standing)
    ]


def says_enough(reason: str) -> bool:
    """Whether the reason for an emergency has its twenty characters, and not one repeated."""
    said = reason.strip()
    return len(said) >= SHORTEST_REASON and len(set("".join(said.split()).casefold())) > 1
