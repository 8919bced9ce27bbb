"""A colleague who has lost the second factor: approving a new start, and the code to tell them."""

from base64 import b64decode, b64encode
from uuid import UUID

from flask import request
from flask import session as cookie
from flask.typing import ResponseReturnValue

from portal.staff import service
from portal.staff.access import needs
from portal.staff.factors import lost as lost_factor
from portal.staff.factors.forms import ApproveForm
from portal.staff.roles import Permission
from portal.staff.viewer import viewer
from portal.staff.views_shared import bp
from portal.vault.keys import Unreadable, vault
from portal.web.form_base import ActForm
from portal.web.pages import page, see_other

_SHOWN_ONCE = "reset_code"


@bp.route(
    "/school/members/<uuid:member_id>/lost-factor", methods=["GET", "POST"], endpoint="lost_factor"
)
@needs(Permission.APPOINT_READERS, fresh=True)
def approve(member_id: UUID) -> ResponseReturnValue:
    who = viewer()
    form = ApproveForm() if request.method == "POST" else ApproveForm(formdata=None)
    if form.validate_on_submit():
        lost_factor.refuse_approving(who, service.get_member(who.school, member_id))
        code, code_hash = lost_factor.new_code()
        member = service.get_member(who.school, member_id)
        lost_factor.approve(who, member, form.how.data, code_hash)
        cookie[_SHOWN_ONCE] = _sealed(member_id, code)
        return see_other("staff.reset_code", member_id=member_id)
    member = service.get_member(who.school, member_id)
    asked = lost_factor.open_request(member_id)
    if asked is None:
        return see_other("staff.member", member_id=member_id)
    return page(
        "staff/lost_factor.html", form=form, member=member, asked=asked, mine=member.id == who.id
    )


@bp.get("/school/members/<uuid:member_id>/lost-factor/code", endpoint="reset_code")
@needs(Permission.APPOINT_READERS, fresh=True)
def reset_code(member_id: UUID) -> ResponseReturnValue:
    """The code to tell. It travels sealed in this browser’s cookie, and is shown once."""
    member = service.get_member(viewer().school, member_id)
    asked = lost_factor.open_request(member_id)
    code = _opened(member_id, cookie.pop(_SHOWN_ONCE, ""))
    return page("staff/reset_code.html", member=member, code=code, asked=asked)


@bp.route(
    "/school/members/<uuid:member_id>/lost-factor/turn-down",
    methods=["GET", "POST"],
    endpoint="turn_down_factor",
)
@needs(Permission.APPOINT_READERS, fresh=True)
def turn_down(member_id: UUID) -> ResponseReturnValue:
    member = service.get_member(viewer().school, member_id)
    form = ActForm()
    if form.validate_on_submit():
        lost_factor.turn_down(viewer(), member)
        return see_other("staff.members")
    if lost_factor.open_request(member_id) is None:
        return see_other("staff.member", member_id=member_id)
    return page("staff/lost_factor_turn_down.html", form=form, member=member)


def _sealed(member_id: UUID, code: str) -> str:
    sealed = vault.seal(service.staff_key(), f"cookie.{_SHOWN_ONCE}.{member_id}", code.encode())
    return b64encode(sealed).decode()


def _opened(member_id: UUID, sealed: str) -> str:
    if not sealed:
        return ""
    context = f"cookie.{_SHOWN_ONCE}.{member_id}"
    try:
        opened: bytes = vault.open(service.staff_key(), context, b64decode(sealed))
    except Unreadable:  # the one in the cookie is for somebody else
        return ""
    return lost_factor.shown(opened.decode())
