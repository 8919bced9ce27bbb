"""Updates agreed with somebody at home: they fall due, move on with a contact, and end."""

from datetime import date, datetime, time, timedelta
from typing import Any

from portal import clock
from portal.casefile import features
from portal.cases import actions
from portal.cases import service as cases
from portal.family import steps, updates
from portal.family.models import UpdateAgreement
from portal.people import service as people
from tests import factories
from tests.family.conftest import At, Look, agree, contact, decide, here, on, tell_mum, when
from tests.page import Browser


def agreed(look: Look) -> list[UpdateAgreement]:
    with look() as case:
        return updates.agreements_of(case)


def due_days(look: Look) -> list[date]:
    with look() as case:
        return [
            clock.local(one.due_at).date()
            for one in actions.actions_of(case)
            if one.kind == updates.UPDATE and one.state == "open"
        ]


def test_updates_fall_due_by_their_rhythm(ruth: Browser, at: At, look: Look) -> None:
    page = agree(ruth, at).follow()
    assert "Every week: Karen Hale" in page.main_text
    expected = clock.today() + timedelta(days=7)
    while expected.weekday() > 4:
        expected += timedelta(days=1)
    assert agreed(look)[0].next_on == expected
    assert due_days(look) == [expected]
    assert "Tell Karen Hale how it stands: How she is in lessons." in ruth.get(at.case).text
    assert "Updates agreed with Karen Hale: every week" in ruth.get(f"{at.case}/chronology").text


def test_a_contact_settles_one_and_plans_the_next(ruth: Browser, at: At, look: Look) -> None:
    agree(ruth, at, **on("next_on", 1))
    first = due_days(look)
    contact(ruth, at, reached="no", we_said="")
    assert due_days(look) == first
    contact(ruth, at, with_whom=at.nan)
    assert due_days(look) == first
    contact(ruth, at)
    second = due_days(look)
    assert len(second) == 1
    assert second[0] >= clock.today() + timedelta(days=7)
    assert agreed(look)[0].next_on == second[0]
    contact(ruth, at)
    assert due_days(look) == second


def test_a_contact_of_long_ago_moves_nothing_on(ruth: Browser, at: At, look: Look) -> None:

    agree(ruth, at, "month")
    before = due_days(look)
    contact(ruth, at, **when(20))
    assert due_days(look) == before


def test_when_something_happens_nothing_falls_due_by_itself(
    ruth: Browser, at: At, look: Look
) -> None:
    agree(ruth, at, "as_it_happens")
    assert due_days(look) == []
    assert "Nothing falls due by itself." in ruth.get(at.of(at.sara)).main_text
    contact(ruth, at)
    assert due_days(look) == []


def test_when_something_happens_with_a_first_day_is_done_with_that(
    ruth: Browser, at: At, look: Look
) -> None:
    agree(ruth, at, "as_it_happens", **on("next_on", 3))
    assert len(due_days(look)) == 1
    contact(ruth, at)
    assert due_days(look) == []
    assert agreed(look)[0].next_on is None


def test_bad_agreements_are_refused_at_the_field(ruth: Browser, at: At) -> None:
    empty = ruth.get(at.of(at.sara, "updates", "new")).submit(status=422)
    assert set(empty.errors()) == {"carer", "every", "contains"}
    past = agree(ruth, at, status=422, **on("next_on", -1))
    assert any("past" in one for one in past.errors().values())
    forbidden = agree(ruth, at, carer=at.dad, status=422)
    assert "Sean Byrne must not be contacted" in forbidden.errors()["carer"]
    left: dict[str, Any] = dict.fromkeys(("next_on-day", "next_on-month", "next_on-year"), "")
    agree(ruth, at, **left)
    twice = agree(ruth, at, status=422)
    assert "End those first" in twice.errors()["carer"]


def test_updates_end_with_a_reason(ruth: Browser, at: At, look: Look) -> None:
    page = agree(ruth, at).follow()
    form = page.click("End these updates")
    assert form.submit(status=422).errors() == {"reason": "Say why they end"}
    done = form.submit(reason="She asked not to hear of it.").follow()
    assert "She asked not to hear of it." in done.main_text
    assert due_days(look) == []
    chronology = ruth.get(f"{at.case}/chronology").main_text
    assert "Ended: updates agreed with Karen Hale" in chronology
    one = agreed(look)[0].id
    again = ruth.get(at.of("updates", str(one), "end"))
    again.submit(reason="Once more", status=409)
    agree(ruth, at)


def test_without_carers_there_is_nobody_to_agree_with(
    ruth: Browser, at: At, saved: Any, school: Any
) -> None:

    with saved():
        pupil = factories.pupil(school, "Zoë D'Arcy")
        one = cases.involve(school.dsl.actor, here(at), person=pupil, parts=["harmed"], words={})
        whom = str(one.id)
    ruth.get(at.of(whom, "updates", "new"), status=(400, 409, 422))


def test_updates_for_somebody_who_must_not_be_contacted_any_more_are_shown(
    ruth: Browser, at: At, saved: Any, school: Any
) -> None:
    agree(ruth, at)
    with saved():
        ids = [one.person_id for one in cases.people_in(here(at)) if one.person_id]
        links = [link for found in people.carers_of_all(ids).values() for link in found]
        link = next(one for one in links if str(one.id) == at.mum)
        people.change_carer(school.dsl.actor, link, {"may_contact": "no"}, "The court")
    assert "Must not be contacted: end this" in ruth.get(f"{at.case}/family").main_text


def test_an_overdue_update_is_said_in_the_task_list_and_when_closing(
    ruth: Browser, at: At, look: Look, saved: Any, school: Any, stopped: Any
) -> None:

    tell_mum(ruth, at)
    decide(ruth, at, "not_informed", whom=at.owen, reason="Harm", agencies="Ms Okafor, front door")
    agree(ruth, at, **on("next_on", 1))
    with saved():
        due = next(one for one in actions.actions_of(here(at)) if one.kind == updates.UPDATE)
        actions.settle_action(school.dsl.actor, due, "not_needed", "By hand")
    assert "overdue" not in ruth.get(at.case).main_text
    stopped(datetime.combine(clock.today() + timedelta(days=9), time(12), clock.ZONE))
    with look() as case:
        seen = features.overview(case, cases.people_in(case))
        said = [one.sentence for one in steps.obstacles(case, seen.found, seen.people)]
        row = steps.steps(case, seen.found, seen.people)[0]
    assert said == ["An update that was agreed for the family of Sara O'Neill is overdue."]
    assert row.line.startswith("1 update overdue; told: Sara O'Neill")
    assert row.tag_text == "In progress"
