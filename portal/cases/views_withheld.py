"""Facts that are not to be told to somebody: the list, marking one, lifting it."""

from typing import Any
from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from portal.cases import service, withheld
from portal.cases.access import case_view, may
from portal.cases.forms import ReasonForm
from portal.cases.forms_withheld import WithholdForm
from portal.cases.models import Case, Involved
from portal.cases.models_wishes import Withheld
from portal.cases.pages import case_page
from portal.cases.steps import address
from portal.guidance.catalogue import tips
from portal.people import service as people
from portal.staff import service as staff
from portal.staff.roles import Permission
from portal.staff.viewer import viewer
from portal.web.errors import NotPossible
from portal.web.pages import go, open_form, refuse_stale

bp = Blueprint("cases_withheld", __name__)
LIST = "not-to-be-told"


@bp.get(f"/cases/<reference>/{LIST}")
@case_view(Permission.SEE_CASES)
def listing(case: Case) -> ResponseReturnValue:
    facts = withheld.facts_of(case, lifted=True)
    everybody = service.people_in(case)
    return case_page(
        "cases/withheld.html",
        case,
        standing=[one for one in facts if one.lifted_at is None],
        lifted=[one for one in facts if one.lifted_at is not None],
        about={one.id: one.name for one in everybody},
        older=[one for one in everybody if one.not_to_be_told],
        readers=_readers(case, facts),
        names=staff.names_of(one.by_id for one in facts),
        may_work=_may_work(case),
        tip=tips()["not_to_be_told"],
    )


def _readers(case: Case, facts: list[Withheld]) -> dict[UUID, str]:
    """To whom each fact is not to be told, in words."""
    names = withheld.people_named(case, facts)
    return {one.id: withheld.readers_of(one, names) for one in facts}


def _may_work(case: Case) -> bool:
    return case.is_open and may(viewer(), Permission.WORK_ON_CASES, case)


@bp.route(f"/cases/<reference>/{LIST}/new", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def new(case: Case) -> ResponseReturnValue:
    everybody = service.people_in(case)
    form = open_form(WithholdForm)
    form.about.choices = [(one.id, one.name) for one in everybody]
    form.from_people.choices = _carers(everybody)
    if form.validate_on_submit():
        withheld.withhold(
            viewer(),
            case,
            service.get_involved(case, form.about.data),
            words=form.kept_words,
            from_kinds=form.from_kinds.data,
            from_people=form.people,
        )
        return go(address(case, LIST))
    return case_page("cases/withheld_form.html", case, form=form, tip=tips()["not_to_be_told"])


def _carers(everybody: list[Involved]) -> list[tuple[Any, ...]]:
    """The carers of everybody in the case, each once, with whose they are."""
    names = {one.person_id: one.name for one in everybody if one.person_id is not None}
    choices: dict[UUID, tuple[Any, ...]] = {}
    for links in people.carers_of_all(names).values():
        for link in links:
            label = Markup("<bdi>{}</bdi> (<bdi>{}</bdi> of <bdi>{}</bdi>)").format(
                link.carer.full_name, link.relation or "carer", names[link.person_id]
            )
            choices.setdefault(link.carer_id, (link.carer_id, label))
    return list(choices.values())


@bp.route(f"/cases/<reference>/{LIST}/<uuid:withheld_id>/lift", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def lift(case: Case, withheld_id: UUID) -> ResponseReturnValue:
    one = service.get_in(case, Withheld, withheld_id)
    if one.lifted_at is not None:
        raise NotPossible("This may be told again already.")
    form = open_form(ReasonForm, version=one.version)
    if form.validate_on_submit():
        refuse_stale(one, form, {"reason": one.lifted_reason})
        withheld.lift(viewer(), one, form.reason.data)
        return go(address(case, LIST))
    return case_page("cases/withheld_lift.html", case, form=form, one=one)
