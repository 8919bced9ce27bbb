"""Forms on paper and on screen: what each asks or says, and its fields as a program fills them."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import combinations, pairwise
from typing import Any

import pikepdf
import pytest
from pypdf import PdfReader, PdfWriter
from reportlab.pdfbase.ttfonts import TTFontFile

from portal.printing import (
    disclosure_form,
    fields,
    help_sheet,
    plan_blank,
    plan_form,
    wishes_form,
)
from portal.printing.form_data import Blank
from portal.printing.page import SIDE, WIDTH

from .forms import BLANK, DISCLOSURE, HELP, PLAN, SHEET, WISHES
from .reading import elements, full_text, pages, reader, squeezed
from .summaries import HASH

MM = 72 / 25.4
BLANKS: dict[str, Callable[[], bytes]] = {
    "wishes": cache(lambda: wishes_form.blank(BLANK)),
    "plan": cache(lambda: plan_blank.build(BLANK)),
    "disclosure": cache(lambda: disclosure_form.blank(DISCLOSURE)),
}
FILLED: dict[str, Callable[[], bytes]] = {
    "wishes": cache(lambda: wishes_form.build(WISHES)),
    "plan": cache(lambda: plan_form.build(PLAN)),
    "help": cache(lambda: help_sheet.build(SHEET)),
}
NAMES = "Łukasz Żółkiewski, Zoë D’Arcy, Ștefan, Čeněk Dvořák, Jūratė, Ğülşen, Jānis Ķepa"
PEOPLE = ("Sara", "Whitlock", "Jordan", "Blythe", "Żarko", "Moss", "Rahman", "Mr Hill", "Hart")


@pytest.fixture(scope="module", params=BLANKS)
def blank(request: pytest.FixtureRequest) -> bytes:
    return BLANKS[request.param]()


@pytest.fixture(scope="module", params=[*BLANKS, *(f"filled {one}" for one in FILLED)])
def form(request: pytest.FixtureRequest) -> bytes:
    kind, _, name = request.param.rpartition(" ")
    return (FILLED if kind else BLANKS)[name]()


def widgets(pdf: bytes) -> list[tuple[int, Any]]:
    """Every place to fill in, with its page."""
    return [
        (number, one.get_object())
        for number, page in enumerate(reader(pdf).pages)
        for one in page.get("/Annots", [])
    ]


def fonts_in(pdf: bytes) -> list[Any]:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        found = [each for each in opened.objects if isinstance(each, pikepdf.Dictionary)]
        return [
            (str(each.BaseFont), "/FontFile2" in each.get("/FontDescriptor", {}))
            for each in found
            if each.get("/Type") == "/Font"
        ]


@cache
def fill(pdf: bytes, text: str = NAMES) -> PdfReader:
    """Every field filled by another program: texts, ticks, and the first of each choice."""
    writer = PdfWriter(clone_from=reader(pdf))
    values = {}
    for name, field in (reader(pdf).get_fields() or {}).items():
        if field["/FT"] == "/Tx":
            values[name] = text
        else:
            values[name] = next(one for one in field["/_States_"] if one != "/Off")
    writer.update_page_form_field_values(list(writer.pages), values, auto_regenerate=False)
    out = io.BytesIO()
    writer.write(out)
    return PdfReader(io.BytesIO(out.getvalue()))


# What holds for every blank form


def test_every_field_is_filled_and_read_back(blank: bytes) -> None:
    found = fill(blank).get_fields() or {}
    assert len(found) > 30
    for name, field in found.items():
        expected = NAMES if field["/FT"] == "/Tx" else field["/_States_"]
        assert field["/V"] in expected if isinstance(expected, list) else field["/V"] == expected
        assert field["/V"] != "/Off", name


def test_what_is_typed_is_drawn_in_the_embedded_font(blank: bytes) -> None:
    after = fill(blank)
    drawn = [
        one.get_object()["/AP"]["/N"]
        for page in after.pages
        for one in page["/Annots"]
        if one.get_object().get("/FT") == "/Tx"
    ]
    codes = {letter: code for code, letter in fields.letters().items()}
    typed = bytes(codes[letter] for letter in "Żółkiewski")
    for appearance in drawn:
        font = next(iter(appearance["/Resources"]["/Font"].values())).get_object()
        assert font["/BaseFont"] == "/HOUSEF+DejaVuSans"
        shown = appearance.get_data()
        assert typed in shown or typed.hex().encode() in shown.lower()


def test_no_font_is_left_to_the_reader_s_computer(form: bytes) -> None:
    found = fonts_in(form)
    assert found
    assert all(embedded for _, embedded in found), found


def test_every_field_says_its_whole_question(blank: bytes) -> None:
    for _, one in widgets(blank):
        assert len(one["/TU"]) > 3, one.get("/T")
        assert one["/F"] == 4  # printed
    said = [one["/TU"] for _, one in widgets(blank)]
    assert len(set(said)) == len(said)


def test_every_field_stands_in_the_structure_behind_its_words(blank: bytes) -> None:
    with pikepdf.open(io.BytesIO(blank)) as pdf:
        tree = pdf.Root.StructTreeRoot
        numbers = list(tree.ParentTree.Nums)
        owners = dict(zip(map(int, numbers[::2]), numbers[1::2], strict=True))
        count = 0
        for page in pdf.pages:
            assert page.obj.Tabs == "/S"
            for widget in page.obj.get("/Annots", []):
                owner = owners[int(widget.StructParent)]
                assert owner.S == "/Form"
                held = next(kid for kid in owner.K if kid.Type == "/OBJR")
                assert held.Obj.objgen == widget.objgen
                assert held.Pg.objgen == page.obj.objgen
                count += 1
        assert int(tree.ParentTreeNextKey) == len(pdf.pages) + count


def test_fields_lie_on_the_page_and_apart(blank: bytes) -> None:
    boxes: dict[int, list[tuple[str, list[float]]]] = {}
    for number, one in widgets(blank):
        boxes.setdefault(number, []).append((one["/TU"], [float(each) for each in one["/Rect"]]))
    for found in boxes.values():
        for said, (left, low, right, high) in found:
            assert left >= SIDE - 1, said
            assert right <= SIDE + WIDTH + 1, said
            assert 25 * MM <= low < high <= 842 - 25 * MM, said
        for (one, first), (other, second) in combinations(found, 2):
            apart = (
                first[2] <= second[0]
                or second[2] <= first[0]
                or first[3] <= second[1]
                or second[3] <= first[1]
            )
            assert apart, f"{one} lies over {other}"


def test_nothing_runs_over_the_edge_of_what_can_be_typed(blank: bytes) -> None:
    for _, one in widgets(blank):
        if one.get("/FT") == "/Tx":
            assert one["/Ff"] & (1 << 23)  # no scrolling: what does not fit is refused


def test_a_blank_form_says_how_it_is_handled_and_holds_nobody(blank: bytes) -> None:
    text = full_text(blank)
    for words in (
        "Hilltop Academy",
        "when filled in",
        "Hand it to the safeguarding lead in person",
        "with both times",
        "as the school’s policy says",
        "Never leave it lying",
        "Typed up: date",
    ):
        assert words in text, words
    for words in (*PEOPLE, "Copy", "Printed by", "2026-0042"):
        assert words not in text, words
    count = len(pages(blank))
    for number, page in enumerate(pages(blank), start=1):
        assert f"Page {number} of {count}" in squeezed(page)


def test_headings_come_in_order(form: bytes) -> None:
    levels = [int(each.role[1]) for each in elements(form) if re.fullmatch(r"H\d", each.role)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_rows_of_tables_have_as_many_cells_as_their_heading(blank: bytes) -> None:
    roles = [each.role for each in elements(blank) if each.role in {"Table", "TR", "TH", "TD"}]
    tables = " ".join(roles).split("Table")[1:]
    for table in tables:
        counts = {len(row.split()) for row in table.split("TR")[1:]}
        assert len(counts) == 1


def test_metadata_holds_the_title_and_no_name(form: bytes) -> None:
    document = reader(form)
    assert document.trailer["/Root"]["/Lang"] == "en-GB"
    assert document.trailer["/Root"]["/MarkInfo"]["/Marked"] == True  # noqa: E712
    assert set(document.metadata or {}) <= {"/Title", "/Subject"}
    with pikepdf.open(io.BytesIO(form)) as opened:
        stored = opened.Root.Metadata.read_bytes().decode()
    for name in (*PEOPLE, "Žukauskienė", "Hilltop"):
        assert name not in stored


@pytest.mark.parametrize(("name", "count"), [("wishes", 2), ("plan", 7), ("disclosure", 6)])
def test_how_many_pages_there_are(name: str, count: int) -> None:
    assert len(pages(BLANKS[name]())) == count


# The font of the fields


def test_the_letters_of_the_font_are_each_found_by_their_code() -> None:
    letters = fields.letters()
    assert len(set(letters.values())) == len(letters)
    assert set(NAMES + "ÁéîõüŒœŠšŽž“”–€£") <= set(letters.values())
    face = TTFontFile(io.BytesIO(fields._font_file()))
    for letter in letters.values():
        assert face.charToGlyph.get(ord(letter)), letter
        if letter not in " \u00a0":
            assert face.charWidths[ord(letter)] > 0


def test_a_letter_outside_the_font_stays_in_the_field() -> None:
    found = fill(BLANKS["wishes"](), "李 مريم").get_fields() or {}
    assert found["name"]["/V"] == "李 مريم"


# Who do you want to know?


def test_the_blank_wishes_form_asks_everything() -> None:
    text = full_text(BLANKS["wishes"]())
    for words in (
        "Your name",
        "Class or form",
        "Date",
        "knows already",
        "who do you want to know?",
        "How much do you want them to know?",
        "What support do you want from them?",
        "What do you not want them to do?",
        "Who would you rather did not know?",
        "Who must know, whatever you choose, and why?",
        "anything else you want to say?",
        "When will we ask you again?",
    ):
        assert words in text, words


def test_there_is_room_to_write_by_hand() -> None:
    tall = {one["/T"]: one["/Rect"] for _, one in widgets(BLANKS["wishes"]()) if "/T" in one}
    for row in range(1, wishes_form.ROWS + 1):
        for name in ("how_much", "support", "not_do"):
            _, low, _, high = map(float, tall[f"{name}_{row}"])
            assert high - low >= 18 * MM, name
    for row in range(1, 4):
        _, low, _, high = map(float, tall[f"must_know_why_{row}"])
        assert high - low >= 18 * MM


def test_the_filled_wishes_form_says_it_all() -> None:
    text = full_text(FILLED["wishes"]())
    for words in (
        "Who do you want to know?",
        "Sara Whitlock",
        "9C",
        "12 November 2026",
        "Written on paper 12 November 2026, typed up 14 November 2026 at 15:02",
        "Nadia Rahman",
        "Ms Moss, form tutor",
        "Wants them to know",
        "That something happened. Not what.",
        "Let me leave the room without asking",
        "Do not ask me about it in front of others",
        "My uncle Żarko",
        "leads the work to keep you safe",
        "I do not want an assembly about it.",
        "26 November 2026",
        "Copy 3",
        "Confidential",
        HASH,
    ):
        assert words in text, words
    assert text.count("No answer.") == 2


def test_who_should_rather_not_know_can_be_left_out() -> None:
    text = full_text(wishes_form.build(replace(WISHES, rather_not=None)))
    assert "Żarko" not in text
    assert "This part is left out of this copy." in text
    empty = replace(WISHES, people=(), rather_not=(), must_know=(), anything_else="", next_visit="")
    text = full_text(wishes_form.build(empty))
    assert text.count("Nobody was named.") == 2
    assert "No date has been set." in text


# The moving forward plan


def test_the_blank_plan_asks_everything() -> None:
    text = full_text(BLANKS["plan"]())
    for words in (
        "Date",
        "Who takes part in this plan?",
        "What do you use the internet for?",
        "What does “online” mean in this plan?",
        "Why are we making this plan?",
        "What will we do so that you can use the internet safely",
        "Who is responsible",
        "By when",
        "How long does the plan last?",
        "How often do we review it?",
        "How can you signal that you need help?",
        "Where and when is help there then?",
        "Which limits have we agreed for home?",
        "I will know it is about to happen again if I…",
        "To help me manage it, I will…",
        "Other people will notice that it is hard for me if I…",
        "I would like…",
        "What else would help me?",
        "The member of staff’s part",
        "The parents’ or carers’ part",
        "If it helps, I might also speak to…",
        "What happens if somebody does not keep to this plan?",
        "When is this plan reviewed next?",
        "Signature",
        "Notes",
        "You can talk to",
        "They are free: day and time",
        "You find them: room",
        "0800 1111",
        "Last checked 2 March 2026",
        "Where you can report something online",
    ):
        assert words in text, words
    for words in ("I will know it is about to happen again if they…", "To help them manage it"):
        assert text.count(words) == 2, words


def test_each_voice_has_a_page_of_its_own_and_its_lines() -> None:
    pdf = BLANKS["plan"]()
    printed = [squeezed(page) for page in pages(pdf)]
    titles = ("The young person’s part", "The member of staff’s part", "The parents’ or carers’")
    found = [next(i for i, page in enumerate(printed) if each in page) for each in titles]
    assert found == [2, 3, 4]
    names = set(reader(pdf).get_fields() or {})
    for who in ("young", "staff", "carer"):
        assert {f"{who}_will_{row}" for row in range(1, 5)} <= names
    for who in ("young", "staff", "carer", "other_1", "other_2"):
        assert {f"signed_{who}_name", f"signed_{who}_date"} <= names


def test_the_filled_plan_says_it_all() -> None:
    text = full_text(FILLED["plan"]())
    for words in (
        "Edition 2, reviewed 12 November 2026",
        "Written on paper 1 November 2026, typed up 2 November 2026 at 09:10",
        "Games with cousins, football clips",
        "Owen Hart",
        "Member of staff; head of year",
        "Leave the group chat",
        "Done: he showed us",
        "31 December 2026",
        "Two months",
        "The word “umbrella”",
        "Limits agreed for home",
        "No answer.",
        "feel left out",
        "put the phone down tell Mum",
        "go quiet",
        "Mum to ask me how I am",
        "typed up 11 November 2026 at 08:30",
        "I might also speak to",
        "This part is still missing",
        "We meet the same week",
        "26 November 2026",
        "The Friday talks",
        "12 November 2026, signed on paper",
        "Still to sign:",
        "His cousin knows the signal word.",
        "Mrs Žukauskienė",
        "Room 14, by the library",
        "0800 1111",
    ):
        assert words in text, words
    assert "not been agreed" not in text
    draft = replace(PLAN, is_draft=True, signed=(replace(PLAN.signed[0], when=""),))
    assert "This plan has not been agreed yet" in full_text(plan_form.build(draft))


# The disclosure form


def test_the_disclosure_form_asks_everything_in_the_right_order() -> None:
    text = full_text(BLANKS["disclosure"]())
    order = (
        "Is anybody in danger now?",
        "Have they spoken of self-harm or suicide?",
        "ring 999 first",
        "01632 960 100",
        "01632 960 111",
        "What has been done to keep them safe?",
        "Have you told the safeguarding lead in person?",
        "If you write for somebody else",
        "How did this come to you?",
        "When were you told",
        "If you learnt of it at another time",
        "Where?",
        "Who else was there?",
        "The exact words",
        "Whose words are these?",
        "What you saw or heard yourself",
        "What you think, if it matters",
        "Who is involved?",
        "Full names, never initials",
        "Words they use for themselves",
        "Who else knows",
        "Is anybody else at risk?",
        "When did it happen?",
        "offline",
        "Where online?",
        "Whose is it thought to be?",
        "those responsible could find",
        "Images: never look, never copy, never send",
        "What is there said to be",
        "Has a member of staff seen an image?",
        "Why could it not be avoided?",
        "What was done next?",
        "What kind is it?",
        "Gossip or rumours",
        "Made and shared by agreement",
        "An adult took part",
        "Disability",
        "Do the young people know that this was reported?",
        "What have you told the young person?",
        "If somebody else told you: why?",
        "What worries them about telling?",
        "What do they want?",
        "Anything about the family",
        "Your signature",
        "Time",
        "For the safeguarding lead only",
        "Received: date, time",
        "Typed up: date, time",
    )
    at = 0
    for words in order:
        found = text.find(words, at)
        assert found >= 0, f"{words} is missing, or stands before its place"
        at = found


def test_a_choice_takes_one_answer() -> None:
    pdf = BLANKS["disclosure"]()
    field = (reader(pdf).get_fields() or {})["danger"]
    assert field["/Ff"] & (1 << 15)
    assert set(field["/_States_"]) == {"/yes", "/no", "/not_known", "/Off"}
    writer = PdfWriter(clone_from=reader(pdf))
    writer.update_page_form_field_values(writer.pages[0], {"danger": "/no"}, auto_regenerate=False)
    states = [
        one.get_object()["/AS"]
        for one in writer.pages[0]["/Annots"]
        if one.get_object().get("/Parent", {}).get("/T") == "danger"
    ]
    assert states == ["/Off", "/no", "/Off"]


# The help sheet


def test_the_help_sheet_says_where_to_find_help_and_nothing_else() -> None:
    pdf = FILLED["help"]()
    text = full_text(pdf)
    for words in (
        "Where to find help",
        "Mrs Žukauskienė",
        "Tuesdays and Thursdays, at lunch",
        "Room 14, by the library",
        "ask for Mr Hill at the office",
        "Call 999",
        "Call 0800 1111",
        "www.childline.org.uk",
        "Text 85258",
        "Last checked 2 March 2026",
        "www.childnet.com",
        "Page 1 of 1",
    ):
        assert words in text, words
    for words in ("Confidential", "2026-0042", "Copy", "Printed", "Record", "safeguarding", "Sara"):
        assert words not in text, words
    assert (reader(pdf).metadata or {})["/Title"] == "Where to find help"


def test_what_is_not_known_becomes_a_line_to_write_on() -> None:
    unknown = replace(HELP, adult="", when="", where="")
    text = full_text(help_sheet.build(replace(SHEET, help=unknown)))
    for words in ("You can talk to", "They are free", "You find them here"):
        assert words in text


@pytest.mark.parametrize("name", ["help", "wishes"])
def test_young_people_can_read_it(name: str) -> None:
    """Flesch-Kincaid grade 6 or lower, over what the portal itself says."""
    about = replace(HELP, adult="", when="", where="", also="", helplines=(), reports=())
    if name == "help":
        pdf = help_sheet.build(replace(SHEET, help=about))
    else:
        pdf = wishes_form.blank(Blank("Hilltop"))
    said = [each.text for each in elements(pdf) if each.role in {"P", "H1", "H2"}]
    adult = ("Hand it to", "Written:", "Typed up", "Which adult", "When this form")
    sentences = [
        sentence
        for each in said
        for sentence in re.split(r"(?<=[.?!:])\s+", each)
        if len(sentence.split()) > 2 and not each.startswith(adult)
    ]
    assert len(sentences) > 6
    assert grade(sentences) <= 6


def grade(sentences: list[str]) -> float:
    words = [word for each in sentences for word in re.findall(r"[A-Za-z’]+", each)]
    syllables = sum(map(syllables_of, words))
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


def syllables_of(word: str) -> int:
    plain = word.lower()
    groups = len(re.findall(r"[aeiouy]+", plain))
    silent = plain.endswith("e") and not plain.endswith("le") and groups > 1
    return max(1, groups - silent)
