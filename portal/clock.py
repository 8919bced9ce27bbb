"""The only source of the present time.

Everything that needs “now” asks here, so that the demo school can be filled in the order in which
things happened and tests can stand at one moment. Times that are written are UTC; what a person
says about when something happened is a local date with an optional time (`Happened`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/London")

_stopped: list[datetime] = []


@dataclass(frozen=True)
class Happened:
    """When something happened, as a person remembers it: a local day, perhaps a time."""

    on: date
    at: time | None = None
    about: bool = False

    @property
    def moment(self) -> datetime:
        """The latest moment it can mean, as UTC: the end of the day where no time is known."""
        return datetime.combine(self.on, self.at or time(23, 59, 59), ZONE).astimezone(UTC)

    @classmethod
    def of(cls, moment: datetime) -> "Happened":
        """The exact local minute of a moment."""
        here = local(moment)
        return cls(here.date(), here.time().replace(second=0, microsecond=0))


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _stopped[-1] if _stopped else datetime.now(UTC)


def local(moment: datetime) -> datetime:
    return moment.astimezone(ZONE)


def today() -> date:
    return local(now()).date()


@contextmanager
def stopped_at(moment: datetime) -> Iterator[None]:
    """Stand at one moment: for the demo school and tests only."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    _stopped.append(moment.astimezone(UTC))
    try:
        yield
    finally:
        _stopped.pop()
