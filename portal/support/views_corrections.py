"""Putting right what was written about an offer, a review, a view or a meeting, as a page."""

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
from portal.support import beside
from portal.support import forms_corrections as forms
from portal.support.models import (
    RestorativeMeeting,
    RestorativeView,
    SupportOffer,
    SupportReview,
)
from portal.web.pages import go, open_form, refuse_stale

bp = Blueprint("support_corrections", __name__)
KINDS: dict[str, tuple[type[Any], type[forms.CorrectForm], str]] = {
    "offers": (SupportOffer, forms.CorrectOfferForm, "Correct what was offered"),
    "reviews": (SupportReview, forms.CorrectReviewForm, "Correct how it went"),
    "views": (RestorativeView, forms.CorrectViewForm, "Correct what was said to a meeting"),
    "meetings": (RestorativeMeeting, forms.CorrectMeetingForm, "Correct what was written of it"),
}


@bp.route(
    "/cases/<reference>/support/<any(offers, reviews):code>/<uuid:record_id>/correct",
    methods=["GET", "POST"],
)
@case_view(Permission.WORK_ON_CASES, part=Part.SUPPORT)
def correct(case: Case, code: str, record_id: UUID) -> ResponseReturnValue:
    """What was offered, and how it went."""
    return _correct(case, code, record_id)


@bp.route(
    "/cases/<reference>/support/<any(views, meetings):code>/<uuid:record_id>/correct",
    methods=["GET", "POST"],
)
@case_view(Permission.WORK_ON_CASES)
def correct_meeting(case: Case, code: str, record_id: UUID) -> ResponseReturnValue:
    """What was said to a restorative meeting, and what came of one: no part of support."""
    return _correct(case, code, record_id)


def _correct(case: Case, code: str, record_id: UUID) -> ResponseReturnValue:
    kind, form_class, title = KINDS[code]
    one = cases.get_in(case, kind, record_id)
    names = form_class.asked
    begun = {name: getattr(one, name) for name in names}
    form = open_form(form_class, data=begun, version=one.version)
    if form.validate_on_submit():
        refuse_stale(one, form, {name: said(form[name], begun[name]) for name in names})
        typed = {name: form[name].data for name in names if name != "happened"}
        at = form["happened"].data if "happened" in form else None
        beside.correct(viewer(), one, typed, form["why"].data, at)
        return go(_where(case, code, one))
    return case_page(
        "support/correct.html",
        case,
        form=form,
        names=[*names, "why"],
        title=title,
        leads_to=_where(case, code, one),
    )


def _where(case: Case, code: str, one: Any) -> str:
    """The page on which the record stands."""
    if code in {"views", "meetings"}:
        return address(case, "support", "restorative")
    return address(case, "support", str(one.support_id)) + f"#{code}"
