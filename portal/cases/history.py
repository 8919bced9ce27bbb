"""Every version of any record of a case: which tables there are, and how their fields are said."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from portal.cases import service
from portal.cases.history_words import (
    CODES,
    HAPPENED,
    LABELS,
    NAMED_BY,
    OF_TABLE,
    OWN_WORDS,
    SHOWN_ELSEWHERE,
    UNSAID,
    VOCABULARIES,
)
from portal.cases.models import Case
from portal.cases.models_content import ContentItem
from portal.cases.words import ANSWERS, readable
from portal.clock import local
from portal.db import Base
from portal.guidance.catalogue import vocabularies
from portal.journal import reading
from portal.people.service import find_people
from portal.staff import service as staff
from portal.vault.roots import Root
from portal.web.errors import Missing
from portal.web.history import Told, tell


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
    labels = {**LABELS.get(table, {}), **HAPPENED}
    return tell(versions, labels, partial(say, table, names))


def say(table: str, names: Mapping[str, str], name: str, value: Any) -> str:
    """One value of a record in words."""
    if value in (None, "", [], {}) or value == UNSAID.get((table, name)):
        return ""
    if (table, name) in SHOWN_ELSEWHERE or (name == "happened_about" and not value):
        return ""
    word = partial(_word, table, names, name)
    if isinstance(value, dict):
        return "\n".join(f"{_key(word, key)}: {word(each)}" for key, each in value.items() if each)
    if isinstance(value, list):
        return "\n".join(_entry(word, each) for each in value)
    return word(value)


def _key(word: Callable[[Any], str], key: str) -> str:
    """The key of a small record: its words, or the code itself in readable form."""
    said = word(key)
    return readable(key) if said == key else said


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
    known = OWN_WORDS.get((table, name), {})
    if text in known:
        return known[text]
    listed = OF_TABLE.get((table, name)) or VOCABULARIES.get(name)
    if listed and text in (vocabulary := vocabularies()[listed]):
        return vocabulary.label(text)
    if text in ANSWERS or text in names:
        return ANSWERS.get(text) or names[text]
    if name.endswith("_id") and _uuid(text):
        return "Recorded in this case"
    if name in CODES:
        return readable(text)
    return _moment(name, text)


def _moment(name: str, text: str) -> str:
    """A day or moment as the journal keeps it, in words; any other text as it is."""
    moment = name.endswith("_at") or name == "until"
    if not moment and not name.endswith("_on") and name != "day":
        return text
    try:
        if not moment:
            day = date.fromisoformat(text)
            return f"{day.day} {day:%B %Y}"
        at = local(datetime.fromisoformat(text))
    except ValueError:
        return text
    return f"{at.day} {at:%B %Y}, {at:%H:%M}"


def _names(case: Case, values: Iterable[Any]) -> dict[str, str]:
    """Names of everybody whose id stands in these values: staff, people, parts, content."""
    ids = {one for value in values if (one := _uuid(value)) is not None}
    found: dict[str, str] = {str(one): name for one, name in staff.names_of(ids).items()}
    for one, person in find_people(case.school_id, ids).items():
        found[str(one)] = person.full_name
    for involved in service.people_in(case):
        found.setdefault(str(involved.id), involved.name)
    for item in service.records_of(case, ContentItem):
        found[str(item.id)] = item.name
    for table, field in NAMED_BY.items():
        kind = class_of(table)
        for record in service.records_of(case, kind) if kind else ():
            found[str(record.id)] = getattr(record, field)
    return found


def _uuid(value: Any) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) and len(value) == 36 else None
    except ValueError:
        return None
