"""The features of a case, put together: the only place that names them all."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from portal.assessment import steps as assessment
from portal.cases import entries as own
from portal.cases.models import Case, Involved
from portal.cases.steps import Entry, Obstacle, Step
from portal.disclosures import steps as disclosures
from portal.police import steps as police

# The order of the task list; what is not named here follows in the order of its feature.
ORDER = ("disclosed", "review", "checklist", "decision", "young_views", "risk")


@dataclass(frozen=True)
class Overview:
    """How a case stands, read once and asked several things."""

    police: police.Overview
    assessment: assessment.Overview


def overview(
    case: Case, people: list[Involved], names: Mapping[UUID, str] | None = None
) -> Overview:
    return Overview(police.overview(case, people, names), assessment.overview(case))


def steps(case: Case, seen: Overview, names: Mapping[UUID, str]) -> list[Step]:
    found = [
        disclosures.step(case, names),
        *assessment.steps(case, seen.assessment),
        *police.steps(case, seen.police),
    ]
    place = {code: number for number, code in enumerate(ORDER)}
    return sorted(found, key=lambda step: place.get(step.code, len(place)))


def banner(case: Case, seen: Overview) -> police.Banner | None:
    """What matters now, in one sentence."""
    return police.banner(case, seen.police)


def entries(case: Case) -> list[Entry]:
    """Every line of the chronology, the oldest first."""
    found = [
        *disclosures.entries(case),
        *own.entries(case),
        *assessment.entries(case),
        *police.entries(case),
    ]
    return sorted(found, key=lambda entry: (entry.moment, entry.written, entry.title))


def obstacles(case: Case, seen: Overview) -> list[Obstacle]:
    """What every feature finds in the way of closing."""
    return [
        *disclosures.obstacles(case),
        *assessment.obstacles(case, seen.assessment),
        *police.obstacles(case, seen.police),
    ]
