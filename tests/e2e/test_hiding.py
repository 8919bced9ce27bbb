"""The screen hides itself: after three minutes of rest, by key, in every window, and for good.

What is on the screen is taken out of the page and not covered; what was typed is there afterwards.
The browser’s clock is Playwright’s, so that three minutes pass at once.
"""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.afterwards import saras_case
from tests.e2e.office import Office, Screen
from tests.e2e.test_sara import JORDAN, SARA
from tests.factories import PASSWORD, School

TYPED = "She asked that her form tutor is told, and nobody else."
CASE_WORDS = (SARA, SARA.split()[0], JORDAN, "Oakfield", TYPED, "Ruth Adeyemi")


@pytest.fixture
def case(school: School, school_day: None, saved: Any) -> str:
    """The address of Sara’s case."""
    with saved():
        return saras_case(school)


@pytest.fixture
def lead(school: School, case: str, office: Office) -> Screen:
    """The lead at a form of the case, with words in it; the browser’s time is the test’s."""
    screen = office.screen()
    screen.context.clock.install()
    screen.sign_in(school.dsl)
    write(screen, f"{case}/print")
    return screen


def write(screen: Screen, address: str) -> None:
    screen.go(address)
    screen.fill(recipient_name=TYPED)
    # The page may still have to be told that it was scrolled, which would count as a sign of life.
    screen.page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)))")


def later(screen: Screen, seconds: int) -> None:
    screen.context.clock.fast_forward(seconds * 1000)


def everything(page: Page) -> str:
    return str(page.evaluate("document.documentElement.innerHTML + document.title"))


def is_hidden(page: Page) -> None:
    page.wait_for_url("**/hidden")
    assert page.title() == "Hidden – safeguarding"
    for word in CASE_WORDS:
        assert word not in everything(page), f"“{word}” is still there"


def is_blank(page: Page) -> None:
    """Nothing of the case is in the page, whether it is shown or not."""
    expect(page).to_have_title("Hidden")
    for word in CASE_WORDS:
        assert word not in everything(page), f"“{word}” is still there"


def give_password(screen: Screen) -> None:
    screen.fill(password=PASSWORD)
    screen.press("Continue", screen.main)


def test_three_minutes_of_rest_hide_the_screen_and_nothing_is_lost(
    lead: Screen, record_property: Any
) -> None:
    before = lead.path
    lead.sees(SARA)
    later(lead, 170)
    lead.sees(SARA)
    later(lead, 11)

    is_hidden(lead.page)
    shown = lead.page.locator("body").inner_text()
    left = [word for word in CASE_WORDS if word in shown]
    record_property(
        "figure", f"words of the case on the screen after 180 s: {len(left)} of {len(CASE_WORDS)}"
    )
    lead.page.go_back()
    assert TYPED not in everything(lead.page)
    assert SARA not in everything(lead.page)
    lead.go("/hidden")
    give_password(lead)
    lead.page.wait_for_url(f"**{before}")
    expect(lead.control("recipient_name")).to_have_value(TYPED)


@pytest.mark.parametrize("sign", ["key", "pointer", "wheel", "touch"])
def test_whoever_is_there_is_left_in_peace(lead: Screen, sign: str) -> None:
    # The page’s clock goes on by itself as well, so that each leap leaves it a minute.
    later(lead, 120)
    if sign == "key":
        lead.control("recipient_name").press("End")
    elif sign == "pointer":
        lead.page.mouse.move(300, 300)
        lead.page.mouse.move(310, 310)
    elif sign == "wheel":
        lead.page.evaluate("document.body.dispatchEvent(new WheelEvent('wheel', {bubbles: true}))")
    else:
        lead.page.evaluate("document.body.dispatchEvent(new Event('touchstart', {bubbles: true}))")
    later(lead, 120)
    lead.sees(SARA)
    later(lead, 65)
    is_hidden(lead.page)


def test_a_computer_that_slept_shows_nothing_as_it_wakes(lead: Screen) -> None:
    """No timer has run: the first key finds out, and does not count as somebody being there."""
    lead.page.evaluate("window.before = Date.now()")
    passed = lead.page.evaluate("Date.now()") / 1000 + 200
    lead.context.clock.set_system_time(passed)
    lead.page.evaluate("document.dispatchEvent(new KeyboardEvent('keydown', {key: 'a'}))")

    is_hidden(lead.page)
    give_password(lead)
    expect(lead.control("recipient_name")).to_have_value(TYPED)


def test_the_windows_of_one_browser_count_and_hide_together(lead: Screen, case: str) -> None:
    first = lead.page
    second = lead.context.new_page()
    second.goto(case)
    expect(second.locator("main")).to_contain_text(SARA)
    later(lead, 100)
    second.mouse.move(200, 200)
    second.mouse.move(210, 210)
    later(lead, 100)
    expect(first.locator("main")).to_contain_text(SARA)

    second.get_by_role("button", name="Hide screen").click()
    is_hidden(second)
    is_blank(first)
    assert first.url.endswith("/print")
    second.locator('main [name="password"]').fill(PASSWORD)
    second.get_by_role("button", name="Continue", exact=True).click()
    second.wait_for_url(f"**{case}")

    expect(lead.control("recipient_name")).to_have_value(TYPED)
    expect(first).not_to_have_title("Hidden")


def test_what_cannot_be_saved_is_kept_until_it_can(lead: Screen) -> None:
    """The page is blank all the same, and goes nowhere while it holds the only copy."""
    lead.page.route("**/sheets/*", lambda route: route.fulfill(status=503))
    lead.may_answer(503)
    lead.fill(recipient_name=f"{TYPED} And more.")
    lead.page.get_by_role("button", name="Hide screen").click(no_wait_after=True)

    expect(lead.page.locator("body")).to_contain_text("NOT SAVED yet – keep this page open")
    is_blank(lead.page)
    lead.page.unroute_all()
    later(lead, 11)
    is_hidden(lead.page)
    give_password(lead)
    expect(lead.control("recipient_name")).to_have_value(f"{TYPED} And more.")


def test_signing_out_leaves_nothing_to_go_back_to(lead: Screen, case: str) -> None:
    other = lead.context.new_page()
    other.goto(case)
    lead.page.bring_to_front()
    lead.go("/account")
    lead.press("Sign out", lead.main)
    lead.page.wait_for_url("**/sign-in")

    is_blank(other)
    for _ in range(3):
        lead.page.go_back()
        lead.page.wait_for_load_state()
        assert SARA not in everything(lead.page)
        assert TYPED not in everything(lead.page)
    other.reload()
    assert "/sign-in" in other.url


def test_a_page_that_the_browser_kept_is_kept_blank(lead: Screen) -> None:
    lead.page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))")
    for word in CASE_WORDS:
        assert word not in lead.page.locator("body").inner_html()
    with lead.page.expect_navigation():
        lead.page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    expect(lead.control("recipient_name")).to_have_value(TYPED)


def test_a_window_behind_others_is_blank_and_asks_for_the_password(lead: Screen) -> None:
    """It tells the server itself, so that coming back to it does not show it again."""
    lead.page.evaluate(
        "Object.defineProperty(document, 'visibilityState', {get: () => window.seen || 'hidden'})"
    )
    with lead.page.expect_response("**/hide"):
        later(lead, 181)
    is_blank(lead.page)
    lead.page.evaluate(
        "window.seen = 'visible'; document.dispatchEvent(new Event('visibilitychange'))"
    )
    lead.page.wait_for_url(lambda url: "/hidden?next=/cases/" in url)
    give_password(lead)
    expect(lead.control("recipient_name")).to_have_value(TYPED)
