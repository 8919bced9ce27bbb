"""How a school’s entries lie over the shipped directory."""

from dataclasses import dataclass, replace
from datetime import date

import pytest

from portal.guidance import catalogue, rules

SHIPPED_ON = date(2026, 11, 20)


@dataclass
class Kept:
    code: str = "posh"
    own: bool = False
    hidden: bool = False
    for_whom: str | None = None
    name: str | None = None
    purpose: str | None = None
    telephone: str | None = None
    text_message: str | None = None
    email: str | None = None
    hours: str | None = None
    web: str | None = None
    note: str | None = None
    checked: date | None = None


def shipped(code="posh"):
    return next(one for one in catalogue.directory() if one.code == code)


def laid(*kept):
    return {one.code: one for one in rules.laid_over(catalogue.directory(), kept)}


def test_without_changes_it_is_what_is_shipped():
    assert list(laid().values()) == list(catalogue.directory())


def test_a_change_lies_over_the_shipped_entry_and_leaves_the_rest():
    one = laid(Kept(telephone="01632 960 010", hours="", checked=date(2026, 11, 2)))["posh"]

    assert one.telephone == "01632 960 010"
    assert one.hours is None
    assert (one.email, one.web) == (shipped().email, shipped().web)
    assert one.checked == date(2026, 11, 2)
    assert one.changed
    assert one.checked_here


@pytest.mark.parametrize(
    ("checked", "shown", "here"),
    [
        (date(2027, 3, 1), date(2027, 3, 1), True),
        (date(2026, 11, 2), SHIPPED_ON, False),  # the newer release was checked later
    ],
)
def test_a_check_alone_stands_until_a_release_is_newer(checked, shown, here):
    one = laid(Kept(code="ceop", checked=checked))["ceop"]

    assert (one.checked, one.checked_here) == (shown, here)
    assert one.sure == ("V" if here else shipped("ceop").sure)
    assert not one.changed


def test_own_entries_come_last_by_name_and_changes_to_what_is_gone_are_left_out():
    own = Kept("own_2", own=True, name="Zora", checked=SHIPPED_ON, for_whom="parents")
    first = replace(own, code="own_1", name="aunt Ada’s line", telephone="01632 960 011")
    found = laid(own, first, Kept("closed_service", telephone="1234"))

    assert list(found)[-2:] == ["own_1", "own_2"]
    assert found["own_1"].for_whom == ("parents",)
    assert found["own_1"].source == rules.OWN_SOURCE
    assert "closed_service" not in found


def test_what_says_the_same_as_the_shipped_entry_is_not_kept():
    answers = {name: getattr(shipped(), name) or "" for name in rules.CHANGED_HERE}

    assert set(rules.to_keep(shipped(), answers).values()) == {None}
    kept = rules.to_keep(shipped(), {**answers, "email": "", "note": "Ask for Jo."})
    assert (kept["email"], kept["note"], kept["telephone"]) == ("", "Ask for Jo.", None)


@pytest.mark.parametrize(
    ("checked", "today", "old"),
    [
        (date(2026, 11, 20), date(2026, 11, 20), False),
        (date(2026, 11, 20), date(2027, 11, 20), False),
        (date(2026, 11, 20), date(2027, 11, 21), True),
        (date(2024, 2, 29), date(2025, 2, 28), False),
        (date(2024, 2, 29), date(2025, 3, 1), True),
        (date(2025, 12, 31), date(2027, 1, 1), True),
        (date(2026, 12, 31), date(2026, 1, 1), False),
    ],
)
def test_a_year_is_a_year(checked, today, old):
    assert rules.is_old(checked, today) is old
