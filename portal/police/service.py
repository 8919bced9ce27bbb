"""Verbs about the checklist, the decision that follows it, and the young person’s view."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal import clock
from portal.cases import actions, decisions
from portal.cases.models import (
    Case,
    Decision,
    DecisionKind,
    Incident,
    Involved,
    happened_text,
)
from portal.cases.rules import WorkingDays
from portal.cases.service import people_in, records_of
from portal.clock import Happened
from portal.db import session
from portal.guidance.catalogue import Due, RuleSet
from portal.journal.actor import Actor
from portal.journal.service import note
from portal.people.models import Person, PersonKind
from portal.police import rules
from portal.police.models import Assessment, YoungView
from portal.staff import service as staff

FIND_OUT = "find_out"
EXPLAIN = "explain"
HOME_TIME = time(15, 30)
NOON = time(12, 0)


def record_facts(
    case: Case, people: list[Involved], first_incident: date | None
) -> rules.RecordFacts:
    """What the record of a case says, in the form in which the rules read it."""
    danger = case.danger if case.danger in ("yes", "no", "not_known") else None
    return rules.RecordFacts(
        people=tuple(_person_facts(one) for one in people),
        behaviours=frozenset(case.behaviours),
        types=frozenset(case.types),
        overlaps=frozenset(case.overlaps),
        immediate_danger=danger,
        incident_on=first_incident,
        told_on=case.told_on,
        adult_named=any(
            one.person is not None
            and not PersonKind(one.person.kind).is_young
            and "displayed" in one.parts
            for one in people
        ),
    )


def facts_of(case: Case) -> rules.RecordFacts:
    """What the record of a case says now."""
    days = [one.happened_on for one in records_of(case, Incident) if one.happened_on]
    return record_facts(case, people_in(case), min(days, default=None))


def answer_checklist(
    actor: Actor,
    case: Case,
    *,
    rule_set: RuleSet,
    answers: Mapping[str, str],
    facts: Mapping[str, str],
    notes: Mapping[str, str],
    record: rules.RecordFacts,
    days: WorkingDays,
) -> Assessment:
    """Keep the answers, and turn what is not yet known into something to find out.

    What is now known settles what was to be found out.
    """
    outcome = rules.outcome(answers, facts, rule_set.question_keys)
    suggested = rules.suggest(record, rule_set)
    assessment = Assessment(
        case.key,
        case_id=case.id,
        made_by=actor.member_id,
        rule_set=rule_set.code,
        rule_set_version=rule_set.version,
        answers=dict(answers),
        facts=dict(facts),
        outcome=outcome.value,
        judged_on=record.judged_on,
        notes={key: text for key, text in notes.items() if text.strip()},
        suggested={key: one.reason for key, one in suggested.items()},
    )
    session.add(assessment)
    note(actor, "answered the checklist", assessment)
    case.outcome, case.outcome_at = outcome.value, clock.now()
    note(actor, "the checklist’s outcome", case)
    missing = rules.to_find_out(answers, facts, rule_set)
    known = {*rule_set.question_keys, *rule_set.fact_keys} - {one.key for one in missing}
    actions.settle_about(actor, case, FIND_OUT, sorted(known), "Answered in the checklist.")
    for one in missing:
        actions.plan_action(
            actor,
            case,
            kind=FIND_OUT,
            subject=one.key,
            what=one.sentence,
            due_at=due_at(one.urgency, days, clock.now()),
            owner_id=case.lead_id,
        )
    return assessment


def assessments_of(case: Case) -> list[Assessment]:
    """Every answering of the checklist, the newest first."""
    return list(
        session.scalars(
            select(Assessment)
            .where(Assessment.case_id == case.id)
            .order_by(Assessment.written_at.desc(), Assessment.id)
        )
    )


def decide(
    actor: Actor,
    case: Case,
    assessment: Assessment,
    *,
    choice: rules.Choose,
    words: Mapping[str, str],
    happened: Happened,
) -> Decision:
    """Record whether the police are told.

    Not referring against “always refer”, or with an adult involved, does not stand until a second
    person has agreed; nothing else waits for that.
    """
    decision = decisions.record_decision(
        actor,
        case,
        kind=DecisionKind.POLICE.value,
        choice=choice.value,
        words={**words, "question": "Are the police told?"},
        happened=happened,
        needs_second=rules.needs_second_person(assessment.outcome, assessment.facts, choice),
        assessment_id=assessment.id,
    )
    case.decision = choice.value
    note(actor, "decided about the police", case)
    _keep_explaining(actor, case)
    return decision


def police_decisions(case: Case) -> list[Decision]:
    return decisions.decisions_of(case, DecisionKind.POLICE.value)


def record_view(
    actor: Actor,
    case: Case,
    involved: Involved,
    *,
    view: str,
    words: Mapping[str, Any],
    asked: Happened,
    explained: Happened | None,
) -> YoungView:
    """What a young person thinks of the police being told, asked once more each time."""
    at = explained.at.strftime("%H:%M") if explained and explained.at else None
    record = YoungView(
        case.key,
        case_id=case.id,
        involved_id=involved.id,
        view=view,
        asked_by=actor.member_id,
        explained_on=explained.on if explained else None,
        explained_time=at,
        **words,
        **happened_text(asked),
    )
    session.add(record)
    note(actor, "recorded what a young person thinks of the police being told", record)
    session.flush()
    _keep_explaining(actor, case)
    return record


def explain_view(
    actor: Actor,
    case: Case,
    view: YoungView,
    *,
    words: Mapping[str, str],
    explained: Happened | None,
) -> None:
    """Add why reporting against a young person’s wish is justified, and when they were told so."""
    for name, value in words.items():
        setattr(view, name, value)
    view.explained_on = explained.on if explained else None
    view.explained_time = explained.at.strftime("%H:%M") if explained and explained.at else None
    note(actor, "recorded what a young person was told about the police", view)
    session.flush()
    _keep_explaining(actor, case)


def views_of(case: Case) -> list[YoungView]:
    """The newest view of each young person first."""
    return list(
        session.scalars(
            select(YoungView)
            .where(YoungView.case_id == case.id)
            .order_by(YoungView.written_at.desc(), YoungView.id)
        )
    )


def explained(view: YoungView) -> Happened | None:
    """When it was explained to a young person why the police are told against their wish."""
    if view.explained_on is None:
        return None
    at = time.fromisoformat(view.explained_time) if view.explained_time else None
    return Happened(view.explained_on, at)


def newest_views(case: Case) -> dict[UUID, YoungView]:
    found: dict[UUID, YoungView] = {}
    for view in views_of(case):
        found.setdefault(view.involved_id, view)
    return found


def lacks_justification(view: YoungView, choice: str | None) -> bool:
    """Whether the police are told against a young person’s wish without a word on why and when.

    The record must say why it is justified and when it was explained to them.
    """
    against = choice == rules.Choose.REFER.value and view.view != "agrees"
    return against and not (view.justification and view.explained_on)


def _keep_explaining(actor: Actor, case: Case) -> None:
    """Plan the explaining where the police are told against a young person’s wish (product 4)."""
    views = newest_views(case)
    lacking = {key for key, view in views.items() if lacks_justification(view, case.decision)}
    settled = [str(key) for key in views if key not in lacking]
    result = "Explained and recorded, or the police are not told against their wish."
    actions.settle_about(actor, case, EXPLAIN, settled, result)
    if not lacking:
        return
    days = actions.working_days(staff.get_school(case.school_id))
    for one in people_in(case):
        if one.id in lacking:
            actions.plan_action(
                actor,
                case,
                kind=EXPLAIN,
                subject=str(one.id),
                what=f"Explain to {one.name} why the police are told, and write both down.",
                due_at=days.today_at(clock.now(), HOME_TIME),
                owner_id=case.lead_id,
            )


def due_at(urgency: Due, days: WorkingDays, now: datetime) -> datetime:
    """When something must be found out: before a child goes home, or in working time."""
    if urgency.before_going_home:
        return days.today_at(now, HOME_TIME)
    if urgency.working_hours:
        return days.after_minutes(now, urgency.working_hours * 60)
    due = now
    for _ in range(urgency.working_days or 1):
        due = days.next_day_at(due, NOON)
    return due


def _person_facts(one: Involved) -> rules.PersonFacts:
    person: Person | None = one.person
    if person is None:
        return rules.PersonFacts(one.name, frozenset(one.parts), known=False)
    return rules.PersonFacts(
        label=person.full_name,
        parts=frozenset(one.parts),
        born=person.born,
        age=person.age_told if person.born is None else None,
        flags=frozenset(person.flags or []),
        known=True,
        adult=not PersonKind(person.kind).is_young,
    )
