"""Printing a young person’s wishes, plan and help sheet; the blank forms for everybody."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from portal.casefile import copies, form_papers, help_papers, service
from portal.casefile import forms_young as forms
from portal.casefile.blank_papers import FORMS
from portal.casefile.forms_family import PARENT, YOUNG_PERSON
from portal.casefile.print_views import context, new_print, printed
from portal.casefile.sifting import around
from portal.casefile.summary import is_young
from portal.cases import preferences
from portal.cases import service as cases
from portal.cases.access import case_view
from portal.cases.models import Case, Involved
from portal.cases.models_wishes import Wishes
from portal.cases.steps import address
from portal.db import close_session
from portal.family.forms import carer_choices
from portal.guidance.catalogue import Service
from portal.plans import reading
from portal.plans.models import Plan
from portal.printing.help_sheet import TITLE as HELP_SHEET
from portal.staff.access import needs
from portal.staff.roles import Permission
from portal.staff.viewer import viewer
from portal.web.errors import Missing
from portal.web.here import own_address
from portal.web.isolated import isolated
from portal.web.pages import open_form, page

bp = Blueprint("prints_forms", __name__)


# A filled form of a case


@bp.route("/cases/<reference>/wishes/<uuid:wishes_id>/print", methods=["GET", "POST"])
@case_view(Permission.PRINT, fresh=True)
def wishes(case: Case, wishes_id: UUID) -> ResponseReturnValue:
    visit = cases.get_in(case, Wishes, wishes_id)
    young = cases.get_involved(case, visit.involved_id)
    form = _form_for(case, young)
    if form.validate_on_submit():
        return printed(case, replace(_copy(form_papers.WISHES, form), subject_id=visit.id))
    back = address(case, "wishes", str(young.id))
    shows_marks = any(one.standing == "rather_not" for one in visit.people)
    return _form_page(case, form, young, back, "Print the wishes", shows_marks=shows_marks)


@bp.route("/cases/<reference>/plans/<uuid:plan_id>/print", methods=["GET", "POST"])
@case_view(Permission.PRINT, fresh=True)
def plan(case: Case, plan_id: UUID) -> ResponseReturnValue:
    """The plan as it stands, or the edition that `?edition=` names."""
    whole = reading.whole(cases.get_in(case, Plan, plan_id))
    edition = form_papers.chosen_edition(whole, request.args.get("edition", ""))
    form = _form_for(case, whole.young)
    if form.validate_on_submit():
        new = _copy(form_papers.PLAN, form)
        words = {**new.words, **({form_papers.EDITION: str(edition.id)} if edition else {})}
        return printed(case, replace(new, subject_id=whole.plan.id, words=words))
    back = address(case, "plans", str(whole.plan.id))
    title = f"Print edition {edition.number} of the plan" if edition else "Print the plan"
    return _form_page(case, form, whole.young, back, title, shows_marks=False)


def _form_for(case: Case, young: Involved) -> forms.YoungPrintForm:
    """The form of one copy, with the people at home who can get it."""
    form = open_form(forms.YoungPrintForm, data={"recipient_kind": YOUNG_PERSON})
    known = around(case, young)
    links = [link for home in known.homes for link in home]
    form.recipient_kind.choices = [one for one in forms.READERS if links or one[0] != PARENT]
    form.links = {link.id: link for link in links}
    form.marked = [one for one in preferences.rather_not(case) if one.whose.id == young.id]
    marks = {
        link.id: [
            one.sentence
            for one in preferences.about(
                form.marked, person_id=link.carer_id, name=link.carer.full_name
            )
        ]
        for link in links
    }
    form.reader.choices = carer_choices(links, marks)
    form.young_name = young.name
    return form


def _copy(document: str, form: forms.YoungPrintForm) -> service.NewPrint:
    new = new_print(document, form)
    reader = [str(form.reader.data)] if form.recipient_kind.data == PARENT else []
    words = {"despite": form.despite.data} if form.meant() else {}
    return replace(new, parts=reader, words=words)


def _form_page(
    case: Case,
    form: forms.YoungPrintForm,
    young: Involved,
    back: str,
    title: str,
    *,
    shows_marks: bool,
) -> ResponseReturnValue:
    return page(
        "casefile/print_form.html",
        form=form,
        young=young,
        back=back,
        title=title,
        marked=form.marked,
        shows_marks=shows_marks,
        **_shown(case),
    )


# The help sheet


@bp.route("/cases/<reference>/people/<uuid:involved_id>/help/print", methods=["GET", "POST"])
@case_view(Permission.PRINT, fresh=True)
def help_sheet(case: Case, involved_id: UUID) -> ResponseReturnValue:
    young = cases.get_involved(case, involved_id)
    if not is_young(young):
        raise Missing
    begun = help_papers.known_help(case, young)
    return _help(case, young, begun, (help_papers.HELP, young.id), address(case))


@bp.route("/cases/<reference>/plans/<uuid:plan_id>/help/print", methods=["GET", "POST"])
@case_view(Permission.PRINT, fresh=True)
def plan_help(case: Case, plan_id: UUID) -> ResponseReturnValue:
    """The same sheet, with the adult, day, time and room that the plan names."""
    whole = reading.whole(cases.get_in(case, Plan, plan_id))
    own, known = whole.plan, help_papers.known_help(case, whole.young)
    begun = {
        "adult": own.help_adult or known.get("adult", ""),
        "when": own.help_when or known.get("when", ""),
        "where": own.help_where or known.get("where", ""),
    }
    back = address(case, "plans", str(own.id))
    return _help(case, whole.young, begun, (help_papers.HELP_OF_PLAN, own.id), back)


def _help(
    case: Case, young: Involved, begun: dict[str, str], what: tuple[str, UUID], back: str
) -> ResponseReturnValue:
    services = help_papers.for_young_people(case.school_id)
    reports = [one for one in services if one.code in help_papers.REPORTS]
    others = [one for one in services if one.code not in help_papers.REPORTS]
    form = open_form(
        forms.HelpSheetForm,
        data=begun | {"helplines": _quiet(others), "reports": _quiet(reports)},
    )
    form.helplines.choices, form.reports.choices = _choices(others), _choices(reports)
    if form.validate_on_submit():
        new = service.NewPrint(
            document=what[0],
            recipient_kind=YOUNG_PERSON,
            recipient=young.name,
            purpose="Help sheet to take home",
            parts=[*(form.helplines.data or []), *(form.reports.data or [])],
            people=[str(young.id)],
            subject_id=what[1],
            words={name: form[name].data or "" for name in help_papers.ASKED},
        )
        return printed(case, new)
    return page(
        "casefile/print_form_help.html",
        form=form,
        young=young,
        back=back,
        title="Print a help sheet",
        sheet=HELP_SHEET,
        **_shown(case),
    )


def _quiet(services: list[Service]) -> list[str]:
    return [one.code for one in services if one.code in help_papers.QUIET]


def _choices(services: list[Service]) -> list[tuple[str, Markup, str]]:
    return [(one.code, isolated(one.name), _reached(one)) for one in services]


def _reached(one: Service) -> str:
    if one.telephone:
        return one.telephone
    return f"Text {one.text_message}" if one.text_message else "Online"


def _shown(case: Case) -> dict[str, Any]:
    return {
        "action": own_address(),
        "reserved": copies.reserved(case, cases.people_in(case)),
        **context(case),
    }


# Blank forms, for everybody who works here


@bp.get("/forms")
@needs(Permission.USE_PORTAL)
def blank_forms() -> ResponseReturnValue:
    may_record = viewer().may(Permission.RECORD_DISCLOSURE)
    return page("guidance/forms.html", forms=FORMS.values(), may_record=may_record)


@bp.get("/forms/disclosure.pdf")
@needs(Permission.USE_PORTAL)
def blank_disclosure() -> Response:
    return _blank("disclosure")


@bp.get("/forms/wishes.pdf")
@needs(Permission.USE_PORTAL)
def blank_wishes() -> Response:
    return _blank("wishes")


@bp.get("/forms/plan.pdf")
@needs(Permission.USE_PORTAL)
def blank_plan() -> Response:
    return _blank("plan")


def _blank(code: str) -> Response:
    form = FORMS[code]
    lay_out = form.prepare(viewer().school)
    close_session()
    response = Response(lay_out(), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{form.file_name}"'
    return response
