"""A person’s own second factors: setting one up, seeing what there is, taking one away."""

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from portal import clock
from portal.staff import service, shown_once
from portal.staff.access import needs
from portal.staff.factors import passkeys, recovery, second_factor, totp
from portal.staff.factors.forms import CodeForm
from portal.staff.factors.rows import factors_of
from portal.staff.roles import Permission
from portal.staff.viewer import viewer
from portal.web.form_base import ActForm
from portal.web.pages import page, see_other
from portal.web.sheets import not_kept

bp = Blueprint("factors", __name__)

NOT_YET = (
    "This is not the code that the app shows now. Wait for the next one, and type that. If it is "
    "refused again, check that the whole key was taken."
)
_CODES = "recovery_codes"


@bp.get("/account/second-factor")
@needs(Permission.USE_PORTAL)
def overview() -> ResponseReturnValue:
    who = viewer()
    return page(
        "staff/factors.html",
        who=who,
        factors=factors_of(who.id),
        passkeys=passkeys.mine(who.id),
        passkey=passkeys.offer(who.id),
    )


@bp.route("/account/second-factor/app/new", methods=["GET", "POST"])
@needs(Permission.USE_PORTAL, fresh=True)
def begin_app() -> ResponseReturnValue:
    form = ActForm()
    if form.validate_on_submit():
        second_factor.begin_totp(viewer())
        return see_other("factors.confirm_app")
    factors = factors_of(viewer().id)
    return page("staff/factors_begin.html", form=form, factors=factors)


@bp.route("/account/second-factor/app", methods=["GET", "POST"])
@needs(Permission.USE_PORTAL, fresh=True)
@not_kept
def confirm_app() -> ResponseReturnValue:
    who, said = viewer(), None
    form = CodeForm()
    unfinished = second_factor.unfinished_totp(who)
    if unfinished is None:
        return see_other("factors.overview")
    groups = totp.groups_of(unfinished.secret)
    if form.validate_on_submit():
        fresh = second_factor.confirm_totp(who, form.code.data)
        if fresh is not None:
            return show_codes(fresh)
        form.code.errors, said = [NOT_YET], clock.now()
    return page("staff/factors_app.html", form=form, groups=groups, clock=said)


@bp.get("/account/second-factor/app.svg")
@needs(Permission.USE_PORTAL, fresh=True)
def square() -> ResponseReturnValue:
    """The key as a square for the telephone’s camera. No answer of ours is stored by a browser."""
    unfinished = second_factor.unfinished_totp(viewer())
    if unfinished is None:
        return see_other("factors.overview")
    address = totp.address_of(
        unfinished.secret,
        service.own_account(viewer()).username,
        f"{viewer().school_name} safeguarding",
    )
    return Response(totp.square_of(address), mimetype="image/svg+xml")


@bp.route("/account/second-factor/app/remove", methods=["GET", "POST"])
@needs(Permission.USE_PORTAL, fresh=True)
def remove_app() -> ResponseReturnValue:
    form, factors = ActForm(), factors_of(viewer().id)
    if form.validate_on_submit():
        second_factor.remove_totp(viewer())
        return see_other("factors.overview")
    if factors.authenticator_since is None:
        return see_other("factors.overview")
    is_last = second_factor.is_last(viewer())
    return page("staff/factors_remove.html", form=form, factors=factors, is_last=is_last)


@bp.post("/account/second-factor/without")
@needs(Permission.USE_PORTAL, fresh=True)
def without() -> ResponseReturnValue:
    second_factor.go_without(viewer())
    return see_other("staff.account")


@bp.route("/account/second-factor/codes/new", methods=["GET", "POST"])
@needs(Permission.USE_PORTAL, fresh=True)
def new_codes() -> ResponseReturnValue:
    form = ActForm()
    if form.validate_on_submit():
        return show_codes(second_factor.replace_codes(viewer()))
    factors = factors_of(viewer().id)
    return page("staff/factors_new_codes.html", form=form, factors=factors)


@bp.get("/account/second-factor/codes")
@needs(Permission.USE_PORTAL)
def codes() -> ResponseReturnValue:
    """Shown once, to be printed: the browser forgets them as this page is sent."""
    fresh = [recovery.shown(one) for one in shown_once.take(_CODES, viewer().id).split()]
    return page("staff/factors_codes.html", codes=fresh, made_on=clock.today())


def show_codes(fresh: list[str]) -> ResponseReturnValue:
    """Go on to the page that shows new recovery codes; to the overview where there are none."""
    if not fresh:
        return see_other("factors.overview")
    shown_once.keep(_CODES, viewer().id, " ".join(fresh))
    return see_other("factors.codes")
