"""Where wishes meet hand-over: the start of one, and what was given back and waits to be read."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any
from uuid import UUID

from portal.cases.models import Case, Involved
from portal.staff.viewer import Viewer
from portal.wishes import questionnaire


def hand_over(
    who: Viewer,
    case: Case,
    involved: Involved,
    settings: Mapping[str, Any],
    answers: Mapping[str, Any],
) -> str:
    """Give the screen to a young person; the address at which it begins."""
    service: Any = import_module("portal.handover.service")
    return str(
        service.start(
            who, case, involved, form=questionnaire.CODE, settings=settings, answers=answers
        )
    )


@dataclass(frozen=True)
class Waiting:
    involved_id: UUID
    words: str
    href: str


def open_in(case: Case) -> list[Waiting]:
    return []
