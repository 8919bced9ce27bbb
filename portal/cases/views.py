"""Pages about a case as a whole: what it is about, who has looked at it, its steps."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from portal.cases import forms, history, service
from portal.cases.access import case_view
from portal.cases.models import Case, StepMark
from portal.cases.pages import case_page
from portal.cases.steps import address
from portal.cases.words import STEPS
from portal.guidance.catalogue import tips
from portal.journal import reading
from portal.staff import service as staff
from portal.staff.roles import Permission, Role
from portal.staff.viewer import viewer
from portal.web.errors import Missing
from portal.web.pages import go, open_form, refuse_stale

bp = Blueprint("cases", __name__)

SEEN_LAST = 200


@bp.route("/cases/<reference>/about", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def about(case: Case) -> ResponseReturnValue:
    form = open_form(forms.about_form(), data=forms.about_data(case), version=case.version)
    if form.validate_on_submit():
        refuse_stale(case, form, forms.about_words(case))
        service.change_told(viewer(), case, form.told(case), form.reason.data)
        return go(address(case))
    danger = [tips()["danger_now"], tips()["self_harm"]]
    return case_page("cases/about.html", case, form=form, danger=danger)


@bp.get("/cases/<reference>/looks")
@case_view(Permission.SEE_WHO_LOOKED)
def looks(case: Case) -> ResponseReturnValue:
    looked = reading.acts(case.id, looks=True, limit=SEEN_LAST)
    done = reading.acts(case.id, looks=False, limit=SEEN_LAST)
    return case_page(
        "cases/looks.html",
        case,
        looked=looked,
        done=[(one, _versions_of(case, one)) for one in done],
        names=staff.names_of(one.actor_id for one in [*looked, *done]),
        roles={role.value: role.label for role in Role},
        last=SEEN_LAST,
    )


@bp.get("/cases/<reference>/steps")
@case_view(Permission.WORK_ON_CASES)
def steps(case: Case) -> ResponseReturnValue:
    """Which steps of the task list this case needs; the others are marked with a reason."""
    marks = {one.step: one for one in service.records_of(case, StepMark) if one.not_needed}
    return case_page("cases/steps.html", case, steps=STEPS, marks=marks)


@bp.route("/cases/<reference>/steps/<code>", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def step(case: Case, code: str) -> ResponseReturnValue:
    """Say that a step is not needed in this case, or that it is needed after all."""
    if code not in STEPS:
        raise Missing
    not_needed = code in case.not_needed
    form = open_form(forms.StepAgainForm if not_needed else forms.StepForm)
    if form.validate_on_submit():
        service.mark_step(viewer(), case, code, not_needed=not not_needed, reason=form.reason.data)
        return go(address(case))
    marks = [one for one in service.records_of(case, StepMark) if one.step == code]
    return case_page(
        "cases/step.html",
        case,
        form=form,
        title=STEPS[code],
        not_needed=not_needed,
        mark=marks[0] if marks else None,
    )


def _versions_of(case: Case, act: reading.Act) -> str:
    """Where the versions of what an act was about are read, where it was a record of this case."""
    if act.subject_id is None or history.class_of(act.subject_table) is None:
        return ""
    return address(case, "versions", act.subject_table, str(act.subject_id))
