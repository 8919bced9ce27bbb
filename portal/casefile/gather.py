"""The case page: everything on it, loaded once and worded here, so that its template only shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from markupsafe import Markup

from portal import clock
from portal.casefile import closing, counts, features, service
from portal.casefile.counts import Counts
from portal.cases import emergencies
from portal.cases import seen as reading
from portal.cases.access import may, may_open
from portal.cases.content import held, holds_anything
from portal.cases.models import Case, DueAction, Involved
from portal.cases.models_access import EmergencyAccess
from portal.cases.models_content import ContentItem
from portal.cases.rules import Act
from portal.cases.steps import Group, Step, address
from portal.guidance.catalogue import vocabulary
from portal.staff.roles import Permission
from portal.staff.viewer import Viewer
from portal.web.dates import due_text, plain_day
from portal.web.templating import due as due_words

_SHORT_PARTS = {
    "harmed": "harmed",
    "displayed": "said to have displayed the behaviour",
    "witness": "witness",
    "other": "involved in another way",
}
_FINDINGS = {
    "admitted": "has admitted it",
    "established": "established",
    "unfounded": "found not to be so",
}


@dataclass(frozen=True)
class PersonLine:
    name: str
    href: str
    initials: str
    age: str
    group: str
    part: str
    own_words: str
    known: bool


@dataclass(frozen=True)
class DueLine:
    what: str
    href: str
    when: Markup
    late: bool
    owner: str


@dataclass(frozen=True)
class OpenedLine:
    """The case was opened in an emergency, and nobody has looked at it yet."""

    who: str
    at: datetime
    until: datetime | None  # while it is still open


@dataclass(frozen=True)
class CaseHead:
    reference: str
    facts: Sequence[str]


@dataclass(frozen=True)
class CasePage:
    head: CaseHead
    at: str  # the address of the case, which its links begin with
    banner: Any
    held: bool
    partly_held: bool
    closed_on: date | None
    groups: Sequence[tuple[str, Sequence[Step]]]
    due: Sequence[DueLine]
    due_more: int
    people: Sequence[PersonLine]
    linked: Sequence[Any]
    opened: Sequence[OpenedLine]
    open_things: int
    counts: Counts
    may: frozenset[Permission]


def case_page(who: Viewer, case: Case) -> CasePage:
    """Load a case for its page. What is read here once is never read again by the template."""
    able = frozenset(one for one in _ASKED if may(who, one, case))
    works = Permission.WORK_ON_CASES in able
    names = counts.names_in(case)
    people = reading.people(case)
    seen = features.overview(case, people, names)
    steps = _within_reach(who, case, features.steps(case, seen, names), able)
    actions = reading.open_actions(seen.found)
    ids = [one.person_id for one in people if one.person_id is not None]
    items = seen.found[ContentItem]
    return CasePage(
        head=head(case, people, names),
        at=address(case),
        banner=features.banner(case, seen) if case.is_open else None,
        held=case.is_open and holds_anything(case, items),
        partly_held=len(held(case, items, Act.DELETE)) < len(items),
        closed_on=clock.local(case.closed_at).date() if case.closed_at else None,
        groups=[
            (group.value, [step for step in steps if step.group is group])
            for group in Group
            if any(step.group is group for step in steps)
        ],
        due=[due_line(case, action, names, works=works) for action in actions[:DUE_SHOWN]],
        due_more=max(0, len(actions) - DUE_SHOWN),
        people=[person_line(who, case, one, clock.today(), works=works) for one in people],
        linked=service.linked_cases(who, case, ids),
        opened=[
            OpenedLine(
                names.get(one.member_id, ""),
                one.written_at,
                one.until if emergencies.running(one) else None,
            )
            for one in emergencies.to_review(seen.found[EmergencyAccess])
            if one.member_id != who.id  # the head of the page tells them
        ],
        open_things=len(closing.obstacles(case, people, actions, seen)) if case.is_open else 0,
        counts=counts.counts_of(case),
        may=able,
    )


DUE_SHOWN = 6
_ASKED = (
    Permission.WORK_ON_CASES,
    Permission.DECIDE,
    Permission.COUNTERSIGN,
    Permission.CLOSE_CASES,
    Permission.PRINT,
    Permission.SEE_WHO_LOOKED,
)


def _within_reach(
    who: Viewer, case: Case, steps: Sequence[Step], able: frozenset[Permission]
) -> Sequence[Step]:
    """The steps as they are, without a link where it leads to a page that refuses its reader."""
    if {Permission.WORK_ON_CASES, Permission.DECIDE} <= able:
        return steps
    return [
        one if not one.href or may_open(who, case, one.href) else replace(one, href="")
        for one in steps
    ]


def head(case: Case, people: Sequence[Involved], names: Mapping[UUID, str]) -> CaseHead:
    """The facts under the reference: state, lead, kinds, how many young people."""
    types = vocabulary("behaviour_types")
    since = plain_day(clock.local(case.opened_at).date())
    if case.is_open:
        state = Markup("<strong>Open</strong> since {}").format(since)
    else:
        closed = plain_day(clock.local(case.closed_at).date()) if case.closed_at else ""
        state = Markup("<strong>Closed</strong> {}, opened {}").format(closed, since)
    facts: list[str] = [state, _lead(case, names)]
    facts += [types.label(code) for code in case.types]
    facts.append(_how_many(people))
    if case.recurrences:
        times = "once" if case.recurrences == 1 else f"{case.recurrences} times"
        facts.append(Markup("<strong>Has come back</strong> {}").format(times))
    return CaseHead(case.reference, facts)


def person_line(who: Viewer, case: Case, one: Involved, today: date, *, works: bool) -> PersonLine:
    parts = ", ".join(_part(one, part) for part in one.parts)
    person = one.person
    if person is None:
        href = address(case, "people", str(one.id), "identify") if works else ""
        return PersonLine(
            one.name, href, "", "", "", f"{parts}, not yet known", one.words_for_self, known=False
        )
    age = person.age_on(today)
    told = person.age_told
    return PersonLine(
        name=person.full_name,
        href=f"/people/{person.id}" if who.may(Permission.SEE_PEOPLE, case.school_id) else "",
        initials=initials(person.full_name),
        age=str(age) if age is not None else (f"about {told}" if told else ""),
        group=person.form_group
        or (f"year {person.year_group}" if person.year_group else person.place),
        part=parts,
        own_words=one.words_for_self,
        known=True,
    )


def due_line(case: Case, action: DueAction, names: Mapping[UUID, str], *, works: bool) -> DueLine:
    _, late = due_text(action.due_at, clock.now())
    return DueLine(
        what=action.what,
        href=address(case, "actions", str(action.id), "settle")
        if works
        else address(case, "actions"),
        when=due_words(action.due_at),
        late=late,
        owner=names.get(action.owner_id, "") if action.owner_id else action.owner_name,
    )


def initials(name: str) -> str:
    """The first letters of the first and last name; both may begin with any letter."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


def _part(one: Involved, part: str) -> str:
    words = _SHORT_PARTS.get(part, vocabulary("parts").label(part).lower())
    finding = _FINDINGS.get(one.how_sure) if part == "displayed" else None
    return f"{words} ({finding})" if finding else words


def _lead(case: Case, names: Mapping[UUID, str]) -> str:
    if case.lead_id is None:
        return Markup("<strong>No lead yet</strong>")
    return Markup("Lead <strong><bdi>{}</bdi></strong>").format(names.get(case.lead_id, ""))


def _how_many(people: Sequence[Involved]) -> str:
    young = sum(1 for one in people if one.person is not None and _is_young(one))
    adults = sum(1 for one in people if one.person is not None and not _is_young(one))
    unknown = len(people) - young - adults
    told = [
        Markup("<strong>{}</strong> young {}").format(young, "person" if young == 1 else "people")
    ]
    if adults:
        told.append(
            Markup("<strong>{}</strong> {}").format(adults, "adult" if adults == 1 else "adults")
        )
    if unknown:
        told.append(Markup("<strong>{}</strong> not yet known").format(unknown))
    return Markup(", ").join(told)


def _is_young(one: Involved) -> bool:
    from portal.people.models import PersonKind

    return one.person is not None and PersonKind(one.person.kind).is_young
