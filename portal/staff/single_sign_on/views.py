"""Single sign-on: leaving for a provider, coming back, and the links of one’s own account.

A provider sends people back from another site, and then the browser holds the session cookie back.
So that page says nothing and only leads on, from this site, to the page that signs in or links. It
opens no session either: one made there would take the place of the one that was held back.
"""

import hmac
from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, Response, current_app, make_response, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_login import login_user

from portal.staff.access import needs
from portal.staff.roles import Permission
from portal.staff.sign_ins.sign_in import Refused
from portal.staff.single_sign_on import journey, service
from portal.staff.single_sign_on.journey import Journey, Purpose
from portal.staff.single_sign_on.outgoing import NoAnswer
from portal.staff.single_sign_on.rules import Unbelieved
from portal.staff.viewer import viewer
from portal.staff.views_shared import caller_address, next_address, slow_down
from portal.web.access import public
from portal.web.form_base import ActForm
from portal.web.pages import go, page, see_other

bp = Blueprint("single", __name__)
T = TypeVar("T")


class Trouble(Exception):
    """A way to a provider and back that did not end well: which page says so."""


UNAVAILABLE, EXPIRED, CANCELLED = "unavailable", "expired", "cancelled"
NOT_TAKEN, NOT_LINKED = "not_taken", "not_linked"
_PAGES = {
    UNAVAILABLE: ("staff/single_unavailable.html", 503),
    EXPIRED: ("staff/single_expired.html", 410),
    CANCELLED: ("staff/single_cancelled.html", 409),
    NOT_TAKEN: ("staff/single_not_taken.html", 403),
    NOT_LINKED: ("staff/single_not_linked.html", 403),
}


@bp.get("/sign-in/with/<provider>")
@public
def leave(provider: str) -> ResponseReturnValue:
    service.client(provider)
    return _leave(journey.begin(provider, Purpose.SIGN_IN, go_on=next_address("")))


@bp.get("/sign-in/with/<provider>/back")
@public
def back(provider: str) -> ResponseReturnValue:
    service.client(provider)
    try:
        begun = _answered(provider)
    except Trouble as trouble:
        return _told(str(trouble), provider)
    on = "single.finish" if begun.purpose is Purpose.SIGN_IN else "single.finish_link"
    shown = render_template("staff/single_back.html", on=url_for(on))
    return journey.keep(begun, make_response(shown))


@bp.route("/sign-in/finish", methods=["GET", "POST"])
@public
def finish() -> ResponseReturnValue:
    begun = _back_from(Purpose.SIGN_IN)
    if begun is None:
        return _told(EXPIRED)
    form, label = ActForm(), service.client(begun.provider).provider.label
    if not form.validate_on_submit():
        return page("staff/single_finish.html", form=form, label=label)
    try:
        found = _attempt(lambda: service.enter(begun, caller_address()), begun)
    except Trouble as trouble:
        return journey.end(_told(str(trouble), begun.provider))
    if isinstance(found, Refused):
        return slow_down(form, found.wait, "staff/single_finish.html", label=label)
    cookie.clear()
    login_user(found[0], remember=False)
    return journey.end(make_response(go(begun.next or "/")))


@bp.get("/account/single-sign-on")
@needs(Permission.USE_PORTAL)
def overview() -> ResponseReturnValue:
    return page("staff/single_overview.html", links=service.links(viewer()))


@bp.get("/account/single-sign-on/<provider>/link")
@needs(Permission.USE_PORTAL, fresh=True)
def link(provider: str) -> ResponseReturnValue:
    service.client(provider)
    sign_in_id = str(viewer().sign_in_id)
    return _leave(journey.begin(provider, Purpose.LINK, sign_in_id=sign_in_id))


@bp.route("/account/single-sign-on/finish", methods=["GET", "POST"])
@needs(Permission.USE_PORTAL)
def finish_link() -> ResponseReturnValue:
    who, begun = viewer(), _back_from(Purpose.LINK)
    if begun is None:
        return _told(EXPIRED)
    form, provider = ActForm(), service.client(begun.provider).provider
    shown = {"label": provider.label, "proves": bool(provider.amr or provider.acr)}
    if not form.validate_on_submit():
        return page("staff/single_finish_link.html", form=form, **shown)
    try:
        done = _attempt(lambda: service.link(who, begun, caller_address()), begun)
    except Trouble as trouble:
        return journey.end(_told(str(trouble), begun.provider))
    if isinstance(done, Refused):
        return slow_down(form, done.wait, "staff/single_finish_link.html", **shown)
    return journey.end(make_response(see_other("single.overview")))


@bp.route("/account/single-sign-on/<provider>/unlink", methods=["GET", "POST"])
@needs(Permission.USE_PORTAL, fresh=True)
def unlink(provider: str) -> ResponseReturnValue:
    one, form = service.client(provider).provider, ActForm()
    if form.validate_on_submit():
        service.unlink(viewer(), provider)
        return see_other("single.overview")
    return page("staff/single_unlink.html", form=form, provider=one)


def _leave(begun: Journey) -> ResponseReturnValue:
    try:
        address = _attempt(lambda: service.leave_for(begun), begun)
    except Trouble as trouble:
        return _told(str(trouble), begun.provider)
    return journey.keep(begun, make_response(go(address)))


def _answered(provider: str) -> Journey:
    """The journey of this browser with what the provider gave it; raises `Trouble`."""
    begun, sent = journey.current(), request.args
    if begun is None or begun.provider != provider or not _same(begun.state, sent.get("state")):
        raise Trouble(EXPIRED)
    came = _attempt(lambda: service.client(provider).came_from_here(sent.get("iss")), begun)
    code = sent.get("code", "")
    if not came or len(code) > journey.CODE_LONGEST or not (code.isascii() and code.isprintable()):
        raise Trouble(NOT_TAKEN)
    if not code:
        raise Trouble(CANCELLED)
    if begun.code not in {"", code}:
        raise Trouble(EXPIRED)
    return begun.back_with(code)


def _back_from(purpose: Purpose) -> Journey | None:
    begun = journey.current()
    return begun if begun is not None and begun.code and begun.purpose is purpose else None


def _attempt(act: Callable[[], T], begun: Journey) -> T:
    """What the provider is asked for. The log says why it failed; the page says what to do."""
    try:
        return act()
    except NoAnswer as problem:
        current_app.logger.warning("single sign-on by %s: no answer: %s", begun.provider, problem)
        raise Trouble(UNAVAILABLE) from None
    except Unbelieved as problem:
        current_app.logger.warning("single sign-on by %s: refused: %s", begun.provider, problem)
        raise Trouble(NOT_TAKEN) from None
    except service.NotLinked:
        raise Trouble(NOT_LINKED) from None


def _told(trouble: str, provider: str = "") -> Response:
    """Our own words for whatever went wrong; nothing that a provider said is repeated."""
    label = service.client(provider).provider.label if provider else ""
    template, status = _PAGES[trouble]
    return make_response(render_template(template, label=label), status)


def _same(ours: str, sent: str | None) -> bool:
    return hmac.compare_digest(ours.encode(), (sent or "").encode())
