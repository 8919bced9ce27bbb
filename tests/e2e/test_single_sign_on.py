"""Single sign-on in a browser, where cookies keep to their site: to a provider and back.

The provider is on `localhost` and the portal on 127.0.0.1, which are two sites to a browser.
"""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from portal.config import Config
from portal.staff.roles import Role
from tests.conftest import put_up
from tests.databases import Engine
from tests.e2e.office import House
from tests.factories import PASSWORD, School
from tests.staff.sso.providers import CLIENT_ID, SECRET, RealProvider

ELSEWHERE = re.compile(r"^https?://(?!localhost:|127\.0\.0\.1:)")


@pytest.fixture(scope="module")
def running() -> Iterator[RealProvider]:
    made = RealProvider()
    yield made
    made.stop()


@pytest.fixture
def config(engine: Engine, house: House, running: RealProvider, tmp_path: Path) -> Config:
    put_up(engine, {"school"})
    (tmp_path / "single-sign-on.toml").write_text(
        f"""
        address = "{house.address}"
        [[provider]]
        code = "real"
        label = "Example School Account"
        issuer = "{running.issuer}"
        client_id = "{CLIENT_ID}"
        client_secret_file = "secret"
        schools = ["Oakfield School"]
        """
    )
    (tmp_path / "secret").write_text(SECRET)
    os.chmod(tmp_path / "secret", 0o600)  # noqa: PTH101
    return replace(engine.config, home=tmp_path)


def at_the_provider(page: Page, sub: str) -> None:
    page.get_by_placeholder("sub").fill(sub)
    page.get_by_role("button", name="Authorize", exact=True).click()


def come_by(page: Page) -> None:
    """From the sign-in page by the provider’s own form."""
    page.goto("/sign-in?next=/account")
    page.get_by_role("button", name="Sign in with Example School Account").click()
    at_the_provider(page, "beth")


@pytest.fixture
def behind(app: Flask, house: House, chromium: Browser) -> Iterator[Callable[[bool], Page]]:
    """`behind(True)` is a page of a browser with scripts in front of the portal."""
    house.app = app
    contexts = []

    def open_page(scripts: bool) -> Page:
        context = chromium.new_context(base_url=house.address, java_script_enabled=scripts)
        # the provider’s own pages would fetch their style sheet from elsewhere
        context.route(ELSEWHERE, lambda route: route.abort())
        contexts.append(context)
        return contexts[-1].new_page()

    yield open_page
    for context in contexts:
        context.close()
    house.empty()
    assert house.faults == []


def test_linking_and_signing_in_across_sites(
    school: School, house: House, behind: Callable[[bool], Page]
) -> None:
    page = behind(True)
    said: list[ConsoleMessage] = []
    page.on("console", lambda one: said.append(one) if one.type == "error" else None)
    page.goto("/sign-in?next=/account/single-sign-on")
    page.get_by_label("Sign-in name").fill(school[Role.STAFF].username)
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("link", name="Link Example School Account").click()
    at_the_provider(page, "beth")
    # the session cookie was held back on the way, and is there again
    page.get_by_role("button", name="Link it").click()
    expect(page.get_by_text("Linked since")).to_be_visible()

    page.goto("/sign-out")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    come_by(page)
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    assert page.url == f"{house.address}/account"
    kept = {one["name"]: one for one in page.context.cookies(house.address)}
    assert kept["portal"]["sameSite"] == "Strict"
    assert "oidc" not in kept
    ours = [one.text for one in said if one.location["url"].startswith(house.address)]
    assert ours == []

    plain = behind(False)
    come_by(plain)
    plain.get_by_role("button", name="Continue to the portal").click()
    expect(plain.get_by_role("heading", name="Your account")).to_be_visible()
