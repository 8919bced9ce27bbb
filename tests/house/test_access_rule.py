"""The rule in Python and the rule in SQL are one rule, whoever asks about whichever case.

Both are held against a third, written here in words that share nothing with them.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask, g
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal import clock
from portal.cases.access import whom
from portal.cases.access_rules import (
    ALL,
    GRANTABLE,
    Asker,
    CaseFacts,
    Given,
    Part,
    decide,
    opened_by,
    people_shown,
)
from portal.cases.models import Case, Exclusion, Involved
from portal.cases.models_access import EmergencyAccess, Grant
from portal.cases.rules import Audience
from portal.cases.visible import cases_by_role, visible_cases
from portal.db import session
from portal.staff.roles import PERMISSIONS, Permission, Role
from portal.staff.viewer import Viewer
from tests import factories
from tests.factories import School

# Written out here as well, so that changing what a role may do is an act in two places.
READS_CASES = {Role.DSL, Role.DEPUTY, Role.HEAD}
SEE, WORK = Permission.SEE_CASES, Permission.WORK_ON_CASES
AS_LEAD = {
    Permission.SEE_CASES,
    Permission.WORK_ON_CASES,
    Permission.DECIDE,
    Permission.COUNTERSIGN,
    Permission.PRINT,
    Permission.CLOSE_CASES,
    Permission.MANAGE_ACCESS,
    Permission.SEE_WHO_LOOKED,
}
AS_HEAD = {
    Permission.SEE_CASES,
    Permission.COUNTERSIGN,
    Permission.PRINT,
    Permission.SEE_WHO_LOOKED,
}
ONE, OTHER = "one", "other"
"""Two young people of the case, about either of whom alone a grant can be."""


@dataclass(frozen=True)
class Held:
    """A grant: to whoever asks or to somebody else, in force or ended or over."""

    part: str
    may_write: bool
    about: str | None
    mine: bool
    ended: bool
    over: bool

    @property
    def stands(self) -> bool:
        return self.mine and not self.ended and not self.over


@dataclass(frozen=True)
class Hour:
    """Access in an emergency, likewise."""

    mine: bool
    ended: bool
    over: bool

    @property
    def stands(self) -> bool:
        return self.mine and not self.ended and not self.over


@dataclass(frozen=True)
class Situation:
    """One person and one case: who they are here and elsewhere, and how the case stands to them."""

    roles: frozenset[Role]
    roles_elsewhere: frozenset[Role]
    audience: Audience
    leads: bool
    excluded: bool
    lifted: bool
    other_excluded: bool
    here: bool
    is_open: bool
    grants: tuple[Held, ...]
    hours: tuple[Hour, ...]

    @property
    def shut_out(self) -> bool:
        return self.excluded and not self.lifted

    @property
    def at_its_school(self) -> frozenset[Role]:
        return self.roles if self.here else self.roles_elsewhere

    @property
    def at_the_other(self) -> frozenset[Role]:
        return self.roles_elsewhere if self.here else self.roles


# Pastoral staff and grants are drawn often: what needs several things at once is rare by chance.
role_sets = st.one_of(
    st.frozensets(st.sampled_from(list(Role)), max_size=3),
    st.just(frozenset({Role.PASTORAL})),
)
rarely = st.sampled_from([False, False, False, True])
helds = st.builds(
    Held,
    part=st.sampled_from(GRANTABLE),
    may_write=st.booleans(),
    about=st.sampled_from([None, None, ONE, OTHER]),
    mine=st.sampled_from([True, True, True, False]),
    ended=rarely,
    over=rarely,
)
hours = st.builds(Hour, mine=st.sampled_from([True, True, False]), ended=rarely, over=rarely)
anything = st.builds(
    Situation,
    roles=role_sets,
    roles_elsewhere=role_sets,
    audience=st.sampled_from([Audience.LEADS, Audience.LEADS, Audience.HEAD]),
    leads=st.booleans(),
    excluded=rarely,
    lifted=st.booleans(),
    other_excluded=st.booleans(),
    here=st.booleans(),
    is_open=st.sampled_from([True, True, True, False]),
    grants=st.lists(helds, max_size=3).map(tuple),
    hours=st.lists(hours, max_size=2).map(tuple),
)
# One grant or one emergency and nothing beside it, so that every fact about it decides.
alone = st.builds(
    Situation,
    roles=st.just(frozenset({Role.PASTORAL})),
    roles_elsewhere=st.just(frozenset()),
    audience=st.just(Audience.LEADS),
    leads=st.just(False),
    excluded=rarely,
    lifted=st.booleans(),
    other_excluded=st.booleans(),
    here=st.just(True),
    is_open=st.sampled_from([True, True, False]),
    grants=st.just(()),
    hours=st.just(()),
)
granted_alone = st.builds(lambda one, held: replace(one, grants=(held,)), alone, helds)
opened_alone = st.builds(lambda one, hour: replace(one, hours=(hour,)), alone, hours)
situations = st.one_of(anything, granted_alone, opened_alone)
parts = st.sampled_from(list(Part))


def opens(one: Held, part: Part) -> bool:
    if part is Part.REST:
        return one.part == "all" and one.about is None
    return one.part in {"all", part.value}


def expected(situation: Situation, action: Permission, part: Part) -> bool:
    """The rule in words, way by way."""
    if situation.shut_out:
        return False
    if _by_role(situation, action):
        return True
    if situation.audience is Audience.HEAD:
        return False
    return _by_grant(situation, action, part) or _by_emergency(situation, action)


def _by_role(situation: Situation, action: Permission) -> bool:
    roles = situation.at_its_school
    leads = situation.leads and bool(roles & READS_CASES)
    if situation.audience is Audience.HEAD:  # about a member of staff: the head’s, and its lead’s
        return action in AS_LEAD and (leads or Role.HEAD in roles)
    if roles & {Role.DSL, Role.DEPUTY} or leads:
        return action in AS_LEAD
    return Role.HEAD in roles and action in AS_HEAD


def _by_grant(situation: Situation, action: Permission, part: Part) -> bool:
    """Pastoral staff, while the case is open, in the part; to write only where it says so."""
    if Role.PASTORAL not in situation.at_its_school or not situation.is_open:
        return False
    opening = [one for one in situation.grants if one.stands and opens(one, part)]
    if action is WORK:
        return any(one.may_write for one in opening)
    return action is SEE and bool(opening)


def _by_emergency(situation: Situation, action: Permission) -> bool:
    """Pastoral staff here and leads of another school, to read."""
    leads_elsewhere = situation.at_the_other & {Role.DSL, Role.DEPUTY}
    can = Role.PASTORAL in situation.at_its_school or bool(leads_elsewhere)
    return can and action is SEE and any(one.stands for one in situation.hours)


def expected_people(situation: Situation, action: Permission, part: Part) -> set[str] | None:
    """Of whom: everybody (None), unless grants about single young people are the only way in."""
    if not expected(situation, action, part):
        return set()
    if expected(replace(situation, grants=()), action, part):
        return None
    about = {
        one.about
        for one in situation.grants
        if one.stands and opens(one, part) and (action is SEE or one.may_write)
    }
    return None if None in about else {one for one in about if one is not None}


def test_only_these_roles_read_cases() -> None:
    assert {r for r in Role if Permission.SEE_CASES in PERMISSIONS[r]} == READS_CASES


@dataclass
class Scene:
    """Where situations are arranged: a case at each school, its people, and who asks."""

    cases: dict[bool, Case]
    young: dict[bool, dict[str, UUID]]
    school: School
    second: School
    member: UUID
    somebody: UUID

    def viewer(self, situation: Situation) -> Viewer:
        roles = {self.school.id: situation.roles, self.second.id: situation.roles_elsewhere}
        held = {place: set_of for place, set_of in roles.items() if set_of}
        return replace(factories.viewer_of(self.school[Role.STAFF]), roles_at=held)

    def arrange(self, situation: Situation) -> Case:
        case, young = self.cases[situation.here], self.young[situation.here]
        now = clock.now()
        case.audience = situation.audience.value
        case.lead_id = self.member if situation.leads else None
        case.state = "open" if situation.is_open else "closed"
        case.closed_at = None if situation.is_open else now
        for who, wanted, lifted in (
            (self.member, situation.excluded, situation.lifted),
            (self.somebody, situation.other_excluded, False),
        ):
            if wanted:
                shut = Exclusion(case.key, case_id=case.id, member_id=who, reason="")
                shut.lifted_at = now if lifted else None
                session.add(shut)
        for one in situation.grants:
            session.add(
                Grant(
                    case.key,
                    case_id=case.id,
                    involved_id=young[one.about] if one.about else None,
                    member_id=self.member if one.mine else self.somebody,
                    given_by=self.somebody,
                    part=one.part,
                    may_write=one.may_write,
                    until=_until(now, over=one.over),
                    ended_at=now if one.ended else None,
                )
            )
        for hour in situation.hours:
            session.add(
                EmergencyAccess(
                    case.key,
                    case_id=case.id,
                    member_id=self.member if hour.mine else self.somebody,
                    role="pastoral",
                    until=_until(now, over=hour.over),
                    ended_at=now if hour.ended else None,
                )
            )
        return case


def _until(now: datetime, *, over: bool) -> datetime:
    return now - timedelta(minutes=1) if over else now + timedelta(hours=1)


def facts_of(situation: Situation, person: UUID, young: dict[str, UUID]) -> CaseFacts:
    """What the pure rule is told, written from the situation and not from the database."""
    now = clock.now()
    somebody = uuid4()
    return CaseFacts(
        uuid4(),
        situation.audience,
        person if situation.leads else somebody,
        frozenset({person}) if situation.shut_out else frozenset(),
        situation.is_open,
        tuple(
            Given(
                one.part,
                one.may_write,
                _until(now, over=one.over),
                young[one.about] if one.about else None,
            )
            for one in situation.grants
            if one.mine and not one.ended
        ),
        tuple(
            _until(now, over=hour.over) for hour in situation.hours if hour.mine and not hour.ended
        ),
    )


def asker_of(situation: Situation, person: UUID) -> Asker:
    leads = bool(situation.at_the_other & {Role.DSL, Role.DEPUTY})
    return Asker(person, situation.at_its_school, leads)


def test_the_rule_says_the_same_twice(
    app: Flask, school: School, second_school: School, record_property: Any
) -> None:
    """Pure and as SQL, for every part, for any part, for lists, and for whom a part shows."""
    checked = 0
    with app.test_request_context(method="POST"):
        scene = _scene(school, second_school)

        @settings(
            max_examples=400,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(situation=situations)
        def check(situation: Situation) -> None:
            nonlocal checked
            with session.begin_nested() as step, session.no_autoflush:
                case = scene.arrange(situation)
                session.flush()
                g.pop("case_grants", None)
                checked += _compare(scene, situation, case)
                step.rollback()
            session.expire_all()

        check()
        session.rollback()
    record_property("figure", f"decide and visible_cases agree: {checked} of {checked}")


def _scene(school: School, second: School) -> Scene:
    made = {True: factories.case(school), False: factories.case(second)}
    young = {
        here: {name: _involve(at, made[here], f"Zoë {name}") for name in (ONE, OTHER)}
        for here, at in ((True, school), (False, second))
    }
    session.flush()
    member = school[Role.STAFF].id
    return Scene(made, young, school, second, member, school[Role.HEAD].id)


def _involve(at: School, about: Case, name: str) -> UUID:
    one = Involved(
        about.key, case_id=about.id, person_id=factories.pupil(at, name).id, parts=["witness"]
    )
    session.add(one)
    return one.id


def _compare(scene: Scene, situation: Situation, case: Case) -> int:
    who, young = scene.viewer(situation), scene.young[situation.here]
    asker, facts = asker_of(situation, who.id), facts_of(situation, who.id, young)
    now, seen_any = clock.now(), False
    for part in Part:
        there = _is_seen(visible_cases(who, part), case)
        pure = bool(decide(asker, SEE, facts, part, at=now))
        wanted = expected(situation, SEE, part)
        assert there == pure == wanted, part
        seen_any = seen_any or wanted
        if there:
            for action in (SEE, WORK):
                shown = expected_people(situation, action, part)
                named = None if shown is None else {young[one] for one in shown}
                assert whom(who, case, part, action) == named, (part, action)
    assert _is_seen(visible_cases(who, None), case) == seen_any
    by_role = replace(situation, grants=(), hours=())
    assert _is_seen(cases_by_role(who), case) == expected(by_role, SEE, Part.REST)
    return len(Part) + 2


def _is_seen(visible: Any, case: Case) -> bool:
    ids = visible.with_only_columns(Case.id).where(Case.id == case.id)
    return session.execute(ids).first() is not None


def test_the_rule_keeps_its_promises(pytestconfig: pytest.Config, record_property: Any) -> None:
    """Fifty thousand situations with `--thorough`, a thousand without."""
    examples = 50_000 if pytestconfig.getoption("thorough") else 1_000
    checked = 0
    young = {ONE: uuid4(), OTHER: uuid4()}
    person = uuid4()

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(situation=situations, action=st.sampled_from(list(Permission)), part=parts)
    def check(situation: Situation, action: Permission, part: Part) -> None:
        nonlocal checked
        asker, facts = asker_of(situation, person), facts_of(situation, person, young)
        may = bool(decide(asker, action, facts, part, at=clock.now()))
        assert may == expected(situation, action, part)
        shown = people_shown(asker, facts, part, action, at=clock.now())
        wanted = expected_people(situation, action, part)
        assert shown == (None if wanted is None else {young[one] for one in wanted})
        _promises(situation, asker, facts, action, part, may=may)
        checked += 1

    check()
    record_property("figure", f"decide against the oracle: {checked} of {checked}")


def _promises(
    situation: Situation,
    asker: Asker,
    facts: CaseFacts,
    action: Permission,
    part: Part,
    *,
    may: bool,
) -> None:
    roles = situation.at_its_school
    if situation.shut_out:
        assert not may  # an exclusion beats every role, grant and emergency
    never = roles <= {Role.GOVERNOR, Role.ADMIN, Role.STAFF}
    if never and not situation.at_the_other & {Role.DSL, Role.DEPUTY}:
        assert not may
    if may:
        assert decide(asker, SEE, facts, part, at=clock.now())
    if may and not roles & READS_CASES:
        _promises_of_what_was_given(situation, action, part)
    if situation.audience is Audience.HEAD and Role.HEAD not in roles and not situation.leads:
        assert not may


def _promises_of_what_was_given(situation: Situation, action: Permission, part: Part) -> None:
    """Who may do something without a role that reads cases has it from a grant or an emergency."""
    in_part = [one for one in situation.grants if one.stands and one.part in {part.value, ALL}]
    in_emergency = any(one.stands for one in situation.hours)
    assert action in {SEE, WORK}
    assert in_part or in_emergency
    if action is WORK:  # neither a grant to read nor an emergency allows it
        assert any(one.may_write for one in in_part)
    if not situation.is_open:
        assert action is SEE
        assert in_emergency
    if part is Part.REST and not in_emergency:
        assert any(one.part == ALL and one.about is None for one in in_part)


def test_what_grants_open_is_what_the_rule_allows() -> None:
    """The parts that the pages name are those that `decide` opens, and no others."""

    @settings(max_examples=300, deadline=None, derandomize=True, database=None)
    @given(situation=situations)
    def check(situation: Situation) -> None:
        person, young = uuid4(), {ONE: uuid4(), OTHER: uuid4()}
        alone = replace(
            situation,
            roles=frozenset({Role.PASTORAL}),
            roles_elsewhere=frozenset(),
            audience=Audience.LEADS,
            excluded=False,
            here=True,
            is_open=True,
            hours=(),
        )
        facts, now = facts_of(alone, person, young), clock.now()
        asker = asker_of(alone, person)
        opened = opened_by(facts.grants, now)
        for part in Part:
            assert (part in opened) == bool(decide(asker, SEE, facts, part, at=now))
            if part in opened:
                assert opened[part].may_write == bool(decide(asker, WORK, facts, part, at=now))
                assert opened[part].people == people_shown(asker, facts, part, at=now)

    check()
