"""What the forms about devices share: a passcode is never kept, and what the rows say is shown."""

from collections.abc import Mapping
from typing import Any

from wtforms.validators import ValidationError

from portal.devices.typed import looks_like_passcode
from portal.web.fields import Line, LongText
from portal.web.form_base import Form

NO_PASSCODE = "Never ask for or write down a passcode."
LOOKS_LIKE_ONE = (
    "This looks like a passcode. Take it out: nobody at school asks for one, and none is kept here."
)


class DeviceForm(Form):
    """Refuses a passcode in whatever is typed, and says problems that a service found."""

    def validate(self, extra_validators: Any = None) -> bool:
        stands = bool(super().validate(extra_validators))
        for field in self:
            typed = field.data if isinstance(field, Line | LongText) else None
            if isinstance(typed, str) and looks_like_passcode(typed):
                field.errors = [*field.errors, LOOKS_LIKE_ONE]
                stands = False
        return stands

    def refuse(self, problems: Mapping[str, str]) -> None:
        """Show each problem at its field; what has no field stands above the form."""
        for name, sentence in problems.items():
            if name in self:
                self[name].errors = [*self[name].errors, sentence]
            else:
                self.form_errors.append(sentence)


class FindForm(Form):
    """What to look for across cases: sent in the body, so that no address ever holds it."""

    seal = Line(
        "Number of the seal",
        maximum=60,
        width=20,
        hint="The whole number. Devices that are no longer here are found too.",
    )
    words = Line(
        "Or words: what it is, whose, or where it is kept",
        maximum=100,
        hint="Such as “cabinet 2”, “black Samsung”. Looks among what is held now.",
    )

    def validate_seal(self, field: Any) -> None:
        if not field.data and not self.words.data:
            raise ValidationError("Enter the number of a seal, or words below")
