"""Opening a case in an emergency: by whoever was not given it, for an hour, told to its leads."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue

from portal.cases import emergencies
from portal.cases.emergencies import Found
from portal.cases.forms_access import EmergencyForm
from portal.cases.models import Case
from portal.cases.steps import address
from portal.staff.access import needs
from portal.staff.roles import Permission, Role
from portal.staff.viewer import Viewer, viewer
from portal.staff.views_shared import slow_down
from portal.web.errors import NotPossible
from portal.web.pages import go, open_form, page, see_other

bp = Blueprint("emergency", __name__)


@bp.route("/emergency", methods=["GET", "POST"])
@needs(Permission.OPEN_IN_EMERGENCY, fresh=True)
def start() -> ResponseReturnValue:
    """Say which case and why. Whatever cannot be opened is answered as if it had never been."""
    who = viewer()
    by_name = bool(who.schools_as(Role.PASTORAL))
    form = open_form(EmergencyForm)
    form.ask(by_name=by_name)
    shown = {"running": emergencies.own_running(who), "by_name": by_name}
    if form.validate_on_submit():
        found = emergencies.look_for(who, form.which.data)
        if isinstance(found, timedelta):
            return slow_down(form, found, "cases/emergency.html", **shown)
        opened = _open(who, form, found)
        if opened is not None:
            return go(address(opened))
    return page("cases/emergency.html", form=form, **shown)


def _open(who: Viewer, form: EmergencyForm, found: Found) -> Case | None:
    """Open the case that is meant, or say at the field why there is none."""
    meant, choice = list(found.to_open), form.chosen.data
    if choice:
        meant = [one for one in meant if one.reference == choice]
    if len(meant) > 1 or (choice and found.to_open and not meant):
        form.chosen.choices = [(one.reference, one.reference) for one in found.to_open]
        form.chosen.errors = ["Choose one of these cases"]
        emergencies.note_shown(who, found.to_open)
    elif meant:
        try:
            emergencies.open_case(who, meant[0], form.reason.data)
        except NotPossible as why:
            form.which.errors = [str(why)]
        else:
            return meant[0]
    elif found.seen:
        form.which.errors = [f"{emergencies.ALREADY} {_listed(found.seen)}"]
    else:
        form.which.errors = [emergencies.NOT_FOUND]
    return None


def _listed(cases: Sequence[Case]) -> str:
    return ", ".join(one.reference for one in cases)


@bp.post("/emergency/<uuid:emergency_id>/end")
@needs(Permission.OPEN_IN_EMERGENCY)
def end(emergency_id: UUID) -> ResponseReturnValue:
    emergencies.end_own(viewer(), emergency_id)
    return see_other("emergency.start")
