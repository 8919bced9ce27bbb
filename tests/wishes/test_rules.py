"""What changed between two visits, who is the same person, and what one sentence is."""

from uuid import uuid4

import pytest

from portal.wishes import rules
from portal.wishes.rules import Change, Difference, Named


def test_a_list_of_names_takes_each_once_and_leaves_out_blank_lines() -> None:
    assert rules.names_in("Mum\n\n  Miss   Green \nmum\nZoë\nZoe\r\n") == [
        "Mum",
        "Miss Green",
        "Zoë",
    ]


def test_who_stands_twice_is_found_whatever_the_case_accents_or_spaces() -> None:
    assert rules.twice(["Zoë", "Mum", "ZOE ", "mum", "zoe"]) == ["ZOE ", "mum"]
    assert rules.twice(["Mum", "Dad", "", ""]) == []
    assert rules.in_both(["Mum", "Mr Moss"], ["mr  moss", "Dad"]) == ["mr  moss"]


def test_three_lists_become_one_row_for_each_person() -> None:
    found = rules.together(["Mum", "Jade", "Sam"], ["Miss Green", "mum"], ["Mr Moss", "sam"])
    assert [(one.name, one.standing, one.knows_already) for one in found] == [
        ("Miss Green", "wanted", False),
        ("mum", "wanted", True),
        ("Mr Moss", "rather_not", False),
        ("sam", "rather_not", True),
        ("Jade", "knows", True),
    ]


def test_who_stands_in_both_lists_is_not_told() -> None:
    found = rules.together([], ["Mr Moss"], ["mr moss"])
    assert [(one.name, one.standing) for one in found] == [("Mr Moss", "rather_not")]


def test_what_changed_is_said_person_by_person() -> None:
    before = [
        Named("Mum", "wanted", how_much="A little"),
        Named("Mr Moss", "wanted"),
        Named("Jade", "knows", knows_already=True),
        Named("Dad", "rather_not"),
    ]
    after = [
        Named("mr moss", "rather_not"),
        Named("Mum", "wanted", how_much="All of it", support="Listen"),
        Named("Jade", "knows", knows_already=True),
        Named("Miss Green", "wanted"),
    ]
    assert rules.changes(before, after) == [
        Change("added", "Miss Green", "wanted"),
        Change("taken_out", "Dad", "rather_not"),
        Change(
            "changed",
            "mr moss",
            "rather_not",
            (
                Difference("name", "Mr Moss", "mr moss"),
                Difference("standing", "wanted", "rather_not"),
            ),
        ),
        Change(
            "changed",
            "Mum",
            "wanted",
            (
                Difference("how_much", "A little", "All of it"),
                Difference("support", "", "Listen"),
            ),
        ),
    ]


def test_nothing_changed_where_only_the_order_or_spaces_did() -> None:
    before = [Named("Mum", "wanted", not_do="Ask"), Named("Dad", "rather_not")]
    after = [Named("Dad", "rather_not"), Named("Mum", "wanted", not_do="Ask \n")]
    assert rules.changes(before, after) == []


def test_another_name_for_the_same_colleague_is_the_same_person() -> None:
    who = uuid4()
    before = [Named("Miss G", "wanted", member_id=who), Named("Dad", "wanted", person_id=uuid4())]
    after = [Named("Miss Green", "wanted", member_id=who), Named("Grandad", "wanted")]
    found = rules.changes(before, after)
    assert [(one.kind, one.name) for one in found] == [
        ("added", "Grandad"),
        ("taken_out", "Dad"),
        ("changed", "Miss Green"),
    ]
    assert found[2].differences == (Difference("name", "Miss G", "Miss Green"),)


@pytest.mark.parametrize(
    ("text", "one"),
    [
        ("She may leave any lesson.", True),
        ("She may leave any lesson", True),
        ("Send her to Mr. Whitlock in room 4.", True),
        ("She may leave at 2 p.m. on Mondays.", True),
        ("She may leave. Do not ask why.", False),
        ("Is she quiet? Let her be", False),
        ("She said “no.” Then she left", False),
    ],
)
def test_a_note_is_one_sentence(text: str, one: bool) -> None:
    assert rules.is_one_sentence(text) is one
