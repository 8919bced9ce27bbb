"""Verbs about a case as a whole: open, involve, close, reopen, shut out, note.

Decisions and due actions have modules of their own beside this one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from portal import clock
from portal.cases import rules, shown
from portal.cases.access_ends import ABOUT_STAFF, SHUT_OUT, end_all_of
from portal.cases.models import (
    Case,
    CaseEvent,
    CaseNote,
    CaseState,
    EvidenceItem,
    Exclusion,
    ImageryViewing,
    Incident,
    Involved,
    OnlineProfile,
    ReferenceCounter,
    StepMark,
    ViewingKind,
    happened_text,
)
from portal.cases.rules import Audience
from portal.clock import Happened
from portal.db import session
from portal.journal.actor import Actor
from portal.journal.service import note
from portal.people.models import Person
from portal.staff.models import School
from portal.vault.keys import DataKey, KeyKind, vault
from portal.vault.roots import Root
from portal.web.errors import Missing, NotPossible

R = TypeVar("R", bound=Root)


def next_number(school: School, kind: str) -> tuple[int, int]:
    """The next (year, number) of a school; the counter’s row stays locked until the commit."""
    year = clock.today().year
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = (
        insert(ReferenceCounter)
        .values(school_id=school.id, kind=kind, year=year, last=1)
        .on_conflict_do_update(
            index_elements=["school_id", "kind", "year"],
            set_={"last": ReferenceCounter.last + 1},
        )
        .returning(ReferenceCounter.last)
    )
    return year, session.execute(statement).scalar_one()


@dataclass(frozen=True)
class Told:
    """The codes in which a disclosure says what it is about."""

    types: list[str]
    behaviours: list[str]
    overlaps: list[str]
    hate_elements: list[str]
    danger: str
    told_on: date | None


def open_case(
    actor: Actor, school: School, *, told: Told, audience: Audience, lead_id: UUID | None
) -> Case:
    year, number = next_number(school, "case")
    key = vault.new_key(session, KeyKind.CASE, school.key)
    case = Case(
        key,
        school_id=school.id,
        reference=rules.case_reference(school.prefix, year, number),
        state=CaseState.OPEN.value,
        audience=audience.value,
        lead_id=lead_id,
        types=told.types,
        behaviours=told.behaviours,
        overlaps=told.overlaps,
        hate_elements=told.hate_elements,
        danger=told.danger,
        told_on=told.told_on,
        not_needed=[],
        recurrences=0,
        opened_at=clock.now(),
    )
    session.add(case)
    session.flush()
    note(actor, "opened the case", case)
    _event(actor, case, "opened", "")
    return case


def add_told(actor: Actor, case: Case, told: Told) -> None:
    """A later disclosure may show behaviour of another kind, and danger that was not there."""
    for name in ("types", "behaviours", "overlaps", "hate_elements"):
        there = getattr(case, name)
        setattr(case, name, [*there, *(one for one in getattr(told, name) if one not in there)])
    if told.danger == "yes" or case.danger == "not_known":
        case.danger = told.danger
    case.told_on = min(filter(None, (case.told_on, told.told_on)), default=None)
    note(actor, "added to what the case is about", case)


def change_told(actor: Actor, case: Case, told: Told, reason: str) -> None:
    """The lead corrects what the case is about: kinds of behaviour, overlaps, danger now."""
    for name in ("types", "behaviours", "overlaps", "hate_elements", "danger"):
        setattr(case, name, getattr(told, name))
    note(actor, "changed what the case is about", case, reason)


def give_to(actor: Actor, case: Case, lead_id: UUID, reason: str) -> None:
    """Another lead takes the case. Somebody who is shut out of it cannot."""
    if lead_id in excluded_from(case):
        raise NotPossible("This person is shut out of the case and cannot lead it.")
    case.lead_id = lead_id
    note(actor, "gave the case to another lead", case, reason)
    _event(actor, case, "new lead", reason)


def keep_to_head(actor: Actor, case: Case) -> None:
    """From now on the case is there for the head and its lead alone: somebody here is accused."""
    if case.audience == Audience.HEAD.value:
        return
    case.audience = Audience.HEAD.value
    note(actor, "kept the case to the head and its lead", case)
    _event(actor, case, "head and lead", "")
    end_all_of(actor, case.id, None, ABOUT_STAFF)


def involve(
    actor: Actor,
    case: Case,
    *,
    person: Person | None,
    parts: list[str],
    words: Mapping[str, str],
    how_sure: str = "said",
) -> Involved:
    """Add somebody’s part in the case; the parts of somebody who is in it already are joined."""
    if person is not None:
        there = session.scalars(
            select(Involved).where(Involved.case_id == case.id, Involved.person_id == person.id)
        ).first()
        if there is not None:
            there.parts = [*there.parts, *(part for part in parts if part not in there.parts)]
            note(actor, "added to somebody’s part", there)
            return there
    joined = Involved(
        case.key,
        case_id=case.id,
        person_id=person.id if person else None,
        person=person,
        parts=parts,
        how_sure=how_sure,
        **words,
    )
    session.add(joined)
    note(actor, "added somebody to the case", joined)
    return joined


def change_involved(
    actor: Actor, involved: Involved, changes: Mapping[str, Any], reason: str
) -> None:
    for name, value in changes.items():
        setattr(involved, name, value)
    note(actor, "changed somebody’s part", involved, reason)


def identify(actor: Actor, involved: Involved, person: Person) -> None:
    """Somebody who was not known turns out to be this person."""
    there = session.scalars(
        select(Involved.id).where(
            Involved.case_id == involved.case_id, Involved.person_id == person.id
        )
    ).first()
    if there is not None:
        raise NotPossible("This person is in the case already.")
    involved.person, involved.person_id = person, person.id
    note(actor, "identified somebody who was not known", involved)


def people_in(case: Case) -> list[Involved]:
    """Everybody in the case whom this view shows: those harmed first, then as they were added."""
    return shown.only_people(everybody_in(case))


def everybody_in(case: Case) -> list[Involved]:
    """Everybody in the case, also whom the reader of this page does not see: for rules only."""
    found = session.scalars(
        select(Involved)
        .where(Involved.case_id == case.id)
        .order_by(Involved.written_at, Involved.id)
    ).all()
    return harmed_first(found)


def harmed_first(people: Iterable[Involved]) -> list[Involved]:
    return sorted(people, key=lambda one: ("harmed" not in one.parts, "displayed" not in one.parts))


def day_of(case: Case) -> date:
    """The day on which ages count: of the first incident, else when it was told, else today."""
    days = session.scalars(
        select(Incident.happened_on)
        .where(Incident.case_id == case.id, Incident.happened_on.is_not(None))
        .order_by(Incident.happened_on)
        .limit(1)
    )
    return days.first() or case.told_on or clock.today()


def get_involved(case: Case, involved_id: UUID) -> Involved:
    return get_in(case, Involved, involved_id)


def get_in(case: Case, kind: type[R], row_id: UUID) -> R:
    """A record of this case, never one of another, nor of somebody whom this view does not show."""
    found = session.get(kind, row_id)
    if found is None or found.subject_case_id != case.id or not shown.is_shown(found):
        raise Missing
    return found


def cases_of(person_ids: Iterable[UUID], *, but: UUID | None = None) -> dict[UUID, list[UUID]]:
    """The ids of the cases each person is in: the newest first."""
    rows = session.execute(
        select(Involved.person_id, Involved.case_id)
        .join(Case, Case.id == Involved.case_id)
        .where(Involved.person_id.in_(list(person_ids)), Involved.case_id != (but or UUID(int=0)))
        .order_by(Case.opened_at.desc(), Case.id)
    ).all()
    found: dict[UUID, list[UUID]] = {}
    for person_id, case_id in rows:
        if person_id is not None:
            found.setdefault(person_id, []).append(case_id)
    return found


def names_in(found: Iterable[Case]) -> dict[UUID, str]:
    """The names of everybody in each of these cases, in one line."""
    rows = session.scalars(
        select(Involved)
        .where(Involved.case_id.in_([case.id for case in found]))
        .order_by(Involved.written_at, Involved.id)
    ).all()
    names: dict[UUID, list[str]] = {}
    for row in rows:
        names.setdefault(row.case_id, []).append(row.name)
    return {case_id: ", ".join(each) for case_id, each in names.items()}


def exclude(
    actor: Actor,
    key: DataKey,
    member_id: UUID,
    reason: str,
    *,
    case_id: UUID | None = None,
    disclosure_id: UUID | None = None,
) -> Exclusion:
    """Shut somebody out of a case or disclosure by name. What else let them in ends with it."""
    shut = Exclusion(
        key, case_id=case_id, disclosure_id=disclosure_id, member_id=member_id, reason=reason
    )
    session.add(shut)
    note(actor, "shut somebody out", shut)
    if case_id is not None:
        end_all_of(actor, case_id, member_id, SHUT_OUT)
    return shut


def lift_exclusion(actor: Actor, shut: Exclusion, reason: str) -> None:
    if shut.member_id == actor.member_id:
        raise NotPossible("Nobody can lift their own exclusion.")
    shut.lifted_at = clock.now()
    note(actor, "let somebody in again", shut, reason)


def exclusions_of(case: Case) -> list[Exclusion]:
    return list(
        session.scalars(
            select(Exclusion)
            .where(Exclusion.case_id == case.id, Exclusion.lifted_at.is_(None))
            .order_by(Exclusion.written_at, Exclusion.id)
        )
    )


def excluded_from(case: Case) -> frozenset[UUID]:
    return frozenset(one.member_id for one in exclusions_of(case))


def add_profile(actor: Actor, case: Case, details: Mapping[str, str]) -> OnlineProfile:
    """An account or address; found again through a keyed hash of its handle or address."""
    profile = OnlineProfile(case.key, case_id=case.id, **details)
    name = details.get("handle") or details.get("url") or ""
    profile.handle_lookup = vault.lookup(session, "profile", name.lstrip("@")) if name else None
    session.add(profile)
    note(actor, "added an account or address", profile)
    return profile


def add_incident(
    actor: Actor, case: Case, happened: Happened | None, what: str, place: str
) -> Incident:
    incident = Incident(
        case.key, case_id=case.id, what=what, place=place, **happened_text(happened)
    )
    session.add(incident)
    note(actor, "added an incident", incident)
    return incident


def add_evidence(actor: Actor, case: Case, what: str, where_held: str) -> EvidenceItem:
    item = EvidenceItem(case.key, case_id=case.id, what=what, where_held=where_held)
    session.add(item)
    note(actor, "recorded evidence that exists", item)
    return item


def add_viewing(
    actor: Actor,
    case: Case,
    happened: Happened | None,
    details: Mapping[str, str],
    kind: ViewingKind = ViewingKind.ACCIDENTAL,
) -> ImageryViewing:
    """That somebody saw imagery: by accident, or because it was decided that it must be viewed."""
    viewing = ImageryViewing(
        case.key, case_id=case.id, kind=kind.value, **details, **happened_text(happened)
    )
    session.add(viewing)
    note(actor, _VIEWED[kind], viewing)
    return viewing


_VIEWED = {
    ViewingKind.ACCIDENTAL: "recorded that imagery was seen",
    ViewingKind.AUTHORISED: "recorded that imagery was viewed as decided",
}


def add_note(
    actor: Actor, case: Case, kind: str, words: str, happened: Happened | None, on_paper: str = ""
) -> CaseNote:
    """Something entered by hand into the chronology."""
    entry = CaseNote(
        case.key,
        case_id=case.id,
        kind=kind,
        author_id=actor.member_id,
        words=words,
        on_paper=on_paper,
        **happened_text(happened),
    )
    session.add(entry)
    note(actor, "added an entry", entry)
    return entry


def correct_note(
    actor: Actor,
    entry: CaseNote,
    words: str,
    happened: Happened | None,
    reason: str,
    *,
    kind: str = "",
    on_paper: str | None = None,
) -> None:
    _refuse_withdrawn(entry)
    entry.words, entry.kind = words, kind or entry.kind
    entry.on_paper = entry.on_paper if on_paper is None else on_paper
    for name, value in happened_text(happened).items():
        setattr(entry, name, value)
    note(actor, "corrected an entry", entry, reason)


def withdraw_note(actor: Actor, entry: CaseNote, reason: str) -> None:
    """Take an entry back. It stays readable, marked as withdrawn."""
    _refuse_withdrawn(entry)
    entry.withdrawn_at = clock.now()
    note(actor, "withdrew an entry", entry, reason)


def _refuse_withdrawn(entry: CaseNote) -> None:
    if entry.withdrawn_at is not None:
        raise NotPossible("This entry was withdrawn. Write a new one instead.")


def records_of(case: Case, kind: type[R]) -> list[R]:
    """Every record of one kind that this view shows, in the order in which they were written."""
    table = kind.__table__
    return shown.only(
        session.scalars(
            select(kind).where(table.c.case_id == case.id).order_by(table.c.written_at, table.c.id)
        )
    )


def mark_step(actor: Actor, case: Case, step: str, *, not_needed: bool, reason: str) -> None:
    """Say that a step is not needed in this case and why, or that it is needed after all."""
    mark = session.scalars(
        select(StepMark).where(StepMark.case_id == case.id, StepMark.step == step)
    ).first()
    if mark is None:
        mark = StepMark(case.key, case_id=case.id, step=step)
        session.add(mark)
    mark.not_needed, mark.reason = not_needed, reason
    verb = "marked a step as not needed" if not_needed else "took a step up again"
    note(actor, verb, mark)
    others = [one for one in case.not_needed if one != step]
    case.not_needed = sorted([*others, step]) if not_needed else others
    note(actor, verb, case)


def close(actor: Actor, case: Case, reason: str, lessons: str, views: str) -> None:
    """Close a case. What stands in the way is asked of `casefile` before this is called."""
    if not case.is_open:
        raise NotPossible("This case is closed already.")
    case.state, case.closed_at = CaseState.CLOSED.value, clock.now()
    note(actor, "closed the case", case, reason)
    _event(actor, case, "closed", reason, lessons=lessons, views=views)


def reopen(actor: Actor, case: Case, reason: str, *, recurrence: bool = False) -> None:
    """Open a closed case again; a recurrence is counted also where the case was still open."""
    if recurrence:
        case.recurrences += 1
    elif case.is_open:
        raise NotPossible("This case is open already.")
    was_closed = not case.is_open
    case.state, case.closed_at = CaseState.OPEN.value, None
    note(actor, "reopened the case" if was_closed else "recorded a recurrence", case, reason)
    _event(actor, case, "recurrence" if recurrence else "reopened", reason)


def _event(
    actor: Actor, case: Case, kind: str, reason: str, *, lessons: str = "", views: str = ""
) -> None:
    event = CaseEvent(
        case.key,
        case_id=case.id,
        kind=kind,
        by_id=actor.member_id,
        reason=reason,
        lessons=lessons,
        views=views,
    )
    session.add(event)
    note(actor, kind, event)
