"""What referrals offer to the case as a whole."""

from portal.cases.models import Case
from portal.cases.seen import Found
from portal.cases.steps import Entry, Obstacle, Step
from portal.referrals.models import EvidenceAdvice, Referral
from portal.vault.seen import Seen

READS = (Seen(Referral), Seen(EvidenceAdvice))
"""What the case page reads, in one statement with what every other feature reads."""


def steps(case: Case, found: Found) -> list[Step]:
    return []


def entries(case: Case) -> list[Entry]:
    return []


def obstacles(case: Case, found: Found) -> list[Obstacle]:
    return []
