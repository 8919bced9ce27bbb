"""Pure rules about a disclosure: who is told, who sees it while it waits, who must not see it."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from portal.cases.rules import Audience

_TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "sir", "prof", "rev"})


class Stage(StrEnum):
    """Who is expected to pick up a disclosure that waits."""

    DSL = "dsl"
    DEPUTIES = "deputies"
    HEAD = "head"


@dataclass(frozen=True)
class NamedStaff:
    """Somebody who works here and is named in a disclosure."""

    member_id: UUID | None
    is_head: bool
    displayed: bool


def audience(named: Iterable[NamedStaff]) -> Audience:
    """Who gets it: an allegation about staff goes to the head; about the head, to nobody here.

    Only somebody said to have displayed the behaviour is accused; a teacher who is shown in an
    edited picture is not (product 2).
    """
    accused = [one for one in named if one.displayed]
    if any(one.is_head for one in accused):
        return Audience.NOBODY
    return Audience.HEAD if accused else Audience.LEADS


def stage(waited: int, pickup_minutes: int) -> Stage:
    """Who is expected to act after so many minutes of working time (product 2)."""
    if waited < pickup_minutes:
        return Stage.DSL
    return Stage.DEPUTIES if waited < 2 * pickup_minutes else Stage.HEAD


def meant(name: str, colleagues: Mapping[UUID, str]) -> list[UUID]:
    """Who of the staff may be meant by a written name.

    A full name means whoever has it; “Mr Crane” or a surname alone means everybody of that
    surname. Shutting one too many out is put right in a minute; one too few is not.
    """
    words = _words(name)
    if not words:
        return []
    found = []
    for member_id, full_name in colleagues.items():
        known = _words(full_name)
        if known == words or (len(words) == 1 and known[-1:] == words):
            found.append(member_id)
    return found


def _words(name: str) -> list[str]:
    folded = unicodedata.normalize("NFKD", name).casefold()
    plain = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return [word for word in plain.replace(".", " ").split() if word not in _TITLES]
