"""The components and layouts, drawn by a tiny app that has nothing but them."""

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import pytest
from flask import Flask, Response, current_app, render_template, render_template_string, request
from flask_wtf.csrf import CSRFProtect
from jinja2 import FileSystemLoader, StrictUndefined
from markupsafe import Markup
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.datastructures import MultiDict
from werkzeug.serving import make_server

from portal import clock
from portal.web import fields as f
from portal.web.form_base import Form, Row

ROOT = Path(__file__).parents[2]
AXE = ROOT / "tests/vendor/axe-core/axe.min.js"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
]  # fmt: skip
NOW = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
SHEET = "5f2b6f0e-3c1e-4a55-9d0e-1a6a3b9f7c11"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'"
)
PARTS = [("harmed", "Young person harmed"), ("witness", "Witness")]
SHELL = SimpleNamespace(
    school_name="Oakfield School",
    member_name="Ruth Adeyemi",
    lacks_second=False,
    told=False,
    nav=[
        SimpleNamespace(label="Today", href="/today", current=False),
        SimpleNamespace(label="Cases", href="/cases", current=True),
        SimpleNamespace(label="Young people", href="/people", current=False),
        SimpleNamespace(label="Guidance", href="/guidance", current=False),
        SimpleNamespace(label="Numbers", href="/numbers", current=False),
    ],
)
CASE = SimpleNamespace(
    reference="2026-0042",
    facts=[
        Markup("<b>Open</b> since 18 November 2026"),
        Markup("Lead <b><bdi>Ruth Adeyemi</bdi></b>, DSL"),
        "Sharing of images without consent",
        Markup("<b>2</b> young people, <b>1</b> not yet known"),
    ],
)


class PersonRow(Row):
    name = f.Line("Full name", required="Enter their full name", hint="Never initials")
    part = f.Select("Their part in this", choices=PARTS, required="Choose their part in this")
    born = f.Day("Date of birth, if known")
    id = f.Hidden()


class Gallery(Form):
    told = f.YesNo("Has the safeguarding lead been told in person?", required="Choose yes or no")
    danger = f.YesNoNotKnown("Is anyone in danger now?", required="Say whether anyone is in danger")
    who = f.Line("Who told you?", hint="Full name, never initials", required="Enter who told you")
    said = f.LongText(
        "What was said?", rows=6, hint="In their own words", required="Write what was said"
    )
    source = f.Radios(
        "How did it come to you?",
        choices=[("self", "The young person told me"), ("other", "Somebody else", "A friend")],
        required="Choose how it came to you",
    )
    kinds = f.Checkboxes("What kind is it?", choices=[("a", "Images shared"), ("b", "Coercion")])
    school = f.Select("Which school?", choices=[("a", "Oakfield School"), ("b", "Elm Primary")])
    taken = f.Day("When was the device taken?", hint="For example 18 11 2026", not_future=True)
    at = f.TimeOfDay("At what time?", hint="For example 14:05")
    when = f.Happened(
        "When did it happen?", hint="As well as they remember", required="Enter when it happened"
    )
    count = f.Number("How many people have seen it?")
    unlocked = f.Tick("I have not looked at the device", hint="Nor has anybody else")
    password = f.Secret("Your password", required="Enter your password")
    people = f.Rows(PersonRow, "Who is involved?", hint="Everyone you know of", find="Find them")


class Checklist(Form):
    coercion = f.YesNoNotKnown("Is there coercion, blackmail or exploitation?")
    coercion_note = f.Line("What is this based on?")
    under_13 = f.YesNoNotKnown("Is a child under 13 involved?", required="Choose an answer")
    at_risk = f.YesNoNotKnown("Is a child at significant or immediate risk of harm?")
    at_risk_note = f.Line("What is this based on?")


def sent(form: type[Form], **data: Any) -> Any:
    """A form as the address asks for it: fresh, left unfinished, or sent with mistakes."""
    if request.args.get("wrong"):
        made = form(formdata=MultiDict({"sheet": SHEET, "people-0-part": "zz", "when-day": "40"}))
        made.validate()
        made.form_errors.append("This form was changed on the way.")
        return made
    made = form(data={"sheet": SHEET, **data})
    made.left_at = NOW if request.args.get("left") else None
    return made


def never() -> None:
    """Nobody has opened a case of the gallery in an emergency."""


def form_page() -> str:
    data = {"danger": "yes", "people": [{"name": "Sara Whitlock"}, {"name": "Jordan"}]}
    return render_template("form.html", form=sent(Gallery, **data), shell=SHELL)


def check_page() -> str:
    form = sent(Checklist, coercion="not_known", at_risk="yes", at_risk_note="Told me so")
    case_head = SimpleNamespace(reference="2026-0042", facts=[])
    return render_template(
        "check.html", form=form, shell=SHELL, case_head=case_head, case_open_until=never
    )


def case_page() -> str:
    return render_template(
        "case.html", form=Form(), shell=SHELL, case_head=CASE, case_open_until=never
    )


def error_page(number: int) -> str:
    rows = [("What happened", "My text\nin two lines", "Their text")]
    return render_template(f"errors/{number}.html", csrf=False, rows=rows, why="")


def keep(sheet: object) -> tuple[str, int]:
    current_app.config["KEPT"].append((str(sheet), request.form.to_dict()))
    return "", int(current_app.config["ANSWER"])


def hide() -> str:
    current_app.config["HIDDEN"] = True
    return "<!doctype html><title>Hidden</title>"


def policy(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    return response


def make_app() -> Flask:
    app = Flask(__name__, static_folder=str(ROOT / "static"))
    app.config.update(SECRET_KEY="test", TESTING=True, KEPT=[], ANSWER=204, HIDDEN=False)
    app.jinja_loader = FileSystemLoader([ROOT / "templates", Path(__file__).parent / "gallery"])  # type: ignore[assignment]
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.globals["asset"] = lambda path: f"/static/{path}"
    CSRFProtect(app)
    app.add_url_rule("/form", view_func=form_page, methods=["GET", "POST"])
    app.add_url_rule("/check", view_func=check_page)
    app.add_url_rule("/case", view_func=case_page)
    app.add_url_rule("/error/<int:number>", view_func=error_page)
    app.add_url_rule("/sheets/<uuid:sheet>", view_func=keep, methods=["POST"])
    app.add_url_rule("/hide", view_func=hide, methods=["POST"])
    app.after_request(policy)
    return app


ERRORS = sorted(int(p.stem) for p in (ROOT / "templates/errors").glob("[0-9]*.html"))
PAGES = ["/form", "/form?wrong=1", "/form?left=1", "/check", "/check?wrong=1", "/case"] + [
    f"/error/{n}" for n in ERRORS
]

SEEN = [p for p in PAGES if "error" not in p or p in {"/error/404", "/error/409", "/error/415"}]


@pytest.fixture(autouse=True)
def one_moment() -> Iterator[None]:
    with clock.stopped_at(NOW):
        yield


def parsed(address: str) -> tuple[str, Element]:
    text = make_app().test_client().get(address).get_data(as_text=True)
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    return text, parser.parse(text)


@pytest.mark.parametrize("address", PAGES)
def test_pages_are_sound(address: str) -> None:
    text, page = parsed(address)
    ids = [e.get("id") for e in page.iter() if e.get("id")]
    assert len(ids) == len(set(ids))
    assert page.get("lang") == "en-GB"
    (heading,) = page.iter("h1")
    title = "".join(page.find(".//title").itertext())  # type: ignore[union-attr]
    plain = " ".join("".join(heading.itertext()).split())
    assert title == f"{'Error: ' if 'wrong' in address else ''}{plain} – safeguarding"
    assert not re.search(r"\son[a-z]+=|\sstyle=|<style|data:|<script(?![^>]*src=)", text)
    assert "None" not in "".join(page.find("body").itertext())  # type: ignore[union-attr]
    assert not re.search(r"(?<=\w)'(?=\w)|\bvictim|perpetrator", "".join(page.itertext()), re.I)
    for form in page.iter("form"):
        assert form.get("method") == "post"
        assert form.get("action")
        assert any(i.get("name") == "csrf_token" for i in form.iter("input"))
    described = {x for e in page.iter() for x in (e.get("aria-describedby") or "").split()}
    assert described <= set(ids)


@pytest.mark.parametrize("address", PAGES)
def test_every_control_has_its_label(address: str) -> None:
    _, page = parsed(address)
    labels = {label.get("for"): "".join(label.itertext()).strip() for label in page.iter("label")}
    for kind in ("input", "select", "textarea"):
        for control in page.iter(kind):
            if control.get("type") != "hidden":
                assert labels.get(control.get("id")), control.attrib


@pytest.mark.parametrize("address", [p for p in PAGES if "wrong" in p])
def test_every_error_leads_to_a_control(address: str) -> None:
    _, page = parsed(address)
    ids = {e.get("id"): e for e in page.iter() if e.get("id")}
    links = page.findall(".//div[@class='govuk-error-summary']//a")
    assert links
    for link in links:
        target = ids[(link.get("href") or "")[1:]]
        assert target.tag in {"input", "select", "textarea", "button"}
        assert target.get("type") != "hidden"


def test_the_wrong_form_says_everything_that_is_wrong() -> None:
    _, page = parsed("/form?wrong=1")
    summary = page.find(".//div[@class='govuk-error-summary']")
    assert summary is not None
    said = [" ".join("".join(li.itertext()).split()) for li in summary.iter("li")]
    assert said[0] == "This form was changed on the way."
    assert "Choose yes or no" in said
    assert "“When did it happen?” must include a month and a year" in said
    assert "Choose one of the answers to “Their part in this”" in said


def test_what_was_typed_is_kept_in_a_text_area_to_the_last_space() -> None:
    app = make_app()
    text = "\n  first </textarea><b>\n\n   last  "
    template = '{% from "components/field.html" import field %}{{ field(form.said) }}'
    with app.test_request_context():
        drawn = render_template_string(template, form=Gallery(formdata=MultiDict({"said": text})))
    page = html5lib.parse(drawn, namespaceHTMLElements=False)
    assert page.find(".//textarea").text == text


def test_names_cannot_become_markup() -> None:
    app = make_app()
    template = '{% from "components/person.html" import person %}{{ person("<b>Sam", part="<i>") }}'
    with app.test_request_context():
        assert "&lt;b&gt;Sam" in render_template_string(template)


def test_enter_saves_and_never_presses_a_row_button() -> None:
    _, page = parsed("/form")
    form = next(x for x in page.iter("form") if x.get("data-autosave"))
    first = next(x for x in form.iter() if x.tag == "button")
    assert first.get("name") is None
    assert first.get("formaction") is None


def test_the_404_says_nothing_about_the_request() -> None:
    app = make_app()
    answers = set()
    for address in ("/a", "/cases/2026-0042"):
        with app.test_request_context(address):
            answers.add(render_template("errors/404.html", csrf=False, rows=(), why=""))
    assert len(answers) == 1
    assert "csrf" not in answers.pop()


def test_the_vendored_style_sheet_has_no_font_or_picture_of_others() -> None:
    folder = ROOT / "static/vendor/govuk-frontend"
    text = (folder / "govuk-frontend.min.css").read_text()
    assert not re.search(r"gds|crest|crown|url\(|@font-face|data:", text, re.IGNORECASE)
    assert "MIT License" in (folder / "LICENSE.txt").read_text()


def test_scripts_are_small_modules_without_markup() -> None:
    for script in (ROOT / "static/js").glob("*.js"):
        text = script.read_text()
        assert len(text.splitlines()) < 150
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", text)


@pytest.fixture(scope="module")
def app() -> Flask:
    return make_app()


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    tab = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    complaints: list[str] = []
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    yield tab
    tab.context.close()
    assert [c for c in complaints if "status of" not in c] == []


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("path", SEEN)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    tab: Page, address: str, path: str, width: int
) -> None:
    tab.set_viewport_size({"width": width, "height": 900})
    tab.goto(address + path)
    if pictures := os.environ.get("PICTURES"):
        name = re.sub(r"[^a-z0-9]+", "-", path).strip("-")
        tab.screenshot(path=f"{pictures}/{name}-{width}.png", full_page=True)
    tab.evaluate(AXE.read_text())
    found = tab.evaluate(
        "axe.run({runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']})"
    )
    assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found["violations"]] == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.browser
@pytest.mark.parametrize("path", [p for p in PAGES if "wrong" in p])
def test_every_error_link_moves_the_focus(tab: Page, address: str, path: str) -> None:
    tab.goto(address + path)
    links = tab.locator(".govuk-error-summary a")
    for i in range(links.count()):
        href = links.nth(i).get_attribute("href") or ""
        links.nth(i).click()
        assert tab.evaluate("document.activeElement.id") == href[1:]


@pytest.mark.browser
def test_targets_are_large_enough(tab: Page, address: str) -> None:
    tab.goto(address + "/check")
    for target in tab.locator(
        "button:visible:not([aria-hidden]), .portal-tri label, .portal-top a"
    ).all():
        box = target.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 24, target.inner_text()


@pytest.mark.browser
def test_danger_is_shown_with_yes_only(tab: Page, address: str) -> None:
    tab.goto(address + "/form")
    panel = tab.locator(".portal-danger")
    assert panel.is_visible()
    tab.check("#danger-2", force=True)
    assert not panel.is_visible()


@pytest.mark.browser
def test_the_outcome_follows_the_answers(tab: Page, address: str) -> None:
    tab.goto(address + "/check")
    shown = tab.locator("[data-outcome] section:visible")
    assert "Because of question 3." in shown.inner_text()
    tab.check("#at_risk-2")
    assert "2 things to find out" in shown.inner_text()
    tab.check("#coercion-2")
    tab.check("#under_13-2")
    assert "May be managed in school" in shown.inner_text()


@pytest.mark.browser
def test_what_is_typed_is_kept_and_said(tab: Page, app: Flask, address: str) -> None:
    app.config.update(KEPT=[], ANSWER=204)
    tab.goto(address + "/form")
    tab.fill("#who", "Sara’s friend")
    tab.fill("#password", "not to be kept")
    tab.locator("#said").focus()
    expect(tab.locator("[data-draft-line]")).to_have_text(re.compile(r"^Saved \d\d:\d\d:\d\d$"))
    sheet, kept = app.config["KEPT"][-1]
    assert (sheet, kept["who"], kept["sheet_address"]) == (SHEET, "Sara’s friend", "/form")
    assert "password" not in kept
    assert kept["csrf_token"]
    app.config["ANSWER"] = 503
    tab.fill("#said", "more")
    tab.locator("#who").focus()
    expect(tab.locator("[data-draft-line]")).to_have_text("NOT SAVED – keep this page open")
    app.config["ANSWER"] = 401
    tab.fill("#said", "more again")
    tab.locator("#who").focus()
    expect(tab.locator("[data-draft-line]")).to_contain_text("Your sign-in has ended")


@pytest.mark.browser
@pytest.mark.parametrize("way", ["button", "escape"])
def test_hiding_saves_first_and_leaves_nothing(
    tab: Page, app: Flask, address: str, way: str
) -> None:
    app.config.update(KEPT=[], ANSWER=204, HIDDEN=False)
    tab.goto(address + "/form")
    tab.fill("#who", "Sara")
    if way == "button":
        tab.get_by_role("button", name="Hide screen").click()
    else:
        tab.keyboard.press("Escape")
        tab.keyboard.press("Escape")
    tab.wait_for_url(address + "/hide")
    assert app.config["HIDDEN"]
    assert app.config["KEPT"][-1][1]["who"] == "Sara"


@pytest.mark.browser
def test_a_list_is_narrowed_while_typing(tab: Page, address: str) -> None:
    tab.goto(address + "/case")
    tab.fill("#find", "zoe luk")
    rows = tab.locator("#people-list tbody tr:visible")
    assert rows.count() in (0, 1)
    tab.fill("#find", "zoe")
    assert rows.count() == 1
    expect(tab.locator("[data-filter-count]")).to_have_text("1 of 2 shown")


@pytest.mark.browser
def test_without_scripts_every_page_still_works(browser: Browser, address: str) -> None:
    tab = browser.new_context(java_script_enabled=False).new_page()
    tab.goto(address + "/case")
    assert not tab.locator("[data-print], [data-needs-js]").first.is_visible()
    tab.goto(address + "/form")
    assert tab.get_by_role("button", name="Add another person").is_visible()
    tab.context.close()


@pytest.mark.browser
def test_paper_has_no_menu_and_no_buttons(tab: Page, address: str) -> None:
    tab.goto(address + "/case")
    tab.emulate_media(media="print")
    assert not tab.locator("nav:visible, button:visible, .portal-top__you:visible").count()
    assert tab.get_by_role("heading", level=1).is_visible()
