"""The forms about the police: checklist, decision, second person, and the young person’s view."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from wtforms import ValidationError
from wtforms.form import BaseForm

from portal.guidance.catalogue import Question, RuleSet, vocabulary
from portal.police.rules import Answer, Choose, Problem
from portal.web import fields as f
from portal.web.form_base import Asked, Form

OWN, OUTSIDE = "own", "outside"


class ChecklistForm(Form):
    """The questions and facts of one rule set, each with room for what the answer rests on."""

    rules = f.Hidden("Rule set", maximum=60)

    def answer(self, key: str) -> Asked:
        found: Asked = self[f"answer_{key}"]
        return found

    def rests_on(self, key: str) -> Asked:
        found: Asked = self[f"note_{key}"]
        return found

    def answered(self, asked: tuple[Question, ...]) -> dict[str, str]:
        """What was answered; a question without an answer counts as not yet known (product 4)."""
        return {one.key: str(self.answer(one.key).data or Answer.NOT_KNOWN.value) for one in asked}

    def notes(self, rule_set: RuleSet) -> dict[str, str]:
        asked = (*rule_set.questions, *rule_set.facts)
        return {one.key: str(self.rests_on(one.key).data or "").strip() for one in asked}

    def refuse(self, problems: list[Problem]) -> None:
        """Put what the rules object to where it is put right."""
        for problem in problems:
            at = self.rests_on if problem.kind == "note_needed" else self.answer
            field = at(problem.key)
            field.errors = [*field.errors, problem.message]


@cache
def checklist_form(rule_set: RuleSet) -> type[ChecklistForm]:
    """The form of one rule set."""
    asked: dict[str, Any] = {}
    for one in (*rule_set.questions, *rule_set.facts):
        asked[f"answer_{one.key}"] = f.YesNoNotKnown(one.question, hint=one.help)
        asked[f"note_{one.key}"] = f.LongText("What is this based on?", rows=2, maximum=4000)
    return type("AnswersForm", (ChecklistForm,), asked)


CHOICES = {
    Choose.REFER: "Refer to the police",
    Choose.DO_NOT_REFER: "Do not refer to the police",
    Choose.TAKE_ADVICE: "Take advice first",
}


class DecideForm(Form):
    choice = f.Radios(
        "What do you decide?",
        choices=[(choice.value, words) for choice, words in CHOICES.items()],
        required="Choose what you decide",
    )
    reason = f.LongText(
        "Why?",
        hint="What it rests on, and what spoke against it.",
        required="Write why you decide this",
    )
    advice = f.LongText(
        "What advice were you given, if any?",
        hint="From social care, the police, a helpline or your local authority, as they said it.",
        rows=3,
    )
    advice_name = f.Line("Who gave it?", hint="Full name.")
    advice_body = f.Line("For which body?", hint="For example the police, or the front door.")
    advice_reference = f.Line("Their reference, if they gave one", maximum=120, width=20)
    happened = f.Happened("When was it decided?", required="Enter when it was decided")

    def validate_advice_name(self, _field: BaseForm) -> None:
        told = bool(str(self.advice.data or "").strip() or self.advice_reference.data)
        if told and not (self.advice_name.data or self.advice_body.data):
            raise ValidationError("Write who gave the advice, or for which body")

    @property
    def advice_from(self) -> str:
        return ", ".join(filter(None, (self.advice_name.data, self.advice_body.data)))


class CountersignForm(Form):
    """A second person’s word. Whoever decided can only enter a word from outside."""

    source = f.Radios(
        "Whose word is this?",
        choices=[
            (OWN, "Mine"),
            (OUTSIDE, "Advice from social care, the police or a trust, which I enter"),
        ],
        required="Choose whose word this is",
    )
    agrees = f.Radios(
        "Does the second person agree?",
        choices=[("yes", "Agrees with the decision"), ("no", "Does not agree")],
        required="Choose whether the second person agrees",
    )
    words = f.LongText(
        "What they say, and why", rows=4, required="Write what the second person says, and why"
    )
    outside_name = f.Line("Name of the person outside the school")
    outside_body = f.Line("Body", hint="For example children’s social care, or the police.")
    outside_reference = f.Line(
        "Reference", hint="The number under which they keep it.", maximum=120, width=20
    )

    @property
    def is_outside(self) -> bool:
        return "source" not in self or self.source.data == OUTSIDE

    def _needed(self, field: Any, sentence: str) -> None:
        if self.is_outside and not field.data:
            raise ValidationError(sentence)

    def validate_outside_name(self, field: Any) -> None:
        self._needed(field, "Enter the name of the person outside the school")

    def validate_outside_body(self, field: Any) -> None:
        self._needed(field, "Enter the body they speak for")

    def validate_outside_reference(self, field: Any) -> None:
        self._needed(field, "Enter their reference: without one the advice cannot be found again")


class ExplainForm(Form):
    """Why the police are told against a young person’s wish, and how they were told so."""

    justification = f.LongText(
        "Why the police are told against their wish",
        hint="Which child this protects, and from what.",
        rows=4,
    )
    explained = f.Happened("When was this explained to them?")
    explained_by = f.Line("Who explained it?", hint="Full name.")
    explained_how = f.LongText(
        "How was it explained, and what did they say?", hint="In their own words.", rows=3
    )

    def validate_explained_by(self, field: Any) -> None:
        if self.explained.data is not None and not field.data:
            raise ValidationError("Enter who explained it to them")

    def explaining(self) -> dict[str, str]:
        names = ("justification", "explained_by", "explained_how")
        return {name: str(self[name].data or "").strip() for name in names}


class ViewForm(ExplainForm):
    view = f.Radios(
        "What do they think of the police being told?",
        choices=vocabulary("police_views").choices,
        required="Choose what they think of it, or leave this page until you have asked",
    )
    barriers = f.Checkboxes(
        "What holds them back?",
        hint="Tick what they say. Do not suggest it to them.",
        choices=vocabulary("police_barriers").choices,
    )
    why = f.LongText("Why, in their own words", rows=3)
    asked = f.Happened("When were they asked?", required="Enter when they were asked")
    told = f.LongText(
        "What were they told about the police?",
        hint="What the police would do, what they would not, and what happens next.",
        rows=3,
        required="Write what they were told, or that they were told nothing yet",
    )
    told_by = f.Line("Who told them?", hint="Full name.", required="Enter who told them")


def earlier_answers(
    rule_set: RuleSet, answers: Mapping[str, str], notes: Mapping[str, str]
) -> dict[str, str]:
    """What an earlier assessment said, for the form of this rule set."""
    data = {}
    for one in (*rule_set.questions, *rule_set.facts):
        if one.key in answers:
            data[f"answer_{one.key}"] = answers[one.key]
            data[f"note_{one.key}"] = notes.get(one.key, "")
    return data
