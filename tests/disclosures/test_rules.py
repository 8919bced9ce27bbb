"""Who is told, who sees it while it waits, who must not see it."""

from datetime import UTC, date, datetime, time
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from portal.cases.rules import Audience, WorkingDays
from portal.disclosures.rules import NamedStaff, Stage, audience, stage

TEACHER, HEAD = uuid4(), uuid4()


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ([], Audience.LEADS),
        ([NamedStaff(TEACHER, is_head=False, displayed=False)], Audience.LEADS),
        ([NamedStaff(TEACHER, is_head=False, displayed=True)], Audience.HEAD),
        ([NamedStaff(None, is_head=False, displayed=True)], Audience.HEAD),
        ([NamedStaff(HEAD, is_head=True, displayed=True)], Audience.NOBODY),
        (
            [
                NamedStaff(TEACHER, is_head=False, displayed=True),
                NamedStaff(HEAD, is_head=True, displayed=True),
            ],
            Audience.NOBODY,
        ),
        ([NamedStaff(HEAD, is_head=True, displayed=False)], Audience.LEADS),
    ],
)
def test_an_allegation_about_staff_goes_to_the_head_and_about_the_head_to_nobody(
    named: list[NamedStaff], expected: Audience
) -> None:
    assert audience(named) is expected


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (0, Stage.DSL),
        (29, Stage.DSL),
        (30, Stage.DEPUTIES),
        (59, Stage.DEPUTIES),
        (60, Stage.HEAD),
        (9999, Stage.HEAD),
    ],
)
def test_what_waits_goes_to_the_deputies_and_then_to_the_head(
    minutes: int, expected: Stage
) -> None:
    assert stage(minutes, 30) is expected


def _days(closed: list[tuple[date, date]] | None = None) -> WorkingDays:
    return WorkingDays(time(8), time(17), closed or [], ZoneInfo("Europe/London"))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026, when the school’s clock shows UTC."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def test_only_working_time_counts() -> None:
    assert _days().minutes_between(at(20, 16, 50), at(23, 8, 20)) == 30  # Friday to Monday
    assert _days().minutes_between(at(21, 9), at(22, 9)) == 0  # a weekend
    closed = [(date(2026, 11, 23), date(2026, 11, 24))]
    assert _days(closed).minutes_between(at(20, 16, 50), at(25, 8, 20)) == 30
    assert _days().minutes_between(at(20, 9), at(20, 9)) == 0
    assert _days().minutes_between(at(20, 9), at(20, 8)) == 0


def test_hours_of_working_time_go_on_on_the_next_day() -> None:
    assert _days().after_minutes(at(20, 16, 30), 60) == at(23, 8, 30)
    assert _days().after_minutes(at(21, 3), 240) == at(23, 12)


def test_summer_time_is_counted_as_people_see_it() -> None:
    before = datetime(2026, 10, 23, 15, 50, tzinfo=UTC)  # Friday 16:50 in summer time
    after = datetime(2026, 10, 26, 8, 20, tzinfo=UTC)  # Monday 08:20 in winter time
    assert _days().minutes_between(before, after) == 30
