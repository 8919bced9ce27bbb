"""The forms of prints about one young person: the log of one household, and the support record.

Who gets a copy is chosen, not typed, wherever that is somebody at home: no copy of one household
can be made out to somebody of another.
"""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from wtforms import ValidationError

from portal.casefile.forms import PrintForm
from portal.people.models import Carer
from portal.web.fields import Line, Radios

OWN_FILE, PARENT, YOUNG_PERSON = "own_file", "parent", "young_person"
FILED = "The school’s own file"
ELSEWHERE = (
    "Choose somebody of the household that you chose above. No copy of one household goes to "
    "somebody of another."
)
MUST_NOT = "This carer must not be contacted, so no copy can be made out to them"

_PURPOSES = (
    ("asked", "They asked for it"),
    ("informed", "To put in writing what was said and agreed"),
    ("meeting", "A meeting with other agencies"),
    ("social_care", "Referral to children’s social care"),
    ("police_request", "The police asked for it"),
    ("own_file", "For the school’s own file"),
)
_OTHER = ("other", "Something else", "Say what below.")


class HomePrintForm(PrintForm):
    """What such a copy asks. The view offers the carers, and hands over their links."""

    purpose = Radios(
        "Why it is printed", choices=(*_PURPOSES, _OTHER), required="Choose why it is printed"
    )
    purpose_words = Line("Purpose in your own words, if none of these fits")
    recipient_kind = Radios("Who will read it", required="Choose who will read it")
    reader = Radios(
        "Which of the people at home gets it",
        hint="Only where it goes home.",
    )
    recipient_name = Line(
        "Name of the person who gets it", hint="Only where it goes to another body."
    )
    recipient_body = Line(
        "Their role, and the body or force", hint="For example children’s social care, Oakshire"
    )

    links: Mapping[UUID, Carer] = {}
    young_name = ""

    def validate_reader(self, field: Radios) -> None:
        if self.recipient_kind.data != PARENT:
            return
        link = self.links.get(field.data)
        if link is None:
            raise ValidationError("Choose who at home gets it")
        if link.may_contact == "no":
            raise ValidationError(MUST_NOT)
        if link.id not in self.allowed():
            raise ValidationError(ELSEWHERE)

    def validate_recipient_name(self, field: Line) -> None:
        if self._goes_elsewhere and not field.data:
            raise ValidationError("Enter the name of the person who gets it")

    def validate_recipient_body(self, field: Line) -> None:
        if self._goes_elsewhere and not field.data:
            raise ValidationError("Enter their role, and the body or force")

    def allowed(self) -> Collection[UUID]:
        """The links of those to whom this copy can be made out."""
        return self.links.keys()

    @property
    def _goes_elsewhere(self) -> bool:
        return self.recipient_kind.data not in {None, OWN_FILE, PARENT, YOUNG_PERSON}

    @property
    def purpose_text(self) -> str:
        words = str(self.purpose_words.data)
        if self.purpose.data == "other":
            return words
        label = {code: label for code, label, *_ in _PURPOSES}[self.purpose.data]
        return f"{label}: {words}" if words else label

    @property
    def recipient_text(self) -> str:
        kind = self.recipient_kind.data
        if kind == OWN_FILE:
            return FILED
        if kind == YOUNG_PERSON:
            return self.young_name
        if kind == PARENT:
            return recipient_of(self.links[self.reader.data])
        return f"{self.recipient_name.data}, {self.recipient_body.data}"


class ContactLogForm(HomePrintForm):
    household = Radios(
        "Which household",
        hint="A copy holds the contacts of one household only.",
        required="Choose a household",
    )
    homes: Mapping[Any, Collection[UUID]] = {}

    def allowed(self) -> Collection[UUID]:
        # Asked before the household itself is judged, while its answer is still as it was sent.
        chosen = str(self.household.data)
        return next((links for home, links in self.homes.items() if str(home) == chosen), ())


LOG_READERS = (
    (PARENT, "Somebody of that household"),
    ("police", "Police"),
    ("social_care", "Children’s social care"),
    (OWN_FILE, FILED),
)
SUPPORT_READERS = (
    (YOUNG_PERSON, "The young person"),
    (PARENT, "A parent or carer"),
    ("social_care", "Children’s social care"),
    ("school", "Another school"),
    (OWN_FILE, FILED),
)
GROUP_READERS = SUPPORT_READERS[2:]


def recipient_of(link: Carer) -> str:
    name = link.carer.full_name
    return f"{name} ({link.relation})" if link.relation else name
