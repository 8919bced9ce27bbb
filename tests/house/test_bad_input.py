"""Whatever is sent, nothing breaks, nothing is lost and nothing is believed.

Every form of every page is found by walking them, filled in, and sent with each kind of nonsense.
There are many thousands of those, so that an ordinary run sends a third of them to every third
form (on PostgreSQL to every sixth), beginning elsewhere in each test;
`python3 app.py test --thorough tests/house` sends them all.
A fault is raised by the test’s portal, so none can hide behind a page.
"""

import re
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import TypeVar
from zlib import crc32

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from portal.cases.models import CaseNote
from portal.config import ROOT
from portal.db import session
from portal.staff.roles import Role
from tests.databases import ENGINES, Engine
from tests.house.conftest import put_back
from tests.house.furnished import Furnished
from tests.house.hostile import ACCEPTED, REFUSED, Asked, Pairs, Sealing, all_forms, satisfied, send
from tests.page import Browser, Page

# Kept to the last character where a form takes them.
HARMLESS = {
    "quotes": "O'Neill said \"it's\" – ‘fine’ & <b>b</b> {{7*7}} {% raw %} ${7*7} %(x)s :x",
    "markup": "<img src=x onerror=1><script>alert(1)</script> '; DROP TABLE cases; -- \\ =1+1|cmd",
    "letters": "مرحبا \u202eevil\u202c שלום \u200f 👩‍👧‍👦 Z\u0337a\u0337 A\u030a ﷽ \u2028 end",
}
LINES = "line one\n\n   line two\twith a tab \n"
# Refused with a message, and still there to be put right.
BROKEN = {
    "control letters": "a\x00b\x07\x1b[31m",
    "too long": "many words " * 9_500,
    "picture": f"data:image/png;base64,{'QUJD' * 400}",
}
# Bytes that are no text become U+FFFD before a form sees them; they only must not break anything.
NO_TEXT = {"half a letter": "a\ud800b"}
DATES = [
    ("1", "1", "1"),
    ("31", "12", "9999"),
    ("29", "2", "2023"),
    ("29", "2", "2024"),
    ("0", "0", "0000"),
    ("9" * 400, "9" * 400, "9" * 400),
    ("١", "٢", "٢٠٢٦"),
    ("one", "<b>", "\x00"),
    ("1" * 5000, "", "1e9"),
]
NUMBERS = ["-1", "9" * 400, "1e400", "NaN", "٣", "0x10", "1_000", " ", "½"]
TIMES = ["24:00", "99:99", "9" * 400, "-1:00", "٠٩:١٠", "12:60am", "\x00", " ", "5"]
# Text that an accepted form does not keep, with the reason.
NOT_KEPT = {
    "/people": "words that are searched for are not kept anywhere",
    "/people/adults": "as above",
    "/devices": "as above",
    "/school/details": "the school’s own columns are plain, see test_inventory",
    "/school/authority": "as above",
    "/guidance/directory/new": "as above: helplines are public",
    "/guidance/directory/posh": "as above",
    "/school/rota/closure": "as above: a closure’s label",
}


BELONGS_TO_AN_ANSWER = ("reason_", "recipient_", "despite")
"""Fields that go with an answer that was not given: a reason (risk), the name of a reader."""

LINE_BY_LINE = frozenset({"phrases", "signs", "will"})
"""Fields in which each line is one thing, and is kept as one (a plan, words not to be told)."""

ENDS = re.compile(r"/(close|shut-out|lead|join|end|no-action|password|roles|hand-over|resume)$")
"""Acts after which this person may see less than before."""


T = TypeVar("T")
ONE_IN = 3
FORMS = {"sqlite": 3, "postgresql": 6}

FOUND: dict[tuple[str, str], tuple[list[Asked], dict[str, object]]] = {}
"""The forms found on an engine as one person, with the cookie that their tokens belong to.

The school is put back as it was for every test, so that walking it again would find the same.
"""

ANSWERS: dict[tuple[str, str, str, str], Pairs] = {}
"""What a form accepted, so that the next test need not find it out again."""


class Trial:
    """Sends forms as one person, and puts the school back after each that was accepted."""

    def __init__(
        self,
        app: Flask,
        engine: Engine,
        furnished: Furnished,
        identity: str,
        *,
        called: str = "",
        thorough: bool,
    ) -> None:
        self.app, self.engine, self.furnished, self.called = app, engine, furnished, called
        self.thorough, self._turn = thorough, list(ENGINES).index(engine.name)
        self.identity = identity
        self.browser = furnished.browser(app, identity)
        self.cookie: dict[str, object] = {}
        self.faults: list[str] = []

    def forms(self) -> list[Asked]:
        known = self.engine.name, self.identity
        if known not in FOUND:
            walked = list(all_forms(self.browser, self.furnished, self.identity))
            with self.browser.client.session_transaction() as kept:
                FOUND[known] = walked, dict(kept)
        found, self.cookie = FOUND[known]
        with self.browser.client.session_transaction() as kept:
            kept.update(self.cookie)
        for asked in found:
            asked.page.browser = self.browser
        again = [replace(asked, base=[*asked.base]) for asked in found]
        if self.thorough:
            return again
        each = FORMS[self.engine.name]
        return again[crc32(self.called.encode()) % each :: each]

    def answers_of(self, asked: Asked) -> Pairs | None:
        return ANSWERS.get((self.engine.name, self.identity, asked.path, asked.address))

    def remember(self, asked: Asked) -> None:
        ANSWERS[self.engine.name, self.identity, asked.path, asked.address] = [*asked.base]

    def some(self, tries: Iterable[T]) -> list[T]:
        """What of these is tried: all, or every third, beginning elsewhere for each form."""
        found = list(tries)
        if self.thorough:
            return found
        self._turn += 1
        return found[self._turn % ONE_IN :: ONE_IN]

    def send(self, asked: Asked, pairs: Pairs, what: str) -> Page | None:
        """The answer, or None where it was a fault, which is told at the end."""
        try:
            answer = send(self.browser, asked.address, pairs)
        except Exception as problem:  # told with all the others
            told = f"{type(problem).__name__}: {problem!s:.400}"
            self.faults.append(f"{asked.path}, {what}: {told}")
            self.restore()
            return None
        if answer.status in {ACCEPTED, 204}:
            self.restore()
        elif answer.status not in {200, 404, 409, REFUSED, 429}:
            self.faults.append(f"{asked.path}, {what}: answered {answer.status}")
        return answer

    def restore(self) -> None:
        self.app.extensions["database"].engine.dispose()
        put_back(self.engine)
        # Handing the screen over and signing out change what the browser holds as well.
        with self.browser.client.session_transaction() as kept:
            kept.clear()
            kept.update(self.cookie)

    def settle(self) -> None:
        found = list(dict.fromkeys(self.faults))
        assert not found, f"{len(found)} faults:\n" + "\n".join(found[:40])


Put = Callable[[str], Trial]


@pytest.fixture
def trial(app: Flask, engine: Engine, furnished: Furnished, request: pytest.FixtureRequest) -> Put:
    thorough = bool(request.config.getoption("thorough"))
    called = request.node.name
    return lambda identity: Trial(
        app, engine, furnished, identity, called=called, thorough=thorough
    )


def accepted(trial: Trial, asked: Asked) -> bool:
    """Whether answers were found that the form accepts."""
    known = trial.answers_of(asked)
    try:
        if known is not None:
            asked.base = [*known]
            return True
        found = satisfied(trial.browser, asked)
        if found:
            trial.remember(asked)
        return found
    except Exception as problem:  # told with all the others
        trial.faults.append(f"{asked.path}, filled in: {type(problem).__name__} {problem!s:.300}")
        return False
    finally:
        trial.restore()


def test_text_is_kept_or_refused_and_never_lost(
    trial: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = trial(Role.DSL.value)
    taken = 0
    forms = [asked for asked in one.forms() if asked.of("text", "long")]
    for asked in forms:
        taken += accepted(one, asked)
        for what, text in one.some({**HARMLESS, **BROKEN, **NO_TEXT}.items()):
            _send_text(one, asked, what, text, monkeypatch)
    one.settle()
    assert taken > len(forms) / 2, f"only {taken} of {len(forms)} forms were ever accepted"


def _send_text(
    trial: Trial, asked: Asked, what: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = {c.name: f"{c.name} {text}" for c in asked.of("text")}
    long = text if what in BROKEN else f"{text}\n{LINES}"
    typed |= {c.name: f"{c.name} {long}" for c in asked.of("long")}
    if what == "too long":  # a body has room for a few of them only
        typed = dict([*typed.items()][:3] + [*typed.items()][-3:])
    sent = {name: value.replace("\n", "\r\n") for name, value in typed.items()}
    with monkeypatch.context() as patched:
        sealing = Sealing(patched)
        answer = trial.send(asked, asked.but(sent), what)
    if answer is None or what in NO_TEXT:
        return
    if answer.status == REFUSED:
        lost = [name for name in typed if not _still_there(answer, name, typed[name], what)]
        trial.faults += [
            f"{asked.path}, {what}: {name} is not on the page any more" for name in lost
        ]
    elif answer.status == ACCEPTED and asked.address not in NOT_KEPT:
        if what in BROKEN:
            trial.faults.append(f"{asked.path}, {what}: accepted")
        lost = [
            name
            for name, value in typed.items()
            if not all(_stored(sealing.texts, one) for one in _things(name, value))
            and not name.startswith(BELONGS_TO_AN_ANSWER)
        ]
        trial.faults += [f"{asked.path}, {what}: {name} was accepted and not kept" for name in lost]


def _things(name: str, value: str) -> list[str]:
    return value.split("\n") if name in LINE_BY_LINE else [value]


def _stored(texts: set[str], value: str) -> bool:
    return any(value.strip() in text for text in texts)


def _still_there(answer: Page, name: str, value: str, what: str) -> bool:
    shown = [
        fields[name].replace("\r\n", "\n")
        for form in answer.all("form", method="post", within=answer.main)
        if name in (fields := answer.fields(form))
    ]
    if not shown:
        return True  # a field that depends on another answer, or the page has gone on
    if what == "control letters":
        return shown[0].startswith(f"{name} a")
    if what == "picture":
        return "removed here" in shown[0] or len(shown[0]) <= 50
    # a time of day shows the first fifty letters of what was typed
    return shown[0] in {value, value.strip(), f"\n{value}", value[:50].strip()}


def test_fields_that_are_missing_or_doubled(trial: Put) -> None:
    one = trial(Role.DSL.value)
    for asked in one.forms():
        controls = [control for control in asked.controls if control.name != "csrf_token"]
        for before, control in one.some(zip([*controls[-1:], *controls], controls, strict=False)):
            without = [pair for pair in asked.base if pair[0] != before.name]
            doubled = [*without, (control.name, "again"), (control.name, "")]
            what = f"{control.name} doubled, without {before.name}"
            answer = one.send(asked, doubled, what)
            told_once = control.kind in {"text", "long", "choice", "day"}
            there = told_once and control.name in dict(without)
            if there and answer is not None and answer.status == ACCEPTED:
                one.faults.append(f"{asked.path}: {what} was accepted")
        one.send(asked, [("csrf_token", _token(asked))], "empty")
        everything = [(c.name, "x") for c in asked.controls if c.name != "csrf_token"]
        one.send(asked, [*everything, ("csrf_token", _token(asked))], "nonsense everywhere")
    one.settle()


def test_dates_times_and_numbers_that_are_none(trial: Put) -> None:
    one = trial(Role.DSL.value)
    forms = [asked for asked in one.forms() if asked.of("day", "time", "number")]
    assert forms
    for asked in forms:
        for (day, month, year), number, at in one.some(zip(DATES, NUMBERS, TIMES, strict=True)):
            parts = {"day": day, "month": month, "year": year}
            changes = {c.name: parts[c.name.rpartition("-")[2]] for c in asked.of("day")}
            changes |= {c.name: number for c in asked.of("number")}
            changes |= {c.name: at for c in asked.of("time")}
            what = f"the date {day[:8]} {month[:8]} {year[:8]}, {number[:8]!r}, {at[:8]!r}"
            one.send(asked, asked.but(changes), what)
    one.settle()


def test_answers_that_were_not_offered(trial: Put, furnished: Furnished) -> None:
    """Also ids of the other school: its people, members, cases, disclosures and records."""
    one = trial(Role.DSL.value)
    ids = furnished.elsewhere.ids
    picked = [str(ids["person_id"]), str(furnished.second.dsl.id)]
    for asked in one.forms():
        for control in one.some(asked.of("choice", "ticks", "hidden")):
            if control.name in {"csrf_token", "sheet", "version"}:
                continue
            ids_are_offered = any(len(one) == 36 for one in control.offered)
            values = picked if ids_are_offered else [furnished.elsewhere.reference]
            for value in [*values, "\x00" + "é" * 300]:
                answer = one.send(
                    asked, asked.but({control.name: value}), f"{control.name}={value:.40}"
                )
                lenient = control.kind == "hidden" or control.offered in {("yes",), ("1",)}
                if answer is not None and answer.status == ACCEPTED and not lenient:
                    one.faults.append(f"{asked.path}: {control.name}={value:.40} was accepted")
    one.settle()


def test_hidden_values_that_were_changed(trial: Put) -> None:
    one = trial(Role.DSL.value)
    for asked in one.forms():
        for value in one.some(("-1", "00000000-0000-0000-0000-000000000000", "\x00٣")):
            there = {name: value for name in ("sheet", "version") if name in dict(asked.base)}
            one.send(asked, asked.but(there), f"sheet and version {value:.20}")
    one.settle()


def test_no_form_is_taken_without_its_token(trial: Put) -> None:
    one = trial(Role.DSL.value)
    stranger = Browser(one.app)
    for asked in one.forms():
        wrong = ("", "wrong", stranger.token)
        bodies = [asked.but({"csrf_token": token}) for token in wrong]
        bodies.append([pair for pair in asked.base if pair[0] != "csrf_token"])
        for body in bodies:
            answer = send(one.browser, asked.address, body)
            assert answer.status == 400, f"{asked.path} answered {answer.status} without its token"
            assert answer.h1 == "This page was open too long"


def test_bodies_that_carry_files_are_refused_with_the_reason(
    app: Flask, furnished: Furnished
) -> None:
    browser = furnished.browser(app, Role.DSL.value)
    token = browser.token
    marker = b"\x89PNG secret picture"
    kinds: list[tuple[str, bytes]] = [
        ("application/json", b'{"words": "x"}'),
        ("application/octet-stream", marker),
        ("text/plain", b"words=x"),
        ("image/png", marker),
        ("multipart/form-data; boundary=b", _multipart(token, marker)),
        ("multipart/mixed; boundary=b", _multipart(token, marker)),
        ("application/x-www-form-urlencoded-not", b"words=x"),
    ]
    for rule in app.url_map.iter_rules():
        if "POST" not in (rule.methods or ()) or "sheet_id" in rule.arguments:
            continue
        address = furnished.addresses(rule)[0]
        for kind, body in kinds:
            page = browser.send("POST", address, body, 415, content_type=kind)
            assert page.h1 == "Pictures and files are never stored here"
            assert "offence" in page.main_text


def _multipart(token: str, marker: bytes) -> bytes:
    return (
        b'--b\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n'
        + token.encode()
        + b'\r\n--b\r\nContent-Disposition: form-data; name="words"; filename="a.png"\r\n'
        + b"Content-Type: image/png\r\n\r\n"
        + marker
        + b"\r\n--b--\r\n"
    )


def test_a_body_that_is_too_large_is_refused(app: Flask, furnished: Furnished) -> None:
    browser = furnished.browser(app, Role.DSL.value)
    body = b"csrf_token=" + browser.token.encode() + b"&words=" + b"a+" * 550_000
    assert len(body) > 1024 * 1024
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()) and "sheet_id" not in rule.arguments:
            browser.send("POST", furnished.addresses(rule)[0], body, 413)


def test_very_many_fields_are_refused_or_ignored(app: Flask, furnished: Furnished) -> None:
    browser = furnished.browser(app, Role.DSL.value)
    fields = "&".join(f"people-{number}-name=x" for number in range(40_000))
    body = f"csrf_token={browser.token}&{fields}".encode()
    browser.send("POST", "/disclosures/new", body, (413, REFUSED))


def test_methods_that_are_not_there(app: Flask, furnished: Furnished) -> None:
    browser = furnished.browser(app, Role.DSL.value)
    for rule in app.url_map.iter_rules():
        if "sheet_id" in rule.arguments:
            continue
        address = furnished.addresses(rule)[0]
        here = {
            method
            for other in app.url_map.iter_rules()
            if other.rule == rule.rule
            for method in other.methods or ()
        }
        for method in {"GET", "PUT", "DELETE", "PATCH", "TRACE", "POST"} - here:
            page = browser.send(method, address, None, 405)
            assert page.h1


def test_questions_in_addresses_are_not_believed(
    app: Flask, engine: Engine, furnished: Furnished
) -> None:
    """Whatever stands behind the question mark: every name that the code asks for, and nonsense."""
    browser = furnished.browser(app, Role.DSL.value)
    names = sorted(asked_for())
    assert {"next"} <= set(names)
    faults = []
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        address = furnished.addresses(rule)[0].partition("?")[0]
        for value in ("-1", "\x00", "//evil.example/", "2026-99-99"):
            query = dict.fromkeys(names, value)
            try:
                page = browser.send("GET", address, None, range(200, 500), query_string=query)
            except Exception as problem:  # told with all the others
                faults.append(
                    f"{address} with {value!r}: {type(problem).__name__} {problem!s:.200}"
                )
                continue
            if page.status == 303:
                assert "evil.example" not in re.sub(r"[?&].*", "", page.location)
    assert not faults, f"{len(faults)} faults:\n" + "\n".join(faults[:30])


def asked_for() -> set[str]:
    """Names that the code reads out of an address."""
    found = {"page", "after", "q", "from", "until", "next"}
    for file in (ROOT / "portal").rglob("*.py"):
        text = file.read_text()
        found |= set(re.findall(r"""(?:args|given)\.get(?:list)?\(["']([a-z_]+)["']""", text))
        found |= set(re.findall(r"""given\[["']([a-z_]+)["']\]""", text))
    return found


@pytest.mark.parametrize(
    "address",
    [
        "/cases/2026%000001",
        "/cases/%00",
        "/cases/2026-0001%0a",
        "/cases/%ed%a0%80",
        "/cases/..%2f..%2fetc",
        f"/cases/{'9' * 5000}",
        "/cases/'%20OR%201=1--",
        "/cases/٢٠٢٦-٠٠٠١",
        "/cases/{reference}/steps/%00",
        "/cases/{reference}/steps/nothing",
        "/cases/{reference}/versions/%00/00000000-0000-0000-0000-000000000000",
        "/cases/{reference}/versions/members/00000000-0000-0000-0000-000000000000",
        "/cases/{reference}/versions/journal/00000000-0000-0000-0000-000000000000",
        "/cases/{reference}/actions/not-an-id/settle",
        "/people/00000000-0000-0000-0000-000000000000",
        "/people/zzzz",
        "/guidance/%00",
        "/guidance/../../etc/passwd",
        "/static/..%2fapp.py",
        "/static/%00",
        "/nowhere",
    ],
)
def test_addresses_that_lead_nowhere(app: Flask, furnished: Furnished, address: str) -> None:
    browser = furnished.browser(app, Role.DSL.value)
    browser.get(address.format(reference=furnished.here.reference), 404)


def test_stored_markup_is_text_on_every_page(
    trial: Put, app: Flask, engine: Engine, furnished: Furnished
) -> None:
    """Markup in every field that takes it, and then every page, inspected: it is only words."""
    from tests.house.test_pages import walked

    one = trial(Role.DSL.value)
    bomb = HARMLESS["markup"]
    written = 0
    asking = [a for a in one.forms() if a.of("text", "long") and not ENDS.search(a.address)]
    for asked in [asked for asked in asking if accepted(one, asked)]:
        changes = {c.name: bomb for c in asked.of("text", "long")}
        written += send(one.browser, asked.address, asked.but(changes)).status == ACCEPTED
    assert written > 8
    found, wrong = walked(app, furnished, Role.DSL.value)
    assert not wrong, "\n".join(wrong)
    assert any("onerror=1" in page.text for page in found)
    for page in found:
        assert not [one for one in page.all("img") if one.get("src") == "x"], page.path
        assert not any("alert" in (script.text or "") for script in page.all("script")), page.path
    one.restore()


texts = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t"), max_size=300
)


def test_any_text_at_all_comes_back_as_written(
    app: Flask, furnished: Furnished, saved: Callable[[], AbstractContextManager[None]]
) -> None:
    browser = furnished.browser(app, Role.DSL.value)
    address = f"/cases/{furnished.here.reference}/notes/new"
    asked = _form_at(browser, address)
    satisfied(browser, asked)

    @settings(
        max_examples=40,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(text=texts)
    def check(text: str) -> None:
        fresh = _form_at(browser, address)
        fresh.base = asked.but({"sheet": dict(fresh.base)["sheet"]})
        sent = fresh.but({"words": text.replace("\n", "\r\n")})
        answer = send(browser, address, sent)
        if not text.strip():
            assert answer.status == REFUSED
            return
        assert answer.status == ACCEPTED
        with app.app_context():
            assert text in {one.words for one in session.scalars(select(CaseNote))}

    check()


def _form_at(browser: Browser, address: str) -> Asked:
    from tests.house.hostile import forms_of

    return next(iter(forms_of(browser.get(address))))


def _token(asked: Asked) -> str:
    return dict(asked.base)["csrf_token"]
