"""Accounts, incidents and evidence: three lists that work the same way."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue

from portal.cases import corrections, service
from portal.cases import forms_records as forms
from portal.cases.access import case_view, may
from portal.cases.models import Case, EvidenceItem, Incident, OnlineProfile
from portal.cases.pages import case_page
from portal.cases.steps import address
from portal.guidance.catalogue import tips
from portal.staff.roles import Permission
from portal.staff.viewer import viewer
from portal.vault.roots import Root
from portal.web.form_base import Form
from portal.web.pages import go, open_form, refuse_stale

bp = Blueprint("cases_records", __name__)


@dataclass(frozen=True)
class Kind:
    """One of the three: its table, its forms, the words around them. The first name heads it."""

    model: type[Root]
    form: type[Form]
    correct_form: type[Form]
    names: tuple[str, ...]
    title: str
    add: str
    correct: str
    none: str
    lead: str
    tips: bool = False


KINDS = {
    "accounts": Kind(
        OnlineProfile,
        forms.ProfileForm,
        forms.CorrectProfileForm,
        ("platform", "kind", "handle", "url", "whose", "private", "note"),
        "Accounts and addresses",
        "Add an account or address",
        "Correct an account or address",
        "No account or address is recorded yet.",
        "Profiles, pages, groups, numbers and web addresses, and whose each is thought to be.",
    ),
    "incidents": Kind(
        Incident,
        forms.IncidentForm,
        forms.CorrectIncidentForm,
        ("what", "happened", "place"),
        "Incidents",
        "Add an incident",
        "Correct an incident",
        "No incident is recorded yet.",
        "Each thing that is said to have happened, with its day and place.",
    ),
    "evidence": Kind(
        EvidenceItem,
        forms.EvidenceForm,
        forms.CorrectEvidenceForm,
        ("what", "where_held"),
        "Evidence",
        "Add evidence that exists",
        "Correct what is known of evidence",
        "No evidence is recorded yet.",
        "What exists and where it is held. Never the thing itself.",
        tips=True,
    ),
}
ANY = f"any({', '.join(KINDS)})"


@bp.get(f"/cases/<reference>/<{ANY}:code>")
@case_view(Permission.SEE_CASES)
def listing(case: Case, code: str) -> ResponseReturnValue:
    kind = KINDS[code]
    asked = kind.form(formdata=None)
    return case_page(
        "cases/records.html",
        case,
        code=code,
        kind=kind,
        records=[
            (record, [_row(asked[name], record) for name in kind.names if _is_told(name, record)])
            for record in service.records_of(case, kind.model)
        ],
        tip=tips()["evidence"] if kind.tips else None,
        may_work=may(viewer(), Permission.WORK_ON_CASES, case),
    )


@bp.route(f"/cases/<reference>/<{ANY}:code>/new", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def add(case: Case, code: str) -> ResponseReturnValue:
    kind = KINDS[code]
    form = open_form(kind.form)
    if form.validate_on_submit():
        corrections.add(viewer(), case, kind.model, *_sent(kind, form))
        return go(address(case, code))
    return _form_page(case, code, form, kind.add, kind.add)


@bp.route(f"/cases/<reference>/<{ANY}:code>/<uuid:record_id>", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def correct(case: Case, code: str, record_id: UUID) -> ResponseReturnValue:
    kind = KINDS[code]
    record = service.get_in(case, kind.model, record_id)
    begun = {name: getattr(record, name) for name in kind.names}
    form = open_form(kind.correct_form, data=begun, version=record.version)
    if form.validate_on_submit():
        now_there = {name: forms.said(form[name], begun[name]) for name in kind.names}
        refuse_stale(record, form, now_there)
        words, happened = _sent(kind, form)
        corrections.correct(viewer(), record, words, happened, form["reason"].data)
        return go(address(case, code))
    return _form_page(case, code, form, kind.correct, "Save the correction")


def _form_page(case: Case, code: str, form: Form, title: str, button: str) -> ResponseReturnValue:
    kind = KINDS[code]
    names = (*kind.names, "reason") if "reason" in form else kind.names
    tip = tips()["evidence"] if kind.tips else None
    return case_page(
        "cases/record_form.html",
        case,
        form=form,
        code=code,
        kind=kind,
        title=title,
        button=button,
        names=names,
        tip=tip,
    )


def _sent(kind: Kind, form: Form) -> tuple[dict[str, str], Any]:
    """The words that were sent, and when it happened where the form asks that."""
    words = {name: form[name].data or "" for name in kind.names if name != "happened"}
    if kind.model is OnlineProfile:
        words["private"] = words["private"] or "not_known"
    return words, form["happened"].data if "happened" in form else None


def _is_told(name: str, record: Root) -> bool:
    """Whether a line is shown: that something is not recorded matters for most fields, not all."""
    return name not in {"handle", "url", "note"} or bool(getattr(record, name))


def _row(field: Any, record: Root) -> dict[str, str]:
    value = getattr(record, field.name)
    said: Callable[[Any, Any], str] = forms.said
    return {"label": field.label.text, "value": said(field, value) or "Not recorded"}
