"""What every blank form ends with: where a filled one goes, and both times when it is typed up."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portal.printing.fillable import FormDocument


def handling(document: "FormDocument") -> None:
    document.notice(
        "When this form is filled in",
        (
            "Hand it to the safeguarding lead in person, the same day. It is typed up in the "
            "portal word for word, with both times. The paper is then kept or destroyed as the "
            "school’s policy says. Never leave it lying, and never e-mail it or save it on a "
            "shared computer.",
        ),
    )


def typed_up(document: "FormDocument") -> None:
    from portal.printing.fillable import Asked

    document.ask_beside(
        Asked("written_at", "Written: date and time", share=0.34),
        Asked("typed_at", "Typed up: date and time", share=0.33),
        Asked("typed_by", "Typed up by", share=0.33),
    )
