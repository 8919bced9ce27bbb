"""The first page of pastoral staff: the young people they were given, and what is due with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portal import clock
from portal.casefile import granted
from portal.casefile.granted import Due, Held, PartLine
from portal.cases import emergencies
from portal.cases.access_rules import Given, opened_by
from portal.cases.emergencies import Running
from portal.cases.models import Case, Involved
from portal.cases.models_access import Grant
from portal.cases.rules import Audience
from portal.cases.steps import address
from portal.cases.visible import visible_cases
from portal.db import session
from portal.staff.roles import Role
from portal.staff.viewer import Viewer


@dataclass(frozen=True)
class Student:
    """One young person of one case, with the parts that were given and what is due in them."""

    name: str
    group: str
    reference: str
    href: str
    parts: Sequence[PartLine]
    due: Sequence[Due]


@dataclass(frozen=True)
class Students:
    students: Sequence[Student]
    others: Sequence[Due]  # what is due and is about nobody in particular
    open_now: Sequence[Running]
    now: datetime

    @property
    def late(self) -> int:
        every = [due for one in self.students for due in one.due]
        return sum(1 for due in (*every, *self.others) if due.is_late(self.now))


def students(who: Viewer) -> Students:
    """Whom somebody supports: everything that was granted to them, and opens something now."""
    cases, held = _held(who)
    people = granted.young_people(held)
    due = granted.due_in(who.id, cases, held)
    shown = [_student(case, one, held, due) for case in cases for one in people[case.id]]
    known = {one.id for those in people.values() for one in those}
    now = clock.now()
    return Students(
        students=sorted(shown, key=lambda one: _soonest_first(one, now)),
        others=[one for one in due if one.about not in known],
        open_now=emergencies.own_running(who),
        now=now,
    )


def _held(who: Viewer) -> tuple[list[Case], Held]:
    """The cases of which parts were granted to somebody, and which parts, in one statement."""
    now = clock.now()
    rows = session.execute(
        visible_cases(who, None)
        .join(Grant, Grant.case_id == Case.id)
        .add_columns(Grant.part, Grant.may_write, Grant.until, Grant.involved_id)
        .where(Grant.member_id == who.id, Grant.ended_at.is_(None), Grant.until > now)
        .where(Case.school_id.in_(who.schools_as(Role.PASTORAL)), Case.state == "open")
        .where(Case.audience != Audience.HEAD.value)
        .order_by(Case.opened_at, Case.id, Grant.written_at, Grant.id)
    )
    cases: dict[UUID, Case] = {}
    given: dict[UUID, list[Given]] = {}
    for case, *grant in rows:
        cases[case.id] = case
        given.setdefault(case.id, []).append(Given(*grant))
    return list(cases.values()), {one: opened_by(those, now) for one, those in given.items()}


def _student(case: Case, one: Involved, held: Held, due: Sequence[Due]) -> Student:
    opened = {
        part: each for part, each in held[case.id].items() if granted.opens_for(part, each, one)
    }
    person = one.person
    return Student(
        name=one.name,
        group=(person.form_group or person.place) if person else "",
        reference=case.reference,
        href=address(case),
        parts=granted.part_lines(case, opened),
        due=[each for each in due if each.case_id == case.id and each.about == one.id],
    )


def _soonest_first(one: Student, now: datetime) -> tuple[bool, float, str]:
    """Who waits longest comes first; with whom nothing is due comes last, by name."""
    if not one.due:
        return (True, 0.0, one.name)
    return (False, (one.due[0].at - now).total_seconds(), one.name)
