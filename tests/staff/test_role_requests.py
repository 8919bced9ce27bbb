"""Roles that read cases: asked for by one, agreed by another, and by nobody for themselves."""

from concurrent.futures import ThreadPoolExecutor
from itertools import product
from threading import Barrier
from urllib.parse import urlencode
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from portal.db import session
from portal.journal.actor import MACHINE
from portal.staff import service
from portal.staff.accounts import role_requests
from portal.staff.accounts import service as accounts
from portal.staff.accounts.models import RoleRequest
from portal.staff.accounts.rules import TOGETHER, Step, may_appoint, who_agrees
from portal.staff.models import Membership, SecurityNotice
from portal.staff.roles import READERS, Role
from portal.web.errors import NotAllowed
from tests import factories
from tests.conftest import sign_in_to

pytestmark = pytest.mark.usefixtures("school")
D, H = frozenset({Role.DSL}), frozenset({Role.HEAD})
ONE, TWO, THREE, FOUR = (UUID(int=n) for n in (1, 2, 3, 4))


def address(colleague, part=""):
    return f"/school/members/{colleague.id}{part}"


def ask(browser, colleague, *roles, status=303, **more):
    page = browser.get(address(colleague, "/roles"))
    return page.submit(roles=list(roles), status=status, **more)


def requests_of(saved, colleague):
    with saved():
        found = session.scalars(
            select(RoleRequest)
            .where(RoleRequest.member_id == colleague.id)
            .order_by(RoleRequest.written_at, RoleRequest.role)
        ).all()
        return [(one.id, one.role, one.agreed, one.decided_by, one.asked_by) for one in found]


def roles_of(saved, colleague):
    with saved():
        member = service.get_member(colleague.school_id, colleague.id)
        return {role.value for role in accounts.roles_at(member, colleague.school_id)}


def settle(browser, request_id, answer="yes", *, status=303, reason=""):
    page = browser.get(f"/school/role-requests/{request_id}/settle")
    return page.submit(answer=answer, reason=reason, status=status)


def small_school(saved, school):
    """The DSL is the head as well, and nobody else may appoint."""
    with saved():
        member = service.get_member(school.id, school.dsl.id)
        service.give_role(MACHINE, member, school.row, Role.HEAD)
        head = service.get_member(school.id, school.head.id)
        session.flush()
        accounts.end_account(factories.viewer_of(school.head), head, school.row)


# the rule


@pytest.mark.parametrize(
    ("asked_by", "about", "role", "knows", "step", "people"),
    [
        (ONE, THREE, Role.DEPUTY, {ONE: D, TWO: H}, Step.AGREEMENT, {TWO}),
        (TWO, THREE, Role.DEPUTY, {ONE: D, TWO: H}, Step.AGREEMENT, {ONE}),
        (TWO, THREE, Role.PASTORAL, {ONE: D, TWO: H, FOUR: D}, Step.AGREEMENT, {ONE, FOUR}),
        (ONE, THREE, Role.PASTORAL, {ONE: D, FOUR: D, TWO: H}, Step.AGREEMENT, {TWO}),
        (ONE, THREE, Role.DSL, {ONE: D, TWO: D}, Step.AGREEMENT, {TWO}),
        (ONE, THREE, Role.DSL, {ONE: D | H, TWO: D}, Step.AGREEMENT, {TWO}),
        (ONE, THREE, Role.DEPUTY, {ONE: D | H}, Step.ALONE, {ONE}),
        (ONE, THREE, Role.HEAD, {ONE: D}, Step.ALONE, {ONE}),
        (ONE, TWO, Role.DSL, {ONE: D, TWO: H}, Step.ALONE, {ONE}),
        (ONE, THREE, Role.HEAD, {ONE: D, TWO: H}, Step.SUPPORT, {TWO}),
        (ONE, THREE, Role.HEAD, {ONE: D, FOUR: D}, Step.AGREEMENT, {FOUR}),
        (TWO, THREE, Role.HEAD, {ONE: D, TWO: H}, Step.AGREEMENT, {ONE}),
        (FOUR, THREE, Role.DEPUTY, {ONE: D, TWO: H}, Step.SUPPORT, {ONE, TWO}),
        (FOUR, ONE, Role.DEPUTY, {ONE: D, TWO: H}, Step.SUPPORT, {TWO}),
        (FOUR, THREE, Role.DEPUTY, {}, Step.SUPPORT, set()),
    ],
)
def test_who_must_agree(asked_by, about, role, knows, step, people):
    assert who_agrees(asked_by, about, role, knows) == (step, people)


@given(
    st.sampled_from([ONE, TWO, THREE, FOUR]),
    st.sampled_from([ONE, TWO, THREE, FOUR]),
    st.sampled_from(sorted(READERS)),
    st.dictionaries(st.sampled_from([ONE, TWO, THREE, FOUR]), st.sampled_from([D, H, D | H])),
)
def test_nobody_has_two_words_nor_one_for_themselves(asked_by, about, role, knows):
    step, people = who_agrees(asked_by, about, role, knows)

    assert about not in people
    assert people <= knows.keys()
    if step is Step.AGREEMENT:
        assert asked_by not in people
        assert may_appoint(asked_by, role, knows)
        assert people
    elif step is Step.ALONE:
        assert people == {asked_by}
        assert not knows.keys() - {asked_by, about}
    else:
        assert all(may_appoint(one, role, knows) for one in people)
        assert about == asked_by or not may_appoint(asked_by, role, knows)
    assert TOGETHER == D | H


# by request


@pytest.mark.parametrize(("asks", "agrees"), [(Role.DSL, Role.HEAD), (Role.HEAD, Role.DSL)])
def test_one_asks_and_the_other_agrees(sign_in, school, saved, app, asks, agrees):
    who = school[Role.STAFF]
    first, second = sign_in(asks), sign_in(agrees)
    theirs = sign_in(who)
    ask(first, who, "staff", "deputy")
    theirs.get("/disclosures")  # nothing has changed for them yet
    [(request_id, role, agreed, _, _)] = requests_of(saved, who)

    assert (role, agreed) == ("deputy", None)
    assert roles_of(saved, who) == {"staff"}
    assert f"Waits for the agreement of {school[agrees].name}" in first.get(address(who)).main_text
    first.get(f"/school/role-requests/{request_id}/settle", status=403)
    for page in (second.get("/school/members"), second.get(address(who))):
        assert "Waits for you" in page.main_text
    assert "for your answer" in second.get("/school").main_text
    assert "for your answer" not in first.get("/school").main_text

    settle(second, request_id)

    assert roles_of(saved, who) == {"staff", "deputy"}
    assert theirs.get("/account", status=303).location.startswith("/sign-in")
    again = sign_in_to(app, who)
    assert again.get("/inbox", status=303).location.startswith("/account/second-factor")
    page = first.get(address(who))
    assert f"agreed to by {school[agrees].name}" in page.main_text
    assert "given by one person" not in page.main_text


def test_somebody_new_is_staff_until_a_second_person_agrees(sign_in, school, saved):
    browser = sign_in(Role.DSL)
    page = browser.get("/school/members/new")
    shown = page.submit(full_name="Nora Quist", username="nq", roles=["dsl"]).follow()

    assert "once the role has been agreed" in shown.main_text
    listed = browser.get("/school/members").main_text
    assert "Nora QuistRolesStaff" in listed
    assert "Designated Safeguarding Lead for Nora Quist" in listed


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_no_needs_a_reason_and_gives_nothing(sign_in, school, saved, reason):
    who = school[Role.STAFF]
    ask(sign_in(Role.DSL), who, "staff", "pastoral")
    [(request_id, *_)] = requests_of(saved, who)
    head = sign_in(Role.HEAD)

    assert "reason" in settle(head, request_id, "no", reason=reason, status=422).errors()
    settle(head, request_id, "no", reason="He’s leaving at Easter.")

    assert roles_of(saved, who) == {"staff"}
    page = head.get(address(who))
    assert "not agreed to by Alan Crane" in page.main_text
    assert "He’s leaving at Easter." in page.written()
    again = head.get(f"/school/role-requests/{request_id}")
    assert "It was not given" in again.main_text
    sent = {"csrf_token": head.token, "answer": "yes", "reason": "x"}
    head.post(f"/school/role-requests/{request_id}/settle", sent, status=409)
    assert roles_of(saved, who) == {"staff"}


def test_whoever_asked_may_take_it_back_and_nobody_else(sign_in, school, saved):
    who = school[Role.STAFF]
    browser = sign_in(Role.DSL)
    ask(browser, who, "staff", "pastoral")
    [(request_id, *_)] = requests_of(saved, who)
    for other in (Role.HEAD, Role.ADMIN):
        page = sign_in(other).get(f"/school/role-requests/{request_id}/take-back")
        page.submit(status=409)

    browser.get(f"/school/role-requests/{request_id}/take-back").submit()

    assert "taken back" in browser.get(address(who)).main_text
    browser.get(f"/school/role-requests/{request_id}/take-back").submit(status=409)


def test_an_administrator_only_wishes(sign_in, school, saved):
    """The DSL stands behind it and the head agrees: two people who may appoint, not one."""
    who, admin = school[Role.STAFF], sign_in(Role.ADMIN)
    ask(admin, who, "staff", "deputy")
    [(request_id, *_)] = requests_of(saved, who)
    assert "A wish so far" in admin.get(address(who)).main_text
    admin.get(f"/school/role-requests/{request_id}/settle", status=403)
    dsl, head = sign_in(Role.DSL), sign_in(Role.HEAD)

    settle(dsl, request_id)

    assert roles_of(saved, who) == {"staff"}
    dsl.get(f"/school/role-requests/{request_id}/settle", status=403)
    settle(head, request_id)
    assert roles_of(saved, who) == {"staff", "deputy"}


def test_the_head_s_role_is_asked_for_by_the_head(sign_in, school, saved):
    who, dsl, head = school[Role.DEPUTY], sign_in(Role.DSL), sign_in(Role.HEAD)
    ask(dsl, who, "deputy", "head")
    [(request_id, *_)] = requests_of(saved, who)

    dsl.get(f"/school/role-requests/{request_id}/settle", status=403)
    settle(head, request_id)
    assert "head" not in roles_of(saved, who)
    settle(dsl, request_id)

    assert roles_of(saved, who) == {"deputy", "head"}


def test_a_small_school_gives_a_role_with_a_reason_and_says_so(sign_in, school, saved):
    small_school(saved, school)
    who, browser = school[Role.STAFF], sign_in(Role.DSL)
    without = ask(browser, who, "staff", "deputy", status=422)
    assert "reason" in without.errors()

    ask(browser, who, "staff", "deputy", reason="She’s here when I am not.")

    assert roles_of(saved, who) == {"staff", "deputy"}
    [(_, _, agreed, decided_by, _)] = requests_of(saved, who)
    assert (agreed, decided_by) == (True, None)
    assert "Deputy DSL (given by one person)" in browser.get("/school/members").main_text
    page = browser.get(address(who))
    assert "Deputy DSL (given by one person)" in page.main_text
    assert "She’s here when I am not." in page.written()
    ask(browser, who, "staff", "governor")  # a role that reads no case needs no reason


def test_where_a_second_person_has_come_the_mark_goes_when_two_give_it_again(
    sign_in, school, saved
):
    small_school(saved, school)
    who, browser = school[Role.STAFF], sign_in(Role.DSL)
    ask(browser, who, "staff", "deputy", reason="Nobody else is here.")
    with saved():
        factories.colleague(school, Role.DSL, "Ines Fallow", "dsl.two")
    ask(browser, who, "staff")
    ask(browser, who, "staff", "deputy")
    request_id = next(one[0] for one in requests_of(saved, who) if one[2] is None)
    with saved():
        two = next(o for o in service.colleagues(school.id) if o.name == "Ines Fallow")
    second = sign_in_to(
        browser.app, factories.Colleague(two.id, school.id, Role.DSL, two.name, "dsl.two")
    )
    settle(second, request_id)

    assert "(given by one person)" not in browser.get("/school/members").main_text


def test_a_wish_in_a_small_school_is_given_by_the_one_who_may(sign_in, school, saved):
    small_school(saved, school)
    who = school[Role.STAFF]
    ask(sign_in(Role.ADMIN), who, "staff", "deputy")
    [(request_id, *_)] = requests_of(saved, who)
    browser = sign_in(Role.DSL)
    assert "reason" in settle(browser, request_id, status=422).errors()

    settle(browser, request_id, reason="She’s here when I am not.")

    assert roles_of(saved, who) == {"staff", "deputy"}
    assert "given by one person" in browser.get(address(who)).main_text


def test_a_request_whose_second_person_has_left_is_not_stuck(sign_in, school, saved):
    who, browser = school[Role.STAFF], sign_in(Role.DSL)
    ask(browser, who, "staff", "deputy")
    [(request_id, *_)] = requests_of(saved, who)
    with saved():
        head = service.get_member(school.id, school.head.id)
        accounts.end_account(factories.viewer_of(school.head), head, school.row)

    assert "waits for your reason" in browser.get(address(who)).main_text
    settle(browser, request_id, reason="The head has left.")

    assert "deputy" in roles_of(saved, who)


def test_nobody_asks_or_agrees_for_themselves(sign_in, school, saved):
    browser = sign_in(Role.DSL)
    page = browser.get(address(school.dsl, "/roles"))
    assert "Head" not in [page.words(one) for one in page.all("label")]
    forged = [("csrf_token", browser.token), ("roles", "dsl"), ("roles", "head")]
    browser.send("POST", address(school.dsl, "/roles"), urlencode(forged).encode(), 422)
    with saved():
        member = service.get_member(school.id, school.dsl.id)
        who = factories.viewer_of(school.dsl)
        with pytest.raises(NotAllowed):
            role_requests.ask(who, member, school.row, {Role.HEAD})
    ask(sign_in(Role.HEAD), school.dsl, "dsl", "deputy", reason="Both for a term.")
    assert roles_of(saved, school.dsl) == {"dsl", "deputy"}  # the head had nobody else to ask


def test_the_one_it_is_about_has_no_word(sign_in, school, saved):
    with saved():
        two = factories.colleague(school, Role.DSL, "Ines Fallow", "dsl.two")
    ask(sign_in(Role.HEAD), two, "dsl", "pastoral")
    [(request_id, *_)] = requests_of(saved, two)
    browser = sign_in(two)
    browser.get(f"/school/role-requests/{request_id}/settle", status=403)
    sent = {"csrf_token": browser.token, "answer": "yes"}
    browser.post(f"/school/role-requests/{request_id}/settle", sent, status=403)
    assert "pastoral" not in roles_of(saved, two)


def test_every_cell_of_who_settles(sign_in, school, saved, record_property):
    """Each role that asks × each that answers; only the pairs written here give the role."""
    good = {(Role.DSL, Role.HEAD), (Role.HEAD, Role.DSL)}
    wishes = {(Role.ADMIN, Role.DSL), (Role.ADMIN, Role.HEAD)}
    asking, answering = (Role.DSL, Role.HEAD, Role.ADMIN), tuple(Role)
    browsers = {role: sign_in(role) for role in answering}
    right = 0
    for asks, answers in product(asking, answering):
        with saved():
            name = f"{asks.value}.{answers.value}"
            who = factories.colleague(school, Role.STAFF, "Nora Quist", name)
        ask(browsers[asks], who, "staff", "pastoral")
        [(request_id, *_)] = requests_of(saved, who)
        sent = {"csrf_token": browsers[answers].token, "answer": "yes", "reason": "x"}
        there = f"/school/role-requests/{request_id}/settle"
        done = 303 if (asks, answers) in good | wishes else 403
        browsers[answers].post(there, sent, status=done)
        given = "pastoral" in roles_of(saved, who)
        right += given == ((asks, answers) in good)
    cells = len(asking) * len(answering)
    record_property("figure", f"who may settle a role that reads cases: {right} of {cells} cells")
    assert right == cells


def test_of_two_who_agree_at_once_one_gives_the_role(sign_in, school, saved, record_property):
    rounds, once = 8, 0
    with saved():
        second = factories.colleague(school, Role.DSL, "Ines Fallow", "dsl.two")
    browsers = [sign_in(Role.DSL), sign_in(second)]
    for number in range(rounds):
        with saved():
            who = factories.colleague(school, Role.STAFF, "Nora Quist", f"nq{number}")
        ask(sign_in(Role.HEAD), who, "staff", "deputy")
        [(request_id, *_)] = requests_of(saved, who)
        pages = [one.get(f"/school/role-requests/{request_id}/settle") for one in browsers]
        together = Barrier(2)

        def send(page, together=together):
            together.wait()
            return page.submit(answer="yes", status=(303, 409)).status

        with ThreadPoolExecutor(2) as pool:
            statuses = sorted(pool.map(send, pages))
        with saved():
            held = session.scalars(
                select(Membership).where(
                    Membership.member_id == who.id, Membership.role == "deputy"
                )
            ).all()
        once += statuses == [303, 409] and len(held) == 1
    record_property("figure", f"two who agree at once give a role once: {once} of {rounds}")
    assert once == rounds


def test_what_waits_is_not_asked_for_twice(sign_in, school, saved):
    who = school[Role.STAFF]
    ask(sign_in(Role.DSL), who, "staff", "deputy")
    page = sign_in(Role.HEAD).get(address(who, "/roles"))
    assert "Deputy DSL" not in [page.words(one) for one in page.all("label")]
    forged = [("csrf_token", page.browser.token), ("roles", "staff"), ("roles", "deputy")]
    page.browser.send("POST", page.path, urlencode(forged).encode(), 422)

    assert len(requests_of(saved, who)) == 1


def test_a_role_that_reads_cases_is_never_given_by_a_page_directly(school, saved):
    with saved():
        member = service.get_member(school.id, school[Role.STAFF].id)
        for role in READERS:
            with pytest.raises(NotAllowed):
                service.give_role(factories.viewer_of(school.dsl), member, school.row, role)


def test_taking_a_role_away_needs_one_person(sign_in, school, saved):
    ask(sign_in(Role.HEAD), school[Role.PASTORAL], "staff")
    assert roles_of(saved, school[Role.PASTORAL]) == {"staff"}


def test_a_request_of_another_school_is_not_there(sign_in, school, second_school, saved):
    with saved():
        who = factories.viewer_of(second_school.dsl)
        member = service.get_member(second_school.id, second_school[Role.STAFF].id)
        role_requests.ask(who, member, second_school.row, {Role.DEPUTY})
    [(request_id, *_)] = requests_of(saved, second_school[Role.STAFF])
    for role in (Role.DSL, Role.HEAD):
        for part in ("", "/settle", "/take-back"):
            sign_in(role).get(f"/school/role-requests/{request_id}{part}", status=404)


def test_the_person_the_leads_and_the_head_are_told(sign_in, school, saved):
    who = school[Role.STAFF]
    ask(sign_in(Role.DSL), who, "staff", "deputy")

    with saved():
        rows = session.scalars(select(SecurityNotice)).all()
        told = {row.for_id for row in rows if row.kind == "role_asked" and row.about_id == who.id}
    assert told == {who.id, school.head.id, school[Role.DEPUTY].id}


def test_each_cost_of_a_list_of_requests_is_the_same(sign_in, school, saved, statements):
    browser = sign_in(Role.DSL)
    counts = []
    for number in range(3):
        with saved():
            for n in range(2):
                who = factories.colleague(school, Role.STAFF, "Nora Quist", f"nq{number}.{n}")
                member = service.get_member(school.id, who.id)
                head = factories.viewer_of(school.head)
                role_requests.ask(head, member, school.row, {Role.DEPUTY})
        browser.get("/school/members")
        with statements() as counted:
            browser.get("/school/members")
        counts.append(counted.count)
    assert len(set(counts)) == 1, counts
