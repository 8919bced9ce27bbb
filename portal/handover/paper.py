"""What a student has written so far, question by question. Pure: no Flask, no database, no clock.

Beside the answers it keeps what stands in a page and was not sent (`typed`), which page wrote last
(`marks`), and what another window wrote at the same time (`aside`), so that nothing is lost.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

Pairs = list[list[str]]
"""Names and values of a form as they were sent."""


@dataclass
class Paper:
    answers: dict[str, Any] = field(default_factory=dict)
    typed: dict[str, Pairs] = field(default_factory=dict)
    marks: dict[str, list[Any]] = field(default_factory=dict)
    aside: dict[str, Pairs] = field(default_factory=dict)

    @classmethod
    def read(cls, kept: Mapping[str, Any] | None) -> "Paper":
        # Copied, because what was read must not change before it is set anew.
        parts = {name: dict((kept or {}).get(name) or {}) for name in cls.__dataclass_fields__}
        return cls(**parts)

    def dump(self) -> dict[str, Any]:
        return asdict(self)

    def count(self, code: str) -> int:
        """How often this question was saved; a page carries the count it began with."""
        return int(self.marks.get(code, [0, ""])[0])

    def is_older(self, code: str, begun_at: int, page: str) -> bool:
        """Whether another window has saved this question since the page was opened."""
        count, last_page = self.marks.get(code, [0, ""])
        return bool(count != begun_at and last_page != page)

    def keep_typed(self, code: str, pairs: Pairs, page: str) -> None:
        self.typed[code] = pairs
        self._mark(code, page)

    def answer(self, code: str, given: Any, page: str) -> None:
        self.answers[code] = given
        self.typed.pop(code, None)
        self.aside.pop(code, None)
        self._mark(code, page)

    def set_aside(self, code: str, pairs: Pairs) -> None:
        self.aside[code] = pairs

    def _mark(self, code: str, page: str) -> None:
        self.marks[code] = [self.count(code) + 1, page]
