"""Reading plans whole: with people, parts, steps, editions and signatures."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select

from portal import clock
from portal.cases import shown
from portal.cases.models import Case, DueAction, Involved
from portal.db import session
from portal.plans import rules
from portal.plans.models import (
    Plan,
    PlanEdition,
    PlanPerson,
    PlanSignature,
    PlanStep,
    PlanVoice,
)
from portal.vault.roots import Root
from portal.web.errors import Missing

PLAN_STEP = "plan_step"
R = TypeVar("R", bound=Root)


@dataclass(frozen=True)
class Whole:
    """A plan with all that belongs to it."""

    plan: Plan
    young: Involved
    voices: Sequence[PlanVoice] = ()
    steps: Sequence[PlanStep] = ()
    editions: Sequence[PlanEdition] = ()
    signatures: Sequence[PlanSignature] = ()
    actions: Mapping[str, DueAction] = field(default_factory=dict)

    @property
    def people(self) -> list[PlanPerson]:
        """Those who take part now, in their order."""
        return people_of(self.plan)

    @property
    def parts(self) -> list[rules.Part]:
        return [rules.Part(one.id, one.name, one.voice) for one in self.people]

    @property
    def missing(self) -> list[rules.Part]:
        return rules.missing_parts(self.parts, {one.person_id for one in self.voices})

    @property
    def newest(self) -> PlanEdition | None:
        return self.editions[-1] if self.editions else None

    @property
    def signed(self) -> list[PlanSignature]:
        """Who signed the newest edition."""
        newest = self.newest
        return [one for one in self.signatures if newest and one.edition_id == newest.id]

    @property
    def unsigned(self) -> list[PlanPerson]:
        there = {one.person_id for one in self.signed}
        return [one for one in self.people if one.id not in there]

    def settled_elsewhere(self, step: PlanStep) -> DueAction | None:
        """The due action of an open step, where it was settled among the due actions."""
        action = self.actions.get(str(step.id))
        return action if step.state == "open" and action and action.state != "open" else None

    @property
    def open_steps(self) -> list[PlanStep]:
        return [
            one for one in self.steps if one.state == "open" and not self.settled_elsewhere(one)
        ]


def people_of(plan: Plan) -> list[PlanPerson]:
    return sorted((one for one in plan.people if one.left_at is None), key=lambda one: one.place)


def young_of(plan: Plan) -> PlanPerson:
    return next(one for one in plan.people if one.voice == "young")


def person_in(plan: Plan, person_id: UUID) -> PlanPerson:
    """Somebody who takes part in this plan now, never somebody of another."""
    found = next((one for one in people_of(plan) if one.id == person_id), None)
    if found is None:
        raise Missing
    return found


def plans_of(case: Case) -> list[Whole]:
    """Every plan of a case with all that belongs to it: what runs first, then the newest first."""
    found = shown.only(
        session.scalars(
            select(Plan).where(Plan.case_id == case.id).order_by(Plan.written_at.desc(), Plan.id)
        )
    )
    found.sort(key=lambda one: one.state == "ended")
    return _whole(case.id, found)


def whole(plan: Plan) -> Whole:
    return _whole(plan.case_id, [plan])[0]


def _whole(case_id: UUID, plans: Sequence[Plan]) -> list[Whole]:
    """Put plans together with what belongs to them: one statement for each kind of record."""
    ids = [plan.id for plan in plans]
    voices, steps = by_plan(PlanVoice, ids), by_plan(PlanStep, ids)
    editions, signatures = by_plan(PlanEdition, ids), by_plan(PlanSignature, ids)
    people = {one.id: one for one in _involved(case_id)}
    acts = session.scalars(
        select(DueAction)
        .where(DueAction.case_id == case_id, DueAction.kind == PLAN_STEP)
        .order_by(DueAction.written_at, DueAction.id)
    )
    by_step = {one.subject: one for one in acts}
    return [
        Whole(
            plan,
            people[plan.involved_id],
            voices[plan.id],
            sorted(steps[plan.id], key=lambda one: one.place),
            sorted(editions[plan.id], key=lambda one: one.number),
            signatures[plan.id],
            by_step,
        )
        for plan in plans
    ]


def _involved(case_id: UUID) -> list[Involved]:
    return list(session.scalars(select(Involved).where(Involved.case_id == case_id)))


def by_plan(kind: type[R], plan_ids: Sequence[UUID]) -> dict[UUID, list[R]]:
    """What belongs to each of these plans, in the order in which it was written."""
    table: Any = kind
    found: dict[UUID, list[R]] = defaultdict(list)
    belonging: Any
    for belonging in session.scalars(
        select(kind).where(table.plan_id.in_(plan_ids)).order_by(table.written_at, table.id)
    ):
        found[belonging.plan_id].append(belonging)
    return found


def content(plan: Plan) -> dict[str, Any]:
    """The whole plan as it stands, fit for JSON: what an edition keeps and a print is made of.

    Days are ISO texts (“2026-11-18”) or None; words that were not given are empty texts.

        for                   name of the young person whose plan it is
        started_on, ends_on, next_review_on, paper_on   days; `paper_on`: filled in on paper then
        written_on            the day on which this content was put together
        review_every          code of the vocabulary “plan_rhythms”
        internet_use, covers, why, lasts, if_not_followed, signal, signal_where, home_limits,
        notes, help_adult, help_when, help_where, police_advice, police_advice_from   words
        people                those who take part, the young person first, each with
                              id, name, role, voice (“young”, “staff”, “carer”, “none”),
                              member_id, carer_id (texts or None)
        steps                 in their order, each with id, what, who, due_on (a day),
                              state (“open”, “done”, “dropped”), end_words
        voices                the parts that are written, in the order of `people`, each with
                              person_id, name, role, voice, how (code of “plan_ways”), written_on
                              (a day), paper_on, signs and will (lists of lines), others_notice,
                              wants (list of {name, action}), other_help, also_speak

    `words.LABELS` names the fields; `words.voice_lines` puts one voice into question and answer.
    Signatures belong to an edition and are not in its content: `signatures(edition)`.
    """
    return content_of(whole(plan))


_DAYS = ("started_on", "ends_on", "next_review_on", "paper_on")
PLAN_WORDS = (
    "internet_use",
    "covers",
    "why",
    "lasts",
    "if_not_followed",
    "signal",
    "signal_where",
    "home_limits",
    "notes",
    "help_adult",
    "help_when",
    "help_where",
    "police_advice",
    "police_advice_from",
)


def content_of(one: Whole) -> dict[str, Any]:
    plan, voices = one.plan, {voice.person_id: voice for voice in one.voices}
    return {
        "for": one.young.name,
        **{name: _day(getattr(plan, name)) for name in _DAYS},
        "written_on": _day(clock.today()),
        "review_every": plan.review_every,
        **{name: getattr(plan, name) for name in PLAN_WORDS},
        "people": [_person(each) for each in one.people],
        "steps": [_step(each) for each in one.steps],
        "voices": [_voice(each, voices[each.id]) for each in one.people if each.id in voices],
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def _person(one: PlanPerson) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "name": one.name,
        "role": one.role,
        "voice": one.voice,
        "member_id": str(one.member_id) if one.member_id else None,
        "carer_id": str(one.carer_id) if one.carer_id else None,
    }


def _step(one: PlanStep) -> dict[str, Any]:
    kept = {name: getattr(one, name) for name in ("what", "who", "state", "end_words")}
    return {"id": str(one.id), "due_on": _day(one.due_on), **kept}


def _voice(person: PlanPerson, one: PlanVoice) -> dict[str, Any]:
    return {
        "person_id": str(person.id),
        "name": person.name,
        "role": person.role,
        "voice": person.voice,
        "how": one.how,
        "written_on": _day(clock.local(one.changed_at).date()),
        "paper_on": _day(one.paper_on),
        "signs": list(one.signs or []),
        "will": list(one.will or []),
        "others_notice": one.others_notice,
        "wants": list(one.wants or []),
        "other_help": one.other_help,
        "also_speak": one.also_speak,
    }


def signatures(edition: PlanEdition) -> list[PlanSignature]:
    """Who signed an edition: each with `name`, `signed_on` and `how` (“typed” or “paper”)."""
    return list(
        session.scalars(
            select(PlanSignature)
            .where(PlanSignature.edition_id == edition.id)
            .order_by(PlanSignature.written_at, PlanSignature.id)
        )
    )
