"""Who may see a case and do what in it.

`decide` is the rule; `visible_cases` is the same rule as SQL, and a property test holds them equal.
An exclusion beats every role. A case that somebody may not see does not exist for them: 404, the
same bytes as for a reference that was never given.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

from flask import abort, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, and_, bindparam, false, func, or_, select

from portal.cases.models import Case, Exclusion
from portal.cases.rules import Audience
from portal.db import SAFE_METHODS, session
from portal.journal.service import note_act
from portal.staff.access import confirm_first, sign_in_first
from portal.staff.roles import Permission, Role, allowed
from portal.staff.viewer import Viewer, viewer
from portal.web.access import Access, declare
from portal.web.errors import NotPossible
from portal.web.unit_of_work import after_the_request, look_at

View = TypeVar("View", bound=Callable[..., Any])


_WORK = frozenset({Permission.WORK_ON_CASES, Permission.DECIDE, Permission.COUNTERSIGN})


@dataclass(frozen=True)
class CaseFacts:
    """What of a case decides who may see it."""

    school_id: UUID
    audience: Audience
    lead_id: UUID | None
    excluded: frozenset[UUID]


def decide(person: UUID, roles: frozenset[Role], permission: Permission, case: CaseFacts) -> bool:
    """Whether somebody with these roles at the case’s school may do this in the case."""
    if person in case.excluded or not allowed(roles, Permission.SEE_CASES):
        return False
    if case.audience is Audience.HEAD and Role.HEAD not in roles and case.lead_id != person:
        return False
    if case.lead_id == person or (case.audience is Audience.HEAD and Role.HEAD in roles):
        return allowed(roles | {Role.DEPUTY}, permission)
    return allowed(roles, permission)


# The school of a case as an expression that no index fits. Where a statement names a few cases
# SQLite would otherwise go through every case of the school: who may see a case is no way to it.
SCHOOL_OF: Any = func.coalesce(Case.school_id, Case.school_id)


def visible_cases(who: Viewer) -> Select[Case]:
    """The cases that somebody may see, as a statement to add to."""
    seen = tuple(
        (school_id, Role.HEAD in roles)
        for school_id, roles in sorted(who.roles_at.items(), key=lambda item: str(item[0]))
        if allowed(roles, Permission.SEE_CASES)
    )
    return _visible(who.id, seen)


@lru_cache(maxsize=512)
def _visible(person: UUID, schools: tuple[tuple[UUID, bool], ...]) -> Select[Case]:
    """The statement for somebody who sees cases at these schools, as head or otherwise."""
    rules = [
        school_id == SCHOOL_OF
        if as_head
        else and_(
            school_id == SCHOOL_OF,
            or_(Case.audience != Audience.HEAD.value, Case.lead_id == person),
        )
        for school_id, as_head in schools
    ]
    shut_out = (
        select(Exclusion.id)
        .where(
            Exclusion.case_id == Case.id,
            Exclusion.member_id == person,
            Exclusion.lifted_at.is_(None),
        )
        .exists()
    )
    return select(Case).where(or_(*rules) if rules else false(), ~shut_out)


@lru_cache(maxsize=512)
def _one(visible: Select[Case]) -> Select[Case]:
    return visible.where(Case.reference == bindparam("reference"))


def may(who: Viewer, permission: Permission, case: Case) -> bool:
    """Whether somebody who sees this case may also do this in it."""
    facts = CaseFacts(case.school_id, Audience(case.audience), case.lead_id, frozenset())
    return decide(who.id, who.roles_at.get(case.school_id, frozenset()), permission, facts)


class CaseAccess(Access):
    """Turns the reference in the address into a case that the viewer may see, else 404."""

    def __init__(self, permission: Permission, *, fresh: bool = False) -> None:
        self.permission = permission
        self.fresh = fresh

    def check(self) -> ResponseReturnValue | None:
        instead = sign_in_first()
        if instead is not None:
            return instead
        arguments = request.view_args or {}
        # PostgreSQL knows no text with a NUL in it; no reference has one either.
        reference = arguments.pop("reference", "").replace("\x00", "?")
        who = viewer()
        case = session.scalars(_one(visible_cases(who)), {"reference": reference}).one_or_none()
        if case is None:
            after_the_request(lambda own: note_act(who, "was refused a case", on=own))
            abort(404)
        if not may(who, self.permission, case):
            abort(403)
        self.refuse_closed(case)
        if self.fresh and (instead := confirm_first()) is not None:
            return instead
        if request.method in SAFE_METHODS:
            look_at(case.id)
        arguments["case"] = case
        return None

    def refuse_closed(self, case: Case) -> None:
        """Nothing is changed in a closed case: it is opened again first, with a reason."""
        if request.method not in SAFE_METHODS and not case.is_open and self.permission in _WORK:
            raise NotPossible("This case is closed. Open it again before you change anything.")


def case_view(permission: Permission, *, fresh: bool = False) -> Callable[[View], View]:
    """A view of one case. It is given `case`; its address holds `<reference>`."""
    return lambda view: declare(view, CaseAccess(permission, fresh=fresh))
