"""What a case summary shows, for the police or another reader. Importable without ReportLab.

Every value is text ready to print: labels, dates and names are worded by the caller. An optional
value that is "" is not printed; an optional tuple that is empty prints as "Nothing recorded."
"""

from dataclasses import dataclass
from enum import StrEnum

from portal.printing.furniture import Furniture


class Part(StrEnum):
    """The parts of a summary that the person who prints it can leave out, in printed order."""

    label: str

    def __new__(cls, value: str, label: str) -> "Part":
        """Keep the words people read beside the value that is stored."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    CHECKLIST = "checklist", "The “always refer to police” questions"
    PEOPLE = "people", "The people"
    ACCOUNTS = "accounts", "Accounts, platforms and addresses"
    INCIDENTS = "incidents", "What is said to have happened"
    DISCLOSURES = "disclosures", "What was said and seen"
    EVIDENCE = "evidence", "Evidence and where it is held"
    DEVICES = "devices", "Devices and who has held them"
    CONTENT = "content", "Content online"
    REPORTS = "reports", "Reports and referrals made"
    ACTIONS = "actions", "What the school has done so far"
    VIEWS = "views", "What the young people think about involving the police"
    PARENTS = "parents", "Parents and carers"
    UNKNOWNS = "unknowns", "What is still not known"


ALL_PARTS = frozenset(Part)


@dataclass(frozen=True, slots=True)
class Contact:
    """The one person at the school whom the reader can ask."""

    name: str
    role: str
    telephone: str
    email: str
    hours: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about the police, by whom and why."""

    decision: str
    decided_by: str
    decided_at: str
    reason: str
    advice: str = ""
    countersigned_by: str = ""
    countersigned_at: str = ""
    needs_countersignature: bool = False


@dataclass(frozen=True, slots=True)
class Glance:
    outcome: str  # the outcome of the checklist, as a sentence
    immediate_danger: str  # "Yes", "No", "Not yet known", and in a few words who and why
    danger_response: str  # what has been done about it
    young_people: str  # "2 named; others not yet known"
    decision: Decision | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    question: str
    answer: str  # "Yes", "No", "Not yet known"
    rests_on: str = ""


@dataclass(frozen=True, slots=True)
class Checklist:
    rule_set: str
    version: str
    answered_by: str
    answered_at: str
    questions: tuple[Answer, ...]
    facts: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    part: str  # "Young person harmed"; never a name for the child
    date_of_birth: str = ""
    age: str = ""  # the number alone: "13"
    school: str = ""
    year: str = ""  # year and form
    certainty: str = ""  # said, admitted, established, unfounded, in words
    own_words: str = ""  # how they speak of themselves
    contact: str = ""
    carers: str = ""
    needs: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class UnknownPerson:
    description: str
    part: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    platform: str
    name: str  # the account's or page's name
    kind: str = ""  # "profile, private"
    address: str = ""  # printed as text, never as a link
    whose: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Incident:
    when: str  # exact, or beginning with "about"
    what: str
    where: str = ""
    who: str = ""


@dataclass(frozen=True, slots=True)
class BehaviourGroup:
    """The behaviours recorded under one of the types of online sexual harassment."""

    kind: str
    behaviours: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quotation:
    words: str
    speaker: str


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One account as it reached the school; what was said, seen and thought are kept apart."""

    title: str  # "Sara told her teacher, 11 March 2026"
    how: str
    told_at: str
    recorded_by: str
    dsl_told_at: str
    written_at: str = ""
    where: str = ""
    present: str = ""
    words: tuple[Quotation, ...] = ()
    seen: str = ""
    thought: str = ""


@dataclass(frozen=True, slots=True)
class EvidenceItem:
    what: str
    where_held: str
    held_by: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ImagerySeen:
    """A member of staff saw imagery, by accident or as decided: a record of its own."""

    who: str
    when: str
    why: str
    present: str = ""
    afterwards: str = ""
    kind: str = ""  # how it came about, in words
    place: str = ""
    shown_by: str = ""  # who showed it, or where it was found
    decided_by: str = ""
    support: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A device, a piece of content or a report: whatever is known about it, and its history."""

    title: str
    facts: tuple[tuple[str, str], ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    columns: tuple[tuple[str, float], ...] = ()  # of the rows: each heading, and its share


@dataclass(frozen=True, slots=True)
class Action:
    happened: str
    written: str
    what: str
    who: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """What a young person thinks about involving the police, and what they were told."""

    young_person: str
    view: str
    reason: str = ""
    told: str = ""
    told_by: str = ""
    told_at: str = ""
    justification: str = ""  # where the school refers against their wish


@dataclass(frozen=True, slots=True)
class ParentContact:
    """Whether the parents or carers of one young person have been told."""

    young_person: str
    told: str  # "Told", "Not told", "Not yet told"
    who: str = ""
    when: str = ""
    by: str = ""
    why_not: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    what: str
    by_whom: str
    by_when: str


@dataclass(frozen=True, slots=True)
class CaseSummary:
    furniture: Furniture
    contact: Contact
    dated: str
    glance: Glance
    originals: str  # where the original devices and the evidence are
    audience: str = "police"  # the kind of recipient, on which the heading depends
    included: frozenset[Part] = ALL_PARTS
    checklist: Checklist | None = None
    people: tuple[Person, ...] = ()
    people_unknown: tuple[UnknownPerson, ...] = ()
    accounts: tuple[Account, ...] = ()
    incidents: tuple[Incident, ...] = ()
    behaviours: tuple[BehaviourGroup, ...] = ()
    hate_element: str = ""
    overlaps: tuple[str, ...] = ()
    disclosures: tuple[Disclosure, ...] = ()
    evidence: tuple[EvidenceItem, ...] = ()
    imagery_seen: tuple[ImagerySeen, ...] = ()
    devices: tuple[Item, ...] = ()
    content: tuple[Item, ...] = ()
    reports: tuple[Item, ...] = ()
    actions: tuple[Action, ...] = ()
    views: tuple[View, ...] = ()
    parents: tuple[ParentContact, ...] = ()
    unknowns: tuple[Unknown, ...] = ()
    left_out_people: tuple[str, ...] = ()  # "one young person who saw the post"
    left_out_other: tuple[str, ...] = ()  # "one fact that is not to be told to this recipient"
