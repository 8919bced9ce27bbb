"""Plans as pages: which there are, one as people read it, beginning and changing it."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from portal import clock
from portal.cases import service as cases
from portal.cases.access import case_view, may
from portal.cases.access_rules import Part
from portal.cases.models import Case, Involved
from portal.cases.pages import case_page, frame
from portal.cases.shown import writes_about
from portal.cases.steps import address
from portal.guidance.catalogue import tips, vocabulary
from portal.plans import forms, pages, reading, rules, service, taking_part, words
from portal.plans.models import Plan, PlanEdition
from portal.staff import service as staff
from portal.staff.roles import Permission
from portal.staff.viewer import viewer
from portal.web.errors import Missing, NotPossible
from portal.web.pages import go, open_form, refuse_stale

bp = Blueprint("plans", __name__)


@bp.get("/cases/<reference>/plans")
@case_view(Permission.SEE_CASES, part=Part.PLAN)
def overview(case: Case) -> ResponseReturnValue:
    """Every plan of the case, and for whom one could begin."""
    found = reading.plans_of(case)
    begun = {one.young.id for one in found if one.plan.state != "ended"}
    without = [
        one for one in cases.people_in(case) if "displayed" in one.parts and one.id not in begun
    ]
    return case_page(
        "plans/overview.html",
        case,
        plans=found,
        without=[(one, pages.hindered(case, one)) for one in without],
        words=words,
        outcomes=vocabulary("plan_outcomes"),
        today=clock.today(),
        is_overdue=rules.is_overdue,
        may_work=case.is_open and may(viewer(), Permission.WORK_ON_CASES, case),
        tip=tips()["plan_start"],
    )


@bp.get("/cases/<reference>/plans/new")
@case_view(Permission.WORK_ON_CASES, part=Part.PLAN)
def choose(case: Case) -> ResponseReturnValue:
    """Go on to the form for somebody of the case; who is not in it is not there."""
    if not request.args.get("for"):
        return go(address(case, "plans"))
    try:
        involved = cases.get_involved(case, UUID(request.args.get("for", "")))
    except ValueError:
        raise Missing from None
    return go(address(case, "plans", "new", str(involved.id)))


@bp.route("/cases/<reference>/plans/new/<uuid:involved_id>", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES, part=Part.PLAN)
def new(case: Case, involved_id: UUID) -> ResponseReturnValue:
    return _begin(case, cases.get_involved(case, involved_id), None)


@bp.route("/cases/<reference>/plans/<uuid:plan_id>/again", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES, part=Part.PLAN)
def again(case: Case, plan_id: UUID) -> ResponseReturnValue:
    """A new plan that begins with what an ended one said."""
    old = cases.get_in(case, Plan, plan_id)
    if old.state != "ended":
        raise NotPossible("This plan has not ended. Review it instead.")
    return _begin(case, cases.get_involved(case, old.involved_id), old)


def _begin(case: Case, involved: Involved, old: Plan | None) -> ResponseReturnValue:
    running = service.running(case, involved)
    hindered = pages.hindered(case, involved)
    if running is not None or hindered is not None:
        why = words.HINDRANCES[hindered] if hindered is not None else service.THERE_IS_ONE
        if request.method == "POST":
            raise NotPossible(why)
        return case_page(
            "plans/not_yet.html",
            case,
            involved=involved,
            running=running,
            why=why,
            no_response=hindered is rules.Hindrance.NO_RESPONSE,
        )
    offered = taking_part.offered(case, involved)
    data: dict[str, Any] = {"started_on": clock.today()}
    data |= {"people": taking_part.at_first(offered, viewer().id)}
    if old is not None:
        data = pages.begun_again(old, offered)
    form = open_form(forms.PlanForm, data=data)
    form.for_police(told=service.police_told(case))
    again = pages.with_rows(form, offered)
    shown = {"involved": involved, "plan": None, **pages.beside_form(case, offered, form)}
    if again:
        return render_template("plans/form.html", form=form, **frame(case), **shown)
    if form.validate_on_submit():
        plan = service.begin(viewer(), case, involved, form.plan(offered.people))
        return go(address(case, "plans", str(plan.id)))
    return case_page("plans/form.html", case, form=form, **shown)


@bp.route("/cases/<reference>/plans/<uuid:plan_id>/change", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES, part=Part.PLAN)
def change(case: Case, plan_id: UUID) -> ResponseReturnValue:
    """Change a draft; what was agreed is changed by its review."""
    plan = cases.get_in(case, Plan, plan_id)
    if plan.state != "draft":
        raise NotPossible("This plan was agreed. It is changed by reviewing it.")
    now = reading.whole(plan)
    offered = taking_part.offered(case, now.young)
    form = open_form(forms.PlanForm, data=pages.begun(now, offered), version=plan.version)
    form.for_police(told=service.police_told(case))
    again = pages.with_rows(form, offered)
    shown = {"involved": now.young, "plan": plan, **pages.beside_form(case, offered, form)}
    if again:
        return render_template("plans/form.html", form=form, **frame(case), **shown)
    if form.validate_on_submit():
        refuse_stale(plan, form, pages.now_there(now))
        service.change(viewer(), case, plan, form.plan(offered.people))
        return go(address(case, "plans", str(plan.id)))
    return case_page("plans/form.html", case, form=form, **shown)


@bp.get("/cases/<reference>/plans/<uuid:plan_id>")
@case_view(Permission.SEE_CASES, part=Part.PLAN)
def show(case: Case, plan_id: UUID) -> ResponseReturnValue:
    """A plan as people read it, with the one thing that comes next."""
    now = reading.whole(cases.get_in(case, Plan, plan_id))
    who = viewer()
    hindered = pages.hindered_plan(case, now)
    stand = rules.Stand(
        now.plan.state,
        lacks_advice=hindered is not None,
        parts_missing=bool(now.missing),
        unsigned=bool(now.unsigned),
        review_on=now.plan.next_review_on,
    )
    return case_page(
        "plans/show.html",
        case,
        now=now,
        plan=now.plan,
        content=reading.content_of(now),
        next=rules.what_next(stand, clock.today()).value,
        hindered=hindered,
        marks=taking_part.marks(case, now, cases.people_in(case)),
        words=words,
        ways=vocabulary("plan_ways"),
        outcomes=vocabulary("plan_outcomes"),
        names=staff.names_of([now.plan.made_by, *(one.made_by for one in now.editions)]),
        today=clock.today(),
        late=rules.is_overdue(now.plan.state, now.plan.next_review_on, clock.today()),
        may_work=case.is_open
        and may(who, Permission.WORK_ON_CASES, case)
        and writes_about(now.young.id),
        may_print=may(who, Permission.PRINT, case),
        tip=tips()["plan_start"],
    )


@bp.get("/cases/<reference>/plans/<uuid:plan_id>/editions/<uuid:edition_id>")
@case_view(Permission.SEE_CASES, part=Part.PLAN)
def edition(case: Case, plan_id: UUID, edition_id: UUID) -> ResponseReturnValue:
    """A plan as it was, and what it changed of the edition before."""
    now = reading.whole(cases.get_in(case, Plan, plan_id))
    one = next((each for each in now.editions if each.id == edition_id), None)
    if one is None:
        raise Missing
    before = _before(now, one)
    older = words.lines(before.content or {}) if before else []
    content = one.content or {}
    return case_page(
        "plans/edition.html",
        case,
        now=now,
        one=one,
        before=before,
        changes=rules.diff(older, words.lines(content)) if before else [],
        content=content,
        signatures=[each for each in now.signatures if each.edition_id == one.id],
        words=words,
        ways=vocabulary("plan_ways"),
        names=staff.names_of([one.made_by]),
    )


def _before(now: reading.Whole, one: PlanEdition) -> PlanEdition | None:
    return next((each for each in now.editions if each.number == one.number - 1), None)
