"""What the checklist, the decision and the young people’s views offer to the case as a whole."""

from portal import clock
from portal.cases.models import Case, Decision
from portal.cases.steps import Entry, Group, Obstacle, State, Step, address
from portal.guidance.catalogue import vocabulary
from portal.police import rules
from portal.police.banner import Banner, banner
from portal.police.forms import CHOICES
from portal.police.models import Assessment, YoungView
from portal.police.overview import READS, Overview, overview
from portal.web.dates import said_time

__all__ = ["READS", "Banner", "Overview", "banner", "entries", "obstacles", "overview", "steps"]

TAGS = {
    rules.Outcome.ALWAYS_REFER: "Refer to the police",
    rules.Outcome.POLICE_MOST_LIKELY: "Take advice",
    rules.Outcome.CANNOT_BE_DECIDED_YET: "Cannot be decided yet",
    rules.Outcome.MAY_BE_MANAGED_IN_SCHOOL: "May stay in school",
}
DECIDED = {
    rules.Choose.REFER: "Refer",
    rules.Choose.DO_NOT_REFER: "Do not refer",
    rules.Choose.TAKE_ADVICE: "Taking advice",
}


def steps(case: Case, now: Overview) -> list[Step]:
    return [_checklist(case, now), _decision(case, now), _views(case, now)]


def _checklist(case: Case, now: Overview) -> Step:
    title = "Always-refer checklist"
    if now.newest is None or now.outcome is None:
        line = "Not answered yet. Until it is, nothing is deleted or taken down"
        href = address(case, "checklist")
        return Step("checklist", Group.DECIDE, title, State.NOT_STARTED, line, href)
    unknown = now.count(rules.Answer.NOT_KNOWN)
    return Step(
        "checklist",
        Group.DECIDE,
        title,
        State.IN_PROGRESS if unknown else State.DONE,
        f"{now.count(rules.Answer.YES)} yes, {unknown} still to find out",
        address(case, "police"),
        words=TAGS[now.outcome],
        urgent=now.outcome is rules.Outcome.ALWAYS_REFER,
    )


def _decision(case: Case, now: Overview) -> Step:
    def step(state: State, line: str, *, urgent: bool = False, words: str = "") -> Step:
        href = address(case, "police") if now.decision else address(case, "police", "decide")
        title = "Decision about the police"
        return Step("decision", Group.DECIDE, title, state, line, href, words, urgent)

    if now.newest is None:
        return step(State.CANNOT_START, "Possible once the checklist is answered")
    if now.decision is None:
        urgent = now.outcome is rules.Outcome.ALWAYS_REFER
        return step(State.NOT_STARTED, "", urgent=urgent, words="Not decided" if urgent else "")
    taken = now.decision
    who = now.names.get(taken.decided_by, "somebody")
    line = f"By {who}, {said_time(taken.written_at, clock.now())}"
    if now.waits_for_second:
        asked = "The second person does not agree" if taken.refused else "Needs a second person"
        return step(State.IN_PROGRESS, line, urgent=True, words=asked)
    if now.is_outdated:
        line = f"{line}, before the newest answers"
        return step(State.IN_PROGRESS, line, urgent=True, words="Decide again")
    state = State.DONE if now.is_decided else State.IN_PROGRESS
    return step(state, line, words=DECIDED[rules.Choose(taken.choice)])


def _views(case: Case, now: Overview) -> Step:
    labels = vocabulary("police_views")
    known = [(one, now.view_of(one)) for one in now.young]
    said = [f"{one.name}: {labels.label(view.view).lower()}" for one, view in known if view]
    said += [f"{one.name}: not asked yet" for one, view in known if not view]
    lacking = now.not_explained
    if lacking:
        names = ", ".join(one.name for one, _ in lacking)
        said = [f"The police are told against the wish of {names}; why is not yet on the record"]
    state = State.DONE if known and not now.not_asked else State.IN_PROGRESS
    if not now.views:
        state = State.NOT_STARTED
    return Step(
        "young_views",
        Group.DECIDE,
        "What the young people think of it",
        State.IN_PROGRESS if lacking else state,
        "; ".join(said) or "No young person in this case is known by name yet",
        address(case, "police") + "#views",
        words="To be explained" if lacking else "",
        urgent=bool(lacking),
    )


def entries(case: Case, now: Overview | None = None) -> list[Entry]:
    """The chronology’s lines: every answering, decision, second word and view."""
    now = now or overview(case)
    return [
        *(_answered(case, one) for one in now.assessments),
        *(_decided(case, one) for one in now.decisions),
        *(_signed(case, one, index) for one in now.decisions for index in _indexes(one)),
        *(_viewed(case, now, one) for one in now.views),
    ]


def _answered(case: Case, one: Assessment) -> Entry:
    return Entry(
        kind="checklist",
        title=f"Checklist answered: {rules.Outcome(one.outcome).label}",
        text="",
        happened=None,
        written=one.written_at,
        by=one.made_by,
        href=address(case, "police", "assessments", str(one.id)),
        record=one,
    )


def _decided(case: Case, one: Decision) -> Entry:
    return Entry(
        kind="decision",
        title=f"Decided: {CHOICES[rules.Choose(one.choice)]}",
        text=one.reason,
        happened=one.happened,
        written=one.written_at,
        by=one.decided_by,
        href=address(case, "police") + "#decisions",
        record=one,
    )


def _indexes(decision: Decision) -> range:
    return range(len(decision.countersignatures))


def _signed(case: Case, decision: Decision, index: int) -> Entry:
    sign = decision.countersignatures[index]
    outside = ", ".join(filter(None, (sign.outside_name, sign.outside_body)))
    source = f" ({outside}, reference {sign.outside_reference})" if sign.outside_reference else ""
    agrees = "agrees with" if sign.agrees else "does not agree with"
    return Entry(
        kind="decision",
        title=f"A second person {agrees} the decision about the police{source}",
        text=sign.words,
        happened=None,
        written=sign.signed_at,
        by=sign.entered_by,
        href=address(case, "police") + "#decisions",
        record=decision,
    )


def _viewed(case: Case, now: Overview, one: YoungView) -> Entry:
    name = next((who.name for who in now.people if who.id == one.involved_id), "A young person")
    label = vocabulary("police_views").label(one.view).lower()
    return Entry(
        kind="young_view",
        title=f"{name} on the police being told: {label}",
        text=one.why,
        happened=one.happened,
        written=one.written_at,
        by=one.asked_by,
        href=address(case, "police", "views", str(one.id)),
        edits=True,
        record=one,
    )


def obstacles(case: Case, now: Overview) -> list[Obstacle]:
    """What stands in the way of closing."""
    found = []
    if now.newest is None:
        sentence = "The always-refer checklist has not been answered."
        found.append(Obstacle(sentence, address(case, "checklist")))
    elif now.outcome is not rules.Outcome.MAY_BE_MANAGED_IN_SCHOOL and not now.is_decided:
        sentence = "It is not decided whether the police are told."
        if now.is_outdated:
            sentence = "The decision about the police is older than the answers it rests on."
        found.append(Obstacle(sentence, address(case, "police", "decide")))
    taken = now.decision
    if taken is not None and now.waits_for_second:
        sentence = "The decision about the police waits for a second person."
        if taken.refused:
            sentence = "The second person does not agree with the decision about the police."
        href = address(case, "decisions", str(taken.id), "countersign")
        found.append(Obstacle(sentence, href))
    for one, view in now.not_explained:
        sentence = (
            f"The police were told against the wish of {one.name}: the record does not yet say "
            "why, and when it was explained."
        )
        found.append(Obstacle(sentence, address(case, "police", "views", str(view.id))))
    return found
