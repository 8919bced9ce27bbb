"""Who a young person would rather did not know, for every page on which staff tell or let in."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from portal.cases.models import Case, Involved
from portal.cases.models_wishes import Wishes, WishPerson
from portal.cases.service import people_in
from portal.db import session
from portal.people.service import fold
from portal.staff.service import Colleague


@dataclass(frozen=True)
class RatherNot:
    """Somebody who should rather not know, as the newest visit of one young person says."""

    whose: Involved
    name: str
    member_id: UUID | None
    person_id: UUID | None

    @property
    def sentence(self) -> str:
        return f"{self.whose.name} would rather that {self.name} did not know."


def newest(case: Case) -> dict[UUID, Wishes]:
    """The newest visit of each young person who was asked, by their part in the case."""
    found = session.scalars(
        select(Wishes).where(Wishes.case_id == case.id).order_by(Wishes.number, Wishes.id)
    )
    return {one.involved_id: one for one in found}


def rather_not(case: Case, people: Sequence[Involved] | None = None) -> list[RatherNot]:
    """Everybody whom a young person of this case would rather not have told."""
    visits = newest(case)
    if not visits:
        return []
    everybody = {one.id: one for one in (people or people_in(case))}
    return [
        RatherNot(everybody[involved_id], named.name, named.member_id, named.person_id)
        for involved_id, visit in visits.items()
        if involved_id in everybody
        for named in visit.people
        if named.standing == "rather_not"
    ]


def named_by(case: Case, people: Sequence[Involved]) -> list[tuple[Involved, Wishes]]:
    """The newest visit of each young person who was asked, in the order of the people."""
    visits = newest(case)
    return [(one, visits[one.id]) for one in people if one.id in visits]


def about(
    marked: Sequence[RatherNot],
    *,
    member_id: UUID | None = None,
    person_id: UUID | None = None,
    name: str = "",
) -> list[RatherNot]:
    """Those of the marks that mean this colleague, this person, or somebody of this name."""
    return [one for one in marked if _means(one, member_id, person_id, name)]


def marks_on(marked: Sequence[RatherNot], colleagues: Sequence[Colleague]) -> dict[UUID, str]:
    """Why each of these colleagues is marked, in a sentence; who is not marked is left out."""
    found = {one.id: about(marked, member_id=one.id, name=one.name) for one in colleagues}
    return {
        member_id: " ".join(each.sentence for each in those)
        for member_id, those in found.items()
        if those
    }


def _means(one: RatherNot, member_id: UUID | None, person_id: UUID | None, name: str) -> bool:
    if member_id is not None and one.member_id is not None:
        return one.member_id == member_id
    if person_id is not None and one.person_id is not None:
        return one.person_id == person_id
    return bool(name) and _same_name(one.name, name)


def _same_name(one: str, other: str) -> bool:
    """“Mr Moss” may be “Peter Moss”: the last word counts, as young people name grown-ups so."""
    first, second = (fold(name).replace("’", "'").split() for name in (one, other))
    return bool(first and second) and (first == second or first[-1] == second[-1])


def people_named(visit: Wishes, standing: str) -> list[WishPerson]:
    return [one for one in visit.people if one.standing == standing]
