"""What the pages about accounts, incidents, evidence, actions, entries and decisions ask."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from wtforms.validators import ValidationError

from portal import clock
from portal.cases.forms import reason_line
from portal.cases.words import ACTION_STATES, NOTE_KINDS
from portal.guidance.catalogue import vocabulary
from portal.web.fields import (
    Checkboxes,
    Day,
    Happened,
    Line,
    LongText,
    Radios,
    Select,
    Tick,
    TimeOfDay,
    YesNoNotKnown,
)
from portal.web.form_base import Form


class ProfileForm(Form):
    platform = Line(
        "Platform or service",
        required="Say on which platform or service it is",
        hint="Such as Instagram, Snapchat, WhatsApp, a game, e-mail.",
    )
    kind = Select(
        "What is it?",
        required="Say what it is",
        choices=lambda: vocabulary("account_kinds").choices,
    )
    handle = Line("Name, number or handle", hint="Exactly as it is written there, such as @name.")
    url = Line(
        "Web address",
        maximum=500,
        input_type="url",
        hint="If you were told it. Do not open a page that may show images.",
    )
    whose = Line("Whose is it thought to be?", hint="“Not known” is an honest answer.")
    private = YesNoNotKnown("Is it private, so that only accepted people see it?")
    note = LongText("What else is known of it", rows=3)

    def validate_handle(self, field: Any) -> None:
        if not field.data and not self.url.data:
            raise ValidationError("Give its name, number, handle or web address")


class IncidentForm(Form):
    what = LongText(
        "What happened",
        rows=4,
        required="Say what happened, in a few plain words",
        hint="What is said to have happened, and who says so.",
    )
    happened = Happened("When did it happen?", hint="Leave it empty where nobody knows.")
    place = Line("Where?", hint="Online, or a place such as a stairwell or the bus.")


class EvidenceForm(Form):
    what = LongText(
        "What exists",
        rows=3,
        required="Say in words what exists",
        hint="Such as “a screenshot of four messages”. Words only, never the image.",
    )
    where_held = LongText(
        "Where it is",
        rows=2,
        required="Say where it is, or that it is not known",
        hint="Such as “on her own telephone, locked in cabinet 2, seal 00418”.",
    )


class CorrectProfileForm(ProfileForm):
    reason = reason_line()


class CorrectIncidentForm(IncidentForm):
    reason = reason_line()


class CorrectEvidenceForm(EvidenceForm):
    reason = reason_line()


class OwnerForm(Form):
    """By whom and by when something is to be done."""

    owner = Select("Who does it?", blank="Somebody else, named below")
    owner_name = Line(
        "Or the name of somebody else", hint="Somebody who does not read cases in this portal."
    )
    due_on = Day("By which day?", required="Say by which day")
    due_time = TimeOfDay(
        "By what time?", hint="For example 15:30. Left empty, it means the end of the school day."
    )

    def validate_owner(self, field: Any) -> None:
        if field.data is None and not self.owner_name.data:
            raise ValidationError("Choose who does it, or write a name below")
        if field.data is not None and self.owner_name.data:
            raise ValidationError("Choose somebody or write a name, not both")

    def due_at(self, ends: str) -> datetime:
        """The moment it is due, in the school’s zone."""
        at = self.due_time.data or time.fromisoformat(ends)
        return datetime.combine(self.due_on.data, at, clock.ZONE)


class ActionForm(OwnerForm):
    what = LongText(
        "What is to be done?",
        rows=3,
        maximum=2000,
        required="Say what is to be done or found out",
    )

    def validate_due_on(self, field: Any) -> None:
        if field.data is not None and field.data < clock.today():
            raise ValidationError("“By which day?” cannot be in the past")


class MoveForm(OwnerForm):
    reason = Line("Why is it moved?", required="Say why it is moved")


class SettleForm(Form):
    state = Radios(
        "How did it end?",
        required="Say whether it is done or not needed",
        choices=[(code, label) for code, label in ACTION_STATES.items() if code != "open"],
        inline=True,
    )
    result = LongText(
        "In a few words",
        rows=3,
        maximum=2000,
        required="Say in a few words how it ended",
        hint="What was found out or done, or why it is not needed after all.",
    )


class NoteForm(Form):
    kind = Radios(
        "What is it?", required="Say what kind of entry it is", choices=list(NOTE_KINDS.items())
    )
    happened = Happened("When did it happen?", hint="If you leave it empty, the time is not known.")
    words = LongText(
        "What happened, or what was said",
        rows=8,
        required="Write what happened or what was said",
        hint="Say who said or did it. Keep what you think apart from what you saw.",
    )
    paper = Tick("This was written on paper first")
    on_paper = Line("Who wrote it on paper, and where is the paper?")

    def validate_on_paper(self, field: Any) -> None:
        if self.paper.data and not field.data:
            raise ValidationError("Say who wrote it on paper")
        if field.data and not self.paper.data:
            raise ValidationError("Tick that it was written on paper first, or leave this empty")


class CorrectNoteForm(NoteForm):
    reason = reason_line()


class DecisionForm(Form):
    question = Line(
        "What was to be decided?",
        required="Say what was to be decided",
        hint="Such as “Do we tell the parents today?”",
    )
    options = LongText("What could have been done", rows=3, hint="One possibility on each line.")
    chosen = LongText(
        "What you decided", rows=2, maximum=2000, required="Say what you decided", hint=""
    )
    reason = LongText(
        "Why", rows=4, required="Give the reason", hint="It must make sense to somebody years on."
    )
    advice_from = Line("Who gave advice", hint="Name and body. Leave it empty where nobody did.")
    advice = LongText("What they advised", rows=3)
    advice_reference = Line("Their reference", maximum=100, width=20)
    happened = Happened("When was it decided?", required="Say when it was decided")

    def validate_advice_from(self, field: Any) -> None:
        if not field.data and (self.advice.data.strip() or self.advice_reference.data):
            raise ValidationError("Say who gave this advice")

    @property
    def words(self) -> dict[str, str]:
        names = ("question", "options", "chosen", "reason")
        advice = ("advice", "advice_from", "advice_reference")
        return {name: self[name].data for name in (*names, *advice)}


def said(field: Any, value: Any) -> str:
    """What a field of this kind holds, as it is read."""
    if value in (None, "", []):
        return ""
    if isinstance(field, Checkboxes | Radios | Select):
        codes = value if isinstance(value, list) else [value]
        labels = {str(option.value): option.label for option in field.choices}
        return "\n".join(labels.get(str(code), str(code)) for code in codes)
    if isinstance(value, clock.Happened):
        return said_happened(value)
    if isinstance(value, date):
        return f"{value.day} {value:%B %Y}"
    return str(value)


def said_happened(happened: clock.Happened) -> str:
    """A day and time in full, whatever today is."""
    at = f", {happened.at:%H:%M}" if happened.at else ""
    return f"{'about ' if happened.about else ''}{happened.on.day} {happened.on:%B %Y}{at}"


def owners(colleagues: list[Any]) -> list[tuple[UUID, str]]:
    return [(one.id, one.name) for one in colleagues]
