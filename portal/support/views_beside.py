"""Sanctions beside support, and restorative meetings, as pages."""

from typing import Any
from uuid import UUID

from flask import Blueprint, make_response, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from portal import clock
from portal.cases import service as cases
from portal.cases.access import case_view
from portal.cases.forms_records import said
from portal.cases.models import Case, Involved
from portal.cases.pages import case_page
from portal.cases.steps import address
from portal.clock import Happened
from portal.guidance.catalogue import vocabulary
from portal.staff import service as staff
from portal.staff.roles import Permission
from portal.staff.viewer import viewer
from portal.support import beside, rules, service, shown
from portal.support import forms_beside as forms
from portal.support.models import Sanction
from portal.support.views import beside_tip, may_work
from portal.web.errors import Missing, NotPossible
from portal.web.isolated import isolated
from portal.web.pages import go, open_form, refuse_stale

bp = Blueprint("support_beside", __name__)


def person_choice(one: Involved) -> tuple[UUID, Markup, str]:
    """Somebody to choose, with their parts in the case."""
    return (one.id, isolated(one.name), shown.part_words(one))


def _sanctionable(case: Case) -> list[Involved]:
    return [one for one in cases.people_in(case) if rules.may_be_sanctioned(service.young(one))]


@bp.route("/cases/<reference>/support/sanctions/new", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def sanction(case: Case) -> ResponseReturnValue:
    people = _sanctionable(case)
    form = open_form(forms.SanctionForm, data={"happened": Happened.of(clock.now())})
    form.person.choices = [_with_how_sure(one) for one in people]
    if form.validate_on_submit():
        person = cases.get_involved(case, form.person.data)
        when, until = form.happened.data, form.ends_on.data
        beside.sanction(viewer(), case, person, when, until, form.words)
        return go(address(case, "support") + "#sanctions")
    return case_page(
        "support/sanction.html",
        case,
        form=form,
        one=None,
        nobody=not people,
        **beside_tip(case, "sanction_beside_support"),
    )


def _with_how_sure(one: Involved) -> tuple[UUID, Markup, str]:
    who, label, parts = person_choice(one)
    sure = vocabulary("how_sure").label(one.how_sure).lower()
    return (who, label, f"{parts}. How sure: {sure}.")


@bp.route(
    "/cases/<reference>/support/sanctions/<uuid:sanction_id>/correct", methods=["GET", "POST"]
)
@case_view(Permission.WORK_ON_CASES)
def correct_sanction(case: Case, sanction_id: UUID) -> ResponseReturnValue:
    one = cases.get_in(case, Sanction, sanction_id)
    begun: dict[str, Any] = {name: getattr(one, name) for name in (*forms.SANCTION, "ends_on")}
    begun["happened"] = one.happened
    form = open_form(forms.CorrectSanctionForm, data=begun, version=one.version)
    del form.person
    if form.validate_on_submit():
        refuse_stale(one, form, {name: said(form[name], value) for name, value in begun.items()})
        changed = {**form.words, "ends_on": form.ends_on.data}
        beside.correct(viewer(), one, changed, form.why.data, form.happened.data)
        return go(address(case, "support") + "#sanctions")
    return case_page(
        "support/sanction.html",
        case,
        form=form,
        one=one,
        nobody=False,
        name=cases.get_involved(case, one.involved_id).name,
        **beside_tip(case, "sanction_beside_support"),
    )


@bp.get("/cases/<reference>/support/restorative")
@case_view(Permission.SEE_CASES)
def restorative(case: Case) -> ResponseReturnValue:
    people = cases.people_in(case)
    views = beside.views_of(case)
    counts = beside.standing(views)
    meetings = beside.meetings_of(case)
    return case_page(
        "support/restorative.html",
        case,
        asked=[
            (one, counts.get(one.id), [v for v in reversed(views) if v.involved_id == one.id])
            for one in people
            if "harmed" in one.parts
        ],
        can_be_asked={one.id for one in people if rules.may_have_support(service.young(one))},
        offered=rules.may_offer_meeting([service.young(one) for one in people], counts),
        meetings=meetings,
        people={str(one.id): one.name for one in people},
        names=staff.names_of([*(one.asked_by for one in views), *(one.by_id for one in meetings)]),
        answers=vocabulary("restorative_answers"),
        may_work=may_work(case),
        **beside_tip(case, "restorative_first"),
    )


@bp.route(
    "/cases/<reference>/support/restorative/views/new/<uuid:involved_id>", methods=["GET", "POST"]
)
@case_view(Permission.WORK_ON_CASES)
def ask(case: Case, involved_id: UUID) -> ResponseReturnValue:
    """What somebody who was harmed says to a meeting: nobody else is asked here."""
    person = cases.get_involved(case, involved_id)
    if "harmed" not in person.parts or not rules.may_have_support(service.young(person)):
        raise Missing
    before = beside.standing(beside.views_of(case)).get(person.id)
    form = open_form(forms.RestorativeViewForm, data={"happened": Happened.of(clock.now())})
    form.had_agreed = before is not None and before.answer == "agrees"
    if form.validate_on_submit():
        beside.record_view(viewer(), case, person, form.answer.data, form.happened.data, form.words)
        return go(address(case, "support", "restorative"))
    return case_page(
        "support/ask.html",
        case,
        form=form,
        person=person,
        before=before,
        answers=vocabulary("restorative_answers"),
        **beside_tip(case, "restorative_first"),
    )


def _not_offered(case: Case) -> ResponseReturnValue:
    """Why there is no such form; what somebody had typed into one is kept as their draft."""
    if request.method == "POST":
        raise NotPossible(beside.NOT_OFFERED)
    shown = case_page(
        "support/not_offered.html",
        case,
        why=beside.NOT_OFFERED,
        **beside_tip(case, "restorative_first"),
    )
    refusal = make_response(shown)
    refusal.status_code = 409
    return refusal


@bp.route("/cases/<reference>/support/restorative/meeting", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def meeting(case: Case) -> ResponseReturnValue:
    """Record a meeting that was held: it is there only while somebody harmed agrees to one."""
    people = cases.people_in(case)
    young = [service.young(one) for one in people]
    views = beside.standing(beside.views_of(case))
    if not rules.may_offer_meeting(young, views):
        return _not_offered(case)
    agreed, other_side = rules.agreed(young, views), rules.other_side(young, views)
    by_id = {one.id: one for one in people}
    form = open_form(forms.MeetingForm, data={"happened": Happened.of(clock.now())})
    form.for_case(
        [person_choice(by_id[one]) for one in agreed],
        [person_choice(by_id[one]) for one in other_side],
        police_told=case.police_told_at is not None,
    )
    chosen = [one for one in agreed if str(one) in {str(each) for each in form.harmed.data}]
    form.agreed_since = beside.agreed_since(case, chosen)
    if form.validate_on_submit():
        beside.hold_meeting(
            viewer(),
            case,
            [by_id[one] for one in form.harmed.data],
            [by_id[one] for one in form.others.data],
            form.happened.data,
            form.words,
        )
        return go(address(case, "support", "restorative"))
    return case_page(
        "support/meeting.html",
        case,
        form=form,
        conditions=[(by_id[one].name, views[one].conditions) for one in agreed],
        **beside_tip(case, "restorative_first"),
    )
