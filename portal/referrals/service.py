"""Verbs about referrals: tell, confirm in writing, chase, escalate, answer, tell of each other.

What is asked of the evidence hold is asked before anything is kept: a report that would have
something taken down waits like every other such step.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal import clock
from portal.cases import actions, content
from portal.cases.content import Told
from portal.cases.models import Case, happened_text
from portal.cases.models_content import ContentItem
from portal.cases.rules import Act, WorkingDays, is_before, written_by
from portal.clock import Happened
from portal.db import session
from portal.journal.actor import Actor
from portal.journal.service import note
from portal.referrals import rules, words
from portal.referrals.kinds import IN_PERSON, KINDS, POLICE, TELEPHONE
from portal.referrals.models import EvidenceAdvice, Referral, ReferralEvent
from portal.staff import service as staff
from portal.staff.models import School
from portal.web.errors import NotPossible

REFERRAL = "referral"
CHASE = "chase"
WRITE = "written"
HOLD_DEVICE = "device_hold"
SPOKEN = frozenset({TELEPHONE, IN_PERSON})
"""Ways of telling after which a body that wants it in writing still has nothing in writing."""


@dataclass(frozen=True)
class NewReferral:
    """A referral, a report or advice taken, as it was written down."""

    kind: str
    told: Happened
    how: str
    words: Mapping[str, str]
    details: Mapping[str, str]
    parents: str
    nature: str = "referral"
    contact_id: UUID | None = None
    chase_on: date | None = None
    written: Happened | None = None
    write_by: date | None = None
    items: Sequence[ContentItem] = ()
    already: bool = False
    knows_of: Sequence[Referral] = ()
    known_to: Sequence[Referral] = ()

    @property
    def takes_down(self) -> bool:
        """Whether something is asked to be taken down; asking for advice takes nothing down."""
        return KINDS[self.kind].takes_down and self.nature == REFERRAL


def make_referral(actor: Actor, case: Case, new: NewReferral) -> Referral:
    """Record that a body was told, or asked for advice.

    Raises `NotPossible` where it would have a held item taken down; a report that had been made
    before anybody could hold it back is recorded all the same.
    """
    school = staff.get_school(case.school_id)
    if new.takes_down and not new.already:
        content.refuse_held(case, list(new.items), Act.REPORT)
    days = actions.working_days(school)
    told_at = min(_moment(new.told), clock.now())
    referral = Referral(
        case.key,
        case_id=case.id,
        school_id=case.school_id,
        kind=new.kind,
        nature=new.nature,
        how=new.how,
        made_by=actor.member_id,
        contact_id=new.contact_id,
        made_at=told_at,
        state="waiting" if new.nature == REFERRAL else "answered",
        outcome="",
        parents=new.parents,
        written_due_at=_write_by(new, school, days, told_at),
        chase_at=_first_chase(new, days, told_at),
        knows_of=[str(one.id) for one in new.knows_of],
        content=[str(item.id) for item in new.items],
        details=dict(new.details) or None,
        **new.words,
        **_written(new.written),
        **happened_text(new.told),
    )
    session.add(referral)
    note(actor, "recorded a referral", referral)
    session.flush()
    if new.written is not None:
        _event(actor, referral, "written", new.written, referral.sent)
    for other in new.known_to:
        since = other.happened
        later = since if since and is_before(new.told, since) else new.told
        tell_of(actor, other, [referral], later, "")
    _tell_of_content(actor, referral, new)
    if new.kind == POLICE and new.nature == REFERRAL and case.police_told_at is None:
        case.police_told_at = told_at
        note(actor, "the police were told", case)
    _plan_chase(actor, case, referral)
    _plan_writing(actor, case, referral)
    return referral


def _tell_of_content(actor: Actor, referral: Referral, new: NewReferral) -> None:
    """Each item that was reported says so in its own history."""
    marked = "It had been reported before it could be held back." if new.already else ""
    if not new.takes_down:
        return
    for item in new.items:
        told = Told(
            words=marked,
            to_whom=words.short(referral),
            reference=referral.reference or (referral.details or {}).get("report_number", ""),
            referral_id=referral.id,
        )
        content.record_report(actor, item, new.told, told)


def _write_by(
    new: NewReferral, school: School, days: WorkingDays, told_at: datetime
) -> datetime | None:
    """By when it is confirmed in writing: said for this one, or by the local authority’s rule."""
    if new.nature != REFERRAL:
        return None
    if new.write_by is not None:
        return _end_of(new.write_by, days)
    if not KINDS[new.kind].owes_writing or new.how not in SPOKEN:
        return None
    return written_by(told_at, school.written_within, school.written_unit, days)


def _written(at: Happened | None) -> dict[str, object]:
    when = happened_text(at)
    return {"written_on": when["happened_on"], "written_time": when["happened_time"]}


def _end_of(day: date, days: WorkingDays) -> datetime:
    """The end of a school day; where that is past already today, an hour from now."""
    end = datetime.combine(day, days.ends, clock.ZONE)
    return end if end > clock.now() else days.today_at(clock.now(), days.ends)


def _moment(told: Happened) -> datetime:
    return told.moment if told.at else datetime.combine(told.on, time(12), clock.ZONE)


def _first_chase(new: NewReferral, days: WorkingDays, told_at: datetime) -> datetime | None:
    """When to ask for an answer first: on the day that was said, or as usual for this body."""
    if new.nature != REFERRAL:
        return None
    if new.chase_on is not None:
        return _end_of(new.chase_on, days)
    return _next_chase(KINDS[new.kind].chase_days, days, told_at)


def _next_chase(days: int, working: WorkingDays, since: datetime) -> datetime:
    """So many working days after; never before the end of the next one."""
    return max(rules.chase_at(since, days, working), working.next_day_at(clock.now(), working.ends))


def _chase_by(actor: Actor, case: Case, referral: Referral, at: datetime | None) -> None:
    referral.chase_at = at
    note(actor, "set when to chase", referral)
    actions.settle_about(actor, case, CHASE, [str(referral.id)], "Chased, or answered.")
    _plan_chase(actor, case, referral)


def _plan_chase(actor: Actor, case: Case, referral: Referral) -> None:
    if referral.chase_at is not None:
        usual = f"Ask {words.short(referral)} for an answer"
        what = words.kind_of(referral).ask_again or usual
        _plan(actor, case, referral, CHASE, what, referral.chase_at)


def _plan_writing(actor: Actor, case: Case, referral: Referral) -> None:
    if referral.written_due_at is not None and referral.owes_writing():
        what = f"Confirm in writing to {words.short(referral)}"
        _plan(actor, case, referral, WRITE, what, referral.written_due_at)


def _plan(
    actor: Actor, case: Case, referral: Referral, kind: str, what: str, due_at: datetime
) -> None:
    actions.plan_action(
        actor,
        case,
        kind=kind,
        subject=str(referral.id),
        what=what,
        due_at=due_at,
        owner_id=referral.contact_id or case.lead_id,
    )


def referrals_of(case: Case) -> list[Referral]:
    """Every referral of a case, the newest first."""
    return list(
        session.scalars(
            select(Referral)
            .where(Referral.case_id == case.id)
            .order_by(Referral.made_at.desc(), Referral.id)
        )
    )


def events_of(referral: Referral) -> list[ReferralEvent]:
    """What happened to a referral, the oldest first."""
    return list(
        session.scalars(
            select(ReferralEvent)
            .where(ReferralEvent.referral_id == referral.id)
            .order_by(ReferralEvent.written_at, ReferralEvent.id)
        )
    )


def advice_of(case: Case) -> list[EvidenceAdvice]:
    """What the police said of evidence, the newest first."""
    return list(
        session.scalars(
            select(EvidenceAdvice)
            .where(EvidenceAdvice.case_id == case.id)
            .order_by(EvidenceAdvice.written_at.desc(), EvidenceAdvice.id)
        )
    )


def _event(
    actor: Actor,
    referral: Referral,
    kind: str,
    at: Happened,
    said: str,
    *,
    who: str = "",
    outcome: str = "",
) -> ReferralEvent:
    event = ReferralEvent(
        referral.key,
        case_id=referral.case_id,
        referral_id=referral.id,
        kind=kind,
        by_id=actor.member_id,
        outcome=outcome,
        who=who,
        words=said,
        **happened_text(at),
    )
    session.add(event)
    note(actor, _VERBS[kind], event)
    return event


_VERBS = {
    "written": "confirmed a referral in writing",
    "chased": "chased a referral",
    "escalated": "escalated a referral",
    "answered": "recorded an answer",
    "told_other": "told one body of another",
    "not_expected": "gave up waiting for an answer",
    "remark": "added a remark to a referral",
}


def confirm_in_writing(
    actor: Actor, case: Case, referral: Referral, at: Happened, sent: str, who: str
) -> None:
    """What was said on the telephone is now in writing."""
    refuse_written(referral)
    for name, value in _written(at).items():
        setattr(referral, name, value)
    if sent:
        referral.sent = "\n".join(filter(None, (referral.sent, sent)))
    note(actor, "confirmed a referral in writing", referral)
    actions.settle_about(actor, case, WRITE, [str(referral.id)], "Confirmed in writing.")
    _event(actor, referral, "written", at, sent, who=who)


def refuse_written(referral: Referral) -> None:
    if referral.written_on is not None:
        raise NotPossible(
            "This is confirmed in writing already. What was sent later is written as a remark."
        )


def chase(
    actor: Actor,
    case: Case,
    referral: Referral,
    *,
    at: Happened,
    who: str,
    said: str,
    next_on: date | None,
    escalate: bool = False,
) -> None:
    """Ask again, or go to somebody above; an answer is then asked for on another day."""
    refuse_settled(referral)
    _event(actor, referral, "escalated" if escalate else "chased", at, said, who=who)
    days = actions.working_days(staff.get_school(case.school_id))
    by = _end_of(next_on, days) if next_on else None
    kind = words.kind_of(referral)
    _chase_by(actor, case, referral, by or _next_chase(kind.chase_days, days, clock.now()))


@dataclass(frozen=True)
class Answer:
    """What a body answered. Where more is to come, the referral goes on waiting."""

    at: Happened
    who: str
    said: str
    outcome: str = ""
    reference: str = ""
    is_final: bool = True


def record_answer(actor: Actor, case: Case, referral: Referral, answer: Answer) -> None:
    referral.outcome = answer.outcome or referral.outcome
    referral.reference = answer.reference or referral.reference
    note(actor, "recorded an answer", referral)
    _event(
        actor,
        referral,
        "answered",
        answer.at,
        answer.said,
        who=answer.who,
        outcome=answer.outcome,
    )
    if answer.is_final:
        referral.state = "answered"
        _chase_by(actor, case, referral, None)
        return
    referral.state = "waiting"
    days = actions.working_days(staff.get_school(case.school_id))
    again = _next_chase(words.kind_of(referral).chase_days, days, clock.now())
    _chase_by(actor, case, referral, again)


def was_asked_again(referral: Referral) -> bool:
    return any(event.kind in {"chased", "escalated"} for event in events_of(referral))


def expect_no_answer(
    actor: Actor, case: Case, referral: Referral, at: Happened, reason: str
) -> None:
    """Nobody will answer any more: only after asking again at least once, and with a reason."""
    refuse_settled(referral)
    if not was_asked_again(referral):
        raise NotPossible("Ask them again at least once before you stop waiting.")
    referral.state, referral.no_answer_why = "not_expected", reason
    note(actor, "gave up waiting for an answer", referral)
    _event(actor, referral, "not_expected", at, reason)
    _chase_by(actor, case, referral, None)


def refuse_settled(referral: Referral) -> None:
    if referral.state != "waiting":
        raise NotPossible("This is answered already, or no answer is expected.")


def tell_of(
    actor: Actor, referral: Referral, others: Sequence[Referral], at: Happened, said: str
) -> None:
    """One body was told which others were told; each of them should know of every other."""
    new = [one for one in others if str(one.id) not in referral.knows_of]
    if not new:
        return
    referral.knows_of = [*referral.knows_of, *(str(one.id) for one in new)]
    note(actor, "told one body of another", referral)
    named = "; ".join(words.short(one) for one in new)
    _event(actor, referral, "told_other", at, said, who=named)


def add_remark(actor: Actor, referral: Referral, at: Happened, said: str) -> None:
    _event(actor, referral, "remark", at, said)


def correct(
    actor: Actor,
    referral: Referral,
    changes: Mapping[str, Any],
    details: Mapping[str, str],
    reason: str,
) -> None:
    """Put other words into a referral; what stood there is kept as an older version."""
    was, now = (one.get("report_number", "") for one in (referral.details or {}, details))
    if now and referral.reference == was:  # their report number is their reference
        referral.reference = now
    for name, value in changes.items():
        setattr(referral, name, value)
    referral.details = dict(details) or None
    note(actor, "corrected a referral", referral, reason)


@dataclass(frozen=True)
class NewAdvice:
    """What the police said of evidence. `devices` are rows of device, from whom, by when."""

    at: Happened
    opens: bool
    may_ask_onward: str
    words: Mapping[str, str]
    opened: Sequence[ContentItem] = ()
    devices: Sequence[Mapping[str, str]] = ()


def record_police_advice(
    actor: Actor, case: Case, referral: Referral, new: NewAdvice
) -> EvidenceAdvice:
    """It opens the hold for the items named in it, or keeps everything (product 7)."""
    if words.kind_of(referral).recipient != "police":
        raise NotPossible("Only the police say what must be kept as evidence.")
    advice = EvidenceAdvice(
        case.key,
        case_id=case.id,
        referral_id=referral.id,
        by_id=actor.member_id,
        effect="opens" if new.opens else "keeps",
        may_ask_onward=new.may_ask_onward,
        opened=[str(item.id) for item in new.opened] if new.opens else [],
        devices=[dict(row) for row in new.devices] or None,
        **new.words,
        **happened_text(new.at),
    )
    session.add(advice)
    note(actor, "recorded the police’s advice on evidence", advice)
    content.follow_police_advice(
        actor, case, opens=new.opens, opened=list(new.opened), advice_id=advice.id
    )
    if new.may_ask_onward != "not_said":
        case.asking_agreed = new.may_ask_onward
    days = actions.working_days(staff.get_school(case.school_id))
    for row in new.devices:
        whose = f" from {row['whose']}" if row.get("whose") else ""
        actions.plan_action(
            actor,
            case,
            kind=HOLD_DEVICE,
            what=f"Take custody for the police: {row['device']}{whose}",
            due_at=_by(row.get("by", ""), days),
            owner_id=case.lead_id,
        )
    return advice


def _by(day: str, days: WorkingDays) -> datetime:
    if not day:
        return days.today_at(clock.now(), days.ends)
    return _end_of(date.fromisoformat(day), days)
