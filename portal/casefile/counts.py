"""What the case page says about more than it shows: names, numbers of entries, of readers.

Each is one statement, whatever the case holds.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Uuid, and_, bindparam, func, or_, select, union

from portal import clock
from portal.assessment.models import InitialReview, RiskAssessment
from portal.cases.access_rules import IN_EMERGENCY_AT_OTHER_SCHOOLS
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
from portal.cases.models_access import EmergencyAccess, Grant
from portal.cases.models_content import ContentChange
from portal.cases.models_wishes import NeedToKnowNote, Wishes, Withheld
from portal.cases.rules import Audience
from portal.containment.models import ContainmentStep, ProtectiveStep
from portal.db import read
from portal.devices.models import CustodyMove, DeviceContent, DeviceSearch
from portal.disclosures.models import Addition, Disclosure
from portal.family.models import FamilyContact, FamilyWish, UpdateAgreement
from portal.plans.models import Plan, PlanEdition, PlanSignature, PlanStep, PlanVoice
from portal.police.models import Assessment, YoungView
from portal.referrals.models import EvidenceAdvice, Referral, ReferralEvent
from portal.staff import names
from portal.staff.models import Member, Membership
from portal.staff.roles import PERMISSIONS, Permission, Role
from portal.support.models import (
    Milestone,
    RestorativeMeeting,
    RestorativeView,
    Sanction,
    Support,
    SupportOffer,
    SupportReview,
)
from portal.support.rules import NO_SUPPORT

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
    Referral,
    ReferralEvent,
    EvidenceAdvice,
    ContentChange,
    ContainmentStep,
    ProtectiveStep,
    CustodyMove,
    DeviceSearch,
    DeviceContent,
    FamilyWish,
    FamilyContact,
    UpdateAgreement,
    Plan,
    PlanVoice,
    PlanStep,
    PlanEdition,
    PlanSignature,
    Support,
    SupportOffer,
    SupportReview,
    Sanction,
    RestorativeView,
    RestorativeMeeting,
    Milestone,
    Wishes,
    NeedToKnowNote,
    Withheld,
    Grant,
    EmergencyAccess,
)
_READERS = [role for role in Role if Permission.SEE_CASES in PERMISSIONS[role]]


@dataclass(frozen=True)
class Counts:
    """How much there is behind the links beside the case page."""

    entries: int
    readers: int


def counts_of(case: Case) -> Counts:
    headed = case.audience == Audience.HEAD.value
    values = {"case": case.id, "school": case.school_id, "lead": case.lead_id, "now": clock.now()}
    row = read(_both(headed=headed, is_open=case.is_open), values).one()
    return Counts(row[0], row[1])


def names_in(case: Case) -> dict[UUID, str]:
    """Everybody on the staff who is named on the page of a case."""
    rows = read(_named(), {"case": case.id, "lead": case.lead_id})
    return {row.id: names.name_in(row) for row in rows}


# Statements as long as these take longer to put together than to run, so each is made once.
_CASE = bindparam("case", type_=Uuid())
_SCHOOL = bindparam("school", type_=Uuid())
_LEAD = bindparam("lead", type_=Uuid())
_NOW: Any = bindparam("now", type_=Case.opened_at.type)


@cache
def _named() -> Select[Any]:
    decided = Decision.case_id == _CASE
    named = (
        select(Disclosure.recorder_id).where(Disclosure.case_id == _CASE),
        select(DueAction.owner_id).where(DueAction.case_id == _CASE),
        select(Decision.decided_by).where(decided),
        select(Countersignature.member_id).join(Decision).where(decided),
        select(Countersignature.entered_by).join(Decision).where(decided),
        select(Assessment.made_by).where(Assessment.case_id == _CASE),
        select(YoungView.asked_by).where(YoungView.case_id == _CASE),
        select(EmergencyAccess.member_id).where(EmergencyAccess.case_id == _CASE),
    )
    return select(*names.COLUMNS).where(
        or_(names.COLUMNS[0] == _LEAD, names.COLUMNS[0].in_(union(*named)))
    )


@cache
def _both(*, headed: bool, is_open: bool) -> Select[Any]:
    return select(_entries(), _readers(headed=headed, is_open=is_open))


def _entries() -> Any:
    counted = [_count(table, table.case_id == _CASE) for table in _ONE_EACH]
    counted += [
        # What stands in the chronology a second time, or as a part of something.
        _count(Disclosure, Disclosure.case_id == _CASE, Disclosure.picked_up_at.is_not(None)),
        _count(Addition, Addition.case_id == _CASE),
        _count(DueAction, DueAction.case_id == _CASE, DueAction.settled_at.is_not(None)),
        _count(Exclusion, Exclusion.case_id == _CASE, Exclusion.lifted_at.is_not(None)),
        _count(
            ProtectiveStep, ProtectiveStep.case_id == _CASE, ProtectiveStep.ended_at.is_not(None)
        ),
        _count(
            UpdateAgreement,
            UpdateAgreement.case_id == _CASE,
            UpdateAgreement.ended_at.is_not(None),
        ),
        _count(
            Support,
            Support.case_id == _CASE,
            Support.ended_at.is_not(None),
            Support.review_every != NO_SUPPORT,
        ),
        _count(SupportOffer, SupportOffer.case_id == _CASE, SupportOffer.answered_at.is_not(None)),
        _count(Milestone, Milestone.case_id == _CASE, Milestone.settled_at.is_not(None)),
        _count(
            NeedToKnowNote,
            NeedToKnowNote.case_id == _CASE,
            NeedToKnowNote.withdrawn_at.is_not(None),
        ),
        _count(Withheld, Withheld.case_id == _CASE, Withheld.lifted_at.is_not(None)),
        _count(Grant, Grant.case_id == _CASE, Grant.ended_at.is_not(None)),
        _count(
            EmergencyAccess,
            EmergencyAccess.case_id == _CASE,
            EmergencyAccess.reviewed_at.is_not(None),
        ),
        _count(
            Countersignature,
            Countersignature.decision_id == Decision.id,
            Decision.case_id == _CASE,
            Decision.kind == DecisionKind.POLICE.value,
        ),
    ]
    total = counted[0]
    for one in counted[1:]:
        total = total + one
    return total


def _readers(*, headed: bool, is_open: bool) -> Any:
    """Count those whom `cases.access.decide` lets in: by role, by a grant, in an emergency."""
    reads = Membership.role.in_([role.value for role in _READERS])
    able: Any = reads
    if headed:
        able = or_(Membership.role == Role.HEAD.value, and_(Membership.member_id == _LEAD, reads))
    here = Membership.school_id == _SCHOOL
    ways = [and_(here, able)]
    if not headed:
        pastoral = and_(here, Membership.role == Role.PASTORAL.value)
        leads = Membership.role.in_([role.value for role in IN_EMERGENCY_AT_OTHER_SCHOOLS])
        ways.append(
            and_(or_(pastoral, and_(~here, leads)), Membership.member_id.in_(_of(EmergencyAccess)))
        )
        if is_open:
            ways.append(and_(pastoral, Membership.member_id.in_(_of(Grant))))
    shut_out = select(Exclusion.member_id).where(
        Exclusion.case_id == _CASE, Exclusion.lifted_at.is_(None)
    )
    return (
        select(func.count(Membership.member_id.distinct()))
        .join(Member, Member.id == Membership.member_id)
        .where(Membership.ended_at.is_(None), or_(*ways))
        .where(Member.ended_at.is_(None), Membership.member_id.not_in(shut_out))
        .scalar_subquery()
    )


def _of(table: type[Grant] | type[EmergencyAccess]) -> Any:
    """Whom this table lets in now."""
    return select(table.member_id).where(
        table.case_id == _CASE, table.ended_at.is_(None), table.until > _NOW
    )


def _count(table: Any, *where: Any) -> Any:
    return select(func.count()).select_from(table).where(*where).scalar_subquery()
