"""Printing what is about one young person: the log of one household, and the support record."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from portal.casefile import copies, family_papers, support_papers
from portal.casefile import forms_family as forms
from portal.casefile.listing import as_id
from portal.casefile.print_views import context, new_print, printed
from portal.casefile.sifting import Around, Household, around
from portal.casefile.summary import is_young
from portal.cases import preferences
from portal.cases import service as cases
from portal.cases.access import case_view
from portal.cases.models import Case, Involved
from portal.cases.steps import address
from portal.family.forms import carer_choices
from portal.people.models import Carer
from portal.staff.roles import Permission
from portal.support.models import Support
from portal.web.errors import Missing
from portal.web.here import own_address
from portal.web.isolated import isolated
from portal.web.pages import open_form, page

bp = Blueprint("prints_family", __name__)


@bp.route("/cases/<reference>/family/<uuid:involved_id>/log/print", methods=["GET", "POST"])
@case_view(Permission.PRINT, fresh=True)
def contact_log(case: Case, involved_id: UUID) -> ResponseReturnValue:
    young = cases.get_involved(case, involved_id)
    if not is_young(young):
        raise Missing
    known = around(case, young)
    begun = {"household": _wanted(known), "recipient_kind": forms.PARENT}
    form = open_form(forms.ContactLogForm, data=begun)
    _offer_homes(case, form, known)
    if form.validate_on_submit():
        new = new_print(family_papers.LOG, form)
        parts = [str(one) for one in form.allowed()]
        return printed(case, replace(new, parts=parts, people=[str(young.id)], subject_id=young.id))
    return page(
        "casefile/print_family_log.html",
        form=form,
        young=young,
        previews=family_papers.previews(case, known),
        back=address(case, "family"),
        **_shown(case),
    )


@bp.route("/cases/<reference>/support/<uuid:support_id>/print", methods=["GET", "POST"])
@case_view(Permission.PRINT, fresh=True)
def support_record(case: Case, support_id: UUID) -> ResponseReturnValue:
    support = cases.get_in(case, Support, support_id)
    young = cases.get_involved(case, support.involved_id) if support.involved_id else None
    known = around(case, young)
    form = open_form(forms.HomePrintForm)
    _offer_readers(case, form, known)
    if form.validate_on_submit():
        new = new_print(support_papers.SUPPORT, form)
        goes_home = form.recipient_kind.data == forms.PARENT
        reader = [str(form.reader.data)] if goes_home else []
        people = [str(young.id)] if young else []
        return printed(case, replace(new, parts=reader, people=people, subject_id=support.id))
    return page(
        "casefile/print_family_support.html",
        form=form,
        young=young,
        passages=support_papers.passages(case, support, known),
        back=address(case, "support", str(support.id)),
        **_shown(case),
    )


def _wanted(known: Around) -> UUID | None:
    """The household that was asked for by one of its carers (`?household=`), or the only one."""
    asked = as_id(request.args.get("household", ""))
    wanted = [home for home in known.homes if asked in {link.id for link in home}]
    homes = wanted or known.homes
    return homes[0][0].id if len(homes) == 1 else None


def _offer_homes(case: Case, form: forms.ContactLogForm, known: Around) -> None:
    form.household.choices = [(home[0].id, _named(home), _to_mind(home)) for home in known.homes]
    form.homes = {home[0].id: [link.id for link in home] for home in known.homes}
    form.recipient_kind.choices = forms.LOG_READERS
    _offer_carers(case, form, known)


def _offer_readers(case: Case, form: forms.HomePrintForm, known: Around) -> None:
    form.young_name = known.young.name if known.young else ""
    if known.homes:
        form.recipient_kind.choices = forms.SUPPORT_READERS
        _offer_carers(case, form, known)
        return
    readers = forms.SUPPORT_READERS if known.young else forms.GROUP_READERS
    form.recipient_kind.choices = [one for one in readers if one[0] != forms.PARENT]
    del form.reader


def _offer_carers(case: Case, form: forms.HomePrintForm, known: Around) -> None:
    links = [link for home in known.homes for link in home]
    form.links = {link.id: link for link in links}
    form.reader.choices = carer_choices(links, _marks(case, known.young, links))


def _marks(case: Case, young: Involved | None, links: Sequence[Carer]) -> dict[UUID, list[str]]:
    """Who at home should rather not know, as this young person said."""
    whose = young.id if young else None
    found = [one for one in preferences.rather_not(case) if one.whose.id == whose]
    return {
        link.id: [
            one.sentence
            for one in preferences.about(found, person_id=link.carer_id, name=link.carer.full_name)
        ]
        for link in links
    }


def _named(home: Household) -> Markup:
    names = [isolated(link.carer.full_name) for link in home]
    return Markup(", ").join(names)


def _to_mind(home: Household) -> str:
    if any(link.address_protected for link in home):
        return "Their address must not be disclosed: it is left out of every copy."
    return ""


def _shown(case: Case) -> dict[str, Any]:
    return {
        "action": own_address(),
        "reserved": copies.reserved(case, cases.people_in(case)),
        **context(case),
    }
