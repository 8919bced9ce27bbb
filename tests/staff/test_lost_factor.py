"""A second factor that is lost: who asks, who may approve, and what the code opens."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from portal.db import session
from portal.journal.models import JournalRow
from portal.staff import service as staff
from portal.staff.factors.models import FactorReset
from portal.staff.factors.rows import factors_of
from portal.staff.models import SecurityNotice
from portal.staff.roles import Role
from tests import factories
from tests.page import Browser
from tests.staff.at_the_door import a_browser, come_in, works_and_leaves
from tests.staff.enrolling import enrol, give_password

pytestmark = pytest.mark.usefixtures("school")

START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
LOST, TOLD = "/sign-in/second/lost", "/sign-in/second/told"
SEEN = {"seen": True, "how": "Came to my office, and I know him."}


def ask(app, who):
    """Somebody at the sign-in page says that it is lost; gives their browser."""
    browser = Browser(app)
    give_password(browser, who)
    browser.get(LOST).submit(LOST, reason="It fell into the canal.").follow()
    return browser


def page_of(who):
    return f"/school/members/{who.id}/lost-factor"


def approve(approver, who):
    """The code that the approver is shown."""
    shown = approver.get(page_of(who)).submit(page_of(who), **SEEN).follow()
    return shown.words(next(shown.all("p", class_="portal-key")))


def test_from_the_loss_to_a_new_factor(app, school, sign_in):
    deputy, other = school[Role.DEPUTY], sign_in(school[Role.DEPUTY])
    lost = ask(app, deputy)
    dsl = sign_in(school.dsl)

    listed = dsl.get("/school/members")
    assert "A second factor is lost" in listed.main_text
    asked = dsl.get(page_of(deputy))
    assert "It fell into the canal." in asked.main_text
    code = approve(dsl, deputy)
    assert code not in dsl.get(f"{page_of(deputy)}/code").html

    told = lost.get(LOST).submit(TOLD, code=f" {code.lower()} ")

    assert told.location == "/account/second-factor"
    assert lost.get("/today", status=303).location == "/account/second-factor"
    assert other.get("/today", status=303).location.startswith("/sign-in")
    with app.test_request_context():
        assert factors_of(deputy.id).count == 0
    enrol(lost)
    lost.get("/today")
    assert "A second factor is lost" not in dsl.get("/school/members").main_text
    with app.test_request_context():
        verbs = session.scalars(select(JournalRow.verb).order_by(JournalRow.seq)).all()
        told = set(
            session.scalars(
                select(SecurityNotice.for_id).where(SecurityNotice.kind == "factor_reset")
            )
        )
    assert "approved a new second factor" in verbs
    assert {school.dsl.id, deputy.id} <= told


def test_the_leads_and_the_head_are_told_that_somebody_asks(app, school):
    ask(app, school[Role.DEPUTY])

    with app.test_request_context():
        found = select(SecurityNotice.for_id).where(SecurityNotice.kind == "factor_lost_request")
        assert {school.dsl.id, school.head.id} <= set(session.scalars(found))


def test_one_person_has_one_open_request(app, school):
    ask(app, school[Role.DEPUTY])
    again = Browser(app)
    give_password(again, school[Role.DEPUTY])
    page = again.get(LOST)
    assert "You have asked for a new second factor" in page.main_text
    again.post(LOST, {"csrf_token": again.token, "reason": "Once more."})

    with app.test_request_context():
        assert len(session.scalars(select(FactorReset)).all()) == 1


@pytest.mark.parametrize("role", [Role.ADMIN, Role.DEPUTY, Role.STAFF, Role.PASTORAL])
def test_others_cannot_approve(app, school, sign_in, role):
    ask(app, school.dsl)
    browser = sign_in(role)

    for address in (page_of(school.dsl), f"{page_of(school.dsl)}/turn-down"):
        browser.get(address, status=403)
        browser.post(address, {"csrf_token": browser.token, "seen": "yes", "how": "x"}, status=403)
    if role is Role.ADMIN:
        assert "lost" not in browser.get("/school/members").main_text


def test_nobody_approves_their_own(app, school, sign_in):
    dsl = sign_in(school.dsl)
    ask(app, school.dsl)

    page = dsl.get(page_of(school.dsl))
    assert "your own request" in page.main_text
    assert not page.forms()
    dsl.post(page_of(school.dsl), {"csrf_token": dsl.token, "seen": "yes", "how": "x"}, status=403)


def test_the_head_approves_for_the_only_dsl(app, school, sign_in):
    lost = ask(app, school.dsl)
    code = approve(sign_in(school.head), school.dsl)
    lost.get(LOST).submit(TOLD, code=code)
    enrol(lost)


def test_a_dsl_does_not_approve_for_the_head(app, school, sign_in):
    """Whoever could would read, with the head’s password, what is kept from the leads."""
    waits = ask(app, school.head)
    dsl = sign_in(school.dsl)

    page = dsl.get(page_of(school.head))

    assert not page.forms()
    for shown in (page, waits.get(LOST)):
        assert "another head" in shown.main_text
        assert "reset-second-factor" in shown.main_text
    sent = {"csrf_token": dsl.token, "seen": "yes", "how": "x"}
    dsl.post(page_of(school.head), sent, status=403)
    dsl.get(f"{page_of(school.head)}/turn-down").submit(button="Turn it down")


def test_another_head_approves_for_the_head(app, school, sign_in, saved):
    with saved():
        second = factories.colleague(school, Role.HEAD, "Ines Ward", "ines")
    lost = ask(app, school.head)
    lost.get(LOST).submit(TOLD, code=approve(sign_in(second), school.head))
    enrol(lost)


def test_a_lead_of_another_school_cannot_approve(app, school, second_school, sign_in):
    ask(app, school.dsl)
    stranger = sign_in(second_school.dsl)

    stranger.get(page_of(school.dsl), status=404)
    sent = {"csrf_token": stranger.token, "seen": "yes", "how": "x"}
    stranger.post(page_of(school.dsl), sent, status=404)


def test_whoever_reads_cases_at_two_schools_needs_somebody_of_both(
    app, school, second_school, saved, sign_in
):
    with saved():
        member = staff.get_member(school.id, school[Role.DEPUTY].id)
        staff.give_role(second_school.dsl.actor, member, second_school.row, Role.DSL)
    ask(app, school[Role.DEPUTY])
    dsl = sign_in(school.dsl)

    page = dsl.get(page_of(school[Role.DEPUTY]))

    assert "another school" in page.main_text
    assert not page.forms()
    sent = {"csrf_token": dsl.token, "seen": "yes", "how": "x"}
    dsl.post(page_of(school[Role.DEPUTY]), sent, status=403)


def test_a_school_that_somebody_left_for_another_approves_nothing(
    app, school, second_school, saved, sign_in
):
    who = second_school[Role.DEPUTY]
    works_and_leaves(saved, school, who)
    ask(app, who)
    dsl = sign_in(school.dsl)

    for part in ("", "/code", "/turn-down"):
        dsl.get(f"{page_of(who)}{part}", status=404)


def test_approving_takes_a_tick_and_how_they_were_recognised(app, school, sign_in):
    ask(app, school[Role.DEPUTY])
    page = sign_in(school.dsl).get(page_of(school[Role.DEPUTY]))

    refused = page.submit(page_of(school[Role.DEPUTY]), status=422)

    assert set(refused.errors()) == {"seen", "how"}


def test_what_was_typed_is_kept_until_a_code_was_made(app, school, sign_in):
    """Though the connection is given back while the code is hashed; sent twice it is one code."""
    deputy, dsl = school[Role.DEPUTY], sign_in(school.dsl)
    ask(app, deputy)
    page = dsl.get(page_of(deputy))
    page.submit(page_of(deputy), seen=False, how="Came to my office.", status=422)

    again = dsl.get(page_of(deputy))
    assert again.fields(page_of(deputy))["how"] == "Came to my office."
    sent = again.fields(page_of(deputy)).to_dict() | {"seen": "yes"}
    done = dsl.post(page_of(deputy), sent, status=303)
    assert dsl.post(page_of(deputy), sent, status=303).location == done.location

    assert dsl.get(page_of(deputy)).fields(page_of(deputy))["how"] == ""
    with app.test_request_context():
        verbs = session.scalars(select(JournalRow.verb)).all()
    assert verbs.count("approved a new second factor") == 1


def test_of_two_approvals_sent_at_once_one_makes_a_code(app, school, sign_in):
    deputy, dsl = school[Role.DEPUTY], sign_in(school.dsl)
    ask(app, deputy)
    sent = dsl.get(page_of(deputy)).fields(page_of(deputy)).to_dict() | {
        "seen": "yes",
        "how": "I saw him.",
    }
    cookie, together = dsl.client.get_cookie("portal").decoded_value, Barrier(2)

    def send(_number):
        twin = Browser(app)
        twin.client.set_cookie("portal", cookie)
        together.wait(10)
        return twin.post(page_of(deputy), sent, status=303).follow()

    with ThreadPoolExecutor(2) as both:
        pages = list(both.map(send, range(2)))
    assert sum(bool(list(one.all("p", class_="portal-key"))) for one in pages) == 1
    with app.test_request_context():
        verbs = session.scalars(select(JournalRow.verb)).all()
    assert verbs.count("approved a new second factor") == 1


def test_a_code_is_shown_on_the_page_of_whom_it_is_for(app, school, sign_in):
    deputy, other, dsl = school[Role.DEPUTY], school[Role.PASTORAL], sign_in(school.dsl)
    for who in (deputy, other):
        ask(app, who)
    page = dsl.get(page_of(deputy)).submit(page_of(deputy), **SEEN)
    assert page.location == f"{page_of(deputy)}/code"

    assert not list(dsl.get(f"{page_of(other)}/code").all("p", class_="portal-key"))
    assert not list(dsl.get(f"{page_of(deputy)}/code").all("p", class_="portal-key"))


def test_approving_asks_for_the_password_again(app, school, sign_in, stopped):
    stopped(START)
    dsl = sign_in(school.dsl)
    ask(app, school[Role.DEPUTY])
    stopped(START + timedelta(minutes=6))

    asked = dsl.get(page_of(school[Role.DEPUTY]), status=303)

    assert asked.location.startswith("/confirm-password")


def test_the_code_is_good_for_a_quarter_of_an_hour_and_once(app, school, sign_in, stopped):
    stopped(START)
    deputy = school[Role.DEPUTY]
    dsl, lost = sign_in(school.dsl), ask(app, school[Role.DEPUTY])
    late = approve(dsl, deputy)
    stopped(START + timedelta(minutes=14))
    lost.get("/sign-in/second")
    dsl.get("/school/members")
    stopped(START + timedelta(minutes=15, seconds=1))
    lost.get(LOST).submit(TOLD, code=late, status=422)

    asked = dsl.get(page_of(deputy), status=303).follow()
    asked.submit(password=deputy.password)
    code = approve(dsl, deputy)
    lost.get(LOST).submit(TOLD, code=late, status=422)
    lost.get(LOST).submit(TOLD, code=code)
    confirm = lost.get("/account/second-factor/app/new", status=303).follow()
    confirm.submit(password=deputy.password)
    enrol(lost)
    second = Browser(app)
    give_password(second, deputy)
    second.post(TOLD, {"csrf_token": second.token, "code": code}, status=422)


def test_the_code_of_one_person_opens_nothing_to_another(app, school, sign_in):
    dsl = sign_in(school.dsl)
    ask(app, school[Role.DEPUTY])
    other = ask(app, school[Role.PASTORAL])
    code = approve(dsl, school[Role.DEPUTY])

    other.get(LOST).submit(TOLD, code=code, status=422)


def test_guessing_the_code_is_slowed_down(app, school, stopped):
    stopped(START)
    lost = ask(app, school[Role.DEPUTY])
    for _ in range(5):
        lost.get(LOST).submit(TOLD, code="00000-00000", status=422)

    lost.get(LOST).submit(TOLD, code="00000-00000", status=429)


def test_whoever_has_the_password_keeps_nobody_from_the_code_where_they_are_known(
    app, school, sign_in, stopped
):
    stopped(START)
    deputy, dsl, home = school[Role.DEPUTY], sign_in(school.dsl), a_browser(app)
    come_in(home, deputy)
    home.get("/sign-out").submit("/sign-out")
    give_password(home, deputy)
    home.get(LOST).submit(LOST, reason="It fell into the canal.")
    thief = Browser(app)
    give_password(thief, deputy)
    for number in range(6):
        told = thief.get(LOST)
        told.submit(TOLD, code="00000-00000", status=422 if number < 5 else 429)

    home.get(LOST).submit(TOLD, code=approve(dsl, deputy))

    with app.test_request_context():
        assert factors_of(deputy.id).count == 0


def test_a_request_that_was_turned_down_opens_nothing(app, school, sign_in):
    deputy, dsl = school[Role.DEPUTY], sign_in(school.dsl)
    lost = ask(app, deputy)
    code = approve(dsl, deputy)
    page = dsl.get(f"{page_of(deputy)}/turn-down")

    page.submit(button="Turn it down")

    lost.post(TOLD, {"csrf_token": lost.token, "code": code}, status=422)
    assert dsl.get(page_of(deputy), status=303).location == f"/school/members/{deputy.id}"
    with app.test_request_context():
        assert factors_of(deputy.id).count == 1


def test_whoever_finds_it_again_ends_the_request(app, school, sign_in):
    deputy, dsl = school[Role.DEPUTY], sign_in(school.dsl)
    lost = ask(app, deputy)
    code = approve(dsl, deputy)

    lost.get("/sign-in/second").submit("/sign-in/second", code=factories.next_code(app, deputy))

    again = Browser(app)
    give_password(again, deputy)
    again.post(TOLD, {"csrf_token": again.token, "code": code}, status=422)


def test_the_code_stands_nowhere_as_it_is(app, school, sign_in):
    ask(app, school[Role.DEPUTY])
    code = approve(sign_in(school.dsl), school[Role.DEPUTY]).replace("-", "")

    with app.test_request_context():
        row = session.scalars(select(FactorReset)).one()
        assert row.code_hash.startswith("$argon2id$")
        assert code not in repr(vars(row))
