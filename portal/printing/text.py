"""Text on the page. The only way for what somebody typed to reach a printed document.

ReportLab's own paragraphs read markup, and markup can open files and addresses. Nothing here
reads markup: text is cleaned, broken into lines and drawn, so `<b>` prints as `<b>`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import cast

from reportlab import rl_config
from reportlab.platypus.flowables import Flowable

from portal.printing import fonts
from portal.printing.fonts import ASCENT, DESCENT, GlyphCheck
from portal.printing.tagged import Node, TaggedCanvas

# A second wall, should markup or a picture ever find its way in: no address is trusted.
rl_config.trustedSchemes = ["none"]
rl_config.trustedHosts = ["none.invalid"]

_LONG_RUN_OF_SPACES = re.compile(" {9,}")
_BLANK_LINES = re.compile(r"\n(?: *\n){2,}")
_TELEPHONE_NUMBER = re.compile(r"\b0\d{2,4}(?: \d{3,4}){1,2}\b")
_BREAK_AFTER = frozenset("/?&=-_.:;,%#+@")


@dataclass(frozen=True, slots=True)
class TextStyle:
    font: str
    size: float
    leading: float
    indent: float = 0
    before: float = 0
    after: float = 0


class TextBlock(Flowable):
    """A paragraph, heading, list item or table cell that can be split between any two lines."""

    def __init__(self, lines_of: str, style: TextStyle, node: Node) -> None:
        """Take text that has been cleaned; `text_block` does both."""
        super().__init__()
        self.text = lines_of
        self.style = style
        self.node = node
        self.label = ""
        self.label_node: Node | None = None
        self.outline_level: int | None = None
        self.leads = False  # stays on the page of what follows it
        self.spaceBefore = style.before
        self.spaceAfter = style.after
        self.lines: list[str] = []
        self._broken_at: float | None = None

    def wrap(self, available_width: float, _available_height: float) -> tuple[float, float]:
        if self._broken_at != available_width:
            self.lines = break_lines(self.text, self.style, available_width - self.style.indent)
            self._broken_at = available_width
        self.width = available_width
        self.height = len(self.lines) * self.style.leading
        return self.width, self.height

    def lines_in(self, height: float) -> int:
        return int(height / self.style.leading + 1e-6)

    def split(self, available_width: float, available_height: float, /) -> list[Flowable]:
        """Split so that no line stands alone at the foot or the head of a page."""
        self.wrap(available_width, available_height)
        count, fitting = len(self.lines), self.lines_in(available_height)
        if fitting >= count:
            return [self]
        fitting = min(fitting, count - 2)
        if fitting < 2:
            return []
        first, rest = self.cut(fitting)
        return [first, rest]

    def cut(self, count: int) -> tuple["TextBlock", "TextBlock"]:
        """Part the first lines from the others; both stay one element of the structure."""
        first, rest = self._piece(self.lines[:count]), self._piece(self.lines[count:])
        first.label, first.label_node = self.label, self.label_node
        first.outline_level = self.outline_level
        first.spaceBefore, rest.spaceAfter = self.spaceBefore, self.spaceAfter
        return first, rest

    def _piece(self, lines: list[str]) -> "TextBlock":
        piece = TextBlock("", replace(self.style, before=0, after=0), self.node)
        piece.lines, piece._broken_at = lines, self._broken_at
        return piece

    def least_height(self) -> float:
        """Tell what must fit below a heading before it may stay on the page."""
        count = len(self.lines)
        return self.style.leading * (count if count <= 3 else 2)

    def draw(self) -> None:
        canvas = cast("TaggedCanvas", self.canv)
        if self.outline_level is not None:
            canvas.bookmark("".join(self.lines), self.outline_level, self.height)
        if self.label and self.label_node is not None:
            with canvas.marked(self.label_node):
                canvas.setFont(self.style.font, self.style.size)
                canvas.drawString(self.style.indent - 13, self._baseline, self.label)
        with canvas.marked(self.node):
            self._draw_lines(canvas)

    def draw_silently(self, canvas: TaggedCanvas, x: float, y: float) -> None:
        """Draw the lines as decoration: a heading repeated on the next page."""
        canvas.saveState()
        canvas.translate(x, y)
        self._draw_lines(canvas)
        canvas.restoreState()

    @property
    def _baseline(self) -> float:
        slack = self.style.leading - (ASCENT + DESCENT) * self.style.size
        return self.height - slack / 2 - ASCENT * self.style.size

    def _draw_lines(self, canvas: TaggedCanvas) -> None:
        out = canvas.beginText(self.style.indent, self._baseline)
        out.setFont(self.style.font, self.style.size, self.style.leading)
        for line in self.lines:
            out.textLine(line)
        canvas.drawText(out)


def text_block(glyphs: GlyphCheck, text: str, style: TextStyle, node: Node) -> TextBlock:
    """Any text at all, ready to print: nothing in it is read as markup."""
    cleaned, font = glyphs.clean(text, style.font)
    return TextBlock(cleaned, style if font == style.font else replace(style, font=font), node)


def break_lines(text: str, style: TextStyle, width: float) -> list[str]:
    """Break text at the line ends typed, at spaces, and inside words only where one is too long.

    A line ends in a space wherever the next one begins a new word: without it a screen reader
    would run the two words together.
    """
    text = _BLANK_LINES.sub("\n\n", text.strip("\n"))
    text = _LONG_RUN_OF_SPACES.sub(" " * 8, text)
    text = _TELEPHONE_NUMBER.sub(lambda number: number[0].replace(" ", "\u00a0"), text)
    lines: list[str] = []
    for part in text.split("\n"):
        lines.extend(_wrap(part.rstrip(" "), style, width))
        lines[-1] += " "
    lines[-1] = lines[-1][:-1]
    return lines


def _wrap(part: str, style: TextStyle, width: float) -> Iterator[str]:
    advance = fonts.widths(style.font)
    room = width / style.size
    space = advance[" "]
    line, used = "", 0.0
    for index, word in enumerate(part.split(" ")):
        needed = sum(map(advance.__getitem__, word))
        if index == 0:
            line, used = word, needed
        elif used + space + needed <= room:
            line, used = f"{line} {word}", used + space + needed
        else:
            yield line.rstrip(" ") + " "
            line, used = word, needed
        if used > room:
            *whole, line = _chop(line, advance, room)
            yield from whole
            used = sum(map(advance.__getitem__, line))
    yield line


def _chop(word: str, advance: dict[str, float], room: float) -> Iterator[str]:
    """Cut a word that is wider than a line, after a slash or the like where one is near."""
    start, used = 0, 0.0
    for index, character in enumerate(word):
        if used + advance[character] > room and index > start:
            end = _good_cut(word, start, index)
            yield word[start:end]
            start, used = end, sum(map(advance.__getitem__, word[end:index]))
        used += advance[character]
    yield word[start:]


def _good_cut(word: str, start: int, end: int) -> int:
    earliest = end - (end - start) // 3
    for cut in range(end, earliest, -1):
        if word[cut - 1] in _BREAK_AFTER:
            return cut
    return end
