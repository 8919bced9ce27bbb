"""Rules about hand-over: which state follows which, and when the answers are hidden."""

from datetime import datetime, timedelta
from enum import StrEnum


class State(StrEnum):
    WITH_STUDENT = "with_student"
    GIVEN_BACK = "given_back"
    READ_TOGETHER = "read_together"
    KEPT = "kept"
    LEFT = "left"


REST = timedelta(minutes=5)
"""After so long without a request the answers are hidden until the password or PIN is given."""
TOUCHED_AGAIN = timedelta(seconds=15)
"""How often the last request is written down, at most."""
SHOWN = frozenset({State.WITH_STUDENT, State.READ_TOGETHER})
"""The states in which answers can be on the screen."""
WAITING = frozenset({State.WITH_STUDENT, State.GIVEN_BACK, State.READ_TOGETHER, State.LEFT})
"""Answers in these states are not kept yet and can be taken up again."""


def state_at(state: State, seen_at: datetime, now: datetime) -> State:
    """The state as it is now: answers that lay open too long have been given back."""
    return State.GIVEN_BACK if state in SHOWN and now - seen_at > REST else state


def is_busy(state: State, seen_at: datetime, now: datetime) -> bool:
    """Whether somebody is at it now, so that nobody takes it up at another screen."""
    return state_at(state, seen_at, now) in SHOWN
