"""Verbs about updates: agree how often a family hears from school, move the next on, end them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from portal import clock
from portal.cases import actions
from portal.cases.models import Case, Involved
from portal.cases.rules import WorkingDays
from portal.cases.service import records_of
from portal.db import session
from portal.family import rules
from portal.family.models import UpdateAgreement
from portal.family.rules import Rhythm
from portal.journal.actor import Actor
from portal.journal.service import note
from portal.people.models import Carer
from portal.staff import service as staff
from portal.web.errors import NotPossible

UPDATE = "parent_update"
_LONGEST_CLOSURE = 366


def refuse_forbidden(carers: Iterable[Carer]) -> None:
    forbidden = [link.carer.full_name for link in carers if link.may_contact == "no"]
    if forbidden:
        raise NotPossible(f"{', '.join(forbidden)}: must not be contacted.")


def move_on(actor: Actor, case: Case, agreed: UpdateAgreement, heard: date) -> None:
    """The next update is a turn of the rhythm after the contact, where that is any later."""
    days = actions.working_days(staff.get_school(case.school_id))
    following = rules.next_update(Rhythm(agreed.every), heard, days.is_open_on)
    if following is None:
        if agreed.next_on is None or heard < clock.local(agreed.written_at).date():
            return
    elif agreed.next_on is not None and following <= agreed.next_on:
        return
    actions.settle_about(actor, case, UPDATE, [str(agreed.id)], "They were told how it stands.")
    agreed.next_on = following
    note(actor, "planned the next update for a family", agreed)
    _plan_update(actor, case, agreed)


@dataclass(frozen=True)
class NewAgreement:
    every: Rhythm
    contains: str
    next_on: date | None = None


def agree(
    actor: Actor, case: Case, one: Involved, link: Carer, new: NewAgreement
) -> UpdateAgreement:
    """Agree how often somebody at home hears from school, and what of."""
    refuse_forbidden([link])
    if any(is_with(agreed, one.id, link.id) for agreed in agreements_of(case)):
        raise NotPossible("Updates are agreed with them already. End those first.")
    days = actions.working_days(staff.get_school(case.school_id))
    agreed = UpdateAgreement(
        case.key,
        case_id=case.id,
        involved_id=one.id,
        carer_id=link.id,
        made_by=actor.member_id,
        every=new.every.value,
        next_on=_first_update(new, days),
        contains=new.contains,
    )
    session.add(agreed)
    note(actor, "agreed on updates with a family", agreed)
    session.flush()
    _plan_update(actor, case, agreed)
    return agreed


def is_with(agreed: UpdateAgreement, involved_id: UUID, carer_id: UUID | None) -> bool:
    """Whether these updates run, for this carer about this young person."""
    same = (agreed.involved_id, agreed.carer_id) == (involved_id, carer_id)
    return same and agreed.ended_at is None


def _first_update(new: NewAgreement, days: WorkingDays) -> date | None:
    if new.next_on is None:
        return rules.next_update(new.every, clock.today(), days.is_open_on)
    ahead = (new.next_on + timedelta(days=number) for number in range(_LONGEST_CLOSURE))
    return next((day for day in ahead if days.is_open_on(day)), new.next_on)


def end_agreement(actor: Actor, case: Case, agreed: UpdateAgreement, reason: str) -> None:
    if agreed.ended_at is not None:
        raise NotPossible("These updates have ended already.")
    agreed.ended_at, agreed.ended_reason, agreed.next_on = clock.now(), reason, None
    note(actor, "ended the updates for a family", agreed, reason)
    actions.settle_about(actor, case, UPDATE, [str(agreed.id)], reason)


def _plan_update(actor: Actor, case: Case, agreed: UpdateAgreement) -> None:
    if agreed.next_on is None:
        return
    link = session.get(Carer, agreed.carer_id)
    name = link.carer.full_name if link else "the family"
    what = f"Tell {name} how it stands: {agreed.contains}"
    plan(actor, case, UPDATE, agreed.id, what, agreed.next_on)


def plan(actor: Actor, case: Case, kind: str, subject: UUID, what: str, on: date) -> None:
    """Something that is due at the end of a day of school."""
    days = actions.working_days(staff.get_school(case.school_id))
    actions.plan_action(
        actor,
        case,
        kind=kind,
        subject=str(subject),
        what=what,
        due_at=datetime.combine(on, days.ends, clock.ZONE),
        owner_id=case.lead_id,
    )


def agreements_of(case: Case) -> list[UpdateAgreement]:
    """What was agreed on updates: what runs first, then what ended, the newest first."""
    found = records_of(case, UpdateAgreement)[::-1]
    return sorted(found, key=lambda one: one.ended_at is not None)
