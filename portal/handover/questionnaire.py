"""What a form must offer so that it can be filled in hand-over mode.

The feature that owns the form (wishes, plans) makes one `Questionnaire` and registers it; hand-over
knows nothing else of it. Everything here is read by a student: plain words, short sentences.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from portal.cases.access_rules import Part
from portal.cases.models import Case
from portal.staff.viewer import Viewer
from portal.web.form_base import Form

Answers = Mapping[str, Any]
"""What was answered: the code of a question to what its form gave, fit for JSON."""


@dataclass(frozen=True)
class Question:
    """One page of one question. `form` is begun with its earlier answer as `data`."""

    code: str
    title: str
    form: type[Form]
    lead: Sequence[str] = ()


@dataclass(frozen=True)
class ReadBack:
    """One answer as it is read back: lines of (label, text); the label may be empty."""

    code: str
    title: str
    lines: Sequence[tuple[str, str]] = field(default_factory=tuple)


class Questionnaire(Protocol):
    """A form a student can be given. `settings` is what the member of staff set at the start.

    `part` is the part of the case that it fills: whoever may write that part can hand it over.
    """

    code: str
    title: str
    part: Part

    def questions(self, settings: Answers, answers: Answers) -> Sequence[Question]:
        """Every page in its order; later pages may depend on earlier answers."""

    def read_back(self, settings: Answers, answers: Answers) -> Sequence[ReadBack]:
        """Every answer, in the student’s own words."""

    def keep(self, actor: Viewer, case: Case, involved_id: UUID, given: "Given") -> str:
        """Make the record of it; gives the address to which the member of staff goes on."""


@dataclass(frozen=True)
class Given:
    """What a student gave back."""

    subject_id: UUID | None
    settings: Answers
    answers: Answers
    stopped: bool


_KNOWN: dict[str, Questionnaire] = {}


def register(questionnaire: Questionnaire) -> None:
    _KNOWN[questionnaire.code] = questionnaire


def questionnaire(code: str) -> Questionnaire:
    """Raises `KeyError` for a form that nobody registered."""
    return _KNOWN[code]


def title_of(code: str) -> str:
    """What a form is called, also one that is no longer offered."""
    known = _KNOWN.get(code)
    return known.title if known is not None else "A form"


def part_of(code: str) -> Part:
    """The part of the case that a form fills; one that is no longer offered fills the rest."""
    known = _KNOWN.get(code)
    return known.part if known is not None else Part.REST


def registered() -> Sequence[Questionnaire]:
    return tuple(_KNOWN.values())


NewWords = Callable[[str], tuple[str, list[list[str]]]]
"""Where something new is recorded, and the answers with which that form begins."""

_NEW_WORDS: list[NewWords] = []


def register_new_words(begin: NewWords) -> NewWords:
    """Named by the feature in which somebody records what a young person has told."""
    _NEW_WORDS[:] = [begin]
    return begin


def form_for(new_words: str) -> tuple[str, list[list[str]]]:
    return _NEW_WORDS[0](new_words)
