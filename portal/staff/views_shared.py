"""The blueprint of `staff`, and the little that all views share which ask for a secret."""

import math
from datetime import timedelta

from flask import Blueprint, current_app, make_response, render_template, request
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_login import logout_user
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from portal.staff import service
from portal.staff.models import School
from portal.staff.viewer import viewer
from portal.web.fields import Secret
from portal.web.form_base import Form
from portal.web.pages import go, local_address

bp = Blueprint("staff", __name__)

WRONG_PASSWORD = "This is not your password. Try again."  # noqa: S105


def this_school() -> School:
    """The school in which the signed-in person is working."""
    return service.get_school(viewer().school)


def next_address(otherwise: str = "/") -> str:
    """Where to go on to: an address of ours that can be opened, or `otherwise`."""
    wanted = local_address(request.form.get("next") or request.args.get("next"))
    if wanted is None:
        return otherwise
    try:
        current_app.url_map.bind("").match(wanted.partition("?")[0], method="GET")
    except RequestRedirect:
        return wanted
    except HTTPException:
        return otherwise
    return wanted


def caller_address() -> str:
    """The network address of this request, for slowing down those who guess."""
    return request.remote_addr or "unknown"


def signed_out() -> ResponseReturnValue:
    """To the sign-in page, with nothing of this sign-in left in the browser.

    Its cookie is emptied, and what the browser kept of pages is thrown away. “cookies” is not in
    the header: it would take the cookie of the known device with it, and whoever guesses at a
    password from elsewhere could then make its owner wait.
    """
    logout_user()
    cookie.clear()
    response = make_response(go("/sign-in"))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def refuse_chosen(
    chosen: Secret, again: Secret, problem: str | None, *, noun: str = "passwords"
) -> bool:
    """Whether a new password or PIN cannot be used; says why at its field.

    `problem` is what is wrong with it by itself; it must also have been typed twice alike.
    """
    if problem is not None:
        chosen.errors = [problem]
        return True
    if chosen.data != again.data:
        again.errors = [f"The two {noun} differ. Type the same one twice."]
        return True
    return False


def slow_down(
    form: Form, wait: timedelta | None, template: str, /, **context: object
) -> ResponseReturnValue:
    """The same page with what was typed, saying how long to wait before another try."""
    wait = wait or timedelta()
    form.form_errors.append(
        f"There were too many tries. Wait {_in_words(wait)}, then try again. "
        "Nobody is locked out for good."
    )
    response = make_response(
        render_template(template, form=form, next=next_address(""), **context), 429
    )
    response.headers["Retry-After"] = str(math.ceil(wait.total_seconds()))
    return response


def _in_words(wait: timedelta) -> str:
    seconds = max(1, math.ceil(wait.total_seconds()))
    if seconds < 60:
        return f"{seconds} second{'' if seconds == 1 else 's'}"
    minutes = math.ceil(seconds / 60)
    return f"{minutes} minute{'' if minutes == 1 else 's'}"
