"""What is done with one device: every move, the police’s word, the day of return, its content."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue

from portal import clock
from portal.cases import content
from portal.cases.access import case_view
from portal.cases.models import Case
from portal.cases.pages import case_page
from portal.cases.service import get_in
from portal.cases.steps import address
from portal.clock import Happened
from portal.devices import custody, facts, forms, rules, service
from portal.devices import forms_moves as moving
from portal.devices.custody import NewMove
from portal.devices.models import CustodyMove, Device
from portal.devices.rules import Kind
from portal.guidance.catalogue import tips
from portal.staff import service as staff
from portal.staff.roles import Permission
from portal.staff.viewer import viewer
from portal.web.form_base import Form
from portal.web.pages import go, open_form, refuse_stale

bp = Blueprint("devices_moves", __name__)


@dataclass(frozen=True)
class Act:
    """One kind of move: its row, its form, the words around it."""

    kind: Kind
    form: type[moving.MoveForm]
    title: str
    button: str
    lead: str = ""


ACTS = {
    "store": Act(Kind.STORED, moving.StoreForm, "Lock it away", "Record where it is"),
    "move": Act(
        Kind.MOVED,
        moving.CarryForm,
        "Move it or give it to a colleague",
        "Record the move",
        "Every change of hands or place is an entry of its own.",
    ),
    "police": Act(
        Kind.TO_POLICE,
        moving.ToPoliceForm,
        "Hand it to the police",
        "Record that the police have it",
        "Fill this in with the officer beside you. The officer’s receipt can be printed from the "
        "next page.",
    ),
    "from-police": Act(
        Kind.FROM_POLICE,
        moving.FromPoliceForm,
        "It came back from the police",
        "Record that it is here again",
    ),
    "return": Act(
        Kind.RETURNED,
        moving.ReturnForm,
        "Give it back",
        "Record that it was given back",
        "Fill this in with the person who receives it beside you.",
    ),
    "dispose": Act(
        Kind.DISPOSED,
        moving.DisposeForm,
        "Dispose of it",
        "Record that it was disposed of",
        "Rare: a device belongs to somebody. It needs a reason that stands up years on.",
    ),
    "remark": Act(
        Kind.REMARK,
        moving.RemarkForm,
        "Add a remark",
        "Add the remark",
        "Entries are never changed. What was wrong or is missing is said in an entry of its own.",
    ),
}
ONLY_LAWFUL = (
    "For what is against the school’s rules and breaks no law. What may be imagery of a child, or "
    "evidence of an offence, nobody touches: the device goes to the police."
)
ANY = f"any({', '.join(repr(code) for code in ACTS)})"
DEVICE = "/cases/<reference>/devices/<uuid:device_id>"


@bp.route(f"{DEVICE}/<{ANY}:act>", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def move(case: Case, device_id: UUID, act: str) -> ResponseReturnValue:
    device, wanted = get_in(case, Device, device_id), ACTS[act]
    moves = custody.moves_of(device)
    form = open_form(wanted.form, data=_begun(moves, wanted.kind), version=len(moves))

    def save() -> None:
        new = NewMove(wanted.kind, form.happened.data, form.words)
        custody.move_device(viewer(), device, new, seen=form.version_number or 0)

    if form.validate_on_submit() and _done(form, save):
        return go(address(case, "devices", str(device.id)))
    return _page(
        case,
        device,
        form,
        wanted.title,
        wanted.button,
        lead=wanted.lead,
        why_not=_why_not(case, device, moves, wanted.kind),
        evidence_held=wanted.kind is Kind.RETURNED and content.holds_anything(case),
    )


def _begun(moves: list[CustodyMove], kind: Kind) -> dict[str, Any]:
    """What the record knows already: who has it, under which seal; and that it is now."""
    now = rules.standing(moves)
    data: dict[str, Any] = {"happened": Happened.of(clock.now())}
    if now is None:
        return data
    if kind is Kind.FROM_POLICE:
        handed = moves[now.since - 1]
        own = {name: getattr(handed, name) for name in ("officer", "collar", "force")}
        return {**data, **own, "to_whom": viewer().name}
    return {**data, "from_whom": now.holder, "seal": now.seal}


def _done(form: Any, save: Callable[[], object]) -> bool:
    """Whether it was done; where the rows do not allow it, the form says why."""
    try:
        save()
    except custody.NotNow as problem:
        form.refuse(problem.problems)
        return False
    return True


def _why_not(case: Case, device: Device, moves: list[CustodyMove], kind: Kind) -> str:
    """Why this cannot be done at all just now; nothing where the form may be filled in."""
    draft = rules.Draft(kind.value, Happened.of(clock.now()))
    problem = rules.check_move(moves, draft, clock.now()).get("kind", "")
    if not problem and kind in {Kind.RETURNED, Kind.DISPOSED} and device.for_police:
        problem = custody.STILL_FOR_POLICE
    if not problem and kind is Kind.DISPOSED and content.holds_anything(case):
        problem = (
            "Evidence is held in this case, so nothing is disposed of. Ask the police what must be "
            "kept, or release the content items by name."
        )
    return problem


@bp.route(f"{DEVICE}/hold", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def hold(case: Case, device_id: UUID) -> ResponseReturnValue:
    device = get_in(case, Device, device_id)
    moves = custody.moves_of(device)
    begun = {"hold": "no" if device.for_police else "yes", "happened": Happened.of(clock.now())}
    form = open_form(moving.HoldForm, data=begun, version=len(moves))

    def save() -> None:
        custody.hold_for_police(
            viewer(),
            device,
            hold=form.hold.data == "yes",
            at=form.happened.data,
            words=form.words,
            seen=form.version_number or 0,
        )

    if form.validate_on_submit() and _done(form, save):
        return go(address(case, "devices", str(device.id)))
    return _page(case, device, form, "What the police said about it", "Record their word")


@bp.route(f"{DEVICE}/return-by", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def return_by(case: Case, device_id: UUID) -> ResponseReturnValue:
    device = get_in(case, Device, device_id)
    due = clock.local(device.return_due_at) if device.return_due_at else None
    begun = {"return_on": due.date() if due else None, "return_time": due.time() if due else None}
    form = open_form(forms.ReturnByForm, data=begun, version=device.version)
    if form.validate_on_submit():
        refuse_stale(device, form, {"return_on": facts.moment(due) if due else "No day is set"})
        ends = staff.get_school(case.school_id).day_ends
        service.set_return(viewer(), device, form.return_by(ends), form.reason.data)
        return go(address(case, "devices", str(device.id)))
    return _page(case, device, form, "When it goes back", "Save the day")


@bp.route(f"{DEVICE}/kept", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def kept(case: Case, device_id: UUID) -> ResponseReturnValue:
    device = get_in(case, Device, device_id)
    form = open_form(forms.KeptForm, data={"why": device.kept_why}, version=device.version)
    if form.validate_on_submit():
        refuse_stale(device, form, {"why": device.kept_why})
        service.say_why_kept(viewer(), device, form.why.data)
        return go(address(case, "devices", str(device.id)))
    return _page(case, device, form, "Why it is still here", "Save the reason")


@bp.route(f"{DEVICE}/content", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def add_content(case: Case, device_id: UUID) -> ResponseReturnValue:
    device = get_in(case, Device, device_id)
    form = open_form(forms.ContentForm, data={"happened": Happened.of(clock.now())})
    form.held = content.holds_anything(case)
    if form.validate_on_submit():
        service.record_device_content(
            viewer(), device, choice=form.choice.data, at=form.happened.data, words=form.words()
        )
        return go(address(case, "devices", str(device.id)))
    title, button = "Content that is lawful but not allowed", "Record the decision"
    return _page(
        case,
        device,
        form,
        title,
        button,
        lead=ONLY_LAWFUL,
        nothing_deleted=form.held,
    )


def _page(
    case: Case, device: Device, form: Form, title: str, button: str, **more: Any
) -> ResponseReturnValue:
    about_content = isinstance(form, forms.ContentForm)
    return case_page(
        "devices/form.html",
        case,
        form=form,
        title=title,
        button=button,
        names=_names(form),
        about=facts.name_of(device),
        back_to=address(case, "devices", str(device.id)),
        back_text="The device",
        tip=tips()["imagery_seen" if about_content else "custody"],
        **more,
    )


def _names(form: Form) -> list[str]:
    """The questions of a form, in the order in which they are asked."""
    around = {"csrf_token", "sheet", "version"}
    return [field.name for field in form if field.name not in around]
