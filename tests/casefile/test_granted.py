"""The pages of somebody who holds parts of a case: the case itself, and their own first page."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest

from portal import clock
from portal.cases import actions
from portal.cases import service as cases
from portal.cases.access_rules import ALL
from portal.cases.models import Case
from portal.db import session
from portal.handover import service as handover
from portal.handover.rules import State
from portal.staff.roles import Role
from portal.wishes import service as wishes
from portal.wishes.rules import Named
from tests import factories
from tests.factories import School
from tests.house.holders import emergency, grant
from tests.page import Browser, Page
from tests.wishes.conftest import Made, look, made, ruth, the_case

__all__ = ["look", "made", "ruth"]
SARA, OWEN = "Sara O'Neill", "Owen's group chat"
Give = Callable[..., None]
NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)


@pytest.fixture
def nadia(school: School, sign_in: Any) -> Browser:
    """Pastoral staff, who were given nothing yet."""
    found: Browser = sign_in(Role.PASTORAL)
    return found


@pytest.fixture
def give(made: Made, school: School, saved: Any) -> Give:
    def giving(*parts: str, **how: Any) -> None:
        with saved():
            for part in parts:
                grant(school, the_case(made), school[Role.PASTORAL], part, **how)

    return giving


def due(school: School, case: Case, kind: str, what: str, **how: Any) -> None:
    known = {"due_at": clock.now() + timedelta(days=1), "owner_id": school.dsl.id, "subject": ""}
    actions.plan_action(school.dsl.actor, case, kind=kind, what=what, **{**known, **how})


def shown(page: Page) -> str:
    return page.main_text


def test_without_a_grant_the_first_page_says_what_to_do(nadia: Browser) -> None:
    page = nadia.get("/", 303).follow()
    assert page.path == "/supporting"
    assert "Nobody was given to you yet" in shown(page)
    assert page.link("Record what a child told you") == "/disclosures/new"
    assert [words for words, _ in page.links()].count("Who I support") == 1


def test_the_first_page_is_for_pastoral_staff_alone(school: School, sign_in: Any) -> None:
    for role in Role:
        status = 200 if role is Role.PASTORAL else 403
        sign_in(role).get("/supporting", status)


def test_the_first_page_names_whom_one_was_given_and_what_is_due(
    nadia: Browser, give: Give, made: Made, school: School, saved: Any
) -> None:
    give("wishes", one=UUID(made.sara), may_write=True)
    give("support", one=UUID(made.sara))
    with saved():
        case = the_case(made)
        late = clock.now() - timedelta(days=2)
        due(school, case, "revisit_wishes", "Ask Sara again", subject=made.sara, due_at=late)
        due(school, case, "revisit_wishes", "Ask Owen again", subject=made.owen)
        due(school, case, "chase_referral", "Ring the police again")
        due(school, case, "by_hand", "Speak with her tutor", owner_id=school[Role.PASTORAL].id)
    page = nadia.get("/supporting")
    text = shown(page)
    assert SARA in text
    assert "Ask Sara again" in text
    assert "1 thing is late" in text
    for other in ("Ask Owen again", "Ring the police again", "Speak with her tutor", "Price"):
        assert other not in text
    assert page.link("Who do you want to know?") == made.at("wishes")
    assert "Read and write, until" in text
    assert "Read only, until" in text


def test_the_case_shows_the_parts_that_were_given_and_nothing_else(
    nadia: Browser, give: Give, made: Made, school: School, saved: Any
) -> None:
    give("wishes", one=UUID(made.sara))
    with saved():
        case = the_case(made)
        cases.add_note(school.dsl.actor, case, "other", "Her uncle came to the gate.", None)
    page = nadia.get(made.at())
    assert SARA in shown(page)
    assert "Who do you want to know?" in shown(page)
    others = [one.name for one in _people(saved, made) if one.name != SARA]
    for hidden in (*others, "Her uncle", "Chronology", "Decisions", "Print", "Ruth"):
        assert hidden not in shown(page)
    for other in ("plans", "actions", "family", "support", "people", "chronology", "access"):
        nadia.get(made.at(other), 404)


def _people(saved: Any, made: Made) -> list[Any]:
    with saved():
        found = cases.people_in(the_case(made))
        return [type("P", (), {"name": one.name}) for one in found]


def test_actions_are_those_that_were_given_to_do(
    nadia: Browser, give: Give, made: Made, school: School, saved: Any, ruth: Browser
) -> None:
    give("actions", may_write=True)
    with saved():
        case = the_case(made)
        due(school, case, "chase_referral", "Ring the police again")
    form = ruth.get(made.at("actions", "new"))
    form.submit(
        what="Walk with her to the bus",
        due_on=clock.today() + timedelta(days=2),
        owner=school[Role.PASTORAL].id,
    )
    page = nadia.get(made.at("actions"))
    assert "Walk with her to the bus" in shown(page)
    assert "Ring the police again" not in shown(page)
    assert "Walk with her to the bus" in shown(nadia.get("/supporting"))
    assert "Walk with her to the bus" in shown(nadia.get(made.at()))
    move = page.click("Move or give to somebody")
    offered = [one.get("value") for one in move.all("option") if one.get("value")]
    assert set(offered) == {str(school[Role.PASTORAL].id), str(school.dsl.id)}
    page.click("Done or not needed").submit(state="done", result="She is home.")
    with saved():
        others = [one for one in actions.actions_of(the_case(made)) if one.state == "open"]
        theirs = next(one.id for one in others if one.what == "Ring the police again")
    for act in ("settle", "move"):
        nadia.get(made.at("actions", str(theirs), act), 404)


def test_writing_about_one_and_reading_about_another(
    nadia: Browser, give: Give, made: Made
) -> None:
    """A form opens for the one alone, and nothing on a page leads to the other’s."""
    give("wishes", one=UUID(made.sara), may_write=True)
    give("wishes", one=UUID(made.owen))
    page = nadia.get(made.at("wishes"))
    assert made.at("wishes", made.sara, "new") in [href for _, href in page.links()]
    assert made.at("wishes", made.owen, "new") not in [href for _, href in page.links()]
    nadia.get(made.at("wishes", made.sara, "new"))
    nadia.get(made.at("wishes", made.owen, "new"), 404)
    nadia.get(made.at("wishes", made.owen))


def test_a_grant_that_ends_closes_every_page_at_once(
    nadia: Browser, give: Give, made: Made, stopped: Any
) -> None:
    stopped(clock.now())
    give("wishes", for_days=1)
    nadia.get(made.at("wishes"))
    with clock.stopped_at(clock.now() + timedelta(minutes=10)):
        nadia.get(made.at("wishes"))


def test_who_may_write_the_part_takes_answers_up_that_wait(
    nadia: Browser, give: Give, made: Made, school: School, saved: Any
) -> None:
    """Those of the wishes with the part of the wishes, and not with another."""
    with saved():
        case = the_case(made)
        sara = cases.get_involved(case, UUID(made.sara))
        waiting = handover.begin(school.dsl.actor, case, sara, form="wishes")
        waiting.state = State.LEFT.value
        session.flush()
        resume = made.at("handovers", str(waiting.id), "resume")
    token = {"csrf_token": nadia.token}
    nadia.post(resume, token, 404)
    give("plan", may_write=True)
    nadia.post(resume, token, 404)
    give("wishes")
    nadia.post(resume, token, 403)
    give("wishes", one=UUID(made.owen), may_write=True)
    nadia.post(resume, token, 404)
    give("wishes", one=UUID(made.sara), may_write=True)
    assert nadia.post(resume, token).location == "/handover"


def test_all_of_a_case_about_one_young_person_does_not_open_the_rest(
    nadia: Browser, give: Give, made: Made
) -> None:
    give(ALL, one=UUID(made.sara))
    assert "You were given a part of this case" in shown(nadia.get(made.at()))
    nadia.get(made.at("chronology"), 404)
    nadia.get(made.at("wishes", made.owen), 404)
    give(ALL)
    assert nadia.get(made.at("chronology")).status == 200
    assert "Chronology" in shown(nadia.get(made.at()))


def test_an_emergency_shows_the_whole_case_to_read_and_says_so(
    nadia: Browser, made: Made, school: School, saved: Any
) -> None:
    with saved():
        emergency(school, the_case(made), school[Role.PASTORAL])
    for path in ("", "chronology", "wishes", "support"):
        page = nadia.get(made.at(*filter(None, [path])))
        assert "open in an emergency until" in shown(page)
        assert "Designated Safeguarding Leads have been told" in shown(page)
        assert not [
            href
            for _, href in page.links()
            if href.startswith("/cases/") and href.endswith(("/new", "/hand-over"))
        ]
    nadia.get(made.at("wishes", made.sara, "new"), 403)
    nadia.get(made.at("print"), 403)
    assert "is open to you in an emergency" in shown(nadia.get("/supporting"))


def test_what_was_given_puts_a_case_into_no_list(
    made: Made, school: School, second_school: School, saved: Any, sign_in: Any
) -> None:
    """A lead of the other school who opened it in an emergency finds it by its address alone."""
    with saved():
        emergency(school, the_case(made), second_school.dsl)
    other = sign_in(second_school.dsl)
    assert made.reference in shown(other.get(made.at()))
    for path in ("/today", "/cases", "/devices", "/referrals", "/content", "/inbox"):
        page = other.get(path, (200, 404))
        assert made.reference not in page.text


def test_a_warning_stays_where_somebody_could_do_the_harm(
    nadia: Browser, give: Give, made: Made, school: School, saved: Any
) -> None:
    """Who holds the plan alone is not told what another young person wishes."""
    with saved():
        case = the_case(made)
        sara = cases.get_involved(case, UUID(made.sara))
        named = Named(name="Alan Crane", standing="rather_not", member_id=school.head.id)
        visit = wishes.Visit(how="beside", at=factories.when(0, time(9, 0)), people=[named])
        wishes.record_visit(school.dsl.actor, case, sara, visit)
    give("contacts")
    assert "would rather that Alan Crane did not know" in shown(
        nadia.get(made.at("family", made.sara))
    )


def test_the_first_page_costs_the_same_with_much_on_it(
    nadia: Browser, give: Give, made: Made, school: School, saved: Any, statements: Any
) -> None:
    give("wishes", "support", "contacts", "actions", "plan")
    with saved():
        due(school, the_case(made), "revisit_wishes", "Ask again", subject=made.sara)
    nadia.get("/supporting")
    numbers = []
    for more in (0, 12):
        with saved():
            for number in range(more):
                case = factories.case(school)
                session.flush()
                grant(school, case, school[Role.PASTORAL], "wishes")
                due(school, case, "by_hand", f"Thing {number}")
                whom = cases.people_in(case)[0]
                due(school, case, "revisit_wishes", "Ask again", subject=str(whom.id))
        with statements() as counted:
            nadia.get("/supporting")
        numbers.append(counted.count)
    assert numbers[0] == numbers[1]
    assert numbers[0] <= 7
