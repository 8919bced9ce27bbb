"""The wall around hand-over: while the screen is with a student, nothing else answers.

It stands before everything that a request passes: an address that is unknown, a method that is not
offered and a page that anybody may open are refused as all others are, with the same bytes.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import Flask, current_app, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal import clock
from portal.db import SAFE_METHODS, close_session
from portal.handover import afterwards, rules, service
from portal.handover.models import Handover
from portal.handover.rules import State
from portal.staff.viewer import viewer_or_none
from portal.web.access import Access, access_of, declare

View = TypeVar("View", bound=Callable[..., Any])
REFUSED = "handover/refused.html"
TROUBLE = "handover/trouble.html"


class During(Access):
    """A view that answers during a hand-over only, and in these of its states."""

    def __init__(self, states: frozenset[State]) -> None:
        self.states = states

    def check(self) -> ResponseReturnValue | None:
        who = viewer_or_none()
        if who is None:
            if (ended := afterwards.of_lapsed()) is not None:
                afterwards.about(ended)
            return redirect(url_for("staff.sign_in"), 303)
        # Nothing of another request can stand here: `confine` has looked at the state before.
        return None if who.is_handed_over else not_handed_over()


def during_handover(*states: State) -> Callable[[View], View]:
    return lambda view: declare(view, During(frozenset(states)))


def confine() -> ResponseReturnValue | None:
    """Refuse whatever is not the form, where the screen is with a student."""
    if request.endpoint == "static":
        return None
    bool(current_user)  # also for an address that there is not
    who = viewer_or_none()
    if who is None or who.handover is None:
        return None
    g.error_template = TROUBLE
    access = access_of(current_app, request.endpoint) if request.endpoint else None
    one = service.find(who, to_change=request.method not in SAFE_METHODS)
    if one is None or not isinstance(access, During) or request.method == "OPTIONS":
        return refused()
    state, after = service.state_now(one), afterwards.about(one.id)
    if state not in access.states:
        after.rested = state is not State(one.state)
        after.saved = not after.rested
        return redirect(url_for("handover.back"), 303) if after.rested else refused()
    # A request that changes something goes on from the state as it is now, and writes that itself.
    after.rested = state is not State(one.state) and request.method in SAFE_METHODS
    after.touched = state in rules.SHOWN and clock.now() - one.seen_at > rules.TOUCHED_AGAIN
    g.handover, g.handover_state = one, state
    return None


def current() -> Handover:
    """The hand-over of this request."""
    return cast("Handover", g.handover)


def current_state() -> State:
    return cast("State", g.handover_state)


def refused() -> ResponseReturnValue:
    """The one page that stands in for everything else."""
    close_session()
    return make_response(render_template(REFUSED), 403)


def not_handed_over() -> ResponseReturnValue:
    close_session()
    return make_response(render_template("handover/nothing.html"), 404)


def init_app(app: Flask) -> None:
    app.before_request(confine)
    afterwards.init_app(app)
