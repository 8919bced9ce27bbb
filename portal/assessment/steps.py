"""What the initial review and the risk assessment offer to the case as a whole."""

from portal import clock
from portal.assessment import rules
from portal.assessment.models import InitialReview, RiskAssessment
from portal.cases import seen as reading
from portal.cases.models import Case
from portal.cases.steps import Entry, Group, Obstacle, State, Step, address
from portal.guidance.catalogue import vocabulary
from portal.vault.seen import Seen
from portal.web.dates import said_happened

RISK_WORDS = {
    "yes": "Somebody is at immediate risk",
    "no": "Nobody is at immediate risk",
    "not_known": "Not yet known whether anybody is at immediate risk",
}


def reasons_of(one: RiskAssessment) -> dict[str, str | None]:
    """The responses chosen, each with its reason."""
    reasons = one.response_reasons or {}
    return {code: reasons.get(code) for code in one.responses}


def lacking(one: RiskAssessment) -> list[str]:
    """What an assessment still lacks to be a full one, as codes."""
    return rules.missing(one.level, one.considerations or {}, reasons_of(one))


def is_flagged(one: RiskAssessment) -> bool:
    """Abusive or violent, without a referral to social care and without a word on why not."""
    found = rules.flags(one.level, one.responses)
    return any(flag.kind == "flagged" for flag in found) and not one.no_social_care_reason


Overview = tuple[list[InitialReview], list[RiskAssessment]]
READS = (Seen(InitialReview), Seen(RiskAssessment))
_all = reading.AllOf(*READS)


def overview(case: Case, found: reading.Found | None = None) -> Overview:
    """Every review and assessment, the newest first."""
    found = _all(case) if found is None else found
    return found[InitialReview], found[RiskAssessment]


def steps(case: Case, seen: Overview | None = None) -> list[Step]:
    reviews, assessed = seen or overview(case)
    return [
        _review(case, reviews[0] if reviews else None),
        _risk(case, assessed[0] if assessed else None),
    ]


def _review(case: Case, newest: InitialReview | None) -> Step:
    href, title = address(case, "review"), "Initial review"
    if newest is None:
        return Step("review", Group.DECIDE, title, State.NOT_STARTED, "", href)
    when = said_happened(newest.happened, clock.today()) if newest.happened else "no day given"
    line = f"Met {when}. {RISK_WORDS[newest.immediate_risk]}"
    open_ones = newest.immediate_risk == "not_known"
    state = State.IN_PROGRESS if open_ones else State.DONE
    return Step("review", Group.DECIDE, title, state, line, href)


def _risk(case: Case, newest: RiskAssessment | None) -> Step:
    href, title = address(case, "risk"), "Risk and response"
    needed = case.outcome == "may_be_managed_in_school"
    if newest is None:
        line = "Needed in full before the school manages this itself" if needed else ""
        return Step("risk", Group.DECIDE, title, State.NOT_STARTED, line, href)
    labels = vocabulary("responses")
    chosen = ", ".join(labels.label(code).lower() for code in newest.responses)
    line = f"{vocabulary('continuum').label(newest.level)}: {chosen or 'no response chosen'}"
    if is_flagged(newest):
        words = "No social care referral"
        return Step("risk", Group.DECIDE, title, State.IN_PROGRESS, line, href, words, urgent=True)
    state = State.IN_PROGRESS if lacking(newest) else State.DONE
    return Step("risk", Group.DECIDE, title, state, line, href)


def entries(case: Case) -> list[Entry]:
    reviews, assessed = overview(case)
    return [
        *(_reviewed(case, one) for one in reviews),
        *(_assessed(case, one) for one in assessed),
    ]


def _reviewed(case: Case, one: InitialReview) -> Entry:
    return Entry(
        kind="review",
        title="Initial review",
        text=f"{RISK_WORDS[one.immediate_risk]}. Who met: {one.attended}",
        happened=one.happened,
        written=one.written_at,
        by=one.made_by,
        href=address(case, "review") + f"#review-{one.id}",
        record=one,
    )


def _assessed(case: Case, one: RiskAssessment) -> Entry:
    labels = vocabulary("responses")
    return Entry(
        kind="risk",
        title=f"Risk assessed: {vocabulary('continuum').label(one.level).lower()}",
        text="; ".join(labels.label(code) for code in one.responses),
        happened=one.happened,
        written=one.written_at,
        by=one.made_by,
        href=address(case, "risk") + f"#risk-{one.id}",
        record=one,
    )


def obstacles(case: Case, seen: Overview | None = None) -> list[Obstacle]:
    """What stands in the way of closing."""
    found = []
    reviews, assessed = seen or overview(case)
    if not reviews and "review" not in case.not_needed:
        sentence = "There is no initial review on the record."
        found.append(Obstacle(sentence, address(case, "review", "new")))
    newest = assessed[0] if assessed else None
    if case.outcome == "may_be_managed_in_school" and (newest is None or lacking(newest)):
        sentence = "A case that is managed in school needs a full risk assessment."
        found.append(Obstacle(sentence, address(case, "risk", "new")))
    if newest is not None and is_flagged(newest):
        sentence = (
            "The behaviour is assessed as abusive or violent, without a referral to children’s "
            "social care and without a reason."
        )
        found.append(Obstacle(sentence, address(case, "risk", "new")))
    return found
