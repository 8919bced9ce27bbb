"""The portal served on loopback, and people who sit down at a screen in front of it.

Everything that a browser complains about is kept: errors in its console (each breach of the content
policy is one), scripts that fail, requests that would leave the server, and faults of the server
itself. A test that leaves one behind has failed.
"""

import re
import shutil
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Playwright,
    Request,
    expect,
)

from portal.clock import Happened
from tests.factories import Colleague, next_code

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]
_STATUS = re.compile(r"the server responded with a status of (\d{3})")


def find_chromium(playwright: Playwright) -> str | None:
    """The system’s own, or the one that Playwright has fetched."""
    for name in NAMES:
        if found := shutil.which(name):
            return found
    fetched = playwright.chromium.executable_path
    return fetched if Path(fetched).exists() else None


class House:
    """One server for the whole run; each test puts its own portal behind the door."""

    def __init__(self) -> None:
        from waitress import create_server  # type: ignore[import-untyped]  # ships no types

        self.app: Flask | None = None
        self.faults: list[str] = []
        self._busy = 0
        self._idle = threading.Condition()
        self._server = create_server(self._answer, host="127.0.0.1", port=0, threads=8)
        self.address = f"http://127.0.0.1:{self._server.effective_port}"
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()

    def _answer(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        with self._idle:
            self._busy += 1
        try:
            if self.app is None:
                # A browser that is being closed still asks for its icon, or saves what was typed:
                # nobody looks at the answer any more.
                start("503 Service Unavailable", [])
                return []
            answer = self.app(environ, start)
            try:
                return [b"".join(answer)]
            finally:
                if hasattr(answer, "close"):
                    answer.close()
        except Exception as problem:
            self.faults.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}: {problem!r}")
            raise
        finally:
            with self._idle:
                self._busy -= 1
                self._idle.notify_all()

    def empty(self) -> None:
        """Wait until the last answer is out: a browser saves a draft while it is being closed."""
        with self._idle:
            assert self._idle.wait_for(lambda: not self._busy, timeout=20)
            self.app = None

    def close(self) -> None:
        self._server.close()
        self._thread.join(timeout=5)


class Office:
    """The browser of one test, with a screen for each person who signs in."""

    def __init__(self, browser: Browser, house: House) -> None:
        self.browser, self.house = browser, house
        self.faults: list[str] = []
        self._states: dict[str, Any] = {}
        self._contexts: list[BrowserContext] = []

    def screen(self, **options: Any) -> "Screen":
        """A screen at which nobody has signed in."""
        context = self.browser.new_context(
            base_url=self.house.address,
            locale="en-GB",
            timezone_id="Europe/London",
            **{"viewport": {"width": 1280, "height": 900}, **options},
        )
        context.set_default_timeout(15_000)
        self._contexts.append(context)
        return Screen(self, context)

    def sit_down(self, who: Colleague, **options: Any) -> "Screen":
        """A screen at which this person has signed in; the sign-in page is asked once a person."""
        if who.username in self._states:
            return self.screen(storage_state=self._states[who.username], **options)
        screen = self.screen(**options)
        screen.sign_in(who)
        self._states[who.username] = screen.context.storage_state()
        return screen

    def forget(self, who: Colleague) -> None:
        """What this person did ended the sign-in: the next screen asks again."""
        del self._states[who.username]

    def close(self) -> None:
        for context in self._contexts:
            context.close()
        self.house.empty()
        found = [*self.faults, *self.house.faults]
        self.house.faults.clear()
        assert not found, "The browser or the server complained:\n  " + "\n  ".join(found)


class Screen:
    """One person’s browser window."""

    def __init__(self, office: Office, context: BrowserContext) -> None:
        self.office, self.context = office, context
        self.expected: set[int] = set()
        context.on("console", self._said)
        context.on("weberror", lambda fault: self._fault(f"script failed: {fault.error}"))
        context.on("request", self._asked)
        self.page: Page = context.new_page()

    def _fault(self, words: str) -> None:
        self.office.faults.append(f"{self.page.url}: {words}")

    def _said(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"}:
            return
        status = _STATUS.search(message.text)
        if status is None or int(status[1]) not in self.expected:
            self._fault(message.text)

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.office.house.address + "/", "data:", "about:")):
            self._fault(f"a request left the server: {request.url}")

    def may_answer(self, *statuses: int) -> None:
        """Say which refusals the test is about; the console reports each as an error."""
        self.expected |= set(statuses)

    # going about

    def sign_in(self, who: Colleague) -> None:
        self.go("/sign-in")
        self.fill(username=who.username, password=who.password)
        self.press("Sign in")
        inside = self.page.get_by_role("button", name="Hide screen")
        asked = self.page.locator('main form[action="/sign-in/second"]')
        expect(inside.or_(asked)).to_be_visible()
        if asked.is_visible():
            self.give_code(who)
        expect(inside).to_be_visible()

    def give_code(self, who: Colleague) -> None:
        """Type what this person’s authenticator app shows."""
        assert self.office.house.app is not None
        self.fill(code=next_code(self.office.house.app, who, sent_within=3))
        self.press("Continue", self.page.locator('form[action="/sign-in/second"]'))

    def go(self, path: str, status: int = 200) -> None:
        if status >= 400:
            self.may_answer(status)
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status == status, f"{path} answered {answer.status}"

    def press(self, words: str, within: Locator | None = None) -> None:
        (within or self.page).get_by_role("button", name=words, exact=True).click()

    def follow(self, words: str, within: Locator | None = None) -> None:
        (within or self.main).locator("a").filter(has_text=words).first.click()

    def send(self, words: str) -> None:
        """Press the button that sends the form, and wait for the page that answers."""
        with self.page.expect_navigation():
            self.press(words, self.main)

    def enter(self, words: str, within: Locator | None = None) -> None:
        """Follow a link and wait for the page behind it."""
        with self.page.expect_navigation():
            self.follow(words, within)

    def refused(self, words: str, *texts: str, status: int = 422) -> None:
        """Send a form that is not taken: its page says so, with these texts."""
        self.may_answer(status)
        with self.page.expect_navigation() as answer:
            self.press(words, self.main)
        found = answer.value
        assert found is not None
        assert found.status == status, f"{found.url} answered {found.status}"
        self.sees(*texts)

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.office.house.address)

    def sees(self, *texts: str) -> None:
        for text in texts:
            expect(self.main).to_contain_text(text)

    def does_not_see(self, *texts: str) -> None:
        for text in texts:
            expect(self.main).not_to_contain_text(text)

    def heading(self, words: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(words)

    # filling in

    def control(self, name: str, value: str = "") -> Locator:
        chosen = f'[value="{value}"]' if value else ""
        return self.page.locator(f'main [name="{name}"]{chosen}')

    def fill(self, fields: Mapping[str, Any] | None = None, **more: Any) -> None:
        """Fill in what is given by its name: a text, a choice, a list of ticks, or a date."""
        for name, value in {**(fields or {}), **more}.items():
            self._open_fold(name)
            if isinstance(value, Happened):
                self.fill_date(name, value.on)
                self.control(f"{name}-time").fill(f"{value.at:%H:%M}" if value.at else "")
            elif isinstance(value, date):
                self.fill_date(name, value)
            elif isinstance(value, (list, tuple)):
                for one in value:
                    self.control(name, one).check()
            elif value is True:
                self.control(name).check()
            else:
                self._put(name, str(value))

    def tick(self, question: str, *labels: str) -> None:
        """Tick the boxes of a question that say these words: what they send is an id."""
        for label in labels:
            self.box(question, label).check()

    def box(self, question: str, label: str) -> Locator:
        asked = self.page.get_by_role("group", name=question)
        return asked.locator(".govuk-checkboxes__item").filter(has_text=label).locator("input")

    def fill_date(self, name: str, day: date) -> None:
        for part in ("day", "month", "year"):
            self.control(f"{name}-{part}").fill(str(getattr(day, part)))

    def _put(self, name: str, value: str) -> None:
        found = self.control(name).first
        kind = found.evaluate("one => one.tagName === 'INPUT' ? one.type : one.tagName")
        if kind == "SELECT":
            found.select_option(value)
        elif kind == "radio":
            self.control(name, value).check()
        else:
            found.fill(value)

    def _open_fold(self, name: str) -> None:
        fold = self.page.locator(f'main details:not([open]):has([name^="{name}"]) > summary')
        if fold.count():
            fold.first.click()
