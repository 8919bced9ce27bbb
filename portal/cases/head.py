"""The head of every page of a case: its reference, and facts where a page gives them."""

from dataclasses import dataclass

from flask import Flask, request
from markupsafe import Markup

from portal.cases.models import Case


@dataclass(frozen=True)
class CaseHead:
    reference: str
    facts: tuple[str | Markup, ...] = ()


def init_app(app: Flask) -> None:
    @app.context_processor
    def head() -> dict[str, CaseHead]:
        case = (request.view_args or {}).get("case")
        # After a failed write a record cannot be read again; the page that says so needs no head.
        if not isinstance(case, Case) or "reference" not in case.__dict__:
            return {}
        return {"case_head": CaseHead(case.reference)}
