"""Break-glass: who can open a case for an hour, what it opens, who is told, and what follows."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.casefile import closing
from portal.cases import emergencies, grant_rules
from portal.cases import service as cases
from portal.cases.models_access import EmergencyAccess
from portal.cases.rules import Audience
from portal.db import session
from portal.journal.models import JournalRow
from portal.staff.roles import Role
from portal.web.errors import NotPossible
from tests import factories
from tests.conftest import sign_in_to
from tests.factories import School
from tests.page import Browser, Page
from tests.wishes.conftest import Look, Made, look, made, ruth, the_case

__all__ = ["look", "made", "ruth"]

REASON = "Her mother rang: she has not come home tonight."
NOT_FOUND = emergencies.NOT_FOUND


@pytest.fixture
def nadia(sign_in: Any) -> Browser:
    found: Browser = sign_in(Role.PASTORAL)
    return found


def open_it(browser: Browser, which: str, reason: str = REASON, status: int = 303) -> Page:
    return browser.get("/emergency").submit(
        fields={"which": which, "reason": reason}, button="Open it for an hour", status=status
    )


def all_of(look: Look) -> list[Any]:
    """Every emergency of the case, read while there is a session to read it with."""
    names = ("id", "reason", "role", "until", "written_at", "ended_at", "finding")
    with look() as case:
        found = emergencies.of_case(case)
        return [SimpleNamespace(**{name: getattr(one, name) for name in names}) for one in found]


def verbs(app: Flask) -> list[tuple[str, Any, Any]]:
    with app.app_context():
        rows = session.execute(
            select(JournalRow.verb, JournalRow.case_id, JournalRow.subject_table).order_by(
                JournalRow.seq
            )
        )
        return [tuple(row) for row in rows]


@pytest.mark.parametrize("which", ["reference", "name"])
def test_pastoral_staff_read_the_whole_case_for_an_hour_and_write_nothing(
    nadia: Browser, made: Made, which: str, look: Look
) -> None:
    nadia.get(made.at(), 404)
    opened = open_it(nadia, made.reference if which == "reference" else "  SARA  O’neill ")
    assert opened.location == made.at()
    for path in ("", "people", "wishes", "support", "chronology", "access", "decisions"):
        nadia.get(made.at(path) if path else made.at())
    for path in ("about", "notes/new", "actions/new", f"wishes/{made.sara}/new", "print", "close"):
        nadia.get(made.at(path), 403)
        nadia.post(made.at(path), {"csrf_token": nadia.token}, 403)
    (one,) = all_of(look)
    assert one.reason == REASON
    assert one.role == "pastoral"
    assert one.until - one.written_at <= grant_rules.EMERGENCY_LASTS


def test_a_lead_of_another_school_does_too(
    second_school: School, made: Made, sign_in: Any, look: Look
) -> None:
    for role in (Role.DSL, Role.DEPUTY):
        browser = sign_in(second_school[role])
        browser.get(made.at(), 404)
        assert "full name" not in browser.get("/emergency").main_text
        open_it(browser, made.reference.lower())
        browser.get(made.at())
        browser.get(made.at("about"), 403)
    assert {one.role for one in all_of(look)} == {"dsl", "deputy"}


def test_the_help_page_leads_to_it(school: School, nadia: Browser, sign_in: Any) -> None:
    nadia.get("/guidance").click("Open a case in an emergency")
    assert "Open a case in an emergency" not in sign_in(Role.STAFF).get("/guidance").main_text


def test_who_may_not_is_refused(sign_in: Any, school: School) -> None:
    for role in (Role.STAFF, Role.HEAD, Role.GOVERNOR, Role.ADMIN):
        browser = sign_in(role)
        browser.get("/emergency", 403)
        browser.post("/emergency", {"csrf_token": browser.token}, 403)


def test_it_is_over_after_an_hour(
    nadia: Browser, made: Made, stopped: Any, look: Look, sign_in: Any
) -> None:
    open_it(nadia, made.reference)
    (one,) = all_of(look)
    stopped(one.until - timedelta(seconds=1))
    sign_in(Role.PASTORAL).get(made.at())
    stopped(one.until)
    sign_in(Role.PASTORAL).get(made.at(), 404)
    again = sign_in(Role.PASTORAL)
    open_it(again, made.reference)
    again.get(made.at())
    assert len(all_of(look)) == 2


def test_who_has_seen_enough_ends_it(
    nadia: Browser, made: Made, look: Look, second_school: School, sign_in: Any
) -> None:
    open_it(nadia, made.reference)
    (one,) = all_of(look)
    end = f"/emergency/{one.id}/end"
    other = sign_in(second_school.dsl)
    other.post(end, {"csrf_token": other.token}, 404)
    other.post(f"/emergency/{uuid4()}/end", {"csrf_token": other.token}, 404)
    page = nadia.get("/emergency")
    assert f"Case {made.reference}, until" in page.main_text
    page.submit(button=f"I have seen enough of case {made.reference}: close it again")
    nadia.get(made.at(), 404)
    nadia.post(end, {"csrf_token": nadia.token}, 409)
    assert "Open to you now" not in nadia.get("/emergency").main_text


def test_not_twice_at_once(
    nadia: Browser, made: Made, look: Look, saved: Any, school: School
) -> None:
    first, second = (nadia.get("/emergency") for _ in range(2))
    fields = {"which": made.reference, "reason": REASON}
    first.submit(fields=fields, button="Open it for an hour")
    refused = second.submit(fields=fields, button="Open it for an hour", status=422)
    assert "You see this case already" in refused.errors()["which"]
    by_name = open_it(nadia, "Sara O'Neill", status=422)
    assert made.reference in by_name.errors()["which"]
    with saved():
        who = factories.viewer_of(school[Role.PASTORAL])
        with pytest.raises(NotPossible):
            emergencies.open_case(who, the_case(made), REASON)
    assert len(all_of(look)) == 1


def test_of_two_sent_at_the_same_moment_one_opens_it(
    app: Flask, school: School, made: Made, look: Look
) -> None:
    browsers = [sign_in_to(app, school[Role.PASTORAL]) for _ in range(2)]
    sent = []
    for one in browsers:
        body = one.get("/emergency").fields()
        body["which"], body["reason"] = made.reference, REASON
        sent.append((one, body))
    start = Barrier(2)

    def send(browser: Browser, body: Any) -> int:
        start.wait(10)
        return browser.post("/emergency", body, status={303, 422}).status

    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(lambda each: send(*each), sent))
    assert sorted(answers) == [303, 422]
    assert len(all_of(look)) == 1


def test_whoever_sees_it_anyway_opens_nothing(ruth: Browser, made: Made, look: Look) -> None:
    refused = open_it(ruth, made.reference, status=422)
    assert "You see this case already" in refused.errors()["which"]
    assert all_of(look) == []


@pytest.mark.parametrize("reason", ["", "x" * 19, " " * 30 + "x" * 19, "x" * 40, "x " * 20])
def test_a_reason_that_says_too_little(nadia: Browser, made: Made, look: Look, reason: str) -> None:
    page = nadia.get("/emergency")
    body = page.fields()
    body["which"], body["reason"] = made.reference, reason
    assert "reason" in nadia.post(page.path, body, status=422).errors()
    assert all_of(look) == []


def test_twenty_characters_are_enough(nadia: Browser, made: Made) -> None:
    open_it(nadia, made.reference, "x" * 19 + "y")


def told_alike(browser: Browser, made: Made, typed: list[str]) -> None:
    """Each of these is answered with the same bytes, but for what was typed and the form’s ids."""
    answers = set()
    for which in typed:
        page = open_it(browser, which, status=422)
        assert page.errors()["which"] == NOT_FOUND
        body = page.html.replace(which, "?")
        answers.add(re.sub(r'(name="(csrf_token|sheet)" value="|/sheets/|nonce-)[^"]*', "", body))
    assert len(answers) == 1


def test_what_cannot_be_opened_is_as_what_never_was(
    app: Flask, school: School, made: Made, saved: Any, nadia: Browser, record_property: Any
) -> None:
    with saved():
        shut_out = factories.case(school)
        factories.exclude(school, shut_out, school[Role.PASTORAL])
        about_staff = factories.case(school)
        about_staff.audience = Audience.HEAD.value
        cases.note(school.head.actor, "made it the head’s", about_staff)
        references = [shut_out.reference, about_staff.reference]
    told_alike(nadia, made, [*references, "2026-9999", "Nobody At All"])
    record_property("figure", "cases not to be opened that an answer tells apart: 0 of 4")
    assert [verb for verb, *_ in verbs(app)].count(emergencies.REFUSED) == 4


def test_an_excluded_lead_of_another_school_is_told_the_same(
    made: Made, saved: Any, second_school: School, sign_in: Any, school: School
) -> None:
    with saved():
        factories.exclude(school, the_case(made), second_school.dsl)
    told_alike(sign_in(second_school.dsl), made, [made.reference, "2026-9999"])


def test_a_lead_of_another_school_opens_nothing_by_a_name(
    made: Made, second_school: School, sign_in: Any
) -> None:
    refused = open_it(sign_in(second_school.dsl), "Sara O'Neill", status=422)
    assert refused.errors()["which"] == NOT_FOUND


def test_tries_slow_the_next_one_down_and_are_noted(
    app: Flask, nadia: Browser, made: Made, sign_in: Any, second_school: School, stopped: Any
) -> None:
    stopped(clock.now())
    for number in range(5):
        open_it(nadia, f"2026-9{number}99", status=422)
    slow = open_it(nadia, made.reference, status=429)
    assert "too many tries" in slow.text
    assert slow.headers["Retry-After"] == "1"
    assert [verb for verb, *_ in verbs(app)].count(emergencies.REFUSED) == 6
    open_it(sign_in(second_school.dsl), made.reference)  # another’s tries are another’s
    stopped(clock.now() + timedelta(seconds=2))
    open_it(nadia, made.reference)


def test_of_many_tries_at_once_only_those_that_are_free_are_looked_at(
    app: Flask, nadia: Browser, made: Made, stopped: Any
) -> None:
    stopped(clock.now())
    bodies = [nadia.get("/emergency").fields() for _ in range(9)]
    cookie = nadia.client.get_cookie("portal")
    assert cookie is not None
    sent = []
    for number, body in enumerate(bodies):
        body["which"], body["reason"] = f"2026-9{number}99", REASON
        one = Browser(app)
        one.client.set_cookie("portal", cookie.decoded_value)
        sent.append((one, body))
    start = Barrier(len(sent))

    def send(browser: Browser, body: Any) -> int:
        start.wait(10)
        return browser.post("/emergency", body, status={422, 429}).status

    with ThreadPoolExecutor(len(sent)) as all_of_them:
        answers = list(all_of_them.map(lambda each: send(*each), sent))
    assert sorted(answers) == [422] * 5 + [429] * 4


def test_a_case_that_is_known_hides_no_guesses(nadia: Browser, made: Made, stopped: Any) -> None:
    """Whoever finds a case has counted nothing, and whoever guesses gains nothing by one."""
    stopped(clock.now())
    open_it(nadia, made.reference)
    for number in range(4):
        open_it(nadia, f"2026-9{number}99", status=422)
        seen = open_it(nadia, made.reference, status=422)
        assert emergencies.ALREADY in seen.errors()["which"]
    open_it(nadia, "2026-9999", status=422)
    open_it(nadia, made.reference, status=429)


def test_of_several_cases_one_is_chosen_by_its_reference(
    nadia: Browser, school: School, saved: Any, made: Made
) -> None:
    with saved():
        person = cases.people_in(the_case(made))[0].person
        other = factories.case(school)
        cases.involve(school.dsl.actor, other, person=person, parts=["witness"], words={})
        about_staff = factories.case(school)
        about_staff.audience = Audience.HEAD.value
        cases.involve(school.dsl.actor, about_staff, person=person, parts=["harmed"], words={})
        cases.note(school.head.actor, "made it the head’s", about_staff)
        references, hidden = {made.reference, other.reference}, about_staff.reference
    asked = open_it(nadia, "Sara O'Neill", status=422)
    assert asked.errors()["chosen"] == "Choose one of these cases"
    assert references <= set(asked.main_text.split())
    assert hidden not in asked.html
    chosen = sorted(references)[0]
    body = asked.fields()
    body["chosen"] = hidden
    assert nadia.post("/emergency", body, status=422).errors()["chosen"]
    opened = asked.submit(fields={"chosen": chosen}, button="Open it for an hour")
    assert opened.location == f"/cases/{chosen}"
    left = open_it(nadia, "Sara O'Neill")  # one is left that is not open yet
    assert left.location == f"/cases/{(references - {chosen}).pop()}"


def test_every_case_that_is_shown_is_noted_and_the_try_counted(
    app: Flask, nadia: Browser, school: School, saved: Any, made: Made, stopped: Any, ruth: Browser
) -> None:
    stopped(clock.now())
    with saved():
        other = factories.case(school)
        person = cases.people_in(the_case(made))[0].person
        cases.involve(school.dsl.actor, other, person=person, parts=["witness"], words={})
        ids = sorted([the_case(made).id, other.id])
    for number in range(1, 6):
        assert open_it(nadia, "Sara O'Neill", status=422).errors()["chosen"]
        shown = [case_id for verb, case_id, _ in verbs(app) if verb == emergencies.TOLD]
        assert sorted(shown) == sorted(ids * number)
    slow = open_it(nadia, "Sara O'Neill", status=429)
    assert made.reference not in slow.main_text
    looks = ruth.get(made.at("looks")).main_text
    assert emergencies.TOLD in looks.lower()


def test_a_closed_case_can_be_opened_to_read(
    nadia: Browser, made: Made, saved: Any, school: School
) -> None:
    with saved():
        cases.close(school.dsl.actor, the_case(made), "Over.", "", "")
    open_it(nadia, made.reference)
    nadia.get(made.at())


def test_the_password_is_asked_for_again(nadia: Browser, made: Made, stopped: Any) -> None:
    stopped(clock.now() + timedelta(minutes=6))
    assert nadia.get("/emergency", 303).location.startswith("/confirm-password")


def test_the_leads_see_it_at_once_and_it_stands_in_the_way_of_closing(
    nadia: Browser, made: Made, sign_in: Any, saved: Any, look: Look, school: School
) -> None:
    open_it(nadia, made.reference)
    for role in (Role.DSL, Role.DEPUTY, Role.HEAD):
        browser = sign_in(role)
        row = browser.get("/today")
        assert "Opened by Nadia Rahman" in row.main_text
        assert "Still open to them" in row.main_text
        page = row.click(f"Case {made.reference}: read why")
        assert f"Why: {REASON}" in page.main_text
        assert "Opened in an emergency by Nadia Rahman" in browser.get(made.at()).main_text
    assert "Still open to them" not in nadia.get("/emergency").text
    (one,) = all_of(look)
    review = made.at("access", "emergencies", str(one.id), "review")
    with saved():
        assert review in {each.href for each in closing.check(the_case(made)).obstacles}
    tom = sign_in(Role.DEPUTY)
    page = tom.get(review)
    page.submit(status=422)
    done = page.submit(finding="justified", review="She was found at her aunt’s.").follow()
    assert "Looked at by Tom Whitlock" in done.main_text
    assert "Justified" in done.main_text
    assert "Opened in an emergency" not in tom.get("/today").text
    nadia.get(made.at())  # what was justified goes on to its end
    tom.get(review, 409)
    with saved():
        assert review not in {each.href for each in closing.check(the_case(made)).obstacles}
    chronology = tom.get(made.at("chronology") + "?kind=access").main_text
    assert "The case was opened in an emergency" in chronology
    assert REASON not in chronology
    assert REASON in tom.get(made.at("versions", "emergency_accesses", str(one.id))).main_text


def test_what_was_not_justified_ends_at_once(
    nadia: Browser, made: Made, ruth: Browser, look: Look
) -> None:
    open_it(nadia, made.reference)
    (one,) = all_of(look)
    page = ruth.get(made.at("access", "emergencies", str(one.id), "review"))
    page.submit(finding="not_justified", review="She was curious.")
    nadia.get(made.at(), 404)


def test_what_was_not_justified_is_not_opened_again(
    made: Made, saved: Any, second_school: School, sign_in: Any, look: Look, ruth: Browser
) -> None:
    """Until a lead lets them in by name: shut out, and thought better of."""
    foreign = sign_in(second_school.dsl)
    shut_out = made.at("access", "shut-out")
    assert "emergency" not in ruth.get(shut_out).main_text
    open_it(foreign, made.reference)
    (one,) = all_of(look)
    page = ruth.get(made.at("access", "emergencies", str(one.id), "review"))
    page.submit(finding="not_justified", review="She was curious.")
    told_alike(foreign, made, [made.reference, "2026-9999"])
    foreign.get(made.at(), 404)
    assert len(all_of(look)) == 1

    ruth.get(shut_out).submit(member=second_school.dsl.id, reason="She was curious.")
    told_alike(foreign, made, [made.reference, "2026-9999"])
    ruth.get(made.at("access")).click("Let in again").submit(reason="She covers for us now.")
    open_it(foreign, made.reference)
    foreign.get(made.at())


def test_whoever_opened_it_from_another_school_can_be_shut_out(
    made: Made, second_school: School, sign_in: Any, ruth: Browser
) -> None:
    foreign = sign_in(second_school.dsl)
    open_it(foreign, made.reference)
    form = ruth.get(made.at("access", "shut-out"))
    assert f"{second_school.dsl.name} (opened it in an emergency)" in form.main_text
    form.submit(member=second_school.dsl.id, reason="Her niece is in it.")
    foreign.get(made.at(), 404)
    told_alike(foreign, made, [made.reference, "2026-9999"])


def test_two_who_look_at_it_do_not_overwrite_each_other(
    nadia: Browser, made: Made, ruth: Browser, sign_in: Any, look: Look
) -> None:
    open_it(nadia, made.reference)
    (one,) = all_of(look)
    path = made.at("access", "emergencies", str(one.id), "review")
    first, second = ruth.get(path), sign_in(Role.DEPUTY).get(path)
    first.submit(finding="justified", review="Yes.")
    second.submit(finding="not_justified", review="No.", status=409)
    assert [each.finding for each in all_of(look)] == ["justified"]


def test_nobody_looks_at_their_own(
    app: Flask, made: Made, saved: Any, school: School, second_school: School, look: Look
) -> None:
    """Somebody who opened a case and leads at its school since."""
    from portal.staff import service as staff

    with saved():
        lead = factories.viewer_of(second_school.dsl)
        emergencies.open_case(lead, the_case(made), REASON)
        member = staff.get_member(second_school.id, second_school.dsl.id)
        staff.give_role(factories.MACHINE, member, school.row, Role.DEPUTY)
    (one,) = all_of(look)
    browser = sign_in_to(app, second_school.dsl)
    path = made.at("access", "emergencies", str(one.id), "review")
    browser.get(path, 409)
    with saved():
        mine = session.get(EmergencyAccess, one.id)
        assert mine is not None
        with pytest.raises(NotPossible):
            emergencies.review(lead, mine, "justified", "Yes.")


def test_shutting_out_ends_it(
    nadia: Browser, made: Made, ruth: Browser, look: Look, school: School
) -> None:
    open_it(nadia, made.reference)
    form = ruth.get(made.at("access", "shut-out"))
    form.submit(member=school[Role.PASTORAL].id, reason="Is her aunt.")
    nadia.get(made.at(), 404)
    (one,) = all_of(look)
    assert one.ended_at is not None


def test_a_look_during_it_is_noted_with_the_emergency(
    app: Flask, nadia: Browser, made: Made, look: Look
) -> None:
    open_it(nadia, made.reference)
    nadia.get(made.at())
    nadia.get(made.at("people"))
    looks = [row for row in verbs(app) if row[0] == "looked"]
    assert [table for _, _, table in looks] == ["emergency_accesses"]


def test_the_other_school_s_leads_are_not_told(
    nadia: Browser, made: Made, second_school: School, sign_in: Any
) -> None:
    open_it(nadia, made.reference)
    assert "Opened in an emergency" not in sign_in(second_school.dsl).get("/today").text
