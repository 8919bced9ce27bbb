"""The Jinja set-up: undefined names are faults, and the few words every template may use.

Globals: `asset(path)` and the case-independent time words. A view passes everything else.
"""

import hashlib
from datetime import date, datetime
from functools import cache
from pathlib import Path

from flask import Flask, url_for
from jinja2 import StrictUndefined
from markupsafe import Markup

from portal import clock
from portal.clock import Happened
from portal.web import dates


def init_app(app: Flask) -> None:
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.auto_reload = False
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.pop("config", None)
    app.jinja_env.globals["asset"] = asset
    app.jinja_env.filters.update(
        moment=moment,
        day=day,
        happened=happened,
        due=due,
        plain_day=dates.plain_day,
        exact_time=exact_time,
    )


def asset(path: str) -> str:
    """The address of a static file, with its content’s hash, so that it may be kept for a year."""
    return url_for("static", filename=path, v=_digest(path))


@cache
def _digest(path: str) -> str:
    file = Path(__file__).resolve().parents[2] / "static" / path
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]


def exact_time(at: datetime) -> str:
    """The time to the second, for comparing clocks."""
    return f"{clock.local(at):%H:%M:%S}"


def moment(at: datetime | None) -> Markup | str:
    """“today 15:30”, with the exact time in the markup."""
    return "" if at is None else _time(clock.local(at), dates.said_time(at, clock.now()))


def day(on: date | None) -> Markup | str:
    return "" if on is None else _time(on, dates.said_day(on, clock.today()))


def happened(when: Happened | None) -> Markup | str:
    """When something happened, as far as it is known."""
    if when is None:
        return "not known when"
    return _time(when.on, dates.said_happened(when, clock.today()))


def due(at: datetime) -> Markup:
    """When something is due, or how late it is, in red."""
    words, late = dates.due_text(at, clock.now())
    return Markup('<span class="portal-due__when{}">{}</span>').format(
        " portal-due__when--late" if late else "", _time(clock.local(at), words)
    )


def _time(at: datetime | date, words: str) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(at.isoformat(), words)
