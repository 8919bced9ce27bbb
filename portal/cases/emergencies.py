"""Break-glass: a case opened for an hour by somebody who was not given it, and what comes of that.

Whether somebody may is asked of the one table (`access_rules`), as if the emergency were there
already. A case that cannot be opened, for whatever reason, is as one that never was: the same
answer for a case somebody is shut out of, one about staff, and a reference never given.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.cases import grant_rules, service
from portal.cases.access import asker_of, granted_by
from portal.cases.access_ends import end_emergencies
from portal.cases.access_rules import Basis, CaseFacts, Part, decide
from portal.cases.models import Case, Exclusion, Involved
from portal.cases.models_access import EmergencyAccess, Grant
from portal.cases.rules import Audience
from portal.db import close_session, database, session
from portal.journal.service import note, note_act
from portal.people import service as people
from portal.people.models import PersonKind
from portal.staff import service as staff
from portal.staff.roles import Permission, Role
from portal.staff.sign_ins import throttle
from portal.staff.viewer import Viewer, first_role
from portal.web.errors import Missing, NotPossible
from portal.web.unit_of_work import after_the_request

NOT_FOUND = "There is no case of this reference or name that you can open in an emergency"
ALREADY = "You see this case already."
OVER = "This access has ended already."
REVIEWED = "Somebody has looked at this already."
OWN = "Somebody other than the one who opened the case has to look at this."
REFUSED = "was refused access in an emergency"
TOLD = "was shown in an emergency that there is this case"
_YOUNG = frozenset(kind for kind in PersonKind if kind.is_young)


@dataclass(frozen=True)
class Found:
    """The cases that are meant: those that can be opened, and those that are seen anyway."""

    to_open: Sequence[Case] = ()
    seen: Sequence[Case] = ()


def find(who: Viewer, typed: str) -> Found:
    """What somebody means by a reference; pastoral staff may also give a full name."""
    by_name = not any(letter.isdigit() for letter in typed)
    meant = _named(who, typed) if by_name else _referred(typed)
    ids = [case.id for case in meant]
    shut_out = set(
        session.scalars(
            select(Exclusion.case_id).where(
                Exclusion.case_id.in_(ids),
                Exclusion.member_id == who.id,
                Exclusion.lifted_at.is_(None),
            )
        )
    )
    given = granted_by(Grant.case_id, Grant.case_id.in_(ids), Grant.member_id == who.id)
    opened, barred = _opened(who, ids), _barred(who, ids)
    to_open, seen = [], []
    for case in meant:
        facts = CaseFacts(
            case.school_id,
            Audience(case.audience),
            case.lead_id,
            frozenset({who.id} if case.id in shut_out else ()),
            case.is_open,
            given.get(case.id, ()),
            opened.get(case.id, ()),
        )
        if decide(asker_of(who, case), Permission.SEE_CASES, facts, at=clock.now()):
            seen.append(case)
        elif case.id not in barred and _could_open(who, case, facts):
            to_open.append(case)
    return Found(to_open, seen)


def _could_open(who: Viewer, case: Case, facts: CaseFacts) -> bool:
    now = clock.now()
    as_if = replace(facts, emergencies=(now + grant_rules.EMERGENCY_LASTS,))
    answer = decide(asker_of(who, case), Permission.SEE_CASES, as_if, Part.REST, at=now)
    return bool(answer) and answer.because is Basis.EMERGENCY


def _referred(typed: str) -> Sequence[Case]:
    return session.scalars(select(Case).where(Case.reference == typed.strip().upper())).all()


def _named(who: Viewer, typed: str) -> Sequence[Case]:
    """The cases in which a young person of exactly this name is, where somebody is pastoral."""
    schools, wanted = who.schools_as(Role.PASTORAL), _folded(typed)
    ids = [
        one.id
        for school_id in schools
        for one in people.listing(staff.get_school(school_id), _YOUNG)
        if wanted and _folded(one.full_name) == wanted
    ]
    there = select(Involved.case_id).where(Involved.person_id.in_(ids))
    return session.scalars(
        select(Case)
        .where(Case.id.in_(there), Case.school_id.in_(schools))
        .order_by(Case.opened_at.desc(), Case.id)
    ).all()


def _folded(name: str) -> str:
    return " ".join(people.fold(name).replace("’", "'").split())


def _opened(who: Viewer, case_ids: Sequence[UUID]) -> dict[UUID, tuple[datetime, ...]]:
    """Until when somebody has each of these cases open in an emergency."""
    found: dict[UUID, tuple[datetime, ...]] = {}
    rows = session.execute(
        select(EmergencyAccess.case_id, EmergencyAccess.until)
        .where(EmergencyAccess.case_id.in_(case_ids), EmergencyAccess.member_id == who.id)
        .where(EmergencyAccess.ended_at.is_(None))
        .order_by(EmergencyAccess.until)
    )
    for case_id, until in rows:
        found[case_id] = (*found.get(case_id, ()), until)
    return found


def _barred(who: Viewer, case_ids: Sequence[UUID]) -> set[UUID]:
    """The cases that somebody opened without need, as a lead found, and may not open again.

    A lead who later lets them in by name, having shut them out, has thought better of it.
    """
    let_in_since = (
        select(Exclusion.id)
        .where(
            Exclusion.case_id == EmergencyAccess.case_id,
            Exclusion.member_id == EmergencyAccess.member_id,
            Exclusion.lifted_at > EmergencyAccess.reviewed_at,
        )
        .exists()
    )
    found = select(EmergencyAccess.case_id).where(
        EmergencyAccess.case_id.in_(case_ids),
        EmergencyAccess.member_id == who.id,
        EmergencyAccess.finding == "not_justified",
        ~let_in_since,
    )
    return set(session.scalars(found))


def look_for(who: Viewer, typed: str) -> Found | timedelta:
    """What is meant, or how long the next try must wait: each that finds nothing slows it down.

    A try that finds something takes back itself and none before it: otherwise whoever guesses
    would name a case they know after every fourth. One that finds several stays counted, because
    the answer tells of each of them.
    """
    close_session()
    with database().reading() as own:
        bucket = throttle.own_bucket(own, "emergency", who.id)
    if wait := throttle.take(bucket):
        after_the_request(lambda own: note_act(who, REFUSED, on=own))
        return wait
    found = find(who, typed)
    if len(found.to_open) > 1:
        return found
    if found.to_open or found.seen:
        after_the_request(lambda own: throttle.take_back(bucket, own))
    else:
        subject = ("members", who.id)
        after_the_request(lambda own: note_act(who, REFUSED, subject=subject, on=own))
    return found


def note_shown(who: Viewer, found: Iterable[Case]) -> None:
    """Say of each of these cases that somebody learned of it, although they opened none."""
    ids = [case.id for case in found]

    def note_each(own: Session) -> None:
        for case_id in ids:
            note_act(who, TOLD, case_id=case_id, on=own)

    after_the_request(note_each)


def open_case(who: Viewer, case: Case, reason: str) -> EmergencyAccess:
    """Open the whole of a case for an hour, to read only. Never twice at once."""
    # Of two forms sent at once the second sees what the first opened.
    session.execute(select(Case.id).where(Case.id == case.id).with_for_update())
    if case not in find(who, case.reference).to_open:
        raise NotPossible(ALREADY)
    record = EmergencyAccess(
        case.key,
        case_id=case.id,
        member_id=who.id,
        role=_as_what(who, case).value,
        until=clock.now() + grant_rules.EMERGENCY_LASTS,
        reason=reason,
    )
    session.add(record)
    note(who, "opened the case in an emergency", record)
    return record


def _as_what(who: Viewer, case: Case) -> Role:
    here = who.roles_at.get(case.school_id, frozenset())
    if Role.PASTORAL in here:
        return Role.PASTORAL
    elsewhere = frozenset(
        role
        for school_id, roles in who.roles_at.items()
        if school_id != case.school_id
        for role in roles
    )
    return first_role(elsewhere & {Role.DSL, Role.DEPUTY})


def running(one: EmergencyAccess) -> bool:
    return one.ended_at is None and clock.now() < one.until


@dataclass(frozen=True)
class Running:
    """What somebody has open in an emergency now."""

    id: UUID
    reference: str
    until: datetime


def own_running(who: Viewer) -> list[Running]:
    rows = session.execute(
        select(EmergencyAccess.id, Case.reference, EmergencyAccess.until)
        .join(Case, Case.id == EmergencyAccess.case_id)
        .where(
            EmergencyAccess.member_id == who.id,
            EmergencyAccess.ended_at.is_(None),
            EmergencyAccess.until > clock.now(),
        )
        .order_by(EmergencyAccess.until, EmergencyAccess.id)
    )
    return [Running(*row) for row in rows]


def end_own(who: Viewer, emergency_id: UUID) -> None:
    """End one’s own access early. Raises `Missing` for everybody else’s."""
    found = session.get(EmergencyAccess, emergency_id)
    if found is None or found.member_id != who.id:
        raise Missing
    if not running(found):
        raise NotPossible(OVER)
    end_emergencies(who, [found], "")


def of_case(case: Case) -> list[EmergencyAccess]:
    """Every time a case was opened in an emergency, the newest first."""
    return service.records_of(case, EmergencyAccess)[::-1]


def review(who: Viewer, one: EmergencyAccess, finding: str, words: str) -> None:
    """Say whether opening a case was justified. Where it was not, it ends at once."""
    if one.member_id == who.id:
        raise NotPossible(OWN)
    if one.reviewed_at is not None:
        raise NotPossible(REVIEWED)
    one.reviewed_by, one.reviewed_at = who.id, clock.now()
    one.finding, one.review = finding, words
    if finding != "justified" and running(one):
        one.ended_at = clock.now()
    note(who, "looked at access in an emergency", one)


def to_review(found: Iterable[EmergencyAccess]) -> list[EmergencyAccess]:
    return [one for one in found if one.reviewed_at is None]
