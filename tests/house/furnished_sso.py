"""Accounts at providers of single sign-on: one that is linked, and one that was unlinked."""

from uuid import UUID

from portal.cases.models import Case
from portal.staff import service as staff
from portal.staff.sign_ins import identities
from portal.staff.single_sign_on import service
from portal.staff.single_sign_on.provider import Proven
from tests.factories import School

ISSUER = "https://accounts.example"


def sso(at: School, made: Case) -> dict[str, list[UUID]]:
    """No address of the portal without settings for it takes an id of these."""
    for who in (at.dsl, at.head):
        member = staff.get_member(at.id, who.id)
        service.add_link(who.actor, member, "example", Proven(ISSUER, str(who.id), False))
    identities.end_all(at.head.actor, staff.get_member(at.id, at.head.id))
    return {}
