"""Colleagues who hold something of the furnished case, and colleagues who are shut out of it.

    reads.PART, writes.PART    pastoral staff who were given one part, about everybody in it
    reads.all, writes.all      pastoral staff who were given all of it
    one.PART                   pastoral staff who may write in one part about one young person alone
    emergency                  pastoral staff who opened the case in an emergency
    ROLE.granted               somebody of each other role with a grant to write all of it, which
                               gives them nothing: grants are for pastoral staff
    ROLE.excluded              somebody of each role who holds the same and is shut out
    bare.excluded              pastoral staff who hold nothing and are shut out

A stage of its own on top of the furnished school.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from flask import Flask

from portal import clock, create_app
from portal.cases import actions
from portal.cases import service as cases
from portal.cases.access_rules import ALL, Part
from portal.cases.models import Case, DueAction, Involved
from portal.cases.models_access import EmergencyAccess, Grant
from portal.config import Config
from portal.db import session
from portal.journal.service import note
from portal.people.models import PersonKind
from portal.staff.roles import Role
from tests import factories
from tests.conftest import signed_in
from tests.factories import Colleague, School
from tests.house.furnished import Furnished
from tests.page import Browser

PARTS = tuple(part.value for part in Part if part is not Part.REST)
EVERY = (*PARTS, ALL)


@dataclass(frozen=True)
class Holders:
    """Who holds what: sign-ins by name, the young person of the narrow grants, and the others."""

    colleagues: Mapping[str, Colleague]
    secrets: Mapping[str, str]
    one: UUID
    name: str
    others: Mapping[UUID, str]

    def browser(self, app: Flask, name: str) -> Browser:
        browser = Browser(app)
        with browser.client.session_transaction() as kept:
            kept["_user_id"], kept["_fresh"] = self.secrets[name], True
        return browser


def grant(
    at: School,
    about: Case,
    to: Colleague,
    part: str,
    *,
    may_write: bool = False,
    one: UUID | None = None,
    for_days: float = 7,
) -> Grant:
    """A grant as it stands in the table, also where no page would give it."""
    given = Grant(
        about.key,
        case_id=about.id,
        involved_id=one,
        member_id=to.id,
        given_by=at.dsl.id,
        part=part,
        may_write=may_write,
        until=clock.now() + timedelta(days=for_days),
        reason="She trusts them.",
    )
    session.add(given)
    note(at.dsl.actor, "gave a part of the case", given)
    return given


def emergency(at: School, about: Case, to: Colleague, minutes: int = 60) -> EmergencyAccess:
    opened = EmergencyAccess(
        about.key,
        case_id=about.id,
        member_id=to.id,
        role=to.role.value,
        until=clock.now() + timedelta(minutes=minutes),
        reason="She is at the gate now and will not go home.",
    )
    session.add(opened)
    note(at.dsl.actor, "opened the case in an emergency", opened)
    return opened


def hold(config: Config, furnished: Furnished) -> Holders:
    app = create_app(config)
    at, place = furnished.school, furnished.here
    with factories.saved(app):
        about = session.get(Case, place.ids["cases"])
        assert about is not None
        young = [one for one in cases.people_in(about) if _is_young(one)]
        one = next(each for each in young if "displayed" in each.parts)
        others = {each.id: each.name for each in young if each.id != one.id}
        chosen, name = one.id, one.name
        made = _colleagues(at)
        for part in EVERY:
            grant(at, about, made[f"reads.{part}"], part)
            grant(at, about, made[f"writes.{part}"], part, may_write=True)
            if part != ALL:
                grant(at, about, made[f"one.{part}"], part, may_write=True, one=chosen)
        emergency(at, about, made["emergency"])
        # a grant for actions opens those that its holder was given to do
        due = session.get(DueAction, place.ids["due_actions"])
        assert due is not None
        actions.move_action(at.dsl.actor, due, due.due_at, made["writes.actions"].id, "Theirs")
        for held, who in made.items():
            if held.endswith((".granted", ".excluded")) and held != "bare.excluded":
                grant(at, about, who, ALL, may_write=True)
            if held.endswith(".excluded"):
                emergency(at, about, who)
        closed = session.get(Case, place.ids["closed"])
        assert closed is not None
        grant(at, closed, made["writes.all"], ALL, may_write=True)
        for shut in (who for held, who in made.items() if held.endswith(".excluded")):
            factories.exclude(at, about, shut)
            factories.exclude(at, closed, shut)
    secrets = {name: signed_in(app, who) for name, who in made.items()}
    app.extensions["database"].engine.dispose()
    return Holders(made, secrets, chosen, name, others)


def _colleagues(at: School) -> dict[str, Colleague]:
    wanted = [(f"{how}.{part}", Role.PASTORAL) for how in ("reads", "writes") for part in EVERY]
    wanted += [(f"one.{part}", Role.PASTORAL) for part in PARTS]
    wanted += [("emergency", Role.PASTORAL)]
    wanted += [(f"{role.value}.granted", role) for role in Role if role is not Role.PASTORAL]
    wanted += [(f"{role.value}.excluded", role) for role in Role]
    wanted += [("bare.excluded", Role.PASTORAL)]
    return {
        name: factories.colleague(at, role, f"Holder {_letters(place)}", name.replace("_", "."))
        for place, (name, role) in enumerate(wanted)
    }


def _letters(place: int) -> str:
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[place // 26] + "abcdefghijklmnopqrstuvwxyz"[place % 26]


def _is_young(one: Involved) -> bool:
    return one.person is not None and PersonKind(one.person.kind).is_young
