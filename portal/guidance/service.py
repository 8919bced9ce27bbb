"""Verbs about the help directory of a school. The only code of this package that changes records.

What a school changes lies over the shipped file, so that a later release still brings new numbers
for everything the school left alone.
"""

from collections.abc import Mapping
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import select

from portal.db import session
from portal.guidance import rules
from portal.guidance.catalogue import OWN, Service, directory
from portal.guidance.models import DirectoryEntry
from portal.journal.service import note
from portal.staff.models import School
from portal.staff.viewer import Viewer
from portal.web.errors import Missing, NotPossible


def directory_of(school_id: UUID, *, with_hidden: bool = False) -> list[Service]:
    """Every entry as this school has it: the shipped ones in their order, then its own."""
    kept = session.scalars(
        select(DirectoryEntry)
        .where(DirectoryEntry.school_id == school_id)
        .order_by(DirectoryEntry.code)
    )
    found = rules.laid_over(directory(), kept)
    return [one for one in found if with_hidden or not one.hidden]


def service_of(school_id: UUID, code: str) -> Service:
    """One entry as this school has it, also one that its help page leaves out."""
    for one in directory_of(school_id, with_hidden=True):
        if one.code == code:
            return one
    raise Missing


def shipped(code: str) -> Service | None:
    """An entry as it comes with the portal; None for one of a school’s own."""
    return next((one for one in directory() if one.code == code), None)


def entry_of(school_id: UUID, code: str) -> DirectoryEntry | None:
    """What the school keeps of an entry, if it ever changed it."""
    return session.scalars(
        select(DirectoryEntry).where(
            DirectoryEntry.school_id == school_id, DirectoryEntry.code == code
        )
    ).one_or_none()


def held_entry(school: School, code: str) -> DirectoryEntry | None:
    """The same, with nobody else changing the school’s directory until this request is settled."""
    session.execute(select(School.id).where(School.id == school.id).with_for_update())
    return entry_of(school.id, code)


def change_entry(
    who: Viewer, school: School, code: str, answers: Mapping[str, str], checked: date
) -> None:
    """Keep what the school says otherwise, and when it checked that."""
    entry = _entry(school, code)
    as_shipped = shipped(code)
    kept = answers if entry.own or as_shipped is None else rules.to_keep(as_shipped, answers)
    for name, value in kept.items():
        setattr(entry, name, value)
    entry.checked = checked
    note(who, "changed an entry of the help directory", entry)


def add_entry(
    who: Viewer, school: School, answers: Mapping[str, str], checked: date
) -> DirectoryEntry:
    """An entry of the school’s own, under a code without a name in it."""
    code = f"{OWN}{uuid4().hex[:12]}"
    entry = DirectoryEntry(
        school.key, school_id=school.id, code=code, own=True, checked=checked, **answers
    )
    session.add(entry)
    note(who, "added an entry to the help directory", entry)
    return entry


def confirm_entry(who: Viewer, school: School, code: str, today: date) -> None:
    """Somebody rang or looked today, and it is still right."""
    entry = _entry(school, code)
    entry.checked = today
    note(who, "checked an entry of the help directory", entry)


def hide_entry(who: Viewer, school: School, code: str) -> None:
    entry = _entry(school, code)
    entry.hidden = True
    note(who, "left an entry out of the help directory", entry)


def show_entry_again(who: Viewer, school: School, code: str) -> None:
    entry = _entry(school, code)
    entry.hidden = False
    note(who, "put an entry back into the help directory", entry)


def _entry(school: School, code: str) -> DirectoryEntry:
    """The entry to change, held; a first change to a shipped one makes it."""
    refuse_the_emergency_number(code)
    entry = held_entry(school, code)
    if entry is None:
        if shipped(code) is None:
            raise Missing
        entry = DirectoryEntry(school.key, school_id=school.id, code=code)
        session.add(entry)
    return entry


def refuse_the_emergency_number(code: str) -> None:
    if code == rules.ALWAYS_SHOWN:
        raise NotPossible("999 is the same everywhere. Nobody changes this entry or leaves it out.")
