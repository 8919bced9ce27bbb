"""Rules about families: which household, what is due, what a print must leave out. Pure.

No word about another household, another family or a protected address may reach a household. What
is taken out leaves the same mark everywhere, so that nobody can tell from it what stood there, nor
whether there is another household at all.
"""

import calendar
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar
from uuid import UUID

from portal.family.phrases import found_in, numbers, of_name, parts_of, plain_of, words_of

LEFT_OUT = "[left out]"


class Lives(Protocol):
    """Somebody who cares for a young person; the words say with whom they live."""

    @property
    def household(self) -> str: ...


L = TypeVar("L", bound=Lives)


def households(carers: Sequence[L]) -> list[list[L]]:
    """Those who are written to together. Without any words each is a household of their own."""
    found: dict[str, list[L]] = {}
    for number, one in enumerate(carers):
        words = plain_of(one.household)
        found.setdefault(f"in {words}" if words else f"alone {number}", []).append(one)
    return list(found.values())


class Told(StrEnum):
    """What was decided about telling the parents or carers of one young person."""

    INFORMED = "informed"
    NOT_INFORMED = "not_informed"
    NOT_YET = "not_yet"


def must_be_decided(parts: Iterable[str], *, is_young: bool) -> bool:
    """Whether the case must decide what the parents of somebody with these parts are told."""
    return is_young and not {"harmed", "displayed"}.isdisjoint(parts)


class Stand(StrEnum):
    """How it stands with telling the parents or carers of one young person."""

    OPEN = "open"
    NOT_YET = "not_yet"
    TOLD = "told"
    NOT_TOLD = "not_told"


def stand(choice: str | None, decided: datetime | None, reached: datetime | None) -> Stand:
    """By the newest decision, and the last contact with a carer that reached them."""
    if choice is None or decided is None:
        return Stand.TOLD if reached is not None else Stand.OPEN
    if choice == Told.NOT_YET:
        return Stand.TOLD if reached is not None and reached > decided else Stand.NOT_YET
    return Stand.NOT_TOLD if choice == Told.NOT_INFORMED else Stand.TOLD


def needs_word_on_wish(choice: str, wish: str | None) -> bool:
    """Whether a decision goes against what the young person said they want."""
    if wish in {None, "not_asked"}:
        return False
    if choice == Told.INFORMED:
        return wish != "agrees"
    return choice == Told.NOT_INFORMED and wish == "agrees"


class Rhythm(StrEnum):
    """How often somebody at home hears from school."""

    WEEK = "week"
    FORTNIGHT = "fortnight"
    MONTH = "month"
    HALF_TERM = "half_term"
    AS_IT_HAPPENS = "as_it_happens"


_DAYS = {Rhythm.WEEK: 7, Rhythm.FORTNIGHT: 14, Rhythm.HALF_TERM: 42}
_LONGEST_CLOSURE = 120


def next_update(every: Rhythm, after: date, is_open_on: Callable[[date], bool]) -> date | None:
    """When the next update is due: the first working day on or after a full turn of the rhythm."""
    if every is Rhythm.AS_IT_HAPPENS:
        return None
    due = _month_on(after) if every is Rhythm.MONTH else after + timedelta(days=_DAYS[every])
    for ahead in range(_LONGEST_CLOSURE):
        if is_open_on(due + timedelta(days=ahead)):
            return due + timedelta(days=ahead)
    return due


def _month_on(day: date) -> date:
    """The same day of the next month, or its last day where it is shorter."""
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


# What must not reach a household


@dataclass(frozen=True)
class Home:
    """One household as a print knows it. Nothing of a protected address is ever printed."""

    carer_ids: frozenset[UUID]
    names: Sequence[str]
    telephones: Sequence[str] = ()
    emails: Sequence[str] = ()
    addresses: Sequence[str] = ()
    protected: bool = False


def kept_out(
    homes: Sequence[Home], of: int, others: Sequence[str], *, own: Sequence[str] = ()
) -> list[str]:
    """Every phrase that must be taken out of what one household reads, the longest first.

    `others` are the names of people of other families; `own` the names that stay in any case, such
    as the young person’s. What this household has itself, a name or a line of its address, is no
    secret from it and stays; taking it out would tell that somebody else has it as well. Only a
    protected address is taken out of what its own household reads too: paper gets lost.
    """
    here = homes[of]
    shared = {word for name in (*here.names, *own) for word in words_of(name)}
    known = {*map(plain_of, (*here.names, *own, *here.emails)), *numbers(here.telephones)}
    if not here.protected:
        known |= {plain_of(part) for part in parts_of(here.addresses)}
    found: list[str] = []
    for number, home in enumerate(homes):
        if number != of:
            for name in home.names:
                found += of_name(name, shared)
            found += [*numbers(home.telephones), *(one.strip() for one in home.emails)]
        if number != of or home.protected:
            found += parts_of(home.addresses)
    for name in others:
        found += of_name(name, shared)
    kept = {plain_of(one): one for one in found if plain_of(one) and plain_of(one) not in known}
    return sorted(kept.values(), key=lambda one: (-len(one), one))


def taken_out(text: str, phrases: Iterable[str], *, mark: str = LEFT_OUT) -> str:
    """A text without these phrases, whatever their case, accents, hyphens and spaces."""
    whole, at = "", 0
    for start, end in found_in(text, phrases):
        whole += text[at:start] + mark
        at = end
    return whole + text[at:]
