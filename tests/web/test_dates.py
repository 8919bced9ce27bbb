"""Times as people say them, with the present moment as an argument."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from portal.clock import Happened
from portal.web.dates import age_on, due_text, said_day, said_happened, said_time

NOW = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
TODAY = date(2026, 11, 18)


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2026, 11, 18, 15, 30, tzinfo=UTC), "today 15:30"),
        (datetime(2026, 11, 17, 9, 10, tzinfo=UTC), "yesterday 09:10"),
        (datetime(2026, 11, 19, 10, 5, tzinfo=UTC), "tomorrow 10:05"),
        (datetime(2026, 11, 1, 9, 10, tzinfo=UTC), "1 November 2026, 09:10"),
        (datetime(2026, 7, 1, 23, 30, tzinfo=UTC), "2 July 2026, 00:30"),
    ],
)
def test_a_moment_is_said_in_the_schools_zone(moment: datetime, said: str) -> None:
    assert said_time(moment, NOW) == said


def test_today_is_the_schools_day_even_just_after_midnight() -> None:
    just_after_midnight = datetime(2026, 7, 1, 23, 10, tzinfo=UTC)
    assert said_time(just_after_midnight, just_after_midnight) == "today 00:10"


def test_days_near_are_words() -> None:
    days = [TODAY + timedelta(days=n) for n in (-2, -1, 0, 1)]
    said = [said_day(day, TODAY) for day in days]
    assert said == ["16 November 2026", "yesterday", "today", "tomorrow"]


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (timedelta(seconds=5), ("1 minute late", True)),
        (timedelta(minutes=59, seconds=59), ("59 minutes late", True)),
        (timedelta(hours=1), ("1 hour late", True)),
        (timedelta(hours=2, minutes=50), ("2 hours late", True)),
        (timedelta(days=1), ("1 day late", True)),
        (timedelta(days=3, hours=23), ("3 days late", True)),
        (timedelta(0), ("today 12:00", False)),
        (-timedelta(hours=3, minutes=30), ("today 15:30", False)),
        (-timedelta(days=5), ("23 November 2026, 12:00", False)),
    ],
)
def test_due(ago: timedelta, said: tuple[str, bool]) -> None:
    assert due_text(NOW - ago, NOW) == said


@pytest.mark.parametrize(
    ("happened", "said"),
    [
        (Happened(date(2026, 11, 12), time(14), about=True), "about 14:00 on 12 November 2026"),
        (Happened(date(2026, 11, 12), time(14)), "12 November 2026, 14:00"),
        (Happened(date(2026, 11, 12)), "12 November 2026, time not known"),
        (Happened(date(2026, 11, 12), about=True), "about 12 November 2026, time not known"),
        (Happened(TODAY, time(9, 5), about=True), "today about 09:05"),
        (Happened(TODAY, time(9, 5)), "today 09:05"),
    ],
)
def test_what_is_remembered_is_said_no_surer_than_it_was(happened: Happened, said: str) -> None:
    assert said_happened(happened, TODAY) == said


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        (date(2013, 11, 18), date(2026, 11, 17), 12),
        (date(2013, 11, 18), date(2026, 11, 18), 13),
        (date(2012, 2, 29), date(2025, 2, 28), 12),
        (date(2012, 2, 29), date(2025, 3, 1), 13),
        (date(2012, 2, 29), date(2024, 2, 29), 12),
    ],
)
def test_age(born: date, on: date, years: int) -> None:
    assert age_on(born, on) == years
