"""What of access to cases the page of today shows: cases opened in an emergency, grants that end.

One statement for both. An emergency stays until somebody has looked at it; a grant is shown in its
last week, once for each colleague and case.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Uuid, bindparam, func, literal, select, union_all

from portal import clock
from portal.cases import grant_rules
from portal.cases.models import Case, CaseState
from portal.cases.models_access import EmergencyAccess, Grant
from portal.cases.visible import cases_by_role
from portal.db import read
from portal.staff.roles import Permission
from portal.staff.viewer import Viewer

MOST = 20
_OPENED, _ENDS = "opened", "ends"


@dataclass(frozen=True)
class OpenedLine:
    """A case that somebody opened in an emergency, and nobody has looked at it."""

    reference: str
    href: str
    who: str
    at: datetime
    running: bool


@dataclass(frozen=True)
class EndsLine:
    """A colleague whose access to a case, or to a part of it, ends within a week."""

    reference: str
    who: str
    last_day: date


@dataclass(frozen=True)
class AccessDue:
    opened: Sequence[OpenedLine] = ()
    ends: Sequence[EndsLine] = ()


def rows(who: Viewer) -> Sequence[Any]:
    now = clock.now()
    values = {"school": who.school, "now": now, "soon": now + grant_rules.SOON}
    return read(_due(cases_by_role(who)), values).all()


def members_in(found: Iterable[Any]) -> list[UUID]:
    return [row.member_id for row in found]


def lines(who: Viewer, found: Iterable[Any], names: Mapping[UUID, str]) -> AccessDue:
    """The rows in words. Who may not manage access is not troubled with what ends."""
    manages, now = who.may(Permission.MANAGE_ACCESS), clock.now()
    opened = [
        OpenedLine(
            row.reference,
            f"/cases/{row.reference}/access#emergencies",
            names.get(row.member_id, ""),
            row.at,
            row.ended_at is None and now < row.until,
        )
        for row in found
        if row.kind == _OPENED
    ]
    ends = [
        EndsLine(row.reference, names.get(row.member_id, ""), grant_rules.last_day(row.until))
        for row in found
        if row.kind == _ENDS and manages
    ]
    return AccessDue(opened, ends)


_SCHOOL = bindparam("school", type_=Uuid())
_NOW: Any = bindparam("now", type_=Case.opened_at.type)
_SOON: Any = bindparam("soon", type_=Case.opened_at.type)


@lru_cache(maxsize=512)
def _due(visible: Select[Case]) -> Select[Any]:
    opened = (
        visible.with_only_columns(
            literal(_OPENED).label("kind"),
            Case.reference,
            EmergencyAccess.member_id,
            EmergencyAccess.written_at.label("at"),
            EmergencyAccess.until,
            EmergencyAccess.ended_at,
        )
        .join(EmergencyAccess, EmergencyAccess.case_id == Case.id)
        .where(Case.school_id == _SCHOOL, EmergencyAccess.reviewed_at.is_(None))
        .order_by(EmergencyAccess.written_at.desc(), EmergencyAccess.id)
        .limit(MOST)
    )
    last = func.max(Grant.until)
    ends = (
        visible.with_only_columns(
            literal(_ENDS).label("kind"),
            Case.reference,
            Grant.member_id,
            func.max(Grant.written_at).label("at"),
            last.label("until"),
            func.max(Grant.ended_at).label("ended_at"),
        )
        .join(Grant, Grant.case_id == Case.id)
        .where(Case.school_id == _SCHOOL, Case.state == CaseState.OPEN.value)
        .where(Grant.ended_at.is_(None), Grant.until > _NOW, Grant.until <= _SOON)
        .group_by(Case.reference, Grant.member_id)
        .order_by(last, Case.reference, Grant.member_id)
        .limit(MOST)
    )
    both = union_all(select(opened.subquery()), select(ends.subquery())).subquery()
    return select(both).order_by(both.c.kind.desc(), both.c.at, both.c.reference)
