"""The rule in Python and the rule in SQL are one rule, whoever asks about whichever case."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal import clock
from portal.cases.access import visible_cases
from portal.cases.access_rules import Asker, CaseFacts, decide
from portal.cases.models import Case, Exclusion
from portal.cases.rules import Audience
from portal.db import session
from portal.staff.roles import PERMISSIONS, Permission, Role
from portal.staff.viewer import Viewer
from tests import factories
from tests.factories import School

# Written out here as well, so that changing what a role may do is an act in two places.
READS_CASES = {Role.DSL, Role.DEPUTY, Role.HEAD}


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


role_sets = st.frozensets(st.sampled_from(list(Role)), max_size=3)
situations = st.builds(
    Situation,
    roles=role_sets,
    roles_elsewhere=role_sets,
    audience=st.sampled_from([Audience.LEADS, Audience.HEAD]),
    leads=st.booleans(),
    excluded=st.booleans(),
    lifted=st.booleans(),
    other_excluded=st.booleans(),
    here=st.booleans(),
)


def expected(situation: Situation) -> bool:
    """The rule in words: reads cases at the case’s school, is not shut out, and a case about staff
    is the head’s and its lead’s only."""
    roles = situation.roles if situation.here else situation.roles_elsewhere
    if not roles & READS_CASES or (situation.excluded and not situation.lifted):
        return False
    return situation.audience is Audience.LEADS or Role.HEAD in roles or situation.leads


def test_only_these_roles_read_cases() -> None:
    assert {r for r in Role if Permission.SEE_CASES in PERMISSIONS[r]} == READS_CASES


def test_the_rule_says_the_same_twice(app: Flask, school: School, second_school: School) -> None:
    second = second_school
    with app.test_request_context(method="POST"):
        cases = {True: factories.case(school), False: factories.case(second)}
        session.flush()
        member = school[Role.STAFF]
        other = school[Role.HEAD]

        @settings(
            max_examples=120,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(situation=situations)
        def check(situation: Situation) -> None:
            case = cases[situation.here]
            with session.begin_nested() as step, session.no_autoflush:
                excluded = _arrange(case, member.id, other.id, situation)
                session.flush()
                roles = {school.id: situation.roles, second.id: situation.roles_elsewhere}
                who = _viewer(school, member.id, roles)
                seen = session.scalars(visible_cases(who).where(Case.id == case.id)).one_or_none()
                facts = CaseFacts(case.school_id, situation.audience, case.lead_id, excluded)
                asker = Asker(member.id, roles[case.school_id])
                decided = bool(decide(asker, Permission.SEE_CASES, facts, at=clock.now()))
                step.rollback()
            assert (seen is not None) == decided == expected(situation)

        check()
        session.rollback()


def _arrange(case: Case, member: UUID, other: UUID, situation: Situation) -> frozenset[UUID]:
    case.audience = situation.audience.value
    case.lead_id = member if situation.leads else None
    excluded = set()
    for who, wanted, lifted in (
        (member, situation.excluded, situation.lifted),
        (other, situation.other_excluded, False),
    ):
        if wanted:
            shut = Exclusion(case.key, case_id=case.id, member_id=who, reason="")
            shut.lifted_at = clock.now() if lifted else None
            session.add(shut)
            excluded |= set() if lifted else {who}
    return frozenset(excluded)


def _viewer(school: School, member: UUID, roles: dict[UUID, frozenset[Role]]) -> Viewer:
    held = {place: set_of for place, set_of in roles.items() if set_of}
    return Viewer(
        member_id=member,
        sign_in_id=uuid4(),
        role="staff",
        school_id=school.id,
        name="Somebody",
        key_id=school.row.key_id,
        school_name=school.name,
        roles_at=held,
        school_names={},
        password_at=clock.now(),
        must_change=False,
        hidden=False,
    )


everything = st.tuples(
    role_sets, st.sampled_from([Audience.LEADS, Audience.HEAD]), st.booleans(), st.booleans()
)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(drawn=everything, permission=st.sampled_from(list(Permission)))
def test_the_rule_keeps_its_promises(
    drawn: tuple[frozenset[Role], Audience, bool, bool], permission: Permission
) -> None:
    roles, audience, leads, excluded = drawn
    person, somebody = uuid4(), uuid4()
    facts = CaseFacts(
        uuid4(), audience, person if leads else somebody, frozenset({person} if excluded else {})
    )
    may = bool(decide(Asker(person, roles), permission, facts, at=clock.now()))
    if excluded:
        assert not may  # an exclusion beats every role, and leading the case as well
    if not roles & READS_CASES:
        assert not may  # staff, pastoral, governor and administrator see no case
    if may:
        assert decide(Asker(person, roles), Permission.SEE_CASES, facts, at=clock.now())
    if audience is Audience.HEAD and Role.HEAD not in roles and not leads:
        assert not may
