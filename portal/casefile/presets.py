"""What a copy begins with, by who is to read it: purpose, recipient and parts.

People are never chosen beforehand: what belongs to another family stays out unless somebody
chooses it (product 13).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from portal.casefile.listing import as_id
from portal.cases.models import Case
from portal.cases.service import get_in, get_involved, records_of
from portal.devices.models import CustodyMove, Device
from portal.printing.case_summary_data import Part
from portal.referrals.kinds import KINDS
from portal.referrals.models import Referral
from portal.web.errors import Missing

_EVERY = tuple(Part)
PARTS = {
    "police": _EVERY,
    "social_care": (
        Part.CHECKLIST,
        Part.PEOPLE,
        Part.INCIDENTS,
        Part.DISCLOSURES,
        Part.REPORTS,
        Part.ACTIONS,
        Part.VIEWS,
        Part.PARENTS,
        Part.UNKNOWNS,
    ),
    "school": (Part.PEOPLE, Part.ACCOUNTS, Part.INCIDENTS, Part.CONTENT, Part.ACTIONS),
}
PURPOSES = {"police": "police_referral", "social_care": "social_care", "school": "other_school"}


@dataclass(frozen=True)
class Preset:
    """Answers that a print form begins with, and for whom, in words."""

    data: dict[str, Any] = field(default_factory=dict)
    recipient: str = ""
    referral: UUID | None = None


def summary_for(case: Case, given: Mapping[str, str]) -> Preset:
    """The summary for a referral (`for`), for a kind of reader (`to`), or for anybody."""
    wanted = given.get("for")
    if wanted is None:
        kind = given.get("to", "")
        return Preset(_parts(kind) | ({"recipient_kind": kind} if kind in PARTS else {}))
    referral = referral_in(case, wanted)
    kind = KINDS[referral.kind].recipient
    return Preset(_parts(kind) | recipient_of(referral), referral.body, referral.id)


def referral_in(case: Case, text: str) -> Referral:
    """The referral of this case with this id; raises `Missing` for anything else."""
    wanted = as_id(text)
    if wanted is None:
        raise Missing
    return get_in(case, Referral, wanted)


def recipient_of(referral: Referral) -> dict[str, Any]:
    """Who gets a copy, as the referral names them."""
    kind = KINDS[referral.kind].recipient
    return {
        "purpose": PURPOSES.get(kind, ""),
        "recipient_kind": kind,
        "recipient_name": referral.spoke_to,
        "recipient_body": referral.body,
    }


def _parts(kind: str) -> dict[str, Any]:
    return {"parts": [part.value for part in PARTS.get(kind, _EVERY)]}


def receipt_for(case: Case, device: Device, for_whom: str) -> dict[str, Any]:
    """A receipt for the person a device was taken from, or for the officer who takes it."""
    if for_whom != "officer":
        return {
            "for_whom": "person",
            "purpose": "receipt",
            "recipient_kind": "parent",
            "recipient_name": owner_of(case, device),
            "recipient_body": "The person it was taken from",
        }
    moves = [one for one in records_of(case, CustodyMove) if one.device_id == device.id]
    handed = next((one for one in reversed(moves) if one.kind == "to_police"), None)
    return {
        "for_whom": "officer",
        "purpose": "receipt",
        "recipient_kind": "police",
        "recipient_name": handed.officer if handed else "",
        "recipient_body": ", ".join(filter(None, (handed.collar, handed.force))) if handed else "",
    }


def owner_of(case: Case, device: Device) -> str:
    """Whose a device is: a person of the case, or the words that were written down."""
    return get_involved(case, device.owner_id).name if device.owner_id else device.owner
