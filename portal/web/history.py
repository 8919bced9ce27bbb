"""A record’s versions as people read them: what changed, from what to what. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

# Columns that say nothing to a reader.
UNSAID = frozenset({"id", "key_id", "version", "written_at", "changed_at", "case_id", "school_id"})


class VersionLike(Protocol):
    """What is read of `journal.reading.Version`."""

    @property
    def number(self) -> int: ...
    @property
    def at(self) -> datetime: ...
    @property
    def actor_id(self) -> UUID | None: ...
    @property
    def verb(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def values(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True)
class Change:
    """One field between two versions, in words; empty words mean that nothing was there."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Told:
    """One act on a record: who did what, when and why, and what it changed."""

    number: int
    at: datetime
    actor_id: UUID | None
    verb: str
    reason: str
    is_first: bool
    changes: list[Change]


Say = Callable[[str, Any], str]


def tell(versions: Sequence[VersionLike], labels: Mapping[str, str], say: Say) -> list[Told]:
    """What each version changed, the newest first as they come from the journal.

    `labels` gives the words of known fields, and their order; `say` puts a value into words.
    """
    told = []
    for index, version in enumerate(versions):
        older = versions[index + 1].values if index + 1 < len(versions) else {}
        told.append(
            Told(
                version.number,
                version.at,
                version.actor_id,
                version.verb,
                version.reason,
                index + 1 == len(versions),
                _changes(older, version.values, labels, say),
            )
        )
    return told


def _changes(
    older: Mapping[str, Any], newer: Mapping[str, Any], labels: Mapping[str, str], say: Say
) -> list[Change]:
    known = [name for name in labels if name in newer]
    others = [name for name in newer if name not in labels and not _is_unsaid(name)]
    found = []
    for name in [*known, *others]:
        before, after = say(name, older.get(name)), say(name, newer.get(name))
        if before != after:
            found.append(Change(labels.get(name) or _readable(name), before, after))
    return found


def _is_unsaid(name: str) -> bool:
    return name in UNSAID or name.endswith("_lookup")


def _readable(name: str) -> str:
    words = name.removesuffix("_id").replace("_", " ")
    return words[:1].upper() + words[1:]
