"""The receipt for a device: a copy for the person it was taken from, and one for an officer.

The person may be thirteen and may show the paper to anybody, so their copy is in plain words and
holds nothing of why the device was taken, where in the school it lies, or who else is concerned.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from portal.printing.device_data import Device, Move, Taken
from portal.printing.furniture import Furniture

if TYPE_CHECKING:
    from portal.printing.house import Document


class ForWhom(StrEnum):
    PERSON = "person"
    OFFICER = "officer"
    BOTH = "both"  # one file with a copy for each, whose pages are counted apart


@dataclass(frozen=True, slots=True)
class Asked:
    """The member of staff who answers questions about the device."""

    name: str
    role: str = ""
    telephone: str = ""
    where: str = ""  # "Room 3, any break"


@dataclass(frozen=True, slots=True)
class Received:
    """The officer who takes the device."""

    name: str
    collar: str = ""
    force: str = ""
    receipt: str = ""  # the exhibit or receipt number
    when: str = ""


@dataclass(frozen=True, slots=True)
class DeviceReceipt:
    """Neither copy names another child or says what the matter is about: the caller sees to that.

    `held_where`, `looked_into`, `custody` and `received` stand in the officer's copy only. Where
    somebody has looked into the device, the person's copy does not say that nobody does.
    """

    furniture: Furniture
    for_whom: str  # one of `ForWhom`
    device: Device
    taken: Taken
    contact: Asked
    state_on_taking: str = ""  # "On, screen locked"
    not_viewed_by: str = ""  # who confirms that nobody has looked into it
    looked_into: str = ""  # where somebody has: what the officer is told of it
    held_where: str = ""
    return_by: str = ""  # "Friday 20 March 2026"; "" where nobody can say yet
    return_from: str = ""  # from whom it comes back
    statements: tuple[str, ...] = ()  # to the person, such as what was lent in its place
    custody: tuple[Move, ...] = ()
    received: Received | None = None


def build(data: DeviceReceipt) -> bytes:
    from portal.printing.house import Document

    wanted = ForWhom(data.for_whom)
    # A purpose may say what the matter is about, and one foot cannot name two recipients.
    about = replace(data.furniture, purpose="")
    if wanted is ForWhom.BOTH:
        about = replace(about, recipient="")
    document = Document(about)
    if wanted is not ForWhom.OFFICER:
        _for_the_person(document, data)
    if wanted is ForWhom.PERSON:
        return document.to_bare_pdf()
    if wanted is ForWhom.BOTH:
        document.next_copy()
    _for_the_officer(document, data)
    return document.to_pdf()


# For the person it was taken from


def _for_the_person(document: "Document", data: DeviceReceipt) -> None:
    device, taken = data.device, data.taken
    document.heading("Receipt for your device", 1)
    document.paragraph("This paper says what the school is keeping for you and what happens to it.")
    document.heading("What the school has")
    document.facts(
        (
            ("Device", device.named),
            ("Marks on it", device.marks),
            ("IMEI number", device.imei),
            ("Number on the bag", device.seal),
            ("How it was", data.state_on_taking),
            ("Taken from", taken.taken_from),
            ("Taken by", taken.by),
            ("When and where", ", ".join(filter(None, (taken.when, taken.where)))),
            ("Also there", taken.witness),
        )
    )
    document.heading("What happens to it now")
    document.bullets(
        (
            "It is locked away at school.",
            *_not_looked_into(data),
            "Nobody at school will ask for your passcode. Do not write it on this paper.",
            *data.statements,
        )
    )
    document.heading("When you get it back, and whom to ask")
    document.paragraph(_return(data))
    document.paragraph(_whom_to_ask(data.contact))
    document.heading("Signatures")
    document.lead_in(
        "There are two of these papers: one is yours, and one stays at school. Signing says only "
        "that the details are right. You do not have to sign."
    )
    document.signatures(
        (("The person it was taken from", taken.taken_from), ("For the school", taken.by))
    )


def _not_looked_into(data: DeviceReceipt) -> tuple[str, ...]:
    if data.looked_into:
        return ()
    confirmed = f" {data.not_viewed_by} confirms that nobody has." if data.not_viewed_by else ""
    return (f"Nobody at school looks into it.{confirmed}",)


def _return(data: DeviceReceipt) -> str:
    giver = data.return_from or data.contact.name
    if not data.return_by:
        return (
            f"The school cannot say the day yet. {data.contact.name} will tell you as soon as it "
            f"is known. You get it back from {giver}. Bring this paper with you."
        )
    bag = " Check that the number on the bag is the same." if data.device.seal else ""
    return (
        f"By {data.return_by}, from {giver}. Bring this paper with you.{bag} If the day changes, "
        "the school will tell you before it comes."
    )


def _whom_to_ask(contact: Asked) -> str:
    who = ", ".join(filter(None, (contact.name, contact.role)))
    ways = "; ".join(filter(None, (contact.where, contact.telephone)))
    where = f" You can find them here: {ways}." if ways else ""
    return f"You, or your parents or carers, can ask {who} at any time.{where}"


# For the officer who takes it


def _for_the_officer(document: "Document", data: DeviceReceipt) -> None:
    document.heading("Receipt for a device handed to the police", 1)
    _received(document, data.received or Received(""))
    document.heading("The device")
    document.facts(
        (
            *device_facts(data.device, data.taken, data.state_on_taking),
            ("Kept until now", data.held_where),
        )
    )
    document.notice(
        "Has anybody looked into it?",
        (_looked_into(data), "The school has asked for no passcode and holds none."),
    )
    document.heading("Signatures")
    document.signatures(
        (
            ("The officer who receives the device", data.received.name if data.received else ""),
            ("Handed over for the school by", ""),
        )
    )
    document.heading("Who has held it so far")
    document.table(
        (("No.", 7), ("When", 25), ("What", 25), ("From and to", 26), ("Seal", 17)),
        [
            (
                each.number,
                each.happened,
                each.what,
                labelled("From", each.from_whom, "To", each.to_whom),
                each.seal,
            )
            for each in data.custody
        ],
    )
    _asked(document, data.contact)


def _looked_into(data: DeviceReceipt) -> str:
    if data.looked_into:
        return data.looked_into
    if data.not_viewed_by:
        return f"Nobody at the school has. Confirmed by {data.not_viewed_by}."
    return "Nobody is recorded as having done so, and nobody has confirmed it."


def _received(document: "Document", received: Received) -> None:
    """What is known of the handover, and lines on which the rest is written by hand."""
    asked = (
        ("Officer", received.name),
        ("Collar number", received.collar),
        ("Police force", received.force),
        ("Exhibit or receipt", received.receipt),
        ("Date and time", received.when),
    )
    if any(value for _, value in asked):
        document.facts(asked)
    for label, value in asked:
        if not value:
            document.write_on(label)


def _asked(document: "Document", contact: Asked) -> None:
    document.heading("Contact at the school")
    document.facts(
        (
            ("Name", ", ".join(filter(None, (contact.name, contact.role)))),
            ("Telephone", contact.telephone),
        )
    )


# What papers about devices share


def device_facts(device: Device, taken: Taken, state: str) -> tuple[tuple[str, str], ...]:
    return (
        ("Device", device.named),
        ("Marks", device.marks),
        ("IMEI", device.imei),
        ("Seal number", device.seal),
        ("State when taken", state),
        ("Taken from", taken.taken_from),
        ("Taken by", taken.by),
        ("When and where", ", ".join(filter(None, (taken.when, taken.where)))),
        ("Witness", taken.witness),
        ("Grounds", taken.grounds),
        ("How", taken.how),
    )


def labelled(*labels_and_values: str) -> str:
    """Several facts in one cell, each with its label on a line of its own."""
    pairs = zip(labels_and_values[::2], labels_and_values[1::2], strict=True)
    return "\n".join(f"{label}: {value}" for label, value in pairs if value)
