"""What containment and protection offer to the case as a whole."""

from collections.abc import Mapping
from uuid import UUID

from portal.cases import content
from portal.cases import service as cases
from portal.cases.models import Case, Involved
from portal.cases.models_content import OPEN_STATES, ContentChange, ContentItem
from portal.cases.rules import Act
from portal.cases.seen import Found
from portal.cases.steps import Entry, Group, Obstacle, State, Step, address
from portal.clock import Happened, local
from portal.containment import rules, service, words
from portal.containment.models import ContainmentStep, ProtectiveStep
from portal.containment.rules import Offer, Result
from portal.guidance.catalogue import vocabulary
from portal.vault.seen import Seen

READS = (
    Seen(ContainmentStep, "written_at", "kind", "involved_id", "result"),
    Seen(ProtectiveStep, "written_at", "kind", "review_on", "ended_at"),
)
"""What the case page reads, in one statement with what every other feature reads."""


def steps(case: Case, found: Found, people: list[Involved]) -> list[Step]:
    return [_protect(case, found[ProtectiveStep]), _content(case, found, people)]


def _protect(case: Case, found: list[ProtectiveStep]) -> Step:
    title, href = "Keeping everybody safe", address(case, "protect")
    running = [one for one in found if one.ended_at is None]
    if not found:
        line = "It does not wait for the police or the checklist"
        return Step("protect", Group.ACT, title, State.NOT_STARTED, line, href)
    kinds = vocabulary("protective_steps")
    named = list(dict.fromkeys(kinds.label(one.kind) for one in running))
    line = "; ".join(named) if named else "Everything has ended"
    return Step("protect", Group.ACT, title, State.DONE, line, href)


def _content(case: Case, found: Found, people: list[Involved]) -> Step:
    title, href = "Content online", address(case, "content")
    items: list[ContentItem] = found[ContentItem]
    undecided = _undecided(case, found, people)
    if not items:
        return Step("content", Group.ACT, title, State.NOT_STARTED, "Nothing is recorded yet", href)
    up = [item for item in items if item.state in OPEN_STATES]
    held = content.held(case, up, Act.DELETE)
    left = sum(1 for item in items if item.state == "could_not_be_removed")
    said = [f"{len(up)} of {len(items)} still up"] if up else []
    said += [f"{left} could not be removed"] if left else []
    said = said or ["Nothing is up any more"]
    said += [f"{len(held)} held as evidence"] if held else []
    said += [_steps_open(len(undecided))] if undecided else []
    back = any(item.state == content.CAME_BACK for item in items)
    state = State.IN_PROGRESS if up or undecided else State.DONE
    return Step(
        "content",
        Group.ACT,
        title,
        state,
        "; ".join(said),
        href,
        words="Came back" if back else "",
        urgent=back,
    )


def _steps_open(number: int) -> str:
    return f"{number} {'step' if number == 1 else 'steps'} to decide on"


def _undecided(case: Case, found: Found, people: list[Involved]) -> list[Offer]:
    """What is offered and not settled; where nothing is online there is nothing to decide."""
    items = found[ContentItem]
    if not items:
        return []
    offered = service.offers(case, people, found[ContainmentStep], items)
    return [one for one in offered if one.is_undecided]


def entries(case: Case) -> list[Entry]:
    """The chronology’s lines: each change of an item, each step, each protection and its end."""
    names = {one.id: one.name for one in cases.people_in(case)}
    items = {item.id: item for item in content.items_of(case)}
    return [
        *(_changed(case, one, items[one.item_id]) for one in content.changes_of(case)),
        *(_taken(case, one, names) for one in cases.records_of(case, ContainmentStep)),
        *(
            entry
            for one in cases.records_of(case, ProtectiveStep)
            for entry in _protected(case, one, names)
        ),
    ]


def _changed(case: Case, one: ContentChange, item: ContentItem) -> Entry:
    to_whom = f"To {one.to_whom}" if one.to_whom else ""
    reference = f"reference {one.reference}" if one.reference else ""
    return Entry(
        kind="content",
        title=f"{words.state_words(one.state)}: {item.name}",
        text="\n".join(filter(None, (", ".join(filter(None, (to_whom, reference))), one.words))),
        happened=one.happened,
        written=one.written_at,
        by=one.by_id,
        href=address(case, "content", str(item.id)),
        record=one,
    )


def _taken(case: Case, one: ContainmentStep, names: Mapping[UUID, str]) -> Entry:
    step, result = rules.Step(one.kind), Result(one.result)
    whom = names.get(one.involved_id, "") if one.involved_id else ""
    title = words.STEPS[step].short + (f": {whom}" if whom else "")
    already = "It had already happened before it could be held back." if one.already else ""
    said = f"{words.result_words(step, result)}. By {one.done_by}."
    return Entry(
        kind="containment",
        title=title,
        text="\n".join(filter(None, (said, already, one.words))),
        happened=one.happened,
        written=one.written_at,
        by=one.by_id,
        href=address(case, "content") + "#steps",
        record=one,
    )


def _protected(case: Case, one: ProtectiveStep, names: Mapping[UUID, str]) -> list[Entry]:
    label = vocabulary("protective_steps").label(one.kind)
    whom = names.get(one.involved_id, "") if one.involved_id else "everybody"
    knows = f"Who knows: {one.who_knows}" if one.who_knows else ""
    href = address(case, "protect")
    found = [
        Entry(
            kind="protection",
            title=f"{label}, for {whom}",
            text="\n".join(filter(None, (one.what, knows, f"Seen to by {one.done_by}."))),
            happened=one.happened,
            written=one.written_at,
            by=one.by_id,
            href=href,
            record=one,
        )
    ]
    if one.ended_at is not None:
        here = local(one.ended_at)
        found.append(
            Entry(
                kind="protection",
                title=f"Ended: {label.lower()}, for {whom}",
                text=one.end_words,
                happened=Happened(here.date(), here.time()),
                written=one.ended_at,
                by=one.ended_by,
                href=href,
                record=one,
            )
        )
    return found


def obstacles(case: Case, found: Found, people: list[Involved]) -> list[Obstacle]:
    """What stands in the way of closing."""
    problems = [
        Obstacle(
            f"Still up: {item.name}. Record that it was removed, or could not be.",
            address(case, "content", str(item.id), "state"),
        )
        for item in found[ContentItem]
        if item.state in OPEN_STATES
    ]
    names = {one.id: one.name for one in people}
    for offer in _undecided(case, found, people):
        whom = f" ({names[offer.person]})" if offer.person in names else ""
        problems.append(
            Obstacle(
                f"Not decided yet: {words.STEPS[offer.step].short.lower()}{whom}.",
                words.address_of(case, offer.step, offer.person),
            )
        )
    return problems
