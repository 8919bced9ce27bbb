"""The people and records of a case as its pages read them: prepared statements, nothing watched.

Whoever is about to change a record loads it through `cases.service` instead.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Uuid, and_, bindparam, select

from portal.cases.models import (
    Case,
    Countersignature,
    Decision,
    DecisionKind,
    DueAction,
    Involved,
)
from portal.cases.models_access import EmergencyAccess
from portal.cases.models_content import ContentItem
from portal.cases.service import harmed_first
from portal.db import read
from portal.people.models import Person
from portal.vault.keys import DataKey
from portal.vault.records import Record
from portal.vault.seen import Seen, Together, key_columns, key_in

CASE = bindparam("case", type_=Uuid())


Found = Mapping[type[Record], list[Any]]


class AllOf:
    """Reads every record of these kinds in a case with one statement, the newest first."""

    def __init__(self, *wanted: Seen[Any]) -> None:
        where = {seen.kind: seen.table.c.case_id == CASE for seen in wanted}
        if DueAction in where:
            where[DueAction] = and_(where[DueAction], _ACTION.table.c.state == "open")
        self._together = Together(wanted, where)

    def __call__(self, case: Case) -> Found:
        rows = read(self._together.statement, {"case": case.id})
        return self._together.records(rows, case.key)


def people(case: Case) -> list[Involved]:
    """Everybody in the case, as `cases.service.people_in` gives them."""
    found = []
    for row in read(_PEOPLE, {"case": case.id}):
        person = None
        if row.person_id is not None:
            key = key_in(row, _KEY_AT)
            person = _PERSON.record(row[_PERSON_AT:], key, key_id=key.id)
        found.append(_INVOLVED.record(row, case.key, person=person))
    return harmed_first(found)


def open_actions(found: Found) -> list[DueAction]:
    """What is still to be done, by when it is due."""
    return sorted(found[DueAction], key=lambda one: (one.due_at, str(one.id)))


def police_decisions(case: Case) -> list[Decision]:
    """The decisions about the police with their second words, the newest first."""
    found: dict[Any, Decision] = {}
    for row in read(_DECISIONS, {"case": case.id}):
        decision = found.get(row[0])
        if decision is None:
            decision = _DECISION.record(row, case.key, countersignatures=[])
            found[row[0]] = decision
        if row[_SIGNED_AT] is not None:
            word = _SIGNED.record(row[_SIGNED_AT:], case.key, decision=decision)
            decision.countersignatures.append(word)
    return list(found.values())


_INVOLVED = Seen(
    Involved, "case_id", "person_id", "parts", "how_sure", "description", "words_for_self"
)
_PERSON = Seen(Person, "kind", "full_name", "born", "age_told", "year_group", "form_group", "place")
_PERSON_AT = len(_INVOLVED.columns)
_KEY_AT = _PERSON_AT + len(_PERSON.columns)
_PEOPLE = (
    select(*_INVOLVED.columns, *_PERSON.columns, *key_columns())
    .select_from(_INVOLVED.table)
    .outerjoin(_PERSON.table, _PERSON.table.c.id == _INVOLVED.table.c.person_id)
    .outerjoin(DataKey.__table__, DataKey.__table__.c.id == _PERSON.table.c.key_id)
    .where(_INVOLVED.table.c.case_id == CASE)
    .order_by(_INVOLVED.table.c.written_at, _INVOLVED.table.c.id)
)

_ACTION = Seen(
    DueAction, "written_at", "kind", "subject", "owner_id", "due_at", "state", "what", "owner_name"
)
ITEM = Seen(
    ContentItem,
    "written_at",
    "state",
    "held_since",
    "release",
    "what",
    "platform",
    "url",
    "account",
)
_EMERGENCY = Seen(
    EmergencyAccess, "written_at", "member_id", "until", "ended_at", "reviewed_at", "finding"
)
READS = (_ACTION, ITEM, _EMERGENCY)
"""What the case page reads of the records that belong to no feature: open actions, content, and
access in an emergency."""

_DECISION = Seen(Decision)
_SIGNED = Seen(Countersignature)
_SIGNED_AT = len(_DECISION.columns)
_DECISIONS = (
    select(*_DECISION.columns, *_SIGNED.columns)
    .select_from(_DECISION.table)
    .outerjoin(_SIGNED.table, _SIGNED.table.c.decision_id == _DECISION.table.c.id)
    .where(_DECISION.table.c.case_id == CASE, _DECISION.table.c.kind == DecisionKind.POLICE.value)
    .order_by(_DECISION.table.c.written_at.desc(), _DECISION.table.c.id, _SIGNED.table.c.signed_at)
)
