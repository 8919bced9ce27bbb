"""What must not stand in a copy for one home: the words by which others would be recognised.

Another household of the same young person, another family of the case, an address that is
protected, and facts that are not to be told. Every text of a copy goes through a `Sieve`; how a
word is found in a text is a rule of `family.rules`.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from uuid import UUID

from portal.casefile import service
from portal.casefile.redaction import through
from portal.cases import content
from portal.cases.models import Case, Involved, OnlineProfile
from portal.cases.service import people_in, records_of
from portal.cases.withheld import facts_of, kept_from_reader, phrases_of, without
from portal.family.models import FamilyContact
from portal.family.phrases import parts_of, plain_of, words_of
from portal.family.rules import LEFT_OUT, Home, households, kept_out, taken_out
from portal.people.models import Carer, Person
from portal.people.service import fold
from portal.printing.furniture import Furniture
from portal.staff.service import get_school

T = TypeVar("T")
Household = Sequence[Carer]


@dataclass(frozen=True)
class Sieve:
    """Takes words out of texts. `names` are of people and places, `facts` what is not told.

    `spared` are whole texts that stay, such as names of colleagues and how to reach the school: a
    mark inside what the reader knows would say which name somebody else has.
    """

    names: Sequence[str]
    facts: Sequence[str]
    spared: frozenset[str] = frozenset()

    def sparing(self, names: Iterable[str]) -> "Sieve":
        """The same for a copy in which these stand, unless they are kept out too."""
        kept = {fold(one) for one in self.names}
        return replace(self, spared=frozenset(one for one in names if fold(one) not in kept))

    def text(self, text: str) -> str:
        if text in self.spared:
            return text
        return taken_out(without(text, self.facts), self.names)

    def data(self, data: T) -> T:
        """A document without these words, the purpose and recipient of the copy included."""
        sifted: Any = through(data, self.text)
        about: Furniture = sifted.furniture
        about = replace(
            about, purpose=self.text(about.purpose), recipient=self.text(about.recipient)
        )
        done: T = replace(sifted, furniture=about)
        return done

    def passages(self, data: Any) -> int:
        """How many passages of these data are taken out."""
        found = 0

        def counted(text: str) -> str:
            nonlocal found
            found += self.text(text).count(LEFT_OUT) - text.count(LEFT_OUT)
            return text

        through(data, counted)
        return max(found, 0)


@dataclass(frozen=True)
class Around:
    """Everybody in and around a case, as a copy about one young person or one group has to know.

    `others` are the other people of the case and those who care for them; `literally` are names of
    accounts, and words for people whose name is not known.
    """

    young: Involved | None
    homes: Sequence[Household]
    others: Sequence[Home]
    literally: Sequence[str]
    protected: Sequence[str]
    facts: Sequence[Any]
    school: str = ""

    def household(self, link_ids: Collection[UUID]) -> Household | None:
        """The household that consists of exactly these links."""
        wanted = set(link_ids)
        return next((one for one in self.homes if {link.id for link in one} == wanted), None)

    def for_household(self, household: Household, kind: str) -> Sieve:
        """For a copy that holds one household only, whoever reads it."""
        homes = [self._home(one) for one in self.homes]
        here = self.homes.index(household)
        return self._sieve([*homes, *self._elsewhere()], here, kind)

    def for_all_at_home(self, kind: str) -> Sieve:
        """For a copy that no one household gets, such as the one for the young person."""
        every = [link for home in self.homes for link in home]
        here = self._home(every)
        open_addresses = [
            link.carer.address for link in every if not link.address_protected if link.carer.address
        ]
        here = replace(here, addresses=open_addresses, protected=False)
        return self._sieve([here, *self._elsewhere()], 0, kind)

    def for_those_who_know(self, kind: str) -> Sieve:
        """For the school’s own file and for those who may know the others of the case."""
        here = Home(frozenset(), ())
        away = Home(frozenset(), (), addresses=self.protected, protected=True)
        names = self._but_the_school([here, away], kept_out([here, away], 0, ()))
        return Sieve(names, _words_of(kept_from_reader(self.facts, kind)))

    def _home(self, links: Household) -> Home:
        return Home(
            carer_ids=frozenset(link.id for link in links),
            names=[name for link in links for name in _names(link.carer)],
            telephones=[link.carer.telephone for link in links],
            emails=[link.carer.email for link in links],
            addresses=[link.carer.address for link in links],
            protected=any(link.address_protected for link in links),
        )

    def _elsewhere(self) -> list[Home]:
        """Other families, and where the young person lives: maybe with the other household."""
        hidden = Home(frozenset(), (), addresses=self.protected, protected=True)
        lives = [self.young.person.address] if self.young and self.young.person else []
        return [*self.others, hidden, Home(frozenset(), (), addresses=lives)]

    def _sieve(self, homes: Sequence[Home], here: int, kind: str) -> Sieve:
        own = _names(self.young.person) if self.young and self.young.person else []
        names = self._but_the_school(homes, kept_out(homes, here, (), own=own))
        mine = {fold(name) for name in (*own, *homes[here].names)}
        names += [one for one in self.literally if fold(one) not in mine]
        return Sieve(names, _words_of(kept_from_reader(self.facts, kind)))

    def _but_the_school(self, homes: Sequence[Home], phrases: Sequence[str]) -> list[str]:
        """Without what is only the name of the school as well: “Oakfield” may be the town.

        A mark in the name of the school would say where somebody lives.
        """
        places = {plain_of(part) for home in homes for part in parts_of(home.addresses)}
        people = {word for home in homes for name in home.names for word in words_of(name)}
        spared = (places & {plain_of(self.school), *words_of(self.school)}) - people
        return [one for one in phrases if plain_of(one) not in spared]


def around(case: Case, young: Involved | None) -> Around:
    """Read once what every copy about this young person, or about a group, must be kept from."""
    people = people_in(case)
    ids = [one.person_id for one in people if one.person_id is not None]
    carers = service.carers_by_person(ids) if ids else {}
    own: list[Carer] = []
    if young is not None and young.person_id is not None:
        own = carers.get(young.person_id, [])
    here = {link.carer_id for link in own}
    if young is not None and young.person_id is not None:
        here.add(young.person_id)
    every = [link for links in carers.values() for link in links]
    others = {one.person.id: one.person for one in people if one.person is not None}
    others |= {link.carer_id: link.carer for link in every}
    contacts = records_of(case, FamilyContact)
    return Around(
        young=young,
        homes=households(own),
        others=[
            *(_home_of(person) for key, person in others.items() if key not in here),
            *_somebody_else(contacts, own),
        ],
        literally=[
            *_accounts(case, young),
            *(one.description for one in people if not one.is_known),
        ],
        protected=_protected(every, others),
        facts=facts_of(case),
        school=get_school(case.school_id).name,
    )


def _protected(every: Iterable[Carer], people: dict[UUID, Person]) -> list[str]:
    """Addresses that nobody may be told: of the carer, and of the child who may live there too."""
    found = []
    for link in every:
        if not link.address_protected:
            continue
        found.append(link.carer.address)
        child = people.get(link.person_id)
        if child is not None and not link.carer.address:
            found.append(child.address)
    return [one for one in found if one]


def _home_of(person: Person) -> Home:
    return Home(
        carer_ids=frozenset(),
        names=_names(person),
        telephones=[person.telephone],
        emails=[person.email],
        addresses=[person.address],
    )


def _somebody_else(contacts: Iterable[FamilyContact], own: Sequence[Carer]) -> list[Home]:
    """Those with whom school spoke and who are nobody’s carer here: their names and numbers."""
    mine = {link.id for link in own}
    found = []
    for one in contacts:
        if one.carer_id in mine:
            continue
        words = one.who.split()
        # “Her gran” is no name; “Jean Price” is one.
        is_name = len(words) > 1 and all(word[:1].isupper() for word in words)
        found.append(Home(frozenset(), [one.who] if is_name else [], telephones=[one.telephone]))
    return found


def _names(person: Person) -> list[str]:
    return [one for one in (person.full_name, person.known_as) if one]


def _accounts(case: Case, young: Involved | None) -> list[str]:
    """Accounts and addresses online, but for those that are the young person’s own."""
    own = fold(young.name) if young is not None else ""
    found = []
    for one in records_of(case, OnlineProfile):
        if not (own and own in fold(one.whose)):
            found += [one.handle, one.url]
    for item in content.items_of(case):
        found += [item.account, item.url]
    return [one for one in found if one.strip("@ ")]


def _described(people: Iterable[Involved]) -> list[str]:
    """The words for people whose name is not known yet."""
    return [one.description for one in people if not one.is_known and one.description]


def _words_of(facts: Sequence[Any]) -> list[str]:
    return [*phrases_of(facts), *(one.fact for one in facts if one.fact)]
