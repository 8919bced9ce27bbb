"""Court and police days, as pages."""

from datetime import time
from typing import Any
from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue

from portal.cases import service as cases
from portal.cases.access import case_view
from portal.cases.access_rules import Part
from portal.cases.forms_records import said
from portal.cases.models import Case
from portal.cases.pages import case_page
from portal.cases.steps import address
from portal.staff.roles import Permission
from portal.staff.viewer import viewer
from portal.support import forms_beside as forms
from portal.support import milestones, rules, service
from portal.support.models import Milestone
from portal.support.views import beside_tip
from portal.support.views_beside import person_choice
from portal.support.words import milestone_words
from portal.web.errors import NotPossible
from portal.web.pages import go, open_form, refuse_stale

bp = Blueprint("support_milestones", __name__)
FIELDS = ("kind", "what", "day", "place", "support")


def _done(case: Case) -> ResponseReturnValue:
    return go(address(case, "support") + "#days")


@bp.route("/cases/<reference>/support/milestones/new", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES, part=Part.SUPPORT)
def plan(case: Case) -> ResponseReturnValue:
    form = open_form(forms.MilestoneForm)
    young = [one for one in cases.people_in(case) if rules.may_have_support(service.young(one))]
    form.for_people([person_choice(one) for one in young])
    if form.validate_on_submit():
        person = cases.get_involved(case, form.person.data)
        milestones.plan(viewer(), case, person, form.facts)
        return _done(case)
    return case_page(
        "support/milestone.html",
        case,
        form=form,
        one=None,
        nobody=not young,
        **beside_tip(case, "court_days"),
    )


def _planned(case: Case, milestone_id: UUID) -> Milestone:
    one = cases.get_in(case, Milestone, milestone_id)
    if one.state != "planned":
        raise NotPossible(milestones.SETTLED)
    return one


@bp.route("/cases/<reference>/support/milestones/<uuid:milestone_id>/move", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES, part=Part.SUPPORT)
def move(case: Case, milestone_id: UUID) -> ResponseReturnValue:
    """Another day, time or place, or another support: with the reason, and what stood there."""
    one = _planned(case, milestone_id)
    person = cases.get_involved(case, one.involved_id)
    begun: dict[str, Any] = {name: getattr(one, name) for name in FIELDS}
    begun["at_time"] = time.fromisoformat(one.at_time) if one.at_time else None
    form = open_form(forms.MoveForm, data=begun, version=one.version)
    form.for_people([])
    if form.validate_on_submit():
        now_there = {name: said(form[name], begun[name]) for name in FIELDS}
        refuse_stale(one, form, {**now_there, "at_time": one.at_time or ""})
        milestones.move(viewer(), case, one, form.facts, form.reason.data, person)
        return _done(case)
    return case_page(
        "support/milestone.html",
        case,
        form=form,
        one=one,
        nobody=False,
        name=person.name,
        **beside_tip(case, "court_days"),
    )


@bp.route(
    "/cases/<reference>/support/milestones/<uuid:milestone_id>/outcome", methods=["GET", "POST"]
)
@case_view(Permission.WORK_ON_CASES, part=Part.SUPPORT)
def outcome(case: Case, milestone_id: UUID) -> ResponseReturnValue:
    one = _planned(case, milestone_id)
    form = open_form(forms.OutcomeForm)
    form.day = one.day
    if form.validate_on_submit():
        milestones.settle(viewer(), case, one, form.state.data, form.outcome.data)
        return _done(case)
    return case_page(
        "support/outcome.html",
        case,
        form=form,
        one=one,
        what=milestone_words(one),
        name=cases.get_involved(case, one.involved_id).name,
        **beside_tip(case, "court_days"),
    )
