"""A form for both pen and screen: a document of the house with places to write.

Nobody’s data stands in it. Every field carries its whole question, for those who hear the form.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.units import mm

from portal.printing.blocks import Grid, Row
from portal.printing.boxes import GAP, Box, Cell, FieldRow, Option
from portal.printing.fields import Field, Placed, add_fields
from portal.printing.fonts import BOLD, REGULAR
from portal.printing.furniture import Furniture
from portal.printing.house import CELL_HEADING, SMALL, Document
from portal.printing.page import WIDTH
from portal.printing.tagged import Node
from portal.printing.text import TextBlock, TextStyle

LINE = 9 * mm  # room for one line by hand
LABEL = TextStyle(BOLD, 10.5, 14)
HINT = TextStyle(REGULAR, 9.5, 12.5)
OPTION = TextStyle(REGULAR, 10.5, 14)
SMALL_OPTION = TextStyle(REGULAR, 9.5, 12)  # in long lists


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: its field’s name, the words, and how much room there is to answer.

    `spoken` is the whole question where the words on the paper lean on what stands around them.
    Without a name there is no field: the box is for the pen alone.
    """

    name: str
    question: str
    height: float = LINE
    hint: str = ""
    share: float = 1.0
    spoken: str = ""


@dataclass(frozen=True, slots=True)
class Ticked:
    """A square to tick, with what a tick means."""

    name: str
    words: str
    spoken: str = ""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A question with its possible answers, each a code and its words."""

    name: str
    question: str
    options: tuple[tuple[str, str], ...]


class FormDocument(Document):
    """A document with places to write, laid out in the order in which it is filled in."""

    def __init__(self, furniture: Furniture) -> None:
        super().__init__(furniture)
        self._placed: list[Placed] = []

    def _draw(self) -> bytes:
        return add_fields(super()._draw(), self._placed)

    def ask(
        self, name: str, question: str, height: float = LINE, hint: str = "", spoken: str = ""
    ) -> None:
        self.ask_beside(Asked(name, question, height, hint, spoken=spoken))

    def ask_beside(self, *asked: Asked) -> None:
        """Add questions side by side, each with its words above its box."""
        cells = [
            Cell(self._words(one.question, one.hint, self._root), [self._box(one, self._root)])
            for one in asked
        ]
        self._row_of(cells, [one.share for one in asked])

    def ask_lines(self, question: str, names: Sequence[str], whose: str = "") -> None:
        """Add one question with several lines to answer, each a field of its own."""
        said = f"{whose}: {_inside(question)}" if whose else question
        boxes = [
            self._box(Asked(name, question, spoken=f"{said} ({number})"), self._root)
            for number, name in enumerate(names, start=1)
        ]
        self._row_of([Cell(self._words(question, "", self._root), boxes)], [1])

    def choose(self, *chosen: Chosen) -> None:
        """Add questions side by side of which one answer each can be chosen."""
        cells = []
        for one in chosen:
            words = self._words(one.question, "", self._root)
            what = Field(one.name, one.question, options=one.options)
            options = [self._option(what, said, self._root, code) for code, said in one.options]
            cells.append(Cell(words, options=options, inline=True))
        self._row_of(cells, [1] * len(cells))

    def tick(self, question: str, ticked: Sequence[Ticked], *, inline: bool = False) -> None:
        """Add a list of squares to tick, any number of them."""
        words = self._words(question, "", self._root)
        options = [self._ticked(one, self._root, question, SMALL_OPTION) for one in ticked]
        self._row_of([Cell(words, options=options, inline=inline)], [1])

    def field_table(
        self,
        columns: Sequence[tuple[str, float]],
        rows: Sequence[Sequence[Sequence[Asked | Ticked]]],
    ) -> None:
        """Add a table to fill in: in each cell what is asked there, one below the other."""
        whole = sum(share for _, share in columns)
        widths = [WIDTH * share / whole for _, share in columns]
        table = Node("Table", self._root)
        line = Node("TR", table)
        names = [
            self._block(name, CELL_HEADING, Node("TH", line, scope="Column")) for name, _ in columns
        ]
        heading = Grid(widths, [], Row(tuple(names), line))
        heading.spaceAfter = 0
        self._story.append(heading)
        for asked in rows:
            line = Node("TR", table)
            cells = [self._table_cell(each, Node("TD", line)) for each in asked]
            self._story.append(FieldRow(cells, widths, self._placed, ruled=True))
        self.space(10)

    def rows(
        self, noun: str, columns: Sequence[tuple[str, str, float]], count: int, height: float
    ) -> None:
        """Add a table of empty rows; each column has a code, its words and its share of the width.

        A field is named by its column and row, and is read aloud as “Person 2: full name”.
        """
        self.field_table(
            [(words, share) for _, words, share in columns],
            [
                [
                    (Asked(f"{code}_{row}", "", height, spoken=f"{noun} {row}: {_inside(words)}"),)
                    for code, words, _ in columns
                ]
                for row in range(1, count + 1)
            ],
        )

    def sign(self, parties: Sequence[tuple[str, str]]) -> None:
        """Add boxes for names, signatures by hand, and dates."""
        for code, who in parties:
            self.ask_beside(
                Asked(f"{code}_name", f"{who}: name", share=0.4),
                Asked("", "Signature", share=0.38),
                Asked(f"{code}_date", "Date", share=0.22, spoken=f"{who}: date of signature"),
            )

    # What the above are made of

    def _row_of(self, cells: Sequence[Cell], shares: Sequence[float]) -> None:
        room = WIDTH - GAP * (len(cells) - 1)
        widths = [room * share / sum(shares) for share in shares]
        self._story.append(FieldRow(cells, widths, self._placed, ruled=False))

    def _words(self, question: str, hint: str, parent: Node) -> list[TextBlock]:
        words = [self._block(question, LABEL, Node("P", parent))] if question else []
        if hint:
            words.append(self._block(hint, HINT, Node("P", parent)))
        return words

    def _table_cell(self, asked: Sequence[Asked | Ticked], parent: Node) -> Cell:
        texts = [one for one in asked if isinstance(one, Asked)]
        boxes = [self._box(one, parent, alone=len(texts) == 1) for one in texts]
        options = [self._ticked(one, parent) for one in asked if isinstance(one, Ticked)]
        return Cell(boxes=boxes, options=options)

    def _box(self, one: Asked, parent: Node, *, alone: bool = True) -> Box:
        what = None
        if one.name:
            what = Field(one.name, one.spoken or one.question, multiline=one.height > 1.3 * LINE)
        label = None if alone else self._block(one.question, SMALL, Node("P", parent))
        return Box(what, Node("Form", parent), one.height, label)

    def _ticked(
        self, one: Ticked, parent: Node, question: str = "", style: TextStyle = OPTION
    ) -> Option:
        said = one.spoken or " ".join(filter(None, (question, one.words)))
        what = Field(one.name, said, tick=True)
        words = self._block(one.words, style, Node("P", parent))
        return Option(what, Node("Form", parent), words)

    def _option(self, what: Field, words: str, parent: Node, code: str) -> Option:
        return Option(
            what, Node("Form", parent), self._block(words, OPTION, Node("P", parent)), code
        )


def _inside(words: str) -> str:
    """Words as they stand after a colon."""
    return words[:1].lower() + words[1:]
