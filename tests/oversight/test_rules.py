"""Which looks are worth a question: each reason alone, and that ordinary work gives none."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from portal.happened import ZONE
from portal.oversight.rules import (
    MANY_COPIES,
    MANY_IN_AN_HOUR,
    OFTEN_WITHOUT_WORK,
    About,
    Look,
    SchoolDay,
    Why,
    unusual,
    week_of,
)

MONDAY = date(2026, 11, 16)
DAY = SchoolDay(time(8), time(17))
ANN, BEN = UUID(int=1), UUID(int=2)
CASES = [UUID(int=100 + number) for number in range(20)]


def at(hour: int, minute: int = 0, *, days: int = 0) -> datetime:
    return datetime.combine(MONDAY + timedelta(days=days), time(hour, minute), ZONE)


def look(
    who: UUID = ANN, case: UUID = CASES[0], when: datetime | None = None, **more: bool
) -> Look:
    return Look(who, case, when or at(10), **more)


PLAIN = About(None, None)


def whys(looks: list[Look], about: About = PLAIN, name: str = "") -> list[Why]:
    found = unusual(looks, dict.fromkeys(CASES, about), {ANN: name}, DAY)
    return [one.why for one in found]


def test_a_lead_at_work_is_nothing_unusual() -> None:
    looks = [look(when=at(9, 15 * number)) for number in range(4)]
    assert whys([*looks, look(is_look=False)], About(ANN, None)) == []


def test_at_night_at_a_weekend_and_in_the_holidays() -> None:
    assert whys([look(when=at(19))]) == []
    assert whys([look(when=at(19, 1))]) == [Why.OUT_OF_HOURS]
    assert whys([look(when=at(5, 59))]) == [Why.OUT_OF_HOURS]
    assert whys([look(when=at(6))]) == []
    assert whys([look(when=at(10, days=5))]) == [Why.OUT_OF_HOURS]
    closed = SchoolDay(time(8), time(17), frozenset({MONDAY}))
    found = unusual([look()], {CASES[0]: About(None, None)}, {}, closed)
    assert [one.why for one in found] == [Why.OUT_OF_HOURS]


def test_many_cases_within_an_hour() -> None:
    few = [look(case=case, when=at(10, 5)) for case in CASES[: MANY_IN_AN_HOUR - 1]]
    assert whys(few) == []
    late = look(case=CASES[MANY_IN_AN_HOUR], when=at(11, 5))
    assert whys([*few, late]) == []
    in_time = look(case=CASES[MANY_IN_AN_HOUR], when=at(11, 4))
    assert whys([*few, in_time]) == [Why.MANY]


def test_again_and_again_without_working_on_it() -> None:
    looks = [look(when=at(9 + number)) for number in range(OFTEN_WITHOUT_WORK)]
    assert whys(looks) == [Why.WITHOUT_WORK]
    assert whys(looks[1:]) == []
    assert whys(looks, About(ANN, None)) == []
    assert whys([*looks, look(is_look=False)]) == []


def test_a_case_closed_long_before() -> None:
    assert whys([look()], About(None, MONDAY - timedelta(days=31))) == []
    assert whys([look()], About(None, MONDAY - timedelta(days=32))) == [Why.CLOSED]


def test_the_same_last_name_and_an_emergency_come_first() -> None:
    found = whys(
        [look(when=at(3), in_emergency=True)], About(None, None, frozenset({"price"})), "price"
    )
    assert found == [Why.EMERGENCY, Why.SAME_NAME, Why.OUT_OF_HOURS]
    assert whys([look()], About(None, None, frozenset({"price"})), "prices") == []
    assert whys([look()], About(None, None, frozenset({""})), "") == []


def test_copies() -> None:
    copies = [
        look(is_look=False, is_copy=True, when=at(9, number)) for number in range(MANY_COPIES)
    ]
    assert whys(copies) == [Why.COPIES]
    assert whys(copies[1:]) == []


def test_each_person_is_looked_at_alone() -> None:
    looks = [look(who, when=at(9 + number)) for who in (ANN, BEN) for number in range(3)]
    assert whys(looks) == []


def test_the_week_of_a_day() -> None:
    assert {week_of(MONDAY + timedelta(days=number)) for number in range(7)} == {MONDAY}


moments = st.integers(0, 7 * 24 * 60 - 1).map(lambda minutes: at(0) + timedelta(minutes=minutes))
acts = st.builds(
    Look,
    who=st.sampled_from([ANN, BEN]),
    case=st.sampled_from(CASES[:4]),
    at=moments,
    is_look=st.booleans(),
    is_copy=st.booleans(),
    in_emergency=st.booleans(),
)


@given(looks=st.lists(acts, max_size=30))
def test_findings_hold_only_what_was_there(looks: list[Look]) -> None:
    found = unusual(looks, dict.fromkeys(CASES, About(None, None)), {}, DAY)
    assert found == unusual(list(reversed(looks)), dict.fromkeys(CASES, About(None, None)), {}, DAY)
    for one in found:
        own = [each for each in looks if each.who == one.who]
        assert set(one.cases) <= {each.case for each in own}
        assert 1 <= one.times <= len(own)
        assert one.first <= one.last
        assert {one.first, one.last} <= {each.at for each in own}
    assert len({(one.who, one.why) for one in found}) == len(found)
