"""What the pages show of one family: what must be respected first, then how it stands."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portal.cases import decisions, preferences, withheld
from portal.cases.actions import actions_of
from portal.cases.models import Case, Decision, DecisionKind, DueAction, Involved
from portal.cases.preferences import RatherNot
from portal.cases.service import everybody_in
from portal.cases.shown import only_people, sees_whole
from portal.family import rules, service, updates
from portal.family.forms_contacts import Guard
from portal.family.models import FamilyContact, FamilyWish, UpdateAgreement
from portal.family.rules import Stand
from portal.people.models import Carer


@dataclass(frozen=True)
class Restriction:
    """Something that must be respected before anybody at home hears a word."""

    title: str
    whom: str = ""
    text: str = ""


@dataclass(frozen=True)
class Household:
    """Those who are written to together."""

    title: str
    carers: Sequence[Carer]
    contacts: Sequence[FamilyContact]

    @property
    def print_by(self) -> UUID:
        """The carer by whom the contact log of this household is asked for."""
        return self.carers[0].id


@dataclass(frozen=True)
class Update:
    """What was agreed with a carer, and whether the next is overdue or must not happen."""

    agreed: UpdateAgreement
    link: Carer | None
    due: DueAction | None

    @property
    def name(self) -> str:
        return self.link.carer.full_name if self.link else "Somebody who is no carer any more"

    @property
    def is_forbidden(self) -> bool:
        """Whether they must not be contacted any more, so that these updates must end."""
        return self.agreed.ended_at is None and (self.link is None or self.link.may_contact == "no")


@dataclass(frozen=True)
class Family:
    """Everything about the home of one young person."""

    one: Involved
    carers: Sequence[Carer]
    stand: Stand
    must_decide: bool
    decisions: Sequence[Decision]
    wishes: Sequence[FamilyWish]
    contacts: Sequence[FamilyContact]
    updates: Sequence[Update]
    inform: DueAction | None
    marks: Mapping[UUID, Sequence[str]]
    guard: Guard

    @property
    def is_urgent(self) -> bool:
        return self.must_decide and self.stand is Stand.OPEN

    @property
    def has_card(self) -> bool:
        """Whether there is more to show than that nothing need be done."""
        recorded = (self.decisions, self.wishes, self.contacts, self.updates)
        return self.must_decide or any(recorded)

    @property
    def wish(self) -> FamilyWish | None:
        return self.wishes[0] if self.wishes else None

    @property
    def running(self) -> list[Update]:
        return [one for one in self.updates if one.agreed.ended_at is None]

    @property
    def is_looked_after(self) -> bool:
        return self.one.person is not None and "looked_after" in (self.one.person.flags or ())

    @property
    def rather_not(self) -> list[str]:
        """Who this young person would rather did not know, whoever it is."""
        return [mark.sentence for mark in self.guard.rather_not if mark.whose.id == self.one.id]

    @property
    def households(self) -> list[Household]:
        found = []
        for group in rules.households(self.carers):
            ids = {link.id for link in group}
            title = group[0].household or ""
            contacts = [one for one in self.contacts if one.carer_id in ids]
            found.append(Household(title, group, contacts))
        return found

    @property
    def elsewhere(self) -> list[FamilyContact]:
        """Contacts with somebody who is not among the carers."""
        return [one for one in self.contacts if one.carer_id is None]

    @property
    def restrictions(self) -> list[Restriction]:
        """What must be respected: whoever must not hear of it first."""
        return [
            *(one for link in self.carers for one in _forbidden(link)),
            *self._apart(),
            *(one for link in self.carers for one in _asked_for(link)),
            *self._not_told(),
        ]

    def _apart(self) -> Iterator[Restriction]:
        if len(rules.households(self.carers)) > 1:
            yield Restriction("Separate households: told and written to apart")

    def _not_told(self) -> Iterator[Restriction]:
        if self.one.not_to_be_told:
            yield Restriction("Not to be told about them", text=self.one.not_to_be_told)
        people = {link.carer_id for link in self.carers}
        for fact in withheld.kept_from(self.guard.facts, kind="parent", people=people):
            if fact.involved_id == self.one.id:
                yield Restriction("Not to be told at home", text=fact.fact)


def _forbidden(link: Carer) -> Iterator[Restriction]:
    name = link.carer.full_name
    if link.may_contact == "no":
        yield Restriction("Must not be contacted", name)
    if link.court_order:
        yield Restriction("Court order", name, link.court_order)
    if link.address_protected:
        yield Restriction("Their address must not be disclosed to anybody", name)


def _asked_for(link: Carer) -> Iterator[Restriction]:
    name = link.carer.full_name
    if link.may_contact == "ask_lead":
        yield Restriction("Ask the lead before contacting them", name)
    if link.restrictions:
        yield Restriction("To be respected", name, link.restrictions)


def families(case: Case) -> list[Family]:
    """The family of each young person of a case who is known: those harmed first."""
    everybody = everybody_in(case)
    there = only_people(everybody)
    young = service.young_in(there)
    carers = service.carers_in(everybody)
    facts = withheld.facts_of(case)
    guarded: Sequence[Involved] = everybody
    if not sees_whole():
        # What is refused is named: a class list typed into the form would name everybody in the
        # case. The school’s list of people would tell nearly as much, as it holds whoever was once
        # spoken of; so those alone are guarded whom its reader is shown on these pages.
        guarded, shown = young, {one.id for one in young}
        facts = [one for one in facts if one.involved_id in shown]
    marked = preferences.rather_not(case, there)
    kept = _Kept(case)
    return [
        kept.family(one, _carers(one, carers), Guard(facts, _others(one, guarded, carers), marked))
        for one in young
    ]


def family_of(case: Case, one: Involved) -> Family:
    return next(found for found in families(case) if found.one.id == one.id)


class _Kept:
    """What a case keeps about families, read once for all of them."""

    def __init__(self, case: Case) -> None:
        self.decisions = decisions.decisions_of(case, DecisionKind.PARENTS.value)
        self.wishes = service.wishes_of(case)
        self.contacts = service.contacts_of(case)
        self.agreements = updates.agreements_of(case)
        self.actions = [one for one in actions_of(case) if one.state == "open"]

    def family(self, one: Involved, carers: Sequence[Carer], guard: Guard) -> Family:
        taken = [each for each in self.decisions if each.involved_id == one.id]
        contacts = [each for each in self.contacts if each.involved_id == one.id]
        newest = taken[0] if taken else None
        return Family(
            one=one,
            carers=carers,
            stand=rules.stand(
                newest.choice if newest else None,
                newest.written_at if newest else None,
                last_reached(contacts, one.id),
            ),
            must_decide=rules.must_be_decided(one.parts, is_young=True),
            decisions=taken,
            wishes=[each for each in self.wishes if each.involved_id == one.id],
            contacts=contacts,
            updates=[
                self._update(each, carers) for each in self.agreements if each.involved_id == one.id
            ],
            inform=self._due(service.INFORM, one.id),
            marks=_marks(carers, guard.rather_not),
            guard=guard,
        )

    def _update(self, agreed: UpdateAgreement, carers: Sequence[Carer]) -> Update:
        link = next((each for each in carers if each.id == agreed.carer_id), None)
        return Update(agreed, link, self._due(updates.UPDATE, agreed.id))

    def _due(self, kind: str, subject: UUID) -> DueAction | None:
        same = (each for each in self.actions if (each.kind, each.subject) == (kind, str(subject)))
        return next(same, None)


def last_reached(contacts: Sequence[FamilyContact], involved_id: UUID) -> datetime | None:
    """When a contact that reached a carer of this young person was last written down.

    What came about with somebody who must not be contacted is no telling of the family.
    """
    return max((one.written_at for one in contacts if _counts(one, involved_id)), default=None)


def _counts(one: FamilyContact, involved_id: UUID) -> bool:
    reached = one.reached and one.carer_id is not None and not one.although_not
    return reached and one.involved_id == involved_id


def _carers(one: Involved, carers: Mapping[UUID, Sequence[Carer]]) -> Sequence[Carer]:
    return carers.get(one.person_id, ()) if one.person_id is not None else ()


def _marks(carers: Sequence[Carer], marked: Sequence[RatherNot]) -> dict[UUID, list[str]]:
    found = {}
    for link in carers:
        about = preferences.about(marked, person_id=link.carer_id, name=link.carer.full_name)
        if about:
            found[link.id] = [one.sentence for one in about]
    return found


def _others(
    one: Involved, guarded: Sequence[Involved], carers: Mapping[UUID, Sequence[Carer]]
) -> list[str]:
    """The full names of those who are guarded and of their carers, without this family’s."""
    here = {link.carer_id for link in _carers(one, carers)}
    found: dict[UUID, str] = {}
    for other in guarded:
        there = _carers(other, carers)
        is_sibling = any(link.carer_id in here for link in there)
        if other.person is not None and other.id != one.id and not is_sibling:
            found[other.person.id] = other.person.full_name
        found |= {link.carer_id: link.carer.full_name for link in there}
    return [name for person_id, name in found.items() if person_id not in here]
