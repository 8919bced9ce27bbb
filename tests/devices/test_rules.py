"""What the chain of custody says and allows: fast, without a database."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.devices import facts, rules
from portal.devices.rules import Draft, GapKind, Kind, Where
from portal.devices.typed import imei_is_valid, imei_remark, looks_like_passcode
from portal.happened import Happened

DAY = date(2026, 3, 11)
NOW = datetime(2026, 3, 20, 16, 55, tzinfo=UTC)


def at(hour: int, minute: int = 0, day: int = 0) -> Happened:
    return Happened(DAY + timedelta(days=day), time(hour, minute))


def taken(**words: str) -> Draft:
    known = {"from_whom": "Owen", "to_whom": "Beth", "place": "Room 14"}
    return Draft("taken", at(10, 15), **{**known, **words})


def stored(**words: str) -> Draft:
    known = {"from_whom": "Beth", "to_whom": "Ruth", "place": "Cabinet 2", "seal": "00418"}
    return Draft("stored", at(10, 25), **{**known, **words})


def to_police(**words: str) -> Draft:
    known = {"from_whom": "Ruth", "to_whom": "PC Dolan, West Midlands", "seal": "00418"}
    return Draft("to_police", at(14, 30, day=1), **{**known, **words})


TO_POLICE = to_police()
FROM_POLICE = Draft("from_police", at(9, day=5), "Sgt Bell, West Midlands", "Ruth", "Safe", "P-77")
RETURNED = Draft("returned", at(15, day=2), from_whom="Ruth", to_whom="Owen's mother")
DISPOSED = Draft("disposed", at(15, day=2), from_whom="Ruth")
REMARK = Draft("remark", at(16, day=2), reason="Seen by the head")


@pytest.mark.parametrize(
    ("rows", "where", "holder", "place", "seal"),
    [
        ([taken()], Where.SCHOOL, "Beth", "", ""),
        ([taken(), stored()], Where.SCHOOL, "Ruth", "Cabinet 2", "00418"),
        ([taken(), stored(), REMARK], Where.SCHOOL, "Ruth", "Cabinet 2", "00418"),
        ([taken(), stored(), TO_POLICE], Where.POLICE, "PC Dolan, West Midlands", "", "00418"),
        ([taken(), stored(), TO_POLICE, FROM_POLICE], Where.SCHOOL, "Ruth", "Safe", "P-77"),
        ([taken(), stored(), RETURNED], Where.GONE, "Owen's mother", "", "00418"),
        ([taken(), stored(), DISPOSED], Where.GONE, "", "", "00418"),
        ([taken(), stored(seal="")], Where.SCHOOL, "Ruth", "Cabinet 2", ""),
    ],
)
def test_holder_place_and_seal_follow_from_the_rows(rows, where, holder, place, seal):
    now = rules.standing(rows)

    assert now is not None
    assert (now.where, now.holder, now.place, now.seal) == (where, holder, place, seal)
    assert (rules.holder(rows), rules.place(rows)) == (holder, place)
    assert rules.is_held(rows) == (where is Where.SCHOOL)


def test_nothing_recorded_is_held_by_nobody():
    assert rules.standing([]) is None
    assert (rules.holder([]), rules.place([]), rules.is_held([])) == ("", "", False)
    assert rules.may_follow([]) == {Kind.TAKEN}


@pytest.mark.parametrize(
    ("rows", "allowed"),
    [
        ([taken()], "stored moved to_police returned disposed remark"),
        ([taken(), stored()], "stored moved to_police returned disposed remark"),
        ([taken(), TO_POLICE], "from_police remark"),
        ([taken(), TO_POLICE, FROM_POLICE], "stored moved to_police returned disposed remark"),
        ([taken(), RETURNED], "remark"),
        ([taken(), DISPOSED], "remark"),
        ([taken(), RETURNED, REMARK], "remark"),
    ],
)
def test_which_move_may_follow_which(rows, allowed):
    assert rules.may_follow(rows) == {Kind(one) for one in allowed.split()}


@pytest.mark.parametrize(
    ("rows", "kind", "words"),
    [
        ([taken(), RETURNED], "returned", "it was returned. Add a remark"),
        ([taken(), DISPOSED], "disposed", "it was disposed of. Add a remark"),
        ([taken(), RETURNED], "to_police", "The school does not hold it"),
        ([taken(), TO_POLICE], "to_police", "The police have it already"),
        ([taken(), TO_POLICE], "returned", "Record first that it came back"),
        ([taken()], "from_police", "The police do not have it"),
        ([taken()], "taken", "recorded already that it was taken"),
        ([], "stored", "begins with who took it"),
    ],
)
def test_what_cannot_be_is_refused_in_words(rows, kind, words):
    problems = rules.check_move(rows, Draft(kind, at(9, day=6)), NOW)

    assert set(problems) == {"kind"}
    assert words in problems["kind"]


@pytest.mark.parametrize(
    ("when", "stands"),
    [
        (at(10, 24), False),
        (at(10, 25), True),
        (Happened(DAY), True),  # a day without a time is compared by the day
        (Happened(DAY - timedelta(days=1)), False),
        (Happened(DAY - timedelta(days=1), time(23, 59)), False),
        (Happened(date(2026, 3, 20), time(16, 55)), True),
        (Happened(date(2026, 3, 20), time(16, 56)), False),
        (Happened(date(2026, 3, 20)), True),
        (Happened(date(2026, 3, 21)), False),
    ],
)
def test_a_move_is_neither_before_the_last_one_nor_in_the_future(when, stands):
    new = Draft("moved", when, "Ruth", "Tom")

    problems = rules.check_move([taken(), stored()], new, NOW)

    assert ("happened" not in problems) is stands


def test_summer_time_counts():
    """Half past ten in London in July is half past nine in UTC."""
    now = datetime(2026, 7, 1, 9, 30, tzinfo=UTC)
    day = date(2026, 7, 1)
    rows = [Draft("taken", Happened(day, time(9)), to_whom="Beth")]

    assert not rules.check_move(rows, Draft("stored", Happened(day, time(10, 30))), now)
    assert rules.check_move(rows, Draft("stored", Happened(day, time(10, 31))), now)


def test_a_remark_may_be_about_anything_that_was_before():
    early = Draft("remark", at(8), reason="It had been in the changing room")

    assert not rules.check_move([taken(), stored()], early, NOW)
    assert rules.check_move([taken(), stored(), early], Draft("moved", at(10, 20)), NOW)


def test_a_move_without_a_day_says_so():
    assert "happened" in rules.check_move([taken()], Draft("stored", None), NOW)


# Gaps


def kinds(rows, now=NOW):
    return [gap.kind for gap in rules.gaps(rows, now)]


def test_a_whole_chain_has_no_gap():
    rows = [taken(), stored(), TO_POLICE, FROM_POLICE, Draft("returned", at(9, 5, day=6), "ruth ")]

    assert kinds(rows) == []


def test_a_row_that_begins_with_somebody_else_is_a_gap():
    rows = [taken(), stored(), Draft("moved", at(12), "Tom", "Alan", "Safe", "00418")]

    (gap,) = rules.gaps(rows, NOW)

    assert (gap.kind, gap.number, gap.was, gap.now) == (GapKind.OTHER_HOLDER, 3, "Ruth", "Tom")
    assert "came from Tom" in facts.gap_words(gap)
    assert "it was with Ruth" in facts.gap_words(gap)


@pytest.mark.parametrize(
    ("seal", "reason", "gaps"),
    [
        ("00418", "", []),
        (" 00-418", "", []),
        ("00419", "", [GapKind.OTHER_SEAL]),
        ("", "", [GapKind.OTHER_SEAL]),
        ("00419", "The bag was torn; Tom was there", []),
    ],
)
def test_a_seal_that_changes_without_a_word_is_a_gap(seal, reason, gaps):
    moved = Draft("moved", at(12), "Ruth", "Alan", "Safe", seal, reason)

    assert kinds([taken(), stored(), moved]) == gaps


def test_what_the_police_seal_anew_is_no_gap():
    assert kinds([taken(), stored(), TO_POLICE, FROM_POLICE]) == []


@pytest.mark.parametrize(
    ("rows", "now", "gaps"),
    [
        ([taken()], at(11, 15), []),
        ([taken()], at(11, 16), [GapKind.NOT_LOCKED]),
        ([taken(), stored()], at(9, day=4), []),
        ([taken(), Draft("stored", at(11, 16), "Beth", "Ruth", "Safe")], at(9, day=4),
         [GapKind.NOT_LOCKED]),
        # carried on by somebody else is still not locked away
        ([taken(), Draft("moved", at(11), "Beth", "Ruth"),
          Draft("stored", at(11, 30), "Ruth", "Ruth", "Safe")], at(9, day=4),
         [GapKind.NOT_LOCKED]),
        ([taken(), Draft("moved", at(10, 40), "Beth", "Ruth"),
          Draft("stored", at(11), "Ruth", "Ruth", "Safe")], at(9, day=4), []),
        # the same day without a time may have been at once; another day was not
        ([taken(), Draft("stored", Happened(DAY), "Beth", "Ruth", "Safe")], at(9, day=4), []),
        ([taken(), Draft("stored", Happened(DAY + timedelta(2)), "Beth", "Ruth", "Safe")],
         at(9, day=4), [GapKind.NOT_LOCKED]),
        ([taken(), REMARK], at(9, day=4), [GapKind.NOT_LOCKED]),
    ],
)  # fmt: skip
def test_what_nobody_locked_away_is_a_gap(rows, now, gaps):
    assert kinds(rows, now.moment) == gaps


def test_an_open_gap_says_since_when_and_a_closed_one_until_when():
    (open_gap,) = rules.gaps([taken()], NOW)
    late = Draft("stored", at(15), "Beth", "Ruth", "Safe")
    (closed,) = rules.gaps([taken(), late], NOW)

    assert facts.gap_words(open_gap).startswith("Since 11 March 2026, 10:15 nothing says")
    assert "Between 11 March 2026, 10:15 and 11 March 2026, 15:00" in facts.gap_words(closed)


# Whatever is tried

NAMES = st.sampled_from(["Beth", "Ruth", "Tom", ""])
MOMENTS = st.builds(
    Happened,
    st.dates(DAY - timedelta(days=2), DAY + timedelta(days=12)),
    st.none() | st.times().map(lambda one: one.replace(second=0, microsecond=0)),
    st.booleans(),
)
DRAFTS = st.builds(
    Draft,
    st.sampled_from([kind.value for kind in Kind]),
    MOMENTS,
    NAMES,
    NAMES,
    st.sampled_from(["", "Safe", "Cabinet 2"]),
    st.sampled_from(["", "1", "2"]),
    st.sampled_from(["", "A word"]),
)


@given(st.lists(DRAFTS, max_size=14))
def test_whatever_is_tried_there_is_one_holder_and_gaps_are_told(tried):
    rows: list[Draft] = []
    for new in tried:
        before = list(rows)
        if not rules.check_move(rows, new, NOW):
            rows.append(new)
        assert rows[: len(before)] == before
        _sound(rows)


def _sound(rows):
    """What must hold of every chain, reckoned here in another way than the rules do."""
    moved = [row for row in rows if row.kind != "remark"]
    now = rules.standing(rows)
    assert (now is None) == (not moved)
    assert [row.kind for row in rows].count("taken") == bool(rows)
    ended = [row for row in moved if row.kind in {"returned", "disposed"}]
    assert len(ended) <= 1
    assert not ended or moved[-1] is ended[0]
    with_police = 0
    for row in moved:
        with_police += (row.kind == "to_police") - (row.kind == "from_police")
        assert with_police in {0, 1}
        assert with_police == 0 or row.kind == "to_police"
    if now is not None:
        assert (now.where is Where.POLICE) == bool(with_police)
        assert (now.where is Where.GONE) == bool(ended)
        assert rules.is_held(rows) == (not with_police and not ended)
        told = {gap.number for gap in rules.gaps(rows, NOW) if gap.kind is GapKind.OTHER_HOLDER}
        assert told == _others(rows)
    for earlier, later in pairwise(moved):
        assert earlier.happened.on <= later.happened.on
        if earlier.happened.at and later.happened.at:
            assert earlier.happened.moment <= later.happened.moment
    assert all(row.happened.on <= NOW.date() for row in rows)


def _others(rows):
    had, found = "", set()
    for number, row in enumerate(rows, start=1):
        if row.kind == "remark":
            continue
        if row.kind not in {"taken", "from_police"} and row.from_whom != had:
            found.add(number)
        had = "" if row.kind == "disposed" else row.to_whom or had
    return found


# What was typed


@pytest.mark.parametrize("imei", ["490154203237518", "49-015420-323751-8", "35 209900 176148 1"])
def test_an_imei_that_fits(imei):
    assert imei_is_valid(imei)
    assert imei_remark(imei) == ""


@pytest.mark.parametrize(
    ("imei", "words"),
    [
        ("490154203237517", "The check digit does not fit: read it again"),
        ("49015420323751", "15 figures"),
        ("4901542032375188", "15 figures"),
        ("not readable", "15 figures"),
        ("٤٩٠١٥٤٢٠٣٢٣٧٥١٨", "15 figures"),
    ],
)
def test_an_imei_that_does_not_fit_is_told_and_nobody_unlocks_it(imei, words):
    assert not imei_is_valid(imei)
    assert words in imei_remark(imei)
    assert "do not unlock the device" in imei_remark(imei)


def test_no_imei_is_no_fault():
    assert imei_remark("") == ""


@given(st.from_regex("[0-9]{14}", fullmatch=True))
def test_one_check_digit_of_ten_fits(digits):
    assert sum(imei_is_valid(f"{digits}{last}") for last in range(10)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Passcode 1234",
        "Her PIN: 1234.",
        "her pin is 0000",
        "The passcode was 12 34 56",
        "1234 is the passcode",
        "code to unlock it 4711",
        "Unlock code: 4711",
        "pattern 1-4-7-8",
        "pass code\n8765",
        "password is Fluffy12",
        "Seal 00418. Password: hunter2",
    ],
)
def test_what_looks_like_a_passcode(text):
    assert looks_like_passcode(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "No passcode was asked for. Seal 00418",
        "We did not ask for the PIN; taken at 10:15",
        "passcode not asked for, seal 00418, cabinet 2",
        "The passcode has 4 digits, she says, and keeps it to herself",
        "The screen asks for a 6-digit passcode",
        "Her password was never asked, 20 November 2026, and on 20/11/2026 neither",
        "No PIN was asked for, telephone 01632 960 111",
        "IMEI 352099001761481",
        "Spinning top, 1234 of them",
    ],
)
def test_what_does_not(text):
    assert not looks_like_passcode(text)


@given(st.text(alphabet="pin password1234 .-:=", max_size=4000))
def test_looking_for_one_takes_no_time(text):
    looks_like_passcode(text)
