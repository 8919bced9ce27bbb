"""What a screen reader gets: roles, order, headings of tables, language and title."""

import io
from itertools import pairwise

import pikepdf
import pytest

from portal.printing import case_summary
from portal.printing.house import Document

from .reading import elements, pages, reader
from .summaries import FURNITURE, SARA


@pytest.fixture(scope="module")
def summary() -> bytes:
    return case_summary.build(SARA)


def test_says_that_it_is_tagged_and_in_which_language(summary: bytes) -> None:
    root = reader(summary).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712 (an object of the reader)
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712
    assert {page["/Tabs"] for page in reader(summary).pages} == {"/S"}


def test_metadata_holds_title_and_subject_and_nothing_else(summary: bytes) -> None:
    document = reader(summary)
    assert dict(document.metadata or {}) == {
        "/Title": "Case summary 2026-0042",
        "/Subject": "Case summary for police referral",
    }
    with pikepdf.open(io.BytesIO(summary)) as pdf:
        stored = pdf.Root.Metadata.read_bytes().decode()
    assert "Case summary 2026-0042" in stored
    for name in ("Sara", "Whitlock", "Rahman", "Dolan", "Hilltop"):
        assert name not in stored


def test_headings_come_in_order_and_skip_no_level(summary: bytes) -> None:
    headings = [each for each in elements(summary) if each.role in {"H1", "H2", "H3"}]
    assert headings[0].text == "Case summary for police referral"
    assert headings[1].text == "At a glance"
    assert headings[-1].text == "About this copy"
    levels = [int(each.role[1]) for each in headings]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_heading_has_its_bookmark(summary: bytes) -> None:
    def titles(outline: list[object]) -> list[str]:
        found = []
        for entry in outline:
            found += titles(entry) if isinstance(entry, list) else [entry["/Title"]]
        return found

    headings = [each.text for each in elements(summary) if each.role in {"H1", "H2", "H3"}]
    assert titles(reader(summary).outline) == headings


def test_every_table_heading_says_what_it_heads(summary: bytes) -> None:
    found = elements(summary)
    assert {each.scope for each in found if each.role == "TH"} == {"Row", "Column"}
    answers = [each.text for each in found if each.role == "TH" and each.scope == "Column"]
    assert answers[:3] == ["Question", "Answer", "What it rests on"]


def test_every_row_has_as_many_cells_as_its_heading(summary: bytes) -> None:
    roles = [each.role for each in elements(summary)]
    tables = " ".join(roles).split("Table")[1:]
    for table in tables:
        rows = [row.split() for row in table.split("TR")[1:]]
        cells = [[role for role in row if role in {"TH", "TD"}] for row in rows]
        assert len({len(row) for row in cells}) == 1


def test_own_words_are_a_quotation_apart_from_what_was_seen(summary: bytes) -> None:
    found = elements(summary)
    place = next(index for index, each in enumerate(found) if each.role == "BlockQuote")
    assert found[place + 1].text.startswith("I only sent it to him.")
    assert found[place + 2].text == "— Sara Whitlock"
    assert found[place + 3].text == "What the person writing saw"


def test_lists_have_a_label_and_a_body() -> None:
    document = Document(FURNITURE)
    document.bullets(("one", "two"))
    found = [(each.role, each.text) for each in elements(document.to_bare_pdf())]
    item = [("LI", ""), ("Lbl", "•")]
    assert found[1:] == [("L", ""), *item, ("LBody", "one"), *item, ("LBody", "two")]


def test_a_list_item_over_two_pages_keeps_its_label() -> None:
    words = " ".join(f"word{number}" for number in range(1500))
    document = Document(FURNITURE)
    document.bullets((words,))
    found = [(each.role, each.text) for each in elements(document.to_bare_pdf())]
    assert found[2:] == [("LI", ""), ("Lbl", "•"), ("LBody", words)]


def test_words_are_not_run_together_where_a_line_ends() -> None:
    words = " ".join(f"word{number}" for number in range(400))
    document = Document(FURNITURE)
    document.paragraph(words)
    found = elements(document.to_bare_pdf())
    assert [(each.role, each.text) for each in found[1:]] == [("P", words)]


def test_line_ends_that_were_typed_part_the_words_too() -> None:
    document = Document(FURNITURE)
    document.paragraph("first line\nsecond line\r\nthird")
    assert elements(document.to_bare_pdf())[1].text == "first line second line third"


def test_a_paragraph_over_several_pages_stays_one_element() -> None:
    words = " ".join(f"word{number}" for number in range(2500))
    document = Document(FURNITURE)
    document.paragraph(words)
    pdf = document.to_bare_pdf()
    assert len(pages(pdf)) > 2
    assert [each.text for each in elements(pdf) if each.role == "P"] == [words]


def test_a_table_over_several_pages_repeats_its_heading_but_reads_it_once() -> None:
    document = Document(FURNITURE)
    rows = [(f"Day {number}", "Something happened.") for number in range(120)]
    document.table((("When it was", 1), ("What it was", 3)), rows)
    pdf = document.to_bare_pdf()
    printed = pages(pdf)
    assert len(printed) > 2
    assert all(page.count("When it was") == 1 for page in printed)
    found = elements(pdf)
    assert [each.text for each in found if each.role == "TH"] == ["When it was", "What it was"]
    assert [each.role for each in found].count("Table") == 1
    assert [each.role for each in found].count("TR") == 121


def test_a_cell_over_several_pages_stays_one_cell() -> None:
    words = " ".join(f"word{number}" for number in range(3000))
    document = Document(FURNITURE)
    document.table((("Who", 1), ("What", 3)), [("Sara", words), ("Jordan", "short")])
    pdf = document.to_bare_pdf()
    assert len(pages(pdf)) > 2
    cells = [each.text for each in elements(pdf) if each.role == "TD"]
    assert cells == ["Sara", words, "Jordan", "short"]


def test_every_number_of_a_page_belongs_to_one_element(summary: bytes) -> None:
    with pikepdf.open(io.BytesIO(summary)) as pdf:
        numbers = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
        assert [int(index) for index in numbers[::2]] == list(range(len(pdf.pages)))
        for page, owners in zip(pdf.pages, numbers[1::2], strict=True):
            assert len(owners) == page.Contents.read_bytes().count(b"/MCID")
            for number, owner in enumerate(owners):
                marks = [kid for kid in owner.K if kid.Type == "/MCR"]
                assert (page.objgen, number) in [(kid.Pg.objgen, kid.MCID) for kid in marks]


def test_a_heading_is_never_the_last_thing_on_a_page() -> None:
    for lines in range(20, 48):
        document = Document(FURNITURE)
        document.paragraph("\n".join(f"line {number}" for number in range(lines)))
        document.heading("Lonely heading")
        document.heading("Lonely subheading", 3)
        document.table((("Alpha", 1), ("Beta", 1)), [("cell", "cell")] * 5)
        page = next(each for each in pages(document.to_bare_pdf()) if "Lonely heading" in each)
        assert "Lonely subheading" in page
        assert "cell" in page
