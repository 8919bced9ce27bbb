"""The pages about the devices of a case: the list, the log, one device with its chain."""

from typing import Any
from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue

from portal import clock
from portal.cases import content
from portal.cases.access import case_view, may
from portal.cases.forms_records import said
from portal.cases.models import Case, Involved
from portal.cases.pages import case_page
from portal.cases.service import get_in, people_in
from portal.cases.steps import address
from portal.clock import Happened
from portal.devices import custody, facts, forms, rules, searches, service
from portal.devices.models import CustodyMove, Device, DeviceSearch
from portal.devices.rules import Kind
from portal.devices.typed import imei_remark
from portal.guidance.catalogue import tips
from portal.staff import service as staff
from portal.staff.roles import Permission
from portal.staff.viewer import viewer
from portal.web.pages import go, open_form, refuse_stale

bp = Blueprint("devices", __name__)

ACTS = (
    (Kind.STORED, "store", "Lock it away"),
    (Kind.MOVED, "move", "Move it or give it to a colleague"),
    (Kind.TO_POLICE, "police", "Hand it to the police"),
    (Kind.FROM_POLICE, "from-police", "It came back from the police"),
    (Kind.RETURNED, "return", "Give it back"),
    (Kind.DISPOSED, "dispose", "Dispose of it"),
)
"""What can be done with a device: the kind of row, its address, and the words of its link."""


@bp.get("/cases/<reference>/devices")
@case_view(Permission.SEE_CASES)
def listing(case: Case) -> ResponseReturnValue:
    chains, people = service.moves_in(case), people_in(case)
    owners: dict[UUID | None, str] = {one.id: one.name for one in people}
    return case_page(
        "devices/list.html",
        case,
        lines=[
            _line(device, chains.get(device.id, []), owners) for device in service.devices_of(case)
        ],
        searched=[
            (one, owners.get(one.involved_id, one.who)) for one in searches.searches_of(case)
        ],
        may_work=may(viewer(), Permission.WORK_ON_CASES, case),
        tips=tips(),
    )


def _line(
    device: Device, moves: list[CustodyMove], owners: dict[UUID | None, str]
) -> tuple[Device, str, str, facts.Now]:
    owner = owners.get(device.owner_id, device.owner) or facts.NOT_RECORDED
    return device, facts.name_of(device), owner, facts.now_of(moves)


@bp.route("/cases/<reference>/devices/new", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def new(case: Case) -> ResponseReturnValue:
    return _log(case, {"taken_by": viewer().name, "taken": Happened.of(clock.now())})


@bp.route("/cases/<reference>/searches/<uuid:search_id>/device", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def found(case: Case, search_id: UUID) -> ResponseReturnValue:
    """The log of a device that was found in a search, which has said half of it already."""
    search = get_in(case, DeviceSearch, search_id)
    begun = {
        "search_id": search.id,
        "how": "searched",
        "owner_id": search.involved_id,
        "owner": search.who,
        "taken": search.happened,
        "taken_by": search.searcher,
        "taken_where": search.place,
        "witness": search.present,
    }
    return _log(case, begun)


def _log(case: Case, begun: dict[str, Any]) -> ResponseReturnValue:
    people = people_in(case)
    form = open_form(forms.NewDeviceForm, data=begun)
    _offer(form, people, searches.searches_of(case))
    if form.validate_on_submit():
        school = staff.get_school(case.school_id)
        chosen = next((one.name for one in people if one.id == form.owner_id.data), "")
        device = service.take_device(
            viewer(),
            case,
            service.NewDevice(
                facts=form.facts(),
                words=form.words(),
                taken=form.taken.data,
                had_by=form.had_by.data or chosen or form.owner.data,
                return_by=form.return_by(school.day_ends),
                stored=form.stored_away(),
            ),
        )
        return go(address(case, "devices", str(device.id)))
    return case_page("devices/new.html", case, form=form, sections=forms.SECTIONS, tips=tips())


def _offer(form: forms.KnownForm, people: list[Involved], recorded: list[DeviceSearch]) -> None:
    """The people of the case and its searches, to choose from."""
    form.owner_id.choices = [(one.id, one.name) for one in people]
    form.search_id.choices = [
        (one.id, facts.NOT_RECORDED if one.happened is None else rules.said(one.happened))
        for one in recorded
    ]


@bp.get("/cases/<reference>/devices/<uuid:device_id>")
@case_view(Permission.SEE_CASES)
def show(case: Case, device_id: UUID) -> ResponseReturnValue:
    device = get_in(case, Device, device_id)
    moves, decided = custody.moves_of(device), service.content_of(device)
    names = staff.names_of([*(one.by_id for one in moves), *(one.by_id for one in decided)])
    open_to = rules.may_follow(moves)
    who = viewer()
    return case_page(
        "devices/show.html",
        case,
        device=device,
        title=facts.kind_of(device),
        now=facts.now_of(moves),
        overdue=device.held and device.return_due_at and device.return_due_at < clock.now(),
        facts=facts.device_facts(device, moves, _owner(case, device)),
        chain=facts.custody_lines(device, moves, names),
        gaps=facts.gaps_in(moves),
        imei_remark=imei_remark(device.imei),
        decided=[(one, facts.content_line(one), names.get(one.by_id, "")) for one in decided],
        acts=[(code, words) for kind, code, words in ACTS if kind in open_to],
        evidence_held=device.held and content.holds_anything(case),
        search=get_in(case, DeviceSearch, device.search_id) if device.search_id else None,
        may_work=may(who, Permission.WORK_ON_CASES, case),
        may_print=may(who, Permission.PRINT, case),
        tips=tips(),
    )


def _owner(case: Case, device: Device) -> str:
    return get_in(case, Involved, device.owner_id).name if device.owner_id else device.owner


@bp.route("/cases/<reference>/devices/<uuid:device_id>/correct", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def correct(case: Case, device_id: UUID) -> ResponseReturnValue:
    device = get_in(case, Device, device_id)
    people, recorded = people_in(case), searches.searches_of(case)
    names = (*forms.WHAT, *forms.HOW, *forms.NEEDED)
    begun = {name: getattr(device, name) for name in names}
    form = open_form(forms.CorrectDeviceForm, data=begun, version=device.version)
    _offer(form, people, recorded)
    if form.validate_on_submit():
        refuse_stale(device, form, {name: said(form[name], begun[name]) for name in names})
        service.correct_device(viewer(), device, form.known(), form.reason.data)
        return go(address(case, "devices", str(device.id)))
    return case_page(
        "devices/form.html",
        case,
        form=form,
        title="Correct what it is",
        button="Save the correction",
        names=(*names, "reason"),
        about=facts.name_of(device),
        lead="Who had it when is not changed here. What is wrong in the chain of custody is put "
        "right by a remark.",
        back_to=address(case, "devices", str(device.id)),
        back_text="The device",
        tip=tips()["taking_a_device"],
    )
