"""How a page of one case is shown: with the case and a short way to its addresses."""

from functools import partial
from typing import Any

from flask.typing import ResponseReturnValue

from portal.cases.models import Case
from portal.cases.steps import address
from portal.web.form_base import Form
from portal.web.pages import page


def case_page(
    template: str, case: Case, *, form: Form | None = None, **context: Any
) -> ResponseReturnValue:
    """A page of a case; its template has `case`, and `at(…)` for the case’s addresses."""
    return page(template, form=form, **frame(case), **context)


def frame(case: Case) -> dict[str, Any]:
    """What every template of a case is given."""
    return {"case": case, "at": partial(address, case)}
