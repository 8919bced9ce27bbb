"""The moving forward plan as it was filled in, in three voices, with where to find help.

What only staff read, such as the advice of the police, is not in it: the plan is the young
person’s. The caller sees to that.
"""

from typing import TYPE_CHECKING

from portal.printing.form_data import PlanForm, Voice
from portal.printing.help_sheet import TITLE as HELP
from portal.printing.help_sheet import at_school, others

if TYPE_CHECKING:
    from portal.printing.house import Document

TITLE = "Moving forward plan"
NO_ANSWER = "No answer."


def build(data: PlanForm) -> bytes:
    from portal.printing.house import Document

    document = Document(data.furniture)
    document.heading(TITLE, 1)
    if data.is_draft:
        document.notice(
            "This plan has not been agreed yet", ("It may still change, and nobody has signed it.",)
        )
    document.facts(
        (
            ("Plan for", data.young_person),
            ("State", data.status),
            ("Date", data.started),
            ("On paper first", data.typed_up),
        )
    )
    document.heading("Starting questions")
    document.table((("Who takes part in this plan", 50), ("Part", 50)), data.people)
    _answers(document, data.start)
    document.heading("Our steps")
    document.table(
        (("What we will do", 45), ("Who is responsible", 30), ("By when", 25)),
        [(one.what, one.who, "\n".join(filter(None, (one.by, one.state)))) for one in data.steps],
    )
    for voice in data.voices:
        _voice(document, voice)
    document.heading("What we agreed")
    _answers(document, data.after)
    if data.reviewed:
        document.heading("How this edition came about")
        document.facts(data.reviewed)
    _signatures(document, data)
    document.heading("Notes")
    document.paragraph(data.notes or NO_ANSWER)
    _help(document, data)
    return document.to_pdf()


def _answers(document: "Document", pairs: tuple[tuple[str, str], ...]) -> None:
    document.facts([(asked, answer or NO_ANSWER) for asked, answer in pairs])


def _voice(document: "Document", voice: Voice) -> None:
    document.heading(f"{voice.role}: {voice.name}" if voice.name else voice.role)
    if voice.missing:
        document.notice("This part is still missing", (voice.how,) if voice.how else ())
        return
    document.lead_in(voice.how)
    _answers(document, voice.answers)


def _signatures(document: "Document", data: PlanForm) -> None:
    document.heading("Signed")
    there = [one for one in data.signed if one.when]
    if there:
        document.table(
            (("Name", 38), ("Part", 32), ("Date", 30)),
            [(one.name, one.part, one.when) for one in there],
        )
    wanted = [(one.part, one.name) for one in data.signed if not one.when]
    if wanted:
        document.lead_in("Still to sign:" if there else "To be signed by:")
        document.signatures(wanted)


def _help(document: "Document", data: PlanForm) -> None:
    """The same as on the help sheet, which is printed apart for the bag."""
    document.heading(HELP)
    at_school(document, data.help)
    others(document, data.help)
