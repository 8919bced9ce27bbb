"""The inspecting client: every page it is served is checked before a test sees it.

`Browser.get` gives a `Page`; `page.submit(…)` sends the form that was served, with its hidden
fields, as a browser would. The house's rules about pages (`inspect`) hold for every page of every
test; there is no way to ask for an exception.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, time
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import html5lib
from flask import Flask
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from portal.clock import Happened

Fields = MultiDict[str, str]
_CONTROLS = ("input", "select", "textarea")
_UNLABELLED = frozenset({"hidden", "submit", "button", "reset", "image"})
# What people wrote themselves stands in one of these; only the product's own words are held to
# its typography.
_WRITTEN_BY_PEOPLE = frozenset({"bdi", "textarea", "input", "option", "script", "style"})
_STRAIGHT = frozenset("'\"")
NAMES: set[str] = set()
"""Names in the records of a test. In a label or message, which is plain text, they may stand as
they are; elsewhere a name is marked as what somebody wrote."""
_PLAIN = frozenset({"govuk-error-message", "govuk-error-summary"})


class Page:
    """An answer. For HTML `root` is the parsed document; everything about it was inspected."""

    def __init__(self, browser: "Browser", path: str, response: TestResponse) -> None:
        self.browser, self.path, self.response = browser, path, response
        self.status, self.headers, self.body = (
            response.status_code,
            response.headers,
            response.get_data(),
        )
        response.close()
        self.html = self.body.decode() if response.mimetype.startswith("text/") else ""
        self.root: Element = Element("nothing")
        self._parents: dict[Element, Element] = {}
        if response.mimetype == "text/html" and self.body and not 300 <= self.status < 400:
            parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
            try:
                self.root = parser.parse(self.html)
            except html5lib.html5parser.ParseError as problem:
                raise AssertionError(f"{path} is not sound HTML: {problem}\n{self.html}") from None
            self._parents = {child: parent for parent in self.root.iter() for child in parent}
            inspect(self)

    def __repr__(self) -> str:
        return f"<Page {self.path} {self.status}>"

    # what is on the page

    @property
    def text(self) -> str:
        """Every visible word of the page, with single spaces."""
        return " ".join(_words(self.root).split())

    @property
    def main(self) -> Element:
        return next(self.all("main"))

    @property
    def main_text(self) -> str:
        return " ".join(_words(self.main).split())

    @property
    def title(self) -> str:
        return " ".join(_words(next(self.all("title"))).split())

    @property
    def h1(self) -> str:
        return " ".join(_words(next(self.all("h1"))).split())

    def all(self, tag: str, within: Element | None = None, **attributes: str) -> Iterator[Element]:
        """Elements with this tag; `class_` looks for one class, the others compare whole values."""
        wanted = attributes.pop("class_", "")
        for found in (self.root if within is None else within).iter(tag):
            if wanted and wanted not in found.get("class", "").split():
                continue
            if all(found.get(n.replace("_", "-")) == v for n, v in attributes.items()):
                yield found

    def by_id(self, wanted: str) -> Element:
        for found in self.root.iter():
            if found.get("id") == wanted:
                return found
        raise AssertionError(f"{self.path} has nothing with the id {wanted}")

    def above(self, element: Element) -> Iterator[Element]:
        while element in self._parents:
            element = self._parents[element]
            yield element

    def words(self, element: Element) -> str:
        return " ".join(_words(element).split())

    def written(self) -> list[str]:
        """What people wrote, to the last space: text of elements marked as such."""
        marked = [*self.all("bdi"), *self.all("textarea")]
        marked += [one for one in self.root.iter() if "portal-written" in _classes(one)]
        return [_words(one) for one in marked]

    def summary(self) -> list[str]:
        """The messages of the error summary."""
        boxes = [one for one in self.root.iter() if "govuk-error-summary" in _classes(one)]
        return [self.words(item) for box in boxes for item in box.iter("li")]

    def errors(self) -> dict[str, str]:
        """The message of each part of the form that is in error, by its id."""
        found = {}
        for one in self.root.iter():
            if "govuk-error-message" in _classes(one):
                words = self.words(one).removeprefix("Error: ")
                found[one.get("id", "").removesuffix("-error")] = words
        return found

    def link(self, words: str) -> str:
        """Where the link with these words leads; fails where there is none or they differ."""
        found = {one.get("href", "") for one in self.all("a") if words in self.words(one)}
        assert len(found) == 1, f"{self.path}: {len(found)} links say “{words}”: {self.links()}"
        return found.pop()

    def links(self) -> list[tuple[str, str]]:
        return [(self.words(one), one.get("href", "")) for one in self.all("a")]

    # going on

    @property
    def location(self) -> str:
        return self.headers.get("Location", "")

    def follow(self, status: int = 200) -> "Page":
        """Go where the answer sends the browser."""
        assert self.status == 303, f"{self.path} answered {self.status}, which leads nowhere"
        parts = urlsplit(self.location)
        assert not parts.netloc, f"{self.path} leads to another server: {self.location}"
        return self.browser.get(self.location, status=status)

    def click(self, words: str, status: int = 200) -> "Page":
        return self.browser.get(self.link(words), status=status)

    def forms(self) -> list[Element]:
        """The forms of the page itself, without those of the frame around it."""
        return list(self.all("form", within=self.main))

    def form(self, form: str = "", button: str = "") -> Element:
        """The form with this id or address, or with this button; otherwise the page's only one."""
        found = list(self.all("form")) if form or button else self.forms()
        if form:
            found = [
                one
                for one in found
                if form in (one.get("id"), one.get("action"))
                or one.get("action", "").endswith(form)
            ]
        if button:
            found = [one for one in found if list(self._pressed(one, button))]
        assert len(found) == 1, f"{self.path} has {len(found)} forms for {form!r} {button!r}"
        return found[0]

    def fields(self, form: str | Element = "") -> Fields:
        """What a browser would send of a form, as it was served."""
        return Fields(_successful(self.form(form) if isinstance(form, str) else form))

    def submit(
        self,
        form: str | Element = "",
        *,
        button: str = "",
        status: int = 303,
        fields: Mapping[str, Any] | None = None,
        **changes: Any,
    ) -> "Page":
        """Fill in and send a form as it was served.

        A change names a field (`__` stands for a hyphen, or use `fields`). A date fills its three
        boxes, a `Happened` its time as well, True or False ticks, a list ticks each, None leaves
        the field out.
        """
        element = self.form(form, button) if isinstance(form, str) else form
        sent = Fields(_successful(element))
        names = {one.get("name", "") for tag in _CONTROLS for one in element.iter(tag)}
        for name, value in {**changes, **(fields or {})}.items():
            real = name if name in names else name.replace("__", "-")
            for one, text in _parts(real, value, names):
                assert one in names, f"{self.path} asks nothing called {one}: {sorted(names)}"
                _refuse_unoffered(self, element, one, text)
                sent.setlist(one, text)
        address = element.get("action") or self.path
        if button:
            pressed = next(self._pressed(element, button))
            if pressed.get("name"):
                sent.add(pressed.get("name", ""), pressed.get("value", ""))
            address = pressed.get("formaction") or address
        return self.browser.post(address, sent, status=status)

    def _pressed(self, form: Element, words: str) -> Iterator[Element]:
        for one in form.iter("button"):
            if words in (self.words(one), one.get("name")) and one.get("aria-hidden") != "true":
                yield one


class Browser:
    """A browser with cookies. Every answer is inspected and its status is what the test expects."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client = app.test_client()

    def get(self, path: str, status: int | Iterable[int] = 200) -> Page:
        return self.send("GET", path, None, status)

    def post(
        self, path: str, data: Mapping[str, Any] | None = None, status: int | Iterable[int] = 303
    ) -> Page:
        """Send a body as it is; `Page.submit` sends a form as it was served."""
        return self.send("POST", path, data, status)

    def send(
        self,
        method: str,
        path: str,
        data: Mapping[str, Any] | bytes | None = None,
        status: int | Iterable[int] = 200,
        **options: Any,
    ) -> Page:
        options.setdefault("headers", {})
        options["headers"] = {"Sec-Fetch-Site": "same-origin", **options["headers"]}
        if method == "POST":
            options.setdefault("content_type", "application/x-www-form-urlencoded")
        response = self.client.open(path, method=method, data=data, **options)
        page = Page(self, path, response)
        expected = {status} if isinstance(status, int) else set(status)
        assert page.status in expected, (
            f"{method} {path} answered {page.status} rather than {sorted(expected)}: "
            f"{page.location or page.text[:300]} {page.summary()}"
        )
        return page

    @property
    def token(self) -> str:
        """A token with which this browser may send a form, taken from a page it can reach."""
        with self.client.session_transaction() as kept:
            if "csrf_token" not in kept:
                kept["csrf_token"] = "0" * 40
            raw = kept["csrf_token"]
        from itsdangerous import URLSafeTimedSerializer

        serializer = URLSafeTimedSerializer(self.app.secret_key or "", salt="wtf-csrf-token")
        return str(serializer.dumps(raw))


def inspect(page: Page) -> None:
    """The rules that hold for every page that is ever served."""
    faults = [*_headers(page), *_head(page), *_ids(page), *_forms(page), *_inline(page)]
    faults += list(_typography(page))
    assert not faults, f"{page.path} ({page.status}):\n  " + "\n  ".join(faults)


def _headers(page: Page) -> Iterator[str]:
    if "default-src 'none'" not in page.headers.get("Content-Security-Policy", ""):
        yield "has no content policy"
    if page.headers.get("Cache-Control") != "no-store":
        yield "may be kept by the browser (no no-store)"


def _head(page: Page) -> Iterator[str]:
    if not page.root.get("lang", "").startswith("en"):
        yield "does not say its language"
    headings = list(page.all("h1"))
    if len(headings) != 1:
        yield f"has {len(headings)} h1"
        return
    if not page.h1:
        yield "has an empty h1"
    if len(list(page.all("main"))) != 1:
        yield "needs one main"
    # In hand-over the window’s title says nothing to whoever looks over a shoulder.
    neutral = page.title.removeprefix("Error: ") == "Your form"
    if page.h1 not in page.title and not neutral:
        yield f"title “{page.title}” does not hold the h1 “{page.h1}”"
    in_error = any("govuk-error-summary" in _classes(one) for one in page.root.iter())
    if page.title.startswith("Error: ") != in_error:
        yield f"title “{page.title}” and the error summary disagree"
    if page.errors() and not in_error:
        yield "shows errors without a summary"


def _ids(page: Page) -> Iterator[str]:
    ids = [one.get("id", "") for one in page.root.iter() if one.get("id") is not None]
    for one in sorted({one for one in ids if ids.count(one) > 1}):
        yield f"has two elements with the id {one}"
    known = set(ids)
    for element in page.root.iter():
        for name in ("aria-describedby", "aria-labelledby", "aria-controls", "for"):
            for one in element.get(name, "").split():
                if one not in known:
                    yield f"{name}={one} of <{element.tag}> points to nothing"
        href = element.get("href", "")
        if href.startswith("#") and href != "#" and href[1:] not in known:
            yield f"the link {href} leads nowhere"


def _forms(page: Page) -> Iterator[str]:
    labelled = {one.get("for") for one in page.all("label")}
    for one in [control for tag in _CONTROLS for control in page.all(tag)]:
        if one.get("type") == "file":
            yield "asks for a file"
        if one.get("type", "text") not in _UNLABELLED and not _labelled(page, one, labelled):
            yield f"<{one.tag} name={one.get('name')}> has no label"
    for form in page.all("form", method="post"):
        tokens = [o for o in form.iter("input") if o.get("name") == "csrf_token" and o.get("value")]
        if len(tokens) != 1:
            yield f"the form to {form.get('action')} has {len(tokens)} tokens"
        if not form.get("action"):
            yield "has a form that does not say where it is sent"


def _labelled(page: Page, control: Element, labelled: set[str | None]) -> bool:
    if control.get("id") in labelled or control.get("aria-label"):
        return True
    return bool(control.get("aria-labelledby")) or any(
        parent.tag == "label" for parent in page.above(control)
    )


def _inline(page: Page) -> Iterator[str]:
    for one in page.root.iter():
        if not isinstance(one.tag, str):
            continue
        if one.tag == "style" or (one.tag == "script" and (one.text or not one.get("src"))):
            yield f"has an inline <{one.tag}>"
        for name in one.attrib:
            if name == "style" or name.startswith("on"):
                yield f"<{one.tag}> has an inline {name}"
        for name in ("src", "href", "action"):
            if urlsplit(one.get(name, "")).scheme == "javascript":
                yield f"<{one.tag}> runs a script from its {name}"


def _typography(page: Page) -> Iterator[str]:
    for words in _own_words(page.root, plain=False):
        if _STRAIGHT & set(words):
            yield f"has straight quotes in “{' '.join(words.split())}”"
    for element in page.root.iter():
        for name in ("aria-label", "placeholder", "alt"):
            if _STRAIGHT & set(element.get(name, "")):
                yield f"has straight quotes in the {name} “{element.get(name)}”"


def _own_words(element: Element, *, plain: bool) -> Iterator[str]:
    """The texts that the product itself says, without what people wrote."""
    if not isinstance(element.tag, str) or element.tag in _WRITTEN_BY_PEOPLE:
        return
    if "portal-written" in _classes(element):
        return
    plain = plain or element.tag in {"label", "legend"} or bool(_PLAIN & set(_classes(element)))
    if element.text:
        yield _without_names(element.text) if plain else element.text
    for child in element:
        yield from _own_words(child, plain=plain)
        if child.tail:
            yield _without_names(child.tail) if plain else child.tail


def _without_names(text: str) -> str:
    for name in NAMES:
        text = text.replace(name, "")
    return text


def _words(element: Element) -> str:
    if not isinstance(element.tag, str) or element.tag in {"script", "style"}:
        return ""
    return (element.text or "") + "".join(_words(child) + (child.tail or "") for child in element)


def _classes(element: Element) -> list[str]:
    return element.get("class", "").split()


def _successful(form: Element) -> list[tuple[str, str]]:
    """The controls that a browser sends, in the order of the page (without a button)."""
    sent = []
    for one in form.iter():
        name = one.get("name", "")
        if not name or one.get("disabled") is not None or one.tag not in _CONTROLS:
            continue
        sent += [(name, text.replace("\r\n", "\n").replace("\n", "\r\n")) for text in _values(one)]
    return sent


def _values(control: Element) -> list[str]:
    if control.tag == "textarea":
        return [control.text or ""]
    if control.tag == "select":
        options = list(control.iter("option"))
        chosen = [one for one in options if one.get("selected") is not None] or options[:1]
        return [one.get("value", one.text or "") for one in chosen]
    kind = control.get("type", "text")
    if kind in {"submit", "button", "reset", "image", "file"}:
        return []
    if kind in {"radio", "checkbox"}:
        return [control.get("value", "on")] if control.get("checked") is not None else []
    return [control.get("value", "")]


def _parts(name: str, value: Any, names: set[str]) -> Iterator[tuple[str, list[str]]]:
    if isinstance(value, Happened):
        yield from _parts(name, value.on, names)
        yield f"{name}-time", [f"{value.at:%H:%M}" if value.at else ""]
        yield f"{name}-about", ["yes"] if value.about else []
    elif isinstance(value, date):
        for part in ("day", "month", "year"):
            yield f"{name}-{part}", [str(getattr(value, part))]
    elif value is None or value is False:
        yield name, []
    elif isinstance(value, time):
        yield name, [f"{value:%H:%M}"]
    elif isinstance(value, (list, tuple, set, frozenset)):
        yield name, [str(one) for one in value]
    else:
        yield name, ["yes" if value is True else str(value).replace("\n", "\r\n")]


def _refuse_unoffered(page: Page, form: Element, name: str, texts: list[str]) -> None:
    """A browser cannot send a radio button or an option that the page does not show."""
    offered: set[str] = set()
    for one in form.iter():
        if one.get("name") == name and one.get("type") in {"radio", "checkbox"}:
            offered.add(one.get("value", "on"))
        if one.get("name") == name and one.tag == "select":
            offered |= {option.get("value", "") for option in one.iter("option")}
    assert not offered or set(texts) <= offered, (
        f"{page.path} does not offer {texts} for {name}, but {sorted(offered)}"
    )
