"""The pages about the police: checklist, decision, second person, young people’s views."""

from typing import Any
from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from portal import clock
from portal.cases import actions, decisions
from portal.cases.access import case_view, may
from portal.cases.decisions import SecondWord
from portal.cases.models import Case, Decision, Involved
from portal.cases.service import get_in, get_involved, people_in
from portal.clock import Happened
from portal.guidance.catalogue import (
    RuleSet,
    default_rule_set,
    rule_sets,
    tips,
    vocabulary,
)
from portal.guidance.service import directory_of
from portal.people.models import PersonKind
from portal.police import forms, rules, service
from portal.police.banner import banner
from portal.police.models import Assessment, YoungView
from portal.police.overview import overview
from portal.staff import service as staff
from portal.staff.roles import Permission
from portal.staff.viewer import viewer
from portal.web import sheets
from portal.web.errors import Missing, NotPossible
from portal.web.form_base import Form
from portal.web.pages import open_form, page, refuse_stale, see_other

bp = Blueprint("police", __name__)


def _page(
    template: str, case: Case, *, form: Form | None = None, **context: Any
) -> ResponseReturnValue:
    """A page of this step: with the school’s numbers, the tips and the helplines at hand."""
    return page(
        template,
        form=form,
        case=case,
        school=staff.get_school(case.school_id),
        tips=tips(),
        services={one.code: one for one in directory_of(case.school_id, with_hidden=True)},
        Outcome=rules.Outcome,
        **context,
    )


def _chosen_rules() -> RuleSet:
    """The rule set that the form carries, the address asks for, or an unsent draft began with."""
    if request.method == "POST":
        code = request.form.get("rules")
    else:
        code = request.args.get("rules")
        if code is None:
            draft = sheets.waiting(request.path)
            code = draft.fields.get("rules") if draft else None
    if not code:
        return default_rule_set()
    found = next((one for one in rule_sets() if one.code == code), None)
    if found is None:
        raise Missing
    return found


@bp.route("/cases/<reference>/checklist", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def checklist(case: Case) -> ResponseReturnValue:
    rule_set = _chosen_rules()
    record = service.facts_of(case)
    suggestions = rules.suggest(record, rule_set)
    earlier = next(iter(service.assessments_of(case)), None)
    given = {**earlier.answers, **earlier.facts} if earlier else {}
    data = forms.earlier_answers(rule_set, given, (earlier.notes or {}) if earlier else {})
    form = open_form(forms.checklist_form(rule_set), data=data)
    form.rules.data = rule_set.code
    if form.validate_on_submit():
        answers, facts = form.answered(rule_set.questions), form.answered(rule_set.facts)
        notes = form.notes(rule_set)
        with_notes = {key: (value, notes[key]) for key, value in {**answers, **facts}.items()}
        form.refuse(rules.judge(with_notes, suggestions, record))
        if not form.errors:
            service.answer_checklist(
                viewer(),
                case,
                rule_set=rule_set,
                answers=answers,
                facts=facts,
                notes=notes,
                record=record,
                days=actions.working_days(staff.get_school(case.school_id)),
            )
            return see_other("police.police", reference=case.reference)
    return _page(
        "police/checklist.html",
        case,
        form=form,
        rule_set=rule_set,
        rule_sets=rule_sets(),
        suggestions=suggestions,
        earlier=earlier if earlier and data else None,
        in_danger=record.immediate_danger == rules.Answer.YES,
    )


@bp.route("/cases/<reference>/police")
@case_view(Permission.SEE_CASES)
def police(case: Case) -> ResponseReturnValue:
    now, who = overview(case), viewer()
    record = service.record_facts(case, now.people, None)
    newest = now.newest
    shown = rules.shows(newest.answers if newest else {}, newest.facts if newest else {}, record)
    open_ones = [one for one in actions.actions_of(case) if one.state == "open"]
    return _page(
        "police/police.html",
        case,
        now=now,
        shown=shown,
        banner=banner(case, now),
        to_find_out=[one for one in open_ones if one.kind == service.FIND_OUT],
        to_explain=[one for one in open_ones if one.kind == service.EXPLAIN],
        rule_set_titles={one.code: one.title for one in rule_sets()},
        choices=forms.CHOICES,
        view_words=vocabulary("police_views"),
        barriers=vocabulary("police_barriers"),
        parts=vocabulary("parts"),
        may_answer=may(who, Permission.WORK_ON_CASES, case),
        may_decide=may(who, Permission.DECIDE, case),
        may_sign=may(who, Permission.COUNTERSIGN, case),
        lacks=service.lacks_justification,
    )


@bp.route("/cases/<reference>/police/assessments/<uuid:assessment_id>")
@case_view(Permission.SEE_CASES)
def assessment(case: Case, assessment_id: UUID) -> ResponseReturnValue:
    one = get_in(case, Assessment, assessment_id)
    rule_set = next((each for each in rule_sets() if each.code == one.rule_set), None)
    return _page(
        "police/assessment.html",
        case,
        one=one,
        rule_set=rule_set,
        asked={key: rule_set.find(key) if rule_set else None for key in (*one.answers, *one.facts)},
        because=rules.because(one.answers, one.facts, rule_set) if rule_set else "",
        answers=vocabulary("answers"),
        names=staff.names_of([one.made_by]),
    )


@bp.route("/cases/<reference>/police/decide", methods=["GET", "POST"])
@case_view(Permission.DECIDE)
def decide(case: Case) -> ResponseReturnValue:
    now = overview(case)
    form = open_form(forms.DecideForm, data={"happened": Happened.of(clock.now())})
    if now.newest is None:
        if request.method == "POST":
            raise NotPossible("Answer the checklist first: the decision rests on it.")
        return _page("police/decide_first.html", case)
    second = rules.needs_second_person(
        now.newest.outcome, now.newest.facts, rules.Choose.DO_NOT_REFER
    )
    form.choice.choices = _choices(second)
    if form.validate_on_submit():
        service.decide(
            viewer(),
            case,
            now.newest,
            choice=rules.Choose(form.choice.data),
            words={
                "options": "; ".join(forms.CHOICES.values()),
                "reason": form.reason.data,
                "advice": form.advice.data,
                "advice_from": form.advice_from,
                "advice_reference": form.advice_reference.data,
            },
            happened=form.happened.data,
        )
        return see_other("police.police", reference=case.reference)
    return _page("police/decide.html", case, form=form, now=now, second=second)


def _choices(second: bool) -> list[tuple[str, str, str]]:
    """The three choices, each with what follows from it."""
    consequences = {
        rules.Choose.REFER: "School then stops its own enquiries. Stands at once.",
        rules.Choose.DO_NOT_REFER: (
            "Needs a second person before it stands."
            if second
            else "Stands at once: the answers do not ask for a second person."
        ),
        rules.Choose.TAKE_ADVICE: "Ring today, and come back here to decide. Stands at once.",
    }
    return [(one.value, words, consequences[one]) for one, words in forms.CHOICES.items()]


@bp.route("/cases/<reference>/decisions/<uuid:decision_id>/countersign", methods=["GET", "POST"])
@case_view(Permission.COUNTERSIGN, fresh=True)
def countersign(case: Case, decision_id: UUID) -> ResponseReturnValue:
    decision, who = get_in(case, Decision, decision_id), viewer()
    if not decision.needs_second:
        raise NotPossible("This decision does not need a second person: it stands.")
    form = open_form(forms.CountersignForm)
    is_own = decision.decided_by == who.id
    if is_own:
        del form.source
    if form.validate_on_submit():
        outside = form.is_outside
        word = SecondWord(
            agrees=form.agrees.data == "yes",
            words=form.words.data,
            member_id=None if outside else who.id,
            outside_name=form.outside_name.data if outside else "",
            outside_body=form.outside_body.data if outside else "",
            outside_reference=form.outside_reference.data if outside else "",
        )
        decisions.countersign(who, decision, word)
        return see_other("police.police", reference=case.reference)
    signed = [sign.member_id or sign.entered_by for sign in decision.countersignatures]
    return _page(
        "police/countersign.html",
        case,
        form=form,
        decision=decision,
        is_own=is_own,
        choices=forms.CHOICES,
        names=staff.names_of([decision.decided_by, *signed]),
    )


@bp.route("/cases/<reference>/police/views/new")
@case_view(Permission.WORK_ON_CASES)
def choose_young(case: Case) -> ResponseReturnValue:
    """Whose view it is; `?person=` goes straight to that young person’s form."""
    wanted = request.args.get("person")
    if wanted is not None:
        try:
            one = get_involved(case, UUID(wanted))
        except ValueError:
            raise Missing from None
        return see_other("police.new_view", reference=case.reference, involved_id=one.id)
    people = [one for one in people_in(case) if _can_be_asked(one)]
    return _page("police/choose_young.html", case, people=people, parts=vocabulary("parts"))


def _can_be_asked(one: Involved) -> bool:
    return one.person is not None and PersonKind(one.person.kind).is_young


@bp.route("/cases/<reference>/police/views/new/<uuid:involved_id>", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def new_view(case: Case, involved_id: UUID) -> ResponseReturnValue:
    one = get_involved(case, involved_id)
    if not _can_be_asked(one):
        raise Missing
    who = viewer()
    data = {"asked": Happened.of(clock.now()), "told_by": who.name}
    form = open_form(forms.ViewForm, data=data)
    if form.validate_on_submit():
        service.record_view(
            who,
            case,
            one,
            view=form.view.data,
            words={
                "barriers": form.barriers.data,
                "why": form.why.data,
                "told": form.told.data,
                "told_by": form.told_by.data,
                **form.explaining(),
            },
            asked=form.asked.data,
            explained=form.explained.data,
        )
        return see_other("police.police", reference=case.reference, _anchor="views")
    return _page(
        "police/new_view.html", case, form=form, one=one, parts=vocabulary("parts"), view=None
    )


@bp.route("/cases/<reference>/police/views/<uuid:view_id>", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def complete_view(case: Case, view_id: UUID) -> ResponseReturnValue:
    view = get_in(case, YoungView, view_id)
    names = ("justification", "explained_by", "explained_how")
    there = {name: getattr(view, name) for name in names}
    data = {**there, "explained": service.explained(view)}
    form = open_form(forms.ExplainForm, data=data, version=view.version)
    if form.validate_on_submit():
        refuse_stale(view, form, there)
        explaining, explained = form.explaining(), form.explained.data
        service.explain_view(viewer(), case, view, words=explaining, explained=explained)
        return see_other("police.police", reference=case.reference, _anchor="views")
    return _page(
        "police/view.html",
        case,
        form=form,
        view=view,
        one=get_involved(case, view.involved_id),
        parts=vocabulary("parts"),
        view_words=vocabulary("police_views"),
        barriers=vocabulary("police_barriers"),
        asked_by=staff.names_of([view.asked_by]),
        lacks=service.lacks_justification(view, case.decision),
    )
