"""The embedded fonts, and what to do with a character they lack."""

import functools
import unicodedata
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

FONT_FOLDER = Path(__file__).resolve().parents[2] / "static" / "fonts"

REGULAR = "House"
BOLD = "House-Bold"
OBLIQUE = "House-Oblique"

ASCENT = 0.928  # of DejaVu Sans, as a part of the size
DESCENT = 0.236

_FILES = {
    REGULAR: "DejaVuSans.ttf",
    BOLD: "DejaVuSans-Bold.ttf",
    OBLIQUE: "DejaVuSans-Oblique.ttf",
}

# Most format characters are invisible; these are drawn, so they count as letters.
_DRAWN_FORMAT_CHARACTERS = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u08e2")
_VARIATION_SELECTORS = frozenset(
    [*map(chr, range(0xFE00, 0xFE10)), *map(chr, range(0xE0100, 0xE01F0))]
)
_LINE_ENDS = dict.fromkeys(map(ord, "\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"), "\n")
_NO_BREAK_SPACES = frozenset("\u00a0\u202f\u2007")


@functools.cache
def register() -> dict[str, TTFont]:
    """Make the fonts known to ReportLab, once for the process."""
    registered = {}
    for name, file_name in _FILES.items():
        path = FONT_FOLDER / file_name
        if not path.exists():  # only the oblique may be missing
            path = FONT_FOLDER / _FILES[REGULAR]
        registered[name] = TTFont(name, path, shapable=False)
        pdfmetrics.registerFont(registered[name])
    return registered


@functools.cache
def widths(font: str) -> dict[str, float]:
    """Advance widths for a font of one point, by character."""
    face = register()[font].face
    return {chr(code): width / 1000 for code, width in face.charWidths.items()}


def width(text: str, font: str, size: float) -> float:
    """Measure text that has been through a `GlyphCheck`."""
    return sum(map(widths(font).__getitem__, text)) * size


@functools.cache
def printable(font: str) -> frozenset[str]:
    """List the characters a font prints as they are.

    Characters beyond U+FFFF are left out even where the font draws them: ReportLab writes no
    readable text for them, so they would be lost to a search and to a screen reader.
    """
    drawn = {
        character
        for character in widths(font)
        if character <= "\uffff"
        and unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"}
    }
    return frozenset(drawn - _VARIATION_SELECTORS | {" ", "\u00a0"})


class GlyphCheck:
    """Makes text printable and remembers, for one document, what could not be printed."""

    def __init__(self) -> None:
        self.missing: dict[str, None] = {}
        self.right_to_left = False

    def clean(self, text: str, font: str) -> tuple[str, str]:
        """Give the text as it can be printed, and the font that prints it.

        Nothing is dropped but what has no shape of its own (control characters and invisible
        marks). A letter that no font holds becomes a code such as [U+4E2D].
        """
        text = text.replace("\r\n", "\n").translate(_LINE_ENDS).replace("\t", "    ")
        text = unicodedata.normalize("NFC", text)
        used = set(text) - {"\n"}
        if not text.isascii():
            self._note_direction(used)
        unknown = used - printable(font)
        if unknown and font != REGULAR and (unknown & printable(REGULAR)):
            font, unknown = REGULAR, used - printable(REGULAR)
        if unknown:
            text = text.translate({ord(each): self._stand_in(each) for each in unknown})
        return text, font

    def _note_direction(self, characters: set[str]) -> None:
        if any(unicodedata.bidirectional(each) in {"R", "AL"} for each in characters - {"\u200f"}):
            self.right_to_left = True

    def _stand_in(self, character: str) -> str:
        if character in _NO_BREAK_SPACES:
            return "\u00a0"
        category = unicodedata.category(character)
        if category == "Zs":
            return " "
        invisible = category == "Cf" and character not in _DRAWN_FORMAT_CHARACTERS
        if invisible or category == "Cc" or character in _VARIATION_SELECTORS:
            return ""
        self.missing[character] = None
        return code_of(character)


def code_of(character: str) -> str:
    return f"[U+{ord(character):04X}]"


def name_of(character: str) -> str:
    """Give the code of a character and, where it has one, its name."""
    name = unicodedata.name(character, "")
    return f"{code_of(character)} {name.lower()}" if name else code_of(character)
