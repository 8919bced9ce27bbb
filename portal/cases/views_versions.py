"""Every version of any record of a case."""

from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue

from portal.cases import history, history_words
from portal.cases.access import case_view
from portal.cases.models import Case
from portal.cases.pages import case_page
from portal.cases.words import readable
from portal.staff import service as staff
from portal.staff.roles import Permission

bp = Blueprint("cases_versions", __name__)


@bp.get("/cases/<reference>/versions/<table>/<uuid:record_id>")
@case_view(Permission.SEE_CASES)
def versions(case: Case, table: str, record_id: UUID) -> ResponseReturnValue:
    record = history.record_of(case, table, record_id)
    told = history.history_of(case, record)
    names = staff.names_of(one.actor_id for one in told)
    what = history_words.TITLES.get(table) or readable(table)
    return case_page("cases/versions.html", case, told=told, names=names, what=what)
