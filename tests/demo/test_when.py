from datetime import date, time

import pytest

from portal.clock import Happened
from portal.demo.when import NotADate, born_at_age, day, happened
from portal.web.dates import age_on

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("-3d 10:40", Happened(date(2026, 11, 18), time(10, 40))),
        ("-9d", Happened(date(2026, 11, 12))),
        ("0d 09:05", Happened(TODAY, time(9, 5))),
        ("today 9.05", Happened(TODAY, time(9, 5))),
        ("yesterday", Happened(date(2026, 11, 20))),
        ("-2w about 15:00", Happened(date(2026, 11, 7), time(15), about=True)),
        ("-13y", Happened(date(2013, 11, 21))),
        ("-13y+2d", Happened(date(2013, 11, 23))),
        ("-12y 364d", Happened(date(2013, 11, 22))),
        ("-1m", Happened(date(2026, 10, 21))),
        ("2026-11-02 08:30", Happened(date(2026, 11, 2), time(8, 30))),
        (date(2026, 11, 2), Happened(date(2026, 11, 2))),
    ],
)
def test_dates_count_from_the_day_of_loading(said: object, meant: Happened) -> None:
    assert happened(said, TODAY) == meant


@pytest.mark.parametrize(
    "said", ["", "soon", "-3", "25:00", "-1d 10:75", "2026-13-01", "-9999y", 7]
)
def test_what_is_no_date_is_refused_with_a_sentence(said: object) -> None:
    with pytest.raises(NotADate):
        happened(said, TODAY)


def test_29_february_counts_on_1_march() -> None:
    assert day("-13y", date(2024, 2, 29)) == date(2011, 3, 1)


@pytest.mark.parametrize("today", [TODAY, date(2024, 2, 29), date(2027, 8, 31), date(2026, 9, 1)])
@pytest.mark.parametrize("age", range(9, 18))
def test_nobody_has_a_birthday_within_the_story(age: int, today: date) -> None:
    since = day("-60d", today)
    for year in (None, age - 5, age - 4):
        born = born_at_age(age, year, today, since)
        assert [age_on(born, on) for on in (since, today)] == [age, age]


def test_the_school_year_decides_where_it_can() -> None:
    assert born_at_age(12, 7, TODAY, TODAY) >= date(2014, 9, 1)
    assert born_at_age(13, 9, TODAY, TODAY) <= date(2013, 8, 31)
