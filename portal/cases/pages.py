"""How a page of one case is shown: with the case’s head and a short way to its addresses."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from flask.typing import ResponseReturnValue

from portal.cases.models import Case
from portal.cases.steps import address
from portal.web.form_base import Form
from portal.web.pages import page


@dataclass(frozen=True)
class CaseHead:
    """What stands above every page of a case."""

    reference: str
    facts: tuple[str, ...] = ()


def case_page(
    template: str, case: Case, *, form: Form | None = None, **context: Any
) -> ResponseReturnValue:
    """A page of a case; its template has `case`, `case_head`, and `at(…)` for its addresses."""
    return page(
        template,
        form=form,
        case=case,
        case_head=CaseHead(case.reference),
        at=partial(address, case),
        **context,
    )
