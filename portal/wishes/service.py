"""Verbs about wishes: record a visit, say who is meant, and read what was said before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from portal import clock
from portal.cases import actions
from portal.cases import service as cases
from portal.cases.models import Case, Involved, happened_text
from portal.cases.models_wishes import Wishes, WishPerson
from portal.clock import Happened
from portal.db import session
from portal.journal.actor import Actor
from portal.journal.service import note
from portal.people import service as people
from portal.people.models import PersonKind
from portal.staff import service as staff
from portal.web.errors import Missing
from portal.wishes import rules
from portal.wishes.rules import Named

REVISIT = "revisit_wishes"
HANDED_OVER, BESIDE, PAPER = "handed_over", "beside", "paper"


@dataclass(frozen=True)
class Visit:
    """One visit to the form, as it was answered."""

    how: str
    at: Happened
    people: Sequence[Named]
    paper_on: date | None = None
    next_on: date | None = None
    class_form: str = ""
    anything_else: str = ""
    must_know: Sequence[Mapping[str, str]] = field(default_factory=tuple)


def young_in(everybody: Sequence[Involved]) -> list[Involved]:
    """The young people of a case, those harmed first, as `people_in` gives them."""
    return [one for one in everybody if is_young(one)]


def is_young(one: Involved) -> bool:
    return one.person is not None and PersonKind(one.person.kind).is_young


def young_person(case: Case, involved_id: UUID) -> Involved:
    """A young person of this case who is known by name; raises `Missing` for anybody else."""
    found = cases.get_involved(case, involved_id)
    if not is_young(found):
        raise Missing
    return found


def record_visit(actor: Actor, case: Case, involved: Involved, visit: Visit) -> Wishes:
    """Record what a young person wishes now: the next version, never a change of the last one."""
    record = Wishes(
        case.key,
        case_id=case.id,
        involved_id=involved.id,
        number=newest_number(case, involved) + 1,
        asked_by=actor.member_id,
        how=visit.how,
        paper_on=visit.paper_on,
        next_visit_on=visit.next_on,
        class_form=visit.class_form,
        must_know=[dict(one) for one in visit.must_know],
        anything_else=visit.anything_else,
        **happened_text(visit.at),
    )
    record.people = [_person(case, place, one) for place, one in enumerate(visit.people)]
    session.add(record)
    note(actor, "recorded who a young person wants to know", record)
    session.flush()
    _plan_next(actor, case, involved, visit.next_on)
    return record


def _person(case: Case, place: int, named: Named) -> WishPerson:
    return WishPerson(
        case.key,
        place=place,
        standing=named.standing,
        knows_already=named.knows_already,
        member_id=named.member_id,
        person_id=named.person_id,
        name=named.name,
        how_much=named.how_much,
        support=named.support,
        not_do=named.not_do,
    )


def _plan_next(actor: Actor, case: Case, involved: Involved, on: date | None) -> None:
    """Settle what was planned before this visit; the next one is due by the end of its day."""
    actions.settle_about(actor, case, REVISIT, [str(involved.id)], "They were asked again.")
    if on is None:
        return
    session.flush()
    days = actions.working_days(staff.get_school(case.school_id))
    actions.plan_action(
        actor,
        case,
        kind=REVISIT,
        subject=str(involved.id),
        what=f"Ask {involved.name} again who they want to know",
        due_at=datetime.combine(on, days.ends, clock.ZONE),
        owner_id=case.lead_id,
    )


def newest_number(case: Case, involved: Involved) -> int:
    """The number of the last visit; locks the young person’s part, so that two get two numbers."""
    session.refresh(involved, with_for_update={"of": Involved})
    last = newest(case, involved)
    return last.number if last else 0


def newest(case: Case, involved: Involved) -> Wishes | None:
    return session.scalars(
        select(Wishes)
        .where(Wishes.case_id == case.id, Wishes.involved_id == involved.id)
        .order_by(Wishes.number.desc(), Wishes.id)
        .limit(1)
    ).first()


def visits_of(case: Case, involved: Involved) -> list[Wishes]:
    """Every visit of one young person, the newest first."""
    return list(
        session.scalars(
            select(Wishes)
            .where(Wishes.case_id == case.id, Wishes.involved_id == involved.id)
            .order_by(Wishes.number.desc(), Wishes.id)
        )
    )


def named_in(visit: Wishes | None) -> list[Named]:
    """The people of a visit, as the rules read them."""
    return [
        Named(
            name=one.name,
            standing=one.standing,
            knows_already=one.knows_already,
            how_much=one.how_much,
            support=one.support,
            not_do=one.not_do,
            member_id=one.member_id,
            person_id=one.person_id,
        )
        for one in (visit.people if visit else ())
    ]


def matched_as_before(named: Sequence[Named], last: Wishes | None) -> list[Named]:
    """Who was known to be which colleague or carer stays so while the name is the same."""
    known = {rules.key_of(one.name): one for one in named_in(last)}
    found = []
    for one in named:
        then = known.get(rules.key_of(one.name))
        ids = (then.member_id, then.person_id) if then else (None, None)
        found.append(replace(one, member_id=ids[0], person_id=ids[1]))
    return found


def match(
    actor: Actor,
    visit: Wishes,
    one: WishPerson,
    *,
    member_id: UUID | None,
    person_id: UUID | None,
    reason: str,
) -> None:
    """Say which colleague or carer a young person meant, or that it is none of them after all."""
    one.member_id, one.person_id = member_id, person_id
    note(actor, "corrected who a young person named", visit, reason)


def person_of(visit: Wishes, named_id: UUID) -> WishPerson:
    found = next((one for one in visit.people if one.id == named_id), None)
    if found is None:
        raise Missing
    return found


@dataclass(frozen=True)
class Somebody:
    """A colleague or carer whom a young person may have meant. `code` is what a form sends."""

    code: str
    name: str
    detail: str
    member_id: UUID | None = None
    person_id: UUID | None = None


def who_could_be_meant(case: Case, involved: Involved) -> list[Somebody]:
    """The carers of a young person, then everybody who works at the school."""
    carers = people.carers_of(involved.person_id) if involved.person_id else []
    found = [
        Somebody(
            f"person:{one.carer.id}",
            one.carer.full_name,
            one.relation or "carer",
            person_id=one.carer.id,
        )
        for one in carers
    ]
    found += [
        Somebody(f"member:{one.id}", one.name, "works here", member_id=one.id)
        for one in staff.colleagues(case.school_id)
    ]
    return found


def meant_by(visits: Sequence[Wishes]) -> dict[UUID, str]:
    """The names of the colleagues and carers who were matched in these visits, by their ids."""
    rows = [one for visit in visits for one in visit.people]
    found = dict(staff.names_of(one.member_id for one in rows))
    wanted = {one.person_id for one in rows if one.person_id is not None}
    if wanted and visits:
        school = _school_of(visits[0])
        found |= {one: p.full_name for one, p in people.find_people(school, wanted).items()}
    return found


def _school_of(visit: Wishes) -> UUID:
    case = session.get_one(Case, visit.case_id)
    return case.school_id
