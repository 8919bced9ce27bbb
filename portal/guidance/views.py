"""The help pages: whom to ring, and what to do, each with its source and date.

Those who keep the directory correct its entries, add others and say that they were checked.
"""

from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue

from portal import clock
from portal.guidance import rules, service
from portal.guidance.catalogue import AUDIENCES, Service, Tip, rule_sets, tips
from portal.guidance.forms import FOR_WHOM, LABELS, OwnEntryForm, data_of, form_for, words_of
from portal.journal import reading
from portal.staff import service as staff
from portal.staff.access import needs
from portal.staff.roles import Permission
from portal.staff.viewer import viewer
from portal.web import history
from portal.web.dates import plain_day
from portal.web.pages import open_form, page, refuse_stale, see_other

bp = Blueprint("guidance", __name__)

_TITLES = dict(
    zip(
        AUDIENCES,
        (
            "In an emergency, and for everybody",
            "For young people",
            "For parents and carers",
            "For staff",
        ),
        strict=True,
    )
)


@bp.get("/guidance")
@needs(Permission.USE_PORTAL)
def show() -> ResponseReturnValue:
    who = viewer()
    may_keep = who.may(Permission.KEEP_DIRECTORY)
    entries = service.directory_of(who.school, with_hidden=may_keep)
    shown = [one for one in entries if not one.hidden]
    groups = [
        (title, [one for one in shown if one.for_whom[0] == code])
        for code, title in _TITLES.items()
    ]
    return page(
        "guidance/show.html",
        groups=groups,
        left_out=[one for one in entries if one.hidden],
        old={one.code for one in shown if rules.is_old(one.checked, clock.today())},
        fixed=rules.ALWAYS_SHOWN,
        may_keep=may_keep,
        may_open=who.may(Permission.OPEN_IN_EMERGENCY),
        school=staff.get_school(who.school),
    )


@bp.get("/guidance/what-to-do")
@needs(Permission.USE_PORTAL)
def what_to_do() -> ResponseReturnValue:
    parts: dict[str, list[Tip]] = {}
    for one in tips().values():
        parts.setdefault(one.part or "More", []).append(one)
    return page("guidance/what_to_do.html", parts=parts, rule_sets=rule_sets())


@bp.route("/guidance/directory/new", methods=["GET", "POST"])
@needs(Permission.KEEP_DIRECTORY)
def add() -> ResponseReturnValue:
    who = viewer()
    form = open_form(OwnEntryForm, data={"checked": clock.today()})
    if form.validate_on_submit():
        school = staff.get_school(who.school)
        service.add_entry(who, school, form.answers, form.checked.data)
        return see_other("guidance.show")
    return page("guidance/new.html", form=form)


@bp.route("/guidance/directory/<service_code>", methods=["GET", "POST"])
@needs(Permission.KEEP_DIRECTORY)
def change(service_code: str) -> ResponseReturnValue:
    who, now_there = viewer(), service.service_of(viewer().school, service_code)
    service.refuse_the_emergency_number(service_code)
    kept = service.entry_of(who.school, service_code)
    data = {**data_of(now_there), "checked": clock.today()}
    form = open_form(form_for(now_there), data=data, version=kept.version if kept else 0)
    if form.validate_on_submit():
        school = staff.get_school(who.school)
        held = service.held_entry(school, service_code)
        if held is not None:
            refuse_stale(held, form, words_of(service.service_of(who.school, service_code)))
        service.change_entry(who, school, service_code, form.answers, form.checked.data)
        return see_other("guidance.show")
    return page(
        "guidance/change.html",
        form=form,
        one=now_there,
        shipped=service.shipped(service_code),
        is_old=rules.is_old(now_there.checked, clock.today()),
        has_versions=kept is not None,
    )


@bp.post("/guidance/directory/<service_code>/still-right")
@needs(Permission.KEEP_DIRECTORY)
def still_right(service_code: str) -> ResponseReturnValue:
    who = viewer()
    service.confirm_entry(who, staff.get_school(who.school), service_code, clock.today())
    return see_other("guidance.show")


@bp.post("/guidance/directory/<service_code>/leave-out")
@needs(Permission.KEEP_DIRECTORY)
def leave_out(service_code: str) -> ResponseReturnValue:
    who = viewer()
    service.hide_entry(who, staff.get_school(who.school), service_code)
    return see_other("guidance.show")


@bp.post("/guidance/directory/<service_code>/put-back")
@needs(Permission.KEEP_DIRECTORY)
def put_back(service_code: str) -> ResponseReturnValue:
    who = viewer()
    service.show_entry_again(who, staff.get_school(who.school), service_code)
    return see_other("guidance.show")


@bp.get("/guidance/directory/<service_code>/versions")
@needs(Permission.KEEP_DIRECTORY)
def versions(service_code: str) -> ResponseReturnValue:
    who = viewer()
    one = service.service_of(who.school, service_code)
    shipped, kept = service.shipped(service_code), service.entry_of(who.school, service_code)
    told = []
    if kept is not None:
        told = history.tell(reading.versions(kept), LABELS, partial(_said, shipped))
    if told and shipped is not None:  # what came before the first change is what was shipped
        told[-1] = replace(told[-1], is_first=False)
    names = staff.names_of(each.actor_id for each in told)
    return page("guidance/versions.html", one=one, told=told, names=names)


def _said(shipped: Service | None, name: str, value: Any) -> str:
    """One value of an entry in words; where the school says nothing, what is shipped."""
    if name == "hidden":
        return "Yes" if value else ""
    if value is None and shipped is not None and name in (*rules.CHANGED_HERE, "checked"):
        value = getattr(shipped, name)
    if name not in LABELS or not value:
        return ""
    if name == "for_whom":
        return dict(FOR_WHOM)[value]
    return plain_day(date.fromisoformat(str(value))) if name == "checked" else str(value)
