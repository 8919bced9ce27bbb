"""Dates of a story, which count from the day it is loaded: `-3d 10:40`, `-9d`, `-13y+2d`. Pure."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from portal.clock import Happened

_TERM = re.compile(r"([+-]?)\s*(\d+)\s*([dwmy])", re.IGNORECASE)
_WHEN = re.compile(
    r"(?P<day>today|yesterday|\d{4}-\d\d-\d\d|(?:[+-]?\s*\d+\s*[dwmy]\s*)+)?"
    r"\s*(?P<time>\d{1,2}[:.]\d\d)?",
    re.IGNORECASE,
)
_SCHOOL_YEAR_STARTS = 9
_AGE_AT_START_OF_YEAR = 4


class NotADate(ValueError):
    """Words that are no date of the form in which stories give dates."""


def happened(said: Any, today: date) -> Happened:
    """When something happened, as a story says it."""
    if isinstance(said, datetime):
        return Happened(said.date(), said.time().replace(second=0, microsecond=0))
    if isinstance(said, date):
        return Happened(said)
    text = str(said).strip()
    about = "about" in text.casefold()
    found = _WHEN.fullmatch(re.sub(r"\b(about|at)\b", " ", text, flags=re.IGNORECASE).strip())
    if found is None or not text or not (found["day"] or found["time"]):
        raise NotADate(f"“{text}” is not a date such as “-3d 10:40”")
    return Happened(_day(found["day"] or "today", today), _time(found["time"]), about)


def day(said: Any, today: date) -> date:
    return happened(said, today).on


def born_at_age(age: int, year: int | None, today: date, since: date) -> date:
    """A date of birth for somebody this old today, and already on the first day of the story.

    It fits the school year where one is given and can fit. The middle of what is possible is
    taken, so that nobody has a birthday between the story and today.
    """
    first = _years_before(today, age + 1) + timedelta(days=1)
    last = _years_before(today, age)
    had_it = _years_before(min(since, today), age)
    if had_it > first:
        last = had_it
    if year is not None:
        began = today.year if today.month >= _SCHOOL_YEAR_STARTS else today.year - 1
        opens = date(began - year - _AGE_AT_START_OF_YEAR - 1, 9, 1)
        closes = date(began - year - _AGE_AT_START_OF_YEAR, 8, 31)
        if max(first, opens) <= min(last, closes):
            first, last = max(first, opens), min(last, closes)
    return first + (last - first) // 2


def _day(text: str, today: date) -> date:
    word = text.strip().casefold()
    if word in ("today", "yesterday"):
        return today - timedelta(days=word == "yesterday")
    if re.fullmatch(r"\d{4}-\d\d-\d\d", word):
        try:
            return date.fromisoformat(word)
        except ValueError:
            raise NotADate(f"“{word}” is not a day") from None
    found, minus = today, False
    for sign, count, unit in _TERM.findall(word):
        minus = sign == "-" if sign else minus
        found = _moved(found, -int(count) if minus else int(count), unit)
    return found


def _moved(start: date, count: int, unit: str) -> date:
    try:
        if unit == "y":
            return _years_before(start, -count)
        if unit == "m":
            months = start.year * 12 + start.month - 1 + count
            return date(months // 12, months % 12 + 1, min(start.day, 28))
        return start + timedelta(days=count * (7 if unit == "w" else 1))
    except (OverflowError, ValueError):
        raise NotADate("a date in it lies too far away") from None


def _years_before(start: date, years: int) -> date:
    """The same day so many years earlier; 29 February counts on 1 March, as for ages."""
    try:
        return start.replace(year=start.year - years)
    except ValueError:
        return date(start.year - years, 3, 1)


def _time(text: str | None) -> time | None:
    if not text:
        return None
    hour, minute = (int(part) for part in re.split("[:.]", text))
    try:
        return time(hour, minute)
    except ValueError:
        raise NotADate(f"“{text}” is not a time") from None
