"""The help pages: whom to ring, and what to do, each with its source and date."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from portal.guidance.catalogue import directory, rule_sets, tips
from portal.staff.access import needs
from portal.staff.roles import Permission
from portal.web.pages import page

bp = Blueprint("guidance", __name__)

_WHOM = (
    ("everyone", "In an emergency, and for everybody"),
    ("young_people", "For young people"),
    ("parents", "For parents and carers"),
    ("staff", "For staff"),
)


@bp.get("/guidance")
@needs(Permission.USE_PORTAL)
def show() -> ResponseReturnValue:
    groups = [
        (title, [one for one in directory() if one.for_whom[0] == code]) for code, title in _WHOM
    ]
    return page("guidance/show.html", groups=groups, tips=tips().values(), rule_sets=rule_sets())
