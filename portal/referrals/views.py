"""The register of referrals: what was told to whom, what waits, and every step afterwards."""

from typing import Any, TypeVar
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from portal import clock
from portal.cases import content, sharing
from portal.cases.access import case_view, may
from portal.cases.models import Case
from portal.cases.pages import case_page, frame
from portal.cases.rules import Act
from portal.cases.service import get_in
from portal.cases.steps import address
from portal.guidance.catalogue import tips
from portal.guidance.service import directory_of
from portal.referrals import forms, lists, rules, service, words
from portal.referrals.kinds import GROUPS, KINDS, OUTCOMES
from portal.referrals.models import Referral
from portal.staff import service as staff
from portal.staff.access import needs
from portal.staff.roles import Permission
from portal.staff.viewer import viewer
from portal.web.errors import Missing, NotPossible
from portal.web.pages import go, open_form, page, page_after, refuse_stale

bp = Blueprint("referrals", __name__)
F = TypeVar("F", bound=forms.LaterForm)
CODES = ", ".join(f"'{code}'" for code in KINDS)


@bp.get("/referrals")
@needs(Permission.SEE_CASES)
def waiting() -> ResponseReturnValue:
    """What waits for an answer, across cases."""
    after = page_after()
    listed = lists.waiting(viewer(), after)
    older = f"/referrals?after={listed.older}" if listed.older else ""
    return page("referrals/across.html", lines=listed.lines, older=older, first=after is None)


@bp.get("/cases/<reference>/referrals")
@case_view(Permission.SEE_CASES)
def register(case: Case) -> ResponseReturnValue:
    found = service.referrals_of(case)
    contacts = staff.names_of([case.lead_id, *(one.contact_id for one in found)])
    bodies = [one for one in found if one.nature == "referral"]
    return case_page(
        "referrals/register.html",
        case,
        referrals=found,
        words=words,
        advice=service.advice_of(case),
        lacking=_lacking(bodies),
        bodies=bodies,
        contacts=contacts,
        late=_late,
        may_work=may(viewer(), Permission.WORK_ON_CASES, case),
        tip=tips()["knows_of_each_other"],
    )


def _lacking(bodies: list[Referral]) -> list[tuple[Referral, list[Referral]]]:
    """Who does not know of whom, body by body."""
    by_id = {str(one.id): one for one in bodies}
    pairs = rules.not_told_of_each_other({str(one.id): set(one.knows_of) for one in bodies})
    found: dict[str, list[Referral]] = {}
    for who, other in pairs:
        found.setdefault(who, []).append(by_id[other])
    return [(by_id[who], others) for who, others in found.items()]


def _late(one: Referral) -> str:
    """What of a referral is late, in words; nothing where nothing is."""
    now = clock.now()
    if one.owes_writing() and one.written_due_at and one.written_due_at < now:
        return "Writing overdue"
    if one.state == "waiting" and one.chase_at and one.chase_at < now:
        return "Ask again now"
    return ""


@bp.get("/cases/<reference>/referrals/new")
@case_view(Permission.WORK_ON_CASES)
def choose(case: Case) -> ResponseReturnValue:
    """Whom to tell, in groups, with a line on when."""
    groups = [
        (title, [kind for kind in KINDS.values() if kind.group == code])
        for code, title in GROUPS.items()
    ]
    return case_page("referrals/choose.html", case, groups=groups, query=_query())


def _query() -> str:
    text = request.query_string.decode("ascii", "replace")
    return f"?{text}" if text else ""


@bp.route(f"/cases/<reference>/referrals/new/<any({CODES}):code>", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def new(case: Case, code: str) -> ResponseReturnValue:
    form = referral_form(case, code)
    if form.validate_on_submit() and (made := make(case, form)) is not None:
        return go(address(case, "referrals", str(made.id)))
    kind = KINDS[code]
    found = directory_of(case.school_id)
    return case_page(
        "referrals/new.html",
        case,
        form=form,
        kind=kind,
        action=f"{request.path}{_query()}",
        service=next((one for one in found if one.code == kind.service), None),
        school=staff.get_school(case.school_id),
        tip=tips().get(kind.tip),
        after_police=tips()["after_police_report"] if kind.recipient == "police" else None,
    )


def referral_form(case: Case, code: str) -> forms.ReferralForm:
    """The form of one kind, with what is known already filled in. The call sheet uses it too."""
    kind = KINDS[code]
    given = _items_given(case)
    data: dict[str, Any] = {
        "nature": "advice" if kind.advises else "referral",
        "happened": forms.now(),
        "how": kind.how[0],
        "body": _usual_body(case, code),
        "items": given,
        "parents": "" if kind.asks_parents else "no_need",
    }
    form = open_form(forms.form_for(code), data=data)
    items = content.items_of(case) if kind.takes_down else []
    waiting_ids = {item.id for item in content.held(case, items, Act.REPORT)}
    form.choose(
        [(one.id, one.name) for one in sharing.who_can(case)],
        service.referrals_of(case),
        [
            (
                item.id,
                Markup("<bdi>{}</bdi>").format(item.name),
                f"Held as evidence. {content.reason_held(case, item)}"
                if item.id in waiting_ids
                else "",
            )
            for item in items
        ],
    )
    return form


def _items_given(case: Case) -> list[UUID]:
    """The content items that the address names; one of another case is not there."""
    text = request.args.get("items", "")
    try:
        return [item.id for item in content.chosen(case, filter(None, text.split(",")))]
    except ValueError:
        raise Missing from None


def _usual_body(case: Case, code: str) -> str:
    kind = KINDS[code]
    if code in {"social_care", "lado"}:
        return staff.get_school(case.school_id).social_care_name
    if kind.service and kind.group != "protect":
        return kind.label
    return ""


def make(case: Case, form: forms.ReferralForm) -> Referral | None:
    """Record what a form says; None, with the reason at its field, where evidence is held."""
    items = content.chosen(case, form.items.data) if "items" in form else []
    already = bool(form.already.data) if "already" in form else False
    if items and not already:
        held = content.held(case, items, Act.REPORT)
        if held:
            names = "; ".join(item.name for item in held)
            sentence = f"Held as evidence: {names}. {content.reason_held(case, held[0])}"
            form.items.errors = [*form.items.errors, sentence]
            return None
    return service.make_referral(viewer(), case, form.new(items, service.referrals_of(case)))


@bp.get("/cases/<reference>/referrals/<uuid:referral_id>")
@case_view(Permission.SEE_CASES)
def show(case: Case, referral_id: UUID) -> ResponseReturnValue:
    one = get_in(case, Referral, referral_id)
    others = [each for each in service.referrals_of(case) if each.id != one.id]
    events = service.events_of(one)
    items = [item for item in content.items_of(case) if str(item.id) in one.content]
    names = staff.names_of(
        [one.made_by, one.contact_id, case.lead_id, *(event.by_id for event in events)]
    )
    return case_page(
        "referrals/show.html",
        case,
        one=one,
        kind=KINDS[one.kind],
        words=words,
        events=events,
        others=others,
        knows=[each for each in others if str(each.id) in one.knows_of],
        known=[each for each in others if str(one.id) in each.knows_of],
        items=items,
        advice=[each for each in service.advice_of(case) if each.referral_id == one.id],
        names=names,
        late=_late(one),
        outcomes=OUTCOMES,
        may_work=may(viewer(), Permission.WORK_ON_CASES, case),
        may_print=may(viewer(), Permission.PRINT, case),
        tip=tips().get(KINDS[one.kind].tip),
        after_police=tips()["after_police_report"] if one.kind == "police" else None,
    )


def _later(case: Case, referral_id: UUID, form_class: type[F], **data: Any) -> tuple[Referral, F]:
    """The referral and the form of something that happened to it."""
    one = get_in(case, Referral, referral_id)
    form = open_form(form_class, data={"happened": forms.now(), **data})
    form.told = one.happened
    return one, form


def _show_form(
    case: Case, one: Referral, form: forms.LaterForm, title: str, button: str, **more: Any
) -> ResponseReturnValue:
    return case_page(
        "referrals/later.html",
        case,
        form=form,
        title=title,
        button=button,
        one=one,
        words=words,
        fields=[field for field in form if field.type not in {"Hidden", "CSRFTokenField"}],
        **{"tip": None, "lead": "", **more},
    )


def _back(case: Case, one: Referral) -> ResponseReturnValue:
    return go(address(case, "referrals", str(one.id)))


@bp.route("/cases/<reference>/referrals/<uuid:referral_id>/written", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def written(case: Case, referral_id: UUID) -> ResponseReturnValue:
    one, form = _later(case, referral_id, forms.WrittenForm)
    if form.validate_on_submit():
        service.confirm_in_writing(
            viewer(), case, one, form.happened.data, form.said.data, form.who.data
        )
        return _back(case, one)
    return _show_form(case, one, form, "Confirmed in writing", "Save")


@bp.route("/cases/<reference>/referrals/<uuid:referral_id>/chase", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def chase(case: Case, referral_id: UUID) -> ResponseReturnValue:
    return _ask_again(case, referral_id, "Ask again", escalate=False)


@bp.route("/cases/<reference>/referrals/<uuid:referral_id>/escalate", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def escalate(case: Case, referral_id: UUID) -> ResponseReturnValue:
    return _ask_again(case, referral_id, "Go to somebody above", escalate=True)


def _ask_again(case: Case, referral_id: UUID, title: str, *, escalate: bool) -> ResponseReturnValue:
    one, form = _later(case, referral_id, forms.ChaseForm)
    _refuse_settled(one)
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
    lead = (
        "If a worker does not answer or you do not agree, their manager decides; the local "
        "authority’s escalation procedure says who comes next."
        if escalate
        else ""
    )
    return _show_form(case, one, form, title, "Save", lead=lead)


def _refuse_settled(one: Referral) -> None:
    if one.state != "waiting":
        raise NotPossible("This is answered already, or no answer is expected.")


@bp.route("/cases/<reference>/referrals/<uuid:referral_id>/answer", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def answer(case: Case, referral_id: UUID) -> ResponseReturnValue:
    one, form = _later(case, referral_id, forms.AnswerForm)
    if KINDS[one.kind].recipient != "police":
        del form.outcome
    if form.validate_on_submit():
        answered = service.Answer(
            at=form.happened.data,
            who=form.who.data,
            said=form.said.data,
            outcome=(form.outcome.data or "") if "outcome" in form else "",
            reference=form.reference.data,
            is_final=not form.more.data,
        )
        service.record_answer(viewer(), case, one, answered)
        return _back(case, one)
    outcomes = OUTCOMES if "outcome" in form else ()
    return _show_form(case, one, form, "They answered", "Save the answer", outcomes=outcomes)


@bp.route("/cases/<reference>/referrals/<uuid:referral_id>/no-answer", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def no_answer(case: Case, referral_id: UUID) -> ResponseReturnValue:
    one, form = _later(case, referral_id, forms.NoAnswerForm)
    _refuse_settled(one)
    del form.who
    if form.validate_on_submit():
        service.expect_no_answer(viewer(), case, one, form.happened.data, form.said.data)
        return _back(case, one)
    lead = "Only after asking again at least once. Each time they were asked stays on the record."
    return _show_form(case, one, form, "No answer is expected any more", "Save", lead=lead)


@bp.route("/cases/<reference>/referrals/<uuid:referral_id>/told", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def told(case: Case, referral_id: UUID) -> ResponseReturnValue:
    one, form = _later(case, referral_id, forms.ToldForm)
    del form.who
    others = [each for each in service.referrals_of(case) if each.id != one.id]
    unknown = [each for each in others if str(each.id) not in one.knows_of]
    form.others.choices = [
        (each.id, Markup("<bdi>{}</bdi>").format(words.title(each)), "") for each in unknown
    ]
    if not unknown:
        raise NotPossible("They know of every other body on the record already.")
    if form.validate_on_submit():
        chosen = [each for each in unknown if each.id in form.others.data]
        service.tell_of(viewer(), one, chosen, form.happened.data, form.said.data)
        return _back(case, one)
    tip = tips()["knows_of_each_other"]
    return _show_form(case, one, form, "They were told of others", "Save", tip=tip)


@bp.route("/cases/<reference>/referrals/<uuid:referral_id>/remark", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def remark(case: Case, referral_id: UUID) -> ResponseReturnValue:
    one, form = _later(case, referral_id, forms.RemarkForm)
    del form.who
    if form.validate_on_submit():
        service.add_remark(viewer(), one, form.happened.data, form.said.data)
        return _back(case, one)
    return _show_form(case, one, form, "Add a remark", "Save the remark")


@bp.route("/cases/<reference>/referrals/<uuid:referral_id>/correct", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def correct(case: Case, referral_id: UUID) -> ResponseReturnValue:
    one = get_in(case, Referral, referral_id)
    kept = {f"{forms.DETAIL}{name}": value for name, value in (one.details or {}).items()}
    begun = {name: getattr(one, name) for name in forms.CorrectForm.NAMES} | kept
    form = open_form(forms.correction_for(one.kind), data=begun, version=one.version)
    details = {field.name: field for field in form if field.name.startswith(forms.DETAIL)}
    if form.validate_on_submit():
        refuse_stale(one, form, _there(one, begun))
        changes = {name: str(form[name].data or "") for name in forms.CorrectForm.NAMES}
        given = {name.removeprefix(forms.DETAIL): each.data for name, each in details.items()}
        said = {name: str(value) for name, value in given.items() if value}
        service.correct(viewer(), one, changes, said, form["reason"].data)
        return _back(case, one)
    names = ["body", "spoke_to", "reference", *details, "words", "sent", "parents_why", "reason"]
    return case_page("referrals/correct.html", case, form=form, one=one, words=words, names=names)


def _there(one: Referral, begun: dict[str, Any]) -> dict[str, str]:
    """What the record says now, field by field, for whoever comes second."""
    now_there = {name: getattr(one, name) for name in forms.CorrectForm.NAMES}
    words_of = {detail.code: detail for detail in KINDS[one.kind].details}
    for code, value in (one.details or {}).items():
        if code in words_of:
            now_there[f"{forms.DETAIL}{code}"] = words.detail_word(words_of[code], value)
    return {name: str(now_there.get(name, "")) for name in [*begun, *now_there]}


@bp.route(
    "/cases/<reference>/referrals/<uuid:referral_id>/evidence-advice", methods=["GET", "POST"]
)
@case_view(Permission.WORK_ON_CASES)
def evidence_advice(case: Case, referral_id: UUID) -> ResponseReturnValue:
    one, form = _later(case, referral_id, forms.AdviceForm, who=_officer(case, referral_id))
    if KINDS[one.kind].recipient != "police":
        raise Missing
    items = content.items_of(case)
    form.items.choices = [
        (item.id, Markup("<bdi>{}</bdi>").format(item.name), "") for item in items
    ]
    shown: dict[str, Any] = {"one": one, "items": items, "tip": tips()["police_advice_evidence"]}
    if form.is_submitted() and form.row_action():
        return render_template("referrals/advice.html", form=form, **frame(case), **shown)
    if form.validate_on_submit():
        opened = content.chosen(case, form.items.data)
        service.record_police_advice(viewer(), case, one, form.new(opened))
        return _back(case, one)
    return case_page("referrals/advice.html", case, form=form, **shown)


def _officer(case: Case, referral_id: UUID) -> str:
    details = get_in(case, Referral, referral_id).details or {}
    collar = details.get("collar", "")
    known = (details.get("officer", ""), collar and f"collar number {collar}")
    return ", ".join(filter(None, (*known, details.get("force", ""))))
