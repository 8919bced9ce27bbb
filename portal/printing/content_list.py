"""A list of addresses and accounts for a report to a platform, and nothing else.

It goes to people outside who must not learn whom it concerns. There is no field for a person, the
one who printed it stands there by role, and the purpose of the copy is not printed.
"""

from dataclasses import dataclass, replace

from portal.printing.furniture import Furniture


@dataclass(frozen=True, slots=True)
class School:
    """How the platform reaches the school: a role, never a name."""

    name: str
    role: str
    telephone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One address or account. Addresses are printed as text and never as links."""

    number: str
    platform: str
    address: str = ""
    account: str = ""
    rule: str = ""  # which rule of the platform it breaks
    noted: str = ""  # when the address was noted down
    earlier_report: str = ""


@dataclass(frozen=True, slots=True)
class ContentList:
    furniture: Furniture
    contact: School
    dated: str
    platform: str = ""  # where all of it goes to one
    items: tuple[Item, ...] = ()


def build(data: ContentList) -> bytes:
    from portal.printing.house import Document

    about = replace(data.furniture, printed_by=data.contact.role, purpose="")
    document = Document(about)
    document.heading("Content to be reviewed", 1)
    document.paragraph(
        "A school asks you to look at the addresses and accounts below under your own rules, and "
        "to answer with a reference. They concern children."
    )
    document.facts(
        (
            ("To", data.platform),
            ("From", data.contact.name),
            ("Contact", data.contact.role),
            ("Telephone", data.contact.telephone),
            ("E-mail", data.contact.email),
            ("Date of this list", data.dated),
        )
    )
    document.notice(
        "The sender has not viewed or copied imagery",
        (
            "No imagery was viewed, downloaded or copied to make this list, and none is attached.",
            "Please preserve what you remove as your procedures provide: it may be asked for.",
        ),
    )
    document.heading("Addresses and accounts")
    columns, rows = _table(data.items)
    document.table(columns, rows)
    return document.to_bare_pdf()


def _table(items: tuple[Item, ...]) -> tuple[list[tuple[str, float]], list[list[str]]]:
    """The table; without its last column where no item says which rule it breaks."""
    columns: list[tuple[str, float]] = [
        ("No.", 7), ("Platform and account", 22), ("Web address", 35), ("Noted", 17),
    ]  # fmt: skip
    rows = [[each.number, _account(each), each.address, _noted(each)] for each in items]
    if any(each.rule for each in items):
        columns.append(("Rule it breaks", 19))
        for row, each in zip(rows, items, strict=True):
            row.append(each.rule)
    return columns, rows


def _account(item: Item) -> str:
    return "\n".join(filter(None, (item.platform, item.account)))


def _noted(item: Item) -> str:
    before = f"Reported before: {item.earlier_report}" if item.earlier_report else ""
    return "\n".join(filter(None, (item.noted, before)))
