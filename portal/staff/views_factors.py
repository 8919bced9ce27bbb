"""A person’s own second factors: setting one up, seeing what there is, taking one away."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from portal.staff.access import needs
from portal.staff.roles import Permission
from portal.web.pages import page

bp = Blueprint("factors", __name__)


@bp.get("/account/second-factor")
@needs(Permission.USE_PORTAL)
def overview() -> ResponseReturnValue:
    return page("staff/governor.html")
