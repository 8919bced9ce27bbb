"""A disclosure in words: what every page shows of it, and nothing a template has to look up."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from portal import clock
from portal.clock import Happened
from portal.disclosures.models import Disclosure
from portal.disclosures.service import happened_of
from portal.guidance.catalogue import vocabulary
from portal.people.models import PersonKind
from portal.web.dates import said_happened


@dataclass(frozen=True)
class Line:
    label: str
    value: str
    is_quote: bool = False


@dataclass(frozen=True)
class Section:
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class PersonLine:
    name: str
    part: str
    detail: str
    words_for_self: str
    note: str


_YES = {"yes": "Yes", "no": "No", "not_known": "Not yet known", "not_yet": "Not yet"}

_HEAD = {"yes": "the head", "no": "not the head", "not_known": "perhaps the head"}


def sections(one: Disclosure) -> list[Section]:
    """Everything that was written, in the order of the form; what was left empty is left out."""
    found = [
        Section("At once", _filled(_at_once(one))),
        Section("What was said and seen", _filled(_said(one))),
        Section("How it came", _filled(_how(one))),
        Section("What kind", _filled(_kinds(one))),
        Section("Where", _filled(_where(one))),
        Section("Each thing that happened", _filled(_incidents(one))),
        Section("Evidence", _filled(_evidence(one))),
        Section("The young person", _filled(_young_person(one))),
    ]
    return [section for section in found if section.lines]


def people(one: Disclosure) -> list[PersonLine]:
    parts = vocabulary("parts")
    return [
        PersonLine(
            name=row.get("name") or row.get("description") or "Somebody not yet known",
            part=", ".join(parts.label(part) for part in row.get("parts", [])),
            detail=", ".join(filter(None, _details(row))),
            words_for_self=row.get("words_for_self", ""),
            note=row.get("note", ""),
        )
        for row in one.people or []
    ]


def kinds(types: Iterable[str], behaviours: Iterable[str]) -> str:
    """The kinds of behaviour in one line."""
    labels = [vocabulary("behaviour_types").label(code) for code in types]
    if labels:
        return ", ".join(labels)
    ticked = [vocabulary("behaviours").label(code) for code in behaviours]
    return ", ".join(ticked) or "Kind not yet known"


def _details(row: Mapping[str, Any]) -> Iterable[str]:
    if not row.get("name"):
        yield "not yet known"
    kind = row.get("kind", "")
    if kind in list(PersonKind) and kind != PersonKind.PUPIL.value:
        yield PersonKind(kind).label.lower()
    yield _HEAD.get(row.get("is_head", ""), "")
    yield row.get("form_group", "")
    yield row.get("place", "")
    if row.get("age"):
        yield f"{row['age']} years old"


def _at_once(one: Disclosure) -> Iterable[Line]:
    yield Line("Anybody in danger now", _YES.get(one.danger, one.danger))
    yield Line("Spoken of self-harm or suicide", _YES.get(one.self_harm, one.self_harm))
    yield Line("Done to keep them safe", one.danger_done)
    told = _YES.get(one.told_dsl, one.told_dsl)
    if one.told_dsl_on:
        told = f"{told}, {_on(one.told_dsl_on.isoformat(), one.told_dsl_time)}"
    yield Line("Safeguarding lead told in person", told)


def _how(one: Disclosure) -> Iterable[Line]:
    yield Line("From whom", vocabulary("how_it_came").label(one.how))
    yield Line("When", _said_when(one.happened))
    yield Line("Where", one.place)
    yield Line("Who else was there", one.present)
    yield Line("Recorded for", one.recorded_for)
    if one.learnt_on:
        yield Line("Learnt of it", _on(one.learnt_on.isoformat(), one.learnt_time))
    yield Line("First written on paper", one.on_paper)


def _said(one: Disclosure) -> Iterable[Line]:
    yield Line("In their own words", one.own_words, is_quote=True)
    yield Line("Whose words", one.whose_words)
    yield Line("Seen or heard by the writer", one.seen)
    yield Line("What the writer thinks", one.thinks)


def _kinds(one: Disclosure) -> Iterable[Line]:
    yield Line("Kind", _labels("behaviour_types", one.types))
    yield Line("Behaviour", _labels("behaviours", one.behaviours))
    yield Line("Also", one.other_behaviour)
    yield Line("Part of it", _labels("overlaps", one.overlaps))
    yield Line("Targeted because of", _labels("hate_elements", one.hate_elements))


def _where(one: Disclosure) -> Iterable[Line]:
    yield Line("Platforms", _labels("platforms", one.platforms or []))
    yield Line("Somewhere else", one.other_platforms)
    for row in one.accounts or []:
        words = [
            row.get("handle", ""),
            _label("account_kinds", row.get("kind")),
            _label("platforms", row.get("platform")),
            {"yes": "private", "no": "public"}.get(row.get("private", ""), ""),
            row.get("url", ""),
            f"thought to be {row['whose']}’s" if row.get("whose") else "",
        ]
        yield Line("Account", "\n".join(filter(None, words)))
    yield Line("Accounts that could be found", one.findable_accounts)
    yield Line("Who else knows", one.who_knows)
    yield Line("Others at risk", one.others_at_risk)


def _incidents(one: Disclosure) -> Iterable[Line]:
    for row in one.incidents or []:
        words = [row.get("what", ""), f"Where: {row['place']}" if row.get("place") else ""]
        yield Line(_said_when(happened_of(row)) or "Day not known", "\n".join(filter(None, words)))


def _evidence(one: Disclosure) -> Iterable[Line]:
    for row in one.evidence or []:
        held = f"Where it is: {row['where_held']}" if row.get("where_held") else ""
        yield Line("Evidence", "\n".join(filter(None, (row.get("what", ""), held))))
    if one.viewed != "no" or one.viewings:
        yield Line("Image seen by staff", _YES.get(one.viewed, one.viewed))
    for row in one.viewings or []:
        words = [
            row.get("who", ""),
            _said_when(happened_of(row)),
            f"Why: {row['why']}" if row.get("why") else "",
            f"Also there: {row['present']}" if row.get("present") else "",
            f"Done next: {row['followed']}" if row.get("followed") else "",
        ]
        yield Line("Who saw it", "\n".join(filter(None, words)))


def _young_person(one: Disclosure) -> Iterable[Line]:
    yield Line("Know that it was reported", _YES.get(one.know_reported, ""))
    yield Line("Why somebody else told", one.why_somebody_else)
    yield Line("Has been told", _labels("told_young_person", one.told_them or []))
    yield Line("In these words", one.told_them_words)
    yield Line("Wants to be there when the lead is told", _YES.get(one.wants_presence, ""))
    yield Line("Wants", one.wants)
    yield Line("Worries about telling", _labels("worries", one.worries or []))
    yield Line("In their words", one.worries_words)
    yield Line("Family", one.family)


def _filled(lines: Iterable[Line]) -> tuple[Line, ...]:
    return tuple(line for line in lines if line.value.strip())


def _labels(name: str, codes: Iterable[str]) -> str:
    return "\n".join(vocabulary(name).label(code) for code in codes)


def _label(name: str, code: str | None) -> str:
    return vocabulary(name).label(code) if code else ""


def _said_when(when: Happened | None) -> str:
    return said_happened(when, clock.today()) if when else ""


def _on(day: str, at: str | None) -> str:
    when = happened_of({"on": day, "at": at or ""})
    return _said_when(when)
