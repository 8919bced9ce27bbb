"""What a colleague who leaves still has in cases: those they lead, and what is due from them.

`staff` stands below the cases and asks here before an account ends or a leading role is taken away.
A case that whoever asks may not see is counted and never named.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from portal.cases.models import Case, DueAction
from portal.cases.visible import SCHOOL_OF, cases_by_role
from portal.db import session
from portal.journal.actor import Actor
from portal.journal.service import note
from portal.staff.accounts import service as accounts
from portal.staff.accounts.service import Held
from portal.staff.models import Member, School
from portal.staff.viewer import Viewer

WHY = "The colleague whose it was has left."


def held(who: Viewer, member: Member, school: School) -> Held:
    """The open cases that somebody leads, and how many open actions are theirs."""
    led = select(Case.id).where(
        Case.lead_id == member.id, Case.state == "open", school.id == SCHOOL_OF
    )
    seen = cases_by_role(who).where(Case.id.in_(led)).with_only_columns(Case.reference)
    references = sorted(session.scalars(seen))
    every = session.scalar(select(func.count()).select_from(led.subquery())) or 0
    due: Any = _open_actions(member.id, school.id).with_only_columns(func.count())
    return Held(tuple(references), every - len(references), session.scalar(due) or 0)


def hand_actions_on(actor: Actor, member: Member, school: School) -> None:
    """What is due from somebody who has left is due from the lead of its case."""
    rows = session.execute(_open_actions(member.id, school.id).add_columns(Case.lead_id)).all()
    for action, lead_id in rows:
        action.owner_id = lead_id if lead_id != member.id else None
        note(actor, "gave an action to the lead of its case", action, WHY)


def _open_actions(member_id: UUID, school_id: UUID) -> Select[DueAction]:
    return (
        select(DueAction)
        .join(Case, Case.id == DueAction.case_id)
        .where(DueAction.owner_id == member_id, DueAction.state == "open")
        .where(school_id == SCHOOL_OF)
    )


def connect() -> None:
    """Have `staff` ask here."""
    if held not in accounts.before_leaving:
        accounts.before_leaving.append(held)
        accounts.after_leaving.append(hand_actions_on)
