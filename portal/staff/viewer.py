"""The signed-in member of staff of this request, with roles and schools."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from werkzeug.exceptions import Unauthorized

from portal.staff.roles import READERS, Permission, Role, allowed
from portal.web.holder import Holder, holder


@dataclass(frozen=True)
class Viewer(Holder):
    school_name: str
    roles_at: Mapping[UUID, frozenset[Role]]
    school_names: Mapping[UUID, str]
    password_at: datetime
    must_change: bool
    hidden: bool
    handover: UUID | None = None
    has_second: bool = False
    second_at: datetime | None = None
    second_how: str = ""
    must_have_second: bool = False
    has_notices: bool = False

    @property
    def is_handed_over(self) -> bool:
        return self.handover is not None

    @property
    def awaits_second(self) -> bool:
        """Whether the password was given and the second factor was not."""
        return self.has_second and self.second_at is None

    @property
    def must_enrol(self) -> bool:
        """Whether a second factor has to be set up before anything else is shown.

        Also after a recovery code or a reset: what was there before has been ended.
        """
        return (self.must_have_second and not self.has_second) or self.came_by_recovery

    @property
    def came_by_recovery(self) -> bool:
        return self.second_how in INSTEAD

    @property
    def is_let_in(self) -> bool:
        return not self.awaits_second and not self.must_enrol

    @property
    def id(self) -> UUID:
        return cast("UUID", self.member_id)

    @property
    def school(self) -> UUID:
        """The school this person is working in now."""
        return cast("UUID", self.school_id)

    def may(self, permission: Permission, school_id: UUID | None = None) -> bool:
        return allowed(self.roles_at.get(school_id or self.school, frozenset()), permission)

    def is_a(self, role: Role, school_id: UUID | None = None) -> bool:
        return role in self.roles_at.get(school_id or self.school, frozenset())

    @property
    def reads_cases(self) -> bool:
        """Whether any of the roles, at whatever school, reads cases."""
        return any(roles & READERS for roles in self.roles_at.values())

    def schools_where(self, permission: Permission) -> list[UUID]:
        return [school for school in self.roles_at if self.may(permission, school)]

    def schools_as(self, role: Role) -> list[UUID]:
        return [school for school, roles in self.roles_at.items() if role in roles]

    def role_word(self, school_id: UUID | None = None) -> str:
        """The role that counts most at a school, in words."""
        roles = self.roles_at.get(school_id or self.school, frozenset())
        return next((role.label for role in _RANK if role in roles), "Staff")


# What lets somebody in who has lost the second factor: to set up a new one, and no further.
INSTEAD = frozenset({"recovery", "reset"})
_RANK = (Role.DSL, Role.DEPUTY, Role.HEAD, Role.PASTORAL, Role.ADMIN, Role.GOVERNOR, Role.STAFF)


def first_role(roles: frozenset[Role]) -> Role:
    return next(role for role in _RANK if role in roles)


def viewer() -> Viewer:
    """The signed-in person; a view that declares `@needs` always has one."""
    found = holder()
    if not isinstance(found, Viewer):
        raise Unauthorized
    return found


def viewer_or_none() -> Viewer | None:
    found = holder()
    return found if isinstance(found, Viewer) else None
