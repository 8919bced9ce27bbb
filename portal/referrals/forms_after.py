"""What is asked after somebody was told: in writing, asked again, answered, corrected, evidence."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from wtforms import ValidationError

from portal.cases.rules import is_before
from portal.clock import Happened
from portal.referrals.forms import (
    NO_NEED,
    ONLY_ADVICE,
    WHY_NOT,
    detail_field,
    refuse_blank_details,
)
from portal.referrals.kinds import KINDS, OUTCOMES, Kind
from portal.referrals.service import REFERRAL, Answer, NewAdvice
from portal.referrals.words import DETAIL
from portal.web import fields as f
from portal.web.form_base import Form, Row


class CorrectForm(Form):
    """What of a referral can be put right. When and whom it was stays; a remark says otherwise."""

    body = f.Line("Who was told", required="Say who was told")
    spoke_to = f.Line("Name of the person there")
    reference = f.Line("Their reference", width=20)
    words = f.LongText("What was said", rows=5, required="Write what was said")
    sent = f.LongText("What was sent to them", rows=2)
    parents = f.Radios(
        "Do the parents or carers know of it?",
        choices=[
            ("yes", "Yes"),
            ("no", "No"),
            (NO_NEED, "There is nothing to tell them"),
        ],
        required="Say whether the parents or carers know of it",
    )
    parents_why = f.LongText("If not, why not?", rows=2)
    contact_id = f.Select("Who is their point of contact at school?", blank="The lead of the case")
    reason = f.Line("Why is it corrected?", required="Say why it is corrected")

    NAMES = ("body", "spoke_to", "reference", "words", "sent", "parents", "parents_why")

    kind: Kind
    nature = REFERRAL

    def changes(self) -> dict[str, Any]:
        """What a referral says from now on, without what only its kind is asked."""
        texts = {name: str(self[name].data or "") for name in self.NAMES if name in self}
        return {**texts, "contact_id": self.contact_id.data}

    def validate_parents(self, field: Any) -> None:
        if field.data == NO_NEED and self.kind.asks_parents and self.nature == REFERRAL:
            raise ValidationError(ONLY_ADVICE)

    def validate_parents_why(self, field: Any) -> None:
        if self.parents.data == "no" and field.is_blank:
            raise ValidationError(WHY_NOT)

    def validate(self, extra_validators: Any = None) -> bool:
        stands = bool(super().validate(extra_validators))
        return refuse_blank_details(self, self.kind) and stands


@cache
def correction_for(code: str) -> type[CorrectForm]:
    """The form with which a referral of one kind is put right."""
    kind = KINDS[code]
    own = {f"{DETAIL}{one.code}": detail_field(one) for one in kind.details}
    return type(f"Correct{code.title()}Form", (CorrectForm,), {"kind": kind, **own})


class LaterForm(Form):
    """Something that happened to a referral: never before it was made."""

    happened = f.Happened("When?", required="Say when")
    who = f.Line("Who there?", hint="Name and role, as far as they were given.")
    said = f.LongText("What was said", rows=4, required="Write what was said")
    told: Happened | None = None

    def validate_happened(self, field: Any) -> None:
        if field.data and self.told and is_before(field.data, self.told):
            raise ValidationError("This cannot be before they were first told")


class WrittenForm(LaterForm):
    happened = f.Happened(
        "When was it confirmed in writing?", required="Say when it was confirmed in writing"
    )
    who = f.Line("To whom, or to which address?")
    said = f.LongText(
        "What was sent",
        rows=3,
        required="Write what was sent",
        hint="Such as: their form, the cover sheet, the case summary copy 2. How: secure e-mail.",
    )


class ChaseForm(LaterForm):
    said = f.LongText(
        "What came of it", rows=4, required="Write what came of it", hint="“No reply” is an answer."
    )
    next_on = f.Day(
        "When do you ask again?", hint="Leave it empty for the usual time.", not_past=True
    )


class AnswerForm(LaterForm):
    said = f.LongText("What they answered", rows=4, required="Write what they answered")
    outcome = f.Select(
        "What the police made of it",
        choices=[(code, label) for code, label, _ in OUTCOMES if code],
        blank="Nothing yet",
    )
    reference = f.Line("Their reference, if it is new", width=20)
    more = f.Tick("More is to come: go on waiting", hint="They are asked again in good time.")

    def answer(self) -> Answer:
        return Answer(
            at=self.happened.data,
            who=self.who.data,
            said=self.said.data,
            outcome=(self.outcome.data or "") if "outcome" in self else "",
            reference=self.reference.data,
            is_final="more" not in self or not self.more.data,
        )


class NoAnswerForm(LaterForm):
    asked_again = True

    said = f.LongText(
        "Why is no answer expected any more?",
        rows=3,
        required="Write why no answer is expected any more",
    )

    def validate_said(self, _field: Any) -> None:
        if not self.asked_again:
            raise ValidationError("Ask them again at least once before you stop waiting")


class RemarkForm(LaterForm):
    said = f.LongText("Remark", rows=4, required="Write the remark")


class ToldForm(LaterForm):
    others = f.Checkboxes("Of whom were they told?", required="Choose of whom they were told")
    said = f.LongText("What was said", rows=2)


class DeviceRow(Row):
    device = f.Line("Which device", required="Say which device")
    whose = f.Line("From whom")
    by = f.Day("By which day", not_past=True)


class AdviceForm(LaterForm):
    """What the police say must be kept, and what may go."""

    who = f.Line(
        "Which officer", required="Say which officer", hint="Name, collar number and force."
    )
    keep = f.LongText("What must be kept", rows=3, required="Write what must be kept")
    may_delete = f.LongText("What they said may go, in their words", rows=3)
    effect = f.Radios(
        "What does that mean for the evidence hold?",
        choices=[
            ("keeps", "Nothing may be deleted or taken down yet"),
            ("opens", "What is ticked below may be deleted or taken down"),
        ],
        required="Say what it means for the evidence hold",
    )
    items = f.Checkboxes(
        "What may be deleted or taken down",
        hint="What is not ticked is kept. What is found later begins held.",
    )
    may_ask_onward = f.Radios(
        "May school ask to whom it was sent on?",
        choices=[("yes", "Yes"), ("no", "No"), ("not_said", "They did not say")],
        required="Say whether school may ask to whom it was sent on",
        inline=True,
    )
    devices = f.Rows(
        DeviceRow,
        "Devices to take into custody",
        hint="Each becomes something to do.",
        noun="device",
    )
    said = f.LongText("What else they said", rows=3)

    def validate_items(self, field: Any) -> None:
        if self.effect.data == "keeps" and field.data:
            raise ValidationError("Nothing may be deleted yet: leave all of these unticked")
        if self.effect.data == "opens" and field.choices and not field.data:
            raise ValidationError("Tick what may go, or say that nothing may be deleted yet")

    def new(self, opened: Sequence[Any]) -> NewAdvice:
        rows = [
            {
                "device": row["device"],
                "whose": row["whose"] or "",
                "by": row["by"].isoformat() if row["by"] else "",
            }
            for row in self.devices.data
        ]
        return NewAdvice(
            at=self.happened.data,
            opens=self.effect.data == "opens",
            may_ask_onward=self.may_ask_onward.data,
            words={
                "officer": self.who.data,
                "keep": self.keep.data,
                "may_delete": self.may_delete.data,
                "words": self.said.data,
            },
            opened=opened,
            devices=rows,
        )
