"""The first page, and what people do with their own account."""

from uuid import UUID

from flask.typing import ResponseReturnValue

from portal.db import close_session
from portal.staff import passwords, service
from portal.staff.access import needs
from portal.staff.accounts import service as accounts
from portal.staff.accounts.forms_own import ChangePasswordForm, SwitchSchoolForm
from portal.staff.roles import Permission
from portal.staff.sign_ins import sign_in
from portal.staff.viewer import Viewer, viewer
from portal.staff.views_shared import WRONG_PASSWORD, bp, refuse_chosen, signed_out, slow_down
from portal.web.pages import go, page, see_other
from portal.web.sheets import not_kept


@bp.get("/", endpoint="start")
@needs(Permission.USE_PORTAL)
def start() -> ResponseReturnValue:
    who = viewer()
    if who.may(Permission.SEE_CASES):
        return go("/today")
    if who.may(Permission.SUPPORT_STUDENTS):
        return go("/supporting")
    if who.may(Permission.MANAGE_MEMBERS):
        return go("/school")
    if who.may(Permission.RECORD_DISCLOSURE):
        return go("/disclosures")
    return page("staff/governor.html")


@bp.get("/account", endpoint="account")
@needs(Permission.USE_PORTAL)
def account() -> ResponseReturnValue:
    who = viewer()
    form = SwitchSchoolForm(formdata=None, data={"school": who.school})
    form.school.choices = _schools(who)
    return page("staff/account.html", form=form, who=who, member=service.own_account(who))


@bp.route("/account/password", methods=["GET", "POST"], endpoint="change_password")
@needs(Permission.USE_PORTAL)
@not_kept
def change_password() -> ResponseReturnValue:
    who = viewer()
    form = ChangePasswordForm()
    if form.validate_on_submit() and not _is_refused(form, who):
        # Both passwords are hashed with no transaction open.
        right = sign_in.check(who, form.password.data)
        if isinstance(right, sign_in.Refused):
            return slow_down(form, right.wait, "staff/change_password.html", forced=who.must_change)
        if right:
            close_session()
            fresh = passwords.hash_password(form.new_password.data)
            accounts.set_password(who, service.own_account(who), fresh, must_change=False)
            sign_in.confirmed(who)
            return see_other("staff.start" if who.must_change else "staff.account")
        form.password.errors = [WRONG_PASSWORD]
    return page("staff/change_password.html", form=form, forced=who.must_change)


@bp.post("/account/school", endpoint="switch_school")
@needs(Permission.USE_PORTAL)
def switch_school() -> ResponseReturnValue:
    who = viewer()
    form = SwitchSchoolForm()
    form.school.choices = _schools(who)
    if form.validate_on_submit():
        sign_in.work_at(who, form.school.data)
        return see_other("staff.start")
    return page("staff/account.html", form=form, who=who, member=service.own_account(who))


@bp.post("/account/sign-out-everywhere", endpoint="sign_out_everywhere")
@needs(Permission.USE_PORTAL)
def sign_out_everywhere() -> ResponseReturnValue:
    sign_in.sign_out_everywhere(viewer())
    return signed_out()


def _schools(who: Viewer) -> list[tuple[UUID, str, str]]:
    return [
        (school_id, name, f"You are {who.role_word(school_id)} here.")
        for school_id, name in sorted(who.school_names.items(), key=lambda one: one[1].casefold())
    ]


def _is_refused(form: ChangePasswordForm, who: Viewer) -> bool:
    names = (who.name, service.own_account(who).username, *who.school_names.values())
    problem = passwords.too_easy(form.new_password.data, *names)
    if problem is None and form.new_password.data == form.password.data:
        problem = "Choose a password that differs from the one you use now"
    return refuse_chosen(form.new_password, form.again, problem)
