"""Verbs about people: add, find, change, and who cares for whom."""

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from markupsafe import Markup
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from portal.db import session
from portal.journal.actor import Actor
from portal.journal.service import note, note_act
from portal.people.models import Carer, Person, PersonKind
from portal.staff.models import School
from portal.staff.roles import Permission
from portal.staff.viewer import Viewer
from portal.vault.keys import DataKey, KeyKind, vault
from portal.web.errors import Missing, NotPossible
from portal.web.unit_of_work import after_the_request

withheld: list[Callable[[Viewer], ColumnElement[bool]]] = []
"""Who in the list must not be shown to somebody. Packages that know why add their rule here."""


known_to_work_here: list[Callable[[Actor, Person], None]] = []
"""What follows when it is found out later that somebody works here, or which account is theirs."""


class UpnTaken(NotPossible):
    """A unique pupil number that somebody else in the list has already."""


@dataclass(frozen=True)
class Listed:
    """A person as lists show them: enough to tell two of the same name apart."""

    id: UUID
    kind: PersonKind
    full_name: str
    known_as: str
    year_group: str
    form_group: str
    place: str

    def is_named(self, name: str) -> bool:
        """Whether a name says the first and the last of theirs, or what they are known as."""
        said, known = set(fold(name).split()), fold(self.full_name).split()
        first = {*known[:1], *fold(self.known_as).split()} - set(known[-1:])
        return set(known[-1:]) <= said and not first.isdisjoint(said)

    @property
    def as_choice(self) -> Markup:
        """The name, kept apart in the markup from the words around it."""
        return Markup("<bdi>{}</bdi>, <bdi>{}</bdi>").format(self.full_name, self.detail)

    @property
    def detail(self) -> str:
        """Form or year, or where they come from."""
        year = f"year {self.year_group}" if self.year_group else ""
        return self.form_group or year or self.place or self.kind.label.lower()


def add_person(
    actor: Actor, school: School, kind: PersonKind, details: Mapping[str, Any]
) -> Person:
    """A new person of a school. Raises `NotPossible` where the UPN is somebody else's."""
    key = vault.new_key(session, KeyKind.PERSON, school.key)
    person = Person(key, school_id=school.id, kind=kind.value)
    _fill(person, details)
    session.add(person)
    session.flush()
    note(actor, "added a person", person)
    return person


def change_person(actor: Actor, person: Person, details: Mapping[str, Any], reason: str) -> None:
    before = (person.kind, person.member_id, person.full_name)
    _fill(person, details)
    note(actor, "changed a person’s details", person, reason)
    if (person.kind, person.member_id, person.full_name) != before:
        for tell in known_to_work_here:
            tell(actor, person)


def get_person(school_id: UUID, person_id: UUID) -> Person:
    person = session.get(Person, person_id)
    if person is None or person.school_id != school_id:
        raise Missing
    return person


def person_for(who: Viewer, permission: Permission, person_id: UUID) -> Person:
    """A person of any school where somebody may do this; else they are not there.

    Nobody is shown to themselves: that they are in the list may tell that a case names them.
    """
    person = session.scalars(
        select(Person).where(Person.id == person_id, *_shown_to(who))
    ).one_or_none()
    if person is None or person.school_id not in who.schools_where(permission):
        raise Missing
    return person


def find_people(school_id: UUID, person_ids: set[UUID]) -> dict[UUID, Person]:
    """People of one school by id; ids of another school are not found."""
    if not person_ids:
        return {}
    rows = session.scalars(
        select(Person)
        .where(Person.id.in_(person_ids), Person.school_id == school_id)
        .order_by(Person.id)
    )
    return {person.id: person for person in rows}


def listing(
    school: School, kinds: frozenset[PersonKind], *, seen_by: Viewer | None = None
) -> list[Listed]:
    """Everybody of these kinds, by name: opened row by row and sorted in memory.

    Whoever looks at the list does not find themselves in it.

    Names are sealed, so the database cannot sort them; 20,000 are sorted in a fraction of a second.
    """
    vault.ready(school.key)
    columns = ("full_name", "known_as", "year_group", "form_group", "place")
    rows = session.execute(
        select(
            Person.id,
            Person.kind,
            *(getattr(Person, f"{name}_sealed") for name in columns),
            DataKey.id.label("key_id"),
            DataKey.kind.label("key_kind"),
            DataKey.parent_id,
            DataKey.wrapped,
        )
        .join(DataKey, DataKey.id == Person.key_id)
        .where(Person.school_id == school.id, Person.kind.in_([kind.value for kind in kinds]))
        .where(*(_shown_to(seen_by) if seen_by else ()))
    ).all()
    found = []
    for row in rows:
        if row.wrapped is None:
            continue
        key = DataKey(
            id=row.key_id, kind=row.key_kind, parent_id=row.parent_id, wrapped=row.wrapped
        )
        words = []
        for name in columns:
            envelope = getattr(row, f"{name}_sealed")
            sealed = Person.sealed_attributes[name]
            words.append("" if envelope is None else sealed.read(key, row.id, Person, envelope))
        found.append(Listed(row.id, PersonKind(row.kind), *words))
    return sorted(found, key=lambda one: (fold(one.full_name), str(one.id)))


def search(who: Viewer, school: School, words: str, kinds: frozenset[PersonKind]) -> list[Listed]:
    """People whose name holds every word; the journal keeps who was found, never the words."""
    wanted = fold(words).split()
    found = [
        one
        for one in listing(school, kinds, seen_by=who)
        if all(word in fold(f"{one.full_name} {one.known_as}") for word in wanted)
    ]
    _note_search(who, school, [str(one.id) for one in found[:50]])
    return found


def look_up(who: Viewer, school: School, name: str, kinds: frozenset[PersonKind]) -> list[Listed]:
    """Those of this first and last name; the journal keeps that somebody looked, and how many.

    For whoever may not see the list: a first name alone would read it out to them.
    """
    found = matches(school, name, kinds, seen_by=who) if is_full(name) else []
    found = [one for one in found if one.is_named(name)]
    _note_search(who, school, len(found))
    return found


def _note_search(who: Viewer, school: School, hits: list[str] | int) -> None:
    """Written after the request: the page of hits is no change."""
    key_id = school.key_id

    def note_search(own: Session) -> None:
        key = own.get(DataKey, key_id)
        note_act(who, "searched people", key=key, detail={"hits": hits}, on=own)

    after_the_request(note_search)


def is_full(name: str) -> bool:
    """Whether a name has a first and a last word that are not the same."""
    return len(set(fold(name).split())) > 1


def matches(
    school: School, name: str, kinds: frozenset[PersonKind], *, seen_by: Viewer
) -> list[Listed]:
    """Those in the list whom somebody may see, and who may be meant by a name written down."""
    wanted = fold(name).split()
    if not wanted:
        return []
    return [
        one
        for one in listing(school, kinds, seen_by=seen_by)
        if all(word in fold(f"{one.full_name} {one.known_as}").split() for word in wanted)
    ]


def carers_of(person_id: UUID) -> list[Carer]:
    return list(
        session.scalars(
            select(Carer).where(Carer.person_id == person_id).order_by(Carer.written_at, Carer.id)
        )
    )


def carers_of_all(person_ids: Iterable[UUID]) -> dict[UUID, list[Carer]]:
    """The carers of several young people, by the young person."""
    found: dict[UUID, list[Carer]] = {one: [] for one in person_ids}
    rows = session.scalars(
        select(Carer).where(Carer.person_id.in_(list(found))).order_by(Carer.written_at, Carer.id)
    )
    for link in rows:
        found[link.person_id].append(link)
    return found


def cared_for_by(carer_id: UUID) -> list[Carer]:
    """The links from a carer to the young people they care for."""
    return list(
        session.scalars(
            select(Carer).where(Carer.carer_id == carer_id).order_by(Carer.written_at, Carer.id)
        )
    )


def get_carer(person: Person, link_id: UUID) -> Carer:
    """A link of this young person, never one of another."""
    link = session.get(Carer, link_id)
    if link is None or link.person_id != person.id:
        raise Missing
    return link


def change_carer(actor: Actor, link: Carer, details: Mapping[str, Any], reason: str) -> None:
    for name, value in details.items():
        setattr(link, name, value)
    note(actor, "changed what is known of a carer", link, reason)


def add_carer(actor: Actor, person: Person, carer: Person, details: Mapping[str, Any]) -> Carer:
    """Link a carer to a young person; both belong to the same school."""
    if carer.id == person.id:
        raise NotPossible("A person cannot be their own carer.")
    if carer.school_id != person.school_id:
        raise Missing
    link = Carer(person.key, person_id=person.id, carer_id=carer.id, **details)
    session.add(link)
    note(actor, "added a carer", link)
    return link


def _shown_to(who: Viewer) -> list[ColumnElement[bool]]:
    """Everybody but themselves, and but those of whom what is kept elsewhere must not be told."""
    themselves = or_(Person.member_id.is_(None), Person.member_id != who.id)
    return [themselves, *(~one(who) for one in withheld)]


def fold(text: str) -> str:
    """A name without case and accents, for finding: “Łukasz” is found by “lukasz”."""
    plain = text.replace("ł", "l").replace("Ł", "L").replace("ø", "o").replace("đ", "d")
    letters = unicodedata.normalize("NFKD", plain).casefold()
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def initials(name: str) -> str:
    """The first letters of the first and the last name, for the circle beside a person."""
    words = [word for word in name.split() if word[0].isalpha()]
    return "".join(word[0].upper() for word in ([words[0], words[-1]] if len(words) > 1 else words))


def _fill(person: Person, details: Mapping[str, Any]) -> None:
    """Set the details; whether the UPN is free is asked before anything is changed."""
    upn = str(details.get("upn", person.upn)).strip()
    lookup = vault.lookup(session, f"upn {person.school_id}", upn) if upn else None
    if lookup is not None:
        taken = session.scalar(
            select(Person.id).where(
                Person.school_id == person.school_id,
                Person.upn_lookup == lookup,
                Person.id != person.id,
            )
        )
        if taken is not None:
            raise UpnTaken("Somebody else in the list has this UPN already")
    for name, value in details.items():
        setattr(person, name, value)
    person.upn_lookup = lookup
