"""The features of a case, put together: the only place that names them all."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from portal.assessment import steps as assessment
from portal.cases import entries as own
from portal.cases import seen as reading
from portal.cases.models import Case, Involved
from portal.cases.steps import Entry, Obstacle, State, Step
from portal.containment import steps as containment
from portal.devices import steps as devices
from portal.disclosures import steps as disclosures
from portal.family import steps as family
from portal.plans import steps as plans
from portal.police import steps as police
from portal.referrals import steps as referrals
from portal.support import steps as support
from portal.wishes import steps as wishes

# The order of the task list; what is not named here follows in the order of its feature.
ORDER = (
    "disclosed",
    "review",
    "checklist",
    "decision",
    "young_views",
    "risk",
    "protect",
    "referrals",
    "evidence_advice",
    "content",
    "devices",
    "wishes",
    "families",
    "support",
    "plans",
)

_everything = reading.AllOf(
    *reading.READS,
    *police.READS,
    *assessment.READS,
    *referrals.READS,
    *containment.READS,
    *devices.READS,
    *wishes.READS,
    *family.READS,
    *support.READS,
    *plans.READS,
)


@dataclass(frozen=True)
class Overview:
    """How a case stands, read once and asked several things."""

    found: reading.Found
    people: list[Involved]
    police: police.Overview
    assessment: assessment.Overview


def overview(
    case: Case, people: list[Involved], names: Mapping[UUID, str] | None = None
) -> Overview:
    found = _everything(case)
    return Overview(
        found,
        people,
        police.overview(case, people, names, found),
        assessment.overview(case, found),
    )


def steps(case: Case, seen: Overview, names: Mapping[UUID, str]) -> list[Step]:
    found = [
        disclosures.step(case, names),
        *assessment.steps(case, seen.assessment),
        *police.steps(case, seen.police),
        *referrals.steps(case, seen.found),
        *containment.steps(case, seen.found, seen.people),
        *devices.steps(case, seen.found),
        *wishes.steps(case, seen.found, seen.people),
        *family.steps(case, seen.found, seen.people),
        *support.steps(case, seen.found, seen.people),
        *plans.steps(case, seen.found, seen.people),
    ]
    place = {code: number for number, code in enumerate(ORDER)}
    return sorted(
        (_marked(case, step) for step in found),
        key=lambda step: place.get(step.code, len(place)),
    )


def _marked(case: Case, step: Step) -> Step:
    """A step that this case was said not to need; what was done about it stays in its line."""
    if step.code not in case.not_needed:
        return step
    return replace(step, state=State.NOT_NEEDED, words="", urgent=False)


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
        *referrals.entries(case),
        *containment.entries(case),
        *devices.entries(case),
        *wishes.entries(case),
        *family.entries(case),
        *support.entries(case),
        *plans.entries(case),
    ]
    return sorted(found, key=lambda entry: (entry.moment, entry.written, entry.title))


def obstacles(case: Case, seen: Overview) -> list[Obstacle]:
    """What every feature finds in the way of closing."""
    return [
        *disclosures.obstacles(case),
        *assessment.obstacles(case, seen.assessment),
        *police.obstacles(case, seen.police),
        *referrals.obstacles(case, seen.found),
        *containment.obstacles(case, seen.found, seen.people),
        *devices.obstacles(case, seen.found),
        *wishes.obstacles(case, seen.found, seen.people),
        *family.obstacles(case, seen.found, seen.people),
        *support.obstacles(case, seen.found, seen.people),
        *plans.obstacles(case, seen.found, seen.people),
    ]
