"""The table of bodies, when to ask again, who knows of whom, and whom a case points to."""

from datetime import UTC, date, datetime, time
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.cases.rules import WorkingDays
from portal.guidance.catalogue import directory, tips, vocabularies
from portal.referrals import rules
from portal.referrals.kinds import GROUPS, HOW, KINDS, OUTCOMES, TELEPHONE, Kind
from portal.referrals.rules import KnownOfCase

DAYS = WorkingDays(
    starts=time(8),
    ends=time(17),
    closed=[(date(2026, 11, 23), date(2026, 11, 23))],
    zone=ZoneInfo("Europe/London"),
)
FRIDAY = datetime(2026, 11, 20, 16, 55, tzinfo=UTC)


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_every_kind_rests_on_what_is_there(kind: Kind) -> None:
    assert kind.group in GROUPS
    assert kind.how
    assert set(kind.how) <= set(HOW)
    assert kind.recipient in {"police", "social_care", "school", "platform", "agency"}
    assert not kind.service or kind.service in {one.code for one in directory()}
    assert not kind.tip or kind.tip in tips()
    codes = {one.code for one in kind.details}
    assert len(codes) == len(kind.details)
    for one in kind.details:
        assert not one.vocabulary or one.vocabulary in vocabularies()
        assert one.unless is None or (one.required and one.unless[0] in codes)


def test_what_sets_the_kinds_apart() -> None:
    assert {one for one in KINDS if KINDS[one].owes_writing} == {
        "social_care",
        "early_help",
        "lado",
    }
    takes_down = {one for one in KINDS if KINDS[one].takes_down}
    assert takes_down == {"platform", "iwf", "report_harmful_content"}
    assert {one for one in KINDS if not KINDS[one].asks_parents} == takes_down | {"posh"}
    assert not KINDS["report_remove"].takes_down, "what a young person does is never held"
    assert all(KINDS[one].how[0] == TELEPHONE for one in KINDS if KINDS[one].owes_writing)


def test_the_outcomes_that_schools_hear_of_are_explained() -> None:
    explained = {code for code, _, why in OUTCOMES if why}
    assert {"outcome_21", "outcome_22"} <= explained


@pytest.mark.parametrize(
    ("days", "when"),
    [
        (0, FRIDAY),
        # Monday is a training day
        (1, datetime(2026, 11, 24, 17, tzinfo=UTC)),
        (5, datetime(2026, 11, 30, 17, tzinfo=UTC)),
    ],
)
def test_they_are_asked_again_at_the_end_of_a_school_day(days: int, when: datetime) -> None:
    assert rules.chase_at(FRIDAY, days, DAYS) == when


def test_who_does_not_know_of_whom() -> None:
    knows = {"police": {"front door"}, "front door": set(), "true vision": {"police"}}
    assert rules.not_told_of_each_other(knows) == {
        "police": ["true vision"],
        "front door": ["police", "true vision"],
        "true vision": ["front door"],
    }


BODIES = st.sampled_from("abcde")


@given(st.dictionaries(BODIES, st.sets(BODIES), max_size=5))
def test_everybody_knows_or_is_named(knows: dict[str, set[str]]) -> None:
    unknown = rules.not_told_of_each_other(knows)
    for who, told in knows.items():
        others = set(knows) - {who}
        assert set(unknown.get(who, [])) == others - told
        assert who not in unknown or unknown[who], "nobody is named for nothing"


@pytest.mark.parametrize(
    ("known", "kinds"),
    [
        (KnownOfCase(), set()),
        (KnownOfCase(danger="yes"), {"police", "social_care"}),
        (KnownOfCase(decision="refer"), {"police"}),
        (KnownOfCase(outcome="always_refer"), {"police"}),
        (KnownOfCase(outcome="police_most_likely"), {"police"}),
        (KnownOfCase(outcome="may_be_managed_in_school"), set()),
        (KnownOfCase(overlaps=["adult_involvement"]), {"ceop"}),
        (KnownOfCase(hate_elements=["religion"]), {"true_vision"}),
        (KnownOfCase(types=["non_consensual_sharing"]), {"report_remove"}),
        (KnownOfCase(something_is_up=True), {"platform"}),
    ],
)
def test_whom_a_case_points_to(known: KnownOfCase, kinds: set[str]) -> None:
    assert set(rules.fitting(known)) == kinds <= set(KINDS)


def test_danger_comes_before_every_other_reason() -> None:
    found = rules.fitting(KnownOfCase(danger="yes", decision="refer"))
    assert "999" in found["police"]


def test_codes_are_those_of_the_vocabularies() -> None:
    assert "adult_involvement" in vocabularies()["overlaps"]
    assert "non_consensual_sharing" in vocabularies()["behaviour_types"]


def test_a_body_with_two_points_of_contact_is_told() -> None:
    """One person at school speaks with each body (product 6)."""
    ruth, tom = uuid4(), uuid4()
    told = [("Police", ruth), ("police", tom), ("MASH", tom), ("MASH", tom), ("LADO", None)]
    assert rules.divided(told) == [("Police", [ruth, tom])]
