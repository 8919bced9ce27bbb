"""Numbered copies: whether they still say the same; how summaries and chronologies are made."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from portal.casefile import apart, chronology, service
from portal.casefile.models import Print
from portal.casefile.redaction import for_reader
from portal.casefile.summary import furniture, summary
from portal.casefile.summary_parts import labels, moment, said
from portal.cases import withheld
from portal.cases.models import Case, Involved
from portal.cases.service import people_in
from portal.staff import service as staff

if TYPE_CHECKING:
    from portal.printing.chronology import ChronologyEntry

SUMMARY = "summary"
CHRONOLOGY = "chronology"


def part_words(one: Involved) -> str:
    return "; ".join(labels("parts", one.parts))


def reserved(case: Case, people: Sequence[Involved]) -> bool:
    """Whether the case holds something that somebody must not be told."""
    return any(one.not_to_be_told for one in people) or bool(withheld.facts_of(case))


def file_name(case: Case, copy: Print) -> str:
    what = "" if copy.document == SUMMARY else f"{copy.document.replace('_', '-')}-"
    return f"case-{case.reference}-{what}copy-{copy.copy_number}.pdf"


def is_outdated(case: Case, copy: Print) -> bool:
    """Whether the record changed after the copy got its number: it would say something else."""
    ids = [one.person_id for one in people_in(case) if one.person_id is not None]
    links = [link for links in service.carers_by_person(ids).values() for link in links]
    homes = [one for link in links for one in (link.id, link.carer_id)]
    return service.changed_since(copy, [*ids, *homes])


def case_summary(case: Case, copy: Print) -> Callable[[], bytes]:
    data = summary(case, copy)

    def lay_out() -> bytes:
        from portal.printing import case_summary

        return case_summary.build(data)

    return lay_out


def chronology_copy(case: Case, copy: Print) -> Callable[[], bytes]:
    from portal.printing import chronology as paper

    codes = dict(code.split("=", 1) for code in copy.parts)
    wanted = chronology.read_filter(codes)
    shown = chronology.chronology(case, wanted)
    lines = [line for line in shown.lines if apart.may_have(line.entry, copy.recipient_kind)]
    without = f" Left out: {apart.LEFT_OUT}." if len(lines) < len(shown.lines) else ""
    school = staff.get_school(case.school_id)
    names = staff.names_of([copy.printed_by])
    data = paper.Chronology(
        furniture=furniture(case, copy, school, names, "Chronology"),
        showing=chronology.showing(wanted) + without,
        entries=tuple(_entry(line) for line in lines),
    )
    return partial(paper.build, for_reader(case, copy, data))


def _entry(line: chronology.Line) -> "ChronologyEntry":
    # Loading the layout is slow, so it is loaded by whoever prints.
    from portal.printing import chronology as paper

    one = line.entry
    withdrawn = "Withdrawn. " if one.withdrawn else ""
    return paper.ChronologyEntry(
        happened=said(one.happened) if one.happened else moment(one.written),
        written=moment(one.written),
        who=line.who,
        what=withdrawn + "\n".join(filter(None, (one.title, one.text))),
        late=one.is_late,
    )
