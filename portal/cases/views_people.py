"""Who is in a case: adding people, their parts, finding out who somebody is; a person’s cases."""

from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue

from portal.cases import forms, service, sharing
from portal.cases.access import case_view, may
from portal.cases.models import Case, Involved
from portal.cases.pages import case_page
from portal.cases.steps import address
from portal.guidance.catalogue import vocabulary
from portal.people import service as people
from portal.people.forms import DETAILS, FindForm, PersonForm
from portal.people.models import PersonKind
from portal.staff import service as staff
from portal.staff.access import needs
from portal.staff.roles import Permission
from portal.staff.viewer import viewer
from portal.web.errors import NotPossible
from portal.web.pages import go, open_form, page, refuse_stale

bp = Blueprint("cases_people", __name__)

EVERYBODY = frozenset(PersonKind)
KINDS = ", ".join(kind.value for kind in PersonKind)


@bp.get("/cases/<reference>/people")
@case_view(Permission.SEE_CASES)
def listing(case: Case) -> ResponseReturnValue:
    day = service.day_of(case)
    return case_page(
        "cases/people.html",
        case,
        people=service.people_in(case),
        day=day,
        parts=vocabulary("parts"),
        how_sure=vocabulary("how_sure"),
        initials=people.initials,
        may_work=may(viewer(), Permission.WORK_ON_CASES, case),
        sees_people=viewer().may(Permission.SEE_PEOPLE, case.school_id),
    )


@bp.route("/cases/<reference>/people/add", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def find(case: Case) -> ResponseReturnValue:
    """Look in the list first: by POST, so that the name reaches no address."""
    form, found = FindForm(), None
    if form.validate_on_submit():
        school = staff.get_school(case.school_id)
        found = people.search(viewer(), school, form.words.data, EVERYBODY)
    there = {one.person_id: one.id for one in service.people_in(case)}
    return case_page(
        "cases/find.html", case, form=form, found=found, there=there, kinds=list(PersonKind)
    )


@bp.route("/cases/<reference>/people/add/<uuid:person_id>", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def add(case: Case, person_id: UUID) -> ResponseReturnValue:
    person = people.get_person(case.school_id, person_id)
    form = open_form(forms.PartForm, data={"how_sure": "said"})
    if form.validate_on_submit():
        if all(one.person_id != person.id for one in service.people_in(case)):
            sharing.join(
                viewer(), case, person, form.parts.data, form.how_sure.data, form.words
            )  # fmt: skip
            return _onward(case)
        form["parts"].errors = ["This person is in the case already: change their part instead"]
    return case_page("cases/add_person.html", case, form=form, person=person)


@bp.route(f"/cases/<reference>/people/add-new/<any({KINDS}):kind>", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def add_new(case: Case, kind: str) -> ResponseReturnValue:
    who, of_kind = viewer(), PersonKind(kind)
    form = open_form(forms.NewPersonForm, data={"how_sure": "said"})
    form.for_kind(of_kind, staff.colleagues(case.school_id))
    if form.validate_on_submit():
        try:
            person = people.add_person(who, staff.get_school(case.school_id), of_kind, form.details)
        except people.UpnTaken as taken:
            form["upn"].errors = [str(taken)]
        else:
            sharing.join(who, case, person, form.parts.data, form.how_sure.data, form.words)
            return _onward(case)
    names = DETAILS[of_kind]
    return case_page("cases/add_new_person.html", case, form=form, kind=of_kind, names=names)


@bp.route("/cases/<reference>/people/add-unknown", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def add_unknown(case: Case) -> ResponseReturnValue:
    form = open_form(forms.UnknownForm, data={"how_sure": "said"})
    if form.validate_on_submit():
        sharing.join(viewer(), case, None, form.parts.data, form.how_sure.data, form.words)
        return go(address(case, "people"))
    return case_page("cases/add_unknown.html", case, form=form)


@bp.route("/cases/<reference>/people/<uuid:involved_id>/change", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def change(case: Case, involved_id: UUID) -> ResponseReturnValue:
    involved = service.get_involved(case, involved_id)
    there = ("description", *forms.WORDS, "parts", "how_sure")
    begun = {name: getattr(involved, name) for name in there}
    form = open_form(forms.ChangePartForm, data=begun, version=involved.version)
    form.for_somebody(involved)
    if form.validate_on_submit():
        refuse_stale(involved, form, forms.part_words(involved))
        sharing.change_part(viewer(), case, involved, form.changes, form.reason.data)
        return _onward(case)
    return case_page("cases/change_part.html", case, form=form, involved=involved)


@bp.route("/cases/<reference>/people/<uuid:involved_id>/identify", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def identify(case: Case, involved_id: UUID) -> ResponseReturnValue:
    """Look for somebody who was not known in the list."""
    involved = _unknown(case, involved_id)
    form, found = FindForm(), None
    if form.validate_on_submit():
        school = staff.get_school(case.school_id)
        found = people.search(viewer(), school, form.words.data, EVERYBODY)
    return case_page(
        "cases/identify.html",
        case,
        form=form,
        found=found,
        there={one.person_id for one in service.people_in(case)},
        involved=involved,
        kinds=list(PersonKind),
    )


@bp.route(
    "/cases/<reference>/people/<uuid:involved_id>/identify/<uuid:person_id>",
    methods=["GET", "POST"],
)
@case_view(Permission.WORK_ON_CASES)
def recognise(case: Case, involved_id: UUID, person_id: UUID) -> ResponseReturnValue:
    involved = _unknown(case, involved_id)
    person = people.get_person(case.school_id, person_id)
    form = open_form(forms.PlainForm)
    if form.validate_on_submit():
        sharing.recognise(viewer(), case, involved, person)
        return _onward(case)
    return case_page("cases/recognise.html", case, form=form, involved=involved, person=person)


@bp.route(
    f"/cases/<reference>/people/<uuid:involved_id>/identify-new/<any({KINDS}):kind>",
    methods=["GET", "POST"],
)
@case_view(Permission.WORK_ON_CASES)
def identify_new(case: Case, involved_id: UUID, kind: str) -> ResponseReturnValue:
    who, of_kind, involved = viewer(), PersonKind(kind), _unknown(case, involved_id)
    form = open_form(PersonForm)
    form.for_kind(of_kind, staff.colleagues(case.school_id))
    if form.validate_on_submit():
        try:
            person = people.add_person(who, staff.get_school(case.school_id), of_kind, form.details)
        except people.UpnTaken as taken:
            form["upn"].errors = [str(taken)]
        else:
            sharing.recognise(who, case, involved, person)
            return _onward(case)
    names = DETAILS[of_kind]
    return case_page(
        "cases/identify_new.html", case, form=form, involved=involved, kind=of_kind, names=names
    )


@bp.get("/people/<uuid:person_id>/cases")
@needs(Permission.SEE_CASES)
def cases_of_person(person_id: UUID) -> ResponseReturnValue:
    """The cases of one person that the viewer may see, with the person’s part in each."""
    who = viewer()
    person = people.person_for(who, Permission.SEE_PEOPLE, person_id)
    found = sharing.visible_cases_of(who, person)
    return page(
        "cases/of_person.html",
        person=person,
        found=found,
        parts=vocabulary("parts"),
        how_sure=vocabulary("how_sure"),
        types=vocabulary("behaviour_types"),
    )


def _onward(case: Case) -> ResponseReturnValue:
    """To the people of the case; to the list of cases where this one is the head’s from now on."""
    return go(address(case, "people") if may(viewer(), Permission.SEE_CASES, case) else "/cases")


def _unknown(case: Case, involved_id: UUID) -> Involved:
    involved = service.get_involved(case, involved_id)
    if involved.is_known:
        raise NotPossible("It is known already who this is.")
    return involved
