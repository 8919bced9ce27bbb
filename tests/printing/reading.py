"""Reads a printed document back: its text, its structure and its fonts."""

import io
from collections.abc import Iterator
from typing import Any, NamedTuple

from pypdf import PdfReader


class Element(NamedTuple):
    """One element of the structure tree, with the text drawn for it."""

    role: str
    depth: int
    scope: str
    text: str


def reader(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def pages(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in reader(pdf).pages]


def squeezed(text: str) -> str:
    """Text with every run of white space as one space, to compare across line ends."""
    return " ".join(text.split())


def full_text(pdf: bytes) -> str:
    return squeezed(" ".join(pages(pdf)))


def elements(pdf: bytes) -> list[Element]:
    """The structure tree in reading order; the text of each element as a screen reader has it."""
    document = reader(pdf)
    drawn = [_marked_text(page) for page in document.pages]
    places = {page.indirect_reference.idnum: index for index, page in enumerate(document.pages)}
    root = document.trailer["/Root"]["/StructTreeRoot"]
    return [found for top in root["/K"] for found in _walk(top.get_object(), 0, drawn, places)]


def _walk(
    element: Any, depth: int, drawn: list[dict[int, str]], places: dict[int, int]
) -> Iterator[Element]:
    inner: list[Any] = []
    text = ""
    for child in element.get("/K", []):
        kid = child.get_object()
        if kid["/Type"] == "/MCR":
            text += drawn[places[kid.raw_get("/Pg").idnum]][kid["/MCID"]]
        elif kid["/Type"] == "/StructElem":  # the other kind is a field, which holds no text
            inner.append(kid)
    scope = element.get("/A", {}).get("/Scope", "")
    yield Element(element["/S"][1:], depth, scope[1:], text)
    for kid in inner:
        yield from _walk(kid, depth + 1, drawn, places)


def _marked_text(page: Any) -> dict[int, str]:
    """What is drawn on a page under each number, decoded with the fonts' own tables."""
    tables = {name: _to_unicode(font) for name, font in fonts_of(page).items()}
    texts: dict[int, str] = {}
    open_marks: list[int | None] = []
    font = ""
    for operands, operator in page.get_contents().operations:
        if operator in {b"BDC", b"BMC"}:
            number = operands[1].get("/MCID") if operator == b"BDC" else None
            open_marks.append(number)
            texts |= {} if number is None else {number: ""}
        elif operator == b"EMC":
            open_marks.pop()
        elif operator == b"Tf":
            font = operands[0]
        elif operator == b"Tj":
            assert open_marks, f"text outside of any mark: {operands[0]!r}"
            if open_marks[-1] is not None:
                texts[open_marks[-1]] += "".join(
                    tables[font][byte] for byte in operands[0].original_bytes
                )
    assert not open_marks
    return texts


def fonts_of(page: Any) -> dict[str, Any]:
    fonts = page["/Resources"]["/Font"]
    return {name: fonts[name].get_object() for name in fonts}


def _to_unicode(font: Any) -> dict[int, str]:
    lines = font["/ToUnicode"].get_object().get_data().decode().splitlines()
    pairs = [line.split() for line in lines if line.startswith("<") and line.count("<") == 2]
    return {
        int(code.strip("<>"), 16): chr(int(value.strip("<>"), 16))
        for code, value, *rest in pairs
        if len(value.strip("<>")) == 4
    }
