"""Due actions, entries by hand, and decisions."""

from typing import Any
from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue

from portal import clock
from portal.cases import actions, decisions, service, sharing
from portal.cases import forms_records as forms
from portal.cases.access import case_view, may
from portal.cases.access_rules import Part
from portal.cases.forms import ReasonForm
from portal.cases.models import Case, CaseNote, Decision, DecisionKind, DueAction
from portal.cases.pages import case_page
from portal.cases.shown import only_own, sees_whole
from portal.cases.steps import address
from portal.cases.words import ACTION_STATES, NOTE_KINDS, decision_choice, decision_title
from portal.staff import service as staff
from portal.staff.roles import Permission
from portal.staff.service import Colleague
from portal.staff.viewer import viewer
from portal.web.errors import NotPossible
from portal.web.pages import go, open_form, refuse_stale

bp = Blueprint("cases_work", __name__)


@bp.get("/cases/<reference>/actions")
@case_view(Permission.SEE_CASES, part=Part.ACTIONS)
def action_list(case: Case) -> ResponseReturnValue:
    found = only_own(actions.actions_of(case))
    return case_page(
        "cases/actions.html",
        case,
        open_ones=[one for one in found if one.state == "open"],
        settled=[one for one in found if one.state != "open"],
        names=staff.names_of(one.owner_id for one in found),
        states=ACTION_STATES,
        now=clock.now(),
        may_work=may(viewer(), Permission.WORK_ON_CASES, case),
    )


@bp.route("/cases/<reference>/actions/new", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES, part=Part.ACTIONS)
def new_action(case: Case) -> ResponseReturnValue:
    form = open_form(forms.ActionForm, data={"owner": viewer().id})
    form.owner.choices = forms.owners(_owners(case))
    if form.validate_on_submit():
        actions.plan_action(
            viewer(),
            case,
            kind="by_hand",
            what=form.what.data,
            due_at=form.due_at(_ends(case)),
            owner_id=form.owner.data,
            owner_name=form.owner_name.data,
        )
        return go(address(case, "actions"))
    return case_page("cases/new_action.html", case, form=form)


@bp.route("/cases/<reference>/actions/<uuid:action_id>/settle", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES, part=Part.ACTIONS)
def settle(case: Case, action_id: UUID) -> ResponseReturnValue:
    action = _open_action(case, action_id)
    form = open_form(forms.SettleForm, version=action.version)
    if form.validate_on_submit():
        refuse_stale(action, form, {"state": ACTION_STATES[action.state], "result": action.result})
        actions.settle_action(viewer(), action, form.state.data, form.result.data)
        return go(address(case, "actions"))
    return case_page("cases/settle_action.html", case, form=form, action=action)


@bp.route("/cases/<reference>/actions/<uuid:action_id>/move", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES, part=Part.ACTIONS)
def move(case: Case, action_id: UUID) -> ResponseReturnValue:
    action = _open_action(case, action_id)
    due = clock.local(action.due_at)
    begun: dict[str, Any] = {"owner": action.owner_id, "owner_name": action.owner_name}
    begun |= {"due_on": due.date(), "due_time": due.time()}
    form = open_form(forms.MoveForm, data=begun, version=action.version)
    form.owner.choices = forms.owners(_owners(case))
    if form.validate_on_submit():
        owner = ", ".join(staff.names_of([action.owner_id]).values())
        there = {"owner": owner, "owner_name": action.owner_name}
        there |= {"due_on": forms.said(form.due_on, due.date()), "due_time": f"{due:%H:%M}"}
        refuse_stale(action, form, there)
        actions.move_action(
            viewer(),
            action,
            form.due_at(_ends(case)),
            form.owner.data,
            form.reason.data,
            owner_name=form.owner_name.data,
        )
        return go(address(case, "actions"))
    return case_page("cases/move_action.html", case, form=form, action=action)


@bp.route("/cases/<reference>/notes/new", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def new_note(case: Case) -> ResponseReturnValue:
    form = open_form(forms.NoteForm)
    if form.validate_on_submit():
        service.add_note(
            viewer(),
            case,
            form.kind.data,
            form.words.data,
            form.happened.data,
            form.on_paper.data,
        )
        return go(address(case, "chronology"))
    return case_page("cases/note_form.html", case, form=form, entry=None)


@bp.route("/cases/<reference>/notes/<uuid:note_id>/correct", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def correct_note(case: Case, note_id: UUID) -> ResponseReturnValue:
    entry = _standing_note(case, note_id)
    names = ("kind", "words", "happened", "on_paper")
    begun = {name: getattr(entry, name) for name in names}
    data = {**begun, "paper": bool(entry.on_paper)}
    form = open_form(forms.CorrectNoteForm, data=data, version=entry.version)
    if form.validate_on_submit():
        refuse_stale(entry, form, {name: forms.said(form[name], begun[name]) for name in names})
        service.correct_note(
            viewer(),
            entry,
            form.words.data,
            form.happened.data,
            form.reason.data,
            kind=form.kind.data,
            on_paper=form.on_paper.data,
        )
        return go(address(case, "chronology"))
    return case_page("cases/note_form.html", case, form=form, entry=entry)


@bp.route("/cases/<reference>/notes/<uuid:note_id>/withdraw", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def withdraw_note(case: Case, note_id: UUID) -> ResponseReturnValue:
    entry = _standing_note(case, note_id)
    form = open_form(ReasonForm, version=entry.version)
    if form.validate_on_submit():
        refuse_stale(entry, form, {"reason": entry.words})
        service.withdraw_note(viewer(), entry, form.reason.data)
        return go(address(case, "chronology"))
    kind = NOTE_KINDS.get(entry.kind, "")
    return case_page("cases/withdraw_note.html", case, form=form, entry=entry, kind=kind)


@bp.get("/cases/<reference>/decisions")
@case_view(Permission.SEE_CASES)
def decision_list(case: Case) -> ResponseReturnValue:
    found = decisions.decisions_of(case)
    return case_page(
        "cases/decisions.html",
        case,
        decisions=found,
        names=staff.names_of(one.decided_by for one in found),
        title_of=decision_title,
        choice_of=decision_choice,
        may_decide=may(viewer(), Permission.DECIDE, case),
    )


@bp.route("/cases/<reference>/decisions/new", methods=["GET", "POST"])
@case_view(Permission.DECIDE)
def new_decision(case: Case) -> ResponseReturnValue:
    form = open_form(forms.DecisionForm, data={"happened": clock.Happened(clock.today())})
    if form.validate_on_submit():
        decision = decisions.record_decision(
            viewer(),
            case,
            kind=DecisionKind.OTHER.value,
            choice="decided",
            words=form.words,
            happened=form.happened.data,
        )
        return go(address(case, "decisions", str(decision.id)))
    return case_page("cases/new_decision.html", case, form=form)


@bp.get("/cases/<reference>/decisions/<uuid:decision_id>")
@case_view(Permission.SEE_CASES)
def decision(case: Case, decision_id: UUID) -> ResponseReturnValue:
    who = viewer()
    found = service.get_in(case, Decision, decision_id)
    signed = found.countersignatures
    people = [found.decided_by, *(one.member_id for one in signed)]
    people += [one.entered_by for one in signed]
    return case_page(
        "cases/decision.html",
        case,
        decision=found,
        names=staff.names_of(people),
        title_of=decision_title,
        choice=decision_choice(found.choice, found.chosen),
        may_sign=found.needs_second and not found.stands and may(who, Permission.COUNTERSIGN, case),
    )


def _owners(case: Case) -> list[Colleague]:
    """Whom an action can be given to; who holds only this part gives to the lead or to nobody else.

    Who can see a case is told to those who see the whole of it.
    """
    able = sharing.could_do(case)
    if sees_whole():
        return able
    return [one for one in able if one.id in {viewer().id, case.lead_id}]


def _ends(case: Case) -> str:
    return staff.get_school(case.school_id).day_ends


def _open_action(case: Case, action_id: UUID) -> DueAction:
    action = service.get_in(case, DueAction, action_id)
    if action.state != "open":
        raise NotPossible("This is settled already.")
    return action


def _standing_note(case: Case, note_id: UUID) -> CaseNote:
    entry = service.get_in(case, CaseNote, note_id)
    if entry.withdrawn_at is not None:
        raise NotPossible("This entry was withdrawn. Write a new one instead.")
    return entry
