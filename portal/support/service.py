"""Verbs of support: begin it, offer something, look at how it goes, end it.

What is offered is in `offers`, sanctions and restorative meetings in `beside`, court and police
days in `milestones`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select

from portal import clock
from portal.cases import actions
from portal.cases import service as cases
from portal.cases.models import Case, DueAction, Involved, happened_text
from portal.cases.rules import WorkingDays
from portal.clock import Happened
from portal.db import session
from portal.journal.actor import Actor
from portal.journal.service import note
from portal.people.models import PersonKind
from portal.staff import service as staff
from portal.support import rules
from portal.support.models import Support, SupportOffer, SupportReview
from portal.vault.roots import Root
from portal.web.errors import Missing, NotPossible

REVIEW = "review_support"
ASK_AGAIN = "ask_support_again"
AGAIN = "support_again"
"""Planned for everybody harmed where it came back; the subject is the person (`containment`)."""
R = TypeVar("R", bound=Root)
ENDED = "This support has ended. Begin it again first."


def young(one: Involved) -> rules.Young:
    """A person of the case, as the rules look at them."""
    is_young = one.person is not None and PersonKind(one.person.kind).is_young
    return rules.Young(one.id, one.parts, one.is_known, is_young, one.how_sure == "unfounded")


def stands(one: Support) -> rules.Stands:
    return rules.Stands(one.involved_id, one.ended_at is None)


def supports_of(case: Case) -> list[Support]:
    """Every record of support, the newest first."""
    return _newest_first(case, Support)


def others_of(case: Case, support: Support) -> list[Support]:
    """Every other record of support for the same person, the newest first."""
    found = [one for one in supports_of(case) if one.id != support.id]
    return [one for one in found if one.involved_id and one.involved_id == support.involved_id]


def offers_of(case: Case) -> list[SupportOffer]:
    return _newest_first(case, SupportOffer)


def reviews_of(case: Case) -> list[SupportReview]:
    return _newest_first(case, SupportReview)


def _newest_first(case: Case, kind: type[R]) -> list[R]:
    return list(reversed(cases.records_of(case, kind)))


def running_for(case: Case, person: Involved) -> Support | None:
    """The support that somebody has now."""
    found = select(Support).where(Support.case_id == case.id, Support.involved_id == person.id)
    return session.scalars(found.where(Support.ended_at.is_(None))).first()


def to_offer_again(case: Case) -> dict[UUID, DueAction]:
    """Whom support is to be offered anew, because it has come back."""
    return {
        UUID(one.subject): one
        for one in actions.actions_of(case)
        if one.kind == AGAIN and one.state == "open"
    }


def days_of(case: Case) -> WorkingDays:
    return actions.working_days(staff.get_school(case.school_id))


def begin(actor: Actor, case: Case, facts: Mapping[str, Any], person: Involved | None) -> Support:
    """Begin support for a young person of the case, or for the group that `facts` names."""
    if person is not None:
        _hold(person)
        refuse_unless_possible(case, person)
    days = days_of(case)
    facts = dict(facts)
    facts["next_review_on"] = facts.get("next_review_on") or rules.next_review(
        facts["review_every"], clock.today(), days
    )
    record = Support(
        case.key,
        case_id=case.id,
        involved_id=person.id if person else None,
        made_by=actor.member_id,
        **facts,
    )
    session.add(record)
    note(actor, "began support", record)
    session.flush()
    name = person.name if person else record.group
    _plan_review(actor, case, record, name, days)
    if person is not None:
        offered_again(actor, case, person.id)
    return record


def _hold(person: Involved) -> None:
    """Nobody else begins support for this person until this request is settled."""
    session.execute(select(Involved.id).where(Involved.id == person.id).with_for_update())


def refuse_unless_possible(case: Case, person: Involved) -> None:
    if not rules.may_have_support(young(person)):
        raise NotPossible("Support is for young people who are known by name. Name them first.")
    if running_for(case, person) is not None:
        raise NotPossible("Support has begun already. Change it, or look at it again.")


def say_why_none(actor: Actor, case: Case, person: Involved, why: str) -> Support:
    """That somebody has no support for now, and why: it can begin at any time after."""
    _hold(person)
    refuse_unless_possible(case, person)
    record = Support(
        case.key,
        case_id=case.id,
        involved_id=person.id,
        made_by=actor.member_id,
        review_every=rules.NO_SUPPORT,
        ended_at=clock.now(),
        ended_by=actor.member_id,
        ended_words=why,
    )
    session.add(record)
    note(actor, "recorded why there is no support", record, why)
    offered_again(actor, case, person.id)
    return record


def change(
    actor: Actor, case: Case, record: Support, facts: Mapping[str, Any], reason: str, name: str
) -> None:
    """What was agreed changes. What stood there before stays readable."""
    refuse_ended(record)
    was_due = record.next_review_on
    for column, value in facts.items():
        setattr(record, column, value)
    note(actor, "changed support", record, reason)
    if record.next_review_on != was_due:
        actions.settle_about(actor, case, REVIEW, [str(record.id)], f"Another day: {reason}")
        session.flush()
        _plan_review(actor, case, record, name, days_of(case))


def end(actor: Actor, case: Case, record: Support, why: str) -> None:
    refuse_ended(record)
    record.ended_at, record.ended_by, record.ended_words = clock.now(), actor.member_id, why
    record.next_review_on = None
    note(actor, "ended support", record, why)
    offers = [str(one.id) for one in offers_of(case) if one.support_id == record.id]
    actions.settle_about(actor, case, REVIEW, [str(record.id)], f"Support ended: {why}")
    actions.settle_about(actor, case, ASK_AGAIN, offers, f"Support ended: {why}")


def refuse_ended(record: Support) -> None:
    if record.ended_at is not None:
        raise NotPossible(ENDED)


def _plan_review(actor: Actor, case: Case, record: Support, name: str, days: WorkingDays) -> None:
    if record.next_review_on is not None:
        actions.plan_action(
            actor,
            case,
            kind=REVIEW,
            subject=str(record.id),
            what=f"Look again at the support for {name}",
            due_at=datetime.combine(record.next_review_on, days.ends, clock.ZONE),
            owner_id=case.lead_id,
        )


def offered_again(actor: Actor, case: Case, person_id: UUID) -> None:
    actions.settle_about(actor, case, AGAIN, [str(person_id)], "Support was spoken of anew.")


@dataclass(frozen=True)
class NewReview:
    """How support is going, as it was written down."""

    outcome: str
    at: Happened
    words: Mapping[str, str]
    next_on: date | None = None


def review(actor: Actor, case: Case, support: Support, new: NewReview, name: str) -> SupportReview:
    """Look at how it goes. It settles what was due, and plans the next time or ends support."""
    refuse_ended(support)
    days, ends = days_of(case), new.outcome == "ends"
    next_on = None
    if not ends:
        since = max(new.at.on, clock.today())
        next_on = new.next_on or rules.next_review(support.review_every, since, days)
    record = SupportReview(
        case.key,
        case_id=case.id,
        support_id=support.id,
        by_id=actor.member_id,
        outcome=new.outcome,
        next_review_on=next_on,
        **new.words,
        **happened_text(new.at),
    )
    session.add(record)
    note(actor, "reviewed support", record)
    if ends:
        end(actor, case, support, new.words["changes"] or new.words["how_it_goes"])
        return record
    actions.settle_about(actor, case, REVIEW, [str(support.id)], "Looked at together.")
    support.next_review_on = next_on
    note(actor, "planned the next review of support", support)
    session.flush()
    _plan_review(actor, case, support, name, days)
    return record


def name_of(support: Support, people: Sequence[Involved]) -> str:
    """Whose support it is: the young person’s name, or the group’s."""
    if support.involved_id is None:
        return support.group
    found = next((one.name for one in people if one.id == support.involved_id), None)
    if found is None:
        raise Missing
    return found
