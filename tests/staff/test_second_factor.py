"""Authenticator apps and recovery codes: setting them up, and giving each once."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text

from portal import clock
from portal.db import session
from portal.journal.actor import MACHINE
from portal.journal.service import note
from portal.staff import passwords
from portal.staff import service as staff
from portal.staff.access import CONFIRMED_FOR
from portal.staff.accounts import service as accounts
from portal.staff.factors import recovery, second_factor, totp
from portal.staff.factors.rows import factors_of
from portal.staff.models import Member, SecurityNotice, SignIn
from portal.staff.roles import Role
from tests import factories
from tests.factories import PASSWORD, TOTP_SECRET, next_code
from tests.page import Browser
from tests.staff.at_the_door import a_browser, come_in
from tests.staff.enrolling import (
    begin,
    codes_on,
    enrol,
    give_password,
    give_second,
    secret_on,
)

pytestmark = pytest.mark.usefixtures("school")

START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
CODE, RECOVERY = "/sign-in/second", "/sign-in/second/recovery"


def at(moment, steps=0, secret=TOTP_SECRET):
    return totp.code_at(secret, moment, steps)


def test_after_the_password_nothing_opens_until_the_code_is_given(school, browser):
    asked = give_password(browser, school.dsl)

    assert school.name not in asked.html
    assert school.dsl.name not in asked.html
    assert browser.get("/today", status=303).location == "/sign-in/second?next=/today"
    done = asked.submit(CODE, code=at(clock.now()))
    assert done.location == "/"
    browser.get("/today")


def test_where_somebody_wanted_to_go_is_kept(school, browser):
    page = browser.get("/school/rota", status=303).follow()
    asked = page.submit(username="dsl", password=school.dsl.password).follow(status=303).follow()

    wrong = asked.submit(CODE, code="000000", status=422)
    done = wrong.submit(CODE, code=at(clock.now()))

    assert done.location == "/school/rota"


def test_a_wrong_code_says_what_time_it_is_and_shows_nothing_typed(school, browser, stopped):
    stopped(START)
    wrong = give_password(browser, school.dsl).submit(CODE, code="123456", status=422)

    assert "09:00:00" in wrong.main_text
    assert "123456" not in wrong.html


@pytest.mark.parametrize(
    ("steps", "status"), [(-2, 422), (-1, 303), (0, 303), (1, 303), (2, 422), (-2880, 422)]
)
def test_a_code_is_good_from_one_step_before_to_one_after(school, browser, stopped, steps, status):
    stopped(START)
    asked = give_password(browser, school.dsl)

    asked.submit(CODE, code=at(START, steps), status=status)


@pytest.mark.parametrize("typed", ["{0} {1}", " {0}{1} ", "{0}-{1}", "{0}\u2013{1}"])
def test_a_code_may_be_typed_as_apps_show_it(school, browser, stopped, typed):
    stopped(START)
    code = at(START)

    give_password(browser, school.dsl).submit(CODE, code=typed.format(code[:3], code[3:]))


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３", "0" * 20])
def test_nonsense_is_refused(school, browser, typed):
    give_password(browser, school.dsl).submit(CODE, code=typed, status=422)


def test_the_code_of_somebody_else_is_not_taken(app, school, browser, sign_in, stopped):
    stopped(START)
    secret, _ = enrol(sign_in(school[Role.STAFF]))
    asked = give_password(browser, school.dsl)

    asked.submit(CODE, code=at(START, secret=secret), status=422)


def test_no_code_is_taken_twice(app, school, record_property):
    """RFC 6238, section 5.2: at none of many moments, nor a little later, nor an older one."""
    taken, tried, moment = 0, 0, START
    for _ in range(40):
        moment += timedelta(minutes=20)
        with clock.stopped_at(moment):
            give_password(Browser(app), school.dsl).submit(CODE, code=at(moment))
        for later, steps in ((0, 0), (0, -1), (10, 0), (29, 0), (31, -1)):
            then = moment + timedelta(seconds=later)
            with clock.stopped_at(then):
                code = at(moment, steps) if steps == 0 else at(then, steps)
                page = give_password(Browser(app), school.dsl)
                answer = page.submit(CODE, code=code, status=(303, 422))
                taken, tried = taken + (answer.status == 303), tried + 1
    record_property("figure", f"codes of an authenticator taken a second time: {taken} of {tried}")
    assert (taken, tried) == (0, 200)


def test_a_later_code_is_taken_and_an_earlier_one_after_it_is_not(app, school, stopped):
    stopped(START)
    give_password(Browser(app), school.dsl).submit(CODE, code=at(START, 1))

    used = give_password(Browser(app), school.dsl).submit(CODE, code=at(START), status=422)

    assert "used already" in used.main_text


def test_of_two_requests_with_the_same_code_one_wins(app, school, stopped):
    stopped(START)
    pages = [give_password(Browser(app), school.dsl) for _ in range(3)]
    answers, at_once = [], threading.Barrier(len(pages))

    def send(page):
        at_once.wait()
        answers.append(page.submit(CODE, code=at(START), status=(303, 422)).status)

    threads = [threading.Thread(target=send, args=[page]) for page in pages]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert sorted(answers) == [303, 422, 422]


def test_guessing_slows_down_for_that_person_alone_and_never_locks(app, school, stopped):
    stopped(START)
    page = give_password(Browser(app), school.dsl)
    for number in range(5):
        page.submit(CODE, code=f"00000{number}", status=422)

    slowed = page.submit(CODE, code=at(START), status=429)

    assert "Nobody is locked out for good" in slowed.main_text
    with_paper = Browser(app)
    give_password(with_paper, school.dsl)
    with_paper.get(RECOVERY).submit(RECOVERY, recovery="0" * 16, status=422)
    give_password(Browser(app), school.head).submit(CODE, code=at(START))
    stopped(START + timedelta(minutes=16))
    again = give_password(Browser(app), school.dsl)
    again.submit(CODE, code=at(START + timedelta(minutes=16)))


def test_whoever_has_the_password_keeps_nobody_from_the_code_where_they_are_known(
    app, school, stopped
):
    stopped(START)
    home = a_browser(app)
    come_in(home, school.dsl)
    home.get("/sign-out").submit("/sign-out")
    thief = give_password(Browser(app), school.dsl)
    for number in range(6):
        thief.submit(CODE, code=f"00000{number}", status=422 if number < 5 else 429)

    give_password(home, school.dsl).submit(CODE, code=next_code(app, school.dsl))

    again = give_password(Browser(app), school.dsl)  # and the thief has gained no try by it
    again.submit(CODE, code="000006", status=429)


def test_a_known_browser_waits_for_its_own_wrong_codes(app, school, stopped):
    stopped(START)
    home = a_browser(app)
    come_in(home, school.dsl)
    home.get("/sign-out").submit("/sign-out")
    asked = give_password(home, school.dsl)
    for number in range(6):
        asked.submit(CODE, code=f"00000{number}", status=422 if number < 5 else 429)

    asked.submit(CODE, code=next_code(app, school.dsl), status=429)
    elsewhere = give_password(Browser(app), school.dsl)  # and nobody else does
    elsewhere.submit(CODE, code=next_code(app, school.dsl))


def test_the_sign_in_gets_another_secret_with_the_second_factor(app, school, browser):
    asked = give_password(browser, school.dsl)
    with browser.client.session_transaction() as kept:
        before = dict(kept)
    asked.submit(CODE, code=at(clock.now()))

    thief = Browser(app)
    with thief.client.session_transaction() as kept:
        kept.update(before)

    assert thief.get("/account", status=303).location.startswith("/sign-in?")


# setting up


def test_the_square_asks_for_the_password_and_breaks_nothing_but_itself(sign_in, school, stopped):
    """It is an image of a page that asks itself; where time runs out between, it is missing."""
    browser = sign_in(school[Role.STAFF])
    page = begin(browser)
    secret = secret_on(page)
    stopped(clock.now() + CONFIRMED_FOR + timedelta(seconds=1))
    square = browser.get("/account/second-factor/app.svg", status=303)
    assert square.location.startswith("/confirm-password")
    square.follow()  # as a browser does that loads the image
    asked = page.submit(code=at(clock.now(), secret=secret))
    back = asked.follow().submit(password=PASSWORD).follow()
    assert secret_on(back) == secret


def test_setting_up_shows_the_square_the_key_and_ten_codes(app, school, sign_in):
    browser = sign_in(school[Role.STAFF])
    page = begin(browser)
    secret = secret_on(page)

    square = browser.get("/account/second-factor/app.svg")
    assert square.headers["Content-Type"].startswith("image/svg+xml")
    assert square.headers["Cache-Control"] == "no-store"
    assert b"style" not in square.body
    wrong = page.submit(code="000000", status=422)
    assert secret_on(wrong) == secret
    shown = page.submit(code=at(clock.now(), secret=secret)).follow()

    codes = codes_on(shown)
    assert len(set(codes)) == recovery.HOW_MANY
    assert all(recovery.looks_right(recovery.read(one), recovery.LONG) for one in codes)
    assert codes_on(browser.get("/account/second-factor/codes")) == []
    assert "10 of 10" in browser.get("/account/second-factor").main_text
    assert browser.get("/account/second-factor/app", status=303).location.endswith("/second-factor")
    with app.test_request_context():
        assert session.get_one(Member, school[Role.STAFF].id).has_second


def binary(rows):
    return [cell for row in rows for cell in row if isinstance(cell, bytes | memoryview)]


def test_the_key_and_the_codes_stand_nowhere_as_they_are(app, engine, school, sign_in):
    secret, codes = enrol(sign_in(school[Role.STAFF]))

    with app.test_request_context():
        for table in ("totp_factors", "recovery_codes", "journal", "members", "form_sheets"):
            rows = session.execute(text(f"SELECT * FROM {table}")).all()
            for kept in (secret, *map(recovery.read, codes)):
                assert kept not in repr(rows)
                assert not any(kept.encode() in bytes(cell) for cell in binary(rows))


def test_a_first_factor_ends_other_sign_ins(app, school, sign_in):
    other = sign_in(school[Role.STAFF])
    enrol(sign_in(school[Role.STAFF]))

    assert other.get("/account", status=303).location.startswith("/sign-in")


def test_changing_the_app_ends_the_one_before_and_keeps_the_codes(app, school, sign_in, stopped):
    stopped(START)
    browser = sign_in(school[Role.STAFF])
    first, codes = enrol(browser)
    second, fresh = enrol(browser)

    assert fresh == []
    stopped(START + timedelta(minutes=2))
    asked = give_password(Browser(app), school[Role.STAFF])
    asked.submit(CODE, code=at(clock.now(), secret=first), status=422)
    asked.submit(CODE, code=at(clock.now(), secret=second))
    other = Browser(app)
    give_password(other, school[Role.STAFF])
    other.get(RECOVERY).submit(RECOVERY, recovery=codes[0])


def test_whoever_reads_cases_keeps_one_and_everybody_else_may_do_without(app, school, sign_in):
    dsl, staff = sign_in(school.dsl), sign_in(school[Role.STAFF])
    enrol(staff)
    remove = "/account/second-factor/app/remove"

    assert not dsl.get(remove).forms()
    dsl.post(remove, {"csrf_token": dsl.token}, status=409)
    assert staff.get(remove).submit(button="Remove the app").location == "/account/second-factor"

    with app.test_request_context():
        assert session.get_one(Member, school.dsl.id).has_second
        assert not session.get_one(Member, school[Role.STAFF].id).has_second
        assert factors_of(school[Role.STAFF].id).codes_left == 0
    browser = Browser(app)
    browser.get("/sign-in").submit(username="staff", password=school.dsl.password)
    browser.get("/disclosures")


@pytest.mark.parametrize("path", ["app/new", "app/remove", "codes/new"])
def test_changing_a_factor_asks_for_the_password_again(school, sign_in, stopped, path):
    stopped(START)
    browser = sign_in(school.dsl)
    stopped(START + timedelta(minutes=6))

    asked = browser.get(f"/account/second-factor/{path}", status=303)

    assert asked.location.startswith("/confirm-password")


# the first sign-in of somebody who reads cases


def newcomer(app, school, saved, role=Role.DEPUTY):
    with saved():
        who = factories.colleague(school, role, "Ines Ward", "ines")
        member = session.get_one(Member, who.id)
        second_factor.end_everything(MACHINE, member)
        member.has_second = False
        note(MACHINE, "stands before a first sign-in", member)
    return who


def test_whoever_reads_cases_sets_one_up_before_anything_else(app, school, saved, browser):
    who = newcomer(app, school, saved)
    browser.get("/sign-in").submit(username=who.username, password=who.password)

    asked = browser.get("/today", status=303).follow()

    assert asked.path == "/account/second-factor"
    assert "One more step" in asked.main_text
    assert not list(asked.all("nav", aria_label="Main"))
    enrol(browser)
    browser.get("/today")


def test_five_minutes_later_setting_up_asks_for_the_password(app, school, saved, browser, stopped):
    stopped(START)
    who = newcomer(app, school, saved)
    browser.get("/sign-in").submit(username=who.username, password=who.password)
    stopped(START + timedelta(minutes=7))

    asked = browser.get("/account/second-factor/app/new", status=303).follow()

    back = asked.submit(password=who.password)
    assert back.location == "/account/second-factor/app/new"
    enrol(browser)


# recovery codes


def test_each_recovery_code_works_once_however_it_is_typed(app, school, sign_in, record_property):
    staff = school[Role.STAFF]
    _secret, codes = enrol(sign_in(staff))
    shapes = [
        str.lower,
        lambda code: code.replace("-", ""),
        lambda code: code.replace("-", "  "),
        lambda code: code.replace("0", "O").replace("1", "I"),
        lambda code: code.replace("0", "o").replace("1", "l"),
        lambda code: f"  {code} ",
    ]
    once, twice = 0, 0
    for number, code in enumerate(codes):
        browser = Browser(app)
        give_password(browser, staff)
        done = browser.get(RECOVERY).submit(RECOVERY, recovery=shapes[number % len(shapes)](code))
        once += done.location == "/account/second-factor"
        again = Browser(app)
        give_password(again, staff)
        answer = again.get(RECOVERY).submit(RECOVERY, recovery=code, status=(303, 422))
        twice += answer.status == 303
    record_property("figure", f"recovery codes that let in once: {once} of {len(codes)}")
    record_property("figure", f"recovery codes that let in twice: {twice} of {len(codes)}")
    assert (once, twice) == (10, 0)


def test_of_two_requests_with_the_same_recovery_code_one_wins(app, school, sign_in):
    who = school[Role.STAFF]
    _secret, codes = enrol(sign_in(who))
    answers, at_once, pages = [], threading.Barrier(3), []
    for _ in range(3):
        browser = Browser(app)
        give_password(browser, who)
        pages.append(browser.get(RECOVERY))

    def send(page):
        at_once.wait()
        answers.append(page.submit(RECOVERY, recovery=codes[0], status=(303, 422)).status)

    threads = [threading.Thread(target=send, args=[page]) for page in pages]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert sorted(answers) == [303, 422, 422]


def test_whoever_has_the_password_keeps_nobody_from_a_recovery_code_where_they_are_known(
    app, school, stopped
):
    stopped(START)
    home, who = a_browser(app), school[Role.STAFF]
    come_in(home, who)
    _secret, codes = enrol(home)
    home.get("/sign-out").submit("/sign-out")
    thief = Browser(app)
    give_password(thief, who)
    page = thief.get(RECOVERY)
    for number in range(6):
        page.submit(RECOVERY, recovery="0" * 16, status=422 if number < 5 else 429)

    give_password(home, who)
    home.get(RECOVERY).submit(RECOVERY, recovery=codes[0])

    page.submit(RECOVERY, recovery=codes[1], status=429)


def test_a_recovery_code_opens_only_what_sets_up_anew(app, school, sign_in):
    _old, codes = enrol(sign_in(school.dsl))  # a change of app: the made-up one is ended
    assert codes
    browser = Browser(app)
    give_password(browser, school.dsl)
    here = browser.get(RECOVERY).submit(RECOVERY, recovery=codes[3]).follow()

    assert "What you had before has been ended" in here.main_text
    assert browser.get("/today", status=303).location == "/account/second-factor"
    other = give_password(Browser(app), school.dsl)
    assert not list(other.all("input", name="code"))
    _, fresh = enrol(browser)
    assert len(fresh) == 10
    browser.get("/today")
    spent = Browser(app)
    give_password(spent, school.dsl)
    spent.get(RECOVERY).submit(RECOVERY, recovery=codes[4], status=422)


def test_the_member_and_the_leads_are_told(app, school, sign_in):
    _, codes = enrol(sign_in(school[Role.PASTORAL]))
    browser = Browser(app)
    give_password(browser, school[Role.PASTORAL])
    browser.get(RECOVERY).submit(RECOVERY, recovery=codes[0])

    with app.test_request_context():
        told = session.scalars(
            select(SecurityNotice.for_id).where(SecurityNotice.kind == "recovery_code_used")
        ).all()
    assert {school.dsl.id, school[Role.DEPUTY].id, school[Role.PASTORAL].id} == set(told)


def test_new_codes_end_the_ones_before(app, school, sign_in):
    browser = sign_in(school[Role.STAFF])
    _, old = enrol(browser)
    page = browser.get("/account/second-factor/codes/new").submit(button="Make new codes")
    fresh = codes_on(page.follow())

    assert len(fresh) == 10
    thief = Browser(app)
    give_password(thief, school[Role.STAFF])
    thief.get(RECOVERY).submit(RECOVERY, recovery=old[0], status=422)
    thief.get(RECOVERY).submit(RECOVERY, recovery=fresh[0])


def test_whoever_need_not_have_one_may_go_on_without(app, school, sign_in):
    _, codes = enrol(sign_in(school[Role.STAFF]))
    browser = Browser(app)
    give_password(browser, school[Role.STAFF])
    here = browser.get(RECOVERY).submit(RECOVERY, recovery=codes[0]).follow()

    here.submit("/account/second-factor/without")

    browser.get("/disclosures")
    with app.test_request_context():
        assert not session.get_one(Member, school[Role.STAFF].id).has_second


# what a password that somebody else set opens


def test_a_new_password_opens_nothing_without_the_second_factor(app, school, saved):
    with saved():
        member = staff.get_member(school.id, school.dsl.id)
        fresh = passwords.hash_password("barley onion candle")
        accounts.set_password(MACHINE, member, fresh, must_change=True)
    browser = Browser(app)
    browser.get("/sign-in").submit(username="dsl", password="barley onion candle")

    for path in ("/today", "/account/password", "/account", "/account/second-factor"):
        assert browser.get(path, status=303).location.startswith("/sign-in/second")
    asked = browser.get("/sign-in/second")
    asked.submit(CODE, code=at(clock.now()))
    assert browser.get("/today", status=303).location == "/account/password"


def test_what_was_typed_before_the_sign_in_lapsed_is_there_after_the_code(school, browser, stopped):
    stopped(START)
    give_password(browser, school.dsl).submit(CODE, code=at(START))
    form = browser.get("/school/rota/closure")
    later = START + timedelta(minutes=16)
    stopped(later)
    lapsed = form.submit(label="Half term").follow()
    asked = lapsed.submit(username="dsl", password=school.dsl.password)

    back = give_second(asked, school.dsl).follow()

    assert back.path == "/school/rota/closure"
    assert back.fields()["label"] == "Half term"


def test_the_sealed_cookie_of_codes_is_for_one_person_alone(app, school, sign_in):
    one, other = sign_in(school[Role.STAFF]), sign_in(school[Role.ADMIN])
    page = begin(one)
    page.submit(code=at(clock.now(), secret=secret_on(page)))
    with one.client.session_transaction() as kept:
        sealed = kept["recovery_codes"]
    with other.client.session_transaction() as kept:
        kept["recovery_codes"] = sealed

    assert codes_on(other.get("/account/second-factor/codes")) == []


def test_sign_ins_say_how_the_second_factor_was_given(app, school, browser):
    give_password(browser, school.dsl).submit(CODE, code=at(clock.now()))

    with app.test_request_context():
        row = session.scalars(select(SignIn).where(SignIn.member_id == school.dsl.id)).one()
        assert (row.second_how, row.second_at is not None) == ("totp", True)
