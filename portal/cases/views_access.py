"""Who can see a case and why: the register, giving and ending access, shutting out, the lead."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from portal.cases import (
    emergencies,
    forms_access,
    grant_rules,
    grants,
    preferences,
    service,
    sharing,
)
from portal.cases.access import case_view, may
from portal.cases.forms import ReasonForm
from portal.cases.models import Case, Exclusion
from portal.cases.models_access import EmergencyAccess, Grant
from portal.cases.pages import case_page
from portal.cases.register import GONE, register
from portal.cases.steps import address
from portal.cases.words import EMERGENCY_FINDINGS, GRANT_PARTS
from portal.guidance.catalogue import tips
from portal.staff import service as staff
from portal.staff.roles import Permission, Role
from portal.staff.viewer import viewer
from portal.web.dates import plain_day
from portal.web.errors import Missing, NotPossible
from portal.web.pages import go, open_form, refuse_stale

bp = Blueprint("case_access", __name__)


@bp.get("/cases/<reference>/access")
@case_view(Permission.SEE_CASES)
def show(case: Case) -> ResponseReturnValue:
    who = viewer()
    return case_page(
        "cases/access.html",
        case,
        register=register(case),
        findings=EMERGENCY_FINDINGS,
        own_id=who.id,
        why_none=grants.why_none(case),
        may_note=case.is_open and may(who, Permission.WORK_ON_CASES, case),
        may_manage=may(who, Permission.MANAGE_ACCESS, case),
        sees_shut_out=may(who, Permission.COUNTERSIGN, case),
    )


@bp.route("/cases/<reference>/access/give", methods=["GET", "POST"])
@case_view(Permission.MANAGE_ACCESS, fresh=True)
def give(case: Case) -> ResponseReturnValue:
    """Parts of the case for a colleague, for a time. A link may say for whom and about whom."""
    why_none = grants.why_none(case)
    if why_none:
        if request.method == "POST":
            raise NotPossible(why_none)
        return case_page("cases/grant_none.html", case, why=why_none)
    colleagues, young = grants.could_be_given(case), grants.young_in(case)
    form = open_form(forms_access.GrantForm, data=_begun(case))
    marks = preferences.marks_on(preferences.rather_not(case), colleagues)
    form.offer(colleagues, marks)
    form.about.choices = [(one.id, one.name) for one in young]
    if form.validate_on_submit():
        new = _new_grant(form)
        there = grants.there_already(case, new)
        if not there:
            grants.give(viewer(), case, new)
            return go(address(case, "access"))
        form.refuse_given(there)
    return case_page("cases/grant.html", case, form=form, **_beside(case, form))


def _begun(case: Case) -> dict[str, Any]:
    begun = forms_access.grant_begun(request.args)
    about, member = _uuid(begun["about"]), _uuid(begun["member"])
    if about is not None and member is not None:
        begun["reason"] = grants.asked_for(preferences.newest(case), about, member)
    return begun


def _new_grant(form: forms_access.GrantForm) -> grants.NewGrant:
    return grants.NewGrant(
        member_id=form.member.data,
        parts=form.parts.data,
        may_write=form.may_write,
        until=grant_rules.end_of(form.until.data),
        reason=form.reason.data,
        about=form.about.data,
        against_wish=form.why_against_wish,
    )


def _beside(case: Case, form: forms_access.GrantForm) -> dict[str, Any]:
    """Whom a link named who cannot be chosen, so that the page can say what else there is."""
    wanted = _uuid(request.args.get("member"))
    offered = {option.value for option in form.member.choices}
    named = wanted if wanted not in offered else None
    about = _uuid(request.args.get("about"))
    query = urlencode({name: one for name, one in (("member", named), ("about", about)) if one})
    return {
        "named": named,
        "note": address(case, "need-to-know", "new") + (f"?{query}" if named else ""),
        "marks": form.marks,
        "tip": tips()["need_to_know"],
    }


@bp.route("/cases/<reference>/access/grants/<uuid:grant_id>/end", methods=["GET", "POST"])
@case_view(Permission.MANAGE_ACCESS, fresh=True)
def end(case: Case, grant_id: UUID) -> ResponseReturnValue:
    one, all_of_it = _standing(case, grant_id)
    form = open_form(forms_access.EndGrantForm, data={"which": [one.id]}, version=one.version)
    form.which.choices = _as_choices(case, all_of_it)
    if form.validate_on_submit():
        refuse_stale(one, form, {"reason": one.end_reason})
        chosen = [each for each in all_of_it if each.id in form.which.data]
        grants.end(viewer(), chosen, form.reason.data)
        return go(address(case, "access"))
    return case_page("cases/grant_end.html", case, form=form, name=_name(one.member_id))


@bp.route("/cases/<reference>/access/grants/<uuid:grant_id>/until", methods=["GET", "POST"])
@case_view(Permission.MANAGE_ACCESS, fresh=True)
def until(case: Case, grant_id: UUID) -> ResponseReturnValue:
    one, all_of_it = _standing(case, grant_id)
    last = grant_rules.last_day(one.until)
    form = open_form(
        forms_access.UntilForm, data={"which": [one.id], "until": last}, version=one.version
    )
    form.which.choices = _as_choices(case, all_of_it)
    if form.validate_on_submit():
        refuse_stale(one, form, {"until": plain_day(last)})
        chosen = [each for each in all_of_it if each.id in form.which.data]
        to = grant_rules.end_of(form.until.data)
        grants.change_until(viewer(), chosen, to, form.reason.data)
        return go(address(case, "access"))
    return case_page("cases/grant_until.html", case, form=form, name=_name(one.member_id))


def _standing(case: Case, grant_id: UUID) -> tuple[Grant, list[Grant]]:
    """A grant of this case that still stands, and all that the same colleague has."""
    one = service.get_in(case, Grant, grant_id)
    if not grants.stands(one):
        raise NotPossible(grants.ENDED)
    return one, grants.of_the_same(case, one)


def _as_choices(case: Case, found: list[Grant]) -> list[tuple[UUID, str]]:
    names = {one.id: one.name for one in service.people_in(case)}
    return [
        (
            one.id,
            f"{GRANT_PARTS[one.part]}"
            + (f", about {names.get(one.involved_id, '')}" if one.involved_id else "")
            + (", to read and write" if one.may_write else ", to read")
            + f", until {plain_day(grant_rules.last_day(one.until))}",
        )
        for one in found
    ]


@bp.route(
    "/cases/<reference>/access/emergencies/<uuid:emergency_id>/review", methods=["GET", "POST"]
)
@case_view(Permission.MANAGE_ACCESS, fresh=True)
def review(case: Case, emergency_id: UUID) -> ResponseReturnValue:
    """Whether it was right to open the case: said by somebody other than who opened it."""
    one = service.get_in(case, EmergencyAccess, emergency_id)
    if one.member_id == viewer().id:
        raise NotPossible(emergencies.OWN)
    if one.reviewed_at is not None:
        raise NotPossible(emergencies.REVIEWED)
    form = open_form(forms_access.ReviewForm, version=one.version)
    if form.validate_on_submit():
        refuse_stale(one, form, {"review": one.review})
        emergencies.review(viewer(), one, form.finding.data, form.review.data)
        return go(address(case, "access"))
    return case_page(
        "cases/emergency_review.html",
        case,
        form=form,
        one=one,
        name=_name(one.member_id),
        role=Role(one.role).label,
        running=emergencies.running(one),
    )


@bp.route("/cases/<reference>/access/shut-out", methods=["GET", "POST"])
@case_view(Permission.MANAGE_ACCESS, fresh=True)
def shut_out(case: Case) -> ResponseReturnValue:
    colleagues = {one.id: one for one in sharing.could_be_shut_out(case)}
    form = open_form(forms_access.ShutOutForm)
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
    form = open_form(ReasonForm)
    if form.validate_on_submit():
        service.lift_exclusion(viewer(), shut, form.reason.data)
        return go(address(case, "access"))
    return case_page("cases/lift.html", case, form=form, shut=shut, name=_name(shut.member_id))


@bp.route("/cases/<reference>/access/lead", methods=["GET", "POST"])
@case_view(Permission.MANAGE_ACCESS, fresh=True)
def new_lead(case: Case) -> ResponseReturnValue:
    form = open_form(forms_access.NewLeadForm, version=case.version)
    colleagues = sharing.could_lead(case)
    marks = preferences.marks_on(preferences.rather_not(case), colleagues)
    form.lead.choices = [
        (
            one.id,
            f"{one.name}, {sharing.role_words(one)}{forms_access.MARK if one.id in marks else ''}",
        )
        for one in colleagues
    ]
    lead = staff.names_of([case.lead_id])
    if form.validate_on_submit():
        now = lead.get(case.lead_id, "") if case.lead_id else ""
        refuse_stale(case, form, {"lead": now, "reason": ""})
        service.give_to(viewer(), case, form.lead.data, form.reason.data)
        return go(address(case, "access"))
    return case_page("cases/new_lead.html", case, form=form, lead=lead, marks=marks)


def _name(member_id: UUID) -> str:
    return staff.names_of([member_id]).get(member_id, GONE)


def _uuid(text: object) -> UUID | None:
    try:
        return UUID(text) if isinstance(text, str) else None
    except ValueError:
        return None
