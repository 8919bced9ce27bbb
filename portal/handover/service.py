"""Verbs of hand-over: start, save, give back, take back, keep, put aside, take up again.

What happens to the paper itself is in `paper`, which state follows when in `rules`, and what the
pages show in `reading`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal import clock
from portal.cases import shown
from portal.cases.access import may, whom
from portal.cases.access_rules import Part
from portal.cases.models import Case, Involved
from portal.cases.visible import visible_cases
from portal.db import session
from portal.handover import reading, rules
from portal.handover.models import Handover
from portal.handover.paper import Pairs, Paper
from portal.handover.questionnaire import (
    Given,
    ReadBack,
    form_for,
    part_of,
    questionnaire,
    title_of,
)
from portal.handover.rules import State
from portal.journal.actor import Actor
from portal.journal.service import note_act
from portal.staff.models import Member
from portal.staff.roles import Permission
from portal.staff.sign_ins import at_the_screen, sign_in
from portal.staff.viewer import Viewer
from portal.web import sheets
from portal.web.errors import Missing, NotPossible


@dataclass(frozen=True)
class Waiting:
    """A hand-over whose answers are not kept yet, as a page of its form shows it."""

    id: UUID
    form: str
    title: str
    involved_id: UUID
    subject_id: UUID | None
    with_whom: str
    started_at: datetime
    is_busy: bool
    stopped: bool


# starting and finding


def begin(
    who: Actor,
    case: Case,
    involved: Involved,
    *,
    form: str,
    subject_id: UUID | None = None,
    settings: Mapping[str, Any] | None = None,
    answers: Mapping[str, Any] | None = None,
) -> Handover:
    """Make the hand-over itself; `start` also ties the screen to it."""
    if involved.case_id != case.id or who.member_id is None:
        raise Missing
    now = clock.now()
    made = Handover(
        case.key,
        case_id=case.id,
        involved_id=involved.id,
        member_id=who.member_id,
        form=form,
        subject_id=subject_id,
        state=State.WITH_STUDENT.value,
        started_at=now,
        seen_at=now,
        settings=dict(settings or {}),
        answers=Paper(answers=dict(answers or {})).dump(),
    )
    session.add(made)
    _note(who, made, "handed the screen over")
    return made


def start(
    who: Viewer,
    case: Case,
    involved: Involved,
    *,
    form: str,
    subject_id: UUID | None = None,
    settings: Mapping[str, Any] | None = None,
    answers: Mapping[str, Any] | None = None,
) -> str:
    """Hand the screen over: from now on this sign-in reaches nothing but the form."""
    questionnaire(form)
    made = begin(
        who, case, involved, form=form, subject_id=subject_id, settings=settings, answers=answers
    )
    session.flush()
    at_the_screen.tie(who, made.id)
    return "/handover"


def find(who: Viewer, *, to_change: bool) -> Handover | None:
    """The hand-over to which this sign-in is tied, locked where the request may change it."""
    if who.handover is None:
        return None
    return session.get(Handover, who.handover, with_for_update=to_change)


def state_now(one: Handover) -> State:
    return rules.state_at(State(one.state), one.seen_at, clock.now())


def open_handovers(case: Case) -> list[Waiting]:
    """Hand-overs of a case whose answers wait to be read and kept: the newest first."""
    rows = session.execute(
        select(Handover, Member)
        .join(Member, Member.id == Handover.member_id)
        .where(Handover.case_id == case.id)
        .where(Handover.state.in_([state.value for state in rules.WAITING]))
        .order_by(Handover.started_at.desc(), Handover.id)
    )
    now = clock.now()
    return [
        Waiting(
            id=one.id,
            form=one.form,
            title=title_of(one.form),
            involved_id=one.involved_id,
            subject_id=one.subject_id,
            with_whom=member.full_name,
            started_at=one.started_at,
            is_busy=rules.is_busy(State(one.state), one.seen_at, now),
            stopped=one.stopped,
        )
        for one, member in rows
        if shown.is_person_shown(one.involved_id)
    ]


def part_of_waiting(case: Case, named: Mapping[str, Any]) -> Part | None:
    """The part of the case to which answers belong that wait to be read; None where none do."""
    one = session.get(Handover, named["handover_id"])
    if one is None or one.case_id != case.id or State(one.state) not in rules.WAITING:
        return None
    return part_of(one.form)


def resume(who: Viewer, case: Case, handover_id: UUID) -> str:
    """Take answers up again that wait to be read: at this screen, after the password."""
    one = session.get(Handover, handover_id, with_for_update=True)
    if one is None or one.case_id != case.id or State(one.state) not in rules.WAITING:
        raise Missing
    if not shown.is_person_shown(one.involved_id):
        raise Missing
    if rules.is_busy(State(one.state), one.seen_at, clock.now()):
        raise NotPossible(
            "The young person may still be writing at another screen. Take the screen back there, "
            "or wait five minutes."
        )
    _give_back(one)
    at_the_screen.end_others(one.id, but=who.sign_in_id)
    at_the_screen.tie(who, one.id)
    _note(who, one, "took a hand-over up again")
    return "/handover"


# saving


def save_answer(one: Handover, code: str, answer: Mapping[str, Any], page: str) -> None:
    written = reading.paper(one)
    written.answer(code, dict(answer), page)
    _write(one, written)


def save_typed(one: Handover, code: str, pairs: Pairs, page: str) -> None:
    written = reading.paper(one)
    written.keep_typed(code, pairs, page)
    _write(one, written)


def set_aside(one: Handover, code: str, pairs: Pairs) -> None:
    written = reading.paper(one)
    written.set_aside(code, pairs)
    _write(one, written)


def _write(one: Handover, written: Paper) -> None:
    one.answers = written.dump()
    one.seen_at = clock.now()


# giving back and taking back


def give_back(who: Viewer, one: Handover, *, stopped: bool = False, rested: bool = False) -> None:
    """The student is done for now: nothing is shown until a member of staff takes the screen."""
    one.stopped = one.stopped or stopped
    _give_back(one)
    _note(who, one, "hid the answers at rest" if rested else "was given the screen back")


def take_back(who: Viewer) -> str:
    """The member of staff has shown who they are: the answers are read together."""
    one = _mine(who)
    if State(one.state) not in rules.WAITING or _case_of(who, one) is None:
        at_the_screen.tie(who, None)
        return "/"
    one.state, one.seen_at = State.READ_TOGETHER.value, clock.now()
    at_the_screen.tie(who, one.id)
    _note(who, one, "took the screen back")
    return "/handover/read"


def hand_over_again(who: Viewer, one: Handover) -> None:
    one.state, one.seen_at = State.WITH_STUDENT.value, clock.now()
    one.stopped = False
    at_the_screen.tie(who, one.id)
    _note(who, one, "handed the screen over once more")


def keep(who: Viewer, one: Handover) -> str:
    """Make the record of what was given back; the working paper is emptied."""
    case = _case_to_work_on(who, one)
    given = Given(one.subject_id, one.settings or {}, reading.said_so_far(one), one.stopped)
    address = reading.of(one).keep(who, case, one.involved_id, given)
    one.state, one.ended_at = State.KEPT.value, clock.now()
    one.answers = one.settings = None
    _note(who, one, "kept the answers of a hand-over")
    at_the_screen.tie(who, None)
    return address


def keep_and_record(who: Viewer, one: Handover, codes: list[str]) -> str:
    """Keep the answers, and begin a disclosure with those that are new (all, if none is named)."""
    read = reading.read_back(one)
    new = [each for each in read if each.code in codes] or read
    case = _case_to_work_on(who, one)
    keep(who, one)
    if case.school_id != who.school:
        sign_in.work_at(who, case.school_id)
    address, pairs = form_for("\n\n".join(filter(None, map(_as_words, new))))
    sheets.begin(address, pairs)
    return address


def put_aside(who: Viewer, one: Handover) -> str:
    """Take the screen back and leave the answers sealed, to be taken up another time."""
    case = _case_of(who, one)
    one.state = State.LEFT.value
    _note(who, one, "put the answers of a hand-over aside")
    at_the_screen.tie(who, None)
    return f"/cases/{case.reference}" if case is not None else "/"


def end_sign_in(who: Viewer, one: Handover) -> None:
    """Somebody who cannot give a password or PIN here signs in again; the answers stay."""
    _note(who, one, "signed out of a hand-over")
    sign_in.sign_out(who)


def _give_back(one: Handover) -> None:
    one.state, one.given_back_at = State.GIVEN_BACK.value, clock.now()


def _mine(who: Viewer) -> Handover:
    one = find(who, to_change=True)
    if one is None:
        raise Missing
    return one


def _case_of(who: Viewer, one: Handover) -> Case | None:
    """The case, where this person may still see the part that the form fills."""
    part = part_of(one.form)
    case = session.scalars(visible_cases(who, part).where(Case.id == one.case_id)).one_or_none()
    people = whom(who, case, part) if case is not None else None
    return case if people is None or one.involved_id in people else None


def _case_to_work_on(who: Viewer, one: Handover) -> Case:
    case = _case_of(who, one)
    if case is None:
        raise Missing
    if not case.is_open or not may(who, Permission.WORK_ON_CASES, case, part_of(one.form)):
        raise NotPossible(
            "The case cannot be changed by you now. Take the screen back without keeping the "
            "answers: they wait until it can."
        )
    return case


def _as_words(read: ReadBack) -> str:
    said = [f"{label}: {text}" if label else text for label, text in read.lines if text]
    return "\n".join([read.title, *said]) if said else ""


def _note(who: Actor, one: Handover, verb: str) -> None:
    note_act(who, verb, case_id=one.case_id, subject=("handovers", one.id))
