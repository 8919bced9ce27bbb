"""Who must agree before somebody is given a role that reads cases.

Pure: who may appoint comes in as facts. A DSL and the head give such a role together (security
notes 3.4): one asks and the other agrees. Where a school has no second person, the one gives it
with a reason, and it is marked as given by one alone; a small school is never blocked (product 1).
"""

from collections.abc import Mapping
from enum import StrEnum
from uuid import UUID

from portal.staff.roles import Role

TOGETHER = frozenset({Role.DSL, Role.HEAD})

Appointers = Mapping[UUID, frozenset[Role]]
"""Those who work at the school as DSL or head, with their roles there."""


class Step(StrEnum):
    """What a request waits for."""

    SUPPORT = "support"
    AGREEMENT = "agreement"
    ALONE = "alone"


def may_appoint(member_id: UUID, role: Role, appointers: Appointers) -> bool:
    """Whether somebody may stand behind a role: a DSL or the head, and the head’s only a head.

    Whoever could give the head’s role could read what is kept from the leads.
    """
    held = appointers.get(member_id, frozenset())
    if role is Role.HEAD and any(Role.HEAD in roles for roles in appointers.values()):
        return Role.HEAD in held
    return bool(held & TOGETHER)


def who_agrees(
    asked_by: UUID, about: UUID | None, role: Role, appointers: Appointers
) -> tuple[Step, frozenset[UUID]]:
    """What a request waits for, and who may give it. Never the one it is about, nor who asked.

    A DSL’s request is agreed to by the head, the head’s by a DSL; where there is no such person, by
    another DSL or head; where there is none at all, whoever asked gives the role alone. What
    somebody asks for who may not appoint waits for one who may and stands behind it. `about` is
    None where it is about somebody who has no account yet.
    """
    others = {one: roles for one, roles in appointers.items() if one not in {asked_by, about}}
    if about == asked_by or not may_appoint(asked_by, role, appointers):
        behind = frozenset(one for one in others if may_appoint(one, role, appointers))
        return Step.SUPPORT, behind
    own = appointers[asked_by]
    both = frozenset(one for one, roles in others.items() if own | roles >= TOGETHER)
    if both or others:
        return Step.AGREEMENT, both or frozenset(others)
    return Step.ALONE, frozenset({asked_by})
