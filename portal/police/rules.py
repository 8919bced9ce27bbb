"""What the checklist's answers mean. Pure: no database, no pages, no present time.

A rule set (`portal.guidance.catalogue.RuleSet`) gives the questions' words and says what in a
record suggests “yes”; the order in which the outcome is decided stands here and nowhere else.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal, NamedTuple

from portal.guidance.catalogue import Choice, Due, Question, RuleSet, SuggestedBy

SCHOOLS_2019_KEYS = (
    "coercion",
    "extreme",
    "under_13",
    "at_risk",
    "known_vulnerable",
    "recorded_crime",
    "many_children",
)
FACT_KEYS = ("shared_without_consent", "pressure", "malice", "adult_involved")


class Answer(StrEnum):
    YES = "yes"
    NO = "no"
    NOT_KNOWN = "not_known"


class Choose(StrEnum):
    """What the safeguarding lead decides after the checklist."""

    REFER = "refer"
    DO_NOT_REFER = "do_not_refer"
    TAKE_ADVICE = "take_advice"


class Show(StrEnum):
    """What a page puts in front of everything else."""

    CALL_999_OR_CRISIS = "call_999_or_crisis"
    CHILDRENS_SOCIAL_CARE = "childrens_social_care"
    CEOP = "ceop"
    POLICE_NOW = "police_now"


class Outcome(StrEnum):
    ALWAYS_REFER = "always_refer"
    POLICE_MOST_LIKELY = "police_most_likely"
    CANNOT_BE_DECIDED_YET = "cannot_be_decided_yet"
    MAY_BE_MANAGED_IN_SCHOOL = "may_be_managed_in_school"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def advice(self) -> str:
        """Say what to do this minute."""
        return _ADVICE[self]


_LABELS = {
    Outcome.ALWAYS_REFER: "Always refer to the police",
    Outcome.POLICE_MOST_LIKELY: "The police will most likely be needed",
    Outcome.CANNOT_BE_DECIDED_YET: "Cannot be decided yet",
    Outcome.MAY_BE_MANAGED_IN_SCHOOL: "May be managed in school",
}
_ADVICE = {
    Outcome.ALWAYS_REFER: (
        "Ring the police: 999 if anybody is in danger, otherwise 101. Ring children’s social care "
        "as well, and tell each that you told the other. Protect everybody now; do not wait for "
        "the police."
    ),
    Outcome.POLICE_MOST_LIKELY: (
        "Ask the police or children’s social care for advice today. Write down what they say, who "
        "said it and when. Delete nothing until then."
    ),
    Outcome.CANNOT_BE_DECIDED_YET: (
        "Find out what is missing, each thing by its time, and answer again. Keep everybody safe "
        "meanwhile, and delete nothing."
    ),
    Outcome.MAY_BE_MANAGED_IN_SCHOOL: (
        "Do the full risk assessment before anything else. Answer again if anything new comes to "
        "light."
    ),
}


@dataclass(frozen=True)
class PersonFacts:
    """Somebody in the case. `age` counts without a date of birth; not `known`: no name yet."""

    label: str
    parts: frozenset[str] = frozenset()
    born: date | None = None
    age: int | None = None
    flags: frozenset[str] = frozenset()
    known: bool = True
    adult: bool = False


@dataclass(frozen=True)
class RecordFacts:
    """What the rules look at. `adult_named`: an adult is named as having taken part.

    An adult who was only told, who saw it or who is shown in it does not count as `adult_named`.
    """

    people: tuple[PersonFacts, ...] = ()
    behaviours: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    immediate_danger: str | None = None
    incident_on: date | None = None
    told_on: date | None = None
    audience_unknown: bool = False
    overlaps: frozenset[str] = frozenset()
    adult_named: bool = False

    @property
    def judged_on(self) -> date | None:
        """Give the day on which ages count: the incident's, or the day it was told."""
        return self.incident_on or self.told_on


class Answered(NamedTuple):
    answer: str
    note: str | None = None


@dataclass(frozen=True)
class Suggestion:
    answer: Answer
    reason: str


@dataclass(frozen=True)
class Problem:
    key: str
    kind: Literal["refused", "note_needed"]
    message: str


@dataclass(frozen=True)
class FindOut:
    key: str
    sentence: str
    urgency: Due


def outcome(
    answers: Mapping[str, str],
    facts: Mapping[str, str],
    questions: Collection[str] = SCHOOLS_2019_KEYS,
) -> Outcome:
    """Decide: the first that holds. A key that is missing counts as not yet known.

    A key of no question and no fact (an older or another rule set's) counts as a question. A fact
    that the rule set asks as a question is one, wherever it was answered.
    """
    asked, stated = _settled(answers, facts, questions)
    if Answer.YES in asked.values():
        return Outcome.ALWAYS_REFER
    if Answer.YES in stated.values():
        return Outcome.POLICE_MOST_LIKELY
    if Answer.NOT_KNOWN in asked.values() or Answer.NOT_KNOWN in stated.values():
        return Outcome.CANNOT_BE_DECIDED_YET
    return Outcome.MAY_BE_MANAGED_IN_SCHOOL


def because(answers: Mapping[str, str], facts: Mapping[str, str], rule_set: RuleSet) -> str:
    """Say in one sentence what the outcome rests on."""
    asked, stated = _settled(answers, facts, rule_set.question_keys)
    yes = [key for key, answer in asked.items() if answer is Answer.YES]
    if yes:
        return f"Because of {_numbered(yes, rule_set)}."
    true = [key for key, answer in stated.items() if answer is Answer.YES]
    if true:
        return f"Because {_and(_short(key, rule_set) for key in true)}."
    unknown = [key for key, answer in asked.items() if answer is Answer.NOT_KNOWN]
    unclear = [key for key, answer in stated.items() if answer is Answer.NOT_KNOWN]
    if unknown or unclear:
        parts = [_numbered(unknown, rule_set)] if unknown else []
        parts += [f"whether {_short(key, rule_set)}" for key in unclear]
        return f"Because this is not yet known: {'; '.join(parts)}."
    return "Because every question and every fact is answered “no”."


def suggest(record: RecordFacts, rule_set: RuleSet) -> Mapping[str, Suggestion]:
    """Suggest “yes”, never “no”, for questions and facts, each with its reason."""
    found = {}
    for asked in (*rule_set.questions, *rule_set.facts):
        reasons = list(_reasons(asked.suggested_by, record, rule_set))
        if reasons:
            found[asked.key] = Suggestion(Answer.YES, " ".join(reasons))
    return found


def judge(
    answers_with_notes: Mapping[str, tuple[str, str | None]],
    suggestions: Mapping[str, Suggestion],
    record: RecordFacts,
) -> list[Problem]:
    """Compare the answers (to questions and facts alike) with the record."""
    found = []
    for key, (given, note) in answers_with_notes.items():
        if _answer(given) is not Answer.NO:
            continue
        refusal = _refusal(record) if key == "under_13" else None
        against = _against(key, suggestions, record)
        if refusal is not None:
            found.append(Problem(key, "refused", refusal))
        elif against is not None and not (note or "").strip():
            message = f"{against} Write what your “no” rests on, or change the answer."
            found.append(Problem(key, "note_needed", message))
    return found


def to_find_out(
    answers: Mapping[str, str], facts: Mapping[str, str], rule_set: RuleSet
) -> list[FindOut]:
    """List what is not yet known, whatever the outcome: each becomes a due action."""
    asked, stated = _settled(answers, facts, rule_set.question_keys)
    found = []
    for key, answer in (*asked.items(), *stated.items()):
        if answer is Answer.NOT_KNOWN:
            question = rule_set.find(key)
            sentence = question.find_out if question else f"Find out: {key.replace('_', ' ')}."
            found.append(FindOut(key, sentence, question.due if question else Due(working_days=1)))
    return found


def shows(
    answers: Mapping[str, str], facts: Mapping[str, str], record: RecordFacts | None = None
) -> frozenset[str]:
    """Say what is shown at once, whatever the outcome."""
    given = [*answers.items(), *facts.items()]
    yes = {key for key, answer in given if _answer(answer) is Answer.YES}
    found: set[str] = set()
    if "at_risk" in yes or (record is not None and record.immediate_danger == Answer.YES):
        found |= {Show.CALL_999_OR_CRISIS, Show.CHILDRENS_SOCIAL_CARE}
    if "adult_involved" in yes:
        found |= {Show.CEOP, Show.POLICE_NOW}
    return frozenset(found)


def needs_second_person(outcome: str, facts: Mapping[str, str], choice: str) -> bool:
    """Say whether the decision stands only once somebody else has countersigned it."""
    if Choose(choice) is not Choose.DO_NOT_REFER:
        return False
    adult = _answer(facts.get("adult_involved", Answer.NOT_KNOWN))
    return Outcome(outcome) is Outcome.ALWAYS_REFER or adult is Answer.YES


def evidence_held(outcome: str | None, *, police_advice_recorded: bool) -> bool:
    """Say whether deleting and taking down wait. No checklist yet (None): they do."""
    if police_advice_recorded:
        return False
    return outcome is None or Outcome(outcome) is not Outcome.MAY_BE_MANAGED_IN_SCHOOL


def risk_assessment_required(outcome: str | None) -> bool:
    """Say whether school may act on the outcome only after a full risk assessment."""
    return outcome is not None and Outcome(outcome) is Outcome.MAY_BE_MANAGED_IN_SCHOOL


_ANSWERS: Mapping[object, Answer] = {answer.value: answer for answer in Answer}


def _answer(value: object) -> Answer:
    found = _ANSWERS.get(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError(f"{value!r} is not an answer: yes, no or not_known")
    return found


def _settled(
    answers: Mapping[str, str], facts: Mapping[str, str], questions: Collection[str]
) -> tuple[dict[str, Answer], dict[str, Answer]]:
    """Sort what was given into questions and facts, complete and in their order."""
    asked = {key: _answer(answers.get(key, Answer.NOT_KNOWN)) for key in questions}
    stated = {
        key: _answer(facts.get(key, Answer.NOT_KNOWN)) for key in FACT_KEYS if key not in asked
    }
    asked.update((key, _answer(value)) for key, value in answers.items() if key not in asked)
    for key, value in facts.items():
        if key not in stated:
            asked[key] = _graver(_answer(value), asked[key] if key in answers else None)
    return asked, stated


def _graver(one: Answer, other: Answer | None) -> Answer:
    """Give the graver of two answers to the same thing."""
    order = (Answer.YES, Answer.NOT_KNOWN, Answer.NO)
    return one if other is None else min(one, other, key=order.index)


def _reasons(by: SuggestedBy, record: RecordFacts, rule_set: RuleSet) -> Iterator[str]:
    if "child_under_13" in by.signs:
        yield from _sentence(_ages(record, lambda age: age < 13))
    if "danger_now" in by.signs and record.immediate_danger == Answer.YES:
        yield "The record says that somebody is in danger now."
    if "many_people" in by.signs:
        named = sum(person.known and not person.adult for person in record.people)
        if named >= rule_set.many_children_threshold:
            yield f"{named} young people are named in the record."
    if "adult_took_part" in by.signs:
        yield from _adults(record)
    yield from _ticked(by, record)
    for person in record.people:
        marked = [flag.label for flag in by.flags if flag.code in person.flags]
        if marked and not person.adult:
            yield f"{person.label} is marked in the record: {', '.join(marked)}."


def _ticked(by: SuggestedBy, record: RecordFacts) -> Iterator[str]:
    def chosen(choices: Iterable[Choice], codes: Collection[str]) -> list[str]:
        return [f"“{choice.label}”" for choice in choices if choice.code in codes]

    ticked = (
        chosen(by.types, record.types)
        + chosen(by.behaviours, record.behaviours)
        + chosen(by.overlaps, record.overlaps)
    )
    if ticked:
        yield f"Ticked in the record: {', '.join(ticked)}."


def _adults(record: RecordFacts) -> Iterator[str]:
    if record.adult_named:
        yield "The record names an adult who took part."
    took_part = [person for person in record.people if "displayed" in person.parts]
    for person in took_part:
        if person.adult:
            yield f"{person.label} is an adult and is said to have displayed the behaviour."
    yield from _sentence(_ages(record, lambda age: age >= 18, took_part))


def _ages(
    record: RecordFacts,
    wanted: Callable[[int], bool],
    people: Iterable[PersonFacts] | None = None,
) -> tuple[list[str], list[str]]:
    """Name those whose age is wanted: by date of birth, and by an age that was merely given."""
    judged, given = [], []
    for person in record.people if people is None else people:
        age = _age(person, record.judged_on)
        if age is None or person.adult or not wanted(age):
            continue
        if person.born is not None and record.judged_on is not None:
            judged.append(f"{person.label} was {age}")
        else:
            given.append(f"{person.label} is recorded as {age}")
    if judged and record.judged_on is not None:
        day = record.judged_on
        judged[-1] += f" on {day.day} {day:%B %Y}"
    return judged, given


def _sentence(named: tuple[list[str], list[str]]) -> Iterator[str]:
    clauses = [*named[0], *named[1]]
    if clauses:
        yield f"{_and(clauses)}."


def _age(person: PersonFacts, on: date | None) -> int | None:
    """Give the age on that day. Born on 29 February, a year is complete on 1 March."""
    if person.born is None or on is None:
        return person.age
    if person.born > on:
        return None  # one of the two dates is wrong: nothing can be told from them
    had_birthday = (on.month, on.day) >= (person.born.month, person.born.day)
    return on.year - person.born.year - (not had_birthday)


def _refusal(record: RecordFacts) -> str | None:
    people = [person for person in record.people if person.parts & {"harmed", "displayed"}]
    reason = " ".join(_sentence(_ages(record, lambda age: age < 13, people)))
    if not reason:
        return None
    return (
        f"“No” cannot be right here: {reason} Answer “yes”. "
        "If a date in the record is wrong, correct it there first."
    )


def _against(key: str, suggestions: Mapping[str, Suggestion], record: RecordFacts) -> str | None:
    """Give the reason in the record that speaks against a “no”."""
    if key in suggestions:
        return suggestions[key].reason
    if key == "shared_without_consent" and key in record.behaviours:
        return "The record says that something was shared without agreement."
    return None


def _short(key: str, rule_set: RuleSet) -> str:
    found: Question | None = rule_set.find(key)
    return found.short if found else key.replace("_", " ")


def _numbered(keys: Collection[str], rule_set: RuleSet) -> str:
    """Write “questions 1 and 4”; what the rule set does not ask is named by its key."""
    order = rule_set.question_keys
    numbers = [str(order.index(key) + 1) for key in keys if key in order]
    others = [f"“{_short(key, rule_set)}”" for key in keys if key not in order]
    word = "question" if len(numbers) == 1 else "questions"
    return _and([*([f"{word} {_and(numbers)}"] if numbers else []), *others])


def _and(words: Iterable[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
