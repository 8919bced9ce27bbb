"""Pages about people: the list, one person, their carers, older versions.

The cases that somebody is in are no business of this package; `cases` has the page that lists them.
"""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from portal import clock
from portal.journal import reading
from portal.people import forms, service
from portal.people.models import Person, PersonKind
from portal.staff import service as staff
from portal.staff.access import needs
from portal.staff.roles import Permission
from portal.staff.viewer import viewer
from portal.web import history
from portal.web.pages import open_form, page, refuse_stale, see_other

bp = Blueprint("people", __name__)

A_PAGE = 50
EVERYBODY = frozenset(PersonKind)
YOUNG = frozenset(kind for kind in PersonKind if kind.is_young)
KINDS = ", ".join(kind.value for kind in PersonKind)


@bp.route("/people", methods=["GET", "POST"])
@needs(Permission.SEE_PEOPLE)
def listing() -> ResponseReturnValue:
    return _listing("people.listing", YOUNG)


@bp.route("/people/adults", methods=["GET", "POST"])
@needs(Permission.SEE_PEOPLE)
def adults() -> ResponseReturnValue:
    return _listing("people.adults", EVERYBODY - YOUNG)


def _listing(endpoint: str, kinds: frozenset[PersonKind]) -> ResponseReturnValue:
    """A page of the list; or, after a POST, who was found. What was looked for never stays."""
    who = viewer()
    school = staff.get_school(who.school)
    form = forms.FindForm()
    if request.method == "POST" and form.validate_on_submit():
        found = service.search(who, school, form.words.data, EVERYBODY)
        return render_template("people/found.html", form=form, found=found, action=request.path)
    people = service.listing(school, kinds, seen_by=who)
    pages = max(1, -(-len(people) // A_PAGE))
    number = min(max(1, request.args.get("page", 1, type=int)), pages)
    return page(
        "people/list.html",
        form=form,
        endpoint=endpoint,
        shown=people[(number - 1) * A_PAGE : number * A_PAGE],
        total=len(people),
        number=number,
        pages=pages,
        may_keep=who.may(Permission.KEEP_PEOPLE),
    )


@bp.get("/people/new")
@needs(Permission.KEEP_PEOPLE)
def choose_kind() -> ResponseReturnValue:
    return page("people/kinds.html", kinds=list(PersonKind))


@bp.route(f"/people/new/<any({KINDS}):kind>", methods=["GET", "POST"])
@needs(Permission.KEEP_PEOPLE)
def new(kind: str) -> ResponseReturnValue:
    who, of_kind = viewer(), PersonKind(kind)
    form = open_form(forms.PersonForm)
    form.for_kind(of_kind, staff.colleagues(who.school))
    if form.validate_on_submit():
        person = _saved(form, lambda: service.add_person(
            who, staff.get_school(who.school), of_kind, form.details
        ))  # fmt: skip
        if person is not None:
            return see_other("people.show", person_id=person.id)
    return page("people/new.html", form=form, kind=of_kind, names=forms.DETAILS[of_kind])


@bp.get("/people/<uuid:person_id>")
@needs(Permission.SEE_PEOPLE)
def show(person_id: UUID) -> ResponseReturnValue:
    who = viewer()
    person = service.person_for(who, Permission.SEE_PEOPLE, person_id)
    kind = PersonKind(person.kind)
    words = forms.words_of(person, _accounts(person))
    carers = service.carers_of(person.id)
    cared_for = service.cared_for_by(person.id)
    return page(
        "people/show.html",
        person=person,
        kind=kind,
        age=person.age_on(clock.today()),
        rows=[
            {"label": forms.LABELS[name], "value": words[name] or "Not recorded"}
            for name in forms.DETAILS[kind]
            if name not in {"full_name"} and (words[name] or name in {"born", "flags"})
        ],
        carers=carers,
        responsibility=dict(forms.RESPONSIBILITY),
        may_contact=dict(forms.MAY_CONTACT),
        cared_for=service.find_people(person.school_id, {one.person_id for one in cared_for}),
        may_keep=who.may(Permission.KEEP_PEOPLE, person.school_id),
        may_see_cases=who.may(Permission.SEE_CASES, person.school_id),
    )


@bp.route("/people/<uuid:person_id>/change", methods=["GET", "POST"])
@needs(Permission.KEEP_PEOPLE)
def change(person_id: UUID) -> ResponseReturnValue:
    who = viewer()
    person = service.person_for(who, Permission.KEEP_PEOPLE, person_id)
    kind = PersonKind(person.kind)
    form = open_form(forms.ChangePersonForm, data=forms.data_of(person), version=person.version)
    form.for_kind(kind, staff.colleagues(person.school_id))
    if form.validate_on_submit():
        refuse_stale(person, form, forms.words_of(person, _accounts(person)))
        details = {**form.details, "kind": form.kind.data}

        def save() -> Person:
            service.change_person(who, person, details, form.reason.data)
            return person

        if _saved(form, save) is not None:
            return see_other("people.show", person_id=person.id)
    names = (*forms.DETAILS[kind], "kind", "reason")
    return page("people/change.html", form=form, person_id=person_id, names=names)


@bp.get("/people/<uuid:person_id>/versions")
@needs(Permission.SEE_PEOPLE)
def versions(person_id: UUID) -> ResponseReturnValue:
    person = service.person_for(viewer(), Permission.SEE_PEOPLE, person_id)
    accounts = _accounts(person)
    told = history.tell(
        reading.versions(person),
        forms.LABELS,
        lambda name, value: forms.said(name, value, accounts),
    )
    names = staff.names_of(one.actor_id for one in told)
    return page("people/versions.html", person=person, told=told, names=names)


@bp.route("/people/<uuid:person_id>/carers/add", methods=["GET", "POST"])
@needs(Permission.KEEP_PEOPLE)
def find_carer(person_id: UUID) -> ResponseReturnValue:
    """Look for a carer in the list first: sisters and brothers share theirs."""
    who = viewer()
    person = service.person_for(who, Permission.KEEP_PEOPLE, person_id)
    form, found = forms.FindForm(), None
    if form.validate_on_submit():
        school = staff.get_school(person.school_id)
        grown = service.search(who, school, form.words.data, EVERYBODY - YOUNG)
        there = {one.carer_id for one in service.carers_of(person.id)}
        found = [(one, one.id in there) for one in grown]
    context: dict[str, Any] = {"person": person, "form": form, "found": found}
    return page("people/find_carer.html", **context)


@bp.route("/people/<uuid:person_id>/carers/add/<uuid:carer_id>", methods=["GET", "POST"])
@needs(Permission.KEEP_PEOPLE)
def add_carer(person_id: UUID, carer_id: UUID) -> ResponseReturnValue:
    who = viewer()
    person = service.person_for(who, Permission.KEEP_PEOPLE, person_id)
    carer = service.get_person(person.school_id, carer_id)
    form = open_form(forms.CarerForm)
    if form.validate_on_submit():
        service.add_carer(who, person, carer, form.link)
        return see_other("people.show", person_id=person.id)
    return page("people/add_carer.html", form=form, person=person, carer=carer, names=())


@bp.route("/people/<uuid:person_id>/carers/new", methods=["GET", "POST"])
@needs(Permission.KEEP_PEOPLE)
def new_carer(person_id: UUID) -> ResponseReturnValue:
    who = viewer()
    person = service.person_for(who, Permission.KEEP_PEOPLE, person_id)
    form = open_form(forms.NewCarerForm)
    form.for_kind(PersonKind.CARER, [])
    if form.validate_on_submit():
        school = staff.get_school(person.school_id)
        carer = service.add_person(who, school, PersonKind.CARER, form.details)
        service.add_carer(who, person, carer, form.link)
        return see_other("people.show", person_id=person.id)
    names = forms.DETAILS[PersonKind.CARER]
    return page("people/add_carer.html", form=form, person=person, carer=None, names=names)


@bp.route("/people/<uuid:person_id>/carers/<uuid:link_id>", methods=["GET", "POST"])
@needs(Permission.KEEP_PEOPLE)
def change_carer(person_id: UUID, link_id: UUID) -> ResponseReturnValue:
    who = viewer()
    person = service.person_for(who, Permission.KEEP_PEOPLE, person_id)
    link = service.get_carer(person, link_id)
    there = {name: getattr(link, name) for name in forms.CARER_LABELS}
    form = open_form(forms.ChangeCarerForm, data=there, version=link.version)
    if form.validate_on_submit():
        now = {name: forms.said_of_carer(name, value) for name, value in there.items()}
        refuse_stale(link, form, now)
        service.change_carer(who, link, form.link, form.reason.data)
        return see_other("people.show", person_id=person.id)
    return page("people/change_carer.html", form=form, person=person, carer=link.carer, link=link)


@bp.get("/people/<uuid:person_id>/carers/<uuid:link_id>/versions")
@needs(Permission.SEE_PEOPLE)
def carer_versions(person_id: UUID, link_id: UUID) -> ResponseReturnValue:
    """What was known of a carer before: restrictions that were lifted stay readable."""
    person = service.person_for(viewer(), Permission.SEE_PEOPLE, person_id)
    link = service.get_carer(person, link_id)
    told = history.tell(reading.versions(link), forms.CARER_LABELS, forms.said_of_carer)
    names = staff.names_of(one.actor_id for one in told)
    return page("people/carer_versions.html", person=person, link=link, told=told, names=names)


def _accounts(person: Person) -> dict[str, str]:
    """Names of the accounts that people of this kind may have, by id as text."""
    if PersonKind(person.kind) is not PersonKind.COLLEAGUE:
        return {}
    everybody = staff.colleagues(person.school_id, with_ended=True)
    return {str(one.id): one.name for one in everybody}


def _saved(form: forms.PersonForm, save: Any) -> Person | None:
    """Who was saved; None, with the message at its field, where the UPN is somebody else’s."""
    try:
        return save()  # type: ignore[no-any-return]
    except service.UpnTaken as taken:
        form["upn"].errors = [*form["upn"].errors, str(taken)]
        return None
