"""The addresses that belong to no feature.

Autosave, starting a form again, and where to report a security problem.
"""

from datetime import timedelta
from uuid import UUID

from flask import Blueprint, Response, current_app, request
from flask.typing import ResponseReturnValue

from portal import clock
from portal.config import Config
from portal.web import sheets
from portal.web.access import Access, declare, public
from portal.web.holder import holder
from portal.web.hosts import own_origin
from portal.web.pages import go, local_address, page

bp = Blueprint("web", __name__)
_SECURITY_TXT_HOLDS = timedelta(days=180)


class _SignedIn(Access):
    """Anybody who is signed in with all that it takes; a script is told so with a bare 401."""

    def check(self) -> ResponseReturnValue | None:
        who = holder()
        return None if who is not None and who.is_let_in else ("", 401)


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


@bp.get("/.well-known/security.txt")
@public
def security_txt() -> Response:
    """Where to report a weakness (RFC 9116). It is made anew each day, so it never runs out."""
    here, until = own_origin(), clock.today() + _SECURITY_TXT_HOLDS
    lines = [
        f"Contact: {_config().contact or f'{here}/security'}",
        f"Expires: {until.isoformat()}T00:00:00Z",
        f"Policy: {here}/security",
        "Preferred-Languages: en",
    ]
    address = _config().public_address
    if address is not None:
        lines.append(f"Canonical: {address}{request.path}")
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@bp.get("/security")
@public
def security() -> ResponseReturnValue:
    """What to report, how, and what nobody may ever send."""
    return page("web/security.html", contact=_config().contact)


def _config() -> Config:
    config: Config = current_app.extensions["portal"]
    return config


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
