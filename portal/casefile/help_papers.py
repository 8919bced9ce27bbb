"""Where a young person finds help, on paper: whom they can talk to, and which services."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from uuid import UUID

from portal.casefile.forms_family import PARENT
from portal.casefile.models import Print
from portal.casefile.redaction import without_phrases
from portal.cases import withheld
from portal.cases.models import Case, Involved
from portal.guidance.catalogue import Service
from portal.guidance.service import directory_of
from portal.printing import help_sheet as sheet
from portal.printing.form_data import Help, Helpline, HelpSheet
from portal.printing.furniture import Furniture
from portal.staff import service as staff
from portal.support import service as support
from portal.support.shown import adult_of
from portal.web.dates import plain_day

HELP = "help_sheet"
HELP_OF_PLAN = "help_sheet_plan"
ASKED = ("adult", "when", "where", "also")
EMERGENCY = "emergency"
REPORTS = frozenset(
    {
        "ceop",
        "ceop_education",
        "childnet",
        "iwf",
        "report_harmful_content",
        "report_remove",
        "true_vision",
    }
)
"""Services to which something is reported; all others are people to talk to."""
QUIET = frozenset(
    {
        "childline",
        "shout",
        "the_mix",
        "young_minds",
        "report_harmful_content",
        "childnet",
        "ceop",
        "ceop_education",
    }
)
"""Services whose name tells a stranger nothing about the one who carries it in a bag."""


def for_young_people(school_id: UUID) -> list[Service]:
    """What the school’s directory holds for young people, in its order."""
    return [
        one
        for one in directory_of(school_id)
        if {"young_people", "everyone"} & set(one.for_whom) and one.code != EMERGENCY
    ]


def help_with(school_id: UUID, words: Mapping[str, str], codes: Collection[str] = QUIET) -> Help:
    """The help of this school: `words` are those of `ASKED`, `codes` the services to name."""
    found = [one for one in for_young_people(school_id) if one.code in codes]
    emergency = next((one for one in directory_of(school_id) if one.code == EMERGENCY), None)
    return Help(
        **{name: words.get(name, "") for name in ASKED},
        emergency=(emergency.telephone or "") if emergency else "",
        helplines=_lines([one for one in found if one.code not in REPORTS]),
        reports=_lines([one for one in found if one.code in REPORTS]),
    )


def _lines(services: Sequence[Service]) -> tuple[Helpline, ...]:
    return tuple(Helpline(one.name, tuple(_ways(one)), _checked(one)) for one in services)


def _ways(one: Service) -> list[str]:
    ways = []
    if one.telephone:
        ways.append(f"Call {one.telephone}")
    if one.text_message:
        ways.append(f"Text {one.text_message}")
    if one.hours and ways:
        ways[-1] += f" ({one.hours})"
    return [*ways, *filter(None, (one.web,))]


def _checked(one: Service) -> str:
    if one.sure == "V":
        return f"Last checked {plain_day(one.checked)}"
    return f"Entered {plain_day(one.checked)}, not yet checked with them"


def known_help(case: Case, involved: Involved) -> dict[str, str]:
    """The named adult of this person’s support, as a form begins with it."""
    record = support.running_for(case, involved)
    if record is None:
        return {}
    names = staff.names_of([record.adult_id])
    return {
        "adult": adult_of(record, names),
        "when": record.adult_when,
        "where": record.adult_where,
    }


def help_sheet(case: Case, copy: Print) -> Callable[[], bytes]:
    """The sheet; nothing on it says whose case it belongs to, or that there is one."""
    school = staff.get_school(case.school_id)
    data = HelpSheet(
        furniture=Furniture(
            school=school.name,
            reference="",
            title=sheet.TITLE,
            printed_by="",
            printed_at="",
            marking="",
        ),
        help=help_with(case.school_id, copy.words or {}, copy.parts),
    )
    kept = withheld.kept_from_reader(withheld.facts_of(case), PARENT)  # it goes home in a bag
    return partial(sheet.build, without_phrases(data, withheld.phrases_of(kept)))
