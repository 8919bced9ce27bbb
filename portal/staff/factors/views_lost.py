"""A colleague who has lost the second factor: approving a new one, and the code to tell them."""

from uuid import UUID

from flask.typing import ResponseReturnValue

from portal.staff import service, shown_once
from portal.staff.access import needs
from portal.staff.factors import lost as lost_factor
from portal.staff.factors import recovery
from portal.staff.factors.forms import ApproveForm
from portal.staff.roles import Permission
from portal.staff.viewer import viewer
from portal.staff.views_shared import bp
from portal.web.form_base import ActForm
from portal.web.pages import open_form, page, see_other

_CODE = "reset_code"


@bp.route(
    "/school/members/<uuid:member_id>/lost-factor", methods=["GET", "POST"], endpoint="lost_factor"
)
@needs(Permission.APPOINT_READERS, fresh=True)
def approve(member_id: UUID) -> ResponseReturnValue:
    who = viewer()
    form = open_form(ApproveForm)
    if form.validate_on_submit():
        lost_factor.refuse_approving(who, service.get_looked_after(who.school, member_id))
        code, code_hash = lost_factor.new_code()
        member = service.get_looked_after(who.school, member_id)
        lost_factor.approve(who, member, form.how.data, code_hash)
        shown_once.keep(_CODE, member_id, code)
        return see_other("staff.reset_code", member_id=member_id)
    member = service.get_looked_after(who.school, member_id)
    asked = lost_factor.open_request(member_id)
    if asked is None:
        return see_other("staff.member", member_id=member_id)
    return page(
        "staff/lost_factor.html",
        form=form,
        member=member,
        asked=asked,
        mine=member.id == who.id,
        why_not=lost_factor.why_not_approve(who, member),
    )


@bp.get("/school/members/<uuid:member_id>/lost-factor/code", endpoint="reset_code")
@needs(Permission.APPOINT_READERS, fresh=True)
def reset_code(member_id: UUID) -> ResponseReturnValue:
    """The code to tell, shown once."""
    member = service.get_looked_after(viewer().school, member_id)
    asked = lost_factor.open_request(member_id)
    code = recovery.shown(shown_once.take(_CODE, member_id))
    return page("staff/reset_code.html", member=member, code=code, asked=asked)


@bp.route(
    "/school/members/<uuid:member_id>/lost-factor/turn-down",
    methods=["GET", "POST"],
    endpoint="turn_down_factor",
)
@needs(Permission.APPOINT_READERS, fresh=True)
def turn_down(member_id: UUID) -> ResponseReturnValue:
    member = service.get_looked_after(viewer().school, member_id)
    form = ActForm()
    if form.validate_on_submit():
        lost_factor.turn_down(viewer(), member)
        return see_other("staff.members")
    if lost_factor.open_request(member_id) is None:
        return see_other("staff.member", member_id=member_id)
    return page("staff/lost_factor_turn_down.html", form=form, member=member)
