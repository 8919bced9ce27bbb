"""Who do you want to know: the overview, a visit, versions side by side, and handing over."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from portal.cases import grants, preferences
from portal.cases import service as cases
from portal.cases.access import case_view, may
from portal.cases.access_rules import Part
from portal.cases.models import Case, Involved
from portal.cases.models_wishes import Wishes
from portal.cases.pages import case_page, frame
from portal.cases.shown import writes_about
from portal.cases.steps import address
from portal.guidance.catalogue import tips, vocabulary
from portal.handover import service as handover
from portal.people.service import initials
from portal.staff import service as staff
from portal.staff.roles import Permission
from portal.staff.viewer import viewer
from portal.web.errors import Conflict, Missing
from portal.web.pages import go, open_form, refuse_stale
from portal.wishes import forms, questionnaire, rules, service, words

bp = Blueprint("wishes", __name__)


@bp.get("/cases/<reference>/wishes")
@case_view(Permission.SEE_CASES, part=Part.WISHES)
def overview(case: Case) -> ResponseReturnValue:
    """Every young person of the case: whether they were asked, and what they wish."""
    everybody = cases.people_in(case)
    newest = preferences.newest(case)
    return case_page(
        "wishes/overview.html",
        case,
        people=[(one, newest.get(one.id)) for one in service.young_in(everybody)],
        unknown=[one for one in everybody if not one.is_known],
        parts=vocabulary("parts"),
        initials=initials,
        words=words,
        meant=service.meant_by(list(newest.values())),
        waiting=[one for one in handover.open_handovers(case) if one.form == questionnaire.CODE],
        **_may(case),
    )


def _may(case: Case, one: Involved | None = None) -> dict[str, Any]:
    """What may be done; of one young person, where the page is about them."""
    who = viewer()
    works = case.is_open and may(who, Permission.WORK_ON_CASES, case)
    return {
        "may_work": works and (one is None or writes_about(one.id)),
        "may_print": may(who, Permission.PRINT, case),
        "tip": tips()["who_to_tell"],
    }


@bp.route("/cases/<reference>/wishes/<uuid:involved_id>/new", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES, part=Part.WISHES)
def new(case: Case, involved_id: UUID) -> ResponseReturnValue:
    """The form filled in beside a young person, or typed up from paper."""
    one = service.young_person(case, involved_id)
    last, meant = service.newest(case, one), service.who_could_be_meant(case, one)
    data = forms.begun(last, class_form=_class_of(one), lead=_lead(case))
    form = open_form(forms.VisitForm, data=data, version=last.number if last else 0)
    action = form.row_action() if form.is_submitted() else None
    form.offer(meant)
    shown = {"one": one, "last": last, "words": words, **_may(case)}
    if action is not None:
        return render_template("wishes/form.html", form=form, **frame(case), **shown)
    if form.validate_on_submit():
        visit = form.visit(meant)
        _refuse_overtaken(case, one, form, visit)
        service.record_visit(viewer(), case, one, visit)
        return go(address(case, "wishes", str(one.id)))
    return case_page("wishes/form.html", case, form=form, **shown)


def _refuse_overtaken(
    case: Case, one: Involved, form: forms.VisitForm, visit: service.Visit
) -> None:
    """A form that was begun before the last visit would silently undo what was said in it."""
    number = service.newest_number(case, one)
    if (form.version_number or 0) == number:
        return
    there = service.newest(case, one)
    named = service.named_in(there)
    rows = [
        ("People", words.listed(visit.people), words.listed(named)),
        ("Anything else they say", visit.anything_else, there.anything_else if there else ""),
    ]
    raise Conflict(rows, number)


def _class_of(one: Involved) -> str:
    return one.person.form_group if one.person else ""


def _lead(case: Case) -> str:
    return next(iter(staff.names_of([case.lead_id]).values()), "")


@bp.get("/cases/<reference>/wishes/<uuid:involved_id>")
@case_view(Permission.SEE_CASES, part=Part.WISHES)
def show(case: Case, involved_id: UUID) -> ResponseReturnValue:
    """One visit beside the one before it, with what changed; the newest unless another is asked."""
    one = service.young_person(case, involved_id)
    visits = service.visits_of(case, one)
    chosen, before = _chosen(visits)
    shown = [visit for visit in (chosen, before) if visit is not None]
    return case_page(
        "wishes/show.html",
        case,
        one=one,
        visits=visits,
        chosen=chosen,
        before=before,
        shown=shown,
        changes=rules.changes(service.named_in(before), service.named_in(chosen)) if before else [],
        meant=service.meant_by(shown),
        names=staff.names_of(visit.asked_by for visit in visits),
        words=words,
        may_be_given=grants.may_be_given(viewer(), case),
        **_may(case, one),
    )


def _chosen(visits: list[Wishes]) -> tuple[Wishes | None, Wishes | None]:
    """The visit that the address asks for and the one before it; `visits` has the newest first."""
    wanted, at = request.args.get("visit"), 0
    if wanted is not None:
        at = next((at for at, one in enumerate(visits) if str(one.number) == wanted), len(visits))
        if at == len(visits):
            raise Missing
    two = visits[at : at + 2]
    return (two[0] if two else None), (two[1] if len(two) > 1 else None)


@bp.route(
    "/cases/<reference>/wishes/<uuid:wishes_id>/people/<uuid:named_id>", methods=["GET", "POST"]
)
@case_view(Permission.WORK_ON_CASES, part=Part.WISHES)
def match(case: Case, wishes_id: UUID, named_id: UUID) -> ResponseReturnValue:
    """Say which colleague or carer a young person meant."""
    visit = cases.get_in(case, Wishes, wishes_id)
    named = service.person_of(visit, named_id)
    one = cases.get_involved(case, visit.involved_id)
    meant = {each.code: each for each in service.who_could_be_meant(case, one)}
    code = forms.code_of(named)
    form = open_form(forms.MatchForm, data={"who": code}, version=visit.version)
    form.who.choices = [(each.code, f"{each.name}, {each.detail}") for each in meant.values()]
    if form.validate_on_submit():
        now = meant[code].name if code in meant else ""
        refuse_stale(visit, form, {"who": now})
        chosen = meant.get(form.who.data or "")
        service.match(
            viewer(),
            visit,
            named,
            member_id=chosen.member_id if chosen else None,
            person_id=chosen.person_id if chosen else None,
            reason=form.reason.data,
        )
        return go(address(case, "wishes", str(one.id)))
    return case_page("wishes/match.html", case, form=form, one=one, named=named)


@bp.route("/cases/<reference>/wishes/<uuid:involved_id>/hand-over", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES, part=Part.WISHES)
def hand_over(case: Case, involved_id: UUID) -> ResponseReturnValue:
    """What is set before the screen is given to the young person."""
    one = service.young_person(case, involved_id)
    last = service.newest(case, one)
    begun = forms.begun(last, class_form=_class_of(one), lead=_lead(case))
    form = open_form(forms.HandOverForm, data=begun)
    if form.is_submitted() and form.row_action():
        return render_template("wishes/hand_over.html", form=form, one=one, **frame(case))
    if form.validate_on_submit():
        return go(
            handover.start(
                viewer(),
                case,
                one,
                form=questionnaire.CODE,
                settings=form.settings(),
                answers=questionnaire.answers_of(last),
            )
        )
    return case_page("wishes/hand_over.html", case, form=form, one=one)
