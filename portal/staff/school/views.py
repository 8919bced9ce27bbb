"""The school’s details, and its rota: who covers when, and when the school is closed."""

from datetime import date, time
from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue

from portal import clock
from portal.staff import service
from portal.staff.access import needs
from portal.staff.accounts import role_requests
from portal.staff.models import School
from portal.staff.roles import PERMISSIONS, Permission
from portal.staff.school.forms import (
    AUTHORITY,
    NATIONS,
    UNITS,
    AuthorityForm,
    ClosureForm,
    CoverForm,
    SchoolForm,
)
from portal.staff.viewer import viewer
from portal.staff.views_shared import bp, this_school
from portal.web.pages import open_form, page, refuse_stale, see_other


@bp.get("/school", endpoint="school")
@needs(Permission.SEE_SCHOOL)
def school_page() -> ResponseReturnValue:
    who, school, installation = viewer(), this_school(), service.installation()
    return page(
        "staff/school.html",
        school=school,
        nation=dict(NATIONS).get(school.nation, school.nation),
        may_change=who.may(Permission.MANAGE_SCHOOL),
        may_manage=who.may(Permission.MANAGE_MEMBERS),
        asked=role_requests.for_me(who),
        may_keep_rota=who.may(Permission.KEEP_ROTA),
        may_keep_authority=who.may(Permission.KEEP_DIRECTORY),
        may_review_looks=who.may(Permission.REVIEW_LOOKS),
        kit_is_open=installation.kit_confirmed_at is None,
        is_demo=installation.mode == "demo",
    )


@bp.route("/school/details", methods=["GET", "POST"], endpoint="school_details")
@needs(Permission.MANAGE_SCHOOL, fresh=True)
def change_details() -> ResponseReturnValue:
    school = this_school()
    form = open_form(SchoolForm, data=_as_typed(school), version=school.version)
    if form.validate_on_submit():
        refuse_stale(school, form, {name: str(now) for name, now in _as_typed(school).items()})
        service.change_school(viewer(), school, {"name": form.name.data, **form.details()})
        return see_other("staff.school")
    may_keep_authority = viewer().may(Permission.KEEP_DIRECTORY)
    return page("staff/school_details.html", form=form, may_keep_authority=may_keep_authority)


@bp.route("/school/authority", methods=["GET", "POST"], endpoint="authority")
@needs(Permission.KEEP_DIRECTORY)
def authority() -> ResponseReturnValue:
    school = this_school()
    kept = {name: getattr(school, name) for name in AUTHORITY}
    form = open_form(AuthorityForm, data=kept, version=school.version)
    if form.validate_on_submit():
        words = {name: str(value) for name, value in kept.items()}
        refuse_stale(school, form, words | {"written_unit": dict(UNITS)[school.written_unit]})
        service.change_school(viewer(), school, {name: form[name].data for name in AUTHORITY})
        return see_other("staff.school")
    return page("staff/authority.html", form=form)


@bp.get("/school/rota", endpoint="rota")
@needs(Permission.KEEP_ROTA)
def rota() -> ResponseReturnValue:
    covers, closures = service.rota(viewer().school, clock.today())
    names = service.names_of(one.member_id for one in covers)
    return page(
        "staff/rota.html", covers=covers, closures=closures, names=names, school=this_school()
    )


@bp.route("/school/rota/cover", methods=["GET", "POST"], endpoint="add_cover")
@needs(Permission.KEEP_ROTA)
def add_cover() -> ResponseReturnValue:
    form = open_form(CoverForm)
    form.member.choices = _who_can_cover()
    if form.validate_on_submit():
        member = service.get_member(viewer().school, form.member.data)
        service.add_cover(viewer(), this_school(), member, form.starts.data, form.ends.data)
        return see_other("staff.rota")
    return page("staff/cover.html", form=form)


@bp.route("/school/rota/closure", methods=["GET", "POST"], endpoint="add_closure")
@needs(Permission.KEEP_ROTA)
def add_closure() -> ResponseReturnValue:
    form = open_form(ClosureForm)
    if form.validate_on_submit():
        days: tuple[date, date] = form.starts.data, form.ends.data
        service.add_closure(viewer(), this_school(), form.label.data, *days)
        return see_other("staff.rota")
    return page("staff/closure.html", form=form)


@bp.post("/school/rota/<uuid:entry_id>/take-off", endpoint="take_off")
@needs(Permission.KEEP_ROTA)
def take_off(entry_id: UUID) -> ResponseReturnValue:
    service.end_rota_entry(viewer(), viewer().school, entry_id)
    return see_other("staff.rota")


def _as_typed(school: School) -> dict[str, Any]:
    """The school’s details as its form holds them."""
    names = [name for name in vars(SchoolForm) if hasattr(School, name)]
    kept = {name: getattr(school, name) for name in names}
    for name in ("day_starts", "day_ends"):
        kept[name] = time.fromisoformat(kept[name])
    return kept


def _who_can_cover() -> list[tuple[UUID, str]]:
    """Those whose role opens the inbox."""
    return [
        (one.id, f"{one.name} ({', '.join(role.label for role in sorted(one.roles))})")
        for one in service.colleagues(viewer().school)
        if any(Permission.SEE_INBOX in PERMISSIONS[role] for role in one.roles)
    ]
