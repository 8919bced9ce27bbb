"""Tagged PDF: a canvas that marks what it draws, and the structure tree written afterwards.

ReportLab writes no structure, so a screen reader would have to guess the order and the tables.
Everything drawn here is either marked as the content of a `Node` or as an artifact.
"""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from reportlab.pdfgen.canvas import Canvas

LANGUAGE = "en-GB"


class Mark(NamedTuple):
    """A piece of drawn content: the page it is on (from 0) and its number there."""

    page: int
    number: int


class Hold(NamedTuple):
    """A field of a form that an element holds: the page it is on (from 0) and its name there."""

    page: int
    name: str


@dataclass(slots=True)
class Node:
    """One element of the structure tree.

    It takes its place under its parent when it is first drawn, so that the tree is in reading
    order, and keeps that place when the rest of it is drawn on a later page.
    """

    role: str
    parent: "Node | None" = None
    scope: str = ""
    children: list["Node | Mark | Hold"] = field(default_factory=list)
    placed: bool = False

    def place(self) -> None:
        if self.placed:
            return
        self.placed = True
        if self.parent is not None:
            self.parent.place()
            self.parent.children.append(self)


class TaggedCanvas(Canvas):
    """Marks content, and draws the head and foot of each page once all pages are known."""

    furniture: Callable[["TaggedCanvas", int, int], None] | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._finished_pages: list[dict[str, Any]] = []
        self._copies_begin: list[int] = [0]
        self._marks = 0
        self._bookmarks = 0
        self._bookmark_level = -1

    @contextmanager
    def marked(self, node: Node) -> Iterator[None]:
        """Mark what is drawn inside as content of the node."""
        node.place()
        node.children.append(Mark(len(self._finished_pages), self._marks))
        self.addLiteral(f"/{node.role} <</MCID {self._marks}>> BDC")
        self._marks += 1
        yield
        self.addLiteral("EMC")

    def hold(self, node: Node, name: str) -> int:
        """Make a field of this page the content of the node; gives the page’s number, from 0."""
        node.place()
        page = len(self._finished_pages)
        node.children.append(Hold(page, name))
        return page

    @contextmanager
    def artifact(self, kind: str = "/Type /Layout") -> Iterator[None]:
        """Mark what is drawn inside as decoration, not to be read aloud."""
        self.addLiteral(f"/Artifact <<{kind}>> BDC")
        yield
        self.addLiteral("EMC")

    def bookmark(self, title: str, level: int, top: float) -> None:
        """Add an entry to the reader's side panel, leading to this place."""
        if not title.strip():
            return
        self._bookmarks += 1
        self._bookmark_level = min(level, self._bookmark_level + 1)  # no level may be skipped
        key = f"heading-{self._bookmarks}"
        self.bookmarkHorizontal(key, 0, top)
        self.addOutlineEntry(title, key, level=self._bookmark_level)

    def begin_copy(self) -> None:
        """Count the pages anew from this one: what follows is handed to somebody else."""
        self._copies_begin.append(len(self._finished_pages))

    def showPage(self) -> None:  # noqa: N802 (ReportLab's name)
        """Put the page aside: how many there will be is known only at the end."""
        self._finished_pages.append(dict(self.__dict__))
        self._startPage()  # type: ignore[attr-defined]  # missing from the stubs
        self._marks = 0

    def save(self) -> None:
        pages = self._finished_pages
        ends = [*self._copies_begin[1:], len(pages)]
        numbers = [
            (number, end - begin)
            for begin, end in zip(self._copies_begin, ends, strict=True)
            for number in range(1, end - begin + 1)
        ]
        for page, (number, count) in zip(pages, numbers, strict=True):
            self.__dict__.update(page)
            if self.furniture is not None:
                self.furniture(self, number, count)
            Canvas.showPage(self)
        super().save()


def write_structure(pdf_bytes: bytes, root: Node, *, title: str, subject: str) -> bytes:
    """Add the structure tree, the language and the title; leave out who and when."""
    with pikepdf.open(io.BytesIO(pdf_bytes)) as pdf:
        pages = [page.obj for page in pdf.pages]
        owners: list[list[Any]] = [[] for _ in pages]
        tree = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        fields: list[tuple[Any, Any]] = []
        tree.K = Array([_element(pdf, root, tree, pages, owners, fields)])
        numbers = Array()
        for index, page in enumerate(pages):
            page.StructParents = index
            page.Tabs = Name.S
            numbers.append(index)
            numbers.append(pdf.make_indirect(Array(owners[index])))
        for index, (widget, element) in enumerate(fields, start=len(pages)):
            widget.StructParent = index
            numbers.append(index)
            numbers.append(element)
        tree.ParentTree = pdf.make_indirect(Dictionary(Nums=numbers))
        tree.ParentTreeNextKey = len(pages) + len(fields)
        pdf.Root.StructTreeRoot = tree
        pdf.Root.MarkInfo = Dictionary(Marked=True)
        pdf.Root.Lang = String(LANGUAGE)
        pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        _write_metadata(pdf, title, subject)
        result = io.BytesIO()
        pdf.save(
            result,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            deterministic_id=True,
        )
    return result.getvalue()


def _element(
    pdf: pikepdf.Pdf,
    node: Node,
    parent: Any,
    pages: list[Any],
    owners: list[list[Any]],
    fields: list[tuple[Any, Any]],
) -> Any:
    element = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name(f"/{node.role}"), P=parent))
    if node.scope:
        element.A = Dictionary(O=Name.Table, Scope=Name(f"/{node.scope}"))
    children = []
    for child in node.children:
        if isinstance(child, Node):
            children.append(_element(pdf, child, element, pages, owners, fields))
        elif isinstance(child, Hold):
            page = pages[child.page]
            widget = next(one for one in page.Annots if str(one.NM) == child.name)
            children.append(Dictionary(Type=Name.OBJR, Pg=page, Obj=widget))
            fields.append((widget, element))
        else:
            children.append(Dictionary(Type=Name.MCR, Pg=pages[child.page], MCID=child.number))
            _own(owners[child.page], child.number, element)
    element.K = Array(children)
    return element


def _own(page: list[Any], number: int, element: Any) -> None:
    page.extend([None] * (number + 1 - len(page)))
    page[number] = element


def _write_metadata(pdf: pikepdf.Pdf, title: str, subject: str) -> None:
    del pdf.docinfo
    pdf.docinfo["/Title"] = String(title)
    if subject:
        pdf.docinfo["/Subject"] = String(subject)
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        metadata["dc:title"] = title
        metadata["dc:language"] = [LANGUAGE]
        if subject:
            metadata["dc:description"] = subject
