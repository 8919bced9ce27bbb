"""Signing in, linking and unlinking by a real provider on loopback."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from portal import clock
from portal.db import database, session
from portal.journal import service as journal
from portal.journal.actor import MACHINE
from portal.journal.models import JournalRow
from portal.staff import service as staff
from portal.staff.accounts import invitations
from portal.staff.models import Member, SignIn
from portal.staff.roles import Role
from portal.staff.sign_ins import sign_in, throttle
from portal.staff.sign_ins.models import Identity
from tests import factories
from tests.factories import PASSWORD
from tests.page import Browser
from tests.staff.at_the_door import told
from tests.staff.sso.providers import local, sent_with
from tests.staff.test_lost_factor import LOST, TOLD, approve, ask

pytestmark = pytest.mark.usefixtures("school")


def come_by(browser, running, sub, go_on=""):
    """From the sign-in page by the provider’s own form to the page with the button."""
    page = browser.get(f"/sign-in?next={go_on}" if go_on else "/sign-in")
    away = browser.get(page.link("Sign in with Example School Account"), 303)
    back = browser.get(running.sign_in(away.location, sub))
    return browser.get(back.link("Go on"))


def sign_ins(app, who):
    with app.app_context():
        return session.scalars(select(SignIn).where(SignIn.member_id == who.id)).all()


def test_a_linked_member_signs_in_and_goes_where_they_wanted(app, school, browser, running, linked):
    who = school[Role.STAFF]
    linked(who, "real", running.issuer, "beth")

    done = come_by(browser, running, "beth", go_on="/account").submit()

    assert done.location == "/account"
    assert who.name in done.follow().main_text
    row = sign_ins(app, who)[-1]
    assert (row.second_at, row.second_how) == (None, "")
    with app.app_context():
        verbs = session.scalars(select(JournalRow.verb)).all()
    assert "signed in by single sign-on" in verbs


def test_what_is_asked_of_the_provider(browser, running):
    away = browser.get("/sign-in/with/real", 303)
    asked = sent_with(away.location)

    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["code_challenge"]) == 43
    assert len(asked["state"]) >= 43
    assert len(asked["nonce"]) >= 43
    assert asked["redirect_uri"] == "http://localhost/sign-in/with/real/back"
    assert asked["scope"] == "openid"
    again = sent_with(browser.get("/sign-in/with/real", 303).location)
    for fresh in ("state", "nonce", "code_challenge"):
        assert asked[fresh] != again[fresh]


def test_the_cookie_of_the_way_is_lax_sealed_and_short(app, browser):
    set_by = browser.get("/sign-in/with/real", 303).headers["Set-Cookie"]

    assert set_by.startswith("oidc=")
    for part in ("HttpOnly", "SameSite=Lax", "Max-Age=600", "Path=/"):
        assert part in set_by
    assert "Domain" not in set_by
    app.extensions["portal"] = app.extensions["portal"].__class__(
        **{**app.extensions["portal"].__dict__, "https": True}
    )
    secure = browser.get("/sign-in/with/real", 303).headers["Set-Cookie"]
    assert secure.startswith("__Host-oidc=")
    assert "Secure" in secure


def test_coming_back_opens_no_session(school, browser, running, linked):
    """The browser holds the Strict cookie back then: one made there would replace it."""
    linked(school[Role.STAFF], "real", running.issuer, "beth")
    away = browser.get("/sign-in/with/real", 303)

    back = browser.get(running.sign_in(away.location, "beth"))

    cookies = [one.partition("=")[0] for one in back.headers.getlist("Set-Cookie")]
    assert cookies == ["oidc"]
    refresh = next(back.all("meta", http_equiv="refresh"))
    assert refresh.get("content") == "0; url=/sign-in/finish"
    assert not list(back.all("form"))


def test_whoever_has_a_second_factor_gives_it(app, school, browser, running, linked):
    linked(school.dsl, "real", running.issuer, "ruth")

    done = come_by(browser, running, "ruth").submit()

    asked = browser.get("/today", 303)
    assert asked.location.startswith("/sign-in/second")
    assert done.location == "/"


def test_a_link_that_is_ended_while_somebody_comes_by_it_opens_nothing(
    app, school, browser, running, linked, monkeypatch
):
    who = school[Role.STAFF]
    linked(who, "real", running.issuer, "intruder-on-the-way")
    page = come_by(browser, running, "intruder-on-the-way")
    enter = sign_in.enter_by_provider

    def after_the_link_has_ended(*given, **named):
        with database().transaction() as own:
            own.execute(update(Identity).values(ended_at=clock.now()))
        return enter(*given, **named)

    monkeypatch.setattr(sign_in, "enter_by_provider", after_the_link_has_ended)

    page.submit(status=403)

    assert not sign_ins(app, who)


def test_a_flood_from_the_school_s_address_keeps_no_known_browser_out(
    app, school, browser, running, linked, stopped
):
    """Whoever sends wrong passwords by the hundred, from the same network."""
    who = school[Role.STAFF]
    linked(who, "real", running.issuer, "beth-in-a-flood")
    come_by(browser, running, "beth-in-a-flood").submit()
    browser.get("/sign-out").submit("/sign-out")
    stranger, flood = Browser(app), Browser(app).get("/sign-in")
    stopped(clock.now())
    for number in range(throttle.IN_A_MINUTE):
        flood.submit(username=f"name {number}", password="wrong guess", status=422)

    come_by(browser, running, "beth-in-a-flood").submit()

    come_by(stranger, running, "beth-in-a-flood").submit(status=429)


@pytest.mark.parametrize("claims", [{"amr": ["pwd", "mfa"]}, {"acr": "urn:two"}])
def test_a_second_factor_that_the_provider_proves_is_enough(
    app, school, browser, running, linked, claims
):
    linked(school.dsl, "real", running.issuer, "ruth-with-two")
    running.know("ruth-with-two", **claims)

    come_by(browser, running, "ruth-with-two").submit()

    browser.get("/today")
    row = sign_ins(app, school.dsl)[-1]
    assert row.second_how == "provider"
    assert row.device_id is not None


@pytest.mark.parametrize(
    "claims",
    [{"amr": ["pwd"]}, {"amr": ["MFA"]}, {"amr": [["mfa"]]}, {"acr": ["urn:two"]}, {"acr": "1"}],
)
def test_what_is_not_listed_proves_no_second_factor(school, browser, running, linked, claims):
    linked(school.dsl, "real", running.issuer, "ruth-with-one")
    running.know("ruth-with-one", **claims)

    come_by(browser, running, "ruth-with-one").submit()

    assert browser.get("/today", 303).location.startswith("/sign-in/second")


def test_the_password_is_asked_for_before_what_matters(school, browser, running, linked):
    """Signing in by a provider is no password: nothing passes as freshly confirmed."""
    linked(school.dsl, "real", running.issuer, "ruth-again")
    running.know("ruth-again", amr=["mfa"])
    come_by(browser, running, "ruth-again").submit()

    asked = browser.get("/account/single-sign-on/real/unlink", 303)

    assert asked.location.startswith("/confirm-password")


def test_an_identity_that_is_not_linked_learns_nothing(school, browser, running, app):
    """Not even with the e-mail address of a member, verified or not."""
    with factories.saved(app):
        member = session.get(Member, school.dsl.id)
        member.email = "ruth@oakfield.example"
        journal.note(school.dsl.actor, "changed an account", member)
    running.know("stranger", email="nobody@oakfield.example", email_verified=True)
    running.know("twin", email="ruth@oakfield.example", email_verified=True)

    unknown = come_by(browser, running, "stranger").submit(status=403)
    twin = come_by(Browser(app), running, "twin").submit(status=403)

    assert unknown.body == twin.body
    assert "never guesses" in unknown.main_text
    assert not sign_ins(app, school.dsl)


def test_an_ended_account_is_as_one_that_is_not_linked(app, school, browser, running, linked):
    linked(school[Role.STAFF], "real", running.issuer, "beth")
    unknown = come_by(browser, running, "stranger").submit(status=403)
    with factories.saved(app):
        from portal.staff import service
        from portal.staff.accounts import service as accounts

        member = service.get_member(school.id, school[Role.STAFF].id)
        accounts.end_account(factories.viewer_of(school.dsl), member, school.row)

    ended = come_by(Browser(app), running, "beth").submit(status=403)

    assert ended.body == unknown.body


def test_a_provider_opens_no_account_of_another_school(app, school, second_school, running, linked):
    """Oakfield’s provider opens neither Ashdown’s people nor somebody who works at both."""
    linked(second_school[Role.STAFF], "real", running.issuer, "of-ashdown")
    come_by(Browser(app), running, "of-ashdown").submit(status=403)

    linked(school[Role.STAFF], "real", running.issuer, "of-both")
    come_by(Browser(app), running, "of-both").submit()
    with factories.saved(app):
        from portal.staff import service
        from portal.staff.accounts.service import join_school

        member = service.get_member(school.id, school[Role.STAFF].id)
        join_school(MACHINE, member, second_school.row, frozenset({Role.STAFF}))
    come_by(Browser(app), running, "of-both").submit(status=403)


def test_linking_and_unlinking(app, school, browser, running, sign_in):
    screen = sign_in(Role.DSL)
    page = screen.get("/account").click("single sign-on")
    away = screen.get(page.link("Link Example School Account"), 303)
    back = screen.get(running.sign_in(away.location, "ruth-links"))
    asked = screen.get(back.link("Go on"))
    assert "Whoever can open that account" in asked.main_text

    done = asked.submit(button="Link it").follow()

    assert "Linked since" in done.main_text
    with app.app_context():
        (one,) = session.scalars(select(Identity)).all()
        assert (one.issuer, one.subject) == (running.issuer, "ruth-links")
    for who in (school.dsl, school[Role.DEPUTY]):
        assert ("linked", "Example School Account") in told(app, who)
    assert "You made a link for single sign-on" in screen.get("/account/notices").main_text
    come_by(browser, running, "ruth-links").submit()

    screen.get("/account/single-sign-on").click("Unlink").submit(button="Unlink it")

    assert ("unlinked", "Example School Account") in told(app, school[Role.DEPUTY])
    come_by(Browser(app), running, "ruth-links").submit(status=403)


def test_a_password_that_somebody_else_sets_ends_the_links(app, school, running, linked):
    """A link made by whoever had taken the account over does not outlive it."""
    linked(school[Role.STAFF], "real", running.issuer, "intruder")
    with factories.saved(app):
        from portal.staff import service
        from portal.staff.accounts import service as accounts

        member = service.get_member(school.id, school[Role.STAFF].id)
        accounts.set_password(school.dsl.actor, member, "hash", must_change=True)

    come_by(Browser(app), running, "intruder").submit(status=403)


def test_a_password_chosen_by_invitation_ends_the_links(app, school, running, linked):
    linked(school[Role.STAFF], "real", running.issuer, "intruder-before-the-invitation")
    with factories.saved(app):
        member = staff.get_member(school.id, school[Role.STAFF].id)
        secret = invitations.invite(school.dsl.actor, member)[1]
    with factories.saved(app):
        invitations.accept(secret, "hash")

    come_by(Browser(app), running, "intruder-before-the-invitation").submit(status=403)


def test_changing_ones_own_password_ends_the_links_and_says_so(
    app, school, running, linked, sign_in
):
    who = school[Role.STAFF]
    linked(who, "real", running.issuer, "intruder-before-the-change")
    mine = sign_in(who)

    own = "copper saddle north"
    mine.get("/account/password").submit(password=who.password, new_password=own, again=own)

    come_by(Browser(app), running, "intruder-before-the-change").submit(status=403)
    assert (
        "You can link again on the page of your account" in mine.get("/account/notices").main_text
    )


def test_a_reset_of_the_second_factor_ends_the_links(app, school, running, linked, sign_in):
    """A provider that proves a second factor would otherwise open what was reset."""
    who = school[Role.DEPUTY]
    linked(who, "real", running.issuer, "intruder-before-the-reset")
    lost = ask(app, who)
    lost.get(LOST).submit(TOLD, code=approve(sign_in(school.dsl), who))

    come_by(Browser(app), running, "intruder-before-the-reset").submit(status=403)


def test_nobody_links_what_is_somebody_else_s(school, running, linked, sign_in):
    linked(school[Role.STAFF], "real", running.issuer, "taken")

    refused = link(sign_in(Role.DSL), running, "taken", 409)

    assert "linked to somebody else’s already" in refused.main_text


def test_nobody_links_two_accounts_of_one_provider(school, running, linked, sign_in):
    linked(school.dsl, "real", running.issuer, "first")

    assert (
        "linked to this provider already"
        in link(sign_in(Role.DSL), running, "second", 409).main_text
    )


def test_linking_needs_the_password_lately(sign_in, stopped):
    screen = sign_in(Role.STAFF)
    stopped(datetime.now(UTC) + timedelta(minutes=6))

    asked = screen.get("/account/single-sign-on/real/link", 303)

    assert asked.location.startswith("/confirm-password")


def test_a_link_begun_in_another_sign_in_is_refused(app, school, running, sign_in):
    first, second = sign_in(Role.STAFF), sign_in(Role.DSL)
    away = first.get("/account/single-sign-on/real/link", 303)
    second.client.set_cookie("oidc", first.client.get_cookie("oidc").value)
    back = second.get(running.sign_in(away.location, "planted"))

    second.get(back.link("Go on")).submit(button="Link it", status=409)

    with app.app_context():
        assert not session.scalars(select(Identity)).all()


def test_a_way_to_sign_in_is_no_way_to_link_and_the_other_way_round(
    school, running, sign_in, linked, browser, app
):
    linked(school.dsl, "real", running.issuer, "ruth")
    screen = sign_in(Role.DSL)
    away = screen.get("/sign-in/with/real", 303)
    screen.get(running.sign_in(away.location, "ruth"))
    screen.get("/account/single-sign-on/finish", 410)
    away = screen.get("/account/single-sign-on/real/link", 303)
    screen.get(running.sign_in(away.location, "ruth"))
    screen.get("/sign-in/finish", 410)


def test_turning_back_at_the_provider(browser, set_out):
    page = set_out(browser).back(
        code=None, error="access_denied", error_description="<b>No", status=409
    )

    assert "did not sign you in" in page.h1
    assert "access_denied" not in page.html
    browser.get("/sign-in/finish", 410)


def test_a_second_use_of_an_answer_is_refused(app, school, running, linked, browser):
    linked(school[Role.STAFF], "real", running.issuer, "beth")
    away = browser.get("/sign-in/with/real", 303)
    answer = running.sign_in(away.location, "beth")
    browser.get(answer)
    kept = browser.client.get_cookie("oidc").value
    browser.get("/sign-in/finish").submit()
    assert browser.client.get_cookie("oidc") is None
    assert len(sign_ins(app, school[Role.STAFF])) == 1

    thief = Browser(app)
    thief.client.set_cookie("oidc", kept)
    thief.get("/sign-in/finish").submit(status=403)
    thief = Browser(app)
    thief.get(answer, 410)

    assert len(sign_ins(app, school[Role.STAFF])) == 1


def test_rotated_keys_are_asked_for_once(app, school, running, linked, stopped):
    linked(school[Role.STAFF], "real", running.issuer, "beth")
    come_by(Browser(app), running, "beth").submit()
    running.restart()

    # at most once a minute, so that nobody makes the portal ask without end
    come_by(Browser(app), running, "beth").submit(status=403)
    stopped(datetime.now(UTC) + timedelta(seconds=61))
    done = come_by(Browser(app), running, "beth").submit()

    assert done.location == "/"


def test_the_way_is_forgotten_after_ten_minutes(running, browser, stopped):
    away = browser.get("/sign-in/with/real", 303)
    answer = running.sign_in(away.location, "beth")
    stopped(datetime.now(UTC) + timedelta(minutes=10, seconds=2))

    assert "ended" in browser.get(answer, 410).h1


def test_the_provider_is_down(app, school, running, browser):
    running.stop()
    try:
        page = browser.get("/sign-in/with/real", 503)
    finally:
        running.start()

    assert "does not answer" in page.h1
    done = page.click("Sign in with your password").submit(
        username=school[Role.STAFF].username, password=PASSWORD
    )
    assert done.location == "/"


def link(screen, running, sub, status=303):
    away = screen.get("/account/single-sign-on/real/link", 303)
    back = screen.get(local(running.sign_in(away.location, sub)))
    return screen.get(back.link("Go on")).submit(button="Link it", status=status)
