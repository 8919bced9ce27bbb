"""“Who do you want to know?” (Guidance for Schools, Appendix 1): as it was answered, and blank."""

from typing import TYPE_CHECKING

from portal.printing.form_data import Blank, Told, WishesForm
from portal.printing.furniture import Furniture

if TYPE_CHECKING:
    from portal.printing.fillable import FormDocument
    from portal.printing.house import Document

TITLE = "Who do you want to know?"
ROWS = 6
NO_ANSWER = "No answer."


def build(data: WishesForm) -> bytes:
    """One visit, with every question, whether it was answered or not."""
    from portal.printing.house import Document

    document = Document(data.furniture)
    document.heading(TITLE, 1)
    document.facts(
        (
            ("Name", data.young_person),
            ("Class or form", data.class_form or NO_ANSWER),
            ("Date", data.answered),
            ("Visit", data.number),
            ("How it was filled in", data.how),
            ("With", data.asked_by),
        )
    )
    document.heading("Who knows already, and who may know")
    _people(document, data.people)
    _rather_not(document, data)
    document.heading("Who must know, whatever is chosen, and why")
    document.table(
        (("Who", 30), ("Why", 70)), [(one.name, one.why or NO_ANSWER) for one in data.must_know]
    )
    document.heading("Anything else")
    if data.anything_else:
        document.quote(data.anything_else, data.young_person)
    else:
        document.paragraph(NO_ANSWER)
    document.heading("Asked again")
    document.paragraph(data.next_visit or "No date has been set.")
    return document.to_pdf()


def _people(document: "Document", people: tuple[Told, ...]) -> None:
    if not people:
        document.paragraph("Nobody was named.")
        return
    document.table(
        (("Who, and the wish", 19), ("Knows already", 13), ("How much they may know", 23),
         ("What support they should give", 23), ("What they should not do", 22)),
        [
            (
                "\n".join(filter(None, (one.name, one.standing))),
                one.knows_already or "Not said",
                one.how_much or NO_ANSWER,
                one.support or NO_ANSWER,
                one.not_do or NO_ANSWER,
            )
            for one in people
        ],
    )  # fmt: skip


def _rather_not(document: "Document", data: WishesForm) -> None:
    document.heading("Who should rather not know")
    if data.rather_not is None:
        document.paragraph("This part is left out of this copy.")
        return
    if not data.rather_not:
        document.paragraph("Nobody was named.")
        return
    for one in data.rather_not:
        document.heading(one.name, 3)
        said = (
            ("Knows already", one.knows_already),
            ("How much they may know", one.how_much),
            ("What support they should give", one.support),
            ("What they should not do", one.not_do),
        )
        document.facts((("Wish", one.standing), *said))


def blank(data: Blank) -> bytes:
    """The same form to write on: everything the portal asks, with room for a pen."""
    from portal.printing.fillable import FormDocument
    from portal.printing.typed_up import handling, typed_up

    document = FormDocument(
        Furniture(
            data.school, "", TITLE, "", "", subject="Blank form", marking="Private when filled in"
        )
    )
    document.heading(TITLE, 1)
    document.paragraph(
        "This form is about who may know what has happened to you. It is about you, so use your "
        "own words. You can leave any part empty. You can change your mind later: we will ask you "
        "again."
    )
    _about_you(document)
    _table(document)
    document.next_page()
    _others(document)
    handling(document)
    typed_up(document)
    return document.to_bare_pdf()


def _about_you(document: "FormDocument") -> None:
    from portal.printing.fillable import Asked

    document.ask_beside(
        Asked("name", "Your name", share=0.5),
        Asked("class_form", "Class or form", share=0.22),
        Asked("date", "Date", share=0.28),
    )


def _table(document: "FormDocument") -> None:
    from reportlab.lib.units import mm

    from portal.printing.fillable import LINE, Asked, Ticked

    document.heading("1. Who knows, and who do you want to know?")
    document.lead_in(
        "Use one row for each person. Tick if they know already, and if you want them to know."
    )
    asked = (
        ("how_much", "How much do you want them to know?", 24),
        ("support", "What support do you want from them?", 24),
        ("not_do", "What do you not want them to do?", 25),
    )
    document.field_table(
        (("Who?", 27), *((words, share) for _, words, share in asked)),
        [
            (
                (
                    Asked(f"who_{row}", "", LINE * 0.9, spoken=f"Person {row}: name"),
                    Ticked(f"knows_{row}", "knows already", f"Person {row} knows already"),
                    Ticked(f"may_know_{row}", "may know", f"I want person {row} to know"),
                ),
                *(
                    (Asked(f"{code}_{row}", "", 20 * mm, spoken=f"Person {row}: {words}"),)
                    for code, words, _ in asked
                ),
            )
            for row in range(1, ROWS + 1)
        ],
    )


def _others(document: "FormDocument") -> None:
    from reportlab.lib.units import mm

    from portal.printing.fillable import Asked

    document.heading("2. Who would you rather did not know?")
    document.ask(
        "rather_not",
        "",
        20 * mm,
        "Write their names. You do not have to say why.",
        spoken="Who would you rather did not know?",
    )
    document.heading("3. Who must know, whatever you choose, and why?")
    document.lead_in(
        "Some people have to know so that they can keep you safe. The adult who helps you with "
        "this form writes down who they are, and tells you why."
    )
    document.rows(
        "Who must know",
        (("must_know", "Who must know?", 35), ("must_know_why", "Why?", 65)),
        3,
        18 * mm,
    )
    document.heading("4. Is there anything else you want to say?")
    document.ask("anything_else", "", 24 * mm, spoken="Is there anything else you want to say?")
    document.ask_beside(
        Asked("next_visit", "When will we ask you again?", share=0.4),
        Asked("helped_by", "Which adult helped you with this form?", share=0.6),
    )
