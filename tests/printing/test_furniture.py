"""The head and foot of every page, and what every copy says about itself."""

from dataclasses import replace

import pytest

from portal.printing import case_summary
from portal.printing.house import Document

from .reading import full_text, pages, squeezed
from .summaries import FURNITURE, HASH, SARA


@pytest.fixture(scope="module")
def printed() -> list[str]:
    return [squeezed(page) for page in pages(case_summary.build(SARA))]


def test_every_page_says_whose_it_is_and_where_it_belongs(printed: list[str]) -> None:
    for number, page in enumerate(printed, start=1):
        assert "Hilltop Academy" in page
        assert "Confidential" in page
        assert "2026-0042" in page
        assert f"Page {number} of {len(printed)}" in page


def test_every_page_says_who_printed_it_for_whom(printed: list[str]) -> None:
    by = "Printed by Amina Rahman (Designated Safeguarding Lead) on 12 March 2026 at 14:05"
    for page in printed:
        assert by in page
        assert "Copy 3 · For: PC 4471 Dolan, West Midlands Police" in page
        assert "Record check 7f3a 9c2e 11d0" in page


def test_the_full_hash_is_printed_once(printed: list[str]) -> None:
    assert " ".join(printed).count(HASH) == 1
    assert HASH in printed[-1]
    assert "entry 118 of the school’s journal" in printed[-1]


def test_without_a_journal_or_a_copy_nothing_is_made_up() -> None:
    bare = replace(FURNITURE, copy_number=0, recipient="", journal_hash="", journal_sequence=0)
    text = full_text(Document(bare).to_pdf())
    for words in ("Copy", "For:", "Record check"):
        assert words not in text


def test_long_names_stay_inside_their_place_and_stand_in_full_at_the_end() -> None:
    long = "The Very Reverend " + "Bartholomew " * 20 + "Quill"
    furniture = replace(FURNITURE, school=long, recipient=long, printed_by=long, reference=long)
    document = Document(furniture)
    page = pages(document.to_pdf())[0]
    lines = page.splitlines()
    assert sum(line.strip().endswith("…") or "…" in line for line in lines) >= 4
    assert squeezed(page).count("Quill") == 4
    assert "Page 1 of 1" in page
    assert "Record check 7f3a 9c2e 11d0" in page


def test_the_same_data_prints_the_same_file() -> None:
    assert case_summary.build(SARA) == case_summary.build(SARA)
