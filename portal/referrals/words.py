"""How a referral and what happened to it are said, on pages, in the chronology and on paper."""

from portal.cases.words import PARENTS_AWARE
from portal.guidance.catalogue import vocabulary
from portal.referrals.kinds import EVENTS, HOW, KINDS, OUTCOMES, STATES, Detail, Kind
from portal.referrals.models import Referral, ReferralEvent

DETAIL = "detail_"
_OUTCOMES = {code: label for code, label, _ in OUTCOMES if code}


def kind_of(referral: Referral) -> Kind:
    return KINDS[referral.kind]


def title(referral: Referral) -> str:
    """What it is and to whom: “Police: West Midlands Police”."""
    label = kind_of(referral).label
    explained = referral.kind == "report_remove"  # theirs to use: nobody was asked for advice
    advice = "Advice from " if referral.nature == "advice" and not explained else ""
    body = "" if label.casefold().startswith(referral.body.casefold()) else referral.body
    return advice + ": ".join(filter(None, (label, body)))


def short(referral: Referral) -> str:
    """The body alone, for lists and tables."""
    return referral.body or kind_of(referral).label


def how(referral: Referral) -> str:
    return HOW.get(referral.how, referral.how)


def details(referral: Referral) -> list[tuple[str, str]]:
    """What only this kind is asked, each with its label."""
    kept = referral.details or {}
    found = [(one.label, detail_word(one, kept.get(one.code, ""))) for one in _asked(referral)]
    return [(label, value) for label, value in found if value]


def _asked(referral: Referral) -> tuple[Detail, ...]:
    return kind_of(referral).details


def detail_word(detail: Detail, value: str) -> str:
    if not value:
        return ""
    if detail.vocabulary:
        return vocabulary(detail.vocabulary).label(value)
    return dict(detail.choices).get(value, value)


def standing(referral: Referral) -> str:
    """How it stands, with what the police made of it."""
    outcome = _OUTCOMES.get(referral.outcome, "")
    return ": ".join(filter(None, (STATES[referral.state], outcome)))


def outcome(code: str) -> str:
    return _OUTCOMES.get(code, "")


def event(one: ReferralEvent) -> str:
    made = outcome(one.outcome)
    return f"{EVENTS[one.kind]}: {made}" if made else EVENTS[one.kind]


def parents(referral: Referral) -> str:
    why = f": {referral.parents_why}" if referral.parents_why else ""
    return f"{PARENTS_AWARE[referral.parents]}{why}"


def asks_evidence(referral: Referral) -> bool:
    """Whether this body can say what must be kept as evidence, and what became of a crime."""
    return kind_of(referral).recipient == "police"


def other_reference(referral: Referral) -> str:
    """Their reference, where it is not the report number that stands among the details."""
    number = (referral.details or {}).get("report_number", "")
    return "" if number and number in referral.reference else referral.reference


def must_know(referral: Referral) -> bool:
    """Whether this body and every other that was told must know of each other."""
    return referral.nature == "referral" and kind_of(referral).must_know


def officer(referral: Referral) -> str:
    """The officer whom a report names, with number and force."""
    kept = referral.details or {}
    collar = f"collar number {kept['collar']}" if kept.get("collar") else ""
    return ", ".join(filter(None, (kept.get("officer", ""), collar, referral.body)))


def there(referral: Referral) -> dict[str, str]:
    """What a referral says now, by the field that asks it, for whoever comes second."""
    kept = referral.details or {}
    found = {
        name: getattr(referral, name)
        for name in ("body", "spoke_to", "reference", "words", "sent", "parents_why")
    }
    found["parents"] = PARENTS_AWARE[referral.parents]
    for one in _asked(referral):
        found[f"{DETAIL}{one.code}"] = detail_word(one, kept.get(one.code, ""))
    return found
