"""The PIN with which a member of staff takes a screen back from a student."""

from flask.typing import ResponseReturnValue

from portal.db import close_session
from portal.staff import passwords, service
from portal.staff.access import needs
from portal.staff.accounts import service as accounts
from portal.staff.accounts.forms_own import PinForm
from portal.staff.roles import Permission
from portal.staff.sign_ins import sign_in
from portal.staff.sign_ins.forms import ConfirmForm
from portal.staff.viewer import Viewer, viewer
from portal.staff.views_shared import WRONG_PASSWORD, bp, refuse_chosen, slow_down
from portal.web.pages import page, see_other
from portal.web.sheets import not_kept

TEMPLATE = "staff/pin.html"


@bp.route("/account/pin", methods=["GET", "POST"], endpoint="pin")
@needs(Permission.USE_PORTAL)
@not_kept
def pin() -> ResponseReturnValue:
    who = viewer()
    form = PinForm()
    if form.validate_on_submit() and not _is_refused(form):
        close_session()  # a PIN is hashed with no transaction open
        fresh = passwords.hash_password(form.pin.data)
        right = sign_in.confirm(who, form.password.data)
        if isinstance(right, sign_in.Refused):
            return slow_down(form, right.wait, TEMPLATE, has_pin=_has_pin(who))
        if right:
            accounts.set_pin(who, service.own_account(who), fresh)
            return see_other("staff.account")
        form.password.errors = [WRONG_PASSWORD]
    return page(TEMPLATE, form=form, has_pin=_has_pin(who))


@bp.route("/account/pin/remove", methods=["GET", "POST"], endpoint="remove_pin")
@needs(Permission.USE_PORTAL)
@not_kept
def remove_pin() -> ResponseReturnValue:
    who, template = viewer(), "staff/remove_pin.html"
    form = ConfirmForm()
    if form.validate_on_submit():
        right = sign_in.confirm(who, form.password.data)
        if isinstance(right, sign_in.Refused):
            return slow_down(form, right.wait, template)
        if right:
            accounts.set_pin(who, service.own_account(who), None)
            return see_other("staff.account")
        form.password.errors = [WRONG_PASSWORD]
    return page(template, form=form)


def _has_pin(who: Viewer) -> bool:
    return service.own_account(who).pin_hash is not None


def _is_refused(form: PinForm) -> bool:
    problem = passwords.pin_too_easy(form.pin.data)
    return refuse_chosen(form.pin, form.again, problem, noun="PINs")
