"""Acts about devices: taken, moved, held for the police, looked for."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from portal.cases.models import Case, Involved
from portal.clock import Happened
from portal.devices import searches
from portal.devices import service as devices
from portal.devices.custody import NewMove, hold_for_police, move_device
from portal.devices.models import Device
from portal.devices.rules import Kind
from portal.staff.viewer import Viewer

Act = Mapping[str, Any]

_WHAT = (
    "kind", "make", "model", "colour", "marks", "imei", "taken_by", "taken_where", "witness",
    "not_viewed_by", "needed_for", "arranged", "kept_why",
)  # fmt: skip
_MOVED = (
    "from_whom", "to_whom", "place", "seal", "reason", "officer", "collar", "force", "receipt",
    "received_as", "condition",
)  # fmt: skip
_SEARCHED = ("of_what", "searcher_sex", "agreement", "found", "parent_told")
_SEARCH_WORDS = (
    "place", "authorised_by", "searcher", "present", "looked_for", "reason", "found_what",
    "parent_words", "followed",
)  # fmt: skip


def take(
    who: Viewer,
    case: Case,
    act: Act,
    happened: Callable[[Act, str], Happened],
    *,
    owner: Involved | None,
    return_by: datetime | None,
) -> Device:
    """A device that was taken and, where `place` says so, locked away at `stored`."""
    words = {name: act.get(name, "") for name in _WHAT}
    words |= {"owner": "" if owner else act["owner"]}
    stored = None
    if "place" in act:
        away = {"from_whom": act["taken_by"], "to_whom": act["key_holder"], "place": act["place"]}
        away["seal"] = act.get("seal", "")
        stored = NewMove(Kind.STORED, happened(act, "stored"), away)
    new = devices.NewDevice(
        facts={
            "owner_id": owner.id if owner else None,
            "grounds": act["grounds"],
            "how": act["how"],
            "states": act["states"],
            "for_police": bool(words["kept_why"]),
        },
        words=words,
        taken=happened(act, "happened"),
        had_by=act.get("had_by") or (owner.name if owner else act["owner"]),
        return_by=return_by,
        stored=stored,
    )
    return devices.take_device(who, case, new)


def move(who: Viewer, device: Device, act: Act, at: Happened) -> None:
    words = {name: act[name] for name in _MOVED if name in act}
    move_device(who, device, NewMove(Kind(act["kind"]), at, words))


def hold(who: Viewer, device: Device, act: Act, at: Happened) -> None:
    """Held for the police from now on."""
    words = {name: act[name] for name in ("officer", "collar", "force", "reason") if name in act}
    hold_for_police(who, device, hold=True, at=at, words=words)


def search(who: Viewer, case: Case, act: Act, at: Happened, person: Involved | None) -> None:
    facts = {name: act[name] for name in _SEARCHED} | {"involved_id": person.id if person else None}
    words = {name: act.get(name, "") for name in _SEARCH_WORDS}
    searches.record_search(who, case, facts, words | {"who": act.get("of_whom", "")}, at)
