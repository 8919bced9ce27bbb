"""The features of a case, put together: the only place that names them all."""

from portal.assessment import steps as assessment
from portal.cases import entries as own
from portal.cases.models import Case, Involved
from portal.cases.steps import Entry, Obstacle, Step
from portal.disclosures import steps as disclosures
from portal.police import steps as police

# The order of the task list; what is not named here follows in the order of its feature.
ORDER = ("disclosed", "review", "checklist", "decision", "views", "risk")


def overview(case: Case, people: list[Involved]) -> police.Overview:
    """How a case stands with the police, read once and asked several things."""
    return police.overview(case, people)


def steps(case: Case, seen: police.Overview) -> list[Step]:
    found = [disclosures.step(case), *assessment.steps(case), *police.steps(case, seen)]
    place = {code: number for number, code in enumerate(ORDER)}
    return sorted(found, key=lambda step: place.get(step.code, len(place)))


def banner(case: Case, seen: police.Overview) -> police.Banner | None:
    """What matters now, in one sentence."""
    return police.banner(case, seen)


def entries(case: Case) -> list[Entry]:
    """Every line of the chronology, the oldest first."""
    found = [
        *disclosures.entries(case),
        *own.entries(case),
        *assessment.entries(case),
        *police.entries(case),
    ]
    return sorted(found, key=lambda entry: (entry.moment, entry.written, entry.title))


def obstacles(case: Case, seen: police.Overview) -> list[Obstacle]:
    """What every feature finds in the way of closing."""
    return [
        *disclosures.obstacles(case),
        *assessment.obstacles(case),
        *police.obstacles(case, seen),
    ]
