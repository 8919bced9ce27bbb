"""Rules about support: reviews, who has none, sanctions, and when a restorative meeting is offered.

Pure: no database, no clock.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol
from uuid import UUID

from portal.cases.rules import WorkingDays, is_before
from portal.happened import Happened

NO_SUPPORT = "none"
"""The rhythm of a record that only says why somebody has no support."""
OPEN_ANSWERS = ("waiting", "later")
SUPPORTED_PARTS = frozenset({"harmed", "displayed", "witness"})
_RHYTHMS = {"weekly": 7, "fortnightly": 14, "monthly": 28, "half_termly": 42, "termly": 84}


def next_review(every: str, since: date, days: WorkingDays) -> date:
    """The school day on which support is looked at next."""
    return open_day(since + timedelta(days=_RHYTHMS[every]), days)


def open_day(day: date, days: WorkingDays) -> date:
    """The first school day from this one on."""
    for ahead in range(90):
        if days.is_open_on(day + timedelta(days=ahead)):
            return day + timedelta(days=ahead)
    return day


def day_before(day: date, days: WorkingDays) -> date:
    """The last school day before a day: the one on which there is still time to prepare it."""
    for back in range(1, 91):
        if days.is_open_on(day - timedelta(days=back)):
            return day - timedelta(days=back)
    return day - timedelta(days=1)


def is_late(next_review_on: date | None, today: date) -> bool:
    return next_review_on is not None and next_review_on < today


@dataclass(frozen=True)
class Young:
    """A person of the case, as far as support depends on them."""

    id: UUID
    parts: Collection[str]
    is_known: bool
    is_young: bool
    unfounded: bool = False


@dataclass(frozen=True)
class Stands:
    """A record of support: for whom (nobody for a group), and whether it goes on."""

    person: UUID | None
    goes_on: bool


def may_have_support(one: Young) -> bool:
    return one.is_known and one.is_young


def is_expected(one: Young) -> bool:
    """Whether the pages ask for support for this person of themselves."""
    return may_have_support(one) and bool(SUPPORTED_PARTS & set(one.parts))


def lacks_support(people: Iterable[Young], supports: Iterable[Stands]) -> list[UUID]:
    """Everybody harmed for whom nothing says what support they have, or why they have none."""
    spoken_of = {one.person for one in supports}
    return [
        one.id
        for one in people
        if "harmed" in one.parts and is_expected(one) and one.id not in spoken_of
    ]


def supported(people: Iterable[Young], supports: Iterable[Stands]) -> tuple[int, int]:
    """How many of the young people have support now, and how many young people there are."""
    going_on = {one.person for one in supports if one.goes_on}
    asked = [one.id for one in people if is_expected(one) or one.id in going_on]
    return sum(1 for one in asked if one in going_on), len(asked)


def may_be_sanctioned(one: Young) -> bool:
    """Only somebody who displayed the behaviour, and of whom it was not found to be untrue."""
    return one.is_known and one.is_young and "displayed" in one.parts and not one.unfounded


class Said(Protocol):
    """What somebody said to a restorative meeting, and when."""

    @property
    def involved_id(self) -> UUID: ...
    @property
    def answer(self) -> str: ...
    @property
    def happened(self) -> Happened | None: ...


def standing(said: Sequence[Said]) -> dict[UUID, Said]:
    """What counts of everybody who was asked; given in the order in which it was written.

    The newest word counts. What was written later stands unless it is known to have been said
    before: a day alone does not tell what came first on it.
    """
    found: dict[UUID, Said] = {}
    for one in said:
        there = found.get(one.involved_id)
        if there is None or not _said_before(one, there):
            found[one.involved_id] = one
    return found


def _said_before(one: Said, other: Said) -> bool:
    if one.happened is None or other.happened is None:
        return False
    return is_before(one.happened, other.happened)


def agreed(people: Iterable[Young], said: Mapping[UUID, Said]) -> list[UUID]:
    """Those harmed whose newest word is that they agree: nobody else harmed may take part."""
    return [
        one.id
        for one in people
        if may_have_support(one)
        and "harmed" in one.parts
        and one.id in said
        and said[one.id].answer == "agrees"
    ]


def other_side(people: Iterable[Young], said: Mapping[UUID, Said]) -> list[UUID]:
    """Those who displayed the behaviour; who was harmed as well takes part only if they agree."""
    everybody = list(people)
    agreeing = set(agreed(everybody, said))
    return [
        one.id
        for one in everybody
        if may_be_sanctioned(one) and ("harmed" not in one.parts or one.id in agreeing)
    ]


def may_offer_meeting(people: Iterable[Young], said: Mapping[UUID, Said]) -> bool:
    """Whether a meeting is offered at all: somebody harmed agrees, and somebody else can come."""
    everybody = list(people)
    harmed, others = agreed(everybody, said), other_side(everybody, said)
    return any(one != other for one in harmed for other in others)


def day_words(day: date, today: date) -> str:
    """“today”, “Friday”, “4 December”: a day as it is said in one line."""
    ahead = (day - today).days
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}
    if ahead in near:
        return near[ahead]
    if 1 < ahead < 7:
        return f"{day:%A}"
    year = "" if day.year == today.year else f" {day.year}"
    return f"{day.day} {day:%B}{year}"
