"""How many statements the pages that are opened most often cost, with little and with much.

Without sign-in, access and menu a page would be cheaper; they are counted because people wait for
them. The first look at a case in a quarter of an hour is written afterwards and adds three.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest

from portal.cases import service as cases
from portal.clock import Happened
from portal.staff.roles import Role
from tests import factories

# sign-in · cases · the people in them · their next due actions · leads
LIST = 5
# sign-in · case · whether it was looked at lately · names · people · everything of every feature ·
# decisions · disclosures · linked cases · counts
CASE = 10
# sign-in · school and closures · inbox · due actions · undecided cases and decisions that wait ·
# unsent sheets · names and cover · what is outstanding across cases · access that waits or ends
TODAY = 10

# one or two for each of the twenty-seven kinds of record that have a line in it
CHRONOLOGY = 54


def full_case(school: factories.School) -> Any:
    case = factories.case(school)
    answered = factories.checklist(school, case, at_risk="yes")
    factories.decision(school, case, answered)
    factories.view(school, case)
    factories.review(school, case)
    factories.risk(school, case)
    return case


def fill(school: factories.School, case: Any, number: int) -> None:
    for count in range(number):
        cases.add_note(
            school.dsl.actor, case, "contact", f"Call {count}", Happened(factories.when().on)
        )
        factories.action(school, case, f"Thing {count}")
        cases.involve(
            school.dsl.actor,
            case,
            person=factories.pupil(school, f"Anna Number{count}"),
            parts=["witness"],
            words={},
        )


@pytest.fixture
def warm(school: Any, saved: Any, sign_in: Any) -> Callable[[str], Any]:
    """Opens a page once, so that keys are open, templates are built and the look is written."""

    def opened(path: str) -> Any:
        browser = sign_in(Role.DSL)
        browser.get(path)
        return browser

    return opened


def test_case_page_costs_the_same_with_much_in_it(
    school: Any, saved: Any, warm: Any, statements: Any
) -> None:
    with saved():
        small = full_case(school).reference
        case = full_case(school)
        large = case.reference
        fill(school, case, 40)
    for reference in (small, large):
        browser = warm(f"/cases/{reference}")
        with statements() as counted:
            browser.get(f"/cases/{reference}")
        assert counted.count == CASE, "\n".join(counted.texts)


def test_chronology_costs_the_same_with_400_entries(
    school: Any, saved: Any, warm: Any, statements: Any
) -> None:
    with saved():
        small = full_case(school).reference
        case = full_case(school)
        large = case.reference
        fill(school, case, 130)
    numbers = []
    for reference in (small, large):
        browser = warm(f"/cases/{reference}/chronology")
        with statements() as counted:
            page = browser.get(f"/cases/{reference}/chronology")
        numbers.append(counted.count)
    assert numbers == [CHRONOLOGY, CHRONOLOGY]
    assert len(re.findall("Written (today|yesterday)", page.main_text)) > 400


def test_list_costs_the_same_with_many_cases(
    school: Any, saved: Any, warm: Any, statements: Any
) -> None:
    with saved():
        full_case(school)
    browser = warm("/cases")
    with statements() as counted:
        browser.get("/cases")
    assert counted.count == LIST, "\n".join(counted.texts)
    with saved():
        for _ in range(40):
            factories.action(school, factories.case(school))
    with statements() as counted:
        page = browser.get("/cases")
    assert counted.count == LIST, "\n".join(counted.texts)
    assert page.main_text.count("Opened ") == 25


def test_today_costs_the_same_with_much_due(
    school: Any, saved: Any, warm: Any, statements: Any
) -> None:
    with saved():
        full_case(school)
        factories.disclosure(school)
    browser = warm("/today")
    with statements() as counted:
        browser.get("/today")
    assert counted.count == TODAY, "\n".join(counted.texts)
    with saved():
        for _ in range(12):
            factories.disclosure(school)
            factories.action(school, factories.case(school))
    with statements() as counted:
        browser.get("/today")
    assert counted.count == TODAY, "\n".join(counted.texts)
