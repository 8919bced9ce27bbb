"""Verbs about decisions and countersignatures: the same record here as everywhere (product 3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from portal import clock
from portal.cases.models import (
    Case,
    Countersignature,
    Decision,
    DecisionKind,
    Involved,
    happened_text,
)
from portal.clock import Happened
from portal.db import session
from portal.journal.actor import Actor
from portal.journal.service import note
from portal.web.errors import NotPossible


@dataclass(frozen=True)
class SecondWord:
    """What a second person says of a decision; from outside it needs a body and a reference."""

    agrees: bool
    words: str
    member_id: UUID | None = None
    outside_name: str = ""
    outside_body: str = ""
    outside_reference: str = ""


def record_decision(
    actor: Actor,
    case: Case,
    *,
    kind: str,
    choice: str,
    words: Mapping[str, str],
    happened: Happened | None,
    needs_second: bool = False,
    assessment_id: UUID | None = None,
) -> Decision:
    """Decisions are added, never changed: a new one stands beside those before it."""
    decision = Decision(
        case.key,
        case_id=case.id,
        kind=kind,
        choice=choice,
        decided_by=actor.member_id,
        needs_second=needs_second,
        assessment_id=assessment_id,
        countersignatures=[],
        **words,
        **happened_text(happened),
    )
    session.add(decision)
    note(actor, "recorded a decision", decision)
    return decision


def decide_about_parents(
    actor: Actor,
    case: Case,
    involved: Involved,
    choice: str,
    words: Mapping[str, str],
    happened: Happened | None,
) -> Decision:
    """Whether the parents or carers of one young person are told (Guidance for Schools, 5.6)."""
    decision = record_decision(
        actor,
        case,
        kind=DecisionKind.PARENTS.value,
        choice=choice,
        words=words,
        happened=happened,
    )
    decision.involved_id = involved.id
    return decision


def countersign(actor: Actor, decision: Decision, word: SecondWord) -> None:
    """A second person’s word. It is somebody other than the one who decided (product 1)."""
    if not decision.needs_second:
        raise NotPossible("This decision does not need a second person.")
    if word.member_id is not None and word.member_id == decision.decided_by:
        raise NotPossible(
            "You took this decision yourself. The second person must be somebody else: a deputy, "
            "the head, a trust lead, or advice from social care or the police, by name and "
            "reference."
        )
    session.add(
        Countersignature(
            decision.key,
            decision=decision,
            decision_id=decision.id,
            member_id=word.member_id,
            entered_by=actor.member_id,
            signed_at=clock.now(),
            agrees=word.agrees,
            words=word.words,
            outside_name=word.outside_name,
            outside_body=word.outside_body,
            outside_reference=word.outside_reference,
        )
    )
    note(actor, "countersigned a decision" if word.agrees else "did not agree", decision)


def decisions_of(case: Case, kind: str | None = None) -> list[Decision]:
    """The decisions of a case, the newest first."""
    statement = select(Decision).where(Decision.case_id == case.id)
    if kind is not None:
        statement = statement.where(Decision.kind == kind)
    found = session.scalars(statement.order_by(Decision.written_at.desc(), Decision.id))
    return list(found.unique())
