"""Reading stories: whole cases as YAML files, as people write them down.

A story may be incomplete and may use words that the portal’s lists do not know: those are kept as
words. Only a file that cannot be read, and a date that is none, are refused, before anything is
made.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from portal.boot import CannotStart
from portal.clock import Happened
from portal.demo import when
from portal.guidance.catalogue import vocabulary
from portal.people.models import PersonKind
from portal.staff.roles import Role

_NO_NAME = frozenset({"", "not yet known", "not known", "unknown", "nobody knows", "not_known"})
_NOTHING = frozenset({"none", "no", "nothing", "n/a"})


class BadStory(CannotStart):
    """A story that cannot be read; the message names the file and the place."""


@dataclass(frozen=True)
class Someone:
    """A person of a story, in the portal’s own codes."""

    kind: PersonKind
    name: str
    parts: tuple[str, ...]
    flags: tuple[str, ...] = ()
    born: date | None = None
    age: int | None = None
    year: str = ""
    form: str = ""
    place: str = ""
    words_for_self: str = ""
    note: str = ""
    works_here: bool = False
    role: Role = Role.STAFF


@dataclass(frozen=True)
class Story:
    """One story, its dates counted from `today`."""

    source: str
    today: date
    told: Mapping[str, Any] = field(repr=False)

    @property
    def title(self) -> str:
        return str(self.told.get("title") or self.source)

    @property
    def disclosure(self) -> Mapping[str, Any]:
        return mapping(self.told.get("disclosure"))

    @property
    def told_at(self) -> Happened:
        return self.at("told_at") or Happened(self.today)

    @property
    def happened(self) -> list[Happened]:
        """The days of the incidents, as far as they are known."""
        said = self.disclosure.get("happened_at")
        return [self._when("happened_at", one) for one in several(said)]

    def at(self, name: str) -> Happened | None:
        said = self.disclosure.get(name)
        return None if said in (None, "") else self._when(name, said)

    @property
    def earlier(self) -> tuple[str, Happened] | None:
        """How and when somebody else had written something before."""
        entry = mapping(self.disclosure.get("earlier_entry"))
        if not entry.get("at"):
            return None
        return str(entry.get("how") or "noticed"), self._when("earlier_entry", entry["at"])

    @property
    def people(self) -> list[Someone]:
        return [self._someone(mapping(one)) for one in several(self.told.get("people"))]

    def checked(self) -> "Story":
        """Read everything once, so that a date that is none is found before anything is made."""
        _ = self.people, self.happened, self.told_at, self.earlier
        self.at("told_dsl_in_person_at")
        self.at("learnt_at")
        return self

    def _when(self, name: str, said: Any) -> Happened:
        try:
            return when.happened(said, self.today)
        except when.NotADate as problem:
            raise BadStory(f"{self.source}, {name}: {problem}.") from None

    def _someone(self, one: Mapping[str, Any]) -> Someone:
        parts, other_parts = codes("parts", one.get("part") or one.get("parts"))
        flags, other_flags = codes("person_flags", one.get("flags"))
        name = words(one.get("name"))
        known = name.casefold() not in _NO_NAME
        notes = [words(one.get("note")), *other_parts, *other_flags]
        year = words(one.get("year"))
        return Someone(
            kind=_kind(one),
            name=name if known else "",
            parts=tuple(parts or ["other"]),
            flags=tuple(flags),
            born=self._born(one, year) if known else None,
            age=_number(one.get("age")),
            year=year,
            form=words(one.get("form")),
            place=words(one.get("school") or one.get("place")),
            words_for_self=words(one.get("words_for_self")),
            note=". ".join(filter(None, notes)) or ("" if known else "Not yet known"),
            works_here=_true(one.get("staff")),
            role=_role(one),
        )

    def _born(self, one: Mapping[str, Any], year: str) -> date | None:
        said = one.get("born") or one.get("date_of_birth")
        if said:
            return self._when("born", said).on
        age = _number(one.get("age"))
        if age is None or not _kind(one).is_young:
            return None
        since = min([self.told_at.on, *(each.on for each in self.happened)])
        return when.born_at_age(age, _number(year), self.today, since)


def read_stories(folder: Path, today: date) -> list[Story]:
    """Every story of a folder, by file name."""
    files = [file for file in sorted(folder.glob("*")) if file.suffix in (".yaml", ".yml")]
    if not files:
        raise BadStory(f"There are no stories (*.yaml) in {folder}.")
    return [story for file in files for story in _read(file, today)]


def _read(file: Path, today: date) -> Iterable[Story]:
    try:
        documents = list(yaml.safe_load_all(file.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as problem:
        place = getattr(problem, "problem_mark", None)
        line = f" line {place.line + 1}" if place is not None else ""
        raise BadStory(f"{file.name}{line} cannot be read as a story.") from None
    for document in documents:
        if not isinstance(document, dict):
            raise BadStory(f"{file.name} is not a story: it must begin with names and values.")
        yield Story(file.name, today, document).checked()


def mapping(value: Any) -> Mapping[str, Any]:
    """A mapping, or an empty one where the story gives something else."""
    return {str(key): one for key, one in value.items()} if isinstance(value, Mapping) else {}


def several(value: Any) -> list[Any]:
    """A list, also of one."""
    if value is None or value == "":
        return []
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str) else [value]


def words(value: Any) -> str:
    """What somebody wrote, as text; a list becomes lines."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "\n".join(str(one).strip() for one in several(value))


def answer(value: Any) -> str | None:
    """yes, no or not_known; None where the word is none of them."""
    if value is None or value == "":
        return "not_known"
    return vocabulary("answers").find(words(value))


def codes(name: str, value: Any) -> tuple[list[str], list[str]]:
    """The codes of a list that are meant, and the words that the list does not know."""
    if isinstance(value, Mapping):
        value = [key for key, held in value.items() if _true(held)]
    known: list[str] = []
    unknown = []
    for one in several(value):
        said = words(one)
        code = vocabulary(name).find(said)
        if code is None and said.casefold() not in _NOTHING:
            unknown.append(said.replace("_", " "))
        elif code is not None and code not in known:
            known.append(code)
    return known, unknown


def _kind(one: Mapping[str, Any]) -> PersonKind:
    if _true(one.get("staff")):
        return PersonKind.COLLEAGUE
    if _true(one.get("carer")) or _true(one.get("parent")):
        return PersonKind.CARER
    if _true(one.get("adult")):
        return PersonKind.ADULT
    if one.get("kind") in list(PersonKind):
        return PersonKind(one["kind"])
    return PersonKind.ELSEWHERE if one.get("school") or one.get("elsewhere") else PersonKind.PUPIL


def _role(one: Mapping[str, Any]) -> Role:
    said = str(one.get("role") or "").casefold()
    if _true(one.get("head")) or said.startswith("head t") or said == Role.HEAD:
        return Role.HEAD
    return Role(said) if said in list(Role) else Role.STAFF


def _true(value: Any) -> bool:
    return value is True or str(value).casefold() in ("yes", "true")


def _number(value: Any) -> int | None:
    text = str(value).strip() if value is not None and not isinstance(value, bool) else ""
    return int(text) if text.isdecimal() and len(text) < 4 else None
