"""Signing in and out, hiding the screen, and giving the password once more."""

from flask import request
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_login import login_user

from portal.staff import service
from portal.staff.access import needs
from portal.staff.roles import Permission
from portal.staff.sign_ins import sign_in
from portal.staff.sign_ins.forms import ConfirmForm, SignInForm
from portal.staff.viewer import viewer, viewer_or_none
from portal.staff.views_shared import (
    WRONG_PASSWORD,
    bp,
    caller_address,
    next_address,
    signed_out,
    slow_down,
)
from portal.web.access import public
from portal.web.holder import lapsed
from portal.web.pages import came_from, go, page, see_other
from portal.web.sheets import not_kept

WRONG = "The sign-in name, e-mail address or password is not right. Check both and try again."


@bp.route("/sign-in", methods=["GET", "POST"], endpoint="sign_in")
@public
@not_kept
def sign_in_page() -> ResponseReturnValue:
    if request.method == "GET" and not service.is_set_up():
        return go("/set-up")
    if request.method == "GET" and viewer_or_none() is not None:
        return go(next_address())
    form = SignInForm()
    if form.validate_on_submit():
        found = sign_in.sign_in(form.username.data, form.password.data, caller_address())
        if not isinstance(found, sign_in.Refused):
            cookie.clear()
            login_user(found[0], remember=False)
            return go(next_address())
        if found.wait:
            return slow_down(form, found.wait, "staff/sign_in.html", lapsed=None)
        form.form_errors.append(WRONG)
    return page("staff/sign_in.html", form=form, next=next_address(""), lapsed=lapsed())


@bp.route("/sign-out", methods=["GET", "POST"], endpoint="sign_out")
@needs(Permission.USE_PORTAL)
@not_kept
def sign_out_page() -> ResponseReturnValue:
    if request.method == "GET":
        return page("staff/sign_out.html")
    sign_in.sign_out(viewer())
    return signed_out()


@bp.post("/hide", endpoint="hide")
@needs(Permission.USE_PORTAL)
@not_kept
def hide_screen() -> ResponseReturnValue:
    before = cookie.get("hidden_on") if viewer().hidden else None  # another window was faster
    sign_in.hide(viewer())
    # Kept in the cookie: the hidden page’s address tells nothing of the page before.
    cookie["hidden_on"] = came_from() or before
    return see_other("staff.hidden")


@bp.get("/hidden", endpoint="hidden")
@needs(Permission.USE_PORTAL)
def hidden_page() -> ResponseReturnValue:
    if not viewer().hidden:
        return go(next_address())
    return page("staff/hidden.html", form=ConfirmForm(formdata=None), next=next_address(""))


@bp.post("/hidden", endpoint="uncover")
@needs(Permission.USE_PORTAL)
@not_kept
def uncover() -> ResponseReturnValue:
    return _confirmed("staff/hidden.html", otherwise=cookie.get("hidden_on") or "/")


@bp.route("/confirm-password", methods=["GET", "POST"], endpoint="confirm_password")
@needs(Permission.USE_PORTAL)
@not_kept
def confirm_password() -> ResponseReturnValue:
    if request.method == "POST":
        return _confirmed("staff/confirm_password.html")
    form = ConfirmForm(formdata=None)
    return page("staff/confirm_password.html", form=form, next=next_address(""))


def _confirmed(template: str, otherwise: str = "/") -> ResponseReturnValue:
    form = ConfirmForm()
    if form.validate_on_submit():
        right = sign_in.confirm(viewer(), form.password.data)
        if isinstance(right, sign_in.Refused):
            return slow_down(form, right.wait, template)
        if right:
            cookie.pop("hidden_on", None)
            return go(next_address(otherwise))
        form.password.errors = [WRONG_PASSWORD]
    return page(template, form=form, next=next_address(""))
