"""Verbs about grants: give a colleague parts of a case for a time, change until when, end it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from portal import clock
from portal.cases import grant_rules, service, sharing
from portal.cases.access import may
from portal.cases.access_ends import end_grants
from portal.cases.models import Case, Involved
from portal.cases.models_access import Grant
from portal.cases.models_wishes import Wishes
from portal.cases.preferences import people_named
from portal.cases.rules import Audience
from portal.db import session
from portal.journal.actor import Actor
from portal.journal.service import note
from portal.people.models import PersonKind
from portal.staff.roles import Permission, Role
from portal.staff.service import Colleague
from portal.staff.viewer import Viewer
from portal.web.errors import NotPossible

ABOUT_STAFF = "This case is about somebody who works here, so only the head and its lead see it."
CLOSED = "This case is closed. Open it again before you give anybody access to it."
NOT_PASTORAL = "Only pastoral staff who are not shut out of the case can be given access to it."
ENDED = "This access has ended already. Give it again instead."
THERE = "They have this already."


@dataclass(frozen=True)
class NewGrant:
    """What is given to whom. `against_wish` says why, where a young person would rather not."""

    member_id: UUID
    parts: Sequence[str]
    may_write: bool
    until: datetime
    reason: str
    about: UUID | None = None
    against_wish: str = ""


def could_be_given(case: Case) -> list[Colleague]:
    """Pastoral staff of the school who are not shut out, and do not see the whole case anyway."""
    return [one for one in sharing.outside(case) if Role.PASTORAL in one.roles]


def may_be_given(who: Viewer, case: Case) -> frozenset[UUID]:
    """Those to whom somebody can give access here and now; nobody where they do not manage it."""
    if why_none(case) or not may(who, Permission.MANAGE_ACCESS, case):
        return frozenset()
    return frozenset(one.id for one in could_be_given(case))


def young_in(case: Case) -> list[Involved]:
    """The young people of a case who are known by name: a part can be narrowed to one of them."""
    return [one for one in service.people_in(case) if _is_young(one)]


def why_none(case: Case) -> str:
    """Why nobody can be given access to this case now; nothing where somebody can."""
    if case.audience == Audience.HEAD.value:
        return ABOUT_STAFF
    return "" if case.is_open else CLOSED


def given(case: Case) -> list[Grant]:
    """Every grant of a case, ended or not, in the order in which they were given."""
    return service.records_of(case, Grant)


def standing(one: Grant) -> grant_rules.Standing:
    return grant_rules.Standing(one.part, one.may_write, one.involved_id, one.until, one.ended_at)


def stands(one: Grant) -> bool:
    return standing(one).stands(clock.now())


def there_already(case: Case, new: NewGrant) -> list[str]:
    """Those of the parts that somebody has already."""
    there = [standing(one) for one in given(case) if one.member_id == new.member_id]
    return grant_rules.given_already(
        there, new.parts, new.about, may_write=new.may_write, at=clock.now()
    )


def give(actor: Actor, case: Case, new: NewGrant) -> list[Grant]:
    """Give a colleague parts of a case: one grant each. The same is never given twice."""
    # Of two who give the same at once, the second sees what the first gave.
    session.execute(select(Case.id).where(Case.id == case.id).with_for_update())
    _refuse(case, new)
    made = [
        Grant(
            case.key,
            case_id=case.id,
            involved_id=new.about,
            member_id=new.member_id,
            given_by=actor.member_id,
            part=part,
            may_write=new.may_write,
            until=new.until,
            reason=new.reason,
            against_wish=new.against_wish,
        )
        for part in new.parts
    ]
    for one in made:
        session.add(one)
        note(actor, "gave access to a part of the case", one)
    return made


def _refuse(case: Case, new: NewGrant) -> None:
    problem = (
        why_none(case)
        or grant_rules.why_not_parts(new.parts, new.about)
        or grant_rules.why_not_until(grant_rules.last_day(new.until), clock.today())
    )
    if problem:
        raise NotPossible(problem)
    if new.member_id not in {one.id for one in could_be_given(case)}:
        raise NotPossible(NOT_PASTORAL)
    if there_already(case, new):
        raise NotPossible(THERE)


def of_the_same(case: Case, one: Grant) -> list[Grant]:
    """All that the same colleague has in this case now, this grant first."""
    all_of_it = [each for each in given(case) if each.member_id == one.member_id and stands(each)]
    return sorted(all_of_it, key=lambda each: each.id != one.id)


def end(actor: Actor, chosen: Sequence[Grant], reason: str) -> None:
    """End these grants. Raises `NotPossible` where none of them stands any more."""
    if not end_grants(actor, [one for one in chosen if stands(one)], reason):
        raise NotPossible(ENDED)


def change_until(actor: Actor, chosen: Sequence[Grant], until: datetime, reason: str) -> None:
    """Let these grants last longer or shorter. One that has run out is given again instead."""
    problem = grant_rules.why_not_until(grant_rules.last_day(until), clock.today())
    if problem:
        raise NotPossible(problem)
    if not all(stands(one) for one in chosen):
        raise NotPossible(ENDED)
    for one in chosen:
        one.until = until
        note(actor, "changed until when access lasts", one, reason)


def how_many_stand(case: Case) -> int:
    """How many colleagues a case is open to by grants: they stop opening anything with it."""
    return (
        session.scalar(
            select(func.count(Grant.member_id.distinct())).where(
                Grant.case_id == case.id, Grant.ended_at.is_(None), Grant.until > clock.now()
            )
        )
        or 0
    )


def asked_for(visits: Mapping[UUID, Wishes], about: UUID | None, member_id: UUID | None) -> str:
    """What a young person said when they named this colleague, as the reason to begin with."""
    visit = visits.get(about) if about is not None else None
    if visit is None or member_id is None:
        return ""
    for named in people_named(visit, "wanted"):
        if named.member_id == member_id:
            said = [f"They may know: {named.how_much}"] if named.how_much else []
            said += [f"They could help: {named.support}"] if named.support else []
            return "\n".join(["The young person named them as somebody who should know.", *said])
    return ""


def _is_young(one: Involved) -> bool:
    return one.person is not None and PersonKind(one.person.kind).is_young
