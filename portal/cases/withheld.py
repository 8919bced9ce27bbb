"""Facts that are not to be told to somebody: to mark one, to lift it, and to keep its words out."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal import clock
from portal.cases.models import Case, Involved
from portal.cases.models_wishes import Withheld
from portal.db import session
from portal.journal.actor import Actor
from portal.journal.service import note
from portal.people.service import fold
from portal.web.errors import NotPossible


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


def phrases_of(facts: Iterable[Withheld]) -> list[str]:
    return [phrase for fact in facts for phrase in fact.phrases or []]


def standing_in(text: str, phrases: Iterable[str]) -> list[str]:
    """The phrases that stand in a text as whole words, whatever their case, accents or spaces."""
    plain = " ".join(fold(text).split())
    return [
        phrase
        for phrase in phrases
        if re.search(rf"(?<!\w){re.escape(' '.join(fold(phrase).split()))}(?!\w)", plain)
    ]
