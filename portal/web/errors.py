"""What can go wrong with a request, and the page that says so.

Each page says what happened, that nothing was lost (or what), and whom to ask. A service raises one
of the small errors below; a view catches only what it can attach to a field.
"""

import traceback
from collections.abc import Sequence
from typing import Any

from flask import Flask, Response, current_app, g, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from portal.db import SAFE_METHODS, close_session
from portal.web.form_base import NEVER_KEPT
from portal.web.here import own_address

_OWN_PAGE = frozenset({400, 401, 403, 404, 405, 409, 413, 415, 500, 503})
_NOT_WORDS = NEVER_KEPT | {"version", "sheet_address"}


class Missing(LookupError):
    """What was asked for is not there, or not for this person: the same page either way."""


class NotAllowed(PermissionError):
    """An act that this person may not do here; the message says who can."""


class NotPossible(ValueError):
    """An act that the state of the record does not allow; the message says why."""


class SentBefore(Exception):
    """Another text was sent under the same form sheet."""


class Conflict(Exception):
    """Somebody else changed the record since the form was opened.

    `rows` are (label, what you wrote, what is there now); `version` is the one that is there now.
    """

    def __init__(self, rows: Sequence[tuple[str, str, str]], version: int) -> None:
        super().__init__("changed meanwhile")
        self.rows = rows
        self.version = version


def init_app(app: Flask) -> None:
    for error, handler in (
        (HTTPException, refused),
        (Missing, missing),
        (NotAllowed, not_allowed),
        (NotPossible, not_possible),
        (Conflict, conflict),
        (StaleDataError, changed_meanwhile),
        (SentBefore, changed_meanwhile),
        (OperationalError, unavailable),
        (Exception, failed),
    ):
        app.register_error_handler(error, handler)


def page(status: int, **context: Any) -> Response:
    """The page of an error. It reads nothing from the database, and gives its connection back."""
    close_session()
    name = status if status in _OWN_PAGE else (400 if status < 500 else 500)
    # Where the screen is with a student, one page in plain words stands for all of these.
    template = g.get("error_template") or f"errors/{name}.html"
    return make_response(render_template(template, **context), status)


def refused(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400:
        return make_response(error.get_response())
    return page(status, csrf=isinstance(error, CSRFError), rows=(), why="")


def missing(_error: Missing) -> Response:
    return page(404)


def not_allowed(error: NotAllowed) -> Response:
    return page(403, why=str(error))


def not_possible(error: NotPossible) -> Response:
    return page(409, rows=(), why=str(error), typed=_typed())


def conflict(error: Conflict) -> Response:
    # Whoever has seen both texts may send theirs: their draft starts from the version they saw.
    g.version_seen = error.version
    return page(409, rows=error.rows, why="", again=own_address())


def changed_meanwhile(_error: Exception) -> Response:
    return page(409, rows=(), why="", typed=_typed())


def _typed() -> bool:
    """Whether words were sent; one who opens a page or presses a bare button has no draft."""
    sent = request.form.items(multi=True) if request.method not in SAFE_METHODS else ()
    return any(value.strip() and name not in _NOT_WORDS for name, value in sent)


def unavailable(error: OperationalError) -> Response:
    current_app.logger.error("unavailable: %s", type(error).__name__)
    return page(503)


def failed(error: Exception) -> Response:
    if current_app.config.get("PROPAGATE_FAULTS"):
        raise error
    # The message may quote what a person wrote; where it failed is enough.
    where = "".join(traceback.format_tb(error.__traceback__))
    current_app.logger.error("failed: %s\n%s", type(error).__name__, where)
    return page(500)
