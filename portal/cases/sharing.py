"""Who shares a case: the colleagues who can see it, shutting somebody out, adding people to it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, and_, select

from portal import clock
from portal.cases import service
from portal.cases.access import granted_in, may
from portal.cases.access_rules import Asker, CaseFacts, Part, decide
from portal.cases.models import Case, Exclusion, Involved
from portal.cases.models_access import EmergencyAccess
from portal.cases.rules import Audience
from portal.cases.visible import cases_by_role
from portal.db import session
from portal.journal.actor import Actor
from portal.people import service as people
from portal.people.models import Person, PersonKind
from portal.people.rules import meant, meant_in_full
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


def outside(case: Case) -> list[Colleague]:
    """The colleagues who do not see the whole case for their role, and are not shut out of it."""
    facts, now = _facts(case), clock.now()
    return [
        one
        for one in staff.colleagues(case.school_id)
        if one.id not in facts.excluded
        and not decide(Asker(one.id, one.roles), Permission.SEE_CASES, facts, at=now)
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


def could_be_named(who: Viewer, case: Case) -> list[Colleague]:
    """Who can be named in support or a plan, which opens nothing: whoever is not shut out.

    Who may not be told who is shut out is offered those as well: that they are missing would tell.
    """
    is_told = may(who, Permission.COUNTERSIGN, case, Part.REST)
    left = service.excluded_from(case) if is_told else frozenset()
    return [one for one in staff.colleagues(case.school_id) if one.id not in left]


def could_be_shut_out(case: Case) -> list[Colleague]:
    """Who is not shut out yet: every colleague, with a role that reads cases or not.

    And leads of other schools who opened the case in an emergency; until then nothing names them.
    """
    there = service.excluded_from(case)
    here = staff.colleagues(case.school_id)
    opened = select(EmergencyAccess.member_id).where(EmergencyAccess.case_id == case.id)
    elsewhere = set(session.scalars(opened)) - {one.id for one in here}
    named = [
        Colleague(one, f"{name} (opened it in an emergency)", frozenset(), ended=False)
        for one, name in staff.names_of(elsewhere).items()
    ]
    everybody = sorted([*here, *named], key=lambda one: one.name.casefold())
    return [one for one in everybody if one.id not in there]


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
    """Add somebody to a case. A colleague is shut out of it in the same step (product 1).

    Where a colleague is accused, the case is there for the head and its lead alone from then on.
    """
    _keep_from_staff(actor, case, person, parts)
    return service.involve(actor, case, person=person, parts=parts, how_sure=how_sure, words=words)


def recognise(actor: Actor, case: Case, involved: Involved, person: Person) -> None:
    """Somebody not yet known turns out to be this person."""
    if involved.person_id is not None:
        raise NotPossible("It is known already who this is.")
    _keep_from_staff(actor, case, person, involved.parts)
    service.identify(actor, involved, person)


def change_part(
    actor: Actor, case: Case, involved: Involved, changes: Mapping[str, Any], reason: str
) -> None:
    """Change somebody’s part in a case. A colleague who is accused now keeps it from the leads."""
    parts = changes.get("parts", involved.parts)
    if "displayed" in parts and "displayed" not in involved.parts:
        _keep_from_staff(actor, case, involved.person, parts)
    service.change_involved(actor, involved, changes, reason)


def _keep_from_staff(actor: Actor, case: Case, person: Person | None, parts: list[str]) -> None:
    """Shut a colleague out of a case that names them, and the leads where they are accused."""
    if person is None or person.kind != PersonKind.COLLEAGUE:
        return
    if "displayed" in parts:
        service.keep_to_head(actor, case)
    for colleague in _accounts_of(case, person):
        shut_out(actor, case, colleague, _NAMED)


def _accounts_of(case: Case, person: Person) -> list[Colleague]:
    """Whose account may be that of a colleague who is in a case, of those not shut out yet.

    Where none is named it is everybody whom the name may mean. The lead of the case stays if only
    the surname is theirs: it would be left with nobody, and they have read it already.
    """
    there = could_be_shut_out(case)
    if person.member_id is not None:
        return [one for one in there if one.id == person.member_id]
    names = {one.id: one.name for one in there}
    fitting = set(meant(person.full_name, names, {one.id: one.roles for one in there}))
    if case.lead_id not in meant_in_full(person.full_name, names):
        fitting.discard(case.lead_id)
    return [one for one in there if one.id in fitting]


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


def _keep_all_from_staff(actor: Actor, person: Person) -> None:
    """Keep every case from somebody whom it names, once it is known that or as whom they work here.

    A lead is not shut out: the case would be left with nobody, and they have read it already.
    """
    if person.kind != PersonKind.COLLEAGUE:
        return
    named = select(Involved).where(Involved.person_id == person.id).order_by(Involved.id)
    for involved in session.scalars(named).all():
        case = session.get_one(Case, involved.case_id)
        if "displayed" in involved.parts:
            service.keep_to_head(actor, case)
        for colleague in _accounts_of(case, person):
            if colleague.id != case.lead_id:
                service.exclude(actor, case.key, colleague.id, _NAMED, case_id=case.id)


people.withheld.append(_named_out_of_sight)
people.known_to_work_here.append(_keep_all_from_staff)


def role_words(colleague: Colleague) -> str:
    """The roles for which somebody can see cases, in words."""
    readers = [role for role in Role if role in colleague.roles and allowed(
        frozenset({role}), Permission.SEE_CASES
    )]  # fmt: skip
    return ", ".join(role.label for role in readers)
