"""Verbs of containment: take a step or decide against it, and protect people.

Content items and their hold belong to the case (`cases.content`); here is what is done about them.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal import clock
from portal.cases import actions, content, sharing
from portal.cases import service as cases
from portal.cases.models import Case, Involved, happened_text
from portal.cases.models_content import ContentItem
from portal.cases.rules import Act
from portal.clock import Happened
from portal.containment import rules
from portal.containment.models import ContainmentStep, ProtectiveStep
from portal.containment.rules import Result, Step
from portal.db import session
from portal.journal.actor import Actor
from portal.journal.service import note
from portal.people import service as people
from portal.people.models import Person, PersonKind
from portal.staff import service as staff
from portal.staff.models import School
from portal.staff.viewer import Viewer
from portal.web.errors import NotPossible

REVIEW = "review_protection"
SUPPORT = "support_again"
NOBODY_LISTED = "none"
NOT_AGREED = (
    "The police were told, and they have not agreed that school asks to whom it was sent on. Ask "
    "them, and record their advice on evidence."
)


_DEALT_WITH = frozenset({"reported", "removed", "could_not_be_removed"})


@dataclass(frozen=True)
class NewStep:
    """One time a step was taken, as it was written down."""

    step: Step
    result: Result
    at: Happened
    done_by: str
    words: str
    person: Involved | None = None
    items: Sequence[ContentItem] = ()
    already: bool = False


def take_step(actor: Actor, case: Case, new: NewStep) -> ContainmentStep:
    """Record that a step was taken, or why it is not.

    Raises `NotPossible` where it would have something deleted that is held, and where the police
    were told and have not agreed to it. What had already happened is recorded all the same.
    """
    if rules.deletes(new.step, new.result, already=new.already):
        content.refuse_held(case, list(new.items), Act.DELETE)
    if rules.asks_onward(new.step, new.result, already=new.already) and not may_ask_onward(case):
        raise NotPossible(NOT_AGREED)
    record = ContainmentStep(
        case.key,
        case_id=case.id,
        kind=new.step.value,
        involved_id=new.person.id if new.person else None,
        by_id=actor.member_id,
        result=new.result.value,
        already=new.already,
        content=[str(item.id) for item in new.items],
        done_by=new.done_by,
        words=new.words,
        **happened_text(new.at),
    )
    session.add(record)
    note(actor, "recorded a step of containment", record)
    return record


def may_ask_onward(case: Case) -> bool:
    return rules.may_ask_onward(
        police_told=case.police_told_at is not None, agreed=case.asking_agreed
    )


def steps_of(case: Case) -> list[ContainmentStep]:
    """Every time a step was taken, the newest first."""
    return list(
        session.scalars(
            select(ContainmentStep)
            .where(ContainmentStep.case_id == case.id)
            .order_by(ContainmentStep.written_at.desc(), ContainmentStep.id)
        )
    )


def offers(
    case: Case,
    everybody: Sequence[Involved],
    taken: Sequence[ContainmentStep],
    items: Sequence[ContentItem],
) -> list[rules.Offer]:
    """Which steps are offered by what is known, and how each stands."""
    return rules.offers(
        [rules.Somebody(one.id, one.parts, one.is_known) for one in everybody],
        [rules.Taken(Step(one.kind), one.involved_id, Result(one.result)) for one in taken],
        rules.Situation(
            has_items=bool(items),
            all_reported=bool(items) and all(item.state in _DEALT_WITH for item in items),
            police_forbid_asking=case.asking_agreed == "no",
        ),
    )


def name_recipients(
    actor: Actor, case: Case, by: Involved | None, names: Sequence[Mapping[str, Any]]
) -> list[Involved]:
    """To whom it was sent on: each becomes a person of the case, known where one name fits.

    A row has a name and a part, and may say which person of the list it is (`NOBODY_LISTED`: none
    of them). Of somebody who is in the case already it is noted as well who named them.
    """
    source = f"Named by {by.name}: it was sent on to them." if by else "It was sent on to them."
    school = staff.get_school(case.school_id)
    listed = with_these_names(actor, school, [row["name"] for row in names])
    found = []
    for row in names:
        person = _meant(school, row, listed[row["name"]])
        words = {"note": source} | ({} if person else {"description": row["name"]})
        joined = sharing.join(actor, case, person, [row["part"] or "witness"], "said", words)
        session.flush()
        if source not in joined.note:
            changes = {"note": "\n".join(filter(None, (joined.note, source)))}
            cases.change_involved(actor, joined, changes, "Named as somebody it was sent on to.")
        found.append(joined)
    return found


def with_these_names(
    actor: Actor, school: School, names: Collection[str]
) -> dict[str, list[people.Listed]]:
    """Those of the school’s list whose full name is exactly one of these, name by name."""
    wanted: dict[str, list[people.Listed]] = {_folded(name): [] for name in names if name}
    if wanted:
        seen_by = actor if isinstance(actor, Viewer) else None
        for one in people.listing(school, frozenset(PersonKind), seen_by=seen_by):
            fitting = wanted.get(_folded(one.full_name))
            if fitting is not None:
                fitting.append(one)
    return {name: wanted.get(_folded(name), []) for name in names}


def _folded(name: str) -> str:
    return " ".join(people.fold(name).split())


def _meant(
    school: School, row: Mapping[str, Any], fitting: Sequence[people.Listed]
) -> Person | None:
    """Who was said to be meant, or the only one with just this name."""
    chosen = row.get("person")
    if chosen is None and len(fitting) == 1:
        chosen = fitting[0].id
    return None if chosen in {None, NOBODY_LISTED} else people.get_person(school.id, chosen)


def offer_support_again(actor: Actor, case: Case) -> None:
    """Something that came back is met with the same support as the first time (product 7)."""
    days = actions.working_days(staff.get_school(case.school_id))
    for one in cases.people_in(case):
        if "harmed" in one.parts:
            actions.plan_action(
                actor,
                case,
                kind=SUPPORT,
                subject=str(one.id),
                what=f"Offer support again to {one.name}: it has come back.",
                due_at=days.today_at(clock.now(), days.ends),
                owner_id=case.lead_id,
            )


@dataclass(frozen=True)
class NewProtection:
    """Something that keeps somebody safe, as it was written down."""

    kind: str
    at: Happened
    words: Mapping[str, str]
    person: Involved | None = None
    review_on: date | None = None


def protect(actor: Actor, case: Case, new: NewProtection) -> ProtectiveStep:
    """Possible at any time: keeping people safe waits for nobody."""
    record = ProtectiveStep(
        case.key,
        case_id=case.id,
        kind=new.kind,
        involved_id=new.person.id if new.person else None,
        by_id=actor.member_id,
        review_on=new.review_on,
        **new.words,
        **happened_text(new.at),
    )
    session.add(record)
    note(actor, "recorded a protective step", record)
    session.flush()
    if new.review_on is not None:
        days = actions.working_days(staff.get_school(case.school_id))
        actions.plan_action(
            actor,
            case,
            kind=REVIEW,
            subject=str(record.id),
            what=f"Look again at what keeps people safe: {record.what}",
            due_at=datetime.combine(new.review_on, days.ends, clock.ZONE),
            owner_id=case.lead_id,
        )
    return record


def end_protection(actor: Actor, case: Case, step: ProtectiveStep, words: str) -> None:
    if step.ended_at is not None:
        raise NotPossible("This has ended already.")
    step.ended_at, step.ended_by, step.end_words = clock.now(), actor.member_id, words
    note(actor, "ended a protective step", step)
    actions.settle_about(actor, case, REVIEW, [str(step.id)], words)


def protections_of(case: Case) -> list[ProtectiveStep]:
    """What keeps people safe: what is in force first, the newest first."""
    found = session.scalars(
        select(ProtectiveStep)
        .where(ProtectiveStep.case_id == case.id)
        .order_by(ProtectiveStep.written_at.desc(), ProtectiveStep.id)
    ).all()
    return sorted(found, key=lambda one: one.ended_at is not None)


def person_of(case: Case, involved_id: UUID | None) -> Involved | None:
    return cases.get_involved(case, involved_id) if involved_id is not None else None
