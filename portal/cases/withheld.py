"""Facts that are not to be told to somebody: to mark one, to lift it, and to keep its words out."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from unicodedata import category
from uuid import UUID

from sqlalchemy import select

from portal import clock
from portal.cases.models import Case, Involved
from portal.cases.models_wishes import Withheld
from portal.cases.words import RECIPIENT_KINDS
from portal.db import session
from portal.journal.actor import Actor
from portal.journal.service import note
from portal.people.service import find_people, fold
from portal.web.errors import NotPossible

AT_HOME = "parent"
LEFT_OUT = "[left out]"
"""What stands in a copy where something stood that its reader is not to be told."""
_APOSTROPHES = "'’‘ʼ`´"


def facts_of(case: Case, *, lifted: bool = False) -> list[Withheld]:
    """What is not to be told, the oldest first; with `lifted`, also what may be told again."""
    found = session.scalars(
        select(Withheld)
        .where(Withheld.case_id == case.id)
        .order_by(Withheld.written_at, Withheld.id)
    )
    return [one for one in found if lifted or one.lifted_at is None]


def withhold(
    actor: Actor,
    case: Case,
    involved: Involved,
    *,
    words: Mapping[str, Any],
    from_kinds: Sequence[str],
    from_people: Sequence[UUID],
) -> Withheld:
    """Mark a fact. `words` are `fact`, `phrases`, `reason`; somebody must be named to keep from."""
    if not from_kinds and not from_people:
        raise NotPossible("Say to whom it is not to be told.")
    fact = Withheld(
        case.key,
        case_id=case.id,
        involved_id=involved.id,
        by_id=actor.member_id,
        from_kinds=list(from_kinds),
        from_people=[str(one) for one in from_people],
        **words,
    )
    session.add(fact)
    note(actor, "marked a fact as not to be told", fact)
    return fact


def lift(actor: Actor, fact: Withheld, reason: str) -> None:
    if fact.lifted_at is not None:
        raise NotPossible("This may be told again already.")
    fact.lifted_at, fact.lifted_reason = clock.now(), reason
    note(actor, "lifted what was not to be told", fact, reason)


def kept_from(
    facts: Iterable[Withheld], *, kind: str = "", people: Collection[UUID] = ()
) -> list[Withheld]:
    """The facts that readers of this kind, or any of these people, are not to be told."""
    ids = {str(one) for one in people}
    return [one for one in facts if kind in one.from_kinds or ids & set(one.from_people)]


def kept_from_reader(facts: Iterable[Withheld], kind: str) -> list[Withheld]:
    """The facts that a copy for a reader of this kind must not hold.

    What one parent or carer is not to be told stands in no copy for any: copies are passed on.
    """
    known = list(facts)
    people = {UUID(one) for fact in known for one in fact.from_people} if kind == AT_HOME else ()
    return kept_from(known, kind=kind, people=people)


def phrases_of(facts: Iterable[Withheld]) -> list[str]:
    return [phrase for fact in facts for phrase in fact.phrases or []]


def people_named(case: Case, facts: Iterable[Withheld]) -> dict[str, str]:
    """The names of the parents and carers to whom these facts are not to be told, by their ids."""
    ids = {UUID(one) for fact in facts for one in fact.from_people}
    return {str(one): found.full_name for one, found in find_people(case.school_id, ids).items()}


def readers_of(fact: Withheld, names: Mapping[str, str]) -> str:
    """To whom a fact is not to be told, in words."""
    kinds = [label for kind, label in RECIPIENT_KINDS.items() if kind in fact.from_kinds]
    readers = [label[:1].lower() + label[1:] for label in kinds]
    return "; ".join([*readers, *(names.get(one, "somebody") for one in fact.from_people)])


def standing_in(text: str, phrases: Iterable[str]) -> list[str]:
    """The phrases that stand in a text as whole words, whatever their case, accents or spaces."""
    plain, _ = _plain(text)
    return [phrase for phrase in phrases if (one := _pattern(phrase)) and one.search(plain)]


def without(text: str, phrases: Iterable[str]) -> str:
    """A text with every phrase in it replaced, however it is written there."""
    wanted = [one for phrase in phrases if (one := _pattern(phrase))]
    if not wanted:
        return text
    plain, places = _plain(text)
    spans = sorted(
        (places[found.start()], places[found.end() - 1] + 1)
        for one in wanted
        for found in one.finditer(plain)
    )
    kept, at = [], 0
    for start, end in spans:
        if start >= at:
            kept += [text[at:start], LEFT_OUT]
        at = max(at, end)
    return "".join([*kept, text[at:]])


def _plain(text: str) -> tuple[str, list[int]]:
    """A text as it is compared, and for each of its letters the place of the one it came from."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        kind = category(letter)
        if kind == "Cf":  # soft hyphens and the like: nobody sees them
            continue
        plain = "-" if kind == "Pd" else "'" if letter in _APOSTROPHES else fold(letter)
        letters += plain
        places += [place] * len(plain)
    return "".join(letters), places


def _pattern(phrase: str) -> re.Pattern[str] | None:
    """Whole words, with any spaces between them; a plural or possessive ending may follow."""
    plain, _ = _plain(phrase)
    words = r"\s+".join(re.escape(word) for word in plain.split())
    return re.compile(rf"(?<!\w){words}(?:'?s|es)?(?!\w)") if words else None
