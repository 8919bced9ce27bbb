"""Which looks of a week are worth a question. Pure: no Flask, no database, no clock.

Nothing here says that somebody did wrong: a look at night may be a DSL who was rung up. The list is
for asking (security notes 2.3, T3; product 14).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

MANY_IN_AN_HOUR = 8
OFTEN_WITHOUT_WORK = 4
MANY_COPIES = 5
BESIDE_THE_DAY = timedelta(hours=2)
"""How long before and after the school’s day a look is still an ordinary one."""


class Why(StrEnum):
    """What is unusual about looks, the most pressing first."""

    EMERGENCY = "emergency"
    SAME_NAME = "same_name"
    MANY = "many"
    OUT_OF_HOURS = "out_of_hours"
    WITHOUT_WORK = "without_work"
    CLOSED = "closed"
    COPIES = "copies"


@dataclass(frozen=True)
class Look:
    """One act in a case, a look or something else (`is_look` says which). `at` is local time."""

    who: UUID
    case: UUID
    at: datetime
    is_look: bool = True
    is_copy: bool = False
    in_emergency: bool = False


@dataclass(frozen=True)
class About:
    """What of a case makes looks at it ordinary or not. `names` are folded last names."""

    lead: UUID | None
    closed_on: date | None
    names: frozenset[str] = frozenset()


@dataclass(frozen=True)
class SchoolDay:
    """When the school is at work: its hours, and the days on which it is closed."""

    starts: time
    ends: time
    closed: frozenset[date] = frozenset()

    def is_ordinary(self, at: datetime) -> bool:
        if at.weekday() >= 5 or at.date() in self.closed:
            return False
        begins = datetime.combine(at.date(), self.starts, at.tzinfo) - BESIDE_THE_DAY
        ends = datetime.combine(at.date(), self.ends, at.tzinfo) + BESIDE_THE_DAY
        return begins <= at <= ends


@dataclass(frozen=True)
class Finding:
    """Something about one person’s looks in a week that is worth a question."""

    who: UUID
    why: Why
    cases: tuple[UUID, ...]
    times: int
    first: datetime
    last: datetime


def unusual(
    looks: Sequence[Look],
    cases: Mapping[UUID, About],
    last_names: Mapping[UUID, str],
    day: SchoolDay,
) -> list[Finding]:
    """The findings of a week, the most pressing first and each person’s together.

    `looks` are all acts in the cases of a school in that week; `last_names` are the folded last
    names of those who looked.
    """
    by_person: dict[UUID, list[Look]] = defaultdict(list)
    for one in sorted(looks, key=lambda one: (one.at, str(one.case))):
        by_person[one.who].append(one)
    found = []
    for who, own in by_person.items():
        seen = [one for one in own if one.is_look]
        worked = {one.case for one in own if not one.is_look}
        found += _findings(
            who,
            {
                Why.EMERGENCY: [one for one in own if one.in_emergency],
                Why.SAME_NAME: _of_the_same_name(seen, cases, last_names.get(who, "")),
                Why.MANY: _many_at_once(seen),
                Why.OUT_OF_HOURS: [one for one in seen if not day.is_ordinary(one.at)],
                Why.WITHOUT_WORK: _without_work(who, seen, worked, cases),
                Why.CLOSED: _long_closed(seen, worked, cases),
                Why.COPIES: _copies(own),
            },
        )
    order = list(Why)
    return sorted(found, key=lambda one: (order.index(one.why), one.first, str(one.who)))


def _findings(who: UUID, looks: Mapping[Why, Sequence[Look]]) -> list[Finding]:
    return [
        Finding(
            who,
            why,
            tuple(dict.fromkeys(one.case for one in those)),
            len(those),
            those[0].at,
            those[-1].at,
        )
        for why, those in looks.items()
        if those
    ]


def _of_the_same_name(
    looks: Iterable[Look], cases: Mapping[UUID, About], last_name: str
) -> list[Look]:
    """Looks at a case with somebody in it who has the last name of whoever looked."""
    if not last_name:
        return []
    return [one for one in looks if one.case in cases and last_name in cases[one.case].names]


def _many_at_once(looks: Sequence[Look]) -> list[Look]:
    """The looks of the fullest hour, where it held many different cases."""
    best: list[Look] = []
    for index, first in enumerate(looks):
        within = [one for one in looks[index:] if one.at - first.at < timedelta(hours=1)]
        if len({one.case for one in within}) > len({one.case for one in best}):
            best = within
    return best if len({one.case for one in best}) >= MANY_IN_AN_HOUR else []


def _without_work(
    who: UUID, looks: Iterable[Look], worked: set[UUID], cases: Mapping[UUID, About]
) -> list[Look]:
    """Looks again and again at a case that somebody neither leads nor worked on in that week."""
    by_case: dict[UUID, list[Look]] = defaultdict(list)
    for one in looks:
        if one.case not in worked and one.case in cases and cases[one.case].lead != who:
            by_case[one.case].append(one)
    often = [one for those in by_case.values() if len(those) >= OFTEN_WITHOUT_WORK for one in those]
    return sorted(often, key=lambda one: one.at)


def _long_closed(
    looks: Iterable[Look], worked: set[UUID], cases: Mapping[UUID, About]
) -> list[Look]:
    """Looks at a case that was closed more than a month before, without anything done in it."""
    found = []
    for one in looks:
        about = cases.get(one.case)
        if about is None or about.closed_on is None or one.case in worked:
            continue
        if one.at.date() - about.closed_on > timedelta(days=31):
            found.append(one)
    return found


def _copies(acts: Iterable[Look]) -> list[Look]:
    made = [one for one in acts if one.is_copy]
    return made if len(made) >= MANY_COPIES else []


def week_of(day: date) -> date:
    """The Monday of the week in which a day lies."""
    return day - timedelta(days=day.weekday())
