"""What the disclosures of a case give to its page and its chronology."""

from collections.abc import Mapping
from uuid import UUID

from portal import clock
from portal.cases.models import Case
from portal.cases.steps import Entry, Group, Obstacle, State, Step, address
from portal.disclosures import service
from portal.disclosures.seen import first_and_count
from portal.guidance.catalogue import vocabulary
from portal.web.dates import said_happened


def step(case: Case, names: Mapping[UUID, str]) -> Step:
    """“What was disclosed”: done as soon as there is one; later ones are counted."""
    href = address(case, "disclosures")
    first, count = first_and_count(case)
    if first is None:
        return Step("disclosed", Group.DECIDE, "What was disclosed", State.NOT_STARTED, "", href)
    later = count - 1
    line = f"By {names.get(first.recorder_id, '')}"
    if first.happened:
        line += f", {said_happened(first.happened, clock.today())}"
    if later:
        line += ". One later disclosure" if later == 1 else f". {later} later disclosures"
    return Step("disclosed", Group.DECIDE, "What was disclosed", State.DONE, line, href)


def entries(case: Case) -> list[Entry]:
    """Every disclosure, when it was told and when it was written, and every later addition."""
    found = service.disclosures_of(case)
    entries = [
        Entry(
            kind="disclosure",
            title=_title(one.how, recurrence=one.recurrence),
            text=one.own_words or one.seen,
            happened=one.happened,
            written=one.written_at,
            by=one.recorder_id,
            href=address(case, "disclosures", str(one.id)),
            record=one,
        )
        for one in found
    ]
    by_id = {one.id: one for one in found}
    for addition in service.additions_to(list(by_id)):
        entries.append(
            Entry(
                kind="disclosure",
                title=f"Added to disclosure {by_id[addition.disclosure_id].reference}",
                text="\n".join(filter(None, (addition.words, addition.seen))),
                happened=addition.happened,
                written=addition.written_at,
                by=addition.author_id,
                href=address(case, "disclosures", str(addition.disclosure_id)),
                record=addition,
            )
        )
    for one in found:
        if one.picked_up_at is not None:
            entries.append(
                Entry(
                    kind="disclosure",
                    title=f"Disclosure {one.reference} picked up",
                    text="",
                    happened=None,
                    written=one.picked_up_at,
                    by=one.picked_up_by,
                    href=address(case, "disclosures", str(one.id)),
                )
            )
    return entries


def obstacles(case: Case) -> list[Obstacle]:
    """Nothing about a disclosure that has joined a case keeps the case open."""
    return []


def _title(how: str, *, recurrence: bool) -> str:
    came = vocabulary("how_it_came").label(how)
    return f"It has come back. {came}" if recurrence else f"Disclosure. {came}"
