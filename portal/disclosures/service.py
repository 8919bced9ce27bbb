"""Verbs about disclosures: record, pick up, ask, answer, add, and the three ways on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from markupsafe import Markup
from sqlalchemy import ColumnElement, Select, and_, false, or_, select

from portal import clock
from portal.cases import service as cases
from portal.cases.models import Case, Exclusion, happened_text
from portal.cases.rules import Audience, WorkingDays, receipt_reference
from portal.cases.visible import cases_by_role, visible_cases
from portal.clock import Happened
from portal.db import close_session, database, session
from portal.disclosures import rules
from portal.disclosures.models import Addition, Disclosure, Reply, Rows
from portal.guidance.catalogue import vocabulary
from portal.journal.actor import Actor
from portal.journal.service import note
from portal.people import service as people
from portal.people.models import Person, PersonKind
from portal.staff import service as staff
from portal.staff.models import Cover, School
from portal.staff.roles import Permission, Role
from portal.staff.service import Colleague
from portal.staff.sign_ins import throttle
from portal.staff.viewer import Viewer
from portal.vault.keys import KeyKind, vault
from portal.web.errors import Missing, NotAllowed, NotPossible


@dataclass(frozen=True)
class NewDisclosure:
    """What the form or a story says. `words` are the sealed attributes, `facts` the plain ones."""

    told_at: Happened
    facts: Mapping[str, Any]
    words: Mapping[str, Any]
    people: Rows = field(default_factory=list)
    told_dsl_at: Happened | None = None
    learnt_at: Happened | None = None


@dataclass(frozen=True)
class Waiting:
    """A disclosure in the inbox, with how long it has waited in working time and who should act."""

    disclosure: Disclosure
    minutes: int
    stage: rules.Stage

    @property
    def is_late(self) -> bool:
        return self.stage is not rules.Stage.DSL


def record_disclosure(actor: Actor, school: School, new: NewDisclosure) -> Disclosure:
    """Keep a disclosure and give it a receipt.

    Whoever works here and is named is shut out in the same transaction, before any inbox shows it.
    """
    known = staff_for(school, new.people)
    named = {index: rules.named_in(row, known) for index, row in enumerate(new.people)}
    year, number = cases.next_number(school, "disclosure")
    key = vault.new_key(session, KeyKind.DISCLOSURE, school.key)
    disclosure = Disclosure(
        key,
        school_id=school.id,
        reference=receipt_reference(school.prefix, year, number),
        recorder_id=actor.member_id,
        state="waiting",
        audience=rules.audience(one for ones in named.values() for one in ones).value,
        people=[_with_members(row, named[index]) for index, row in enumerate(new.people)],
        incident_on=_first_day(new.words.get("incidents")),
        **_moment("told_dsl", new.told_dsl_at),
        **_moment("learnt", new.learnt_at),
        **happened_text(new.told_at),
        **new.facts,
        **new.words,
    )
    session.add(disclosure)
    session.flush()
    note(actor, "recorded a disclosure", disclosure)
    shut_out = {one.member_id for ones in named.values() for one in ones if one.member_id}
    for member_id in sorted(shut_out, key=str):
        cases.exclude(
            actor,
            key,
            member_id,
            "Named in this disclosure when it was recorded.",
            disclosure_id=disclosure.id,
        )
    return disclosure


def visible_to(who: Viewer) -> Select[Disclosure]:
    """The disclosures that somebody may pick up or read as a lead; never their own exclusion."""
    rules_for: list[ColumnElement[bool]] = []
    for school_id, roles in who.roles_at.items():
        if not who.may(Permission.SEE_INBOX, school_id):
            continue
        here = Disclosure.school_id == school_id
        open_to = [Audience.LEADS.value] if roles & {Role.DSL, Role.DEPUTY} else []
        if Role.HEAD in roles:
            open_to = [Audience.LEADS.value, Audience.HEAD.value]
        rules_for.append(and_(here, Disclosure.audience.in_(open_to)))
    shut_out = (
        select(Exclusion.id)
        .where(
            Exclusion.disclosure_id == Disclosure.id,
            Exclusion.member_id == who.id,
            Exclusion.lifted_at.is_(None),
        )
        .exists()
    )
    # Once it belongs to a case, whoever may not see the case may not see it from here either.
    its_case = cases_by_role(who).with_only_columns(Case.id).where(Case.id == Disclosure.case_id)
    return select(Disclosure).where(
        or_(*rules_for) if rules_for else false(),
        ~shut_out,
        or_(Disclosure.case_id.is_(None), its_case.exists()),
    )


def get_disclosure(who: Viewer, disclosure_id: UUID) -> Disclosure:
    """A disclosure that somebody may read as a lead."""
    found = session.scalars(visible_to(who).where(Disclosure.id == disclosure_id)).one_or_none()
    if found is None:
        raise Missing
    return found


def get_own(who: Viewer, disclosure_id: UUID) -> Disclosure:
    """A disclosure that somebody wrote themselves."""
    found = session.get(Disclosure, disclosure_id)
    if found is None or found.recorder_id != who.id:
        raise Missing
    return found


def written_by(who: Viewer, limit: int = 100) -> list[Disclosure]:
    return list(
        session.scalars(
            select(Disclosure)
            .where(Disclosure.recorder_id == who.id)
            .order_by(Disclosure.written_at.desc(), Disclosure.id)
            .limit(limit)
        )
    )


def inbox(who: Viewer, days: WorkingDays, pickup_minutes: int) -> list[Waiting]:
    """What waits to be picked up or settled: those in danger first, then the longest waiting."""
    found = session.scalars(
        visible_to(who)
        .where(Disclosure.school_id == who.school, Disclosure.state.in_(("waiting", "picked_up")))
        .order_by(Disclosure.written_at, Disclosure.id)
        .limit(200)
    ).all()
    waiting = [waited(one, days, pickup_minutes) for one in found]
    return sorted(
        waiting, key=lambda one: (one.disclosure.state != "waiting", one.disclosure.danger != "yes")
    )


def waited(disclosure: Disclosure, days: WorkingDays, pickup_minutes: int) -> Waiting:
    until = disclosure.picked_up_at or clock.now()
    minutes = days.minutes_between(disclosure.written_at, until)
    if disclosure.picked_up_at is not None:
        return Waiting(disclosure, minutes, rules.Stage.DSL)
    return Waiting(disclosure, minutes, rules.stage(minutes, pickup_minutes))


def may_act(who: Viewer, waiting: Waiting) -> bool:
    """Whether somebody may pick a disclosure up and settle it.

    Leads always; the head where it is about staff, where nobody has picked it up for too long, or
    where the head did so already.
    """
    one = waiting.disclosure
    if who.may(Permission.WORK_ON_CASES, one.school_id):
        return True
    return who.is_a(Role.HEAD, one.school_id) and (
        one.audience == Audience.HEAD.value
        or waiting.stage is rules.Stage.HEAD
        or one.picked_up_by == who.id
    )


def refuse_acting(who: Viewer, waiting: Waiting) -> None:
    if not may_act(who, waiting):
        raise NotAllowed(
            "The DSL or a deputy picks this up. If nobody has after twice the time that your "
            "school allows, you can."
        )


def settled(who: Viewer, limit: int = 100) -> list[Disclosure]:
    """Disclosures that were settled without a case, the newest first."""
    return list(
        session.scalars(
            visible_to(who)
            .where(Disclosure.school_id == who.school, Disclosure.state == "no_action")
            .order_by(Disclosure.written_at.desc(), Disclosure.id)
            .limit(limit)
        )
    )


def pick_up(who: Actor, disclosure: Disclosure) -> None:
    """Say to the recorder that it has been picked up. Picking up twice changes nothing."""
    if disclosure.picked_up_at is not None:
        return
    disclosure.picked_up_at, disclosure.picked_up_by = clock.now(), who.member_id
    disclosure.state = "picked_up"
    note(who, "picked up a disclosure", disclosure)
    _reply(who, disclosure, "picked_up", "")


def ask(who: Actor, disclosure: Disclosure, words: str) -> None:
    """Ask the recorder something; the question must not tell what else is known."""
    _reply(who, disclosure, "question", words)


def answer(who: Actor, disclosure: Disclosure, words: str) -> None:
    _reply(who, disclosure, "answer", words)


def replies_to(disclosure: Disclosure) -> list[Reply]:
    return list(
        session.scalars(
            select(Reply)
            .where(Reply.disclosure_id == disclosure.id)
            .order_by(Reply.written_at, Reply.id)
        )
    )


def add_to(
    who: Actor, disclosure: Disclosure, *, words: str, seen: str, happened: Happened, how: str = ""
) -> Addition:
    """A later addition by the recorder; it goes where the disclosure went."""
    addition = Addition(
        disclosure.key,
        disclosure_id=disclosure.id,
        case_id=disclosure.case_id,
        author_id=who.member_id,
        how=how,
        words=words,
        seen=seen,
        **happened_text(happened),
    )
    session.add(addition)
    note(who, "added to a disclosure", addition)
    return addition


def additions_to(disclosure_ids: list[UUID]) -> list[Addition]:
    return list(
        session.scalars(
            select(Addition)
            .where(Addition.disclosure_id.in_(disclosure_ids))
            .order_by(Addition.written_at, Addition.id)
        )
    )


Links = Mapping[int, UUID | None]
"""Which person of the list each row of a disclosure means: None where it is nobody in the list."""


def open_case(who: Actor, disclosure: Disclosure, school: School, links: Links) -> Case:
    """The first way on: a case of its own."""
    _refuse_settled(disclosure)
    if disclosure.picked_up_at is None:
        pick_up(who, disclosure)
    case = cases.open_case(
        who,
        school,
        told=_told(disclosure),
        audience=Audience(disclosure.audience),
        lead_id=who.member_id,
    )
    _settle(who, disclosure, "opened", case, "opened a case from the disclosure")
    _carry_over(who, disclosure, case, school, links)
    return case


def join_case(
    who: Actor,
    disclosure: Disclosure,
    case: Case,
    school: School,
    links: Links,
    *,
    recurrence: bool,
) -> None:
    """The second way on: it belongs to a case; “it has come back” reopens that case."""
    _refuse_settled(disclosure)
    if case.school_id != disclosure.school_id:
        raise Missing
    if disclosure.audience == Audience.HEAD.value and case.audience != Audience.HEAD.value:
        raise NotAllowed("An allegation about staff cannot join a case that other leads can see.")
    if disclosure.picked_up_at is None:
        pick_up(who, disclosure)
    disclosure.recurrence = recurrence
    if recurrence or not case.is_open:
        cases.reopen(who, case, f"Disclosure {disclosure.reference}", recurrence=recurrence)
    cases.add_told(who, case, _told(disclosure))
    _settle(who, disclosure, "joined", case, "joined a disclosure to the case")
    _carry_over(who, disclosure, case, school, links)


def take_no_action(who: Actor, disclosure: Disclosure, reason: str) -> None:
    """The third way on: no further action, with the reason."""
    _refuse_settled(disclosure)
    if disclosure.picked_up_at is None:
        pick_up(who, disclosure)
    disclosure.settled_reason = reason
    _settle(who, disclosure, "no_action", None, "recorded that no further action is taken")


def disclosures_of(case: Case) -> list[Disclosure]:
    return list(
        session.scalars(
            select(Disclosure)
            .where(Disclosure.case_id == case.id)
            .order_by(Disclosure.written_at, Disclosure.id)
        )
    )


def on_cover(school: School) -> list[Cover]:
    return staff.covering(school.id, clock.today())


def suggested_people(who: Viewer, school: School, row: Mapping[str, Any]) -> list[people.Listed]:
    """Who in the school’s list may be meant by a person of a disclosure.

    Somebody who works here is never offered: that they are in the list at all tells that a case
    names them.
    """
    kinds = kinds_to_offer(who, school, row.get("kind", ""))
    return people.matches(school, row.get("name", ""), kinds, seen_by=who) if kinds else []


def kinds_to_offer(who: Viewer, school: School, kind: str) -> frozenset[PersonKind]:
    """In which lists somebody may look for a person of this kind.

    Who may only record finds pupils: everybody else is in the list because a case is about them.
    """
    kinds = {
        PersonKind.PUPIL.value: frozenset({PersonKind.PUPIL}),
        PersonKind.ELSEWHERE.value: frozenset({PersonKind.ELSEWHERE}),
        PersonKind.COLLEAGUE.value: frozenset[PersonKind](),
    }.get(kind, frozenset({PersonKind.ADULT, PersonKind.CARER}))
    return kinds if who.may(Permission.SEE_PEOPLE, school.id) else kinds & {PersonKind.PUPIL}


def count_look(who: Viewer) -> timedelta | None:
    """Count a look in the list of young people; or say how long the next one must wait."""
    close_session()
    with database().reading() as own:
        bucket = throttle.own_bucket(own, "list of people", who.id)
    return throttle.take(bucket)


def staff_for(school: School, rows: Rows) -> dict[UUID, Colleague]:
    """Those who work here, where somebody in a disclosure has to be compared with them."""
    if not any(rules.may_be_staff(row) for row in rows):
        return {}
    return {one.id: one for one in staff.colleagues(school.id)}


def _with_members(row: dict[str, Any], named: list[rules.NamedStaff]) -> dict[str, Any]:
    ids = [str(one.member_id) for one in named if one.member_id]
    return {**row, "member_ids": ids} if ids else row


def _first_day(incidents: Rows | None) -> date | None:
    days = [row["on"] for row in incidents or [] if row.get("on")]
    return date.fromisoformat(min(days)) if days else None


def _moment(name: str, happened: Happened | None) -> dict[str, Any]:
    if happened is None:
        return {}
    at = happened.at.strftime("%H:%M") if happened.at else None
    return {f"{name}_on": happened.on, f"{name}_time": at}


def _reply(who: Actor, disclosure: Disclosure, kind: str, words: str) -> None:
    reply = Reply(
        disclosure.key,
        disclosure_id=disclosure.id,
        author_id=who.member_id,
        kind=kind,
        words=words,
    )
    session.add(reply)
    note(who, f"replied: {kind.replace('_', ' ')}", reply)


def _refuse_settled(disclosure: Disclosure) -> None:
    if disclosure.is_settled:
        raise NotPossible("This disclosure has been settled already: open it again to see how.")


def _told(disclosure: Disclosure) -> cases.Told:
    return cases.Told(
        types=list(disclosure.types),
        behaviours=list(disclosure.behaviours),
        overlaps=list(disclosure.overlaps),
        hate_elements=list(disclosure.hate_elements),
        danger=disclosure.danger,
        told_on=disclosure.happened_on,
    )


def _settle(who: Actor, disclosure: Disclosure, state: str, case: Case | None, verb: str) -> None:
    disclosure.state = state
    disclosure.settled_at, disclosure.settled_by = clock.now(), who.member_id
    if case is not None:
        disclosure.case_id = case.id
        vault.move_under(disclosure.key, case.key)
        for addition in additions_to([disclosure.id]):
            addition.case_id = case.id
            note(who, verb, addition)
        _carry_exclusions(who, disclosure, case)
    note(who, verb, disclosure)


def _carry_exclusions(who: Actor, disclosure: Disclosure, case: Case) -> None:
    shut = session.scalars(
        select(Exclusion)
        .where(Exclusion.disclosure_id == disclosure.id, Exclusion.lifted_at.is_(None))
        .order_by(Exclusion.id)
    ).all()
    there = cases.excluded_from(case)
    for one in shut:
        if one.member_id not in there:
            cases.exclude(who, case.key, one.member_id, one.reason, case_id=case.id)


def _carry_over(
    who: Actor, disclosure: Disclosure, case: Case, school: School, links: Links
) -> None:
    """Give the case the people, accounts, incidents and evidence that the disclosure names."""
    for index, row in enumerate(disclosure.people or []):
        words = {
            "words_for_self": row.get("words_for_self", ""),
            "note": row.get("note", ""),
            "description": row.get("description", ""),
        }
        person = _person_meant(who, school, row, links.get(index))
        cases.involve(who, case, person=person, parts=list(row.get("parts", [])), words=words)
    platforms = vocabulary("platforms")
    for row in disclosure.accounts or []:
        details = {
            name: row.get(name, "")
            for name in ("kind", "handle", "url", "whose", "note", "private")
        }
        details["platform"] = platforms.label(row["platform"]) if row.get("platform") else ""
        cases.add_profile(who, case, details)
    for row in disclosure.incidents or []:
        cases.add_incident(who, case, happened_of(row), row.get("what", ""), row.get("place", ""))
    for row in disclosure.evidence or []:
        cases.add_evidence(who, case, row.get("what", ""), row.get("where_held", ""))
    for row in disclosure.viewings or []:
        details = {name: row.get(name, "") for name in ("who", "why", "present", "followed")}
        cases.add_viewing(who, case, happened_of(row), details)


def _person_meant(
    who: Actor, school: School, row: Mapping[str, Any], linked: UUID | None
) -> Person | None:
    """The person of the list that a row means, or somebody new; None where nobody is named."""
    chosen = linked or (UUID(row["person_id"]) if row.get("person_id") else None)
    if chosen is not None:
        return people.get_person(school.id, chosen)
    if not row.get("name"):
        return None
    kind = PersonKind(row.get("kind") or "pupil")
    details = {
        "full_name": row["name"],
        "form_group": row.get("form_group", ""),
        "place": row.get("place", ""),
        "age_told": row.get("age"),
    }
    if kind is PersonKind.COLLEAGUE and len(row.get("member_ids", [])) == 1:
        details["member_id"] = UUID(row["member_ids"][0])
    return people.add_person(who, school, kind, details)


def happened_of(row: Mapping[str, Any]) -> Happened | None:
    """The time kept in a row of a disclosure."""
    if not row.get("on"):
        return None
    at = time.fromisoformat(row["at"]) if row.get("at") else None
    return Happened(date.fromisoformat(row["on"]), at, bool(row.get("about")))


def case_reference(who: Viewer, disclosure: Disclosure) -> str | None:
    """The reference of the case a disclosure went to, where the viewer may see that case."""
    if disclosure.case_id is None:
        return None
    found = session.scalars(visible_cases(who).where(Case.id == disclosure.case_id)).one_or_none()
    return found.reference if found else None


def cases_to_join(who: Viewer, one: Disclosure, school: School) -> list[tuple[Case, Markup]]:
    """Cases that this may belong to: those with the same people, then the newest."""
    people_meant = {
        UUID(row["person_id"]) if row.get("person_id") else found.id
        for row in one.people or []
        for found in suggested_people(who, school, row)[:5]
    }
    ids = {case_id for found in cases.cases_of(people_meant).values() for case_id in found}
    offered = session.scalars(
        cases_by_role(who)
        .where(Case.school_id == school.id)
        .order_by(Case.id.in_(ids).desc(), Case.opened_at.desc(), Case.id)
        .limit(40)
    ).all()
    names = cases.names_in(offered)
    return [
        (
            case,
            Markup("{}: <bdi>{}</bdi>{}{}").format(
                case.reference,
                names.get(case.id, "nobody named"),
                "" if case.is_open else " (closed)",
                ", the same person" if case.id in ids else "",
            ),
        )
        for case in offered
    ]
