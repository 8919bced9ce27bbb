"""What the case page reads of the disclosures of a case: no word of theirs is opened for it."""

from sqlalchemy import func, select

from portal.cases.models import Case
from portal.cases.seen import CASE
from portal.db import read
from portal.disclosures.models import Disclosure
from portal.vault.seen import Seen


def first_and_count(case: Case) -> tuple[Disclosure | None, int]:
    """Who wrote the first disclosure of a case and when, and how many there are."""
    row = read(_FIRST, {"case": case.id}).first()
    return (None, 0) if row is None else (_SEEN.record(row, None), row[-1])


_SEEN = Seen(Disclosure, "recorder_id", "happened_on", "happened_time", "happened_about")
_FIRST = (
    select(*_SEEN.columns, func.count().over())
    .where(_SEEN.table.c.case_id == CASE)
    .order_by(_SEEN.table.c.written_at, _SEEN.table.c.id)
    .limit(1)
)
