"""Filling any form as a person would, and as nobody should: without knowing what it is about."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from xml.etree.ElementTree import Element

import pytest
from flask import Flask

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
        asked.base = _filled(page, asked, form, choice=0)
        yield asked


def satisfied(browser: Browser, asked: Asked) -> bool:
    """Try to find answers that the form accepts; it is sent as often as that takes."""
    form = next(f for f in page_forms(asked) if f.get("action") == asked.address)
    for choice in (0, 1, -1):
        asked.base = _filled(asked.page, asked, form, choice=choice)
        if send(browser, asked.address, asked.base).status == ACCEPTED:
            return True
    asked.base = _filled(asked.page, asked, form, choice=0)
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


def _filled(page: Page, asked: Asked, form: Element, *, choice: int) -> Pairs:
    """Answers to every question: the first, second or last of what is offered, and plain words."""
    served = page.fields(form)
    today = clock.today()
    return [pair for one in asked.controls for pair in _answer(one, served, today, choice)]


def _answer(one: Control, served: Any, today: date, choice: int) -> Pairs:
    if one.kind == "hidden":
        return [(one.name, value) for value in served.getlist(one.name)]
    if one.kind in {"choice", "ticks"}:
        if not one.offered:
            return []
        place = min(choice, len(one.offered) - 1)
        return [(one.name, one.offered[place])]
    if one.kind == "day":
        ahead = timedelta(days=14 if "due" in one.name or "until" in one.name else -1)
        part = one.name.rpartition("-")[2]
        return [(one.name, str(getattr(today + ahead, part)))]
    if served.get(one.name):
        return [(one.name, served[one.name])]
    return [(one.name, _WORDS.get(one.kind, "") or f"Words for {one.name}")]


_WORDS = {"time": "09:10", "number": "1", "secret": "heron lamp orchard"}


class Sealing:
    """Listens to everything that is sealed into a record, drafts excepted."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.texts: set[str] = set()
        original = Vault.seal

        def listening(vault: Vault, key: DataKey, context: str, plain: bytes) -> bytes:
            if "_sealed." in context and not context.startswith("form_sheets."):
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


def all_forms(app: Flask, furnished: Furnished, identity: str) -> Iterator[Asked]:
    """Every form of every page that somebody may open."""
    from tests.house.test_pages import may, pages

    browser = furnished.browser(app, identity)
    shown: set[str] = set()
    for rule in pages(app):
        if rule.endpoint == "static" or not may(app, rule, identity):
            continue
        for address in furnished.addresses(rule, identity)[:2]:
            page = browser.get(address, status=(200, 303, 403, 404, 409))
            for asked in forms_of(page) if page.status == 200 and len(page.root) else ():
                if asked.address not in shown:
                    shown.add(asked.address)
                    yield asked
