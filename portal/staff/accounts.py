"""Verbs about accounts that exist: roles given and taken, passwords, and the end of an account."""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import func, select

from portal import clock
from portal.db import session
from portal.journal.actor import Actor
from portal.journal.service import note
from portal.staff import sign_in
from portal.staff.models import Member, Membership, School
from portal.staff.roles import Permission, Role
from portal.staff.service import give_role, memberships, refuse_appointing
from portal.staff.viewer import Viewer
from portal.web.errors import NotAllowed, NotPossible

roles_taken: list[Callable[[Actor, Member, School, frozenset[Role]], None]] = []
"""What follows when somebody loses roles at a school: packages that know add themselves here."""


def join_school(actor: Actor, member: Member, school: School, roles: frozenset[Role]) -> None:
    """Roles at a further school for somebody who signs in already."""
    refuse_appointing(actor, school.id, roles)
    for role in sorted(roles):
        give_role(actor, member, school, role)
    sign_in.end_all(member.id)


def change_roles(who: Viewer, member: Member, school: School, roles: frozenset[Role]) -> None:
    """Give and take roles at one school. The last DSL of a school cannot lose that role.

    Somebody whose account had ended can sign in again once they hold a role.
    """
    held = {
        one.role: one
        for one in memberships(member)
        if one.school_id == school.id and one.ended_at is None
    }
    now_held = frozenset(Role(role) for role in held)
    refuse_appointing(who, school.id, roles ^ now_held)
    if Role.DSL in now_held - roles and _count_of(school.id, Role.DSL) == 1:
        raise NotPossible("This is the school’s only DSL. Make somebody else DSL first.")
    if roles and member.ended_at is not None:
        member.ended_at = None
        note(who, "opened an account again", member)
    for role in sorted(roles - now_held):
        give_role(who, member, school, role)
    for role in sorted(now_held - roles):
        held[role.value].ended_at = clock.now()
        note(who, "took a role away", held[role.value])
    if now_held - roles:
        for follow in roles_taken:
            follow(who, member, school, now_held - roles)
    if roles != now_held:
        sign_in.end_all(member.id)


def end_account(who: Viewer, member: Member, school: School) -> None:
    """Take every role at this school away; the account ends with its last role."""
    change_roles(who, member, school, frozenset())
    left = [one for one in memberships(member) if one.ended_at is None]
    if not left:
        member.ended_at = clock.now()
        note(who, "ended an account", member)


def set_password(actor: Actor, member: Member, password_hash: str, *, must_change: bool) -> None:
    """A new password ends every other sign-in of its owner."""
    member.password_hash = password_hash
    member.must_change = must_change
    if must_change:  # somebody else chose it: a PIN from before might be somebody else’s as well
        member.pin_hash = None
    note(actor, "set a new password", member)
    sign_in.end_all(member.id, but=actor.sign_in_id if actor.member_id == member.id else None)


def set_pin(who: Viewer, member: Member, pin_hash: str | None) -> None:
    """Set, change or (None) remove the PIN with which a member takes a screen back."""
    member.pin_hash = pin_hash
    note(who, "set a PIN" if pin_hash else "removed the PIN", member)


def give_first_password(who: Viewer, member: Member, password_hash: str) -> None:
    """Set a password to hand over.

    Whoever sets one could sign in with it, so it takes the right to give every role that the member
    holds, at every school.
    """
    for one in memberships(member):
        if one.ended_at is not None:
            continue
        if not who.may(Permission.MANAGE_MEMBERS, one.school_id):
            raise NotAllowed("This person also works at a school that is not yours to look after.")
        refuse_appointing(who, one.school_id, frozenset({Role(one.role)}))
    set_password(who, member, password_hash, must_change=True)


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
