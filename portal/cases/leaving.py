"""What a colleague who leaves still has in cases: those they lead, and what is due from them.

`staff` stands below the cases and asks here before an account ends or a leading role is taken away;
`connect` fills every place in which it asks. A case that whoever asks may not see is neither named
nor counted: that there is one may be kept from that very person.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from portal.cases.access_ends import end_with_pastoral_role
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
    """What of the open cases that somebody leads, and of what is due from them, may be seen."""
    led = select(Case.id).where(
        Case.lead_id == member.id, Case.state == "open", school.id == SCHOOL_OF
    )
    seen = cases_by_role(who)
    references = session.scalars(seen.where(Case.id.in_(led)).with_only_columns(Case.reference))
    due: Any = _open_actions(member.id, school.id).where(
        Case.id.in_(seen.with_only_columns(Case.id))
    )
    return Held(
        cases=tuple(sorted(references)),
        actions=session.scalar(due.with_only_columns(func.count())) or 0,
        leads=session.scalar(led.limit(1)) is not None,
    )


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
    """Have `staff` ask here, and say here who has left or lost a role."""
    if held not in accounts.before_leaving:
        accounts.before_leaving.append(held)
        accounts.after_leaving.append(hand_actions_on)
        accounts.roles_taken.append(end_with_pastoral_role)
