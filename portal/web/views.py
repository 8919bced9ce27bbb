"""The addresses that belong to no feature: autosave and starting a form again."""

from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from portal.web import sheets
from portal.web.access import Access, declare
from portal.web.holder import holder
from portal.web.pages import go, local_address

bp = Blueprint("web", __name__)


class _SignedIn(Access):
    """Anybody who is signed in; a script is told so with a bare 401."""

    def check(self) -> ResponseReturnValue | None:
        return None if holder() is not None else ("", 401)


def keep_sheet(sheet_id: UUID) -> ResponseReturnValue:
    """Autosave: answers 204 when what was typed is kept."""
    address = local_address(request.form.get("sheet_address"))
    if address is None:
        return "", 422
    sheets.keep(sheet_id, address)
    return "", 204


def discard_sheet(sheet_id: UUID) -> ResponseReturnValue:
    """Start a form again with nothing in it."""
    return go(local_address(sheets.discard(sheet_id)) or "/")


bp.add_url_rule(
    "/sheets/<uuid:sheet_id>",
    view_func=declare(keep_sheet, _SignedIn()),
    methods=["POST"],
)
bp.add_url_rule(
    "/sheets/<uuid:sheet_id>/discard",
    view_func=declare(discard_sheet, _SignedIn()),
    methods=["POST"],
)
