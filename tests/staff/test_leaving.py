"""Leaving: cases get a new lead first, everything else ends at once, and nothing is deleted."""

import re

import pytest
from sqlalchemy import func, select

from portal.cases import actions
from portal.cases import service as cases
from portal.cases.models import Case, DueAction
from portal.db import session
from portal.journal.actor import MACHINE
from portal.journal.models import JournalRow
from portal.journal.service import note
from portal.staff import service
from portal.staff.accounts import service as accounts
from portal.staff.factors.models import TotpFactor
from portal.staff.models import Member, Membership, SignIn
from portal.staff.roles import Role
from portal.staff.sign_ins.models import Identity
from tests import factories
from tests.page import Browser

pytestmark = pytest.mark.usefixtures("school")
OWN = "copper saddle north"


def address(colleague, part=""):
    return f"/school/members/{colleague.id}{part}"


def case_of(saved, school, lead, **about):
    with saved():
        made = factories.case(school, lead=lead, **about)
        session.flush()
        return made.reference


def about_staff(saved, school, lead):
    """An allegation about somebody who works here: there for the head and the lead alone."""
    row = {"kind": "colleague", "name": school[Role.STAFF].name, "parts": ["displayed"]}
    with saved():
        told = factories.disclosure(school, school[Role.PASTORAL], people=[row])
        made = factories.case(school, told, lead=school.head)
        session.flush()
        cases.give_to(school.head.actor, made, lead.id, "She knows the family.")
        return made.reference


def test_who_leads_open_cases_stays_until_they_have_a_new_lead(sign_in, school, saved):
    who, dsl = school[Role.DEPUTY], sign_in(Role.DSL)
    reference = case_of(saved, school, who)

    page = dsl.get(address(who, "/end"))
    assert "They lead open cases" in page.main_text
    refused = page.submit(status=422)
    assert "lead open cases" in refused.summary()[0]
    refused = dsl.get(address(who, "/roles")).submit(roles=["staff"], status=422)
    assert "lead open cases" in refused.errors()["roles"]
    assert reference in [words for words, _ in refused.links()]

    there = page.click(reference)
    there.browser.get(f"/cases/{reference}/access/lead").submit(
        lead=school.dsl.id, reason="He leaves on Friday."
    )
    assert "open cases" not in dsl.get(address(who, "/end")).main_text
    dsl.get(address(who, "/end")).submit()
    assert "Ended" in dsl.get("/school/members").main_text


def test_a_role_beside_which_they_still_lead_may_go(sign_in, school, saved):
    who = school[Role.DEPUTY]
    case_of(saved, school, who)
    with saved():
        member = service.get_member(school.id, who.id)
        service.give_role(MACHINE, member, school.row, Role.PASTORAL)

    sign_in(Role.DSL).get(address(who, "/roles")).submit(roles=["deputy"])


def test_a_closed_case_holds_nobody(sign_in, school, saved):
    who = school[Role.DEPUTY]
    with saved():
        made = factories.case(school, lead=who)
        cases.close(school.dsl.actor, made, "Nothing more to do.", "", "")

    sign_in(Role.DSL).get(address(who, "/end")).submit()


def test_a_case_that_one_may_not_see_is_neither_named_nor_counted(sign_in, school, saved):
    who = school[Role.DEPUTY]
    seen, hidden = case_of(saved, school, who), about_staff(saved, school, who)
    with saved():
        shut = session.scalars(select(Case).where(Case.reference == seen)).one()
        other = factories.case(school, lead=who)
        session.flush()
        factories.exclude(school, other, school.dsl)
        out = other.reference
        assert shut.lead_id == who.id

    for path in (address(who, "/end"), address(who, "/roles")):
        roles = {"roles": ["staff"]} if path.endswith("roles") else {}
        page = sign_in(Role.DSL).get(path).submit(status=422, **roles)
        assert "They lead open cases. Each needs another lead" in " ".join(page.summary())
        assert not re.search(r"\d (open|others?)", page.main_text)
        assert seen in page.text
        assert hidden not in page.text
        assert out not in page.text
    page = sign_in(Role.HEAD).get(address(who, "/end"))
    assert all(reference in page.main_text for reference in (seen, hidden, out))


def test_what_is_kept_from_somebody_is_told_by_no_page_before_they_try(sign_in, school, saved):
    """A case out of sight that a deputy leads, with something due in it, leaves the page alone."""
    who, dsl = school[Role.DEPUTY], sign_in(Role.DSL)
    before = dsl.get(address(who, "/end")).main_text
    hidden = about_staff(saved, school, who)
    with saved():
        made = session.scalars(select(Case).where(Case.reference == hidden)).one()
        factories.action(school, made).owner_id = who.id
        session.flush()

    page = dsl.get(address(who, "/end"))

    assert page.main_text == before
    refused = " ".join(page.submit(status=422).summary())
    again = " ".join(dsl.get(address(who, "/roles")).submit(roles=["staff"], status=422).summary())
    assert refused == again
    assert hidden not in refused


def test_who_may_not_end_an_account_is_refused_before_its_page(sign_in, school, saved):
    """An allegation that the head leads is nothing for the DSL whom it accuses."""
    case_of(saved, school, school[Role.DEPUTY])
    sign_in(Role.ADMIN).get(address(school[Role.DEPUTY], "/end"), status=403)
    dsl = sign_in(Role.DSL)
    dsl.get(address(school.head, "/end"), status=403)
    member = dsl.get(address(school.head))
    assert "Only the head can change the head’s account" in member.main_text
    assert not [href for _, href in member.links() if href.endswith(("/end", "/invite"))]


def test_what_is_due_from_them_goes_to_the_lead_of_its_case(sign_in, school, saved):
    who = school[Role.STAFF]
    with saved():
        made = factories.case(school)
        action = factories.action(school, made)
        done = factories.action(school, made, "Tell the tutor")
        action.owner_id = done.owner_id = who.id
        actions.settle_action(school.dsl.actor, done, "done", "At break")
        session.flush()
        ids = action.id, done.id
    browser = sign_in(Role.DSL)
    page = browser.get(address(who, "/end"))
    assert "One open action that is theirs goes to the lead of its case." in page.main_text

    page.submit()

    with saved():
        assert session.get(DueAction, ids[0]).owner_id == school.dsl.id
        assert session.get(DueAction, ids[1]).owner_id == who.id
        verbs = session.scalars(select(JournalRow.verb)).all()
        assert "gave an action to the lead of its case" in verbs


def test_everything_ends_and_the_account_stays_in_the_records(sign_in, app, school, saved):
    who = school[Role.DEPUTY]
    theirs, dsl = sign_in(who), sign_in(Role.DSL)
    dsl.get(address(who, "/invite")).submit()
    dsl.get(address(who, "/roles")).submit(roles=["deputy", "pastoral"])
    with saved():
        key = service.get_member(school.id, who.id).key
        known = {"provider": "entra", "lookup": b"x" * 32, "issuer": "i", "subject": "s"}
        linked = Identity(key, member_id=who.id, **known)
        session.add(linked)
        note(MACHINE, "linked for a test", linked)
        members = session.scalar(select(func.count()).select_from(Member))

    dsl.get(address(who, "/end")).submit()

    assert theirs.get("/account", status=303).location.startswith("/sign-in")
    Browser(app).get("/sign-in").submit(username=who.username, password=who.password, status=422)
    assert "no invitation" not in dsl.get(address(who)).main_text
    assert "The account at this school ended." in dsl.get(address(who)).main_text
    assert "Roles that wait" not in dsl.get("/school/members").main_text
    dsl.get(address(who, "/end"), status=404)
    with saved():
        member = session.get(Member, who.id)
        assert member.full_name == who.name
        assert not member.has_second
        assert session.scalar(select(func.count()).select_from(Member)) == members
        rows = session.scalars(select(Membership).where(Membership.member_id == who.id)).all()
        assert [row.ended_at is not None for row in rows] == [True]
        live = select(SignIn).where(SignIn.member_id == who.id, SignIn.ended_at.is_(None))
        assert not session.scalars(live).all()
        assert all(one.ended_at for one in session.scalars(select(Identity)))
        factor = select(TotpFactor).where(TotpFactor.member_id == who.id)
        assert all(one.ended_at for one in session.scalars(factor))


def test_whoever_comes_back_is_given_everything_anew(sign_in, app, school, saved):
    who, dsl, head = school[Role.DEPUTY], sign_in(Role.DSL), sign_in(Role.HEAD)
    dsl.get(address(who, "/end")).submit()
    dsl.get(address(who, "/roles")).submit(roles=["deputy"])
    page = dsl.get(address(who))
    assert "no invitation is open" in page.main_text
    [answer] = [href for _, href in head.get("/school/members").links() if "role-requests" in href]
    head.get(f"{answer}/settle").submit(answer="yes")
    shown = dsl.get(address(who, "/invite")).submit().follow()
    path = re.search(r"/invitation/\S+", shown.main_text)[0]
    Browser(app).get("/sign-in").submit(username=who.username, password=who.password, status=422)

    back = Browser(app)
    back.get(path).submit(new_password=OWN, again=OWN)
    back.get("/sign-in").submit(username=who.username, password=OWN)

    assert back.get("/inbox", status=303).location.startswith("/account/second-factor")


def test_an_account_that_works_elsewhere_as_well_goes_on_there(
    sign_in, app, school, second_school, saved
):
    who = school[Role.STAFF]
    with saved():
        member = service.get_member(school.id, who.id)
        accounts.join_school(MACHINE, member, second_school.row, frozenset({Role.STAFF}))
    sign_in(Role.DSL).get(address(who, "/end")).submit()

    browser = Browser(app)
    browser.get("/sign-in").submit(username=who.username, password=who.password)
    assert "Ashdown School" in browser.get("/account").main_text


def test_the_last_dsl_cannot_go_whoever_asks(sign_in, school, saved):
    head = sign_in(Role.HEAD)
    for path, more in ((address(school.dsl, "/end"), {}), (address(school.dsl, "/roles"), 1)):
        fields = {"roles": ["staff"]} if more else {}
        refused = head.get(path).submit(status=422, **fields)
        assert "only DSL" in " ".join(refused.summary())
    with saved():
        factories.colleague(school, Role.DSL, "Ines Fallow", "dsl.two")
    head.get(address(school.dsl, "/end")).submit()


@pytest.mark.parametrize(
    ("asks", "about", "status"),
    [
        (Role.ADMIN, Role.DEPUTY, 403),
        (Role.ADMIN, Role.PASTORAL, 403),
        (Role.DSL, Role.HEAD, 403),
        (Role.DEPUTY, Role.STAFF, 403),
        (Role.ADMIN, Role.STAFF, 303),
        (Role.HEAD, Role.PASTORAL, 303),
        (Role.DSL, Role.GOVERNOR, 303),
    ],
)
def test_who_may_end_whose_account(sign_in, school, asks, about, status):
    browser = sign_in(asks)
    sent = {"csrf_token": browser.token}
    browser.post(address(school[about], "/end"), sent, status=status)
    if status == 403:
        sign_in(school[about]).get("/account")
