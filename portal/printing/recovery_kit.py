"""The recovery kit: the one page without which a lost server's records stay unreadable."""

from dataclasses import dataclass

from portal.printing.furniture import Furniture
from portal.printing.house import Document


@dataclass(frozen=True, slots=True)
class RecoveryKit:
    school: str
    key_groups: tuple[str, ...]  # the key in short groups, in order
    made_on: str  # "12 March 2026"
    made_by: str = ""


def build(data: RecoveryKit) -> bytes:
    furniture = Furniture(
        school=data.school,
        reference="Recovery kit",
        title="Recovery kit",
        subject="The recovery key of the safeguarding portal",
        printed_by=data.made_by,
        printed_at=data.made_on,
    )
    document = Document(furniture)
    document.heading("Recovery kit of the safeguarding portal", 1)
    document.facts((("School", data.school), ("Made on", data.made_on), ("Made by", data.made_by)))
    document.heading("The recovery key")
    document.key(data.key_groups)
    document.heading("What it is for")
    document.paragraph(
        "The portal keeps its records encrypted. If the computer it runs on is lost or broken, "
        "the records are restored from a backup, and only this key opens them. Without the key "
        "nobody can read them again, whoever they ask.",
    )
    document.heading("How to keep it")
    document.bullets(
        (
            "Print two copies. Put each in an envelope of its own, seal it, and sign across the "
            "flap.",
            "Keep the envelopes in two different locked places, such as the head teacher’s safe "
            "and the safe of the chair of governors.",
            "Never keep the key with the backups: together they open every record of every child.",
            "Do not photograph, scan or e-mail this page, or save it on a computer.",
            "If a seal is broken or an envelope is missing, tell the designated safeguarding lead "
            "and have a new key made.",
        )
    )
    document.heading("Sealed by")
    for label in ("Name and role", "Signature", "Date", "Where it is kept"):
        document.write_on(label)
    return document.to_bare_pdf()
