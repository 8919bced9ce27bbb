"""What is outstanding across cases: devices held, referrals that wait, content still up.

One statement for the page of today. Each count stops at fifty, so that it costs the same
however much there is; the lists behind the links say the rest.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, Uuid, bindparam, func, select

from portal import clock
from portal.cases.models import Case
from portal.cases.models_content import STILL_UP, ContentItem
from portal.cases.visible import cases_by_role
from portal.db import read
from portal.devices.models import Device
from portal.referrals.models import WAITING, Referral
from portal.staff.viewer import Viewer

MOST = 50


@dataclass(frozen=True)
class Outstanding:
    """How many of each there are in the cases that somebody sees; fifty means that many or more."""

    devices: int
    devices_overdue: int
    devices_for_police: int
    referrals: int
    writing_overdue: int
    content: int


def outstanding(who: Viewer) -> Outstanding:
    row = read(_counts(cases_by_role(who)), {"school": who.school, "now": clock.now()}).one()
    return Outstanding(*row)


def said(number: int) -> str:
    return str(number) if number < MOST else f"{MOST} or more"


_SCHOOL = bindparam("school", type_=Uuid())
_NOW: Any = bindparam("now", type_=Case.opened_at.type)


@lru_cache(maxsize=512)
def _counts(visible: Select[Case]) -> Select[Any]:
    owed = Referral.written_on.is_(None)
    return select(
        _count(visible, Device, Device.held),
        _count(visible, Device, Device.held, Device.return_due_at < _NOW),
        _count(visible, Device, Device.held, Device.for_police),
        _count(visible, Referral, WAITING),
        _count(visible, Referral, WAITING, owed, Referral.written_due_at < _NOW),
        _count(visible, ContentItem, STILL_UP),
    )


def _count(visible: Select[Case], table: Any, *where: Any) -> Any:
    some = (
        visible.with_only_columns(Case.id)
        .join(table, table.case_id == Case.id)
        .where(table.school_id == _SCHOOL, *where)
        .limit(MOST)
        .subquery()
    )
    return select(func.count()).select_from(some).scalar_subquery()
