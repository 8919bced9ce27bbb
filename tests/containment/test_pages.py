"""Content online, its hold, the steps of containment and protection, as pages."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.casefile import features
from portal.cases import actions, content
from portal.cases import service as cases
from portal.cases.models import Case
from portal.cases.rules import Act
from portal.containment import service
from portal.containment.rules import Step
from portal.db import close_session, session
from portal.journal.service import note
from portal.staff.roles import Role
from tests import factories
from tests.factories import School
from tests.page import Browser, Page

Saved = Callable[[], AbstractContextManager[None]]
SignIn = Callable[[Any], Browser]
Look = Callable[[], AbstractContextManager[Case]]


@pytest.fixture
def case(school: School, saved: Saved) -> str:
    with saved():
        return factories.case(school).reference


@pytest.fixture
def ruth(sign_in: SignIn) -> Browser:
    return sign_in(Role.DSL)


@pytest.fixture
def look(app: Flask, case: str) -> Look:
    @contextmanager
    def looking() -> Iterator[Case]:
        with app.app_context():
            try:
                yield _here(case)
            finally:
                close_session()

    return looking


def _here(reference: str) -> Case:
    return session.scalars(select(Case).where(Case.reference == reference)).one()


def when(days_ago: int = 0, at: str = "00:00", name: str = "happened") -> dict[str, str]:
    day = clock.today() - timedelta(days=days_ago)
    parts = {"day": day.day, "month": day.month, "year": day.year, "time": at}
    return {f"{name}-{part}": str(value) for part, value in parts.items()}


def add_item(browser: Browser, case: str, **changes: Any) -> Page:
    words = {"kind": "post", "what": "A picture, she says", "account": "brum_beef_100"}
    page = browser.get(f"/cases/{case}/content/new")
    return page.submit(fields={**words, **when(1, name="found"), **changes}, status=303).follow()


def step(browser: Browser, case: str, kind: Step, person: Any, **changes: Any) -> Page:
    """Send a step as its form was served; the caller says which answer is expected."""
    status = changes.pop("status", 303)
    whom = f"/{person}" if person else ""
    page = browser.get(f"/cases/{case}/containment/{kind.value}/new{whom}")
    words = {**when(), "done_by": "Ruth Adeyemi", "words": "Spoke with him in my office."}
    return page.submit(fields={**words, **changes}, status=status)


def displayed(case: Case) -> str:
    return str(next(one.id for one in cases.people_in(case) if "displayed" in one.parts))


def test_an_item_begins_held_and_says_why(ruth: Browser, case: str, look: Look) -> None:
    page = add_item(ruth, case, url="nonsense address")
    assert "Held as evidence. The checklist has not been answered yet." in page.main_text
    assert "does not read like one" in page.main_text
    assert not [href for _, href in page.links() if "nonsense" in href]
    assert "1 of 1 still up; 1 held as evidence" in ruth.get(f"/cases/{case}").main_text


def test_a_held_step_is_refused_at_its_own_address(ruth: Browser, case: str, look: Look) -> None:
    add_item(ruth, case)
    with look() as now:
        item, person = str(content.items_of(now)[0].id), displayed(now)
    for kind in (Step.EXPLAIN_AND_ASK, Step.ASK_COPIES):
        again = step(ruth, case, kind, person, items=[item], result="confirmed", status=422)
        assert any("Held as evidence" in each for each in again.errors().values())
        assert "Spoke with him in my office." in again.text
        nothing = step(ruth, case, kind, person, items=[], result="confirmed", status=422)
        assert "Choose which content items it is about" in nothing.errors().values()
    with look() as now:
        assert service.steps_of(now) == []


def test_what_had_already_happened_is_recorded(ruth: Browser, case: str, look: Look) -> None:
    add_item(ruth, case)
    with look() as now:
        item, person = str(content.items_of(now)[0].id), displayed(now)
    step(ruth, case, Step.ASK_COPIES, person, items=[item], already="yes", result="confirmed")
    page = ruth.get(f"/cases/{case}/chronology")
    assert "It had already happened before it could be held back." in page.main_text


def test_released_by_name_and_only_that(ruth: Browser, case: str, look: Look) -> None:
    add_item(ruth, case)
    add_item(ruth, case, account="the_other_one")
    with look() as now:
        first, second = (str(one.id) for one in content.items_of(now))
        person = displayed(now)
    form = ruth.get(f"/cases/{case}/content/release")
    form.submit(fields={**when(), "items": [first], "reason": "Public, and names her"}, status=303)
    step(ruth, case, Step.ASK_COPIES, person, items=[first], result="waiting")
    step(ruth, case, Step.ASK_COPIES, person, items=[second], result="waiting", status=422)
    add_item(ruth, case, account="found_later")
    with look() as now:
        held = [one.account for one in content.held(now, content.items_of(now), Act.DELETE)]
        assert held == ["the_other_one", "found_later"]
    page = ruth.get(f"/cases/{case}/content")
    assert "Some items are held as evidence." in page.main_text
    assert "Public, and names her" in ruth.get(f"/cases/{case}/chronology").main_text


def test_an_urgent_report_is_one_decision_with_address_and_time_first(
    ruth: Browser, case: str, look: Look
) -> None:
    add_item(ruth, case)
    with look() as now:
        item, person = str(content.items_of(now)[0].id), displayed(now)
    form = ruth.get(f"/cases/{case}/content/{item}/urgent")
    again = form.submit(fields={**when(), "reason": "It names a child"}, status=422)
    assert "Say when it was seen at this address" in again.errors().values()
    report = again.submit(fields={"noted": "Today 09:05, by a pupil"}, status=303).follow()
    assert report.path.startswith(f"/cases/{case}/referrals/new/platform")
    done = report.submit(
        fields={**when(), "body": "Instagram", "words": "By address", "parents": "no_need"},
        status=303,
    )
    assert "/referrals/" in done.location
    step(ruth, case, Step.ASK_COPIES, person, items=[item], result="waiting", status=422)
    with look() as now:
        assert content.items_of(now)[0].state == "reported"


def test_it_came_back(ruth: Browser, case: str, look: Look) -> None:
    add_item(ruth, case)
    with look() as now:
        item = str(content.items_of(now)[0].id)
    form = ruth.get(f"/cases/{case}/content/{item}/state")
    form.submit(fields={**when(1), "state": "removed", "words": "Gone, she says"}, status=303)
    back = ruth.get(f"/cases/{case}/content/{item}/came-back")
    early = back.submit(fields={**when(9), "words": "Another account"}, status=422)
    assert "This cannot be before the last entry of its history" in early.errors().values()
    page = early.submit(fields=when(), status=303).follow()
    assert "Came back" in page.main_text
    with look() as now:
        assert now.recurrences == 1
        subjects = [one.kind for one in actions.actions_of(now)]
        assert service.SUPPORT in subjects
    assert "Has come back" in ruth.get(f"/cases/{case}").main_text


def test_a_closed_case_is_opened_by_nothing_but_reopening(
    ruth: Browser, case: str, look: Look, saved: Saved, school: School
) -> None:
    with saved():
        cases.close(school.dsl.actor, _here(case), "Done", "", "")
    page = ruth.get(f"/cases/{case}/content/new")
    page.submit(
        fields={"kind": "post", "what": "x", "account": "y", **when(name="found")}, status=409
    )


def test_whom_it_was_sent_to_waits_for_the_police_and_makes_people(
    ruth: Browser, case: str, look: Look, saved: Saved, school: School
) -> None:
    with saved():
        factories.pupil(school, "Anna Number")
        now = _here(case)
        now.police_told_at = clock.now()
        note(school.dsl.actor, "the police were told", now)
    with look() as now:
        person = displayed(now)
    sent = {
        "result": "done",
        "recipients-0-name": "Anna Number",
        "recipients-0-part": "witness",
    }
    refused = step(ruth, case, Step.ASK_ONWARD, person, **sent, status=422)
    assert any("have not agreed" in each for each in refused.errors().values())
    assert "Anna Number" in str(refused.fields())
    with saved():
        now = _here(case)
        now.asking_agreed = "yes"
        note(school.dsl.actor, "the police agreed", now)
    step(ruth, case, Step.ASK_ONWARD, person, **sent)
    with look() as now:
        named = [one for one in cases.people_in(case=now) if one.name == "Anna Number"]
        assert [one.is_known for one in named] == [True]
        assert "it was sent on to them" in named[0].note


def test_protection_waits_for_nothing(ruth: Browser, case: str, look: Look) -> None:
    page = ruth.get(f"/cases/{case}/protect/new")
    review = clock.today() + timedelta(days=7)
    page = page.submit(
        fields={
            **{name: text for name, text in when(name="begins").items() if "time" not in name},
            "kind": "classes",
            "what": "Jordan’s set moves to the other corridor.",
            "done_by": "Ms Hale",
            "review_on-day": str(review.day),
            "review_on-month": str(review.month),
            "review_on-year": str(review.year),
        },
        status=303,
    ).follow()
    assert "Separate classes or groups, for everybody" in page.main_text
    with look() as now:
        assert service.REVIEW in {one.kind for one in actions.actions_of(now)}
        number = len(features.entries(now))
    assert f"{number} entries" in ruth.get(f"/cases/{case}").main_text
    end = page.click("It ends: separate classes")
    page = end.submit(fields={"words": "Term is over"}, status=303).follow()
    assert "Ended" in page.main_text
    with look() as now:
        number = len(features.entries(now))
    assert f"{number} entries" in ruth.get(f"/cases/{case}").main_text


def test_closing_names_what_is_up_and_undecided(ruth: Browser, case: str, look: Look) -> None:
    add_item(ruth, case)
    page = ruth.get(f"/cases/{case}/close")
    assert "Still up: brum_beef_100" in page.main_text
    assert "Not decided yet: asked to delete every copy (Owen Price)" in page.main_text


def test_across_cases_costs_the_same_with_much_in_it(
    ruth: Browser, school: School, saved: Saved, case: str, statements: Any
) -> None:
    def some(number: int) -> None:
        with saved():
            for count in range(number):
                content.add_item(
                    school.dsl.actor,
                    _here(case),
                    kind="post",
                    words={"what": "A post", "account": f"account_{count}"},
                    found=factories.when(1),
                )

    some(1)
    ruth.get("/content")
    with statements() as few:
        ruth.get("/content")
    some(40)
    with statements() as many:
        page = ruth.get("/content")
    assert few.count == many.count <= 6, "\n".join(many.texts)
    assert "account_" in page.click("Newer ones").main_text
