"""What support offers to the case as a whole: its row in the task list, and what closing needs.

Its lines in the chronology are in `lines`.
"""

from portal import clock
from portal.cases.models import Case, DueAction, Involved
from portal.cases.seen import Found
from portal.cases.steps import Group, Obstacle, State, Step, address
from portal.support import milestones, rules, service, words
from portal.support.lines import entries
from portal.support.models import Milestone, Support
from portal.vault.seen import Seen
from portal.web.dates import plain_day

__all__ = ["READS", "entries", "obstacles", "steps"]

READS = (
    Seen(Support, "written_at", "involved_id", "next_review_on", "ended_at", "group"),
    Seen(Milestone, "written_at", "state", "day", "kind", "what"),
)
"""What the case page reads, in one statement with what every other feature reads."""


def steps(case: Case, found: Found, people: list[Involved]) -> list[Step]:
    supports, today = found[Support], clock.today()
    young = [service.young(one) for one in people]
    having, asked = rules.supported(young, [service.stands(one) for one in supports])
    running = [one for one in supports if one.ended_at is None]
    again = [one for one in found[DueAction] if one.kind == service.AGAIN]
    late = any(rules.is_late(one.next_review_on, today) for one in running)
    said = [f"{having} of {asked} young {'person' if asked == 1 else 'people'}"] if asked else []
    groups = sum(1 for one in running if one.involved_id is None)
    said += [f"{groups} {'group' if groups == 1 else 'groups'}"] if groups else []
    said += _ahead(running, found[Milestone])
    if again:
        said.insert(0, "It has come back: offer it again")
    tag = "Review late" if late else "Offer again" if again else ""
    return [
        Step(
            "support",
            Group.STAY,
            "Support",
            _state(supports, running, young),
            "; ".join(said) or "Nobody is known by name yet",
            address(case, "support"),
            words=tag,
            urgent=bool(tag),
        )
    ]


def _state(supports: list[Support], running: list[Support], young: list[rules.Young]) -> State:
    if not supports:
        return State.NOT_STARTED
    lacking = rules.lacks_support(young, [service.stands(one) for one in supports])
    return State.IN_PROGRESS if running or lacking else State.DONE


def _ahead(running: list[Support], days: list[Milestone]) -> list[str]:
    """The next look at it, and the next court or police day."""
    today = clock.today()
    said = []
    reviews = [one.next_review_on for one in running if one.next_review_on]
    if reviews:
        said.append(f"next review {rules.day_words(min(reviews), today)}")
    open_days = sorted((one for one in days if one.state == "planned"), key=lambda one: one.day)
    if open_days and milestones.needs_outcome(open_days[0], today):
        said.append(f"what came of {plain_day(open_days[0].day)}?")
    elif open_days:
        first = open_days[0]
        said.append(f"{words.milestone_words(first)} {rules.day_words(first.day, today)}")
    return said


def obstacles(case: Case, found: Found, people: list[Involved]) -> list[Obstacle]:
    """What stands in the way of closing."""
    today, href = clock.today(), address(case, "support")
    names = {one.id: one.name for one in people}
    supports: list[Support] = found[Support]
    lacking = rules.lacks_support(
        [service.young(one) for one in people], [service.stands(one) for one in supports]
    )
    if "support" in case.not_needed:
        lacking = []
    problems = [Obstacle(f"No support, and no reason why: {names[one]}.", href) for one in lacking]
    for one in supports:
        if one.ended_at is None and rules.is_late(one.next_review_on, today):
            whose = names.get(one.involved_id, one.group) if one.involved_id else one.group
            problems.append(
                Obstacle(
                    f"A review of support is late: {whose}.",
                    address(case, "support", str(one.id), "reviews", "new"),
                )
            )
    for day in found[Milestone]:
        if day.state == "planned":
            over = milestones.needs_outcome(day, today)
            sentence = "has no outcome written down" if over else "is still ahead"
            problems.append(
                Obstacle(
                    f"{words.milestone_words(day)}, {plain_day(day.day)}, {sentence}.",
                    address(case, "support", "milestones", str(day.id), "outcome"),
                )
            )
    return problems
