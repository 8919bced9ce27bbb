"""The second factor at sign-in: what is asked for after the password.

Whoever stands here has given the password and nothing else, so no page says more than they need,
and nothing that is typed is kept: it may be a stranger’s.
"""

from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue

from portal import clock
from portal.staff.access import needs
from portal.staff.factors import giving as giving_second
from portal.staff.factors import lost as lost_factor
from portal.staff.factors import passkeys
from portal.staff.factors.forms import CodeForm, LostForm, RecoveryForm, ToldCodeForm
from portal.staff.factors.giving import Given
from portal.staff.factors.rows import factors_of
from portal.staff.roles import Permission
from portal.staff.sign_ins.sign_in import Refused
from portal.staff.viewer import Viewer, viewer
from portal.staff.views_shared import next_address, slow_down
from portal.web.pages import go, page, see_other
from portal.web.sheets import not_kept

bp = Blueprint("second", __name__)

WRONG = "This is not the code that your app shows now. Wait for the next one, and type that."
USED = "This code was used already. Wait for the next one, and type that."
NOT_OURS = "This is none of your recovery codes. Check each letter and figure, and try again."
SPENT = "This recovery code was used already. Enter one that is not crossed out."
NOT_TOLD = (
    "This is not the code, or its quarter of an hour is over. Check each letter and figure, or ask "
    "for a new one."
)


@bp.route("/sign-in/second", methods=["GET", "POST"])
@needs(Permission.USE_PORTAL)
@not_kept
def give() -> ResponseReturnValue:
    who = viewer()
    if not who.awaits_second:
        return go(next_address())
    form, said = CodeForm(), None
    if form.validate_on_submit():
        given = giving_second.give_code(who, form.code.data)
        if given is Given.RIGHT:
            return go(next_address())
        if isinstance(given, Refused):
            return slow_down(form, given.wait, "staff/second.html", **_ways(who), clock=None)
        said = clock.now()
        form.code.errors = [USED if given is Given.USED else WRONG]
    return page("staff/second.html", form=form, next=next_address(""), **_ways(who), clock=said)


@bp.route("/sign-in/second/recovery", methods=["GET", "POST"])
@needs(Permission.USE_PORTAL)
@not_kept
def recover() -> ResponseReturnValue:
    who, template = viewer(), "staff/second_recovery.html"
    if not who.awaits_second:
        return go(next_address())
    form = RecoveryForm()
    if form.validate_on_submit():
        given = giving_second.give_recovery(who, form.recovery.data)
        if given is Given.RIGHT:
            return see_other("factors.overview")
        if isinstance(given, Refused):
            return slow_down(form, given.wait, template)
        form.recovery.errors = [SPENT if given is Given.USED else NOT_OURS]
    return page(template, form=form, next=next_address(""))


@bp.route("/sign-in/second/lost", methods=["GET", "POST"])
@needs(Permission.USE_PORTAL)
@not_kept
def lost() -> ResponseReturnValue:
    who = viewer()
    if not who.awaits_second:
        return go(next_address())
    form = LostForm()
    if form.validate_on_submit():
        lost_factor.ask(who, form.reason.data)
        return see_other("second.lost", next=next_address("") or None)
    asked = lost_factor.open_request(who.id)
    told = ToldCodeForm(formdata=None)
    # Which of the two forms the page holds follows from whether somebody asked already.
    return page(
        "staff/second_lost.html",
        form=told if asked else form,
        asked=asked is not None,
        next=next_address(""),
    )


@bp.post("/sign-in/second/told")
@needs(Permission.USE_PORTAL)
@not_kept
def told() -> ResponseReturnValue:
    who, template = viewer(), "staff/second_lost.html"
    if not who.awaits_second:
        return go(next_address())
    form = ToldCodeForm()
    if form.validate_on_submit():
        given = lost_factor.use(who, form.code.data)
        if given is Given.RIGHT:
            return see_other("factors.overview")
        if isinstance(given, Refused):
            return slow_down(form, given.wait, template, asked=True)
        form.code.errors = [NOT_TOLD]
    return page(template, form=form, asked=True, next=next_address(""))


def _ways(who: Viewer) -> dict[str, Any]:
    return {"factors": factors_of(who.id), "passkey": passkeys.offer(who.id)}
