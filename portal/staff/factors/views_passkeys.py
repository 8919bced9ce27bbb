"""Passkeys: as the second factor at sign-in, and adding and removing one’s own."""

from uuid import UUID

from flask import Response, request
from flask.typing import ResponseReturnValue

from portal.staff.access import needs
from portal.staff.factors import passkeys, second_factor
from portal.staff.factors.forms_passkeys import NewPasskeyForm, PasskeyForm
from portal.staff.factors.passkey_rules import Copied, NotTaken
from portal.staff.factors.rows import factors_of
from portal.staff.factors.views import bp as factors
from portal.staff.factors.views import show_codes
from portal.staff.factors.views_sign_in import bp as second
from portal.staff.roles import Permission
from portal.staff.viewer import viewer
from portal.staff.views_shared import next_address
from portal.web.errors import NotPossible
from portal.web.form_base import ActForm
from portal.web.pages import go, open_form, page, see_other
from portal.web.sheets import not_kept

NOT_TAKEN = (
    "This passkey was not taken. Try once more. If it is not taken again, use a code of your "
    "authenticator app or a recovery code."
)
NOT_ADDED = (
    "The passkey was not added: what your browser sent did not fit. Try once more, and if it "
    "fails again, use another device or an authenticator app."
)


@second.route("/sign-in/second/passkey", methods=["GET", "POST"])
@needs(Permission.USE_PORTAL)
@not_kept
def passkey() -> ResponseReturnValue:
    who = viewer()
    if not who.awaits_second:
        return go(next_address())
    form = PasskeyForm()
    if form.validate_on_submit():
        try:
            passkeys.use(who, form.passkey.data)
        except Copied:
            return see_other("second.passkey", refused="copied", next=next_address("") or None)
        except NotTaken:
            form.form_errors.append(NOT_TAKEN)
        else:
            return go(next_address())
    return page(
        "staff/passkey_sign_in.html",
        form=form,
        passkey=passkeys.offer(who.id),
        next=next_address(""),
        copied=request.args.get("refused") == "copied" and not form.errors,
    )


@second.post("/sign-in/second/passkey/ask")
@needs(Permission.USE_PORTAL)
@not_kept
def ask_for_passkey() -> ResponseReturnValue:
    if not viewer().awaits_second:
        raise NotPossible("You have shown already that it is you.")
    return Response(passkeys.ask_to_give(viewer()), mimetype="application/json")


@factors.route("/account/second-factor/passkeys/new", methods=["GET", "POST"])
@needs(Permission.USE_PORTAL, fresh=True)
def add_passkey() -> ResponseReturnValue:
    who = viewer()
    form = open_form(NewPasskeyForm)
    if form.validate_on_submit():
        try:
            return show_codes(passkeys.add(who, form.passkey.data, form.label.data))
        except NotTaken:
            form.form_errors.append(NOT_ADDED)
    return page("staff/passkey_new.html", form=form)


@factors.post("/account/second-factor/passkeys/ask")
@needs(Permission.USE_PORTAL, fresh=True)
@not_kept
def ask_for_new_passkey() -> ResponseReturnValue:
    return Response(passkeys.ask_to_add(viewer()), mimetype="application/json")


@factors.route("/account/second-factor/passkeys/<uuid:passkey_id>/remove", methods=["GET", "POST"])
@needs(Permission.USE_PORTAL, fresh=True)
def remove_passkey(passkey_id: UUID) -> ResponseReturnValue:
    who = viewer()
    one = passkeys.get(who, passkey_id)
    form = ActForm()
    if form.validate_on_submit():
        passkeys.remove(who, one)
        return see_other("factors.overview")
    return page(
        "staff/passkey_remove.html",
        form=form,
        passkey=one,
        is_last=second_factor.is_last(who),
        others=factors_of(who.id).count > 1,
    )
