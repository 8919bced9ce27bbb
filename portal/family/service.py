"""Verbs about families: ask the young person, decide whether home is told, record a contact."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from portal import clock
from portal.cases import actions, decisions
from portal.cases.models import Case, Decision, Involved, happened_text
from portal.cases.service import records_of
from portal.clock import Happened
from portal.db import session
from portal.family import updates
from portal.family.models import FamilyContact, FamilyWish
from portal.family.rules import Told
from portal.journal.actor import Actor
from portal.journal.service import note
from portal.people import service as people
from portal.people.models import Carer, PersonKind
from portal.web.errors import NotPossible

INFORM = "inform_parents"


def is_young(one: Involved) -> bool:
    """Whether this is a young person who is known, so that there is a home to think of."""
    return one.person is not None and PersonKind(one.person.kind).is_young


def young_in(everybody: Iterable[Involved]) -> list[Involved]:
    return [one for one in everybody if is_young(one)]


def carers_in(everybody: Iterable[Involved]) -> dict[UUID, list[Carer]]:
    """The carers of everybody in a case, by the person they care for."""
    ids = [one.person_id for one in everybody if one.person_id is not None]
    return people.carers_of_all(ids)


def record_wish(
    actor: Actor,
    case: Case,
    one: Involved,
    *,
    wish: str,
    wants_there: str,
    words: Mapping[str, str],
    asked: Happened | None,
) -> FamilyWish:
    """What a young person wants told at home. An earlier answer stays beside the new one."""
    record = FamilyWish(
        case.key,
        case_id=case.id,
        involved_id=one.id,
        asked_by=actor.member_id,
        wish=wish,
        wants_there=wants_there,
        **words,
        **happened_text(asked),
    )
    session.add(record)
    note(actor, "recorded what a young person wants told at home", record)
    return record


@dataclass(frozen=True)
class NewDecision:
    """Whether the parents or carers of one young person are told, as it was decided."""

    choice: Told
    reason: str
    at: Happened
    told: Sequence[Carer] = ()
    not_told: Sequence[Carer] = ()
    not_told_why: str = ""
    who_tells: str = ""
    on_wish: str = ""
    agencies: str = ""
    agencies_said: str = ""
    reference: str = ""
    by_when: date | None = None


def decide(actor: Actor, case: Case, one: Involved, new: NewDecision) -> Decision:
    """Decide whether home is told. What was decided before stays readable."""
    updates.refuse_forbidden(new.told)
    if new.choice is Told.NOT_INFORMED and not (new.reason and new.agencies):
        raise NotPossible("Say why home is not told, and which agencies were asked.")
    decision = decisions.decide_about_parents(
        actor, case, one, new.choice.value, _decision_words(one, new), new.at
    )
    subject = [str(one.id)]
    actions.settle_about(actor, case, INFORM, subject, "It was decided again.")
    if new.choice is Told.NOT_YET:
        if new.by_when is None:
            raise NotPossible("Say by when it is decided again.")
        what = f"Tell the parents or carers of {one.name}, or decide again."
        updates.plan(actor, case, INFORM, one.id, what, new.by_when)
    return decision


def _decision_words(one: Involved, new: NewDecision) -> dict[str, str]:
    """The decision in the words in which every page of the case shows it."""
    chosen = [_CHOSEN[new.choice]]
    if new.by_when is not None and new.choice is Told.NOT_YET:
        chosen.append(f"Told, or decided again, by {new.by_when.day} {new.by_when:%B %Y}.")
    chosen += [f"Told: {_named(new.told)}."] if new.told else []
    chosen += [f"Who tells: {new.who_tells}."] if new.who_tells else []
    if new.not_told:
        chosen.append(f"Not told: {_named(new.not_told)}.")
    reasons = [new.reason]
    reasons += [f"Why some are not told: {new.not_told_why}"] if new.not_told_why else []
    reasons += [f"On the young person’s wish: {new.on_wish}"] if new.on_wish else []
    return {
        "question": f"Are the parents or carers of {one.name} told?",
        "chosen": "\n".join(chosen),
        "reason": "\n".join(filter(None, reasons)),
        "advice_from": new.agencies,
        "advice": new.agencies_said,
        "advice_reference": new.reference,
    }


_CHOSEN = {
    Told.INFORMED: "Parents or carers are told.",
    Told.NOT_INFORMED: "Parents or carers are not told: it would put the young person at risk.",
    Told.NOT_YET: "Parents or carers are not told yet.",
}


def _named(carers: Iterable[Carer]) -> str:
    return "; ".join(
        f"{link.carer.full_name} ({link.relation})" if link.relation else link.carer.full_name
        for link in carers
    )


@dataclass(frozen=True)
class NewContact:
    """A contact as it was written down. `carer` is None for somebody else at home."""

    at: Happened
    way: str
    reached: bool
    facts: Mapping[str, Any]
    words: Mapping[str, str]
    carer: Carer | None = None


def record_contact(actor: Actor, case: Case, one: Involved, new: NewContact) -> FamilyContact:
    """Write down a contact; one that reached them settles what was due."""
    link = new.carer
    if link is not None and link.may_contact == "no" and not new.words.get("although_not"):
        raise NotPossible(f"{link.carer.full_name} must not be contacted.")
    named = {"who": link.carer.full_name, "relation": link.relation} if link else {}
    record = FamilyContact(
        case.key,
        case_id=case.id,
        involved_id=one.id,
        carer_id=link.id if link else None,
        by_id=actor.member_id,
        way=new.way,
        reached=new.reached,
        **new.facts,
        **{**new.words, **named},
        **happened_text(new.at),
    )
    session.add(record)
    note(actor, "recorded a contact with a family", record)
    session.flush()
    if new.reached:
        _was_reached(actor, case, record)
    return record


def correct_contact(
    actor: Actor,
    case: Case,
    contact: FamilyContact,
    changes: Mapping[str, Any],
    happened: Happened,
    reason: str,
) -> None:
    """Put other words into a contact. What stood there is kept as an older version."""
    for name, value in {**changes, **happened_text(happened)}.items():
        setattr(contact, name, value)
    note(actor, "corrected a contact with a family", contact, reason)
    if contact.reached:
        _was_reached(actor, case, contact)


def _was_reached(actor: Actor, case: Case, contact: FamilyContact) -> None:
    """Somebody who cares for the young person heard from school: what was due of that is done."""
    if contact.carer_id is None or contact.although_not:
        return
    subject = [str(contact.involved_id)]
    actions.settle_about(actor, case, INFORM, subject, "They were reached.")
    heard = contact.happened.on if contact.happened else clock.today()
    for agreed in updates.agreements_of(case):
        if updates.is_with(agreed, contact.involved_id, contact.carer_id):
            updates.move_on(actor, case, agreed, heard)


def wishes_of(case: Case) -> list[FamilyWish]:
    """What the young people said, the newest first."""
    return records_of(case, FamilyWish)[::-1]


def contacts_of(case: Case) -> list[FamilyContact]:
    """The contacts with families, the newest first by when they were."""
    found = records_of(case, FamilyContact)
    return sorted(found, key=lambda one: (_moment(one), one.written_at), reverse=True)


def _moment(one: FamilyContact) -> datetime:
    return one.happened.moment if one.happened else one.written_at
