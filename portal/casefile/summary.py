"""The case summary: the records of a case put into the words in which they are printed.

Everything is loaded in one go and nothing is read afterwards, so that the layout can follow outside
the session.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from portal import clock
from portal.casefile import apart, features, service
from portal.casefile import summary_acts as acts
from portal.casefile.forms import MAY_BE_TOLD_ALL
from portal.casefile.models import Print
from portal.casefile.redaction import for_reader, without_names
from portal.casefile.summary_home import NOT_RECORDED, parents
from portal.casefile.summary_parts import (
    accounts,
    actions,
    behaviours,
    checklist,
    decision,
    disclosures,
    incidents,
    labels,
    moment,
    said,
    unknowns,
)
from portal.cases import content, withheld
from portal.cases.actions import actions_of
from portal.cases.models import (
    Case,
    EvidenceItem,
    ImageryViewing,
    Incident,
    Involved,
    OnlineProfile,
)
from portal.cases.models_wishes import Withheld
from portal.cases.service import people_in, records_of
from portal.cases.words import VIEWING_GROUNDS, VIEWING_KINDS
from portal.devices.models import Device
from portal.devices.service import devices_of, moves_in
from portal.disclosures import service as told
from portal.guidance.catalogue import vocabulary
from portal.people.models import Carer, PersonKind
from portal.police import rules
from portal.printing import case_summary_data as paper
from portal.printing.furniture import Furniture
from portal.referrals.models import ReferralEvent
from portal.referrals.service import advice_of, referrals_of
from portal.staff import service as staff
from portal.staff.models import School
from portal.staff.roles import Role
from portal.staff.viewer import first_role
from portal.web.dates import plain_day


@dataclass(frozen=True)
class Chosen:
    """Who is named in a copy, who is left out, and what its reader may be told."""

    named: Sequence[Involved]
    left_out: Sequence[Involved]
    told_all: bool
    not_told: Mapping[UUID, Sequence[str]] = field(default_factory=dict)

    def has(self, involved_id: UUID) -> bool:
        return any(one.id == involved_id for one in self.named)


def summary(case: Case, copy: Print) -> paper.CaseSummary:
    """Everything that stands in a copy, as text."""
    people = people_in(case)
    facts = withheld.facts_of(case)
    kept = withheld.kept_from_reader(facts, copy.recipient_kind)
    wanted = set(copy.people or [])
    chosen = Chosen(
        named=[one for one in people if str(one.id) in wanted],
        left_out=[one for one in people if str(one.id) not in wanted],
        told_all=copy.recipient_kind in MAY_BE_TOLD_ALL,
        not_told=_not_told(case, people, [one for one in facts if one not in kept]),
    )
    school = staff.get_school(case.school_id)
    seen = features.overview(case, people).police
    found = told.disclosures_of(case)
    everything = features.entries(case)
    out = [one.id for one in chosen.left_out]
    entries = apart.for_summary(case, everything, copy.recipient_kind, out)
    evidence = records_of(case, EvidenceItem)
    every = devices_of(case)
    held = [one for one in every if one.owner_id is None or chosen.has(one.owner_id)]
    to_find_out = [
        one for one in actions_of(case) if one.kind == "find_out" and one.state == "open"
    ]
    names = staff.names_of(
        [
            case.lead_id,
            copy.printed_by,
            *(one.recorder_id for one in found),
            *(entry.by for entry in entries),
            *(one.owner_id for one in to_find_out),
            *seen.names,
        ]
    )
    hidden = bool(kept) or (not chosen.told_all and any(one.not_to_be_told for one in people))
    data = paper.CaseSummary(
        furniture=furniture(case, copy, school, names, "Case summary"),
        contact=_contact(case, school, names),
        dated=plain_day(clock.local(copy.written_at).date()),
        glance=_glance(case, seen, found, people, names),
        originals=_originals(evidence),
        audience=copy.recipient_kind,
        included=frozenset(part for part in paper.Part if part.value in copy.parts),
        checklist=checklist(seen),
        people=_people(case, school, chosen, clock.local(copy.written_at).date()),
        people_unknown=_unknown_people(chosen),
        accounts=accounts(records_of(case, OnlineProfile)),
        incidents=incidents(records_of(case, Incident)),
        behaviours=behaviours(case.types, case.behaviours),
        hate_element="" if hidden else "; ".join(labels("hate_elements", case.hate_elements)),
        overlaps=tuple(labels("overlaps", case.overlaps)),
        disclosures=disclosures(found, told.additions_to([one.id for one in found]), names),
        evidence=tuple(paper.EvidenceItem(one.what, one.where_held) for one in evidence),
        imagery_seen=_seen_by_staff(records_of(case, ImageryViewing)),
        devices=acts.devices(held, moves_in(case), _owners(held, people), names),
        content=acts.content(content.items_of(case), content.changes_of(case)),
        reports=acts.reports(
            referrals_of(case), records_of(case, ReferralEvent), advice_of(case), names
        ),
        actions=actions(entries, names),
        views=_views(seen, chosen, names),
        parents=parents(case, [one.id for one in chosen.named], names, copy.recipient_kind),
        unknowns=unknowns(to_find_out, names),
        left_out_people=_left_out(chosen),
        left_out_other=(
            *_left_out_names(chosen),
            *_left_out_devices(every, held),
            *((apart.LEFT_OUT,) if len(entries) < len(everything) else ()),
        ),
    )
    named = without_names(data, [one.name for one in chosen.left_out if one.is_known])
    return for_reader(case, copy, named)


def furniture(
    case: Case, copy: Print, school: School, names: Mapping[UUID, str], what: str
) -> Furniture:
    return Furniture(
        school=school.name,
        reference=case.reference,
        title=f"{what} {case.reference}",
        subject=what,
        printed_by=_with_role(copy.printed_by, school, names),
        printed_at=moment(copy.written_at),
        copy_number=copy.copy_number,
        purpose=copy.purpose,
        recipient=copy.recipient,
        journal_hash=copy.journal_hash,
        journal_sequence=copy.journal_seq,
    )


def is_young(one: Involved) -> bool:
    return one.person is not None and PersonKind(one.person.kind).is_young


def _with_role(member_id: UUID, school: School, names: Mapping[UUID, str]) -> str:
    role = role_at(member_id, school)
    name = names.get(member_id, "")
    return f"{name} ({role})" if role else name


def role_at(member_id: UUID, school: School) -> str:
    """The role that counts most at the school; nothing for somebody who has left."""
    member = staff.get_member(school.id, member_id)
    held = frozenset(
        Role(one.role)
        for one in staff.memberships(member)
        if one.school_id == school.id and one.ended_at is None
    )
    return first_role(held).label if held else ""


def _contact(case: Case, school: School, names: Mapping[UUID, str]) -> paper.Contact:
    name, role = "The designated safeguarding lead", ""
    if case.lead_id is not None:
        name, role = names.get(case.lead_id, name), role_at(case.lead_id, school)
    return paper.Contact(
        name=name,
        role=role or "lead of this case",
        telephone=school.dsl_phone or school.school_phone or NOT_RECORDED,
        email=school.school_email or NOT_RECORDED,
        hours=f"School days, {school.day_starts} to {school.day_ends}",
    )


def _glance(
    case: Case,
    seen: Any,
    found: Sequence[Any],
    people: Sequence[Involved],
    names: Mapping[UUID, str],
) -> paper.Glance:
    outcome = "The “always refer to police” questions have not been answered yet."
    if seen.outcome is not None:
        outcome = f"{rules.Outcome(seen.outcome).label}. {seen.because}".strip()
    done = [one.danger_done for one in found if one.danger_done]
    young = sum(1 for one in people if is_young(one))
    unknown = sum(1 for one in people if not one.is_known)
    count = f"{young} named" + (f"; {unknown} not yet known" if unknown else "")
    return paper.Glance(
        outcome=outcome,
        immediate_danger=vocabulary("answers").label(case.danger),
        danger_response="\n".join(done),
        young_people=count,
        decision=decision(seen.decision, names),
    )


def _originals(evidence: Sequence[EvidenceItem]) -> str:
    """What exists and where it is, each in a sentence of its own."""
    return "\n".join(
        f"{one.what.rstrip('. ')}. Where it is: {one.where_held.rstrip('. ') or 'not known'}."
        for one in evidence
    )


def _people(case: Case, school: School, chosen: Chosen, on: date) -> tuple[paper.Person, ...]:
    ids = [one.person_id for one in chosen.named if one.person_id is not None]
    carers = service.carers_by_person(ids) if chosen.told_all and ids else {}
    return tuple(
        _person(one, school, carers.get(one.person_id, []), on, chosen)
        for one in chosen.named
        if one.person is not None and one.person_id is not None
    )


def _person(
    one: Involved, school: School, carers: Sequence[Carer], on: date, chosen: Chosen
) -> paper.Person:
    person = one.person
    if person is None:
        raise ValueError("only somebody who is known has a row of their own")
    kind = PersonKind(person.kind)
    age = person.age_on(on) if person.born else person.age_told
    year = f"year {person.year_group}" if person.year_group else ""
    form = f"form {person.form_group}" if person.form_group else ""
    told_all = chosen.told_all
    not_told = chosen.not_told.get(one.id, ()) if told_all else ()
    return paper.Person(
        name=person.full_name,
        part="; ".join(labels("parts", one.parts)),
        date_of_birth=plain_day(person.born) if person.born else "",
        age=str(age) if age is not None else "",
        school=school.name if kind in {PersonKind.PUPIL, PersonKind.COLLEAGUE} else person.place,
        year=", ".join(filter(None, (year, form))),
        certainty=vocabulary("how_sure").label(one.how_sure) if "displayed" in one.parts else "",
        own_words=f"“{one.words_for_self}”" if one.words_for_self else "",
        contact=", ".join(filter(None, (person.telephone, person.email, person.address)))
        if told_all
        else "",
        carers="\n".join(_carer(carer) for carer in carers),
        needs=person.needs if told_all else "",
        note="\n".join(filter(None, (one.note, *not_told))),
    )


def _not_told(
    case: Case, people: Sequence[Involved], facts: Sequence[Withheld]
) -> dict[UUID, list[str]]:
    """What a reader who is told all must tell nobody else, by whom it is about."""
    found: dict[UUID, list[str]] = {}
    for one in people:
        if one.not_to_be_told:
            found[one.id] = [f"Not to be told to: {one.not_to_be_told}"]
    names = withheld.people_named(case, facts)
    for fact in facts:
        readers = withheld.readers_of(fact, names)
        found.setdefault(fact.involved_id, []).append(f"Not to be told to: {readers}. {fact.fact}")
    return found


def _carer(link: Carer) -> str:
    facts = [link.carer.full_name, link.carer.telephone]
    facts += ["has parental responsibility"] if link.responsibility == "yes" else []
    line = f"{link.relation or 'Carer'}: {', '.join(filter(None, facts))}"
    return f"{line}. {link.cautions}" if link.cautions else line


def _unknown_people(chosen: Chosen) -> tuple[paper.UnknownPerson, ...]:
    return tuple(
        paper.UnknownPerson(one.name, "; ".join(labels("parts", one.parts)), one.note)
        for one in chosen.named
        if not one.is_known
    )


def _seen_by_staff(viewings: Sequence[ImageryViewing]) -> tuple[paper.ImagerySeen, ...]:
    return tuple(
        paper.ImagerySeen(
            who=one.who,
            when=said(one.happened),
            why="\n".join(filter(None, (VIEWING_GROUNDS.get(one.ground, ""), one.why))),
            present=one.present,
            afterwards=one.followed,
            kind=VIEWING_KINDS[one.kind],
            place=one.place,
            shown_by=one.shown_by,
            decided_by=one.decided_by,
            support=one.support,
        )
        for one in viewings
    )


def _views(seen: Any, chosen: Chosen, names: Mapping[UUID, str]) -> tuple[paper.View, ...]:
    found = []
    for one in seen.young:
        if not chosen.has(one.id):
            continue
        view = seen.view_of(one)
        if view is None:
            found.append(paper.View(one.name, "Not yet asked"))
            continue
        barriers = labels("police_barriers", view.barriers or [])
        found.append(
            paper.View(
                young_person=one.name,
                view=vocabulary("police_views").label(view.view),
                reason="\n".join(filter(None, ("; ".join(barriers), view.why))),
                told=view.told,
                told_by=view.told_by or names.get(view.asked_by, ""),
                told_at=said(view.happened),
                justification=view.justification,
            )
        )
    return tuple(found)


def _left_out(chosen: Chosen) -> tuple[str, ...]:
    number = len(chosen.left_out)
    if not number:
        return ()
    return (f"{number} {'person' if number == 1 else 'people'} left out",)


def _left_out_names(chosen: Chosen) -> tuple[str, ...]:
    if not any(one.is_known for one in chosen.left_out):
        return ()
    return ("where a text holds the full name of somebody left out, the name is not printed",)


def _owners(devices: Sequence[Device], people: Sequence[Involved]) -> dict[UUID, str]:
    names = {one.id: one.name for one in people}
    return {
        one.id: names.get(one.owner_id, one.owner) if one.owner_id else one.owner for one in devices
    }


def _left_out_devices(every: Sequence[Device], printed: Sequence[Device]) -> tuple[str, ...]:
    """What belongs to somebody left out stays out with them."""
    number = len(every) - len(printed)
    if not number:
        return ()
    return (f"{number} {'device' if number == 1 else 'devices'} of somebody left out",)
