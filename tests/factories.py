"""Schools, people and cases for tests, made through the services as the pages make them.

Every function here works inside `saved(app)`, which commits at its end. Nothing is random: two runs
write the same words. Names hold an apostrophe, an accent and a right-to-left letter on purpose.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.assessment import service as assessment
from portal.cases import actions, content, decisions
from portal.cases import service as cases
from portal.cases.models import Case, Decision, DecisionKind, DueAction, Exclusion, Involved
from portal.cases.models_content import ContentItem
from portal.clock import Happened
from portal.containment import service as containment
from portal.containment.models import ContainmentStep, ProtectiveStep
from portal.containment.rules import Result, Step
from portal.db import close_session, session
from portal.devices import searches
from portal.devices import service as devices
from portal.devices.custody import NewMove
from portal.devices.models import Device, DeviceContent, DeviceSearch
from portal.devices.rules import Kind as DeviceMove
from portal.disclosures import service as disclosures
from portal.disclosures.models import Disclosure
from portal.family import service as families
from portal.family.rules import Told
from portal.guidance.catalogue import default_rule_set
from portal.journal import service as journal
from portal.journal.actor import MACHINE, Actor
from portal.people import service as people
from portal.people.models import Person, PersonKind
from portal.police import rules as police_rules
from portal.police import service as police
from portal.police.models import Assessment
from portal.referrals import service as referrals
from portal.referrals.kinds import KINDS as REFERRALS
from portal.referrals.models import Referral
from portal.staff import service as staff
from portal.staff.factors import second_factor, totp
from portal.staff.factors.models import TotpFactor, TotpStep
from portal.staff.models import School as SchoolRow
from portal.staff.roles import READERS, Role
from portal.staff.viewer import Viewer
from tests.page import NAMES

NAMES.update(
    {"Sara O'Neill", "Owen's group chat", "Zoë D'Arcy", "Mrs D'Arcy", "D'Arcy", "Ann O'Dea"}
)
PASSWORD = "heron lamp orchard"
TOTP_SECRET = "MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK"

_STAFF: dict[Role, str] = {
    Role.STAFF: "Beth O’Hara",
    Role.DSL: "Ruth Adeyemi",
    Role.DEPUTY: "Tom Whitlock",
    Role.PASTORAL: "Nadia Rahman",
    Role.HEAD: "Alan Crane",
    Role.GOVERNOR: "Edith Moss",
    Role.ADMIN: "Piotr Zając",
}


@dataclass(frozen=True)
class Colleague:
    """Somebody who signs in, as tests need them."""

    id: UUID
    school_id: UUID
    role: Role
    name: str
    username: str
    password: str = PASSWORD

    @property
    def actor(self) -> Actor:
        """What the services ask for; pages get a Viewer, which `viewer_of` makes."""
        return Actor(self.id, None, self.role.value, self.school_id)


@dataclass(frozen=True)
class School:
    """A school with one person in each role."""

    id: UUID
    name: str
    prefix: str
    people: Mapping[Role, Colleague]

    def __getitem__(self, role: Role) -> Colleague:
        return self.people[role]

    @property
    def dsl(self) -> Colleague:
        return self.people[Role.DSL]

    @property
    def head(self) -> Colleague:
        return self.people[Role.HEAD]

    @property
    def row(self) -> SchoolRow:
        return staff.get_school(self.id)


@contextmanager
def saved(app: Flask) -> Iterator[None]:
    """Work with the services as a command does: what was done is committed at the end."""
    with app.app_context():
        try:
            yield
            journal.settle(session)
            session.commit()
        finally:
            close_session()


def school(name: str, prefix: str = "") -> School:
    """A school and its staff; sign-in names are the role and, for a second school, its prefix."""
    row = staff.add_school(
        MACHINE, staff.NewSchool(name, prefix, {"social_care_day": "01632 960 111"})
    )
    made = {
        role: colleague(row, role, full_name, f"{role.value}{prefix and '.'}{prefix.lower()}")
        for role, full_name in _STAFF.items()
    }
    return School(row.id, name, prefix, made)


def colleague(at: SchoolRow | School, role: Role, full_name: str, username: str) -> Colleague:
    row = at.row if isinstance(at, School) else at
    new = staff.NewMember(full_name, username, PASSWORD, frozenset({role}), must_change=False)
    member = staff.add_member(MACHINE, row, new)
    if role in READERS:
        second_factor.add_totp(MACHINE, member, TOTP_SECRET)
    return Colleague(member.id, row.id, role, full_name, username)


def next_code(app: Flask, who: Colleague, sent_within: float = 0.5) -> str:
    """A code of this person’s authenticator that was not used yet: each is good once.

    It is still good when it is sent, so many seconds from now.
    """
    with app.app_context():
        found = session.execute(
            select(TotpFactor, TotpStep.step)
            .outerjoin(TotpStep, TotpStep.factor_id == TotpFactor.id)
            .where(TotpFactor.member_id == who.id, TotpFactor.ended_at.is_(None))
            .where(TotpFactor.confirmed_at.is_not(None))
        ).one()
        secret, used = found[0].secret, found[1] or 0
        close_session()
    now = totp.step_at(clock.now())
    oldest = totp.step_at(clock.now() + timedelta(seconds=sent_within)) - 1
    step = max(used + 1, oldest)
    assert step <= now + 1, "this person has signed in three times within a minute"
    return totp.code_at(secret, clock.now(), step - now)


def viewer_of(who: Colleague) -> Viewer:
    """What the pages know of somebody who is signed in and gave the password just now."""
    member = staff.get_member(who.school_id, who.id)
    row = staff.get_school(who.school_id)
    return Viewer(
        member_id=who.id,
        sign_in_id=None,
        role=who.role.value,
        school_id=row.id,
        name=member.full_name,
        key_id=member.key_id,
        school_name=row.name,
        roles_at={row.id: frozenset({who.role})},
        school_names={row.id: row.name},
        password_at=clock.now(),
        must_change=False,
        hidden=False,
        has_second=member.has_second,
        second_at=clock.now(),
    )


def pupil(at: School, full_name: str = "Łukasz Żółkiewski", **details: Any) -> Person:
    known = {"born": date(2012, 2, 29), "form_group": "9B", "year_group": "9"}
    return person(at, PersonKind.PUPIL, full_name, **{**known, **details})


def person(at: School, kind: PersonKind, full_name: str, **details: Any) -> Person:
    return people.add_person(at.dsl.actor, at.row, kind, {"full_name": full_name, **details})


def when(days_ago: int = 1, at: time | None = time(9, 10)) -> Happened:
    """A day before today, so that it is never in the future, whatever the hour."""
    return Happened(clock.today() - timedelta(days=days_ago), at)


def disclosure(
    at: School,
    by: Colleague | None = None,
    *,
    people: list[dict[str, Any]] | None = None,
    facts: Mapping[str, Any] | None = None,
    words: Mapping[str, Any] | None = None,
    days_ago: int = 1,
) -> Disclosure:
    """A disclosure that waits in the inbox."""
    plain: dict[str, Any] = {
        "how": "told_by_young_person",
        "danger": "no",
        "types": ["non_consensual_sharing"],
        "behaviours": ["shared_without_consent"],
    }
    said: dict[str, Any] = {
        "own_words": "I only sent it to him. Now it’s in the year group chat.\n\nEverybody looks.",
        "seen": "She was shaking and would not sit down.",
        "place": "Room 14",
        "incidents": [{"on": when(3).on.isoformat(), "what": "Sent it", "place": "At home"}],
        "accounts": [{"kind": "profile", "platform": "snapchat", "handle": "@oak_9b", "url": ""}],
        "evidence": [{"what": "Messages", "where_held": "On her telephone"}],
    }
    named = [
        {"kind": "pupil", "name": "Sara O'Neill", "parts": ["harmed"], "words_for_self": "target"},
        {"kind": "pupil", "name": "Owen Price", "parts": ["displayed"]},
    ]
    return disclosures.record_disclosure(
        (by or at[Role.STAFF]).actor,
        at.row,
        disclosures.NewDisclosure(
            told_at=when(days_ago),
            facts={**plain, **(facts or {})},
            words={**said, **(words or {})},
            people=named if people is None else people,
        ),
    )


def case(at: School, told: Disclosure | None = None, *, lead: Colleague | None = None) -> Case:
    """A case opened from a disclosure: with its people, accounts, incidents and evidence."""
    told = told or disclosure(at)
    return disclosures.open_case((lead or at.dsl).actor, told, at.row, {})


def checklist(at: School, about: Case, **answers: str) -> Assessment:
    """The checklist answered: “no” to everything but what is given."""
    rule_set = default_rule_set()
    record = police.facts_of(about)
    return police.answer_checklist(
        at.dsl.actor,
        about,
        rule_set=rule_set,
        answers={**dict.fromkeys(rule_set.question_keys, "no"), **answers},
        facts=dict.fromkeys(rule_set.fact_keys, "no"),
        notes={},
        record=record,
        days=actions.working_days(at.row),
    )


def decision(
    at: School,
    about: Case,
    answered: Assessment | None = None,
    choice: police_rules.Choose = police_rules.Choose.REFER,
) -> Decision:
    """The decision about the police that follows a checklist."""
    return police.decide(
        at.dsl.actor,
        about,
        answered or checklist(at, about),
        choice=choice,
        words={"reason": "Several people have it and it is still up."},
        happened=when(0, None),
    )


def other_decision(at: School, about: Case) -> Decision:
    words = {"question": "Separate lessons?", "options": "Move one of them", "reason": "She asked."}
    return decisions.record_decision(
        at.dsl.actor,
        about,
        kind=DecisionKind.OTHER.value,
        choice="decided",
        words=words,
        happened=when(0, None),
    )


def action(at: School, about: Case, what: str = "Ring her mother back") -> DueAction:
    return actions.plan_action(
        at.dsl.actor,
        about,
        kind="other",
        what=what,
        due_at=clock.now() + timedelta(days=1),
        owner_id=at.dsl.id,
    )


def view(at: School, about: Case, of: Involved | None = None) -> Any:
    """What a young person thinks of the police being told."""
    return police.record_view(
        at.dsl.actor,
        about,
        of or cases.people_in(about)[0],
        view="unsure",
        words={"why": "She is afraid of her father.", "told": "That it is not her fault."},
        asked=when(0, None),
        explained=None,
    )


def review(at: School, about: Case) -> Any:
    answers = ("immediate_risk", "referral_needed", "tell_outside", "urgent_removal")
    return assessment.record_review(
        at.dsl.actor,
        about,
        facts=dict.fromkeys(answers, "no"),
        words={"attended": "R. Adeyemi, T. Whitlock", "unknowns": ["Who else has it?"]},
        met=when(0, None),
        days=actions.working_days(at.row),
    )


def risk(at: School, about: Case) -> Any:
    return assessment.assess_risk(
        at.dsl.actor,
        about,
        level="problematic",
        responses=["early_help"],
        words={"level_reason": "It happened twice.", "response_reasons": {"early_help": "Ages"}},
        made=when(0, None),
    )


def exclude(at: School, about: Case, whom: Colleague) -> Exclusion:
    return cases.exclude(at.head.actor, about.key, whom.id, "Is her aunt.", case_id=about.id)


def device(at: School, about: Case, *, stored: bool = True, **facts: Any) -> Device:
    """A telephone that was taken yesterday morning, and locked away ten minutes later."""
    known = {
        "how": "asked",
        "grounds": ["evidence"],
        "states": ["on", "locked"],
        "owner_id": cases.people_in(about)[-1].id,
    }
    words = {
        "kind": "telephone",
        "make": "Samsung",
        "model": "A14",
        "colour": "black",
        "taken_by": "Beth O’Hara",
        "taken_where": "Room 14",
        "witness": "Tom Whitlock",
        "not_viewed_by": "Beth O’Hara",
    }
    away = {"from_whom": "Beth O’Hara", "to_whom": "Ruth Adeyemi", "place": "Cabinet 2"}
    locked = NewMove(DeviceMove.STORED, when(1, time(10, 25)), {**away, "seal": "00418"})
    columns = {name: facts.pop(name) for name in list(facts) if name in known | _DEVICE_FACTS}
    return devices.take_device(
        at.dsl.actor,
        about,
        devices.NewDevice(
            facts={**known, **columns},
            words={**words, **{name: facts.pop(name) for name in list(facts) if name in _WORDS}},
            taken=facts.pop("taken", when(1, time(10, 15))),
            had_by="Owen Price",
            stored=locked if stored else None,
            **facts,
        ),
    )


_WORDS = frozenset(Device.sealed_attributes)
_DEVICE_FACTS = {"search_id": None, "for_police": False}


def search(at: School, about: Case, **changes: str) -> DeviceSearch:
    """A search of a bag that found nothing, of which no parent has been told yet."""
    facts = {
        "involved_id": cases.people_in(about)[-1].id,
        "of_what": "belongings",
        "searcher_sex": "female",
        "agreement": "agreed",
        "found": "no",
        "parent_told": "not_yet",
    }
    words = {
        "place": "Room 14",
        "authorised_by": "Alan Crane, head",
        "searcher": "Beth O’Hara",
        "present": "Tom Whitlock",
        "looked_for": "A telephone",
        "reason": "Two pupils said that it was in the bag.",
    }
    facts |= {name: value for name, value in changes.items() if name in facts}
    words |= {name: value for name, value in changes.items() if name not in facts}
    return searches.record_search(at.dsl.actor, about, facts, words, when(1, time(10, 5)))


def device_content(at: School, about: Device) -> DeviceContent:
    """What was done about content that is lawful but not allowed."""
    return devices.record_device_content(
        at.dsl.actor,
        about,
        choice="retained",
        at=when(0, None),
        words={"what": "A film of a fight", "done_by": "Ruth Adeyemi", "why": "His mother asked"},
    )


def item(at: School, about: Case, account: str = "@brum_beef", **words: str) -> ContentItem:
    """Something that is online, found two days ago. It is held, as everything new is."""
    known = {
        "what": "A post that she says shows her",
        "platform": "Instagram",
        "url": "https://instagram.example/p/Cq4x",
        "account": account,
    }
    return content.add_item(
        at.dsl.actor, about, kind="post", words={**known, **words}, found=when(2)
    )


def referral(at: School, about: Case, kind: str = "police", **changes: Any) -> Referral:
    """A body that was told two days ago: in the first of its ways, with all that it is asked."""
    details = {
        one.code: one.choices[0][0] if one.choices else f"Words for {one.code}"
        for one in REFERRALS[kind].details
        if not one.vocabulary
    }
    words = {
        "body": REFERRALS[kind].label,
        "spoke_to": "Ms Okafor",
        "reference": "LOG 214",
        "words": "They ask for proof that it was on the account.",
        "sent": "",
        "parents_why": "Her mother is told this afternoon, with her.",
    }
    known: dict[str, Any] = {"told": when(2), "how": REFERRALS[kind].how[0], "parents": "no"}
    typed = words | {name: changes.pop(name) for name in list(changes) if name in words}
    details |= changes.pop("details", {})
    new = referrals.NewReferral(kind=kind, words=typed, details=details, **{**known, **changes})
    return referrals.make_referral(at.dsl.actor, about, new)


def step(
    at: School,
    about: Case,
    kind: Step = Step.REASSURE,
    result: Result = Result.DONE,
    **changes: Any,
) -> ContainmentStep:
    """A step of containment that somebody took today."""
    said = changes.pop("words", "Spoke with him in my office, door open.")
    new = containment.NewStep(kind, result, when(0, None), "Ruth Adeyemi", said, **changes)
    return containment.take_step(at.dsl.actor, about, new)


def protection(at: School, about: Case, **changes: Any) -> ProtectiveStep:
    """She is kept apart from him from today."""
    words = {
        "what": "They sit in separate lessons.",
        "who_knows": "Her tutor, and no more than that.",
        "done_by": "Tom Whitlock",
    }
    known = {"kind": "classes", "at": when(0, None), "words": words}
    return containment.protect(
        at.dsl.actor, about, containment.NewProtection(**{**known, **changes})
    )


def home_told(at: School, about: Case) -> None:
    """It is decided of everybody in the case that their parents or carers are told."""
    told = families.NewDecision(Told.INFORMED, "", when(0, None), who_tells="Ruth Adeyemi")
    for one in families.young_in(cases.people_in(about)):
        families.decide(at.dsl.actor, about, one, told)
