"""Lines to sign on, and the place where a copy for somebody else begins."""

from collections.abc import Sequence
from typing import cast

from reportlab.platypus.flowables import Flowable

from portal.printing.tagged import TaggedCanvas
from portal.printing.text import TextBlock

Party = tuple[TextBlock, TextBlock, Sequence[TextBlock]]

_SHARES = (0.36, 0.36, 0.28)  # of the width, for name, signature, date and time
_ROOM = 27.0  # above each line, to write in
_GAP = 14.0  # between two lines side by side
_BETWEEN = 8.0  # between two people who sign


class Signatures(Flowable):
    """Who signs, and for each a line for the name, the signature and when; never parted."""

    def __init__(self, parties: Sequence[Party]) -> None:
        super().__init__()
        self.parties = list(parties)
        self.spaceBefore, self.spaceAfter = 4, 8

    def wrap(self, available_width: float, _available_height: float) -> tuple[float, float]:
        self.width = available_width
        self.widths = [available_width * share for share in _SHARES]
        self.height = sum(self._height(party) for party in self.parties)
        self.height += _BETWEEN * (len(self.parties) - 1)
        return self.width, self.height

    def _height(self, party: Party) -> float:
        title, name, captions = party
        head = title.wrap(self.width, 0)[1]
        known = name.wrap(self.widths[0] - _GAP, 0)[1] if name.text else 0
        below = max(
            each.wrap(width - _GAP, 0)[1] for each, width in zip(captions, self.widths, strict=True)
        )
        return head + max(_ROOM, known + 2) + 2 + below

    def least_height(self) -> float:
        return self.height

    def draw(self) -> None:
        canvas = cast("TaggedCanvas", self.canv)
        top = self.height
        for party in self.parties:
            height = self._height(party)
            self._draw_party(canvas, party, top, top - height)
            top -= height + _BETWEEN

    def _draw_party(self, canvas: TaggedCanvas, party: Party, top: float, bottom: float) -> None:
        title, name, captions = party
        title.drawOn(canvas, 0, top - title.height)
        line = bottom + max(each.height for each in captions) + 2
        if name.text:
            name.drawOn(canvas, 0, line + 2)
        x = 0.0
        for caption, width in zip(captions, self.widths, strict=True):
            caption.drawOn(canvas, x, line - 2 - caption.height)
            with canvas.artifact():
                canvas.setStrokeGray(0)
                canvas.setLineWidth(0.8)
                canvas.line(x, line, x + width - (0 if caption is captions[-1] else _GAP), line)
            x += width


class CopyBegins(Flowable):
    """Takes no room; from here on the pages are counted anew."""

    def wrap(self, available_width: float, _available_height: float) -> tuple[float, float]:
        return available_width, 0

    def draw(self) -> None:
        cast("TaggedCanvas", self.canv).begin_copy()
