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

from playwright.sync_api import Page, sync_playwright

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
        for role, steps in (("staff", staff), ("dsl", lead)):
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


def lead(page: Page) -> None:
    page.goto(f"{BASE}/today")
    take(page, "today")
    page.goto(f"{BASE}/inbox")
    page.click(".portal-task__link >> nth=0")
    take(page, "inbox")
    page.goto(f"{BASE}/cases")
    page.click("li:has-text('Sara Whitlock') a, tr:has-text('Sara Whitlock') a")
    case = page.url
    take(page, "case", height=1080)
    for name, path in (
        ("checklist", "checklist"),
        ("police", "police"),
        ("chronology", "chronology"),
    ):
        page.goto(f"{case}/{path}")
        take(page, name)
    printed(page, case)


def printed(page: Page, case: str) -> None:
    """Make a copy as a DSL does, and turn its first page into a picture."""
    page.goto(f"{case}/print")
    page.check("input[name=purpose] >> nth=0")
    page.check("input[name=recipient_kind] >> nth=0")
    page.fill("[name=recipient_name]", "PC Alex Dean")
    page.fill("[name=recipient_body]", "PC 4471, West Midlands Police")
    for box in page.locator("input[name=people]").all():
        box.check()
    take(page, "print")
    page.click("button.govuk-button:has-text('Make the copy')")
    page.wait_for_load_state()
    with page.expect_download() as download:
        page.locator("a[href$=file]").first.click()
    file = PICTURES / "summary.pdf"
    download.value.save_as(file)
    subprocess.run(
        ["pdftoppm", "-r", "70", "-singlefile", "-png", file, PICTURES / "summary-1"], check=True
    )
    file.unlink()


def take(page: Page, name: str, height: int = 860) -> None:
    page.set_viewport_size({"width": 1180, "height": height})
    page.screenshot(path=PICTURES / f"{name}.png")


if __name__ == "__main__":
    main()
