"""What happens to a referral after it was made, as pages: each is added, nothing is overwritten."""

from typing import Any, TypeVar
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from portal.cases import content, sharing
from portal.cases.access import case_view
from portal.cases.models import Case
from portal.cases.pages import case_page, frame
from portal.cases.service import get_in
from portal.cases.steps import address
from portal.guidance.catalogue import tips
from portal.referrals import forms, service, words
from portal.referrals import forms_after as after
from portal.referrals.kinds import KINDS, OUTCOMES
from portal.referrals.models import Referral
from portal.referrals.views import beside
from portal.staff.roles import Permission
from portal.staff.viewer import viewer
from portal.web.errors import Missing, NotPossible
from portal.web.isolated import isolated
from portal.web.pages import go, open_form, refuse_stale

bp = Blueprint("referrals_after", __name__)
F = TypeVar("F", bound=after.LaterForm)
_HIDDEN = frozenset({"Hidden", "CSRFTokenField"})


def _later(case: Case, referral_id: UUID, form_class: type[F], **data: Any) -> tuple[Referral, F]:
    """The referral and the form of something that happened to it."""
    one = get_in(case, Referral, referral_id)
    form = open_form(form_class, data={"happened": forms.now(), **data})
    form.told = one.happened
    return one, form


def _show_form(
    case: Case, one: Referral, form: after.LaterForm, title: str, button: str, **more: Any
) -> ResponseReturnValue:
    shown = {**beside(case, KINDS[one.kind]), "lead": "", "outcomes": (), **more}
    return case_page(
        "referrals/later.html",
        case,
        form=form,
        title=title,
        button=button,
        one=one,
        words=words,
        fields=[field for field in form if field.type not in _HIDDEN],
        **shown,
    )


def _back(case: Case, one: Referral) -> ResponseReturnValue:
    return go(address(case, "referrals", str(one.id)))


@bp.route("/cases/<reference>/referrals/<uuid:referral_id>/written", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def written(case: Case, referral_id: UUID) -> ResponseReturnValue:
    one, form = _later(case, referral_id, after.WrittenForm)
    service.refuse_written(one)
    if form.validate_on_submit():
        at, sent = form.happened.data, form.said.data
        service.confirm_in_writing(viewer(), case, one, at, sent, form.who.data)
        return _back(case, one)
    return _show_form(case, one, form, "Confirmed in writing", "Save")


@bp.route("/cases/<reference>/referrals/<uuid:referral_id>/chase", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def chase(case: Case, referral_id: UUID) -> ResponseReturnValue:
    return _ask_again(case, referral_id, "Ask again", escalate=False)


@bp.route("/cases/<reference>/referrals/<uuid:referral_id>/escalate", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def escalate(case: Case, referral_id: UUID) -> ResponseReturnValue:
    lead = (
        "If a worker does not answer or you do not agree, their manager decides; the local "
        "authority’s escalation procedure says who comes next."
    )
    return _ask_again(case, referral_id, "Go to somebody above", escalate=True, lead=lead)


def _ask_again(
    case: Case, referral_id: UUID, title: str, *, escalate: bool, lead: str = ""
) -> ResponseReturnValue:
    one, form = _later(case, referral_id, after.ChaseForm)
    service.refuse_settled(one)
    if form.validate_on_submit():
        service.chase(
            viewer(),
            case,
            one,
            at=form.happened.data,
            who=form.who.data,
            said=form.said.data,
            next_on=form.next_on.data,
            escalate=escalate,
        )
        return _back(case, one)
    return _show_form(case, one, form, title, "Save", lead=lead)


@bp.route("/cases/<reference>/referrals/<uuid:referral_id>/answer", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def answer(case: Case, referral_id: UUID) -> ResponseReturnValue:
    one, form = _later(case, referral_id, after.AnswerForm)
    if not words.asks_evidence(one):
        del form.outcome
    if one.nature != service.REFERRAL:
        del form.more
    if form.validate_on_submit():
        service.record_answer(viewer(), case, one, form.answer())
        return _back(case, one)
    outcomes = OUTCOMES if "outcome" in form else ()
    return _show_form(case, one, form, "They answered", "Save the answer", outcomes=outcomes)


@bp.route("/cases/<reference>/referrals/<uuid:referral_id>/no-answer", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def no_answer(case: Case, referral_id: UUID) -> ResponseReturnValue:
    one, form = _later(case, referral_id, after.NoAnswerForm)
    service.refuse_settled(one)
    form.asked_again = service.was_asked_again(one)
    del form.who
    if form.validate_on_submit():
        service.expect_no_answer(viewer(), case, one, form.happened.data, form.said.data)
        return _back(case, one)
    lead = "Only after asking again at least once. Each time they were asked stays on the record."
    return _show_form(case, one, form, "No answer is expected any more", "Save", lead=lead)


@bp.route("/cases/<reference>/referrals/<uuid:referral_id>/told", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def told(case: Case, referral_id: UUID) -> ResponseReturnValue:
    """They were told of others; `?of=` ticks those whom the register says they do not know of."""
    wanted = set(request.args.get("of", "").split(","))
    one = get_in(case, Referral, referral_id)
    unknown = [
        each
        for each in service.referrals_of(case)
        if each.id != one.id and str(each.id) not in one.knows_of
    ]
    if not unknown:
        raise NotPossible("They know of every other body on the record already.")
    ticked = [each.id for each in unknown if str(each.id) in wanted]
    _, form = _later(case, referral_id, after.ToldForm, others=ticked)
    del form.who
    form.others.choices = [(each.id, isolated(words.title(each)), "") for each in unknown]
    if form.validate_on_submit():
        chosen = [each for each in unknown if each.id in form.others.data]
        service.tell_of(viewer(), one, chosen, form.happened.data, form.said.data)
        return _back(case, one)
    tip = tips()["knows_of_each_other"]
    return _show_form(case, one, form, "They were told of others", "Save", tip=tip)


@bp.route("/cases/<reference>/referrals/<uuid:referral_id>/remark", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def remark(case: Case, referral_id: UUID) -> ResponseReturnValue:
    one, form = _later(case, referral_id, after.RemarkForm)
    del form.who
    if form.validate_on_submit():
        service.add_remark(viewer(), one, form.happened.data, form.said.data)
        return _back(case, one)
    return _show_form(case, one, form, "Add a remark", "Save the remark")


@bp.route("/cases/<reference>/referrals/<uuid:referral_id>/correct", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def correct(case: Case, referral_id: UUID) -> ResponseReturnValue:
    one = get_in(case, Referral, referral_id)
    kept = {f"{words.DETAIL}{name}": value for name, value in (one.details or {}).items()}
    begun = {name: getattr(one, name) for name in (*after.CorrectForm.NAMES, "contact_id")} | kept
    form = open_form(after.correction_for(one.kind), data=begun, version=one.version)
    form.nature = one.nature
    for name in forms.unasked(KINDS[one.kind]):
        del form[name]
    form.contact_id.choices = [(each.id, each.name) for each in sharing.who_can(case)]
    if form.validate_on_submit():
        refuse_stale(one, form, words.there(one))
        details = forms.details_in(form)
        service.correct(viewer(), one, form.changes(), details, form.reason.data)
        return _back(case, one)
    details_asked = [field.name for field in form if field.name.startswith(words.DETAIL)]
    names = [name for name in ("body", "spoke_to", "reference") if name in form] + details_asked
    names += ["words", "sent", "parents", "parents_why", "contact_id", "reason"]
    return case_page("referrals/correct.html", case, form=form, one=one, words=words, names=names)


@bp.route(
    "/cases/<reference>/referrals/<uuid:referral_id>/evidence-advice", methods=["GET", "POST"]
)
@case_view(Permission.WORK_ON_CASES)
def evidence_advice(case: Case, referral_id: UUID) -> ResponseReturnValue:
    one = get_in(case, Referral, referral_id)
    if not words.asks_evidence(one):
        raise Missing
    _, form = _later(case, referral_id, after.AdviceForm, who=words.officer(one))
    items = content.items_of(case)
    form.items.choices = [(item.id, isolated(item.name), "") for item in items]
    if not items:
        del form["items"]
    shown: dict[str, Any] = {"one": one, "items": items, "tip": tips()["police_advice_evidence"]}
    if form.is_submitted() and form.row_action():
        return render_template("referrals/advice.html", form=form, **frame(case), **shown)
    if form.validate_on_submit():
        opened = content.chosen(case, form.items.data) if items else []
        service.record_police_advice(viewer(), case, one, form.new(opened))
        return _back(case, one)
    return case_page("referrals/advice.html", case, form=form, **shown)
