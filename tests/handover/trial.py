"""A small form for the tests of hand-over, and a screen that is handed over with it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from portal.cases import service as cases
from portal.cases.access_rules import Part
from portal.cases.models import Case
from portal.db import session
from portal.handover import reading, service
from portal.handover.models import Handover
from portal.handover.questionnaire import (
    Answers,
    Given,
    Question,
    ReadBack,
    register,
)
from portal.handover.rules import State
from portal.journal.models import JournalRow
from portal.staff import passwords
from portal.staff import service as staff
from portal.staff.accounts import service as accounts
from portal.staff.models import SignIn
from portal.staff.viewer import Viewer
from portal.web.fields import Line, LongText, Radios, Row, Rows
from portal.web.form_base import Form
from tests import factories
from tests.factories import Colleague, School
from tests.page import Browser, Page

CODE = "trial"
PIN = "804271"
KEEP = "Keep the answers and take the screen back"
NEW = "Part of this is new: record a disclosure"
ASIDE = "Take the screen back without keeping them yet"
AGAIN = "Hand the screen over once more"


class PersonRow(Row):
    name = Line("Their name")
    how_much = Radios(
        "How much should they know?",
        choices=[("all", "All of it"), ("some", "Only some of it")],
    )


class PeopleForm(Form):
    people = Rows(PersonRow, "People who can know")


class WhyForm(Form):
    why = LongText("Write as much or as little as you like", maximum=500)


class TimeForm(Form):
    when = Radios(
        "Pick one",
        choices=[("soon", "Soon"), ("later", "Later")],
        required="Pick one of the two.",
    )


class Trial:
    """Three questions; what was kept is remembered for the test to look at."""

    code = CODE
    title = "Who do you want to know?"
    part = Part.REST

    def __init__(self) -> None:
        self.kept: list[Given] = []

    def questions(self, settings: Answers, answers: Answers) -> Sequence[Question]:
        return (
            Question("people", "Who would you like to know?", PeopleForm, ("You choose.",)),
            Question("why", "What would help you now?", WhyForm),
            Question("when", "When shall we talk again?", TimeForm),
        )

    def read_back(self, settings: Answers, answers: Answers) -> Sequence[ReadBack]:
        people = [
            (row["name"], {"all": "All of it", "some": "Only some"}.get(row["how_much"] or "", ""))
            for row in (answers.get("people") or {}).get("people") or []
        ]
        why = (answers.get("why") or {}).get("why") or ""
        when = (answers.get("when") or {}).get("when") or ""
        return (
            ReadBack("people", "Who would you like to know?", people),
            ReadBack("why", "What would help you now?", [("", why)] if why else []),
            ReadBack("when", "When shall we talk again?", [("", when)] if when else []),
        )

    def keep(self, actor: Viewer, case: Case, involved_id: UUID, given: Given) -> str:
        self.kept.append(given)
        return f"/cases/{case.reference}"


TRIAL = Trial()


def offer() -> Trial:
    """Begin with a form of which nothing was kept yet."""
    TRIAL.kept.clear()
    register(TRIAL)
    return TRIAL


def secret(browser: Browser) -> str:
    """What the cookie of this browser holds."""
    with browser.client.session_transaction() as kept:
        return str(kept["_user_id"])


def hand_over(
    app: Flask, browser: Browser, at: School, made: UUID, who: Colleague | None = None
) -> UUID:
    """Hand the screen of this browser over, as a feature’s own view does it."""
    from portal.journal import service as journal

    offer()
    with app.test_request_context(method="POST"):
        from flask import g
        from flask import session as cookie

        from portal.staff.sign_ins import recognition

        recognition.load(secret(browser))
        case = session.get(Case, made)
        assert case is not None
        harmed = cases.people_in(case)[0]
        address = service.start(g.holder, case, harmed, form=CODE)
        assert address == "/handover"
        journal.settle(session)
        session.commit()
        changed = dict(cookie)
    with browser.client.session_transaction() as kept:
        kept.clear()
        kept.update(changed)
    with factories.saved(app):
        found = session.query(SignIn).filter(SignIn.handover_id.is_not(None)).all()
        (handover_id,) = {one.handover_id for one in found if one.ended_at is None}
        assert handover_id is not None
        return handover_id


def row(app: Flask, handover_id: UUID) -> dict[str, Any]:
    """The hand-over as it stands in the database."""
    with factories.saved(app):
        one = session.get(Handover, handover_id)
        assert one is not None
        return {
            "state": State(one.state),
            "paper": reading.paper(one),
            "stopped": one.stopped,
            "answers": one.answers,
        }


def answer(browser: Browser, code: str, status: int = 303, **words: Any) -> Page:
    """Answer one question and press Next."""
    page = browser.get(f"/handover/q/{code}")
    return page.submit("answer", button="Next", status=status, **words)


def give_back(browser: Browser) -> Page:
    return browser.get("/handover/check").submit("/handover/finish", button="I am done").follow()


def take_back(browser: Browser, password: str) -> Page:
    return browser.get("/handover/back").submit("/handover/back", pin=password).follow()


def set_pin(app: Flask, school: School, pin: str = PIN) -> None:
    """Give the lead a PIN, as the page for it does."""
    with factories.saved(app):
        who = factories.viewer_of(school.dsl)
        member = staff.get_member(school.id, school.dsl.id)
        accounts.set_pin(who, member, passwords.hash_password(pin))


def verbs(app: Flask) -> list[str]:
    """What the journal says was done, in its order."""
    with factories.saved(app):
        return list(session.scalars(select(JournalRow.verb).order_by(JournalRow.seq)))
