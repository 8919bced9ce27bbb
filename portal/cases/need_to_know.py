"""Need-to-know notes: one sentence for a colleague, agreed with the young person it is about.

Whoever gets one is let into nothing: they are told a name and a sentence, and say that they have
read it. A note never reaches somebody who is shut out of the case, and one that was withdrawn is
shown to nobody but those who work on the case.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from portal import clock
from portal.cases import service, sharing
from portal.cases.models import Case, Exclusion, Involved
from portal.cases.models_wishes import NeedToKnowNote
from portal.db import session
from portal.journal.actor import Actor
from portal.journal.service import note
from portal.staff.roles import Role
from portal.staff.service import Colleague
from portal.staff.viewer import Viewer
from portal.web.errors import Missing, NotPossible

SHUT_OUT = "This colleague is shut out of the case and is told nothing of it."
SHOWN = 100


@dataclass(frozen=True)
class New:
    """A note as it was agreed. `against_wish` says why, where somebody would rather not."""

    member_id: UUID
    sentence: str
    agreed_on: date
    against_wish: str = ""


@dataclass(frozen=True)
class Told:
    """A note as whoever gets it reads it: never the case, never its reference."""

    id: UUID
    about: str
    sentence: str
    agreed_on: date
    written_at: datetime
    read_at: datetime | None


def could_be_told(case: Case) -> list[Colleague]:
    """Everybody who works here but those who are shut out, or see the case, and governors.

    Governors see numbers only; whoever sees the case reads it there.
    """
    return [one for one in sharing.outside(case) if one.roles != {Role.GOVERNOR}]


def send(actor: Actor, case: Case, about: Involved, new: New) -> NeedToKnowNote:
    if new.member_id in service.excluded_from(case):
        raise NotPossible(SHUT_OUT)
    record = NeedToKnowNote(
        case.key,
        case_id=case.id,
        involved_id=about.id,
        member_id=new.member_id,
        sent_by=actor.member_id,
        agreed_on=new.agreed_on,
        sentence=new.sentence,
        against_wish=new.against_wish,
    )
    session.add(record)
    note(actor, "sent a need-to-know note", record)
    return record


def withdraw(actor: Actor, sent: NeedToKnowNote, reason: str) -> None:
    if sent.withdrawn_at is not None:
        raise NotPossible("This note was withdrawn already.")
    sent.withdrawn_at, sent.withdrawn_reason = clock.now(), reason
    note(actor, "withdrew a need-to-know note", sent, reason)


def notes_of(case: Case) -> list[NeedToKnowNote]:
    """Every note of a case: those that stand first, the newest of them first."""
    found = session.scalars(
        select(NeedToKnowNote)
        .where(NeedToKnowNote.case_id == case.id)
        .order_by(NeedToKnowNote.written_at.desc(), NeedToKnowNote.id)
    ).all()
    return sorted(found, key=lambda one: one.withdrawn_at is not None)


def notes_to(who: Viewer) -> Sequence[Told]:
    """What somebody is told at the school they work in now: what they have not read comes first."""
    rows = session.execute(
        select(NeedToKnowNote, Involved)
        .join(Involved, Involved.id == NeedToKnowNote.involved_id)
        .join(Case, Case.id == NeedToKnowNote.case_id)
        .options(joinedload(NeedToKnowNote.key), joinedload(Involved.key))
        .where(*_told(who))
        .order_by(NeedToKnowNote.written_at.desc(), NeedToKnowNote.id)
        .limit(SHOWN)
    ).all()
    found = [
        Told(one.id, about.name, one.sentence, one.agreed_on, one.written_at, one.read_at)
        for one, about in rows
    ]
    return sorted(found, key=lambda one: one.read_at is not None)


def unread(who: Viewer) -> int:
    """How many notes wait to be read."""
    return (
        session.scalar(
            select(func.count(NeedToKnowNote.id))
            .join(Case, Case.id == NeedToKnowNote.case_id)
            .where(*_told(who), NeedToKnowNote.read_at.is_(None))
        )
        or 0
    )


def read(who: Viewer, note_id: UUID) -> None:
    """Say that it was read; saying it again changes nothing. Raises `Missing` for all others."""
    found = session.scalars(
        select(NeedToKnowNote)
        .join(Case, Case.id == NeedToKnowNote.case_id)
        .where(*_told(who), NeedToKnowNote.id == note_id)
    ).one_or_none()
    if found is None:
        raise Missing
    if found.read_at is None:
        found.read_at = clock.now()
        note(who, "read a need-to-know note", found)


def _told(who: Viewer) -> tuple[ColumnElement[bool], ...]:
    """The notes that somebody is to see, as conditions on notes joined with their cases."""
    shut_out = (
        select(Exclusion.id)
        .where(
            Exclusion.case_id == NeedToKnowNote.case_id,
            Exclusion.member_id == who.id,
            Exclusion.lifted_at.is_(None),
        )
        .exists()
    )
    return (
        NeedToKnowNote.member_id == who.id,
        NeedToKnowNote.withdrawn_at.is_(None),
        Case.school_id == who.school,
        ~shut_out,
    )
