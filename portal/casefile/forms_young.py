"""The forms of prints of a young person’s wishes and plan, and of the help sheet."""

from collections.abc import Sequence

from wtforms import ValidationError

from portal.casefile.forms_family import FILED, OWN_FILE, PARENT, YOUNG_PERSON, HomePrintForm
from portal.cases import preferences
from portal.cases.preferences import RatherNot
from portal.web.fields import Checkboxes, Line, LongText
from portal.web.form_base import Form

READERS = (
    (YOUNG_PERSON, "The young person", "Their own copy."),
    (OWN_FILE, FILED),
    (PARENT, "A parent or carer"),
    ("school", "A colleague, or another school"),
    ("social_care", "Children’s social care"),
    ("police", "Police"),
    ("agency", "Another agency", "Health, a court, a service that supports them."),
)


class YoungPrintForm(HomePrintForm):
    """A copy of a form; somebody who should rather not know gets one only for a reason."""

    despite = LongText(
        "If the reader is somebody they would rather did not know: why do they get it?",
        hint="Tell the young person first.",
        rows=2,
        maximum=2000,
    )

    marked: Sequence[RatherNot] = ()

    def validate_despite(self, field: LongText) -> None:
        meant = self.meant()
        if meant and field.is_blank:
            raise ValidationError(f"{meant[0].sentence} Say why they get a copy all the same")

    def meant(self) -> list[RatherNot]:
        """The wishes against this reader."""
        kind = self.recipient_kind.data
        if kind == PARENT:
            link = self.links.get(self.reader.data)
            if link is None:
                return []
            name = link.carer.full_name
            return preferences.about(self.marked, person_id=link.carer_id, name=name)
        if kind in {None, OWN_FILE, YOUNG_PERSON}:
            return []
        return preferences.about(self.marked, name=self.recipient_name.data or "")


class HelpSheetForm(Form):
    """Whom the young person can talk to, and which services stand on their sheet."""

    adult = Line("Who can they talk to?", hint="As the young person calls them.")
    when = Line("On which day and at what time?", hint="For example Tuesdays, at lunch")
    where = Line("In which room or office?")
    also = Line(
        "Anything else, in a sentence or two",
        hint="Such as “If I am not there, ask for Mr Hill at the office”. Not what it is about: a "
        "stranger may read this sheet.",
        maximum=300,
    )
    helplines = Checkboxes(
        "People to call or message",
        hint="Only services whose names give nothing away are ticked. Others may tell a stranger "
        "what it is about: ask the young person first.",
    )
    reports = Checkboxes("Where to report something online")
