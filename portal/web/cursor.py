"""Where the next page of a list begins: after the last row of the page before. Pure."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class Cursor:
    """The last row of a page, by the moment and the id that order the list."""

    at: datetime
    id: UUID

    def __str__(self) -> str:
        return f"{self.at:%Y%m%dT%H%M%S%f}_{self.id.hex}"

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """None for anything that this class did not write itself."""
        moment, _, rest = text.partition("_")
        try:
            at = datetime.strptime(f"{moment}+0000", "%Y%m%dT%H%M%S%f%z")
            return cls(at, UUID(hex=rest))
        except ValueError:
            return None
