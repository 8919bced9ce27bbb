"""Taking the screen back with a passkey: what opens it, and what does not."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.db import session
from portal.handover.rules import State
from portal.staff.models import SecurityNotice, SignIn
from tests.factories import PASSWORD, School, saved
from tests.handover import trial
from tests.page import Browser, Page
from tests.staff.soft_key import PRESENT, SoftKey

ORIGIN = "http://localhost"
ADD = "/account/second-factor/passkeys/new"
BACK = "/handover/back/passkey"


def asked(browser: Browser, page: Page, address: str) -> dict[str, Any]:
    token = next(iter(page.all("input", name="csrf_token"))).get("value", "")
    answer = browser.post(address, {"csrf_token": token}, 200)
    return dict(json.loads(answer.body))


@pytest.fixture
def key(member: Browser) -> SoftKey:
    """The passkey of the lead, who has not handed the screen over yet."""
    made = SoftKey()
    page = member.get(ADD)
    question = asked(member, page, "/account/second-factor/passkeys/ask")
    answer = made.create(question, ORIGIN)
    page.submit(ADD, fields={"label": "Work laptop", "passkey": answer})
    return made


@pytest.fixture
def given_back(
    app: Flask, school: School, case_id: UUID, member: Browser, key: SoftKey
) -> tuple[Browser, UUID]:
    handover = trial.hand_over(app, member, school, case_id)
    trial.give_back(member)
    return member, handover


def give(browser: Browser, key: SoftKey, status: int = 303, **changes: Any) -> Page:
    page = browser.get("/handover/back")
    answer = key.get(asked(browser, page, f"{BACK}/ask"), ORIGIN, **changes)
    return page.submit(BACK, passkey=answer, status=status)


def test_it_opens_the_screen(app: Flask, given_back: tuple[Browser, UUID], key: SoftKey) -> None:
    browser, handover = given_back
    with saved(app):
        before = session.scalars(select(SignIn.password_at)).all()

    page = give(browser, key).follow()

    assert page.path == "/handover/read"
    assert trial.row(app, handover)["state"] is State.READ_TOGETHER
    with saved(app):
        assert session.scalars(select(SignIn.password_at)).all() == before


@pytest.mark.parametrize(
    "wrong",
    [{"flags": PRESENT}, {"tampered": True}, {"challenge": "A" * 43}, {"rp_id": "a.localhost"}],
    ids=str,
)
def test_what_does_not_fit_leaves_it_closed(
    app: Flask, given_back: tuple[Browser, UUID], key: SoftKey, wrong: dict[str, Any]
) -> None:
    browser, handover = given_back

    refused = give(browser, key, status=422, **wrong)

    assert refused.summary() == ["The passkey was not taken. Use your password."]
    assert trial.row(app, handover)["state"] is State.GIVEN_BACK
    browser.get("/handover/read", 403)
    assert trial.take_back(browser, PASSWORD).path == "/handover/read"


def test_a_right_answer_is_good_once(
    app: Flask, school: School, case_id: UUID, given_back: tuple[Browser, UUID], key: SoftKey
) -> None:
    """Whoever has watched one taking-back cannot do it over again."""
    browser, _ = given_back
    page = browser.get("/handover/back")
    answer = key.get(asked(browser, page, f"{BACK}/ask"), ORIGIN)
    page.submit(BACK, passkey=answer)
    browser.get("/handover/read").submit("/handover/keep", button=trial.AGAIN)
    trial.give_back(browser)

    browser.get("/handover/back").submit(BACK, passkey=answer, status=422)


def test_a_copy_is_refused_and_told(
    app: Flask, school: School, given_back: tuple[Browser, UUID], key: SoftKey
) -> None:
    browser, handover = given_back
    give(browser, key, counter=7)
    browser.get("/handover/read").submit("/handover/keep", button=trial.AGAIN)
    trial.give_back(browser)

    page = give(browser, key, counter=7).follow()

    assert "The passkey was not taken" in page.main_text
    assert trial.row(app, handover)["state"] is State.GIVEN_BACK
    with saved(app):
        told = session.scalars(
            select(SecurityNotice.for_id).where(SecurityNotice.kind == "passkey_counter")
        ).all()
        assert school.dsl.id in told


def test_it_answers_only_once_the_screen_was_given_back(
    app: Flask, school: School, case_id: UUID, member: Browser, key: SoftKey
) -> None:
    trial.hand_over(app, member, school, case_id)

    for address in (BACK, f"{BACK}/ask"):
        member.post(address, {"csrf_token": member.token}, 403)


def test_whoever_has_none_is_offered_none(
    app: Flask, school: School, case_id: UUID, member: Browser
) -> None:
    trial.hand_over(app, member, school, case_id)
    trial.give_back(member)

    page = member.get("/handover/back")

    assert "passkey" not in page.main_text
    member.post(f"{BACK}/ask", {"csrf_token": member.token}, 409)


def test_the_challenge_is_no_use_to_a_student_later(
    app: Flask, given_back: tuple[Browser, UUID], key: SoftKey, stopped: Any
) -> None:
    browser, _ = given_back
    page = browser.get("/handover/back")
    question = asked(browser, page, f"{BACK}/ask")
    stopped(clock.now() + timedelta(minutes=5, seconds=2))

    page.submit(BACK, passkey=key.get(question, ORIGIN), status=422)
