"""The house's own document: its page, its styles, and the blocks every document is made of.

A feature's document creates a `Document`, adds blocks in reading order and asks for the bytes.
Nothing depends on colour; everything is written in memory.
"""

import io
import threading
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Frame,
    PageBreak,
    PageTemplate,
    Spacer,
)
from reportlab.platypus.flowables import Flowable

from portal.printing import fonts
from portal.printing.blocks import Framed, Grid, Outline, Row, WriteOn
from portal.printing.fonts import BOLD, OBLIQUE, REGULAR, GlyphCheck
from portal.printing.furniture import Furniture
from portal.printing.page import BOTTOM, SIDE, TOP, WIDTH, PageFurniture
from portal.printing.signing import CopyBegins, Signatures
from portal.printing.tagged import LANGUAGE, Node, TaggedCanvas, write_structure
from portal.printing.text import TextBlock, TextStyle, text_block

NOTHING_RECORDED = "Nothing recorded."

SIGNED = ("Name", "Signature", "Date and time")
LABELS = 48 * mm  # the column of labels in a list of facts

BODY = TextStyle(REGULAR, 11, 15, after=6)
STRONG = TextStyle(BOLD, 11, 15, after=6)
SMALL = TextStyle(REGULAR, 10, 13.5, after=4)
QUOTE = TextStyle(OBLIQUE, 11, 15, after=3)
LIST = TextStyle(REGULAR, 11, 15, indent=16, after=2)
CAPTION = TextStyle(REGULAR, 9, 12)
CELL = TextStyle(REGULAR, 10, 13)
CELL_HEADING = TextStyle(BOLD, 10, 13)
KEY = TextStyle(BOLD, 16, 22)
KEY_LABEL = TextStyle(REGULAR, 10, 22)
HEADINGS = {
    1: TextStyle(BOLD, 19, 24, before=0, after=8),
    2: TextStyle(BOLD, 14, 18, before=13, after=3),
    3: TextStyle(BOLD, 11.5, 15, before=7, after=2),
}

_NAMED_CHARACTERS = 20

# ReportLab's fonts may not be used for two documents at the same time.
_one_at_a_time = threading.Lock()


class Document:
    """Collects blocks in reading order, then prints them with the house's head and foot."""

    def __init__(self, furniture: Furniture) -> None:
        fonts.register()
        self.furniture = furniture
        self._root = Node("Document")
        self._glyphs = GlyphCheck()
        self._story: list[Flowable] = []

    # What documents are made of

    def heading(self, text: str, level: int = 2) -> None:
        block = self._block(text, HEADINGS[level], Node(f"H{level}", self._root))
        block.outline_level = level - 1
        block.leads = True
        self._story.append(block)

    def paragraph(self, text: str, style: TextStyle = BODY) -> None:
        self._story.append(self._block(text, style, Node("P", self._root)))

    def lead_in(self, text: str, style: TextStyle = BODY) -> None:
        """Add a line that introduces the next block and stays on its page."""
        block = self._block(text, style, Node("P", self._root))
        block.leads = True
        self._story.append(block)

    def nothing_recorded(self) -> None:
        self.paragraph(NOTHING_RECORDED)

    def quote(self, words: str, speaker: str) -> None:
        """Somebody's own words, set apart so that nobody takes them for the school's."""
        parent = Node("BlockQuote", self._root)
        blocks = [self._block(words, QUOTE, Node("P", parent))]
        if speaker:
            blocks.append(self._block(f"— {speaker}", SMALL, Node("P", parent)))
        self._story.append(Framed(blocks, Outline.BAR))

    def notice(self, title: str, paragraphs: Iterable[str]) -> None:
        """Add a box with a thick border, for what must not be overlooked."""
        parent = Node("Div", self._root)
        blocks = [self._block(title, STRONG, Node("P", parent))]
        blocks += [self._block(each, BODY, Node("P", parent)) for each in paragraphs]
        self._story.append(Framed(blocks, Outline.BOX))

    def bullets(self, items: Iterable[str]) -> None:
        parent = Node("L", self._root)
        for item in items:
            entry = Node("LI", parent)
            label = Node("Lbl", entry)
            block = self._block(item, LIST, Node("LBody", entry))
            block.label, block.label_node = "•", label
            self._story.append(block)

    def facts(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Labels and what stands against them; a pair without a value is left out."""
        known = [pair for pair in pairs if pair[1].strip()]
        if not known:
            self.nothing_recorded()
            return
        table = Node("Table", self._root)
        rows = [self._row(pair, table, first_leads=True) for pair in known]
        self._story.append(Grid((LABELS, WIDTH - LABELS), rows))

    def table(self, columns: Sequence[tuple[str, float]], rows: Iterable[Sequence[str]]) -> None:
        """Add a table; each column has a heading and its share of the width."""
        rows = list(rows)
        if not rows:
            self.nothing_recorded()
            return
        whole = sum(share for _, share in columns)
        widths = [WIDTH * share / whole for _, share in columns]
        table = Node("Table", self._root)
        line = Node("TR", table)
        heading = Row(
            tuple(
                self._block(name, CELL_HEADING, Node("TH", line, scope="Column"))
                for name, _ in columns
            ),
            line,
        )
        self._story.append(Grid(widths, [self._row(row, table) for row in rows], heading))

    def lines(
        self, columns: Sequence[tuple[TextStyle, float]], rows: Iterable[Sequence[str]]
    ) -> None:
        """Add a table whose rows are headed by their first cell; each column has a style."""
        table = Node("Table", self._root)
        found = []
        for row in rows:
            line = Node("TR", table)
            nodes = [Node("TH", line, scope="Row"), *(Node("TD", line) for _ in row[1:])]
            cells = [
                self._block(text, style, node)
                for text, (style, _), node in zip(row, columns, nodes, strict=True)
            ]
            found.append(Row(tuple(cells), line))
        self._story.append(Grid([WIDTH * share for _, share in columns], found))

    def key(self, groups: Sequence[str], per_line: int = 4) -> None:
        """Add a key to be read aloud or typed: large, in groups."""
        table = Node("Table", self._root)
        rows = []
        for start in range(0, len(groups), per_line):
            line = Node("TR", table)
            label = f"Line {start // per_line + 1}"
            cells = [self._block(label, KEY_LABEL, Node("TH", line, scope="Row"))]
            for index in range(start, start + per_line):
                group = groups[index] if index < len(groups) else ""
                cells.append(self._block(group, KEY, Node("TD", line)))
            rows.append(Row(tuple(cells), line))
        label_width = 22 * mm
        widths = [label_width] + [(WIDTH - label_width) / per_line] * per_line
        self._story.append(Grid(widths, rows))

    def write_on(self, label: str) -> None:
        """Add a line to fill in by hand."""
        block = self._block(label, SMALL, Node("P", self._root))
        self._story.append(WriteOn(block, LABELS))

    def signatures(self, parties: Iterable[tuple[str, str]]) -> None:
        """Add lines to sign on: who signs there, and their name where it is known."""
        blocks = []
        for who, name in parties:
            title = self._block(who, STRONG, Node("P", self._root))
            known = self._block(name, SMALL, Node("P", self._root))
            captions = [self._block(each, CAPTION, Node("P", self._root)) for each in SIGNED]
            blocks.append((title, known, captions))
        self._story.append(Signatures(blocks))

    def next_page(self) -> None:
        self._story.append(PageBreak())

    def next_copy(self) -> None:
        """Begin a copy for somebody else on a new page, which is its page 1."""
        self._story += [PageBreak(), CopyBegins()]

    def space(self, points: float) -> None:
        self._story.append(Spacer(1, points))

    # Printing

    def to_pdf(self) -> bytes:
        """Print the document, with what every copy says about itself at its end."""
        self._about_this_copy()
        return self.to_bare_pdf()

    def to_bare_pdf(self) -> bytes:
        """Print the document without the account of the copy: a page that stands alone."""
        self._characters_not_printed()
        with _one_at_a_time:
            drawn = self._draw()
        return write_structure(
            drawn, self._root, title=self.furniture.title, subject=self.furniture.subject
        )

    def _draw(self) -> bytes:
        out = io.BytesIO()
        template = BaseDocTemplate(
            out, pagesize=A4, invariant=1, lang=LANGUAGE, initialFontName=REGULAR
        )
        height = A4[1] - TOP - BOTTOM
        frame = Frame(SIDE, BOTTOM, WIDTH, height, 0, 0, 0, 0)
        template.addPageTemplates(PageTemplate(frames=[frame]))
        template.build(
            self._kept_together(),
            canvasmaker=partial(_canvas, PageFurniture(self.furniture, self._glyphs)),
        )
        return out.getvalue()

    def _kept_together(self) -> list[Flowable]:
        """Add a page break wherever a heading would stand without what it heads."""
        story: list[Flowable] = []
        for index, block in enumerate(self._story):
            if _leads(block) and not (index and _leads(self._story[index - 1])):
                story.append(CondPageBreak(self._height_from(index)))
            story.append(block)
        return story

    def _height_from(self, index: int) -> float:
        height = 0.0
        for block in self._story[index:]:
            height += block.wrap(WIDTH, 0)[1] + block.getSpaceBefore()
            if not _leads(block):
                height -= block.height
                least = getattr(block, "least_height", None)
                return height + (least() if least else 0)
            height += block.getSpaceAfter()
        return height

    def _block(self, text: str, style: TextStyle, node: Node) -> TextBlock:
        return text_block(self._glyphs, text, style, node)

    def _row(self, values: Sequence[str], table: Node, *, first_leads: bool = False) -> Row:
        line = Node("TR", table)
        cells = []
        for index, value in enumerate(values):
            heads = first_leads and index == 0
            node = Node("TH", line, scope="Row") if heads else Node("TD", line)
            cells.append(self._block(value, CELL_HEADING if heads else CELL, node))
        return Row(tuple(cells), line)

    # What every copy says about itself

    def _about_this_copy(self) -> None:
        about = self.furniture
        self.heading("About this copy")
        self.facts(
            (
                ("School", about.school),
                ("Reference", about.reference),
                ("Copy", str(about.copy_number or "")),
                ("For", about.recipient),
                ("Purpose", about.purpose),
                ("Printed by", about.printed_by),
                ("Printed on", about.printed_at),
            )
        )
        if about.journal_hash:
            self.paragraph(
                f"Record check: entry {about.journal_sequence} of the school’s journal. The 64 "
                "characters below fix the state of the record when this copy was printed; the "
                "school can show from them that nothing written before has been altered since.",
                SMALL,
            )
            self.paragraph(about.journal_hash, SMALL)

    def _characters_not_printed(self) -> None:
        if self._glyphs.right_to_left:
            self.paragraph(
                "This document holds words in a script that is written from right to left. Their "
                "letters stand here in the order they were typed, the first on the left, and are "
                "not joined.",
                SMALL,
            )
        missing = list(self._glyphs.missing)
        if missing:
            named = ", ".join(fonts.name_of(each) for each in missing[:_NAMED_CHARACTERS])
            others = len(missing) - _NAMED_CHARACTERS
            more = f", and {others} more, marked in the same way" if others > 0 else ""
            self.paragraph(
                "Some characters could not be printed. A code in square brackets stands in place "
                f"of each: {named}{more}.",
                SMALL,
            )


def _canvas(furniture: PageFurniture, *args: Any, **kwargs: Any) -> TaggedCanvas:
    canvas = TaggedCanvas(*args, **kwargs)
    canvas.furniture = furniture
    return canvas


def _leads(block: Flowable) -> bool:
    return isinstance(block, TextBlock) and block.leads
