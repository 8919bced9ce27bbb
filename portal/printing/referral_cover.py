"""The sheet on top of a written referral: who sends what to whom, about which young people."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.printing.furniture import Furniture

if TYPE_CHECKING:
    from portal.printing.house import Document


@dataclass(frozen=True, slots=True)
class Referrer:
    """Who refers, and whom to ask afterwards."""

    name: str
    role: str
    telephone: str
    email: str = ""
    point_of_contact: str = ""  # the one person for this body, where it is somebody else
    hours: str = ""


@dataclass(frozen=True, slots=True)
class YoungPerson:
    name: str
    date_of_birth: str = ""
    year: str = ""  # school year and form
    part: str = ""  # "Young person harmed"
    needs: str = ""  # language, communication, support
    parents: str = ""  # are the parents aware; if not, why
    consent: str = ""  # given, refused, not asked and why


@dataclass(frozen=True, slots=True)
class ReferralCover:
    furniture: Furniture
    body: str  # "Children’s social care, Birmingham"
    referrer: Referrer
    written: str
    person: str = ""  # at that body
    contact: str = ""  # telephone, secure e-mail, address
    phoned: str = ""  # when
    phoned_to: str = ""
    reference: str = ""  # theirs
    urgent: str = ""  # the one point that cannot wait
    young_people: tuple[YoungPerson, ...] = ()
    parents_aware: str = ""  # where it is the same for all
    parents_why_not: str = ""
    consent: str = ""
    enclosed: tuple[str, ...] = ()  # "Case summary 2026-0042, copy 3"
    other_bodies: tuple[str, ...] = ()
    we_ask: tuple[str, ...] = ()


def build(data: ReferralCover) -> bytes:
    from portal.printing.house import Document

    document = Document(data.furniture)
    document.heading("Referral: cover sheet", 1)
    if data.urgent:
        document.notice("Urgent", (data.urgent,))
    _who(document, data)
    document.heading("Young people in this referral")
    document.table(
        (("Name", 33), ("Date of birth", 20), ("School year", 16), ("Part in this matter", 31)),
        [(each.name, each.date_of_birth, each.year, each.part) for each in data.young_people],
    )
    _parents_and_consent(document, data)
    document.heading("What we ask for")
    _listed(document, data.we_ask)
    document.heading("Enclosed")
    _listed(document, data.enclosed)
    document.notice(
        "No imagery is attached",
        ("The school has not copied any image or film. None is enclosed, and none will be sent.",),
    )
    document.heading("Other bodies that were told")
    _listed(document, data.other_bodies, "None so far.")
    document.heading("Signatures")
    document.signatures(
        (
            ("Referred by", data.referrer.name),
            (f"Received for {data.body}", ""),
        )
    )
    return document.to_pdf()


def _who(document: "Document", data: ReferralCover) -> None:
    sender = data.referrer
    document.heading("To")
    document.facts(
        (
            ("Body", data.body),
            ("Person", data.person),
            ("Contact", data.contact),
            ("Told by telephone", ", to ".join(filter(None, (data.phoned, data.phoned_to)))),
            ("Your reference", data.reference),
            ("Put in writing", data.written),
        )
    )
    document.heading("From")
    document.facts(
        (
            ("School", data.furniture.school),
            ("Referrer", ", ".join(filter(None, (sender.name, sender.role)))),
            ("Telephone", "; ".join(filter(None, (sender.telephone, sender.hours)))),
            ("E-mail", sender.email),
            ("Your point of contact", sender.point_of_contact),
        )
    )


def _parents_and_consent(document: "Document", data: ReferralCover) -> None:
    document.heading("Parents, carers and consent")
    for_all = (
        ("Are they aware?", data.parents_aware),
        ("If not, why", data.parents_why_not),
        ("Consent", data.consent),
    )
    apart = [one for one in data.young_people if one.parents or one.consent or one.needs]
    if any(value for _, value in for_all) or not apart:
        document.facts(for_all)
    if apart:
        document.table(
            (
                ("Young person", 23),
                ("Are parents or carers aware? If not, why", 31),
                ("Consent", 23),
                ("Known needs", 23),
            ),
            [(one.name, one.parents, one.consent, one.needs) for one in apart],
        )


def _listed(document: "Document", lines: tuple[str, ...], nothing: str = "") -> None:
    if lines:
        document.bullets(lines)
    elif nothing:
        document.paragraph(nothing)
    else:
        document.nothing_recorded()
