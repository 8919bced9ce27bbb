"""Whom a mark means: a colleague or carer who was matched, or else somebody of that name."""

from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest

from portal.cases.preferences import RatherNot, about, marks_on
from portal.staff.roles import Role
from portal.staff.service import Colleague

ONE, OTHER = uuid4(), uuid4()


def mark(name: str, **ids: UUID) -> RatherNot:
    whose: Any = SimpleNamespace(name="Sara")
    return RatherNot(whose, name, ids.get("member_id"), ids.get("person_id"))


@pytest.mark.parametrize(
    ("said", "name", "meant"),
    [
        ("Mr Moss", "Peter Moss", True),
        ("mr  moss", "Peter MOSS", True),
        ("Miss O'Hara", "Beth O’Hara", True),
        ("Zoë D’Arcy", "Zoe D'Arcy", True),
        ("Mr Mossley", "Peter Moss", False),
        ("Mum", "Ann O’Dea", False),
        ("", "", False),
    ],
)
def test_somebody_who_was_not_matched_is_known_by_the_last_name(
    said: str, name: str, meant: bool
) -> None:
    assert bool(about([mark(said)], name=name)) is meant


def test_who_was_matched_is_meant_and_nobody_else_of_the_name() -> None:
    marked = [mark("Mr Moss", member_id=ONE)]
    assert about(marked, member_id=ONE, name="Peter Moss")
    assert not about(marked, member_id=OTHER, name="Jane Moss")
    carer = [mark("Dad", person_id=ONE)]
    assert about(carer, person_id=ONE)
    assert not about(carer, person_id=OTHER, name="Dad")


def test_marked_colleagues_come_with_the_reason() -> None:
    names = {ONE: "Peter Moss", OTHER: "Ruth Adeyemi"}
    roles = frozenset({Role.STAFF})
    people = [Colleague(one, name, roles, ended=False) for one, name in names.items()]
    found = marks_on([mark("Mr Moss")], people)
    assert list(found) == [ONE]
    assert found[ONE] == "Sara would rather that Mr Moss did not know."
