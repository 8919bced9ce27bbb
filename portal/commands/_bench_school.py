"""A school with very many cases, inserted as rows: only for measuring.

The cases are really sealed, each under its own key, and have no journal rows; one case in the
middle is made through the services with forty entries, so that its page is the page that people
open.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, update

from portal import boot, clock, create_app
from portal import config as configuration
from portal.cases import service as cases
from portal.cases.models import Case, DueAction, Involved
from portal.cases.models_content import ContentItem
from portal.cases.rules import Audience
from portal.clock import Happened
from portal.db import close_session, session
from portal.devices.models import CustodyMove, Device
from portal.journal import service as journal
from portal.journal.actor import MACHINE, Actor
from portal.people import service as people
from portal.people.models import Person, PersonKind
from portal.referrals.models import Referral
from portal.staff import service as staff
from portal.staff.factors import second_factor, totp
from portal.staff.models import School, SignIn
from portal.staff.roles import Role
from portal.staff.sign_ins import sign_in
from portal.vault.keys import DataKey, KeyKind, vault
from portal.vault.roots import Root

PASSWORD = secrets.token_urlsafe(16)
SECRET = totp.new_secret()
PUPILS = 400
CASES_OF_ONE = 5
ENTRIES = 40
AT_ONCE = 5_000
OPEN_AT_LEAST = 60


@dataclass
class Bench:
    """One portal with so many cases, and somebody signed in to it."""

    app: Flask
    client: FlaskClient
    count: int
    reference: str


def make(home: Path, count: int, url: str = "") -> Bench:
    """Make a portal with `count` cases in a folder of its own."""
    environ = {"PORTAL_HOME": str(home)} | ({"DATABASE_URL": url} if url else {})
    config = configuration.load(environ)
    boot.prepare(config)
    app = create_app(config)
    with _saved(app):
        school = staff.add_school(MACHINE, staff.NewSchool("Bench School"))
        roles = frozenset({Role.DSL})
        new = staff.NewMember("Bench Lead", "bench", PASSWORD, roles, must_change=False)
        lead = staff.add_member(MACHINE, school, new)
        second_factor.add_totp(MACHINE, lead, SECRET)
        actor = Actor(lead.id, None, Role.DSL.value, school.id)
        pupils = [_pupil(actor, school, number) for number in range(PUPILS)]
        ids = [pupil.id for pupil in pupils]
        ids += _more_pupils(school, 2 * count // CASES_OF_ONE - len(ids))
        _rows(school, lead.id, ids, count // 2, start=0)
        full = _full_case(actor, school, pupils)
        reference = full.reference
        _rows(school, lead.id, ids, count - count // 2, start=count)
    return Bench(app, _signed_in(app), count, reference)


@contextmanager
def _saved(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield
        journal.settle(session)
        session.commit()
        close_session()


def _pupil(actor: Actor, school: School, number: int) -> Person:
    details = {"full_name": f"Pupil Number{number:04d}", "form_group": f"{7 + number % 5}A"}
    return people.add_person(actor, school, PersonKind.PUPIL, details)


def _more_pupils(school: School, count: int) -> list[UUID]:
    """Pupils as plain rows, so that one is in about as many cases whatever the school’s size."""
    found: list[UUID] = []
    for first in range(0, count, AT_ONCE):
        keys, people, now = [], [], clock.now()
        for _ in range(first, min(first + AT_ONCE, count)):
            key = vault.new_key(session, KeyKind.PERSON, school.key)
            session.expunge(key)
            person = Person(key, school_id=school.id, kind="pupil", full_name="Pupil Another")
            keys.append(_columns(key))
            people.append(
                {
                    "id": person.id,
                    "key_id": key.id,
                    "version": 1,
                    "written_at": now,
                    "changed_at": now,
                    "school_id": school.id,
                    "kind": "pupil",
                    "full_name_sealed": person.full_name_sealed,  # type: ignore[attr-defined]  # made by the record's base
                }
            )
        session.execute(insert(DataKey), keys)
        session.execute(insert(Person), people)
        found += [one["id"] for one in people]
    return found


def _full_case(actor: Actor, school: School, pupils: list[Person]) -> Case:
    """A case with forty entries, of which eight are things to do."""
    told = cases.Told(["non_consensual_sharing"], ["shared_without_consent"], [], [], "no", None)
    case = cases.open_case(
        actor, school, told=told, audience=Audience.LEADS, lead_id=actor.member_id
    )
    for pupil, part in zip(pupils[:3], ("harmed", "displayed", "witness"), strict=True):
        cases.involve(actor, case, person=pupil, parts=[part], words={"note": "In this case"})
    for number in range(ENTRIES - 12):
        words = f"Entry {number}. " + "Rang home and spoke for a while about what comes next. " * 3
        cases.add_note(actor, case, "contact", words, Happened(clock.today()))
    _due(actor, case)
    return case


def _due(actor: Actor, case: Case) -> None:
    from portal.cases import actions

    for number in range(8):
        actions.plan_action(
            actor,
            case,
            kind="other",
            what=f"Thing to do {number}",
            due_at=clock.now() + timedelta(days=number - 3),
            owner_id=actor.member_id,
        )


def _rows(school: School, lead: UUID, pupils: list[UUID], count: int, *, start: int) -> None:
    """Cases as plain rows, two people in each, something to do in every tenth."""
    moment = clock.now() - timedelta(days=count)
    for first in range(0, count, AT_ONCE):
        keys, found, parts, due = [], [], [], []
        acts: dict[type[Root], list[dict[str, object]]] = {kind: [] for kind in _ACTS}
        for number in range(first, min(first + AT_ONCE, count)):
            key = vault.new_key(session, KeyKind.CASE, school.key)
            session.expunge(key)
            keys.append(_columns(key))
            at = moment + timedelta(minutes=number + start)
            kept = {"key_id": key.id, "version": 1, "written_at": at, "changed_at": at}
            case = {
                "id": uuid4(),
                "school_id": school.id,
                "reference": f"B{start + number:07d}",
                "state": "open" if number % 3 else "closed",
                "closed_at": None if number % 3 else at,
                "audience": "leads",
                "lead_id": lead,
                "types": ["sexualised_bullying"],
                "behaviours": [],
                "overlaps": [],
                "hate_elements": [],
                "danger": "no",
                "opened_at": at,
                "recurrences": 0,
                "not_needed": [],
                "outcome": "may_be_managed_in_school",
                "decision": "do_not_refer",
                **kept,
            }
            found.append(case)
            for index in range(2):
                person = pupils[(number + index) % len(pupils)]
                parts.append(
                    {
                        "id": uuid4(),
                        "case_id": case["id"],
                        "person_id": person,
                        "parts": ["harmed" if index == 0 else "displayed"],
                        "how_sure": "said",
                        **kept,
                    }
                )
            if number % 10 == 0:
                due.append(_due_row(case["id"], lead, kept))
                # About as many stand open whatever the school’s size, and never less than a page.
                is_open = number % 100 == 0 or start + number < OPEN_AT_LEAST * 10
                for record in _acts(key, school, case["id"], lead, at, is_open=is_open):
                    acts[type(record)].append(_row_of(record))
        tables: tuple[tuple[Any, Any], ...] = (
            (DataKey, keys),
            (Case, found),
            (Involved, parts),
            (DueAction, due),
        )
        for table, rows in (*tables, *acts.items()):
            session.execute(insert(table), rows)


def _acts(
    key: DataKey, school: School, case_id: object, lead: UUID, at: datetime, *, is_open: bool
) -> list[Root]:
    """A referral, a content item and a device of one case, open or settled."""
    of_case = {"case_id": case_id, "school_id": school.id}
    device = Device(
        key,
        **of_case,
        held=is_open,
        taken_at=at,
        how="handed_over",
        grounds=["handed_over"],
        states=["off"],
        for_police=False,
        kind="telephone",
        make="Make",
        owner="Pupil",
        taken_by="Bench Lead",
    )
    last = "stored" if is_open else "returned"
    moves = [
        CustodyMove(
            key,
            case_id=case_id,
            device_id=device.id,
            number=number,
            kind=kind,
            by_id=lead,
            to_whom="Bench Lead",
            place="Safe",
            happened_on=at.date(),
            happened_about=False,
        )
        for number, kind in enumerate(("taken", last), start=1)
    ]
    item = ContentItem(
        key,
        **of_case,
        kind="post",
        state="live" if is_open else "removed",
        found_at=at,
        held_since=at,
        release="",
        what="A post",
        platform="Somewhere",
        account="somebody",
    )
    referral = Referral(
        key,
        **of_case,
        kind="social_care",
        nature="referral",
        how="telephone",
        made_by=lead,
        made_at=at,
        state="waiting" if is_open else "answered",
        outcome="",
        parents="yes",
        knows_of=[],
        content=[],
        body="Front door",
        happened_on=at.date(),
        happened_about=False,
    )
    return [referral, item, device, *moves]


def _row_of(record: Root) -> dict[str, object]:
    columns = record.__table__.columns
    return {column.name: getattr(record, column.name) for column in columns} | {"version": 1}


_ACTS: tuple[type[Root], ...] = (Referral, ContentItem, Device, CustodyMove)


def _due_row(case_id: object, lead: UUID, kept: dict[str, object]) -> dict[str, object]:
    return {
        "id": uuid4(),
        "case_id": case_id,
        "kind": "other",
        "subject": "",
        "owner_id": lead,
        "due_at": clock.now() + timedelta(days=30),
        "state": "open",
        **kept,
    }


def _columns(key: DataKey) -> dict[str, object]:
    return {
        "id": key.id,
        "kind": key.kind,
        "parent_id": key.parent_id,
        "wrapped": key.wrapped,
        "created_at": key.created_at,
    }


def _signed_in(app: Flask) -> FlaskClient:
    with app.test_request_context(method="POST"):
        begun = sign_in.sign_in("bench", PASSWORD, "127.0.0.1")
        if isinstance(begun, sign_in.Refused):
            raise RuntimeError("the bench cannot sign in")
        session.execute(update(SignIn).values(second_at=clock.now(), second_how="totp"))
        journal.settle(session)
        session.commit()
    client = app.test_client()
    with client.session_transaction() as kept:
        kept["_user_id"], kept["_fresh"] = begun[0].get_id(), True
    return client
