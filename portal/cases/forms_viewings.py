"""What the pages about imagery that was seen ask: by accident, or because it was decided."""

from typing import Any

from wtforms.validators import ValidationError

from portal.cases.forms import reason_line
from portal.cases.words import VIEWING_GROUNDS
from portal.web.fields import Happened, Line, LongText, Radios
from portal.web.form_base import Form


class ViewingForm(Form):
    """Somebody saw imagery by accident, or it was shown to them."""

    who = Line("Who saw it?", required="Say who saw it", hint="Full name and role.")
    happened = Happened("When?", hint="Leave it empty where it is not known.")
    place = Line("Where?", hint="Such as “Room 14, at the end of the lesson”.")
    shown_by = Line(
        "Who showed it, or where was it found?",
        hint="Such as “a pupil held up a telephone”, or “open on a computer in the library”.",
    )
    why = LongText(
        "Why could it not be avoided?",
        rows=3,
        required="Say in a few words why it could not be avoided",
        hint="Nobody is blamed. A few words on how it came about are enough.",
    )
    present = Line("Who else was there, or saw it too?", hint="“Nobody” is an answer.")
    followed = LongText(
        "What was done next?",
        rows=3,
        hint="Such as: looked away, switched the telephone off, told the lead at 11:20.",
    )
    support = LongText(
        "What support were they offered?",
        rows=2,
        hint="What somebody has seen can stay with them. “Offered and declined” is an answer.",
    )


class AuthorisedViewingForm(Form):
    """It was decided that imagery must be viewed, and somebody viewed it."""

    ground = Radios(
        "Why was there no way round it?",
        required="Choose why there was no way round it",
        choices=list(VIEWING_GROUNDS.items()),
        hint="If none of these holds, it is not viewed.",
    )
    why = LongText(
        "What made it unavoidable here",
        rows=3,
        required="Say in your own words why it could not be avoided",
        hint="What had been tried or asked first, and why that was not enough.",
    )
    decided_by = Line(
        "Who decided, and with whose agreement?",
        required="Name who decided, and the head’s agreement",
        hint="Full names, and when the head agreed. If the head is the lead, name the deputy or "
        "governor who agreed.",
    )
    who = Line(
        "Who viewed it?",
        required="Say who viewed it",
        hint="Full name and role. One person only.",
    )
    present = Line(
        "Who was in the room with them?",
        required="Name the second adult who was in the room",
        hint="A second adult, who need not look. If nobody was there, write that, and why.",
    )
    place = Line(
        "Where on the school’s premises?",
        required="Say in which room of the school it was viewed",
        hint="Such as “the head’s office, door closed”.",
    )
    happened = Happened("When was it viewed?", required="Say when it was viewed")
    followed = LongText(
        "What followed?",
        rows=3,
        required="Say what was decided and done afterwards",
        hint="Such as: police told at 14:10, telephone sealed again, seal 00419. What it shows is "
        "written only as far as that decision needs it.",
    )
    support = LongText(
        "What support was the person who viewed it offered?",
        rows=2,
        required="Say what support was offered",
        hint="“Offered and declined” is an answer.",
    )

    def validate_present(self, field: Any) -> None:
        if _same(field.data, self.who.data):
            raise ValidationError("The second adult must be somebody other than who viewed it")


class CorrectViewingForm(ViewingForm):
    reason = reason_line()


class CorrectAuthorisedViewingForm(AuthorisedViewingForm):
    reason = reason_line()


def _same(one: str, other: str) -> bool:
    return one.casefold().split() == other.casefold().split()
