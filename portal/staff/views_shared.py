"""The blueprint of `staff`, and the little that all its views share."""

from flask import Blueprint, current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from portal.staff import service
from portal.staff.models import School
from portal.staff.viewer import viewer
from portal.web.pages import local_address

bp = Blueprint("staff", __name__)


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
