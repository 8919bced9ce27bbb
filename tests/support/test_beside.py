"""Sanctions beside support and restorative meetings, through the pages."""

from collections.abc import Callable
from typing import Any

import pytest

from portal import clock
from portal.casefile import features
from portal.casefile.counts import counts_of
from portal.cases import actions
from portal.cases import service as cases
from portal.cases.models import Case
from portal.journal.service import note
from portal.support import beside
from portal.web.errors import NotPossible
from tests import factories
from tests.factories import School
from tests.page import Browser, Page
from tests.support.conftest import Look, due, happened, here, in_days, parts

Who = Callable[[str], str]
SANCTION = {
    "what": "Two days of internal exclusion",
    "policy": "Section 4.2, sharing images",
    "decided_by": "Alan Crane, head",
    "reason": "He sent it on after he was asked not to.",
    "beside": "Sessions with Mr Ali on what it did",
    "own_words": "It’s fair.",
}
MEETING = {
    "led_by": "Nadia Rahman, pastoral lead",
    "what_came": "He will not speak of it again.",
    "words_harmed": "I could say it.",
    "afterwards": "Mr Ali with her, Mr Whitlock with him",
}


def sanction(browser: Browser, case: str, person: str, status: int = 303, **changes: Any) -> Page:
    page = browser.get(f"/cases/{case}/support/sanctions/new")
    words = {**SANCTION, "person": person, **happened()}
    return page.submit(fields={**words, **changes}, status=status)


def ask(
    browser: Browser, case: str, person: str, answer: str, status: int = 303, **more: Any
) -> Page:
    page = browser.get(f"/cases/{case}/support/restorative/views/new/{person}")
    words = {
        "told": ["voluntary", "stop"],
        "answer": answer,
        "own_words": f"I said {answer}.",
        **happened(),
    }
    return page.submit(fields={**words, **more}, status=status)


def test_a_sanction_stands_beside_support(ruth: Browser, case: str, who: Who) -> None:
    page = sanction(ruth, case, who("displayed"), **parts("ends_on", in_days(7))).follow()
    assert "Two days of internal exclusion" in page.written()
    assert "Support beside it: Sessions with Mr Ali" in page.main_text
    form, other = page.click("Correct sanction 1"), page.click("Correct sanction 1")
    form.submit(fields={"what": "One day"}, status=422)
    form.submit(fields={"what": "One day", "why": "Misheard"}, status=303)
    stale = other.submit(fields={"what": "Three days", "why": "Misheard too"}, status=409)
    assert "One day" in stale.main_text
    older = ruth.get(f"/cases/{case}/support").click("Older versions: sanction 1")
    assert "Two days of internal exclusion" in older.main_text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"beside": ""}, "beside"),
        ({"policy": ""}, "policy"),
        (parts("ends_on", in_days(-3)), "ends_on"),
    ],
)
def test_a_sanction_says_what_is_missing(
    ruth: Browser, case: str, who: Who, changes: dict[str, str], field: str
) -> None:
    page = sanction(ruth, case, who("displayed"), status=422, **changes)
    assert set(page.errors()) == {field}
    assert "It’s fair." in page.text


def test_a_sanction_is_refused_for_who_displayed_nothing(
    ruth: Browser, case: str, who: Who, look: Look, school: School, saved: Any
) -> None:
    page = ruth.get(f"/cases/{case}/support/sanctions/new")
    offered = {one.get("value") for one in page.all("input", name="person")}
    assert offered == {who("displayed")}
    with saved():
        stranger = str(cases.people_in(factories.case(school))[-1].id)
    for person in (who("harmed"), stranger, "nobody"):
        body = {**SANCTION, **happened(), "person": person, "csrf_token": ruth.token}
        refused = ruth.post(page.path, body, status=422)
        assert refused.errors() == {"person": beside.NOT_THEM}
    with look() as now:
        assert beside.sanctions_of(now) == []
        harmed = cases.people_in(now)[0]
        with pytest.raises(NotPossible):
            beside.sanction(school.dsl.actor, now, harmed, factories.when(0, None), None, {})


def test_a_meeting_is_not_offered_before_a_yes(
    ruth: Browser, case: str, who: Who, look: Look
) -> None:
    address = f"/cases/{case}/support/restorative"
    meeting = f"{address}/meeting"

    def closed() -> None:
        for page in (ruth.get(address), ruth.get(f"/cases/{case}/support")):
            assert not [href for _, href in page.links() if href == meeting]
        assert "is not offered" in ruth.get(meeting, status=409).main_text
        body = {**MEETING, **happened(), "harmed": who("harmed"), "others": who("displayed")}
        refused = ruth.post(meeting, {**body, "csrf_token": ruth.token}, status=409)
        assert "nobody who was harmed agrees" in refused.main_text

    closed()
    for answer in ("unsure", "does_not"):
        ask(ruth, case, who("harmed"), answer)
        closed()
    ask(ruth, case, who("harmed"), "agrees")
    assert ruth.get(address).click("Record a meeting").path == meeting
    ask(ruth, case, who("harmed"), "withdrawn")
    closed()
    with look() as now:
        assert beside.meetings_of(now) == []
        assert len(beside.views_of(now)) == 4
    assert "I said does_not." in ruth.get(address).main_text


def test_a_yes_counts_only_for_who_knows_what_it_means(ruth: Browser, case: str, who: Who) -> None:
    page = ask(ruth, case, who("harmed"), "agrees", status=422, told=["company"])
    assert set(page.errors()) == {"told"}
    page = ask(ruth, case, who("harmed"), "withdrawn", status=422)
    assert set(page.errors()) == {"answer"}
    ask(ruth, case, who("harmed"), "does_not", told=[])


def test_only_who_was_harmed_is_asked(ruth: Browser, case: str, who: Who) -> None:
    address = f"/cases/{case}/support/restorative/views/new/{who('displayed')}"
    ruth.get(address, status=404)
    ruth.post(address, {"csrf_token": ruth.token, "answer": "agrees"}, status=404)


def hold(browser: Browser, case: str, who: Who, status: int = 303, **changes: Any) -> Page:
    page = browser.get(f"/cases/{case}/support/restorative/meeting")
    words = {**MEETING, "harmed": [who("harmed")], "others": [who("displayed")], **happened()}
    return page.submit(fields={**words, **changes}, status=status)


def test_a_meeting_that_was_held(ruth: Browser, case: str, who: Who, look: Look) -> None:
    ask(ruth, case, who("harmed"), "agrees", conditions="Mr Ali is there")
    assert "Mr Ali is there" in ruth.get(f"/cases/{case}/support/restorative/meeting").written()
    page = hold(ruth, case, who, status=422, harmed=[], afterwards="")
    assert set(page.errors()) == {"harmed", "afterwards"}
    page = hold(ruth, case, who, status=422, **happened(in_days(-2)))
    assert set(page.errors()) == {"happened"}
    page = hold(ruth, case, who).follow()
    assert "I could say it." in page.written()
    with look() as now:
        (made,) = beside.meetings_of(now)
        assert made.views == [str(beside.views_of(now)[0].id)]
        (action,) = due(now, beside.AFTER)
        days = actions.working_days(factories.staff.get_school(now.school_id))
        assert action.due_at == days.next_day_at(clock.now(), days.ends)
        assert counts_of(now).entries == len(features.entries(now))
        table = made.__tablename__
        address = f"/cases/{case}/versions/{table}/{made.id}"
    assert "What was said on" in ruth.get(address).main_text


def test_who_does_not_agree_takes_no_part(
    ruth: Browser, case: str, who: Who, look: Look, school: School, saved: Any
) -> None:
    harmed, displayed = who("harmed"), who("displayed")
    with saved():
        now = here(case)
        other = cases.involve(
            school.dsl.actor,
            now,
            person=factories.pupil(school),
            parts=["harmed", "displayed"],
            words={},
        )
        other_id = str(other.id)
    ask(ruth, case, harmed, "agrees")
    ask(ruth, case, other_id, "does_not")
    page = ruth.get(f"/cases/{case}/support/restorative/meeting")
    offered = {one.get("value") for one in page.all("input", type="checkbox")}
    assert other_id not in offered
    for field in ("harmed", "others"):
        body = {"harmed": harmed, "others": displayed, field: other_id}
        sent = {**MEETING, **happened(), **body, "csrf_token": ruth.token}
        refused = ruth.post(page.path, sent, status=422)
        assert set(refused.errors()) == {field}


def test_a_yes_that_was_taken_back_meanwhile_is_seen(
    case: str, school: School, saved: Any, look: Look
) -> None:
    """What the form saw does not count: what stands when the meeting is recorded does."""
    with saved():
        now = here(case)
        harmed, displayed = cases.people_in(now)
        for answer in ("agrees", "withdrawn"):
            words = {"own_words": "x", "conditions": "", "told": ""}
            beside.record_view(
                school.dsl.actor, now, harmed, answer, factories.when(0, None), words
            )
    with look() as now:
        harmed, displayed = cases.people_in(now)
        with pytest.raises(NotPossible):
            beside.hold_meeting(
                school.dsl.actor, now, [harmed], [displayed], factories.when(0, None), MEETING
            )


def told_police(now: Case, school: School) -> None:
    now.police_told_at = clock.now()
    note(school.dsl.actor, "told the police", now)


def test_the_police_are_asked_first(
    ruth: Browser, case: str, who: Who, school: School, saved: Any, look: Look
) -> None:
    with saved():
        told_police(here(case), school)
    ask(ruth, case, who("harmed"), "agrees")
    page = hold(ruth, case, who, status=422)
    assert set(page.errors()) == {"police_asked", "police_words"}
    hold(ruth, case, who, police_asked="yes", police_words="PC Lee: nothing against it")
    with look() as now:
        assert "PC Lee: nothing against it" in beside.meetings_of(now)[0].afterwards


def test_what_was_written_is_put_right_with_a_reason(
    ruth: Browser, case: str, who: Who, look: Look
) -> None:
    ask(ruth, case, who("harmed"), "agrees")
    hold(ruth, case, who)
    page = ruth.get(f"/cases/{case}/support/restorative")
    for link, field in (("Correct what was said, 1", "own_words"), ("Correct meeting", "led_by")):
        form, other = page.click(link), page.click(link)
        form.submit(fields={field: "Put right"}, status=422)
        form.submit(fields={field: "Put right", "why": "Misheard"}, status=303)
        stale = other.submit(fields={field: "Another", "why": "Misheard"}, status=409)
        assert "Put right" in stale.main_text
    again = ruth.get(page.path)
    assert "Put right" in again.written()
    assert "I said agrees." in again.click("Older versions: what was said, 1").main_text
    with look() as now:
        # a word that is put right is still the same word
        assert [one.answer for one in beside.views_of(now)] == ["agrees"]
