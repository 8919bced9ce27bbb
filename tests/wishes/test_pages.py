"""Visits as pages: filled in beside somebody or from paper, compared, corrected, asked again."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from portal import clock
from portal.casefile import features
from portal.cases import actions, need_to_know
from portal.cases import service as cases
from portal.cases.models_wishes import Wishes
from portal.db import session
from portal.staff.roles import Role
from portal.wishes import service
from tests import factories
from tests.factories import School
from tests.page import Browser
from tests.wishes.conftest import Look, Made, row, sara_in, the_case, visit, with_rows

MUM = {"name": "Mum", "standing": "wanted", "how_much": "That I’m not OK.", "support": "Listen"}
MOSS = {"name": "Mr Moss", "standing": "rather_not", "not_do": "Ask me"}


def test_a_visit_is_kept_with_everything_that_was_said(
    ruth: Browser, made: Made, look: Look
) -> None:
    page = visit(
        ruth,
        made,
        {**MUM, "knows_already": True, "who": f"person:{made.mother}"},
        {**MOSS, "who": f"member:{made.colleague}"},
        class_form="9B",
        anything_else="Please not in assembly.\nEver.",
    ).follow()
    for words in (
        "Visit 1, the newest",
        "Written down beside the young person",
        "Class or form 9B",
        "Wants them to know",
        "This is Ann O'Dea.",
        "That I’m not OK.",
        "knows already",
        "Would rather they did not know",
        "This is Beth O’Hara.",
        "Please not in assembly.",
        "Ruth Adeyemi: this person leads the work to keep you safe",
    ):
        assert words in page.main_text, words
    with look() as case:
        kept = service.newest(case, sara_in(case))
        assert kept is not None
        assert (kept.number, kept.how, kept.paper_on) == (1, "beside", None)
        assert [(one.place, one.standing, one.knows_already) for one in kept.people] == [
            (0, "wanted", True),
            (1, "rather_not", False),
        ]
        assert kept.anything_else == "Please not in assembly.\nEver."


def test_from_paper_both_times_are_said_wherever_it_is_shown(
    ruth: Browser, made: Made, stopped: Any
) -> None:
    stopped(datetime(2026, 11, 18, 14, 30, tzinfo=clock.ZONE))
    on = clock.today() - timedelta(days=6)
    visit(ruth, made, MUM, how="paper", answered_on=on)
    both = (
        "Typed up from paper: filled in on 12 November 2026, typed up on 18 November 2026 at 14:30"
    )
    for address in (
        made.at("wishes"),
        made.at("wishes", made.sara),
        made.at("chronology"),
    ):
        assert both in ruth.get(address).main_text, address
    assert "From paper" in ruth.get(made.at("wishes", made.sara)).main_text


def test_the_next_visit_begins_with_the_last_and_shows_what_changed(
    ruth: Browser, made: Made, look: Look
) -> None:
    visit(ruth, made, {**MUM, "who": f"person:{made.mother}"}, MOSS, anything_else="Nothing")
    page = ruth.get(made.at("wishes", made.sara, "new"))
    there = page.fields()
    assert (there["people-0-name"], there["people-0-who"]) == ("Mum", f"person:{made.mother}")
    assert (there["people-1-standing"], there["anything_else"]) == ("rather_not", "Nothing")
    page = with_rows(page, 3)
    shown = page.submit(
        fields={
            "how": "beside",
            **row(0, how_much="All of it"),
            **row(1, name="", standing=None, not_do=""),
            **row(2, name="Miss Green", standing="wanted"),
        },
        button="Save",
    ).follow()
    text = shown.main_text
    assert "What changed since visit 1" in text
    assert "Named now: Miss Green (wants them to know)" in text
    assert "No longer named: Mr Moss (would rather they did not know)" in text
    assert "How much they may know: That I’m not OK. is now All of it" in text
    assert text.index("Visit 2, the newest") < text.index("Visit 1")
    first = shown.click("Visit 1")
    assert "What changed" not in first.main_text
    assert "Mr Moss" in first.main_text
    ruth.get(made.at("wishes", made.sara) + "?visit=3", status=404)
    ruth.get(made.at("wishes", made.sara) + "?visit=", status=404)
    with look() as case:
        assert [one.number for one in service.visits_of(case, sara_in(case))] == [2, 1]


def test_who_is_wanted_and_rather_not_is_asked_about(ruth: Browser, made: Made, look: Look) -> None:
    both = visit(ruth, made, MUM, MOSS, {"name": "mum", "standing": "rather_not"}, status=422)
    assert "mum stands here as wanted and as rather not" in both.summary()[0]
    assert "That I’m not OK." in both.text
    again = {"name": "MUM", "standing": "wanted"}
    twice = visit(ruth, made, MUM, again, who=made.owen, status=422)
    assert "MUM stands here twice" in twice.summary()[0]
    with look() as case:
        assert service.newest(case, sara_in(case)) is None


def test_a_row_without_a_name_or_a_wish_is_refused(ruth: Browser, made: Made) -> None:
    nameless = visit(ruth, made, {"standing": "wanted", "support": "Listen"}, status=422)
    assert nameless.errors() == {"people-0-name": "Write the name, as they say it"}
    wishless = visit(ruth, made, {"name": "Mum"}, who=made.owen, status=422)
    assert wishless.errors() == {"people-0-standing": "Say what they want"}


def test_another_name_in_a_matched_row_asks_once_who_it_is(
    ruth: Browser, made: Made, look: Look
) -> None:
    visit(ruth, made, {**MOSS, "who": f"member:{made.colleague}"})
    page = ruth.get(made.at("wishes", made.sara, "new"))
    changed = {"how": "beside", **row(0, name="Mr Lloyd")}
    asked = page.submit(fields=changed, button="Save", status=422)
    assert "The name in this row is another now" in asked.errors()["people-0-who"]
    fields = row(0, who=f"member:{made.head}")
    text = asked.submit(fields=fields, button="Save").follow().main_text
    assert "Mr Lloyd This is Alan Crane." in text
    page = ruth.get(made.at("wishes", made.sara, "new"))
    page.submit(fields={"how": "beside", **row(0, name="mr  LLOYD")}, button="Save")
    with look() as case:
        assert [one.number for one in service.visits_of(case, sara_in(case))] == [3, 2, 1]


def test_dates_that_make_no_sense_are_refused(ruth: Browser, made: Made) -> None:
    before = clock.today() - timedelta(days=1)
    after = clock.today() + timedelta(days=1)
    page = visit(ruth, made, MUM, next_on=before, answered_on=after, status=422)
    assert {"next_on", "answered_on"} <= {name.split("-")[0] for name in page.errors()}
    assert "cannot be in the past" in " ".join(page.summary())


def test_who_is_not_in_the_case_cannot_be_asked(
    ruth: Browser, made: Made, school: School, saved: Any, second_school: School
) -> None:
    with saved():
        other = factories.case(school)
        stranger = str(cases.people_in(other)[0].id)
        elsewhere = str(cases.people_in(factories.case(second_school))[0].id)
    for unknown in (stranger, elsewhere, str(uuid4())):
        for end in ("", "/new", "/hand-over"):
            ruth.get(made.at("wishes", unknown) + end, status=404)
        body = {"csrf_token": ruth.token, "how": "beside", "answered_on-day": "1"}
        ruth.post(made.at("wishes", unknown, "new"), body, status=404)


def test_a_carer_of_somebody_else_cannot_be_who_is_meant(
    ruth: Browser, made: Made, saved: Any, school: School
) -> None:
    with saved():
        uncle = factories.person(school, factories.PersonKind.CARER, "Bob Price")
        uncle_id = str(uncle.id)
    page = ruth.get(made.at("wishes", made.sara, "new"))
    body = page.fields()
    body["how"] = "beside"
    for name, value in row(0, name="Uncle", standing="wanted", who=f"person:{uncle_id}").items():
        body[name] = value
    refused = ruth.post(page.path, body, status=422)
    assert "Choose one of the answers" in refused.errors()["people-0-who"]


def test_of_two_tabs_the_second_undoes_nothing(ruth: Browser, made: Made, look: Look) -> None:
    first, second = (with_rows(ruth.get(made.at("wishes", made.sara, "new")), 1) for _ in range(2))
    first.submit(fields={"how": "beside", **row(0, **MOSS)}, button="Save")
    refused = second.submit(
        fields={"how": "beside", **row(0, name="Jade", standing="wanted")},
        button="Save",
        status=409,
    )
    assert "Jade: wants them to know" in refused.text
    assert "Mr Moss: would rather they did not know" in refused.text
    again = refused.click("Open the form again")
    assert again.fields()["people-0-name"] == "Jade"
    again.submit(fields={"how": "beside"}, button="Save")
    with look() as case:
        visits = service.visits_of(case, sara_in(case))
        assert [[one.name for one in each.people] for each in visits] == [["Jade"], ["Mr Moss"]]


def test_the_next_visit_is_due_and_the_visit_settles_it(
    ruth: Browser, made: Made, look: Look
) -> None:
    on = clock.today() + timedelta(days=14)
    visit(ruth, made, MUM, next_on=on)
    with look() as case:
        planned = [one for one in actions.actions_of(case) if one.kind == service.REVISIT]
        assert [(one.state, clock.local(one.due_at).date()) for one in planned] == [("open", on)]
    assert "again who they want to know" in ruth.get(made.at()).main_text
    visit(ruth, made, MUM, next_on=on + timedelta(days=14))
    with look() as case:
        planned = [one for one in actions.actions_of(case) if one.kind == service.REVISIT]
        assert sorted(one.state for one in planned) == ["done", "open"]
        assert next(one for one in planned if one.state == "done").result


def test_who_is_meant_can_be_corrected_with_a_reason(ruth: Browser, made: Made, look: Look) -> None:
    page = visit(ruth, made, MOSS).follow()
    assert "so nothing can be marked" in page.main_text
    assert "Say who is meant" in ruth.get(made.at("wishes")).main_text
    form = page.click("Say who it is")
    other = ruth.get(form.path)
    assert "reason" in form.submit(fields={"reason": ""}, status=422).errors()
    done = form.submit(fields={"who": f"member:{made.head}", "reason": "She told me."}).follow()
    assert "This is Alan Crane." in done.main_text
    stale = other.submit(fields={"who": "", "reason": "No idea"}, status=409)
    assert "Alan Crane" in stale.main_text, stale.main_text
    told = done.click("Every correction").main_text
    assert "She told me." in told
    with look() as case:
        kept = service.newest(case, sara_in(case))
        assert kept is not None
        assert str(kept.people[0].member_id) == made.head
        assert kept.people[0].name == "Mr Moss"


def test_a_person_of_another_visit_is_not_found(ruth: Browser, made: Made, look: Look) -> None:
    visit(ruth, made, MOSS)
    visit(ruth, made, MUM, who=made.owen)
    with look() as case:
        ids = {
            each.involved_id: (str(each.id), str(each.people[0].id))
            for each in cases.records_of(case, Wishes)
        }
    (first, _), (_, person) = ids.values()
    ruth.get(made.at("wishes", first, "people", person), status=404)


def test_the_task_list_and_the_closing_check_know_who_was_asked(
    ruth: Browser, made: Made, look: Look
) -> None:
    assert "Nobody was asked yet" in ruth.get(made.at()).main_text
    with look() as case:
        seen = features.overview(case, cases.people_in(case))
        said = [one.sentence for one in features.obstacles(case, seen)]
    assert [one for one in said if "never asked who should know" in one] == [
        "Sara O'Neill was never asked who should know."
    ]
    visit(ruth, made, MUM)
    text = ruth.get(made.at()).main_text
    assert "Last asked" in text
    assert "asked again" in text
    with look() as case:
        seen = features.overview(case, cases.people_in(case))
        assert not [one for one in features.obstacles(case, seen) if "never asked" in one.sentence]


def test_the_chronology_never_says_who_was_named(ruth: Browser, made: Made) -> None:
    visit(ruth, made, MUM, MOSS)
    text = ruth.get(made.at("chronology") + "?kind=wishes").main_text
    assert "Asked who should know: Sara O'Neill" in text
    assert "Mr Moss" not in text


def test_the_overview_costs_the_same_with_many_visits(
    ruth: Browser, made: Made, statements: Any, saved: Any, school: School
) -> None:
    visit(ruth, made, MUM)
    numbers = []
    for _ in range(2):
        ruth.get(made.at("wishes"))
        ruth.get(made.at("wishes", made.sara))
        for address in (made.at("wishes"), made.at("wishes", made.sara), made.at("access")):
            with statements() as counted:
                ruth.get(address)
            numbers.append(counted.count)
        with saved():
            case = the_case(made)
            sara = sara_in(case)
            for number in range(6):
                one = service.Named(f"Friend {number}", "wanted", member_id=school.head.id)
                new = service.Visit("beside", factories.when(0, None), [one, one])
                service.record_visit(school.dsl.actor, case, sara, new)
                session.flush()
    # the second time there is somebody of the staff to name, whose names are one statement more
    assert all(after - before <= 2 for before, after in zip(numbers[:3], numbers[3:], strict=True))


@pytest.mark.parametrize("role", [Role.HEAD])
def test_who_only_reads_sees_no_button_that_refuses(
    sign_in: Any, ruth: Browser, made: Made, role: Role
) -> None:
    visit(ruth, made, MUM)
    browser = sign_in(role)
    for address in (made.at("wishes"), made.at("wishes", made.sara), made.at("need-to-know")):
        page = browser.get(address)
        links = [href for _, href in page.links() if href.startswith("/cases")]
        assert not [href for href in links if href.endswith(("/new", "/hand-over"))]
    browser.get(made.at("wishes", made.sara, "new"), status=403)


def test_a_closed_case_offers_nothing_and_takes_nothing(
    ruth: Browser, made: Made, saved: Any, school: School
) -> None:
    visit(ruth, made, MUM)
    page = ruth.get(made.at("wishes", made.sara, "new"))
    with saved():
        cases.close(school.dsl.actor, the_case(made), "It is done.", "", "Asked.")
    page.submit(fields={"how": "beside"}, button="Save", status=409)
    words = [words for words, _ in ruth.get(made.at("wishes")).links()]
    assert not [one for one in words if "Ask again" in one or "Hand the screen over" in one]


def test_marks_stand_where_access_is_given(ruth: Browser, made: Made, look: Look) -> None:
    visit(
        ruth,
        made,
        {"name": "Miss O’Hara", "standing": "wanted", "who": f"member:{made.colleague}"},
        {"name": "Mr Crane", "standing": "rather_not", "who": f"member:{made.head}"},
        {"name": "Jade", "standing": "rather_not"},
        {"name": "Ms Adeyemi", "standing": "wanted", "who": f"member:{made.lead}"},
    )
    page = ruth.get(made.at("access"))
    text = page.main_text
    assert "Sara O'Neill wants Miss O’Hara to know" in text
    assert "Sara O'Neill would rather that Mr Crane did not know" in text
    assert "Should rather not know" in text
    assert "wants Ms Adeyemi to know Can see this case." in text
    begun = page.click("Write a need-to-know note").fields()
    assert (begun["about"], begun["member"]) == (made.sara, made.colleague)
    lead = ruth.get(made.at("access", "lead"))
    assert "Alan Crane, Head (a young person would rather they did not know)" in lead.main_text
    assert "tell the young person first" in lead.main_text
    with look() as case:
        named = {one.name for one in need_to_know.could_be_told(case)}
        assert named == {"Beth O’Hara", "Nadia Rahman", "Piotr Zając"}
