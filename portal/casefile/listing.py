"""The list of cases, worded and ready to be shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from markupsafe import Markup

from portal import clock
from portal.casefile import lists
from portal.casefile.lists import Wanted
from portal.cases.models import CaseState
from portal.guidance.catalogue import vocabulary
from portal.police.steps import DECIDED, TAGS
from portal.staff.viewer import Viewer
from portal.web.cursor import Cursor
from portal.web.dates import plain_day
from portal.web.templating import due as due_words

NAMES_SHOWN = 4
STATES = (("open", "Open"), ("closed", "Closed"), ("all", "All"))


@dataclass(frozen=True)
class CaseLine:
    reference: str
    opened: date
    lead: str
    names: str
    more_names: int
    kinds: str
    tag: str
    tone: str
    next_due: Markup | None
    note: str


@dataclass(frozen=True)
class CaseList:
    lines: Sequence[CaseLine]
    wanted: Wanted
    state: str
    types: Sequence[tuple[str, str]]
    leads: Mapping[UUID, str]
    older: str
    newest: str
    filtered: bool


def read_filter(given: Mapping[str, str]) -> Wanted:
    """Read the filter from the address; what is not a known code or an id is left aside."""
    state = given.get("state", CaseState.OPEN.value)
    wanted_type = given.get("type", "")
    return Wanted(
        state="" if state == "all" else _state(state),
        type=wanted_type if wanted_type in vocabulary("behaviour_types") else "",
        lead_id=as_id(given.get("lead", "")),
    )


def _state(text: str) -> str:
    known = {one.value for one in CaseState}
    return text if text in known else CaseState.OPEN.value


def case_list(who: Viewer, wanted: Wanted, after: Cursor | None) -> CaseList:
    rows = lists.cases_page(who, wanted, after)
    shown = rows[: lists.PAGE]
    ids = [row.id for row in shown]
    names, due = (lists.names_in(ids), lists.next_due(ids)) if ids else ({}, {})
    leads = lists.leads_of(who, [row.lead_id for row in shown])
    state = wanted.state or "all"
    query = {"state": state, "type": wanted.type, "lead": str(wanted.lead_id or "")}
    query = {name: value for name, value in query.items() if value}
    older = ""
    if len(rows) > lists.PAGE:
        last = Cursor(shown[-1].opened_at, shown[-1].id)
        older = f"/cases?{urlencode({**query, 'after': str(last)})}"
    return CaseList(
        lines=[_line(row, names.get(row.id, []), leads, due.get(row.id)) for row in shown],
        wanted=wanted,
        state=state,
        types=vocabulary("behaviour_types").choices,
        leads=leads,
        older=older,
        newest=f"/cases?{urlencode(query)}" if after is not None else "",
        filtered=bool(wanted.type or wanted.lead_id or wanted.state != CaseState.OPEN.value),
    )


def _line(row: Any, names: list[str], leads: Mapping[UUID, str], due: datetime | None) -> CaseLine:
    tag, tone = _tag(row)
    note = "A child may be in danger" if row.danger == "yes" and row.decision is None else ""
    if row.recurrences and not note:
        times = "once" if row.recurrences == 1 else f"{row.recurrences} times"
        note = f"Has come back {times}"
    return CaseLine(
        reference=row.reference,
        opened=clock.local(row.opened_at).date(),
        lead=leads.get(row.lead_id, "No lead yet"),
        names=", ".join(names[:NAMES_SHOWN]),
        more_names=max(0, len(names) - NAMES_SHOWN),
        kinds=_kinds(tuple(row.types)),
        tag=tag,
        tone=tone,
        next_due=due_words(due) if due is not None and row.state == "open" else None,
        note=note if row.state == "open" else "",
    )


@lru_cache(maxsize=64)
def _kinds(types: tuple[str, ...]) -> str:
    labels = vocabulary("behaviour_types")
    return "; ".join(labels.label(code) for code in types) or "Kind not recorded yet"


def _tag(row: Any) -> tuple[str, str]:
    """How far it has got, in two or three words: what was decided, else what the checklist says."""
    if row.state != "open":
        return f"Closed {plain_day(clock.local(row.closed_at).date())}", "quiet"
    if row.decision is not None:
        return DECIDED[row.decision], "now"
    if row.outcome is not None:
        return TAGS[row.outcome], "red" if row.outcome == "always_refer" else "now"
    return "Checklist not answered", "grey"


def as_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
