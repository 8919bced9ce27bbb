"""The parent-contact log of one household: every contact with it, and what was agreed with it.

It holds nothing of another household or another family; the caller sees to that.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.printing.furniture import Furniture

if TYPE_CHECKING:
    from portal.printing.house import Document


@dataclass(frozen=True, slots=True)
class Carer:
    name: str
    relation: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    when: str
    who: str
    relation: str = ""
    way: str = ""
    by: str = ""  # who spoke for the school
    we_said: str = ""
    they_said: str = ""
    done_so_far: str = ""
    they_ask: str = ""
    further: tuple[tuple[str, str], ...] = ()  # more facts, each with its label


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often somebody hears from school, and what of."""

    who: str
    how_often: str
    contains: str
    since: str
    until: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom the reader can ask at the school."""

    name: str
    role: str = ""
    telephone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class ContactLog:
    furniture: Furniture
    young_person: str
    household: tuple[Carer, ...]
    asked: Asked
    written: str
    for_household: bool = True
    contacts: tuple[Contact, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    left_out: tuple[str, ...] = ()  # what is named as left out, to readers who may know of it


def build(data: ContactLog) -> bytes:
    from portal.printing.house import Document

    document = Document(data.furniture)
    document.heading("Contacts between home and school", 1)
    document.paragraph(_tells(data))
    document.facts(
        (
            ("Young person", data.young_person),
            ("At home", "\n".join(_named(one) for one in data.household)),
            ("School", data.furniture.school),
            ("Whom to ask", ", ".join(filter(None, (data.asked.name, data.asked.role)))),
            ("Telephone", data.asked.telephone),
            ("E-mail", data.asked.email),
            ("Date of this copy", data.written),
            ("Number of contacts", str(len(data.contacts))),
        )
    )
    _overview(document, data)
    _agreed(document, data)
    _contacts(document, data)
    _left_out(document, data)
    return document.to_pdf()


def _tells(data: ContactLog) -> str:
    if data.for_household:
        return (
            "This copy is for the people at home who are named below, and for nobody else. It says "
            "what they and the school told each other, as the school wrote it down. Is something "
            "wrong or missing? Please say so: it is added to the record."
        )
    return (
        "This log holds the contacts of the school with the people at home who are named below, "
        "and with nobody else. What somebody said is recorded as said, not as fact."
    )


def _named(one: Carer) -> str:
    return f"{one.name} ({one.relation})" if one.relation else one.name


def _overview(document: "Document", data: ContactLog) -> None:
    document.heading("The contacts at a glance")
    document.table(
        (("No.", 7), ("When", 31), ("With", 24), ("How", 16), ("For the school", 22)),
        [
            (str(number), one.when, one.who, one.way, one.by)
            for number, one in enumerate(data.contacts, start=1)
        ],
    )


def _agreed(document: "Document", data: ContactLog) -> None:
    document.heading("How often the school is in touch")
    document.table(
        (("Who hears", 22), ("How often", 20), ("What of", 36), ("Agreed, ended", 22)),
        [
            (one.who, one.how_often, one.contains, "\n".join(filter(None, (one.since, one.until))))
            for one in data.agreements
        ],
    )


def _contacts(document: "Document", data: ContactLog) -> None:
    document.heading("Each contact")
    if not data.contacts:
        document.nothing_recorded()
    for number, one in enumerate(data.contacts, start=1):
        document.heading(f"{number}. {one.when}", 3)
        document.facts(
            (
                ("With", _named(Carer(one.who, one.relation))),
                ("How", one.way),
                ("For the school", one.by),
                ("The school said", one.we_said),
                ("They said", one.they_said),
                ("The school has done", one.done_so_far),
                ("They ask for", one.they_ask),
                *one.further,
            )
        )


def _left_out(document: "Document", data: ContactLog) -> None:
    if not data.left_out:
        return
    document.heading("Left out of this copy")
    document.bullets(data.left_out)
