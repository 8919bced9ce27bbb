"""The head of every page of a case: its reference, and facts where a page gives them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Flask, request
from markupsafe import Markup

from portal.cases.access import may, open_until
from portal.cases.models import Case
from portal.cases.shown import sees_whole, works_whole, writes_about
from portal.staff.roles import Permission
from portal.staff.viewer import viewer


@dataclass(frozen=True)
class CaseHead:
    reference: str
    facts: tuple[str | Markup, ...] = ()


def init_app(app: Flask) -> None:
    @app.context_processor
    def head() -> dict[str, Any]:
        case = (request.view_args or {}).get("case")
        # After a failed write a record cannot be read again; the page that says so needs no head.
        if not isinstance(case, Case) or "reference" not in case.__dict__:
            return {}
        return {
            "case_head": CaseHead(case.reference),
            # A link to a page that would refuse its reader is not shown.
            "case_may": lambda permission: may(viewer(), Permission(permission), case),
        }

    # For macros too, which see nothing of the page that imports them.
    app.jinja_env.globals["sees_whole"] = sees_whole
    app.jinja_env.globals["works_whole"] = works_whole
    app.jinja_env.globals["writes_about"] = writes_about
    app.jinja_env.globals["case_open_until"] = _open_until


def _open_until() -> datetime | None:
    """Until when the reader of this page has its case open in an emergency."""
    case = (request.view_args or {}).get("case")
    if not isinstance(case, Case) or "reference" not in case.__dict__:
        return None
    return open_until(viewer(), case)
