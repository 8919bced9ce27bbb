"""Every page under axe-core, at the width of a desk and of a telephone, and in its error state.

The walk takes each page’s address from the app itself, filled in with the furnished school of
`tests/house`. A page whose markup was examined already, but for its texts, is not examined again.
It runs on SQLite only: the pages are the same on PostgreSQL, and the walk is the longest test. An
ordinary run takes a part of the pages; `python3 app.py test --thorough tests/e2e/test_axe.py` walks
every state of every page, and judges the layout at both widths.
All findings are reported together.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page

from portal import clock
from portal.cases.access_rules import Part
from portal.config import Config
from portal.staff.roles import Role
from tests.databases import Engine
from tests.e2e.office import Office, Screen
from tests.house.conftest import put_back, put_holders_back
from tests.house.furnished import Furnished
from tests.house.holders import Holders
from tests.house.test_parts import READ, WRITE, pages

AXE = Path(__file__).parents[1] / "vendor" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = (1280, 320)
ONE_PAGE_IN, ONE_OF_OTHERS_IN, ONE_FORM_IN = 3, 9, 3
"""Of the lead’s pages, of everybody else’s, and of forms sent empty: what an ordinary run takes."""
ROLES = (Role.DSL, Role.HEAD, Role.PASTORAL, Role.STAFF, Role.ADMIN)
# Not pages: files, what sends on at once, and leaving.
SKIPPED = {
    "static",
    "web.security_txt",
    "factors.square",
    "staff.sign_out",
    "staff.recovery_kit_pdf",
    "prints.fetch",
    "prints_forms.blank_disclosure",
    "prints_forms.blank_wishes",
    "prints_forms.blank_plan",
}

# What the width can change; the other rules read the markup, which is the same at every width.
OF_LAYOUT = ["color-contrast", "target-size", "scrollable-region-focusable", "skip-link", "region"]

RUN = """async only => {
    const found = await axe.run(document, {
        runOnly: only, resultTypes: ["violations"], preload: false,
    });
    return found.violations.map(one =>
        one.id + ": " + one.nodes.slice(0, 3).map(node => node.target.join(" ")).join(", "));
}"""
# The page without its frame, texts and ids: two pages with the same bones get the same verdict.
BONES = """() => [...document.querySelectorAll("main, main *")].map(one => {
    let depth = 0;
    for (let up = one; up; up = up.parentElement) depth += 1;
    const named = ["for", "name", "type", "role", "aria-describedby", "open", "hidden", "checked"];
    return [depth, one.tagName, one.className, one.id, one.childNodes.length > 0,
            ...named.map(name => one.getAttribute(name))].join(" ");
}).join("\\n").replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "")"""
SIDEWAYS = "document.documentElement.scrollWidth > innerWidth"
# Forms that a person fills in on this page; the buttons of the frame are not among them.
EMPTY = """() => {
    const forms = [...document.querySelectorAll("main form[method=post]")].filter(form =>
        [...form.elements].some(one => one.name && !["hidden", "submit"].includes(one.type)));
    const here = [location.pathname, location.pathname + location.search];
    const form = forms.find(one => here.includes(one.getAttribute("action")));
    if (!form) return false;
    for (const one of form.elements) {
        if (one.type === "hidden" || one.tagName === "BUTTON") continue;
        if (one.type === "radio" || one.type === "checkbox") one.checked = false;
        else if (one.tagName === "SELECT") one.selectedIndex = -1;
        else one.value = "";
    }
    form.removeAttribute("data-autosave");
    form.setAttribute("data-emptied", "");
    return true;
}"""


@dataclass
class Walk:
    """What was examined, and everything that was found."""

    thorough: bool = True
    seen: set[str] = field(default_factory=set)
    findings: list[str] = field(default_factory=list)
    pages: int = 0
    errors: int = 0

    def examine(self, page: Page, called: str) -> None:
        self.pages += 1
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            if page.evaluate(SIDEWAYS):
                self.findings.append(f"{called} at {width}: scrolls sideways")
        bones = page.evaluate(BONES)
        if bones in self.seen:
            return
        self.seen.add(bones)
        page.evaluate(AXE.read_text(encoding="utf-8"))
        self._judge(page, f"{called} at {WIDTHS[-1]}", {"type": "tag", "values": TAGS})
        if not self.thorough:
            return
        page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        self._judge(page, f"{called} at {WIDTHS[0]}", {"type": "rule", "values": OF_LAYOUT})

    def _judge(self, page: Page, called: str, only: dict[str, Any]) -> None:
        self.findings += [f"{called}: {one}" for one in page.evaluate(RUN, only)]


@pytest.fixture
def config(engine: Engine, request: pytest.FixtureRequest) -> Config:
    if engine.name == "postgresql":
        pytest.skip("The pages are the same on both engines; the walk is made on SQLite.")
    if "holders" in request.fixturenames:
        put_holders_back(engine)
    else:
        put_back(engine)
    return engine.config


@pytest.fixture
def furnished(app: Flask, engine: Engine) -> Iterator[Furnished]:
    found: Furnished = engine.made("furnished")
    with clock.stopped_at(found.moment):
        yield found


@pytest.fixture
def holders(furnished: Furnished, engine: Engine) -> Holders:
    found: Holders = engine.made("holders")
    return found


def addresses(app: Flask, furnished: Furnished, role: Role, *, thorough: bool) -> list[str]:
    """Every address that can be opened by this role, the public ones included.

    A thorough walk of the lead opens each page in all its states, any other in one. An ordinary
    walk leaves out more for everybody else: what differs for them is which buttons are there.
    """
    states = None if thorough and role is Role.DSL else 1
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    rules = sorted((rule for rule in rules if rule.endpoint not in SKIPPED), key=lambda r: r.rule)
    if not thorough:
        each = ONE_PAGE_IN if role is Role.DSL else ONE_OF_OTHERS_IN
        rules = rules[list(Role).index(role) % each :: each]
    found = [one for rule in rules for one in furnished.addresses(rule, role.value)[:states]]
    return list(dict.fromkeys(found))


def walk(screen: Screen, addresses: list[str], role: Role, walk: Walk) -> list[str]:
    """Open every page; gives the addresses that have a form of their own."""
    screen.may_answer(403, 404, 409, 422)
    page, forms = screen.page, []
    for address in addresses:
        answer = page.goto(address)
        assert answer is not None
        if answer.status in {403, 404}:
            continue
        assert answer.status in {200, 409}, f"{address} as {role}: {answer.status}"
        walk.examine(page, f"{address} as {role}")
        # Handing the screen over would end the walk; its pages are examined in test_handover.
        if page.evaluate(EMPTY) and not address.endswith("/hand-over"):
            forms.append(address)
    return forms


def send_empty(screen: Screen, forms: list[str], role: Role, walk: Walk) -> None:
    page = screen.page
    for address in forms:
        page.goto(address)
        if not page.evaluate(EMPTY):
            continue
        with page.expect_navigation():
            page.evaluate("document.querySelector('main form[data-emptied]').submit()")
        if page.locator(".govuk-error-summary").count():
            walk.errors += 1
            walk.examine(page, f"{address} in its error state as {role}")


@pytest.mark.parametrize("roles", [ROLES[:1], ROLES[1:]], ids=["lead", "others"])
def test_no_page_has_a_fault(
    app: Flask,
    furnished: Furnished,
    office: Office,
    roles: tuple[Role, ...],
    pytestconfig: pytest.Config,
) -> None:
    thorough = bool(pytestconfig.getoption("thorough"))
    found = Walk(thorough)
    stranger = office.screen()
    stranger.go("/sign-in")
    found.examine(stranger.page, "/sign-in")
    screens = {role: office.sit_down(furnished.school[role]) for role in roles}
    forms = {
        role: walk(screen, addresses(app, furnished, role, thorough=thorough), role, found)
        for role, screen in screens.items()
    }
    for role, addresses_of_forms in forms.items():
        some = addresses_of_forms if thorough else addresses_of_forms[::ONE_FORM_IN]
        send_empty(screens[role], some, role, found)
    assert found.pages > 30
    assert found.errors > 2
    assert not found.findings, f"{len(found.findings)} faults:\n  " + "\n  ".join(found.findings)


@pytest.mark.parametrize("holder", ["writes.all", "emergency"])
def test_no_page_of_somebody_who_was_let_in_has_a_fault(
    app: Flask,
    furnished: Furnished,
    holders: Holders,
    office: Office,
    holder: str,
    pytestconfig: pytest.Config,
) -> None:
    """Their first page, their page of the case, and pages of each part."""
    thorough = bool(pytestconfig.getoption("thorough"))
    found = Walk(thorough)
    rules = [rule for part in Part for rule in pages(app, part, READ, WRITE)]
    of_parts = [furnished.addresses(rule)[0] for rule in rules]
    case = f"/cases/{furnished.here.reference}"
    some = of_parts if thorough else of_parts[:: 2 * ONE_FORM_IN]
    screen = office.sit_down(holders.colleagues[holder])
    walk(screen, ["/supporting", case, *some], Role.PASTORAL, found)
    assert found.pages > 6
    assert not found.findings, f"{len(found.findings)} faults:\n  " + "\n  ".join(found.findings)


def test_a_fault_that_is_there_is_found(furnished: Furnished, office: Office) -> None:
    """The walk would be worth nothing if it passed over these."""
    screen = office.sit_down(furnished.school.dsl)
    screen.go("/disclosures/new")
    page = screen.page
    found = Walk()
    found.examine(page, "as it is")
    assert found.findings == []
    page.evaluate(
        """() => {
            document.documentElement.removeAttribute("lang");
            document.querySelector("label[for=place]").remove();
            document.querySelector("h1").style.color = "#ddd";
            document.querySelector("main").style.minWidth = "600px";
        }"""
    )
    found.examine(page, "with faults")
    text = "\n".join(found.findings)
    for rule in ("html-has-lang", "label", "color-contrast"):
        assert f"with faults at 320: {rule}: " in text, text
    assert "with faults at 1280: color-contrast: " in text, text
    assert "with faults at 320: scrolls sideways" in text, text
