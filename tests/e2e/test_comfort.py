"""What a person at a shared screen relies on: hiding it, leaving it, and working without a mouse.

And without scripts: everything that a child’s safety hangs on works with JavaScript turned off.
"""

import re
from datetime import time
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from portal.staff.roles import Role
from tests import factories
from tests.e2e.office import Screen
from tests.factories import School

SECRET = "She said that Owen Price has it on his telephone."
WHAT_IS_FOCUSED = """() => {
    const one = document.activeElement;
    return [one.tagName.toLowerCase(), one.id || one.name || one.textContent.trim()];
}"""


@pytest.fixture
def case(school: School, school_day: None, saved: Any) -> str:
    with saved():
        return f"/cases/{factories.case(school).reference}"


def focused(page: Page) -> tuple[str, str]:
    tag, name = page.evaluate(WHAT_IS_FOCUSED)
    return tag, name


def begin_to_write(staff: Screen) -> None:
    staff.go("/disclosures/new")
    staff.fill(danger="no", own_words=SECRET)


@pytest.mark.parametrize("way", ["button", "Escape twice"])
@pytest.mark.usefixtures("school_day")
def test_the_screen_is_hidden_at_once(school: School, sit_down: Any, way: str) -> None:
    staff = sit_down(school[Role.STAFF])
    begin_to_write(staff)
    page = staff.page
    # What was typed is still being saved: the page must be blank before that is answered.
    held: list[Route] = []
    page.route("**/sheets/*", lambda route: held.append(route))  # noqa: PLW0108 - it is inspected
    if way == "button":
        page.get_by_role("button", name="Hide screen").click(no_wait_after=True)
    else:
        page.keyboard.press("Escape")
        expect(staff.control("own_words")).to_be_visible()
        page.keyboard.press("Escape")
    expect(page).to_have_title("Hidden")
    assert SECRET not in page.evaluate("document.documentElement.outerHTML")
    assert page.locator("body").inner_text().strip() == ""
    assert page.url.endswith("/disclosures/new")

    for route in held:
        route.continue_()
    page.wait_for_url("**/hidden")
    page.unroute_all()
    assert SECRET not in page.content()
    assert school[Role.STAFF].name not in page.content()
    for address in ("/disclosures", "/disclosures/new", "/"):
        page.goto(address)
        assert "/hidden" in page.url, f"{address} can be read while the screen is hidden"
    page.go_back()
    assert SECRET not in page.content()

    page.goto("/hidden")
    staff.fill(password=school[Role.STAFF].password)
    staff.press("Continue")
    page.wait_for_url("**/disclosures/new")
    staff.sees("You began this")
    expect(staff.control("own_words")).to_have_value(SECRET)


@pytest.mark.usefixtures("school_day")
def test_back_after_signing_out_shows_nothing(school: School, case: str, sit_down: Any) -> None:
    lead = sit_down(school.dsl)
    page = lead.page
    lead.go(case)
    lead.sees("Sara O'Neill")
    lead.go("/account")
    page.get_by_role("link", name="Sign out").or_(
        page.get_by_role("button", name="Sign out", exact=True)
    ).first.click()
    if page.url.endswith("/sign-out"):
        lead.press("Sign out")
    page.wait_for_url("**/sign-in**")
    lead.may_answer(401)
    for _ in range(3):
        page.go_back()
        page.wait_for_load_state()
        assert "O'Neill" not in page.content()
        assert school.dsl.name not in page.content()


@pytest.mark.usefixtures("school_day")
def test_nothing_of_a_child_is_left_in_the_browser(
    school: School, case: str, sit_down: Any
) -> None:
    """The history keeps titles and addresses; the stores keep nothing."""
    lead = sit_down(school.dsl)
    names = re.compile("sara|neill|owen|price", re.IGNORECASE)
    lead.go(case)
    addresses = lead.main.locator("a[href^='/cases/']").evaluate_all(
        "all => [...new Set(all.map(one => one.getAttribute('href')))]"
    )
    assert len(addresses) > 10
    for address in [*addresses, "/today", "/inbox", "/cases", "/people"]:
        lead.page.goto(address)
        if "/confirm-password" in lead.path:
            continue
        assert not names.search(lead.page.title()), lead.page.title()
        assert not names.search(lead.page.url), lead.page.url
    lead.go("/disclosures/new")
    lead.fill(own_words=SECRET)
    with lead.page.expect_response(lambda answer: "/sheets/" in answer.url):
        lead.control("seen").focus()
    kept = lead.page.evaluate(
        """async () => ({
            local: localStorage.length, session: sessionStorage.length,
            databases: (await indexedDB.databases()).length,
        })"""
    )
    assert kept == {"local": 0, "session": 0, "databases": 0}
    for cookie in lead.context.cookies():
        assert cookie["httpOnly"], cookie["name"]
        assert not names.search(str(cookie["value"]))


@pytest.mark.usefixtures("school_day")
def test_the_checklist_is_answered_with_the_keyboard_alone(
    school: School, case: str, sit_down: Any
) -> None:
    lead = sit_down(school.dsl)
    page = lead.page
    lead.go(f"{case}/checklist")
    page.keyboard.press("Tab")
    assert focused(page) == ("a", "Skip to main content")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert focused(page) == ("main", "main-content")

    # each question takes one stop for its answers and one for what they rest on
    for question in page.locator("[data-question]").all():
        key = question.get_attribute("data-question")
        page.keyboard.press("Tab")
        assert focused(page) == ("input", f"answer_{key}")
        page.keyboard.press("Space")
        page.keyboard.press("ArrowRight")
        expect(lead.control(f"answer_{key}", "no")).to_be_checked()
        page.keyboard.press("Tab")
        assert focused(page) == ("textarea", f"note_{key}")
        page.keyboard.type("Asked today.")
    panel = page.locator("[data-outcome]")
    expect(panel).to_contain_text("May be managed in school")
    for _ in range(6):
        page.keyboard.press("Tab")
        if focused(page) == ("button", "Save these answers"):
            break
    assert focused(page) == ("button", "Save these answers")
    page.keyboard.press("Enter")
    lead.heading("Police: answers and decision")


@pytest.mark.usefixtures("school_day")
def test_each_link_of_an_error_summary_leads_to_its_control(
    school: School, case: str, sit_down: Any
) -> None:
    lead = sit_down(school.dsl)
    lead.may_answer(422)
    page = lead.page
    for address in ("/disclosures/new", f"{case}/review/new", f"{case}/risk/new"):
        lead.go(address)
        lead.page.locator("main form button.govuk-button:not([name])").last.click()
        summary = page.locator(".govuk-error-summary")
        expect(summary).to_be_focused()
        assert page.title().startswith("Error: ")
        links = summary.get_by_role("link")
        assert links.count() > 2
        for index in range(links.count()):
            links.nth(index).click()
            target = (links.nth(index).get_attribute("href") or "")[1:]
            tag, name = focused(page)
            assert tag in {"input", "select", "textarea"}, f"{address} #{target}: {tag} {name}"
            assert page.evaluate(
                "id => document.getElementById(id).contains(document.activeElement)", target
            ), f"{address}: the link to #{target} leads to {name}"
            expect(page.locator("*:focus")).to_be_in_viewport()


def record_without_scripts(staff: Screen) -> None:
    staff.go("/disclosures/new")
    staff.fill(danger="yes")
    expect(staff.page.get_by_text("Ring 999 now.").first).to_be_visible()
    staff.fill(told_dsl="yes", told_dsl_at=factories.when(1, time(9, 25)), own_words=SECRET)
    staff.may_answer(422)
    staff.send("Send to the safeguarding lead")
    staff.sees("There is a problem")
    expect(staff.control("own_words")).to_have_value(SECRET)
    staff.fill(how="overheard", told_at=factories.when(1))
    staff.fill({"people-0-name": "Sara O'Neill", "people-0-parts": ["harmed"]})
    staff.send("Add another person")
    expect(staff.control("people-0-name")).to_have_value("Sara O'Neill")
    staff.fill({"people-1-name": "Owen Price", "people-1-parts": ["displayed"]})
    staff.send("Add another person")
    staff.send("Remove person 3")
    staff.fill({"accounts-0-handle": "@oak_9b", "incidents-0-what": "It was passed round"})
    staff.fill({"evidence-0-what": "Messages", "worries": ["would_be_blamed"]})
    staff.send("Send to the safeguarding lead")
    staff.heading("Receipt")
    staff.sees(SECRET, "Sara O'Neill", "Owen Price", "@oak_9b", "It was passed round", "Messages")


@pytest.mark.usefixtures("school_day")
def test_without_scripts_a_disclosure_becomes_a_case_with_its_checklist(
    school: School, sit_down: Any
) -> None:
    record_without_scripts(sit_down(school[Role.STAFF], java_script_enabled=False))

    lead = sit_down(school.dsl, java_script_enabled=False)
    lead.go("/inbox")
    lead.main.locator(".portal-task__link").first.click()
    lead.send("Pick it up")
    lead.enter("Open a case")
    lead.send("Open the case")
    lead.heading("Case ")
    case = lead.path
    lead.go(f"{case}/checklist")
    expect(lead.page.locator("[data-outcome] [data-case]:visible")).to_have_count(0)
    lead.fill(answer_coercion="yes")
    lead.send("Save these answers")
    lead.sees("Always refer to the police")
    lead.page.get_by_role("button", name="Hide screen").click()
    lead.page.wait_for_url("**/hidden")
