"""A browser for the journeys: Debian’s Chromium (or Chrome), driven by Playwright.

Each journey runs on both engines. The walk with axe-core runs on SQLite only, because what it
examines, the pages, is the same on both and takes a minute. Where no browser is found the tests
are skipped with the reason; in CI, where one must be there, they fail.
"""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from portal import clock
from tests.e2e.office import FLAGS, House, Office, Screen, find_chromium

expect.set_options(timeout=15_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(os.path.dirname(__file__)):  # noqa: PTH120
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    found = find_chromium(playwright)
    if found is None:
        missing = "No Chromium or Chrome is installed, so nothing was tried in a browser."
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def house() -> Iterator[House]:
    made = House()
    yield made
    made.close()


@pytest.fixture
def office(app: Flask, house: House, chromium: Browser) -> Iterator[Office]:
    house.app = app
    made = Office(chromium, house)
    yield made
    made.close()


@pytest.fixture
def sit_down(office: Office) -> Callable[..., Screen]:
    """`sit_down(colleague)` signs somebody in at the sign-in page and gives the screen."""
    return office.sit_down


@pytest.fixture
def school_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten o’clock on a Wednesday that is still to come; the clock goes on from there.

    So a journey is the same at night, at a weekend, and when midnight passes.
    """
    real = datetime.now(UTC)
    ahead = (2 - clock.local(real).weekday()) % 7 or 7
    day = clock.local(real).date() + timedelta(days=ahead)
    shift = datetime.combine(day, time(10), clock.ZONE) - real
    monkeypatch.setattr(clock, "now", lambda: datetime.now(UTC) + shift)
