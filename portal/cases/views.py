"""Pages about a case as a whole: what it is about, who can see it, who has looked, its steps."""

from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue

from portal.cases import forms, history, preferences, service, sharing
from portal.cases.access import case_view, may
from portal.cases.models import Case, Exclusion, StepMark
from portal.cases.pages import case_page
from portal.cases.steps import address
from portal.cases.words import STEPS
from portal.guidance.catalogue import tips
from portal.journal import reading
from portal.staff import service as staff
from portal.staff.roles import Permission, Role
from portal.staff.viewer import viewer
from portal.web.errors import Missing, NotPossible
from portal.web.pages import go, open_form, refuse_stale

bp = Blueprint("cases", __name__)

SEEN_LAST = 200
_MARK = " (a young person would rather they did not know)"


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


@bp.get("/cases/<reference>/access")
@case_view(Permission.SEE_CASES)
def access(case: Case) -> ResponseReturnValue:
    who = viewer()
    shut_out = service.exclusions_of(case)
    names = staff.names_of([*(one.member_id for one in shut_out), case.lead_id])
    seeing = sharing.who_can(case)
    people = service.people_in(case)
    return case_page(
        "cases/access.html",
        case,
        seeing=[(one, sharing.role_words(one)) for one in seeing],
        marks=preferences.marks_on(preferences.rather_not(case, people), seeing),
        wishes=preferences.named_by(case, people),
        excluded={one.member_id for one in shut_out},
        inside={one.id for one in seeing},
        may_note=case.is_open and may(who, Permission.WORK_ON_CASES, case),
        shut_out=shut_out,
        names=names,
        own_id=who.id,
        may_manage=may(who, Permission.MANAGE_ACCESS, case),
    )


@bp.route("/cases/<reference>/access/shut-out", methods=["GET", "POST"])
@case_view(Permission.MANAGE_ACCESS, fresh=True)
def shut_out(case: Case) -> ResponseReturnValue:
    colleagues = {one.id: one for one in sharing.could_be_shut_out(case)}
    form = open_form(forms.ShutOutForm)
    form.member.choices = [(one.id, one.name) for one in colleagues.values()]
    if form.validate_on_submit():
        chosen = colleagues[form.member.data]
        try:
            sharing.shut_out(viewer(), case, chosen, form.reason.data)
        except NotPossible as why:
            form.member.errors = [str(why)]
        else:
            own = chosen.id == viewer().id
            return go("/cases" if own else address(case, "access"))
    return case_page("cases/shut_out.html", case, form=form)


@bp.route("/cases/<reference>/access/<uuid:exclusion_id>/lift", methods=["GET", "POST"])
@case_view(Permission.MANAGE_ACCESS, fresh=True)
def lift(case: Case, exclusion_id: UUID) -> ResponseReturnValue:
    shut = service.get_in(case, Exclusion, exclusion_id)
    if shut.lifted_at is not None:
        raise Missing
    form = open_form(forms.ReasonForm)
    if form.validate_on_submit():
        service.lift_exclusion(viewer(), shut, form.reason.data)
        return go(address(case, "access"))
    name = staff.names_of([shut.member_id]).get(shut.member_id, "")
    return case_page("cases/lift.html", case, form=form, shut=shut, name=name)


@bp.route("/cases/<reference>/access/lead", methods=["GET", "POST"])
@case_view(Permission.MANAGE_ACCESS, fresh=True)
def new_lead(case: Case) -> ResponseReturnValue:
    form = open_form(forms.NewLeadForm, version=case.version)
    colleagues = sharing.could_lead(case)
    marks = preferences.marks_on(preferences.rather_not(case), colleagues)
    form.lead.choices = [
        (one.id, f"{one.name}, {sharing.role_words(one)}{_MARK if one.id in marks else ''}")
        for one in colleagues
    ]
    lead = staff.names_of([case.lead_id])
    if form.validate_on_submit():
        now = lead.get(case.lead_id, "") if case.lead_id else ""
        refuse_stale(case, form, {"lead": now, "reason": ""})
        service.give_to(viewer(), case, form.lead.data, form.reason.data)
        return go(address(case, "access"))
    return case_page("cases/new_lead.html", case, form=form, lead=lead, marks=marks)


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
