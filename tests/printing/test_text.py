"""Whatever somebody types is printed as typed, inside the margins, and opens nothing."""

import ast
import builtins
import io
import os
import socket
import string
import urllib.request
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab import rl_config

from portal.printing import fonts
from portal.printing.fonts import BOLD, OBLIQUE, REGULAR, GlyphCheck
from portal.printing.house import BODY, Document
from portal.printing.text import break_lines

from .reading import elements, full_text, pages, reader, squeezed
from .summaries import FURNITURE

MARKUP = (
    "<img src='/etc/hostname'/>",
    '<img src="http://127.0.0.1:9/x.png" width="1in"/>',
    "{{7*7}}",
    "<b>unclosed",
    "</para><para>",
    "R&B &amp; &lt; &#65;",
    '<font color="[[].append(1)]">red</font>',
    '<a href="javascript:alert(1)">here</a>',
    "a < b > c",
    "(a) \\ (b",
)
NAMES = (
    "Łukasz Żółkiewski",
    "Nguyễn Thị Ánh",
    "Zoë O’Neil",
    "Ольга Щукина",
    "Γιώργος Παπαδόπουλος",
    "Şebnem Çağlayan",
    "Siân Ŵyn",
)


def printed(text: str) -> str:
    document = Document(FURNITURE)
    document.paragraph(text)
    return elements(document.to_bare_pdf())[1].text


def everywhere(text: str) -> bytes:
    """The same text in every kind of block."""
    document = Document(FURNITURE)
    document.heading(text, 2)
    document.paragraph(text)
    document.quote(text, text)
    document.notice(text, (text,))
    document.bullets((text,))
    document.facts(((text, text),))
    document.table(((text[:200], 1), (text[:200], 2)), ((text, text), ("short", text)))
    return document.to_bare_pdf()


@pytest.mark.parametrize("text", MARKUP)
def test_markup_is_printed_as_it_was_typed(text: str) -> None:
    assert printed(text) == text
    assert text in full_text(everywhere(text))


@pytest.mark.parametrize("name", NAMES)
def test_no_name_loses_a_letter(name: str) -> None:
    pdf = everywhere(name)
    texts = {each.text for each in elements(pdf)} - {"", "•", "short"}
    assert texts == {name, f"— {name}"}
    assert full_text(pdf).count(name) == 14


def test_a_name_typed_with_combining_accents_prints_the_same() -> None:
    assert printed("Zoe\u0308 Nguye\u0302\u0303n") == "Zoë Nguyễn"


def test_nothing_is_opened_or_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    fonts.register()
    everywhere("warm up")

    def refuse(*args: object, **_: object) -> None:
        raise AssertionError(f"opened {args}")

    monkeypatch.setattr(builtins, "open", refuse)
    monkeypatch.setattr(io, "open", refuse)
    monkeypatch.setattr(os, "open", refuse)
    monkeypatch.setattr(Path, "open", refuse)
    monkeypatch.setattr(urllib.request, "urlopen", refuse)
    monkeypatch.setattr(socket, "socket", refuse)
    for text in MARKUP:
        everywhere(text)


def test_no_module_reads_markup_or_knows_the_rest_of_the_portal() -> None:
    folder = Path(__file__).resolve().parents[2] / "portal" / "printing"
    for module in folder.glob("*.py"):
        source = module.read_text()
        names = [
            f"{getattr(node, 'module', '') or ''}.{alias.name}".strip(".")
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        ]
        assert not [each for each in names if "paragraph" in each.lower()], module.name
        assert not [each for each in names if each.split(".")[0] in {"flask", "sqlalchemy"}]
        inside = [each for each in names if each.startswith("portal")]
        assert all(each.startswith("portal.printing.") for each in inside), module.name


def test_no_address_is_trusted() -> None:
    assert rl_config.trustedSchemes == ["none"]
    assert rl_config.trustedHosts == ["none.invalid"]


def test_no_link_is_made() -> None:
    pdf = everywhere('https://instagram.example/x <a href="https://x.example">x</a>')
    assert all("/Annots" not in page for page in reader(pdf).pages)


def test_line_ends_and_spaces_are_kept() -> None:
    text = "one\n  two   three\n\n\n\nfour"
    assert break_lines(text, BODY, 400) == ["one ", "  two   three ", " ", "four"]


def test_a_long_word_is_broken_inside_the_margin() -> None:
    word = "".join(string.ascii_letters[number % 52] for number in range(5000))
    lines = break_lines(word, BODY, 300)
    assert "".join(lines) == word
    assert max(fonts.width(line, REGULAR, BODY.size) for line in lines) <= 300
    assert printed(word) == word


def test_an_address_is_broken_after_a_slash_or_the_like() -> None:
    address = "https://instagram.example/" + "/".join(["abcdefghij"] * 25)
    lines = break_lines(address, BODY, 300)
    assert "".join(lines) == address
    assert all(line[-1] in "/." for line in lines[:-1])


@pytest.mark.parametrize("length", [20_000, 100_000])
def test_very_long_text_splits_over_pages_in_any_block(length: int) -> None:
    text = squeezed(" ".join(f"word{number}" for number in range(length // 9)))
    document = Document(FURNITURE)
    document.facts((("Long", text),))
    document.table((("A", 1), ("B", 3)), (("x", text),))
    document.notice("Notice", (text,))
    document.quote(text, "somebody")
    found = [each.text for each in elements(document.to_bare_pdf())]
    assert found.count(text) == 4


def test_a_character_without_a_glyph_prints_as_its_code_and_is_named_at_the_end() -> None:
    text = full_text(everywhere("Name 中 and 😀"))
    assert "Name [U+4E2D] and [U+1F600]" in text
    note = text[text.index("Some characters could not be printed") :]
    assert "[U+4E2D] cjk unified ideograph-4e2d" in note
    assert "[U+1F600] grinning face" in note


def test_many_missing_characters_are_counted_not_all_named() -> None:
    document = Document(FURNITURE)
    document.paragraph("".join(map(chr, range(0x4E00, 0x4E32))))
    assert "and 30 more, marked in the same way" in full_text(document.to_bare_pdf())


def test_no_note_where_everything_was_printed() -> None:
    assert "could not be printed" not in full_text(everywhere("Łukasz"))


def test_a_recipient_that_cannot_be_printed_is_noted_too() -> None:
    furniture = FURNITURE.__class__("中 School", "1", "Title", "A", "B", 1, recipient="Ж中")
    printed_text = full_text(Document(furniture).to_pdf())
    assert "[U+4E2D] School" in printed_text
    assert "Some characters could not be printed" in printed_text


def test_invisible_marks_and_controls_do_no_harm() -> None:
    marks = "a\u200eb\u200fc\u202ed\u2066e\u200bf\u200dg\ufeffh\x00i\x07j\x1bk\u00adl\x7fm\ufe0fn"
    assert printed(marks) == "abcdefghijklmn"
    assert printed("\x00") == ""
    everywhere("\u202e\u200f\x00")


def test_lone_surrogates_print_as_their_code() -> None:
    assert printed("a\ud800b") == "a[U+D800]b"


def test_right_to_left_words_keep_their_letters_and_are_explained() -> None:
    found = [each.text for each in elements(everywhere("שרה"))]
    assert found.count("שרה") == 13
    assert "written from right to left" in found[-1]


def test_spaces_of_other_widths_are_spaces() -> None:
    assert printed("a\u2003b\u3000c\u2009d") == "a b c d"
    assert printed("a\u00a0b\u202fc") == "a b c"


def test_every_font_falls_back_rather_than_losing_a_letter() -> None:
    check = GlyphCheck()
    only_regular = sorted(fonts.printable(REGULAR) - fonts.printable(OBLIQUE))
    assert only_regular, "this test needs a character that the oblique font lacks"
    assert check.clean(only_regular[0], OBLIQUE) == (only_regular[0], REGULAR)
    assert check.clean("plain", BOLD) == ("plain", BOLD)
    assert not check.missing


def test_every_font_is_embedded() -> None:
    for page in reader(everywhere("Łukasz Ольга")).pages:
        for font in page["/Resources"]["/Font"].values():
            assert "/FontFile2" in font.get_object()["/FontDescriptor"]


def test_a_telephone_number_is_not_broken() -> None:
    text = "Outside those hours ring " + "x " * 20 + "0121 496 0199 please"
    for width in range(100, 400, 7):
        assert any("0121\u00a0496\u00a00199" in line for line in break_lines(text, BODY, width))


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(), max_size=300))
def test_any_text_at_all_builds(text: str) -> None:
    assert len(pages(everywhere(text))) >= 1


@settings(max_examples=60, deadline=None)
@given(st.text(st.sampled_from(sorted(set(map(chr, range(33, 0x17F))) - {"\xad"})), max_size=200))
def test_any_latin_text_comes_back_exactly(text: str) -> None:
    visible = "".join(each for each in text if each.isprintable())
    assert printed(visible).replace("\u00a0", " ") == visible
