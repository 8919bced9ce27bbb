"""“Where to find help”: a sheet that a young person takes home, with one adult to go to.

It travels in a school bag and may be read on the bus or found at home. It therefore says nothing of
why somebody has it: no reference, no “Confidential”, no purpose, no name of the young person, no
account of the copy at its end. That a copy was made, and for whom, is kept in the record alone.
"""

from typing import TYPE_CHECKING

from portal.printing.form_data import Help, Helpline, HelpSheet

if TYPE_CHECKING:
    from portal.printing.house import Document

TITLE = "Where to find help"


def build(data: HelpSheet) -> bytes:
    from portal.printing.house import Document

    document = Document(data.furniture)
    document.heading(TITLE, 1)
    at_school(document, data.help)
    others(document, data.help)
    return document.to_bare_pdf()


def at_school(document: "Document", about: Help) -> None:
    """Whom to talk to, when and where; a line to write on for what is not known yet."""
    from portal.printing.fonts import BOLD, REGULAR
    from portal.printing.text import TextStyle

    friendly = TextStyle(REGULAR, 13, 18.5, after=7)
    label, large = TextStyle(REGULAR, 12, 17), TextStyle(BOLD, 17, 23, after=8)
    document.paragraph("You do not have to deal with things on your own.", friendly)
    document.paragraph(
        "You can talk to more than one person. You can talk as often as you like. It may take "
        "more than one talk to feel better, and that is okay.",
        friendly,
    )
    document.heading("Somebody to talk to at school")
    for asked, known in (
        ("You can talk to", about.adult),
        ("They are free", about.when),
        ("You will find them here", about.where),
    ):
        if known:
            document.lead_in(asked, label)
            document.paragraph(known, large)
        else:
            document.write_on(asked)
    if about.also:
        document.paragraph(about.also, friendly)
    document.paragraph(
        "Would you like to talk to somebody else? Ask a friend, a teacher, a parent or carer, or "
        "another adult you trust.",
        friendly,
    )


def others(document: "Document", about: Help) -> None:
    """Who else is there: by telephone, by message and online."""
    from portal.printing.fonts import REGULAR
    from portal.printing.text import TextStyle

    if about.emergency:
        document.notice(
            f"In danger right now? Call {about.emergency}.", ("You can call at any time.",)
        )
    if about.helplines:
        document.heading("People you can call or message")
        document.lead_in(
            "You do not need to ask anyone first.", TextStyle(REGULAR, 13, 18.5, after=5)
        )
        _services(document, about.helplines)
    if about.reports:
        document.heading("Where you can report something online")
        _services(document, about.reports)


def _services(document: "Document", services: tuple[Helpline, ...]) -> None:
    from portal.printing.fonts import BOLD, REGULAR
    from portal.printing.text import TextStyle

    name, ways = TextStyle(BOLD, 12.5, 17), TextStyle(REGULAR, 12.5, 17)
    checked = TextStyle(REGULAR, 8.5, 11.5, after=6)
    for one in services:
        document.lead_in(one.name, name)
        document.lead_in("   ".join(one.ways), ways)
        document.paragraph(one.checked, checked)
