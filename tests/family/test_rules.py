"""Households, rhythms, decisions, and what must not reach a household."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from portal.family import rules
from portal.family.rules import LEFT_OUT, Home, Rhythm, households, kept_out, taken_out


@dataclass
class Somebody:
    name: str
    household: str = ""


def home(*names: str, **more: Any) -> Home:
    return Home(frozenset({uuid4()}), names, **more)


MUM = home(
    "Karen O'Neill",
    telephones=["07700 900123 / 01632 960111 (work)"],
    emails=["Karen.ONeill@home.example"],
    addresses=["12 Mill Lane, Oakfield\nOX1 2AB"],
    protected=True,
)
DAD = home(
    "Sean O'Neill",
    telephones=["07700 900456"],
    addresses=["4 High Street\nOakfield\nOX9 9ZZ"],
)


def test_the_same_words_are_one_household_whatever_their_case_and_spaces() -> None:
    people = [
        Somebody("Karen", "Mum’s  home"),
        Somebody("Sean", "Dad's"),
        Somebody("Pete", "mum's home "),
        Somebody("Gran"),
        Somebody("Foster carer", "  "),
    ]
    groups = [[one.name for one in group] for group in households(people)]
    assert groups == [["Karen", "Pete"], ["Sean"], ["Gran"], ["Foster carer"]]


@given(st.lists(st.sampled_from(["", " ", "Mum’s home", "MUM'S HOME", "Dad’s", "alone 0"])))
def test_everybody_is_in_one_household_and_nobody_without_words_shares(words: list[str]) -> None:
    people = [Somebody(str(number), one) for number, one in enumerate(words)]
    groups = households(people)
    assert sorted((one.name for group in groups for one in group), key=int) == [
        one.name for one in people
    ]
    for group in groups:
        if any(not one.household.strip() for one in group):
            assert len(group) == 1


@pytest.mark.parametrize(
    ("parts", "young", "must"),
    [
        (["harmed"], True, True),
        (["witness", "displayed"], True, True),
        (["witness"], True, False),
        (["other"], True, False),
        ([], True, False),
        (["displayed"], False, False),
    ],
)
def test_for_whom_it_must_be_decided(parts: list[str], young: bool, must: bool) -> None:
    assert rules.must_be_decided(parts, is_young=young) is must


@pytest.mark.parametrize(
    ("choice", "wish", "needs"),
    [
        ("informed", "agrees", False),
        ("informed", "unsure", True),
        ("informed", "does_not_want", True),
        ("informed", "not_asked", False),
        ("informed", None, False),
        ("not_informed", "agrees", True),
        ("not_informed", "does_not_want", False),
        ("not_yet", "agrees", False),
        ("not_yet", "does_not_want", False),
    ],
)
def test_when_a_decision_goes_against_the_wish(choice: str, wish: str | None, needs: bool) -> None:
    assert rules.needs_word_on_wish(choice, wish) is needs


def _weekdays(day: date) -> bool:
    return day.weekday() < 5


@pytest.mark.parametrize(
    ("every", "after", "due"),
    [
        (Rhythm.WEEK, date(2026, 11, 18), date(2026, 11, 25)),
        (Rhythm.FORTNIGHT, date(2026, 11, 18), date(2026, 12, 2)),
        (Rhythm.WEEK, date(2026, 11, 21), date(2026, 11, 30)),  # a Saturday, then the Monday
        (Rhythm.MONTH, date(2026, 1, 31), date(2026, 3, 2)),  # 28 February is a Saturday
        (Rhythm.MONTH, date(2026, 12, 1), date(2027, 1, 1)),
        (Rhythm.HALF_TERM, date(2026, 11, 18), date(2026, 12, 30)),
        (Rhythm.AS_IT_HAPPENS, date(2026, 11, 18), None),
    ],
)
def test_the_next_update(every: Rhythm, after: date, due: date | None) -> None:
    assert rules.next_update(every, after, _weekdays) == due


def test_the_next_update_skips_closures() -> None:
    shut = (date(2026, 12, 21), date(2027, 1, 4))
    found = rules.next_update(
        Rhythm.WEEK,
        date(2026, 12, 16),
        lambda day: _weekdays(day) and not shut[0] <= day <= shut[1],
    )
    assert found == date(2027, 1, 5)


@given(st.sampled_from(list(Rhythm)), st.dates(date(2020, 1, 1), date(2090, 1, 1)), st.booleans())
def test_an_update_is_never_due_at_once(every: Rhythm, after: date, ever_open: bool) -> None:
    due = rules.next_update(every, after, lambda _: ever_open)
    assert due is None if every is Rhythm.AS_IT_HAPPENS else after < due <= after + timedelta(170)  # type: ignore[operator]


@pytest.mark.parametrize(
    "text",
    [
        "Karen O'Neill",
        "KAREN O’NEILL",
        "Ring karen at work",
        "karen   oneill",
        "07700900123",
        "+44 7700 900 123",
        "0044 (0)7700-900123",
        "0 7 7 0 0 9 0 0 1 2 3",
        "01632960111",
        "She is at 12 Mill Lane",
        "12 mill lane, oakfield",
        "Mill lane: OX12AB",
        "ox1 2ab",
        "karen.oneill@HOME.example",
    ],
)
def test_nothing_of_the_other_household_is_left(text: str) -> None:
    phrases = kept_out([MUM, DAD], 1, [], own=["Sara O'Neill"])
    left = taken_out(f"So: {text}.", phrases)
    assert LEFT_OUT in left
    assert not re.search("karen|7700|960111|12 mill|2ab", left, re.IGNORECASE)


def test_what_a_household_has_itself_stays() -> None:
    phrases = kept_out([MUM, DAD], 1, ["Owen Price", "Sean O'Neill"], own=["Sara O'Neill"])
    text = "Sean O'Neill of 4 High Street, Oakfield, 07700 900456, spoke of Sara O'Neill."
    assert taken_out(text, phrases) == text


def test_a_protected_address_is_left_out_of_what_its_own_household_reads() -> None:
    phrases = kept_out([MUM, DAD], 0, [])
    assert taken_out("We wrote to 12 Mill Lane, OX1 2AB.", phrases) == f"We wrote to {LEFT_OUT}."
    assert taken_out("We rang 07700 900123.", phrases) == "We rang 07700 900123."


def test_the_address_of_a_household_that_is_not_protected_stays_for_itself() -> None:
    text = "We wrote to 4 High Street."
    assert taken_out(text, kept_out([MUM, DAD], 1, [])) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Owen Price sent it on.", "[left out] sent it on."),
        ("Owen’s mother, Mrs Price, rang.", "[left out]’s mother, Mrs [left out], rang."),
        ("What is the price?", "What is the price?"),
        ("OWEN, Owen Price", "[left out]"),
        ("Zoë D'Arcy", "[left out]"),
        ("zoe darcy", "[left out]"),
        ("Lukasz and Łukasz", "[left out] and [left out]"),
        ("Lukaszenko", "Lukaszenko"),
        ("她和李小龙说话", "她和[left out]说话"),
        ("Zoe\u0308!", "[left out]!"),
        ("O\u200bwen", "[left out]"),
    ],
)
def test_other_families_are_left_out(text: str, left: str) -> None:
    others = ["Owen Price", "Zoë D’Arcy", "Łukasz Żółkiewski", "李小龙"]
    assert taken_out(text, kept_out([DAD], 0, others)) == left


def test_a_first_name_that_somebody_here_has_as_well_stays() -> None:
    phrases = kept_out([home("Sean O'Neill"), home("Sean Byrne")], 0, ["Sara Moss"], own=["Sara B"])
    left = taken_out("Sean and Sara. Sean Byrne and Sara Moss.", phrases)
    assert left == "Sean and Sara. [left out] and [left out]."


def test_no_phrases_leave_a_text_as_it_is() -> None:
    assert kept_out([DAD], 0, []) == []
    assert taken_out("It’s fine,\n  as it is.", []) == "It’s fine,\n  as it is."


LETTERS = st.characters(whitelist_categories=("Lu", "Ll"), max_codepoint=0x24F)
WORD = st.text(LETTERS, min_size=3, max_size=9).filter(lambda word: word.casefold().isalpha())
NAME = st.builds(lambda first, last: f"{first.capitalize()} {last.capitalize()}", WORD, WORD)
NUMBER = st.integers(10**9, 10**10 - 1).map(lambda number: f"0{number}")
STREET = st.builds(lambda number, word: f"{number} {word} Street", st.integers(1, 99), WORD)
FILLER = st.sampled_from([" said ", ", ", ": ", "\n", " (", ") ", " – ", "; then "])


def _folded(text: str) -> str:
    """As a reader compares words: no case, no accents. Written apart from the rules on purpose."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(one for one in plain if not unicodedata.combining(one))
    for letter, same in zip("łøđıʼ", "lodi'", strict=True):
        plain = plain.replace(letter, same)
    return plain


def _found(phrase: str, text: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(_folded(phrase))}(?!\w)", _folded(text)))


def _spaced(number: str, gaps: list[str]) -> str:
    return "".join(digit + gaps[place % len(gaps)] for place, digit in enumerate(number)).strip()


@given(
    mine=st.builds(home, NAME),
    theirs=st.tuples(NAME, NUMBER, STREET, WORD),
    other=NAME,
    between=st.lists(FILLER, min_size=8, max_size=8),
    gaps=st.lists(st.sampled_from(["", " ", "-", ".", ") "]), min_size=1, max_size=4),
    shout=st.booleans(),
    protected=st.booleans(),
)
@example(
    mine=home("Ann Lee"),
    theirs=("Karen Price", "07700900123", "4 Mill Street", "karen"),
    other="Ann Byrne",
    between=[" said "] * 8,
    gaps=[""],
    shout=False,
    protected=True,
)
def test_no_text_carries_anything_of_another_household(
    mine: Home,
    theirs: tuple[str, str, str, str],
    other: str,
    between: list[str],
    gaps: list[str],
    shout: bool,
    protected: bool,
) -> None:
    name, number, street, box = theirs
    mail = f"{_folded(box)}@home.example"
    assume(mail.isascii())
    own_words = set(_folded(" ".join(mine.names)).split())
    assume(own_words.isdisjoint(_folded(f"{name} {other} {street}").split()))
    there = home(name, telephones=[number], emails=[mail], addresses=[street], protected=protected)
    parts = [name, _spaced(number, gaps), mail, street, other, name.split()[0], mine.names[0]]
    text = "".join(filler + part for filler, part in zip(between, parts, strict=False))
    left = taken_out(text.upper() if shout else text, kept_out([mine, there], 0, [other]))
    for phrase in (name, name.split()[0], other, street, mail):
        assert not _found(phrase, left), (phrase, left)
    assert number[1:] not in re.sub(r"\D", "", left)
    assert _found(mine.names[0], left)


@given(NAME, NAME)
def test_what_is_taken_out_says_nothing_of_what_stood_there(one: str, other: str) -> None:
    assume({"they", "said", "rang"}.isdisjoint(_folded(f"{one} {other}").split()))
    mine = home("Q Qqqqqqqqqqqq")
    first = taken_out("They said X rang.".replace("X", one), kept_out([mine, home(one)], 0, []))
    family = taken_out("They said X rang.".replace("X", other), kept_out([mine], 0, [other]))
    assert first == family == f"They said {LEFT_OUT} rang."
