"""Verbs about second factors: setting one up, checking one, and what happens when one is lost.

The only code that changes them. A code of an authenticator app is good once (RFC 6238, section 5.2;
security notes 3.2): the newest step that was accepted is kept, and only a later one is taken.
"""

from portal import clock
from portal.db import session
from portal.journal.actor import Actor
from portal.journal.service import note
from portal.staff.models import Member
from portal.staff.models_factors import TotpFactor


def add_totp(actor: Actor, member: Member, secret: str) -> TotpFactor:
    """An authenticator app that has shown a right code. `secret` is in base 32."""
    made = TotpFactor(member.key, member_id=member.id, secret=secret, confirmed_at=clock.now())
    session.add(made)
    note(actor, "set up an authenticator app", made)
    if not member.has_second:
        member.has_second = True
        note(actor, "has a second factor now", member)
    return made
