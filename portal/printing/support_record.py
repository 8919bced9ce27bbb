"""The support of one young person or of one group: what they need, what was offered, how it goes.

It says nothing of anybody else’s support; the caller sees to that.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.printing.contact_log import Asked
from portal.printing.furniture import Furniture

if TYPE_CHECKING:
    from portal.printing.house import Document


@dataclass(frozen=True, slots=True)
class Offer:
    when: str
    what: str
    answer: str
    begins: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    when: str
    outcome: str
    present: str = ""
    how_it_goes: str = ""
    own_words: str = ""
    changes: str = ""
    next_on: str = ""


@dataclass(frozen=True, slots=True)
class Sanction:
    when: str
    what: str
    policy: str = ""
    decided_by: str = ""
    reason: str = ""
    beside: str = ""  # the support that stands beside it
    own_words: str = ""
    ends: str = ""


@dataclass(frozen=True, slots=True)
class Milestone:
    day: str
    what: str
    state: str
    place: str = ""
    support: str = ""
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """What somebody said to a restorative meeting."""

    when: str
    answer: str
    own_words: str = ""
    conditions: str = ""


@dataclass(frozen=True, slots=True)
class SupportRecord:
    furniture: Furniture
    whose: str  # the young person, or the group
    asked: Asked
    written: str
    is_group: bool = False
    for_young_person: bool = False
    own_words: str = ""
    arranged: tuple[tuple[str, str], ...] = ()  # needs, named adult, watch …, each with its label
    offers: tuple[Offer, ...] = ()
    reviews: tuple[Review, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    views: tuple[View, ...] = ()
    sanctions: tuple[Sanction, ...] = ()
    left_out: tuple[str, ...] = ()


def build(data: SupportRecord) -> bytes:
    from portal.printing.house import Document

    document = Document(data.furniture)
    document.heading("Your support at school" if data.for_young_person else "Support record", 1)
    document.facts(
        (
            ("Group" if data.is_group else "Young person", data.whose),
            ("School", data.furniture.school),
            ("Whom to ask", ", ".join(filter(None, (data.asked.name, data.asked.role)))),
            ("Telephone", data.asked.telephone),
            ("E-mail", data.asked.email),
            ("Date of this copy", data.written),
        )
    )
    document.heading("What is needed and what was arranged")
    if data.own_words:
        document.quote(data.own_words, "" if data.is_group else data.whose)
    document.facts(data.arranged)
    _offers(document, data)
    _reviews(document, data)
    if not data.is_group:
        _days(document, data)
        _views(document, data)
        _sanctions(document, data)
    if data.left_out:
        document.heading("Left out of this copy")
        document.bullets(data.left_out)
    return document.to_pdf()


def _offers(document: "Document", data: SupportRecord) -> None:
    document.heading("What was offered")
    document.table(
        (("When", 22), ("What", 34), ("Answer", 26), ("Begins", 18)),
        [(one.when, one.what, one.answer, one.begins) for one in data.offers],
    )


def _reviews(document: "Document", data: SupportRecord) -> None:
    document.heading("How it goes")
    if not data.reviews:
        document.nothing_recorded()
    for one in data.reviews:
        document.heading(f"Review, {one.when}", 3)
        if one.own_words:
            document.quote(one.own_words, "" if data.is_group else data.whose)
        document.facts(
            (
                ("Who was there", one.present),
                ("How it goes", one.how_it_goes),
                ("What came of it", one.outcome),
                ("What changes", one.changes),
                ("Looked at again", one.next_on),
            )
        )


def _days(document: "Document", data: SupportRecord) -> None:
    document.heading("Court and police days")
    document.table(
        (("Day", 20), ("What and where", 28), ("Support", 28), ("State, outcome", 24)),
        [
            (
                one.day,
                "\n".join(filter(None, (one.what, one.place))),
                one.support,
                "\n".join(filter(None, (one.state, one.outcome))),
            )
            for one in data.milestones
        ],
    )


def _views(document: "Document", data: SupportRecord) -> None:
    """Asked only of those who were harmed: where nobody was asked, the heading stays out too."""
    if not data.views:
        return
    document.heading("About a restorative meeting")
    for one in data.views:
        document.heading(f"{one.answer}, {one.when}", 3)
        if one.own_words:
            document.quote(one.own_words, data.whose)
        document.facts((("On what conditions", one.conditions or "None named"),))


def _sanctions(document: "Document", data: SupportRecord) -> None:
    if not data.sanctions:
        return
    document.heading("Sanctions, and the support beside them")
    for one in data.sanctions:
        document.heading(one.when, 3)
        document.facts(
            (
                ("What", one.what),
                ("Under", one.policy),
                ("Decided by", one.decided_by),
                ("Reason", one.reason),
                ("Support beside it", one.beside),
                ("In their own words", one.own_words),
                ("Until", one.ends),
            )
        )
