"""Who may do what in which part of a case: the one table, and the rule that reads it.

Pure: no Flask, no database; what is known of a case and of whoever asks comes in as facts, and time
is an argument. `visible_cases` in `visible` is the same rule as SQL; a property test holds the two
equal. From product 1, 9 and 14, design 5 and security notes 3.4.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from portal.cases.rules import Audience
from portal.staff.roles import Permission, Role


class Part(StrEnum):
    """What of a case can be granted by itself. `REST` is everything else, and never by itself."""

    WISHES = "wishes"
    PLAN = "plan"
    ACTIONS = "actions"
    CONTACTS = "contacts"
    SUPPORT = "support"
    REST = "rest"


ALL = "all"
"""The code of a grant that opens every part, `REST` included."""

GRANTABLE = (*(part.value for part in Part if part is not Part.REST), ALL)


class Basis(StrEnum):
    """Why somebody gets into a case, or why not."""

    SHUT_OUT = "shut_out"
    NOT_THERE = "not_there"
    DSL = "dsl"
    DEPUTY = "deputy"
    HEAD = "head"
    HEAD_ABOUT_STAFF = "head_about_staff"
    LEAD = "lead"
    GRANT_TO_WRITE = "grant_to_write"
    GRANT_TO_READ = "grant_to_read"
    EMERGENCY = "emergency"


_P = Permission
_READ = frozenset({_P.SEE_CASES})
_WRITE = _READ | {_P.WORK_ON_CASES}
_HEAD = _READ | {_P.COUNTERSIGN, _P.PRINT, _P.SEE_WHO_LOOKED}
_LEAD = _WRITE | _HEAD | {_P.DECIDE, _P.CLOSE_CASES, _P.MANAGE_ACCESS}

TABLE: dict[Basis, frozenset[Permission]] = {
    Basis.DSL: _LEAD,
    Basis.DEPUTY: _LEAD,
    Basis.LEAD: _LEAD,
    Basis.HEAD_ABOUT_STAFF: _LEAD,
    Basis.HEAD: _HEAD,
    Basis.GRANT_TO_WRITE: _WRITE,
    Basis.GRANT_TO_READ: _READ,
    Basis.EMERGENCY: _READ,
    Basis.SHUT_OUT: frozenset(),
    Basis.NOT_THERE: frozenset(),
}
"""What each way in allows. A grant allows it in its part only; every other way in all parts."""

READS_BY_ROLE = frozenset({Role.DSL, Role.DEPUTY, Role.HEAD})
IN_EMERGENCY_AT_OTHER_SCHOOLS = frozenset({Role.DSL, Role.DEPUTY})


@dataclass(frozen=True)
class Asker:
    """Somebody who asks: their roles at the school of the case, and whether they lead elsewhere."""

    id: UUID
    roles: frozenset[Role]
    leads_elsewhere: bool = False


@dataclass(frozen=True)
class Given:
    """One grant to whoever asks. `about` is the one young person it is about, or None for all."""

    part: str
    may_write: bool
    until: datetime
    about: UUID | None = None

    def opens(self, part: Part, at: datetime) -> bool:
        """What is about one young person never opens the rest, which is about everybody."""
        if at >= self.until or (part is Part.REST and self.about is not None):
            return False
        return self.part in {part.value, ALL}


@dataclass(frozen=True)
class CaseFacts:
    """What of a case decides who may see it; grants and emergencies are those of whoever asks."""

    school_id: UUID
    audience: Audience
    lead_id: UUID | None
    excluded: frozenset[UUID]
    is_open: bool = True
    grants: tuple[Given, ...] = ()
    emergencies: tuple[datetime, ...] = ()


@dataclass(frozen=True)
class Answer:
    """Whether something is allowed, and by what or why not. True where it is allowed."""

    allowed: bool
    because: Basis

    def __bool__(self) -> bool:
        return self.allowed


def decide(
    actor: Asker, action: Permission, case: CaseFacts, part: Part = Part.REST, *, at: datetime
) -> Answer:
    """Whether somebody may do this in this part of the case at this moment.

    An exclusion beats every role, grant and emergency. A case about a member of staff is there for
    the head and for its lead alone. A grant opens nothing while the case is closed, and is good for
    pastoral staff only; an emergency is for them, and for leads of the trust’s other schools.
    """
    if actor.id in case.excluded:
        return Answer(False, Basis.SHUT_OUT)
    first = Basis.NOT_THERE
    for basis in ways_in(actor, case, part, at):
        if action in TABLE[basis]:
            return Answer(True, basis)
        first = first if first is not Basis.NOT_THERE else basis
    return Answer(False, first)


def ways_in(actor: Asker, case: CaseFacts, part: Part, at: datetime) -> Iterator[Basis]:
    """Every way by which somebody who is not shut out gets to a part of a case, widest first."""
    yield from _by_role(actor, case)
    if case.audience is Audience.HEAD:
        return
    if Role.PASTORAL in actor.roles and case.is_open:
        opening = [one for one in case.grants if one.opens(part, at)]
        if any(one.may_write for one in opening):
            yield Basis.GRANT_TO_WRITE
        if opening:
            yield Basis.GRANT_TO_READ
    emergency = Role.PASTORAL in actor.roles or actor.leads_elsewhere
    if emergency and any(at < until for until in case.emergencies):
        yield Basis.EMERGENCY


def _by_role(actor: Asker, case: CaseFacts) -> Iterator[Basis]:
    if not actor.roles & READS_BY_ROLE:
        return
    if case.lead_id == actor.id:
        yield Basis.LEAD
    if case.audience is Audience.HEAD:
        if Role.HEAD in actor.roles:
            yield Basis.HEAD_ABOUT_STAFF
        return
    if Role.DSL in actor.roles:
        yield Basis.DSL
    if Role.DEPUTY in actor.roles:
        yield Basis.DEPUTY
    if Role.HEAD in actor.roles:
        yield Basis.HEAD


_GRANTS = frozenset({Basis.GRANT_TO_READ, Basis.GRANT_TO_WRITE})


def people_shown(
    actor: Asker,
    case: CaseFacts,
    part: Part,
    action: Permission = Permission.SEE_CASES,
    *,
    at: datetime,
) -> frozenset[UUID] | None:
    """The young people of whom somebody may do this in a part; None for everybody in the case.

    Who may write about one young person and read about another writes about the one alone.
    """
    ways = [basis for basis in ways_in(actor, case, part, at) if action in TABLE[basis]]
    if actor.id in case.excluded or not ways:
        return frozenset()
    if any(basis not in _GRANTS for basis in ways):
        return None
    reads = action in TABLE[Basis.GRANT_TO_READ]
    about = {one.about for one in case.grants if one.opens(part, at) and (one.may_write or reads)}
    return None if None in about else frozenset(one for one in about if one is not None)


@dataclass(frozen=True)
class Opened:
    """What grants open of one part: how, until when at the longest, and whom (None: everybody)."""

    may_write: bool
    until: datetime
    people: frozenset[UUID] | None


def opened_by(grants: Sequence[Given], at: datetime) -> dict[Part, Opened]:
    """The parts that grants open, `REST` among them where one of them opens all of a case."""
    found = {}
    for part in Part:
        opening = [one for one in grants if one.opens(part, at)]
        about = {one.about for one in opening}
        if opening:
            found[part] = Opened(
                any(one.may_write for one in opening),
                max(one.until for one in opening),
                None if None in about else frozenset(one for one in about if one is not None),
            )
    return found
