"""Reads one data file and refuses, with file and place, whatever does not belong in it."""

import re
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

SHIPPED = Path(__file__).parent / "data"
CODE = re.compile(r"[a-z0-9][a-z0-9_]*")


class GuidanceError(ValueError):
    """A guidance file says something it may not; the message names the file and the place."""


class _Loader(yaml.SafeLoader):
    """`yaml.safe_load`, except that a key written twice is an error instead of a silent loss."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen = set()
        for key, _ in node.value:
            if key.value in seen:
                line = key.start_mark.line + 1
                raise yaml.YAMLError(f"line {line}: “{key.value}” is written twice")
            seen.add(key.value)
        return super().construct_mapping(node, deep)


@dataclass
class Entry:
    """One mapping of a file. Every key must be taken; `done` refuses what is left."""

    file: str
    place: str
    data: dict[str, Any]
    taken: set[str] = field(default_factory=set)

    def wrong(self, message: str) -> GuidanceError:
        return GuidanceError(f"{self.file}: {self.place}: {message}")

    def _take(self, key: str, kind: type, wanted: str) -> Any:
        self.taken.add(key)
        value = self.data.get(key)
        if value is not None and (not isinstance(value, kind) or isinstance(value, bool)):
            raise self.wrong(f"{key} must be {wanted}; put words such as yes and no in quotes")
        return value

    def text(self, key: str) -> str:
        found = self.text_or_none(key)
        if found is None:
            raise self.wrong(f"{key} is missing")
        return found

    def text_or_none(self, key: str) -> str | None:
        found: str | None = self._take(key, str, "text")
        if found is not None and not found.strip():
            raise self.wrong(f"{key} is empty")
        return found.strip() if found is not None else None

    def code(self, key: str = "code") -> str:
        found = self.text(key)
        if not CODE.fullmatch(found):
            raise self.wrong(f"{key} “{found}” may hold small letters, digits and _ only")
        return found

    def day(self, key: str) -> date:
        found: date | None = self._take(key, date, "a date, year-month-day")
        if found is None:
            raise self.wrong(f"{key} is missing")
        return found

    def number(self, key: str) -> int | None:
        found: int | None = self._take(key, int, "a whole number")
        if found is not None and found < 1:
            raise self.wrong(f"{key} must be 1 or more")
        return found

    def true(self, key: str) -> bool:
        self.taken.add(key)
        if self.data.get(key) not in (None, True, False):
            raise self.wrong(f"{key} must be true or false")
        return bool(self.data.get(key))

    def words(self, key: str, *, one_of: Iterable[str] | None = None) -> tuple[str, ...]:
        found = self._take(key, list, "a list") or []
        for word in found:
            if not isinstance(word, str):
                raise self.wrong(f"{key}: “{word}” is not text; put it in quotes")
        allowed = None if one_of is None else set(one_of)
        for word in found:
            if allowed is not None and word not in allowed:
                raise self.wrong(f"{key}: “{word}” is not known")
        if len(set(found)) != len(found):
            raise self.wrong(f"{key}: something is listed twice")
        return tuple(found)

    def entry(self, key: str) -> "Entry":
        found = self._take(key, dict, "a group of keys") or {}
        return Entry(self.file, f"{self.place}, {key}", found)

    def entries(self, key: str, *, named: str = "code") -> Iterator["Entry"]:
        for position, item in enumerate(self._take(key, list, "a list") or [], start=1):
            place = f"{key} {position}"
            if not isinstance(item, dict):
                raise GuidanceError(f"{self.file}: {place}: a group of keys is expected")
            if isinstance(item.get(named), str):
                place = f"{key} “{item[named]}”"
            prefix = "" if self.place == "top" else f"{self.place}, "
            yield Entry(self.file, prefix + place, item)

    def done(self) -> None:
        unknown = sorted(str(key) for key in self.data if key not in self.taken)
        if unknown:
            raise self.wrong(f"unknown key {', '.join(unknown)}")


def find(name: str, overrides: Path | None) -> Path:
    """Where a data file is read from: the school's own folder if it holds one of that name."""
    if overrides is not None and (overrides / name).is_file():
        return overrides / name
    return SHIPPED / name


def names(folder: str, overrides: Path | None) -> list[str]:
    """All data files in a sub-folder, the shipped ones and the school's own together."""
    roots = [SHIPPED, *([overrides] if overrides is not None else [])]
    return sorted(
        {f"{folder}/{path.name}" for root in roots for path in (root / folder).glob("*.yaml")}
    )


def read(name: str, overrides: Path | None) -> Entry:
    path = find(name, overrides)
    try:
        loader = _Loader(path.read_text(encoding="utf-8"))
        try:
            data = loader.get_single_data()
        finally:
            loader.dispose()
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise GuidanceError(f"{name}: cannot be read: {error}") from error
    if not isinstance(data, dict):
        raise GuidanceError(f"{name}: top: a group of keys is expected")
    return Entry(name, "top", data)


def refuse_twins(file: str, place: str, codes: Iterable[str]) -> None:
    """Raise where one code (or a code and an alias) is used for two things."""
    seen: set[str] = set()
    for code in codes:
        if code in seen:
            raise GuidanceError(f"{file}: {place}: “{code}” is used twice")
        seen.add(code)
