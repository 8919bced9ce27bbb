"""The rules about support, with nothing but values."""

from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

import pytest

from portal.cases.rules import WorkingDays
from portal.guidance.catalogue import vocabulary
from portal.happened import ZONE, Happened
from portal.support import rules
from portal.support.rules import Stands, Young

FRIDAY = date(2026, 11, 20)
CHRISTMAS = (date(2026, 12, 19), date(2027, 1, 3))
DAYS = WorkingDays(time(8), time(16), [CHRISTMAS], ZONE)
SARA, OWEN, ANNA = (UUID(int=number) for number in (1, 2, 3))


@dataclass(frozen=True)
class Said:
    involved_id: UUID
    answer: str
    happened: Happened | None


def young(one: UUID, *parts: str, **known: bool) -> Young:
    return Young(one, parts, **{"is_known": True, "is_young": True, **known})


@pytest.mark.parametrize(
    ("every", "since", "expected"),
    [
        ("weekly", FRIDAY, date(2026, 11, 27)),
        ("fortnightly", FRIDAY, date(2026, 12, 4)),
        ("weekly", date(2026, 11, 21), date(2026, 11, 30)),  # a Saturday goes on to the Monday
        ("monthly", date(2026, 11, 23), date(2027, 1, 4)),  # within the holidays
    ],
)
def test_the_next_review_is_on_a_school_day(every: str, since: date, expected: date) -> None:
    assert rules.next_review(every, since, DAYS) == expected


def test_every_rhythm_leads_ahead() -> None:
    rhythms = vocabulary("support_rhythms").codes
    found = [rules.next_review(every, FRIDAY, DAYS) for every in rhythms]
    assert found == sorted(set(found))
    assert min(found) > FRIDAY


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 24), date(2026, 11, 23)),
        (date(2026, 11, 23), FRIDAY),
        (date(2027, 1, 4), date(2026, 12, 18)),
    ],
)
def test_the_school_day_before_leaves_time_to_prepare(day: date, expected: date) -> None:
    assert rules.day_before(day, DAYS) == expected


def test_late_is_the_day_after() -> None:
    assert not rules.is_late(FRIDAY, FRIDAY)
    assert rules.is_late(FRIDAY, date(2026, 11, 21))
    assert not rules.is_late(None, FRIDAY)


def test_who_was_harmed_and_has_nothing_lacks_support() -> None:
    people = [
        young(SARA, "harmed"),
        young(OWEN, "displayed"),
        young(ANNA, "harmed", is_known=False),
    ]
    assert rules.lacks_support(people, []) == [SARA]
    assert rules.lacks_support(people, [Stands(None, goes_on=True)]) == [SARA]
    assert rules.lacks_support(people, [Stands(SARA, goes_on=False)]) == []


def test_how_many_have_support() -> None:
    people = [young(SARA, "harmed"), young(OWEN, "displayed"), young(ANNA, "witness")]
    stands = [Stands(SARA, goes_on=True), Stands(OWEN, goes_on=False), Stands(None, goes_on=True)]
    assert rules.supported(people, stands) == (1, 3)
    assert rules.supported([young(ANNA, "other")], []) == (0, 0)
    assert rules.supported([young(ANNA, "other")], [Stands(ANNA, goes_on=True)]) == (1, 1)


def test_a_sanction_is_for_who_displayed_it_alone() -> None:
    assert rules.may_be_sanctioned(young(OWEN, "displayed"))
    assert rules.may_be_sanctioned(young(OWEN, "harmed", "displayed"))
    assert not rules.may_be_sanctioned(young(SARA, "harmed"))
    assert not rules.may_be_sanctioned(young(OWEN, "displayed", unfounded=True))
    assert not rules.may_be_sanctioned(young(OWEN, "displayed", is_young=False))


def test_the_newest_word_counts() -> None:
    on = [Happened(date(2026, 11, day)) for day in (1, 2, 3)]
    agrees, withdrawn = Said(SARA, "agrees", on[0]), Said(SARA, "withdrawn", on[2])
    assert rules.standing([agrees, withdrawn])[SARA] is withdrawn
    # what is written later and was said before does not count again
    late = Said(SARA, "agrees", on[1])
    assert rules.standing([agrees, withdrawn, late])[SARA] is withdrawn


def test_within_one_day_what_was_written_later_counts_unless_the_times_say_otherwise() -> None:
    morning, noon = (Happened(FRIDAY, time(hour)) for hour in (9, 12))
    no = Said(SARA, "withdrawn", noon)
    assert rules.standing([no, Said(SARA, "agrees", morning)])[SARA] is no
    some_time = Said(SARA, "withdrawn", Happened(FRIDAY))
    assert rules.standing([Said(SARA, "agrees", noon), some_time])[SARA] is some_time


def test_a_meeting_needs_a_yes_and_two_people() -> None:
    people = [young(SARA, "harmed"), young(OWEN, "displayed"), young(ANNA, "harmed")]
    yes = {SARA: Said(SARA, "agrees", None)}
    assert not rules.may_offer_meeting(people, {})
    assert rules.may_offer_meeting(people, yes)
    assert rules.agreed(people, yes) == [SARA]
    for answer in ("unsure", "does_not", "withdrawn"):
        assert not rules.may_offer_meeting(people, {SARA: Said(SARA, answer, None)})
    assert not rules.may_offer_meeting(people[:1], yes)


def test_who_was_harmed_as_well_comes_only_if_they_agree() -> None:
    people = [young(SARA, "harmed"), young(OWEN, "harmed", "displayed")]
    sara, owen = Said(SARA, "agrees", None), Said(OWEN, "agrees", None)
    assert rules.other_side(people, {SARA: sara}) == []
    assert rules.other_side(people, {SARA: sara, OWEN: owen}) == [OWEN]
    # nobody meets with themselves
    assert not rules.may_offer_meeting([people[1]], {OWEN: owen})


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (FRIDAY, "today"),
        (date(2026, 11, 21), "tomorrow"),
        (date(2026, 11, 24), "Tuesday"),
        (date(2026, 11, 27), "27 November"),
        (date(2027, 1, 8), "8 January 2027"),
    ],
)
def test_days_as_they_are_said(day: date, words: str) -> None:
    assert rules.day_words(day, FRIDAY) == words
