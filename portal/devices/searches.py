"""Verbs about searches: every one is recorded, also where nothing was found."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from portal import clock
from portal.cases import actions
from portal.cases.models import Case, happened_text
from portal.clock import Happened
from portal.db import session
from portal.devices.models import Device, DeviceSearch
from portal.journal.actor import Actor
from portal.journal.service import note
from portal.staff import service as staff

TELL_PARENT = "search_parent"
NOT_YET = "not_yet"


def searches_of(case: Case) -> list[DeviceSearch]:
    """Every search of a case, the newest first."""
    return list(
        session.scalars(
            select(DeviceSearch)
            .where(DeviceSearch.case_id == case.id)
            .order_by(DeviceSearch.written_at.desc(), DeviceSearch.id)
        )
    )


def found_in(search: DeviceSearch) -> list[Device]:
    """The devices that were logged as found in a search."""
    return list(
        session.scalars(
            select(Device)
            .where(Device.case_id == search.case_id, Device.search_id == search.id)
            .order_by(Device.written_at, Device.id)
        )
    )


def record_search(
    actor: Actor, case: Case, facts: Mapping[str, Any], words: Mapping[str, str], at: Happened
) -> DeviceSearch:
    """Keep a search. Where no parent has been told yet, that is to be done today."""
    search = DeviceSearch(
        case.key, case_id=case.id, by_id=actor.member_id, **facts, **words, **happened_text(at)
    )
    session.add(search)
    note(actor, "recorded a search", search)
    _follow(actor, case, search)
    return search


def correct_search(
    actor: Actor,
    case: Case,
    search: DeviceSearch,
    changes: Mapping[str, Any],
    reason: str,
    at: Happened | None = None,
) -> None:
    """Other words for a search; what stood there stays readable."""
    for name, value in {**changes, **(happened_text(at) if at else {})}.items():
        setattr(search, name, value)
    note(actor, "corrected a search", search, reason)
    _follow(actor, case, search)


def tell_parent(actor: Actor, case: Case, search: DeviceSearch, told: str, words: str) -> None:
    """A parent or carer was told of a search by now; or why nobody tells them."""
    search.parent_told, search.parent_words = told, words
    note(actor, "recorded whether a parent was told of a search", search)
    _follow(actor, case, search)


def _follow(actor: Actor, case: Case, search: DeviceSearch) -> None:
    subject = str(search.id)
    if search.parent_told != NOT_YET:
        actions.settle_about(actor, case, TELL_PARENT, [subject], search.parent_words or "Told.")
        return
    days = actions.working_days(staff.get_school(case.school_id))
    actions.plan_action(
        actor,
        case,
        kind=TELL_PARENT,
        subject=subject,
        what="Tell a parent or carer of the search and what came of it.",
        due_at=days.today_at(clock.now(), days.ends),
        owner_id=case.lead_id,
    )
