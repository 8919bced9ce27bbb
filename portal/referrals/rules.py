"""Times of a referral, when to ask again, who knows of whom, and whom a case points to. Pure."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portal.cases.rules import WorkingDays


def chase_at(told: datetime, working_days: int, days: WorkingDays) -> datetime:
    """When to ask again: at the end of so many working days."""
    at = told
    for _ in range(working_days):
        at = days.next_day_at(at, days.ends)
    return at


def not_told_of_each_other(knows: Mapping[str, Set[str]]) -> dict[str, list[str]]:
    """Of whom each body does not know yet; those who know of every other are left out.

    `knows` gives, for the id of each referral outside the school, those it was told of.
    """
    unknown = {
        who: [other for other in knows if other != who and other not in knows[who]] for who in knows
    }
    return {who: others for who, others in unknown.items() if others}


@dataclass(frozen=True)
class KnownOfCase:
    """What a case says that points to one body or another."""

    outcome: str | None = None
    decision: str | None = None
    types: Sequence[str] = ()
    overlaps: Sequence[str] = ()
    hate_elements: Sequence[str] = ()
    danger: str = "not_known"
    something_is_up: bool = False  # content that is still online, with an address or account


def fitting(known: KnownOfCase) -> dict[str, str]:
    """Kinds of bodies that this case points to, each with why, as a sentence."""
    found = {
        "police": _police(known),
        "social_care": "Somebody is in danger now." if known.danger == "yes" else "",
        "ceop": "An adult may have taken part. The police are told as well."
        if "adult_involvement" in known.overlaps
        else "",
        "true_vision": "A hate element is on the record." if known.hate_elements else "",
        "report_remove": "If it is a nude image of the young person, they can do this now."
        if "non_consensual_sharing" in known.types
        else "",
        "platform": "Content may still be online." if known.something_is_up else "",
    }
    return {kind: why for kind, why in found.items() if why}


def _police(known: KnownOfCase) -> str:
    if known.danger == "yes":
        return "Somebody is in danger now: ring 999."
    if known.decision == "refer":
        return "It is decided to tell the police."
    return {
        "always_refer": "The checklist says to refer.",
        "police_most_likely": "The checklist says to ask the police for advice.",
    }.get(known.outcome or "", "")


def divided(contacts: Iterable[tuple[str, UUID | None]]) -> list[tuple[str, list[UUID]]]:
    """Every body that has more than one point of contact at school, with who they are."""
    found: dict[str, tuple[str, list[UUID]]] = {}
    for body, contact in contacts:
        _, people = found.setdefault(body.casefold(), (body, []))
        if contact is not None and contact not in people:
            people.append(contact)
    return [each for each in found.values() if len(each[1]) > 1]
