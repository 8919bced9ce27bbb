"""Every page of plans opens in every state that the furnished school shows."""

from typing import Any

from portal.staff.roles import Role
from tests import factories
from tests.factories import School
from tests.house.furnished_plans import plans
from tests.page import NAMES, Browser

NAMES.update({"Kaan O'Shea", "Defne O'Shea", "Baran O'Shea", "Zeynep D'Arcy"})


def test_every_page_in_every_state(school: School, saved: Any, sign_in: Any) -> None:
    with saved():
        case = factories.case(school)
        factories.risk(school, case)
        reference, ids = case.reference, plans(school, case)
    at, ruth = f"/cases/{reference}/plans", sign_in(Role.DSL)
    running, draft, ended = ids["plan_id"]
    _open(ruth, at, "")
    for plan in (running, ended, draft):
        _open(ruth, at, f"/{plan}")
    for page in ("review", "sign", "end", "hand-over"):
        _open(ruth, at, f"/{running}/{page}")
    for page in ("change", "agree", "end", "hand-over"):
        _open(ruth, at, f"/{draft}/{page}")
    _open(ruth, at, f"/{ended}/again")
    for one in ids["edition_id"]:
        _open(ruth, at, f"/{running}/editions/{one}")
    for one in ids["step_id"]:
        _open(ruth, at, f"/{running}/steps/{one}")
    for one in ids["plan_person_id"]:
        _open(ruth, at, f"/{running}/voices/{one}")
    ruth.get(f"/cases/{reference}")
    ruth.get(f"/cases/{reference}/chronology")


def _open(browser: Browser, at: str, path: str) -> None:
    assert browser.get(at + path).h1
