"""Headers and cookies of every answer. Loosening the content policy is a visible change here."""

import dataclasses

import pytest
from flask import Flask

from portal import create_app
from portal.staff.roles import Role
from portal.web import headers
from tests.conftest import sign_in_to
from tests.factories import PASSWORD, School
from tests.page import Browser

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
    for sensor in ("camera", "microphone", "geolocation", "display-capture"):
        assert f"{sensor}=()" in page.headers["Permissions-Policy"]
    assert "Server" not in page.headers


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


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(app: Flask, school: School) -> None:
    cookies = signed_in(app, school, "http://localhost")
    assert len(cookies) == 1
    parts = [part.strip() for part in cookies[0].split(";")]
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(parts)
    assert parts[0].startswith("portal=")
    assert not any(part.startswith(("Expires", "Max-Age", "Domain")) for part in parts)


def test_over_https_the_cookie_is_locked_to_this_host(app: Flask, school: School) -> None:
    secure = create_app(dataclasses.replace(app.extensions["portal"], https=True))
    cookies = signed_in(secure, school, "https://localhost")
    parts = [part.strip() for part in cookies[0].split(";")]
    assert parts[0].startswith("__Host-portal=")
    assert {"Secure", "HttpOnly", "SameSite=Strict", "Path=/"} <= set(parts)
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


def test_the_policy_in_the_code_is_this_one() -> None:
    assert {name: value.split() for name, value in headers.POLICY.items()} == POLICY
