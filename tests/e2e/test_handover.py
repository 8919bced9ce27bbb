"""The screen in a student’s hands, in a real browser: a telephone’s width, and touch.

Whatever a curious hand tries, the form is all there is; what was written is never lost; and nothing
of it is left on the screen once it was given back.
"""

from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from portal.cases import service as cases
from portal.cases.models import Case
from portal.db import session
from portal.handover.models import Handover
from portal.handover.rules import State
from tests import factories
from tests.e2e.office import Screen
from tests.e2e.test_axe import AXE, RUN, TAGS
from tests.factories import School

TELEPHONE = {"viewport": {"width": 375, "height": 667}, "has_touch": True, "is_mobile": True}
WORDS = "I want to sit by the door."
HELD = "This screen is only for your form"
SMALL_TARGETS = """() => [...document.querySelectorAll("a, button, input, textarea, select")]
    .filter(one => one.checkVisibility() && !one.closest("[aria-hidden], .portal-first-button"))
    .filter(one => !one.matches(".govuk-error-summary a, .portal-first-button"))
    .map(one => [one.getBoundingClientRect(), one.textContent.trim() || one.name])
    .filter(([box]) => box.height < 44)
    .map(([box, name]) => name + " " + Math.round(box.height))"""
SIZE = "() => parseFloat(getComputedStyle(document.querySelector('main p:not([class])')\
 || document.querySelector('.handover-big')).fontSize)"


@pytest.fixture
def case(school: School, school_day: None, saved: Any) -> UUID:
    with saved():
        return factories.case(school).id


@pytest.fixture
def young(school: School, case: UUID, saved: Any) -> str:
    """The address at which the screen is handed over to the young person of the case."""
    with saved():
        found = session.get(Case, case)
        assert found is not None
        one = cases.people_in(found)[0]
        return f"/cases/{found.reference}/wishes/{one.id}/hand-over"


def hand_over(lead: Screen, address: str) -> Page:
    lead.go(address)
    lead.send("Hand the screen over")
    expect(lead.page).to_have_url(lead.office.house.address + "/handover")
    lead.may_answer(403)
    return lead.page


def next_page(page: Page, button: str = "Next") -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=button, exact=True).last.tap()


def examine(page: Page, called: str) -> None:
    """axe finds nothing, nothing scrolls sideways, everything is large enough for a thumb."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(RUN, {"type": "tag", "values": TAGS})
    assert not found, f"{called}: {found}"
    for width in (320, 375, 1280):
        page.set_viewport_size({"width": width, "height": 667})
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), called
    page.set_viewport_size({"width": 375, "height": 667})
    assert page.evaluate(SMALL_TARGETS) == [], called
    assert page.title().removeprefix("Error: ") == "Your form"


def test_a_student_fills_it_on_a_telephone(
    school: School, young: str, sit_down: Any, saved: Any
) -> None:
    lead: Screen = sit_down(school.dsl, **TELEPHONE)
    page = hand_over(lead, young)
    examine(page, "start")
    assert page.evaluate(SIZE) >= 21
    page.get_by_role("button", name="Start").tap()
    page.wait_for_url("**/handover/q/*")
    total = page.locator("progress").get_attribute("max")
    for number in range(1, 20):
        examine(page, f"question {number}")
        page.locator("textarea").first.fill("" if number > 1 else "Mum")
        next_page(page)
        if page.url.endswith("/check"):
            break
        expect(page.locator(".handover-where")).to_contain_text(f"Question {number + 1} of")
    assert int(total or 0) > 2
    examine(page, "check")
    expect(page.locator("main")).to_contain_text("Mum")
    page.goto("/handover/stop")
    examine(page, "stop")
    expect(page.locator("main")).to_contain_text("0800 1111")
    page.get_by_role("link", name="Go back to my form").tap()
    page.get_by_role("link", name="Look at your answers").tap()
    page.wait_for_url("**/handover/check")
    next_page(page, "I am done")
    examine(page, "given back")
    lead.may_answer(422)
    page.locator("[name=pin]").fill("not the password")
    next_page(page, "Take the screen back")
    examine(page, "wrong password")
    page.locator("[name=pin]").fill(school.dsl.password)
    next_page(page, "Take the screen back")
    examine(page, "read together")
    expect(page.locator("main")).to_contain_text("Mum")
    next_page(page, "Keep the answers and take the screen back")
    assert "/cases/" in page.url
    expect(page.locator("main")).to_contain_text("Mum")


def test_nothing_else_can_be_reached(school: School, case: UUID, young: str, sit_down: Any) -> None:
    """Back, history, a new tab, typed addresses, reload, and what was open before."""
    lead: Screen = sit_down(school.dsl, **TELEPHONE)
    lead.go(young.partition("/wishes")[0])
    lead.sees("Sara O'Neill")
    before = lead.context.new_page()
    before.goto("/today")
    page = hand_over(lead, young)
    page.get_by_role("button", name="Start").tap()
    page.wait_for_url("**/handover/q/*")
    page.locator("textarea").first.fill(WORDS)
    next_page(page)

    second = lead.context.new_page()
    reference = young.split("/")[2]
    for address in (
        "/",
        "/today",
        "/cases",
        f"/cases/{reference}",
        "/people",
        "/account",
        "/sign-in",
        "/sign-out",
        "/confirm-password",
        "/disclosures/new",
        "/guidance",
        "/handover/read",
        "/handover/back",
        "/nowhere",
    ):
        answer = second.goto(address)
        assert answer is not None
        assert answer.status == 403, address
        expect(second.get_by_role("heading", level=1)).to_have_text(HELD)
        assert "O'Neill" not in second.content()
    # what stood in another tab does not answer either
    before.reload()
    expect(before.get_by_role("heading", level=1)).to_have_text(HELD)
    second.get_by_role("button", name="Go back to your form").tap()
    second.wait_for_url("**/handover")

    for _ in range(6):
        page.go_back()
        page.wait_for_load_state()
        assert "O'Neill" not in page.content(), page.url
        assert "/handover" in page.url or page.url == "about:blank" or HELD in page.content()
    page.goto("/handover/check")
    page.reload()
    expect(page.locator("main")).to_contain_text(WORDS)


def test_nothing_is_left_once_it_was_given_back(school: School, young: str, sit_down: Any) -> None:
    lead: Screen = sit_down(school.dsl, **TELEPHONE)
    page = hand_over(lead, young)
    page.get_by_role("button", name="Start").tap()
    page.wait_for_url("**/handover/q/*")
    question = page.url
    page.locator("textarea").first.fill(WORDS)
    next_page(page, "Give the screen back")
    expect(page.get_by_role("heading", level=1)).to_have_text("Please hand the screen back")
    for go in (page.go_back, page.go_back, page.go_forward, page.reload):
        go()
        page.wait_for_load_state()
        assert WORDS not in page.content()
    answer = page.goto(question)
    assert answer is not None
    assert answer.status == 403
    page.goto("/handover")
    page.locator("[name=pin]").fill(school.dsl.password)
    next_page(page, "Take the screen back")
    expect(page.locator("main")).to_contain_text(WORDS)


def test_paper_shows_nothing(school: School, young: str, sit_down: Any) -> None:
    lead: Screen = sit_down(school.dsl, **TELEPHONE)
    page = hand_over(lead, young)
    page.get_by_role("button", name="Start").tap()
    page.wait_for_url("**/handover/q/*")
    page.locator("textarea").first.fill(WORDS)
    page.emulate_media(media="print")
    assert page.locator("body").inner_text().strip() == "This page is not printed."
    expect(page.locator("textarea").first).to_be_hidden()


@pytest.mark.parametrize("way", ["time", "Escape twice"])
def test_rest_blanks_the_page_and_loses_nothing(
    school: School, young: str, sit_down: Any, way: str
) -> None:
    lead: Screen = sit_down(school.dsl)
    page = hand_over(lead, young)
    if way == "time":
        # the same page with a shorter time, as its own form says it
        page.route(
            "**/handover/q/*",
            lambda route: route.fulfill(
                response=(found := route.fetch()),
                body=found.text().replace('data-rest="180000"', 'data-rest="1500"'),
            ),
            times=1,
        )
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/handover/q/*")
    page.locator("textarea").first.fill(WORDS)
    if way == "Escape twice":
        page.keyboard.press("Escape")
        expect(page.locator("textarea").first).to_be_visible()
        page.keyboard.press("Escape")
    page.wait_for_url("**/handover/back")
    assert WORDS not in page.content()
    page.unroute_all()
    page.locator("[name=pin]").fill(school.dsl.password)
    page.get_by_role("button", name="Take the screen back").click()
    page.wait_for_url("**/handover/read")
    expect(page.locator("main")).to_contain_text(WORDS)


def test_typing_keeps_the_page_open(school: School, young: str, sit_down: Any) -> None:
    lead: Screen = sit_down(school.dsl)
    page = hand_over(lead, young)
    page.clock.install()
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/handover/q/*")
    for letter in "sad":
        page.clock.run_for(100_000)
        page.locator("textarea").first.press(letter)
    assert page.url.endswith("/handover/q/knows")
    page.clock.run_for(181_000)
    page.wait_for_url("**/handover/back")


def test_without_scripts(school: School, young: str, sit_down: Any, saved: Any) -> None:
    lead: Screen = sit_down(school.dsl, **TELEPHONE, java_script_enabled=False)
    page = hand_over(lead, young)
    page.get_by_role("button", name="Start").tap()
    page.locator("textarea").first.fill(WORDS)
    next_page(page, "Stop and talk to someone")
    expect(page.get_by_role("heading", level=1)).to_have_text("You can stop. Nothing is lost.")
    next_page(page, "Give the screen back")
    page.locator("[name=pin]").fill(school.dsl.password)
    next_page(page, "Take the screen back")
    expect(page.locator("main")).to_contain_text("The form was stopped.")
    expect(page.locator("main")).to_contain_text(WORDS)
    next_page(page, "Take the screen back without keeping them yet")
    assert "/handover" not in page.url
    with saved():
        kept = session.query(Handover).one()
        assert State(kept.state) is State.LEFT
        assert kept.stopped
