"""What a grant opens: its part and nothing else, whichever page, link or form one comes by.

Walks every address of the furnished case as each of its holders (`tests/house/holders.py`).
"""

from urllib.parse import urlsplit

import pytest
from flask import Flask
from werkzeug.routing import Rule

from portal.cases.access import CaseAccess
from portal.cases.access_rules import Part
from portal.staff.roles import Permission
from portal.web.access import access_of
from tests.house.furnished import Furnished
from tests.house.holders import PARTS, Holders
from tests.page import Browser, Page

READ = Permission.SEE_CASES
WRITE = Permission.WORK_ON_CASES


def pages(app: Flask, part: Part | None, *permissions: Permission) -> list[Rule]:
    """The rules of a part that a holder may open as a page."""
    found = []
    for rule in app.url_map.iter_rules():
        access = access_of(app, rule.endpoint)
        if not isinstance(access, CaseAccess) or "GET" not in (rule.methods or ()):
            continue
        if access.part == part and access.permission in permissions:
            found.append(rule)
    return sorted(found, key=lambda rule: rule.rule)


def walk(app: Flask, place: Furnished, browser: Browser, rules: list[Rule]) -> list[Page]:
    shown = []
    for rule in rules:
        for address in place.addresses(rule):
            page = browser.get(address, status=(200, 303, 404, 409))
            if page.status == 200:
                shown.append(page)
    return shown


def led_to(page: Page) -> set[str]:
    """Where a page leads inside the portal: its links, and the addresses of its forms."""
    links = {href for _, href in page.links()}
    links |= {one.get("action", "") for one in page.forms()}
    return {
        f"{parts.path}?{parts.query}" if parts.query else parts.path
        for parts in map(urlsplit, links)
        if parts.path.startswith("/") and not parts.netloc
    }


def dead_ends(browser: Browser, shown: list[Page]) -> list[str]:
    """Links to pages that refuse their reader."""
    tried: dict[str, int] = {}
    found = []
    for page in shown:
        for address in sorted(led_to(page)):
            if address not in tried:
                tried[address] = browser.get(address, status=range(200, 500)).status
            if tried[address] in {403, 404}:
                found.append(f"{page.path} leads to {address}: {tried[address]}")
    return found


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("how", ["reads", "writes"])
def test_nothing_on_a_granted_page_leads_to_what_was_not_granted(
    app: Flask, furnished: Furnished, holders: Holders, part: str, how: str
) -> None:
    browser = holders.browser(app, f"{how}.{part}")
    able = (READ, WRITE) if how == "writes" else (READ,)
    shown = walk(app, furnished, browser, pages(app, Part(part), *able))
    assert shown
    shown.append(browser.get(f"/cases/{furnished.here.reference}"))
    shown.append(browser.get("/supporting"))
    problems = dead_ends(browser, shown)
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("holder", ["reads.all", "writes.all", "emergency"])
def test_nothing_in_a_whole_case_leads_to_what_its_reader_may_not_open(
    app: Flask, furnished: Furnished, holders: Holders, holder: str
) -> None:
    browser = holders.browser(app, holder)
    able = (READ, WRITE) if holder == "writes.all" else (READ,)
    rules = [rule for part in (None, *Part) for rule in pages(app, part, *able)]
    shown = walk(app, furnished, browser, rules)
    assert len(shown) > 40
    problems = dead_ends(browser, shown)
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("part", PARTS)
def test_who_holds_a_part_about_one_young_person_meets_no_other(
    app: Flask, furnished: Furnished, holders: Holders, part: str
) -> None:
    """Neither a page nor a name of anybody else, on any page of the part, for reading or writing.

    Words that people wrote into the plan or support of the one person may name whom they like.
    """
    browser = holders.browser(app, f"one.{part}")
    shown = walk(app, furnished, browser, pages(app, Part(part), READ, WRITE))
    shown.append(browser.get(f"/cases/{furnished.here.reference}"))
    shown.append(browser.get("/supporting"))
    named = [
        f"{page.path} names {name}"
        for page in shown
        for name in holders.others.values()
        if name in page.words(page.main)
    ]
    assert not named, "\n".join(named)
    assert not dead_ends(browser, shown)
    for page in shown:
        assert not any(str(other) in page.path for other in holders.others)
