"""What the list of cases and the page of today read across cases.

Lists are read as bare columns and opened by hand: as whole records they cost several times as much.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Text, and_, cast, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from portal import clock
from portal.cases.access import visible_cases
from portal.cases.models import (
    Case,
    CaseState,
    Countersignature,
    Decision,
    DueAction,
    Involved,
)
from portal.cases.rules import WorkingDays
from portal.db import session
from portal.people.models import Person
from portal.staff.models import Closure, Cover, Member, Membership, School
from portal.staff.roles import READERS
from portal.staff.viewer import Viewer
from portal.vault.keys import DataKey, vault
from portal.web.errors import Missing

PAGE = 25
GONE = "No longer held"


@dataclass(frozen=True)
class Cursor:
    """The last row of a page: the next page begins after it."""

    opened_at: datetime
    id: UUID

    def __str__(self) -> str:
        return f"{self.opened_at:%Y%m%dT%H%M%S%f}_{self.id.hex}"

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """None for anything that this class did not write itself."""
        moment, _, rest = text.partition("_")
        try:
            at = datetime.strptime(f"{moment}+0000", "%Y%m%dT%H%M%S%f%z")
            return cls(at, UUID(hex=rest))
        except ValueError:
            return None


@dataclass(frozen=True)
class Wanted:
    """Which cases of the list are wanted; codes and ids only."""

    state: str = CaseState.OPEN.value
    type: str = ""
    lead_id: UUID | None = None


CASE_COLUMNS = (
    Case.id,
    Case.reference,
    Case.state,
    Case.opened_at,
    Case.closed_at,
    Case.lead_id,
    Case.types,
    Case.danger,
    Case.outcome,
    Case.decision,
    Case.recurrences,
)


def cases_page(who: Viewer, wanted: Wanted, after: Cursor | None) -> Sequence[Any]:
    """One page of cases, the newest first, and one more where another page follows."""
    statement = _here(who).with_only_columns(*CASE_COLUMNS)
    if wanted.state:
        statement = statement.where(Case.state == wanted.state)
    if wanted.lead_id is not None:
        statement = statement.where(Case.lead_id == wanted.lead_id)
    if wanted.type:
        # The codes are a short list kept as text; a code never holds a quotation mark.
        statement = statement.where(
            cast(Case.types, Text).contains(f'"{wanted.type}"', autoescape=True)
        )
    if after is not None:
        statement = statement.where(
            or_(
                Case.opened_at < after.opened_at,
                and_(Case.opened_at == after.opened_at, Case.id > after.id),
            )
        )
    return session.execute(statement.order_by(Case.opened_at.desc(), Case.id).limit(PAGE + 1)).all()


def names_in(case_ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    """Find everybody’s full name in these cases, those harmed first, in one read."""
    person_key, case_key = aliased(DataKey), aliased(DataKey)
    rows = session.execute(
        select(
            Involved.id,
            Involved.case_id,
            Involved.parts,
            Involved.description_sealed,  # type: ignore[attr-defined]  # made by the record's base
            Person.id.label("person_id"),
            Person.full_name_sealed,  # type: ignore[attr-defined]  # made by the record's base
            *_key_columns(person_key, "person"),
            *_key_columns(case_key, "case"),
        )
        .join(case_key, case_key.id == Involved.key_id)
        .outerjoin(Person, Person.id == Involved.person_id)
        .outerjoin(person_key, person_key.id == Person.key_id)
        .where(Involved.case_id.in_(case_ids))
        .order_by(Involved.written_at, Involved.id)
    ).all()
    found: dict[UUID, list[tuple[bool, str]]] = {}
    for row in rows:
        found.setdefault(row.case_id, []).append(("harmed" not in row.parts, _name(row)))
    return {
        case_id: [name for _, name in sorted(names, key=lambda one: one[0])]
        for case_id, names in found.items()
    }


def next_due(case_ids: Sequence[UUID]) -> dict[UUID, datetime]:
    """When the next open action of each case is due."""
    rows = session.execute(
        select(DueAction.case_id, func.min(DueAction.due_at))
        .where(DueAction.case_id.in_(case_ids), DueAction.state == "open")
        .group_by(DueAction.case_id)
    ).all()
    return {row[0]: row[1] for row in rows}


def leads_of(who: Viewer, also: Iterable[UUID | None]) -> dict[UUID, str]:
    """Everybody at this school who can lead a case, and these people, by name."""
    readers = select(Membership.member_id).where(
        Membership.school_id == who.school,
        Membership.role.in_([role.value for role in READERS]),
    )
    wanted = [one for one in also if one is not None]
    members = session.scalars(
        select(Member).where(or_(Member.id.in_(readers), Member.id.in_(wanted))).order_by(Member.id)
    )
    names = {member.id: member.full_name for member in members}
    return dict(sorted(names.items(), key=lambda one: (one[1].casefold(), str(one[0]))))


def school_days(school_id: UUID) -> tuple[School, WorkingDays]:
    """Find a school and when it is at work, in one read."""
    since = date(clock.today().year - 1, 1, 1)
    rows = session.execute(
        select(School, Closure.starts_on, Closure.ends_on)
        .outerjoin(
            Closure,
            and_(
                Closure.school_id == School.id,
                Closure.ends_on >= since,
                Closure.ended_at.is_(None),
            ),
        )
        .where(School.id == school_id)
        .order_by(Closure.starts_on, Closure.id)
    ).all()
    if not rows:
        raise Missing
    school = rows[0][0]
    days = WorkingDays(
        starts=_time(school.day_starts),
        ends=_time(school.day_ends),
        closed=[(row[1], row[2]) for row in rows if row[1] is not None],
        zone=clock.ZONE,
    )
    return school, days


def due_soon(who: Viewer, until: datetime, limit: int = 40) -> list[tuple[DueAction, str]]:
    """Open actions that are late or due by a moment, the latest first, with their case."""
    rows = session.execute(
        _here(who)
        .with_only_columns(DueAction, Case.reference)
        .join(DueAction, DueAction.case_id == Case.id)
        .where(DueAction.state == "open", DueAction.due_at <= until)
        .where(Case.state == CaseState.OPEN.value)
        .order_by(DueAction.due_at, DueAction.id)
        .limit(limit)
        .options(joinedload(DueAction.key))  # each belongs to another case, with its own key
    ).all()
    return [(row[0], row[1]) for row in rows]


def undecided(who: Viewer, limit: int = 40) -> Sequence[Any]:
    """Open cases without a decision on the police, and decisions that want a second person."""
    newer = aliased(Decision)
    overtaken = exists().where(
        newer.case_id == Decision.case_id,
        newer.kind == Decision.kind,
        newer.written_at > Decision.written_at,
    )
    word = exists().where(Countersignature.decision_id == Decision.id)
    return session.execute(
        _here(who)
        .with_only_columns(
            Case.id,
            Case.reference,
            Case.opened_at,
            Case.lead_id,
            Case.outcome,
            Case.danger,
            Decision.id.label("decision_id"),
            Decision.decided_by,
            Decision.written_at.label("decided_at"),
            word.label("refused"),
        )
        .outerjoin(
            Decision,
            and_(
                Decision.case_id == Case.id,
                Decision.needs_second.is_(True),
                ~word.where(Countersignature.agrees.is_(True)),
                ~overtaken,
            ),
        )
        .where(Case.state == CaseState.OPEN.value)
        .where(or_(Case.decision.is_(None), Decision.id.is_not(None)))
        .order_by(Case.opened_at, Case.id, Decision.written_at)
        .limit(limit)
    ).all()


@dataclass(frozen=True)
class Staff:
    """Names by id; who of them works at this school; who covers today."""

    names: dict[UUID, str]
    here: frozenset[UUID]
    cover: list[str]


def staff_today(school_id: UUID, wanted: Iterable[UUID | None]) -> Staff:
    """Find names by id, and who covers today, in one read."""
    day = clock.today()
    covers = (
        select(Cover.member_id)
        .where(Cover.school_id == school_id, Cover.starts_on <= day, Cover.ends_on >= day)
        .where(Cover.ended_at.is_(None))
    )
    here = exists().where(Membership.member_id == Member.id, Membership.school_id == school_id)
    ids = {one for one in wanted if one is not None}
    rows = session.execute(
        select(Member, Member.id.in_(covers), here)
        .where(or_(Member.id.in_(ids), Member.id.in_(covers)))
        .order_by(Member.id)
    ).all()
    return Staff(
        names={row[0].id: row[0].full_name for row in rows},
        here=frozenset(row[0].id for row in rows if row[2]),
        cover=sorted(row[0].full_name for row in rows if row[1]),
    )


def _here(who: Viewer) -> Select[Any]:
    """Begin with the visible cases of the school in which somebody is working now."""
    return visible_cases(who).where(Case.school_id == who.school)


def _time(text: str) -> time:
    return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - a time of day


def _key_columns(key: Any, of: str) -> list[Any]:
    names = ("id", "kind", "parent_id", "wrapped")
    return [getattr(key, name).label(f"{of}_key_{name}") for name in names]


def _name(row: Any) -> str:
    of = "person" if row.person_id is not None else "case"
    key = DataKey(
        **{
            name: getattr(row, f"{of}_key_{name}")
            for name in ("id", "kind", "parent_id", "wrapped")
        }
    )
    if key.wrapped is None:
        return GONE
    if not vault.is_ready(key.parent_id):
        above = session.get(DataKey, key.parent_id)
        if above is not None:
            vault.ready(above)
    if row.person_id is not None:
        envelope, sealed, owner = row.full_name_sealed, Person.full_name, Person
        return sealed.read(key, row.person_id, owner, envelope) if envelope else GONE
    envelope = row.description_sealed
    if envelope is None:
        return "Somebody not yet known"
    return Involved.description.read(key, row.id, Involved, envelope)
