"""Steps of containment and steps that protect people, as pages."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from portal import clock
from portal.cases import content
from portal.cases import service as cases
from portal.cases.access import case_view, may
from portal.cases.models import Case, Involved
from portal.cases.pages import case_page, frame
from portal.cases.rules import Act
from portal.cases.steps import address
from portal.clock import Happened
from portal.containment import forms, rules, service, words
from portal.containment.guidance import OF_STEPS, beside
from portal.containment.models import ProtectiveStep
from portal.containment.rules import Result, Step
from portal.guidance.catalogue import tips, vocabulary
from portal.staff import service as staff
from portal.staff.roles import Permission
from portal.staff.viewer import viewer
from portal.web.errors import Missing
from portal.web.isolated import isolated
from portal.web.pages import go, open_form

bp = Blueprint("containment_steps", __name__)
STEPS = ", ".join(f"'{step.value}'" for step in Step)


@bp.route(
    f"/cases/<reference>/containment/<any({STEPS}):kind>/new/<uuid:involved_id>",
    methods=["GET", "POST"],
)
@bp.route(f"/cases/<reference>/containment/<any({STEPS}):kind>/new", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def take(case: Case, kind: str, involved_id: UUID | None = None) -> ResponseReturnValue:
    """Record that a step was taken, what came of it, or why it is not needed."""
    step = Step(kind)
    if involved_id is not None and not rules.of_a_person(step):
        raise Missing
    person = _person(case, involved_id) if rules.of_a_person(step) else None
    own = words.address_of(case, step, person.id if person else None)
    if request.path != own and request.method == "GET":
        return go(own)  # what is left unfinished about one person is never shown for another
    items = content.items_of(case)
    held = {item.id for item in content.held(case, items, Act.DELETE)}
    data = {"happened": Happened.of(clock.now()), "done_by": viewer().name}
    form = open_form(forms.StepForm, data=data)
    form.for_step(step, [_choice(case, item, held) for item in items])
    _look_up_names(case, form)
    shown: dict[str, Any] = {
        "step": step,
        "says": words.STEPS[step],
        "person": person,
        "held": step in rules.DELETES and (bool(held) or not items),
        "not_agreed": service.NOT_AGREED
        if step is Step.ASK_ONWARD and not service.may_ask_onward(case)
        else "",
        "action": own,
        **beside(case, OF_STEPS[step]),
    }
    if form.is_submitted() and form.row_action():
        return render_template("containment/take.html", form=form, **frame(case), **shown)
    if form.validate_on_submit() and _waits_for_nothing(case, form, held):
        _record(case, form, person)
        return go(address(case, "content") + "#steps")
    return case_page("containment/take.html", case, form=form, **shown)


def _person(case: Case, involved_id: UUID | None) -> Involved:
    """Whom the step is with: somebody of this case, named in the address by id."""
    try:
        return cases.get_involved(case, involved_id or UUID(request.args.get("person", "")))
    except ValueError:
        raise Missing from None


def _choice(case: Case, item: Any, held: set[UUID]) -> tuple[Any, ...]:
    label = isolated(item.name)
    why = content.reason_held(case, item)
    return (item.id, label, f"Held as evidence. {why}" if item.id in held else "")


def _waits_for_nothing(case: Case, form: forms.StepForm, held: set[UUID]) -> bool:
    """Whether it may be recorded; otherwise the reason stands at the field it is about."""
    result = Result(form["result"].data)
    if rules.deletes(form.step, result, already=form.is_already):
        chosen = [item for item in content.chosen(case, form["items"].data) if item.id in held]
        if chosen:
            names = "; ".join(item.name for item in chosen)
            why = content.reason_held(case, chosen[0])
            field = form["items"]
            field.errors = [*field.errors, f"Held as evidence: {names}. {why}"]
            return False
    if rules.asks_onward(form.step, result, already=form.is_already) and (
        not service.may_ask_onward(case)
    ):
        field = form["result"]
        field.errors = [*field.errors, service.NOT_AGREED]
        return False
    return True


def _look_up_names(case: Case, form: forms.StepForm) -> None:
    """Where several people of the list have just the name that was given it is asked which."""
    if "recipients" not in form or not form.is_submitted():
        return
    rows = form["recipients"].entries
    school = staff.get_school(case.school_id)
    found = service.with_these_names(viewer(), school, [row.name.data for row in rows])
    for row in rows:
        row.offer(found[row.name.data])


def _record(case: Case, form: forms.StepForm, person: Involved | None) -> None:
    who = viewer()
    items = content.chosen(case, form["items"].data) if "items" in form else []
    service.take_step(
        who,
        case,
        service.NewStep(
            step=form.step,
            result=Result(form["result"].data),
            at=form.happened.data,
            done_by=form.done_by.data,
            words=form["words"].data,
            person=person,
            items=items,
            already=form.is_already,
        ),
    )
    if "recipients" in form:
        service.name_recipients(who, case, person, form["recipients"].data)


@bp.get("/cases/<reference>/protect")
@case_view(Permission.SEE_CASES)
def protections(case: Case) -> ResponseReturnValue:
    found = service.protections_of(case)
    return case_page(
        "containment/protect.html",
        case,
        running=[one for one in found if one.ended_at is None],
        ended=[one for one in found if one.ended_at is not None],
        people={one.id: one.name for one in cases.people_in(case)},
        names=staff.names_of(one.by_id for one in found),
        kinds=vocabulary("protective_steps"),
        may_work=case.is_open and may(viewer(), Permission.WORK_ON_CASES, case),
        tip=tips()["protect_now"],
    )


@bp.route("/cases/<reference>/protect/new", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def protect(case: Case) -> ResponseReturnValue:
    form = open_form(forms.ProtectForm, data={"begins": clock.today(), "done_by": viewer().name})
    form.person.choices = [(one.id, one.name) for one in cases.people_in(case)]
    if form.validate_on_submit():
        service.protect(
            viewer(),
            case,
            service.NewProtection(
                kind=form.kind.data,
                at=Happened(form.begins.data),
                words={name: form[name].data for name in ("what", "who_knows", "done_by")},
                person=service.person_of(case, form.person.data),
                review_on=form.review_on.data,
            ),
        )
        return go(address(case, "protect"))
    return case_page("containment/protect_form.html", case, form=form, tip=tips()["protect_now"])


@bp.route("/cases/<reference>/protect/<uuid:protection_id>/end", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def end(case: Case, protection_id: UUID) -> ResponseReturnValue:
    one = cases.get_in(case, ProtectiveStep, protection_id)
    form = open_form(forms.EndForm)
    if form.validate_on_submit():
        service.end_protection(viewer(), case, one, form["words"].data)
        return go(address(case, "protect"))
    return case_page("containment/end.html", case, form=form, one=one)
