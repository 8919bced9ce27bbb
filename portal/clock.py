"""The only source of the present time.

Everything that needs “now” asks here, so that the demo school can be filled in the order in which
things happened and tests can stand at one moment. Times that are written are UTC; what a person
says about when something happened is a local date with an optional time (`Happened`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

from portal.happened import ZONE, Happened

__all__ = ["ZONE", "Happened", "local", "now", "stopped_at", "today"]

_stopped: list[datetime] = []


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
