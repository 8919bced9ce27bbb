"""Imagery that was seen, by accident or because it was decided: words about it, never the thing."""

from typing import Any
from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue

from portal.cases import corrections, service
from portal.cases import forms_viewings as forms
from portal.cases.access import case_view, may
from portal.cases.forms_records import said
from portal.cases.models import Case, ImageryViewing, ViewingKind
from portal.cases.pages import case_page
from portal.cases.steps import address
from portal.cases.words import VIEWING_KINDS
from portal.guidance.catalogue import tips
from portal.staff.roles import Permission
from portal.staff.viewer import viewer
from portal.web.form_base import Form
from portal.web.pages import go, open_form, refuse_stale

bp = Blueprint("cases_viewings", __name__)

FORMS: dict[str, tuple[type[Form], type[Form]]] = {
    ViewingKind.ACCIDENTAL.value: (forms.ViewingForm, forms.CorrectViewingForm),
    ViewingKind.AUTHORISED.value: (forms.AuthorisedViewingForm, forms.CorrectAuthorisedViewingForm),
}
TITLES = {
    ViewingKind.ACCIDENTAL.value: "Somebody saw it by accident or was shown it",
    ViewingKind.AUTHORISED.value: "It was decided that it must be viewed",
}
ANY = f"any({', '.join(FORMS)})"
# What a form sends along besides its questions.
_AROUND = frozenset({"csrf_token", "sheet", "version", "reason"})


@bp.get("/cases/<reference>/viewings")
@case_view(Permission.SEE_CASES)
def listing(case: Case) -> ResponseReturnValue:
    asked = {kind: made(formdata=None) for kind, (made, _) in FORMS.items()}
    return case_page(
        "cases/viewings.html",
        case,
        records=[
            (one, VIEWING_KINDS[one.kind], _rows(asked[one.kind], one))
            for one in service.records_of(case, ImageryViewing)
        ],
        titles=TITLES,
        tip=tips()["evidence"],
        may_work=may(viewer(), Permission.WORK_ON_CASES, case),
    )


@bp.route(f"/cases/<reference>/viewings/new/<{ANY}:kind>", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def add(case: Case, kind: str) -> ResponseReturnValue:
    form = open_form(FORMS[kind][0])
    if form.validate_on_submit():
        words, happened = _sent(form)
        service.add_viewing(viewer(), case, happened, words, ViewingKind(kind))
        return go(address(case, "viewings"))
    return _form_page(case, kind, form, TITLES[kind], "Save the record")


@bp.route("/cases/<reference>/viewings/<uuid:viewing_id>", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def correct(case: Case, viewing_id: UUID) -> ResponseReturnValue:
    record = service.get_in(case, ImageryViewing, viewing_id)
    correct_form = FORMS[record.kind][1]
    begun = {name: getattr(record, name) for name in _names(correct_form(formdata=None))}
    form = open_form(correct_form, data=begun, version=record.version)
    if form.validate_on_submit():
        refuse_stale(record, form, {name: said(form[name], begun[name]) for name in begun})
        words, happened = _sent(form)
        corrections.correct(viewer(), record, words, happened, form["reason"].data)
        return go(address(case, "viewings"))
    return _form_page(
        case, record.kind, form, "Correct the record of a viewing", "Save the correction"
    )


def _form_page(case: Case, kind: str, form: Form, title: str, button: str) -> ResponseReturnValue:
    decided = kind == ViewingKind.AUTHORISED.value
    return case_page(
        "cases/viewing_form.html",
        case,
        form=form,
        title=title,
        button=button,
        names=[*_names(form), *(["reason"] if "reason" in form else [])],
        tip=tips()["imagery_authorised" if decided else "imagery_seen"],
        evidence=tips()["evidence"],
        decided=decided,
    )


def _names(form: Form) -> list[str]:
    """The questions of a form, in the order in which they are asked."""
    return [field.name for field in form if field.name not in _AROUND]


def _sent(form: Form) -> tuple[dict[str, str], Any]:
    """The words that were sent, and when it happened."""
    words = {name: form[name].data or "" for name in _names(form) if name != "happened"}
    return words, form["happened"].data


def _rows(asked: Form, record: ImageryViewing) -> list[dict[str, str]]:
    return [
        {
            "label": asked[name].label.text,
            "value": said(asked[name], getattr(record, name)) or "Not recorded",
        }
        for name in _names(asked)
        if name != "shown_by" or record.shown_by
    ]
