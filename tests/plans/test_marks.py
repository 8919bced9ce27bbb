"""Who takes part, where somebody is not to be contacted or should rather not know."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.cases import service as cases
from portal.cases.models import Case
from portal.db import session
from portal.people import service as people
from portal.people.models import Carer
from portal.staff.roles import Role
from portal.wishes import service as wishes
from portal.wishes.rules import Named
from tests import factories
from tests.factories import School
from tests.house.holders import grant
from tests.page import Browser
from tests.plans.conftest import Made, begun


def rather_not(saved: Any, school: School, made: Made, name: str, member_id: UUID | None) -> None:
    from portal.cases.models import Case
    from portal.db import session

    with saved():
        case = session.query(Case).filter(Case.reference == made.reference).one()
        sara = cases.get_involved(case, UUID(made.sara))
        if sara.person is None:
            cases.identify(school.dsl.actor, sara, factories.pupil(school, "Sara O'Neill"))
        named = [Named(name, "rather_not", member_id=member_id)]
        visit = wishes.Visit(how="beside", at=factories.when(0, None), people=named)
        wishes.record_visit(school.dsl.actor, case, sara, visit)


def test_who_should_rather_not_know_is_marked(
    ruth: Browser, made: Made, look: Any, saved: Any, school: School
) -> None:
    plan, _ = begun(ruth, made, look)
    tom = school[Role.DEPUTY]
    rather_not(saved, school, made, tom.name, tom.id)
    page = ruth.get(made.at(plan, "change"))
    options = [page.words(one) for one in page.all("option")]
    assert f"{tom.name} (Sara O'Neill would rather they did not know)" in options
    assert "would rather" not in ruth.get(made.at(plan)).main_text
    page = page.submit(button="Add another person", status=200)
    row = {"people-2-who": f"member:{tom.id}", "people-2-voice": "none"}
    shown = page.submit(fields=row, status=303).follow()
    assert f"Sara O'Neill would rather that {tom.name} did not know." in shown.main_text


def test_a_carer_who_may_no_longer_be_contacted_is_marked(
    ruth: Browser, made: Made, look: Any, saved: Any, school: School
) -> None:
    from portal.db import session

    plan, _ = begun(ruth, made, look)
    assert "not to be contacted" not in ruth.get(made.at(plan)).main_text
    with saved():
        link = session.get(Carer, UUID(made.mother))
        assert link is not None
        people.change_carer(school.dsl.actor, link, {"may_contact": "no"}, "Court order")
    assert "Maria Price is not to be contacted." in ruth.get(made.at(plan)).main_text
    page = ruth.get(made.at(plan, "change"))
    assert "Maria Price, Denzil Price" in page.main_text


def test_nobody_is_chosen_who_is_not_offered(ruth: Browser, made: Made, school: School) -> None:
    page = ruth.get(made.new)
    sent = page.fields()
    for wrong in (f"carer:{made.father}", "member:nobody", f"carer:{made.sara}"):
        sent["people-0-who"] = wrong
        again = ruth.post(made.new, sent, status=422)
        assert any("Choose one of the answers" in one for one in again.errors().values())
    same = {f"people-{row}-who": f"member:{school.dsl.id}" for row in (0, 1)}
    again = ruth.get(made.new).submit(fields=same, status=422)
    assert "Somebody stands here twice" in again.errors()["people"]


def test_somebody_can_be_called_something_else(ruth: Browser, made: Made, look: Any) -> None:
    plan, _ = begun(ruth, made, look)
    page = ruth.get(made.at(plan, "change"))
    shown = page.submit(fields={"people-1-name": "Mum"}, status=303).follow()
    assert "Mum, mother" in shown.main_text
    page = ruth.get(made.at(plan, "change"))
    assert page.fields()["people-1-who"] == f"carer:{made.mother}"
    assert page.fields()["people-1-name"] == "Mum"
    page = page.submit(fields={"people-1-name": "", "people-1-who": ""}, status=422)
    assert "Choose who it is, or write a name" in page.errors().values()


def test_whom_a_plan_offers_tells_nobody_who_is_shut_out(
    made: Made, look: Any, saved: Any, school: School, sign_in: Any
) -> None:
    tom = school[Role.DEPUTY]
    with saved():
        case = session.scalars(select(Case).where(Case.reference == made.reference)).one()
        factories.exclude(school, case, tom)
        part = {"may_write": True, "one": UUID(made.owen)}
        grant(school, case, school[Role.PASTORAL], "plan", **part)
    offered = {
        role: {one.get("value") for one in sign_in(role).get(made.new).all("option")}
        for role in (Role.PASTORAL, Role.DSL)
    }
    assert {f"member:{one.id}" for one in school.people.values()} <= offered[Role.PASTORAL]
    assert offered[Role.PASTORAL] - offered[Role.DSL] == {f"member:{tom.id}"}
