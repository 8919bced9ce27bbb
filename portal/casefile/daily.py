"""The page of today: what waits, what is due, what is undecided; worded and ready to show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from markupsafe import Markup

from portal import clock
from portal.casefile import access_due, lists, outstanding
from portal.cases import need_to_know
from portal.disclosures import service as disclosures
from portal.disclosures.rules import Stage
from portal.police.steps import TAGS
from portal.staff.roles import Permission
from portal.staff.viewer import Viewer
from portal.web.dates import due_text
from portal.web.sheets import unsent_since
from portal.web.templating import due as due_words


@dataclass(frozen=True)
class WaitingLine:
    reference: str
    href: str
    danger: bool
    picked_up: bool
    waited: str
    late: bool
    who: str
    recorder: str
    told: datetime


@dataclass(frozen=True)
class DueLine:
    what: str
    href: str
    reference: str
    when: Markup
    late: bool
    owner: str
    mine: bool


@dataclass(frozen=True)
class OpenLine:
    reference: str
    opened: date
    lead: str
    tag: str
    danger: bool


@dataclass(frozen=True)
class SecondLine:
    reference: str
    href: str
    decided_by: str
    at: datetime
    yours: bool
    refused: bool


@dataclass(frozen=True)
class Unsent:
    name: str
    since: datetime


@dataclass(frozen=True)
class AcrossNote:
    text: str
    late: bool


@dataclass(frozen=True)
class AcrossLine:
    """A list that runs across cases: how much is in it, and what of that is pressing."""

    title: str
    href: str
    count: str
    lines: Sequence[AcrossNote]


@dataclass(frozen=True)
class Today:
    day: date
    waiting: Sequence[WaitingLine]
    due: Sequence[DueLine]
    due_more: bool
    undecided: Sequence[OpenLine]
    second: Sequence[SecondLine]
    unsent: Sequence[Unsent]
    cover: Sequence[str]
    across: Sequence[AcrossLine]
    access: access_due.AccessDue
    notes: int = 0  # need-to-know notes that this reader has not read

    @property
    def weekday(self) -> str:
        return f"{self.day:%A}"

    @property
    def late(self) -> int:
        return sum(1 for line in self.due if line.late)

    @property
    def is_quiet(self) -> bool:
        waits = self.waiting or self.due or self.undecided or self.second or self.unsent
        return not (waits or self.access.opened)


DUE_SHOWN = 40
_UNSENT_FOR = timedelta(hours=1)
_STAGES = {
    Stage.DSL: "The DSL",
    Stage.DEPUTIES: "The deputies",
    Stage.HEAD: "The head",
}


def today(who: Viewer) -> Today:
    """What a DSL needs first. Nine reads, however much there is."""
    now = clock.now()
    pickup_minutes, days = lists.school_days(who.school)
    waiting = disclosures.inbox(who, days, pickup_minutes)
    until = days.next_day_at(now, days.ends)
    actions = lists.due_soon(who, until, DUE_SHOWN + 1)
    rows = lists.undecided(who)
    let_in = access_due.rows(who)
    unsent = unsent_since("/disclosures/new", now - _UNSENT_FOR)
    wanted = [
        *(one.disclosure.recorder_id for one in waiting),
        *(action.owner_id for action, _ in actions),
        *(row.lead_id for row in rows),
        *(row.decided_by for row in rows),
        *(member for member, _ in unsent),
        *access_due.members_in(let_in),
    ]
    staff = lists.staff_today(who.school, wanted)
    names = staff.names
    return Today(
        day=clock.local(now).date(),
        waiting=[_waiting(one, names) for one in waiting],
        due=[_due(who, action, reference, names) for action, reference in actions[:DUE_SHOWN]],
        due_more=len(actions) > DUE_SHOWN,
        undecided=_undecided(rows, names),
        second=_second(who, rows, names),
        unsent=[Unsent(names[member], since) for member, since in unsent if member in staff.here],
        cover=staff.cover,
        across=_across(outstanding.outstanding(who)),
        access=access_due.lines(who, let_in, names),
        notes=need_to_know.unread(who),
    )


def _across(found: outstanding.Outstanding) -> list[AcrossLine]:
    pressing = [
        (found.devices_overdue, "overdue for return", True),
        (found.devices_for_police, "for the police", False),
    ]
    devices = [
        AcrossNote(f"{outstanding.said(number)} {words}", late)
        for number, words, late in pressing
        if number
    ]
    writing = found.writing_overdue
    owed = [AcrossNote(f"{outstanding.said(writing)} not confirmed in writing in time", late=True)]
    return [
        AcrossLine("Devices held", "/devices", outstanding.said(found.devices), devices),
        AcrossLine(
            "Referrals that wait",
            "/referrals",
            outstanding.said(found.referrals),
            owed if writing else [],
        ),
        AcrossLine("Content still up", "/content", outstanding.said(found.content), []),
    ]


def _waiting(one: disclosures.Waiting, names: Mapping[UUID, str]) -> WaitingLine:
    found = one.disclosure
    picked_up = found.picked_up_at is not None
    return WaitingLine(
        reference=found.reference,
        href=f"/inbox/{found.id}",
        danger=found.danger == "yes",
        picked_up=picked_up,
        waited=for_minutes(one.minutes),
        late=one.is_late,
        who=_STAGES[one.stage],
        recorder=names.get(found.recorder_id, ""),
        told=found.written_at,
    )


def _due(who: Viewer, action: Any, reference: str, names: Mapping[UUID, str]) -> DueLine:
    _, late = due_text(action.due_at, clock.now())
    works = who.may(Permission.WORK_ON_CASES)
    return DueLine(
        what=action.what,
        href=f"/cases/{reference}/actions" + (f"/{action.id}/settle" if works else ""),
        reference=reference,
        when=due_words(action.due_at),
        late=late,
        owner=names.get(action.owner_id, "") if action.owner_id else action.owner_name,
        mine=action.owner_id == who.id,
    )


def _undecided(rows: Sequence[Any], names: Mapping[UUID, str]) -> list[OpenLine]:
    found = {row.id: row for row in rows if row.decision_id is None}
    return [
        OpenLine(
            reference=row.reference,
            opened=clock.local(row.opened_at).date(),
            lead=names.get(row.lead_id, "No lead yet"),
            tag=TAGS[row.outcome] if row.outcome else "Checklist not answered",
            danger=row.danger == "yes" or row.outcome == "always_refer",
        )
        for row in found.values()
    ]


def _second(who: Viewer, rows: Sequence[Any], names: Mapping[UUID, str]) -> list[SecondLine]:
    able = who.may(Permission.COUNTERSIGN)
    newest = {row.id: row for row in rows if row.decision_id is not None}
    return [
        SecondLine(
            reference=row.reference,
            href=f"/cases/{row.reference}/decisions/{row.decision_id}/countersign",
            decided_by=names.get(row.decided_by, ""),
            at=row.decided_at,
            yours=able and row.decided_by != who.id and not row.refused,
            refused=bool(row.refused),
        )
        for row in newest.values()
    ]


def for_minutes(minutes: int) -> str:
    """Say how long something has waited in working time; nothing where it came just now."""
    if minutes < 1:
        return ""
    if minutes < 90:
        return f"{minutes} minute{'' if minutes == 1 else 's'}"
    hours = round(minutes / 60)
    return f"{hours} working hours"
