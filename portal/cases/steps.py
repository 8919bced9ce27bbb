"""What each step of a case offers to the case page and the chronology.

A feature that is a step has a module `steps` with functions that give these two. `casefile`
composes them and needs nothing else of a feature.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from portal.cases.models import Case
from portal.cases.rules import is_late_entry
from portal.clock import Happened
from portal.vault.roots import Root


class Group(StrEnum):
    """The three groups of the task list."""

    DECIDE = "Make safe and decide"
    ACT = "Act"
    STAY = "Stay beside them"


class State(StrEnum):
    NOT_STARTED = "Not started"
    IN_PROGRESS = "In progress"
    DONE = "Done"
    NOT_NEEDED = "Not needed"
    CANNOT_START = "Cannot start yet"


_TONES = {
    State.NOT_STARTED: "grey",
    State.IN_PROGRESS: "now",
    State.DONE: "quiet",
    State.NOT_NEEDED: "quiet",
    State.CANNOT_START: "quiet",
}


@dataclass(frozen=True)
class Step:
    """One row of the task list. `words` replaces the state’s own words where it says more."""

    code: str
    group: Group
    title: str
    state: State
    line: str
    href: str
    words: str = ""
    urgent: bool = False

    @property
    def tag_text(self) -> str:
        return self.words or self.state.value

    @property
    def tone(self) -> str:
        return "red" if self.urgent else _TONES[self.state]


@dataclass(frozen=True)
class Entry:
    """One line of the chronology: what, when it happened, when it was written and by whom."""

    kind: str
    title: str
    text: str
    happened: Happened | None
    written: datetime
    by: UUID | None
    href: str = ""
    record: Root | None = None
    withdrawn: bool = False
    edits: bool = False  # whether `href` is for those who work on the case only

    @property
    def moment(self) -> datetime:
        return min(self.happened.moment, self.written) if self.happened else self.written

    @property
    def is_late(self) -> bool:
        return is_late_entry(self.happened, self.written)


@dataclass(frozen=True)
class Obstacle:
    """Something that stands in the way of closing, and where it is put right."""

    sentence: str
    href: str


def address(case: Case, *parts: str) -> str:
    return "/".join(("/cases", case.reference, *parts))


def by_code(steps: list[Step]) -> Mapping[str, Step]:
    return {step.code: step for step in steps}
