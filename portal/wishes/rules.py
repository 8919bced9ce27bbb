"""Rules about wishes: who was named twice, what changed between two visits. Pure.

People are told apart by the name a young person gave them; where both visits say which colleague or
carer is meant, by that.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

KNOWS, WANTED, RATHER_NOT = "knows", "wanted", "rather_not"
STANDINGS = (WANTED, RATHER_NOT, KNOWS)
ABOUT_THEM = ("how_much", "support", "not_do")
MOST_PEOPLE = 20
MOST_OF_A_NAME = 200


@dataclass(frozen=True)
class Named:
    """Somebody whom a young person named, with what they said about them."""

    name: str
    standing: str
    knows_already: bool = False
    how_much: str = ""
    support: str = ""
    not_do: str = ""
    member_id: UUID | None = None
    person_id: UUID | None = None


@dataclass(frozen=True)
class Difference:
    """One field of one person, before and after; `field` is a code."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """What became of one person between two visits: `added`, `taken_out` or `changed`."""

    kind: str
    name: str
    standing: str
    differences: tuple[Difference, ...] = ()


def key_of(name: str) -> str:
    """A name without case, accents and needless spaces: by it two entries are the same person."""
    letters = unicodedata.normalize("NFKD", name).casefold()
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(plain.replace("’", "'").split())


def names_in(text: str) -> list[str]:
    """The names of a list with one name on each line; who stands there twice is taken once."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        name = " ".join(line.split())
        if name:
            found.setdefault(key_of(name), name)
    return list(found.values())


def twice(names: Iterable[str]) -> list[str]:
    """The names that stand in a list more than once, each given once."""
    seen: set[str] = set()
    found: dict[str, str] = {}
    for name in names:
        key = key_of(name)
        if key and key in seen:
            found.setdefault(key, name)
        seen.add(key)
    return list(found.values())


def in_both(first: Iterable[str], second: Iterable[str]) -> list[str]:
    """The names of the second list that stand in the first as well."""
    known = {key_of(name) for name in first}
    return [name for name in second if key_of(name) in known]


def together(knows: Sequence[str], wanted: Sequence[str], rather_not: Sequence[str]) -> list[Named]:
    """Three lists of names as one row for each person, in the order in which they were named.

    Somebody who stands in both lists is not told: that wish can still be changed, a word said
    cannot.
    """
    known = {key_of(name) for name in knows}
    unwanted = {key_of(name) for name in rather_not}
    rows: dict[str, Named] = {}
    for standing, names in ((WANTED, wanted), (RATHER_NOT, rather_not), (KNOWS, knows)):
        for name in names:
            key = key_of(name)
            counts = RATHER_NOT if key in unwanted else standing
            rows.setdefault(key, Named(name, counts, knows_already=key in known))
    return list(rows.values())


def changes(before: Sequence[Named], after: Sequence[Named]) -> list[Change]:
    """What changed between two visits: who came, who went, and what is said otherwise."""
    left = list(before)
    came: list[Change] = []
    changed: list[Change] = []
    for now in after:
        then = _same(now, left)
        if then is None:
            came.append(Change("added", now.name, now.standing))
            continue
        left.remove(then)
        differences = tuple(_differences(then, now))
        if differences:
            changed.append(Change("changed", now.name, now.standing, differences))
    went = [Change("taken_out", one.name, one.standing) for one in left]
    return [*came, *went, *changed]


def _same(wanted: Named, among: Sequence[Named]) -> Named | None:
    by_name = [one for one in among if key_of(one.name) == key_of(wanted.name)]
    return next(iter(by_name), None) or next((one for one in among if _one(one, wanted)), None)


def _one(first: Named, second: Named) -> bool:
    """Whether two entries are known to mean the same colleague or carer."""
    ids = (second.member_id, second.person_id)
    return ids != (None, None) and (first.member_id, first.person_id) == ids


def _differences(then: Named, now: Named) -> Iterable[Difference]:
    if then.name != now.name:
        yield Difference("name", then.name, now.name)
    if then.standing != now.standing:
        yield Difference("standing", then.standing, now.standing)
    if then.knows_already != now.knows_already:
        yield Difference("knows_already", _yes(then.knows_already), _yes(now.knows_already))
    for field in ABOUT_THEM:
        before, after = getattr(then, field), getattr(now, field)
        if before.strip() != after.strip():
            yield Difference(field, before, after)


def _yes(value: bool) -> str:
    return "yes" if value else "no"


_SHORTENED = re.compile(
    r"\b(?:mr|mrs|ms|mx|dr|st|sr|jr|prof|rev|no|e\.g|i\.e|a\.m|p\.m)\.\s", re.IGNORECASE
)
_NEXT_SENTENCE = re.compile(r"[.!?…][’”)]*\s+\S")


def is_one_sentence(text: str) -> bool:
    """Whether a note is one sentence: nothing follows its full stop but for a title’s name."""
    return not _NEXT_SENTENCE.search(_SHORTENED.sub(" ", text.strip()))
