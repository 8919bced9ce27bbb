"""Receipts, custody sheets, cover sheets and content lists: what each says, and what none says."""

import dataclasses
import io
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from portal.printing import (
    contact_log,
    content_list,
    custody_sheet,
    device_receipt,
    referral_cover,
    support_record,
)
from portal.printing import fonts as house_fonts
from portal.printing.content_list import Item
from portal.printing.device_data import Device, Move, Taken
from portal.printing.fonts import REGULAR
from portal.printing.page import SIDE, WIDTH

from .family import GROUP, LOG, RECORD
from .papers import COVER, LIST, LONG_URL, MARKUP, MOVES, RECEIPT, SHEET
from .reading import elements, full_text, pages, reader, squeezed
from .summaries import HASH

OFFICER = replace(RECEIPT, for_whom="officer")
BOTH = replace(RECEIPT, for_whom="both")
PAPERS: dict[str, tuple[Callable[[Any], bytes], Any]] = {
    "person": (device_receipt.build, RECEIPT),
    "officer": (device_receipt.build, OFFICER),
    "both": (device_receipt.build, BOTH),
    "custody": (custody_sheet.build, SHEET),
    "cover": (referral_cover.build, COVER),
    "content": (content_list.build, LIST),
    "contact log": (contact_log.build, LOG),
    "support": (support_record.build, RECORD),
    "support of a group": (support_record.build, GROUP),
}
ARABIC = "مريم"
PEOPLE = ("Łukasz", "Żółkiewski", "Lowe", "Rahman", "O’Hara", "Dolan", "Sara", "Whitlock", "Reid")


@pytest.fixture(scope="module", params=PAPERS)
def pdf(request: pytest.FixtureRequest) -> bytes:
    build, data = PAPERS[request.param]
    return build(data)


def everywhere(value: Any, text: str) -> Any:
    """The same data with this text in place of every text but those of head and foot."""
    if type(value) is str:
        return text if value else value
    if isinstance(value, tuple):
        return tuple(everywhere(one, text) for one in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        kept = {"furniture", "for_whom"}
        changed = {
            field.name: everywhere(getattr(value, field.name), text)
            for field in dataclasses.fields(value)
            if field.name not in kept
        }
        return replace(value, **changed)
    return value


# What holds for every paper


def test_every_page_carries_the_house_s_head_and_foot(pdf: bytes) -> None:
    printed = [squeezed(page) for page in pages(pdf)]
    for page in printed:
        for words in ("Hilltop Academy", "Confidential", "2026-0042", "Copy 3", "Printed by"):
            assert words in page
        assert "Record check 7f3a 9c2e 11d0" in page
        assert "12 March 2026 at 14:05" in page


def test_structure_is_tagged_and_in_order(pdf: bytes) -> None:
    root = reader(pdf).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712 (an object of the reader)
    assert root["/Lang"] == "en-GB"
    found = elements(pdf)
    levels = [int(each.role[1]) for each in found if each.role in {"H1", "H2", "H3"}]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    tables = " ".join(each.role for each in found).split("Table")[1:]
    for table in tables:
        rows = [row.split() for row in table.split("TR")[1:]]
        cells = [[role for role in row if role in {"TH", "TD"}] for row in rows]
        assert len({len(row) for row in cells}) == 1
    assert all(each.scope for each in found if each.role == "TH")


def test_metadata_says_what_it_is_and_names_nobody(pdf: bytes) -> None:
    assert set(dict(reader(pdf).metadata or {})) == {"/Title", "/Subject"}
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        stored = opened.Root.Metadata.read_bytes().decode()
    for name in (*PEOPLE, "Hilltop"):
        assert name not in stored
        assert name not in str(reader(pdf).metadata)


def test_fonts_are_embedded_and_nothing_is_a_link(pdf: bytes) -> None:
    for page in reader(pdf).pages:
        assert "/Annots" not in page
        for font in page["/Resources"]["/Font"].values():
            assert "/FontFile2" in font.get_object()["/FontDescriptor"]


@pytest.mark.parametrize("name", PAPERS)
def test_markup_in_any_value_is_printed_as_text(name: str) -> None:
    build, data = PAPERS[name]
    text = full_text(build(everywhere(data, MARKUP)))
    assert text.count(MARKUP) >= 8


@pytest.mark.parametrize("name", PAPERS)
def test_no_letter_of_a_name_is_lost(name: str) -> None:
    build, data = PAPERS[name]
    printed = build(everywhere(data, "Nguyễn Żółć"))
    assert "Nguyễn Żółć" in full_text(printed)
    assert "could not be printed" not in full_text(printed)
    right_to_left = build(everywhere(data, ARABIC))
    assert any(each.text.endswith(ARABIC) for each in elements(right_to_left))
    assert "written from right to left" in full_text(right_to_left)


@pytest.mark.parametrize("name", PAPERS)
def test_a_long_address_in_any_value_stays_inside_the_margins(name: str) -> None:
    build, data = PAPERS[name]
    assert len(LONG_URL) == 300
    for page in reader(build(everywhere(data, LONG_URL))).pages:
        for text, left, size in _drawn(page):
            right = left + house_fonts.width(text.rstrip(), REGULAR, size)
            assert left >= SIDE - 1, text
            assert right <= SIDE + WIDTH + 1, text


def _drawn(page: Any) -> list[tuple[str, float, float]]:
    """Each piece of text with its left edge and size. (The regular font is the narrower one.)"""
    found = []

    def keep(text: str, matrix: Any, text_matrix: Any, _font: Any, size: float) -> None:
        for line in text.split("\n"):
            if line.strip():
                found.append((line, text_matrix[4] + matrix[4], size))

    page.extract_text(visitor_text=keep)
    assert found
    return found


def test_data_can_be_had_without_reportlab() -> None:
    program = (
        "import sys; from portal.printing import contact_log, content_list, custody_sheet, "
        "device_data, device_receipt, referral_cover, support_record; "
        "assert not {'reportlab', 'pikepdf'} & set(sys.modules)"
    )
    root = Path(__file__).resolve().parents[2]
    subprocess.run([sys.executable, "-c", program], check=True, cwd=root)


# The receipt


def test_the_person_reads_what_was_taken_and_when_it_comes_back() -> None:
    text = full_text(device_receipt.build(RECEIPT))
    for words in (
        "Receipt for your device",
        "Mobile telephone: black Samsung Galaxy A14",
        "Crack across the lower left corner",
        "Taken by David Lowe",
        "11 March 2026, 10:15, Room 14",
        "It is locked away at school.",
        "Nobody at school looks into it. David Lowe confirms that nobody has.",
        "Nobody at school will ask for your passcode.",
        "By Friday 20 March 2026, from Amina Rahman.",
        "can ask Amina Rahman, safeguarding lead at any time",
        "the office has lent you a bus pass",
        "The person it was taken from",
        "For the school",
    ):
        assert words in text


def test_the_person_s_copy_is_one_page() -> None:
    assert len(pages(device_receipt.build(RECEIPT))) == 1


def test_the_person_s_copy_says_nothing_of_the_matter() -> None:
    text = full_text(device_receipt.build(RECEIPT))
    for words in (
        "offence", "Grounds", "Cabinet", "police", "Police", "EX/0042", "Sara", "Image", "Purpose",
        "harm", "case", "Case", "4471",
    ):  # fmt: skip
        assert words not in text


def test_where_somebody_has_looked_the_person_is_not_told_otherwise() -> None:
    seen = replace(RECEIPT, looked_into="Looked into once, as decided and recorded on 11 March.")
    text = full_text(device_receipt.build(seen))
    assert "looks into it" not in text
    assert "Looked into once" not in text
    officer = full_text(device_receipt.build(replace(seen, for_whom="officer")))
    assert "Has anybody looked into it? Looked into once, as decided" in officer
    assert "Nobody at the school has" not in officer


def test_nobody_is_promised_a_day_that_is_not_known() -> None:
    unknown = replace(RECEIPT, return_by="", return_from="")
    text = full_text(device_receipt.build(unknown))
    assert "The school cannot say the day yet. Amina Rahman will tell you" in text


def test_without_a_confirmation_none_is_printed() -> None:
    bare = replace(RECEIPT, not_viewed_by="")
    assert "confirms" not in full_text(device_receipt.build(bare))
    officer = full_text(device_receipt.build(replace(bare, for_whom="officer")))
    assert "nobody has confirmed it" in officer


def test_the_officer_reads_seal_custody_number_and_receipt() -> None:
    text = full_text(device_receipt.build(OFFICER))
    for words in (
        "Receipt for a device handed to the police",
        "Collar number 4471",
        "Police force West Midlands Police",
        "Exhibit or receipt EX/0042/1",
        "12 March 2026, 14:30",
        "Seal number 00418",
        "Kept until now Cabinet 2, office of the lead",
        "Nobody at the school has. Confirmed by David Lowe.",
        "From: David Lowe To: Amina Rahman",
        "The officer who receives the device",
        "Handed over for the school by",
        HASH,
    ):
        assert words in text
    for words in ("Sara", "Image", "Purpose", "bus pass"):
        assert words not in text


def test_what_the_officer_writes_in_has_a_line_and_no_made_up_value() -> None:
    found = [each.text for each in elements(device_receipt.build(replace(OFFICER, received=None)))]
    place = found.index("Receipt for a device handed to the police")
    assert found[place + 1 : place + 6] == [
        "Officer", "Collar number", "Police force", "Exhibit or receipt", "Date and time",
    ]  # fmt: skip
    assert "The device" in found[place + 6]


def test_two_copies_in_one_file_count_their_own_pages() -> None:
    printed = [squeezed(page) for page in pages(device_receipt.build(BOTH))]
    assert "Receipt for your device" in printed[0]
    assert "Page 1 of 1" in printed[0]
    assert "Receipt for a device handed to the police" in printed[1]
    assert "Page 1 of 2" in printed[1]
    assert "Page 2 of 2" in printed[2]
    assert not any("For:" in page for page in printed)


def test_a_reader_that_is_not_known_is_refused() -> None:
    with pytest.raises(ValueError, match="parent"):
        device_receipt.build(replace(RECEIPT, for_whom="parent"))


# The custody sheet


def test_every_row_of_custody_is_there_with_all_it_says() -> None:
    text = full_text(custody_sheet.build(SHEET))
    for words in (
        "Held by PC 4471 Dolan, West Midlands Police, with the police.",
        "Searched by David Lowe (male)",
        "Switched off and sealed in front of both",
        "Officer: PC 4471 Dolan, West Midlands Police",
        "Receipt: EX/0042/1",
        "Written: 13 March 2026, 16:55 Late entry",
        "Gaps in this record Between 11 March 2026, 10:15 and 10:25",
        "holds none",
    ):
        assert words in text
    assert text.count("Late entry") == 1 + text.count("“Late entry”")


def test_no_gap_and_no_search_are_said_in_words() -> None:
    text = full_text(custody_sheet.build(replace(SHEET, gaps=(), search=None)))
    assert "No gap is known" in text
    assert "Gaps in this record" not in text
    assert "No search is recorded with this device." in text


def test_forty_rows_break_over_pages_and_repeat_their_headings() -> None:
    moves = tuple(
        replace(MOVES[1], number=str(number), reason=f"Reason {number}") for number in range(1, 41)
    )
    printed = custody_sheet.build(replace(SHEET, moves=moves))
    shown = pages(printed)
    with_rows = [page for page in shown if "Reason " in page]
    assert len(with_rows) > 2
    assert all("Place and seal" in page for page in with_rows)
    found = elements(printed)
    assert [each.text for each in found if each.role == "TH"].count("Place and seal") == 1
    short = [each.text for each in found if each.role == "TD" and len(each.text) <= 2]
    numbers = [text for text in short if text.isdigit()]
    assert numbers[:40] == [str(number) for number in range(1, 41)]


def test_a_device_of_which_little_is_known_prints() -> None:
    bare = replace(
        SHEET, device=Device("Tablet"), taken=Taken("A", "today"), moves=(), gaps=(), holder=""
    )
    text = full_text(custody_sheet.build(bare))
    assert "Held by nobody that the record names" in text
    assert "No gap is known" not in text  # where there is no row, nothing is known at all


# The cover sheet


def test_the_cover_sheet_says_who_sends_what_to_whom() -> None:
    found = [each.text for each in elements(referral_cover.build(COVER))]
    text = squeezed(" ".join(found))
    for words in (
        "Referral: cover sheet Urgent",
        "Birmingham Children’s Trust, front door",
        "11 March 2026, 10:20, to Jo Bell",
        "MA-20117",
        "11 March 2026, 16:30",
        "Amina Rahman, Designated Safeguarding Lead",
        "0121 496 0101",
        "dsl@hilltop.example",
        "Tom Reid, head",
        "4 May 2012",
        "Year 9, 9D",
        "Not yet: the police asked us to wait",
        "Case summary 2026-0042, copy 3",
        "No imagery is attached",
        "PC 4471 Dolan, reference 20/88213/26",
        "A strategy discussion within one working day",
        "Referred by",
        "Received for Birmingham",
    ):
        assert words in text, words


def test_the_cover_sheet_never_leaves_parents_out_in_silence() -> None:
    young = tuple(replace(each, parents="", consent="", needs="") for each in COVER.young_people)
    bare = replace(COVER, young_people=young, urgent="", other_bodies=())
    text = full_text(referral_cover.build(bare))
    assert "Parents, carers and consent Nothing recorded." in text
    assert "Other bodies that were told None so far." in text
    assert "Urgent" not in text
    for_all = replace(bare, parents_aware="No", parents_why_not="Advice of the front door")
    assert "Are they aware? No If not, why Advice" in full_text(referral_cover.build(for_all))


# The content list


def test_the_content_list_holds_addresses_and_accounts() -> None:
    printed = content_list.build(LIST)
    texts = [each.text for each in elements(printed)]
    assert "https://www.instagram.com/hilltop.tea/" in texts
    assert LONG_URL in texts
    assert "Instagram @hilltop_tea_2" in texts
    assert "11 March 2026, 10:32 Reported before: IG-884213" in texts
    assert "Rule it breaks" in texts
    assert "not viewed or copied imagery" in full_text(printed)


def test_the_content_list_names_nobody_and_not_the_matter() -> None:
    text = full_text(content_list.build(LIST))
    for words in (*PEOPLE, "shown there", "case", "Case", "Purpose", "harassment between"):
        assert words not in text
    assert "Printed by Designated Safeguarding Lead on 12 March 2026 at 14:05" in text


def test_without_rules_the_column_is_left_out() -> None:
    items = (Item("1", "Snapchat", account="oak_9b", noted="today"),)
    texts = [each.text for each in elements(content_list.build(replace(LIST, items=items)))]
    assert "Rule it breaks" not in texts
    assert "Snapchat oak_9b" in texts


def test_long_lists_of_content_repeat_their_headings() -> None:
    items = tuple(
        Item(str(number), "Snapchat", f"https://snap.example/{number}", noted="11 March 2026")
        for number in range(1, 81)
    )
    shown = pages(content_list.build(replace(LIST, items=items)))
    assert len(shown) > 2
    assert all("Web address" in page for page in shown)


def test_moves_of_a_device_can_be_written_by_hand() -> None:
    """A row with nothing but its number and what happened is a row all the same."""
    bare = replace(SHEET, moves=(Move("1", "11 March 2026", "Taken"),))
    assert "1 11 March 2026 Taken" in full_text(custody_sheet.build(bare))
