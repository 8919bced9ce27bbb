"""What the tests of the register type, and what they look at."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from portal import clock
from portal.cases import actions, content
from portal.cases.models import Case
from portal.cases.models_content import ContentItem
from portal.clock import Happened
from portal.db import session
from portal.referrals import service
from portal.referrals.forms import unasked
from portal.referrals.kinds import KINDS
from tests import factories
from tests.factories import School
from tests.page import Browser, Page

Saved = Callable[[], AbstractContextManager[None]]
SignIn = Callable[[Any], Browser]
Look = Callable[[], AbstractContextManager[Case]]

TOLD = {
    "happened": Happened(clock.today() - timedelta(days=1), factories.when().at),
    "how": "telephone",
    "body": "West Midlands Police",
    "spoke_to": "Control room",
    "reference": "LOG 214",
    "words": "They need proof that it was on the account.",
    "parents": "no",
    "parents_why": "Her mother is told this afternoon, with her.",
}


@contextmanager
def here(reference: str) -> Iterator[Case]:
    """The case, within `saved()`."""
    yield session.scalars(select(Case).where(Case.reference == reference)).one()


def told(days_ago: int = 1, at: str = "10:40", name: str = "happened") -> dict[str, str]:
    """The boxes of a day and time."""
    day = clock.today() - timedelta(days=days_ago)
    return {
        f"{name}-day": str(day.day),
        f"{name}-month": str(day.month),
        f"{name}-year": str(day.year),
        f"{name}-time": at,
    }


def record(browser: Browser, case: str, code: str, **changes: Any) -> Page:
    page = browser.get(f"/cases/{case}/referrals/new/{code}")
    words = {name: value for name, value in TOLD.items() if name != "happened"}
    if "telephone" not in KINDS[code].how:
        words["how"] = KINDS[code].how[0]
    words = {name: value for name, value in words.items() if name not in unasked(KINDS[code])}
    return page.submit(fields={**words, **told(), **changes}, status=303).follow()


def item_in(case: Case, school: School) -> ContentItem:
    return content.add_item(
        school.dsl.actor,
        case,
        kind="post",
        words={"what": "A post", "platform": "Instagram", "account": "brum_beef_100"},
        found=factories.when(1),
    )


def due(case: Case) -> set[str]:
    return {one.kind for one in actions.actions_of(case) if one.state == "open"}


def plain(body: str) -> service.NewReferral:
    return service.NewReferral(
        kind="other",
        told=factories.when(1),
        how="email",
        words={"body": body, "words": "Told them."},
        details={},
        parents="yes",
    )
