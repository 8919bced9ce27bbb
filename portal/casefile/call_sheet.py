"""The call sheet: what 101 or the front door will ask, in their order, with what the record says.

It is read from while telephoning, so every answer is short, full names stand in it, and what is not
known is said to be not known: the person on the telephone asks again otherwise.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from portal import clock
from portal.casefile import service
from portal.casefile.summary import is_young
from portal.casefile.summary_parts import accounts, behaviours, labels, said
from portal.cases import content
from portal.cases.models import Case, EvidenceItem, Incident, Involved, OnlineProfile
from portal.cases.service import people_in, records_of
from portal.devices import facts
from portal.devices.service import devices_of, moves_in
from portal.guidance.catalogue import vocabulary
from portal.people.models import Carer
from portal.police.overview import Overview, overview
from portal.police.rules import Outcome
from portal.staff import service as staff
from portal.staff.models import School
from portal.web.dates import plain_day

NOT_KNOWN = "Not known yet. Say so."


@dataclass(frozen=True)
class Asked:
    """One thing that will be asked, and what to answer: a line for each answer."""

    question: str
    answers: Sequence[str]


@dataclass(frozen=True)
class _Record:
    """What is read of a case for the sheet, once."""

    case: Case
    school: School
    people: Sequence[Involved]
    carers: dict[UUID, list[Carer]]
    police: Overview
    caller: str


def call_sheet(case: Case, which: str, caller: str) -> list[Asked]:
    """The questions of the police control room, or of the front door of social care."""
    people = people_in(case)
    ids = [one.person_id for one in people if one.person_id is not None and is_young(one)]
    record = _Record(
        case=case,
        school=staff.get_school(case.school_id),
        people=people,
        carers=service.carers_by_person(ids) if ids else {},
        police=overview(case, people),
        caller=caller,
    )
    return [
        Asked(question, [line for line in answer(record) if line] or [NOT_KNOWN])
        for question, answer in _ORDERS[which]
    ]


def _caller(record: _Record) -> list[str]:
    school = record.school
    phone = school.dsl_phone or school.school_phone
    return [
        f"{record.caller}, {school.name}" + (f", telephone {phone}" if phone else ""),
        f"Our reference: {record.case.reference}",
    ]


def _danger(record: _Record) -> list[str]:
    answer = vocabulary("answers").label(record.case.danger)
    lines = [f"In immediate danger: {answer.lower()}."]
    if record.case.danger == "yes":
        lines.append("If it is happening now, hang up and ring 999.")
    return lines


def _what(record: _Record) -> list[str]:
    groups = behaviours(record.case.types, record.case.behaviours)
    said_of = [f"{one.kind}: {'; '.join(one.behaviours)}".rstrip(": ") for one in groups]
    hate = labels("hate_elements", record.case.hate_elements)
    overlaps = labels("overlaps", record.case.overlaps)
    return [
        *said_of,
        f"Hate element: {'; '.join(hate)}" if hate else "",
        f"Also: {'; '.join(overlaps)}" if overlaps else "",
    ]


def _criteria(record: _Record) -> list[str]:
    now = record.police
    if now.outcome is None:
        return ["The checklist has not been answered yet."]
    return [f"{Outcome(now.outcome).label}. {now.because}".strip()]


def _people(part: str) -> Callable[[_Record], list[str]]:
    def lines(record: _Record) -> list[str]:
        return [_person(one) for one in record.people if part in one.parts]

    return lines


def _person(one: Involved) -> str:
    person = one.person
    if person is None:
        return f"{one.name} (not identified)"
    born = f"born {plain_day(person.born)}" if person.born else ""
    age = person.age_on(clock.today())
    years = f"age {age}" if age is not None else ""
    where = ", ".join(filter(None, (person.address, person.telephone)))
    needs = f"needs: {person.needs}" if person.needs else ""
    flags = "; ".join(labels("person_flags", list(person.flags or [])))
    return ", ".join(filter(None, (person.full_name, born, years, where, needs, flags)))


def _others(record: _Record) -> list[str]:
    found = [one for one in record.people if not {"harmed", "displayed"} & set(one.parts)]
    return [f"{one.name} ({'; '.join(labels('parts', one.parts)).lower()})" for one in found]


def _when(record: _Record) -> list[str]:
    found = sorted(
        records_of(record.case, Incident),
        key=lambda one: (one.happened_on is None, one.happened_on, one.happened_time or ""),
    )
    return [
        ", ".join(filter(None, (said(one.happened), one.what, one.place))).rstrip(", ")
        for one in found
    ]


def _online(record: _Record) -> list[str]:
    """Accounts, and the addresses of what is online: those help more than a name."""
    found = [
        ", ".join(filter(None, (one.platform, one.name, one.kind, one.address)))
        + (f" (thought to be of: {one.whose})" if one.whose else "")
        for one in accounts(records_of(record.case, OnlineProfile))
    ]
    known = " ".join(found)
    items = [item for item in content.items_of(record.case) if item.url and item.url not in known]
    return [*found, *(f"{item.name}: {item.url}" for item in items)]


def _evidence(record: _Record) -> list[str]:
    found = [
        f"{one.what.rstrip('. ')}. Where: {one.where_held}" if one.where_held else one.what
        for one in records_of(record.case, EvidenceItem)
    ]
    return [*found, "We have not copied any image and will not send one."]


def _devices(record: _Record) -> list[str]:
    moves = moves_in(record.case)
    owners = {one.id: one.name for one in record.people}
    found = []
    for one in sorted(devices_of(record.case), key=lambda each: not each.held):
        now = facts.now_of(moves.get(one.id, []))
        owner = owners.get(one.owner_id, one.owner) if one.owner_id else one.owner
        seal = f", seal {now.seal}" if now.seal else ""
        found.append(f"{facts.name_of(one)} of {owner or 'somebody'}: {now.line}{seal}")
    return found or ["We hold no device."]


def _carers(record: _Record) -> list[str]:
    lines = []
    for one in record.people:
        if one.person_id is None or not is_young(one):
            continue
        for link in record.carers.get(one.person_id, []):
            facts = ", ".join(filter(None, (link.carer.full_name, link.carer.telephone)))
            limits = f". Take care: {link.cautions}" if link.cautions else ""
            lines.append(f"{one.name}: {link.relation or 'carer'} {facts}{limits}")
    return lines


def _wishes(record: _Record) -> list[str]:
    words = vocabulary("police_views")
    found = []
    for one in record.police.young:
        view = record.police.view_of(one)
        told = words.label(view.view).lower() if view else "not asked yet"
        found.append(f"{one.name}: {told}")
    return found


def _parents(_record: _Record) -> list[str]:
    return ["Say whether the parents know of this call and, if not, why not. Write it down below."]


def _consent(_record: _Record) -> list[str]:
    return ["Say whether the family agreed, refused or was not asked, and why."]


def _ask_police(_record: _Record) -> list[str]:
    return [
        "The log or crime reference, the name and collar number, and who rings back.",
        "What must be kept, what may be deleted or reported, and which devices to hold.",
        "Whether we may ask to whom it was sent on.",
    ]


def _ask_front_door(_record: _Record) -> list[str]:
    return [
        "The name of the worker, the reference, and what happens next.",
        "By when they want it in writing, and on which form.",
        "What we should tell the parents, and who does.",
    ]


_Answer = Callable[[_Record], list[str]]
_ORDERS: dict[str, tuple[tuple[str, _Answer], ...]] = {
    "police": (
        ("Who is calling?", _caller),
        ("Is anybody in danger now?", _danger),
        ("What has happened?", _what),
        ("Who was harmed?", _people("harmed")),
        ("Who is said to have displayed the behaviour?", _people("displayed")),
        ("When and where?", _when),
        ("Which platforms, accounts and addresses?", _online),
        ("What evidence is there, and where is it?", _evidence),
        ("Which devices do you hold?", _devices),
        ("Who else saw it or is involved?", _others),
        ("Why does it have to go to the police?", _criteria),
        ("What does the young person want?", _wishes),
        ("Do the parents know?", _parents),
        ("Ask them before they hang up", _ask_police),
    ),
    "social-care": (
        ("Who is calling?", _caller),
        ("Is a child in danger now?", _danger),
        ("Which children, and what are their dates of birth and addresses?", _people("harmed")),
        ("Which other children?", _people("displayed")),
        ("Who cares for them?", _carers),
        ("What is the concern?", _what),
        ("When did it happen?", _when),
        ("Do the parents know, and did they agree?", _consent),
        ("What does the child say and want?", _wishes),
        ("What do the rules say?", _criteria),
        ("Who else is involved?", _others),
        ("Ask them before they hang up", _ask_front_door),
    ),
}
