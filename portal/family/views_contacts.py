"""Contacts with somebody at home, as pages."""

from typing import Any
from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from portal import clock
from portal.cases.access import case_view
from portal.cases.access_rules import Part
from portal.cases.models import Case
from portal.cases.service import get_in
from portal.cases.steps import address
from portal.clock import Happened
from portal.family import service
from portal.family.forms_contacts import ELSE, WORDS, ContactForm, CorrectContactForm
from portal.family.models import FamilyContact
from portal.family.reading import Family
from portal.family.views import family_in, form_page
from portal.guidance.catalogue import vocabulary
from portal.staff.roles import Permission
from portal.staff.viewer import viewer
from portal.web.dates import said_happened
from portal.web.fields import NO, YES
from portal.web.pages import go, open_form, refuse_stale

bp = Blueprint("family_contacts", __name__)


@bp.route("/cases/<reference>/family/<uuid:involved_id>/contacts/new", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES, part=Part.CONTACTS)
def record(case: Case, involved_id: UUID) -> ResponseReturnValue:
    """Write down a contact. `?carer=` begins with one of the carers chosen."""
    family = family_in(case, involved_id)
    form = open_form(ContactForm, data=_begun(family))
    form.for_family(family.carers, family.marks, family.guard)
    if form.validate_on_submit():
        new = service.NewContact(
            at=form.happened.data,
            way=form.way.data,
            reached=form.reached.data == YES,
            facts=form.facts,
            words=form.words,
            carer=form.link,
        )
        service.record_contact(viewer(), case, family.one, new)
        return go(address(case, "family", str(involved_id)) + "#contacts")
    return form_page(case, "family/contact.html", form, family, contact=None)


def _begun(family: Family) -> dict[str, Any]:
    """What the form begins with: now, and the carer who was asked for, or the only one."""
    wanted = request.args.get("carer", "")
    links = [link for link in family.carers if str(link.id) == wanted] or family.carers
    link = links[0] if len(links) == 1 else None
    whom = link.id if link else None if family.carers else ELSE
    return {
        "happened": Happened.of(clock.now()),
        "with_whom": whom,
        "telephone": link.carer.telephone if link else "",
        "child_present": NO,
    }


@bp.route("/cases/<reference>/family/contacts/<uuid:contact_id>", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES, part=Part.CONTACTS)
def correct(case: Case, contact_id: UUID) -> ResponseReturnValue:
    """Correct a contact. What stood there stays readable as an older version."""
    contact = get_in(case, FamilyContact, contact_id)
    family = family_in(case, contact.involved_id)
    form = open_form(CorrectContactForm, data=_as_it_is(contact), version=contact.version)
    link = next((one for one in family.carers if one.id == contact.carer_id), None)
    form.for_contact(link)
    form.for_family(family.carers, family.marks, family.guard)
    if form.validate_on_submit():
        refuse_stale(contact, form, _in_words(contact))
        changes = {**form.facts, **form.words, "way": form.way.data}
        changes["reached"] = form.reached.data == YES
        service.correct_contact(
            viewer(), case, contact, changes, form.happened.data, form.reason.data
        )
        return go(address(case, "family", str(contact.involved_id)) + "#contacts")
    return form_page(case, "family/contact.html", form, family, contact=contact)


_FACTS = ("way", "agreed_with_child", "child_present", "blames", "procedure_explained")


def _as_it_is(contact: FamilyContact) -> dict[str, Any]:
    """What the form of a correction begins with."""
    return {
        **{name: getattr(contact, name) for name in (*_FACTS, *WORDS, "who", "relation")},
        "happened": contact.happened,
        "reached": YES if contact.reached else NO,
        "although": bool(contact.although_not),
        "said_all_the_same": bool(contact.said_although),
    }


def _in_words(contact: FamilyContact) -> dict[str, str]:
    """The same in words, for a correction that comes too late."""
    answers = {YES: "Yes", NO: "No", "not_known": "Not yet known"}
    known = _as_it_is(contact)
    said = {name: str(known[name] or "") for name in (*WORDS, "who", "relation")}
    said |= {name: answers[known[name]] for name in ("reached", "agreed_with_child", "blames")}
    said["child_present"] = answers[contact.child_present]
    said["procedure_explained"] = "Yes" if contact.procedure_explained else "No"
    said["way"] = vocabulary("contact_ways").label(contact.way)
    when = contact.happened
    said["happened"] = said_happened(when, clock.today()) if when else ""
    return said
