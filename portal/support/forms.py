"""The forms about support: what it is, what was offered, how it goes."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from wtforms import ValidationError

from portal import clock
from portal.cases.forms import reason_line
from portal.guidance.catalogue import vocabulary
from portal.support import offers, rules, service
from portal.web import fields as f
from portal.web.form_base import Form

ABOUT = (
    "group",
    "needs",
    "own_words",
    "adult_id",
    "adult_name",
    "adult_when",
    "adult_where",
    "told_every",
    "told_by",
    "holidays",
    "attendance_watched",
    "attendance",
    "reprisals_watched",
    "reprisals",
    "review_every",
    "next_review_on",
)
OF_ONE_PERSON = ("own_words", "holidays")


def choices_of(name: str) -> list[tuple[str, str, str]]:
    """The choices of a vocabulary, with what is said beneath each."""
    return [(one.code, one.label, one.help) for one in vocabulary(name)]


class SupportForm(Form):
    """What is agreed for one young person, or for one group of bystanders."""

    group = f.Line(
        "Which group?",
        maximum=120,
        required="Say which group it is",
        hint="Such as: form 9C, the football team, those who were in the group chat.",
    )
    needs = f.LongText(
        "What do they need?", rows=4, required="Say what they need", hint="Ask them first."
    )
    own_words = f.LongText("How they would like to be supported, in their own words", rows=3)
    adult_id = f.Select("Named adult", blank="Nobody from this list")
    adult_name = f.Line("Or somebody who is not in the list", hint="Full name and role.")
    adult_when = f.Line("When can they find them?", hint="Such as: every day after registration.")
    adult_where = f.Line("Where?", hint="Such as: Room 14.")
    told_every = f.Radios(
        "How often are they told what is happening?",
        choices=lambda: choices_of("support_told"),
        required="Choose how often they are told",
    )
    told_by = f.Line("Who tells them?", required="Say who tells them", hint="Full name.")
    holidays = f.LongText(
        "Whom can they reach in the holidays and at weekends?",
        rows=2,
        hint="A person or a service, and how.",
    )
    attendance_watched = f.Tick("Attendance is watched")
    attendance = f.LongText(
        "Who watches attendance, and what is noticed?",
        rows=2,
        hint="Lessons or days that are missed, lateness, time in the medical room.",
    )
    reprisals_watched = f.Tick("Reprisals are watched for")
    reprisals = f.LongText(
        "Who watches for reprisals, and for what?",
        rows=2,
        hint="Looks, remarks, being left out, messages, posts.",
    )
    review_every = f.Radios(
        "How often do you look together at how it goes?",
        choices=lambda: choices_of("support_rhythms"),
        required="Choose how often you look at it",
    )
    next_review_on = f.Day(
        "When for the first time?",
        hint="Leave it empty, and it follows from the answer above.",
    )

    was_due: date | None = None

    def for_whom(self, *, group: bool, colleagues: Sequence[tuple[UUID, str]]) -> None:
        """Ask of a group or of one person only what makes sense there."""
        self.adult_id.choices = list(colleagues)
        for name in OF_ONE_PERSON if group else ("group",):
            del self[name]

    def validate_adult_name(self, field: Any) -> None:
        if field.data and self.adult_id.data:
            raise ValidationError("Choose from the list or write a name, not both")

    def validate_adult_when(self, field: Any) -> None:
        if field.data and not (self.adult_id.data or self.adult_name.data):
            raise ValidationError("Say who the named adult is")

    def validate_next_review_on(self, field: Any) -> None:
        refuse_past(field, self.was_due)

    @property
    def facts(self) -> dict[str, Any]:
        return {name: self[name].data for name in ABOUT if name in self}


def refuse_past(field: Any, stood_there: date | None = None) -> None:
    """A day ahead, or the one that stood there already."""
    if field.data and field.data < clock.today() and field.data != stood_there:
        raise ValidationError("This day cannot be in the past")


class ChangeSupportForm(SupportForm):
    reason = reason_line()

    def validate_next_review_on(self, field: Any) -> None:
        super().validate_next_review_on(field)
        if field.data is None:
            raise ValidationError("Say when you look at it again")


class WhyForm(Form):
    why = f.LongText("Why?", rows=3, required="Say why")


class _WhatForm(Form):
    """What is offered; asked before the answer, as on the page."""

    kind = f.Radios("What do you offer?", required="Choose what you offer")
    service_code = f.Select(
        "Which helpline or service?",
        blank="Not a service of this list",
        hint="From the school’s directory.",
    )
    what = f.LongText(
        "More about it", rows=2, hint="With whom, where, how often; for “something else”: what."
    )
    happened = f.Happened("When was it offered?", required="Say when it was offered")


class AnswerForm(Form):
    """How something that was offered was answered."""

    answer = f.Radios(
        "What do they say?",
        choices=lambda: choices_of("support_answers"),
        required="Choose what they say",
    )
    answer_words = f.LongText("In their own words", rows=2)
    answered_on = f.Day("When did they answer?", not_future=True)
    starts_on = f.Day("If they accept: from which day?")
    again_on = f.Day(
        "If it stays open: when do you ask again?",
        not_past=True,
        hint="For “no answer yet” and “not now”. It becomes a due action.",
    )

    not_before: date | None = None

    def validate_answered_on(self, field: Any) -> None:
        if self.answer.data in {None, "waiting"}:
            return
        if field.data is None:
            raise ValidationError("Say when they answered")
        if self.not_before and field.data < self.not_before:
            raise ValidationError("They cannot have answered before it was offered")

    def validate_again_on(self, field: Any) -> None:
        if self.answer.data in rules.OPEN_ANSWERS and field.data is None:
            raise ValidationError("Say when you ask again")

    @property
    def given(self) -> offers.Answer:
        is_open = self.answer.data in rules.OPEN_ANSWERS
        return offers.Answer(
            answer=self.answer.data,
            on=None if self.answer.data == "waiting" else self.answered_on.data,
            words=self.answer_words.data,
            starts_on=self.starts_on.data if self.answer.data == "accepted" else None,
            again_on=self.again_on.data if is_open else None,
        )


class OfferForm(_WhatForm, AnswerForm):
    """Something that is offered, and the answer if there is one already."""

    def for_case(self, services: Sequence[tuple[str, str]], *, police_told: bool) -> None:
        self.service_code.choices = list(services)
        self.kind.choices = [
            (code, label, _ISVA if code == "isva" and not police_told else text)
            for code, label, text in choices_of("support_offers")
        ]

    def validate_service_code(self, field: Any) -> None:
        if self.kind.data == "service" and not field.data:
            raise ValidationError("Choose the service")

    def validate_what(self, field: Any) -> None:
        if self.kind.data == "other" and not field.data.strip():
            raise ValidationError("Say what you offer")

    def validate_answered_on(self, field: Any) -> None:
        offered = self.happened.data.on if self.happened.data else None
        self.not_before = min(offered, clock.today()) if offered else None
        super().validate_answered_on(field)

    @property
    def new(self) -> offers.NewOffer:
        return offers.NewOffer(
            kind=self.kind.data,
            at=self.happened.data,
            answered=self.given,
            what=self.what.data,
            service=self._service(),
        )

    def _service(self) -> str:
        if self.kind.data == "childline":
            return "childline"
        return (self.service_code.data or "") if self.kind.data == "service" else ""


_ISVA = (
    "Where a crime is followed up: nothing here says yet that the police were told. Only if the "
    "young person agrees: it is their choice."
)


class ReviewForm(Form):
    """A look at how support goes, with the young person."""

    happened = f.Happened("When did you look at it?", required="Say when you looked at it")
    present = f.LongText("Who was there?", rows=2, required="Say who was there")
    how_it_goes = f.LongText(
        "How does it go?",
        rows=4,
        required="Say how it goes",
        hint="Attendance, sleep, friends, lessons, online; reprisals, if there were any.",
    )
    own_words = f.LongText("In their own words", rows=3)
    outcome = f.Radios(
        "What comes of it?",
        choices=lambda: choices_of("support_outcomes"),
        required="Choose what comes of it",
    )
    changes = f.LongText("What changes, or why it ends", rows=3)
    next_review_on = f.Day(
        "When do you look at it next?",
        not_past=True,
        hint="Leave it empty, and it follows the rhythm that was agreed.",
    )

    def validate_changes(self, field: Any) -> None:
        if self.outcome.data in {"changes", "ends"} and not field.data.strip():
            raise ValidationError("Say what changes, or why it ends")

    def validate_next_review_on(self, field: Any) -> None:
        if self.outcome.data == "ends":
            return
        if field.data and self.happened.data and field.data <= self.happened.data.on:
            raise ValidationError("The next time must be after this one")

    @property
    def new(self) -> service.NewReview:
        names = ("present", "how_it_goes", "own_words", "changes")
        return service.NewReview(
            outcome=self.outcome.data,
            at=self.happened.data,
            words={name: self[name].data for name in names},
            next_on=self.next_review_on.data,
        )
