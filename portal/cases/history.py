"""Every version of any record of a case: which tables there are, and how their fields are said."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from portal.cases import service
from portal.cases.models import Case
from portal.cases.words import (
    ACTION_STATES,
    ANSWERS,
    DECISION_CHOICES,
    DECISION_KINDS,
    EVENTS,
    NOTE_KINDS,
    STEPS,
    VIEWING_GROUNDS,
    VIEWING_KINDS,
    readable,
)
from portal.clock import local
from portal.db import Base
from portal.guidance.catalogue import vocabularies
from portal.journal import reading
from portal.people.service import find_people
from portal.staff import service as staff
from portal.vault.roots import Root
from portal.web.errors import Missing
from portal.web.history import Told, tell

TITLES = {
    "cases": "What the case is about",
    "involved": "Somebody’s part in the case",
    "exclusions": "Access to this case",
    "decisions": "A decision",
    "due_actions": "A due action",
    "step_marks": "A step that is not needed",
    "case_events": "Something that happened to the case",
    "case_notes": "An entry by hand",
    "online_profiles": "An account or address",
    "incidents": "An incident",
    "evidence_items": "Evidence that exists",
    "imagery_viewings": "Imagery seen by staff",
    "disclosures": "What was disclosed",
    "disclosure_additions": "Something added to a disclosure",
    "assessments": "An answered checklist",
    "young_views": "What a young person thinks of the police being told",
    "initial_reviews": "An initial review",
    "risk_assessments": "An assessment of risk",
    "devices": "A device",
    "custody_moves": "An entry in the chain of custody",
    "device_searches": "A search",
    "device_content": "Content on a device",
    "prints": "A print",
}
_HAPPENED = {
    "happened_on": "Day",
    "happened_time": "Time",
    "happened_about": "Only approximate",
}
LABELS: dict[str, dict[str, str]] = {
    "cases": {
        "types": "Kinds",
        "behaviours": "Behaviours",
        "overlaps": "Mixed up with it",
        "hate_elements": "Singled out for",
        "danger": "In danger now",
        "lead_id": "Lead",
        "not_needed": "Steps not needed",
    },
    "involved": {
        "person_id": "Who",
        "description": "What is known of them",
        "parts": "Part",
        "how_sure": "How sure",
        "words_for_self": "Words they use for themselves",
        "not_to_be_told": "Not to be told about them",
        "note": "What else matters",
    },
    "exclusions": {"member_id": "Who", "reason": "Reason", "lifted_at": "Let in again"},
    "decisions": {
        "kind": "What was decided",
        "question": "Question",
        "options": "What could have been done",
        "choice": "Decision",
        "chosen": "Decision",
        "needs_second": "Needs a second person",
    },
    "due_actions": {
        "what": "What",
        "owner_id": "Who",
        "owner_name": "Who",
        "due_at": "Due",
        "state": "State",
        "result": "How it ended",
    },
    "case_notes": {
        "kind": "Kind",
        "words": "Words",
        "on_paper": "On paper first, by",
        "withdrawn_at": "Withdrawn",
        "author_id": "Written by",
    },
    "online_profiles": {
        "handle": "Name, number or handle",
        "url": "Web address",
        "whose": "Thought to be whose",
    },
    "evidence_items": {"what": "What exists", "where_held": "Where it is"},
    "imagery_viewings": {
        "kind": "How it came about",
        "who": "Who saw it",
        "ground": "Why there was no way round it",
        "why": "Why it could not be avoided",
        "decided_by": "Who decided, and who agreed",
        "place": "Where",
        "shown_by": "Who showed it, or where it was found",
        "support": "Support offered",
        "present": "Who else was there",
        "followed": "What was done next",
    },
    "devices": {
        "kind": "What it is",
        "imei": "IMEI",
        "owner_id": "Whose",
        "witness": "Who else was there",
        "grounds": "Why it was taken",
        "how": "How it came",
        "states": "State on taking",
        "for_police": "Held for the police",
        "return_due_at": "Return by",
        "kept_why": "Why it is kept",
    },
    "custody_moves": {"number": "Entry", "kind": "What", "by_id": "Written by"},
    "device_searches": {
        "involved_id": "Who was searched",
        "of_what": "What was searched",
        "present": "Who else was there",
        "parent_told": "Parent or carer told",
        "parent_words": "Who was told, or why not",
    },
    "device_content": {"choice": "What was done", "done_by": "By whom", "why": "Why"},
}
_VOCABULARIES = {
    "types": "behaviour_types",
    "behaviours": "behaviours",
    "overlaps": "overlaps",
    "hate_elements": "hate_elements",
    "parts": "parts",
    "how_sure": "how_sure",
    "how": "how_it_came",
    "worries": "worries",
    "barriers": "police_barriers",
    "platforms": "platforms",
    "view": "police_views",
    "level": "continuum",
    "responses": "responses",
    "response_reasons": "responses",
    "considerations": "considerations",
    "told_them": "told_young_person",
}
# Lists of choices that belong to a field of one table only.
_OF_TABLE = {
    ("devices", "kind"): "device_kinds",
    ("devices", "grounds"): "device_grounds",
    ("devices", "how"): "device_how",
    ("devices", "states"): "device_states",
    ("custody_moves", "kind"): "custody_moves",
    ("device_content", "choice"): "device_content",
    ("device_searches", "of_what"): "search_of",
    ("device_searches", "searcher_sex"): "searcher_sex",
    ("device_searches", "agreement"): "search_agreement",
    ("device_searches", "parent_told"): "parent_told",
}
_OWN_WORDS: dict[tuple[str, str], Mapping[str, str]] = {
    ("due_actions", "state"): ACTION_STATES,
    ("case_notes", "kind"): NOTE_KINDS,
    ("decisions", "kind"): DECISION_KINDS,
    ("decisions", "choice"): DECISION_CHOICES,
    ("case_events", "kind"): EVENTS,
    ("imagery_viewings", "kind"): VIEWING_KINDS,
    ("imagery_viewings", "ground"): VIEWING_GROUNDS,
    ("step_marks", "step"): STEPS,
    ("cases", "not_needed"): STEPS,
}
# Plain codes that say nothing beside the words that stand next to them.
_CODES = frozenset({"choice", "kind", "state", "step", "not_needed", "rule_set", "document"})
_UNSAID = {("decisions", "choice"): "decided"}


def class_of(table: str) -> type[Root] | None:
    """The class of a table whose rows belong to a case, or None."""
    for mapper in Base.registry.mappers:
        found = mapper.class_
        if issubclass(found, Root) and found.__tablename__ == table:
            return found if found is Case or "case_id" in mapper.columns else None
    return None


def record_of(case: Case, table: str, row_id: UUID) -> Root:
    found = class_of(table)
    if found is None:
        raise Missing
    return service.get_in(case, found, row_id)


def history_of(case: Case, record: Root) -> list[Told]:
    """Every version of a record, the newest first, in words."""
    versions = reading.versions(record)
    names = _names(case, (value for one in versions for value in one.values.values()))
    table = record.__tablename__
    labels = {**LABELS.get(table, {}), **_HAPPENED}
    return tell(versions, labels, partial(say, table, names))


def say(table: str, names: Mapping[str, str], name: str, value: Any) -> str:
    """One value of a record in words."""
    if value in (None, "", [], {}) or value == _UNSAID.get((table, name)):
        return ""
    if name == "happened_about" and not value:
        return ""
    word = partial(_word, table, names, name)
    if isinstance(value, dict):
        return "\n".join(f"{word(key)}: {word(each)}" for key, each in value.items() if each)
    if isinstance(value, list):
        return "\n".join(_entry(word, each) for each in value)
    return word(value)


def _entry(word: Callable[[Any], str], value: Any) -> str:
    """One entry of a list: a code, words, or a small record such as a person of a disclosure."""
    if not isinstance(value, dict):
        return word(value)
    filled = [
        (key, each) for key, each in value.items() if each and not key.endswith(("_id", "_ids"))
    ]
    return "; ".join(
        f"{readable(key)}: {', '.join(map(word, each)) if isinstance(each, list) else word(each)}"
        for key, each in filled
    )


def _word(table: str, names: Mapping[str, str], name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, date):
        return f"{value.day} {value:%B %Y}"
    text = str(value)
    known = _OWN_WORDS.get((table, name), {})
    if text in known:
        return known[text]
    listed = _OF_TABLE.get((table, name)) or _VOCABULARIES.get(name)
    if listed and text in (vocabulary := vocabularies()[listed]):
        return vocabulary.label(text)
    if text in ANSWERS or text in names:
        return ANSWERS.get(text) or names[text]
    if name.endswith("_id") and _uuid(text):
        return "Recorded in this case"
    if name in _CODES:
        return readable(text)
    return _moment(name, text)


def _moment(name: str, text: str) -> str:
    """A day or moment as the journal keeps it, in words; any other text as it is."""
    if not name.endswith(("_at", "_on")):
        return text
    try:
        if name.endswith("_on"):
            day = date.fromisoformat(text)
            return f"{day.day} {day:%B %Y}"
        at = local(datetime.fromisoformat(text))
    except ValueError:
        return text
    return f"{at.day} {at:%B %Y}, {at:%H:%M}"


def _names(case: Case, values: Iterable[Any]) -> dict[str, str]:
    """Names of everybody whose id stands in these values: staff, people, parts in this case."""
    ids = {one for value in values if (one := _uuid(value)) is not None}
    found: dict[str, str] = {str(one): name for one, name in staff.names_of(ids).items()}
    for one, person in find_people(case.school_id, ids).items():
        found[str(one)] = person.full_name
    for involved in service.people_in(case):
        found.setdefault(str(involved.id), involved.name)
    return found


def _uuid(value: Any) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) and len(value) == 36 else None
    except ValueError:
        return None
