"""What the parent-contact log of one household says, from its contacts and agreements alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from uuid import UUID

from portal import clock
from portal.casefile.forms_family import PARENT
from portal.casefile.models import Print
from portal.casefile.sifting import Around, Household, Sieve, around
from portal.casefile.summary import furniture, role_at
from portal.casefile.summary_parts import moment, said
from portal.cases.models import Case, Involved
from portal.cases.service import get_involved, records_of
from portal.cases.steps import address
from portal.family.models import FamilyContact, UpdateAgreement
from portal.guidance.catalogue import vocabulary
from portal.people.models import Carer
from portal.printing import contact_log as paper
from portal.staff import service as staff
from portal.staff.models import School
from portal.web.dates import plain_day
from portal.web.errors import NotPossible

LOG = "contact_log"
CHANGED = "Who lives in this household was changed after the copy was made. Print a new copy."
_ANSWERS = {"yes": "Yes", "no": "No"}


def contact_log(case: Case, copy: Print) -> Callable[[], bytes]:
    """The log of the household whose carers the copy names; every text of it is sifted."""
    involved = get_involved(case, _subject(copy))
    known = around(case, involved)
    household = known.household([UUID(one) for one in copy.parts])
    if household is None:
        raise NotPossible(CHANGED)
    sieve = known.for_household(household, copy.recipient_kind)
    school = staff.get_school(case.school_id)
    record = _of(_read(case, involved), household)
    names = staff.names_of([copy.printed_by, case.lead_id, *(one.by_id for one in record.contacts)])
    whom = asked(case, school, names)
    sieve = sieve.sparing((*names.values(), whom.role, whom.telephone, whom.email))
    data = paper.ContactLog(
        furniture=furniture(case, copy, school, names, "Contacts with home"),
        young_person=involved.name,
        household=tuple(paper.Carer(one.carer.full_name, one.relation) for one in household),
        asked=whom,
        written=plain_day(clock.local(copy.written_at).date()),
        for_household=copy.recipient_kind == PARENT,
        contacts=tuple(
            _contact(one, _link(household, one.carer_id), names, copy.recipient_kind)
            for one in record.contacts
        ),
        agreements=tuple(
            _agreement(one, _link(household, one.carer_id), copy.recipient_kind)
            for one in record.agreements
        ),
    )
    return partial(paper.build, _with_left_out(sieve, data, record, copy.recipient_kind))


@dataclass(frozen=True)
class _Record:
    """Contacts, the oldest first, what was agreed, and how many were with somebody else."""

    contacts: Sequence[FamilyContact]
    agreements: Sequence[UpdateAgreement]
    with_somebody_else: int


def _read(case: Case, involved: Involved) -> _Record:
    """Everything with the families of one young person, of whichever household."""
    contacts = [one for one in records_of(case, FamilyContact) if one.involved_id == involved.id]
    agreed = [one for one in records_of(case, UpdateAgreement) if one.involved_id == involved.id]
    return _Record(
        contacts=sorted(contacts, key=_moment),
        agreements=agreed,
        with_somebody_else=sum(1 for one in contacts if one.carer_id is None),
    )


def _of(everything: _Record, household: Household) -> _Record:
    links = {link.id for link in household}
    return replace(
        everything,
        contacts=[one for one in everything.contacts if one.carer_id in links],
        agreements=[one for one in everything.agreements if one.carer_id in links],
    )


def _moment(one: FamilyContact) -> Any:
    return (one.happened.moment if one.happened else one.written_at, one.written_at, one.id)


def _link(household: Household, link_id: UUID | None) -> Carer:
    return next(link for link in household if link.id == link_id)


def _contact(one: FamilyContact, link: Carer, names: dict[UUID, str], kind: str) -> paper.Contact:
    way = vocabulary("contact_ways").label(one.way)
    return paper.Contact(
        when=said(one.happened) if one.happened else moment(one.written_at),
        who=link.carer.full_name,
        relation=link.relation,
        way=way if one.reached else f"{way}; nobody was reached",
        by=names.get(one.by_id, ""),
        we_said=one.we_said,
        they_said=one.they_said,
        done_so_far=one.done_so_far,
        they_ask=one.they_ask,
        further=(*_for_everybody(one), *(() if kind == PARENT else _of_the_school(one))),
    )


def _for_everybody(one: FamilyContact) -> tuple[tuple[str, str], ...]:
    return (
        ("How they can help at home", one.help_at_home),
        ("Part in what others do", one.agencies_part),
        ("Support with the police", one.police_support),
        ("Interpreter", one.interpreter),
        ("What happens next was explained", "Yes" if one.procedure_explained else ""),
    )


def _of_the_school(one: FamilyContact) -> tuple[tuple[str, str], ...]:
    """The school’s own view of a contact: for a file or another body, never for the household."""
    return (
        ("Agreed with the young person", _ANSWERS.get(one.agreed_with_child, "")),
        ("Young person there", _ANSWERS.get(one.child_present, "")),
        ("Do they blame the young person", _ANSWERS.get(one.blames, "")),
        ("Help offered to them", one.help_offered),
    )


def _agreement(one: UpdateAgreement, link: Carer, kind: str) -> paper.Agreement:
    ended = f"Ended {moment(one.ended_at)}" if one.ended_at else ""
    reason = one.ended_reason if kind != PARENT else ""
    return paper.Agreement(
        who=link.carer.full_name,
        how_often=vocabulary("update_rhythms").label(one.every),
        contains=one.contains,
        since=f"Agreed {plain_day(clock.local(one.written_at).date())}",
        until=f"{ended}: {reason}" if ended and reason else ended,
    )


def _with_left_out(
    sieve: Sieve, data: paper.ContactLog, record: _Record, kind: str
) -> paper.ContactLog:
    """Name what is left out. The household is told only what the mark means, and no number."""
    number = sieve.passages(data)
    sifted = sieve.data(data)
    if kind == PARENT:
        return replace(sifted, left_out=(MARKED,) if number else ())
    lines = [passages_left_out(number)] if number else []
    if kind == "own_file" and record.with_somebody_else:
        lines.append(_others(record.with_somebody_else))
    return replace(sifted, left_out=tuple(lines))


MARKED = "“[left out]” stands where words are not for this copy."


def passages_left_out(number: int) -> str:
    if number == 1:
        return "1 passage is not for this copy. “[left out]” stands in its place."
    return f"{number} passages are not for this copy. “[left out]” stands in the place of each."


def _others(number: int) -> str:
    if number == 1:
        return "1 contact with somebody who belongs to no household of the young person"
    return f"{number} contacts with people who belong to no household of the young person"


def asked(case: Case, school: School, names: dict[UUID, str]) -> paper.Asked:
    """The lead of the case, whom the reader of a copy can ask."""
    name, role = "The safeguarding lead", ""
    if case.lead_id is not None:
        name, role = names.get(case.lead_id, name), role_at(case.lead_id, school)
    return paper.Asked(
        name=name,
        role=role,
        telephone=school.dsl_phone or school.school_phone,
        email=school.school_email,
    )


# Before a copy is made


@dataclass(frozen=True)
class Held:
    """A contact of which something is left out: where it can be corrected, and how much."""

    when: str
    href: str
    passages: int


@dataclass(frozen=True)
class Preview:
    """What a copy for one household will hold."""

    names: Sequence[str]
    contacts: int
    held: Sequence[Held]

    @property
    def passages(self) -> int:
        return sum(one.passages for one in self.held)


def previews(case: Case, known: Around) -> list[Preview]:
    """For each household, what a copy for it holds and what is taken out of which contact."""
    if known.young is None:
        return []
    everything, found = _read(case, known.young), []
    for household in known.homes:
        sieve = known.for_household(household, PARENT)
        record = _of(everything, household)
        held = [_held(case, one, household, sieve) for one in record.contacts]
        found.append(
            Preview(
                names=[link.carer.full_name for link in household],
                contacts=len(record.contacts),
                held=[one for one in held if one.passages],
            )
        )
    return found


def _held(case: Case, one: FamilyContact, household: Household, sieve: Sieve) -> Held:
    printed = _contact(one, _link(household, one.carer_id), {}, PARENT)
    return Held(
        when=printed.when,
        href=address(case, "family", "contacts", str(one.id)),
        passages=sieve.passages(printed),
    )


def _subject(copy: Print) -> UUID:
    if copy.subject_id is None:
        raise ValueError("this copy is about nobody")
    return copy.subject_id
