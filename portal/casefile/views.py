"""Today, the list of cases, and the pages of one case that belong to no feature."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from portal.casefile import chronology, closing, daily, listing, service
from portal.casefile.forms import CloseForm, LinkForm, ReopenForm
from portal.casefile.gather import case_page
from portal.casefile.granted import granted_case
from portal.casefile.students import students
from portal.cases import service as cases
from portal.cases.access import case_view, may, opened_to
from portal.cases.access_rules import Part
from portal.cases.models import Case
from portal.cases.steps import address
from portal.staff.access import needs
from portal.staff.roles import Permission
from portal.staff.viewer import viewer
from portal.web.errors import Missing, NotPossible
from portal.web.pages import go, open_form, page, page_after

bp = Blueprint("casefile", __name__)


@bp.get("/today")
@needs(Permission.SEE_CASES)
def today() -> ResponseReturnValue:
    return page("casefile/today.html", today=daily.today(viewer()))


@bp.get("/supporting")
@needs(Permission.SUPPORT_STUDENTS)
def supporting() -> ResponseReturnValue:
    """The first page of pastoral staff."""
    return page("casefile/granted_students.html", shown=students(viewer()))


@bp.get("/cases")
@needs(Permission.SEE_CASES)
def case_list() -> ResponseReturnValue:
    after = page_after()
    wanted = listing.read_filter(request.args)
    return page("casefile/list.html", listed=listing.case_list(viewer(), wanted, after))


@bp.get("/cases/<reference>")
@case_view(Permission.SEE_CASES, part=None)
def show(case: Case) -> ResponseReturnValue:
    """The whole case; for somebody who was granted parts of it, those and nothing else."""
    who = viewer()
    if not may(who, Permission.SEE_CASES, case, Part.REST):
        shown_parts = granted_case(who.id, case, opened_to(who, case))
        return page("casefile/granted.html", case_head=_head(case), shown=shown_parts)
    shown = case_page(who, case)
    return page("casefile/case.html", case_head=shown.head, shown=shown)


@bp.get("/cases/<reference>/chronology")
@case_view(Permission.SEE_CASES)
def show_chronology(case: Case) -> ResponseReturnValue:
    wanted = chronology.read_filter(request.args)
    shown = chronology.chronology(case, wanted)
    return page("casefile/chronology.html", case_head=_head(case), at=address(case), shown=shown)


@bp.route("/cases/<reference>/close", methods=["GET", "POST"])
@case_view(Permission.CLOSE_CASES, fresh=True)
def close(case: Case) -> ResponseReturnValue:
    """The closing check; the form is there only when nothing is in the way."""
    check = closing.check(case)
    context = {"case_head": _head(case), "at": address(case), "check": check}
    if check.obstacles or not case.is_open:
        status = 200 if request.method == "GET" else 422
        return render_template("casefile/close.html", form=None, **context), status
    form = open_form(CloseForm, version=case.version)
    if form.validate_on_submit():
        cases.close(viewer(), case, form.reason.data, form.lessons.data, form.views.data)
        return go(address(case))
    return page("casefile/close.html", form=form, **context)


@bp.route("/cases/<reference>/reopen", methods=["GET", "POST"])
@case_view(Permission.CLOSE_CASES, fresh=True)
def reopen(case: Case) -> ResponseReturnValue:
    """Open a closed case again: whatever was given of it, and stands, counts again with it."""
    if case.is_open and request.method == "GET":
        return go(address(case))
    form = open_form(ReopenForm)
    if form.validate_on_submit():
        cases.reopen(viewer(), case, form.reason.data)
        return go(address(case))
    return page("casefile/reopen.html", form=form, case_head=_head(case), at=address(case))


@bp.route("/cases/<reference>/link", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def link(case: Case) -> ResponseReturnValue:
    form = open_form(LinkForm)
    if form.validate_on_submit():
        try:
            service.link_case(viewer(), case, form.other.data, form.why.data)
            return go(address(case))
        except Missing:
            form.other.errors = ["There is no case with this reference that you can see"]
        except NotPossible as problem:
            form.other.errors = [str(problem)]
    return page("casefile/link.html", form=form, case_head=_head(case), at=address(case))


def _head(case: Case) -> dict[str, object]:
    return {"reference": case.reference, "facts": ()}
