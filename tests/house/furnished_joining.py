"""People in every state in which somebody can come and go, for the pages of accounts.

`member_id` works here with an open invitation, a wish and a request that wait, one that was not
agreed to, and one that was given; `request_id` waits, first for anybody who may appoint; `token` is
the secret of an invitation that nobody has used.
"""

from typing import Any

from portal.cases.models import Case
from portal.db import session
from portal.journal.actor import MACHINE
from portal.staff import service as staff
from portal.staff.accounts import invitations, role_requests
from portal.staff.accounts import service as accounts
from portal.staff.roles import Role
from tests import factories
from tests.factories import School


def joining(at: School, _made: Case) -> dict[str, list[Any]]:
    prefix = f"{at.prefix.lower()}." if at.prefix else ""
    newcomer = factories.colleague(at, Role.STAFF, "Nora O'Quist", f"{prefix}nora")
    member = staff.get_member(at.id, newcomer.id)
    dsl, head, admin = (factories.viewer_of(at[one]) for one in (Role.DSL, Role.HEAD, Role.ADMIN))
    role_requests.ask(head, member, at.row, {Role.HEAD})
    session.flush()
    [refused] = role_requests.waiting_for(dsl, member, at.id)
    request = role_requests.get(at.id, refused.id)
    role_requests.settle(dsl, request, agreed=False, reason="She’s leaving at Easter.")
    role_requests.ask(admin, member, at.row, {Role.DEPUTY})
    session.flush()
    role_requests.ask(head, member, at.row, {Role.PASTORAL})
    session.flush()
    waiting = role_requests.waiting_for(dsl, member, at.id)
    wish = next(one for one in waiting if one.role is Role.DEPUTY)
    asked = next(one for one in waiting if one.role is Role.PASTORAL)
    accounts.join_school(MACHINE, member, at.row, frozenset({Role.GOVERNOR}))
    _, secret = invitations.invite(dsl, member)
    return {"member_id": [newcomer.id], "request_id": [wish.id, asked.id], "token": [secret]}
