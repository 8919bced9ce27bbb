"""What the pages of a case read beside its features, and their verbs: print a copy, link a case."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Uuid, bindparam, func, or_, select, union_all
from sqlalchemy.orm import Session

from portal.casefile.models import Print
from portal.cases.models import Case, CaseLink, Involved
from portal.cases.visible import visible_cases
from portal.db import read, session
from portal.journal import service as journal
from portal.journal.models import JournalRow
from portal.journal.service import note, note_act
from portal.people.models import Carer
from portal.staff.viewer import Viewer
from portal.web.errors import Missing, NotPossible


def linked_cases(who: Viewer, case: Case, person_ids: Sequence[UUID]) -> Sequence[Any]:
    """Other cases that were linked to this one or hold the same people, as far as visible."""
    values = {"this": case.id, "people": list(person_ids)}
    return read(_tied(visible_cases(who)), values).all()


_THIS = bindparam("this", type_=Uuid())


@lru_cache(maxsize=512)
def _tied(visible: Select[Case]) -> Select[Any]:
    """Other cases with the same people, or with a link in either direction."""
    people = bindparam("people", expanding=True, type_=Uuid())
    linked = (
        select(CaseLink.other_id).where(CaseLink.case_id == _THIS),
        select(CaseLink.case_id).where(CaseLink.other_id == _THIS),
    )
    same = select(Involved.case_id).where(Involved.person_id.in_(people))
    shown: tuple[Any, ...] = (
        Case.reference,
        Case.opened_at,
        Case.state,
        Case.id.in_(union_all(*linked)).label("linked"),
    )
    return (
        visible.with_only_columns(*shown)
        .where(Case.id.in_(union_all(same, *linked)), Case.id != _THIS)
        .order_by(Case.opened_at.desc(), Case.id)
        .limit(20)
    )


def link_case(who: Viewer, case: Case, reference: str, why: str) -> CaseLink:
    """Say that another case bears on this one. Raises `Missing` where they may not see it."""
    other = session.scalars(visible_cases(who).where(Case.reference == reference)).one_or_none()
    if other is None:
        raise Missing
    if other.id == case.id:
        raise NotPossible("A case cannot be linked to itself.")
    link = CaseLink(case.key, case_id=case.id, other_id=other.id, why=why)
    session.add(link)
    note(who, "linked another case", link)
    return link


@dataclass(frozen=True)
class NewPrint:
    """What a copy is to hold, why it is made and who gets it."""

    document: str
    recipient_kind: str
    recipient: str
    purpose: str
    parts: list[str]
    people: list[str]
    subject_id: UUID | None = None
    words: Mapping[str, str] = field(default_factory=dict)


def record_print(who: Viewer, case: Case, new: NewPrint) -> Print:
    """Give a copy its number; it is laid out afterwards, and only if this was written down."""
    session.execute(select(Case.id).where(Case.id == case.id).with_for_update())
    last = session.scalar(select(func.max(Print.copy_number)).where(Print.case_id == case.id))
    seq, newest_hash = journal.newest(session)
    copy = Print(
        case.key,
        case_id=case.id,
        document=new.document,
        copy_number=(last or 0) + 1,
        printed_by=who.id,
        journal_seq=seq,
        journal_hash=newest_hash,
        recipient_kind=new.recipient_kind,
        recipient=new.recipient,
        purpose=new.purpose,
        parts=new.parts,
        people=new.people,
        subject_id=new.subject_id,
        words=dict(new.words) or None,
    )
    session.add(copy)
    note(who, "printed a copy", copy)
    return copy


def prints_of(case: Case) -> list[Print]:
    """Every copy that was printed of a case, the newest first."""
    return list(
        session.scalars(
            select(Print)
            .where(Print.case_id == case.id)
            .order_by(Print.written_at.desc(), Print.id)
        )
    )


def changed_since(copy: Print, person_ids: Iterable[UUID]) -> bool:
    """Whether anything that may stand in a copy was written after it was numbered."""
    newer = session.execute(
        select(JournalRow.seq)
        .where(JournalRow.seq > copy.journal_seq, JournalRow.snapshot.is_not(None))
        .where(JournalRow.subject_table != Print.__tablename__)
        .where(or_(JournalRow.case_id == copy.case_id, JournalRow.subject_id.in_(list(person_ids))))
        .limit(1)
    ).first()
    return newer is not None


def carers_by_person(person_ids: Sequence[UUID]) -> dict[UUID, list[Carer]]:
    rows = session.scalars(
        select(Carer).where(Carer.person_id.in_(person_ids)).order_by(Carer.written_at, Carer.id)
    )
    found: dict[UUID, list[Carer]] = {}
    for carer in rows:
        found.setdefault(carer.person_id, []).append(carer)
    return found


def note_fetch(who: Viewer, copy: Print) -> Callable[[Session], None]:
    """Write that a copy was handed out; where that cannot be written it is not."""
    subject = (Print.__tablename__, copy.id)
    return lambda own: note_act(
        who, f"fetched copy {copy.copy_number}", case_id=copy.case_id, subject=subject, on=own
    )
