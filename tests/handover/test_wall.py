"""While the screen is with a student every address of the portal is walked, with every method.

What may answer is written out here a second time, so that adding to it is an act in two places.
"""

import re
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from flask import Flask
from werkzeug.routing import AnyConverter, IntegerConverter, Rule, UUIDConverter

from portal import clock
from portal.cases.models import Case
from portal.db import session
from portal.handover.confinement import During
from portal.handover.rules import State
from portal.web.access import access_of
from tests import factories
from tests.factories import PASSWORD, School
from tests.handover import trial
from tests.page import Browser

OTHERS = ("HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND")
"""Of these each address is asked one, in turn; GET and POST are asked of all."""
STATES = (State.WITH_STUDENT, State.GIVEN_BACK, State.READ_TOGETHER)
ANSWER = {
    State.WITH_STUDENT: {
        "handover.start",
        "handover.question",
        "handover.typed",
        "handover.check",
        "handover.finish",
        "handover.stop",
        "handover.rest",
    },
    State.GIVEN_BACK: {
        "handover.start",
        "handover.rest",
        "handover.back",
        "handover.back_by_passkey",
        "handover.ask_for_passkey",
        "handover.sign_in_again",
    },
    State.READ_TOGETHER: {
        "handover.start",
        "handover.rest",
        "handover.read",
        "handover.again",
        "handover.keep",
        "handover.new_words",
        "handover.put_aside",
    },
}
"""What answers in each state; beside it static files, which are the same for everybody."""

UNKNOWN = (
    "/nowhere",
    "/handover/",
    "/handover/q/",
    "/handover/q/nothing",
    "/handover/q/why/../people",
    "/handover//read",
    "/cases/../handover/read",
    "/.well-known/security.txt",
    "/favicon.ico",
    "/%00",
)
CANARIES = re.compile(
    "Sara|Neill|Owen|Price|Oakfield|oak_9b|2026-00|shaking|Room 14", re.IGNORECASE
)


def bring(app: Flask, browser: Browser, state: State) -> None:
    """Bring a screen that was just handed over into a state."""
    trial.answer(browser, "why", why="Sit by the door")
    if state is not State.WITH_STUDENT:
        trial.give_back(browser)
    if state is State.READ_TOGETHER:
        trial.take_back(browser, PASSWORD)


def addresses(app: Flask, reference: str, handover: UUID) -> Iterator[tuple[Rule, str]]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        values = {name: _value(rule, name, reference, handover) for name in rule.arguments}
        built = rule.build(values)
        assert built is not None, rule.rule
        yield rule, built[1]


def _value(rule: Rule, name: str, reference: str, handover: UUID) -> object:
    converter = rule._converters[name]
    if name == "reference":
        return reference
    if name == "handover_id":
        return handover
    if isinstance(converter, AnyConverter):
        return sorted(converter.items)[0]
    if isinstance(converter, UUIDConverter):
        return uuid4()
    return 1 if isinstance(converter, IntegerConverter) else "why"


def send(browser: Browser, method: str, address: str) -> tuple[int, bytes, str]:
    data = {"csrf_token": browser.token} if method not in {"GET", "HEAD", "OPTIONS"} else None
    headers = {"Sec-Fetch-Site": "same-origin"}
    answer = browser.client.open(address, method=method, data=data, headers=headers)
    found = answer.status_code, answer.get_data(), answer.headers.get("Location", "")
    answer.close()
    return found


@pytest.mark.parametrize("state", STATES)
def test_nothing_but_the_form_answers(
    app: Flask, student: Browser, handover: UUID, case_id: UUID, state: State
) -> None:
    bring(app, student, state)
    with factories.saved(app):
        case = session.get(Case, case_id)
        assert case is not None
        reference = case.reference
    refused = student.get("/nowhere", 403)
    assert refused.h1 == "This screen is only for your form"
    assert refused.link("Go back to your form") == "/handover"
    assert not CANARIES.search(refused.html)
    walked, wrong = 0, []
    with clock.stopped_at(clock.now()):
        found = [(rule.endpoint, one) for rule, one in addresses(app, reference, handover)]
        asked = [*found, *(("", one) for one in UNKNOWN)]
        for number, (endpoint, address) in enumerate(asked):
            for method in ("GET", "POST", OTHERS[number % len(OTHERS)]):
                if endpoint in ANSWER[state] and is_offered(app, endpoint, method):
                    continue
                status, body, location = send(student, method, address)
                walked += 1
                whole = body in (refused.body, b"") if method == "HEAD" else body == refused.body
                if status != 403 or not whole or location:
                    wrong.append(f"{method} {address}: {status} {location}")
    assert not wrong, "\n".join(wrong[:40])
    assert walked > 450
    assert trial.row(app, handover)["state"] is state


def is_offered(app: Flask, endpoint: str, method: str) -> bool:
    return method != "OPTIONS" and any(
        rule.endpoint == endpoint and method in (rule.methods or ())
        for rule in app.url_map.iter_rules()
    )


def test_what_answers_is_written_here(app: Flask) -> None:
    found: dict[State, set[str]] = {state: set() for state in STATES}
    for rule in app.url_map.iter_rules():
        access = access_of(app, rule.endpoint)
        if isinstance(access, During):
            for state in access.states:
                found[state].add(rule.endpoint)
    assert found == ANSWER


@pytest.mark.parametrize("state", STATES)
def test_what_answers_names_nobody_but_the_member_of_staff(
    app: Flask, student: Browser, handover: UUID, state: State
) -> None:
    bring(app, student, state)
    shown = 0
    for rule in app.url_map.iter_rules():
        if rule.endpoint in ANSWER[state] and "GET" in (rule.methods or ()):
            codes = ("people", "why", "when") if "code" in rule.arguments else ("",)
            for code in codes:
                page = student.get(rule.rule.replace("<code>", code), status=(200, 303))
                assert not CANARIES.search(page.html), page.path
                if page.status == 200:
                    shown += 1
                    assert page.title == "Your form"
                    assert not list(page.all("nav"))
                    assert "/today" not in page.html
    assert shown


def test_other_bodies_and_other_sites_are_refused_the_same_way(student: Browser) -> None:
    refused = student.get("/nowhere", 403)
    for kind in ("application/json", "multipart/form-data; boundary=x", "text/plain"):
        answer = student.client.post("/disclosures/new", data=b"{}", content_type=kind)
        assert (answer.status_code, answer.get_data()) == (403, refused.body)
    answer = student.client.post("/hide", headers={"Sec-Fetch-Site": "cross-site"})
    assert (answer.status_code, answer.get_data()) == (403, refused.body)


def test_files_of_the_pages_are_served(student: Browser) -> None:
    for file in ("css/handover.css", "js/handover.js"):
        student.get(f"/static/{file}")
    assert not CANARIES.search(student.get("/static/nothing.css", 404).html)


def test_a_form_in_another_tab_changes_nothing_and_is_not_kept(
    app: Flask, school: School, case_id: UUID, member: Browser
) -> None:
    """The member of staff had a form open elsewhere: it waits until the screen is theirs."""
    page = member.get("/disclosures/new")
    sent = page.fields("/disclosures/new")
    handover = trial.hand_over(app, member, school, case_id)
    sheet = next(page.all("form", action="/disclosures/new")).get("data-autosave", "")
    sent["own_words"] = "Typed by the student"
    for address in (sheet, "/disclosures/new", f"{sheet}/discard", "/sign-out", "/hide"):
        member.post(address, sent, status=403)
    trial.give_back(member)
    trial.take_back(member, PASSWORD).submit(
        "/handover/keep", button="Keep the answers and take the screen back"
    )
    assert "Typed by the student" not in member.get("/disclosures/new").html
    assert trial.row(app, handover)["state"] is State.KEPT


def test_a_stranger_and_a_member_of_staff_are_shown_nothing(
    app: Flask, browser: Browser, member: Browser
) -> None:
    for rule in app.url_map.iter_rules():
        access = access_of(app, rule.endpoint)
        if not isinstance(access, During):
            continue
        address = rule.rule.replace("<code>", "why")
        for method in {"GET", "POST"} & (rule.methods or set()):
            for who, status in ((browser, 303), (member, 404)):
                data = {"csrf_token": who.token} if method == "POST" else None
                page = who.send(method, address, data, status)
                assert who is member or page.location == "/sign-in"
