"""What is written once a request of a hand-over is settled, whether it succeeded or not.

When somebody was last at it, that the answers were hidden at rest, and words that a student sent in
a request that was not done: they become part of the paper, so that none is lost.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Flask, Response, current_app, g, request
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from portal import clock
from portal.db import SAFE_METHODS, close_session, database
from portal.handover import filling
from portal.handover.models import Handover
from portal.handover.paper import Pairs, Paper
from portal.handover.rules import SHOWN, State
from portal.journal.actor import Actor
from portal.journal.service import note_act, settle
from portal.web.holder import actor, lapsed

TYPING = frozenset({"handover.question", "handover.typed"})


@dataclass
class Afterwards:
    """What has to be written about one hand-over."""

    handover_id: UUID
    touched: bool = False
    rested: bool = False
    saved: bool = False  # what this request typed is in the paper already


def about(handover_id: UUID) -> Afterwards:
    """What this request leaves to be written; made at its first mention."""
    if "handover_afterwards" not in g:
        g.handover_afterwards = Afterwards(handover_id)
    found: Afterwards = g.handover_afterwards
    return found


def init_app(app: Flask) -> None:
    app.after_request(_write)


def _write(response: Response) -> Response:
    wanted: Afterwards | None = g.pop("handover_afterwards", None)
    if wanted is None:
        return response
    typed = _unsaved(wanted)
    if typed is None and not wanted.touched and not wanted.rested:
        return response
    close_session()
    try:
        with database().transaction() as own:
            _settle(own, wanted, typed)
    except SQLAlchemyError as problem:
        current_app.logger.error("a hand-over could not be settled: %s", type(problem).__name__)
    return response


def _unsaved(wanted: Afterwards) -> Pairs | None:
    """What was typed and not saved by the view, where this request sent a question."""
    if request.endpoint not in TYPING or request.method in SAFE_METHODS or wanted.saved:
        return None
    return filling.sent_pairs() or None


def _settle(own: Session, wanted: Afterwards, typed: Pairs | None) -> None:
    one = own.get(Handover, wanted.handover_id, with_for_update=True)
    if one is None:
        return
    now = clock.now()
    if typed is not None and one.state == State.WITH_STUDENT.value:
        _keep(one, typed)
    if wanted.rested and State(one.state) in SHOWN:
        _hide(own, one, now)
    elif wanted.touched:
        one.seen_at = now
    settle(own)


def _keep(one: Handover, typed: Pairs) -> None:
    written, code = Paper.read(one.answers), str((request.view_args or {})["code"])
    if written.is_older(code, begun_at(), page_id()):
        written.set_aside(code, typed)
    else:
        written.keep_typed(code, typed, page_id())
    one.answers = written.dump()


def _hide(own: Session, one: Handover, now: datetime) -> None:
    one.state, one.given_back_at = State.GIVEN_BACK.value, now
    who: Actor = actor()
    subject = ("handovers", one.id)
    note_act(who, "hid the answers at rest", case_id=one.case_id, subject=subject, on=own)


def page_id() -> str:
    """Which page sent this request: each page that is shown has an id of its own."""
    return request.form.get("sheet", "")[:36]


def begun_at() -> int:
    """The count of the question when that page was shown."""
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def of_lapsed() -> UUID | None:
    """The hand-over of a sign-in that has ended by itself."""
    ended = lapsed()
    return ended.handover if ended is not None else None
