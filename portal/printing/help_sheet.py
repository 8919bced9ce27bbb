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
    document.paragraph("You do not have to deal with things on your own.", friendly)
    document.paragraph(
        "You can talk to more than one person. You can talk as often as you like. It may take "
        "more than one talk to feel better, and that is okay.",
        friendly,
    )
    document.heading("Somebody to talk to at school")
    asked = (
        ("You can talk to", about.adult),
        ("They are free", about.when),
        ("You find them here", about.where),
    )
    known = [pair for pair in asked if pair[1]]
    if known:
        large = ((TextStyle(REGULAR, 12, 21), 0.3), (TextStyle(BOLD, 16, 21), 0.7))
        document.lines(large, known)
    for words, value in asked:
        if not value:
            document.write_on(words)
    if about.also:
        document.paragraph(about.also, friendly)
    document.paragraph(
        "Would you like to talk to somebody else? Ask a friend, a teacher, a parent or carer, or "
        "another adult you trust.",
        friendly,
    )


def others(document: "Document", about: Help) -> None:
    """Who else is there: by telephone, by message and online."""
    from portal.printing.fonts import BOLD
    from portal.printing.text import TextStyle

    if about.emergency:
        document.paragraph(
            f"In danger right now? Call {about.emergency}, day or night.", TextStyle(BOLD, 13, 18)
        )
    if about.helplines:
        document.heading("People you can call or message")
        _services(document, about.helplines)
    if about.reports:
        document.heading("Where you can report something online")
        _services(document, about.reports)


def _services(document: "Document", services: tuple[Helpline, ...]) -> None:
    from portal.printing.fonts import BOLD, REGULAR
    from portal.printing.text import TextStyle

    columns = (
        (TextStyle(BOLD, 12, 15), 0.38),
        (TextStyle(REGULAR, 12, 15), 0.36),
        (TextStyle(REGULAR, 8, 10), 0.26),
    )
    document.lines(columns, [(one.name, "\n".join(one.ways), one.checked) for one in services])
