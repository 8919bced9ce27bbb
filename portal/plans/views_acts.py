"""What is done with a plan, as pages: its parts, hand-over, agreeing, signing, steps, its end."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from portal import clock
from portal.cases import service as cases
from portal.cases.access import case_view
from portal.cases.access_rules import Part
from portal.cases.forms import PlainForm
from portal.cases.models import Case
from portal.cases.pages import case_page, frame
from portal.cases.steps import address
from portal.clock import Happened
from portal.guidance.catalogue import tips
from portal.handover import service as handover
from portal.plans import (
    editions,
    forms,
    forms_acts,
    forms_voices,
    pages,
    questionnaire,
    reading,
    service,
    taking_part,
    words,
    work,
)
from portal.plans.models import Plan, PlanStep
from portal.staff.roles import Permission
from portal.staff.viewer import viewer
from portal.web.errors import Missing, NotPossible
from portal.web.pages import go, open_form, refuse_stale

bp = Blueprint("plans_acts", __name__)


@bp.route(
    "/cases/<reference>/plans/<uuid:plan_id>/voices/<uuid:plan_person_id>", methods=["GET", "POST"]
)
@case_view(Permission.WORK_ON_CASES, part=Part.PLAN)
def voice(case: Case, plan_id: UUID, plan_person_id: UUID) -> ResponseReturnValue:
    """One person’s own part, written with them or typed up."""
    plan = _running(case, plan_id)
    person = reading.person_in(plan, plan_person_id)
    if person.voice == "none":
        raise Missing
    there = service.voice_of(plan, person.id)
    police = service.police_told(case)
    form = open_form(
        forms_voices.VoiceForm,
        data=forms_voices.as_typed(there),
        version=there.version if there else 0,
    )
    anew = form.version_number is not None  # begun from a part that was there already
    form.for_voice(person.voice, police=police, anew=anew)
    shown: dict[str, Any] = {
        "plan": plan,
        "person": person,
        "no_questions": words.NO_QUESTIONS if police else "",
        "tip": tips()["plan_voices"],
    }
    if form.is_submitted() and form.row_action():
        return render_template("plans/voice.html", form=form, **frame(case), **shown)
    if form.validate_on_submit():
        there = service.voice_of(plan, person.id, lock=True)
        if there is not None:
            refuse_stale(there, form, forms_voices.as_read(there))
        service.write_voice(
            viewer(),
            case,
            plan,
            person,
            form.said,
            how=form.how.data,
            paper_on=form.paper_on.data if form.how.data == "paper" else None,
            reason=form.reason.data if "reason" in form else "",
        )
        return go(_at(case, plan) + "#voices")
    return case_page("plans/voice.html", case, form=form, **shown)


@bp.route("/cases/<reference>/plans/<uuid:plan_id>/hand-over", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES, part=Part.PLAN)
def hand_over(case: Case, plan_id: UUID) -> ResponseReturnValue:
    """Turn the screen to the young person for their own part."""
    plan = _running(case, plan_id)
    now = reading.whole(plan)
    form = open_form(PlainForm)
    if form.validate_on_submit():
        young = reading.young_of(plan)
        return go(
            handover.start(
                viewer(),
                case,
                now.young,
                form=questionnaire.CODE,
                subject_id=plan.id,
                settings={"police": service.police_told(case)},
                answers=questionnaire.begun(service.voice_of(plan, young.id)),
            )
        )
    police = words.NO_QUESTIONS if service.police_told(case) else ""
    return case_page(
        "plans/hand_over.html", case, form=form, plan=plan, now=now, no_questions=police
    )


@bp.route("/cases/<reference>/plans/<uuid:plan_id>/agree", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES, part=Part.PLAN)
def agree(case: Case, plan_id: UUID) -> ResponseReturnValue:
    """Make the first edition; a part that is missing is named, with the reason to go on."""
    plan = cases.get_in(case, Plan, plan_id)
    if plan.state != "draft":
        raise NotPossible("This plan was agreed already.")
    now = reading.whole(plan)
    data = {"happened": Happened.of(clock.now())}
    form = open_form(forms_acts.AgreeForm, data=data, version=plan.version)
    form.for_missing(missing=bool(now.missing))
    form.review_on = plan.next_review_on
    hindered = pages.hindered_plan(case, now)
    if form.validate_on_submit():
        refuse_stale(plan, form, {"present": words.whole_text(reading.content_of(now))})
        editions.agree(viewer(), case, plan, at=form.happened.data, words=form.said)
        return go(_at(case, plan))
    return case_page(
        "plans/agree.html", case, form=form, plan=plan, now=now, hindered=hindered, words=words
    )


@bp.route("/cases/<reference>/plans/<uuid:plan_id>/sign", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES, part=Part.PLAN)
def sign(case: Case, plan_id: UUID) -> ResponseReturnValue:
    """Somebody who takes part signed; only they are offered, and nobody twice."""
    plan = _agreed(case, plan_id)
    now = reading.whole(plan)
    form = open_form(forms_acts.SignForm, data={"signed_on": clock.today()})
    form.person.choices = [(one.id, words.choice_of(one)) for one in now.unsigned]
    form.edition_on = _last(now)
    if form.validate_on_submit():
        editions.sign(
            viewer(),
            plan,
            reading.person_in(plan, form.person.data),
            on=form.signed_on.data,
            how=form.how.data,
            name=form.name.data,
        )
        return go(_at(case, plan) + "#signatures")
    return case_page("plans/sign.html", case, form=form, plan=plan, now=now)


@bp.route("/cases/<reference>/plans/<uuid:plan_id>/steps/<uuid:step_id>", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES, part=Part.PLAN)
def step(case: Case, plan_id: UUID, step_id: UUID) -> ResponseReturnValue:
    """How a step ended, or how it goes on; its due action is settled with it."""
    plan = _running(case, plan_id)
    one = cases.get_in(case, PlanStep, step_id)
    if one.plan_id != plan.id:
        raise Missing
    if one.state != "open":
        raise NotPossible("This step is settled already.")
    settled = reading.whole(plan).settled_elsewhere(one)
    data = {"what": one.what, "who": one.who, "due_on": one.due_on}
    if settled is not None:
        ended = "done" if settled.state == "done" else "dropped"
        data |= {"stands": ended, "end_words": settled.result}
    form = open_form(forms_acts.StepForm, data=data, version=one.version)
    if form.validate_on_submit():
        there = {"what": one.what, "who": one.who, "stands": words.STEP_STATES[one.state]}
        refuse_stale(one, form, {**there, "end_words": one.end_words})
        work.change_step(viewer(), case, plan, one, form.new)
        return go(_at(case, plan) + "#steps")
    shown = {"plan": plan, "one": one, "settled": settled}
    return case_page("plans/step.html", case, form=form, **shown)


@bp.route("/cases/<reference>/plans/<uuid:plan_id>/review", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES, part=Part.PLAN)
def review(case: Case, plan_id: UUID) -> ResponseReturnValue:
    """What worked, what did not, and the next edition of the plan."""
    plan = _agreed(case, plan_id)
    now = reading.whole(plan)
    offered = taking_part.offered(case, now.young)
    data = {**pages.begun(now, offered), "next_review_on": None}
    data |= {"happened": Happened.of(clock.now())}
    form = open_form(forms.ReviewForm, data=data, version=plan.version)
    told = service.police_told(case)
    form.for_review(told=told, since=plan.started_on, after=_last(now))
    again = pages.with_rows(form, offered)
    shown = {"plan": plan, "now": now, **pages.beside_form(case, offered, form)}
    if again:
        return render_template("plans/review.html", form=form, **frame(case), **shown)
    if form.validate_on_submit():
        refuse_stale(plan, form, pages.now_there(now))
        new = form.plan(offered.people)
        editions.review(viewer(), case, plan, new, at=form.happened.data, words=form.said)
        return go(_at(case, plan))
    return case_page("plans/review.html", case, form=form, **shown)


@bp.route("/cases/<reference>/plans/<uuid:plan_id>/end", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES, part=Part.PLAN)
def end(case: Case, plan_id: UUID) -> ResponseReturnValue:
    """The plan ends with an outcome; what was open of it is settled."""
    plan = _running(case, plan_id)
    now = reading.whole(plan)
    data = {"happened": Happened.of(clock.now())}
    form = open_form(forms_acts.EndForm, data=data, version=plan.version)
    form.after = _last(now)
    if form.validate_on_submit():
        refuse_stale(plan, form, {"words": words.whole_text(reading.content_of(now))})
        editions.end(
            viewer(),
            case,
            plan,
            outcome=form.outcome.data,
            words=form["words"].data,
            at=form.happened.data,
        )
        return go(_at(case, plan))
    return case_page("plans/end.html", case, form=form, plan=plan, now=now)


def _last(now: reading.Whole) -> date | None:
    """The day of the newest edition."""
    return now.newest.happened_on if now.newest else None


def _at(case: Case, plan: Plan) -> str:
    return address(case, "plans", str(plan.id))


def _running(case: Case, plan_id: UUID) -> Plan:
    """A plan that is still being made or kept to."""
    plan = cases.get_in(case, Plan, plan_id)
    if plan.state == "ended":
        raise NotPossible(service.ENDED)
    return plan


def _agreed(case: Case, plan_id: UUID) -> Plan:
    plan = cases.get_in(case, Plan, plan_id)
    if plan.state != "agreed":
        raise NotPossible(editions.NOT_RUNNING)
    return plan
