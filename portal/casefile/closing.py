"""The closing check: everything that stands in the way of closing a case, each with its place."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.casefile import features
from portal.cases import emergencies, grants
from portal.cases.actions import actions_of
from portal.cases.models import Case, DueAction, Involved
from portal.cases.models_access import EmergencyAccess
from portal.cases.service import people_in
from portal.cases.steps import Obstacle, address


@dataclass(frozen=True)
class Check:
    obstacles: Sequence[Obstacle]
    notes: Sequence[Obstacle]
    given: int = 0  # colleagues for whom grants open nothing once the case is closed


def check(case: Case) -> Check:
    people = people_in(case)
    seen = features.overview(case, people)
    return Check(
        obstacles=obstacles(case, people, actions_of(case), seen),
        notes=[
            Obstacle(
                f"{one.name}: not identified. The case can be closed all the same; say in the "
                "reason why nobody found out.",
                address(case, "people", str(one.id), "identify"),
            )
            for one in people
            if not one.is_known
        ],
        given=grants.how_many_stand(case),
    )


def obstacles(
    case: Case,
    people: Sequence[Involved],
    actions: Sequence[DueAction],
    seen: features.Overview,
) -> list[Obstacle]:
    """Everything in the way, from what was read already."""
    return [
        *features.obstacles(case, seen),
        *own_obstacles(case, people, actions),
        *_emergencies(case, seen.found[EmergencyAccess]),
    ]


def _emergencies(case: Case, opened: Sequence[EmergencyAccess]) -> list[Obstacle]:
    """A case is not closed over an emergency that nobody has looked at."""
    return [
        Obstacle(
            "It was opened in an emergency, and nobody has said yet whether that was justified.",
            address(case, "access", "emergencies", str(one.id), "review"),
        )
        for one in emergencies.to_review(opened)
    ]


def own_obstacles(
    case: Case, people: Sequence[Involved], actions: Sequence[DueAction]
) -> list[Obstacle]:
    """What belongs to no feature: the lead, findings, things still to be done."""
    found = []
    if case.lead_id is None:
        found.append(Obstacle("The case has no lead.", address(case, "access", "lead")))
    for one in people:
        if one.is_known and "displayed" in one.parts and one.how_sure == "said":
            sentence = (
                f"{one.name}: what they are said to have done is still only said. Record the "
                "finding: admitted, established or unfounded."
            )
            found.append(Obstacle(sentence, address(case, "people", str(one.id), "change")))
    for action in actions:
        if action.state == "open":
            href = address(case, "actions", str(action.id), "settle")
            found.append(Obstacle(f"Still to do: {action.what}", href))
    return found
