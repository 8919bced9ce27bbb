"""A school in the middle of its work: every kind of record that a page can show is there.

Built once per engine and then put back, with somebody of every role signed in, so that the walkers
can send thousands of requests in a few seconds. The clock stands a minute after it was built.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import select
from werkzeug.routing import AnyConverter, Rule

from portal import clock, create_app
from portal.casefile import service as casefile
from portal.cases import actions, decisions
from portal.cases import service as cases
from portal.cases.models import Case
from portal.cases.words import STEPS
from portal.config import Config
from portal.containment.rules import Step, of_a_person
from portal.db import Base, session
from portal.disclosures import service as disclosures
from portal.guidance import rules as guidance_rules
from portal.guidance import service as guidance
from portal.people import service as people
from portal.people.models import PersonKind
from portal.police import rules as police_rules
from portal.staff import service as staff
from portal.staff.roles import Role
from portal.vault.roots import Root
from tests import factories
from tests.conftest import signed_in
from tests.factories import Colleague, School
from tests.house import furnished_acts, furnished_entry, furnished_stay
from tests.page import Browser

STRANGER, FOREIGN, EXCLUDED = "stranger", "foreign", "excluded"
"""Nobody; the DSL of the other school; a DSL who is shut out of the case."""

IDENTITIES = (STRANGER, *(role.value for role in Role), FOREIGN, EXCLUDED)

# Which table the ids in addresses of a case stand for; what is not here is said in `_id`.
_TABLES = {
    "action_id": "due_actions",
    "assessment_id": "assessments",
    "decision_id": "decisions",
    "exclusion_id": "exclusions",
    "involved_id": "involved",
    "note_id": "case_notes",
    "view_id": "young_views",
}
_WORDS = {"code": sorted(STEPS), "service_code": ["posh"], "filename": ["css/portal.css"]}
# Pages that are there for the first of `Place.several` alone: only the police advise on evidence.
_OF_THE_FIRST = {"referrals_after.evidence_advice", "prints_forms.plan"}
# What an address may be asked behind the question mark, beside the same address without it.
_ASKED = {
    "police.choose_young": ["?person={person}"],
    "plans.choose": ["?for={person}"],
    "prints_forms.plan": ["?edition={edition_id}"],
    "prints.print_summary": ["?to=school", "?for={referral_id}"],
    "prints_acts.receipt": ["?for=officer"],
    "referrals.choose": ["?items={item_id}"],
    "referrals.new": ["?items={item_id}"],
}
_RECORDS = {
    "accounts": "online_profiles",
    "incidents": "incidents",
    "evidence": "evidence_items",
    "offers": "support_offers",
    "reviews": "support_reviews",
    "views": "restorative_views",
    "meetings": "restorative_meetings",
}


@dataclass
class Place:
    """What stands in one school: references, and the id of one row of each table.

    Of what has pages for each of its states `several` holds more ids, by their name in addresses.
    """

    reference: str
    closed: str
    ids: dict[str, UUID] = field(default_factory=dict)
    several: dict[str, list[Any]] = field(default_factory=dict)
    own: dict[str, UUID] = field(default_factory=dict)


@dataclass(frozen=True)
class Furnished:
    school: School
    second: School
    here: Place
    elsewhere: Place
    colleagues: Mapping[str, Colleague]
    secrets: Mapping[str, str]
    moment: datetime

    def browser(self, app: Flask, identity: str) -> Browser:
        """A browser in which this identity is signed in already."""
        browser = Browser(app)
        if identity in self.secrets:
            with browser.client.session_transaction() as kept:
                kept["_user_id"], kept["_fresh"] = self.secrets[identity], True
        return browser

    def addresses(
        self, rule: Rule, identity: str = Role.DSL.value, place: Place | None = None
    ) -> list[str]:
        """The addresses of a rule, filled in with what this identity could come across."""
        place = place or self.here
        found: list[dict[str, Any]] = [{}]
        for name in _in_order(rule):
            found = [
                {**one, name: value}
                for one in found
                for value in self._values(rule, name, one, identity, place)
            ]
        return [address for values in found for address in self._asked(rule, values, place)]

    def _asked(self, rule: Rule, values: dict[str, Any], place: Place) -> list[str]:
        """An address, and the same with what it may be asked behind the question mark."""
        built, queries = _build(rule, values), ["", *_ASKED.get(rule.endpoint, [])]
        if rule.endpoint == "containment_steps.take" and "involved_id" not in values:
            queries = ["?person={person}"] if of_a_person(Step(values["kind"])) else [""]
        first = {name: ids[0] for name, ids in place.several.items()}
        return [built + query.format(**first) for query in queries]

    def _values(
        self, rule: Rule, name: str, so_far: dict[str, Any], identity: str, place: Place
    ) -> list[Any]:
        if name == "reference":
            return [place.closed if rule.endpoint.endswith(".reopen") else place.reference]
        converter = rule._converters[name]
        if isinstance(converter, AnyConverter):
            return sorted(converter.items)
        if name in _WORDS:
            return _WORDS[name]
        if name == "table":
            return sorted(_history_tables() & set(place.ids))
        if rule.endpoint == "containment_steps.take":
            return place.several["person"] if of_a_person(Step(so_far["kind"])) else []
        if f"{name}@{rule.endpoint}" in place.several:
            return place.several[f"{name}@{rule.endpoint}"]
        if name in place.several:
            # what belongs to a plan is there for the first of them alone
            whole = rule.endpoint in _OF_THE_FIRST or (
                name == "plan_id" and len(rule.arguments) > 2
            )
            return place.several[name][: 1 if whole else None]
        return [self._id(rule, name, so_far, identity, place)]

    def _id(
        self, rule: Rule, name: str, so_far: dict[str, Any], identity: str, place: Place
    ) -> UUID:
        if name == "disclosure_id":
            return self._disclosure(rule, identity, place)
        if name == "record_id":
            return place.ids[so_far.get("table") or _RECORDS[so_far["code"]]]
        if name == "person_id" and rule.rule.startswith("/cases/"):
            return place.ids["outsider"]
        if name == "involved_id" and "/identify" in rule.rule:
            return place.ids["unknown"]
        known = _TABLES.get(name, name)
        assert known in place.ids, f"{rule.rule}: furnish knows no {name}"
        return place.ids[known]

    def _disclosure(self, rule: Rule, identity: str, place: Place) -> UUID:
        if rule.endpoint.startswith("disclosures."):
            return place.own.get(identity, place.own[Role.STAFF.value])
        return place.ids["disclosures" if rule.rule.startswith("/cases/") else "waiting"]


def furnish(config: Config, schools: tuple[School, School]) -> Furnished:
    app = create_app(config)
    first, second = schools
    with factories.saved(app):
        shut_out = factories.colleague(first, Role.DSL, "Ines Fallow", "dsl.out")
    colleagues = {role.value: first[role] for role in Role}
    colleagues |= {FOREIGN: second.dsl, EXCLUDED: shut_out}
    here = _fill(app, first, shut_out)
    elsewhere = _fill(app, second, second[Role.DEPUTY])
    secrets = {name: signed_in(app, who) for name, who in colleagues.items()}
    moment = clock.now() + timedelta(minutes=1)
    app.extensions["database"].engine.dispose()
    return Furnished(first, second, here, elsewhere, colleagues, secrets, moment)


def _fill(app: Flask, at: School, shut_out: Colleague) -> Place:
    ids: dict[str, UUID] = {}
    with factories.saved(app):
        told = factories.disclosure(at)
        more = {"words": "He’s sent it to his brother.", "seen": "", "happened": factories.when()}
        disclosures.add_to(at[Role.STAFF].actor, told, **more)
        made = factories.case(at, told)
        closed = factories.case(at)
        cases.close(at.dsl.actor, closed, "Nothing more to do.", "", "")
        ids["closed"] = closed.id
    with factories.saved(app):
        _about(at, _get(made))
        _decide(at, _get(made))
        _list(at, ids)
        for each in (made, closed):
            factories.exclude(at, _get(each), shut_out)
        casefile.link_case(factories.viewer_of(at.dsl), _get(made), closed.reference, "Same group")
    with factories.saved(app):
        acts = furnished_acts.do(at, _get(made))
    with factories.saved(app):
        acts.ids |= furnished_stay.stay(at, _get(made))
    with factories.saved(app):
        acts.ids |= furnished_entry.entry(at, _get(made))
    with factories.saved(app):
        acts.ids["print_id"] = furnished_acts.print_everything(at, _get(made), acts)
        ids["waiting"] = factories.disclosure(at, days_ago=0).id
        own = _written(at, shut_out)
    with factories.saved(app):
        ids |= {table: row for table, row in _rows_of(_get(made)).items() if row}
        ids["unknown"] = next(one.id for one in cases.people_in(_get(made)) if not one.is_known)
    return Place(made.reference, closed.reference, ids, acts.ids, own)


def _written(at: School, shut_out: Colleague) -> dict[str, UUID]:
    """A disclosure that each of them wrote, picked up and with a question asked."""
    own: dict[str, UUID] = {}
    for role in (Role.STAFF, Role.DSL, Role.DEPUTY, Role.PASTORAL, Role.HEAD, Role.ADMIN):
        told = factories.disclosure(at, at[role])
        disclosures.pick_up(at.dsl.actor, told)
        disclosures.ask(at.dsl.actor, told, "Was anybody else there?")
        own[role.value] = told.id
    told = factories.disclosure(at, shut_out)
    disclosures.ask(at.dsl.actor, told, "Was anybody else there?")
    own[EXCLUDED] = told.id
    own[FOREIGN] = own[Role.DSL.value]
    return own


def _about(at: School, made: Case) -> None:
    dsl = at.dsl.actor
    entry = cases.add_note(dsl, made, "other", "She’s gone home with her sister.", None)
    session.flush()
    cases.correct_note(dsl, entry, "She’s gone home with her aunt.", None, "Misheard")
    unknown = {"description": "Owen's group chat"}
    cases.involve(dsl, made, person=None, parts=["witness"], words=unknown)
    cases.mark_step(dsl, made, sorted(STEPS)[0], not_needed=True, reason="Not in this case")
    factories.action(at, made)
    done = factories.action(at, made, "Tell the tutor")
    session.flush()
    actions.settle_action(dsl, done, "done", "Told at break")
    factories.view(at, made)
    factories.review(at, made)
    factories.risk(at, made)


def _decide(at: School, made: Case) -> None:
    answered = factories.checklist(at, made, coercion="yes")
    session.flush()
    factories.other_decision(at, made)
    taken = factories.decision(at, made, answered, police_rules.Choose.DO_NOT_REFER)
    session.flush()
    word = decisions.SecondWord(False, "Ring them, it's plain.", at.head.id)
    decisions.countersign(at.head.actor, taken, word)


def _list(at: School, ids: dict[str, UUID]) -> None:
    """People in the list who are in no case, one of them with a carer, and the rota."""
    child = factories.pupil(at, "Zoë D'Arcy")
    mother = factories.person(at, PersonKind.CARER, "Mrs D'Arcy")
    link = people.add_carer(at.dsl.actor, child, mother, {"relation": "Mother"})
    another = factories.person(at, PersonKind.CARER, "مريم D'Arcy")
    ids |= {"person_id": child.id, "link_id": link.id, "carer_id": another.id}
    ids["outsider"] = factories.pupil(at, "Ann O'Dea", born=date(2013, 5, 4)).id
    viewer, today = factories.viewer_of(at.dsl), clock.today()
    member = staff.get_member(at.id, at[Role.DEPUTY].id)
    staff.add_cover(viewer, at.row, member, today, today + timedelta(days=3))
    staff.add_closure(viewer, at.row, "Training day", today + timedelta(9), today + timedelta(9))
    _keep_directory(at)
    session.flush()
    ids["entry_id"] = staff.rota(at.id, today)[0][0].id


def _keep_directory(at: School) -> None:
    """A shipped entry that the school changed, and one of its own."""
    viewer, today = factories.viewer_of(at.dsl), clock.today()
    answers = dict.fromkeys(guidance_rules.CHANGED_HERE, "") | {"telephone": "01632 960 010"}
    guidance.change_entry(viewer, at.row, "posh", answers, today)
    own = {"name": "O'Shea's nurse", "for_whom": "staff", "purpose": "She's here on Tuesdays."}
    guidance.add_entry(viewer, at.row, {**answers, **own}, today)


def _get(made: Case) -> Case:
    found = session.get(Case, made.id)
    assert found is not None
    return found


def _history_tables() -> set[str]:
    from portal.cases import history

    return {name for name in Base.metadata.tables if history.class_of(name) is not None}


def _rows_of(made: Case) -> dict[str, UUID | None]:
    """The id of one row of each table that belongs to the case: of the newest decision, action…"""
    found: dict[str, UUID | None] = {"cases": made.id}
    for mapper in Base.registry.mappers:
        kind = mapper.class_
        if not issubclass(kind, Root) or "case_id" not in mapper.columns:
            continue
        table = kind.__table__
        statement = select(table.c.id).where(table.c.case_id == made.id)
        if "state" in table.c and kind.__tablename__ == "due_actions":
            statement = statement.where(table.c.state == "open")
        if "needs_second" in table.c:
            statement = statement.where(table.c.needs_second)
        statement = statement.order_by(table.c.written_at, table.c.id).limit(1)
        found[kind.__tablename__] = session.scalar(statement)
    return found


def _in_order(rule: Rule) -> list[str]:
    names = sorted(rule.arguments, key=lambda name: rule.rule.index(f"{name}>"))
    # what a record is depends on the table or list it is in
    return sorted(names, key=lambda name: name == "record_id")


def _build(rule: Rule, values: dict[str, Any]) -> str:
    built = rule.build(values)
    assert built is not None, f"{rule.rule} cannot be built with {values}"
    return built[1]
