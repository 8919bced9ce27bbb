"""What a browser keeps on its disk after a day’s work with a case: nothing of the case.

A shared computer’s profile outlives the sign-in: its history, caches and stores are read as files.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Playwright

from tests import factories
from tests.e2e.office import FLAGS, House, Office, Screen, find_chromium
from tests.factories import School

WORDS = [f"kanarie{number:04}x" for number in range(60)]


@pytest.fixture
def case(school: School, school_day: None, saved: Any) -> str:
    """A case whose every free text and name holds words that occur nowhere else."""
    words = iter(WORDS)
    people = [
        {"kind": "pupil", "name": f"{next(words)} {next(words)}", "parts": ["harmed"]},
        {"kind": "pupil", "name": f"{next(words)} {next(words)}", "parts": ["displayed"]},
    ]
    said = {
        "own_words": " ".join(next(words) for _ in range(20)),
        "seen": " ".join(next(words) for _ in range(20)),
        "place": next(words),
        "accounts": [{"kind": "profile", "platform": next(words), "handle": next(words)}],
        "evidence": [{"what": next(words), "where_held": next(words)}],
    }
    with saved():
        told = factories.disclosure(school, people=people, words=said)
        made = factories.case(school, told)
        for one in words:
            factories.cases.add_note(school.dsl.actor, made, "other", one, None)
        return f"/cases/{made.reference}"


def test_nothing_of_a_case_stays_on_the_disk(
    app: Flask,
    school: School,
    case: str,
    house: House,
    playwright: Playwright,
    chromium: Any,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    house.app = app
    browser = playwright.chromium.launch_persistent_context(
        str(tmp_path / "profile"),
        executable_path=find_chromium(playwright),
        args=FLAGS,
        base_url=house.address,
    )
    office = Office(chromium, house)
    lead = Screen(office, browser)
    lead.sign_in(school.dsl)
    shown: set[str] = set()
    for page in ("", "/chronology", "/people", "/accounts", "/evidence", "/disclosures"):
        lead.go(f"{case}{page}")
        shown |= {word for word in WORDS if word in lead.page.content()}
    lead.page.goto("/today")
    browser.close()
    office.close()
    assert len(shown) > 50, "the pages did not show the words: nothing was looked for"
    files = [one for one in (tmp_path / "profile").rglob("*") if one.is_file()]
    kept = {
        f"{word} in {file.name}"
        for file in files
        for word in WORDS
        if word.encode() in file.read_bytes() or word.encode("utf-16-le") in file.read_bytes()
    }
    assert any(b"/cases/" in one.read_bytes() for one in files), "no history was kept to read"
    assert not kept, sorted(kept)
    record_property(
        "figure", f"words of a case in {len(files)} files of a browser’s profile: 0 of 60"
    )
