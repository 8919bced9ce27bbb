"""What papers about wishes, plans and help show. Importable without ReportLab.

Every value is text ready to print, worded by the caller; a value that is "" was not given.
"""

from dataclasses import dataclass

from portal.printing.furniture import Furniture


@dataclass(frozen=True, slots=True)
class Helpline:
    """A service somebody can turn to, from the school’s directory."""

    name: str
    ways: tuple[str, ...] = ()  # "Call 0800 1111", "Text 85258", "www.childline.org.uk"
    checked: str = ""  # "Last checked 20 November 2026"


@dataclass(frozen=True, slots=True)
class Help:
    """Whom a young person can talk to at school, and who else is there."""

    adult: str = ""
    when: str = ""
    where: str = ""
    also: str = ""
    emergency: str = ""  # the number to ring in danger
    helplines: tuple[Helpline, ...] = ()
    reports: tuple[Helpline, ...] = ()  # where something online can be reported


@dataclass(frozen=True, slots=True)
class HelpSheet:
    furniture: Furniture
    help: Help


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody a young person named, and what they wish of them."""

    name: str
    standing: str  # "Wants them to know"
    knows_already: str = ""  # "Yes"
    how_much: str = ""
    support: str = ""
    not_do: str = ""


@dataclass(frozen=True, slots=True)
class MustKnow:
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class WishesForm:
    """One visit to the form. `rather_not` is None on a copy that must not show it."""

    furniture: Furniture
    young_person: str
    class_form: str
    answered: str
    how: str  # "Typed up from paper: filled in on …, typed up on … at …"
    asked_by: str
    number: str  # "2"; each visit has the next one
    people: tuple[Told, ...] = ()
    rather_not: tuple[Told, ...] | None = ()
    must_know: tuple[MustKnow, ...] = ()
    anything_else: str = ""
    next_visit: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    what: str
    who: str
    by: str
    state: str = ""  # "Done: …"; "" while it is open


@dataclass(frozen=True, slots=True)
class Voice:
    """One person’s own part of a plan."""

    name: str
    role: str  # "Young person"
    how: str  # "Typed up from paper: …", or that it is missing
    answers: tuple[tuple[str, str], ...] = ()  # every question with its answer
    missing: bool = False


@dataclass(frozen=True, slots=True)
class Signed:
    name: str
    part: str
    when: str  # "12 November 2026, on paper"; "" where they have not signed yet


@dataclass(frozen=True, slots=True)
class PlanForm:
    """A moving forward plan, as it stands or as one of its editions kept it."""

    furniture: Furniture
    young_person: str
    status: str  # "Edition 2, reviewed on 12 November 2026"
    started: str
    help: Help
    typed_up: str = ""  # "Written on paper 12 November 2026, typed up 14 November 2026 15:02"
    start: tuple[tuple[str, str], ...] = ()  # every starting question with its answer
    people: tuple[tuple[str, str], ...] = ()  # name and part
    steps: tuple[Step, ...] = ()
    voices: tuple[Voice, ...] = ()
    after: tuple[tuple[str, str], ...] = ()  # what follows the three voices
    reviewed: tuple[tuple[str, str], ...] = ()  # what was said when it was agreed or reviewed
    signed: tuple[Signed, ...] = ()
    notes: str = ""
    is_draft: bool = False


@dataclass(frozen=True, slots=True)
class Blank:
    """What stands on a form that nobody has filled in yet."""

    school: str
    lead: str = ""  # "0121 496 0101": where the safeguarding lead is reached
    help: Help = Help()


Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class BlankDisclosure(Blank):
    """The lists to tick from, each with its codes and words."""

    social_care: str = ""  # by day and by night
    how_it_came: Choices = ()
    behaviours: tuple[tuple[str, Choices], ...] = ()  # by type
    overlaps: Choices = ()
    hate_elements: Choices = ()
    parts: Choices = ()
    told_them: Choices = ()
    worries: Choices = ()
