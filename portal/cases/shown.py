"""Whom the view that is being answered may show: everybody of the case, or some young people.

The guard of a case says it once for each request, from what was granted; whatever fetches or lists
records of a case asks here. A record that is about nobody whom its reader may see is not there.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from flask import g
from sqlalchemy import select

from portal.cases.models import DueAction, Involved
from portal.db import Base, session
from portal.vault.roots import Root

R = TypeVar("R", bound=Root)


@dataclass(frozen=True)
class Limit:
    """What a reader who holds a part of a case sees in it; None stands for everybody.

    `written`: of whom they may write as well, where the view itself only reads.
    """

    reader: UUID
    people: frozenset[UUID] | None
    written: frozenset[UUID] | None
    sees_whole: bool
    works_whole: bool


def limit_to(limit: Limit) -> None:
    g.case_shown = limit


def _limit() -> Limit | None:
    found: Limit | None = g.get("case_shown")
    return found


def sees_whole() -> bool:
    """Whether the reader of this page sees the whole case, and not only the part it belongs to."""
    limit = _limit()
    return limit is None or limit.sees_whole


def works_whole() -> bool:
    """Whether the reader of this page may change the whole case, and not only this part."""
    limit = _limit()
    return limit is None or limit.works_whole


def writes_about(involved_id: UUID | None) -> bool:
    """Whether whoever may write in this part may do so about this young person."""
    limit = _limit()
    return limit is None or limit.written is None or involved_id in limit.written


def is_person_shown(involved_id: UUID | None) -> bool:
    limit = _limit()
    return limit is None or limit.people is None or involved_id in limit.people


def only_people(people: Iterable[Involved]) -> list[Involved]:
    return [one for one in people if is_person_shown(one.id)]


def only_own(found: Iterable[DueAction]) -> list[DueAction]:
    """Of due actions, those given to the reader, where they do not see the whole case.

    What is due tells of every part: a grant for actions opens what its holder was given to do.
    """
    limit = _limit()
    if limit is None or limit.sees_whole:
        return list(found)
    return [one for one in found if one.owner_id == limit.reader]


def only(records: Iterable[R]) -> list[R]:
    """Of records of a case, those about somebody whom this view shows."""
    found, limit = list(records), _limit()
    if limit is None or limit.people is None or not found:
        return found
    about = _about(found)
    return [one for one in found if about.get(one.id) in limit.people]


def is_shown(record: Root) -> bool:
    if isinstance(record, DueAction):
        return bool(only_own([record]))
    return bool(only([record]))


def _about(records: list[R]) -> dict[UUID, UUID | None]:
    """The young person whom each record is about: itself, by its own column, or by its owner’s."""
    kind: Any = type(records[0])
    if kind is Involved:
        return {one.id: one.id for one in records}
    if "involved_id" in kind.__table__.c:
        return {one.id: getattr(one, "involved_id", None) for one in records}
    column, owner = _owner(kind)
    if owner is None:
        return {}
    ids = {getattr(one, column) for one in records}
    rows = session.execute(select(owner.id, owner.involved_id).where(owner.id.in_(ids)))
    whose: dict[UUID, UUID | None] = {row[0]: row[1] for row in rows}
    return {one.id: whose.get(getattr(one, column)) for one in records}


def _owner(kind: Any) -> tuple[str, Any]:
    """The column by which a record belongs to one that is about somebody, and its class."""
    by_table = {mapper.local_table: mapper.class_ for mapper in Base.registry.mappers}
    for key in sorted(kind.__table__.foreign_keys, key=lambda one: one.parent.name):
        owner = by_table.get(key.column.table)
        if owner is not None and owner is not Involved and "involved_id" in owner.__table__.c:
            return key.parent.name, owner
    return "", None
