"""One request, one unit of work: an answer that redirects is committed, all else is rolled back.

Nobody else commits. What must be kept whether or not the request succeeds (looks, refusals, the
time a sign-in was last used, refused text) is written afterwards in a short transaction of its own.
Where that fails, no page is shown of what nobody could note; what was committed stays done.
"""

from collections.abc import Callable
from typing import cast
from uuid import UUID

from flask import Flask, Response, current_app, g, make_response, render_template, request
from flask import session as cookie
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from portal.db import SAFE_METHODS, close_session, database, session
from portal.journal import service
from portal.web import sheets
from portal.web.holder import actor

_COMMITTED = frozenset({204, 303})


class Portal(Flask):
    """Flask, with the unit of work around every view."""

    def dispatch_request(self) -> ResponseReturnValue:
        if request.method in SAFE_METHODS or request.endpoint is None:
            return super().dispatch_request()
        earlier = sheets.claim() if request.blueprint != "web" else None
        if earlier is not None:
            return earlier
        response = self.make_response(super().dispatch_request())
        if response.status_code not in _COMMITTED:
            close_session()
            return response
        earlier = sheets.answer(response)
        if earlier is not None:
            close_session()
            cookie.modified = False  # what it holds of this request is not done either
            return earlier
        service.settle(session)
        session.commit()
        return response


def after_the_request(write: Callable[[Session], None]) -> None:
    """Write something once the request is settled, in a transaction of its own."""
    g.setdefault("afterwards", []).append(write)


def look_at(case_id: UUID, *, emergency: UUID | None = None) -> None:
    """Note that a case was looked at: once per sign-in and quarter of an hour.

    `emergency` is the record for which somebody sees it; such a look stands in the journal with it.
    """
    who = actor()
    if service.looked_lately(who, case_id, emergency):
        return
    subject = ("emergency_accesses", emergency) if emergency else None
    after_the_request(
        lambda own: service.note_act(who, "looked", case_id=case_id, subject=subject, on=own)
    )


def _write_afterwards(response: Response) -> Response:
    waiting = cast("list[Callable[[Session], None]]", g.pop("afterwards", []))
    if not waiting:
        return response
    close_session()
    try:
        with database().transaction() as own:
            for write in waiting:
                write(own)
            service.settle(own)
    except SQLAlchemyError as problem:
        what = type(problem).__name__
        current_app.logger.error("what follows a request could not be written: %s", what)
        if request.method not in SAFE_METHODS and response.status_code in _COMMITTED:
            # It shows nothing, and is done: “not saved” would have the same text sent twice.
            return response
        return make_response(render_template("errors/503.html"), 503)
    return response


def init_app(app: Flask) -> None:
    app.after_request(sheets.keep_what_was_refused)
    app.after_request(_write_afterwards)

    @app.teardown_appcontext
    def give_back(_error: BaseException | None) -> None:
        close_session()
