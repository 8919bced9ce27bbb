"""Verbs about due actions: plan, settle, and list what is due."""

from collections.abc import Iterable
from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import select

from portal import clock
from portal.cases.models import Case, DueAction
from portal.cases.rules import WorkingDays
from portal.db import session
from portal.journal.actor import Actor
from portal.journal.service import note
from portal.staff import service as staff
from portal.staff.models import School
from portal.web.errors import NotPossible


def working_days(school: School) -> WorkingDays:
    """The school’s working days, with the closures that matter now."""
    _, closures = staff.rota(school.id, date(clock.today().year - 1, 1, 1))
    return WorkingDays(
        starts=time.fromisoformat(school.day_starts),
        ends=time.fromisoformat(school.day_ends),
        closed=[(closure.starts_on, closure.ends_on) for closure in closures],
        zone=clock.ZONE,
    )


def plan_action(
    actor: Actor,
    case: Case,
    *,
    kind: str,
    what: str,
    due_at: datetime,
    owner_id: UUID | None,
    subject: str = "",
    owner_name: str = "",
) -> DueAction:
    """Something to do. An open one about the same subject is kept, not doubled (product 3)."""
    if subject:
        same = _open_about(case, kind, [subject])
        if same:
            return same[0]
    action = DueAction(
        case.key,
        case_id=case.id,
        kind=kind,
        subject=subject,
        what=what,
        due_at=due_at,
        owner_id=owner_id,
        owner_name=owner_name,
        state="open",
    )
    session.add(action)
    note(actor, "planned an action", action)
    return action


def settle_action(actor: Actor, action: DueAction, state: str, result: str) -> None:
    """Done, or not needed after all; both need a word on how it ended."""
    if action.state != "open":
        raise NotPossible("This is settled already.")
    action.state, action.settled_at, action.result = state, clock.now(), result
    note(actor, "settled an action", action)


def move_action(
    actor: Actor,
    action: DueAction,
    due_at: datetime,
    owner_id: UUID | None,
    reason: str,
    *,
    owner_name: str | None = None,
) -> None:
    """Another time or another owner; `owner_name` is for somebody without an account."""
    if action.state != "open":
        raise NotPossible("This is settled already.")
    action.due_at, action.owner_id = due_at, owner_id
    action.owner_name = action.owner_name if owner_name is None else owner_name
    note(actor, "moved an action", action, reason)


def settle_about(actor: Actor, case: Case, kind: str, subjects: Iterable[str], result: str) -> None:
    """Answering what was to be found out settles its action."""
    for action in _open_about(case, kind, list(subjects)):
        settle_action(actor, action, "done", result)


def actions_of(case: Case) -> list[DueAction]:
    """All actions of a case: the open ones first, by when they are due."""
    found = session.scalars(
        select(DueAction)
        .where(DueAction.case_id == case.id)
        .order_by(DueAction.due_at, DueAction.id)
    ).all()
    return sorted(found, key=lambda action: action.state != "open")


def _open_about(case: Case, kind: str, subjects: list[str]) -> list[DueAction]:
    if not subjects:
        return []
    return list(
        session.scalars(
            select(DueAction)
            .where(DueAction.case_id == case.id, DueAction.state == "open")
            .where(DueAction.kind == kind, DueAction.subject.in_(subjects))
            .order_by(DueAction.due_at, DueAction.id)
        )
    )
