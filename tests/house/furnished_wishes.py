"""Wishes of a case in every state that pages can show, with notes and facts not to be told."""

from datetime import timedelta
from uuid import UUID

from portal import clock
from portal.cases import need_to_know
from portal.cases import service as cases
from portal.cases.models import Case
from portal.cases.withheld import lift, withhold
from portal.db import session
from portal.staff.roles import Role
from portal.wishes import service
from portal.wishes.rules import Named
from tests import factories
from tests.factories import School


def wishes(at: School, made: Case) -> dict[str, list[UUID]]:
    """Two visits of one young person, notes sent, read and withdrawn, facts kept out and lifted."""
    her = next(one for one in cases.people_in(made) if service.is_young(one))
    first = [
        Named("Mum", "knows", knows_already=True, how_much="All of it"),
        Named("Mr O'Dea", "rather_not", not_do="Don’t tell the class."),
    ]
    then = [
        Named("Mum", "knows", knows_already=True, how_much="All of it", support="Don’t ask"),
        Named("Mr O'Dea", "wanted", how_much="A bit", member_id=at[Role.STAFF].id),
        Named("Gran", "rather_not"),
    ]
    visits = []
    for how, people, paper in (("paper", first, True), ("handed_over", then, False)):
        day = factories.when(2 if paper else 1)
        visit = service.Visit(
            how=how,
            at=day,
            people=people,
            paper_on=day.on if paper else None,
            next_on=clock.today() + timedelta(days=14),
            class_form="9B",
            anything_else="It’s too loud in the hall.",
            must_know=[{"name": at.dsl.name, "why": "leads the work to keep you safe"}],
        )
        visits.append(service.record_visit(at.dsl.actor, made, her, visit))
        session.flush()
    newest = visits[-1]
    return {
        "wishes_id": [newest.id],
        "named_id": [one.id for one in newest.people[:2]],
        "told_id": _notes(at, made),
        "withheld_id": _facts(at, made),
    }


def _notes(at: School, made: Case) -> list[UUID]:
    dsl = at.dsl.actor
    her = next(one for one in cases.people_in(made) if service.is_young(one))
    sent = [
        need_to_know.send(
            dsl,
            made,
            her,
            need_to_know.New(at[role].id, f"She’d like to sit by the door, {role.label}.", day),
        )
        for role, day in (
            (Role.STAFF, clock.today()),
            (Role.PASTORAL, clock.today()),
            (Role.ADMIN, clock.today() - timedelta(days=1)),
        )
    ]
    session.flush()
    need_to_know.withdraw(dsl, sent[-1], "She’s changed her mind.")
    return [one.id for one in sent]


def _facts(at: School, made: Case) -> list[UUID]:
    dsl = at.dsl.actor
    her = next(one for one in cases.people_in(made) if service.is_young(one))
    found = [
        withhold(
            dsl,
            made,
            her,
            words={"fact": f"It’s {word}.", "phrases": [word], "reason": "She’s not ready."},
            from_kinds=["parent"],
            from_people=[],
        )
        for word in ("her girlfriend", "her diary")
    ]
    session.flush()
    lift(dsl, found[-1], "She told them herself.")
    return [one.id for one in found]
