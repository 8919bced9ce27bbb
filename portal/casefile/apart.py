"""What is told of one home or one young person alone, and stays out of papers about the whole case.

Contacts with families, support, wishes and plans have papers of their own, each for one home or one
person. A summary for somebody’s parents would otherwise hold what another household said, and a
summary without a child would still hold their support.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from portal.casefile.forms import MAY_BE_TOLD_ALL
from portal.casefile.listing import as_id
from portal.cases.models import Case, Decision, DecisionKind, DueAction
from portal.cases.service import records_of
from portal.cases.steps import Entry
from portal.family.models import UpdateAgreement
from portal.family.service import INFORM
from portal.family.updates import UPDATE
from portal.plans.editions import REVIEW_PLAN
from portal.plans.models import Plan, PlanStep
from portal.plans.reading import PLAN_STEP
from portal.support.beside import AFTER
from portal.support.milestones import KIND as MILESTONE
from portal.support.models import Milestone, Support, SupportOffer
from portal.support.service import AGAIN, ASK_AGAIN, REVIEW
from portal.vault.roots import Root
from portal.wishes.service import REVISIT

AT_HOME = frozenset({"parent", "platform"})
LEFT_OUT = "contacts with families, support, wishes and plans: each has a paper of its own"
_KINDS = frozenset({"family", "support", "wishes", "plan"})
_ACTIONS = frozenset(
    {
        *(INFORM, UPDATE, REVISIT),
        *(REVIEW, ASK_AGAIN, AGAIN, MILESTONE, AFTER),
        *(REVIEW_PLAN, PLAN_STEP),
    }
)
_OF_ONE: tuple[type[Root], ...] = (Support, Plan, UpdateAgreement, Milestone)
_OF_THOSE: tuple[type[Root], ...] = (SupportOffer, PlanStep)


def may_have(entry: Entry, recipient_kind: str) -> bool:
    """Whether an entry may stand in a chronology for this reader: of homes none goes home."""
    return recipient_kind not in AT_HOME or not is_apart(entry)


def for_summary(
    case: Case, entries: Sequence[Entry], recipient_kind: str, left_out: Collection[UUID]
) -> list[Entry]:
    """The entries that a summary may hold: nothing of those left out, and of homes for few."""
    if recipient_kind not in MAY_BE_TOLD_ALL:
        return [one for one in entries if not is_apart(one)]
    if not left_out:
        return list(entries)
    owners = _owners(case)
    return [one for one in entries if not (is_apart(one) and _about(one, owners) & set(left_out))]


def is_apart(entry: Entry) -> bool:
    record = entry.record
    if isinstance(record, Decision):
        return record.kind == DecisionKind.PARENTS.value
    if isinstance(record, DueAction):
        return record.kind in _ACTIONS
    return entry.kind in _KINDS


def _about(entry: Entry, owners: Mapping[str, UUID]) -> set[UUID]:
    """The young people that an entry is about; nobody where it is about a group."""
    record: Any = entry.record
    if isinstance(record, DueAction):
        named = as_id(record.subject)
        found = {owners.get(record.subject, named)}
    else:
        found = {getattr(record, "involved_id", None), owners.get(_whose(record))}
        found |= {as_id(one) for one in getattr(record, "involved", None) or ()}
    return {one for one in found if one is not None}


def _whose(record: Any) -> str:
    return str(getattr(record, "support_id", None) or getattr(record, "plan_id", None))


def _owners(case: Case) -> dict[str, UUID]:
    """Whose each record is that others are about: of support, a plan, an agreement, a day."""
    found: dict[str, UUID] = {}
    for kind in _OF_ONE:
        rows: list[Any] = records_of(case, kind)
        found |= {str(one.id): one.involved_id for one in rows if one.involved_id is not None}
    for kind in _OF_THOSE:
        rows = records_of(case, kind)
        found |= {str(one.id): found[_whose(one)] for one in rows if _whose(one) in found}
    return found
