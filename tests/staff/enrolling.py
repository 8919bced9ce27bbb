"""Setting a second factor up, and giving it, through the pages."""

from portal import clock
from portal.staff.factors import totp
from tests.factories import Colleague, next_code
from tests.page import Browser, Page


def secret_on(page: Page) -> str:
    """The key of a new authenticator app, as the page says it."""
    return "".join(page.words(one) for key in page.all("p", class_="portal-key") for one in key)


def begin(browser: Browser) -> Page:
    return browser.get("/account/second-factor/app/new").submit(button="Show the square").follow()


def enrol(browser: Browser) -> tuple[str, list[str]]:
    """Set an authenticator app up; gives its key and the recovery codes that were shown."""
    page = begin(browser)
    secret = secret_on(page)
    shown = page.submit(code=totp.code_at(secret, clock.now())).follow()
    return secret, codes_on(shown)


def codes_on(page: Page) -> list[str]:
    return [page.words(one) for lists in page.all("ol", class_="portal-codes") for one in lists]


def give_password(browser: Browser, who: Colleague) -> Page:
    """The page that asks for the second factor, after the password."""
    done = browser.get("/sign-in").submit(username=who.username, password=who.password)
    return done.follow(status=303).follow()


def give_second(done: Page, who: Colleague) -> Page:
    """Give the code that is asked for after the password; the answer leads on."""
    asked = done.follow(status=303).follow()
    return asked.submit("/sign-in/second", code=next_code(asked.browser.app, who))
