"""What plans offer to the case as a whole."""

from collections.abc import Mapping
from uuid import UUID

from portal import clock
from portal.cases import service as cases
from portal.cases.models import Case, DueAction, Involved
from portal.cases.seen import Found
from portal.cases.steps import Entry, Group, Obstacle, State, Step, address
from portal.clock import Happened
from portal.guidance.catalogue import vocabulary
from portal.plans import rules, words
from portal.plans.models import Plan, PlanEdition, PlanSignature, PlanStep, PlanVoice
from portal.plans.reading import PLAN_STEP
from portal.vault.seen import Seen
from portal.web.dates import plain_day

READS = (
    Seen(Plan, "written_at", "involved_id", "state", "next_review_on", "outcome"),
    Seen(PlanStep, "written_at", "plan_id", "state"),
)
"""What the case page reads, in one statement with what every other feature reads."""

_TITLE = "Moving forward plan"


def steps(case: Case, found: Found, people: list[Involved]) -> list[Step]:
    href, plans = address(case, "plans"), list(found[Plan])
    if not plans:
        state, line = _none(case, people)
        return [Step("plans", Group.STAY, _TITLE, state, line, href)]
    running = [one for one in plans if one.state != "ended"]
    if not running:
        line = f"Ended: {vocabulary('plan_outcomes').label(plans[0].outcome or '').lower()}"
        return [Step("plans", Group.STAY, _TITLE, State.DONE, line, href)]
    late = [one for one in running if _is_late(one)]
    said = [_line(case, one, found, people) for one in running]
    return [
        Step(
            "plans",
            Group.STAY,
            _TITLE,
            State.IN_PROGRESS,
            "; ".join(said),
            href,
            words="Review late" if late else "",
            urgent=bool(late),
        )
    ]


def _none(case: Case, people: list[Involved]) -> tuple[State, str]:
    displayed = [one for one in people if "displayed" in one.parts]
    if not displayed:
        return State.NOT_NEEDED, "For somebody who displayed the behaviour"
    if not any(one.is_known for one in displayed):
        return State.CANNOT_START, "Nobody who displayed the behaviour is known yet"
    if not case.responses:
        return State.CANNOT_START, "Follows the response that the risk assessment gives"
    return State.NOT_STARTED, ""


def _line(case: Case, plan: Plan, found: Found, people: list[Involved]) -> str:
    of_several = len([one for one in found[Plan] if one.state != "ended"]) > 1
    whose = next((one.name for one in people if one.id == plan.involved_id), "")
    said = "Draft, not agreed yet"
    if plan.state == "agreed":
        said = "Agreed"
        if plan.next_review_on is not None:
            said += f", next review {plain_day(plan.next_review_on)}"
        left = _open_steps(plan, found)
        said += f"; {left} {'step' if left == 1 else 'steps'} open" if left else ""
    return f"{whose}: {said[0].lower()}{said[1:]}" if of_several else said


def _open_steps(plan: Plan, found: Found) -> int:
    """Steps of an agreed plan whose due action is open still."""
    due = {one.subject for one in found[DueAction] if one.kind == PLAN_STEP}
    return sum(
        1
        for one in found[PlanStep]
        if one.plan_id == plan.id and one.state == "open" and str(one.id) in due
    )


def _is_late(plan: Plan) -> bool:
    return rules.is_overdue(plan.state, plan.next_review_on, clock.today())


def obstacles(case: Case, found: Found, people: list[Involved]) -> list[Obstacle]:
    """A draft that was never agreed, a review that is late, a plan that has not ended."""
    names = {one.id: one.name for one in people}
    problems = []
    for plan in found[Plan]:
        own, whose = str(plan.id), names.get(plan.involved_id, "")
        if plan.state == "draft":
            sentence = f"A moving forward plan was begun and never agreed ({whose})."
            problems.append(Obstacle(sentence, address(case, "plans", own)))
        if _is_late(plan):
            sentence = f"The review of a moving forward plan is late ({whose})."
            problems.append(Obstacle(sentence, address(case, "plans", own, "review")))
        if plan.state == "agreed":
            sentence = f"A moving forward plan is still running ({whose}). Say how it ended."
            problems.append(Obstacle(sentence, address(case, "plans", own, "end")))
    return problems


def entries(case: Case) -> list[Entry]:
    """The chronology’s lines: each plan, part, step, edition and signature."""
    plans = {one.id: one for one in cases.records_of(case, Plan)}
    if not plans:
        return []
    names = {one.id: one.name for one in cases.people_in(case)}
    taking_part = {each.id: each.name for one in plans.values() for each in one.people}
    return [
        *(_begun(case, one, names) for one in plans.values()),
        *(_voice(case, one, taking_part) for one in cases.records_of(case, PlanVoice)),
        *(_step(case, one) for one in cases.records_of(case, PlanStep)),
        *(_edition(case, one, names, plans) for one in cases.records_of(case, PlanEdition)),
        *(_signature(case, one, taking_part) for one in cases.records_of(case, PlanSignature)),
    ]


Names = Mapping[UUID, str]


def _begun(case: Case, one: Plan, names: Names) -> Entry:
    return Entry(
        kind="plan",
        title=f"Moving forward plan begun: {names.get(one.involved_id, '')}",
        text="\n".join(filter(None, (one.why, _on_paper(one)))),
        happened=Happened(one.paper_on) if one.paper_on else None,
        written=one.written_at,
        by=one.made_by,
        href=address(case, "plans", str(one.id)),
        record=one,
    )


def _on_paper(one: Plan | PlanVoice) -> str:
    return f"Filled in on paper on {plain_day(one.paper_on)}." if one.paper_on else ""


def _voice(case: Case, one: PlanVoice, names: Names) -> Entry:
    how = vocabulary("plan_ways").label(one.how)
    return Entry(
        kind="plan",
        title=f"Part of the moving forward plan: {names.get(one.person_id, '')}",
        text="\n".join(filter(None, (f"{how}.", *(one.signs or []), *(one.will or [])))),
        happened=Happened(one.paper_on) if one.paper_on else None,
        written=one.written_at,
        by=one.by_id,
        href=address(case, "plans", str(one.plan_id)) + "#voices",
        record=one,
    )


def _step(case: Case, one: PlanStep) -> Entry:
    stands = words.STEP_STATES[one.state]
    ended = f"{stands}: {one.end_words}" if one.end_words else stands
    return Entry(
        kind="plan",
        title=f"Step of the moving forward plan: {one.what}",
        text=f"{one.who}, by {plain_day(one.due_on)}\n{ended}",
        happened=None,
        written=one.written_at,
        by=None,
        href=address(case, "plans", str(one.plan_id)) + "#steps",
        record=one,
    )


def _edition(case: Case, one: PlanEdition, names: Names, plans: Mapping[UUID, Plan]) -> Entry:
    plan = plans[one.plan_id]
    said = {
        "Who was there": one.present,
        "What worked": one.worked,
        "What did not work": one.not_worked,
        words.CHANGED[one.kind]: one.changed,
    }
    told = [f"{label}: {text}" for label, text in said.items() if text]
    if one.kind == "ended" and plan.outcome:
        told.insert(0, f"{vocabulary('plan_outcomes').label(plan.outcome)}.")
    whose = names.get(plan.involved_id, "")
    return Entry(
        kind="plan",
        title=f"Moving forward plan {words.KINDS[one.kind].lower()}: {whose}",
        text="\n".join(told),
        happened=one.happened,
        written=one.written_at,
        by=one.made_by,
        href=address(case, "plans", str(one.plan_id), "editions", str(one.id)),
        record=one,
    )


def _signature(case: Case, one: PlanSignature, names: Names) -> Entry:
    how = "On paper" if one.how == "paper" else "By typing the name"
    return Entry(
        kind="plan",
        title=f"Moving forward plan signed: {names.get(one.person_id, '')}",
        text=f"{how}, as {one.name}.",
        happened=Happened(one.signed_on),
        written=one.written_at,
        by=one.by_id,
        href=address(case, "plans", str(one.plan_id)) + "#signatures",
        record=one,
    )
