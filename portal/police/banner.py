"""The one thing about the police that matters now, if there is one."""

from dataclasses import dataclass

from portal.cases.models import Case
from portal.cases.steps import address
from portal.police import rules
from portal.police.overview import Overview
from portal.staff.roles import Permission


@dataclass(frozen=True)
class Banner:
    """The one thing that matters now."""

    title: str
    text: str
    href: str
    link_text: str
    urgent: bool = True

    @property
    def needs(self) -> Permission:
        """What somebody must be allowed to do who follows it."""
        last = self.href.rsplit("/", 1)[-1]
        return _NEEDS.get(last, Permission.WORK_ON_CASES)


_NEEDS = {"decide": Permission.DECIDE, "countersign": Permission.COUNTERSIGN}


def banner(case: Case, now: Overview) -> Banner | None:
    """The one thing that matters now: danger first, then what is undecided, then what is owed."""
    return _danger(case, now) or _undecided(case, now) or _owed(case, now)


def _danger(case: Case, now: Overview) -> Banner | None:
    to_decide = ("police/decide", "Record what you decide")
    if now.newest is None:
        to_decide = ("checklist", "Answer the checklist")
    href, link = address(case, to_decide[0]), to_decide[1]
    in_danger = case.danger == "yes" or now.answered("at_risk") == rules.Answer.YES
    if in_danger and now.decision is None:
        text = (
            "Stay with them. Ring 999 if it is immediate, and children’s social care. "
            "Nothing here needs to be filled in first."
        )
        return Banner("A child may be in danger", text, href, link)
    adult = now.answered("adult_involved") == rules.Answer.YES
    if adult and not now.is_decided:
        text = "Ring the police now and report to CEOP. Do not warn the adult."
        return Banner("An adult may have taken part", text, href, link)
    return None


def _undecided(case: Case, now: Overview) -> Banner | None:
    decide, link = address(case, "police", "decide"), "Record what you decide"
    if now.outcome is rules.Outcome.ALWAYS_REFER and not now.is_decided:
        text = f"{now.because} It is not yet decided."
        if now.is_outdated:
            text = f"{now.because} The decision on the record was taken before these answers."
        return Banner(now.outcome.label, text, decide, link)
    taken = now.decision
    if taken is not None and now.waits_for_second:
        href = address(case, "decisions", str(taken.id), "countersign")
        if taken.refused:
            text = "It does not stand. Talk to them today, and decide again."
            return Banner("The second person does not agree", text, decide, "Decide again")
        text = "“Do not refer” stands once a second person agrees. Everything else goes on."
        return Banner("The decision needs a second person", text, href, "Second person’s word")
    if now.newest is not None and now.answered("at_risk") == rules.Answer.NOT_KNOWN:
        text = "Whether a child is at risk is not yet known. Find out before that child goes home."
        href = address(case, "checklist")
        return Banner("Before the child goes home", text, href, "Answer it")
    return None


def _owed(case: Case, now: Overview) -> Banner | None:
    if not now.not_explained:
        return None
    one, view = now.not_explained[0]
    text = f"{one.name} did not want this. Tell them why, and write down both."
    href = address(case, "police", "views", str(view.id))
    return Banner("Referred against a young person’s wish", text, href, "Write it down")
