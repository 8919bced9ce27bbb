"""What the risk assessment asks for, and what it flags. Pure: no database, no pages, no time."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

REQUIRED_CONSIDERATIONS = (
    "crime",
    "ages",
    "developmental_stage",
    "power_imbalance",
    "one_off_or_pattern",
    "continuing_risk",
    "wider_context",
    "vulnerabilities",
    "earlier_incidents",
)
"""A full risk assessment says something on each; the others are for when they apply."""


class Level(StrEnum):
    NORMAL = "normal"
    INAPPROPRIATE = "inappropriate"
    PROBLEMATIC = "problematic"
    ABUSIVE = "abusive"
    VIOLENT = "violent"


class Response(StrEnum):
    MANAGED_INTERNALLY = "managed_internally"
    EARLY_HELP = "early_help"
    SOCIAL_CARE = "social_care"
    POLICE = "police"


@dataclass(frozen=True)
class Flag:
    """`flagged` is shown in red on the case until it is answered; `note` is a reminder."""

    code: str
    kind: Literal["flagged", "note"]
    message: str


_GRAVE = (Level.ABUSIVE, Level.VIOLENT)


def flags(level: str | None, responses: Collection[str]) -> list[Flag]:
    """Compare the level with the responses chosen, the gravest first."""
    chosen = {Response(response) for response in responses}
    judged = None if level is None else Level(level)
    found = []
    if Response.SOCIAL_CARE not in chosen:
        if judged in _GRAVE:
            found.append(_NO_SOCIAL_CARE)
        if Response.POLICE in chosen:
            found.append(_POLICE_ALONE)
    if judged is Level.VIOLENT and Response.POLICE not in chosen:
        found.append(_VIOLENT_WITHOUT_POLICE)
    if judged is Level.PROBLEMATIC and chosen == {Response.MANAGED_INTERNALLY}:
        found.append(_PROBLEMATIC_IN_SCHOOL)
    return found


_NO_SOCIAL_CARE = Flag(
    "no_social_care_referral",
    "flagged",
    "Abusive or violent behaviour is referred to children’s social care. Add the referral, or "
    "write why there is none.",
)
_POLICE_ALONE = Flag(
    "police_without_social_care",
    "note",
    "A report to the police usually goes together with a referral to children’s social care. Add "
    "it, or write why there is none.",
)
_VIOLENT_WITHOUT_POLICE = Flag(
    "violent_without_police",
    "note",
    "Violent behaviour is usually a crime. Report it to the police, or write why not.",
)
_PROBLEMATIC_IN_SCHOOL = Flag(
    "problematic_in_school_only",
    "note",
    "School alone suits a single, less severe event. Think about early help, and write why school "
    "is enough.",
)


def plan_allowed(responses: Collection[str], *, police_advice_recorded: bool = False) -> bool:
    """Say whether a moving-forward plan may begin.

    A response must have been chosen; with the police among them, their advice comes first.
    """
    chosen = {Response(response) for response in responses}
    return bool(chosen) and (Response.POLICE not in chosen or police_advice_recorded)


def missing(
    level: str | None, considered: Collection[str], responses: Mapping[str, str | None]
) -> list[str]:
    """List what a full risk assessment still lacks, as codes; empty when it is full.

    `responses` maps each response chosen to its reason. Codes: `level`, the considerations,
    `response`, and `reason:` with a response that has none.
    """
    lacking = [] if level is not None and Level(level) else ["level"]
    lacking += [each for each in REQUIRED_CONSIDERATIONS if each not in considered]
    lacking += [] if responses else ["response"]
    return lacking + [
        f"reason:{Response(response)}"
        for response, reason in responses.items()
        if not (reason or "").strip()
    ]


def may_act_in_school(
    level: str | None, considered: Collection[str], responses: Mapping[str, str | None]
) -> bool:
    """Say whether school may act on “may be managed in school”: after a full risk assessment."""
    return not missing(level, considered, responses)
