"""The head of every page of a case: its reference, and facts where a page gives them."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, request
from markupsafe import Markup

from portal.cases.access import may
from portal.cases.models import Case
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
