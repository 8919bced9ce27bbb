"""The pages about families: what must be respected, the wish, the decision, updates."""

from typing import Any
from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue

from portal import clock
from portal.cases.access import case_view, may
from portal.cases.access_rules import Part
from portal.cases.models import Case
from portal.cases.pages import case_page
from portal.cases.service import get_in, get_involved
from portal.cases.shown import writes_about
from portal.cases.steps import address
from portal.cases.words import decision_choice
from portal.clock import Happened
from portal.family import forms, reading, service, updates
from portal.family.models import UpdateAgreement
from portal.family.reading import Family
from portal.family.rules import Rhythm, Told
from portal.guidance.catalogue import tips, vocabulary
from portal.staff import service as staff
from portal.staff.roles import Permission
from portal.staff.viewer import viewer
from portal.web.errors import Missing, NotPossible
from portal.web.form_base import Form
from portal.web.pages import go, open_form

bp = Blueprint("family", __name__)


@bp.get("/cases/<reference>/family")
@case_view(Permission.SEE_CASES, part=Part.CONTACTS)
def overview(case: Case) -> ResponseReturnValue:
    found = reading.families(case)
    return case_page("family/overview.html", case, families=found, **_shown(case, found))


@bp.get("/cases/<reference>/family/<uuid:involved_id>")
@case_view(Permission.SEE_CASES, part=Part.CONTACTS)
def show(case: Case, involved_id: UUID) -> ResponseReturnValue:
    """Everything about the home of one young person, with every contact."""
    found = family_in(case, involved_id)
    return case_page("family/show.html", case, family=found, **_shown(case, [found]))


def family_in(case: Case, involved_id: UUID) -> Family:
    one = get_involved(case, involved_id)
    if not service.is_young(one):
        raise Missing
    return reading.family_of(case, one)


def _shown(case: Case, found: list[Family]) -> dict[str, Any]:
    """What every page about families is given beside them."""
    who = viewer()
    ids = {each.decided_by for family in found for each in family.decisions}
    ids |= {each.asked_by for family in found for each in family.wishes}
    ids |= {each.by_id for family in found for each in family.contacts}
    return {
        "names": staff.names_of(ids),
        "parts": vocabulary("parts"),
        "wishes": vocabulary("family_wishes"),
        "ways": vocabulary("contact_ways"),
        "rhythms": vocabulary("update_rhythms"),
        "responsibility": forms.RESPONSIBILITY,
        "choice_of": lambda one: decision_choice(one.choice, one.chosen),
        "may_work": case.is_open
        and may(who, Permission.WORK_ON_CASES, case)
        and all(writes_about(family.one.id) for family in found),
        "may_decide": case.is_open and may(who, Permission.DECIDE, case),
        "may_print": may(who, Permission.PRINT, case),
        "may_keep": who.may(Permission.KEEP_PEOPLE, case.school_id),
        "tip": tips()["telling_home"],
        "wish_tip": tips()["telling_home_wish"],
    }


def form_page(
    case: Case, template: str, form: Form, family: Family, **more: Any
) -> ResponseReturnValue:
    """A page on which something about one family is written down."""
    context = {**_shown(case, [family]), **more}
    return case_page(template, case, form=form, family=family, **context)


@bp.route("/cases/<reference>/family/<uuid:involved_id>/wish", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES, part=Part.CONTACTS)
def wish(case: Case, involved_id: UUID) -> ResponseReturnValue:
    """What the young person says; an earlier answer stays beside the new one."""
    family = family_in(case, involved_id)
    form = open_form(forms.WishForm, data={"asked": Happened.of(clock.now())})
    if form.validate_on_submit():
        service.record_wish(
            viewer(),
            case,
            family.one,
            wish=form.wish.data,
            wants_there=form.wants_there.data or "not_known",
            words={name: form[name].data for name in ("why", "wider", "who_tells")},
            asked=form.asked.data if form.wish.data != "not_asked" else None,
        )
        return go(address(case, "family", str(involved_id)))
    return form_page(case, "family/wish.html", form, family)


@bp.route("/cases/<reference>/family/<uuid:involved_id>/decide", methods=["GET", "POST"])
@case_view(Permission.DECIDE, part=Part.CONTACTS)
def decide(case: Case, involved_id: UUID) -> ResponseReturnValue:
    """Whether home is told. What was decided before stays readable."""
    family = family_in(case, involved_id)
    form = open_form(forms.DecideForm, data={"happened": Happened.of(clock.now())})
    form.for_family(family.carers, family.marks, family.wish.wish if family.wish else None)
    if form.validate_on_submit():
        service.decide(viewer(), case, family.one, _decision(form))
        return go(address(case, "family", str(involved_id)))
    return form_page(case, "family/decide.html", form, family)


def _decision(form: forms.DecideForm) -> service.NewDecision:
    not_told = form.chosen(told=False)
    return service.NewDecision(
        choice=Told(form.choice.data),
        reason=form.reason.data,
        at=form.happened.data,
        told=form.chosen(told=True),
        not_told=not_told,
        not_told_why=form.not_told_why.data if not_told else "",
        who_tells=form.who_tells.data if form.is_told else "",
        on_wish=form.on_wish.data,
        agencies=form.agencies.data,
        agencies_said=form.agencies_said.data,
        reference=form.reference.data,
        by_when=form.by_when.data,
    )


@bp.route("/cases/<reference>/family/<uuid:involved_id>/updates/new", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES, part=Part.CONTACTS)
def agree(case: Case, involved_id: UUID) -> ResponseReturnValue:
    """How often somebody at home hears from school, and what of."""
    family = family_in(case, involved_id)
    if not family.carers:
        raise NotPossible("Record first who cares for this young person.")
    form = open_form(forms.AgreeForm)
    taken = {one.agreed.carer_id for one in family.running}
    form.for_family(family.carers, family.marks, taken)
    if form.validate_on_submit() and form.link is not None:
        new = updates.NewAgreement(Rhythm(form.every.data), form.contains.data, form.next_on.data)
        updates.agree(viewer(), case, family.one, form.link, new)
        return go(address(case, "family", str(involved_id)))
    return form_page(case, "family/agree.html", form, family)


@bp.route("/cases/<reference>/family/updates/<uuid:agreement_id>/end", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES, part=Part.CONTACTS)
def end(case: Case, agreement_id: UUID) -> ResponseReturnValue:
    agreed = get_in(case, UpdateAgreement, agreement_id)
    family = family_in(case, agreed.involved_id)
    form = open_form(forms.EndForm)
    if form.validate_on_submit():
        updates.end_agreement(viewer(), case, agreed, form.reason.data)
        return go(address(case, "family", str(agreed.involved_id)))
    shown = next(one for one in family.updates if one.agreed.id == agreed.id)
    return form_page(case, "family/end.html", form, family, update=shown)
