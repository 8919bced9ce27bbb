"""What must hold between the times of a referral, and when to ask again. Pure."""

from datetime import datetime

from portal.cases.rules import WorkingDays
from portal.happened import Happened


def is_before(one: Happened, other: Happened) -> bool:
    """Whether something was before something else, as far as their days and times tell."""
    if one.on != other.on or one.at is None or other.at is None:
        return one.on < other.on
    return one.at < other.at


def chase_at(told: datetime, working_days: int, days: WorkingDays) -> datetime:
    """When to ask again: at the end of so many working days."""
    at = told
    for _ in range(working_days):
        at = days.next_day_at(at, days.ends)
    return at


def is_owed(due_at: datetime | None, *, is_written: bool) -> bool:
    """Whether a confirmation in writing is still owed."""
    return due_at is not None and not is_written


def not_told_of_each_other(knows: dict[str, set[str]]) -> list[tuple[str, str]]:
    """Every pair (who, of whom) of which the first does not know of the second.

    `knows` gives, for the id of each referral outside the school, those it was told of.
    """
    return [
        (who, other) for who in knows for other in knows if who != other and other not in knows[who]
    ]
