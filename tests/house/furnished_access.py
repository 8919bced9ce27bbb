"""Access to a case in every state that pages can show: given, ended, opened in an emergency."""

from datetime import timedelta
from uuid import UUID

from portal import clock
from portal.cases import emergencies, grant_rules, grants
from portal.cases import service as cases
from portal.cases.models import Case
from portal.db import session
from portal.staff.roles import Role
from portal.wishes.service import is_young
from tests import factories
from tests.factories import School


def access(at: School, made: Case) -> dict[str, list[UUID]]:
    """Grants to read and to write, about one young person and all, ended and soon over.

    They are a further colleague’s: whoever stands for pastoral staff here sees no case.
    """
    return {"grant_id": _grants(at, made), "emergency_id": _emergencies(at, made)}


def _grants(at: School, made: Case) -> list[UUID]:
    her = next(one for one in cases.people_in(made) if is_young(one))
    who = factories.colleague(at, Role.PASTORAL, "Zoë D'Arcy", f"given.{made.reference.lower()}")
    found = []
    for part, may_write, about, days in (
        ("wishes", True, her.id, 42),
        ("support", False, None, 3),
        ("actions", True, None, 100),
        ("contacts", False, None, 42),
    ):
        new = grants.NewGrant(
            who.id,
            [part],
            may_write,
            grant_rules.end_of(clock.today() + timedelta(days=days)),
            "She’s her form tutor.",
            about,
            "Sara said it’s all right." if part == "support" else "",
        )
        found += grants.give(at.dsl.actor, made, new)
    session.flush()
    grants.end(at.dsl.actor, found[-1:], "It’s over.")
    return [one.id for one in found]


def _emergencies(at: School, made: Case) -> list[UUID]:
    """One that was looked at, and one that still waits; both are over."""
    who = factories.viewer_of(at[Role.PASTORAL])
    found = []
    for _ in range(2):
        one = emergencies.open_case(who, made, "Her mother rang: she’s not come home.")
        session.flush()
        emergencies.end_own(who, one.id)
        session.flush()
        found.append(one)
    emergencies.review(factories.viewer_of(at.head), found[1], "justified", "She’s safe now.")
    return [one.id for one in found]
