"""The end of what lets somebody into a case: with an exclusion, or with the role that it needs.

Apart from `grants` and `emergencies`, because the service of a case shuts people out and must end
what they were given in the same step.
"""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select

from portal import clock
from portal.cases.models import Case
from portal.cases.models_access import EmergencyAccess, Grant
from portal.db import session
from portal.journal.actor import Actor
from portal.journal.service import note
from portal.staff.models import Member, School
from portal.staff.roles import Role

SHUT_OUT = "Shut out of the case."
ABOUT_STAFF = "The case is about somebody who works here."
NO_LONGER = "No longer pastoral staff here."


def end_grants(actor: Actor, grants: Iterable[Grant], reason: str) -> int:
    """End each of these that has not ended; how many those were."""
    now, ended = clock.now(), 0
    for one in grants:
        if one.ended_at is None:
            one.ended_at, one.end_reason = now, reason
            note(actor, "ended access to a part of the case", one, reason)
            ended += 1
    return ended


def end_emergencies(actor: Actor, found: Iterable[EmergencyAccess], reason: str) -> None:
    """End each of these that still runs."""
    now = clock.now()
    for one in found:
        if one.ended_at is None and now < one.until:
            one.ended_at = now
            note(actor, "ended access in an emergency", one, reason)


def end_all_of(actor: Actor, case_id: UUID, member_id: UUID | None, reason: str) -> None:
    """End all that lets one person, or everybody (None), into one case beside their role."""
    given = select(Grant).where(Grant.case_id == case_id, Grant.ended_at.is_(None))
    opened = select(EmergencyAccess).where(
        EmergencyAccess.case_id == case_id, EmergencyAccess.ended_at.is_(None)
    )
    if member_id is not None:
        given = given.where(Grant.member_id == member_id)
        opened = opened.where(EmergencyAccess.member_id == member_id)
    end_grants(actor, session.scalars(given.order_by(Grant.id)), reason)
    end_emergencies(actor, session.scalars(opened.order_by(EmergencyAccess.id)), reason)


def end_with_pastoral_role(
    actor: Actor, member: Member, school: School, taken: frozenset[Role]
) -> None:
    """Whoever loses the pastoral role keeps no grant: given back, the role opens none of them."""
    if Role.PASTORAL not in taken:
        return
    given = (
        select(Grant)
        .join(Case, Case.id == Grant.case_id)
        .where(
            Grant.member_id == member.id,
            Grant.ended_at.is_(None),
            Case.school_id == school.id,
        )
        .order_by(Grant.id)
    )
    end_grants(actor, session.scalars(given).all(), NO_LONGER)
