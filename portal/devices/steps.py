"""What devices offer to the case as a whole."""

from uuid import UUID

from portal import clock
from portal.cases import service as cases
from portal.cases.models import Case
from portal.cases.seen import Found
from portal.cases.steps import Entry, Group, Obstacle, State, Step, address
from portal.devices import facts
from portal.devices.models import CustodyMove, Device, DeviceContent, DeviceSearch
from portal.guidance.catalogue import vocabulary
from portal.vault.seen import Seen

READS = (
    Seen(
        Device, "written_at", "held", "taken_at", "for_police", "return_due_at", "kind", "make",
        "model", "colour", "kept_why",
    ),
    Seen(
        CustodyMove, "written_at", "device_id", "number", "kind", "from_whom", "to_whom", "place",
        "seal", "happened_on", "happened_time", "happened_about",
    ),
    Seen(DeviceSearch, "written_at", "parent_told"),
)  # fmt: skip
"""What the case page reads, in one statement with what every other feature reads."""


def steps(case: Case, found: Found) -> list[Step]:
    devices: list[Device] = found[Device]
    held = sorted((one for one in devices if one.held), key=lambda one: (one.taken_at, one.id))
    now = clock.now()
    late = sum(1 for one in held if one.return_due_at is not None and one.return_due_at < now)
    line, state = _standing(devices, held, found)
    words = f"{late} overdue for return" if late else ""
    return [
        Step(
            code="devices",
            group=Group.ACT,
            title="Devices",
            state=state,
            line=line,
            href=address(case, "devices"),
            words=words,
            urgent=bool(late),
        )
    ]


def _standing(devices: list[Device], held: list[Device], found: Found) -> tuple[str, State]:
    """How it stands in one line: the oldest that is held, and where that is."""
    if not devices:
        searched = len(found[DeviceSearch])
        once = "Searched once" if searched == 1 else f"Searched {searched} times"
        line = f"{once}; no device has been taken" if searched else "No device has been taken"
        return line, State.DONE if searched else State.NOT_STARTED
    if not held:
        return f"{_devices(len(devices))}, none of them still here", State.DONE
    oldest = held[0]
    chain = [one for one in found[CustodyMove] if one.device_id == oldest.id]
    now = facts.now_of(sorted(chain, key=lambda one: one.number))
    where = f"{facts.name_of(oldest)}: {now.line}" if len(held) == 1 else f"The oldest: {now.line}"
    police = ", for the police" if any(one.for_police for one in held) else ""
    return f"{_devices(len(held))} held{police}. {where}", State.IN_PROGRESS


def _devices(number: int) -> str:
    return "1 device" if number == 1 else f"{number} devices"


def entries(case: Case) -> list[Entry]:
    """A line for each custody row, each search and each decision about content."""
    devices = {one.id: one for one in cases.records_of(case, Device)}
    searches = cases.records_of(case, DeviceSearch)
    people = {one.id: one.name for one in cases.people_in(case)} if searches else {}
    return [
        *(_moved(case, devices, one) for one in cases.records_of(case, CustodyMove)),
        *(_searched(case, people, one) for one in searches),
        *(_decided(case, devices, one) for one in cases.records_of(case, DeviceContent)),
    ]


def _moved(case: Case, devices: dict[UUID, Device], one: CustodyMove) -> Entry:
    officer = ", ".join(filter(None, (one.officer, one.collar, one.force)))
    return Entry(
        kind="device",
        title=f"{_title(devices, one.device_id)}: {facts.what_of(one).lower()}",
        text=_lines(
            _labelled("From", one.from_whom),
            _labelled("To", one.to_whom),
            _labelled("Place", one.place),
            _labelled("Seal", one.seal),
            _labelled("Officer", officer),
            _labelled("Receipt", one.receipt),
            one.received_as,
            _labelled("Condition", one.condition),
            one.reason,
        ),
        happened=one.happened,
        written=one.written_at,
        by=one.by_id,
        href=address(case, "devices", str(one.device_id)),
        record=one,
    )


def _searched(case: Case, people: dict[UUID, str], one: DeviceSearch) -> Entry:
    whom = people.get(one.involved_id, "") if one.involved_id else one.who
    found = f"Found: {one.found_what}" if one.found == "yes" else "Nothing was found."
    return Entry(
        kind="search",
        title=f"Search of {whom or 'somebody'}",
        text=_lines(
            vocabulary("search_of").label(one.of_what),
            _labelled("Looked for", one.looked_for),
            _labelled("Reason", one.reason),
            _labelled("Searched by", one.searcher),
            _labelled("Agreement", vocabulary("search_agreement").label(one.agreement)),
            found,
            _labelled("Parent or carer told", vocabulary("parent_told").label(one.parent_told)),
            one.parent_words,
            _labelled("What followed", one.followed),
        ),
        happened=one.happened,
        written=one.written_at,
        by=one.by_id,
        href=address(case, "searches", str(one.id)),
        record=one,
    )


def _decided(case: Case, devices: dict[UUID, Device], one: DeviceContent) -> Entry:
    return Entry(
        kind="device",
        title=f"{_title(devices, one.device_id)}: content, {facts.content_line(one).lower()}",
        text=_lines(one.what, _labelled("By", one.done_by), _labelled("Why", one.why)),
        happened=one.happened,
        written=one.written_at,
        by=one.by_id,
        href=address(case, "devices", str(one.device_id)) + f"#content-{one.id}",
        record=one,
    )


def _title(devices: dict[UUID, Device], device_id: UUID) -> str:
    device = devices.get(device_id)
    return facts.kind_of(device) if device else "Device"


def _labelled(label: str, words: str) -> str:
    return f"{label}: {words}" if words else ""


def _lines(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def obstacles(case: Case, found: Found) -> list[Obstacle]:
    """What stands in the way of closing: a device without a reason, a parent who was not told."""
    kept = [one for one in found[Device] if one.held and not one.kept_why]
    untold = [one for one in found[DeviceSearch] if one.parent_told == "not_yet"]
    return [
        *(
            Obstacle(
                f"A device is held, and nothing says why: {facts.name_of(one)}.",
                address(case, "devices", str(one.id)),
            )
            for one in reversed(kept)
        ),
        *(
            Obstacle(
                "No parent or carer has been told of a search, and nothing says why not.",
                address(case, "searches", str(one.id)),
            )
            for one in reversed(untold)
        ),
    ]
