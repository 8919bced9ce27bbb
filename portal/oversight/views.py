"""Pages about looks: one’s own history, a week’s unusual looks, and what was refused."""

from datetime import date, timedelta

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from portal import clock
from portal.oversight import looks
from portal.oversight.forms import ReadForm
from portal.oversight.rules import week_of
from portal.staff import service as staff
from portal.staff.access import needs
from portal.staff.roles import Permission, Role
from portal.staff.viewer import viewer
from portal.web.errors import Missing
from portal.web.pages import go, open_form, page

bp = Blueprint("oversight", __name__)

WEEKS_BACK = 52


@bp.get("/account/history")
@needs(Permission.USE_PORTAL)
def history() -> ResponseReturnValue:
    found = list(looks.own_history(viewer(), _number_before()))
    shown = found[: looks.PAGE]
    older = f"/account/history?before={shown[-1].seq}" if len(found) > looks.PAGE else ""
    return page("oversight/history.html", acts=shown, older=older)


@bp.get("/school/looks")
@needs(Permission.REVIEW_LOOKS)
def this_week() -> ResponseReturnValue:
    """Lead to the newest week that is over: on a Monday morning there is nothing else to read."""
    return go(f"/school/looks/{week_of(clock.today()) - timedelta(days=7)}")


@bp.route("/school/looks/<week>", methods=["GET", "POST"])
@needs(Permission.REVIEW_LOOKS)
def week(week: str) -> ResponseReturnValue:
    begins = _monday(week)
    who, school = viewer(), staff.get_school(viewer().school)
    form = open_form(ReadForm)
    if form.validate_on_submit():
        looks.mark_read(who, school, begins, form.words.data)
        return go(f"/school/looks/{begins}")
    found = looks.unusual_in(who, school, begins)
    readers = staff.names_of(one.member_id for one in found.read)
    last = week_of(clock.today())
    return page(
        "oversight/looks.html",
        form=form,
        found=found,
        readers=readers,
        ends=begins + timedelta(days=6),
        is_running=begins == last,
        earlier=begins - timedelta(days=7),
        later=begins + timedelta(days=7) if begins < last else None,
    )


@bp.get("/school/refused")
@needs(Permission.REVIEW_LOOKS)
def refused() -> ResponseReturnValue:
    found = looks.refused(viewer().school)
    names = staff.names_of([one.by for one in found] + [one.account for one in found])
    return page(
        "oversight/refused.html",
        found=found,
        names=names,
        most=looks.MOST_REFUSED,
        roles={role.value: role.label for role in Role},
    )


def _monday(text: str) -> date:
    """The Monday in an address; any other day, a week to come or one long past is not there."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Missing from None
    last = week_of(clock.today())
    if day.isoformat() != text or day != week_of(day) or not _is_near(day, last):
        raise Missing
    return day


def _is_near(day: date, last: date) -> bool:
    return last - timedelta(weeks=WEEKS_BACK) <= day <= last


def _number_before() -> int | None:
    text = request.args.get("before", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None
