"""The call sheet: read from while telephoning, and filled in as they answer."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from portal.casefile.call_sheet import call_sheet
from portal.cases.access import case_view
from portal.cases.models import Case
from portal.cases.pages import case_page
from portal.cases.steps import address
from portal.guidance.service import directory_of
from portal.referrals.kinds import KINDS
from portal.referrals.views import make, referral_form
from portal.staff import service as staff
from portal.staff.roles import Permission
from portal.staff.viewer import viewer
from portal.web.pages import go

bp = Blueprint("calls", __name__)

_KINDS = {"police": "police", "social-care": "social_care"}
_TITLES = {
    "police": "Call sheet: ringing the police",
    "social-care": "Call sheet: ringing the front door",
}


@bp.route("/cases/<reference>/call/<any('police', 'social-care'):which>", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def call(case: Case, which: str) -> ResponseReturnValue:
    kind = KINDS[_KINDS[which]]
    form = referral_form(case, kind.code)
    if form.validate_on_submit() and (made := make(case, form)) is not None:
        return go(address(case, "referrals", str(made.id)))
    found = directory_of(case.school_id)
    return case_page(
        "casefile/call.html",
        case,
        form=form,
        kind=kind,
        title=_TITLES[which],
        asked=call_sheet(case, which, viewer().name),
        service=next((one for one in found if one.code == kind.service), None),
        school=staff.get_school(case.school_id),
    )
