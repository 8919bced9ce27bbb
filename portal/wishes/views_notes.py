"""Need-to-know notes: those of a case, for who works on it; and those that somebody was sent."""

from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from portal import clock
from portal.cases import need_to_know, preferences, withheld
from portal.cases import service as cases
from portal.cases.access import case_view, may
from portal.cases.forms import ReasonForm
from portal.cases.models import Case
from portal.cases.models_wishes import NeedToKnowNote
from portal.cases.pages import case_page
from portal.cases.steps import address
from portal.guidance.catalogue import tips
from portal.staff import service as staff
from portal.staff.access import needs
from portal.staff.roles import Permission
from portal.staff.viewer import viewer
from portal.web.errors import NotPossible
from portal.web.pages import go, open_form, page, refuse_stale
from portal.wishes import forms, service

bp = Blueprint("wishes_notes", __name__)
COLLEAGUES = "school"


@bp.get("/cases/<reference>/need-to-know")
@case_view(Permission.SEE_CASES)
def sent(case: Case) -> ResponseReturnValue:
    found = need_to_know.notes_of(case)
    people = [one.member_id for one in found] + [one.sent_by for one in found]
    return case_page(
        "wishes/notes.html",
        case,
        notes=found,
        about={one.id: one.name for one in cases.people_in(case)},
        names=staff.names_of(people),
        may_work=case.is_open and may(viewer(), Permission.WORK_ON_CASES, case),
        tip=tips()["need_to_know"],
    )


@bp.route("/cases/<reference>/need-to-know/new", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def new(case: Case) -> ResponseReturnValue:
    """One sentence for a colleague; who should rather not be told is marked, and needs a reason."""
    everybody = cases.people_in(case)
    young = {one.id: one for one in service.young_in(everybody)}
    colleagues = need_to_know.could_be_told(case)
    begun = {"about": request.args.get("about"), "member": request.args.get("member")}
    form = open_form(forms.NoteForm, data={**begun, "agreed_on": clock.today()})
    form.about.choices = [(one.id, one.name) for one in young.values()]
    form.mark(preferences.marks_on(preferences.rather_not(case, everybody), colleagues))
    form.member.choices = forms.marked_choices(colleagues, form.marks)
    kept = withheld.kept_from(withheld.facts_of(case), kind=COLLEAGUES)
    form.kept_words = withheld.phrases_of(kept)
    if form.validate_on_submit():
        need_to_know.send(
            viewer(),
            case,
            young[form.about.data],
            need_to_know.New(
                form.member.data,
                form.sentence.data,
                form.agreed_on.data,
                form["against_wish"].data if form.member.data in form.marks else "",
            ),
        )
        return go(address(case, "need-to-know"))
    return case_page(
        "wishes/note_form.html", case, form=form, young=young, tip=tips()["need_to_know"]
    )


@bp.route("/cases/<reference>/need-to-know/<uuid:told_id>/withdraw", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def withdraw(case: Case, told_id: UUID) -> ResponseReturnValue:
    one = cases.get_in(case, NeedToKnowNote, told_id)
    if one.withdrawn_at is not None:
        raise NotPossible("This note was withdrawn already.")
    form = open_form(ReasonForm, version=one.version)
    if form.validate_on_submit():
        refuse_stale(one, form, {"reason": one.withdrawn_reason})
        need_to_know.withdraw(viewer(), one, form.reason.data)
        return go(address(case, "need-to-know"))
    name = staff.names_of([one.member_id]).get(one.member_id, "")
    return case_page("wishes/withdraw_note.html", case, form=form, one=one, name=name)


@bp.get("/notes")
@needs(Permission.USE_PORTAL)
def own() -> ResponseReturnValue:
    """What the reader was told about young people: a name and a sentence each."""
    who = viewer()
    return page(
        "wishes/own_notes.html",
        notes=need_to_know.notes_to(who),
        may_record=who.may(Permission.RECORD_DISCLOSURE),
        tip=tips()["danger_now"],
    )


@bp.post("/notes/<uuid:told_id>/read")
@needs(Permission.USE_PORTAL)
def read(told_id: UUID) -> ResponseReturnValue:
    need_to_know.read(viewer(), told_id)
    return go("/notes")
