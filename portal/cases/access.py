"""The guard of every page of a case, and what somebody may do in a case that they see.

`access_rules.decide` is the rule, `visible` the same rule as SQL. A case that somebody may not see
does not exist for them: 404, the same bytes as for a reference that was never given.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from flask import abort, current_app, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement, Select, bindparam, select
from sqlalchemy.orm import InstrumentedAttribute
from werkzeug.exceptions import HTTPException

from portal import clock
from portal.cases import shown
from portal.cases.access_rules import (
    IN_EMERGENCY_AT_OTHER_SCHOOLS,
    READS_BY_ROLE,
    Answer,
    Asker,
    Basis,
    CaseFacts,
    Given,
    Opened,
    Part,
    decide,
    opened_by,
    people_shown,
)
from portal.cases.models import Case
from portal.cases.models_access import EmergencyAccess, Grant
from portal.cases.rules import Audience
from portal.cases.visible import visible_cases
from portal.db import SAFE_METHODS, session
from portal.journal.service import note_act
from portal.staff.access import confirm_first, sign_in_first
from portal.staff.roles import Permission, Role
from portal.staff.viewer import Viewer, viewer
from portal.web.access import Access, access_of, declare
from portal.web.errors import NotPossible
from portal.web.unit_of_work import after_the_request, look_at

View = TypeVar("View", bound=Callable[..., Any])
PartOf = Callable[[Case, Mapping[str, Any]], Part | None]
"""Finds the part to which what an address names belongs; None where it is not there."""


_WORK = frozenset({Permission.WORK_ON_CASES, Permission.DECIDE, Permission.COUNTERSIGN})


@lru_cache(maxsize=512)
def _one(visible: Select[Case]) -> Select[Case]:
    return visible.where(Case.reference == bindparam("reference"))


def may(who: Viewer, permission: Permission, case: Case, part: Part | None = None) -> bool:
    """Whether somebody who sees this case may also do this in it.

    `part` is the part of the view that is being answered, unless another is named.
    """
    return bool(decided(who, permission, case, part or g.get("case_part", Part.REST)))


def decided(who: Viewer, permission: Permission, case: Case, part: Part) -> Answer:
    """The decision about a case that somebody sees, so that nobody who asks here is shut out."""
    asker, facts = asker_of(who, case), _facts(case)
    now = clock.now()
    answer = decide(asker, permission, facts, part, at=now)
    if answer or not _may_be_given(asker):
        return answer
    return decide(asker, permission, with_grants(facts, who, case), part, at=now)


def may_open(who: Viewer, case: Case, href: str) -> bool:
    """Whether an address of this case is that of a page which somebody who sees it may open."""
    try:
        endpoint, _ = current_app.url_map.bind("").match(urlsplit(href).path, method="GET")
    except HTTPException:
        return False
    access = access_of(current_app, endpoint)
    if not isinstance(access, CaseAccess) or not isinstance(access.part, Part):
        return True
    return may(who, access.permission, case, access.part)


def _may_be_given(asker: Asker) -> bool:
    """Whether what was granted, or opened in an emergency, can add to what a role allows."""
    return Role.PASTORAL in asker.roles or not asker.roles & READS_BY_ROLE


def _facts(case: Case) -> CaseFacts:
    return CaseFacts(
        case.school_id, Audience(case.audience), case.lead_id, frozenset(), case.is_open
    )


def whom(
    who: Viewer, case: Case, part: Part, action: Permission = Permission.SEE_CASES
) -> frozenset[UUID] | None:
    """The young people of whom somebody may do this in a part; None for everybody."""
    asker, facts, now = asker_of(who, case), _facts(case), clock.now()
    if decide(asker, action, facts, part, at=now):
        return None
    return people_shown(asker, with_grants(facts, who, case), part, action, at=now)


def opened_to(who: Viewer, case: Case) -> dict[Part, Opened]:
    """What was granted of a case to somebody who sees it, and opens something of it now."""
    asker = asker_of(who, case)
    if Role.PASTORAL not in asker.roles or case.audience == Audience.HEAD.value:
        return {}
    given = with_grants(_facts(case), who, case).grants if case.is_open else ()
    return opened_by(given, clock.now())


def open_until(who: Viewer, case: Case) -> datetime | None:
    """Until when somebody has this case open in an emergency, and for no better reason."""
    answer = decided(who, Permission.SEE_CASES, case, Part.REST)
    if answer.because is not Basis.EMERGENCY:
        return None
    return max(with_grants(_facts(case), who, case).emergencies)


def asker_of(who: Viewer, case: Case) -> Asker:
    elsewhere = any(
        roles & IN_EMERGENCY_AT_OTHER_SCHOOLS
        for school_id, roles in who.roles_at.items()
        if school_id != case.school_id
    )
    return Asker(who.id, who.roles_at.get(case.school_id, frozenset()), elsewhere)


def with_grants(facts: CaseFacts, who: Viewer, case: Case) -> CaseFacts:
    """The facts with what was granted to somebody, read once in a request."""
    known: dict[UUID, CaseFacts] = g.setdefault("case_grants", {})
    if case.id not in known:
        known[case.id] = replace(
            facts, grants=_grants_of(who.id, case.id), emergencies=_emergencies_of(who.id, case.id)
        )
    return known[case.id]


def _grants_of(member_id: UUID, case_id: UUID) -> tuple[Given, ...]:
    given = granted_by(Grant.case_id, Grant.case_id == case_id, Grant.member_id == member_id)
    return given.get(case_id, ())


def granted_in(case: Case) -> dict[UUID, tuple[Given, ...]]:
    """What of a case was granted and not ended, by the colleague who holds it."""
    return granted_by(Grant.member_id, Grant.case_id == case.id)


def granted_by(
    each: InstrumentedAttribute[UUID], *which: ColumnElement[bool]
) -> dict[UUID, tuple[Given, ...]]:
    """What was granted and not ended, in the order in which it was, for each case or colleague."""
    rows = session.execute(
        select(each, Grant.part, Grant.may_write, Grant.until, Grant.involved_id)
        .where(*which, Grant.ended_at.is_(None))
        .order_by(Grant.written_at, Grant.id)
    )
    found: dict[UUID, tuple[Given, ...]] = {}
    for one, part, may_write, until, about in rows:
        found[one] = (*found.get(one, ()), Given(part, may_write, until, about))
    return found


def _emergencies_of(member_id: UUID, case_id: UUID) -> tuple[datetime, ...]:
    return tuple(
        session.scalars(
            select(EmergencyAccess.until)
            .where(EmergencyAccess.case_id == case_id, EmergencyAccess.member_id == member_id)
            .where(EmergencyAccess.ended_at.is_(None))
            .order_by(EmergencyAccess.until)
        )
    )


def _emergency_of(who: Viewer, case: Case) -> UUID | None:
    """The emergency for which somebody sees the part that is shown, where nothing else lets them.

    The journal names it with each look.
    """
    answer = decided(who, Permission.SEE_CASES, case, g.case_part)
    if answer.because is not Basis.EMERGENCY:
        return None
    return session.scalars(
        select(EmergencyAccess.id)
        .where(EmergencyAccess.case_id == case.id, EmergencyAccess.member_id == who.id)
        .where(EmergencyAccess.ended_at.is_(None))
        .order_by(EmergencyAccess.until.desc(), EmergencyAccess.id)
        .limit(1)
    ).first()


class CaseAccess(Access):
    """Turns the reference in the address into a case that the viewer may see, else 404."""

    def __init__(
        self, permission: Permission, part: Part | PartOf | None, *, fresh: bool = False
    ) -> None:
        self.permission = permission
        self.part = part
        self.fresh = fresh

    def check(self) -> ResponseReturnValue | None:
        instead = sign_in_first()
        if instead is not None:
            return instead
        arguments = request.view_args or {}
        # PostgreSQL knows no text with a NUL in it; no reference has one either.
        reference = arguments.pop("reference", "").replace("\x00", "?")
        who = viewer()
        case = self.find(who, reference, arguments)
        if case is None:
            after_the_request(lambda own: note_act(who, "was refused a case", on=own))
            abort(404)
        # Where any part lets somebody in, the page itself shows of each part what may be seen.
        if self.part is not None:
            if not may(who, self.permission, case):
                abort(403)
            shown.limit_to(self.limit(who, case))
        self.refuse_closed(case)
        if self.fresh and (instead := confirm_first()) is not None:
            return instead
        if request.method in SAFE_METHODS:
            look_at(case.id, emergency=_emergency_of(who, case))
        arguments["case"] = case
        return None

    def limit(self, who: Viewer, case: Case) -> shown.Limit:
        """Whom this view shows, and what else of the case its reader may see and do."""
        part: Part = g.case_part
        works = Permission.WORK_ON_CASES
        return shown.Limit(
            reader=who.id,
            people=whom(who, case, part, self.permission),
            written=whom(who, case, part, works) if self.permission is not works else None,
            sees_whole=may(who, Permission.SEE_CASES, case, Part.REST),
            works_whole=may(who, works, case, Part.REST),
        )

    def find(self, who: Viewer, reference: str, arguments: Mapping[str, Any]) -> Case | None:
        """The case, where its reader may see the part that this view belongs to."""
        part = self.part if isinstance(self.part, Part) else None
        case = session.scalars(
            _one(visible_cases(who, part)), {"reference": reference}
        ).one_or_none()
        g.case_part = part or Part.REST
        if case is None or self.part is None or isinstance(self.part, Part):
            return case
        found = self.part(case, arguments)
        g.case_part = found or Part.REST
        seen = may(who, Permission.SEE_CASES, case)
        return case if seen else None

    def refuse_closed(self, case: Case) -> None:
        """Nothing is changed in a closed case: it is opened again first, with a reason."""
        if request.method not in SAFE_METHODS and not case.is_open and self.permission in _WORK:
            raise NotPossible("This case is closed. Open it again before you change anything.")


def case_view(
    permission: Permission, *, part: Part | PartOf | None = Part.REST, fresh: bool = False
) -> Callable[[View], View]:
    """A view of one case. It is given `case`; its address holds `<reference>`.

    `part` is the part of the case that the view belongs to, or finds it by what the address names;
    None, on pages that only read, lets everybody in who may see any part.
    """
    if part is None and permission is not Permission.SEE_CASES:
        raise ValueError("a view of any part can only be read")
    return lambda view: declare(view, CaseAccess(permission, part, fresh=fresh))
