"""What the journal tells about looks: one’s own, a week’s unusual ones, and what was refused.

Nobody learns from these pages of a case that they may not see: such acts are left out, and in
one’s own history they stand without the case’s reference.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import String, and_, func, literal, or_, select
from sqlalchemy.orm import joinedload

from portal import clock
from portal.cases.models import Case, Involved
from portal.cases.models_access import EmergencyAccess
from portal.cases.visible import cases_by_role, visible_cases
from portal.db import session
from portal.journal.models import JournalRow
from portal.journal.reading import LOOKED, REFUSALS
from portal.journal.service import note
from portal.oversight.models import LooksRead
from portal.oversight.rules import About, Finding, Look, SchoolDay, unusual
from portal.people.service import fold
from portal.staff import service as staff
from portal.staff.models import Closure, School
from portal.staff.viewer import Viewer

PAGE = 50
REFUSED_FOR = timedelta(days=30)
MOST_REFUSED = 500
_COPY = "fetched copy"


@dataclass(frozen=True)
class OwnAct:
    """Something that somebody did; `reference` is empty where they may not see the case now."""

    seq: int
    at: datetime
    verb: str
    in_case: bool
    reference: str


@dataclass(frozen=True)
class Week:
    """The unusual looks of one week, with the words that the page needs."""

    begins: date
    findings: Sequence[Finding]
    references: Mapping[UUID, str]
    names: Mapping[UUID, str]
    read: Sequence[LooksRead]


@dataclass(frozen=True)
class RefusedAct:
    """Something that the portal refused: who asked (None: nobody known), whose account, when."""

    at: datetime
    verb: str
    by: UUID | None
    account: UUID | None


def own_history(who: Viewer, before: int | None) -> Sequence[OwnAct]:
    """What somebody did and opened, the newest first; `before` is the last number of a page."""
    visible = visible_cases(who, None).with_only_columns(Case.id, Case.reference).subquery()
    statement = (
        select(
            JournalRow.seq,
            JournalRow.at,
            JournalRow.verb,
            JournalRow.case_id,
            visible.c.reference,
        )
        .outerjoin(visible, visible.c.id == JournalRow.case_id)
        .where(JournalRow.actor_id == who.id)
        .order_by(JournalRow.seq.desc())
        .limit(PAGE + 1)
    )
    if before is not None:
        statement = statement.where(JournalRow.seq < before)
    return [
        OwnAct(row.seq, row.at, row.verb, row.case_id is not None, row.reference or "")
        for row in session.execute(statement)
    ]


def unusual_in(who: Viewer, school: School, begins: date) -> Week:
    """The week from a Monday on: acts in cases of this school that the viewer may see."""
    since = datetime.combine(begins, time(), clock.ZONE)
    until = datetime.combine(begins + timedelta(days=7), time(), clock.ZONE)
    rows = _acts(who, school, since, until)
    references = {row.case_id: row.reference for row in rows}
    names = staff.names_of({row.actor_id for row in rows})
    findings = unusual(
        [_look(row) for row in rows],
        _about(references),
        {member_id: _last_name(name) for member_id, name in names.items()},
        _day(school, begins),
    )
    return Week(begins, findings, references, names, _readings(school, begins))


def mark_read(who: Viewer, school: School, week: date, words: str) -> None:
    record = LooksRead(school.key, school_id=school.id, member_id=who.id, week=week, words=words)
    session.add(record)
    note(who, "read the unusual looks of a week", record)


def refused(school_id: UUID) -> Sequence[RefusedAct]:
    """What was refused to people of a school in the last 30 days, the newest first."""
    here = staff.looked_after_at(school_id)
    about_one = and_(JournalRow.subject_table == "members", JournalRow.subject_id.in_(here))
    rows = session.execute(
        select(
            JournalRow.at,
            JournalRow.verb,
            JournalRow.actor_id,
            JournalRow.subject_table,
            JournalRow.subject_id,
        )
        .where(
            JournalRow.at > clock.now() - REFUSED_FOR,
            JournalRow.verb.in_(sorted(REFUSALS)),
            or_(JournalRow.school_id == school_id, about_one),
        )
        .order_by(JournalRow.seq.desc())
        .limit(MOST_REFUSED)
    )
    return [
        RefusedAct(
            row.at,
            row.verb,
            row.actor_id,
            row.subject_id if row.subject_table == "members" else None,
        )
        for row in rows
    ]


def _acts(who: Viewer, school: School, since: datetime, until: datetime) -> Sequence[Any]:
    """Every act by a person in the cases that the viewer may see, with its case’s reference."""
    visible = cases_by_role(who).where(Case.school_id == school.id)
    cases = visible.with_only_columns(Case.id, Case.reference).subquery()
    emergency = (
        select(literal("yes", String(3)))
        .where(
            EmergencyAccess.case_id == JournalRow.case_id,
            EmergencyAccess.member_id == JournalRow.actor_id,
            EmergencyAccess.written_at <= JournalRow.at,
            func.coalesce(EmergencyAccess.ended_at, EmergencyAccess.until) >= JournalRow.at,
        )
        .limit(1)
        .scalar_subquery()
    )
    return session.execute(
        select(
            JournalRow.at,
            JournalRow.actor_id,
            JournalRow.verb,
            JournalRow.case_id,
            cases.c.reference,
            emergency.label("emergency"),
        )
        .join(cases, cases.c.id == JournalRow.case_id)
        .where(JournalRow.at >= since, JournalRow.at < until, JournalRow.actor_id.is_not(None))
        .order_by(JournalRow.seq)
    ).all()


def _look(row: Any) -> Look:
    return Look(
        row.actor_id,
        row.case_id,
        clock.local(row.at),
        is_look=row.verb == LOOKED,
        is_copy=row.verb.startswith(_COPY),
        in_emergency=row.emergency is not None,
    )


def _about(case_ids: Iterable[UUID]) -> dict[UUID, About]:
    """What of these cases makes a look ordinary: lead, closing, last names of the people in it."""
    wanted = list(case_ids)
    if not wanted:
        return {}
    names: dict[UUID, set[str]] = {one: set() for one in wanted}
    for part in session.scalars(
        select(Involved).options(joinedload(Involved.key)).where(Involved.case_id.in_(wanted))
    ).unique():
        if part.person is not None:
            names[part.case_id].add(_last_name(part.person.full_name))
    rows = session.execute(
        select(Case.id, Case.lead_id, Case.closed_at).where(Case.id.in_(wanted)).order_by(Case.id)
    )
    return {
        row.id: About(
            row.lead_id,
            clock.local(row.closed_at).date() if row.closed_at else None,
            frozenset(names[row.id] - {""}),
        )
        for row in rows
    }


def _last_name(name: str) -> str:
    words = fold(name).replace("’", "'").split()
    return words[-1] if len(words) > 1 else ""


def _day(school: School, begins: date) -> SchoolDay:
    closures = session.scalars(
        select(Closure)
        .where(Closure.school_id == school.id, Closure.ended_at.is_(None))
        .where(Closure.ends_on >= begins, Closure.starts_on < begins + timedelta(days=7))
        .order_by(Closure.starts_on, Closure.id)
    )
    closed = {
        one.starts_on + timedelta(days=number)
        for one in closures
        for number in range((one.ends_on - one.starts_on).days + 1)
    }
    starts, ends = time.fromisoformat(school.day_starts), time.fromisoformat(school.day_ends)
    return SchoolDay(starts, ends, frozenset(closed))


def _readings(school: School, week: date) -> Sequence[LooksRead]:
    return session.scalars(
        select(LooksRead)
        .where(LooksRead.school_id == school.id, LooksRead.week == week)
        .order_by(LooksRead.written_at, LooksRead.id)
    ).all()
