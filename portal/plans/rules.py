"""Rules about plans: when one may begin, whose part is missing, what changed between editions.

Pure: no Flask, no database, no clock.
"""

import calendar
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID


class Hindrance(StrEnum):
    """Why a plan may not begin, or not be agreed yet."""

    NOT_DISPLAYED = "not_displayed"
    NOT_KNOWN = "not_known"
    NO_RESPONSE = "no_response"
    POLICE_ADVICE = "police_advice"


@dataclass(frozen=True)
class Somebody:
    """A person of the case, as far as a plan depends on them."""

    parts: Collection[str]
    is_known: bool


def hindrance(
    one: Somebody, responses: Collection[str], *, police_told: bool, police_advice: bool
) -> Hindrance | None:
    """The first thing that stands in the way of a plan for somebody, or nothing."""
    if "displayed" not in one.parts:
        return Hindrance.NOT_DISPLAYED
    if not one.is_known:
        return Hindrance.NOT_KNOWN
    if not responses:
        return Hindrance.NO_RESPONSE
    if police_told and not police_advice:
        return Hindrance.POLICE_ADVICE
    return None


def may_begin(
    one: Somebody, responses: Collection[str], *, police_told: bool, police_advice: bool
) -> bool:
    """Say whether a plan may begin: after a response was chosen, and with the police on advice."""
    found = hindrance(one, responses, police_told=police_told, police_advice=police_advice)
    return found is None


@dataclass(frozen=True)
class Part:
    """Somebody who takes part in a plan, with the voice in which they write, if they do."""

    id: UUID
    name: str
    voice: str


def missing_parts(people: Iterable[Part], written: Collection[UUID]) -> list[Part]:
    """Those whose part of the plan is still to be written, in the order of the plan."""
    return [one for one in people if one.voice != "none" and one.id not in written]


_DAYS = {"week": 7, "fortnight": 14, "half_term": 42}


def next_review(since: date, every: str) -> date | None:
    """When a plan is reviewed next, by its rhythm; a rhythm of its own has no day to count."""
    if every in _DAYS:
        return since + timedelta(days=_DAYS[every])
    if every != "month":
        return None
    year, month = since.year + since.month // 12, since.month % 12 + 1
    return date(year, month, min(since.day, calendar.monthrange(year, month)[1]))


def date_problems(
    started_on: date | None,
    ends_on: date | None,
    review_on: date | None,
    *,
    reviewed_on: date | None = None,
) -> dict[str, str]:
    """What is wrong with the days of a plan: a sentence for each field that is wrong."""
    found = {}
    if started_on and ends_on and ends_on < started_on:
        found["ends_on"] = "The plan cannot end before it begins"
    if started_on and review_on and review_on < started_on:
        found["next_review_on"] = "The plan cannot be reviewed before it begins"
    elif reviewed_on and review_on and review_on <= reviewed_on:
        found["next_review_on"] = "The next review must be after this one"
    elif ends_on and review_on and review_on > ends_on:
        found["next_review_on"] = "The plan will have ended by then. Choose an earlier day"
    return found


class Next(StrEnum):
    """The one thing that comes next with a plan."""

    ADVICE = "advice"
    PART = "part"
    AGREE = "agree"
    REVIEW = "review"
    SIGN = "sign"
    WAIT = "wait"
    AGAIN = "again"


@dataclass(frozen=True)
class Stand:
    """How a plan stands, as far as what comes next depends on it."""

    state: str
    lacks_advice: bool = False
    parts_missing: bool = False
    unsigned: bool = False
    review_on: date | None = None


def what_next(plan: Stand, today: date) -> Next:
    if plan.state == "ended":
        return Next.AGAIN
    if plan.lacks_advice:
        return Next.ADVICE
    if plan.state == "agreed" and plan.review_on is not None and plan.review_on <= today:
        return Next.REVIEW
    if plan.parts_missing:
        return Next.PART
    if plan.state == "draft":
        return Next.AGREE
    return Next.SIGN if plan.unsigned else Next.WAIT


def is_overdue(state: str, review_on: date | None, today: date) -> bool:
    return state == "agreed" and review_on is not None and review_on < today


@dataclass(frozen=True)
class Line:
    """One thing that a plan says. Its key is the same in every edition."""

    key: str
    label: str
    text: str


@dataclass(frozen=True)
class Change:
    """One thing that two editions say differently; empty words mean that nothing was there."""

    label: str
    before: str
    after: str


def diff(older: Sequence[Line], newer: Sequence[Line]) -> list[Change]:
    """What changed between two editions: in the order of the newer, then what was taken out."""
    before: Mapping[str, Line] = {line.key: line for line in older}
    keys = {line.key for line in newer}
    found = []
    for line in newer:
        was = before[line.key].text if line.key in before else ""
        if was != line.text:
            found.append(Change(line.label, was, line.text))
    found += [Change(line.label, line.text, "") for line in older if line.key not in keys]
    return found


def split_lines(text: str) -> list[str]:
    """The lines of an answer in which each line is one thing."""
    return [line.strip() for line in text.split("\n") if line.strip()]
