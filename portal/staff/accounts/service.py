"""Verbs about accounts that exist: roles given and taken, passwords, and the end of an account.

Nothing of an account is deleted: whoever leaves stays in the records under their name.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from portal import clock
from portal.db import session
from portal.journal.actor import Actor
from portal.journal.service import note
from portal.staff import notices, passwords, service
from portal.staff.accounts import invitations, role_requests
from portal.staff.factors import second_factor
from portal.staff.models import Member, Membership, School
from portal.staff.roles import READERS, Permission, Role
from portal.staff.service import (
    NewMember,
    give_role,
    memberships,
    refuse_appointing,
    why_not_appoint,
)
from portal.staff.sign_ins import identities, open_sign_ins
from portal.staff.viewer import Viewer
from portal.web.errors import NotAllowed, NotPossible

_MAY_LEAD = frozenset({Role.DSL, Role.DEPUTY, Role.HEAD})


@dataclass(frozen=True)
class Held:
    """What somebody who is to leave leads and has to do, as far as the one who asks may see it.

    `leads` alone says whether there is any open case at all: it refuses, and is shown on no page.
    """

    cases: tuple[str, ...] = ()
    actions: int = 0
    leads: bool = False


roles_taken: list[Callable[[Actor, Member, School, frozenset[Role]], None]] = []
"""What follows when somebody loses roles at a school: packages that know add themselves here."""

before_leaving: list[Callable[[Viewer, Member, School], Held]] = []
"""What is asked before somebody stops leading cases at a school; `cases` answers."""

after_leaving: list[Callable[[Actor, Member, School], None]] = []
"""What is done once somebody holds no role at a school any longer."""


class StillLeads(NotPossible):
    """Open cases need a new lead first."""

    def __init__(self, held: Held) -> None:
        super().__init__(
            "They lead open cases. Each needs another lead first; ask the head about those that "
            "you do not see."
        )
        self.held = held


def add_colleague(
    who: Viewer, school: School, new: NewMember, reason: str = ""
) -> tuple[Member, str]:
    """Somebody new, and the secret of their invitation.

    Until a second person agrees to a role that reads cases they can sign in as staff. Raises
    `Taken`.
    """
    at_once = _at_once(new.roles)
    plain = NewMember(new.full_name, new.username, "", at_once, new.email, must_change=False)
    member = service.add_member(who, school, plain)
    session.flush()
    role_requests.ask(who, member, school, new.roles & READERS, reason)
    return member, invitations.invite(who, member)[1]


def join_school(actor: Actor, member: Member, school: School, roles: frozenset[Role]) -> None:
    """Roles at a further school for somebody who signs in already."""
    for role in sorted(roles):
        give_role(actor, member, school, role)
    open_sign_ins.end_all(member.id)


def change_roles(
    who: Viewer, member: Member, school: School, roles: frozenset[Role], reason: str = ""
) -> None:
    """Take roles away, give those that read no case, and ask for the others.

    The last DSL of a school cannot lose that role, and whoever leads open cases stays somebody who
    can. A person whose account had ended can sign in again once they hold a role.
    """
    held = {
        one.role: one
        for one in memberships(member)
        if one.school_id == school.id and one.ended_at is None
    }
    now_held = frozenset(Role(role) for role in held)
    taken, wanted = now_held - roles, (roles - now_held) & READERS
    given = _at_once(roles, now_held)
    refuse_appointing(who, school.id, taken)
    _refuse_leaving_cases(who, member, school, now_held, taken)
    if roles:
        _open_again(who, member)
    for role in sorted(given):
        give_role(who, member, school, role)
    _take(who, member, school, [held[role.value] for role in sorted(taken)])
    if wanted:
        role_requests.ask(who, member, school, wanted, reason)
    if given or taken:
        open_sign_ins.end_all(member.id)


def end_account(who: Viewer, member: Member, school: School) -> None:
    """Take every role at this school away; the account ends with its last role.

    An account that has ended has no password and no second factor: whoever comes back is invited
    again and sets up another.
    """
    change_roles(who, member, school, frozenset())
    role_requests.end_open(who, member, school.id)
    for tell in after_leaving:
        tell(who, member, school)
    left = [one for one in memberships(member) if one.ended_at is None]
    if not left:
        invitations.end_open(who, member)
        identities.end_all(who, member)
        second_factor.end_everything(who, member)
        member.password_hash = passwords.NO_PASSWORD
        member.pin_hash = None
        member.has_second = False
        member.ended_at = clock.now()
        note(who, "ended an account", member)


def give_at_the_server(actor: Actor, member: Member, school: School, role: Role) -> None:
    """A role given on the server, where nobody at the school can do it."""
    _open_again(actor, member)
    if role in READERS:  # whoever made an invitation could sign in with the role
        invitations.end_open(actor, member)
    service.give_agreed(actor, member, school, role)
    _done_at_the_server(member, school, role, notices.Kind.ROLE_GIVEN)


def take_at_the_server(actor: Actor, member: Member, school: School, role: Role) -> None:
    """A role taken on the server, where nobody at the school can do it."""
    _refuse_last_dsl(school, frozenset({role}))
    rows = [one for one in memberships(member) if one.school_id == school.id]
    _take(actor, member, school, [one for one in rows if _is_held(one, role)])
    _done_at_the_server(member, school, role, notices.Kind.ROLE_TAKEN)


def _done_at_the_server(member: Member, school: School, role: Role, kind: notices.Kind) -> None:
    """The leads and the head are told: whoever looks after the server did it alone."""
    session.flush()
    open_sign_ins.end_all(member.id)
    if role in READERS:
        notices.tell_leads([school.id], kind, member.id)


def _open_again(actor: Actor, member: Member) -> None:
    if member.ended_at is not None:
        member.ended_at = None
        note(actor, "opened an account again", member)


def held_by(who: Viewer, member: Member, school: School) -> Held:
    """What somebody leads and has to do at a school."""
    answers = [ask(who, member, school) for ask in before_leaving]
    return Held(
        tuple(one for answer in answers for one in answer.cases),
        sum(answer.actions for answer in answers),
        any(answer.leads for answer in answers),
    )


def invite(who: Viewer, member: Member, *, stop_password: bool = False) -> str:
    """A new invitation for somebody who lost the password or never signed in; gives its secret."""
    refuse_to_invite(who, member)
    return invitations.invite(who, member, stop_password=stop_password)[1]


def withdraw_invitation(who: Viewer, member: Member) -> None:
    if why := why_not_withdraw(who, member):
        raise NotAllowed(why)
    invitations.end_open(who, member)


def refuse_to_invite(who: Viewer, member: Member) -> None:
    if why := why_not_invite(who, member):
        raise NotAllowed(why)


def why_not_invite(who: Viewer, member: Member) -> str:
    """Whoever sees an invitation could sign in with it, now or once a role was agreed to.

    So it takes the right to look after every role that the member holds or that is asked for, at
    every school. Empty where nothing speaks against it.
    """
    if why := why_not_withdraw(who, member):
        return why
    for school_id, role in role_requests.asked_for(member):
        if why_not_appoint(who, school_id, frozenset({role})):
            return (
                "A role that reads cases has been asked for this person. Until it is settled, only "
                "somebody who can give it can invite them: a DSL or the head, and for the head’s "
                "own role a head."
            )
    return ""


def why_not_withdraw(who: Viewer, member: Member) -> str:
    """Whose account somebody may not look after, at all the schools where the person works."""
    if member.id == who.id:
        return "Your own password is changed on the page of your account."
    for one in memberships(member):
        if one.ended_at is not None:
            continue
        if not who.may(Permission.MANAGE_MEMBERS, one.school_id):
            return "This person also works at a school that is not yours to look after."
        if why := why_not_appoint(who, one.school_id, frozenset({Role(one.role)})):
            return why
    return ""


def set_password(actor: Actor, member: Member, password_hash: str, *, must_change: bool) -> None:
    """A new password ends every other sign-in of its owner, and every link for single sign-on."""
    member.password_hash = password_hash
    member.must_change = must_change
    if must_change:  # somebody else chose it: a PIN from before might be somebody else’s as well
        member.pin_hash = None
        notices.tell_leads([], notices.Kind.PASSWORD_SET_BY_OTHER, member.id)
    note(actor, "set a new password", member)
    identities.end_all(actor, member)
    invitations.end_open(actor, member)
    open_sign_ins.end_all(member.id, but=actor.sign_in_id if actor.member_id == member.id else None)


def set_pin(who: Viewer, member: Member, pin_hash: str | None) -> None:
    """Set, change or (None) remove the PIN with which a member takes a screen back."""
    member.pin_hash = pin_hash
    note(who, "set a PIN" if pin_hash else "removed the PIN", member)


def _at_once(roles: frozenset[Role], held: frozenset[Role] = frozenset()) -> frozenset[Role]:
    """Of the roles that somebody is to have, those that they are given without a second word.

    Who would hold none until a second person agrees is staff meanwhile.
    """
    plain = roles - READERS
    if roles and not plain and not roles & held:
        return frozenset({Role.STAFF})
    return plain - held


def _is_held(one: Membership, role: Role) -> bool:
    return one.ended_at is None and one.role == role.value


def _take(who: Actor, member: Member, school: School, ended: list[Membership]) -> None:
    for one in ended:
        one.ended_at = clock.now()
        note(who, "took a role away", one)
    session.flush()
    if ended:
        taken = frozenset(Role(one.role) for one in ended)
        for follow in roles_taken:
            follow(who, member, school, taken)


def _refuse_leaving_cases(
    who: Viewer, member: Member, school: School, held: frozenset[Role], taken: frozenset[Role]
) -> None:
    """Refuse what would leave the school without a DSL, or open cases without a lead."""
    _refuse_last_dsl(school, taken)
    if taken & _MAY_LEAD and not (held - taken) & _MAY_LEAD:
        found = held_by(who, member, school)
        if found.leads:
            raise StillLeads(found)


def _refuse_last_dsl(school: School, taken: frozenset[Role]) -> None:
    # Two who take the role from each other at once: the second waits, and counts again.
    session.execute(select(School.id).where(School.id == school.id).with_for_update())
    if Role.DSL in taken and _count_of(school.id, Role.DSL) == 1:
        raise NotPossible("This is the school’s only DSL. Make somebody else DSL first.")


def roles_at(member: Member, school_id: UUID) -> frozenset[Role]:
    return frozenset(
        Role(one.role)
        for one in memberships(member)
        if one.school_id == school_id and one.ended_at is None
    )


def _count_of(school_id: UUID, role: Role) -> int:
    return (
        session.scalar(
            select(func.count())
            .select_from(Membership)
            .where(Membership.school_id == school_id, Membership.role == role.value)
            .where(Membership.ended_at.is_(None))
        )
        or 0
    )
