"""Passkeys: what is asked, what is taken, and above all what is not.

The portal stands at its own name here, as at a school. The authenticator is one in software, which
signs what no real one would sign.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from portal import clock, create_app
from portal.config import Config
from portal.db import session
from portal.journal.models import JournalRow
from portal.staff.factors import passkey_rules
from portal.staff.factors.models import Passkey, PasskeyUse
from portal.staff.factors.passkey_rules import Copied, Known, NotTaken
from portal.staff.models import Member, SecurityNotice, SignIn
from portal.staff.roles import Role
from portal.web.sheets import FormSheet
from tests.conftest import new_portal
from tests.factories import PASSWORD, Colleague, School, saved
from tests.page import Browser, Page
from tests.staff.soft_key import EDDSA, ES256, ES512, PRESENT, RS256, VERIFIED, SoftKey

HOST = "portal.oakfield.example"
ORIGIN = f"https://{HOST}"
ADD = "/account/second-factor/passkeys/new"
GIVE = "/sign-in/second/passkey"
START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)

ELSEWHERE = (
    "https://portal.0akfield.example",
    "https://portal.oakfleld.example",
    "https://portal.oakfie1d.example",
    "https://portai.oakfield.example",
    "https://portal-oakfield.example",
    "https://portal.oakfield-example.example",
    "https://portal.oakfield.example.attacker.example",
    "https://portal.oakfield.example-login.example",
    "https://oakfield.example",
    "https://www.oakfield.example",
    "https://login.portal.oakfield.example",
    "https://portal.portal.oakfield.example",
    "https://moodle.oakfield.example",
    "https://portal.oakfield.exampl",
    "https://portal.oakfield.examples",
    "https://portal.oakfield.sch.uk",
    "https://xn--prtal-jua.oakfield.example",
    "https://portal.xn--akfield-q0a.example",
    "https://xn--portal-oakfield-example.example",
    "https://pörtal.oakfield.example",
    "https://portal.oakfіeld.example",
    "https://portal。oakfield。example",
    "http://portal.oakfield.example",
    "http://portal.oakfield.example:443",
    "https://portal.oakfield.example:443",
    "https://portal.oakfield.example:8443",
    "https://portal.oakfield.example:80",
    "https://portal.oakfield.example/",
    "https://portal.oakfield.example/sign-in",
    "https://portal.oakfield.example?",
    "https://portal.oakfield.example#",
    "https://portal.oakfield.example.",
    "https://.portal.oakfield.example",
    "https://portal..oakfield.example",
    "https://PORTAL.OAKFIELD.EXAMPLE",
    "HTTPS://portal.oakfield.example",
    " https://portal.oakfield.example",
    "https://portal.oakfield.example ",
    "https://portal.oakfield.example\n",
    "https://portal.oakfield.example\x00",
    "https://ruth@portal.oakfield.example",
    "https://portal.oakfield.example@attacker.example",
    "//portal.oakfield.example",
    "portal.oakfield.example",
    "https://127.0.0.1",
    "http://localhost",
    "android:apk-key-hash:pOrTaL0oAkFiElD",
    "chrome-extension://abcdefghijklmnop",
    "null",
    "",
)
"""Fifty addresses that are not the portal’s own. Whoever stands at one of them gets nothing."""


class AtSchool(Browser):
    """A browser that opens the portal under the school’s own name, over https."""

    origin = ORIGIN

    def send(self, method: str, path: str, *rest: Any, **options: Any) -> Page:
        headers = {"Referer": f"{self.origin}/"}  # over https a form has to say where it was
        return super().send(method, path, *rest, base_url=self.origin, headers=headers, **options)


@dataclass
class Desk:
    """One member of staff at a screen."""

    app: Flask
    who: Colleague
    browser: AtSchool

    def password(self) -> Page:
        page = self.browser.get("/sign-in")
        return page.submit(username=self.who.username, password=PASSWORD)

    def let_in(self) -> "Desk":
        """Give the password, and the second factor by another way."""
        self.password()
        mine = update(SignIn).where(SignIn.member_id == self.who.id)
        with saved(self.app):
            session.execute(mine.values(second_at=clock.now(), second_how="totp"))
        return self

    def asked(self, page: Page, address: str) -> dict[str, Any]:
        token = page.fields(page.path)["csrf_token"]
        answer = self.browser.send("POST", address, {"csrf_token": token}, 200)
        assert answer.headers["Content-Type"] == "application/json"
        return dict(json.loads(answer.body))

    def to_add(self) -> tuple[Page, dict[str, Any]]:
        page = self.browser.get(ADD)
        return page, self.asked(page, "/account/second-factor/passkeys/ask")

    def to_give(self) -> tuple[Page, dict[str, Any]]:
        page = self.browser.get(GIVE)
        return page, self.asked(page, f"{GIVE}/ask")

    def add(self, key: SoftKey, label: str = "Work laptop") -> Page:
        page, asked = self.to_add()
        answer = key.create(asked, ORIGIN)
        return page.submit(ADD, fields={"label": label, "passkey": answer})

    def give(self, key: SoftKey, status: int = 303, origin: str = ORIGIN, **changes: Any) -> Page:
        page, asked = self.to_give()
        answer = key.get(asked, origin, **changes)
        return page.submit(GIVE, passkey=answer, status=status)

    def sign_out(self) -> "Desk":
        self.browser.get("/sign-out").submit("/sign-out")
        return self


@pytest.fixture
def app(config: Config) -> Iterator[Flask]:
    with new_portal(replace(config, hosts=(HOST,), https=True)) as made:
        yield made


@pytest.fixture
def desk(app: Flask, school: School) -> Callable[..., Desk]:
    return lambda who=school.dsl: Desk(app, who, AtSchool(app))


@pytest.fixture
def key() -> SoftKey:
    return SoftKey()


@pytest.fixture
def enrolled(desk: Callable[..., Desk], key: SoftKey) -> Desk:
    """A lead who has a passkey, has signed out, and has given the password again."""
    at = desk().let_in()
    at.add(key)
    at.sign_out()
    at.password()
    return at


def is_outside(at: Desk) -> bool:
    return at.browser.get("/today", 303).location.startswith("/sign-in/second")


def told(app: Flask) -> list[tuple[str, Any]]:
    with saved(app):
        return [(one.kind, one.for_id) for one in session.scalars(select(SecurityNotice))]


def noted(app: Flask, verb: str) -> int:
    with saved(app):
        return len(session.scalars(select(JournalRow).where(JournalRow.verb == verb)).all())


# adding one


def test_adding_one_signs_in_with_it_from_then_on(enrolled: Desk, key: SoftKey) -> None:
    assert is_outside(enrolled)

    done = enrolled.give(key)

    assert done.location == "/"
    assert enrolled.browser.get("/today").status == 200


def test_what_is_asked(desk: Callable[..., Desk], school: School) -> None:
    _, asked = desk().let_in().to_add()

    assert asked["rp"] == {"name": "Safeguarding", "id": HOST}
    assert asked["user"]["name"] == asked["user"]["displayName"] == school.dsl.username
    assert "Adeyemi" not in json.dumps(asked)
    assert len(asked["challenge"]) == 43  # 32 bytes
    assert [one["alg"] for one in asked["pubKeyCredParams"]] == [ES256, EDDSA, RS256]
    assert asked["attestation"] == "none"
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert asked["authenticatorSelection"]["residentKey"] == "preferred"
    assert asked["timeout"] == 300_000


def test_what_is_asked_at_sign_in(enrolled: Desk, key: SoftKey) -> None:
    _, asked = enrolled.to_give()

    assert asked["rpId"] == HOST
    assert asked["userVerification"] == "required"
    assert len(asked["allowCredentials"]) == 1
    enrolled.give(key)
    _, again = enrolled.to_add()
    assert again["excludeCredentials"] == asked["allowCredentials"]
    assert again["user"]["id"] not in {str(enrolled.who.id), ""}


@pytest.mark.parametrize("algorithm", [ES256, EDDSA, RS256])
def test_each_kind_of_key(desk: Callable[..., Desk], algorithm: int) -> None:
    at, key = desk().let_in(), SoftKey(algorithm)
    at.add(key)
    at.sign_out().password()

    assert at.give(key).location == "/"


@pytest.mark.parametrize("key", [SoftKey(ES512), SoftKey(RS256, bits=1024)], ids=["p521", "rsa1k"])
def test_other_kinds_of_key_are_not_added(desk: Callable[..., Desk], key: SoftKey) -> None:
    at = desk().let_in()
    page, asked = at.to_add()

    refused = page.submit(
        ADD, status=422, fields={"label": "Mine", "passkey": key.create(asked, ORIGIN)}
    )

    assert "was not added" in refused.summary()[0]
    assert refused.fields(ADD)["label"] == "Mine"
    assert refused.fields(ADD)["passkey"] == ""
    assert at.browser.get(ADD).fields(ADD)["label"] == "Mine"  # kept, as what is typed is
    with at.app.app_context():
        (kept,) = session.scalars(select(FormSheet)).all()
        assert kept.fields == [["label", "Mine"]]
    at.add(SoftKey(ES256))
    assert at.browser.get(ADD).fields(ADD)["label"] == ""


WRONG_NEW: dict[str, dict[str, Any]] = {
    "not verified": {"flags": PRESENT},
    "not present": {"flags": VERIFIED},
    "another name": {"rp_id": "oakfield.example"},
    "another challenge": {"challenge": "A" * 43},
    "another act": {"type": "webauthn.get"},
    "inside another page": {"crossOrigin": True},
    "inside a page of": {"topOrigin": "https://attacker.example"},
}


@pytest.mark.parametrize("wrong", WRONG_NEW.values(), ids=WRONG_NEW)
def test_what_does_not_fit_is_not_added(
    desk: Callable[..., Desk], key: SoftKey, wrong: dict[str, Any]
) -> None:
    at = desk().let_in()
    page, asked = at.to_add()

    answer = key.create(asked, ORIGIN, **wrong)

    page.submit(ADD, status=422, fields={"label": "Mine", "passkey": answer})
    assert "Mine" not in at.browser.get("/account/second-factor").main_text
    assert noted(at.app, "a new passkey did not fit") == 1


NONSENSE = (
    "", "x", "null", "[]", "{}", '"a"', "1", "[" * 5000, '{"id":1}', '{"rawId":"AA","id":"AA"}',
    '{"response":{"clientDataJSON":"!"}}', '{"response":{"clientDataJSON":"bnVsbA"}}',
    '{"response":{"clientDataJSON":"e30"},"id":"AA","rawId":"AA","type":"public-key"}',
    '{"response":[],"rawId":[]}', "é", "x" * 20_000,
)  # fmt: skip


@pytest.mark.parametrize("address", [ADD, GIVE])
def test_nonsense_is_refused_and_never_a_fault(enrolled: Desk, key: SoftKey, address: str) -> None:
    if address == ADD:
        enrolled.give(key)
    for one in NONSENSE:
        page, _ = enrolled.to_add() if address == ADD else enrolled.to_give()
        fields = {"passkey": one, **({"label": "Mine"} if address == ADD else {})}
        assert page.submit(address, status=422, fields=fields).summary(), one


def test_one_that_is_known_is_not_added_again(
    desk: Callable[..., Desk], school: School, key: SoftKey
) -> None:
    desk().let_in().add(key)
    other = desk(school.head).let_in()
    page, asked = other.to_add()

    refused = page.submit(
        ADD, status=422, fields={"label": "Mine", "passkey": key.create(asked, ORIGIN)}
    )

    assert "was not added" in refused.summary()[0]


def test_it_needs_the_password_and_a_name(desk: Callable[..., Desk], key: SoftKey) -> None:
    at = desk().let_in()
    page, asked = at.to_add()
    answer = key.create(asked, ORIGIN)

    refused = page.submit(ADD, status=422, fields={"label": " ", "passkey": answer})
    assert refused.summary() == ["Give the passkey a name, such as “Work laptop”"]
    with saved(at.app):
        session.execute(update(SignIn).values(password_at=clock.now() - timedelta(minutes=6)))
    assert at.browser.get(ADD, 303).location.startswith("/confirm-password")
    asking = at.browser.send(
        "POST", "/account/second-factor/passkeys/ask", dict(page.fields(ADD)), 303
    )
    assert asking.location.startswith("/confirm-password")


def test_there_is_an_end_to_how_many(desk: Callable[..., Desk]) -> None:
    at = desk().let_in()
    for number in range(passkey_rules.AT_MOST):
        at.add(SoftKey(), f"Key {number}")

    full = at.browser.get("/account/second-factor")

    assert "as many passkeys as" in full.main_text
    token = full.fields("/hide")["csrf_token"]
    at.browser.post("/account/second-factor/passkeys/ask", {"csrf_token": token}, 409)


def test_whoever_has_no_second_factor_has_one_then(
    desk: Callable[..., Desk], school: School, key: SoftKey
) -> None:
    at = desk(school[Role.STAFF])
    at.password()

    codes = at.add(key).follow()

    assert codes.path == "/account/second-factor/codes"
    assert at.browser.get("/disclosures").status == 200  # this screen gave it just now
    with saved(at.app):
        assert session.get_one(Member, at.who.id).has_second
    at.sign_out().password()
    assert at.browser.get("/disclosures", 303).location.startswith("/sign-in/second")
    at.give(key)
    assert at.browser.get("/disclosures").status == 200


def test_owner_and_leads_are_told(
    desk: Callable[..., Desk], app: Flask, school: School, key: SoftKey
) -> None:
    desk(school.head).let_in().add(key)

    assert {("factor_added", school.head.id), ("factor_added", school.dsl.id)} <= set(told(app))


# what is refused at sign-in


def test_no_passkey_answers_from_elsewhere(
    enrolled: Desk, key: SoftKey, record_property: Callable[[str, object], None]
) -> None:
    """By request: a right signature over an address that is not the portal’s own, fifty times."""
    assert len(set(ELSEWHERE)) == 50
    taken = []
    for address in ELSEWHERE:
        done = enrolled.give(key, status=422, origin=address)
        if not done.summary() or not is_outside(enrolled):
            taken.append(address)

    record_property("figure", f"passkey from a wrong origin accepted: {len(taken)} of 50")
    assert not taken
    assert enrolled.give(key).location == "/"


def test_no_passkey_of_another_name_answers(
    enrolled: Desk, key: SoftKey, record_property: Callable[[str, object], None]
) -> None:
    """The name is part of what is signed, beside the address."""
    names = [one.partition("://")[2].strip() or "x" for one in ELSEWHERE]
    wrong = [one for one in dict.fromkeys(names) if one != HOST]
    taken = []
    for name in wrong:
        enrolled.give(key, status=422, rp_id=name)
        if not is_outside(enrolled):
            taken.append(name)

    record_property("figure", f"passkey of another rpId accepted: {len(taken)} of {len(wrong)}")
    assert not taken
    assert enrolled.give(key).location == "/"


WRONG: dict[str, dict[str, Any]] = {
    "another challenge": {"challenge": "A" * 43},
    "no challenge": {"challenge": ""},
    "another act": {"type": "webauthn.create"},
    "not verified": {"flags": PRESENT},
    "not present": {"flags": VERIFIED},
    "a changed signature": {"tampered": True},
    "somebody else’s handle": {"user": b"x" * 32},
    "inside another page": {"crossOrigin": True},
    "inside another page, in words": {"crossOrigin": "true"},
    "inside a page of": {"topOrigin": "https://attacker.example"},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_what_does_not_fit_lets_nobody_in(
    enrolled: Desk, key: SoftKey, wrong: dict[str, Any]
) -> None:
    refused = enrolled.give(key, status=422, **wrong)

    assert "was not taken" in refused.summary()[0]
    assert is_outside(enrolled)
    assert noted(enrolled.app, "a passkey did not fit") == 1
    assert enrolled.give(key).location == "/"


def test_a_right_answer_is_good_once(enrolled: Desk, key: SoftKey) -> None:
    page, asked = enrolled.to_give()
    answer = key.get(asked, ORIGIN)
    page.submit(GIVE, passkey=answer)
    enrolled.sign_out().password()

    again = enrolled.browser.get(GIVE)
    again.submit(GIVE, passkey=answer, status=422)
    enrolled.to_give()  # another challenge waits now
    again.submit(GIVE, passkey=answer, status=422)

    assert is_outside(enrolled)


def test_a_wrong_answer_uses_the_challenge_up(enrolled: Desk, key: SoftKey) -> None:
    page, asked = enrolled.to_give()
    wrong = key.get(asked, "https://attacker.example")
    right = key.get(asked, ORIGIN)

    page.submit(GIVE, passkey=wrong, status=422)
    page.submit(GIVE, passkey=right, status=422)

    assert is_outside(enrolled)


def test_a_newer_challenge_replaces_the_one_before(enrolled: Desk, key: SoftKey) -> None:
    page, first = enrolled.to_give()
    enrolled.to_give()

    page.submit(GIVE, passkey=key.get(first, ORIGIN), status=422)


def test_a_challenge_is_good_for_five_minutes(
    enrolled: Desk, key: SoftKey, stopped: Callable[[datetime], None]
) -> None:
    began = clock.now()
    for seconds, status in ((301, 422), (300, 303)):
        stopped(began)
        page, asked = enrolled.to_give()
        stopped(began + timedelta(seconds=seconds))
        page.submit(GIVE, passkey=key.get(asked, ORIGIN), status=status)


def test_a_challenge_belongs_to_its_sign_in(
    enrolled: Desk, desk: Callable[..., Desk], key: SoftKey
) -> None:
    """What a passkey signs for one sign-in opens no other of the same person."""
    elsewhere = desk()
    elsewhere.password()
    page, _ = elsewhere.to_give()
    _, asked = enrolled.to_give()

    page.submit(GIVE, passkey=key.get(asked, ORIGIN), status=422)

    assert is_outside(elsewhere)


def test_a_challenge_for_adding_is_no_good_for_signing_in(
    desk: Callable[..., Desk], key: SoftKey
) -> None:
    at = desk().let_in()
    at.add(key)
    _, asked = at.to_add()
    with saved(at.app):
        session.execute(update(SignIn).values(second_at=None))

    page = at.browser.get(GIVE)
    answer = key.create({**asked, "rpId": HOST}, ORIGIN)

    page.submit(GIVE, passkey=answer, status=422)


def test_another_persons_passkey_is_not_taken(
    enrolled: Desk, desk: Callable[..., Desk], school: School, key: SoftKey
) -> None:
    theirs = SoftKey()
    other = desk(school.head).let_in()
    other.add(theirs)

    enrolled.give(theirs, status=422)
    assert is_outside(enrolled)
    theirs.credential_id = key.credential_id  # claims to be the right one
    enrolled.give(theirs, status=422)
    assert is_outside(enrolled)


def test_a_removed_one_is_not_taken(enrolled: Desk, key: SoftKey) -> None:
    second = SoftKey()
    enrolled.give(key)
    enrolled.add(second, "Blue key")
    with saved(enrolled.app):
        first = session.scalars(
            select(Passkey).where(Passkey.credential_id == key.credential_id)
        ).one()
        address = f"/account/second-factor/passkeys/{first.id}/remove"
    enrolled.browser.get(address).submit(button="Remove the passkey")
    enrolled.sign_out().password()

    enrolled.give(key, status=422)
    assert is_outside(enrolled)
    assert enrolled.give(second).location == "/"


def test_of_an_ended_account_none_is_taken(enrolled: Desk, key: SoftKey) -> None:
    page, asked = enrolled.to_give()
    with saved(enrolled.app):
        session.execute(
            update(Member).where(Member.id == enrolled.who.id).values(ended_at=clock.now())
        )

    ended = page.submit(GIVE, passkey=key.get(asked, ORIGIN))

    assert ended.location.startswith("/sign-in?")


# the counter


def test_a_counter_that_goes_back_is_refused_and_told(
    enrolled: Desk, key: SoftKey, app: Flask, school: School
) -> None:
    enrolled.give(key, counter=7)
    enrolled.sign_out().password()
    for counter in (7, 6, 0):
        page = enrolled.give(key, counter=counter).follow()
        assert "answered as a copy of it would" in page.main_text
        assert is_outside(enrolled)

    kinds = told(app)
    assert kinds.count(("passkey_counter", school.dsl.id)) == 3
    assert kinds.count(("passkey_counter", school[Role.DEPUTY].id)) == 3
    with saved(app):
        assert session.scalars(select(PasskeyUse.counter)).one() == 7
    assert enrolled.give(key, counter=8).location == "/"


def test_a_forged_counter_tells_nobody(enrolled: Desk, key: SoftKey, app: Flask) -> None:
    """Only who holds the passkey, or a copy of it, can make the portal say that there is a copy."""
    enrolled.give(key, counter=7)
    enrolled.sign_out().password()

    enrolled.give(key, status=422, counter=3, tampered=True)

    assert "passkey_counter" not in {kind for kind, _ in told(app)}


def test_a_passkey_that_does_not_count_is_taken(enrolled: Desk, key: SoftKey) -> None:
    """Those kept by a telephone or a password manager stay at nought."""
    for _ in range(3):
        assert enrolled.give(key, counter=0).location == "/"
        enrolled.sign_out().password()


# after sign-in


def test_the_cookie_from_before_opens_nothing(enrolled: Desk, key: SoftKey, app: Flask) -> None:
    cookies = enrolled.browser.client.get_cookie("__Host-portal", domain=HOST)
    assert cookies is not None
    thief = AtSchool(app)
    thief.client.set_cookie("__Host-portal", cookies.value, domain=HOST, secure=True)

    enrolled.give(key)

    assert thief.get("/today", 303).location.startswith("/sign-in?")
    assert enrolled.browser.get("/today").status == 200


def test_it_leads_on_to_where_somebody_wanted_to_go(enrolled: Desk, key: SoftKey) -> None:
    page = enrolled.browser.get(f"{GIVE}?next=/cases")
    asked = enrolled.asked(enrolled.browser.get(GIVE), f"{GIVE}/ask")

    assert page.submit(GIVE, passkey=key.get(asked, ORIGIN)).location == "/cases"


def test_nobody_is_asked_who_is_let_in_already(enrolled: Desk, key: SoftKey) -> None:
    enrolled.give(key)

    assert enrolled.browser.get(GIVE, 303).location == "/"
    token = enrolled.browser.get("/account").fields("/hide")["csrf_token"]
    enrolled.browser.post(f"{GIVE}/ask", {"csrf_token": token}, 409)


def test_the_owner_sees_when_each_was_used(enrolled: Desk, key: SoftKey) -> None:
    enrolled.give(key)
    enrolled.add(SoftKey(), "Zoë’s key")

    page = enrolled.browser.get("/account/second-factor")

    assert "Work laptop" in page.written()
    assert "Zoë’s key" in page.written()
    assert "Not yet" in page.main_text


# removing one


def only_passkey(app: Flask) -> str:
    with saved(app):
        one = session.scalars(select(Passkey).where(Passkey.ended_at.is_(None))).one()
        return f"/account/second-factor/passkeys/{one.id}/remove"


def test_a_passkey_of_somebody_else_is_not_there(
    enrolled: Desk, desk: Callable[..., Desk], school: School, key: SoftKey
) -> None:
    address = only_passkey(enrolled.app)
    other = desk(school.head).let_in()

    other.browser.get(address, 404)
    token = other.browser.get("/account").fields("/hide")["csrf_token"]
    other.browser.post(address, {"csrf_token": token}, 404)


def test_a_reader_keeps_one(enrolled: Desk, key: SoftKey, app: Flask) -> None:
    enrolled.give(key)
    address = only_passkey(app)
    form = enrolled.browser.get(address)
    enrolled.browser.get("/account/second-factor/app/remove").submit(button="Remove the app")

    assert "your only second factor" in enrolled.browser.get(address).main_text
    form.submit(button="Remove the passkey", status=409)


def test_whoever_need_not_have_one_may_remove_the_last(
    desk: Callable[..., Desk], school: School, key: SoftKey, app: Flask
) -> None:
    at = desk(school[Role.STAFF])
    at.password()
    at.add(key)

    at.browser.get(only_passkey(app)).submit(button="Remove the passkey")

    with saved(app):
        assert not session.get_one(Member, at.who.id).has_second
    assert ("factor_removed", school.dsl.id) in told(app)
    at.sign_out().password()
    assert at.browser.get("/disclosures").status == 200


# the pure part


@pytest.mark.parametrize(
    ("host", "name", "origins"),
    [
        (HOST, HOST, [ORIGIN]),
        (f"{HOST}:443", HOST, [ORIGIN]),
        (f"{HOST}:8443", HOST, [f"{ORIGIN}:8443"]),
        (HOST.upper(), HOST, [ORIGIN]),
        ("localhost:8000", "localhost", ["https://localhost:8000", "http://localhost:8000"]),
        ("portal.localhost", "portal.localhost", ["https://portal.localhost", "http://portal.localhost"]),
        ("portal", "portal", ["https://portal"]),
    ],
)  # fmt: skip
def test_a_place(host: str, name: str, origins: list[str]) -> None:
    found = passkey_rules.place(host)

    assert found is not None
    assert (found.name, list(found.origins)) == (name, origins)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.1:8000", "[::1]:8000", "10.0.0.7", "", "a..b", "a_b", "x."]
)
def test_no_place(host: str) -> None:
    assert passkey_rules.place(host) is None


def test_a_number_is_no_name(config: Config, school: School) -> None:
    """At 127.0.0.1 the pages say where to go instead."""
    app = create_app(replace(config, hosts=("127.0.0.1", "localhost")))
    number = AtSchool(app)
    number.origin = "http://127.0.0.1:8000"
    who = school[Role.STAFF]
    number.get("/sign-in").submit(username=who.username, password=PASSWORD)

    page = number.get("/account/second-factor")

    assert page.link("http://localhost:8000") == "http://localhost:8000"
    token = page.fields("/hide")["csrf_token"]
    refused = number.post("/account/second-factor/passkeys/ask", {"csrf_token": token}, 409)
    assert "is a number and not a name" in refused.main_text
    app.extensions["database"].engine.dispose()


def test_the_signature_is_looked_at_before_the_counter() -> None:
    at, key = passkey_rules.place(HOST), SoftKey()
    assert at is not None
    challenge = b"c" * 32
    made = passkey_rules.made(
        key.create(passkey_rules.to_add(at, challenge, b"u", "ruth", []), ORIGIN), challenge, at
    )
    known = Known(made.credential_id, made.public_key, 5, b"u")
    asked = passkey_rules.to_give(at, challenge, [made.credential_id])

    assert passkey_rules.given(key.get(asked, ORIGIN, counter=6), challenge, at, known) == 6
    with pytest.raises(Copied):
        passkey_rules.given(key.get(asked, ORIGIN, counter=5), challenge, at, known)
    with pytest.raises(NotTaken) as refused:
        passkey_rules.given(key.get(asked, ORIGIN, counter=5, tampered=True), challenge, at, known)
    assert refused.type is NotTaken


def test_when_a_challenge_is_good() -> None:
    for seconds, good in ((-1, False), (0, True), (300, True), (301, False)):
        assert passkey_rules.is_good(START, START + timedelta(seconds=seconds)) is good
    assert not passkey_rules.is_good(None, START)
