"""The few helpers that every view uses: show a page, go on to another, open a form."""

from datetime import date
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.clock import Happened
from portal.db import SAFE_METHODS, session
from portal.vault.roots import Root
from portal.web import sheets
from portal.web.cursor import Cursor
from portal.web.dates import plain_day
from portal.web.errors import Conflict
from portal.web.form_base import Form
from portal.web.here import own_address

F = TypeVar("F", bound=Form)


def page(template: str, *, form: Form | None = None, **context: Any) -> ResponseReturnValue:
    """A page; one whose form has errors is answered with 422 and everything typed in it."""
    status = 422 if form is not None and form.errors else 200
    return render_template(template, form=form, **context), status


def see_other(endpoint: str, **values: Any) -> ResponseReturnValue:
    """Done: go on to another page. The unit of work commits on this."""
    return redirect(url_for(endpoint, **values), 303)


def go(address: str) -> ResponseReturnValue:
    return redirect(address, 303)


def open_form(form_class: type[F], *, data: dict[str, Any] | None = None, version: int = 0) -> F:
    """The form of this address: as sent, as left earlier, or fresh with `data` in it."""
    if request.method not in SAFE_METHODS:
        return form_class()
    kept = sheets.waiting(sheets.here())
    if kept is not None:
        form = form_class(formdata=kept.fields)
        form.left_at = kept.at
        form.sheet.data = str(kept.id)
    else:
        form = form_class(formdata=None, data=data)
        form.sheet.data = str(sheets.new_id())
        form.version.data = str(version) if version else ""
    return form


def refuse_stale(record: Root, form: Form, now_there: dict[str, str]) -> None:
    """Raise `Conflict` with both texts where the record changed after the form was opened.

    Locks the row, so that of two forms sent at once the second sees the first.
    """
    session.refresh(record, with_for_update={"of": type(record)})
    if form.version_number == record.version:
        return
    rows = []
    for field in form:
        if field.name in now_there and str(field.label.text):
            rows.append((str(field.label.text), _as_read(field), now_there[field.name]))
    raise Conflict(rows, record.version)


def _as_read(field: Any) -> str:
    """What somebody answered, in words: labels rather than codes, a day rather than figures."""
    if hasattr(field, "is_chosen"):
        return "\n".join(option.label for option in field.choices if field.is_chosen(option))
    if getattr(field, "kind", "") == "rows":
        asked = ([one for one in row.questions() if one.kind != "hidden"] for row in field.filled)
        return "\n".join("; ".join(filter(None, map(_as_read, row))) for row in asked)
    if isinstance(field.data, Happened):
        at = f", {field.data.at:%H:%M}" if field.data.at else ""
        return f"{'about ' if field.data.about else ''}{plain_day(field.data.on)}{at}"
    if isinstance(field.data, date):
        return plain_day(field.data)
    if isinstance(field.data, bool):
        return "Yes" if field.data else "No"
    return field.data if isinstance(field.data, str) else str(field.data or "")


def page_after() -> Cursor | None:
    """Where the page of a list begins, as the address says it; 400 for what no page wrote."""
    if "after" not in request.args:
        return None
    after = Cursor.read(request.args["after"])
    return after if after is not None else abort(400)


def came_from() -> str | None:
    """The page of ours from which this request was sent, without its query."""
    before, here = request.referrer or "", request.host_url
    if not before.startswith(here):
        return None
    return local_address("/" + before[len(here) :].partition("?")[0])


def address_to_return_to() -> str:
    """Where to go on after a page that came between: here, or where a mere button was pressed.

    Most forms are sent to the address that shows them; a button’s own address shows nothing.
    """
    shows = request.url_rule is not None and "GET" in (request.url_rule.methods or ())
    return own_address() if shows else came_from() or own_address()


def local_address(text: str | None) -> str | None:
    """An address of this server to go back to, or None: nothing that leads elsewhere."""
    if not text or not text.startswith("/") or text.startswith("//") or "\\" in text:
        return None
    parts = urlsplit(text)
    return text if not parts.scheme and not parts.netloc and text.isprintable() else None
