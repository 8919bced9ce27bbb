"""Invitations, and roles that two must agree to."""

from typing import Any
from uuid import UUID

from flask import render_template
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_login import logout_user

from portal.db import close_session
from portal.staff import passwords, service, shown_once
from portal.staff.access import needs
from portal.staff.accounts import invitations, role_requests
from portal.staff.accounts import service as accounts
from portal.staff.accounts.forms import AcceptForm, InviteForm, SettleForm
from portal.staff.accounts.models import RoleRequest
from portal.staff.accounts.rules import Step
from portal.staff.models import Member
from portal.staff.roles import READERS, Permission, Role
from portal.staff.sign_ins import sign_in
from portal.staff.viewer import viewer, viewer_or_none
from portal.staff.views_shared import bp, refuse_chosen, this_school
from portal.web.access import public
from portal.web.errors import Missing
from portal.web.form_base import ActForm
from portal.web.pages import open_form, page, see_other
from portal.web.sheets import not_kept

_LINK = "invitation"


@bp.route("/school/members/<uuid:member_id>/invite", methods=["GET", "POST"], endpoint="invite")
@needs(Permission.MANAGE_MEMBERS, fresh=True)
def invite(member_id: UUID) -> ResponseReturnValue:
    who = viewer()
    member = service.get_member(who.school, member_id)
    accounts.refuse_to_invite(who, member)
    form = open_form(InviteForm)
    if form.validate_on_submit():
        secret = accounts.invite(who, member, stop_password=form.stop_password.data)
        return show_once(member, secret)
    has_password = member.password_hash != passwords.NO_PASSWORD
    return page("staff/invite.html", form=form, member=member, has_password=has_password)


@bp.get("/school/members/<uuid:member_id>/invitation", endpoint="shown_invitation")
@needs(Permission.MANAGE_MEMBERS)
def shown_invitation(member_id: UUID) -> ResponseReturnValue:
    """The link to hand over. It travels sealed in this browser’s cookie, and is shown once."""
    member = service.get_member(viewer().school, member_id)
    secret = shown_once.take(_LINK, member.id)
    invitation = invitations.find(secret) if secret else None
    roles = accounts.roles_at(member, viewer().school)
    asked = {one.role for one in role_requests.waiting_for(viewer(), member, viewer().school)}
    return page(
        "staff/invitation.html",
        member=member,
        secret=secret if invitation else "",
        invitation=invitation,
        school=this_school(),
        reads=bool((roles | asked) & READERS),
        waits=bool(asked),
        why_not_invite=accounts.why_not_invite(viewer(), member),
    )


@bp.route(
    "/school/members/<uuid:member_id>/withdraw-invitation",
    methods=["GET", "POST"],
    endpoint="withdraw_invitation",
)
@needs(Permission.MANAGE_MEMBERS, fresh=True)
def withdraw_invitation(member_id: UUID) -> ResponseReturnValue:
    who = viewer()
    member = service.get_member(who.school, member_id)
    form = ActForm()
    if form.validate_on_submit():
        accounts.withdraw_invitation(who, member)
        return see_other("staff.member", member_id=member.id)
    return page("staff/invitation_withdraw.html", form=form, member=member)


@bp.route("/invitation/<token>", methods=["GET", "POST"], endpoint="accept_invitation")
@public
@not_kept
def accept_invitation(token: str) -> ResponseReturnValue:
    """Where somebody who was invited chooses a password. What is over looks as what never was."""
    invitation = invitations.find(token)
    if invitation is None:
        return _over()
    member = invitations.invited(invitation)
    schools = [one.name for one in invitations.schools_of(member)]
    form = AcceptForm()
    if form.validate_on_submit() and not _is_refused(form, member, schools):
        close_session()  # hashed with no transaction open
        fresh = passwords.hash_password(form.new_password.data)
        try:
            invitations.accept(token, fresh)
        except Missing:
            return _over()
        _leave_this_browser()
        return see_other("staff.sign_in")
    shown = {"member": member, "schools": schools, "token": token}
    return page("staff/invitation_accept.html", form=form, **shown)


@bp.get("/school/role-requests/<uuid:request_id>", endpoint="role_request")
@needs(Permission.MANAGE_MEMBERS)
def role_request(request_id: UUID) -> ResponseReturnValue:
    request = role_requests.get(viewer().school, request_id)
    return page("staff/role_request.html", **_shown(request))


@bp.route(
    "/school/role-requests/<uuid:request_id>/settle",
    methods=["GET", "POST"],
    endpoint="settle_role",
)
@needs(Permission.APPOINT_READERS, fresh=True)
def settle_role(request_id: UUID) -> ResponseReturnValue:
    who = viewer()
    request = role_requests.get(who.school, request_id)
    shown = _shown(request)
    role_requests.refuse_to_settle(who, request)
    form = open_form(SettleForm)
    form.alone = shown["now"].step is Step.ALONE or shown["alone_then"]
    form.answer.choices = _answers(shown["now"].step, form.alone)
    if form.validate_on_submit():
        yes = form.answer.data == "yes"
        role_requests.settle(who, request, agreed=yes, reason=form.reason.data)
        return see_other("staff.member", member_id=request.member_id)
    ends_way_in = role_requests.ends_their_way_in(request)
    return page("staff/role_settle.html", form=form, ends_way_in=ends_way_in, **shown)


@bp.route(
    "/school/role-requests/<uuid:request_id>/take-back",
    methods=["GET", "POST"],
    endpoint="take_role_back",
)
@needs(Permission.MANAGE_MEMBERS, fresh=True)
def take_role_back(request_id: UUID) -> ResponseReturnValue:
    who = viewer()
    request = role_requests.get(who.school, request_id)
    form = ActForm()
    if form.validate_on_submit():
        role_requests.take_back(who, request)
        return see_other("staff.member", member_id=request.member_id)
    return page("staff/role_take_back.html", form=form, **_shown(request))


def show_once(member: Member, secret: str) -> ResponseReturnValue:
    """Go on to the page that shows an invitation, and shows it only this once."""
    shown_once.keep(_LINK, member.id, secret)
    return see_other("staff.shown_invitation", member_id=member.id)


def _over() -> ResponseReturnValue:
    return render_template("staff/invitation_over.html"), 404


def _leave_this_browser() -> None:
    """Whoever was signed in here is signed out: the account that was just opened is another’s."""
    who = viewer_or_none()
    if who is not None:
        sign_in.sign_out(who)
    logout_user()
    cookie.clear()


def _is_refused(form: AcceptForm, member: Member, schools: list[str]) -> bool:
    names = (member.full_name, member.username, *schools)
    problem = passwords.too_easy(form.new_password.data, *names)
    return refuse_chosen(form.new_password, form.again, problem)


def _shown(request: RoleRequest) -> dict[str, Any]:
    """A request in words: whom it is about, who asked, and what it waits for."""
    who = viewer()
    now = role_requests.as_shown(who, request, role_requests.appointers(request.school_id))
    people = [request.member_id, request.asked_by, request.decided_by, *now.waits_for]
    return {
        "asked": request,
        "now": now,
        "role": Role(request.role),
        "names": service.names_of(people),
        "alone_then": now.step is Step.SUPPORT
        and role_requests.is_alone(who, request.school_id, request.member_id),
    }


def _answers(step: Step, alone: bool) -> list[tuple[str, str]]:
    if alone:
        yes = "Yes, give the role now, marked as given by one person"
    elif step is Step.SUPPORT:
        yes = "Yes, I ask for it as well; then a second person agrees"
    else:
        yes = "Yes, I agree: the role is given now"
    return [("yes", yes), ("no", "No, I do not agree")]
