"""Court and police days, through the pages."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from portal import clock
from portal.casefile import features
from portal.casefile.counts import counts_of
from portal.cases import seen
from portal.support import milestones
from portal.support.rules import day_before
from portal.support.service import days_of
from tests.page import Browser, Page
from tests.support.conftest import Look, due, in_days, parts

Who = Callable[[str], str]


def plan(browser: Browser, case: str, person: str, day: date, **changes: Any) -> Page:
    status = changes.pop("status", 303)
    page = browser.get(f"/cases/{case}/support/milestones/new")
    words = {
        "person": person,
        "kind": "trial",
        "place": "Crown Court",
        "support": "Her ChISVA goes with her, Mr Ali rings in the evening.",
        **parts("day", day),
        "at_time": "10:00",
    }
    return page.submit(fields={**words, **changes}, status=status)


def test_the_day_before_there_is_something_due(
    ruth: Browser, case: str, who: Who, look: Look
) -> None:
    page = plan(ruth, case, who("harmed"), in_days(30)).follow()
    assert "Trial, for" in page.main_text
    with look() as now:
        (action,) = due(now, milestones.KIND)
        days = days_of(now)
        before = day_before(in_days(30), days)
        assert action.due_at == datetime.combine(before, days.ends, clock.ZONE)
        assert "Trial" in action.what
    assert "Trial " in ruth.get(f"/cases/{case}").main_text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"support": ""}, "support"),
        ({"kind": "other", "what": ""}, "what"),
        ({"at_time": "25:90"}, "at_time"),
        ({"day-day": "31", "day-month": "2"}, "day"),
    ],
)
def test_what_is_missing_is_said_at_the_field(
    ruth: Browser, case: str, who: Who, changes: dict[str, str], field: str
) -> None:
    page = plan(ruth, case, who("harmed"), in_days(30), status=422, **changes)
    assert set(page.errors()) == {field}


def test_it_is_for_somebody_of_this_case(ruth: Browser, case: str) -> None:
    body = {"csrf_token": ruth.token, "kind": "trial", "person": "nobody", "support": "x"}
    page = ruth.post(f"/cases/{case}/support/milestones/new", body, status=422)
    assert {"person", "day"} <= set(page.errors())


def test_a_day_that_moves_keeps_where_it_stood(
    ruth: Browser, case: str, who: Who, look: Look
) -> None:
    page = plan(ruth, case, who("harmed"), in_days(30)).follow()
    form, other = page.click("Move or change"), page.click("Move or change")
    form.submit(fields=parts("day", in_days(60)), status=422)
    moved = {**parts("day", in_days(60)), "reason": "A juror was ill"}
    page = form.submit(fields=moved, status=303).follow()
    assert "A juror was ill" in page.written()
    assert "Moved from" in page.main_text
    stale = {**parts("day", in_days(61)), "reason": "No room"}
    assert "now" in other.submit(fields=stale, status=409).main_text
    with look() as now:
        (action,) = due(now, milestones.KIND)
        before = day_before(in_days(60), days_of(now))
        assert clock.local(action.due_at).date() == before
        (one,) = milestones.milestones_of(now)
        address = f"/cases/{case}/versions/milestones/{one.id}"
    assert "A juror was ill" in ruth.get(address).main_text


def test_what_came_of_it(ruth: Browser, case: str, who: Who, look: Look) -> None:
    plan(ruth, case, who("harmed"), in_days(5))
    page = ruth.get(f"/cases/{case}/support").click("Say what came of it")
    page.submit(fields={"state": "happened", "outcome": "It was short."}, status=422)
    page.submit(fields={"state": "called_off", "outcome": "He pleaded guilty."}, status=303)
    shown = ruth.get(f"/cases/{case}/support")
    assert "He pleaded guilty." in shown.written()
    assert "Called off" in shown.main_text
    with look() as now:
        assert due(now, milestones.KIND) == []
        assert counts_of(now).entries == len(features.entries(now))
        (one,) = milestones.milestones_of(now)
        own = f"/cases/{case}/support/milestones/{one.id}"
    for step in ("outcome", "move"):
        ruth.get(f"{own}/{step}", status=409)


def test_a_day_that_is_over_asks_what_came_of_it(
    ruth: Browser, case: str, who: Who, look: Look
) -> None:
    plan(ruth, case, who("harmed"), in_days(-1))
    assert "What came of it?" in ruth.get(f"/cases/{case}/support").main_text
    assert "what came of" in ruth.get(f"/cases/{case}").main_text
    with look() as now:
        assert due(now, milestones.KIND) == []
        found = features.obstacles(now, features.overview(now, seen.people(now)))
        assert any("has no outcome written down" in one.sentence for one in found)


def test_a_day_ahead_stands_in_the_way_of_closing(
    ruth: Browser, case: str, who: Who, look: Look
) -> None:
    plan(ruth, case, who("harmed"), in_days(4))
    with look() as now:
        found = features.obstacles(now, features.overview(now, seen.people(now)))
        assert any("is still ahead" in one.sentence for one in found)


def test_the_chronology_has_each_of_them(ruth: Browser, case: str, who: Who) -> None:
    plan(ruth, case, who("harmed"), clock.today())
    ruth.get(f"/cases/{case}/support").click("Say what came of it").submit(
        fields={"state": "happened", "outcome": "She spoke for an hour."}, status=303
    )
    page = ruth.get(f"/cases/{case}/chronology")
    assert "She spoke for an hour." in page.main_text
    assert "Day ahead for" in page.main_text


def test_a_day_tomorrow_is_due_while_there_is_time(
    ruth: Browser,
    case: str,
    who: Who,
    look: Look,
    stopped: Callable[[datetime], None],
    sign_in: Any,
) -> None:
    now_at = datetime.combine(clock.today() + timedelta(days=1), time(20), clock.ZONE)
    stopped(now_at)
    from portal.staff.roles import Role

    plan(sign_in(Role.DSL), case, who("harmed"), in_days(1))
    with look() as now:
        (action,) = due(now, milestones.KIND)
        assert action.due_at > now_at
