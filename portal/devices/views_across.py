"""Everything that the school holds, across the cases that somebody may see."""

from urllib.parse import urlencode

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from portal.devices import lists
from portal.devices.form_parts import FindForm
from portal.staff.access import needs
from portal.staff.roles import Permission
from portal.staff.viewer import viewer
from portal.web.pages import page, page_after
from portal.web.unit_of_work import after_the_request

bp = Blueprint("devices_across", __name__)


@bp.route("/devices", methods=["GET", "POST"])
@needs(Permission.SEE_CASES)
def held() -> ResponseReturnValue:
    """A page of the list; or, after a POST, what was found. What was looked for never stays."""
    who, form = viewer(), FindForm()
    if request.method == "POST" and form.validate_on_submit():
        found, note_search = lists.find(who, form.seal.data, form.words.data)
        after_the_request(note_search)
        return render_template("devices/found.html", form=form, lines=found, most=lists.MOST)
    only = request.args.get("only", lists.EVERY)
    if only not in {lists.EVERY, lists.OVERDUE, lists.POLICE}:
        abort(400)
    after = page_after()
    listed = lists.held_page(who, only, after)
    query = {"only": only, "after": listed.older}
    return page(
        "devices/across.html",
        form=form,
        lines=listed.lines,
        overview=lists.held_overview(who),
        most=lists.MOST,
        only=only,
        first=after is None,
        older="/devices?" + urlencode({name: value for name, value in query.items() if value})
        if listed.older
        else "",
    )
