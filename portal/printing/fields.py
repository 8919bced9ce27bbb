"""Fields of a form to fill in on screen: their font, their widgets, and how they are written.

ReportLab’s own fields know only the fourteen fonts that no file embeds, so the fields are written
here with pikepdf, with an embedded part of DejaVu Sans. A field’s font holds at most 256 letters:
these are the Western ones of Windows and, in the places of signs that nobody writes in a form,
those of Polish, Czech, Hungarian, Croatian, Romanian, Turkish, Lithuanian and Latvian names. What
is typed is kept whole in the field, in any script; a letter outside the font, such as Arabic or
Chinese, is drawn by the reader’s program in a font of its own, or left blank by one that has none.
(PDFium, in Chrome, does so while somebody types with every letter that is not Western.)
"""

import functools
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from reportlab.pdfbase.ttfonts import TTFontMaker, TTFontParser

from portal.printing import fonts
from portal.printing.fonts import REGULAR

SIZE = 10  # of what is typed, in points
_FONT = "HouseForm"
_FONT_NAME = "HOUSEF+DejaVuSans"

_MULTILINE, _NO_SCROLL, _RADIO = 1 << 12, 1 << 23, 1 << 15
_PRINTED = 4

_LETTERS = "ĄąĆćĘęŁłŃńŚśŹźŻżĞğİıŞşĂăȘșȚțČčĎďĚěŇňŘřŤťŮůĐđŐőŰűĖėĮįŲųĀāĒēĢģĪīĶķĻļŅņŪū"
_SIGNS_GIVEN_UP = "¤¦¨ª¬¯²³´µ¶¸¹º¼½¾ƒˆ‰˜‡†±¢¥‹›©®™§«»×÷"
# Codes of a font at which Windows has no letter; 9, 10 and 13 mean something to programs.
_FREE = [code for code in (*range(1, 32), 127, 129, 141, 143, 144, 157) if code not in (9, 10, 13)]


@dataclass(frozen=True, slots=True)
class Field:
    """What is asked at one place. `question` is read aloud and shown when the pointer rests."""

    name: str
    question: str
    multiline: bool = False
    options: tuple[tuple[str, str], ...] = ()  # of one choice: code and words of each
    tick: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """A field, or one option of it, on a page (from 0), with its place from the page’s corner."""

    field: Field
    page: int
    box: tuple[float, float, float, float]
    option: str = ""

    @property
    def name(self) -> str:
        """What the widget is called on its page."""
        return name_of(self.field, self.option)


def name_of(field: Field, option: str = "") -> str:
    return f"{field.name}.{option}" if option else field.name


def add_fields(pdf_bytes: bytes, placed: Sequence[Placed]) -> bytes:
    """Write the fields into a document that has been drawn, in the order in which they stand."""
    with pikepdf.open(BytesIO(pdf_bytes)) as pdf:
        font = _font(pdf)
        choices: dict[str, Any] = {}
        top = Array()
        for one in placed:
            page = pdf.pages[one.page].obj
            widget = _widget(pdf, one, page)
            if "/Annots" not in page:
                page.Annots = Array()
            page.Annots.append(widget)
            if not one.option:
                top.append(widget)
                continue
            group = choices.get(one.field.name)
            if group is None:
                group = choices[one.field.name] = _group(pdf, one.field)
                top.append(group)
            widget.Parent = group
            group.Kids.append(widget)
        pdf.Root.AcroForm = pdf.make_indirect(
            Dictionary(
                Fields=top,
                DR=Dictionary(Font=Dictionary({f"/{_FONT}": font})),
                DA=String(_appearance()),
            )
        )
        result = BytesIO()
        pdf.save(result)
    return result.getvalue()


def _appearance() -> str:
    return f"/{_FONT} {SIZE} Tf 0 g"


def _widget(pdf: pikepdf.Pdf, one: Placed, page: Any) -> Any:
    field = one.field
    x, y, width, height = one.box
    widget = Dictionary(
        Type=Name.Annot,
        Subtype=Name.Widget,
        Rect=Array([round(each, 2) for each in (x, y, x + width, y + height)]),
        F=_PRINTED,
        NM=String(one.name),
        P=page,
    )
    if field.tick or one.option:
        on = Name(f"/{one.option or 'Yes'}")
        widget.AS = Name.Off
        widget.AP = Dictionary(
            N=Dictionary(
                {
                    str(on): _stream(pdf, width, height, _cross(width, height)),
                    "/Off": _stream(pdf, width, height, b""),
                }
            )
        )
        widget.MK = Dictionary(CA=String("8"))
    else:
        widget.AP = Dictionary(N=_stream(pdf, width, height, b"/Tx BMC EMC"))
    if one.option:
        words = dict(field.options)[one.option]
        widget.TU = String(f"{field.question} {words}")
        return pdf.make_indirect(widget)
    widget.T, widget.TU = String(field.name), String(field.question)
    if field.tick:
        widget.FT, widget.V = Name.Btn, Name.Off
    else:
        widget.FT, widget.V, widget.DA = Name.Tx, String(""), String(_appearance())
        # What no longer fits is refused while typing: nothing may be lost when it is printed.
        widget.Ff = _NO_SCROLL | (_MULTILINE if field.multiline else 0)
    return pdf.make_indirect(widget)


def _group(pdf: pikepdf.Pdf, field: Field) -> Any:
    """One choice among several: a field whose options are its widgets."""
    return pdf.make_indirect(
        Dictionary(
            FT=Name.Btn,
            Ff=_RADIO,
            T=String(field.name),
            TU=String(field.question),
            V=Name.Off,
            Kids=Array(),
        )
    )


def _stream(pdf: pikepdf.Pdf, width: float, height: float, content: bytes) -> Any:
    stream = pdf.make_stream(content)
    stream.Type, stream.Subtype = Name.XObject, Name.Form
    stream.BBox = Array([0, 0, round(width, 2), round(height, 2)])
    return stream


def _cross(width: float, height: float) -> bytes:
    """A cross as made with a pen, which needs no font."""
    inset = width * 0.22
    left, right, low, high = inset, width - inset, inset, height - inset
    return (
        f"q 1.6 w 0 G {left:.2f} {low:.2f} m {right:.2f} {high:.2f} l "
        f"{left:.2f} {high:.2f} m {right:.2f} {low:.2f} l S Q"
    ).encode()


# The font of what is typed


@functools.cache
def letters() -> Mapping[int, str]:
    """The letter at each code of the font."""
    found = {}
    for code in range(32, 256):
        try:
            found[code] = bytes([code]).decode("cp1252")
        except UnicodeDecodeError:
            continue
    found.pop(127)
    given_up = [code for code, sign in found.items() if sign in _SIGNS_GIVEN_UP]
    found |= dict(zip([*_FREE, *given_up], _LETTERS, strict=False))
    return {code: letter for code, letter in found.items() if letter in fonts.widths(REGULAR)}


@functools.cache
def _font_file() -> bytes:
    """A part of the house’s font, with a table that finds its glyphs by their Unicode letters."""
    face = fonts.register()[REGULAR].face
    wanted = sorted({ord(letter) for letter in letters().values()})
    parsed: Any = TTFontParser(BytesIO(face.makeSubset(wanted)))
    glyphs = struct.unpack(f">{len(wanted)}H", parsed.get_table("cmap")[22:])
    maker: Any = TTFontMaker()
    for tag in parsed.table:
        maker.add(tag, parsed.get_table(tag))
    maker.add("cmap", _cmap(dict(zip(wanted, glyphs, strict=True))))
    made: bytes = maker.makeStream()
    return made


def _cmap(glyphs: Mapping[int, int]) -> bytes:
    """A table of format 4 with a segment for each letter."""
    ends = [*glyphs, 0xFFFF]
    deltas = [(glyph - code) % 0x10000 for code, glyph in glyphs.items()] + [1]
    count = len(ends)
    power = 1 << (count.bit_length() - 1)
    head = (count * 2, power * 2, power.bit_length() - 1, (count - power) * 2)
    body = struct.pack(
        f">4H{count}HH{count}H{count}H{count}H",
        *head, *ends, 0, *ends, *deltas, *([0] * count),
    )  # fmt: skip
    table = struct.pack(">3H", 4, len(body) + 6, 0) + body
    return struct.pack(">4HL", 0, 1, 3, 1, 12) + table


def _font(pdf: pikepdf.Pdf) -> Any:
    face = fonts.register()[REGULAR].face
    found, advance = letters(), fonts.widths(REGULAR)
    program = _font_file()
    stream = pdf.make_stream(program)
    stream.Length1 = len(program)
    descriptor = pdf.make_indirect(
        Dictionary(
            Type=Name.FontDescriptor,
            FontName=Name(f"/{_FONT_NAME}"),
            Flags=32,
            FontBBox=Array([int(each) for each in face.bbox]),
            ItalicAngle=0,
            Ascent=int(face.ascent),
            Descent=int(face.descent),
            CapHeight=int(face.capHeight),
            StemV=int(face.stemV),
            FontFile2=stream,
        )
    )
    differences = Array()
    for code, letter in found.items():
        if bytes([code]).decode("cp1252", "replace") != letter or code < 32:
            differences.append(code)
            differences.append(Name(f"/{_glyph_name(letter)}"))
    widths = [round(advance[found[code]] * 1000) if code in found else 0 for code in range(256)]
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.TrueType,
            BaseFont=Name(f"/{_FONT_NAME}"),
            FirstChar=0,
            LastChar=255,
            Widths=Array(widths),
            FontDescriptor=descriptor,
            Encoding=Dictionary(
                Type=Name.Encoding, BaseEncoding=Name.WinAnsiEncoding, Differences=differences
            ),
            ToUnicode=pdf.make_stream(_to_unicode(found)),
        )
    )


def _glyph_name(letter: str) -> str:
    return f"uni{ord(letter):04X}"


def _to_unicode(found: Mapping[int, str]) -> bytes:
    pairs = [f"<{code:02X}> <{ord(letter):04X}>" for code, letter in sorted(found.items())]
    blocks = [pairs[start : start + 100] for start in range(0, len(pairs), 100)]
    lines = [
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
        "/CMapName /HouseForm def /CMapType 2 def",
        "1 begincodespacerange <00> <FF> endcodespacerange",
    ]
    for block in blocks:
        lines += [f"{len(block)} beginbfchar", *block, "endbfchar"]
    lines.append("endcmap CMapName currentdict /CMap defineresource pop end end")
    return "\n".join(lines).encode()
