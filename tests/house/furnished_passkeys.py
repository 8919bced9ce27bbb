"""Passkeys of every member of a school, so that each role’s pages about them show some."""

from uuid import UUID

from portal import clock
from portal.cases.models import Case
from portal.db import session
from portal.journal.service import note
from portal.staff import service as staff
from portal.staff.factors.models import Passkey, PasskeyUse
from portal.staff.roles import Role
from tests.factories import School


def passkeys(at: School, made: Case) -> dict[str, list[UUID]]:
    """A lead has one that was used and one that was not; their ids are those of the addresses."""
    member = staff.get_member(at.id, at.dsl.id)
    found = []
    for number, label in enumerate(("Work laptop", "Zoë D’Arcy’s old key")):
        one = Passkey(
            member.key,
            member_id=member.id,
            credential_id=member.id.bytes + bytes([number]),
            public_key=b"not a key: nobody signs with it",
            label=label,
        )
        session.add(one)
        session.flush()
        session.add(
            PasskeyUse(passkey_id=one.id, counter=3, used_at=None if number else clock.now())
        )
        note(at[Role.DSL].actor, "added a passkey", one)
        found.append(one.id)
    return {"passkey_id": found}
