"""The page: its margins, and the head and foot that every page of every document carries."""

from functools import partial

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm

from portal.printing import fonts
from portal.printing.fonts import BOLD, REGULAR, GlyphCheck
from portal.printing.furniture import Furniture
from portal.printing.tagged import TaggedCanvas

SIDE = 20 * mm
TOP = 25 * mm
BOTTOM = 25 * mm
WIDTH = A4[0] - 2 * SIDE

_HEAD_SIZE = 9.0
_FOOT_SIZE = 8.5


class PageFurniture:
    """Draws the head and foot; what is too long for its place ends in “…”, never in the margin."""

    def __init__(self, about: Furniture, glyphs: GlyphCheck) -> None:
        clean = partial(_one_line, glyphs)
        self.school = clean(about.school, BOLD)
        self.reference = clean(about.reference, BOLD)
        self.marking = clean(about.marking, BOLD)
        on = f" on {about.printed_at}" if about.printed_at else ""
        self.printed = clean(f"Printed by {about.printed_by}{on}" if about.printed_by else "")
        copy = f"Copy {about.copy_number}" if about.copy_number else ""
        recipient = f"For: {about.recipient}" if about.recipient else ""
        self.copy = clean(" · ".join(filter(None, (copy, recipient))))
        self.check = f"Record check {about.short_hash}" if about.journal_hash else ""

    def __call__(self, canvas: TaggedCanvas, page: int, pages: int) -> None:
        with canvas.artifact("/Type /Pagination /Subtype /Header"):
            self._head(canvas)
        with canvas.artifact("/Type /Pagination /Subtype /Footer"):
            self._foot(canvas, f"Page {page} of {pages}")

    def _head(self, canvas: TaggedCanvas) -> None:
        y = A4[1] - 14 * mm
        _rule(canvas, y - 6)
        canvas.setFont(BOLD, _HEAD_SIZE)
        middle = fonts.width(self.marking, BOLD, _HEAD_SIZE)
        side = (WIDTH - middle) / 2 - 10
        canvas.drawString(SIDE, y, _fitted(self.school, BOLD, _HEAD_SIZE, side))
        canvas.drawCentredString(A4[0] / 2, y, self.marking)
        canvas.drawRightString(A4[0] - SIDE, y, _fitted(self.reference, BOLD, _HEAD_SIZE, side))

    def _foot(self, canvas: TaggedCanvas, page_number: str) -> None:
        y = 14 * mm
        _rule(canvas, y + 12)
        _foot_line(canvas, y, self.printed, page_number)
        _foot_line(canvas, y - 12, self.copy, self.check)


def _foot_line(canvas: TaggedCanvas, y: float, left: str, right: str) -> None:
    canvas.setFont(REGULAR, _FOOT_SIZE)
    room = WIDTH - fonts.width(right, REGULAR, _FOOT_SIZE) - 12
    canvas.drawString(SIDE, y, _fitted(left, REGULAR, _FOOT_SIZE, room))
    canvas.drawRightString(A4[0] - SIDE, y, right)


def _rule(canvas: TaggedCanvas, y: float) -> None:
    canvas.setFillGray(0)
    canvas.setStrokeGray(0)
    canvas.setLineWidth(0.6)
    canvas.line(SIDE, y, A4[0] - SIDE, y)


def _one_line(glyphs: GlyphCheck, text: str, font: str = REGULAR) -> str:
    """Text for the head or foot; only what its font prints, as there is no other font there."""
    cleaned, used = glyphs.clean(text, font)
    if used != font:
        cleaned = "".join(
            each if each in fonts.printable(font) else fonts.code_of(each) for each in cleaned
        )
    return " ".join(cleaned.split())


def _fitted(text: str, font: str, size: float, room: float) -> str:
    if fonts.width(text, font, size) <= room:
        return text
    while text and fonts.width(f"{text}…", font, size) > room:
        text = text[:-1]
    return f"{text}…"
