"""What becomes of content items and cases: down and back, corrected, closed and opened again."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.cases import actions, content
from portal.cases import service as cases
from portal.cases.models import Case
from portal.cases.models_content import ContentItem
from portal.cases.rules import Act, Whereabouts, is_another
from portal.containment import service
from portal.containment.rules import Result, Step
from portal.db import close_session, session
from portal.referrals import service as referrals
from portal.staff.roles import Role
from portal.web.errors import NotPossible
from tests import factories
from tests.factories import School
from tests.page import Browser

Saved = Callable[[], AbstractContextManager[None]]
SignIn = Callable[[Any], Browser]
TODAY = factories.when(0, None)


@pytest.fixture
def case(school: School, saved: Saved) -> str:
    with saved():
        return factories.case(school).reference


@pytest.fixture
def ruth(sign_in: SignIn) -> Browser:
    return sign_in(Role.DSL)


@contextmanager
def reading(app: Flask, reference: str) -> Iterator[Case]:
    with app.app_context():
        try:
            yield here(reference)
        finally:
            close_session()


def here(reference: str) -> Case:
    return session.scalars(select(Case).where(Case.reference == reference)).one()


def item_of(reference: str, number: int = 0) -> ContentItem:
    return content.items_of(here(reference))[number]


def with_item(saved: Saved, school: School, case: str, state: str = "live", **words: str) -> str:
    """An item in this state; gives its address."""
    with saved():
        item = factories.item(school, here(case), **words)
        session.flush()
        if state != "live":
            content.change_state(school.dsl.actor, item, state, TODAY, content.Told("They say so"))
        return f"/cases/{case}/content/{item.id}"


def today(name: str = "happened") -> dict[str, str]:
    day = clock.today()
    parts = {"day": day.day, "month": day.month, "year": day.year, "time": ""}
    return {f"{name}-{part}": str(value) for part, value in parts.items()}


class TestBackAgain:
    def test_a_lead_opens_a_closed_case_in_one_step(
        self, app: Flask, ruth: Browser, school: School, saved: Saved, case: str
    ) -> None:
        address = with_item(saved, school, case, "removed")
        with saved():
            cases.close(school.dsl.actor, here(case), "Done", "", "")
        overview = ruth.get(f"/cases/{case}/content")
        assert "The case is closed." in overview.main_text
        form = overview.click("It came back")
        assert "opens the closed case again" in form.main_text
        page = form.submit(fields={**today(), "words": "On another story"}).follow()
        assert page.path == address
        assert "Held as evidence." in page.main_text
        with reading(app, case) as now:
            assert (now.is_open, now.recurrences) == (True, 1)
            due = [one.kind for one in actions.actions_of(now) if one.state == "open"]
            assert due.count(service.SUPPORT) == 1

    def test_what_was_released_is_held_again(self, school: School, saved: Saved, case: str) -> None:
        with_item(saved, school, case)
        with saved():
            content.release_named(school.dsl.actor, here(case), [item_of(case)], "Harmless", TODAY)
            told = content.Told("They say so")
            content.change_state(school.dsl.actor, item_of(case), "removed", TODAY, told)
        with saved():
            assert not content.held(here(case), [item_of(case)], Act.DELETE)
            content.came_back(school.dsl.actor, here(case), item_of(case), TODAY, "Again")
            assert content.held(here(case), [item_of(case)], Act.REPORT)

    def test_a_closed_case_offers_and_takes_nothing_else(
        self, ruth: Browser, school: School, saved: Saved, case: str
    ) -> None:
        address = with_item(saved, school, case, "removed")
        with saved():
            cases.close(school.dsl.actor, here(case), "Done", "", "")
        for path in (f"/cases/{case}/content", address, f"/cases/{case}/protect"):
            hrefs = {href for _, href in ruth.get(path).links() if href.startswith("/cases/")}
            words = ("/new", "/state", "/correct", "/release", "/urgent", "/end")
            assert not [href for href in hrefs if href.endswith(words)], path
        for last in ("state", "correct", "urgent"):
            ruth.post(f"{address}/{last}", {"csrf_token": ruth.token}, status=409)

    def test_who_only_reads_does_not_say_that_it_came_back(
        self, sign_in: SignIn, school: School, saved: Saved, case: str
    ) -> None:
        address = with_item(saved, school, case, "removed")
        head = sign_in(Role.HEAD)
        assert "It came back" not in head.get(address).main_text
        head.get(f"{address}/came-back", status=403)

    def test_what_is_still_up_has_not_come_back(
        self, app: Flask, ruth: Browser, school: School, saved: Saved, case: str
    ) -> None:
        address = with_item(saved, school, case)
        assert "It came back" not in ruth.get(address).main_text
        ruth.get(f"{address}/came-back", status=409)
        body = {**today(), "words": "Again", "csrf_token": ruth.token}
        ruth.post(f"{address}/came-back", body, status=409)
        with reading(app, case) as now:
            assert now.recurrences == 0

    def test_sent_twice_is_one_recurrence(
        self, app: Flask, ruth: Browser, school: School, saved: Saved, case: str
    ) -> None:
        address = with_item(saved, school, case, "removed")
        body = {**today(), "words": "Again", "csrf_token": ruth.token}
        ruth.post(f"{address}/came-back", body)
        ruth.post(f"{address}/came-back", body, status=409)
        with reading(app, case) as now:
            assert now.recurrences == 1


class TestStates:
    def test_what_is_down_is_not_reported(
        self, ruth: Browser, school: School, saved: Saved, case: str
    ) -> None:
        address = with_item(saved, school, case, "removed")
        assert "Report it to the platform" not in [words for words, _ in ruth.get(address).links()]
        form = ruth.get(f"{address}/state")
        states = {one.get("value") for one in form.all("input", name="state")}
        assert states == {"removed", "live"}
        assert "Record that it came back" in form.main_text
        body = {**today(), "state": "reported", "words": "x", "csrf_token": ruth.token}
        ruth.post(f"{address}/state", body, status=422)

    def test_a_report_of_what_is_down_is_refused_unless_it_was_before(
        self, school: School, saved: Saved, case: str
    ) -> None:
        with_item(saved, school, case, "removed")
        with saved():
            content.release_named(school.dsl.actor, here(case), [item_of(case)], "Harmless", TODAY)
        with pytest.raises(NotPossible, match="is down"), saved():
            factories.referral(school, here(case), "platform", items=[item_of(case)], told=TODAY)
        with saved():
            before = factories.when(1)
            factories.referral(school, here(case), "platform", items=[item_of(case)], told=before)
            assert item_of(case).state == "removed"
            assert [one.state for one in content.history_of(item_of(case))][-1] == "reported"

    def test_what_came_back_is_to_be_reported_again(
        self, ruth: Browser, school: School, saved: Saved, case: str
    ) -> None:
        with saved():
            told = factories.disclosure(
                school, people=[{"kind": "pupil", "name": "Sara O'Neill", "parts": ["harmed"]}]
            )
            case = factories.case(school, told).reference
        with_item(saved, school, case, "removed")
        report = "Not decided yet: report to the site or service"
        assert report not in ruth.get(f"/cases/{case}/close").main_text
        with saved():
            content.came_back(school.dsl.actor, here(case), item_of(case), TODAY, "Again")
        assert report in ruth.get(f"/cases/{case}/close").main_text


class TestCorrecting:
    @pytest.mark.parametrize(
        ("before", "now", "another"),
        [
            (("", "@a"), ("", "a "), False),
            (("", "@a"), ("https://x", "@a"), False),
            (("", "@a"), ("", "@b"), True),
            (("https://x", "@a"), ("", "@a"), True),
            (("https://x", ""), ("https://y", ""), True),
            (("", ""), ("", "@a"), True),
            (("", ""), ("", ""), False),
        ],
    )
    def test_which_correction_makes_another_thing_of_it(
        self, before: tuple[str, str], now: tuple[str, str], another: bool
    ) -> None:
        assert is_another(Whereabouts(*before), Whereabouts(*now)) is another

    def test_a_release_does_not_follow_an_item_to_another_address(
        self, app: Flask, ruth: Browser, school: School, saved: Saved, case: str
    ) -> None:
        address = with_item(saved, school, case, url="")
        with saved():
            content.release_named(school.dsl.actor, here(case), [item_of(case)], "Harmless", TODAY)
        form = ruth.get(f"{address}/correct")
        assert "It is not held as evidence now." in form.main_text
        page = form.submit(fields={"note": "Year 9 follows it", "reason": "More is known"})
        assert "Not held." in page.follow().main_text
        form = ruth.get(f"{address}/correct")
        page = form.submit(fields={"account": "@somebody_else", "reason": "Misheard"}).follow()
        assert "Held as evidence." in page.main_text
        with reading(app, case) as now:
            assert content.held(now, content.items_of(now), Act.REPORT)

    def test_what_the_police_want_kept_stays_kept(
        self, school: School, saved: Saved, case: str
    ) -> None:
        with_item(saved, school, case)
        with saved():
            keeping(school, case)
            content.correct_item(school.dsl.actor, item_of(case), {"account": "@z"}, "Misheard")
            assert item_of(case).release == "kept"
        with saved(), pytest.raises(NotPossible, match="police asked"):
            content.release_named(school.dsl.actor, here(case), [item_of(case)], "Harmless", TODAY)


class TestKept:
    def test_no_way_is_offered_past_the_police(
        self, ruth: Browser, school: School, saved: Saved, case: str
    ) -> None:
        address = with_item(saved, school, case)
        with saved():
            keeping(school, case)
        page = ruth.get(address)
        assert "Urgent: report it now" not in page.main_text
        assert "Release it by name" not in page.main_text
        assert page.link("What the police advised")
        ruth.get(f"{address}/urgent", status=409)


def keeping(school: School, case: str) -> None:
    """The police say that everything is to be kept."""
    told = factories.referral(school, here(case))
    session.flush()
    new = referrals.NewAdvice(
        at=TODAY,
        opens=False,
        may_ask_onward="not_said",
        words={"officer": "DC Khan", "keep": "Everything"},
    )
    referrals.record_police_advice(school.dsl.actor, here(case), told, new)


def test_what_is_unfinished_about_one_person_is_not_shown_for_another(
    ruth: Browser, app: Flask, case: str
) -> None:
    with reading(app, case) as now:
        first, second = (str(one.id) for one in cases.people_in(now)[:2])
    where = f"/cases/{case}/containment/ask_onward/new"
    words = {**today(), "words": "He gave three names."}
    ruth.get(f"{where}/{first}").submit(fields=words, status=422)
    assert "He gave three names." in ruth.get(f"{where}/{first}").text
    assert "He gave three names." not in ruth.get(f"{where}/{second}").text
    old = ruth.get(f"{where}?person={second}", status=303)
    assert old.location == f"{where}/{second}"
    for wrong in (where, f"{where}?person=nobody", f"{where}?person=&person={first}"):
        ruth.get(wrong, status=404)


def test_a_step_and_the_police_at_once(
    app: Flask, school: School, saved: Saved, case: str, engine: Any
) -> None:
    """While it is being recorded that the police want it kept, a step waits and is then refused."""
    with_item(saved, school, case)
    with saved():
        content.release_named(school.dsl.actor, here(case), [item_of(case)], "Harmless", TODAY)
    outcome: list[str] = []

    def take() -> None:
        try:
            with factories.saved(app):
                now, items = here(case), content.items_of(here(case))
                person = next(one for one in cases.people_in(now) if "displayed" in one.parts)
                new = service.NewStep(
                    Step.ASK_COPIES, Result.WAITING, TODAY, "Ruth Adeyemi", "Asked", person, items
                )
                assert not content.held(now, items, Act.DELETE) or engine.name == "sqlite"
                service.take_step(school.dsl.actor, now, new)
            outcome.append("taken")
        except NotPossible:
            outcome.append("refused")

    other = Thread(target=take)
    with saved():
        keeping(school, case)
        session.flush()
        other.start()
        other.join(timeout=0.5)
        assert other.is_alive(), f"it did not wait: {outcome}"
    other.join(timeout=20)
    assert outcome == ["refused"]
