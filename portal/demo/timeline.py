"""Letting several plots happen side by side, in the order of time.

A plot is a generator that yields the moment of what it does next. What follows a `yield` happens
with the clock standing at that moment, and is settled in the journal before anything later happens.
"""

import heapq
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta

from portal import clock
from portal.db import session
from portal.journal import service as journal

Plot = Iterator[datetime]


def run(plots: Iterable[Plot]) -> None:
    """Everything up to now, each plot at its own pace.

    Nothing happens in the future, and no plot goes back: a moment that lies too late or too early
    is moved to the nearest that does not.
    """
    latest = clock.now()
    waiting: list[tuple[datetime, int, Plot]] = []
    for number, plot in enumerate(plots):
        following = next(plot, None)
        if following is not None:
            heapq.heappush(waiting, (min(following, latest), number, plot))
    while waiting:
        moment, number, plot = heapq.heappop(waiting)
        with clock.stopped_at(moment):
            following = next(plot, None)
            journal.settle(session)
        if following is not None:
            heapq.heappush(waiting, (max(moment, min(following, latest)), number, plot))


def beside(*plots: Plot) -> Plot:
    """Several plots as one, each at its own pace; of what is for the same moment, the first."""
    waiting: list[tuple[datetime, int, Plot]] = []
    for number, plot in enumerate(plots):
        _push_next(waiting, number, plot)
    while waiting:
        at, number, plot = heapq.heappop(waiting)
        yield at
        _push_next(waiting, number, plot)


def _push_next(waiting: list[tuple[datetime, int, Plot]], number: int, plot: Plot) -> None:
    following = next(plot, None)
    if following is not None:
        heapq.heappush(waiting, (following, number, plot))


def moment(today: date, days: int, at: str) -> datetime:
    """A local time so many days before or after today: `moment(today, -1, "09:25")`."""
    hour, minute = (int(part) for part in at.split(":"))
    return datetime.combine(today + timedelta(days=days), time(hour, minute), clock.ZONE)
