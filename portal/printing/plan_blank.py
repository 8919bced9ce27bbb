"""The moving forward plan to write on: everything the portal asks, each voice on its own page."""

from typing import TYPE_CHECKING

from portal.printing.form_data import Blank
from portal.printing.furniture import Furniture
from portal.printing.help_sheet import TITLE as HELP
from portal.printing.help_sheet import others
from portal.printing.plan_form import TITLE

if TYPE_CHECKING:
    from portal.printing.fillable import FormDocument

MM = 72 / 25.4
BEFORE = (
    "Everybody takes part. The plan binds the adults too.",
    "Be honest. This is a new start, and it is all right to ask about anything unclear.",
    "Be clear. Say exactly what is meant: which apps, games, sites and times.",
    "Agree how help can be asked for without many words.",
    "Stay flexible. The plan can be looked at again and changed.",
    "If the police have been told: ask them first, and ask nothing about what happened.",
)


def build(data: Blank) -> bytes:
    from portal.printing.fillable import FormDocument
    from portal.printing.typed_up import handling, typed_up

    document = FormDocument(
        Furniture(
            data.school, "", TITLE, "", "", subject="Blank form", marking="Private when filled in"
        )
    )
    document.heading(TITLE, 1)
    _start(document)
    document.next_page()
    _steps(document)
    for voice in (_young, _staff, _carers):
        document.next_page()
        voice(document)
    document.next_page()
    _agreed(document)
    handling(document)
    typed_up(document)
    document.next_page()
    _help(document, data)
    return document.to_bare_pdf()


def _start(document: "FormDocument") -> None:
    from portal.printing.fillable import Asked

    document.bullets(BEFORE)
    document.heading("Starting questions")
    document.ask_beside(
        Asked("for", "Whose plan is it?", share=0.7), Asked("date", "Date", share=0.3)
    )
    document.lead_in("Who takes part in this plan?")
    document.rows(
        "Who takes part",
        (("person", "Name", 55), ("person_part", "Part, such as form tutor or mother", 45)),
        4,
        9 * MM,
    )
    document.ask(
        "internet_use",
        "What do you use the internet for?",
        24 * MM,
        "Apps, games and sites you like.",
    )
    document.ask(
        "covers", "What does “online” mean in this plan?", 18 * MM,
        "For example apps, websites, games, messages, television on demand.",
    )  # fmt: skip
    document.ask(
        "why", "Why are we making this plan?", 24 * MM,
        "What are we worried about, or what should be different from now on?",
    )  # fmt: skip


def _steps(document: "FormDocument") -> None:
    from portal.printing.fillable import Asked

    document.heading("Our steps")
    document.lead_in(
        "What will we do so that you can use the internet safely and with respect for others? Who "
        "is responsible for each step?"
    )
    document.rows(
        "Step",
        (
            ("step", "What we will do", 50),
            ("step_who", "Who is responsible", 28),
            ("step_by", "By when", 22),
        ),
        5,
        19 * MM,
    )
    document.ask_beside(
        Asked("lasts", "How long does the plan last?", hint="For example two months.", share=0.34),
        Asked("ends_on", "It ends on", share=0.28),
        Asked(
            "review_every", "How often do we review it?", hint="For example every week.", share=0.38
        ),
    )
    document.ask_beside(
        Asked(
            "signal", "How can you signal that you need help?", 18 * MM, "A word, a phrase, a sign."
        ),
        Asked("signal_where", "Where and when is help there then?", 18 * MM, "A time and a place."),
    )
    document.ask("home_limits", "Which limits have we agreed for home?", 18 * MM)


def _young(document: "FormDocument") -> None:
    from portal.printing.fillable import Asked

    document.heading("The young person’s part")
    document.ask_beside(
        Asked("young_name", "Name", share=0.7, spoken="Young person: name"),
        Asked("young_written", "Date", share=0.3, spoken="Young person: date"),
    )
    document.ask("young_signs", "I will know it is about to happen again if I…", 32 * MM)
    document.ask_lines(
        "To help me manage it, I will…", [f"young_will_{row}" for row in range(1, 5)]
    )
    document.ask("young_others", "Other people will notice that it is hard for me if I…", 26 * MM)
    document.lead_in("I would like…")
    document.rows(
        "I would like",
        (("want", "This person…", 35), ("want_action", "to do this:", 65)),
        3,
        10 * MM,
    )
    document.ask(
        "young_other_help", "What else would help me?", 20 * MM,
        "For example numbers of helplines, or a friend who helps.",
    )  # fmt: skip


def _staff(document: "FormDocument") -> None:
    _adult(
        document,
        "staff",
        "The member of staff’s part",
        "For example parents or carers, or a colleague.",
    )
    document.ask("notes", "Notes", 50 * MM)


def _carers(document: "FormDocument") -> None:
    _adult(
        document, "carer", "The parents’ or carers’ part", "For example members of staff, by name."
    )


def _adult(document: "FormDocument", code: str, title: str, also: str) -> None:
    from portal.printing.fillable import Asked

    document.heading(title)
    document.ask_beside(
        Asked(f"{code}_author", "Name", share=0.5, spoken=f"{title}: name"),
        Asked(
            f"{code}_of", "Part written for (young person)", share=0.5, spoken=f"{title}: for whom"
        ),
    )
    document.ask(
        f"{code}_signs", "I will know it is about to happen again if they…", 34 * MM,
        spoken=f"{title}: I will know it is about to happen again if they",
    )  # fmt: skip
    document.ask_lines(
        "To help them manage it, I will…", [f"{code}_will_{row}" for row in range(1, 5)], title
    )
    document.ask(
        f"{code}_also", "If it helps, I might also speak to…", 22 * MM, also,
        spoken=f"{title}: I might also speak to",
    )  # fmt: skip


def _agreed(document: "FormDocument") -> None:
    document.heading("What we agreed")
    document.ask(
        "if_not_followed", "What happens if somebody does not keep to this plan?", 26 * MM,
        "Somebody means the adults as well.",
    )  # fmt: skip
    document.ask("next_review", "When is this plan reviewed next?")
    document.heading("Signatures")
    document.sign(
        (
            ("signed_young", "The young person"),
            ("signed_staff", "For the school"),
            ("signed_carer", "A parent or carer"),
            ("signed_other_1", "Another person"),
            ("signed_other_2", "One more person"),
        )
    )


def _help(document: "FormDocument", data: Blank) -> None:
    from portal.printing.fillable import Asked

    document.heading(HELP)
    document.paragraph(
        "You do not have to deal with this on your own. You can talk to more than one person, and "
        "as often as you like. It may take more than one talk, and that is okay."
    )
    document.ask_beside(
        Asked("help_adult", "You can talk to", share=0.4),
        Asked("help_when", "They are free: day and time", share=0.3),
        Asked("help_where", "You find them: room", share=0.3),
    )
    others(document, data.help)
