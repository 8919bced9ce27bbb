"""The second factor at sign-in: what is asked for after the password."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from portal.staff.access import needs
from portal.staff.roles import Permission
from portal.web.pages import page

bp = Blueprint("second", __name__)


@bp.route("/sign-in/second", methods=["GET", "POST"])
@needs(Permission.USE_PORTAL)
def give() -> ResponseReturnValue:
    return page("staff/governor.html")
