"""Printing: choose what and for whom, get a number, then fetch the copy.

The POST writes down who gets what and why; only then is there anything to fetch. The file is laid
out outside the session, and is not handed out where that cannot be noted.
"""

from dataclasses import replace
from uuid import UUID

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from portal.casefile import chronology, copies, documents, presets, service
from portal.casefile.forms import PrintForm, SummaryForm
from portal.casefile.models import Print
from portal.cases import service as cases
from portal.cases.access import case_view
from portal.cases.models import Case
from portal.cases.steps import address
from portal.db import close_session
from portal.staff.roles import Permission
from portal.staff.service import names_of
from portal.staff.viewer import viewer
from portal.web.errors import NotPossible
from portal.web.here import own_address
from portal.web.isolated import isolated
from portal.web.pages import go, open_form, page
from portal.web.unit_of_work import after_the_request

bp = Blueprint("prints", __name__)


@bp.route("/cases/<reference>/print", methods=["GET", "POST"])
@case_view(Permission.PRINT, fresh=True)
def print_summary(case: Case) -> ResponseReturnValue:
    people = cases.people_in(case)
    preset = presets.summary_for(case, request.args)
    form = open_form(SummaryForm, data=preset.data)
    form.people.choices = [(one.id, isolated(one.name), copies.part_words(one)) for one in people]
    if form.validate_on_submit():
        new = new_print(copies.SUMMARY, form)
        return printed(
            case, replace(new, parts=form.parts.data, people=[str(one) for one in form.people.data])
        )
    return page(
        "casefile/print.html",
        form=form,
        preset=preset,
        action=own_address(),
        **context(case),
        reserved=copies.reserved(case, people),
    )


@bp.route("/cases/<reference>/chronology/print", methods=["GET", "POST"])
@case_view(Permission.PRINT, fresh=True)
def print_chronology(case: Case) -> ResponseReturnValue:
    form = open_form(PrintForm)
    wanted = chronology.read_filter(request.args)
    if form.validate_on_submit():
        codes = [f"{name}={value}" for name, value in wanted.codes.items()]
        return printed(case, replace(new_print(copies.CHRONOLOGY, form), parts=codes))
    showing = chronology.showing(wanted)
    people = cases.people_in(case)
    return page(
        "casefile/print_chronology.html",
        form=form,
        showing=showing,
        action=own_address(),
        reserved=copies.reserved(case, people),
        **context(case),
    )


@bp.get("/cases/<reference>/prints/<uuid:print_id>")
@case_view(Permission.PRINT, fresh=True)
def show_print(case: Case, print_id: UUID) -> ResponseReturnValue:
    copy = cases.get_in(case, Print, print_id)
    return page(
        "casefile/printed.html",
        case_head=_head(case),
        at=address(case),
        copy=copy,
        by=names_of([copy.printed_by]).get(copy.printed_by, ""),
        document=documents.TITLES[copy.document],
        again=documents.again(copy),
        outdated=copies.is_outdated(case, copy),
    )


@bp.get("/cases/<reference>/prints/<uuid:print_id>/file")
@case_view(Permission.PRINT, fresh=True)
def fetch(case: Case, print_id: UUID) -> ResponseReturnValue:
    copy = cases.get_in(case, Print, print_id)
    if copies.is_outdated(case, copy):
        raise NotPossible(
            "The record has changed since this copy was made, so it would no longer say the same. "
            "Print a new copy."
        )
    name, lay_out = copies.file_name(case, copy), documents.prepared(case, copy)
    after_the_request(service.note_fetch(viewer(), copy))
    close_session()
    response = Response(lay_out(), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def new_print(document: str, form: PrintForm) -> service.NewPrint:
    """What every copy asks, as it was answered."""
    return service.NewPrint(
        document=document,
        recipient_kind=form.recipient_kind.data,
        recipient=form.recipient_text,
        purpose=form.purpose_text,
        parts=[],
        people=[],
    )


def printed(case: Case, new: service.NewPrint) -> ResponseReturnValue:
    """Give the copy its number and go where it is fetched."""
    copy = service.record_print(viewer(), case, new)
    return go(address(case, "prints", str(copy.id)))


def context(case: Case) -> dict[str, object]:
    """What every page about printing shows beside its form."""
    earlier = service.prints_of(case)
    return {
        "case_head": _head(case),
        "at": address(case),
        "earlier": earlier,
        "names": names_of(one.printed_by for one in earlier),
        "titles": documents.TITLES,
    }


def _head(case: Case) -> dict[str, object]:
    return {"reference": case.reference, "facts": ()}
