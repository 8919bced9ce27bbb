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


def is_before(one: Happened, other: Happened) -> bool:
    """Whether something was before something else, as far as their days and times tell."""
    if one.on != other.on or one.at is None or other.at is None:
        return one.on < other.on
    return one.at < other.at


def is_late_entry(happened: Happened | None, written: datetime) -> bool:
    """Whether something was written down more than a day after it happened (domain C6)."""
    return happened is not None and written - happened.moment > LATE_ENTRY


class Release(StrEnum):
    """How a content item left the evidence hold, or why it stays in it."""

    NONE = ""
    NAMED = "named"
    URGENT = "urgent"
    POLICE = "police"
    KEPT = "kept"


@dataclass(frozen=True)
class HoldFacts:
    """What of a case decides whether evidence is held."""

    outcome: str | None
    outcome_at: datetime | None
    advice: str | None  # what the police last said of evidence: it “opens” or “keeps” the hold

    @property
    def managed_in_school(self) -> bool:
        return self.outcome == "may_be_managed_in_school" and self.advice != "keeps"


@dataclass(frozen=True)
class ItemFacts:
    """What of a content item decides whether it is held: since when it is known, and releases."""

    since: datetime
    release: Release


class Act(StrEnum):
    """What would be done with a content item."""

    REPORT = "report"  # asking a platform or service to take it down
    DELETE = "delete"  # asking a person to delete it or take it down


def is_held(case: HoldFacts, item: ItemFacts, act: Act) -> bool:
    """Whether this must wait for an item (product 7).

    From the opening of a case every item is held. What opens it covers what was known by then:
    the checklist’s outcome, what the police advise, a release that names the item. An item that is
    found later, or comes back, begins held. An urgent decision opens the report to a platform and
    nothing else.
    """
    if item.release is Release.KEPT:
        return True
    if item.release in {Release.NAMED, Release.POLICE}:
        return False
    if item.release is Release.URGENT and act is Act.REPORT:
        return False
    answered_since = case.outcome_at is not None and case.outcome_at > item.since
    return not (case.managed_in_school and answered_since)


_SINCE = "It was found, came back or was put right after"


def why_held(case: HoldFacts, item: ItemFacts) -> str:
    """Why an item that is held is held, as a sentence."""
    if item.release is Release.KEPT:
        return "The police asked for it to be kept. Only their new advice changes that."
    if case.advice == "opens":
        return f"The police have not spoken of it yet. {_SINCE} their advice."
    if case.managed_in_school:
        return f"{_SINCE} the checklist was answered."
    if case.advice == "keeps":
        return "The police asked for evidence to be kept."
    if case.outcome is None:
        return "The checklist has not been answered yet."
    return "The police have not said yet what must be kept."


@dataclass(frozen=True)
class Whereabouts:
    """What tells a content item from every other: its addresses."""

    url: str
    account: str


def is_another(before: Whereabouts, now: Whereabouts) -> bool:
    """Whether a correction makes another thing of an item: what is known by other addresses.

    Adding an address to one that was known already does not. A release covers what it named.
    """
    pairs = [(_plain(before.url), _plain(now.url)), (_plain(before.account), _plain(now.account))]
    if not any(was for was, _ in pairs):
        return any(there for _, there in pairs)
    return any(was and was != there for was, there in pairs)


def _plain(text: str) -> str:
    return text.strip().casefold().removeprefix("@")


STATES_AFTER = {
    "live": frozenset({"live", "reported", "removed", "could_not_be_removed"}),
    "reported": frozenset({"live", "reported", "removed", "could_not_be_removed", "came_back"}),
    "came_back": frozenset({"live", "reported", "removed", "could_not_be_removed"}),
    "removed": frozenset({"live", "removed", "came_back"}),
    "could_not_be_removed": frozenset(
        {"live", "reported", "removed", "could_not_be_removed", "came_back"}
    ),
}
"""What can become of a content item next. What is down is not reported: it came back first."""


def case_is_held(case: HoldFacts, items: Sequence[ItemFacts]) -> bool:
    """Whether anything of the case is held: what names no item waits for all of them."""
    if any(is_held(case, item, Act.DELETE) for item in items):
        return True
    return not items and case.advice != "opens" and not case.managed_in_school


def written_by(moment: datetime, within: int, unit: str, days: WorkingDays) -> datetime:
    """By when a referral made by telephone is confirmed in writing (domain C5).

    `unit` is "hours", which count day and night, or "working_days", which end when school does.
    """
    if unit == "hours":
        return moment + timedelta(hours=within)
    due = moment
    for _ in range(within):
        due = days.next_day_at(due, days.ends)
    return due
