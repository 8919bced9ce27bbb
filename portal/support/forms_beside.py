"""The forms about sanctions beside support, restorative meetings, court and police days."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from wtforms import ValidationError
from wtforms.validators import StopValidation

from portal import clock
from portal.cases.forms import reason_line
from portal.cases.rules import is_before
from portal.clock import Happened
from portal.guidance.catalogue import vocabulary
from portal.support.beside import NOT_THEM
from portal.support.forms import choices_of
from portal.web import fields as f
from portal.web.form_base import Form

Choices = Sequence[tuple[Any, ...]]
SANCTION = ("what", "policy", "decided_by", "reason", "beside", "own_words")
MEETING = ("led_by", "present", "what_came", "words_harmed", "words_displayed", "afterwards")
MUST_KNOW = ("voluntary", "stop")


class WhoDisplayed(f.Radios):
    """Somebody who displayed the behaviour; of anybody else it says why not."""

    def match(self, sent: object) -> Any:
        try:
            return super().match(sent)
        except StopValidation:
            raise StopValidation(NOT_THEM) from None


class SanctionForm(Form):
    person = WhoDisplayed("Who is it for?", required="Choose who it is for")
    what = f.LongText("What is the sanction?", rows=2, required="Say what the sanction is")
    policy = f.Line(
        "Under which part of the behaviour policy?",
        required="Name the part of the behaviour policy",
    )
    decided_by = f.Line(
        "Who decided it?", required="Say who decided it", hint="Full name and role."
    )
    reason = f.LongText("For what, and why this one?", rows=3, required="Say for what it is")
    happened = f.Happened("When was it decided?", required="Say when it was decided")
    ends_on = f.Day("Until when?", hint="Leave it empty if it is over at once.")
    beside = f.LongText(
        "Which support stands beside it?",
        rows=3,
        required="Say which support stands beside it",
        hint="Somebody to talk to, work on the behaviour, help for what lies behind it.",
    )
    own_words = f.LongText("What the young person says to it", rows=3)

    def validate_ends_on(self, field: Any) -> None:
        if field.data and self.happened.data and field.data < self.happened.data.on:
            raise ValidationError("It cannot end before it was decided")

    @property
    def words(self) -> dict[str, str]:
        return {name: self[name].data for name in SANCTION}


class CorrectSanctionForm(SanctionForm):
    why = reason_line()


class RestorativeViewForm(Form):
    told = f.Checkboxes(
        "What were they told?",
        choices=lambda: vocabulary("restorative_told").choices,
        hint="Tell them before you ask. Ask them alone.",
    )
    answer = f.Radios(
        "What do they say?",
        choices=lambda: choices_of("restorative_answers"),
        required="Choose what they say",
    )
    own_words = f.LongText("In their own words", rows=3, required="Write what they said")
    conditions = f.LongText(
        "What must be so for them?",
        rows=2,
        hint="Who is there, where, how long, what is not spoken of.",
    )
    happened = f.Happened("When did they say it?", required="Say when they said it")

    had_agreed = False

    def validate_told(self, field: Any) -> None:
        if self.answer.data == "agrees" and not set(MUST_KNOW) <= set(field.data):
            raise ValidationError(
                "A yes counts only once they were told that it is voluntary, and that they can "
                "stop at any time"
            )

    def validate_answer(self, field: Any) -> None:
        if field.data == "withdrawn" and not self.had_agreed:
            raise ValidationError("They had not agreed. Choose “does not want a meeting”.")

    @property
    def words(self) -> dict[str, str]:
        label = vocabulary("restorative_told").label
        told = "\n".join(label(code) for code in self.told.data)
        return {"own_words": self.own_words.data, "conditions": self.conditions.data, "told": told}


class MeetingForm(Form):
    harmed = f.Checkboxes(
        "Who of those harmed took part?",
        required="Choose who took part",
        hint="Only those who agree to it now are offered.",
    )
    others = f.Checkboxes(
        "Who of those who displayed the behaviour took part?", required="Choose who took part"
    )
    police_asked = f.Tick("The police were asked before it, and had nothing against it")
    police_words = f.LongText("Whom did you ask, when, and what did they say?", rows=2)
    happened = f.Happened("When was it held?", required="Say when it was held")
    led_by = f.Line("Who led it?", required="Say who led it", hint="Full name and role.")
    present = f.LongText("Who else was there?", rows=2)
    what_came = f.LongText(
        "What came of it?", rows=4, required="Say what came of it", hint="What was agreed."
    )
    words_harmed = f.LongText("What those harmed said, in their own words", rows=3)
    words_displayed = f.LongText("What the others said, in their own words", rows=3)
    afterwards = f.LongText(
        "Who stays beside each of them afterwards?",
        rows=3,
        required="Say who stays beside each of them",
        hint="On the next school day you are reminded to ask how they are.",
    )

    agreed_since: Happened | None = None

    def for_case(self, harmed: Choices, others: Choices, *, police_told: bool) -> None:
        self.harmed.choices, self.others.choices = list(harmed), list(others)
        if not police_told:
            del self.police_asked
            del self.police_words

    def validate_others(self, field: Any) -> None:
        if field.data and set(field.data) == set(self.harmed.data or []):
            raise ValidationError("Nobody meets with themselves. Choose who else took part.")

    def validate_happened(self, field: Any) -> None:
        if field.data and self.agreed_since and is_before(field.data, self.agreed_since):
            raise ValidationError("It cannot have been held before they agreed to it")

    def validate_police_asked(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(
                "The police were told of this case. Ask them before anybody is brought together."
            )

    def validate_police_words(self, field: Any) -> None:
        if not field.data.strip():
            raise ValidationError("Say whom you asked, and what they said")

    @property
    def words(self) -> dict[str, str]:
        """What is kept; what the police said stands with what follows."""
        kept = {name: str(self[name].data or "") for name in MEETING}
        if "police_words" in self:
            said = f"The police were asked before it: {self.police_words.data}"
            kept["afterwards"] = f"{kept['afterwards']}\n{said}"
        return kept


class MilestoneForm(Form):
    """A day in court, or with the police."""

    person = f.Radios("For whom is it a hard day?", required="Choose for whom it is")
    kind = f.Radios(
        "Which day is it?",
        choices=lambda: choices_of("milestone_kinds"),
        required="Choose which day it is",
    )
    what = f.LongText("More about it", rows=2, hint="For “another day”: what it is.")
    day = f.Day("On which day?", required="Say on which day")
    at_time = f.TimeOfDay("At what time, if known?", hint="For example 14:05 or 2:05pm")
    place = f.Line("Where?")
    support = f.LongText(
        "What support do they have on that day?",
        rows=3,
        required="Say what support they have on that day",
        hint="Who goes with them, who is there afterwards, which lessons they may miss.",
    )

    def for_people(self, people: Choices) -> None:
        self.person.choices = list(people)

    def validate_what(self, field: Any) -> None:
        if self.kind.data == "other" and not field.data.strip():
            raise ValidationError("Say which day it is")

    @property
    def facts(self) -> dict[str, Any]:
        at = self.at_time.data
        kept = {name: self[name].data for name in ("what", "place", "support", "day", "kind")}
        return {**kept, "at_time": f"{at:%H:%M}" if at else None}


class MoveForm(MilestoneForm):
    reason = reason_line()

    def for_people(self, people: Choices) -> None:
        del self.person


class OutcomeForm(Form):
    state = f.Radios(
        "What came of this day?",
        choices=[("happened", "It took place"), ("called_off", "It was called off")],
        required="Choose what came of it",
    )
    outcome = f.LongText(
        "What happened, and how are they?",
        rows=4,
        required="Say what happened",
        hint="What was decided, what they were told, and who is with them now.",
    )

    day: date | None = None

    def validate_state(self, field: Any) -> None:
        if field.data == "happened" and self.day and self.day > clock.today():
            raise ValidationError("This day has not come yet")
