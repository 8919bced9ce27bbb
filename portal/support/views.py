"""The pages of support: everybody at a glance, one record, what was offered, how it goes."""

from typing import Any
from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue

from portal import clock
from portal.cases import service as cases
from portal.cases import sharing
from portal.cases.access import case_view, may
from portal.cases.access_rules import Part
from portal.cases.forms_records import said
from portal.cases.models import Case, Involved
from portal.cases.pages import case_page
from portal.cases.shown import is_person_shown, sees_whole, writes_about
from portal.cases.steps import address
from portal.clock import Happened
from portal.guidance.catalogue import tips, vocabulary
from portal.guidance.service import directory_of
from portal.staff import service as staff
from portal.staff.roles import Permission
from portal.staff.viewer import viewer
from portal.support import beside, forms, milestones, offers, rules, service, shown, words
from portal.support.models import Support, SupportOffer
from portal.web.errors import Missing, NotPossible
from portal.web.form_base import Form
from portal.web.pages import go, open_form, refuse_stale

bp = Blueprint("support", __name__)


def may_work(case: Case) -> bool:
    return case.is_open and may(viewer(), Permission.WORK_ON_CASES, case)


def may_work_for(case: Case, support: Support) -> bool:
    return may_work(case) and writes_about(support.involved_id)


def beside_tip(case: Case, code: str) -> dict[str, Any]:
    """A text of the guidance, and the services it speaks of as this school has them."""
    tip = tips()[code]
    wanted = set(tip.services)
    found = directory_of(case.school_id) if wanted else []
    return {"tip": tip, "services": [one for one in found if one.code in wanted]}


@bp.get("/cases/<reference>/support")
@case_view(Permission.SEE_CASES, part=Part.SUPPORT)
def overview(case: Case) -> ResponseReturnValue:
    people = cases.people_in(case)
    young, groups = shown.cards(case, people)
    days = milestones.milestones_of(case)
    return case_page(
        "support/overview.html",
        case,
        young=young,
        groups=groups,
        people={one.id: one for one in people},
        **(_sanctions_and_meetings(case, people) if sees_whole() else {}),
        told_words=vocabulary("support_told"),
        days=days,
        to_ask={one.id for one in milestones.to_ask(days, clock.today())},
        day_words=words.milestone_words,
        states=vocabulary("milestone_states"),
        may_work=may_work(case),
        today=clock.today(),
        **beside_tip(case, "support_beside"),
    )


def _sanctions_and_meetings(case: Case, people: list[Involved]) -> dict[str, Any]:
    """What stands beside support, and is no part of it: for those who see the whole case."""
    everybody = [service.young(one) for one in people]
    views = beside.standing(beside.views_of(case))
    return {
        "sanctions": beside.sanctions_of(case),
        "may_sanction": any(rules.may_be_sanctioned(one) for one in everybody),
        "asked": [(one, views.get(one.id)) for one in people if "harmed" in one.parts],
        "meeting_offered": rules.may_offer_meeting(everybody, views),
        "meetings": beside.meetings_of(case),
        "answers": vocabulary("restorative_answers"),
    }


def _adults(case: Case) -> dict[UUID, str]:
    """Who can be a named adult: everybody who works here, as far as the reader may know of them."""
    return {one.id: one.name for one in sharing.could_be_named(viewer(), case)}


def _support_form(
    case: Case, form: Form, person: Involved | None, **context: Any
) -> ResponseReturnValue:
    return case_page(
        "support/form.html",
        case,
        form=form,
        person=person,
        marks=shown.marks(case, person),
        **context,
        **beside_tip(case, "support_beside"),
    )


@bp.route("/cases/<reference>/support/begin/<uuid:involved_id>", methods=["GET", "POST"])
@bp.route("/cases/<reference>/support/begin", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES, part=Part.SUPPORT)
def begin(case: Case, involved_id: UUID | None = None) -> ResponseReturnValue:
    """Support for a young person of the case; without one, for a group of bystanders."""
    person = cases.get_involved(case, involved_id) if involved_id else None
    if person is None and not is_person_shown(None):
        raise Missing  # a group is about nobody in particular
    if person is not None:
        service.refuse_unless_possible(case, person)
    form = open_form(forms.SupportForm, data={"told_by": viewer().name})
    form.for_whom(group=person is None, colleagues=list(_adults(case).items()))
    if form.validate_on_submit():
        made = service.begin(viewer(), case, form.facts, person)
        return go(address(case, "support", str(made.id)))
    return _support_form(case, form, person, support=None)


@bp.route("/cases/<reference>/support/none/<uuid:involved_id>", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES, part=Part.SUPPORT)
def say_why_none(case: Case, involved_id: UUID) -> ResponseReturnValue:
    person = cases.get_involved(case, involved_id)
    service.refuse_unless_possible(case, person)
    form = open_form(forms.WhyForm)
    if form.validate_on_submit():
        service.say_why_none(viewer(), case, person, form.why.data)
        return go(address(case, "support"))
    return case_page(
        "support/why.html",
        case,
        form=form,
        title="Why there is no support for now",
        button="Save the reason",
        name=person.name,
        lead="It can begin at any time after. A no from the young person is a reason.",
        leads_to=address(case, "support"),
    )


@bp.get("/cases/<reference>/support/<uuid:support_id>")
@case_view(Permission.SEE_CASES, part=Part.SUPPORT)
def show(case: Case, support_id: UUID) -> ResponseReturnValue:
    support = cases.get_in(case, Support, support_id)
    people = cases.people_in(case)
    return case_page(
        "support/show.html",
        case,
        support=support,
        name=service.name_of(support, people),
        person=next((one for one in people if one.id == support.involved_id), None),
        never_began=support.review_every == rules.NO_SUPPORT,
        lines=shown.lines_of(case, support) if support.review_every != rules.NO_SUPPORT else [],
        late=rules.is_late(support.next_review_on, clock.today()),
        others=service.others_of(case, support),
        again=support.involved_id in service.to_offer_again(case),
        may_work=may_work_for(case, support) and support.ended_at is None,
        may_correct=may_work_for(case, support),
        **shown.offers_and_reviews(case, support),
        **beside_tip(case, "support_beside"),
    )


def _running(case: Case, support_id: UUID) -> tuple[Support, str, Involved | None]:
    """A record of support that has not ended, whose it is, and that person."""
    support = cases.get_in(case, Support, support_id)
    if support.ended_at is not None:
        raise NotPossible(service.ENDED)
    people = cases.people_in(case)
    person = next((one for one in people if one.id == support.involved_id), None)
    return support, service.name_of(support, people), person


@bp.route("/cases/<reference>/support/<uuid:support_id>/change", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES, part=Part.SUPPORT)
def change(case: Case, support_id: UUID) -> ResponseReturnValue:
    support, name, person = _running(case, support_id)
    begun = {column: getattr(support, column) for column in forms.ABOUT}
    adults = _adults(case)
    if support.adult_id not in {None, *adults}:  # has left, or was shut out since
        begun["adult_id"] = None
        begun["adult_name"] = shown.adult_of(support, staff.names_of([support.adult_id]))
    form = open_form(forms.ChangeSupportForm, data=begun, version=support.version)
    form.was_due = support.next_review_on
    form.next_review_on.label.text = "When do you look at it next?"
    form.next_review_on.hint = ""
    form.for_whom(group=person is None, colleagues=list(adults.items()))
    if form.validate_on_submit():
        asked = [column for column in forms.ABOUT if column in form]
        refuse_stale(support, form, {one: said(form[one], begun[one]) for one in asked})
        service.change(viewer(), case, support, form.facts, form.reason.data, name)
        return go(address(case, "support", str(support.id)))
    return _support_form(case, form, person, support=support)


@bp.route("/cases/<reference>/support/<uuid:support_id>/end", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES, part=Part.SUPPORT)
def end(case: Case, support_id: UUID) -> ResponseReturnValue:
    support, name, _person = _running(case, support_id)
    form = open_form(forms.WhyForm)
    if form.validate_on_submit():
        service.end(viewer(), case, support, form.why.data)
        return go(address(case, "support"))
    return case_page(
        "support/why.html",
        case,
        form=form,
        title="This support ends",
        button="End this support",
        name=name,
        lead="Say how they are now, and whom they can still come to. It can begin again.",
        leads_to=address(case, "support", str(support.id)),
    )


@bp.route("/cases/<reference>/support/<uuid:support_id>/offers/new", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES, part=Part.SUPPORT)
def offer(case: Case, support_id: UUID) -> ResponseReturnValue:
    support, name, person = _running(case, support_id)
    data = {"happened": Happened.of(clock.now()), "answered_on": clock.today()}
    form = open_form(forms.OfferForm, data=data)
    found = [(one.code, one.name) for one in directory_of(case.school_id)]
    form.for_case(found, police_told=case.police_told_at is not None)
    if form.validate_on_submit():
        offers.offer(viewer(), case, support, form.new, name)
        return go(address(case, "support", str(support.id)) + "#offers")
    return case_page(
        "support/offer.html",
        case,
        form=form,
        support=support,
        name=name,
        marks=shown.marks(case, person),
        **beside_tip(case, "support_beside"),
    )


@bp.route("/cases/<reference>/support/offers/<uuid:offer_id>/answer", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES, part=Part.SUPPORT)
def answer(case: Case, offer_id: UUID) -> ResponseReturnValue:
    one = cases.get_in(case, SupportOffer, offer_id)
    support, name, _person = _running(case, one.support_id)
    form = open_form(forms.AnswerForm, data={"answered_on": clock.today()}, version=one.version)
    form.not_before = one.happened_on
    stood = {
        "answer": words.answer_words(one.answer),
        "answer_words": one.answer_words,
    }
    if form.validate_on_submit():
        refuse_stale(one, form, stood)
        offers.answer(viewer(), case, one, form.given, name)
        return go(address(case, "support", str(support.id)) + "#offers")
    return case_page(
        "support/answer.html",
        case,
        form=form,
        one=one,
        what=words.offer_words(one, words.services_of(case, [one])),
        name=name,
        stood=words.answer_words(one.answer),
    )


@bp.route("/cases/<reference>/support/<uuid:support_id>/reviews/new", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES, part=Part.SUPPORT)
def review(case: Case, support_id: UUID) -> ResponseReturnValue:
    support, name, _person = _running(case, support_id)
    form = open_form(forms.ReviewForm, data={"happened": Happened.of(clock.now())})
    if form.validate_on_submit():
        service.review(viewer(), case, support, form.new, name)
        # what changes is then put where everybody looks for it
        then = ["change"] if form.outcome.data == "changes" else []
        return go(address(case, "support", str(support.id), *then))
    return case_page(
        "support/review.html",
        case,
        form=form,
        support=support,
        name=name,
        rhythm=vocabulary("support_rhythms").label(support.review_every),
        **beside_tip(case, "support_beside"),
    )
