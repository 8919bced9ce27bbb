"""The inbox of those who pick disclosures up, and the three ways on."""

from typing import Any
from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue

from portal.cases.access import case_view
from portal.cases.actions import working_days
from portal.cases.models import Case
from portal.disclosures import reading, rules, service
from portal.disclosures.forms import (
    NOBODY_LISTED,
    JoinForm,
    NoActionForm,
    OpenForm,
    Press,
    QuestionForm,
)
from portal.disclosures.models import Disclosure
from portal.guidance.catalogue import tips
from portal.journal.service import note_act
from portal.staff import service as staff
from portal.staff.access import needs
from portal.staff.models import School
from portal.staff.roles import Permission
from portal.staff.viewer import Viewer, viewer
from portal.web.errors import Missing
from portal.web.fields import Radios
from portal.web.pages import open_form, page, see_other
from portal.web.unit_of_work import after_the_request

bp = Blueprint("inbox", __name__)


@bp.get("/inbox")
@needs(Permission.SEE_INBOX)
def show() -> ResponseReturnValue:
    who = viewer()
    school = staff.get_school(who.school)
    waiting = service.inbox(who, working_days(school), school.pickup_minutes)
    cover = service.on_cover(school)
    people = [one.disclosure.recorder_id for one in waiting]
    return page(
        "disclosures/inbox.html",
        waiting=waiting,
        lines=[_line(one) for one in waiting],
        settled=service.settled(who, limit=20),
        cover=cover,
        names=staff.names_of([*people, *(one.member_id for one in cover)]),
        school=school,
        Stage=rules.Stage,
    )


@bp.get("/inbox/<uuid:disclosure_id>")
@needs(Permission.SEE_INBOX)
def read(disclosure_id: UUID) -> ResponseReturnValue:
    who = viewer()
    one = service.get_disclosure(who, disclosure_id)
    after_the_request(
        lambda own: note_act(
            who, "read a disclosure", case_id=one.case_id, subject=("disclosures", one.id), on=own
        )
    )
    school = staff.get_school(one.school_id)
    waiting = service.waited(one, working_days(school), school.pickup_minutes)
    replies = service.replies_to(one)
    additions = service.additions_to([one.id])
    return page(
        "disclosures/read.html",
        **_body(one),
        school=school,
        waiting=waiting,
        press=Press(),
        replies=replies,
        additions=additions,
        may_act=service.may_act(who, waiting),
        joined=service.case_reference(who, one),
        names=staff.names_of(
            [one.recorder_id, one.picked_up_by, one.settled_by, *(r.author_id for r in replies)]
        ),
        tips=tips(),
    )


@bp.post("/inbox/<uuid:disclosure_id>/pick-up")
@needs(Permission.SEE_INBOX)
def pick_up(disclosure_id: UUID) -> ResponseReturnValue:
    who = viewer()
    one, _ = _to_act_on(who, disclosure_id)
    service.pick_up(who, one)
    return see_other("inbox.read", disclosure_id=one.id)


@bp.route("/inbox/<uuid:disclosure_id>/ask", methods=["GET", "POST"])
@needs(Permission.SEE_INBOX)
def ask(disclosure_id: UUID) -> ResponseReturnValue:
    who = viewer()
    one, _ = _to_act_on(who, disclosure_id)
    form = open_form(QuestionForm)
    if form.validate_on_submit():
        service.ask(who, one, form.words.data)
        return see_other("inbox.read", disclosure_id=one.id)
    return page("disclosures/ask.html", form=form, one=one)


@bp.route("/inbox/<uuid:disclosure_id>/open", methods=["GET", "POST"])
@needs(Permission.SEE_INBOX)
def open_case(disclosure_id: UUID) -> ResponseReturnValue:
    """The first way on. Names that are not linked yet are compared with the list first."""
    who = viewer()
    one, school = _to_act_on(who, disclosure_id)
    form_class, asked = _link_form(OpenForm, who, school, one)
    form = open_form(form_class)
    if form.validate_on_submit():
        case = service.open_case(who, one, school, _links(form, asked))
        return see_other("casefile.show", reference=case.reference)
    return page("disclosures/open.html", form=form, one=one, asked=[form[name] for name in asked])


@bp.route("/inbox/<uuid:disclosure_id>/join", methods=["GET", "POST"])
@needs(Permission.SEE_INBOX)
def join(disclosure_id: UUID) -> ResponseReturnValue:
    """The second way on: cases with the same people come first."""
    who = viewer()
    one, school = _to_act_on(who, disclosure_id)
    form_class, asked = _link_form(JoinForm, who, school, one)
    form = open_form(form_class)
    offered = service.cases_to_join(who, one, school)
    form.case.choices = [(case.reference, words) for case, words in offered]
    if offered and form.validate_on_submit():
        case = next(case for case, _ in offered if case.reference == form.case.data)
        service.join_case(
            who, one, case, school, _links(form, asked), recurrence=form.recurrence.data
        )
        return see_other("casefile.show", reference=case.reference)
    return page("disclosures/join.html", form=form, one=one, asked=[form[name] for name in asked])


@bp.route("/inbox/<uuid:disclosure_id>/no-action", methods=["GET", "POST"])
@needs(Permission.SEE_INBOX)
def no_action(disclosure_id: UUID) -> ResponseReturnValue:
    who = viewer()
    one, _ = _to_act_on(who, disclosure_id)
    form = open_form(NoActionForm)
    if form.validate_on_submit():
        service.take_no_action(who, one, form.reason.data)
        return see_other("inbox.read", disclosure_id=one.id)
    return page("disclosures/no_action.html", form=form, one=one)


@bp.get("/cases/<reference>/disclosures")
@case_view(Permission.SEE_CASES)
def of_case(case: Case) -> ResponseReturnValue:
    found = service.disclosures_of(case)
    if len(found) == 1:
        return see_case_disclosure(case, found[0])
    return page(
        "disclosures/of_case.html",
        case=case,
        found=[(one, reading.kinds(one.types, one.behaviours)) for one in found],
        names=staff.names_of(one.recorder_id for one in found),
    )


@bp.get("/cases/<reference>/disclosures/<uuid:disclosure_id>")
@case_view(Permission.SEE_CASES)
def in_case(case: Case, disclosure_id: UUID) -> ResponseReturnValue:
    one = next((d for d in service.disclosures_of(case) if d.id == disclosure_id), None)
    if one is None:
        raise Missing
    return see_case_disclosure(case, one)


def see_case_disclosure(case: Case, one: Disclosure) -> ResponseReturnValue:
    replies = service.replies_to(one)
    return page(
        "disclosures/in_case.html",
        case=case,
        **_body(one),
        additions=service.additions_to([one.id]),
        replies=replies,
        names=staff.names_of(
            [one.recorder_id, one.picked_up_by, one.settled_by, *(r.author_id for r in replies)]
        ),
    )


def _body(one: Disclosure) -> dict[str, Any]:
    return {
        "one": one,
        "sections": reading.sections(one),
        "people": reading.people(one),
        "kinds": reading.kinds(one.types, one.behaviours),
    }


def _line(one: service.Waiting) -> str:
    people = ", ".join(person.name for person in reading.people(one.disclosure))
    return people or "Nobody named yet"


def _to_act_on(who: Viewer, disclosure_id: UUID) -> tuple[Disclosure, School]:
    one = service.get_disclosure(who, disclosure_id)
    school = staff.get_school(one.school_id)
    waiting = service.waited(one, working_days(school), school.pickup_minutes)
    service.refuse_acting(who, waiting)
    return one, school


def _link_form(
    base: type[Any], who: Viewer, school: School, one: Disclosure
) -> tuple[type[Any], dict[str, int]]:
    """The form with one question for each named person whom the list may already hold."""
    fields: dict[str, Any] = {}
    asked: dict[str, int] = {}
    for index, row in enumerate(one.people or []):
        if row.get("person_id") or not row.get("name"):
            continue
        found = service.suggested_people(who, school, row)[:10]
        if not found:
            continue
        choices = [(str(one.id), one.as_choice) for one in found]
        fields[f"person_{index}"] = Radios(
            f"Who is “{row['name']}”?",
            choices=[*choices, (NOBODY_LISTED, "Somebody who is not in the list yet")],
            required="Say who this is: two records of one child must not drift apart",
            default=choices[0][0] if len(choices) == 1 else None,
        )
        asked[f"person_{index}"] = index
    return type(base.__name__, (base,), fields), asked


def _links(form: Any, asked: dict[str, int]) -> dict[int, UUID | None]:
    return {
        index: None if form[name].data == NOBODY_LISTED else UUID(str(form[name].data))
        for name, index in asked.items()
    }
