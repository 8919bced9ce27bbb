"""When a plan may begin, whose part is missing, what comes next, and what changed."""

from datetime import date
from uuid import uuid4

import pytest

from portal.plans import rules
from portal.plans.rules import Change, Hindrance, Line, Next, Part, Somebody, Stand

OWEN = Somebody(["displayed"], is_known=True)
DAY = date(2026, 11, 18)


@pytest.mark.parametrize(
    ("one", "responses", "told", "advice", "found"),
    [
        (OWEN, ["early_help"], False, False, None),
        (OWEN, ["early_help", "police"], True, True, None),
        (OWEN, ["police"], True, False, Hindrance.POLICE_ADVICE),
        (OWEN, [], False, False, Hindrance.NO_RESPONSE),
        (OWEN, [], True, True, Hindrance.NO_RESPONSE),
        (Somebody(["displayed"], is_known=False), ["x"], False, True, Hindrance.NOT_KNOWN),
        (Somebody(["harmed"], is_known=True), ["x"], False, True, Hindrance.NOT_DISPLAYED),
        (Somebody(["harmed", "displayed"], is_known=True), ["x"], False, False, None),
    ],
)
def test_when_a_plan_may_begin(
    one: Somebody, responses: list[str], told: bool, advice: bool, found: Hindrance | None
) -> None:
    given = {"police_told": told, "police_advice": advice}
    assert rules.hindrance(one, responses, **given) is found
    assert rules.may_begin(one, responses, **given) is (found is None)


def test_whose_part_is_missing() -> None:
    young, mother, friend = (
        Part(uuid4(), name, voice)
        for name, voice in (("Owen", "young"), ("Maria", "carer"), ("Ali", "none"))
    )
    everybody = [young, mother, friend]
    assert rules.missing_parts(everybody, set()) == [young, mother]
    assert rules.missing_parts(everybody, {young.id}) == [mother]
    assert rules.missing_parts(everybody, {young.id, mother.id}) == []


@pytest.mark.parametrize(
    ("since", "every", "found"),
    [
        (DAY, "week", date(2026, 11, 25)),
        (DAY, "fortnight", date(2026, 12, 2)),
        (DAY, "month", date(2026, 12, 18)),
        (date(2027, 1, 31), "month", date(2027, 2, 28)),
        (date(2026, 12, 31), "month", date(2027, 1, 31)),
        (DAY, "half_term", date(2026, 12, 30)),
        (DAY, "other", None),
    ],
)
def test_the_next_review(since: date, every: str, found: date | None) -> None:
    assert rules.next_review(since, every) == found


def test_days_that_cannot_be() -> None:
    later, earlier = date(2026, 12, 1), date(2026, 11, 1)
    assert rules.date_problems(DAY, None, None) == {}
    assert rules.date_problems(DAY, later, later) == {}
    assert list(rules.date_problems(DAY, earlier, None)) == ["ends_on"]
    assert list(rules.date_problems(DAY, None, earlier)) == ["next_review_on"]
    assert list(rules.date_problems(DAY, DAY, later)) == ["next_review_on"]
    assert list(rules.date_problems(DAY, None, later, reviewed_on=later)) == ["next_review_on"]


@pytest.mark.parametrize(
    ("plan", "found"),
    [
        (Stand("draft", parts_missing=True), Next.PART),
        (Stand("draft", lacks_advice=True, parts_missing=True), Next.ADVICE),
        (Stand("draft"), Next.AGREE),
        (Stand("agreed", unsigned=True, review_on=date(2026, 11, 19)), Next.SIGN),
        (Stand("agreed", review_on=date(2026, 11, 19)), Next.WAIT),
        (Stand("agreed", parts_missing=True, unsigned=True, review_on=DAY), Next.REVIEW),
        (Stand("agreed", parts_missing=True, unsigned=True), Next.PART),
        (Stand("ended", lacks_advice=True, parts_missing=True), Next.AGAIN),
    ],
)
def test_what_comes_next(plan: Stand, found: Next) -> None:
    assert rules.what_next(plan, DAY) is found


def test_when_a_review_is_late() -> None:
    assert rules.is_overdue("agreed", date(2026, 11, 17), DAY)
    assert not rules.is_overdue("agreed", DAY, DAY)
    assert not rules.is_overdue("ended", date(2026, 11, 17), DAY)
    assert not rules.is_overdue("agreed", None, DAY)


def test_what_changed_between_two_editions() -> None:
    older = [Line("why", "Why", "One"), Line("notes", "Notes", "Gone"), Line("same", "S", "S")]
    newer = [Line("new", "New", "Here"), Line("why", "Why", "Two"), Line("same", "S", "S")]
    assert rules.diff(older, newer) == [
        Change("New", "", "Here"),
        Change("Why", "One", "Two"),
        Change("Notes", "Gone", ""),
    ]
    assert rules.diff(older, older) == []


def test_each_line_is_one_thing() -> None:
    assert rules.split_lines(" one \n\n two\r\n") == ["one", "two"]
