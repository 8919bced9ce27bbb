"""Which steps of containment are offered, which must be decided, and which of them wait."""

from datetime import date, time
from uuid import UUID, uuid4

import pytest

from portal.cases.rules import is_before
from portal.containment import rules, words
from portal.containment.rules import (
    OF_NOBODY_KNOWN,
    Offer,
    Result,
    Situation,
    Somebody,
    Step,
    Taken,
)
from portal.happened import Happened

JORDAN, SARA, FRIEND = uuid4(), uuid4(), uuid4()
HARMED = Somebody(SARA, ["harmed"], is_known=True)
KNOWN = Somebody(JORDAN, ["displayed"], is_known=True)
UNKNOWN = Somebody(JORDAN, ["displayed"], is_known=False)
WITNESS = Somebody(FRIEND, ["witness"], is_known=True)
ASKED = (Step.EXPLAIN_AND_ASK, Step.ASK_COPIES, Step.ASK_ONWARD)


def offered(
    *people: Somebody, taken: list[Taken] | None = None, **situation: bool
) -> dict[tuple[Step, UUID | None], Offer]:
    found = rules.offers(people, taken or [], Situation(**{"has_items": True, **situation}))
    return {(one.step, one.person): one for one in found}


def undecided(*people: Somebody, taken: list[Taken] | None = None, **situation: bool) -> set[Step]:
    return {
        step
        for (step, _), one in offered(*people, taken=taken, **situation).items()
        if one.is_undecided
    }


def test_somebody_known_is_asked_and_nobody_is_looked_for() -> None:
    found = offered(KNOWN, HARMED)
    assert set(found) == {
        *((step, JORDAN) for step in ASKED),
        (Step.NO_PROMISE, SARA),
    }
    assert all(one.is_undecided for one in found.values())


@pytest.mark.parametrize("step", [Step.EXPLAIN_AND_ASK, Step.ASK_COPIES])
def test_a_refusal_offers_the_device_and_the_parent(step: Step) -> None:
    refused = [Taken(step, JORDAN, Result.REFUSED)]
    assert {Step.CONFISCATE, Step.BRING_IN_PARENT} <= undecided(KNOWN, taken=refused)
    assert step not in undecided(KNOWN, taken=refused)
    later = [Taken(step, JORDAN, Result.CONFIRMED), *refused]
    assert not {Step.CONFISCATE, Step.BRING_IN_PARENT} & undecided(KNOWN, taken=later)


def test_the_newest_says_how_it_stands() -> None:
    rows = [
        Taken(Step.ASK_COPIES, JORDAN, Result.CONFIRMED),
        Taken(Step.ASK_COPIES, JORDAN, Result.WAITING),
    ]
    assert offered(KNOWN, taken=rows)[Step.ASK_COPIES, JORDAN].stands is Result.CONFIRMED
    assert Step.ASK_COPIES not in undecided(KNOWN, taken=rows)
    assert Step.ASK_COPIES in undecided(KNOWN, taken=rows[::-1])


def test_a_friend_is_offered_nothing_until_asked_and_then_what_waits() -> None:
    assert not [one for _, one in offered(WITNESS) if one == FRIEND]
    asked = [Taken(Step.ASK_COPIES, FRIEND, Result.WAITING)]
    found = offered(WITNESS, KNOWN, taken=asked)
    assert {step for step, who in found if who == FRIEND} == set(ASKED)
    assert [step for step in ASKED if found[step, FRIEND].is_undecided] == [Step.ASK_COPIES]


@pytest.mark.parametrize("people", [[], [HARMED], [UNKNOWN], [WITNESS]])
def test_nobody_known(people: list[Somebody]) -> None:
    found = offered(*people)
    assert {step for step, who in found if who is None} == set(OF_NOBODY_KNOWN)
    assert all(one.needed for (_, who), one in found.items() if who is None)


def test_somebody_else_may_still_be_unknown() -> None:
    other = Somebody(FRIEND, ["displayed"], is_known=False)
    found = offered(KNOWN, other)
    assert {step for step, who in found if who is None} == set(OF_NOBODY_KNOWN)
    assert not any(one.needed for (_, who), one in found.items() if who is None)


def test_a_report_needs_something_to_report_and_is_told_by_the_items() -> None:
    assert Step.REPORT_TO_SERVICE not in undecided(UNKNOWN, has_items=False)
    assert Step.REPORT_TO_SERVICE in undecided(UNKNOWN)
    assert Step.REPORT_TO_SERVICE not in undecided(UNKNOWN, all_reported=True)
    assert Result.DONE not in rules.RESULTS[Step.REPORT_TO_SERVICE]


def test_what_the_police_do_themselves_is_not_in_the_way() -> None:
    assert Step.ASK_ONWARD in undecided(KNOWN)
    assert Step.ASK_ONWARD not in undecided(KNOWN, police_forbid_asking=True)


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("result", Result)
@pytest.mark.parametrize("already", [True, False])
def test_what_waits(step: Step, result: Result, already: bool) -> None:
    deletes = rules.deletes(step, result, already=already)
    asks = rules.asks_onward(step, result, already=already)
    if already or result is Result.NOT_NEEDED:
        assert not deletes
        assert not asks
    else:
        assert deletes is (step in {Step.EXPLAIN_AND_ASK, Step.ASK_COPIES})
        assert asks is (step is Step.ASK_ONWARD)
    assert rules.may_have_happened(step) or not (deletes or asks)


@pytest.mark.parametrize(
    ("told", "agreed", "may"),
    [(False, "", True), (False, "no", True), (True, "", False), (True, "no", False),
     (True, "yes", True)],
)  # fmt: skip
def test_asking_onward_after_a_report(told: bool, agreed: str, may: bool) -> None:
    assert rules.may_ask_onward(police_told=told, agreed=agreed) is may


def test_every_step_has_words_and_every_result_too() -> None:
    assert set(words.STEPS) == set(Step) == set(rules.RESULTS)
    for step in Step:
        labels = [label for _, label in words.result_choices(step)]
        assert len(set(labels)) == len(labels) > 1
        assert Result.NOT_NEEDED in rules.RESULTS[step]
        assert len(step.value) <= 30


def test_before_is_said_only_where_it_is_known() -> None:
    day, next_day = date(2026, 11, 18), date(2026, 11, 19)
    nine, ten = Happened(day, time(9)), Happened(day, time(10))
    assert is_before(nine, ten)
    assert not is_before(ten, nine)
    assert not is_before(nine, nine)
    assert not is_before(Happened(day), ten)
    assert not is_before(nine, Happened(day))
    assert is_before(ten, Happened(next_day))
