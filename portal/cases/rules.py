"""Pure rules about a case: references, lateness, working time, the evidence hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from portal.happened import Happened

LATE_ENTRY = timedelta(hours=24)


class Audience(StrEnum):
    """Who leads: usually the DSL and deputies, the head where a member of staff is accused."""

    LEADS = "leads"
    HEAD = "head"
    NOBODY = "nobody"


@dataclass(frozen=True)
class WorkingDays:
    """When a school is at work: hours of a weekday, less the days on which it is closed."""

    starts: time
    ends: time
    closed: Sequence[tuple[date, date]]
    zone: ZoneInfo

    def is_open_on(self, day: date) -> bool:
        return day.weekday() < 5 and not any(first <= day <= last for first, last in self.closed)

    def minutes_between(self, since: datetime, until: datetime) -> int:
        """Minutes of working time between two moments."""
        start, end = since.astimezone(self.zone), until.astimezone(self.zone)
        total, day = timedelta(), start.date()
        while day <= end.date():
            if self.is_open_on(day):
                opening = max(start, datetime.combine(day, self.starts, self.zone))
                closing = min(end, datetime.combine(day, self.ends, self.zone))
                total += max(closing - opening, timedelta())
            day += timedelta(days=1)
        return int(total.total_seconds() // 60)

    def next_day_at(self, moment: datetime, at: time) -> datetime:
        """A time on the first working day after a moment."""
        day = moment.astimezone(self.zone).date() + timedelta(days=1)
        for _ in range(60):
            if self.is_open_on(day):
                break
            day += timedelta(days=1)
        return datetime.combine(day, at, self.zone)

    def after_minutes(self, moment: datetime, minutes: int) -> datetime:
        """The moment at which so many minutes of working time will have passed."""
        here, left = moment.astimezone(self.zone), timedelta(minutes=minutes)
        for ahead in range(400):
            day = here.date() + timedelta(days=ahead)
            if not self.is_open_on(day):
                continue
            start = max(here, datetime.combine(day, self.starts, self.zone))
            end = datetime.combine(day, self.ends, self.zone)
            if start + left <= end:
                return start + left
            left -= max(end - start, timedelta())
        return here + timedelta(minutes=minutes)

    def today_at(self, moment: datetime, at: time) -> datetime:
        """A time today, or an hour from now where that time has passed."""
        here = moment.astimezone(self.zone)
        wanted = datetime.combine(here.date(), at, self.zone)
        return wanted if wanted > here else here + timedelta(hours=1)


def case_reference(prefix: str, year: int, number: int) -> str:
    """“2026-0042”, with the school’s prefix from the second school on (product 3)."""
    plain = f"{year}-{number:04d}"
    return f"{prefix}-{plain}" if prefix else plain


def receipt_reference(prefix: str, year: int, number: int) -> str:
    """The reference that a recorder is given: tells a disclosure from a case at a glance."""
    return case_reference(prefix, year, number).replace(f"{year}-", f"{year}-R", 1)


def is_late_entry(happened: Happened | None, written: datetime) -> bool:
    """Whether something was written down more than a day after it happened (domain C6)."""
    return happened is not None and written - happened.moment > LATE_ENTRY


def evidence_is_held(outcome: str | None, *, released: bool) -> bool:
    """Whether deleting and taking down must wait (product 7).

    From the opening of a case until it is known that the school may manage it, or the hold was
    released.
    """
    return not released and outcome != "may_be_managed_in_school"
