"""The pages of the initial review and of the risk assessment."""

from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from portal import clock
from portal.assessment import forms, rules, service, steps
from portal.assessment.models import RiskAssessment
from portal.cases import actions
from portal.cases.access import case_view, may
from portal.cases.models import Case
from portal.cases.service import people_in
from portal.clock import Happened
from portal.guidance.catalogue import tips, vocabulary
from portal.staff import service as staff
from portal.staff.roles import Permission
from portal.staff.viewer import viewer
from portal.web.pages import open_form, page, see_other

bp = Blueprint("assessment", __name__)


@bp.route("/cases/<reference>/review")
@case_view(Permission.SEE_CASES)
def review(case: Case) -> ResponseReturnValue:
    """Every initial review, the newest first; the form where there is none yet."""
    reviews = service.reviews_of(case)
    may_write = may(viewer(), Permission.WORK_ON_CASES, case)
    if not reviews and may_write:
        return see_other("assessment.new_review", reference=case.reference)
    return page(
        "assessment/review.html",
        case=case,
        reviews=reviews,
        may_write=may_write,
        names=staff.names_of(one.made_by for one in reviews),
        answers=vocabulary("answers"),
        tips=tips(),
    )


@bp.route("/cases/<reference>/review/new", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def new_review(case: Case) -> ResponseReturnValue:
    data = {"met": Happened.of(clock.now()), "viewing_needed": "no"}
    form = open_form(forms.ReviewForm, data=data)
    school = staff.get_school(case.school_id)
    shown: dict[str, Any] = {"form": form, "case": case, "school": school, "tips": tips()}
    if form.is_submitted() and form.row_action():
        return render_template("assessment/new_review.html", **shown)
    if form.validate_on_submit():
        service.record_review(
            viewer(),
            case,
            facts=form.facts(),
            words=form.words(),
            met=form.met.data,
            days=actions.working_days(school),
            topics=form.topics(),
        )
        return see_other("assessment.review", reference=case.reference)
    return page("assessment/new_review.html", **shown)


@bp.route("/cases/<reference>/risk")
@case_view(Permission.SEE_CASES)
def risk(case: Case) -> ResponseReturnValue:
    """Every assessment of the risk, the newest first; the form where there is none yet."""
    assessed = service.risk_assessments_of(case)
    may_write = may(viewer(), Permission.WORK_ON_CASES, case)
    if not assessed and may_write:
        return see_other("assessment.new_risk", reference=case.reference)
    return page(
        "assessment/risk.html",
        case=case,
        assessed=assessed,
        may_write=may_write,
        names=staff.names_of(one.made_by for one in assessed),
        flags=[rules.flags(one.level, one.responses) for one in assessed],
        lacking=_lacking_words(assessed[0]) if assessed else [],
        earlier=service.earlier_cases(viewer(), case, people_in(case)),
        **_words(),
    )


@bp.route("/cases/<reference>/risk/new", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def new_risk(case: Case) -> ResponseReturnValue:
    newest = next(iter(service.risk_assessments_of(case)), None)
    form = open_form(forms.RiskForm, data=_as_before(newest))
    if form.validate_on_submit():
        service.assess_risk(
            viewer(),
            case,
            level=form.level.data,
            responses=form.responses.data,
            words=form.words(),
            made=form.made.data,
        )
        return see_other("assessment.risk", reference=case.reference)
    return page(
        "assessment/new_risk.html",
        form=form,
        case=case,
        newest=newest,
        required=rules.REQUIRED_CONSIDERATIONS,
        earlier=service.earlier_cases(viewer(), case, people_in(case)),
        **_words(),
    )


def _words() -> dict[str, Any]:
    return {
        "tips": tips(),
        "levels": vocabulary("continuum"),
        "responses": vocabulary("responses"),
        "considerations": vocabulary("considerations"),
        "parts": vocabulary("parts"),
    }


def _as_before(newest: RiskAssessment | None) -> dict[str, Any]:
    """A new assessment begins with what the newest one said."""
    data: dict[str, Any] = {"made": Happened.of(clock.now())}
    if newest is None:
        return data
    considered, reasons = newest.considerations or {}, newest.response_reasons or {}
    return {
        **data,
        "level": newest.level,
        "level_reason": newest.level_reason,
        "responses": newest.responses,
        "no_social_care_reason": newest.no_social_care_reason,
        **{f"consider_{code}": text for code, text in considered.items()},
        **{f"reason_{code}": text for code, text in reasons.items()},
    }


def _lacking_words(one: RiskAssessment) -> list[str]:
    """What a full assessment still needs, in words."""
    found = []
    for code in steps.lacking(one):
        kind, _, response = code.partition(":")
        if kind == "reason":
            found.append(f"The reason for “{vocabulary('responses').label(response)}”")
        elif code in vocabulary("considerations"):
            found.append(vocabulary("considerations").label(code))
        else:
            found.append({"level": "The level", "response": "A response"}[code])
    return found
