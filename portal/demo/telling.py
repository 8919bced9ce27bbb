"""Recording what a story tells as a disclosure, and reading back what was stored of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from portal import clock
from portal.clock import Happened
from portal.demo.oakfield import Oakfield
from portal.demo.stories import Someone, Story, answer, codes, mapping, several, words
from portal.disclosures import service as disclosures
from portal.disclosures.models import Disclosure
from portal.disclosures.service import NewDisclosure
from portal.people import service as people
from portal.people.models import PersonKind
from portal.police import rules
from portal.staff.viewer import Viewer

_TEXTS = {
    "where": "place",
    **{
        name: name
        for name in (
            "place", "present", "recorded_for", "own_words", "whose_words", "seen", "thinks",
            "danger_done", "why_somebody_else", "findable_accounts", "who_knows",
            "others_at_risk", "told_them_words", "wants", "family", "on_paper",
        )
    },
}  # fmt: skip
_TREATED = frozenset(
    {
        "how", "happened_at", "earlier_entry", "told_at", "told_dsl_in_person_at", "learnt_at",
        "types", "behaviours", "overlaps", "platforms", "accounts", "hate_element",
        "hate_elements", "evidence", "worries", "told_them", "immediate_danger", "self_harm",
        "know_reported", "wants_presence",
    }
)  # fmt: skip


@dataclass
class Told:
    """A story and, once it has been recorded, its disclosure."""

    story: Story
    own: bool = False
    disclosure_id: UUID | None = None


def record_story(oakfield: Oakfield, recorder: Viewer, story: Story) -> Disclosure:
    """What the recorder of a story hands in. Whoever works here and is named exists first."""
    rows = [row_of(oakfield, one) for one in story.people]
    return disclosures.record_disclosure(recorder, oakfield.school, _as_new(story, rows))


def record_earlier(oakfield: Oakfield, recorder: Viewer, story: Story) -> Disclosure:
    """What another teacher had written before: only what they had noticed, about those harmed."""
    how, at = story.earlier or ("noticed", story.told_at)
    known, _ = codes("how_it_came", how)
    told = story.disclosure
    seen = words(mapping(told.get("earlier_entry")).get("seen") or told.get("seen"))
    harmed = [one for one in story.people if "harmed" in one.parts]
    rows = [{**row_of(oakfield, one), "words_for_self": ""} for one in harmed]
    return disclosures.record_disclosure(
        recorder,
        oakfield.school,
        NewDisclosure(
            told_at=not_later_than_now(at),
            facts={"how": known[0] if known else "noticed", "danger": "not_known"},
            words={"seen": seen or "A change in how they were; written down the same day."},
            people=rows,
        ),
    )


def told_facts(oakfield: Oakfield, disclosure: Disclosure) -> rules.RecordFacts:
    """What the stored disclosure says, in the form in which the rules read it."""
    rows = disclosure.people or []
    chosen = {UUID(row["person_id"]) for row in rows if row.get("person_id")}
    listed = people.find_people(oakfield.school.id, chosen)
    persons = []
    for row in rows:
        person = listed.get(UUID(row["person_id"])) if row.get("person_id") else None
        kind = PersonKind(person.kind if person else row.get("kind") or "pupil")
        persons.append(
            rules.PersonFacts(
                label=person.full_name if person else row.get("name") or row.get("description", ""),
                parts=frozenset(row.get("parts", [])),
                born=person.born if person else None,
                age=person.age_told if person else row.get("age"),
                flags=frozenset((person.flags if person else None) or []),
                known=bool(person or row.get("name")),
                adult=not kind.is_young,
            )
        )
    return rules.RecordFacts(
        people=tuple(persons),
        behaviours=frozenset(disclosure.behaviours),
        types=frozenset(disclosure.types),
        overlaps=frozenset(disclosure.overlaps),
        immediate_danger=disclosure.danger,
        incident_on=disclosure.incident_on,
        told_on=disclosure.happened_on,
        adult_named=any(one.adult and one.known and "displayed" in one.parts for one in persons),
    )


def not_later_than_now(said: Happened) -> Happened:
    """A story may say “today 10:40” and be loaded at nine: nobody is told in the future."""
    return Happened.of(clock.now()) if said.at and said.moment > clock.now() else said


def row_of(oakfield: Oakfield, one: Someone) -> dict[str, Any]:
    """A person as the form keeps them; young people with a name are in the list."""
    row: dict[str, Any] = {
        "name": one.name,
        "kind": one.kind.value,
        "parts": list(one.parts),
        "words_for_self": one.words_for_self,
    }
    row["note" if one.name else "description"] = one.note
    row["form_group" if one.kind is PersonKind.PUPIL else "place"] = one.form or one.place
    if one.works_here and one.name:
        oakfield.make_sure_works_here(one.name, one.role)
    elif one.kind.is_young and one.name:
        row["person_id"] = str(oakfield.listed(one).id)
    elif one.age is not None:
        row["age"] = one.age
    return row


def _as_new(story: Story, rows: list[dict[str, Any]]) -> NewDisclosure:
    told = story.disclosure
    how, other_how = codes("how_it_came", told.get("how"))
    types, other_types = codes("behaviour_types", told.get("types"))
    behaviours, other_behaviours = codes("behaviours", told.get("behaviours"))
    overlaps, other_overlaps = codes("overlaps", told.get("overlaps"))
    hate, other_hate = codes("hate_elements", told.get("hate_elements") or told.get("hate_element"))
    platforms, other_platforms = codes("platforms", told.get("platforms"))
    worries, other_worries = codes("worries", told.get("worries"))
    told_them, other_told = codes("told_young_person", told.get("told_them"))
    in_person = story.at("told_dsl_in_person_at")
    kept: dict[str, Any] = {
        own: words(told.get(name)) for name, own in _TEXTS.items() if name in told
    }
    kept["thinks"] = _lines(kept.get("thinks", ""), *other_how, *_untreated(told))
    kept["told_them_words"] = _lines(kept.get("told_them_words", ""), *other_told)
    if not kept.get("own_words") and not kept.get("seen"):
        kept["seen"] = f"{story.title}."
    return NewDisclosure(
        told_at=not_later_than_now(story.told_at),
        facts={
            "how": (how or ["noticed"])[0],
            "danger": answer(told.get("immediate_danger")) or "not_known",
            "self_harm": answer(told.get("self_harm")) or "not_known",
            "told_dsl": "yes" if in_person else "not_yet",
            "types": types,
            "behaviours": behaviours,
            "overlaps": overlaps,
            "hate_elements": hate,
            "know_reported": answer(told.get("know_reported")) or "not_known",
            "wants_presence": answer(told.get("wants_presence")) or "not_known",
        },
        words=kept
        | {
            "platforms": platforms or None,
            "other_platforms": "; ".join(other_platforms),
            "other_behaviour": "; ".join(
                [*other_types, *other_behaviours, *other_overlaps, *other_hate]
            ),
            "worries": worries or None,
            "worries_words": _lines(words(told.get("worries_words")), *other_worries),
            "told_them": told_them or None,
            "accounts": [_account(one, platforms) for one in several(told.get("accounts"))] or None,
            "incidents": [_incident(story, one) for one in story.happened] or None,
            "evidence": [_evidence(one) for one in several(told.get("evidence"))] or None,
        },
        people=rows,
        told_dsl_at=not_later_than_now(in_person) if in_person else None,
        learnt_at=story.at("learnt_at"),
    )


def _account(said: Any, platforms: list[str]) -> dict[str, Any]:
    one: Mapping[str, Any] = mapping(said) or {"handle": said}
    kinds, other_kinds = codes("account_kinds", one.get("kind"))
    on, other_on = codes("platforms", one.get("platform"))
    alone = platforms[0] if len(platforms) == 1 else ""
    return {
        "handle": words(one.get("handle")),
        "kind": (kinds or ["other" if other_kinds else "profile"])[0],
        "platform": (on or ["other" if other_on else alone])[0],
        "url": words(one.get("url")),
        "whose": words(one.get("whose")),
        "private": answer(one.get("private")) or "not_known",
        "note": "; ".join(filter(None, [words(one.get("note")), *other_kinds, *other_on])),
    }


def _incident(story: Story, at: Happened) -> dict[str, Any]:
    return {
        "what": story.title,
        "on": at.on.isoformat(),
        "at": at.at.strftime("%H:%M") if at.at else "",
        "about": at.about,
        "place": "",
    }


def _evidence(said: Any) -> dict[str, str]:
    one = mapping(said) or {"what": said}
    return {"what": words(one.get("what")), "where_held": words(one.get("where_held"))}


def _untreated(told: Mapping[str, Any]) -> list[str]:
    """What the form has no place for, kept as words."""
    known = _TREATED | set(_TEXTS) | {"worries_words"}
    return [
        f"{name.replace('_', ' ')}: {words(value)}"
        for name, value in told.items()
        if name not in known and words(value)
    ]


def _lines(*several_words: str) -> str:
    return "\n".join(filter(None, several_words))
