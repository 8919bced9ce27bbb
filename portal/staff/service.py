"""Verbs about the installation, schools, members of staff and the cover rota.

How people come and go stands in `accounts`, what they prove in `factors`, and at which screen they
are in `sign_ins`. Getters raise `Missing`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import identity_key

from portal import clock
from portal.config import Mode
from portal.db import session
from portal.journal.actor import Actor
from portal.journal.service import note, note_act, start_chain
from portal.staff import passwords
from portal.staff.models import Closure, Cover, Installation, Member, Membership, School
from portal.staff.roles import READERS, Permission, Role
from portal.staff.viewer import Viewer
from portal.vault.keys import DataKey, KeyKind, Vault, vault
from portal.web.errors import Missing, NotAllowed, NotPossible

KEY_CHECK = "installation.key_check"


class Taken(ValueError):
    """A sign-in name or e-mail address that somebody has already."""

    def __init__(self, field_name: str, number: int = 0) -> None:
        super().__init__(field_name, number)
        self.field_name, self.number = field_name, number


@dataclass(frozen=True)
class NewMember:
    full_name: str
    username: str
    password: str
    roles: frozenset[Role]
    email: str = ""
    must_change: bool = True
    password_hash: str = ""  # where the password was hashed before the transaction began


@dataclass(frozen=True)
class NewSchool:
    name: str
    prefix: str = ""
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Colleague:
    """Somebody who works at a school, as lists show them."""

    id: UUID
    name: str
    roles: frozenset[Role]
    ended: bool


def make_installation(on: Session, own_vault: Vault, mode: Mode, demo_day: date | None) -> None:
    """Stamp an empty database: its mode, a check of its key, the first keys, the chain’s head."""
    staff_key = own_vault.new_key(on, KeyKind.STAFF)
    own_vault.make_lookup_key(on)
    on.add(
        Installation(
            id=1,
            mode=mode.value,
            made_at=clock.now(),
            demo_day=demo_day,
            key_check=own_vault.seal(staff_key, KEY_CHECK, b"the key of this installation"),
        )
    )
    start_chain(on, own_vault)


def installation() -> Installation:
    return session.scalars(select(Installation)).one()


def is_set_up() -> bool:
    return session.scalar(select(func.count()).select_from(School)) != 0


def confirm_kit(actor: Actor) -> None:
    """The recovery kit was printed; it is never shown again."""
    installation().kit_confirmed_at = clock.now()
    note_act(actor, "confirmed that the recovery kit is printed")


def add_school(actor: Actor, new: NewSchool) -> School:
    """A school with a key of its own. From the second school on it needs a prefix."""
    if not new.prefix and is_set_up():
        raise NotPossible("A second school needs a short prefix for its case references.")
    key = vault.new_key(session, KeyKind.SCHOOL)
    school = School(key, name=new.name, prefix=new.prefix)
    for name, value in new.details.items():
        setattr(school, name, value)
    session.add(school)
    session.flush()
    note(actor, "added the school", school)
    return school


def change_school(who: Viewer, school: School, changes: Mapping[str, object]) -> None:
    for name, value in changes.items():
        setattr(school, name, value)
    note(who, "changed the school’s details", school)


def get_school(school_id: UUID) -> School:
    found = session.get(School, school_id)
    if found is None:
        raise Missing
    return found


def only_school() -> School:
    """The first school, while there is no other."""
    return session.scalars(select(School)).one()


def schools() -> list[School]:
    return list(session.scalars(select(School).order_by(School.written_at, School.id)))


def staff_key() -> DataKey:
    return session.scalars(select(DataKey).where(DataKey.kind == KeyKind.STAFF.value)).one()


def add_member(actor: Actor, school: School, new: NewMember) -> Member:
    """Somebody who can sign in, with roles at one school. Raises `Taken`.

    Without a password nothing that is typed fits, until an invitation is taken up.
    """
    password_hash = new.password_hash
    if new.password and not password_hash:
        password_hash = passwords.hash_password(new.password)
    member = Member(
        staff_key(),
        full_name=new.full_name,
        username=new.username,
        email=new.email or None,
        username_lookup=_free_lookup("username", new.username),
        email_lookup=_free_lookup("email", new.email) if new.email else None,
        password_hash=password_hash or passwords.NO_PASSWORD,
        must_change=new.must_change,
    )
    session.add(member)
    session.flush()
    note(actor, "added a member of staff", member)
    for role in sorted(new.roles):
        give_role(actor, member, school, role)
    return member


def own_account(who: Viewer) -> Member:
    found = session.get(Member, who.id)
    if found is None:
        raise Missing
    return found


def get_member(school_id: UUID, member_id: UUID) -> Member:
    member = session.get(Member, member_id)
    if member is None or not any(one.school_id == school_id for one in memberships(member)):
        raise Missing
    return member


def memberships(member: Member) -> list[Membership]:
    return list(
        session.scalars(
            select(Membership).where(Membership.member_id == member.id).order_by(Membership.id)
        )
    )


def colleagues(school_id: UUID, *, with_ended: bool = False) -> list[Colleague]:
    """Everybody who works at a school, by name."""
    rows = session.execute(
        select(Member, Membership.role, Membership.ended_at)
        .join(Membership, Membership.member_id == Member.id)
        .where(Membership.school_id == school_id)
        .order_by(Member.id)
    ).all()
    roles: dict[UUID, set[Role]] = {}
    members: dict[UUID, Member] = {}
    for member, role, ended_at in rows:
        members[member.id] = member
        roles.setdefault(member.id, set())
        if ended_at is None and member.ended_at is None:
            roles[member.id].add(Role(role))
    found = [
        Colleague(member.id, member.full_name, frozenset(roles[member.id]), not roles[member.id])
        for member in members.values()
    ]
    return sorted(
        (one for one in found if with_ended or not one.ended), key=lambda one: one.name.casefold()
    )


def names_of(member_ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Names by id, for pages that tell who did what."""
    wanted = {one for one in member_ids if one is not None}
    if not wanted:
        return {}
    known = {one: session.identity_map.get(identity_key(Member, one)) for one in wanted}
    names = {one: member.full_name for one, member in known.items() if member is not None}
    if wanted - names.keys():
        missing = Member.id.in_(wanted - names.keys())
        for member in session.scalars(select(Member).where(missing).order_by(Member.id)):
            names[member.id] = member.full_name
    return names


def covering(school_id: UUID, on: date) -> list[Cover]:
    """Who covers on a day."""
    return list(
        session.scalars(
            select(Cover)
            .where(Cover.school_id == school_id, Cover.starts_on <= on, Cover.ends_on >= on)
            .where(Cover.ended_at.is_(None))
            .order_by(Cover.starts_on, Cover.id)
        )
    )


def rota(school_id: UUID, since: date) -> tuple[list[Cover], list[Closure]]:
    """Cover and closures that end on or after a day, in order."""
    covers = session.scalars(
        select(Cover)
        .where(Cover.school_id == school_id, Cover.ends_on >= since, Cover.ended_at.is_(None))
        .order_by(Cover.starts_on, Cover.id)
    )
    closures = session.scalars(
        select(Closure)
        .where(Closure.school_id == school_id, Closure.ends_on >= since)
        .where(Closure.ended_at.is_(None))
        .order_by(Closure.starts_on, Closure.id)
    )
    return list(covers), list(closures)


def add_cover(who: Viewer, school: School, member: Member, starts: date, ends: date) -> None:
    cover = Cover(
        school.key, school_id=school.id, member_id=member.id, starts_on=starts, ends_on=ends
    )
    session.add(cover)
    note(who, "entered cover", cover)


def add_closure(actor: Actor, school: School, label: str, starts: date, ends: date) -> None:
    closure = Closure(school.key, school_id=school.id, label=label, starts_on=starts, ends_on=ends)
    session.add(closure)
    note(actor, "entered days on which the school is closed", closure)


def end_rota_entry(who: Viewer, school_id: UUID, entry_id: UUID) -> None:
    entry = session.get(Cover, entry_id) or session.get(Closure, entry_id)
    if entry is None or entry.school_id != school_id:
        raise Missing
    entry.ended_at = clock.now()
    note(who, "took an entry off the rota", entry)


def holds(member: Member, school_id: UUID, role: Role) -> bool:
    return any(
        one.role == role.value and one.school_id == school_id and one.ended_at is None
        for one in memberships(member)
    )


def give_role(actor: Actor, member: Member, school: School, role: Role) -> None:
    """A role at a school. One that reads cases is given on a page only by two (`role_requests`)."""
    if isinstance(actor, Viewer) and role in READERS:
        raise NotAllowed(
            "A role that reads cases is asked for by one person and agreed by another."
        )
    give_agreed(actor, member, school, role)


def give_agreed(actor: Actor, member: Member, school: School, role: Role) -> None:
    """A role to which everybody has agreed who must, or that a command or the set-up gives."""
    given = Membership(member.key, member_id=member.id, school_id=school.id, role=role.value)
    session.add(given)
    note(actor, "gave a role", given)


def refuse_appointing(actor: Actor, school_id: UUID, roles: frozenset[Role]) -> None:
    """Roles that read cases are taken by a DSL or the head only; the head’s by a head.

    The same people and nobody else invite those who hold them.

    Who could give or take the head’s role, or set the head’s password, could read what is kept
    from the leads.
    """
    if not isinstance(actor, Viewer) or not roles & READERS:
        return
    if not actor.may(Permission.APPOINT_READERS, school_id):
        raise NotAllowed(
            "Only a DSL or the head can change the account of somebody who reads cases."
        )
    if Role.HEAD in roles and not actor.is_a(Role.HEAD, school_id) and _has_head(school_id):
        raise NotAllowed(
            "Only the head can change the head’s account, because allegations about staff are "
            "theirs to read. If the head has gone or is locked out, whoever looks after the "
            "server can help there."
        )


def _has_head(school_id: UUID) -> bool:
    return any(Role.HEAD in one.roles for one in colleagues(school_id))


def _free_lookup(what: str, text: str) -> bytes:
    lookup = vault.lookup(session, what, text)
    column = Member.username_lookup if what == "username" else Member.email_lookup
    other = vault.lookup(session, "email" if what == "username" else "username", text)
    other_column = Member.email_lookup if what == "username" else Member.username_lookup
    taken = session.scalar(
        select(func.count()).select_from(Member).where((column == lookup) | (other_column == other))
    )
    if taken:
        raise Taken(what)
    return lookup
