"""Where somebody is signed in, which browsers the portal knows, and what they were told of it."""

from uuid import UUID

from flask.typing import ResponseReturnValue

from portal.staff import notices, service
from portal.staff.access import needs
from portal.staff.roles import Permission
from portal.staff.sign_ins import devices, open_sign_ins
from portal.staff.viewer import viewer
from portal.staff.views_shared import bp, signed_out
from portal.web.form_base import ActForm
from portal.web.pages import page, see_other


@bp.get("/account/sign-ins", endpoint="sign_ins")
@needs(Permission.USE_PORTAL)
def sign_ins() -> ResponseReturnValue:
    who = viewer()
    running, ended = open_sign_ins.of(who.id, who.sign_in_id)
    known, here = devices.known_to(who.id), devices.here(who.id)
    return page("staff/sign_ins.html", running=running, ended=ended, known=known, here=here)


@bp.post("/account/sign-ins/<uuid:sign_in_id>/end", endpoint="end_my_sign_in")
@needs(Permission.USE_PORTAL)
def end_my_sign_in(sign_in_id: UUID) -> ResponseReturnValue:
    open_sign_ins.end_mine(viewer(), sign_in_id)
    return signed_out() if sign_in_id == viewer().sign_in_id else see_other("staff.sign_ins")


@bp.post("/account/sign-ins/end-others", endpoint="end_my_others")
@needs(Permission.USE_PORTAL)
def end_my_others() -> ResponseReturnValue:
    open_sign_ins.end_my_others(viewer())
    return see_other("staff.sign_ins")


@bp.route("/account/devices/<uuid:device_id>/forget", methods=["GET", "POST"], endpoint="forget")
@needs(Permission.USE_PORTAL, fresh=True)
def forget(device_id: UUID) -> ResponseReturnValue:
    who = viewer()
    device = devices.get(who.id, device_id)
    form = ActForm()
    if form.validate_on_submit():
        devices.forget(who, device)
        return see_other("staff.sign_ins")
    return page("staff/sign_ins_forget.html", form=form, device=device)


@bp.get("/account/notices", endpoint="notices")
@needs(Permission.USE_PORTAL)
def told() -> ResponseReturnValue:
    found = notices.mine(viewer().id)
    names = service.names_of(one.about_id for one in found if not one.is_mine)
    may_end = viewer().may(Permission.APPOINT_READERS)
    return page("staff/notices.html", told=found, names=names, may_end=may_end)


@bp.post("/account/notices/read", endpoint="read_notices")
@needs(Permission.USE_PORTAL)
def read_notices() -> ResponseReturnValue:
    notices.mark_read(viewer().id)
    return see_other("staff.notices")


# Those of colleagues are for the DSL and the head, who answer for everybody that reads cases. The
# list tells when and where somebody works, which is not an administrator’s to know: they end an
# account, or stop its password with a new invitation, and every sign-in of it ends with that.


@bp.get("/school/members/<uuid:member_id>/sign-ins", endpoint="members_sign_ins")
@needs(Permission.APPOINT_READERS)
def members_sign_ins(member_id: UUID) -> ResponseReturnValue:
    member = service.get_looked_after(viewer().school, member_id)
    running, ended = open_sign_ins.of(member.id, viewer().sign_in_id)
    return page("staff/sign_ins_member.html", member=member, running=running, ended=ended)


@bp.route(
    "/school/members/<uuid:member_id>/sign-ins/end",
    methods=["GET", "POST"],
    endpoint="end_sign_ins",
)
@needs(Permission.APPOINT_READERS, fresh=True)
def end_sign_ins(member_id: UUID) -> ResponseReturnValue:
    return _end(member_id, None)


@bp.route(
    "/school/members/<uuid:member_id>/sign-ins/<uuid:sign_in_id>/end",
    methods=["GET", "POST"],
    endpoint="end_sign_in",
)
@needs(Permission.APPOINT_READERS, fresh=True)
def end_sign_in(member_id: UUID, sign_in_id: UUID) -> ResponseReturnValue:
    return _end(member_id, sign_in_id)


def _end(member_id: UUID, sign_in_id: UUID | None) -> ResponseReturnValue:
    who = viewer()
    member = service.get_looked_after(who.school, member_id)
    one = open_sign_ins.get(member.id, sign_in_id) if sign_in_id else None
    form = ActForm()
    if form.validate_on_submit():
        open_sign_ins.end_of(who, member, sign_in_id)
        return see_other("staff.members_sign_ins", member_id=member.id)
    return page("staff/sign_ins_end.html", form=form, member=member, one=one)
