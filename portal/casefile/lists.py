"""What the list of cases and the page of today read across cases.

Lists are read as bare columns and opened by hand: as whole records they cost several times as much.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Select,
    Text,
    Uuid,
    and_,
    bindparam,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from portal import clock
from portal.cases.models import (
    Case,
    CaseState,
    Countersignature,
    Decision,
    DueAction,
    Involved,
)
from portal.cases.rules import WorkingDays
from portal.cases.visible import SCHOOL_OF, cases_by_role
from portal.db import read
from portal.people.models import Person
from portal.staff.models import Closure, Cover, Membership, School
from portal.staff.names import COLUMNS as NAME_COLUMNS
from portal.staff.names import name_in
from portal.staff.roles import READERS
from portal.staff.viewer import Viewer
from portal.vault.keys import DataKey
from portal.vault.seen import Seen, key_columns, key_in
from portal.web.cursor import Cursor
from portal.web.errors import Missing

PAGE = 25
GONE = "No longer held"


@dataclass(frozen=True)
class Wanted:
    """Which cases of the list are wanted; codes and ids only."""

    state: str = CaseState.OPEN.value
    type: str = ""
    lead_id: UUID | None = None


CASE_COLUMNS: tuple[Any, ...] = (
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
    values = {
        "school": who.school,
        "state": wanted.state,
        "lead": wanted.lead_id,
        # The codes are a short list kept as text; a code never holds a quotation mark.
        "type": f'"{wanted.type}"' if wanted.type else "",
        "opened": after.at if after else None,
        "id": after.id if after else None,
    }
    given = frozenset(name for name, value in values.items() if value)
    statement = _page_of(cases_by_role(who), given)
    return read(statement, {name: values[name] for name in given}).all()


# Every statement here is put together once for each set of cases that somebody may see: that takes
# longer than running it.
prepared = lru_cache(maxsize=512)
_SCHOOL = bindparam("school", type_=Uuid())
_CASES = bindparam("cases", expanding=True, type_=Uuid())


@prepared
def _page_of(visible: Select[Case], given: frozenset[str]) -> Select[Any]:
    statement: Select[Any] = _here(visible).with_only_columns(*CASE_COLUMNS)
    if "state" in given:
        statement = statement.where(Case.state == bindparam("state"))
    if "lead" in given:
        statement = statement.where(Case.lead_id == bindparam("lead"))
    if "type" in given:
        types = cast(Case.types, Text)
        statement = statement.where(types.contains(bindparam("type"), autoescape=False))
    if "opened" in given:
        opened: Any = bindparam("opened")
        later = and_(Case.opened_at == opened, Case.id > bindparam("id", type_=Uuid()))
        # The first of these says nothing new: it is what an index can begin at.
        statement = statement.where(Case.opened_at <= opened)
        statement = statement.where(or_(Case.opened_at < opened, later))
    return statement.order_by(Case.opened_at.desc(), Case.id).limit(PAGE + 1)


def names_in(case_ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    """Find everybody’s full name in these cases, those harmed first, in one read."""
    found: dict[UUID, list[tuple[bool, str]]] = {}
    for row in read(_NAMES, {"cases": case_ids}):
        found.setdefault(row.case_id, []).append(("harmed" not in row.parts, _name(row)))
    return {
        case_id: [name for _, name in sorted(names, key=lambda one: one[0])]
        for case_id, names in found.items()
    }


_INVOLVED = Seen(Involved, "case_id", "parts", "description")
_PERSON = Seen(Person, "full_name")
_PERSON_AT = len(_INVOLVED.columns)
_KEY_AT = _PERSON_AT + len(_PERSON.columns)
_KEYS: Any = DataKey.__table__
# One key opens each row: that of the person, or that of the case where nobody is known yet.
_NAMES = (
    select(*_INVOLVED.columns, *_PERSON.columns, *key_columns())
    .select_from(_INVOLVED.table)
    .outerjoin(_PERSON.table, _PERSON.table.c.id == _INVOLVED.table.c.person_id)
    .join(_KEYS, _KEYS.c.id == func.coalesce(_PERSON.table.c.key_id, _INVOLVED.table.c.key_id))
    .where(_INVOLVED.table.c.case_id.in_(_CASES))
    .order_by(_INVOLVED.table.c.written_at, _INVOLVED.table.c.id)
)


def next_due(case_ids: Sequence[UUID]) -> dict[UUID, datetime]:
    """When the next open action of each case is due."""
    return {row[0]: row[1] for row in read(_NEXT, {"cases": case_ids})}


_DUE: Any = DueAction.__table__
_NEXT = (
    select(_DUE.c.case_id, func.min(_DUE.c.due_at))
    .where(_DUE.c.case_id.in_(_CASES), _DUE.c.state == "open")
    .group_by(_DUE.c.case_id)
)


def leads_of(who: Viewer, also: Iterable[UUID | None]) -> dict[UUID, str]:
    """Everybody at this school who can lead a case, and these people, by name."""
    wanted = {one for one in also if one is not None}
    rows = read(_LEADS, {"school": who.school, "also": list(wanted)})
    found = {row[0]: name_in(row) for row in rows}
    return dict(sorted(found.items(), key=lambda one: (one[1].casefold(), str(one[0]))))


_ALSO = bindparam("also", expanding=True, type_=Uuid())
_MEMBER_ID = NAME_COLUMNS[0]
_HELD: Any = Membership.__table__
_LEADS = select(*NAME_COLUMNS).where(
    or_(
        _MEMBER_ID.in_(
            select(_HELD.c.member_id).where(
                _HELD.c.school_id == _SCHOOL, _HELD.c.role.in_([role.value for role in READERS])
            )
        ),
        _MEMBER_ID.in_(_ALSO),
    )
)


def school_days(school_id: UUID) -> tuple[int, WorkingDays]:
    """In how many minutes a school picks disclosures up, and when it is at work, in one read."""
    since = date(clock.today().year - 1, 1, 1)
    rows = read(_DAYS, {"school": school_id, "since": since}).all()
    if not rows:
        raise Missing
    school = rows[0]
    days = WorkingDays(
        starts=time.fromisoformat(school.day_starts),
        ends=time.fromisoformat(school.day_ends),
        closed=[(row.starts_on, row.ends_on) for row in rows if row.starts_on is not None],
        zone=clock.ZONE,
    )
    return school.pickup_minutes, days


_SCHOOLS: Any = School.__table__
_CLOSURES: Any = Closure.__table__
_DAYS = (
    select(
        _SCHOOLS.c.pickup_minutes,
        _SCHOOLS.c.day_starts,
        _SCHOOLS.c.day_ends,
        _CLOSURES.c.starts_on,
        _CLOSURES.c.ends_on,
    )
    .select_from(_SCHOOLS)
    .outerjoin(
        _CLOSURES,
        and_(
            _CLOSURES.c.school_id == _SCHOOLS.c.id,
            _CLOSURES.c.ends_on >= bindparam("since"),
            _CLOSURES.c.ended_at.is_(None),
        ),
    )
    .where(_SCHOOLS.c.id == _SCHOOL)
    .order_by(_CLOSURES.c.starts_on, _CLOSURES.c.id)
)


def due_soon(who: Viewer, until: datetime, limit: int = 40) -> list[tuple[DueAction, str]]:
    """Open actions that are late or due by a moment, the latest first, with their case."""
    values = {"school": who.school, "until": until, "limit": limit}
    rows = read(_due_soon(cases_by_role(who)), values)
    return [(_ACTION.record(row, key_in(row, _ACTION_KEY_AT)), row.reference) for row in rows]


_ACTION = Seen(DueAction, "owner_id", "due_at", "what", "owner_name")
_ACTION_KEY_AT = len(_ACTION.columns)


@prepared
def _due_soon(visible: Select[Case]) -> Select[Any]:
    return (
        _here(visible)
        .with_only_columns(*_ACTION.columns, *key_columns(), Case.reference)
        .join(_DUE, _DUE.c.case_id == Case.id)
        .join(_KEYS, _KEYS.c.id == _DUE.c.key_id)  # each belongs to another case, with its own key
        .where(_DUE.c.state == "open", _DUE.c.due_at <= bindparam("until"))
        .where(Case.state == CaseState.OPEN.value)
        .order_by(_DUE.c.due_at, _DUE.c.id)
        .limit(bindparam("limit"))
    )


def undecided(who: Viewer, limit: int = 40) -> Sequence[Any]:
    """Open cases without a decision on the police, and decisions that want a second person."""
    values = {"school": who.school, "limit": limit}
    return read(_undecided(cases_by_role(who)), values).all()


@prepared
def _undecided(visible: Select[Case]) -> Select[Any]:
    """Two short lists in one, each found by an index of its own, however many cases there are."""
    is_open = Case.state == CaseState.OPEN.value
    of_case = (Case.id, Case.reference, Case.opened_at, Case.lead_id, Case.outcome, Case.danger)
    newer, of_two = aliased(Decision), aliased(Decision)
    overtaken = exists().where(
        newer.case_id == Decision.case_id,
        newer.kind == Decision.kind,
        newer.written_at > Decision.written_at,
    )
    word = exists().where(Countersignature.decision_id == Decision.id)
    limit: Any = bindparam("limit")
    without = (
        _here(visible)
        .with_only_columns(
            *of_case,
            # PostgreSQL takes a bare NULL for a text
            cast(null(), Decision.id.type).label("decision_id"),
            cast(null(), Decision.decided_by.type).label("decided_by"),
            cast(null(), Decision.written_at.type).label("decided_at"),
            literal(value=False).label("refused"),
        )
        .where(is_open, Case.decision.is_(None))
        .order_by(Case.opened_at, Case.id)
        .limit(limit)
    )
    waiting = (
        visible.with_only_columns(
            *of_case,
            Decision.id.label("decision_id"),
            Decision.decided_by,
            Decision.written_at.label("decided_at"),
            word.label("refused"),
        )
        .join(Decision, Decision.case_id == Case.id)
        .where(SCHOOL_OF == _SCHOOL, is_open)
        .where(Case.id.in_(select(of_two.case_id).where(of_two.needs_second)))
        .where(Decision.needs_second, ~overtaken)
        .where(~word.where(Countersignature.agrees.is_(True)))
        .order_by(Case.opened_at, Case.id, Decision.written_at)
        .limit(limit)
    )
    both = union_all(select(waiting.subquery()), select(without.subquery())).subquery()
    return select(both).order_by(both.c.opened_at, both.c.id, both.c.decided_at).limit(limit)


@dataclass(frozen=True)
class Staff:
    """Names by id; who of them works at this school; who covers today."""

    names: dict[UUID, str]
    here: frozenset[UUID]
    cover: list[str]


def staff_today(school_id: UUID, wanted: Iterable[UUID | None]) -> Staff:
    """Find names by id, and who covers today, in one read."""
    ids = {one for one in wanted if one is not None}
    values = {"school": school_id, "day": clock.today(), "also": list(ids)}
    rows = [(row.id, name_in(row), row.covers, row.here) for row in read(_STAFF, values)]
    return Staff(
        names={member: name for member, name, _, _ in rows},
        here=frozenset(member for member, _, _, here in rows if here),
        cover=sorted(name for _, name, covers, _ in rows if covers),
    )


def _staff() -> Select[Any]:
    cover: Any = Cover.__table__
    covers = _MEMBER_ID.in_(
        select(cover.c.member_id).where(
            cover.c.school_id == _SCHOOL,
            cover.c.starts_on <= bindparam("day"),
            cover.c.ends_on >= bindparam("day"),
            cover.c.ended_at.is_(None),
        )
    )
    here = exists().where(_HELD.c.member_id == _MEMBER_ID, _HELD.c.school_id == _SCHOOL)
    return select(*NAME_COLUMNS, covers.label("covers"), here.label("here")).where(
        or_(_MEMBER_ID.in_(_ALSO), covers)
    )


_STAFF = _staff()


def _here(visible: Select[Case]) -> Select[Any]:
    """Begin with the visible cases of the school in which somebody is working now."""
    return visible.where(Case.school_id == _SCHOOL)


def _name(row: Any) -> str:
    """The name of somebody in a case, or what is known of them, unless it was destroyed."""
    key = key_in(row, _KEY_AT)
    if key.wrapped is None:
        return GONE
    if row[_PERSON_AT] is not None:
        return _PERSON.record(row[_PERSON_AT:], key).full_name or GONE
    return _INVOLVED.record(row, key).description or "Somebody not yet known"
