"""Form sheets: a row for each form that somebody fills, and the answer it was given.

Autosave fills the row, leaving and coming back finds it, sending it twice gives the same answer.
What was typed is sealed under the key of staff accounts and cleared once it was sent. Sheets are
working paper: they are not journalled.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID, uuid4

from flask import Flask, Response, current_app, g, make_response, redirect, request
from sqlalchemy import Index, LargeBinary, String, bindparam, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, Session, mapped_column
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound

from portal import clock
from portal.db import SAFE_METHODS, close_session, database, read, session
from portal.vault.records import Record, Sealed
from portal.web.errors import SentBefore
from portal.web.form_base import NEVER_KEPT, without_files
from portal.web.here import own_address
from portal.web.holder import Holder, Lapsed, holder, lapsed

_TEXT_LOST = frozenset({400, 401, 403, 409, 422, 429, 500, 503})

_LONGEST = 300
_NOT_KEPT = "portal_not_kept"

Pairs = list[list[str]]
View = TypeVar("View", bound=Callable[..., Any])


class FormSheet(Record):
    own_key = True
    __tablename__ = "form_sheets"
    journalled = False

    member_id: Mapped[UUID]
    address: Mapped[str] = mapped_column(String(_LONGEST))
    fields = Sealed[Pairs]()
    digest: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    answer: Mapped[str | None] = mapped_column(String(400))
    created_at: Mapped[datetime]
    kept_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_form_sheets_waiting", "member_id", "address", "sent_at"),
        Index(
            "ix_form_sheets_unsent",
            "address",
            "kept_at",
            sqlite_where=text("sent_at IS NULL"),
            postgresql_where=text("sent_at IS NULL"),
        ),
    )


def not_kept(view: View) -> View:
    """Nothing that is sent to this view becomes a draft: it asks for a secret, or is a button."""
    setattr(view, _NOT_KEPT, True)
    return view


def is_kept(app: Flask, endpoint: str) -> bool:
    """Whether what was typed for this endpoint becomes a draft where it was not done."""
    return not getattr(app.view_functions[endpoint], _NOT_KEPT, False)


@dataclass(frozen=True)
class Kept:
    """What somebody typed into a form and has not sent."""

    id: UUID
    fields: MultiDict[str, str]
    at: datetime


def waiting(address: str) -> Kept | None:
    """The newest unsent sheet of the signed-in person for this address."""
    owner = holder()
    if owner is None:
        return None
    sheet = session.scalars(
        select(FormSheet)
        .where(
            FormSheet.member_id == owner.member_id,
            FormSheet.address == address,
            FormSheet.sent_at.is_(None),
            FormSheet.kept_at.is_not(None),
        )
        .order_by(FormSheet.kept_at.desc())
        .limit(1)
    ).first()
    if sheet is None or sheet.kept_at is None:
        return None
    return Kept(sheet.id, MultiDict([(n, v) for n, v in sheet.fields or []]), sheet.kept_at)


def here() -> str:
    """The address under which what is typed on this page is kept."""
    return own_address()[:_LONGEST]


def new_id() -> UUID:
    return uuid4()


def sent_id() -> UUID | None:
    """The sheet that this request sends, where it names one."""
    try:
        return UUID(request.form.get("sheet", ""))
    except ValueError:
        return None


def claim() -> Response | None:
    """Take this request’s sheet for sending; gives the earlier answer where it was sent before.

    Raises `SentBefore` where another text was sent under the same sheet, `NotFound` where the sheet
    is somebody else's. The row is locked until the request is settled, so of two requests at once
    the second waits and finds the answer of the first.
    """
    owner, sheet_id = holder(), sent_id()
    if owner is None or owner.member_id is None or sheet_id is None or owner.is_handed_over:
        return None
    g.sheet = sheet = _locked(session, sheet_id, owner.member_id, owner.key_id)
    return _given_before(sheet)


def answer(response: Response) -> Response | None:
    """Keep the answer that this request’s sheet was given, and clear what was typed.

    A view that gave its connection back on the way has lost its hold of the sheet: where another
    request has sent it meanwhile, this gives the answer of that one, or raises `SentBefore`.
    """
    sheet: FormSheet | None = g.pop("sheet", None)
    if sheet is None:
        return None
    if sheet not in session:
        sheet = _locked(session, sheet.id, sheet.member_id, sheet.key_id)
    earlier = _given_before(sheet)
    if earlier is not None:
        return earlier
    sheet.digest, sheet.answer = _digest(), response.location
    sheet.sent_at, sheet.fields = clock.now(), None
    return None


def _given_before(sheet: FormSheet) -> Response | None:
    if sheet.sent_at is None:
        return None
    if sheet.digest != _digest() or sheet.answer is None:
        raise SentBefore
    return make_response(redirect(sheet.answer, 303))


def keep(sheet_id: UUID, address: str) -> None:
    """Autosave: keep what stands in the form now. Does nothing once the sheet was sent."""
    owner = holder()
    if owner is None or owner.member_id is None:
        raise NotFound
    sheet = _locked(session, sheet_id, owner.member_id, owner.key_id)
    if sheet.sent_at is None:
        _fill(sheet, address)


def begin(address: str, pairs: Pairs) -> None:
    """Begin a form for the signed-in person with these answers in it, as if they had typed them."""
    owner = holder()
    if owner is None or owner.member_id is None:
        raise NotFound
    sheet = _locked(session, uuid4(), owner.member_id, owner.key_id)
    sheet.fields, sheet.address, sheet.kept_at = pairs, address[:_LONGEST], clock.now()


def discard(sheet_id: UUID) -> str:
    """Throw an unsent sheet away at the wish of the person who filled it; returns its address."""
    owner = holder()
    sheet = session.get(FormSheet, sheet_id)
    if sheet is None or owner is None or sheet.member_id != owner.member_id:
        raise NotFound
    if sheet.sent_at is None:
        sheet.sent_at, sheet.fields = clock.now(), None
    return sheet.address


def keep_what_was_refused(response: Response) -> Response:
    """What was typed in a request that was not done becomes its sender’s sheet."""
    owner = holder() or lapsed()
    refused = response.status_code in _TEXT_LOST or g.get("not_done", False)
    refused = refused and not g.get("not_from_here", False)  # of another site: nobody’s draft
    if request.method in SAFE_METHODS or owner is None or not refused:
        return response
    if owner.is_handed_over:  # what a student typed is no draft of the member of staff
        return response
    if isinstance(owner, Holder) and not owner.is_let_in:  # it may be a stranger’s
        return response
    if request.endpoint is None or not is_kept(current_app, request.endpoint):
        return response
    if request.endpoint == "web.keep_sheet" and lapsed() is None:
        return response
    if owner.member_id is None or not any(_pairs()):
        return response
    close_session()
    try:
        with database().transaction() as own:
            _keep_refused(own, owner.member_id, owner)
    except SQLAlchemyError as problem:
        # The answer says already that nothing was saved; another fault here would hide that.
        current_app.logger.error("refused text could not be kept: %s", type(problem).__name__)
    return response


def _keep_refused(own: Session, member_id: UUID, owner: Holder | Lapsed) -> None:
    sheet = _locked(own, sent_id() or uuid4(), member_id, owner.key_id, mine_only=False)
    if sheet.sent_at is not None:
        sheet = _locked(own, uuid4(), member_id, owner.key_id)
    _fill(sheet, _address(owner))


def unsent_since(address: str, before: datetime) -> list[tuple[UUID, datetime]]:
    """Whose sheets for an address have lain since before a moment: never what they hold."""
    rows = read(_UNSENT, {"address": address, "before": before})
    return [(row.member_id, row.kept_at) for row in rows]


_SHEETS: Any = FormSheet.__table__
_UNSENT = (
    select(_SHEETS.c.member_id, _SHEETS.c.kept_at)
    .where(
        _SHEETS.c.address == bindparam("address"),
        _SHEETS.c.sent_at.is_(None),
        _SHEETS.c.kept_at < bindparam("before"),
    )
    .order_by(_SHEETS.c.kept_at)
)


def _address(owner: Any) -> str:
    if isinstance(owner, Lapsed) and request.endpoint == "web.keep_sheet":
        return request.form.get("sheet_address", "/")[:_LONGEST]
    return here()


def _locked(
    on: Session, sheet_id: UUID, member_id: UUID, key_id: UUID, *, mine_only: bool = True
) -> FormSheet:
    """The sheet’s row, made where there is none, locked for this transaction."""
    dialect = on.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    on.execute(
        insert(FormSheet)
        .values(id=sheet_id, member_id=member_id, key_id=key_id, address="", created_at=clock.now())
        .on_conflict_do_nothing()
    )
    statement = select(FormSheet).where(FormSheet.id == sheet_id)
    sheet = on.scalars(statement.with_for_update(of=FormSheet)).one()
    if sheet.member_id != member_id:
        if mine_only:
            raise NotFound
        return _locked(on, uuid4(), member_id, key_id)
    return sheet


def _fill(sheet: FormSheet, address: str) -> None:
    seen = g.get("version_seen")
    sent = [[name, value] for name, value in _pairs() if not (seen and name == "version")]
    sheet.fields = [*sent, ["version", str(seen)]] if seen else sent
    sheet.address = address[:_LONGEST]
    sheet.kept_at = clock.now()


def _pairs() -> Iterable[tuple[str, str]]:
    return [
        (name, without_files(value))
        for name, value in request.form.items(multi=True)
        if name not in NEVER_KEPT and name != "sheet_address" and value and "\x00" not in value
    ]


def _digest() -> bytes:
    text = "\n".join(
        f"{name}={value}"
        for name, value in sorted(request.form.items(multi=True))
        if name != "csrf_token"
    )
    return hashlib.sha256(f"{request.path}\n{text}".encode("utf-8", "surrogatepass")).digest()
