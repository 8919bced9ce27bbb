"""The forms of what is done with a plan: agreeing and signing it, its steps, its end."""

from datetime import date
from typing import Any

from wtforms import ValidationError

from portal.guidance.catalogue import vocabulary
from portal.plans.forms import WAYS_TO_END_A_STEP, refuse_before
from portal.plans.service import NewStep
from portal.web import fields as f
from portal.web.form_base import Form


class AgreeForm(Form):
    happened = f.Happened("When was it agreed?", required="Say when it was agreed")
    present = f.LongText("Who was there?", rows=2, required="Say who was there")
    changed = f.LongText(
        "A part is still missing. Why is the plan agreed before it is written?",
        rows=2,
        required="Say why the plan is agreed before every part is written",
    )

    review_on: date | None = None

    def for_missing(self, *, missing: bool) -> None:
        if not missing:
            del self.changed

    def validate_happened(self, field: Any) -> None:
        if field.data and self.review_on and self.review_on < field.data.on:
            raise ValidationError("The first review would be before this. Move it in the draft.")

    @property
    def said(self) -> dict[str, str]:
        return {name: self[name].data for name in ("present", "changed") if name in self}


class SignForm(Form):
    person = f.Radios("Who signed?", required="Say who signed")
    name = f.Line("Their name, as they signed it", required="Write the name as it was signed")
    signed_on = f.Day("On which day?", not_future=True, required="Say on which day it was signed")
    how = f.Radios(
        "How was it signed?",
        choices=[("typed", "By typing their name here"), ("paper", "On paper, which is kept")],
        required="Say how it was signed",
    )

    edition_on: date | None = None

    def validate_signed_on(self, field: Any) -> None:
        if field.data and self.edition_on and field.data < self.edition_on:
            raise ValidationError("This edition did not exist yet on that day")


class StepForm(Form):
    """How a step ended, or how it goes on changed."""

    stands = f.Radios(
        "How does it stand?",
        choices=[
            *WAYS_TO_END_A_STEP,
            ("open", "It goes on, changed", "Change what, who or when below."),
        ],
        required="Say how it stands",
    )
    end_words = f.LongText("In a few words", rows=3, required="Write a few words")
    what = f.LongText("What will be done", rows=2, maximum=2000, required="Say what will be done")
    who = f.Line("Who sees to it?", required="Say who sees to it")
    due_on = f.Day("By when?", required="Say by when")

    @property
    def new(self) -> NewStep:
        return NewStep(
            self.what.data,
            self.who.data,
            self.due_on.data,
            stands=self.stands.data,
            end_words=self.end_words.data,
        )


class EndForm(Form):
    outcome = f.Radios(
        "How did it end?",
        choices=lambda: vocabulary("plan_outcomes").choices,
        required="Say how it ended",
    )
    words = f.LongText(
        "In a few words",
        rows=4,
        hint="What has changed for the young person, and who stays in touch with them.",
        required="Write a few words on how it ended",
    )
    happened = f.Happened("When?", required="Say when it ended")

    after: date | None = None

    def validate_happened(self, field: Any) -> None:
        refuse_before(field, self.after)
