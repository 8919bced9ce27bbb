"""Verbs about the initial review and the assessment of risk."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from sqlalchemy import select

from portal import clock
from portal.assessment.models import InitialReview, RiskAssessment
from portal.cases import actions
from portal.cases.models import Case, Involved, happened_text
from portal.cases.rules import WorkingDays
from portal.cases.service import cases_of
from portal.cases.visible import visible_cases
from portal.clock import Happened
from portal.db import session
from portal.journal.actor import Actor
from portal.journal.service import note
from portal.staff.viewer import Viewer

FIND_OUT = "find_out"
HOME_TIME = time(15, 30)
NOON = time(12, 0)
AT_RISK = "at_risk"
"""The checklist’s own code: what is to be found out about it is one action, wherever it came up."""

TO_SETTLE = {
    "referral_needed": "Settle whether a referral is needed, and to whom.",
    "tell_outside": "Find out whether anybody outside the school must be told.",
    "urgent_removal": "Find out whether anything must come down at once. Delete nothing meanwhile.",
}
"""What a review leaves open becomes something to find out, settled by a later review’s answer."""


@dataclass(frozen=True)
class Earlier:
    """Another case in which somebody of this one has a part, as far as the reader may see it."""

    case: Case
    involved: Involved
    parts: tuple[str, ...]


def record_review(
    actor: Actor,
    case: Case,
    *,
    facts: Mapping[str, str],
    words: Mapping[str, Any],
    met: Happened,
    days: WorkingDays,
    topics: Mapping[str, str] | None = None,
) -> InitialReview:
    """Keep the review. What is still unknown becomes something to find out.

    `topics` gives the checklist’s code for an unknown that the checklist asks as well: the two
    share one action, and answering the checklist settles it.
    """
    review = InitialReview(
        case.key, case_id=case.id, made_by=actor.member_id, **facts, **words, **happened_text(met)
    )
    session.add(review)
    note(actor, "recorded the initial review", review)
    for unknown in review.unknowns or []:
        _find_out(actor, case, unknown, (topics or {}).get(unknown, ""), _by_noon(days))
    if review.immediate_risk == "not_known":
        before_home = days.today_at(clock.now(), HOME_TIME)
        _find_out(actor, case, "Find out whether a child is at risk now.", AT_RISK, before_home)
    for name, sentence in TO_SETTLE.items():
        if getattr(review, name) == "not_known":
            _find_out(actor, case, sentence, name, _by_noon(days))
        else:
            result = "Answered in the initial review."
            actions.settle_about(actor, case, FIND_OUT, [name], result)
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
    if case.responses != responses:
        case.responses = responses
        note(actor, "was answered with these responses", case)
    return record


def risk_assessments_of(case: Case) -> list[RiskAssessment]:
    return list(
        session.scalars(
            select(RiskAssessment)
            .where(RiskAssessment.case_id == case.id)
            .order_by(RiskAssessment.written_at.desc(), RiskAssessment.id)
        )
    )


def earlier_cases(who: Viewer, case: Case, people: list[Involved]) -> list[Earlier]:
    """The other cases of the people involved, the newest first; only those the reader may see."""
    known = {one.person_id: one for one in people if one.person_id is not None}
    linked = cases_of(known, but=case.id)
    ids = {case_id for several in linked.values() for case_id in several}
    if not ids:
        return []
    seen = {
        other.id: other for other in session.scalars(visible_cases(who).where(Case.id.in_(ids)))
    }
    rows = session.execute(
        select(Involved.person_id, Involved.case_id, Involved.parts)
        .where(Involved.case_id.in_(seen), Involved.person_id.in_(known))
        .order_by(Involved.written_at, Involved.id)
    ).all()
    found = [Earlier(seen[row.case_id], known[row.person_id], tuple(row.parts)) for row in rows]
    return sorted(found, key=lambda one: one.case.opened_at, reverse=True)


def _find_out(actor: Actor, case: Case, what: str, subject: str, due_at: datetime) -> None:
    actions.plan_action(
        actor,
        case,
        kind=FIND_OUT,
        subject=subject,
        what=what,
        due_at=due_at,
        owner_id=case.lead_id,
    )


def _by_noon(days: WorkingDays) -> datetime:
    return days.next_day_at(clock.now(), NOON)
