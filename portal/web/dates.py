"""How times are written: as people say them. Pure; the present moment is always an argument."""

from datetime import date, datetime, timedelta

from portal.clock import Happened, local

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def plain_day(day: date) -> str:
    """18 November 2026, whatever today is."""
    return f"{day.day} {day:%B %Y}"


def said_day(day: date, today: date) -> str:
    """Say today, yesterday or tomorrow where it is, and otherwise the date."""
    near = {0: "today", -1: "yesterday", 1: "tomorrow"}
    return near.get((day - today).days, plain_day(day))


def said_time(moment: datetime, now: datetime) -> str:
    """Say a moment: “today 15:30”, “yesterday 09:10”, “18 November 2026, 09:10”."""
    here = local(moment)
    return _joined(here.date(), f"{here:%H:%M}", local(now).date())


def due_text(due: datetime, now: datetime) -> tuple[str, bool]:
    """Say when something is due or how late it is, and whether it is late."""
    late = now - due
    if late <= timedelta(0):
        return said_time(due, now), False
    if late < HOUR:
        return _count(max(1, late // MINUTE), "minute"), True
    if late < DAY:
        return _count(late // HOUR, "hour"), True
    return _count(late // DAY, "day"), True


def said_happened(happened: Happened, today: date) -> str:
    """Say what somebody remembers, with no more certainty than they had."""
    about = "about " if happened.about else ""
    day = said_day(happened.on, today)
    if happened.at is None:
        return f"{about}{day}, time not known"
    clock = f"{happened.at:%H:%M}"
    if day != plain_day(happened.on):
        return f"{day} {about}{clock}"
    return f"about {clock} on {day}" if about else f"{day}, {clock}"


def age_on(born: date, on: date) -> int:
    """Whole years of age on a day; who was born on 29 February grows older on 1 March."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _joined(day: date, clock: str, today: date) -> str:
    said = said_day(day, today)
    return f"{said}, {clock}" if said == plain_day(day) else f"{said} {clock}"


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'} late"
