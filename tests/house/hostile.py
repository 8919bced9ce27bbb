"""Filling any form as a person would, and as nobody should: without knowing what it is about."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from xml.etree.ElementTree import Element

import pytest
from werkzeug.routing import AnyConverter, Rule

from portal import clock
from portal.vault.keys import DataKey, Vault
from tests.house.furnished import Furnished
from tests.page import Browser, Page

ACCEPTED, REFUSED = 303, 422
Pairs = list[tuple[str, str]]

# Buttons of the frame, and acts that end the sign-in: they ask nothing.
_LEAVING = frozenset({"/sign-out", "/hide", "/account/sign-out-everywhere"})


@dataclass(frozen=True)
class Control:
    """One thing that a form asks or carries along."""

    name: str
    kind: str  # text, long, choice, ticks, day, time, number, secret, hidden
    offered: tuple[str, ...] = ()


@dataclass
class Asked:
    """A form of a page: where it is sent, what it asks, and answers that may satisfy it."""

    page: Page
    address: str
    controls: list[Control] = field(default_factory=list)
    base: Pairs = field(default_factory=list)

    @property
    def path(self) -> str:
        return self.page.path

    def of(self, *kinds: str) -> list[Control]:
        return [one for one in self.controls if one.kind in kinds]

    def but(self, changes: dict[str, str]) -> Pairs:
        """The answers with some of them replaced."""
        kept = [(name, value) for name, value in self.base if name not in changes]
        return [*kept, *changes.items()]


def forms_of(page: Page) -> Iterator[Asked]:
    for form in page.all("form", method="post", within=page.main):
        address = form.get("action", "")
        if address in _LEAVING:
            continue
        asked = Asked(page, address, list(_controls(form)))
        asked.base = _filled(page, asked, form)
        yield asked


def satisfied(browser: Browser, asked: Asked) -> bool:
    """Try to find answers that the form accepts; it is sent as often as that takes."""
    form = next(f for f in page_forms(asked) if f.get("action") == asked.address)
    for choice, ahead in ((0, -1), (1, -1), (-1, -1), (0, 14), (-1, 14), (None, 14)):
        asked.base = _filled(asked.page, asked, form, choice, ahead)
        if send(browser, asked.address, asked.base).status == ACCEPTED:
            return True
    asked.base = _filled(asked.page, asked, form)
    return False


def page_forms(asked: Asked) -> list[Element]:
    return list(asked.page.all("form", method="post", within=asked.page.main))


def send(browser: Browser, address: str, pairs: Pairs) -> Page:
    """Send a body as bytes, so that also what is no text at all can be sent."""
    encoded = [(name, value.encode("utf-8", "surrogatepass")) for name, value in pairs]
    return browser.send("POST", address, urlencode(encoded).encode(), range(200, 500))


def _controls(form: Element) -> Iterator[Control]:
    seen: dict[str, Control] = {}
    for one in form.iter():
        name = one.get("name", "")
        if not name or one.tag not in {"input", "select", "textarea"}:
            continue
        control = Control(name, _kind(one), _offered(one))
        if name in seen:
            offered = (*seen[name].offered, *control.offered)
            control = Control(name, control.kind, offered)
        seen[name] = control
    yield from seen.values()


def _kind(one: Element) -> str:
    name, kind = one.get("name", ""), one.get("type", "text")
    if one.tag == "textarea":
        return "long"
    if one.tag == "select" or kind == "radio":
        return "choice"
    known = {"checkbox": "ticks", "hidden": "hidden", "password": "secret"}
    if kind in known:
        return known[kind]
    if name.endswith(("-day", "-month", "-year")):
        return "day"
    if name.endswith("time"):
        return "time"
    return "number" if one.get("inputmode") == "numeric" else "text"


def _offered(one: Element) -> tuple[str, ...]:
    if one.tag == "select":
        values = (option.get("value", option.text or "") for option in one.iter("option"))
        return tuple(value for value in values if value)
    if one.get("type") in {"radio", "checkbox"}:
        return (one.get("value", "on"),)
    return ()


def _filled(
    page: Page, asked: Asked, form: Element, choice: int | None = 0, ahead: int = -1
) -> Pairs:
    """Answers to every question: the first, second or last of what is offered, and plain words.

    `choice` None leaves lists to choose from unanswered; `ahead` is how far off each day is that
    stands by itself. A day with a time beside it is when something happened: that was yesterday.
    """
    served = page.fields(form)
    yesterday, day = (clock.today() + timedelta(days=days) for days in (-1, ahead))
    timed = {one.name.removesuffix("-time") for one in asked.controls if one.kind == "time"}
    return [
        pair
        for one in asked.controls
        for pair in _answer(
            one, served, yesterday if one.name.rpartition("-")[0] in timed else day, choice
        )
    ]


def _answer(one: Control, served: Any, day: date, choice: int | None) -> Pairs:
    if one.kind == "hidden":
        return [(one.name, value) for value in served.getlist(one.name)]
    if one.kind in {"choice", "ticks"}:
        if choice is None or not one.offered:
            return []
        return [(one.name, one.offered[min(choice, len(one.offered) - 1)])]
    if one.kind == "day":
        return [(one.name, str(getattr(day, one.name.rpartition("-")[2])))]
    if served.get(one.name):
        return [(one.name, served[one.name])]
    return [(one.name, _WORDS.get(one.kind, "") or f"Words for {one.name}")]


_WORDS = {"time": "09:10", "number": "1", "secret": "heron lamp orchard"}


class Sealing:
    """Listens to everything that is sealed into a record or a reason, drafts excepted."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.texts: set[str] = set()
        original = Vault.seal

        def listening(vault: Vault, key: DataKey, context: str, plain: bytes) -> bytes:
            record = "_sealed." in context and not context.startswith("form_sheets.")
            if record or context.startswith("journal.reason."):
                self.texts |= set(_texts(json.loads(plain)))
            return original(vault, key, context, plain)

        monkeypatch.setattr(Vault, "seal", listening)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def all_forms(browser: Browser, furnished: Furnished, identity: str) -> Iterator[Asked]:
    """Every form of every page that the person at this browser may open."""
    from tests.house.test_pages import may, pages

    shown: set[str] = set()
    for rule in pages(browser.app):
        if rule.endpoint == "static" or not may(browser.app, rule, identity):
            continue
        for address in _two_of_each(rule, furnished.addresses(rule, identity)):
            page = browser.get(address, status=(200, 303, 403, 404, 409))
            for asked in forms_of(page) if page.status == 200 and len(page.root) else ():
                if asked.address not in shown:
                    shown.add(asked.address)
                    yield asked


def _two_of_each(rule: Rule, addresses: list[str]) -> Iterator[str]:
    """Of each form that an address chooses by a word in it, and of any other, the first two."""
    worded = any(isinstance(one, AnyConverter) for one in rule._converters.values())
    shown: Counter[str] = Counter()
    for address in addresses:
        form = UUID_IN.sub("", address) if worded else ""
        shown[form] += 1
        if shown[form] <= 2:
            yield address


UUID_IN = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
