"""What a device’s receipt and custody sheet say, from its record and its custody rows."""

from collections.abc import Callable, Sequence
from functools import partial
from uuid import UUID

from portal.casefile.models import Print
from portal.casefile.presets import owner_of
from portal.casefile.redaction import for_reader
from portal.casefile.summary import furniture, role_at
from portal.cases.models import Case
from portal.cases.service import get_in, get_involved
from portal.devices import facts
from portal.devices.custody import moves_of
from portal.devices.models import CustodyMove, Device, DeviceSearch
from portal.devices.rules import Kind, said
from portal.guidance.catalogue import vocabulary
from portal.printing import custody_sheet as sheet
from portal.printing import device_data as paper
from portal.printing import device_receipt as slip
from portal.staff import service as staff
from portal.staff.models import School

RECEIPT = "receipt"
CUSTODY = "custody"
ARRANGED = "What the school arranged instead: {}"


def receipt(case: Case, copy: Print) -> Callable[[], bytes]:
    """A receipt. The copy for the person says nothing of the matter or of anybody else."""
    device = get_in(case, Device, _subject(copy))
    moves = moves_of(device)
    school = staff.get_school(case.school_id)
    names = staff.names_of([copy.printed_by, case.lead_id])
    for_whom = copy.parts[0] if copy.parts else slip.ForWhom.PERSON.value
    officer = for_whom == slip.ForWhom.OFFICER.value
    lines = facts.custody_lines(device, moves, names)
    data = slip.DeviceReceipt(
        furniture=furniture(case, copy, school, names, "Receipt for a device"),
        for_whom=for_whom,
        device=_device(device, facts.now_of(moves).seal),
        taken=_taken(case, device, moves),
        contact=_contact(case, school, names),
        state_on_taking=facts.labels("device_states", device.states),
        not_viewed_by=device.not_viewed_by,
        held_where=_kept_at(moves) if officer else "",
        return_by=facts.moment(device.return_due_at) if device.return_due_at else "",
        statements=(ARRANGED.format(device.arranged),) if device.arranged and not officer else (),
        custody=tuple(_move(line) for line in lines) if officer else (),
        received=_received(moves) if officer else None,
    )
    return partial(slip.build, for_reader(case, copy, data))


def custody_sheet(case: Case, copy: Print) -> Callable[[], bytes]:
    """Every row of the chain of a device, every gap, and who has it now."""
    device = get_in(case, Device, _subject(copy))
    moves = moves_of(device)
    school = staff.get_school(case.school_id)
    names = staff.names_of([copy.printed_by, *(move.by_id for move in moves)])
    now = facts.now_of(moves)
    needed = "\n".join(filter(None, (device.needed_for, device.arranged)))
    data = sheet.CustodySheet(
        furniture=furniture(case, copy, school, names, "Chain of custody"),
        device=_device(device, now.seal),
        taken=_taken(case, device, moves),
        holder=now.holder,
        place=now.place,
        return_by=facts.moment(device.return_due_at) if device.return_due_at else "",
        state_on_taking=facts.labels("device_states", device.states),
        not_viewed_by=device.not_viewed_by,
        needed_for=needed,
        further=(("Whose it is", owner_of(case, device)), ("Why it is kept", device.kept_why)),
        search=_search(case, device),
        moves=tuple(_move(line) for line in facts.custody_lines(device, moves, names)),
        gaps=tuple(facts.gaps_in(moves)),
    )
    return partial(sheet.build, for_reader(case, copy, data))


def _kept_at(moves: Sequence[CustodyMove]) -> str:
    """Where the school locked it away last, whoever has it now."""
    return next((one.place for one in reversed(moves) if one.kind in _LOCKED and one.place), "")


_LOCKED = frozenset({Kind.STORED, Kind.MOVED})


def _device(device: Device, seal: str) -> paper.Device:
    return paper.Device(
        kind=facts.kind_of(device),
        make=device.make,
        model=device.model,
        colour=device.colour,
        marks=device.marks,
        imei=device.imei,
        seal=seal,
    )


def _taken(case: Case, device: Device, moves: Sequence[CustodyMove]) -> paper.Taken:
    first = moves[0] if moves else None
    return paper.Taken(
        by=device.taken_by,
        when=said(first.happened) if first and first.happened else "",
        where=device.taken_where,
        taken_from=(first.from_whom if first else "") or owner_of(case, device),
        witness=device.witness,
        grounds=facts.labels("device_grounds", device.grounds),
        how=vocabulary("device_how").label(device.how),
    )


def _contact(case: Case, school: School, names: dict[UUID, str]) -> slip.Asked:
    name, role = "The safeguarding lead", ""
    if case.lead_id is not None:
        name, role = names.get(case.lead_id, name), role_at(case.lead_id, school)
    return slip.Asked(name=name, role=role, telephone=school.school_phone or school.dsl_phone)


def _received(moves: Sequence[CustodyMove]) -> slip.Received | None:
    handed = next((move for move in reversed(moves) if move.kind == Kind.TO_POLICE), None)
    if handed is None:
        return None
    return slip.Received(
        name=handed.officer,
        collar=handed.collar,
        force=handed.force,
        receipt=handed.receipt,
        when=said(handed.happened) if handed.happened else "",
    )


def _move(line: facts.CustodyLine) -> paper.Move:
    return paper.Move(
        number=str(line.number),
        happened=line.happened,
        what=line.what,
        written=line.written,
        from_whom=line.from_whom,
        to_whom=line.to_whom,
        place=line.place,
        seal=line.seal,
        reason=line.reason,
        officer=line.officer,
        receipt=line.receipt,
        condition=line.condition,
        late=line.late,
    )


def _search(case: Case, device: Device) -> sheet.Search | None:
    if device.search_id is None:
        return None
    search = get_in(case, DeviceSearch, device.search_id)
    who = search.who
    if search.involved_id is not None:
        who = get_involved(case, search.involved_id).name
    told = dict(facts.search_facts(search, who))
    return sheet.Search(
        when=told.get("When", ""),
        who=who,
        place=search.place,
        authorised_by=search.authorised_by,
        searcher=told.get("Searched by", ""),
        present=search.present,
        looked_for=search.looked_for,
        reason=search.reason,
        agreement=told.get("Agreement", ""),
        found=told.get("What was found", ""),
        parent_told=told.get("Parent or carer told", ""),
        followed=search.followed,
    )


def _subject(copy: Print) -> UUID:
    if copy.subject_id is None:
        raise ValueError("this copy is about nothing")
    return copy.subject_id
