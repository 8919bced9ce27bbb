"""What grants open, as pages show it: which parts, whose, until when, and what is due in them.

Read for the page of one case and for the first page of pastoral staff, in as many statements for
one case as for many. Need to know comes first: of what is due a grant for actions shows what its
holder was given to do; every other part shows what is due in it about the young people it opens.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.cases.access_rules import Opened, Part
from portal.cases.grant_rules import last_day
from portal.cases.models import Case, DueAction, Involved
from portal.cases.service import harmed_first
from portal.cases.steps import address
from portal.db import session
from portal.family.models import UpdateAgreement
from portal.family.service import INFORM
from portal.family.updates import UPDATE
from portal.people.models import PersonKind
from portal.plans.editions import REVIEW_PLAN
from portal.plans.models import Plan, PlanStep
from portal.plans.reading import PLAN_STEP
from portal.support import milestones
from portal.support.models import Milestone, Support, SupportOffer
from portal.support.service import AGAIN, ASK_AGAIN
from portal.support.service import REVIEW as REVIEW_SUPPORT
from portal.wishes.service import REVISIT

TITLES = {
    Part.WISHES: ("Who do you want to know?", "wishes"),
    Part.PLAN: ("Moving forward plan", "plans"),
    Part.ACTIONS: ("Due actions", "actions"),
    Part.CONTACTS: ("Parents and carers", "family"),
    Part.SUPPORT: ("Support", "support"),
}
"""What each part is called, and the last word of its address, in the order of the pages."""

Ids = Sequence[UUID]
# For each kind of due action: its part, where its subject leads, and how to find whom it is about:
# None where the subject is the young person’s own part in the case.
_Source = Callable[[Ids], Any]
_KINDS: Mapping[str, tuple[Part, str, _Source | None]] = {
    REVISIT: (Part.WISHES, "wishes/{who}", None),
    INFORM: (Part.CONTACTS, "family/{who}", None),
    UPDATE: (
        Part.CONTACTS,
        "family/{who}",
        lambda ids: select(
            UpdateAgreement.id, UpdateAgreement.involved_id, UpdateAgreement.id
        ).where(UpdateAgreement.id.in_(ids)),
    ),
    AGAIN: (Part.SUPPORT, "support", None),
    REVIEW_SUPPORT: (
        Part.SUPPORT,
        "support/{owner}",
        lambda ids: select(Support.id, Support.involved_id, Support.id).where(Support.id.in_(ids)),
    ),
    ASK_AGAIN: (
        Part.SUPPORT,
        "support/{owner}",
        lambda ids: (
            select(SupportOffer.id, Support.involved_id, Support.id)
            .join(Support, Support.id == SupportOffer.support_id)
            .where(SupportOffer.id.in_(ids))
        ),
    ),
    milestones.KIND: (
        Part.SUPPORT,
        "support#days",
        lambda ids: select(Milestone.id, Milestone.involved_id, Milestone.id).where(
            Milestone.id.in_(ids)
        ),
    ),
    REVIEW_PLAN: (
        Part.PLAN,
        "plans/{owner}",
        lambda ids: select(Plan.id, Plan.involved_id, Plan.id).where(Plan.id.in_(ids)),
    ),
    PLAN_STEP: (
        Part.PLAN,
        "plans/{owner}",
        lambda ids: (
            select(PlanStep.id, Plan.involved_id, Plan.id)
            .join(Plan, Plan.id == PlanStep.plan_id)
            .where(PlanStep.id.in_(ids))
        ),
    ),
}


@dataclass(frozen=True)
class Due:
    """Something that is due, as somebody who holds a part may know of it."""

    case_id: UUID
    reference: str
    about: UUID | None
    what: str
    at: datetime
    href: str
    own: bool

    def is_late(self, now: datetime) -> bool:
        return self.at < now


@dataclass(frozen=True)
class PartLine:
    """One part that is open to somebody. `about` is the young people; () stands for everybody."""

    title: str
    href: str
    may_write: bool
    until: date
    about: tuple[str, ...] = ()


Held = Mapping[UUID, Mapping[Part, Opened]]
"""What somebody holds: of each case the parts that are open to them."""


def part_lines(
    case: Case, opened: Mapping[Part, Opened], people: Sequence[Involved] = ()
) -> list[PartLine]:
    """The parts of a case as links; `people` names those whom a part is narrowed to."""
    return [
        PartLine(
            title,
            address(case, last),
            opened[part].may_write,
            last_day(opened[part].until),
            _narrowed(opened[part], people),
        )
        for part, (title, last) in TITLES.items()
        if part in opened
    ]


def _narrowed(opened: Opened, people: Sequence[Involved]) -> tuple[str, ...]:
    if opened.people is None:
        return ()
    return tuple(one.name for one in people if one.id in opened.people)


def young_people(held: Held) -> dict[UUID, list[Involved]]:
    """The young people whom somebody was given, of each case, those harmed first.

    Whoever holds nothing but actions was given no young person: what they do names whom it is for.
    """
    rows = session.scalars(
        select(Involved)
        .where(Involved.case_id.in_(list(held)))
        .order_by(Involved.written_at, Involved.id)
    ).unique()
    found: dict[UUID, list[Involved]] = {case_id: [] for case_id in held}
    for one in rows:
        if is_young(one) and _was_given(held[one.case_id], one):
            found[one.case_id].append(one)
    return {case_id: harmed_first(people) for case_id, people in found.items()}


def is_young(one: Involved) -> bool:
    return one.person is not None and PersonKind(one.person.kind).is_young


def _was_given(parts: Mapping[Part, Opened], one: Involved) -> bool:
    return any(opens_for(part, opened, one) for part, opened in parts.items())


def opens_for(part: Part, opened: Opened, one: Involved) -> bool:
    """Whether a part is about this young person: plans are for who displayed the behaviour."""
    if opened.people is not None:
        return one.id in opened.people
    return part is not Part.ACTIONS and (part is not Part.PLAN or "displayed" in one.parts)


def due_in(reader: UUID, cases: Iterable[Case], held: Held) -> list[Due]:
    """What is open and due of what somebody holds, the most overdue first."""
    by_id = {case.id: case for case in cases}
    actions = session.scalars(
        select(DueAction)
        .where(DueAction.case_id.in_(list(by_id)), DueAction.state == "open")
        .order_by(DueAction.due_at, DueAction.id)
    ).all()
    whose = _subjects(actions)
    found = []
    for one in actions:
        case, parts = by_id[one.case_id], held[one.case_id]
        due = _due(reader, case, parts, one, whose)
        if due is not None:
            found.append(due)
    return found


def _due(
    reader: UUID,
    case: Case,
    parts: Mapping[Part, Opened],
    one: DueAction,
    whose: Mapping[str, tuple[UUID | None, UUID]],
) -> Due | None:
    own, known = one.owner_id == reader, _KINDS.get(one.kind)
    about, owner = whose.get(one.subject, (None, None))
    if known is not None and known[0] in parts:
        opened = parts[known[0]]
        if opened.people is None or about in opened.people:
            href = address(case) + "/" + known[1].format(who=about, owner=owner)
            return Due(case.id, case.reference, about, one.what, one.due_at, href, own)
    if own and Part.ACTIONS in parts:
        href = address(case, "actions") + f"#action-{one.id}"
        return Due(case.id, case.reference, about, one.what, one.due_at, href, own)
    return None


def _subjects(actions: Sequence[DueAction]) -> dict[str, tuple[UUID | None, UUID]]:
    """Whom each subject is about and what it belongs to: one statement for each kind there is."""
    return dict(_each_subject(actions))


def _each_subject(
    actions: Sequence[DueAction],
) -> Iterator[tuple[str, tuple[UUID | None, UUID]]]:
    for kind, (_part, _path, source) in _KINDS.items():
        ids = [UUID(one.subject) for one in actions if one.kind == kind and one.subject]
        if source is None:
            yield from ((str(one), (one, one)) for one in ids)
        elif ids:
            for subject, about, owner in session.execute(source(ids)):
                yield str(subject), (about, owner)


@dataclass(frozen=True)
class GrantedCase:
    """The page of a case for somebody who holds parts of it."""

    at: str
    parts: Sequence[PartLine]
    people: Sequence[Involved]
    due: Sequence[Due]


def granted_case(reader: UUID, case: Case, opened: Mapping[Part, Opened]) -> GrantedCase:
    held = {case.id: opened}
    people = young_people(held)[case.id]
    return GrantedCase(
        at=address(case),
        parts=part_lines(case, opened, people),
        people=people,
        due=due_in(reader, [case], held),
    )
