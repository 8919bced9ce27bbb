"""What the case page says about more than it shows: names, numbers of entries, of readers.

Each is one statement, whatever the case holds.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select, union

from portal.assessment.models import InitialReview, RiskAssessment
from portal.cases.models import (
    Case,
    CaseEvent,
    CaseNote,
    Countersignature,
    Decision,
    DecisionKind,
    DueAction,
    EvidenceItem,
    Exclusion,
    ImageryViewing,
    Incident,
    Involved,
    OnlineProfile,
)
from portal.cases.rules import Audience
from portal.db import session
from portal.disclosures.models import Addition, Disclosure
from portal.police.models import Assessment, YoungView
from portal.staff.models import Member, Membership
from portal.staff.roles import PERMISSIONS, Permission, Role

# One entry of the chronology for each row; the tests hold this equal to the chronology itself.
_ONE_EACH = (
    Disclosure,
    CaseEvent,
    Decision,
    DueAction,
    CaseNote,
    Exclusion,
    Involved,
    Incident,
    OnlineProfile,
    EvidenceItem,
    ImageryViewing,
    InitialReview,
    RiskAssessment,
    Assessment,
    YoungView,
)
_READERS = [role for role in Role if Permission.SEE_CASES in PERMISSIONS[role]]


@dataclass(frozen=True)
class Counts:
    """How much there is behind the links beside the case page."""

    entries: int
    readers: int


def counts_of(case: Case) -> Counts:
    row = session.execute(select(_entries(case), _readers(case))).one()
    return Counts(row[0], row[1])


def members_in(case: Case) -> list[Member]:
    """Everybody who is named on the page of a case.

    Held by the caller, so that whoever asks for a name afterwards finds it without a read.
    """
    signed = Decision.case_id == case.id
    named = (
        select(Disclosure.recorder_id).where(Disclosure.case_id == case.id),
        select(DueAction.owner_id).where(DueAction.case_id == case.id),
        select(Decision.decided_by).where(signed),
        select(Countersignature.member_id).join(Decision).where(signed),
        select(Countersignature.entered_by).join(Decision).where(signed),
        select(Assessment.made_by).where(Assessment.case_id == case.id),
        select(YoungView.asked_by).where(YoungView.case_id == case.id),
    )
    return list(
        session.scalars(
            select(Member)
            .where(or_(Member.id == case.lead_id, Member.id.in_(union(*named))))
            .order_by(Member.id)
        )
    )


def _entries(case: Case) -> Any:
    counted = [_count(table, table.case_id == case.id) for table in _ONE_EACH]
    counted += [
        # What stands in the chronology a second time, or as a part of something.
        _count(Disclosure, Disclosure.case_id == case.id, Disclosure.picked_up_at.is_not(None)),
        _count(Addition, Addition.case_id == case.id),
        _count(DueAction, DueAction.case_id == case.id, DueAction.settled_at.is_not(None)),
        _count(Exclusion, Exclusion.case_id == case.id, Exclusion.lifted_at.is_not(None)),
        _count(
            Countersignature,
            Countersignature.decision_id == Decision.id,
            Decision.case_id == case.id,
            Decision.kind == DecisionKind.POLICE.value,
        ),
    ]
    total = counted[0]
    for one in counted[1:]:
        total = total + one
    return total


def _readers(case: Case) -> Any:
    """Count those whom `cases.access.decide` lets in."""
    roles = [Role.HEAD] if case.audience == Audience.HEAD.value else _READERS
    able: Any = Membership.role.in_([role.value for role in roles])
    if case.audience == Audience.HEAD.value and case.lead_id is not None:
        leads = (Membership.member_id == case.lead_id) & Membership.role.in_(
            [role.value for role in _READERS]
        )
        able = or_(able, leads)
    shut_out = select(Exclusion.member_id).where(
        Exclusion.case_id == case.id, Exclusion.lifted_at.is_(None)
    )
    return (
        select(func.count(Membership.member_id.distinct()))
        .join(Member, Member.id == Membership.member_id)
        .where(Membership.school_id == case.school_id, Membership.ended_at.is_(None), able)
        .where(Member.ended_at.is_(None), Membership.member_id.not_in(shut_out))
        .scalar_subquery()
    )


def _count(table: Any, *where: Any) -> Any:
    return select(func.count()).select_from(table).where(*where).scalar_subquery()
