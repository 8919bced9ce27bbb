"""Referrals that wait for an answer, across the cases that somebody may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Uuid, and_, bindparam, or_

from portal import clock
from portal.cases.models import Case
from portal.cases.visible import cases_by_role
from portal.db import read
from portal.referrals import words
from portal.referrals.models import WAITING, Referral
from portal.staff.viewer import Viewer
from portal.vault.keys import DataKey
from portal.vault.seen import Seen, key_columns, key_in
from portal.web.cursor import Cursor
from portal.web.dates import due_text

PAGE = 25
GONE = "No longer held"


@dataclass(frozen=True)
class Line:
    id: UUID
    reference: str
    title: str
    made_at: datetime
    chase: str
    late: bool
    writing_late: bool

    @property
    def href(self) -> str:
        return f"/cases/{self.reference}/referrals/{self.id}"


@dataclass(frozen=True)
class Listed:
    lines: Sequence[Line]
    older: str


def waiting(who: Viewer, after: Cursor | None) -> Listed:
    """One page of referrals that wait, the oldest first; on it, what is late leads."""
    values: dict[str, Any] = {"school": who.school}
    if after is not None:
        values |= {"at": after.at, "id": after.id}
    rows = read(_waiting(cases_by_role(who), paged=after is not None), values).all()
    found = [_line(row) for row in rows[:PAGE]]
    last = found[-1] if len(rows) > PAGE else None
    return Listed(
        sorted(found, key=lambda line: not (line.late or line.writing_late)),
        str(Cursor(last.made_at, last.id)) if last else "",
    )


_SEEN = Seen(
    Referral, "kind", "nature", "made_at", "body", "chase_at", "written_on", "written_due_at"
)
_KEY_AT = len(_SEEN.columns)
_KEYS: Any = DataKey.__table__
_TABLE = _SEEN.table


def _line(row: Any) -> Line:
    key = key_in(row, _KEY_AT)
    one = _SEEN.record(row, key)
    now = clock.now()
    chase, late = due_text(one.chase_at, now) if one.chase_at else ("", False)
    due = one.written_due_at
    return Line(
        id=one.id,
        reference=row.reference,
        title=words.title(one) if key.wrapped is not None else GONE,
        made_at=one.made_at,
        chase=chase,
        late=late,
        writing_late=due is not None and one.written_on is None and due < now,
    )


@lru_cache(maxsize=512)
def _waiting(visible: Select[Case], *, paged: bool) -> Select[Any]:
    statement: Select[Any] = (
        visible.with_only_columns(*_SEEN.columns, *key_columns(), Case.reference)
        .join(_TABLE, _TABLE.c.case_id == Case.id)
        .join(_KEYS, _KEYS.c.id == _TABLE.c.key_id)
        .where(_TABLE.c.school_id == bindparam("school", type_=Uuid()))
        .where(WAITING)
    )
    if paged:
        at: Any = bindparam("at", type_=_TABLE.c.made_at.type)
        later = and_(_TABLE.c.made_at == at, _TABLE.c.id > bindparam("id", type_=Uuid()))
        statement = statement.where(_TABLE.c.made_at >= at, or_(_TABLE.c.made_at > at, later))
    return statement.order_by(_TABLE.c.made_at, _TABLE.c.id).limit(PAGE + 1)
