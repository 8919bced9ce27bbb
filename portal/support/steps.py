"""What support offer to the case as a whole."""

from typing import Any

from portal.cases.models import Case, Involved
from portal.cases.seen import Found
from portal.cases.steps import Entry, Obstacle, Step
from portal.vault.seen import Seen

READS: tuple[Seen[Any], ...] = ()
"""What the case page reads, in one statement with what every other feature reads."""


def steps(case: Case, found: Found, people: list[Involved]) -> list[Step]:
    return []


def entries(case: Case) -> list[Entry]:
    return []


def obstacles(case: Case, found: Found, people: list[Involved]) -> list[Obstacle]:
    return []
