"""Who shares a case: the colleagues who can see it, shutting somebody out, adding people to it."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import ColumnElement, and_, select

from portal import clock
from portal.cases import service
from portal.cases.access import granted_in
from portal.cases.access_rules import Asker, CaseFacts, Part, decide
from portal.cases.models import Case, Exclusion, Involved
from portal.cases.rules import Audience
from portal.cases.visible import cases_by_role
from portal.db import session
from portal.journal.actor import Actor
from portal.people import service as people
from portal.people.models import Person, PersonKind
from portal.staff import service as staff
from portal.staff.roles import Permission, Role, allowed
from portal.staff.service import Colleague
from portal.staff.viewer import Viewer
from portal.web.errors import NotPossible

_LEADS_FIRST = "This colleague leads the case. Give the case to another lead first."
_NOBODY_LEFT = (
    "Nobody who can work on this case would be left. Give somebody else a role that leads cases, "
    "or give the case to another lead, first."
)
_NAMED = "Works here and is named in this case."


def _facts(case: Case) -> CaseFacts:
    return CaseFacts(
        case.school_id,
        Audience(case.audience),
        case.lead_id,
        service.excluded_from(case),
        case.is_open,
    )


def who_can(case: Case, permission: Permission = Permission.SEE_CASES) -> list[Colleague]:
    """The colleagues whose role lets them do something in the whole of a case, by name."""
    facts, now = _facts(case), clock.now()
    return [
        one
        for one in staff.colleagues(case.school_id)
        if decide(Asker(one.id, one.roles), permission, facts, at=now)
    ]


def could_do(case: Case) -> list[Colleague]:
    """Who can be given something to do: who sees the case by role, or was granted its actions."""
    given = granted_in(case)
    facts, now = _facts(case), clock.now()
    return [
        one
        for one in staff.colleagues(case.school_id)
        if decide(
            Asker(one.id, one.roles),
            Permission.SEE_CASES,
            replace(facts, grants=given.get(one.id, ())),
            Part.ACTIONS,
            at=now,
        )
    ]


def could_lead(case: Case) -> list[Colleague]:
    """Who could be given the case: anybody who reads cases and is not shut out of this one."""
    shut_out = service.excluded_from(case)
    return [
        one
        for one in staff.colleagues(case.school_id)
        if allowed(one.roles, Permission.SEE_CASES)
        and one.id not in shut_out
        and one.id != case.lead_id
    ]


def could_be_shut_out(case: Case) -> list[Colleague]:
    """Every colleague who is not shut out yet, with a role that reads cases or not."""
    there = service.excluded_from(case)
    return [one for one in staff.colleagues(case.school_id) if one.id not in there]


def shut_out(actor: Actor, case: Case, colleague: Colleague, reason: str) -> Exclusion | None:
    """Shut a colleague out of a case by name. The lead, or the last one left, cannot be."""
    if colleague.id in service.excluded_from(case):
        return None
    if colleague.id == case.lead_id:
        raise NotPossible(_LEADS_FIRST)
    left = [one for one in who_can(case, Permission.WORK_ON_CASES) if one.id != colleague.id]
    if not left:
        raise NotPossible(_NOBODY_LEFT)
    return service.exclude(actor, case.key, colleague.id, reason, case_id=case.id)


def join(
    actor: Actor,
    case: Case,
    person: Person | None,
    parts: list[str],
    how_sure: str,
    words: Mapping[str, str],
) -> Involved:
    """Add somebody to a case. A colleague is shut out of it in the same step (product 1)."""
    shut_out_if_colleague(actor, case, person)
    return service.involve(actor, case, person=person, parts=parts, how_sure=how_sure, words=words)


def recognise(actor: Actor, case: Case, involved: Involved, person: Person) -> None:
    """Somebody not yet known turns out to be this person."""
    if involved.person_id is not None:
        raise NotPossible("It is known already who this is.")
    shut_out_if_colleague(actor, case, person)
    service.identify(actor, involved, person)


def shut_out_if_colleague(actor: Actor, case: Case, person: Person | None) -> None:
    if person is None or person.kind != PersonKind.COLLEAGUE or person.member_id is None:
        return
    for colleague in could_be_shut_out(case):
        if colleague.id == person.member_id:
            shut_out(actor, case, colleague, _NAMED)


def visible_cases_of(who: Viewer, person: Person) -> list[tuple[Case, Involved]]:
    """The cases somebody sees by role in which a person is, with their part: the newest first."""
    involved = select(Involved).where(Involved.person_id == person.id)
    parts = {one.case_id: one for one in session.scalars(involved.order_by(Involved.id))}
    if not parts:
        return []
    cases = session.scalars(
        cases_by_role(who).where(Case.id.in_(list(parts))).order_by(Case.opened_at.desc(), Case.id)
    )
    return [(case, parts[case.id]) for case in cases]


def _named_out_of_sight(who: Viewer) -> ColumnElement[bool]:
    """A colleague whom only cases name that somebody may not see: the list must not tell it."""
    named = select(Involved.id).where(Involved.person_id == Person.id)
    seen = cases_by_role(who).with_only_columns(Case.id)
    return and_(
        Person.kind == PersonKind.COLLEAGUE.value,
        named.exists(),
        ~named.where(Involved.case_id.in_(seen)).exists(),
    )


def _shut_out_of_all(actor: Actor, person: Person) -> None:
    """Shut somebody out of every case that names them, once it is known which account is theirs.

    A lead is not: the case would be left with nobody, and who leads it has read it already.
    """
    if person.kind != PersonKind.COLLEAGUE or person.member_id is None:
        return
    named = select(Involved.case_id).where(Involved.person_id == person.id)
    for case in session.scalars(select(Case).where(Case.id.in_(named)).order_by(Case.id)):
        if person.member_id not in service.excluded_from(case) and case.lead_id != person.member_id:
            service.exclude(actor, case.key, person.member_id, _NAMED, case_id=case.id)


people.withheld.append(_named_out_of_sight)
people.account_known.append(_shut_out_of_all)


def role_words(colleague: Colleague) -> str:
    """The roles for which somebody can see cases, in words."""
    readers = [role for role in Role if role in colleague.roles and allowed(
        frozenset({role}), Permission.SEE_CASES
    )]  # fmt: skip
    return ", ".join(role.label for role in readers)
