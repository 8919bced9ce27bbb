"""What the pages of a hand-over show: its questions, what was written, and whom to talk to."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from portal.guidance.catalogue import Service
from portal.guidance.service import directory_of
from portal.handover import filling
from portal.handover.models import Handover
from portal.handover.paper import Paper
from portal.handover.questionnaire import Question, Questionnaire, ReadBack, questionnaire

HELPLINES = ("childline", "shout", "papyrus", "emergency")
"""The help that a student is shown, in this order; name and number come from the directory."""


@dataclass(frozen=True)
class Place:
    """Where a question stands among the others."""

    question: Question
    number: int
    total: int
    before: str | None
    after: str | None


def of(one: Handover) -> Questionnaire:
    return questionnaire(one.form)


def paper(one: Handover) -> Paper:
    return Paper.read(one.answers)


def place(one: Handover, code: str) -> Place | None:
    """Where a question stands; None where the form asks no such thing."""
    asked = of(one).questions(one.settings or {}, paper(one).answers)
    codes = [question.code for question in asked]
    if code not in codes:
        return None
    at = codes.index(code)
    return Place(
        question=asked[at],
        number=at + 1,
        total=len(asked),
        before=codes[at - 1] if at else None,
        after=codes[at + 1] if at + 1 < len(codes) else None,
    )


def first_open(one: Handover) -> str | None:
    """The first question that was not saved in this hand-over; None where each was."""
    written = paper(one)
    asked = of(one).questions(one.settings or {}, written.answers)
    unsaved = [question.code for question in asked if question.code not in written.marks]
    return unsaved[0] if unsaved else None


def read_back(one: Handover) -> list[ReadBack]:
    return list(of(one).read_back(one.settings or {}, said_so_far(one)))


def said_so_far(one: Handover) -> dict[str, Any]:
    return filling.said_so_far(of(one), one.settings or {}, paper(one))


def helplines(school_id: UUID) -> list[Service]:
    by_code = {each.code: each for each in directory_of(school_id)}
    return [by_code[code] for code in HELPLINES if code in by_code]
