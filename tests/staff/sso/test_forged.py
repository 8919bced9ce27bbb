"""Forged and replayed answers of a provider: none of them signs anybody in."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from portal.db import session
from portal.staff.models import Member, SignIn
from portal.staff.roles import Role
from portal.staff.single_sign_on.provider import Client
from portal.staff.single_sign_on.settings import Kind
from tests import factories
from tests.page import Browser
from tests.staff.sso.forgeries import TOKENS

TENANT = "11111111-2222-3333-4444-555555555555"
ACCOUNT = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
pytestmark = pytest.mark.usefixtures("school")


@pytest.fixture
def ruth(school, linked, lying):
    linked(school.dsl, "other", lying.issuer, "subject-of-ruth")


def count(app):
    with app.app_context():
        return session.scalar(select(func.count()).select_from(SignIn))


def test_no_forged_token_is_taken(app, school, ruth, lying, set_out, record_property):
    with factories.saved(app):
        from portal.journal.service import note

        member = session.get(Member, school.dsl.id)
        member.email = "ruth@oakfield.example"
        note(school.dsl.actor, "changed an account", member)
    browser = Browser(app)
    way = set_out(browser)
    way.with_token(way.honest())
    assert count(app) == 1, "the way itself works"

    taken = []
    for name, forge in TOKENS.items():
        way = set_out(Browser(app))
        page = way.with_token(forge(way), status=(303, 403))
        if page.status == 303 or count(app) != 1:
            taken.append(name)

    assert not taken
    assert len(TOKENS) >= 30
    way = set_out(Browser(app))
    way.with_token(way.honest())
    assert count(app) == 2, "and still works"
    record_property("figure", f"forged OIDC tokens accepted: {len(taken)} of {len(TOKENS)}")


def test_more_than_one_signature_is_taken(app, ruth, lying, set_out):
    """ES256 and PS256 beside RS256; what is listed for encryption signs nothing."""
    for key, header in (
        (lying.ec_key, {"alg": "ES256", "kid": "ec-1"}),
        (lying.key, {"alg": "RS256", "kid": "key-1", "typ": "JWT"}),
    ):
        way = set_out(Browser(app))
        way.with_token(lying.sign(lying.claims(way.asked["nonce"]), key, **header))
    assert count(app) == 2
    lying.keys = [{**one, "use": "enc", "kid": "other"} for one in lying.keys]
    app.extensions["single_sign_on"].clients["other"]._keys = None
    way = set_out(Browser(app))
    way.with_token(lying.sign(lying.claims(way.asked["nonce"]), kid="other"), status=403)


@pytest.mark.parametrize("query", [{"iss": "https://accounts.example"}, {"iss": ""}])
def test_an_answer_of_another_issuer_is_refused(app, ruth, set_out, query):
    """The mix-up attack: an answer that says whose it is must be this provider’s (RFC 9207)."""
    set_out(Browser(app)).back(status=403, **query)


def test_an_answer_must_name_its_issuer_where_the_provider_says_that_it_does(
    app, ruth, lying, set_out
):
    lying.description["authorization_response_iss_parameter_supported"] = True
    way = set_out(Browser(app))
    way.back(status=403)
    way = set_out(Browser(app))
    lying.give(way.honest())
    way.back(iss=lying.issuer)
    way.finish()
    assert count(app) == 1


@pytest.mark.parametrize(
    "changes", [{"state": "of-another-way"}, {"state": None}, {"state": "é"}, {"state": ""}]
)
def test_an_answer_to_another_question_is_refused(app, ruth, set_out, changes):
    way = set_out(Browser(app))
    way.back(status=410, **changes)
    Browser(app).get("/sign-in/finish", 410)


def test_an_answer_at_another_provider_s_address_is_refused(app, ruth, set_out):
    way = set_out(Browser(app))
    way.browser.get(f"/sign-in/with/real/back?code=x&state={way.asked['state']}", 410)


def test_another_s_answer_is_of_no_use_in_this_browser(app, ruth, lying, set_out):
    """Somebody leads a victim’s browser to their own answer: it was asked for elsewhere."""
    theirs, victim = set_out(Browser(app)), set_out(Browser(app))
    victim.back(state=theirs.asked["state"], status=410)


def test_a_stolen_code_is_of_no_use_without_its_verifier(app, ruth, lying, set_out):
    """PKCE: the code belongs to a question asked elsewhere, whose verifier never left it."""
    thief = set_out(Browser(app))
    victim = set_out(Browser(app))  # the provider holds this challenge now
    lying.give(thief.honest())
    thief.back("code-of-the-victim")
    thief.finish(403)
    lying.give(victim.honest())
    victim.back("code-of-the-victim")
    victim.finish()
    assert count(app) == 1


def test_a_code_is_good_once_even_if_the_provider_minds(app, ruth, lying, set_out):
    way = set_out(Browser(app))
    lying.give(way.honest())
    way.back("code-1")
    kept = way.browser.client.get_cookie("oidc").value
    way.finish()
    lying.spent.clear()  # a provider that does not keep count
    again = Browser(app)
    again.client.set_cookie("oidc", kept)
    again.get("/sign-in/finish").submit(status=403)
    assert count(app) == 1


def test_a_second_code_cannot_be_slipped_in(app, ruth, lying, set_out):
    way = set_out(Browser(app))
    way.back("code-1")
    way.back("code-2", status=410)
    way.back("code-1")


@pytest.mark.parametrize("code", ["x" * 2301, "line\nbreak", "é"])
def test_a_senseless_code_is_refused(app, ruth, set_out, code):
    set_out(Browser(app)).back(code, status=403)


@pytest.mark.parametrize("cookie", ["", "x", "é", "AAAA", "A" * 4000, "oidc=1"])
def test_nobody_makes_the_cookie_themselves(app, ruth, cookie):
    browser = Browser(app)
    browser.client.set_cookie("oidc", cookie)
    browser.get("/sign-in/finish", 410)
    browser.get("/sign-in/with/other/back?code=x&state=", 410)


def test_a_cookie_that_was_changed_is_none(app, ruth, set_out):
    way = set_out(Browser(app))
    way.back()
    value = way.browser.client.get_cookie("oidc").value
    for place in (0, 20, len(value) // 2, len(value) - 5):
        changed = value[:place] + ("A" if value[place] != "A" else "B") + value[place + 1 :]
        way.browser.client.set_cookie("oidc", changed)
        way.browser.get("/sign-in/finish", 410)


OURS = {"tid": TENANT, "oid": ACCOUNT}


@pytest.mark.parametrize(
    "claims",
    [
        {**OURS, "tid": "99999999-2222-3333-4444-555555555555"},
        {**OURS, "tid": None},
        {**OURS, "tid": [TENANT]},
        {**OURS, "oid": None},
        {**OURS, "oid": "not-an-id"},
        {**OURS, "oid": ACCOUNT.upper()},
    ],
)
def test_microsoft_accounts_of_other_tenants_are_refused(
    app, school, lying, linked, set_out, claims
):
    as_kind(app, kind=Kind.ENTRA, tenant=TENANT)
    linked(school.dsl, "other", lying.issuer, ACCOUNT)
    way = set_out(Browser(app))
    assert way.asked["scope"] == "openid profile"
    assert way.asked["prompt"] == "select_account"
    way.with_token(way.honest(**claims), status=403)
    way = set_out(Browser(app))
    way.with_token(way.honest(sub="changes-with-the-registration", **OURS))
    assert count(app) == 1


@pytest.mark.parametrize(
    "hd", ["elsewhere.example", None, "Oakfield.example", ["oakfield.example"]]
)
def test_google_accounts_of_other_domains_are_refused(app, ruth, lying, set_out, hd):
    as_kind(app, kind=Kind.GOOGLE, domain="oakfield.example")
    way = set_out(Browser(app))
    assert way.asked["hd"] == "oakfield.example"
    way.with_token(way.honest(hd=hd, email="ruth@oakfield.example"), status=403)
    way = set_out(Browser(app))
    way.with_token(way.honest(hd="oakfield.example"))
    assert count(app) == 1


def as_kind(app, **changes):
    """The lying provider in the place of one of the two that have claims of their own."""
    extension = app.extensions["single_sign_on"]
    client = extension.clients["other"]
    provider = replace(client.provider, **changes)
    extension.clients["other"] = Client(provider, extension.settings.callback(provider))


def test_guessing_is_slowed_down_by_address(app, ruth, lying, set_out, monkeypatch):
    from portal.staff.sign_ins import throttle

    monkeypatch.setattr(throttle, "IN_A_MINUTE", 3)
    for _ in range(3):
        way = set_out(Browser(app))
        way.with_token("forged", status=403)
    asked = len(lying.asked)
    way = set_out(Browser(app))
    lying.give(way.honest())
    way.back("code-9")
    slowed = way.finish(429)
    assert "too many tries" in slowed.summary()[0]
    assert lying.asked[asked:] == [], "nobody was asked meanwhile"


def test_an_answer_is_tied_to_one_role_of_nobody_else(app, school, ruth, lying, set_out):
    """The same subject at the other provider is another identity."""
    way = set_out(Browser(app))
    way.with_token(way.honest())
    with app.app_context():
        (one,) = session.scalars(select(SignIn)).all()
    assert one.member_id == school.dsl.id
    assert one.member_id != school[Role.HEAD].id
