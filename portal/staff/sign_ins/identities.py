"""Accounts at providers that are linked for single sign-on, as far as all of `staff` minds them.

Signing in by them is an extra (`portal.staff.single_sign_on`); ending them is not: a link that
somebody made who had taken an account over must not outlive the new password.
"""

from sqlalchemy import select

from portal import clock
from portal.db import session
from portal.journal.actor import Actor
from portal.journal.service import note
from portal.staff import notices
from portal.staff.models import Member
from portal.staff.sign_ins.models import Identity


def end_all(actor: Actor, member: Member) -> None:
    """End every link of somebody: whoever it really is links again, with the new password."""
    linked = session.scalars(
        select(Identity).where(Identity.member_id == member.id, Identity.ended_at.is_(None))
    ).all()
    for one in linked:
        one.ended_at = clock.now()
        note(actor, "ended a link for single sign-on", one)
    if linked:
        notices.tell(member.id, notices.Kind.LINKS_ENDED, member.id)
