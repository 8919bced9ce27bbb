"""Headers and cookies of every answer. Loosening the content policy is a visible change here."""

import dataclasses
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from portal import create_app
from portal.db import session
from portal.staff.roles import Role
from portal.web import headers
from portal.web.access import public
from tests import factories
from tests.conftest import sign_in_to
from tests.factories import PASSWORD, School
from tests.handover import trial
from tests.house.furnished import Furnished
from tests.house.test_csrf import address_of
from tests.page import Browser

Saved = Callable[[], AbstractContextManager[None]]

POLICY = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "manifest-src": ["'self'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
    "base-uri": ["'none'"],
    "require-trusted-types-for": ["'script'"],
    "trusted-types": ["'none'"],
}
FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
}
ANSWERS = [
    ("GET", "/sign-in", 200),
    ("GET", "/", 303),
    ("GET", "/nowhere", 404),
    ("POST", "/nowhere", 404),
    ("PUT", "/sign-in", 405),
    ("POST", "/sign-in", 400),
    ("GET", "/static/css/portal.css", 200),
    ("GET", "/static/nothing.css", 404),
    ("GET", "/static/../app.py", 404),
]


def directives(policy: str) -> dict[str, list[str]]:
    parts = [part.split() for part in policy.split(";")]
    return {name: values for name, *values in parts}


@pytest.mark.parametrize(("method", "path", "status"), ANSWERS)
def test_every_answer_carries_them(
    school: School, browser: Browser, method: str, path: str, status: int
) -> None:
    page = browser.send(method, path, status=(status, 415, 400) if method == "PUT" else status)
    assert directives(page.headers["Content-Security-Policy"]) == POLICY
    assert {name: page.headers[name] for name in FIXED} == FIXED
    assert not faults_of(page.response)


SENSORS = ("camera", "microphone", "geolocation", "display-capture", "clipboard-read", "usb")


def faults_of(answer: TestResponse, *, secure: bool = False) -> list[str]:
    """What the headers of an answer lack, or say twice (security notes 3.13)."""
    found = [
        f"{name}: {answer.headers.getlist(name)}"
        for name, value in FIXED.items()
        if answer.headers.getlist(name) != [value]
    ]
    policies = answer.headers.getlist("Content-Security-Policy")
    if [directives(one) for one in policies] != [POLICY]:
        found.append(f"content policy {policies}")
    granted = answer.headers.get("Permissions-Policy", "")
    found += [f"{one} is not refused" for one in SENSORS if f"{one}=()" not in granted]
    strict = ["max-age=63072000; includeSubDomains"] if secure else []
    if answer.headers.getlist("Strict-Transport-Security") != strict:
        found.append("strict transport")
    if len(answer.headers.getlist("Cache-Control")) != 1:
        found.append("no word on keeping")
    if {"Server", "X-Powered-By", "Via"} & set(answer.headers.keys()):
        found.append("tells what it runs on")
    return found


OTHERS = ("HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND")
"""Of these each address is asked one, in turn, and all with `--thorough`; GET and POST always."""


@pytest.mark.parametrize("group", range(4))
def test_every_method_of_every_address_carries_them(
    app: Flask,
    furnished: Furnished,
    group: int,
    pytestconfig: pytest.Config,
    record_property: Callable[[str, object], None],
) -> None:
    """Signed in and not, with a token and without, and with a body that is refused."""
    signed_in, stranger = furnished.browser(app, Role.DSL.value), Browser(app)
    faults, asked, seen = [], 0, set()
    rules = sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint))
    for turn, rule in enumerate(rules[group::4]):
        address = address_of(furnished, rule)
        whole = pytestconfig.getoption("thorough")
        others = OTHERS if whole else (OTHERS[turn % len(OTHERS)],)
        for method in ("GET", "POST", *others):
            for browser in (signed_in, stranger):
                answer = browser.client.open(address, method=method, data=b"x=1")
                asked += 1
                seen.add(answer.status_code)
                faults += [
                    f"{method} {rule.rule} {answer.status}: {one}" for one in faults_of(answer)
                ]
                answer.close()
    record_property(
        "figure", f"answers with every header, by address: {asked - len(faults)} of {asked}"
    )
    assert not faults, "\n".join(faults[:40])
    assert seen >= {200, 303, 400, 405}


def test_every_kind_of_refusal_carries_them(
    app: Flask,
    school: School,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Callable[[str, object], None],
) -> None:
    """One answer of each status that the portal gives, also where it breaks."""
    browser = sign_in_to(app, school.dsl)
    form = "application/x-www-form-urlencoded"
    asked: dict[int, dict[str, object]] = {
        200: {"path": "/today"},
        303: {"path": "/sign-in"},
        400: {"path": "/today", "headers": {"Host": "elsewhere.example"}},
        403: {"path": "/members/new", "method": "POST"},
        404: {"path": "/nowhere"},
        405: {"path": "/today", "method": "DELETE", "content_type": form},
        413: {"path": "/hide", "method": "POST", "data": b"a" * 1_100_000, "content_type": form},
        415: {"path": "/hide", "method": "POST", "data": b"{}", "content_type": "text/json"},
        422: {"path": "/confirm-password", "method": "POST", "data": {"csrf_token": browser.token}},
        304: {"path": "/static/css/portal.css"},
    }
    kept = browser.get("/static/css/portal.css").headers["ETag"]
    asked[304]["headers"] = {"If-None-Match": kept}
    staff = sign_in_to(app, school[Role.STAFF])
    asked[403] = {"path": "/inbox"}
    for status, what in asked.items():
        answer = (staff if status == 403 else browser).client.open(**what)  # type: ignore[arg-type]
        assert answer.status_code == status, f"{what} answered {answer.status}"
        assert not faults_of(answer), f"{status}: {faults_of(answer)}"
        answer.close()

    def breaks() -> str:
        raise RuntimeError("words of a child")

    monkeypatch.setitem(app.config, "PROPAGATE_FAULTS", False)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    for error, status in ((RuntimeError(), 500), (OperationalError("", {}, Exception()), 503)):
        monkeypatch.setitem(app.view_functions, "web.security", raising(error))
        answer = browser.client.get("/security")
        assert answer.status_code == status
        assert not faults_of(answer), f"{status}: {faults_of(answer)}"
    record_property(
        "figure", f"kinds of answer with every header: {len(asked) + 2} of {len(asked) + 2}"
    )


def raising(error: Exception) -> Callable[[], str]:
    def view() -> str:
        raise error

    return public(view)


def test_the_wall_of_a_handover_carries_them(app: Flask, school: School, saved: Saved) -> None:
    with saved():
        case_id = factories.case(school).id
    screen = sign_in_to(app, school.dsl)
    trial.hand_over(app, screen, school, case_id)
    for method, path in (("GET", "/today"), ("POST", "/today"), ("OPTIONS", "/x"), ("GET", "/x")):
        answer = screen.client.open(path, method=method, headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 403
        assert not faults_of(answer)


OTHER_HOSTS = (
    "evil.example",
    "localhost.evil.example",
    "localhost@evil.example",
    "localhost:80:80",
    "localhost.",
    "127.0.0.1.evil.example:8000",
    "<script>alert(1)</script>",
    "évil",
    "[::1",
    "localhost, evil.example",
    "",
)


@pytest.mark.parametrize("host", OTHER_HOSTS)
@pytest.mark.parametrize("path", ["/sign-in", "/nowhere", "/today", "/static/css/portal.css"])
def test_another_host_is_refused_and_never_repeated(
    app: Flask, school: School, host: str, path: str
) -> None:
    browser = sign_in_to(app, school.dsl)
    page = browser.send("GET", path, None, 400, headers={"Host": host})
    assert page.h1 == "This is not the portal’s address"
    assert not host or host not in page.html
    assert "Location" not in page.headers
    assert not faults_of(page.response)
    assert school.dsl.name not in page.text


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1:1", "[::1]:8000"])
def test_this_computer_s_own_names_are_answered(app: Flask, school: School, host: str) -> None:
    Browser(app).send("GET", "/sign-in", None, 200, headers={"Host": host})


def test_named_hosts_replace_those_of_this_computer(app: Flask, school: School) -> None:
    config = dataclasses.replace(
        app.extensions["portal"], hosts=("portal.school.example", "10.0.0.7:8443"), https=True
    )
    named = create_app(config)
    for host, status in (
        ("portal.school.example", 200),
        ("portal.school.example:444", 200),
        ("10.0.0.7:8443", 200),
        ("10.0.0.7", 400),
        ("localhost", 400),
    ):
        answer = named.test_client().get("/sign-in", headers={"Host": host})
        assert answer.status_code == status, host
        assert not faults_of(answer, secure=True)
    named.extensions["database"].engine.dispose()


def test_referrers_lead_back_and_go_nowhere_else(app: Flask, school: School) -> None:
    """Why the policy is `same-origin`: hiding the screen leads back to the page."""
    browser = sign_in_to(app, school.dsl)
    body = {"csrf_token": browser.token}
    referrer = {"Referer": "http://localhost/cases"}
    browser.send("POST", "/hide", body, 303, headers=referrer)
    with browser.client.session_transaction() as kept:
        assert kept["hidden_on"] == "/cases"


def test_nothing_is_kept_but_what_is_the_same_for_everybody(
    school: School, browser: Browser
) -> None:
    assert browser.get("/sign-in").headers["Cache-Control"] == "no-store"
    assert browser.get("/nowhere", 404).headers["Cache-Control"] == "no-store"
    kept = browser.get("/static/css/portal.css?v=1").headers["Cache-Control"]
    assert kept == "public, max-age=31536000, immutable"
    plain = browser.get("/static/css/portal.css").headers["Cache-Control"]
    assert "immutable" not in plain
    assert "no-store" not in plain
    missing = browser.get("/static/nothing.css?v=1", 404).headers["Cache-Control"]
    assert "immutable" not in missing


def test_pages_ask_for_static_files_by_their_content(school: School, browser: Browser) -> None:
    page = browser.get("/sign-in")
    named = [one.get("src", "") for one in page.all("script")]
    named += [one.get("href", "") for one in page.all("link")]
    assert named
    for address in named:
        assert address.startswith("/static/")
        assert "?v=" in address
        assert "immutable" in browser.get(address).headers["Cache-Control"]


def signed_in(app: Flask, school: School, url: str) -> list[str]:
    browser = Browser(app)
    served = browser.client.get("/sign-in", base_url=url)
    from tests.page import Page

    sent = Page(browser, "/sign-in", served).fields()
    sent["username"], sent["password"] = school[Role.STAFF].username, PASSWORD
    answer = browser.client.post(
        "/sign-in",
        data=sent,
        base_url=url,
        headers={"Sec-Fetch-Site": "same-origin", "Referer": f"{url}/sign-in"},
    )
    assert answer.status_code == 303
    return answer.headers.getlist("Set-Cookie")


def attributes(cookies: list[str]) -> dict[str, set[str]]:
    """What each cookie is bound to, by its name."""
    parts = [[part.strip() for part in cookie.split(";")] for cookie in cookies]
    return {first.partition("=")[0]: set(rest) for first, *rest in parts}


def test_the_cookies_are_out_of_reach_of_scripts_and_other_sites(
    app: Flask, school: School
) -> None:
    cookies = attributes(signed_in(app, school, "http://localhost"))
    assert set(cookies) <= {"portal", "device"}
    for bound in cookies.values():
        assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= bound
        assert not any(part.startswith("Domain") for part in bound)
    assert not any(part.startswith(("Expires", "Max-Age")) for part in cookies["portal"])


def test_over_https_the_cookies_are_locked_to_this_host(app: Flask, school: School) -> None:
    secure = create_app(dataclasses.replace(app.extensions["portal"], https=True))
    cookies = attributes(signed_in(secure, school, "https://localhost"))
    assert "__Host-portal" in cookies
    for name, bound in cookies.items():
        assert name.startswith("__Host-")
        assert {"Secure", "HttpOnly", "SameSite=Strict", "Path=/"} <= bound
        assert not any(part.startswith("Domain") for part in bound)
    answer = secure.test_client().get("/sign-in", base_url="https://localhost")
    assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"
    secure.extensions["database"].engine.dispose()


def test_the_cookie_names_nobody(app: Flask, school: School) -> None:
    """It holds a secret and a token; what they open stays on the server."""
    browser = sign_in_to(app, school.dsl)
    with browser.client.session_transaction() as kept:
        assert set(kept) <= {"_user_id", "_fresh", "csrf_token", "_id"}
        assert str(school.dsl.id) not in str(dict(kept))
        assert school.dsl.username not in str(dict(kept))


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_form_on_another_site_is_refused(app: Flask, school: School, site: str) -> None:
    browser = sign_in_to(app, school.dsl)
    page = browser.send(
        "POST",
        "/hide",
        {"csrf_token": browser.token},
        400,
        headers={"Sec-Fetch-Site": site},
    )
    assert page.h1 == "That could not be read"


FOREIGN_FORMS = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost:81"},
    {"Origin": "https://localhost"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
)


@pytest.mark.parametrize("sent", FOREIGN_FORMS)
def test_a_form_from_elsewhere_is_refused_and_no_draft_of_it_kept(
    app: Flask, school: School, saved: Saved, sent: dict[str, str]
) -> None:
    """Older browsers say `Origin` and nothing else."""
    from portal.web.sheets import FormSheet

    browser = sign_in_to(app, school.dsl)
    body = {"csrf_token": browser.token, "words": "planted by another site"}
    answer = browser.client.post("/disclosures/new", data=body, headers=sent)
    assert answer.status_code == 400
    assert "That could not be read" in answer.text
    with saved():
        assert session.scalars(select(FormSheet)).all() == []


@pytest.mark.parametrize("sent", [{}, {"Origin": "http://localhost"}, {"Sec-Fetch-Site": "none"}])
def test_our_own_forms_are_taken(app: Flask, school: School, sent: dict[str, str]) -> None:
    browser = sign_in_to(app, school.dsl)
    answer = browser.client.post("/hide", data={"csrf_token": browser.token}, headers=sent)
    assert answer.status_code == 303


def test_very_many_fields_are_refused(app: Flask, school: School) -> None:
    browser = sign_in_to(app, school.dsl)
    body = "&".join([f"csrf_token={browser.token}", *("x=1" for _ in range(headers.MOST_FIELDS))])
    answer = browser.send("POST", "/hide", body.encode(), 413)
    assert not faults_of(answer.response)


def test_the_policy_in_the_code_is_this_one() -> None:
    assert {name: value.split() for name, value in headers.POLICY.items()} == POLICY
