"""Copies fetched in a browser, and what can be read on them."""

import io
import re
from typing import Any

import pypdf

from tests.e2e.office import Screen


def make_copy(screen: Screen, button: str = "Make the copy", **who: Any) -> str:
    """Say for whom it is, make the copy, fetch it, and give every word on it."""
    screen.fill(who)
    screen.send(button)
    screen.heading("is ready")
    with screen.page.expect_download() as fetched:
        screen.follow("Fetch copy")
    name = fetched.value.suggested_filename
    assert re.fullmatch(r"case-[0-9]{4}-[0-9]{4}-[a-z-]*copy-[0-9]+\.pdf", name), name
    pages = pypdf.PdfReader(io.BytesIO(fetched.value.path().read_bytes())).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def says(paper: str, *texts: str) -> None:
    for text in texts:
        assert text in paper, f"“{text}” is not on the paper:\n{paper}"


def does_not_say(paper: str, *texts: str) -> None:
    for text in texts:
        assert text.casefold() not in paper.casefold(), f"“{text}” is on the paper:\n{paper}"
