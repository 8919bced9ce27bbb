"""The disclosure form for when there is no computer: everything the portal asks, to write by hand.

It begins with what cannot wait, so that somebody who never filled it in before does the right thing
first and writes second. What was said, what was seen and what is thought stand apart.
"""

from typing import TYPE_CHECKING

from portal.printing.form_data import BlankDisclosure, Choices
from portal.printing.furniture import Furniture

if TYPE_CHECKING:
    from portal.printing.fillable import FormDocument, Ticked

MM = 72 / 25.4
TITLE = "Record of a concern"
YES_NO = (("yes", "Yes"), ("no", "No"), ("not_known", "Not yet known"))
TOLD = (("yes", "Yes"), ("not_yet", "Not yet"))
NO_IMAGES = (
    "Never look at it, copy it, print it, forward it or keep it, and let nobody show it to you. If "
    "it is on a device, do not search it: ask the safeguarding lead. Write in words what there is "
    "said to be, and where.",
)


def blank(data: BlankDisclosure) -> bytes:
    from portal.printing.fillable import FormDocument
    from portal.printing.typed_up import handling

    document = FormDocument(
        Furniture(
            data.school,
            "",
            TITLE,
            "",
            "",
            subject="Blank form",
            marking="Confidential when filled in",
        )
    )
    document.heading(TITLE, 1)
    _now(document, data)
    _how(document, data)
    document.next_page()
    _words(document)
    document.next_page()
    _people(document, data)
    _incidents(document)
    document.next_page()
    _online(document)
    _evidence(document)
    document.next_page()
    _kind(document, data)
    document.next_page()
    _told(document, data)
    _signature(document)
    handling(document)
    _for_the_lead(document)
    return document.to_bare_pdf()


def _now(document: "FormDocument", data: BlankDisclosure) -> None:
    from portal.printing.fillable import Asked, Chosen

    document.paragraph(
        "Stay calm, believe them, blame nobody and promise no secrecy. Ask no questions to fill "
        "this in: write what you know and leave the rest empty."
    )
    document.heading("1. First")
    document.choose(
        Chosen("danger", "Is anybody in danger now?", YES_NO),
        Chosen("self_harm", "Have they spoken of self-harm or suicide?", YES_NO),
    )
    lead = f" Telephone: {data.lead}." if data.lead else ""
    social_care = f" {data.social_care}" if data.social_care else ""
    document.notice(
        f"In danger now: ring {data.help.emergency or '999'} first",
        (
            "Do not leave them alone. Then find the safeguarding lead in person. Do not finish "
            f"this form before you have.{lead} If nobody can be found, any adult may ring "
            f"children’s social care.{social_care}",
        ),
    )
    document.ask("danger_done", "What has been done to keep them safe?", 12 * MM)
    document.choose(Chosen("told_dsl", "Have you told the safeguarding lead in person?", TOLD))
    document.ask_beside(
        Asked("told_dsl_at", "When? Date and time", share=0.4),
        Asked("told_dsl_who", "Whom did you tell?", share=0.6),
    )


def _how(document: "FormDocument", data: BlankDisclosure) -> None:
    from portal.printing.fillable import Asked, Chosen

    document.heading("2. How it came to you")
    document.ask_beside(
        Asked("recorder", "Your name and job", share=0.5),
        Asked("recorded_for", "If you write for somebody else: their name", share=0.5),
    )
    document.choose(Chosen("how", "How did this come to you?", data.how_it_came))
    document.ask_beside(
        Asked("told_at", "When were you told, or when did you notice?", share=0.5),
        Asked("learnt_at", "If you learnt of it at another time: when?", share=0.5),
    )
    document.ask_beside(
        Asked("place", "Where?", share=0.4),
        Asked("present", "Who else was there?", share=0.6),
    )


def _words(document: "FormDocument") -> None:
    document.heading("3. What was said")
    document.ask(
        "own_words",
        "The exact words, as far as you remember them",
        88 * MM,
        "Word for word, in their language. Do not tidy it up. If you need more room, use plain "
        "paper, sign it and pin it to this form.",
    )
    document.ask("whose_words", "Whose words are these?")
    document.heading("4. What you saw or heard yourself")
    document.ask("seen", "", 42 * MM, "Only what you noticed, not what anybody told you.",
                 spoken="What you saw or heard yourself")  # fmt: skip
    document.heading("5. What you think, if it matters")
    document.ask("thinks", "", 26 * MM, "Kept apart, so that nobody takes it for what was said.",
                 spoken="What you think, if it matters")  # fmt: skip


def _people(document: "FormDocument", data: BlankDisclosure) -> None:
    from portal.printing.fillable import Asked

    document.heading("6. Who is involved?")
    parts = ", ".join(words[:1].lower() + words[1:] for _, words in data.parts)
    document.lead_in(
        "Full names, never initials: the police must know who it is. If nobody knows the name, "
        f"write what is known. Part, as you were told: {parts}. One person can have several."
    )
    document.rows(
        "Person",
        (
            ("person", "Full name", 30),
            ("person_group", "Class, school or job", 20),
            ("person_part", "Part", 22),
            ("person_words", "Words they use for themselves in this", 28),
        ),
        5,
        15 * MM,
    )
    document.ask_beside(
        Asked("who_knows", "Who else knows, here or outside?", 15 * MM),
        Asked("others_at_risk", "Is anybody else at risk?", 15 * MM),
    )


def _incidents(document: "FormDocument") -> None:
    document.heading("7. When did it happen?")
    document.rows(
        "Incident",
        (
            ("incident", "What happened", 46),
            ("incident_when", "Date and time, or “about”", 26),
            ("incident_place", "Where, if offline as well", 28),
        ),
        3,
        15 * MM,
    )


def _online(document: "FormDocument") -> None:
    document.heading("8. Where online?")
    document.lead_in("Write names and addresses down only. Do not open them.")
    document.rows(
        "Account",
        (
            ("account", "Account, page, group, number or address", 44),
            ("account_on", "App or site", 26),
            ("account_whose", "Whose is it thought to be?", 30),
        ),
        4,
        12 * MM,
    )
    document.ask(
        "findable_accounts",
        "Other accounts of the young person that those responsible could find",
        13 * MM,
    )


def _evidence(document: "FormDocument") -> None:
    from portal.printing.fillable import Asked, Chosen

    document.heading("9. Evidence")
    document.notice("Images: never look, never copy, never send", NO_IMAGES)
    document.ask(
        "evidence", "What is there said to be, in words, and who has it or where is it?", 18 * MM
    )
    document.choose(Chosen("viewed", "Has a member of staff seen an image?", YES_NO))
    document.ask_beside(
        Asked("viewed_who", "If yes: who saw it, and when?", 12 * MM),
        Asked("viewed_why", "Why could it not be avoided?", 12 * MM),
    )
    document.ask_beside(
        Asked("viewed_present", "Who else was there?", 12 * MM, spoken="Who else saw it?"),
        Asked("viewed_next", "What was done next?", 12 * MM),
    )


def _kind(document: "FormDocument", data: BlankDisclosure) -> None:
    document.heading("10. What kind is it?")
    document.lead_in("Tick what you were told. You need not be sure, and need not tick anything.")
    for number, (label, behaviours) in enumerate(data.behaviours, start=1):
        document.tick(label, _ticks(f"kind_{number}", behaviours))
    document.tick("Is any of this part of it?", _ticks("overlap", data.overlaps), inline=True)
    document.tick(
        "Was anybody targeted because of who they are?",
        _ticks("hate", data.hate_elements),
        inline=True,
    )
    document.ask("other_behaviour", "Something else")


def _told(document: "FormDocument", data: BlankDisclosure) -> None:
    from portal.printing.fillable import Asked, Chosen

    document.heading("11. The young person")
    document.choose(
        Chosen("know_reported", "Do the young people know that this was reported?", YES_NO),
        Chosen("wants_presence", "Do they want to be there when the lead is told?", YES_NO),
    )
    document.tick(
        "What have you told the young person?", _ticks("told", data.told_them), inline=True
    )
    document.ask_beside(
        Asked("told_words", "In which words?", 12 * MM),
        Asked("why_somebody_else", "If somebody else told you: why?", 12 * MM),
    )
    document.tick("What worries them about telling?", _ticks("worry", data.worries), inline=True)
    document.ask_beside(
        Asked("wants", "What do they want?", 14 * MM),
        Asked("worries_words", "What worries them, in their words", 14 * MM),
    )
    document.ask("family", "Anything about the family that matters now", 12 * MM)


def _ticks(code: str, choices: Choices) -> "list[Ticked]":
    from portal.printing.fillable import Ticked

    return [Ticked(f"{code}_{one}", words) for one, words in choices]


def _signature(document: "FormDocument") -> None:
    from portal.printing.fillable import Asked

    document.ask_beside(
        Asked("", "Your signature", share=0.5),
        Asked("signed_on", "Date", share=0.25, spoken="Signed on: date"),
        Asked("signed_at", "Time", share=0.25, spoken="Signed at: time"),
    )


def _for_the_lead(document: "FormDocument") -> None:
    from portal.printing.fillable import Asked

    document.lead_in("For the safeguarding lead only")
    document.ask_beside(
        Asked("received_at", "Received: date, time", share=0.3),
        Asked("received_by", "Received by", share=0.25),
        Asked("typed_at", "Typed up: date, time", share=0.3),
        Asked("case", "Reference", share=0.15),
    )
