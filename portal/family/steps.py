"""What families offer to the case as a whole."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from portal import clock
from portal.cases import service as cases
from portal.cases.models import Case, Decision, DecisionKind, DueAction, Involved
from portal.cases.seen import Found
from portal.cases.steps import Entry, Group, Obstacle, State, Step, address
from portal.clock import Happened, local
from portal.family import rules, service, updates
from portal.family.models import FamilyContact, FamilyWish, UpdateAgreement
from portal.family.reading import last_reached
from portal.family.rules import Stand
from portal.guidance.catalogue import vocabulary
from portal.people.models import Carer
from portal.vault.seen import Seen

READS = (
    Seen(Decision, "written_at", "kind", "choice", "involved_id"),
    Seen(FamilyContact, "written_at", "involved_id", "carer_id", "reached", "although_not"),
    Seen(UpdateAgreement, "written_at", "involved_id", "next_on", "ended_at"),
)
"""What the case page reads, in one statement with what every other feature reads."""

_CODE = "families"


def steps(case: Case, found: Found, people: list[Involved]) -> list[Step]:
    return [_step(case, found, people)]


def _step(case: Case, found: Found, people: list[Involved]) -> Step:
    title, href = "Parents and carers", address(case, "family")
    stands = _stands(found, people)
    if not stands:
        line = "No young person who was harmed or displayed the behaviour is known yet"
        return Step(_CODE, Group.STAY, title, State.NOT_STARTED, line, href)
    line = _line(stands)
    if any(stand is Stand.OPEN for _, stand in stands):
        began = any(stand is not Stand.OPEN for _, stand in stands)
        state = State.IN_PROGRESS if began else State.NOT_STARTED
        return Step(_CODE, Group.STAY, title, state, line, href, words="To be decided", urgent=True)
    late = _overdue(found, clock.today())
    if late:
        number = "1 update" if len(late) == 1 else f"{len(late)} updates"
        line = f"{number} overdue; {line[:1].lower()}{line[1:]}"
    waits = late or any(stand is Stand.NOT_YET for _, stand in stands)
    return Step(_CODE, Group.STAY, title, State.IN_PROGRESS if waits else State.DONE, line, href)


_SAID = {
    Stand.OPEN: "Not decided",
    Stand.NOT_YET: "Not told yet",
    Stand.TOLD: "Told",
    Stand.NOT_TOLD: "Not told, with a reason",
}


def _line(stands: Sequence[tuple[Involved, Stand]]) -> str:
    """What is open first: “Not decided: Sara O’Neill; told: Owen Price”."""
    found: list[str] = []
    for stand, words in _SAID.items():
        names = [one.name for one, each in stands if each is stand]
        if names:
            found.append(f"{words.lower() if found else words}: {', '.join(names)}")
    return "; ".join(found)


def _stands(found: Found, people: list[Involved]) -> list[tuple[Involved, Stand]]:
    """How it stands with the family of everybody of whom the case must decide that."""
    taken = [one for one in found[Decision] if one.kind == DecisionKind.PARENTS.value]
    return [
        (one, _stand(one, taken, found[FamilyContact]))
        for one in people
        if rules.must_be_decided(one.parts, is_young=service.is_young(one))
    ]


def _stand(one: Involved, taken: Sequence[Decision], contacts: Sequence[FamilyContact]) -> Stand:
    newest = next((each for each in taken if each.involved_id == one.id), None)
    return rules.stand(
        newest.choice if newest else None,
        newest.written_at if newest else None,
        last_reached(contacts, one.id),
    )


def _overdue(found: Found, today: date) -> list[UpdateAgreement]:
    return [
        one
        for one in found[UpdateAgreement]
        if one.ended_at is None and one.next_on is not None and one.next_on < today
    ]


def entries(case: Case) -> list[Entry]:
    """The chronology’s lines: each wish, each contact, updates that were agreed and ended."""
    everybody = cases.people_in(case)
    names = {one.id: one.name for one in everybody}
    agreed = updates.agreements_of(case)
    carers: dict[UUID, Carer] = {}
    if agreed:
        families = service.carers_in(everybody).values()
        carers = {link.id: link for links in families for link in links}
    return [
        *(_wished(case, one, names) for one in service.wishes_of(case)),
        *(_contact(case, one, names) for one in service.contacts_of(case)),
        *(entry for one in agreed for entry in _updates(case, one, names, carers)),
    ]


def _href(case: Case, involved_id: UUID) -> str:
    return address(case, "family", str(involved_id))


def _wished(case: Case, one: FamilyWish, names: Mapping[UUID, str]) -> Entry:
    label = vocabulary("family_wishes").label(one.wish)
    parts = (
        one.why,
        f"What it may mean for their safety: {one.wider}" if one.wider else "",
        f"Who should tell: {one.who_tells}" if one.who_tells else "",
        "Wants to be there." if one.wants_there == "yes" else "",
    )
    return Entry(
        kind="family",
        title=f"{names.get(one.involved_id, 'A young person')} on home being told: {label.lower()}",
        text="\n".join(filter(None, parts)),
        happened=one.happened,
        written=one.written_at,
        by=one.asked_by,
        href=_href(case, one.involved_id) + "#wish",
        record=one,
    )


def _contact(case: Case, one: FamilyContact, names: Mapping[UUID, str]) -> Entry:
    way = vocabulary("contact_ways").label(one.way).lower()
    who = f"{one.who} ({one.relation})" if one.relation else one.who
    tried = "Contact with" if one.reached else "Not reached:"
    parts = (
        f"About {names.get(one.involved_id, 'a young person')}.",
        f"We said: {one.we_said}" if one.we_said else "",
        f"They said: {one.they_said}" if one.they_said else "",
        f"They ask: {one.they_ask}" if one.they_ask else "",
        "They blame their child." if one.blames == "yes" else "",
        f"Help offered: {one.help_offered}" if one.help_offered else "",
    )
    return Entry(
        kind="family",
        title=f"{tried} {who}, {way}",
        text="\n".join(filter(None, parts)),
        happened=one.happened,
        written=one.written_at,
        by=one.by_id,
        href=_href(case, one.involved_id) + "#contacts",
        record=one,
    )


def _updates(
    case: Case, one: UpdateAgreement, names: Mapping[UUID, str], carers: Mapping[UUID, Carer]
) -> list[Entry]:
    link = carers.get(one.carer_id)
    whom = link.carer.full_name if link else "somebody at home"
    often = vocabulary("update_rhythms").label(one.every).lower()
    href = _href(case, one.involved_id) + "#updates"
    found = [
        Entry(
            kind="family",
            title=f"Updates agreed with {whom}: {often}",
            text=f"About {names.get(one.involved_id, 'a young person')}.\n{one.contains}",
            happened=None,
            written=one.written_at,
            by=one.made_by,
            href=href,
            record=one,
        )
    ]
    if one.ended_at is not None:
        here = local(one.ended_at)
        found.append(
            Entry(
                kind="family",
                title=f"Ended: updates agreed with {whom}",
                text=one.ended_reason,
                happened=Happened(here.date(), here.time()),
                written=one.ended_at,
                by=None,
                href=href,
                record=one,
            )
        )
    return found


def obstacles(case: Case, found: Found, people: list[Involved]) -> list[Obstacle]:
    """What stands in the way of closing. What is due as an action is listed as that."""
    if _CODE in case.not_needed:
        return []
    planned = {one.subject for one in found[DueAction] if one.kind in _PLANNED}
    problems = []
    for one, stand in _stands(found, people):
        href = _href(case, one.id)
        if stand is Stand.OPEN:
            sentence = (
                f"{one.name}: parents or carers are not told, and nothing says why. Decide it."
            )
            problems.append(Obstacle(sentence, f"{href}/decide"))
        elif stand is Stand.NOT_YET and str(one.id) not in planned:
            sentence = f"{one.name}: parents or carers are still not told. Decide again."
            problems.append(Obstacle(sentence, f"{href}/decide"))
    names = {one.id: one.name for one in people}
    for agreed in _overdue(found, clock.today()):
        if str(agreed.id) not in planned:
            whose = names.get(agreed.involved_id, "a young person")
            sentence = f"An update that was agreed for the family of {whose} is overdue."
            problems.append(Obstacle(sentence, _href(case, agreed.involved_id) + "#updates"))
    return problems


_PLANNED = frozenset({service.INFORM, updates.UPDATE})
