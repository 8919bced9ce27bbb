"""Take the pictures of the README’s tour from a demo school that is being served.

    python3 app.py demo --port 8000        (in one terminal)
    .venv/bin/python docs/take_pictures.py (in another; needs Chromium and poppler)

Writes `docs/pictures/*.png`. Everything shown is made up.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

from playwright.sync_api import Download, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("PORTAL_HOME") or ROOT / "instance")
BASE = os.environ.get("PORTAL_BASE", "http://localhost:8000")
PICTURES = ROOT / "docs" / "pictures"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    logins = {
        one["role"]: one for one in reversed(json.loads((HOME / "demo-logins.json").read_text()))
    }
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for role, steps in (("staff", staff), ("pastoral", pastoral), ("dsl", lead)):
            page = browser.new_page(viewport={"width": 1180, "height": 860})
            page.goto(f"{BASE}/sign-in")
            page.fill("[name=username]", logins[role]["username"])
            page.fill("[name=password]", logins[role]["password"])
            page.press("[name=password]", "Enter")
            page.wait_for_load_state()
            steps(page)
        browser.close()


def staff(page: Page) -> None:
    page.goto(f"{BASE}/disclosures/new")
    page.check("input[name=danger][value=yes]")
    take(page, "record")


def pastoral(page: Page) -> None:
    page.goto(f"{BASE}/")
    take(page, "supporting")
    page.goto(f"{BASE}/account/second-factor")
    take(page, "second")


def lead(page: Page) -> None:
    page.goto(f"{BASE}/today")
    take(page, "today")
    page.goto(f"{BASE}/inbox")
    page.click(".portal-task__link >> nth=0")
    take(page, "inbox")
    case = open_case(page, "Sara Whitlock")
    take(page, "case", height=1080)
    for name, path in (
        ("checklist", "checklist"),
        ("police", "police"),
        ("chronology", "chronology"),
        ("call", "call/police"),
    ):
        page.goto(f"{case}/{path}")
        take(page, name)
    page.goto(f"{case}/referrals")
    take(page, "referrals", height=1080)
    page.goto(open_case(page, "Owen Pryce") + "/content")
    take(page, "content", height=1180)
    page.goto(f"{BASE}/devices")
    take(page, "devices")
    summary(page, case)
    device(page, case)
    page.goto(f"{case}/access")
    take(page, "access", height=1180)
    page.goto(f"{BASE}/school/looks")
    take(page, "looks", height=1080)
    beside(page, case)


def open_case(page: Page, name: str) -> str:
    """Go to somebody’s case as a lead does, and say its address."""
    page.goto(f"{BASE}/cases")
    page.click(f"li:has-text('{name}') a, tr:has-text('{name}') a")
    return page.url


def summary(page: Page, case: str) -> None:
    """Make a copy of the case summary as a DSL does."""
    page.goto(f"{case}/print")
    page.check("input[name=purpose] >> nth=0")
    page.check("input[name=recipient_kind] >> nth=0")
    page.fill("[name=recipient_name]", "PC Alex Dean")
    page.fill("[name=recipient_body]", "PC 4471, West Midlands Police")
    for box in page.locator("input[name=people]").all():
        box.check()
    take(page, "print", height=1080)
    printed(page, "summary-1")


def device(page: Page, case: str) -> None:
    """The telephone that the police have, and the officer’s receipt for it."""
    page.goto(f"{case}/devices")
    page.click("main a[href*='/devices/']:not([href$=new])")
    take(page, "device", height=1080)
    page.goto(f"{page.url}/receipt/print?for=officer")
    printed(page, "receipt-1")


def beside(page: Page, case: str) -> None:
    """Wishes, family, support, a plan, and last the screen in a student’s hands."""
    page.goto(f"{case}/wishes")
    page.click("main a:has-text('Read it')")
    take(page, "wishes", height=1080)
    page.goto(f"{case}/family")
    take(page, "family", height=1080)
    page.goto(f"{case}/support")
    take(page, "support")
    page.goto(open_case(page, "Tyrese Campbell") + "/plans")
    page.click("main a[href*='/plans/']:not([href*=new])")
    take(page, "plan", height=1280)
    with page.expect_download() as download:
        page.evaluate("location.href = '/forms/plan.pdf'")
    picture_of(download.value, "plan-blank")
    page.goto(f"{case}/wishes")
    page.click("main a:has-text('Hand the screen over') >> nth=1")
    page.click("button.govuk-button:has-text('Hand the screen over')")
    page.click("a:has-text('Start')")
    page.fill("main textarea", "Mum\nMy cousin Jay")
    page.click("main button:has-text('Next'):visible >> nth=-1")
    take(page, "student", height=900)


def printed(page: Page, name: str) -> None:
    """Make the copy that the form asks for, and turn its first page into a picture."""
    page.click("button.govuk-button:has-text('Make the copy')")
    page.wait_for_load_state()
    with page.expect_download() as download:
        page.locator("a[href$=file]").first.click()
    picture_of(download.value, name)


def picture_of(download: Download, name: str) -> None:
    file = PICTURES / f"{name}.pdf"
    download.save_as(file)
    subprocess.run(
        ["pdftoppm", "-r", "70", "-singlefile", "-png", file, PICTURES / name], check=True
    )
    file.unlink()


def take(page: Page, name: str, height: int = 860) -> None:
    page.set_viewport_size({"width": 1180, "height": height})
    page.screenshot(path=PICTURES / f"{name}.png")


if __name__ == "__main__":
    main()
