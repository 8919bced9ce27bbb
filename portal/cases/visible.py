"""The cases that somebody may see, as statements: `access_rules.decide` said once more as SQL.

A property test holds the two equal. Whatever is read of cases begins with one of these.
"""

from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, bindparam, false, func, or_, select, true

from portal import clock
from portal.cases.access_rules import ALL, IN_EMERGENCY_AT_OTHER_SCHOOLS, READS_BY_ROLE, Part
from portal.cases.models import Case, Exclusion
from portal.cases.models_access import EmergencyAccess, Grant
from portal.cases.rules import Audience
from portal.db import UtcDateTime
from portal.staff.roles import Role
from portal.staff.viewer import Viewer

# The school of a case as an expression that no index fits. Where a statement names a few cases
# SQLite would otherwise go through every case of the school: who may see a case is no way to it.
SCHOOL_OF: Any = func.coalesce(Case.school_id, Case.school_id)


# The moment at which the statement is sent, not at which it was made: it is made once.
_NOW: Any = bindparam("moment", callable_=clock.now, type_=UtcDateTime(), unique=True)


def visible_cases(who: Viewer, part: Part | None = Part.REST) -> Select[Case]:
    """The cases of which somebody may see this part, as a statement to add to; None: any part."""
    pastoral = tuple(school_id for school_id, roles in _in_order(who) if Role.PASTORAL in roles)
    leading = tuple(
        school_id for school_id, roles in _in_order(who) if roles & IN_EMERGENCY_AT_OTHER_SCHOOLS
    )
    return _visible(who.id, _reading(who), pastoral, leading, part)


def cases_by_role(who: Viewer) -> Select[Case]:
    """The cases that somebody sees for their role: what every list of cases is made of.

    A grant or an emergency opens the one case it names, and puts it into nobody’s list.
    """
    return _visible(who.id, _reading(who), (), (), Part.REST)


def _reading(who: Viewer) -> tuple[tuple[UUID, bool], ...]:
    """The schools at which somebody reads cases by role, and whether as the head."""
    return tuple(
        (school_id, Role.HEAD in roles)
        for school_id, roles in _in_order(who)
        if roles & READS_BY_ROLE
    )


def _in_order(who: Viewer) -> list[tuple[UUID, frozenset[Role]]]:
    return sorted(who.roles_at.items(), key=lambda item: str(item[0]))


@lru_cache(maxsize=512)
def _visible(
    person: UUID,
    schools: tuple[tuple[UUID, bool], ...],
    pastoral: tuple[UUID, ...],
    leading: tuple[UUID, ...],
    part: Part | None,
) -> Select[Case]:
    """The statement for somebody who sees cases at these schools, as head or otherwise."""
    rules: list[ColumnElement[bool]] = [
        school_id == SCHOOL_OF
        if as_head
        else and_(
            school_id == SCHOOL_OF,
            or_(Case.audience != Audience.HEAD.value, Case.lead_id == person),
        )
        for school_id, as_head in schools
    ]
    not_about_staff = Case.audience != Audience.HEAD.value
    if pastoral:
        granted = _granted(person, part)
        rules.append(and_(SCHOOL_OF.in_(pastoral), not_about_staff, Case.state == "open", granted))
    if pastoral or leading:
        rules.append(and_(not_about_staff, _where_emergency(pastoral, leading), _opened(person)))
    shut_out = (
        select(Exclusion.id)
        .where(
            Exclusion.case_id == Case.id,
            Exclusion.member_id == person,
            Exclusion.lifted_at.is_(None),
        )
        .correlate(Case)
        .exists()
    )
    return select(Case).where(or_(*rules) if rules else false(), ~shut_out)


def _granted(person: UUID, part: Part | None) -> ColumnElement[bool]:
    found = select(Grant.id).where(
        Grant.case_id == Case.id,
        Grant.member_id == person,
        Grant.ended_at.is_(None),
        Grant.until > _NOW,
    )
    if part is not None:
        found = found.where(Grant.part.in_([part.value, ALL]))
    if part is Part.REST:
        found = found.where(Grant.involved_id.is_(None))
    return found.correlate(Case).exists()


def _opened(person: UUID) -> ColumnElement[bool]:
    return (
        select(EmergencyAccess.id)
        .where(
            EmergencyAccess.case_id == Case.id,
            EmergencyAccess.member_id == person,
            EmergencyAccess.ended_at.is_(None),
            EmergencyAccess.until > _NOW,
        )
        .correlate(Case)
        .exists()
    )


def _where_emergency(pastoral: tuple[UUID, ...], leading: tuple[UUID, ...]) -> ColumnElement[bool]:
    """The schools at which somebody may open a case in an emergency."""
    if len(leading) > 1:
        return true()
    elsewhere = SCHOOL_OF.not_in(leading) if leading else false()
    return or_(SCHOOL_OF.in_(pastoral), elsewhere) if pastoral else elsewhere
