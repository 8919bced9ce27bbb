"""Verbs about what is offered: offer it, record the answer, ask again."""

from dataclasses import dataclass
from datetime import date, datetime

from portal import clock
from portal.cases import actions
from portal.cases.models import Case, happened_text
from portal.clock import Happened
from portal.db import session
from portal.journal.actor import Actor
from portal.journal.service import note
from portal.support import rules, words
from portal.support.models import Support, SupportOffer
from portal.support.service import ASK_AGAIN, days_of, offered_again, refuse_ended


@dataclass(frozen=True)
class Answer:
    """How an offer was answered, and when it is asked again where it is still open."""

    answer: str
    on: date | None
    words: str = ""
    starts_on: date | None = None
    again_on: date | None = None

    @property
    def is_open(self) -> bool:
        return self.answer in rules.OPEN_ANSWERS


@dataclass(frozen=True)
class NewOffer:
    """Something that was offered, as it was written down."""

    kind: str
    at: Happened
    answered: Answer
    what: str = ""
    service: str = ""


def offer(actor: Actor, case: Case, support: Support, new: NewOffer, name: str) -> SupportOffer:
    """Record that something was offered. `name` is whose support it is."""
    refuse_ended(support)
    record = SupportOffer(
        case.key,
        case_id=case.id,
        support_id=support.id,
        by_id=actor.member_id,
        kind=new.kind,
        service=new.service,
        answer=new.answered.answer,
        answered_on=new.answered.on,
        starts_on=new.answered.starts_on,
        what=new.what,
        answer_words=new.answered.words,
        **happened_text(new.at),
    )
    session.add(record)
    note(actor, "recorded an offer of support", record)
    session.flush()
    _ask_again(actor, case, record, new.answered, name)
    if support.involved_id is not None:
        offered_again(actor, case, support.involved_id)
    return record


def answer(actor: Actor, case: Case, record: SupportOffer, given: Answer, name: str) -> None:
    """An answer that came later, or a new one. The one before stays readable."""
    record.answer, record.answered_on = given.answer, given.on
    record.answer_words, record.starts_on = given.words, given.starts_on
    record.answered_at, record.answered_by = clock.now(), actor.member_id
    note(actor, "recorded the answer to an offer", record)
    said = words.answer_words(given.answer)
    result = f"{said}. {given.words}" if given.words else f"{said}."
    actions.settle_about(actor, case, ASK_AGAIN, [str(record.id)], result)
    session.flush()
    _ask_again(actor, case, record, given, name)


def _ask_again(actor: Actor, case: Case, record: SupportOffer, given: Answer, name: str) -> None:
    if not given.is_open or given.again_on is None:
        return
    offered = words.offer_words(record, words.services_of(case, [record]))
    actions.plan_action(
        actor,
        case,
        kind=ASK_AGAIN,
        subject=str(record.id),
        what=f"Ask {name} again about what was offered: {offered}",
        due_at=datetime.combine(given.again_on, days_of(case).ends, clock.ZONE),
        owner_id=case.lead_id,
    )
