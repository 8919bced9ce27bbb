"""Recording a disclosure, and what its recorder sees of it afterwards."""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from portal.cases import need_to_know
from portal.cases.actions import working_days
from portal.cases.rules import Audience
from portal.disclosures import reading, rules, service
from portal.disclosures.forms import (
    NOBODY_LISTED,
    AdditionForm,
    AnswerForm,
    DisclosureForm,
    PersonRow,
    person_of,
)
from portal.disclosures.rules import NOT_KNOWN
from portal.guidance.catalogue import tips
from portal.handover.questionnaire import register_new_words
from portal.people import service as people
from portal.people.models import PersonKind
from portal.people.rules import meant
from portal.staff import service as staff
from portal.staff.access import needs
from portal.staff.models import School
from portal.staff.roles import Permission
from portal.staff.viewer import Viewer, viewer
from portal.staff.views_shared import slow_down
from portal.web.isolated import isolated
from portal.web.pages import open_form, page, see_other

bp = Blueprint("disclosures", __name__)


@register_new_words
def begun_with(words: str) -> tuple[str, list[list[str]]]:
    """The form as it opens for what a young person wrote in hand-over."""
    return "/disclosures/new", [["how", "told_by_young_person"], ["own_words", words]]


@bp.route("/disclosures/new", methods=["GET", "POST"])
@needs(Permission.RECORD_DISCLOSURE)
def new() -> ResponseReturnValue:
    who = viewer()
    looks = any(name.startswith("find-people-") for name in request.form)
    wait = service.count_look(who) if looks else None
    school = staff.get_school(who.school)
    form = open_form(DisclosureForm)
    action = form.row_action() if request.method == "POST" else None
    rows = cast("list[PersonRow]", form.people.entries)
    _keep_chosen(who, school, rows)
    _ask_about_head(school, rows)
    if wait is not None:
        return slow_down(form, wait, _TEMPLATE, **_around(form, school))
    if action is not None and action.verb == "find" and action.index is not None:
        form.people.errors = _look_up(who, school, rows[action.index])
    if action is not None:
        return _form_page(form, school), 422 if form.errors else 200
    if form.validate_on_submit():
        made = service.record_disclosure(who, school, form.as_new())
        return see_other("disclosures.show", disclosure_id=made.id)
    return _form_page(form, school), 422 if form.errors else 200


@bp.get("/disclosures")
@needs(Permission.RECORD_DISCLOSURE)
def mine() -> ResponseReturnValue:
    who = viewer()
    notes = need_to_know.unread(who)
    return page("disclosures/mine.html", written=service.written_by(who), notes=notes)


@bp.get("/disclosures/<uuid:disclosure_id>")
@needs(Permission.RECORD_DISCLOSURE)
def show(disclosure_id: UUID) -> ResponseReturnValue:
    """The receipt: what was written, whether it has been picked up, and what was asked."""
    one = service.get_own(viewer(), disclosure_id)
    school = staff.get_school(one.school_id)
    replies = service.replies_to(one)
    return page(
        "disclosures/show.html",
        one=one,
        school=school,
        waiting=service.waited(one, working_days(school), school.pickup_minutes),
        sections=reading.sections(one),
        people=reading.people(one),
        additions=service.additions_to([one.id]),
        replies=replies,
        names=staff.names_of([one.picked_up_by, *(reply.author_id for reply in replies)]),
        to_nobody=one.audience == Audience.NOBODY.value,
        to_head=one.audience == Audience.HEAD.value,
    )


@bp.route("/disclosures/<uuid:disclosure_id>/add", methods=["GET", "POST"])
@needs(Permission.RECORD_DISCLOSURE)
def add(disclosure_id: UUID) -> ResponseReturnValue:
    who = viewer()
    one = service.get_own(who, disclosure_id)
    form = open_form(AdditionForm)
    if form.validate_on_submit():
        service.add_to(
            who, one, words=form.words.data, seen=form.seen.data, happened=form.happened.data
        )
        return see_other("disclosures.show", disclosure_id=one.id)
    return page("disclosures/add.html", form=form, one=one)


@bp.route("/disclosures/<uuid:disclosure_id>/answer", methods=["GET", "POST"])
@needs(Permission.RECORD_DISCLOSURE)
def answer(disclosure_id: UUID) -> ResponseReturnValue:
    who = viewer()
    one = service.get_own(who, disclosure_id)
    form = open_form(AnswerForm)
    if form.validate_on_submit():
        service.answer(who, one, form.words.data)
        return see_other("disclosures.show", disclosure_id=one.id)
    asked = [reply for reply in service.replies_to(one) if reply.kind == "question"]
    return page("disclosures/answer.html", form=form, one=one, asked=asked)


_TEMPLATE = "disclosures/new.html"


def _form_page(form: DisclosureForm, school: School) -> str:
    return render_template(_TEMPLATE, form=form, **_around(form, school))


def _around(form: DisclosureForm, school: School) -> dict[str, Any]:
    return {"school": school, "tips": tips(), "open_parts": _open_parts(form)}


def _keep_chosen(who: Viewer, school: School, rows: list[PersonRow]) -> None:
    """Offer again whoever was chosen, where the name still fits. Nobody else is read from the list.

    Colleagues are offered whenever they fit: everybody knows who works here.
    """
    colleagues: dict[UUID, str] | None = None
    for row in rows:
        name, chosen = row.name.data or "", row.person_id.data or ""
        found: list[tuple[str, Markup]] = []
        if row.kind.data == PersonKind.COLLEAGUE.value and name:
            if colleagues is None:
                colleagues = {one.id: one.name for one in staff.colleagues(school.id)}
            found = [(f"m:{one}", isolated(colleagues[one])) for one in meant(name, colleagues)]
        elif chosen.startswith("p:"):
            listed = service.suggested_people(who, school, _as_looked_for(row))
            found = [(f"p:{one.id}", one.as_choice) for one in listed if one.is_named(name)]
            found = [one for one in found if one[0] == chosen]
        _offer(row, found)


def _look_up(who: Viewer, school: School, row: PersonRow) -> Sequence[str]:
    """Offer whoever in the lists has the first and the last name; says so where one is missing."""
    if row.kind.data == PersonKind.COLLEAGUE.value:
        return ()
    if not people.is_full(row.name.data or ""):
        row.name.errors = ["Write the first and the last name, then look again"]
        return row.name.errors
    wanted = _as_looked_for(row)
    kinds = service.kinds_to_offer(who, school, wanted["kind"])
    found = people.look_up(who, school, wanted["name"], kinds)
    _offer(row, [(f"p:{one.id}", one.as_choice) for one in found[:10]])
    return ()


def _as_looked_for(row: PersonRow) -> dict[str, str]:
    kind = row.kind.data or NOT_KNOWN
    kind = PersonKind.PUPIL.value if kind == NOT_KNOWN else kind
    return {"name": row.name.data or "", "kind": kind}


def _offer(row: PersonRow, found: list[tuple[str, Markup]]) -> None:
    offered = [*found, (NOBODY_LISTED, "None of these")] if found else []
    row.person_id.choices = offered
    if row.person_id.data not in [value for value, _ in offered]:
        row.person_id.data = None
        row.person_id.process_errors = []


def _ask_about_head(school: School, rows: list[PersonRow]) -> None:
    said = [person_of(row.data) for row in rows]
    known = service.staff_for(school, said)
    for row, one in zip(rows, said, strict=True):
        row.asks_about_head = rules.asks_about_head(one, known)
        if not row.asks_about_head:
            row.is_head.data = None
            row.is_head.process_errors = []


_PARTS: dict[str, tuple[str, ...]] = {
    "kind": (
        "behaviours_1", "behaviours_2", "behaviours_3", "behaviours_4", "by_agreement",
        "other_behaviour", "overlaps", "hate_elements",
    ),
    "where": (
        "platforms", "other_platforms", "accounts", "findable_accounts", "who_knows",
        "others_at_risk",
    ),
    "when": ("incidents",),
    "evidence": ("evidence", "viewed", "viewings"),
    "young": (
        "know_reported", "why_somebody_else", "told_them", "told_them_words", "wants_presence",
        "wants", "worries", "worries_words", "family",
    ),
    "later": ("recorded_for", "learnt_at", "on_paper"),
}  # fmt: skip


def _open_parts(form: DisclosureForm) -> dict[str, bool]:
    """Which of the folded parts stand open: those in which something was typed or is wrong."""
    return {
        part: any(form[name].errors or not form[name].is_blank for name in names)
        or any(f"-{name}" in key for key in request.form for name in names)
        for part, names in _PARTS.items()
    }
