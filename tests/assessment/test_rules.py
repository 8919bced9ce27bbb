"""The risk assessment's flags and what it must hold."""

import itertools

import pytest

from portal.assessment import rules
from portal.assessment.rules import Level, Response
from portal.guidance.catalogue import vocabulary

EVERY_CHOICE = [set(c) for n in range(5) for c in itertools.combinations(Response, n)]


def codes(level: str | None, responses: set[Response]) -> set[str]:
    return {flag.code for flag in rules.flags(level, responses)}


@pytest.mark.parametrize("responses", EVERY_CHOICE)
@pytest.mark.parametrize("level", [None, *Level])
def test_grave_behaviour_without_social_care_is_flagged(
    level: Level | None, responses: set[Response]
) -> None:
    flagged = {flag.code for flag in rules.flags(level, responses) if flag.kind == "flagged"}
    grave = level in ("abusive", "violent")
    assert bool(flagged) is (grave and "social_care" not in responses)


def test_notes() -> None:
    assert codes("normal", {Response.POLICE}) == {"police_without_social_care"}
    assert not codes("normal", {Response.POLICE, Response.SOCIAL_CARE})
    assert codes("violent", {Response.SOCIAL_CARE}) == {"violent_without_police"}
    assert codes("problematic", {Response.MANAGED_INTERNALLY}) == {"problematic_in_school_only"}
    assert not codes("problematic", {Response.MANAGED_INTERNALLY, Response.EARLY_HELP})
    assert not codes("inappropriate", {Response.MANAGED_INTERNALLY})


def test_unknown_codes_are_refused() -> None:
    with pytest.raises(ValueError, match="awful"):
        rules.flags("awful", [])
    with pytest.raises(ValueError, match="army"):
        rules.flags("normal", ["army"])


@pytest.mark.parametrize("responses", EVERY_CHOICE)
def test_a_plan_waits_for_a_response_and_for_police_advice(responses: set[Response]) -> None:
    assert rules.plan_allowed(responses) is (bool(responses) and "police" not in responses)
    assert rules.plan_allowed(responses, police_advice_recorded=True) is bool(responses)


def test_a_full_assessment() -> None:
    considered = set(rules.REQUIRED_CONSIDERATIONS)
    full = {"managed_internally": "once, mutual, no further risk"}
    assert rules.missing("inappropriate", considered, full) == []
    assert rules.may_act_in_school("inappropriate", considered, full)
    for each in considered:
        assert rules.missing("normal", considered - {each}, full) == [each]
    assert rules.missing(None, considered, full) == ["level"]
    assert rules.missing("normal", considered, {}) == ["response"]
    assert rules.missing("normal", considered, {"police": " "}) == ["reason:police"]
    assert not rules.may_act_in_school("normal", considered, {"police": None})


def test_codes_are_those_of_the_guidance() -> None:
    assert tuple(Level) == vocabulary("continuum").codes
    assert tuple(Response) == vocabulary("responses").codes
    assert set(rules.REQUIRED_CONSIDERATIONS) <= set(vocabulary("considerations").codes)
