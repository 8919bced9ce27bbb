"""Who can see a case, and why: the register that stands on the case itself (product 1 and 9).

Everything is read once, however many people there are: colleagues, exclusions, grants,
emergencies, names.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from portal import clock
from portal.cases import emergencies, grant_rules, grants, preferences, service
from portal.cases.access_rules import Asker, Basis, CaseFacts, decide
from portal.cases.models import Case, Exclusion, Involved
from portal.cases.models_access import EmergencyAccess, Grant
from portal.cases.models_wishes import Wishes
from portal.cases.rules import Audience
from portal.cases.words import GRANT_PARTS
from portal.staff import service as staff
from portal.staff.roles import Permission, Role
from portal.staff.service import Colleague

_WHY = {
    Basis.LEAD: "Leads this case",
    Basis.DSL: "Designated Safeguarding Lead of the school",
    Basis.DEPUTY: "Deputy DSL of the school",
    Basis.HEAD: "Head: reads every case of the school",
    Basis.HEAD_ABOUT_STAFF: "Head: the case is about somebody who works here",
}
_CLOSED = "Opens nothing while the case is closed"
_STAFF = "Opens nothing: the case is about somebody who works here"
_NOT_PASTORAL = "Opens nothing: no longer pastoral staff here"
_SHUT_OUT = "Opens nothing: shut out of the case"
GONE = "A former colleague"


@dataclass(frozen=True)
class ByRole:
    """Somebody who sees the whole case for their role."""

    id: UUID
    name: str
    why: str


@dataclass(frozen=True)
class Line:
    """One grant in words. `effect` says why it opens nothing, where that is so."""

    id: UUID
    part: str
    about: str
    last_day: date
    soon: bool
    by: str
    grant: Grant
    effect: str = ""


@dataclass(frozen=True)
class Given:
    """All that one colleague was given."""

    id: UUID
    name: str
    mark: str
    lines: Sequence[Line]


@dataclass(frozen=True)
class Opened:
    """A time at which the case was opened in an emergency."""

    one: EmergencyAccess
    name: str
    role: str
    by: str
    running: bool


@dataclass(frozen=True)
class Register:
    by_role: Sequence[ByRole]
    given: Sequence[Given]
    ended: Sequence[Given]
    opened: Sequence[Opened]
    shut_out: Sequence[Exclusion]
    names: Mapping[UUID, str]
    marks: Mapping[UUID, str]
    pastoral: frozenset[UUID]
    wishes: Sequence[tuple[Involved, Wishes]]

    @property
    def excluded(self) -> frozenset[UUID]:
        return frozenset(one.member_id for one in self.shut_out)

    @property
    def inside(self) -> frozenset[UUID]:
        """Everybody who sees the whole case for their role."""
        return frozenset(one.id for one in self.by_role)

    @property
    def now_given(self) -> frozenset[UUID]:
        """Everybody for whom a grant opens something now."""
        return frozenset(one.id for one in self.given if any(not line.effect for line in one.lines))

    @property
    def now_open(self) -> frozenset[UUID]:
        return frozenset(each.one.member_id for each in self.opened if each.running)

    @property
    def readers(self) -> int:
        """How many people can see this case or a part of it now."""
        return len(self.inside | self.now_given | self.now_open)


def register(case: Case) -> Register:
    everybody = service.people_in(case)
    shut_out = service.exclusions_of(case)
    given, opened = grants.given(case), emergencies.of_case(case)
    colleagues = staff.colleagues(case.school_id)
    out = frozenset(one.member_id for one in shut_out)
    names = _names(case, shut_out, given, opened, colleagues)
    marks = preferences.marks_on(preferences.rather_not(case, everybody), colleagues)
    words = _Words(case, colleagues, out, names, marks, {one.id: one.name for one in everybody})
    standing = [one for one in given if grants.stands(one)]
    return Register(
        by_role=_by_role(case, colleagues, out),
        given=words.people(standing),
        ended=words.people(one for one in given if not grants.stands(one)),
        opened=[_opened(one, names) for one in opened],
        shut_out=shut_out,
        names=names,
        marks=marks,
        pastoral=frozenset(one.id for one in colleagues if Role.PASTORAL in one.roles),
        wishes=preferences.named_by(case, everybody),
    )


def _names(
    case: Case,
    shut_out: Iterable[Exclusion],
    given: Iterable[Grant],
    opened: Iterable[EmergencyAccess],
    colleagues: Iterable[Colleague],
) -> dict[UUID, str]:
    """Names of everybody who is spoken of, also of those who no longer work here."""
    wanted: list[UUID | None] = [case.lead_id, *(one.member_id for one in shut_out)]
    wanted += [each for one in given for each in (one.member_id, one.given_by)]
    wanted += [each for one in opened for each in (one.member_id, one.reviewed_by)]
    known = {one.id: one.name for one in colleagues}
    return known | staff.names_of(one for one in wanted if one not in known)


def _by_role(case: Case, colleagues: Iterable[Colleague], out: frozenset[UUID]) -> list[ByRole]:
    facts = CaseFacts(case.school_id, Audience(case.audience), case.lead_id, out, case.is_open)
    now = clock.now()
    answers = [
        (one, decide(Asker(one.id, one.roles), Permission.SEE_CASES, facts, at=now))
        for one in colleagues
    ]
    return [ByRole(one.id, one.name, _WHY[answer.because]) for one, answer in answers if answer]


@dataclass(frozen=True)
class _Words:
    """What the lines about grants are made of."""

    case: Case
    colleagues: Sequence[Colleague]
    out: frozenset[UUID]
    names: Mapping[UUID, str]
    marks: Mapping[UUID, str]
    young: Mapping[UUID, str]

    def people(self, found: Iterable[Grant]) -> list[Given]:
        lines: dict[UUID, list[Line]] = {}
        for one in found:
            lines.setdefault(one.member_id, []).append(self.line(one))
        named = [
            Given(each, self.names.get(each, GONE), self.marks.get(each, ""), those)
            for each, those in lines.items()
        ]
        return sorted(named, key=lambda one: (one.name.casefold(), str(one.id)))

    def line(self, one: Grant) -> Line:
        last = grant_rules.last_day(one.until)
        return Line(
            id=one.id,
            part=GRANT_PARTS[one.part],
            about=self.young.get(one.involved_id, "") if one.involved_id else "",
            last_day=last,
            soon=clock.now() > one.until - grant_rules.SOON,
            by=self.names.get(one.given_by, GONE),
            grant=one,
            effect=self.effect(one),
        )

    def effect(self, one: Grant) -> str:
        roles = {each.id: each.roles for each in self.colleagues}.get(one.member_id, frozenset())
        if one.member_id in self.out:
            return _SHUT_OUT
        if Role.PASTORAL not in roles:
            return _NOT_PASTORAL
        if self.case.audience == Audience.HEAD.value:
            return _STAFF
        return "" if self.case.is_open else _CLOSED


def _opened(one: EmergencyAccess, names: Mapping[UUID, str]) -> Opened:
    return Opened(
        one,
        names.get(one.member_id, GONE),
        Role(one.role).label,
        names.get(one.reviewed_by, GONE) if one.reviewed_by else "",
        emergencies.running(one),
    )
