"""Comparing what a story expects with what the rules make of it as it was recorded."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from portal.demo.stories import Story, answer, mapping, several, words
from portal.guidance.catalogue import RuleSet, default_rule_set, rule_set
from portal.police import rules

Facts = rules.RecordFacts
Words = dict[str, str]
Recorded = Callable[[Story], Facts]
"""Records a changed story, gives what was stored of it, and leaves nothing behind."""

_ABOUT_A_VARIANT = frozenset({"change", "expect", "title", "note"})
_NOT_SUGGESTED = ("no", "not_known", None)


Held = Callable[[Story], bool]
"""Whether evidence is held once the case of a story has been opened; leaves nothing behind."""


def check(story: Story, facts: Facts, recorded: Recorded, held: Held) -> list[str]:
    """One sentence for each line of `expect` and of each variant that came out differently."""
    found = list(_compare(story, facts, mapping(story.told.get("expect")), "expect", held))
    for number, variant in enumerate(several(story.told.get("variants")), start=1):
        one = mapping(variant)
        change = mapping(one.get("change"))
        wanted = {key: value for key, value in one.items() if key not in _ABOUT_A_VARIANT}
        wanted |= mapping(one.get("expect"))
        changed = Story(story.source, story.today, merged(story.told, change))
        as_recorded = facts if set(change) <= {"checklist", "facts"} else recorded(changed)
        found += _compare(changed, as_recorded, wanted, f"variant {number}", held)
    return found


def merged(base: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """The base with what the change says, mappings within mappings."""
    found = dict(base)
    for key, value in change.items():
        there = found.get(key)
        both = isinstance(there, Mapping) and isinstance(value, Mapping)
        found[key] = merged(mapping(there), mapping(value)) if both else value
    return found


def answers_of(story: Story, asked: RuleSet) -> tuple[Words, Words, Words]:
    """Answers to the questions, the facts, and the notes. What is missing is not yet known."""
    given = {**mapping(story.told.get("checklist")), **mapping(story.told.get("facts"))}
    answers: Words = {}
    facts: Words = {}
    notes: Words = {}
    for key, said in given.items():
        one = mapping(said)
        code = answer(one.get("answer") if one else said) or "not_known"
        (facts if key in asked.fact_keys else answers)[key] = code
        if one.get("note"):
            notes[key] = words(one["note"])
    return answers, facts, notes


def rule_set_of(story: Story) -> RuleSet:
    try:
        return rule_set(str(story.told["rule_set"]))
    except KeyError:
        return default_rule_set()


def _compare(
    story: Story, facts: Facts, expected: Mapping[str, Any], place: str, held: Held
) -> Iterator[str]:
    asked = rule_set_of(story)
    suggested = rules.suggest(facts, asked)
    answers, stated, _ = answers_of(story, asked)
    outcome = rules.outcome(answers, stated, asked.question_keys)
    plain: dict[str, object] = {
        "outcome": outcome.value,
        "due_actions": len(rules.to_find_out(answers, stated, asked)),
        "evidence_hold": held(story) if "evidence_hold" in expected else None,
        "risk_assessment_required": rules.risk_assessment_required(outcome),
    }
    for key, wanted in expected.items():
        where = f"{story.source}, {place}, {key}"
        if key in plain:
            if not _same(wanted, plain[key]):
                yield f"{where}: expected {_said(wanted)}, and it is {_said(plain[key])}."
        elif key == "suggestions":
            yield from _suggestions(where, mapping(wanted), suggested)
        elif key in ("refused", "note_needed"):
            yield from _problems(where, key, wanted, suggested, facts)
        elif key == "shows":
            yield from _shown(where, wanted, rules.shows(answers, stated, facts))
        else:
            yield f"{where}: the portal does not know how to check this line."


def _suggestions(
    where: str, wanted: Mapping[str, Any], suggested: Mapping[str, rules.Suggestion]
) -> Iterator[str]:
    for key, said in wanted.items():
        code = answer(said) if said is not None else None
        found = suggested[key].answer.value if key in suggested else None
        if found is None and code in _NOT_SUGGESTED:
            continue
        if found != code:
            instead = f"“{found}” is suggested" if found else "nothing is suggested"
            yield f"{where}, {key}: expected {_said(said)}, and {instead}."


def _problems(
    where: str,
    kind: str,
    wanted: Any,
    suggested: Mapping[str, rules.Suggestion],
    facts: Facts,
) -> Iterator[str]:
    lines = mapping(wanted) or {words(key): "no" for key in several(wanted)}
    for key, said in lines.items():
        given = {key: (answer(said) or "not_known", None)}
        kinds = {one.kind for one in rules.judge(given, suggested, facts)}
        if kind not in kinds:
            instead = ", ".join(sorted(kinds)).replace("_", " ") or "accepted"
            should = kind.replace("_", " ")
            yield f"{where}, {key}: {_said(said)} should be {should}, and it is {instead}."


def _shown(where: str, wanted: Any, shown: frozenset[str]) -> Iterator[str]:
    listed = {words(one) for one in several(wanted)}
    missing = sorted(listed - shown)
    if missing:
        yield f"{where}: {', '.join(missing)} should be shown at once, and is not."
    if not listed and shown:
        yield f"{where}: nothing should be shown at once, and {', '.join(sorted(shown))} is."


def _same(wanted: Any, found: object) -> bool:
    if isinstance(found, bool):
        return words(wanted).casefold() in (("yes", "true") if found else ("no", "false"))
    return words(wanted) == str(found)


def _said(value: Any) -> str:
    return f"“{words(value)}”"
