"""Forms about the help directory: one entry, shipped or the school’s own."""

from typing import Any

from wtforms import ValidationError

from portal.guidance import rules
from portal.guidance.catalogue import Service
from portal.web.addresses import is_mail_address, is_number, is_web_address
from portal.web.dates import plain_day
from portal.web.fields import Day, Line, LongText, Radios
from portal.web.form_base import Asked, Form

FOR_WHOM = (
    ("everyone", "Everybody"),
    ("young_people", "Young people"),
    ("parents", "Parents and carers"),
    ("staff", "Staff"),
)
OF_OWN = ("name", "for_whom", "purpose")
ASKED = rules.CHANGED_HERE
LABELS = {
    "name": "Name",
    "for_whom": "For whom",
    "purpose": "What it is for",
    "telephone": "Telephone",
    "text_message": "Text message",
    "hours": "Hours",
    "email": "E-mail address",
    "web": "Web address",
    "note": "What else to know",
    "checked": "Last checked",
    "hidden": "Left out of the help page",
}


class OwnAnswers(Form):
    """What only the school can say of an entry that it added itself."""

    name = Line(
        "Name",
        hint="What people here call it, such as “School nurse”.",
        maximum=120,
        required="Enter the name",
    )
    for_whom = Radios("For whom is it?", choices=FOR_WHOM, required="Choose for whom it is")
    purpose = LongText(
        "What is it for?",
        hint="One sentence that helps somebody choose.",
        rows=3,
        maximum=400,
        required="Say in one sentence what it is for",
    )


class EntryForm(Form):
    """What a school may say otherwise of a shipped entry."""

    telephone = Line("Telephone", maximum=60, width=20)
    text_message = Line("Number for text messages", maximum=60, width=20)
    hours = Line("Hours", hint="For example: Monday to Friday, 10 am to 4 pm.", maximum=120)
    email = Line("E-mail address", maximum=120, input_type="email")
    web = Line("Web address", hint="It is shown as text, so that it can be copied.", maximum=300)
    note = LongText("What else to know", rows=3, maximum=600)
    checked = Day(
        "When did you check it?",
        hint="The day on which you rang, or looked at the service’s own page. "
        "It cannot be in the future.",
        not_future=True,
        required="Enter the day on which you checked it",
    )

    @property
    def answers(self) -> dict[str, str]:
        return {name: str(self[name].data or "").strip() for name in ASKED}

    def validate_telephone(self, field: Line) -> None:
        if not any(self[name].data for name in ("telephone", "text_message", "email", "web")):
            raise ValidationError(
                "Enter a telephone number, or another way to reach them further down"
            )
        _figures(field)

    def validate_text_message(self, field: Line) -> None:
        _figures(field)

    def validate_email(self, field: Line) -> None:
        if field.data and not is_mail_address(field.data):
            raise ValidationError(
                "Enter the e-mail address like name@example.org, or leave it empty"
            )

    def validate_web(self, field: Line) -> None:
        if field.data and not is_web_address(field.data):
            raise ValidationError("Enter the web address like www.example.org, or leave it empty")


class OwnEntryForm(OwnAnswers, EntryForm):
    """The whole of an entry that the school adds or has added."""

    @property
    def answers(self) -> dict[str, str]:
        own = {name: str(self[name].data or "").strip() for name in OF_OWN}
        return {**own, **super().answers}


def form_for(one: Service) -> type[EntryForm]:
    return OwnEntryForm if one.own else EntryForm


def data_of(one: Service) -> dict[str, Any]:
    """An entry as its form holds it, but for the day of checking."""
    data: dict[str, Any] = {name: getattr(one, name) or "" for name in ASKED}
    if one.own:
        data |= {"name": one.name, "for_whom": one.for_whom[0], "purpose": one.purpose}
    return data


def words_of(one: Service) -> dict[str, str]:
    """What is there now, for whoever changed it at the same time."""
    words = {name: str(value) for name, value in data_of(one).items()}
    if one.own:
        words["for_whom"] = dict(FOR_WHOM)[one.for_whom[0]]
    return {**words, "checked": plain_day(one.checked)}


def _figures(field: Asked) -> None:
    if field.data and not is_number(field.data):
        raise ValidationError("Enter the number in figures, or leave it empty")
