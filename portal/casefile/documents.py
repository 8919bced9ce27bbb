"""The documents that can be printed of a case: what each is called, and how it is made.

Everything a document shows is loaded while it is prepared; what is given back lays it out later,
without the database.
"""

from collections.abc import Callable
from dataclasses import dataclass

from portal.casefile import (
    copies,
    device_papers,
    family_papers,
    form_papers,
    help_papers,
    papers,
    support_papers,
)
from portal.casefile.models import Print
from portal.cases.models import Case

Prepared = Callable[[], bytes]


@dataclass(frozen=True)
class Kind:
    """One kind of document. `again` is where a new copy of it is made, within its case."""

    title: str
    prepare: Callable[[Case, Print], Prepared]
    again: str


KINDS = {
    copies.SUMMARY: Kind("Case summary", copies.case_summary, "print"),
    copies.CHRONOLOGY: Kind("Chronology", copies.chronology_copy, "chronology/print"),
    papers.COVER: Kind("Referral cover sheet", papers.cover_sheet, "referrals/{}/cover/print"),
    papers.CONTENT: Kind("List of content for a report", papers.content_list, "content/print"),
    device_papers.RECEIPT: Kind(
        "Receipt for a device", device_papers.receipt, "devices/{}/receipt/print"
    ),
    device_papers.CUSTODY: Kind(
        "Chain of custody", device_papers.custody_sheet, "devices/{}/custody/print"
    ),
    family_papers.LOG: Kind(
        "Contacts with one household", family_papers.contact_log, "family/{}/log/print"
    ),
    support_papers.SUPPORT: Kind(
        "Support record", support_papers.support_record, "support/{}/print"
    ),
    form_papers.WISHES: Kind("Who do you want to know?", form_papers.wishes, "wishes/{}/print"),
    form_papers.PLAN: Kind("Moving forward plan", form_papers.plan, "plans/{}/print"),
    help_papers.HELP: Kind("Help sheet", help_papers.help_sheet, "people/{}/help/print"),
    help_papers.HELP_OF_PLAN: Kind("Help sheet", help_papers.help_sheet, "plans/{}/help/print"),
}
TITLES = {code: kind.title for code, kind in KINDS.items()}


def prepared(case: Case, copy: Print) -> Prepared:
    """Load everything now; what is given back lays it out later."""
    return KINDS[copy.document].prepare(case, copy)


def again(copy: Print) -> str:
    """Where a new copy of the same document is made, as the end of an address."""
    return KINDS[copy.document].again.format(copy.subject_id or "")
