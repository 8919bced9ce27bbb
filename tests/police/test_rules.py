"""The checklist's rules, against a second and slower way of deciding, and against four stories."""

import itertools
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.guidance.catalogue import default_rule_set, rule_set
from portal.police import rules
from portal.police.rules import Answer, Outcome, PersonFacts, RecordFacts

VALUES = ("yes", "no", "not_known")
SEVEN = [
    "coercion",
    "extreme",
    "under_13",
    "at_risk",
    "known_vulnerable",
    "recorded_crime",
    "many_children",
]
FOUR = ["shared_without_consent", "pressure", "malice", "adult_involved"]
SCHOOLS = default_rule_set()
UKCIS = rule_set("ukcis-2024")
TOLD = date(2026, 11, 19)
NO_TO_ALL = dict.fromkeys(SEVEN, "no")
NO_FACTS = dict.fromkeys(FOUR, "no")


def oracle(answers: Mapping[str, str], facts: Mapping[str, str]) -> str:
    """Decide by counting, written from the product page and not from the code."""
    counts = dict.fromkeys(VALUES, 0)
    for key in SEVEN:
        counts[answers.get(key, "not_known")] += 1
    fact_counts = dict.fromkeys(VALUES, 0)
    for key in FOUR:
        fact_counts[facts.get(key, "not_known")] += 1
    if counts["yes"] > 0:
        return "always_refer"
    if fact_counts["yes"] > 0:
        return "police_most_likely"
    if counts["no"] + fact_counts["no"] < 11:
        return "cannot_be_decided_yet"
    return "may_be_managed_in_school"


def test_every_combination_of_answers() -> None:
    tally = dict.fromkeys(Outcome, 0)
    all_facts = [dict(zip(FOUR, f, strict=True)) for f in itertools.product(VALUES, repeat=4)]
    for seven in itertools.product(VALUES, repeat=7):
        answers = dict(zip(SEVEN, seven, strict=True))
        for facts in all_facts:
            found = rules.outcome(answers, facts)
            assert found == oracle(answers, facts), (answers, facts)
            tally[found] += 1
    # counted by hand: 3^11 - 2^7*3^4, 2^7*(3^4 - 2^4), 2^11 - 1, 1
    assert list(tally.values()) == [166779, 8320, 2047, 1]


answered = st.sampled_from(VALUES)
some_answers = st.dictionaries(st.sampled_from(SEVEN), answered)
some_facts = st.dictionaries(st.sampled_from(FOUR), answered)


@given(some_answers, some_facts)
def test_what_is_missing_counts_as_not_yet_known(
    answers: dict[str, str], facts: dict[str, str]
) -> None:
    filled = {key: answers.get(key, "not_known") for key in SEVEN}
    filled_facts = {key: facts.get(key, "not_known") for key in FOUR}
    assert rules.outcome(answers, facts) == rules.outcome(filled, filled_facts)
    assert rules.outcome(answers, facts) == oracle(answers, facts)


@given(some_answers, some_facts, st.sampled_from(SEVEN + FOUR))
def test_one_more_yes_never_makes_it_milder(
    answers: dict[str, str], facts: dict[str, str], key: str
) -> None:
    before = rules.outcome(answers, facts)
    if key in SEVEN:
        after = rules.outcome(answers | {key: "yes"}, facts)
        assert after is Outcome.ALWAYS_REFER
    else:
        after = rules.outcome(answers, facts | {key: "yes"})
    order = list(Outcome)
    assert order.index(after) <= order.index(before)


@given(some_answers, some_facts)
def test_undecided_always_leaves_something_to_find_out(
    answers: dict[str, str], facts: dict[str, str]
) -> None:
    due = rules.to_find_out(answers, facts, SCHOOLS)
    unknown = [k for k in SEVEN if answers.get(k, "not_known") == "not_known"]
    unknown += [k for k in FOUR if facts.get(k, "not_known") == "not_known"]
    assert [each.key for each in due] == unknown
    if rules.outcome(answers, facts) is Outcome.CANNOT_BE_DECIDED_YET:
        assert due
    assert all(each.sentence.endswith(".") for each in due)


@given(some_answers, some_facts)
def test_because_ends_as_a_sentence_and_names_the_yes(
    answers: dict[str, str], facts: dict[str, str]
) -> None:
    said = rules.because(answers, facts, SCHOOLS)
    assert said.startswith("Because ")
    assert said.endswith(".")
    for position, key in enumerate(SEVEN, start=1):
        if answers.get(key) == "yes":
            assert str(position) in said


@pytest.mark.parametrize("wrong", [None, True, "", "Yes", "unknown", 1, ["yes"]])
@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("key", ["coercion", "malice", "something_else"])
def test_any_other_value_is_refused(wrong: Any, place: int, key: str) -> None:
    given_answers: list[dict[str, Any]] = [dict(NO_TO_ALL), dict(NO_FACTS)]
    given_answers[place][key] = wrong
    with pytest.raises(ValueError, match="is not an answer"):
        rules.outcome(given_answers[0], given_answers[1])


def test_answers_may_be_words_or_members() -> None:
    members = dict.fromkeys(SEVEN, Answer.NO)
    assert rules.outcome(members, NO_FACTS) == "may_be_managed_in_school"
    assert rules.outcome(members | {"extreme": Answer.YES}, NO_FACTS) == "always_refer"


class TestQuestionsOfAnotherRuleSet:
    def test_an_unknown_question_counts_as_a_question(self) -> None:
        assert rules.outcome(NO_TO_ALL | {"weapon": "yes"}, NO_FACTS) == "always_refer"
        assert rules.outcome(NO_TO_ALL, NO_FACTS | {"weapon": "yes"}) == "always_refer"
        assert rules.outcome(NO_TO_ALL | {"weapon": "no"}, NO_FACTS) == "may_be_managed_in_school"
        undecided = rules.outcome(NO_TO_ALL | {"weapon": "not_known"}, NO_FACTS)
        assert undecided == "cannot_be_decided_yet"
        due = rules.to_find_out(NO_TO_ALL | {"weapon": "not_known"}, NO_FACTS, SCHOOLS)
        assert [each.key for each in due] == ["weapon"]
        assert "weapon" in rules.because(NO_TO_ALL | {"weapon": "yes"}, NO_FACTS, SCHOOLS)

    def test_the_five_criteria_are_decided_by_the_same_code(self) -> None:
        answers = dict.fromkeys(UKCIS.question_keys, "no")
        facts = dict.fromkeys(UKCIS.fact_keys, "no")
        keys = UKCIS.question_keys
        assert len(keys) == 5
        assert rules.outcome(answers, facts, keys) == "may_be_managed_in_school"
        assert rules.to_find_out({}, {}, UKCIS)[0].key == "adult_involved"
        assert len(rules.to_find_out({}, {}, UKCIS)) == 8
        for key in keys:
            assert rules.outcome(answers | {key: "yes"}, facts, keys) == "always_refer"
            left = {k: v for k, v in answers.items() if k != key}
            assert rules.outcome(left, facts, keys) == "cannot_be_decided_yet"

    def test_an_adult_who_is_a_question_is_one_wherever_answered(self) -> None:
        answers = dict.fromkeys(UKCIS.question_keys, "no")
        facts = dict.fromkeys(UKCIS.fact_keys, "no")
        keys = UKCIS.question_keys
        assert rules.outcome(answers, facts | {"adult_involved": "yes"}, keys) == "always_refer"
        assert (
            rules.outcome(
                answers | {"adult_involved": "yes"}, facts | {"adult_involved": "no"}, keys
            )
            == "always_refer"
        )
        del answers["adult_involved"]
        both = rules.outcome(answers, facts | {"adult_involved": "no"}, keys)
        assert both == "may_be_managed_in_school"


def person(label: str, *parts: str, **more: Any) -> PersonFacts:
    return PersonFacts(label, frozenset(parts), **more)


def record(*people: PersonFacts, **more: Any) -> RecordFacts:
    for key in ("behaviours", "types", "overlaps"):
        more[key] = frozenset(more.get(key, ()))
    return RecordFacts(people, **{"told_on": TOLD, **more})


def suggested(found: RecordFacts, rule_set_: Any = SCHOOLS) -> set[str]:
    return set(rules.suggest(found, rule_set_))


class TestStories:
    SARA = record(
        person("Sara Whitlock", "harmed", age=13),
        person("Jordan Pike", "displayed", age=14),
        person("not yet known", "witness", known=False),
        types=["non_consensual_sharing"],
        behaviours=["shared_without_consent"],
        immediate_danger="yes",
        incident_on=date(2026, 11, 15),
        audience_unknown=True,
    )
    SARA_ANSWERS = NO_TO_ALL | {
        "coercion": "not_known",
        "under_13": "not_known",
        "at_risk": "yes",
        "known_vulnerable": "not_known",
        "many_children": "not_known",
    }
    SARA_FACTS = dict.fromkeys(FOUR, "not_known") | {"shared_without_consent": "yes"}

    def test_sara(self) -> None:
        found = rules.outcome(self.SARA_ANSWERS, self.SARA_FACTS)
        assert found == "always_refer"
        assert len(rules.to_find_out(self.SARA_ANSWERS, self.SARA_FACTS, SCHOOLS)) == 7
        assert rules.shows(self.SARA_ANSWERS, self.SARA_FACTS, self.SARA) == {
            "call_999_or_crisis",
            "childrens_social_care",
        }
        assert rules.evidence_held(found, police_advice_recorded=False)
        assert not rules.evidence_held(found, police_advice_recorded=True)
        assert suggested(self.SARA) == {"at_risk", "shared_without_consent"}
        assert (
            rules.because(self.SARA_ANSWERS, self.SARA_FACTS, SCHOOLS) == "Because of question 4."
        )

    OWEN = record(
        person("Owen Pryce", "harmed", age=14),
        person("Harry Bevan", "witness", age=14),
        person("not yet known", "displayed", known=False),
        person("Mr Crane", "other", adult=True),
        types=["sexualised_bullying", "unwanted_sexualisation"],
        behaviours=[
            "impersonation",
            "altered_images",
            "personal_information_shared",
            "bullied_for_sexual_orientation",
        ],
        immediate_danger="no",
    )

    def test_owen(self) -> None:
        unknown = dict.fromkeys(["under_13", "at_risk", "many_children"], "not_known")
        answers = NO_TO_ALL | unknown
        facts = {
            "shared_without_consent": "yes",
            "pressure": "no",
            "malice": "yes",
            "adult_involved": "not_known",
        }
        found = rules.outcome(answers, facts)
        assert found == "police_most_likely"
        due = rules.to_find_out(answers, facts, SCHOOLS)
        assert len(due) == 4
        assert {each.key: each.urgency.label for each in due}["at_risk"] == (
            "before the child goes home"
        )
        assert rules.evidence_held(found, police_advice_recorded=False)
        assert not rules.shows(answers, facts, self.OWEN)
        assert suggested(self.OWEN) == {"malice"}  # the teacher shown is no adult taking part
        as_given = {key: (value, None) for key, value in (answers | facts).items()}
        assert not rules.judge(as_given, rules.suggest(self.OWEN, SCHOOLS), self.OWEN)
        assert rules.because(answers, facts, SCHOOLS) == (
            "Because something was shared without agreement and it was made or shared with malice."
        )
        later = answers | {"many_children": "yes"}
        assert rules.outcome(later, facts) == "always_refer"

    CHAT = record(
        person("Priya Nair", "harmed", age=12),
        person("Callum Reid", "displayed", "harmed", age=12, flags=frozenset({"social_care"})),
        person("Mia Doyle", "witness", age=11),
        types=["exploitation_coercion_threats"],
        behaviours=["pressured_for_images", "threat_to_publish"],
        immediate_danger="no",
    )

    def test_group_chat(self) -> None:
        suggestions = rules.suggest(self.CHAT, SCHOOLS)
        questions = {key for key in suggestions if key in SEVEN}
        assert questions == {"under_13", "coercion", "known_vulnerable"}
        assert {each.answer for each in suggestions.values()} == {"yes"}
        found = rules.judge(dict.fromkeys(SEVEN, ("no", "")), suggestions, self.CHAT)
        assert {each.key: each.kind for each in found} == {
            "coercion": "note_needed",
            "under_13": "refused",
            "known_vulnerable": "note_needed",
        }
        assert rules.outcome({}, {}) == "cannot_be_decided_yet"
        assert len(rules.to_find_out({}, {}, SCHOOLS)) == 11

    FRIENDS = record(
        person("Leah Santos", "other", age=16),
        person("Ben Achebe", "other", age=16),
        behaviours=["self_generated_shared_with_consent"],
        immediate_danger="no",
    )

    def test_two_friends(self) -> None:
        found = rules.outcome(NO_TO_ALL, NO_FACTS)
        assert found == "may_be_managed_in_school"
        assert rules.risk_assessment_required(found)
        assert not rules.evidence_held(found, police_advice_recorded=False)
        assert not suggested(self.FRIENDS)
        assert not rules.to_find_out(NO_TO_ALL, NO_FACTS, SCHOOLS)
        assert not rules.shows(NO_TO_ALL, NO_FACTS, self.FRIENDS)

    @pytest.mark.parametrize(
        ("answers", "facts", "expected", "shown"),
        [
            ({}, {"malice": "yes"}, "police_most_likely", set()),
            ({}, {"adult_involved": "yes"}, "police_most_likely", {"ceop", "police_now"}),
            ({"many_children": "not_known"}, {}, "cannot_be_decided_yet", set()),
            (
                {"many_children": "not_known"},
                {"adult_involved": "yes"},
                "police_most_likely",
                {"ceop", "police_now"},
            ),
            (
                {"extreme": "yes"},
                {"adult_involved": "yes"},
                "always_refer",
                {"ceop", "police_now"},
            ),
        ],
    )
    def test_two_friends_changed(
        self,
        answers: dict[str, str],
        facts: dict[str, str],
        expected: str,
        shown: set[str],
    ) -> None:
        assert rules.outcome(NO_TO_ALL | answers, NO_FACTS | facts) == expected
        assert rules.shows(NO_TO_ALL | answers, NO_FACTS | facts, self.FRIENDS) == shown


class TestAges:
    def test_reason_is_a_sentence(self) -> None:
        one = record(person("Priya Nair", "harmed", born=date(2014, 6, 1)))
        reason = rules.suggest(one, SCHOOLS)["under_13"].reason
        assert reason == "Priya Nair was 12 on 19 November 2026."
        given_age = record(person("Priya Nair", "harmed", age=12))
        assert rules.suggest(given_age, SCHOOLS)["under_13"].reason == (
            "Priya Nair is recorded as 12."
        )
        two = record(
            person("Priya Nair", "harmed", born=date(2014, 6, 1)),
            person("Mia Doyle", "witness", born=date(2015, 6, 1)),
        )
        assert rules.suggest(two, SCHOOLS)["under_13"].reason == (
            "Priya Nair was 12 and Mia Doyle was 11 on 19 November 2026."
        )

    @pytest.mark.parametrize(
        ("born", "on", "under"),
        [
            (date(2013, 11, 19), date(2026, 11, 19), False),  # the birthday itself
            (date(2013, 11, 20), date(2026, 11, 19), True),  # the day before it
            (date(2012, 2, 29), date(2025, 2, 28), True),
            (date(2012, 2, 29), date(2025, 3, 1), False),
            (date(2026, 11, 20), date(2026, 11, 19), False),  # born later: a fault in the data
            (date(2026, 11, 19), date(2026, 11, 19), True),
        ],
    )
    def test_boundaries(self, born: date, on: date, under: bool) -> None:
        found = record(person("A", "harmed", born=born), told_on=on)
        assert ("under_13" in suggested(found)) is under

    def test_the_incident_counts_before_the_telling(self) -> None:
        child = person("A", "harmed", born=date(2013, 11, 1))
        assert "under_13" not in suggested(record(child))
        assert "under_13" in suggested(record(child, incident_on=date(2026, 10, 1)))
        assert not suggested(RecordFacts((child,)))
        assert "under_13" in suggested(RecordFacts((person("A", "harmed", age=12),)))

    def test_a_date_of_birth_counts_before_an_age(self) -> None:
        child = person("A", "harmed", born=date(2010, 1, 1), age=12)
        assert not suggested(record(child))

    @given(
        st.dates(date(2005, 1, 1), date(2026, 12, 31)),
        st.integers(0, 8000),
    )
    def test_thirteen_years_by_counting_birthdays(self, born: date, days: int) -> None:
        on = born + timedelta(days=days)
        birthdays = [born.year + n for n in range(1, 24)]
        passed = 0
        for year in birthdays:
            try:
                birthday = born.replace(year=year)
            except ValueError:
                birthday = date(year, 3, 1)
            passed += birthday <= on
        found = suggested(record(person("A", "harmed", born=born), told_on=on))
        assert ("under_13" in found) is (passed < 13)

    @pytest.mark.parametrize("part", ["harmed", "displayed"])
    def test_no_is_refused_even_with_a_note(self, part: str) -> None:
        found = record(person("A", part, "witness", age=12))
        problems = rules.judge({"under_13": ("no", "but")}, {}, found)
        assert [each.kind for each in problems] == ["refused"]
        assert "A is recorded as 12." in problems[0].message
        assert not rules.judge({"under_13": ("not_known", "")}, {}, found)

    @pytest.mark.parametrize("part", ["witness", "other"])
    def test_a_young_witness_needs_a_note(self, part: str) -> None:
        found = record(person("A", part, age=12), person("B", "harmed", age=13))
        suggestions = rules.suggest(found, SCHOOLS)
        for note in (None, "", "  "):
            problems = rules.judge({"under_13": ("no", note)}, suggestions, found)
            assert [each.kind for each in problems] == ["note_needed"]
        assert not rules.judge({"under_13": ("no", "only saw it")}, suggestions, found)


class TestSuggestions:
    @pytest.mark.parametrize(
        ("more", "expected"),
        [
            ({"immediate_danger": "yes"}, {"at_risk"}),
            ({"immediate_danger": "not_known"}, set()),
            ({"behaviours": ["recorded_sexual_assault"]}, {"recorded_crime", "extreme"}),
            ({"behaviours": ["sexual_threats"]}, {"extreme"}),
            ({"types": ["exploitation_coercion_threats"]}, {"coercion"}),
            ({"overlaps": ["child_sexual_exploitation"]}, {"coercion"}),
            ({"overlaps": ["adult_involvement"]}, {"adult_involved"}),
            ({"overlaps": ["offline_behaviour"]}, set()),
            ({"adult_named": True}, {"adult_involved"}),
            ({"audience_unknown": True}, set()),
        ],
    )
    def test_from_the_record(self, more: dict[str, Any], expected: set[str]) -> None:
        assert suggested(record(**more)) == expected

    def test_many_young_people_named(self) -> None:
        named = [person(f"P{n}", "witness", age=15) for n in range(5)]
        unnamed = person("not yet known", "displayed", known=False)
        adult = person("Ms Hall", "witness", adult=True)
        assert "many_children" not in suggested(record(*named[:4], unnamed, adult))
        assert "many_children" in suggested(record(*named))

    @pytest.mark.parametrize("flag", ["social_care", "police"])
    def test_known_vulnerable(self, flag: str) -> None:
        child = person("A", "witness", age=15, flags=frozenset({flag, "send"}))
        assert suggested(record(child)) == {"known_vulnerable"}
        assert not suggested(record(person("A", "witness", age=15, flags=frozenset({"send"}))))
        assert not suggested(record(person("A", "other", adult=True, flags=frozenset({flag}))))

    def test_an_adult_counts_only_as_taking_part(self) -> None:
        for part in ("witness", "other", "harmed"):
            assert not suggested(record(person("Mr Crane", part, adult=True)))
        assert suggested(record(person("Mr X", "displayed", adult=True))) == {"adult_involved"}
        eighteen = person("Tom Hall", "displayed", born=TOLD.replace(year=2008))
        assert suggested(record(eighteen)) == {"adult_involved"}
        seventeen = person("Tom Hall", "displayed", born=date(2008, 11, 20))
        assert not suggested(record(seventeen))

    def test_no_against_what_was_shared_needs_a_note(self) -> None:
        found = record(behaviours=["shared_without_consent"])
        for suggestions in ({}, rules.suggest(found, SCHOOLS)):
            problems = rules.judge({"shared_without_consent": ("no", "")}, suggestions, found)
            assert [each.kind for each in problems] == ["note_needed"]
        assert not rules.judge({"shared_without_consent": ("no", "said so")}, {}, found)

    def test_the_other_rule_set_suggests_too(self) -> None:
        found = suggested(TestStories.CHAT, UKCIS)
        assert found == {"coerced_or_cannot_consent", "under_13_pictured", "pressure"}

    @given(
        st.sets(st.sampled_from(["harmed", "displayed", "witness", "other"])), st.integers(0, 30)
    )
    def test_a_yes_is_never_a_problem(self, parts: set[str], age: int) -> None:
        found = record(person("A", *parts, age=age), immediate_danger="yes", adult_named=True)
        everything = dict.fromkeys(SEVEN + FOUR, ("yes", None))
        assert not rules.judge(everything, rules.suggest(found, SCHOOLS), found)


class TestDecision:
    @pytest.mark.parametrize("outcome", list(Outcome))
    @pytest.mark.parametrize("adult", VALUES)
    @pytest.mark.parametrize("choice", ["refer", "do_not_refer", "take_advice"])
    def test_second_person(self, outcome: Outcome, adult: str, choice: str) -> None:
        needed = rules.needs_second_person(outcome, {"adult_involved": adult}, choice)
        assert needed is (
            choice == "do_not_refer" and (outcome == "always_refer" or adult == "yes")
        )

    def test_an_unknown_choice_is_refused(self) -> None:
        with pytest.raises(ValueError, match="perhaps"):
            rules.needs_second_person("always_refer", {}, "perhaps")

    def test_evidence_is_held_before_any_checklist(self) -> None:
        assert rules.evidence_held(None, police_advice_recorded=False)
        assert rules.evidence_held("cannot_be_decided_yet", police_advice_recorded=False)
        assert not rules.risk_assessment_required(None)
        assert not rules.risk_assessment_required("always_refer")

    def test_danger_shows_help_whatever_the_answers(self) -> None:
        found = rules.shows(NO_TO_ALL, NO_FACTS, record(immediate_danger="yes"))
        assert found == {"call_999_or_crisis", "childrens_social_care"}
        calm = record(immediate_danger="no")
        assert rules.shows({"at_risk": "yes"}, {}, calm) == found
        assert not rules.shows({"at_risk": "not_known"}, {}, calm)
        assert rules.shows({"adult_involved": "yes"}, {}) == {"ceop", "police_now"}

    def test_each_outcome_has_words(self) -> None:
        assert len({outcome.label for outcome in Outcome}) == 4
        assert len({outcome.advice for outcome in Outcome}) == 4

    def test_because_what_is_not_known(self) -> None:
        answers = NO_TO_ALL | {"under_13": "not_known", "many_children": "not_known"}
        facts = NO_FACTS | {"adult_involved": "not_known"}
        assert rules.because(answers, facts, SCHOOLS) == (
            "Because this is not yet known: questions 3 and 7; whether an adult took part."
        )
        assert rules.because(NO_TO_ALL | {"extreme": "yes", "at_risk": "yes"}, {}, SCHOOLS) == (
            "Because of questions 2 and 4."
        )
        assert "every question" in rules.because(NO_TO_ALL, NO_FACTS, SCHOOLS)
