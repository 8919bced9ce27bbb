"""`/.well-known/security.txt` (RFC 9116), the page it points to, and SECURITY.md."""

import dataclasses
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from portal import clock, create_app
from tests.page import Browser

ROOT = Path(__file__).resolve().parents[2]


def fields(page):
    assert page.headers["Content-Type"] == "text/plain; charset=utf-8"
    lines = [line.split(": ", 1) for line in page.body.decode().splitlines()]
    assert len({name for name, _ in lines}) == len(lines)
    return dict(lines)


@pytest.fixture
def deployed(app):
    made = create_app(
        dataclasses.replace(
            app.extensions["portal"],
            hosts=("portal.school.example",),
            https=True,
            contact="mailto:it@school.example",
        )
    )
    yield made
    made.extensions["database"].engine.dispose()


def ask(app, path):
    return Browser(app).send("GET", path, None, 200, base_url="https://portal.school.example")


def test_it_names_contact_policy_and_its_own_address(deployed):
    found = fields(ask(deployed, "/.well-known/security.txt"))
    assert found["Contact"] == "mailto:it@school.example"
    assert found["Policy"] == "https://portal.school.example/security"
    assert found["Canonical"] == "https://portal.school.example/.well-known/security.txt"
    assert found["Preferred-Languages"] == "en"


def test_it_never_runs_out_and_never_says_more_than_a_year(app, stopped):
    for day in (datetime(2026, 2, 28, 12, tzinfo=UTC), datetime(2031, 12, 31, 12, tzinfo=UTC)):
        stopped(day)
        expires = fields(Browser(app).get("/.well-known/security.txt"))["Expires"]
        until = datetime.fromisoformat(expires)
        assert timedelta(days=90) < until - clock.now() < timedelta(days=365)


def test_without_a_contact_it_leads_to_the_page_which_says_where_to_set_one(app):
    browser = Browser(app)
    found = fields(browser.get("/.well-known/security.txt"))
    assert found["Contact"] == "http://localhost/security"
    assert "Canonical" not in found
    page = browser.get("/security")
    assert "PORTAL_SECURITY_CONTACT" in page.main_text
    assert "within three working days" in page.main_text
    assert "Never send us a record, a name, or a picture" in page.main_text


def test_the_page_shows_the_contact(deployed):
    page = ask(deployed, "/security")
    assert page.link("it@school.example") == "mailto:it@school.example"
    assert "PORTAL_" not in page.main_text


def test_the_file_in_the_repository_says_the_same():
    words = " ".join((ROOT / "SECURITY.md").read_text().split())
    for said in (
        "within **3 working days**",
        "Never send us pupil data or images",
        "Safe harbour",
        "In scope",
        "within **7 days**",
        "**30**",
    ):
        assert said in words
