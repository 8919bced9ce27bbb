"""Framed boxes and tables, which split over pages at any line and keep their structure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import cast

from reportlab.platypus.flowables import Flowable

from portal.printing.tagged import Node, TaggedCanvas
from portal.printing.text import TextBlock

_PAD = 3.2  # above and below the text of a cell
_SIDE = 5.0  # beside it
_KEEP_WHOLE = 150.0  # a row or box lower than this moves to the next page in one piece
_KEEP_FACTS = 190.0  # and so does a list of facts, which is read as one thing

_RULE = 0.6  # greys: 0 is black
_SHADE = 0.91


class Outline(Enum):
    BOX = "thick lines on all four sides"
    BAR = "one thick line on the left"


class Framed(Flowable):
    """Paragraphs inside a box, or beside a bar."""

    def __init__(self, blocks: Sequence[TextBlock], outline: Outline) -> None:
        super().__init__()
        self.blocks = list(blocks)
        self.outline = outline
        self.spaceBefore, self.spaceAfter = 6, 10

    @property
    def _inset(self) -> tuple[float, float]:
        return (12, 10) if self.outline is Outline.BOX else (14, 2)

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        side, top = self._inset
        inner = available_width - 2 * side
        self.width = available_width
        self.height = 2 * top + sum(block.wrap(inner, available_height)[1] for block in self.blocks)
        self.height += sum(block.spaceAfter for block in self.blocks[:-1])
        return self.width, self.height

    def least_height(self) -> float:
        if self.height <= _KEEP_WHOLE:
            return self.height
        return 2 * self._inset[1] + self.blocks[0].height + 30

    def split(self, available_width: float, available_height: float, /) -> list[Flowable]:
        self.wrap(available_width, available_height)
        if self.height <= available_height:
            return [self]
        if self.height <= _KEEP_WHOLE:
            return []
        side, top = self._inset
        room = available_height - 2 * top
        here: list[TextBlock] = []
        rest = list(self.blocks)
        while rest and rest[0].height <= room:
            room -= rest[0].height + rest[0].spaceAfter
            here.append(rest.pop(0))
        pieces = rest[0].split(available_width - 2 * side, room) if rest and room > 0 else []
        if pieces:
            here.append(cast("TextBlock", pieces[0]))
            rest[:1] = cast("list[TextBlock]", pieces[1:])
        if not here:
            return []
        return [self._piece(here), self._piece(rest)]

    def _piece(self, blocks: list[TextBlock]) -> "Framed":
        return Framed(blocks, self.outline)

    def draw(self) -> None:
        canvas = cast("TaggedCanvas", self.canv)
        side, top = self._inset
        with canvas.artifact():
            canvas.setStrokeGray(0)
            if self.outline is Outline.BOX:
                canvas.setLineWidth(1.8)
                canvas.rect(0.9, 0.9, self.width - 1.8, self.height - 1.8)
            else:
                canvas.setLineWidth(3)
                canvas.line(2, 0, 2, self.height)
        y = self.height - top
        for block in self.blocks:
            y -= block.height
            block.drawOn(canvas, side, y)
            y -= block.spaceAfter


@dataclass(slots=True)
class Row:
    cells: tuple[TextBlock, ...]
    node: Node
    height: float = 0

    def wrap(self, widths: Sequence[float]) -> float:
        pairs = zip(self.cells, widths, strict=True)
        self.height = 2 * _PAD + max(cell.wrap(width - 2 * _SIDE, 0)[1] for cell, width in pairs)
        return self.height

    def cut(self, room: float) -> tuple["Row", "Row"] | None:
        """Part the lines that fit from the rest; None where the row had better move whole."""
        if self.height <= _KEEP_WHOLE:
            return None
        fitting = self.cells[0].lines_in(room - 2 * _PAD)
        longest = max(len(cell.lines) for cell in self.cells)
        fitting = min(fitting, longest - 2)
        if fitting < 2:
            return None
        halves = [cell.cut(fitting) for cell in self.cells]
        first, rest = zip(*halves, strict=True)
        return Row(first, self.node), Row(rest, self.node)


class Grid(Flowable):
    """A table whose heading is repeated on each page and whose rows may be of any length."""

    def __init__(
        self, widths: Sequence[float], rows: Sequence[Row], heading: Row | None = None
    ) -> None:
        super().__init__()
        self.widths = tuple(widths)
        self.rows = list(rows)
        self.heading = heading
        self.continued = False
        self.spaceBefore, self.spaceAfter = 4, 10

    def wrap(self, _available_width: float, _available_height: float) -> tuple[float, float]:
        self.width = sum(self.widths)
        self.height = self._heading_height() + sum(row.wrap(self.widths) for row in self.rows)
        return self.width, self.height

    def _heading_height(self) -> float:
        return self.heading.wrap(self.widths) if self.heading else 0

    @property
    def _stays_whole(self) -> bool:
        return self.heading is None and self.height <= _KEEP_FACTS

    def least_height(self) -> float:
        if self._stays_whole:
            return self.height
        beginning = sum(row.height for row in self.rows[:2])
        return self._heading_height() + (beginning if beginning <= _KEEP_WHOLE else 60)

    def split(self, available_width: float, available_height: float, /) -> list[Flowable]:
        self.wrap(available_width, available_height)
        if self._stays_whole and self.height > available_height:
            return []
        room = available_height - self._heading_height()
        for index, row in enumerate(self.rows):
            if row.height <= room + 1e-6:
                room -= row.height
                continue
            return self._split_at(index, row.cut(room))
        return [self]

    def _split_at(self, index: int, halves: tuple[Row, Row] | None) -> list[Flowable]:
        """Split before a row, or inside it, so that no short row stands alone on its page."""
        here, rest = self.rows[:index], self.rows[index:]
        if halves:
            here.append(halves[0])
            rest[0] = halves[1]
        elif len(rest) == 1 and len(here) > 2:
            rest.insert(0, here.pop())
        if not here or (len(here) == 1 and here[0].height <= _KEEP_WHOLE and not halves):
            return []
        return [self._piece(here), self._piece(rest, continued=True)]

    def _piece(self, rows: list[Row], *, continued: bool = False) -> "Grid":
        piece = Grid(self.widths, rows, self.heading)
        piece.continued = continued or self.continued
        return piece

    def draw(self) -> None:
        canvas = cast("TaggedCanvas", self.canv)
        top = self.height
        if self.heading:
            self._draw_heading(canvas, self.heading)
            top -= self.heading.height
        for row in self.rows:
            self._draw_row(canvas, row, top)
            top -= row.height

    def _draw_heading(self, canvas: TaggedCanvas, heading: Row) -> None:
        with canvas.artifact():
            canvas.setFillGray(_SHADE)
            bottom = self.height - heading.height
            canvas.rect(0, bottom, self.width, heading.height, stroke=0, fill=1)
            canvas.setFillGray(0)
        if self.continued:  # read aloud once only, where the table begins
            with canvas.artifact():
                self._draw_cells(canvas, heading, self.height, silent=True)
            self._rule(canvas, bottom, 0.8)
        else:
            self._draw_row(canvas, heading, self.height)

    def _draw_row(self, canvas: TaggedCanvas, row: Row, top: float) -> None:
        self._draw_cells(canvas, row, top)
        self._rule(canvas, top - row.height, 0.8 if row is self.heading else 0.4)

    def _draw_cells(
        self, canvas: TaggedCanvas, row: Row, top: float, *, silent: bool = False
    ) -> None:
        x = 0.0
        for cell, width in zip(row.cells, self.widths, strict=True):
            y = top - _PAD - cell.height
            if silent:
                cell.draw_silently(canvas, x + _SIDE, y)
            elif cell.lines:
                cell.drawOn(canvas, x + _SIDE, y)
            x += width

    def _rule(self, canvas: TaggedCanvas, y: float, thickness: float) -> None:
        with canvas.artifact():
            canvas.setStrokeGray(_RULE)
            canvas.setLineWidth(thickness)
            canvas.line(0, y, self.width, y)


class WriteOn(Flowable):
    """A line to write on by hand, with what belongs there printed before it."""

    def __init__(self, label: TextBlock, width: float) -> None:
        super().__init__()
        self.label = label
        self.label_width = width
        self.spaceBefore, self.spaceAfter = 14, 4

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        self.width = available_width
        self.height = self.label.wrap(self.label_width, available_height)[1]
        return self.width, self.height

    def least_height(self) -> float:
        return self.height

    def draw(self) -> None:
        canvas = cast("TaggedCanvas", self.canv)
        self.label.drawOn(canvas, 0, 0)
        with canvas.artifact():
            canvas.setStrokeGray(0)
            canvas.setLineWidth(0.8)
            canvas.line(self.label_width, 2, self.width, 2)
