"""Printing what goes out with a referral, a report or a device: one form for each."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from portal.casefile import copies, device_papers, papers, presets
from portal.casefile.forms import ContentListForm, CoverForm, PrintForm, ReceiptForm
from portal.casefile.print_views import context, new_print, printed
from portal.casefile.summary import is_young
from portal.cases import content
from portal.cases import service as cases
from portal.cases.access import case_view
from portal.cases.models import Case
from portal.cases.steps import address
from portal.devices.models import Device
from portal.referrals.models import Referral
from portal.staff.roles import Permission
from portal.web.here import own_address
from portal.web.isolated import isolated
from portal.web.pages import open_form, page

bp = Blueprint("prints_acts", __name__)


@bp.route("/cases/<reference>/referrals/<uuid:referral_id>/cover/print", methods=["GET", "POST"])
@case_view(Permission.PRINT, fresh=True)
def cover(case: Case, referral_id: UUID) -> ResponseReturnValue:
    referral = cases.get_in(case, Referral, referral_id)
    young = [one for one in cases.people_in(case) if is_young(one)]
    form = open_form(
        CoverForm,
        data=presets.recipient_of(referral) | {"enclosed": papers.newest_summary(case)},
    )
    form.people.choices = [(one.id, isolated(one.name), copies.part_words(one)) for one in young]
    if form.validate_on_submit():
        words = {name: form[name].data for name in ("urgent", "asks", "enclosed")}
        people = [str(one) for one in form.people.data]
        new = replace(
            new_print(papers.COVER, form), people=people, subject_id=referral.id, words=words
        )
        return printed(case, new)
    back = address(case, "referrals", str(referral.id))
    return _page(case, form, "Print a cover sheet", back, ("people", "urgent", "asks", "enclosed"))


@bp.route("/cases/<reference>/content/print", methods=["GET", "POST"])
@case_view(Permission.PRINT, fresh=True)
def content_list(case: Case) -> ResponseReturnValue:
    items = [item for item in content.items_of(case) if item.url or item.account]
    form = open_form(
        ContentListForm,
        data={
            "purpose": "platform_report",
            "recipient_kind": "platform",
            "items": [item.id for item in items if item.is_open],
        },
    )
    form.items.choices = [(item.id, isolated(item.name), "") for item in items]
    if form.validate_on_submit():
        chosen = [str(one) for one in form.items.data]
        return printed(case, replace(new_print(papers.CONTENT, form), parts=chosen))
    title = "Print a list of addresses for a report"
    return _page(case, form, title, address(case, "content"), ("items",))


@bp.route("/cases/<reference>/devices/<uuid:device_id>/receipt/print", methods=["GET", "POST"])
@case_view(Permission.PRINT, fresh=True)
def receipt(case: Case, device_id: UUID) -> ResponseReturnValue:
    device = cases.get_in(case, Device, device_id)
    data = presets.receipt_for(case, device, request.args.get("for", "person"))
    form = open_form(ReceiptForm, data=data)
    if form.validate_on_submit():
        new = new_print(device_papers.RECEIPT, form)
        return printed(case, replace(new, parts=[form.for_whom.data], subject_id=device.id))
    back = address(case, "devices", str(device.id))
    return _page(case, form, "Print a receipt", back, ("for_whom",))


@bp.route("/cases/<reference>/devices/<uuid:device_id>/custody/print", methods=["GET", "POST"])
@case_view(Permission.PRINT, fresh=True)
def custody(case: Case, device_id: UUID) -> ResponseReturnValue:
    device = cases.get_in(case, Device, device_id)
    form = open_form(PrintForm, data={"purpose": "custody"})
    if form.validate_on_submit():
        return printed(case, replace(new_print(device_papers.CUSTODY, form), subject_id=device.id))
    back = address(case, "devices", str(device.id))
    return _page(case, form, "Print the chain of custody", back, ())


def _page(
    case: Case, form: PrintForm, title: str, back: str, first: tuple[str, ...]
) -> ResponseReturnValue:
    shown: dict[str, Any] = context(case)
    people = cases.people_in(case)
    return page(
        "casefile/print_act.html",
        form=form,
        title=title,
        back=back,
        first=first,
        action=own_address(),
        reserved=copies.reserved(case, people),
        **shown,
    )
