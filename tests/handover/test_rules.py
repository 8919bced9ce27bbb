"""The paper and the states, without the portal around them."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.handover.paper import Paper
from portal.handover.rules import REST, SHOWN, State, is_busy, state_at

NOW = datetime(2026, 11, 18, 10, tzinfo=UTC)


@pytest.mark.parametrize("state", list(State))
def test_answers_are_hidden_once_they_lay_open_too_long(state: State) -> None:
    assert state_at(state, NOW - REST, NOW) is state
    later = NOW + timedelta(seconds=1)
    assert state_at(state, NOW - REST, later) is (State.GIVEN_BACK if state in SHOWN else state)
    assert is_busy(state, NOW, NOW) == (state in SHOWN)
    assert not is_busy(state, NOW - REST, later)


def test_a_page_may_save_over_what_it_saved_itself() -> None:
    paper = Paper()
    assert not paper.is_older("why", 0, "page one")
    paper.keep_typed("why", [["why", "a"]], "page one")
    paper.keep_typed("why", [["why", "ab"]], "page one")
    assert not paper.is_older("why", 0, "page one")
    paper.answer("why", {"why": "abc"}, "page one")
    assert paper.typed == {}
    assert paper.count("why") == 3


def test_a_page_may_not_save_over_what_another_page_saved() -> None:
    paper = Paper()
    paper.answer("why", {"why": "a"}, "page one")
    assert paper.is_older("why", 0, "page two")
    assert not paper.is_older("why", 1, "page two")
    assert not paper.is_older("what", 0, "page two")


def test_what_was_set_aside_stays_until_the_question_is_answered_again() -> None:
    paper = Paper(answers={"why": {"why": "a"}})
    paper.set_aside("why", [["why", "b"]])
    paper.keep_typed("why", [["why", "ab"]], "page")
    assert paper.aside == {"why": [["why", "b"]]}
    paper.answer("why", {"why": "ab"}, "page")
    assert paper.aside == {}


def test_reading_a_paper_changes_nothing_of_what_was_kept() -> None:
    kept = Paper(answers={"why": {"why": "a"}}).dump()
    paper = Paper.read(kept)
    paper.answer("why", {"why": "b"}, "page")
    paper.keep_typed("what", [["what", "c"]], "page")
    assert kept == Paper(answers={"why": {"why": "a"}}).dump()
    assert Paper.read(None) == Paper()
