"""Searches of somebody or of their things: each is recorded, whatever came of it."""

from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue

from portal import clock
from portal.cases.access import case_view, may
from portal.cases.forms_records import said
from portal.cases.models import Case, Involved
from portal.cases.pages import case_page
from portal.cases.service import get_in, people_in
from portal.cases.steps import address
from portal.clock import Happened
from portal.devices import facts, searches
from portal.devices import forms_searches as forms
from portal.devices.models import DeviceSearch
from portal.guidance.catalogue import tips
from portal.staff.roles import Permission
from portal.staff.viewer import viewer
from portal.web.form_base import Form
from portal.web.pages import go, open_form, refuse_stale

bp = Blueprint("devices_searches", __name__)
EVERY_SEARCH = (
    "Every search is recorded, also one that found nothing and one that they did not agree to."
)
SEARCH = "/cases/<reference>/searches/<uuid:search_id>"


@bp.route("/cases/<reference>/searches/new", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def new(case: Case) -> ResponseReturnValue:
    who = viewer()
    data = {"searcher": who.name, "happened": Happened.of(clock.now())}
    form = open_form(forms.SearchForm, data=data)
    _offer(form, case)
    if form.validate_on_submit():
        made = searches.record_search(who, case, form.facts(), form.words(), form.happened.data)
        return go(address(case, "searches", str(made.id)))
    return _page(case, form, "Record a search", "Save the search", forms.ORDER)


@bp.get(SEARCH)
@case_view(Permission.SEE_CASES)
def show(case: Case, search_id: UUID) -> ResponseReturnValue:
    search = get_in(case, DeviceSearch, search_id)
    return case_page(
        "devices/search.html",
        case,
        search=search,
        facts=facts.search_facts(search, _whom(case, search)),
        found=[(one, facts.name_of(one)) for one in searches.found_in(search)],
        may_work=may(viewer(), Permission.WORK_ON_CASES, case),
        tips=tips(),
    )


@bp.route(f"{SEARCH}/correct", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def correct(case: Case, search_id: UUID) -> ResponseReturnValue:
    search = get_in(case, DeviceSearch, search_id)
    asked = (*forms.FACTS, *forms.WORDS, "happened")
    begun = {name: getattr(search, name) for name in asked}
    form = open_form(forms.CorrectSearchForm, data=begun, version=search.version)
    _offer(form, case)
    if form.validate_on_submit():
        refuse_stale(search, form, {name: said(form[name], begun[name]) for name in asked})
        changes = {**form.facts(), **form.words()}
        searches.correct_search(viewer(), case, search, changes, form.why.data, form.happened.data)
        return go(address(case, "searches", str(search.id)))
    names = (*forms.ORDER, "why")
    return _page(case, form, "Correct a search", "Save the correction", names, search)


@bp.route(f"{SEARCH}/parent", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def parent(case: Case, search_id: UUID) -> ResponseReturnValue:
    search = get_in(case, DeviceSearch, search_id)
    begun = {"parent_told": search.parent_told, "parent_words": search.parent_words}
    form = open_form(forms.ParentForm, data=begun, version=search.version)
    if form.validate_on_submit():
        refuse_stale(search, form, {name: said(form[name], begun[name]) for name in begun})
        searches.tell_parent(viewer(), case, search, form.parent_told.data, form.parent_words.data)
        return go(address(case, "searches", str(search.id)))
    names = ("parent_told", "parent_words")
    return _page(case, form, "A parent or carer and the search", "Save", names, search)


def _page(
    case: Case,
    form: Form,
    title: str,
    button: str,
    names: tuple[str, ...],
    search: DeviceSearch | None = None,
) -> ResponseReturnValue:
    back = address(case, "searches", str(search.id)) if search else address(case, "devices")
    return case_page(
        "devices/form.html",
        case,
        form=form,
        title=title,
        button=button,
        names=names,
        back_to=back,
        back_text="The search" if search else "Devices",
        lead="" if search else EVERY_SEARCH,
        tip=tips()["searching"],
    )


def _offer(form: forms.SearchForm, case: Case) -> None:
    form.involved_id.choices = [(one.id, one.name) for one in people_in(case)]


def _whom(case: Case, search: DeviceSearch) -> str:
    return get_in(case, Involved, search.involved_id).name if search.involved_id else search.who
