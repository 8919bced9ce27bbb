"""Providers that are down, slow, long-winded or describe themselves as somebody else."""

import socket
import threading
from datetime import UTC, datetime, timedelta

import pytest

from portal.staff.roles import Role
from portal.staff.single_sign_on import outgoing
from portal.staff.single_sign_on.outgoing import Line, NoAnswer
from tests.page import Browser

pytestmark = pytest.mark.usefixtures("school")
WELL_KNOWN = "/.well-known/openid-configuration"


@pytest.fixture
def ruth(school, linked, lying):
    linked(school[Role.STAFF], "other", lying.issuer, "subject-of-ruth")


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": "https://accounts.example"},
        {"issuer": None},
        {"issuer": ["http://127.0.0.1"]},
        {"authorization_endpoint": "https://evil.example/authorize"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"token_endpoint": "https://evil.example/token"},
        {"token_endpoint": "http://127.0.0.1:1/token"},
        {"token_endpoint": "file:///etc/passwd"},
        {"token_endpoint": None},
        {"jwks_uri": "https://evil.example/keys"},
        {"jwks_uri": 7},
        {"code_challenge_methods_supported": ["plain"]},
    ],
)
def test_a_lying_description_is_not_followed(app, lying, changes):
    lying.description.update(changes)

    page = Browser(app).get("/sign-in/with/other", 503)

    assert "does not answer" in page.h1
    assert lying.asked == [WELL_KNOWN]


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"<html>"),
        (200, b"[" * 100_000),
        (200, b'"text"'),
        (200, b"{" + b" " * outgoing.LARGEST + b"}"),
        (404, b"{}"),
        (500, b"{}"),
        (302, b"http://127.0.0.1:1/elsewhere"),
        (204, b""),
    ],
)
@pytest.mark.parametrize("path", [WELL_KNOWN, "/keys", "/token"])
def test_answers_that_cannot_be_used(app, ruth, lying, set_out, path, status, body):
    """Each ends on the page that says so and leads back to the password."""
    if path == WELL_KNOWN:
        lying.instead[path] = status, body
        assert "does not answer" in Browser(app).get("/sign-in/with/other", 503).h1
        return
    way = set_out(Browser(app))
    lying.give(way.honest())
    lying.instead[path] = status, body
    way.back()
    # a token endpoint that answers with an empty object has given no token
    empty = path == "/token" and body == b"{}"
    assert way.finish((403, 503) if empty else 503).main_text


def test_an_error_of_the_provider_is_told_in_our_words(app, ruth, lying, set_out, caplog):
    way = set_out(Browser(app))
    lying.instead["/token"] = 400, b'{"error": "a\\nb<b>", "error_description": "Call 0900 now"}'
    way.back()

    page = way.finish(403)

    assert "0900" not in page.html
    assert "0900" not in caplog.text
    assert "<b>" not in caplog.text


def test_a_slow_provider_is_given_up(app, lying, monkeypatch):
    monkeypatch.setattr(outgoing, "EACH_STEP", 0.2)
    lying.holding.clear()

    Browser(app).get("/sign-in/with/other", 503)


def test_a_provider_that_drips_is_given_up(monkeypatch):
    """Every piece comes in time and the whole never does."""
    monkeypatch.setattr(outgoing, "ALTOGETHER", 0.3)
    over = threading.Event()
    listening = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        own, _ = listening.accept()
        with own:
            own.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            while not over.wait(0.02):
                try:
                    own.sendall(b" ")
                except OSError:
                    return

    dripping = threading.Thread(target=drip)
    dripping.start()
    issuer = f"http://127.0.0.1:{listening.getsockname()[1]}"
    try:
        with pytest.raises(NoAnswer):
            Line(issuer, frozenset()).get(f"{issuer}/keys")
    finally:
        over.set()
        dripping.join()
        listening.close()


def test_a_provider_that_failed_is_left_alone_for_a_moment(app, lying, stopped):
    start = datetime.now(UTC)
    stopped(start)
    lying.instead[WELL_KNOWN] = 500, b"{}"
    for _ in range(5):
        Browser(app).get("/sign-in/with/other", 503)
    assert lying.asked == [WELL_KNOWN]

    del lying.instead[WELL_KNOWN]
    stopped(start + timedelta(seconds=16))

    Browser(app).get("/sign-in/with/other", 303)


def test_keys_are_asked_for_anew_at_most_once_a_minute(app, ruth, lying, set_out, stopped):
    start = datetime.now(UTC)
    stopped(start)
    for _ in range(4):
        way = set_out(Browser(app))
        way.with_token(lying.sign(lying.claims(way.asked["nonce"]), kid="new"), status=403)
    assert lying.asked.count("/keys") == 1

    stopped(start + timedelta(seconds=61))
    lying.keys = [{**lying.keys[0], "kid": "new"}]
    way = set_out(Browser(app))
    way.with_token(lying.sign(lying.claims(way.asked["nonce"]), kid="new"))

    assert lying.asked.count("/keys") == 2


@pytest.mark.parametrize(
    "keys",
    [
        "none",
        [],
        ["text", 7, None],
        [{"kty": "RSA"}],
        [{"kty": "RSA", "n": 7, "e": "AQAB"}],
        [{"kty": "RSA", "n": "AQAB", "e": "AQAB", "kid": "key-1"}],
        [{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", "kid": "key-1"}],
        [{"kty": "oct", "k": "AAAA", "kid": "key-1"}],
        "twice",
        "too many",
    ],
)
def test_senseless_and_weak_keys_are_passed_over(app, ruth, lying, set_out, keys):
    by_name = {"twice": [lying.keys[0]] * 2, "too many": [lying.keys[0]] * 101, "none": 7}
    lying.keys = by_name[keys] if isinstance(keys, str) else keys
    way = set_out(Browser(app))

    way.with_token(way.honest(), status=(403, 503))


REACHED = ["https://login.example/x", "https://login.example/x?y=z", "https://keys.example/certs"]
NOT_REACHED = [
    "http://login.example/x",
    "https://login.example:444/x",
    "https://login.example.evil.example/x",
    "https://evil.example/login.example",
    "https://login.example@evil.example/",
    "https://user:word@login.example/",
    "https://login.example\\@evil.example/",
    "https://login.example/\n",
    "https://login.example/#x",
    "https://keys.example:444/certs",
    "//login.example/x",
    "ftp://login.example/x",
    "https://127.0.0.1/x",
    "http://127.0.0.1/x",
    "https://[::1/x",
    "https://lögin.example/",
    "",
    None,
    7,
]


def test_a_line_leads_to_its_provider_and_nowhere_else():
    line = Line("https://login.example/tenant/v2.0", frozenset({"keys.example"}))

    assert [one for one in REACHED if not line.may_reach(one)] == []
    assert [one for one in NOT_REACHED if line.may_reach(one)] == []
    with pytest.raises(NoAnswer):
        line.get("https://evil.example/")


def test_certificates_are_checked():
    connection = outgoing._connection("https", "login.example", None)

    context = connection._context
    assert context.check_hostname
    assert context.verify_mode.name == "CERT_REQUIRED"
    assert context.minimum_version.name == "TLSv1_2"
