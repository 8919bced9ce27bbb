"""Verbs about the installation, schools, members of staff and the cover rota.

How people come and go stands in `accounts`, what they prove in `factors`, and at which screen they
are in `sign_ins`. Getters raise `Missing`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from portal import clock
from portal.config import Mode
from portal.db import session
from portal.journal.actor import Actor
from portal.journal.service import note, note_act, start_chain
from portal.staff import names, passwords
from portal.staff.models import Closure, Cover, Installation, Member, Membership, School
from portal.staff.roles import READERS, Permission, Role
from portal.staff.viewer import Viewer
from portal.vault.keys import DataKey, KeyKind, Vault, vault
from portal.web.errors import Missing, NotAllowed, NotPossible

KEY_CHECK = "installation.key_check"
_HELD = Membership.ended_at.is_(None) & Member.ended_at.is_(None)


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


def looked_after_at(school_id: UUID) -> Select[UUID]:
    """Whose sign-ins are a school’s to look after: who works there, or has left for no other."""
    held = Membership.ended_at.is_(None)
    elsewhere = select(Membership.member_id).where(held, Membership.school_id != school_id)
    return (
        select(Membership.member_id)
        .where(Membership.school_id == school_id)
        .where(held | Membership.member_id.not_in(elsewhere))
    )


def get_looked_after(school_id: UUID, member_id: UUID) -> Member:
    """As `get_member`, but not somebody who has left and works at another school now."""
    found = select(Member).where(Member.id == member_id, Member.id.in_(looked_after_at(school_id)))
    member = session.scalars(found).one_or_none()
    if member is None:
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
        select(*names.COLUMNS, Membership.role, _HELD.label("is_held"))
        .join(Membership, Membership.member_id == Member.id)
        .where(Membership.school_id == school_id)
        .order_by(Member.id)
    ).all()
    people = {row.id: row for row in rows}
    roles: dict[UUID, frozenset[Role]] = dict.fromkeys(people, frozenset())
    for row in rows:
        if row.is_held:
            roles[row.id] |= {Role(row.role)}
    found = [
        Colleague(one, names.name_in(row), roles[one], not roles[one])
        for one, row in people.items()
        if with_ended or roles[one]
    ]
    return sorted(found, key=lambda one: one.name.casefold())


def names_of(member_ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Names by id, for pages that tell who did what."""
    wanted = {one for one in member_ids if one is not None}
    if not wanted:
        return {}
    rows = session.execute(select(*names.COLUMNS).where(Member.id.in_(wanted)).order_by(Member.id))
    return {row.id: names.name_in(row) for row in rows}


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


def reads_cases(member_id: UUID) -> bool:
    """Whether somebody holds a role that reads cases, at whatever school."""
    held = (
        select(func.count())
        .select_from(Membership)
        .where(Membership.member_id == member_id, Membership.ended_at.is_(None))
        .where(Membership.role.in_([role.value for role in READERS]))
    )
    return session.scalar(held) != 0


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
    """Raise where somebody may neither take these roles away nor invite who holds them.

    Roles that read cases are for a DSL or the head, and the head’s for a head, where there is one:
    who could give or take the head’s role, or set the head’s password, could read what is kept from
    the leads.
    """
    if isinstance(actor, Viewer) and (why := why_not_appoint(actor, school_id, roles)):
        raise NotAllowed(why)


def why_not_appoint(who: Viewer, school_id: UUID, roles: frozenset[Role]) -> str:
    """What `refuse_appointing` would say; nothing where it would not refuse."""
    if not roles & READERS:
        return ""
    if not who.may(Permission.APPOINT_READERS, school_id):
        return "Only a DSL or the head can change the account of somebody who reads cases."
    if Role.HEAD in roles and not who.is_a(Role.HEAD, school_id) and _has_head(school_id):
        return (
            "Only the head can change the head’s account, because allegations about staff are "
            "theirs to read. If the head has gone or is locked out, whoever looks after the "
            "server can help there."
        )
    return ""


def _has_head(school_id: UUID) -> bool:
    heads = (
        select(func.count())
        .select_from(Membership)
        .join(Member, Member.id == Membership.member_id)
        .where(Membership.school_id == school_id, Membership.role == Role.HEAD.value, _HELD)
    )
    return session.scalar(heads) != 0


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
