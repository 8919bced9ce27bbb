"""Content that is still up, across the cases that somebody may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Uuid, and_, bindparam, or_

from portal.cases.models import Case
from portal.cases.models_content import STILL_UP, ContentItem
from portal.cases.rules import Act, HoldFacts, is_held
from portal.cases.visible import cases_by_role
from portal.db import read
from portal.staff.viewer import Viewer
from portal.vault.keys import DataKey
from portal.vault.seen import Seen, key_columns, key_in
from portal.web.cursor import Cursor

PAGE = 25


@dataclass(frozen=True)
class Line:
    id: UUID
    reference: str
    name: str
    state: str
    found_at: datetime
    held: bool

    @property
    def href(self) -> str:
        return f"/cases/{self.reference}/content/{self.id}"


@dataclass(frozen=True)
class Listed:
    lines: Sequence[Line]
    older: str


def still_up(who: Viewer, after: Cursor | None) -> Listed:
    """One page of what is still up, the longest known first."""
    values: dict[str, Any] = {"school": who.school}
    if after is not None:
        values |= {"at": after.at, "id": after.id}
    rows = read(_still_up(cases_by_role(who), paged=after is not None), values).all()
    found = [_line(row) for row in rows[:PAGE]]
    last = found[-1] if len(rows) > PAGE else None
    return Listed(found, str(Cursor(last.found_at, last.id)) if last else "")


_SEEN = Seen(
    ContentItem,
    "state",
    "found_at",
    "held_since",
    "release",
    "what",
    "platform",
    "url",
    "account",
)
_KEY_AT = len(_SEEN.columns)
_KEYS: Any = DataKey.__table__
_TABLE = _SEEN.table


def _line(row: Any) -> Line:
    item = _SEEN.record(row, key_in(row, _KEY_AT))
    facts = HoldFacts(row.outcome, row.outcome_at, row.evidence_advice)
    return Line(
        id=item.id,
        reference=row.reference,
        name=item.name,
        state=item.state,
        found_at=item.found_at,
        held=is_held(facts, item.facts, Act.DELETE),
    )


@lru_cache(maxsize=512)
def _still_up(visible: Select[Case], *, paged: bool) -> Select[Any]:
    of_case = (Case.reference, Case.outcome, Case.outcome_at, Case.evidence_advice)
    statement: Select[Any] = (
        visible.with_only_columns(*_SEEN.columns, *key_columns(), *of_case)
        .join(_TABLE, _TABLE.c.case_id == Case.id)
        .join(_KEYS, _KEYS.c.id == _TABLE.c.key_id)
        .where(_TABLE.c.school_id == bindparam("school", type_=Uuid()))
        .where(STILL_UP)
    )
    if paged:
        at: Any = bindparam("at", type_=_TABLE.c.found_at.type)
        later = and_(_TABLE.c.found_at == at, _TABLE.c.id > bindparam("id", type_=Uuid()))
        statement = statement.where(_TABLE.c.found_at >= at, or_(_TABLE.c.found_at > at, later))
    return statement.order_by(_TABLE.c.found_at, _TABLE.c.id).limit(PAGE + 1)
