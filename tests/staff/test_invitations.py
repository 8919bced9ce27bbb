"""Invitations: a link that works once, for seven days, and is kept nowhere as it is."""

import logging
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from portal import clock
from portal.db import Base, session
from portal.journal.actor import MACHINE
from portal.staff import service
from portal.staff.accounts import invitations
from portal.staff.accounts import service as accounts
from portal.staff.accounts.models import Invitation, RoleRequest
from portal.staff.models import Member, SecurityNotice, SignIn
from portal.staff.roles import Role
from tests.page import Browser
from tests.staff.enrolling import enrol

pytestmark = pytest.mark.usefixtures("school")
OWN = "copper saddle north"


def address(colleague, part=""):
    return f"/school/members/{colleague.id}{part}"


def add(browser, *roles, **more):
    page = browser.get("/school/members/new")
    known = {"full_name": "Nora Quist", "username": "newcomer", **more}
    return page.submit(roles=list(roles), **known).follow()


def link(page):
    found = re.search(r"/invitation/([a-z2-9]{4}(?:-[a-z2-9]{4}){6})", page.main_text)
    assert found, page.main_text
    return found[0]


def invite(browser, colleague, **more):
    return link(browser.get(address(colleague, "/invite")).submit(**more).follow())


def choose(app, path, password=OWN, status=303):
    return Browser(app).get(path).submit(new_password=password, again=password, status=status)


def may_sign_in(app, username, password):
    page = (
        Browser(app).get("/sign-in").submit(username=username, password=password, status=(303, 422))
    )
    return page.status == 303


def test_somebody_new_chooses_a_password_and_signs_in(sign_in, app):
    shown = add(sign_in(Role.DSL), "staff")
    path = link(shown)
    for words in ("Nora Quist", "newcomer", "Oakfield School", "http://localhost/", "It works"):
        assert words in shown.main_text
    assert "phone" not in shown.main_text

    invited = Browser(app)
    page = invited.get(path)
    assert "Oakfield School" in page.main_text
    assert "newcomer" in page.main_text
    page.submit(new_password=OWN, again=OWN).follow()

    invited.get("/sign-in").submit(username="newcomer", password=OWN)
    assert invited.get("/", status=303).location == "/disclosures"


def test_what_a_reader_is_told_to_have_at_hand(sign_in, school):
    browser = sign_in(Role.DSL)
    assert "phone" in add(browser, "deputy").main_text
    path = browser.get(address(school[Role.STAFF], "/invite")).submit().follow()
    assert "phone" not in path.main_text


def test_the_link_is_shown_once(sign_in):
    shown = add(sign_in(Role.DSL), "staff")

    again = shown.browser.get(shown.path)

    assert "/invitation/" not in again.main_text
    assert "shown once and not again" in again.main_text


def test_a_link_may_be_typed_from_paper(sign_in, app):
    path = link(add(sign_in(Role.DSL), "staff"))
    start, secret = path.rsplit("/", 1)

    Browser(app).get(f"{start}/{secret.upper().replace('-', '')}")


def test_without_a_used_invitation_no_password_fits(sign_in, app, saved):
    add(sign_in(Role.DSL), "staff")

    for tried in ("", " ", OWN, "None"):
        page = Browser(app).get("/sign-in").submit(username="newcomer", password=tried, status=422)
        assert page.errors() or page.summary()
    with saved():
        member = session.scalars(select(Member).order_by(Member.written_at.desc())).first()
        assert member.username == "newcomer"
        assert member.password_hash == ""


def over(app, path):
    """The page of an invitation that opens nothing, for looking and for sending."""
    browser = Browser(app)
    looked = browser.get(path, status=404)
    sent = {"csrf_token": browser.token, "new_password": OWN, "again": OWN}
    assert browser.post(path, sent, status=404).body == looked.body
    return looked.body


def test_unknown_used_withdrawn_replaced_and_old_are_one_and_the_same_page(
    sign_in, app, school, stopped
):
    browser, people = sign_in(Role.DSL), (Role.STAFF, Role.PASTORAL, Role.GOVERNOR, Role.ADMIN)
    used, withdrawn, replaced, old = (invite(browser, school[role]) for role in people)
    choose(app, used)
    browser.get(address(school[Role.PASTORAL], "/withdraw-invitation")).submit()
    invite(browser, school[Role.GOVERNOR])
    unknown = over(app, "/invitation/" + "-".join(["aaaa"] * 7))
    bodies = [over(app, path) for path in (used, withdrawn, replaced)]
    Browser(app).get(old)
    stopped(clock.now() + timedelta(days=7, seconds=1))
    bodies.append(over(app, old))

    assert set(bodies) == {unknown}


@pytest.mark.parametrize(
    "odd", ["x", "%00", "%F0%9F%90%A6", "a" * 3000, "..%2f..%2f", "%ED%A0%80", "'--", "<b>"]
)
def test_what_no_portal_wrote_is_the_same_page(app, odd):
    page = Browser(app).get(f"/invitation/{odd}", status=(404, 400))
    assert page.status == 400 or page.h1 in {
        "This invitation cannot be used",
        "There is nothing here",
    }


def test_an_invitation_that_was_ended_with_the_account_opens_nothing(sign_in, app, school):
    browser = sign_in(Role.DSL)
    path = invite(browser, school[Role.STAFF])
    browser.get(address(school[Role.STAFF], "/end")).submit()

    Browser(app).get(path, status=404)


def test_the_policy_for_passwords_holds_here(sign_in, app):
    path = link(add(sign_in(Role.DSL), "staff"))
    page = Browser(app).get(path)

    blank = page.submit(new_password="", again="", status=422)
    assert set(blank.errors()) == {"new_password", "again"}
    for easy in ("short", "nora quist 2026", "oakfield school", "passwordpassword", "x" * 129):
        wrong = page.submit(new_password=easy, again=easy, status=422)
        assert list(wrong.errors()) == ["new_password"], easy
        assert easy not in wrong.text
    differs = page.submit(new_password=OWN, again=OWN + ".", status=422)
    assert list(differs.errors()) == ["again"]
    page.submit(new_password=OWN, again=OWN)


def test_a_new_invitation_leaves_the_password_until_it_is_used(sign_in, app, school):
    who, theirs = school[Role.STAFF], sign_in(Role.STAFF)
    path = invite(sign_in(Role.DSL), who)
    theirs.get("/disclosures")
    assert may_sign_in(app, who.username, who.password)

    choose(app, path)

    assert theirs.get("/account", status=303).location.startswith("/sign-in")
    assert not may_sign_in(app, who.username, who.password)
    assert may_sign_in(app, who.username, OWN)


def test_a_password_that_others_know_is_stopped_at_once(sign_in, app, school):
    who, theirs = school[Role.STAFF], sign_in(Role.STAFF)
    path = invite(sign_in(Role.DSL), who, stop_password=True)

    assert theirs.get("/account", status=303).location.startswith("/sign-in")
    assert not may_sign_in(app, who.username, who.password)
    choose(app, path)
    assert may_sign_in(app, who.username, OWN)


def told(saved):
    with saved():
        rows = session.scalars(select(SecurityNotice)).all()
        return {(row.kind, row.for_id, row.about_id) for row in rows}


def test_nobody_takes_an_account_over_without_word_of_it(sign_in, app, school, saved):
    """The person and the leads are told that a link was made, and that it was used."""
    who = school[Role.PASTORAL]
    sign_in(who)
    path = invite(sign_in(Role.HEAD), who)
    expected = {(kind, one.id, who.id) for kind in ("invited_again",)
                for one in (who, school.dsl, school[Role.DEPUTY])}  # fmt: skip
    assert expected <= told(saved)

    choose(app, path)

    assert {("invitation_used", one, who.id) for _, one, _ in expected} <= told(saved)


def test_an_invitation_opens_no_second_factor(sign_in, app, school):
    who = school[Role.PASTORAL]
    choose(app, invite(sign_in(Role.DSL), who))
    browser = Browser(app)
    browser.get("/sign-in").submit(username=who.username, password=OWN)

    assert browser.get("/disclosures", status=303).location.startswith("/sign-in/second")


@pytest.mark.parametrize(
    ("who", "about", "status"),
    [
        (Role.DSL, Role.STAFF, 200),
        (Role.DSL, Role.DEPUTY, 200),
        (Role.DSL, Role.HEAD, 403),
        (Role.DSL, Role.DSL, 403),
        (Role.HEAD, Role.DSL, 200),
        (Role.HEAD, Role.HEAD, 403),
        (Role.ADMIN, Role.STAFF, 200),
        (Role.ADMIN, Role.GOVERNOR, 200),
        (Role.ADMIN, Role.PASTORAL, 403),
        (Role.ADMIN, Role.DSL, 403),
        (Role.ADMIN, Role.ADMIN, 403),
        (Role.DEPUTY, Role.STAFF, 403),
        (Role.STAFF, Role.GOVERNOR, 403),
    ],
)
def test_who_may_invite_whom(sign_in, school, who, about, status):
    browser = sign_in(who)
    browser.get(address(school[about], "/invite"), status=status)
    sent = {"csrf_token": browser.token}
    done = 303 if status == 200 else status
    browser.post(address(school[about], "/invite"), sent, status=done)
    browser.post(address(school[about], "/withdraw-invitation"), sent, status=done)


def test_nobody_invites_somebody_who_also_works_elsewhere(
    app, sign_in, saved, school, second_school
):
    with saved():
        member = service.get_member(school.id, school[Role.STAFF].id)
        accounts.join_school(MACHINE, member, second_school.row, frozenset({Role.STAFF}))

    sign_in(Role.DSL).get(address(school[Role.STAFF], "/invite"), status=403)


def test_the_page_of_an_account_says_how_an_invitation_stands(sign_in, app, school):
    browser = sign_in(Role.DSL)
    browser = add(browser, "staff").browser
    there = browser.get("/school/members").link("Nora Quist")
    assert "is open until" in browser.get(there).main_text
    browser.get(f"{there}/withdraw-invitation").submit()
    assert "no invitation is open" in browser.get(there).main_text


def test_whoever_is_signed_in_is_signed_out_when_another_takes_the_screen(sign_in, app, school):
    browser = sign_in(Role.DSL)
    path = link(add(browser, "staff"))

    page = browser.get(path)
    page.submit(new_password=OWN, again=OWN)

    browser.get("/school/members", status=303)


def test_changing_ones_own_password_ends_an_open_invitation(sign_in, app, school):
    who = school[Role.STAFF]
    path = invite(sign_in(Role.DSL), who)
    theirs = sign_in(who)
    theirs.get("/account/password").submit(password=who.password, new_password=OWN, again=OWN)

    Browser(app).get(path, status=404)


def test_of_two_who_use_it_at_once_one_wins(sign_in, app, school, saved, record_property):
    rounds, won = 10, 0
    for number in range(rounds):
        path = invite(sign_in(Role.DSL), school[Role.STAFF])
        pages = [Browser(app).get(path) for _ in range(2)]
        together = Barrier(2)

        def send(at, number=number, pages=pages, together=together):
            own = f"{OWN} {number} {at}"
            together.wait()
            return pages[at].submit(new_password=own, again=own, status=(303, 404)).status

        with ThreadPoolExecutor(2) as pool:
            statuses = sorted(pool.map(send, range(2)))
        won += statuses == [303, 404]
    record_property("figure", f"an invitation used twice at once is good once: {won} of {rounds}")
    assert won == rounds


def test_the_secret_is_nowhere_but_on_the_page(
    sign_in, app, school, saved, caplog, tmp_path, record_property
):
    """In no table (the journal among them), no log and no header."""
    with caplog.at_level(logging.DEBUG):
        browser = sign_in(Role.DSL)
        shown = add(browser, "staff")
        path = link(shown)
        invited = sign_in(Role.STAFF)  # whoever is signed in has form sheets and drafts
        for page in (invited.get(path), Browser(app).get(path)):
            typed = {"new_password": "x", "again": "y", "more": "z", "sheet": str(uuid4())}
            wrong = page.browser.post(path, {"csrf_token": page.browser.token, **typed}, status=422)
            assert wrong.headers.get("Location") is None
            page.browser.post(path, {"csrf_token": "old", **typed}, status=(400, 422))
        done = choose(app, path)
        over(app, path)
    secret = path.rsplit("/", 1)[1]
    needles = [secret, secret.replace("-", "")]
    found, tables = [], 0
    with saved():
        for table in Base.metadata.sorted_tables:
            tables += 1
            rows = session.execute(text(f"SELECT * FROM {table.name}")).all()
            found += [table.name for row in rows for one in needles if one in repr(row)]
            raw = [bytes(v) for row in rows for v in row if isinstance(v, (bytes, memoryview))]
            found += [table.name for one in needles for v in raw if one.encode() in v]
    found += [one for one in needles if one in caplog.text]
    found += [name for name, value in done.headers.items() if secret in value]
    record_property("figure", f"the secret of an invitation found: {len(found)} in {tables} tables")
    assert not found


def test_the_log_of_the_server_names_the_pattern_only(sign_in, config, school):
    from portal import create_app
    from portal.commands import _serve

    path = invite(sign_in(Role.DSL), school[Role.STAFF])
    served = create_app(config)
    waitress = logging.getLogger("waitress")
    before = list(waitress.handlers), waitress.propagate, waitress.level
    _serve.log_to_file(served, config)
    try:
        choose(served, path)
        over(served, path)
        written = (config.data / "portal.log").read_text("utf-8")
    finally:
        for handler in served.logger.handlers:
            handler.close()
        served.logger.handlers = []
        waitress.handlers, waitress.propagate = before[:2]
        waitress.setLevel(before[2])
        logging.raiseExceptions = True
        served.extensions["database"].engine.dispose()
    assert "POST /invitation/<token> 303" in written
    assert "GET /invitation/<token> 404" in written
    assert path.rsplit("/", 1)[1] not in written


def test_nothing_of_the_secret_is_kept_where_it_is_made(app, school, saved):
    with saved():
        member = service.get_member(school.id, school[Role.STAFF].id)
        made, secret = invitations.invite(school.dsl.actor, member)
        session.flush()
        assert secret.encode() not in made.secret_hash
        assert len(made.secret_hash) == 32
        assert session.scalars(select(Invitation)).one().until == made.until
        assert invitations.find(secret) is made
        assert not session.scalars(select(SignIn).where(SignIn.member_id == member.id)).all()


# an invitation, and a role that two agree to


def agreed_by(sign_in, saved, *roles):
    """Everybody who must agrees to the only role that waits; gives the last page."""
    with saved():
        request_id = session.scalars(
            select(RoleRequest.id).where(RoleRequest.decided_at.is_(None))
        ).one()
    for role in roles:
        asked = sign_in(role).get(f"/school/role-requests/{request_id}/settle")
        page = asked.submit(answer="yes")
    return asked, page.follow()


def test_an_administrators_link_does_not_outlive_the_role_it_would_open(
    sign_in, app, school, saved
):
    shown = add(sign_in(Role.ADMIN), "deputy")
    path = link(shown)
    assert "they hand you a new invitation" in shown.main_text
    assert "Until it is settled" in shown.browser.get(shown.path).main_text

    asked, page = agreed_by(sign_in, saved, Role.DSL, Role.HEAD)

    over(app, path)
    assert "They need a new invitation then" in asked.main_text
    assert "no invitation is open. Make one, and hand it to them." in page.main_text
    page.click("Make a new invitation")


def test_what_was_chosen_with_an_administrators_link_ends_with_the_role(
    sign_in, app, school, saved
):
    """The second factor as well, for whoever chose the password may have set it up."""
    choose(app, link(add(sign_in(Role.ADMIN), "deputy")))
    thief = Browser(app)
    thief.get("/sign-in").submit(username="newcomer", password=OWN)
    enrol(thief)
    changed = f"{OWN} again"
    thief.get("/account/password").submit(password=OWN, new_password=changed, again=changed)

    page = agreed_by(sign_in, saved, Role.DSL, Role.HEAD)[1]

    thief.get("/account", status=303)
    assert not may_sign_in(app, "newcomer", changed)
    asked = page.click("Make a new invitation")
    choose(app, link(asked.submit().follow()))
    hers = Browser(app)
    hers.get("/sign-in").submit(username="newcomer", password=OWN)
    enrol(hers)
    hers.get("/inbox")
    assert "Your first invitation came from somebody" in hers.get("/account/notices").main_text
    for role in (Role.DSL, Role.DEPUTY):
        assert "needs a new invitation" in sign_in(role).get("/account/notices").main_text


def test_what_a_dsl_invited_to_goes_on_with_the_role(sign_in, app, school, saved):
    path = link(add(sign_in(Role.DSL), "deputy"))

    asked, _ = agreed_by(sign_in, saved, Role.HEAD)

    assert "new invitation" not in asked.main_text
    choose(app, path)
    assert may_sign_in(app, "newcomer", OWN)


def test_nobody_invites_to_a_role_that_waits_who_could_not_give_it(sign_in, app, school, saved):
    beth, dsl, admin = school[Role.STAFF], sign_in(Role.DSL), sign_in(Role.ADMIN)
    path = invite(admin, beth)
    dsl.get(address(beth, "/roles")).submit(roles=["staff", "deputy"])

    refused = admin.get(address(beth, "/invite"), status=403)

    assert "Until it is settled" in refused.main_text
    assert "Until it is settled" in admin.get(address(beth)).main_text
    admin.post(address(beth, "/invite"), {"csrf_token": admin.token}, status=403)
    admin.get(address(beth)).click("Withdraw the one that is open").submit()
    over(app, path)
    invite(dsl, beth)


def test_a_role_given_at_the_server_ends_an_open_invitation(sign_in, app, school, saved):
    path = invite(sign_in(Role.ADMIN), school[Role.STAFF])
    with saved():
        member = service.get_member(school.id, school[Role.STAFF].id)
        accounts.give_at_the_server(MACHINE, member, school.row, Role.DSL)

    over(app, path)
