"""The two smaller documents."""

from portal.printing import chronology, recovery_kit
from portal.printing.chronology import Chronology, ChronologyEntry
from portal.printing.recovery_kit import RecoveryKit

from .reading import elements, full_text, pages, reader
from .summaries import FURNITURE

ENTRIES = tuple(
    ChronologyEntry(
        happened=f"{day} March 2026",
        written=f"{day + 1} March 2026",
        who="Amina Rahman",
        what=f"Entry number {day}",
        late=day == 7,
    )
    for day in range(1, 61)
)
KEY = tuple(f"{number:02d}QX" for number in range(13))


def test_chronology_prints_every_entry_in_order() -> None:
    pdf = chronology.build(Chronology(FURNITURE, "Entries about devices only.", ENTRIES))
    cells = [each.text for each in elements(pdf) if each.role == "TD"]
    assert [text for text in cells if text.startswith("Entry number")] == [
        entry.what for entry in ENTRIES
    ]
    assert "Entries about devices only." in cells


def test_chronology_marks_late_entries_in_words() -> None:
    pdf = chronology.build(Chronology(FURNITURE, "Every entry.", ENTRIES))
    late = [each.text for each in elements(pdf) if "Late entry" in each.text]
    assert late == ["8 March 2026 Late entry"]


def test_chronology_repeats_its_headings() -> None:
    printed = pages(chronology.build(Chronology(FURNITURE, "Every entry.", ENTRIES)))
    assert all("Happened" in page for page in printed[:-1])


def test_an_empty_chronology_says_so() -> None:
    assert "Nothing recorded." in full_text(chronology.build(Chronology(FURNITURE, "All.")))


def test_recovery_kit_is_one_page_with_the_whole_key() -> None:
    pdf = recovery_kit.build(RecoveryKit("Hilltop Academy", KEY, "12 March 2026", "Priya Nair"))
    assert len(pages(pdf)) == 1
    cells = [each.text for each in elements(pdf) if each.role == "TD"]
    assert [text for text in cells if text.endswith("QX")] == list(KEY)
    text = full_text(pdf)
    for words in (
        "Never keep the key with the backups",
        "Print two copies",
        "Signature",
        "12 March 2026",
        "Hilltop Academy",
    ):
        assert words in text


def test_recovery_key_stays_out_of_the_metadata() -> None:
    pdf = recovery_kit.build(RecoveryKit("Hilltop Academy", KEY, "12 March 2026"))
    assert set(dict(reader(pdf).metadata or {})) == {"/Title", "/Subject"}
    assert "QX" not in str(reader(pdf).metadata)
