"""A case while it is worked on by the acts of the data files, and what they have in common."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from portal import clock
from portal.cases import service as cases
from portal.cases.models import Case, Involved
from portal.cases.models_content import ContentItem
from portal.clock import Happened
from portal.demo.oakfield import Oakfield
from portal.devices.models import Device
from portal.people import service as people
from portal.people.models import Carer
from portal.plans.models import Plan
from portal.referrals.models import Referral
from portal.staff.viewer import Viewer
from portal.support.models import Support

Act = Mapping[str, Any]
Moment = Callable[[Act], datetime]


@dataclass
class Work:
    """A case while it is worked on, with the records that are spoken of again."""

    oakfield: Oakfield
    case: Case
    lead: Viewer
    told: dict[str, Referral] = field(default_factory=dict)
    items: dict[str, ContentItem] = field(default_factory=dict)
    devices: dict[str, Device] = field(default_factory=dict)
    supports: dict[str, Support] = field(default_factory=dict)
    plans: dict[str, Plan] = field(default_factory=dict)
    told_notes: dict[str, UUID] = field(default_factory=dict)

    def who(self, act: Act) -> Viewer:
        return self.oakfield.members[act["who"]] if "who" in act else self.lead

    def person(self, act: Act) -> Involved | None:
        """Somebody of the case by name; nobody where the act names nobody."""
        name = act.get("person")
        there = cases.people_in(self.case)
        return next(one for one in there if one.name == name) if name else None

    def somebody(self, act: Act) -> Involved:
        """Whoever the act names; an act that comes here names somebody."""
        found = self.person(act)
        if found is None or found.person is None:
            raise LookupError(f"{act['do']} names nobody who is known in the case")
        return found

    def carer(self, person: Involved, name: str) -> Carer:
        """Somebody at home, by name."""
        links = people.carers_of(person.person_id) if person.person_id else []
        return next(one for one in links if one.carer.full_name == name)

    def named_items(self, names: Iterable[str]) -> list[ContentItem]:
        return [self.items[name] for name in names]

    def named_told(self, names: Iterable[str]) -> list[Referral]:
        return [self.told[name] for name in names]

    def day_in(self, act: Act, key: str) -> date | None:
        """The day so many school days from now as the act says under a key."""
        return clock.local(self.school_days_on(act[key])).date() if key in act else None

    def school_days_on(self, count: int) -> datetime:
        """The end of school so many school days from now."""
        at, days = clock.now(), self.oakfield.days
        for _ in range(count):
            at = days.next_day_at(at, days.ends)
        return at


def happened(act: Act, key: str = "happened") -> Happened:
    """When it had happened: that day at the time that is given, or just now."""
    now = clock.now()
    if key not in act:
        return Happened.of(now)
    at = datetime.combine(clock.local(now).date(), time.fromisoformat(act[key]), clock.ZONE)
    return Happened.of(min(at, now))
