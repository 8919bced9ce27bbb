"""Pure rules about a disclosure: who is told, who sees it while it waits, who must not see it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from portal.cases.rules import Audience
from portal.people.models import PersonKind
from portal.people.rules import meant, meant_in_full
from portal.staff.roles import Role
from portal.staff.service import Colleague

NOT_KNOWN = "not_known"
_YOUNG = frozenset(kind.value for kind in PersonKind if kind.is_young)


class Stage(StrEnum):
    """Who is expected to pick up a disclosure that waits."""

    DSL = "dsl"
    DEPUTIES = "deputies"
    HEAD = "head"


@dataclass(frozen=True)
class NamedStaff:
    """Somebody who works here and is named in a disclosure."""

    member_id: UUID | None
    is_head: bool
    displayed: bool


def audience(named: Iterable[NamedStaff]) -> Audience:
    """Who gets it: an allegation about staff goes to the head; about the head, to nobody here.

    Only somebody said to have displayed the behaviour is accused; a teacher who is shown in an
    edited picture is not (product 2).
    """
    accused = [one for one in named if one.displayed]
    if any(one.is_head for one in accused):
        return Audience.NOBODY
    return Audience.HEAD if accused else Audience.LEADS


def stage(waited: int, pickup_minutes: int) -> Stage:
    """Who is expected to act after so many minutes of working time (product 2)."""
    if waited < pickup_minutes:
        return Stage.DSL
    return Stage.DEPUTIES if waited < 2 * pickup_minutes else Stage.HEAD


def may_be_staff(row: Mapping[str, Any]) -> bool:
    """Whether a person of a disclosure is compared with those who work here.

    Whoever is said to work here always is; everybody else where they are said to have displayed the
    behaviour, unless they were picked from the school’s list of young people.
    """
    if row.get("kind") == PersonKind.COLLEAGUE.value:
        return True
    picked = row.get("kind") in _YOUNG and row.get("person_id")
    return "displayed" in row.get("parts", []) and not picked


def named_in(row: Mapping[str, Any], staff: Mapping[UUID, Colleague]) -> list[NamedStaff]:
    """Who works here and may be meant by a person of a disclosure.

    A young person is compared by first and last name, everybody else by surname and title: see
    `people.rules`. Where it was asked whether it is the head, the answer counts; no answer and
    “I do not know” count as yes.
    """
    if not may_be_staff(row):
        return []
    displayed, found = "displayed" in row.get("parts", []), _found(row, staff)
    perhaps_head = asks_about_head(row, staff)
    if perhaps_head:
        heads = [one for one in staff if Role.HEAD in staff[one].roles]
        found = [one for one in found if one not in heads]
        found += heads if row.get("is_head") != "no" else []
    named = [NamedStaff(one, Role.HEAD in staff[one].roles, displayed) for one in found]
    if named or row.get("kind") != PersonKind.COLLEAGUE.value:
        return named
    return [NamedStaff(None, perhaps_head and row.get("is_head") != "no", displayed)]


def asks_about_head(row: Mapping[str, Any], staff: Mapping[UUID, Colleague]) -> bool:
    """Whether it has to be asked if this is the head.

    It is where somebody who works here is accused and the words fit nobody, and where they fit the
    head of somebody who is not said to work here: a parent may have the head’s surname.
    """
    if not may_be_staff(row) or row.get("member_id") or "displayed" not in row.get("parts", []):
        return False
    found = _found(row, staff)
    if row.get("kind") == PersonKind.COLLEAGUE.value:
        return not found
    return any(Role.HEAD in staff[one].roles for one in found)


def _found(row: Mapping[str, Any], staff: Mapping[UUID, Colleague]) -> list[UUID]:
    if row.get("member_id"):
        return [one for one in (UUID(row["member_id"]),) if one in staff]
    names = {one.id: one.name for one in staff.values()}
    if row.get("kind") in _YOUNG and not row.get(NOT_KNOWN):
        return meant_in_full(row.get("name", ""), names)
    roles = {one.id: one.roles for one in staff.values()}
    return meant(row.get("name") or row.get("description", ""), names, roles)
