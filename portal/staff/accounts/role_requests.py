"""Verbs about roles that read cases: asked for by one person, agreed to or not by another.

Until somebody agrees the role is not held and opens nothing. Taking a role away needs one person
and no request (`accounts`). The first people, the demo school and commands on the server are given
their roles directly.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select

from portal import clock
from portal.db import session
from portal.journal.actor import Actor
from portal.journal.service import note
from portal.staff import notices, service
from portal.staff.accounts import invitations
from portal.staff.accounts.models import RoleRequest
from portal.staff.accounts.rules import Appointers, Step, may_appoint, who_agrees
from portal.staff.models import Member, Membership, School
from portal.staff.roles import READERS, Role
from portal.staff.sign_ins import open_sign_ins
from portal.staff.viewer import Viewer
from portal.web.errors import Missing, NotAllowed, NotPossible

SETTLED = "This request is settled already. Open the account to see how."
ENDED = "The account at this school ended."
NEEDS_REASON = "Nobody else at the school can agree. Say why the role is needed now."
# Where nobody else is DSL or head, every role that reads cases is given alone: any one says so.
_ANY_READER = Role.DEPUTY


@dataclass(frozen=True)
class Request:
    """A request as pages show it; `mine` where the one who looks can settle it."""

    id: UUID
    member_id: UUID
    role: Role
    asked_by: UUID
    asked_at: datetime
    step: Step
    waits_for: tuple[UUID, ...]
    mine: bool
    asked_by_me: bool


def ask(
    who: Viewer, member: Member, school: School, roles: Collection[Role], reason: str = ""
) -> None:
    """Ask for roles that read cases. Where nobody else could agree, they are given with a reason.

    What waits already is not asked for twice. Nobody asks for themselves.
    """
    if member.id == who.id:
        raise NotAllowed("Nobody can ask for a role that reads cases for themselves.")
    waiting = {Role(one.role) for one in _open_of(member.id, school.id)}
    knows = appointers(school.id)
    told = False
    for role in sorted((set(roles) & READERS) - waiting):
        asked = RoleRequest(
            member.key,
            member_id=member.id,
            school_id=school.id,
            role=role.value,
            asked_by=who.id,
        )
        session.add(asked)
        session.flush()
        note(who, "asked for a role for somebody", asked)
        if who_agrees(who.id, member.id, role, knows)[0] is Step.ALONE:
            _give(who, asked, reason, alone=True)
        else:
            told = True
    if told:
        notices.tell_leads([school.id], notices.Kind.ROLE_ASKED, member.id, but={who.id})


def settle(who: Viewer, request: RoleRequest, *, agreed: bool, reason: str = "") -> None:
    """Agree, stand behind somebody’s wish, give alone, or say no: what the request waits for.

    Never by the one it is about, and an agreement never by the one who asked.
    """
    session.refresh(request, with_for_update={"of": RoleRequest})
    step = _step_for(who, request)
    if not agreed:
        if not reason.strip():
            raise NotPossible("Say why you do not agree.")
        _close(who, request, agreed=False, reason=reason)
        note(who, "did not agree to a role", request)
    elif step is Step.AGREEMENT:
        _give(who, request, reason)
    elif step is Step.ALONE:
        _give(who, request, reason, alone=True)
    else:
        _stand_behind(who, request, reason)


def refuse_to_settle(who: Viewer, request: RoleRequest) -> None:
    """Raise where this person has no word in it, or it is settled."""
    _step_for(who, request)


def take_back(who: Viewer, request: RoleRequest) -> None:
    """Whoever asked may think better of it."""
    session.refresh(request, with_for_update={"of": RoleRequest})
    if request.decided_at is not None:
        raise NotPossible(SETTLED)
    if request.asked_by != who.id:
        raise NotPossible("Only the person who asked can take the request back.")
    _close(who, request, agreed=False, reason="")
    note(who, "took a request for a role back", request)


def get(school_id: UUID, request_id: UUID) -> RoleRequest:
    found = session.get(RoleRequest, request_id)
    if found is None or found.school_id != school_id:
        raise Missing
    return found


def waiting_at(who: Viewer, school_id: UUID) -> list[Request]:
    """Every request of a school that nobody has settled: those that the viewer can settle first."""
    knows = appointers(school_id)
    found = [
        as_shown(who, one, knows)
        for one in session.scalars(_waiting().where(RoleRequest.school_id == school_id))
    ]
    return sorted(found, key=lambda one: not one.mine)


def for_me(who: Viewer) -> int:
    """How many requests wait for this person at the school they work in."""
    if not who.roles_at.get(who.school, frozenset()) & {Role.DSL, Role.HEAD}:
        return 0
    return sum(one.mine for one in waiting_at(who, who.school))


def waiting_for(who: Viewer, member: Member, school_id: UUID) -> list[Request]:
    """What is asked for one person and not settled."""
    knows = appointers(school_id)
    return [as_shown(who, one, knows) for one in _open_of(member.id, school_id)]


def as_shown(who: Viewer, request: RoleRequest, knows: Appointers) -> Request:
    """A request as somebody sees it; `knows` are the `appointers` of its school."""
    step, people = _of(request, knows)
    mine = who.id in people and request.member_id != who.id
    return Request(
        request.id,
        request.member_id,
        Role(request.role),
        request.asked_by,
        request.written_at,
        step,
        tuple(sorted(people)),
        mine,
        request.asked_by == who.id,
    )


def asked_for(member: Member) -> list[tuple[UUID, Role]]:
    """The roles that wait for somebody’s word, each with its school."""
    found = session.scalars(_waiting().where(RoleRequest.member_id == member.id))
    return [(one.school_id, Role(one.role)) for one in found]


def ends_their_way_in(request: RoleRequest) -> bool:
    """Whether the role, once given, takes a new invitation by somebody who can give it."""
    member = service.get_member(request.school_id, request.member_id)
    return bool(invitations.from_others(member, _may_give(request)))


def settled_about(member: Member, school_id: UUID) -> list[RoleRequest]:
    """How requests about somebody ended, the newest first."""
    found = session.scalars(
        select(RoleRequest)
        .where(RoleRequest.member_id == member.id, RoleRequest.school_id == school_id)
        .where(RoleRequest.decided_at.is_not(None))
        .order_by(RoleRequest.decided_at.desc(), RoleRequest.id)
    )
    return list(found)


def given_alone(school_id: UUID) -> dict[UUID, list[Role]]:
    """Roles that people hold and that one person gave without a second: marked wherever shown."""
    rows = session.execute(
        select(RoleRequest.member_id, RoleRequest.role, RoleRequest.decided_by)
        .join(
            Membership,
            (Membership.member_id == RoleRequest.member_id)
            & (Membership.school_id == RoleRequest.school_id)
            & (Membership.role == RoleRequest.role),
        )
        .where(RoleRequest.school_id == school_id, Membership.ended_at.is_(None))
        .where(RoleRequest.agreed.is_(True))
        .order_by(RoleRequest.decided_at, RoleRequest.id)
    )
    newest = {(member_id, role): decided_by for member_id, role, decided_by in rows}
    found: dict[UUID, list[Role]] = {}
    for (member_id, role), decided_by in sorted(newest.items()):
        if decided_by is None:
            found.setdefault(member_id, []).append(Role(role))
    return found


def is_alone(who: Viewer, school_id: UUID, about: UUID | None = None) -> bool:
    """Whether nobody else at the school could agree to what this person asks for."""
    knows = appointers(school_id)
    step, _ = who_agrees(who.id, about, _ANY_READER, knows)
    return step is Step.ALONE


def appointers(school_id: UUID) -> Appointers:
    """Who works at a school as DSL or head."""
    rows = session.execute(
        select(Membership.member_id, Membership.role)
        .join(Member, Member.id == Membership.member_id)
        .where(Membership.school_id == school_id, Membership.ended_at.is_(None))
        .where(Membership.role.in_([Role.DSL, Role.HEAD]), Member.ended_at.is_(None))
    )
    found: dict[UUID, frozenset[Role]] = {}
    for member_id, role in rows:
        found[member_id] = found.get(member_id, frozenset()) | {Role(role)}
    return found


def end_open(actor: Actor, member: Member, school_id: UUID) -> None:
    """What was asked for somebody who leaves is settled: no."""
    for request in _open_of(member.id, school_id):
        _close(actor, request, agreed=False, reason=ENDED)
        note(actor, "ended a request for a role", request)


def _step_for(who: Viewer, request: RoleRequest) -> Step:
    """What this person’s word would do now; raises where they have none in it."""
    if request.decided_at is not None:
        raise NotPossible(SETTLED)
    if request.member_id == who.id:
        raise NotAllowed("Nobody can agree to a role for themselves.")
    step, people = _of(request, appointers(request.school_id))
    if who.id not in people:
        raise NotAllowed(
            "This waits for somebody else: a DSL and the head give a role that reads cases "
            "together, and the head’s own role is given with the head."
        )
    return step


def _of(request: RoleRequest, knows: Appointers) -> tuple[Step, frozenset[UUID]]:
    return who_agrees(request.asked_by, request.member_id, Role(request.role), knows)


def _stand_behind(who: Viewer, request: RoleRequest, reason: str) -> None:
    """Ask for what somebody wished for who may not appoint; gives it where nobody else can."""
    request.asked_by = who.id
    request.reason = reason.strip()
    note(who, "stood behind a request for a role", request)
    step, _ = _of(request, appointers(request.school_id))
    if step is Step.ALONE:
        _give(who, request, reason, alone=True)
    else:
        notices.tell_leads(
            [request.school_id], notices.Kind.ROLE_ASKED, request.member_id, but={who.id}
        )


def _give(who: Viewer, request: RoleRequest, reason: str, *, alone: bool = False) -> None:
    if alone and not reason.strip():
        raise NotPossible(NEEDS_REASON)
    role = Role(request.role)
    if not may_appoint(request.asked_by, role, appointers(request.school_id)):
        raise NotAllowed("Whoever asked for this role can no longer give it.")
    member = service.get_member(request.school_id, request.member_id)
    if member.ended_at is not None:
        raise NotPossible("This account has ended. Give them another role first.")
    # Whoever made the invitation could sign in with the role: it is not theirs to give alone.
    trusted = _may_give(request)
    kept = reason.strip() or request.reason or ""
    _close(who, request, agreed=True, reason=kept, alone=alone)
    note(who, "gave a role alone" if alone else "agreed to a role", request)
    if not service.holds(member, request.school_id, role):
        service.give_agreed(who, member, service.get_school(request.school_id), role)
    open_sign_ins.end_all(member.id)
    notices.tell_leads([request.school_id], notices.Kind.ROLE_GIVEN, member.id, but={who.id})
    if invitations.end_from_others(who, member, trusted):
        needed = notices.Kind.INVITATION_NEEDED
        notices.tell_leads([request.school_id], needed, member.id, but={who.id})


def _may_give(request: RoleRequest) -> frozenset[UUID]:
    knows = appointers(request.school_id)
    return frozenset(one for one in knows if may_appoint(one, Role(request.role), knows))


def _close(
    actor: Actor, request: RoleRequest, *, agreed: bool, reason: str, alone: bool = False
) -> None:
    request.agreed = agreed
    request.decided_at = clock.now()
    request.decided_by = None if alone else actor.member_id
    request.reason = reason.strip()


def _waiting() -> Select[RoleRequest]:
    return (
        select(RoleRequest)
        .where(RoleRequest.decided_at.is_(None))
        .order_by(RoleRequest.written_at, RoleRequest.id)
    )


def _open_of(member_id: UUID, school_id: UUID) -> list[RoleRequest]:
    found = _waiting().where(RoleRequest.member_id == member_id)
    return list(session.scalars(found.where(RoleRequest.school_id == school_id)))
