"""The demo school “Oakfield”: invented people and worked stories, filled in through the services.

Only what a caller needs to name stands here; whatever is slow to load is imported when it is used.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from portal.config import Config

LOGINS = "demo-logins.json"
"""The sign-ins, beside the folder that holds the database."""


@dataclass(frozen=True)
class FillReport:
    """What a fill says: one line for each sign-in and each story.

    `problems` are the sentences about stories that came out differently.
    """

    remade: bool
    lines: tuple[str, ...]
    problems: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[str]:
        return iter(self.lines)

    def __str__(self) -> str:
        return "\n".join(self.lines)


class ExpectationFailed(Exception):
    """The demo school is filled, and a story did not come out as its file expects."""

    def __init__(self, report: FillReport) -> None:
        super().__init__("\n".join(report.problems))
        self.report = report


def fill(config: Config, stories_dir: Path | None = None) -> FillReport:
    """Make and fill the demo school of today, or find it filled already.

    A folder of stories has it made anew, each story waiting in the inbox. Raises
    `boot.CannotStart` where nothing can be done (and nothing was), `ExpectationFailed` after
    filling. A real installation is never touched.
    """
    from portal.demo.filling import fill_demo

    return fill_demo(config, stories_dir)
