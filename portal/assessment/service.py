"""Verbs about the initial review and the assessment of risk."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from sqlalchemy import select

from portal import clock
from portal.assessment.models import InitialReview, RiskAssessment
from portal.cases import actions
from portal.cases.models import Case, happened_text
from portal.cases.rules import WorkingDays
from portal.clock import Happened
from portal.db import session
from portal.journal.actor import Actor
from portal.journal.service import note

FIND_OUT = "find_out"
NOON = time(12, 0)


def record_review(
    actor: Actor,
    case: Case,
    *,
    facts: Mapping[str, str],
    words: Mapping[str, Any],
    met: Happened,
    days: WorkingDays,
) -> InitialReview:
    """Keep the review. What is still unknown becomes something to find out."""
    review = InitialReview(
        case.key, case_id=case.id, made_by=actor.member_id, **facts, **words, **happened_text(met)
    )
    session.add(review)
    note(actor, "recorded the initial review", review)
    for unknown in review.unknowns or []:
        actions.plan_action(
            actor,
            case,
            kind=FIND_OUT,
            what=unknown,
            due_at=_by_noon(days),
            owner_id=case.lead_id,
        )
    return review


def reviews_of(case: Case) -> list[InitialReview]:
    return list(
        session.scalars(
            select(InitialReview)
            .where(InitialReview.case_id == case.id)
            .order_by(InitialReview.written_at.desc(), InitialReview.id)
        )
    )


def assess_risk(
    actor: Actor,
    case: Case,
    *,
    level: str,
    responses: list[str],
    words: Mapping[str, Any],
    made: Happened,
) -> RiskAssessment:
    """Keep an assessment; a new one never replaces those before it."""
    record = RiskAssessment(
        case.key,
        case_id=case.id,
        made_by=actor.member_id,
        level=level,
        responses=responses,
        **words,
        **happened_text(made),
    )
    session.add(record)
    note(actor, "assessed the risk and chose a response", record)
    return record


def risk_assessments_of(case: Case) -> list[RiskAssessment]:
    return list(
        session.scalars(
            select(RiskAssessment)
            .where(RiskAssessment.case_id == case.id)
            .order_by(RiskAssessment.written_at.desc(), RiskAssessment.id)
        )
    )


def _by_noon(days: WorkingDays) -> datetime:
    return days.next_day_at(clock.now(), NOON)
