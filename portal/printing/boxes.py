"""Boxes to write in, squares to tick, circles to choose: each on the paper and a field at once.

Each field stands in the structure tree behind the words that ask for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

from reportlab.platypus.flowables import Flowable

from portal.printing import fonts
from portal.printing.fields import Field, Placed, name_of
from portal.printing.tagged import Node, TaggedCanvas
from portal.printing.text import TextBlock

GAP = 10.0  # between what stands side by side
_INSET = 2.5  # of a field within its box, so that letters keep off the rule
_PAD = 4.0  # around what stands in a cell of a table
_SQUARE = 11.0  # to tick
_BESIDE = 5.0  # between a square and its words


@dataclass(slots=True)
class Box:
    """A box to write in; without a field it is for the pen alone, such as a signature."""

    field: Field | None
    node: Node
    height: float
    words: TextBlock | None = None  # a small label of its own, above it

    def wrap(self, width: float) -> float:
        above = self.words.wrap(width, 0)[1] + 1 if self.words else 0
        return self.height + above


@dataclass(slots=True)
class Option:
    """A square to tick, or a circle where only one of several can be chosen."""

    field: Field
    node: Node
    words: TextBlock
    option: str = ""

    def wrap(self, width: float) -> float:
        gap = self.words.style.leading * 0.2
        return max(_SQUARE, self.words.wrap(width - _SQUARE - _BESIDE, 0)[1]) + gap

    @property
    def full_width(self) -> float:
        style = self.words.style
        return _SQUARE + _BESIDE + fonts.width(self.words.text, style.font, style.size) + 1


@dataclass(slots=True)
class Cell:
    """What is asked at one place: words, then boxes or options, one below the other."""

    words: Sequence[TextBlock] = ()
    boxes: Sequence[Box] = ()
    options: Sequence[Option] = ()
    inline: bool = False  # the options stand side by side as far as there is room
    height: float = field(default=0, init=False)

    def wrap(self, width: float) -> float:
        used = sum(each.wrap(width, 0)[1] for each in self.words)
        if self.words and (self.boxes or self.options):
            used += 3
        used += sum(box.wrap(width) for box in self.boxes)
        used += 3 * max(0, len(self.boxes) - 1)
        if self.boxes and self.options:
            used += 3
        self.height = used + sum(
            max(option.wrap(room) for option, _, room in line) for line in self.lines(width)
        )
        return self.height

    def lines(self, width: float) -> list[list[tuple[Option, float, float]]]:
        """The options line by line, each with where it begins and the room it has."""
        if not self.inline:
            return [[(option, 0.0, width)] for option in self.options]
        found: list[list[tuple[Option, float, float]]] = []
        x = width
        for option in self.options:
            wanted = min(option.full_width, width)
            if x + wanted > width:
                found.append([])
                x = 0
            found[-1].append((option, x, wanted))
            x += wanted + 16
        return found


class FieldRow(Flowable):
    """Cells side by side, kept in one piece; `ruled` where they are a row of a table."""

    def __init__(
        self, cells: Sequence[Cell], widths: Sequence[float], placed: list[Placed], *, ruled: bool
    ) -> None:
        super().__init__()
        self.cells, self.widths, self.placed, self.ruled = list(cells), list(widths), placed, ruled
        self.spaceBefore, self.spaceAfter = (0, 0) if ruled else (4, 7)

    def wrap(self, _available_width: float, _available_height: float) -> tuple[float, float]:
        pad = 2 * _PAD if self.ruled else 0
        pairs = zip(self.cells, self.widths, strict=True)
        self.height = pad + max(cell.wrap(width - pad) for cell, width in pairs)
        self.width = sum(self.widths) + (0 if self.ruled else GAP * (len(self.widths) - 1))
        return self.width, self.height

    def least_height(self) -> float:
        return self.height

    def draw(self) -> None:
        canvas = cast("TaggedCanvas", self.canv)
        pad = _PAD if self.ruled else 0
        # Boxes side by side end on one line, however long the words above them are.
        x = 0.0
        for cell, width in zip(self.cells, self.widths, strict=True):
            if self.ruled:
                with canvas.artifact():
                    canvas.setStrokeGray(0)
                    canvas.setLineWidth(0.8)
                    canvas.rect(x, 0, width, self.height)
            slack = 0 if self.ruled else self.height - cell.height
            self._draw_cell(canvas, cell, (x + pad, self.height - pad, width - 2 * pad), slack)
            x += width + (0 if self.ruled else GAP)

    def _draw_cell(
        self, canvas: TaggedCanvas, cell: Cell, at: tuple[float, float, float], slack: float
    ) -> None:
        x, y, width = at
        pad = _PAD if self.ruled else 0
        for block in cell.words:
            y -= block.height
            block.drawOn(canvas, x, y)
        if cell.words and (cell.boxes or cell.options):
            y -= 3
        y -= slack if cell.boxes else 0
        alone = self.ruled and len(cell.boxes) == 1 and not (cell.options or cell.boxes[0].words)
        for box in cell.boxes:
            if box.words:
                y -= box.words.height
                box.words.drawOn(canvas, x, y)
                y -= 1
            y -= box.height
            if alone:  # the whole cell is the box
                room = (x - pad, 0.0, width + 2 * pad)
                self._draw_box(canvas, box, room, self.height, framed=False)
            else:
                self._draw_box(canvas, box, (x, y, width), box.height, framed=True)
            y -= 3
        for line in cell.lines(width):
            height = max(option.wrap(room) for option, _, room in line)
            for option, begins, _ in line:
                self._draw_option(canvas, option, x + begins, y)
            y -= height

    def _draw_box(
        self,
        canvas: TaggedCanvas,
        box: Box,
        at: tuple[float, float, float],
        height: float,
        *,
        framed: bool,
    ) -> None:
        x, y, width = at
        if framed:
            with canvas.artifact():
                canvas.setStrokeGray(0)
                canvas.setLineWidth(0.7)
                canvas.rect(x, y, width, height)
        if box.field is not None:
            inner = (x + _INSET, y + 1, width - 2 * _INSET, height - 2)
            self._place(canvas, box.field, box.node, inner)

    def _draw_option(self, canvas: TaggedCanvas, option: Option, x: float, y: float) -> None:
        leading = option.words.style.leading
        low = y - (leading + _SQUARE) / 2
        with canvas.artifact():
            canvas.setStrokeGray(0)
            canvas.setLineWidth(0.9)
            if option.option:
                canvas.circle(x + _SQUARE / 2, low + _SQUARE / 2, _SQUARE / 2)
            else:
                canvas.rect(x, low, _SQUARE, _SQUARE)
        box = (x, low, _SQUARE, _SQUARE)
        self._place(canvas, option.field, option.node, box, option.option)
        option.words.drawOn(canvas, x + _SQUARE + _BESIDE, y - option.words.height)

    def _place(
        self,
        canvas: TaggedCanvas,
        what: Field,
        node: Node,
        box: tuple[float, float, float, float],
        option: str = "",
    ) -> None:
        x, y = canvas.absolutePosition(box[0], box[1])
        page = canvas.hold(node, name_of(what, option))
        self.placed.append(Placed(what, page, (x, y, box[2], box[3]), option))
