"""The portal with settings for single sign-on, and people on their way to a provider and back."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask

from portal.config import Config
from portal.staff import service as staff
from portal.staff.single_sign_on import service
from portal.staff.single_sign_on.provider import Proven
from tests import factories
from tests.conftest import put_up
from tests.databases import Engine
from tests.factories import Colleague
from tests.page import Browser, Page
from tests.staff.sso.providers import CLIENT_ID, SECRET, Liar, RealProvider, liar, sent_with


@pytest.fixture(scope="session")
def running() -> Iterator[RealProvider]:
    made = RealProvider()
    yield made
    made.stop()


@pytest.fixture
def lying() -> Iterator[Liar]:
    with liar() as made:
        yield made


def settings_text(real: str, lies: str) -> str:
    return f"""
address = "http://localhost"

[[provider]]
code = "real"
label = "Example School Account"
issuer = "{real}"
client_id = "{CLIENT_ID}"
client_secret_file = "real.secret"
schools = ["Oakfield School"]
second_factor = {{ amr = ["mfa"], acr = ["urn:two"] }}

[[provider]]
code = "other"
label = "Other Account"
issuer = "{lies}"
client_id = "{CLIENT_ID}"
client_secret_file = "other.secret"
schools = ["Oakfield School"]
second_factor = {{ amr = ["mfa"] }}
"""


def write_home(home: Path, text: str) -> None:
    home.mkdir(exist_ok=True)
    (home / "single-sign-on.toml").write_text(text)
    for name in ("real", "other"):
        file = home / f"{name}.secret"
        file.write_text(SECRET)
        os.chmod(file, 0o600)  # noqa: PTH101


@pytest.fixture
def config(
    engine: Engine,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    running: RealProvider,
    lying: Liar,
) -> Config:
    """As elsewhere, with a home of its own in which the settings lie."""
    put_up(engine, {"school", "second_school"} & set(request.fixturenames))
    write_home(tmp_path / "home", settings_text(running.issuer, lying.issuer))
    return replace(engine.config, home=tmp_path / "home")


@pytest.fixture
def linked(app: Flask) -> Callable[..., None]:
    """`linked(colleague, "real", issuer, subject)` links an identity without the pages."""

    def make(who: Colleague, code: str, issuer: str, subject: str) -> None:
        with factories.saved(app):
            member = staff.get_member(who.school_id, who.id)
            service.add_link(who.actor, member, code, Proven(issuer, subject, False))

    return make


@dataclass
class Way:
    """One browser on its way by the lying provider."""

    browser: Browser
    lying: Liar
    asked: dict[str, str]

    def back(self, code: str = "code-1", status: int = 200, **changes: Any) -> Page:
        sent = {"code": code, "state": self.asked["state"], **changes}
        sent = {name: value for name, value in sent.items() if value is not None}
        return self.browser.get(f"/sign-in/with/other/back?{urlencode(sent)}", status)

    def finish(self, status: int = 303) -> Page:
        return self.browser.get("/sign-in/finish").submit(status=status)

    def with_token(self, id_token: object, status: int = 303, **beside: Any) -> Page:
        """Come back with a code for this token, and press the button."""
        self.lying.give(id_token, **beside)
        self.back(f"code-{len(self.lying.spent)}")
        return self.finish(status)

    def honest(self, **changes: Any) -> str:
        return self.lying.sign(self.lying.claims(self.asked["nonce"], **changes))


@pytest.fixture
def set_out(lying: Liar) -> Callable[..., Way]:
    """`set_out(browser)` leaves for the lying provider."""

    def leave(browser: Browser, address: str = "/sign-in/with/other", **query: str) -> Way:
        asked = f"?{urlencode(query)}" if query else ""
        away = browser.get(address + asked, 303)
        assert away.location.startswith(f"{lying.issuer}/authorize?")
        asked_for = sent_with(away.location)
        lying.challenge = asked_for["code_challenge"]
        return Way(browser, lying, asked_for)

    return leave
