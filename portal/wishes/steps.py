"""What wishes offer to the case as a whole."""

from typing import Any
from uuid import UUID

from portal import clock
from portal.cases import service as cases
from portal.cases.models import Case, Involved
from portal.cases.models_wishes import NeedToKnowNote, Wishes
from portal.cases.seen import Found
from portal.cases.steps import Entry, Group, Obstacle, State, Step, address
from portal.clock import Happened, local
from portal.vault.seen import Seen
from portal.web.dates import plain_day
from portal.wishes import service, words

READS: tuple[Seen[Any], ...] = (
    Seen(Wishes, "written_at", "involved_id", "number", "next_visit_on", "happened_on"),
)
"""What the case page reads, in one statement with what every other feature reads."""

CODE = "wishes"
TITLE = "Who do you want to know?"


def steps(case: Case, found: Found, people: list[Involved]) -> list[Step]:
    asked = _newest(found)
    href = address(case, "wishes")
    harmed = _harmed(people)
    if not asked:
        line = "Nobody was asked yet" if harmed else "Nobody to ask is known by name yet"
        return [Step(CODE, Group.STAY, TITLE, State.NOT_STARTED, line, href)]
    dates = [one.next_visit_on for one in asked.values() if one.next_visit_on is not None]
    answered = [one.happened_on for one in asked.values() if one.happened_on is not None]
    said = [f"Last asked {plain_day(max(answered))}"] if answered else []
    said += [f"asked again {plain_day(min(dates))}"] if dates else []
    left = [one for one in harmed if one.id not in asked]
    said += [f"{len(left)} not asked yet"] if left else []
    overdue = bool(dates) and min(dates) < clock.today()
    state = State.IN_PROGRESS if left or overdue else State.DONE
    return [Step(CODE, Group.STAY, TITLE, state, "; ".join(said), href)]


def _newest(found: Found) -> dict[UUID, Wishes]:
    """The newest visit of each young person, out of what the case page read."""
    visits: list[Wishes] = sorted(found[Wishes], key=lambda one: one.number)
    return {one.involved_id: one for one in visits}


def _harmed(people: list[Involved]) -> list[Involved]:
    return [one for one in service.young_in(people) if "harmed" in one.parts]


def entries(case: Case) -> list[Entry]:
    """The chronology’s lines: that somebody was asked, and that a note was sent or withdrawn.

    Never who was named nor who was told: the chronology is printed for others.
    """
    names = {one.id: one.name for one in cases.people_in(case)}
    found = [_asked(case, one, names) for one in cases.records_of(case, Wishes)]
    for one in cases.records_of(case, NeedToKnowNote):
        found += _noted(case, one, names)
    return found


def _asked(case: Case, one: Wishes, names: dict[UUID, str]) -> Entry:
    next_on = one.next_visit_on
    again = f"To be asked again on {plain_day(next_on)}." if next_on else ""
    return Entry(
        kind="wishes",
        title=f"Asked who should know: {names.get(one.involved_id, '')}",
        text="\n".join(filter(None, (f"{words.how(one)}.", again))),
        happened=one.happened,
        written=one.written_at,
        by=one.asked_by,
        href=f"{address(case, 'wishes', str(one.involved_id))}?visit={one.number}",
        record=one,
    )


def _noted(case: Case, one: NeedToKnowNote, names: dict[UUID, str]) -> list[Entry]:
    name, href = names.get(one.involved_id, ""), address(case, "need-to-know")
    found = [
        Entry(
            kind="wishes",
            title=f"A need-to-know note was sent, agreed with {name}",
            text="",
            happened=None,
            written=one.written_at,
            by=one.sent_by,
            href=href,
            record=one,
        )
    ]
    if one.withdrawn_at is not None:
        here = local(one.withdrawn_at)
        found.append(
            Entry(
                kind="wishes",
                title=f"A need-to-know note about {name} was withdrawn",
                text="",
                happened=Happened(here.date(), here.time()),
                written=one.withdrawn_at,
                by=None,
                href=href,
                record=one,
            )
        )
    return found


def obstacles(case: Case, found: Found, people: list[Involved]) -> list[Obstacle]:
    """A case closes once everybody who was harmed was asked, unless it needs no such step."""
    if CODE in case.not_needed:
        return []
    asked = _newest(found)
    return [
        Obstacle(
            f"{one.name} was never asked who should know.",
            address(case, "wishes"),
        )
        for one in _harmed(people)
        if one.id not in asked
    ]
