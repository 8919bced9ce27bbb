"""Passkeys in a real browser, with the authenticator that Chromium has for tests.

The portal is opened under a name here, because a passkey cannot be bound to a number.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, CDPSession, Page, Route, expect

from portal.cases import service as cases
from portal.staff.roles import Role
from tests import factories
from tests.e2e.office import House, Office, Screen
from tests.e2e.test_axe import AXE, RUN, TAGS
from tests.factories import Colleague, School

ADD = "/account/second-factor/passkeys/new"
GIVE = "/sign-in/second/passkey"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
PORTS = (80, 443, 1024, 3000, 4443, 5000, 8000, 8001, 8080, 8081, 8443, 9000, 9090, 9443, 49152)
NAMES = (
    "portal", "www", "login", "sign-in", "safeguarding", "oakfield", "xn--prtal-jua", "localhost",
    "127", "a.b", "portal.portal", "x", "0", "secure-portal", "localhost.portal",
)  # fmt: skip
OTHERS = (
    "https://localhost", "https://portal.localhost", "https://1ocalhost.example",
    "https://localhost.example", "https://localhost.attacker.example", "https://attacker.example",
    "https://xn--lcalhost-bcb.example", "http://attacker.example", "http://localhost.example",
    "http://1ocalhost.example", "http://127.0.0.1", "http://127.0.0.2", "http://[::1]",
    "http://10.0.0.7", "https://10.0.0.7", "https://portal.oakfield.example",
    "https://localhost-portal.example", "https://my-localhost.example", "https://local.host.example",
    "http://local.host.example",
)  # fmt: skip

TAKE = """async ([asked, rpId]) => {
  const bytes = (words) => Uint8Array.from(
    atob(words.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\\+/g, "-").replace(/\\//g, "_").replace(/=+$/, "");
  try {
    const found = await navigator.credentials.get({ publicKey: {
      rpId, challenge: bytes(asked.challenge), userVerification: "required", timeout: 2000,
      allowCredentials: asked.allowCredentials.map((one) => ({ ...one, id: bytes(one.id) })),
    } });
    return JSON.stringify({ id: found.id, rawId: text(found.rawId), type: found.type, response: {
      clientDataJSON: text(found.response.clientDataJSON),
      authenticatorData: text(found.response.authenticatorData),
      signature: text(found.response.signature),
      userHandle: null,
    } });
  } catch (problem) {
    return null;
  }
}"""
"""What a false page does that has got hold of the portal’s question."""

SEND = """async ([address, fields]) => {
  const token = document.querySelector("[name=csrf_token]").value;
  const answer = await fetch(address, { method: "POST", redirect: "manual",
    body: new URLSearchParams({ csrf_token: token, ...fields }) });
  return answer.type === "opaqueredirect" ? [303, ""] : [answer.status, await answer.text()];
}"""


class Named:
    """The house, with its door under another name."""

    def __init__(self, house: House, name: str) -> None:
        self._house = house
        self.address = house.address.replace("127.0.0.1", name)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._house, name)


@pytest.fixture
def office(app: Flask, house: House, chromium: Browser) -> Iterator[Office]:
    house.app = app
    made = Office(chromium, Named(house, "localhost"))  # type: ignore[arg-type]
    yield made
    made.close()


def authenticator(page: Page, **changes: Any) -> tuple[CDPSession, str]:
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    made = devtools.send(
        "WebAuthn.addVirtualAuthenticator", {"options": {**AUTHENTICATOR, **changes}}
    )
    return devtools, made["authenticatorId"]


def add(screen: Screen, label: str = "Work laptop") -> None:
    screen.go(ADD)
    screen.fill(label=label)
    with screen.page.expect_navigation():
        screen.press("Make the passkey")


def password_again(screen: Screen, who: Colleague) -> None:
    """Sign out, and give the password: the second factor comes next."""
    screen.go("/sign-out")
    screen.send("Sign out")
    screen.fill(username=who.username, password=who.password)
    screen.send("Sign in")
    assert screen.path.startswith("/sign-in/second")


def use(screen: Screen) -> None:
    with screen.page.expect_navigation():
        screen.press("Use your passkey")


def said(screen: Screen) -> Any:
    return screen.page.locator("[data-passkey-said]")


def test_adding_using_and_removing_one(school: School, sit_down: Callable[..., Screen]) -> None:
    lead = sit_down(school.dsl)
    devtools, device = authenticator(lead.page)

    add(lead)
    assert lead.path == "/account/second-factor/codes", "the codes that come with it"
    lead.go("/account/second-factor")
    lead.sees("Work laptop", "Not yet")

    password_again(lead, school.dsl)
    use(lead)
    assert lead.path == "/today"

    held = devtools.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"]
    assert [one["rpId"] for one in held] == ["localhost"]
    assert school.dsl.name not in str(held)
    lead.go("/account/second-factor")
    lead.enter("Remove Work laptop")
    lead.send("Remove the passkey")
    lead.does_not_see("Work laptop")
    lead.go("/sign-out")
    lead.send("Sign out")
    lead.sign_in(school.dsl)


def test_somebody_without_a_second_factor(school: School, sit_down: Callable[..., Screen]) -> None:
    staff = sit_down(school[Role.STAFF])
    authenticator(staff.page, transport="usb", hasResidentKey=False)

    add(staff, "Blue key")
    assert staff.path == "/account/second-factor/codes"
    password_again(staff, school[Role.STAFF])
    use(staff)

    assert staff.path == "/disclosures"


def test_the_same_device_is_not_taken_twice(
    school: School, sit_down: Callable[..., Screen]
) -> None:
    lead = sit_down(school.dsl)
    authenticator(lead.page)
    add(lead)

    lead.go(ADD)
    lead.fill(label="Again")
    lead.press("Make the passkey")

    expect(said(lead)).to_contain_text("has a passkey of yours already")


def test_a_name_is_missing(school: School, sit_down: Callable[..., Screen]) -> None:
    lead = sit_down(school.dsl)
    lead.go(ADD)

    lead.refused("Make the passkey", "Give the passkey a name")


def test_cancelled_and_then_a_code_instead(school: School, sit_down: Callable[..., Screen]) -> None:
    lead = sit_down(school.dsl)
    devtools, device = authenticator(lead.page)
    add(lead)
    password_again(lead, school.dsl)
    devtools.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})

    lead.press("Use your passkey")

    expect(said(lead)).to_contain_text("No passkey was used")
    lead.give_code(school.dsl)
    expect(lead.page.get_by_role("button", name="Hide screen")).to_be_visible()


def test_no_device_with_it_at_hand(school: School, sit_down: Callable[..., Screen]) -> None:
    lead = sit_down(school.dsl)
    devtools, device = authenticator(lead.page)
    add(lead)
    password_again(lead, school.dsl)
    devtools.send("WebAuthn.clearCredentials", {"authenticatorId": device})

    lead.press("Use your passkey")

    expect(said(lead)).to_contain_text("this device has none of yours")


def test_the_portal_does_not_answer(school: School, sit_down: Callable[..., Screen]) -> None:
    lead = sit_down(school.dsl)
    authenticator(lead.page)
    lead.go(ADD)
    lead.fill(label="Work laptop")
    lead.page.route("**/passkeys/ask", lambda route: route.fulfill(status=204))

    lead.press("Make the passkey")

    expect(said(lead)).to_contain_text("did not answer")


BROKEN = {
    "delete window.PublicKeyCredential": "cannot use passkeys",
    "Object.defineProperty(window, 'isSecureContext', {value: false})": "begins with https://",
}


@pytest.mark.parametrize("script", BROKEN)
def test_what_a_browser_cannot_do_is_said(
    school: School, sit_down: Callable[..., Screen], script: str
) -> None:
    lead = sit_down(school.dsl)
    lead.page.add_init_script(script)

    lead.go(ADD)

    expect(said(lead)).to_contain_text(BROKEN[script])
    expect(lead.page.get_by_role("button", name="Make the passkey")).to_be_hidden()


def test_without_scripts_it_says_what_to_use(
    school: School, office: Office, sit_down: Callable[..., Screen]
) -> None:
    lead = sit_down(school.dsl)
    authenticator(lead.page)
    add(lead)

    plain = office.screen(java_script_enabled=False)
    plain.go("/sign-in")
    plain.fill(username=school.dsl.username, password=school.dsl.password)
    plain.send("Sign in")

    plain.sees("A passkey needs JavaScript", "Use a code of your authenticator app")
    expect(plain.page.get_by_role("button", name="Use your passkey")).to_be_hidden()
    plain.give_code(school.dsl)
    expect(plain.page.get_by_role("button", name="Hide screen")).to_be_visible()


def test_at_a_number_it_says_which_name_to_use(
    app: Flask, house: House, chromium: Browser, school: School
) -> None:
    house.app = app
    office = Office(chromium, house)
    try:
        lead = office.screen()
        lead.sign_in(school.dsl)
        lead.go("/account/second-factor")
        lead.sees("not a name", house.address.replace("127.0.0.1", "localhost"))
    finally:
        office.close()


@pytest.mark.parametrize("width", [320, 1280])
def test_its_pages_are_sound(school: School, sit_down: Callable[..., Screen], width: int) -> None:
    lead = sit_down(school.dsl, viewport={"width": width, "height": 800})
    authenticator(lead.page)
    add(lead)

    for address in ("/account/second-factor", ADD, "second", GIVE):
        if address == "second":
            password_again(lead, school.dsl)
        else:
            lead.go(address)
        lead.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = lead.page.evaluate(RUN, {"type": "tag", "values": TAGS})
        assert not found, f"{address}: {found}"
        assert not lead.page.evaluate("document.documentElement.scrollWidth > innerWidth"), address


def test_taking_the_screen_back(
    school: School, sit_down: Callable[..., Screen], saved: Callable[..., Any]
) -> None:
    """With the passkey instead of the password, once a student has given the screen back."""
    with saved():
        case = factories.case(school)
        address = f"/cases/{case.reference}/wishes/{cases.people_in(case)[0].id}/hand-over"
    lead = sit_down(school.dsl)
    authenticator(lead.page)
    add(lead)
    lead.go(address)
    lead.send("Hand the screen over")
    lead.go("/handover/stop")
    with lead.page.expect_navigation():
        lead.page.get_by_role("button", name="Give the screen back").first.click()
    assert lead.path == "/handover/back"

    with lead.page.expect_navigation():
        lead.press("Use your passkey instead")

    assert lead.path == "/handover/read"


def test_no_passkey_answers_from_elsewhere(
    school: School,
    office: Office,
    sit_down: Callable[..., Screen],
    pytestconfig: pytest.Config,
    record_property: Callable[[str, object], None],
) -> None:
    """False pages that have the portal’s question, and the very key, in Chromium itself.

    Either the browser refuses to sign there, or the portal refuses what was signed. There are fifty
    with `--thorough`, ten without.
    """
    own = office.house.address
    port = own.rpartition(":")[2]
    false = [f"http://localhost:{one}" for one in PORTS if str(one) != port]
    false += [f"http://{one}.localhost:{port}" for one in NAMES] + list(OTHERS)
    false += ["http://localhost:65000"] * (50 - len(false))
    assert len(false) == 50
    if not pytestconfig.getoption("thorough"):
        false = false[::5]
    lead = sit_down(school.dsl)
    devtools, device = authenticator(lead.page)
    add(lead)
    password_again(lead, school.dsl)
    lead.go(GIVE)
    lead.may_answer(422)
    held = devtools.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"][0]

    taken, signed = [], 0
    for address in false:
        for name in ("localhost", address.partition("://")[2].rpartition(":")[0] or "localhost"):
            status, asked = lead.page.evaluate(SEND, [f"{GIVE}/ask", {}])
            assert status == 200
            answer = signed_at(office.browser, address, name, held, asked)
            if answer is None:
                continue
            signed += 1
            status, _ = lead.page.evaluate(SEND, [GIVE, {"passkey": answer}])
            if status != 422:
                taken.append(address)

    record_property(
        "figure",
        f"passkey from a wrong origin in Chromium accepted: {len(taken)} of {len(false)} "
        f"(the browser itself signed {signed} times)",
    )
    assert not taken
    assert signed > len(false) // 5, "the portal itself has to have refused some"
    use(lead)
    assert lead.path == "/today"


def signed_at(browser: Browser, address: str, name: str, held: Any, asked: str) -> str | None:
    """What a false page at an address gets signed for a name, with a copy of the passkey."""
    import json

    context = browser.new_context(ignore_https_errors=True)
    try:
        page = context.new_page()
        page.route("**/*", blank)
        page.goto(address)
        devtools, device = authenticator(page)
        copy = {**held, "rpId": name, "signCount": held["signCount"] + 1000}
        devtools.send("WebAuthn.addCredential", {"authenticatorId": device, "credential": copy})
        found: str | None = page.evaluate(TAKE, [json.loads(asked), name])
        return found
    finally:
        context.close()


def blank(route: Route) -> None:
    route.fulfill(body="<!doctype html><title>False</title>", content_type="text/html")
