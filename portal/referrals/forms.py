"""The forms of the register: one for each kind of body, and those for what happens afterwards."""

from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import UUID

from markupsafe import Markup
from wtforms import ValidationError

from portal import clock
from portal.clock import Happened
from portal.guidance.catalogue import vocabulary
from portal.referrals import words
from portal.referrals.kinds import HOW, KINDS, OUTCOMES, Detail, Kind
from portal.referrals.models import Referral
from portal.referrals.rules import is_before
from portal.referrals.service import NewAdvice, NewReferral
from portal.web import fields as f
from portal.web.form_base import Asked, Form, Row

DETAIL = "detail_"
WORDS = ("body", "spoke_to", "reference", "words", "sent", "parents_why")


class ReferralForm(Form):
    """What every kind asks. `form_for` adds what one kind asks alone."""

    nature = f.Radios(
        "What is it?",
        choices=[
            ("referral", "A referral or report", "They are told, and an answer is waited for."),
            ("advice", "Advice taken", "They were asked; nothing is waited for."),
        ],
        required="Say whether it is a referral or advice",
        inline=False,
    )
    happened = f.Happened(
        "When were they first told?",
        hint="When you rang, or when it was sent.",
        required="Say when they were told",
    )
    how = f.Radios("How?", choices=list(HOW.items()), required="Say how they were told")
    body = f.Line("Who was told", required="Say who was told")
    spoke_to = f.Line("Name of the person there", hint="“Not given” is an answer.")
    reference = f.Line("Their reference", width=20, hint="Ask for one before you hang up.")
    items = f.Checkboxes("Which content items")
    already = f.Tick("This had been reported before anybody here could hold it back")
    words = f.LongText(
        "What was said",
        rows=5,
        required="Write what was said, or what they were told",
        hint="What they were told, and what they said. Never an image.",
    )
    sent = f.LongText("What was sent to them", rows=2, hint="Such as: case summary, copy 2.")
    written = f.Happened(
        "When was it confirmed in writing?", hint="Leave it empty if that is still to be done."
    )
    write_by = f.Day(
        "By which day must it be in writing?",
        hint="Leave it empty for the local rule. A child of another authority may have another.",
        not_past=True,
    )
    knows_of = f.Checkboxes("Who else did you tell them of?")
    known_to = f.Checkboxes("Who of these now knows of them?")
    parents = f.Radios(
        "Do the parents or carers know of it?",
        required="Say whether the parents or carers know of it",
    )
    parents_why = f.LongText(
        "If not, why not?",
        rows=2,
        hint="Such as: it would put a child at greater risk; the police asked us to wait.",
    )
    contact = f.Select(
        "Who is their point of contact at school?",
        blank="The lead of the case",
        hint="One person for each body, so that they know whom to ring.",
    )
    chase_on = f.Day(
        "When do you ask again, if they do not answer?",
        hint="Leave it empty for the usual time.",
        not_past=True,
    )

    kind: Kind

    def choose(
        self,
        colleagues: Sequence[tuple[UUID, str]],
        others: Sequence[Referral],
        items: Sequence[tuple[Any, ...]],
    ) -> None:
        """Give every list its choices, and leave out what this kind is not asked."""
        bodies = [(one.id, Markup("<bdi>{}</bdi>").format(words.title(one)), "") for one in others]
        self.contact.choices = list(colleagues)
        self.knows_of.choices, self.known_to.choices = bodies, bodies
        self.items.choices = list(items)
        self.how.choices = [(code, HOW[code]) for code in self.kind.how]
        self.parents.choices = [
            ("yes", "Yes"),
            ("no", "No"),
            *([] if self.kind.asks_parents else [("no_need", "There is nothing to tell them")]),
        ]
        if not others:
            del self.knows_of
            del self.known_to
        if not self.kind.takes_down:
            del self.items
            del self.already
        if not self.kind.owes_writing:
            del self.write_by

    @property
    def detail_fields(self) -> list[Asked]:
        return [field for field in self if field.name.startswith(DETAIL)]

    def validate_written(self, field: Any) -> None:
        if field.data and self.happened.data and is_before(field.data, self.happened.data):
            raise ValidationError("It cannot have been confirmed before they were told")

    def validate_parents_why(self, field: Any) -> None:
        if self.parents.data == "no" and field.is_blank:
            raise ValidationError("Write why the parents or carers do not know of it")

    def validate_items(self, field: Any) -> None:
        if not field.data:
            raise ValidationError("Choose what was reported. Record it under content online first")

    def new(self, items: Sequence[Any], others: Sequence[Referral]) -> NewReferral:
        """What was written, for `service.make_referral`."""

        def chosen(name: str) -> list[Referral]:
            wanted = set(self[name].data or []) if name in self else set()
            return [one for one in others if one.id in wanted]

        return NewReferral(
            kind=self.kind.code,
            nature=self.nature.data,
            told=self.happened.data,
            how=self.how.data,
            words={name: self[name].data for name in WORDS},
            details=self.details(),
            parents=self.parents.data,
            contact_id=self.contact.data,
            chase_on=self.chase_on.data,
            written=self.written.data,
            write_by=self.write_by.data if "write_by" in self else None,
            items=items,
            already=bool(self.already.data) if "already" in self else False,
            knows_of=chosen("knows_of"),
            known_to=chosen("known_to"),
        )

    def details(self) -> dict[str, str]:
        kept = {
            field.name.removeprefix(DETAIL): str(field.data or "") for field in self.detail_fields
        }
        return {name: value for name, value in kept.items() if value}


def _detail(one: Detail) -> Any:
    required = one.required or None
    if one.vocabulary:
        name = one.vocabulary
        return f.Select(
            one.label,
            hint=one.hint,
            required=required,
            choices=lambda: vocabulary(name).choices,
            blank="Choose",
        )
    if one.choices:
        choices = [choice for choice in one.choices if choice[0]]
        return f.Radios(one.label, hint=one.hint, required=required, choices=choices, inline=True)
    if one.is_long:
        return f.LongText(one.label, hint=one.hint, required=required, rows=3, maximum=4000)
    return f.Line(one.label, hint=one.hint, required=required)


@cache
def form_for(code: str) -> type[ReferralForm]:
    """The form of one kind: what all ask, and what this one asks alone."""
    kind = KINDS[code]
    own = {f"{DETAIL}{one.code}": _detail(one) for one in kind.details}
    return type(f"{code.title()}Form", (ReferralForm,), {"kind": kind, **own})


@cache
def correction_for(code: str) -> type[Form]:
    """What of a referral can be put right: words and details, never when or whom it was."""
    own = {f"{DETAIL}{one.code}": _detail(one) for one in KINDS[code].details}
    return type(f"Correct{code.title()}Form", (CorrectForm,), own)


class CorrectForm(Form):
    body = f.Line("Who was told", required="Say who was told")
    spoke_to = f.Line("Name of the person there")
    reference = f.Line("Their reference", width=20)
    words = f.LongText("What was said", rows=5, required="Write what was said")
    sent = f.LongText("What was sent to them", rows=2)
    parents_why = f.LongText("If the parents do not know of it, why not?", rows=2)
    reason = f.Line("Why is it corrected?", required="Say why it is corrected")

    NAMES = ("body", "spoke_to", "reference", "words", "sent", "parents_why")


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
    more = f.Tick("More is to come: go on waiting")


class NoAnswerForm(LaterForm):
    said = f.LongText(
        "Why is no answer expected any more?",
        rows=3,
        required="Write why no answer is expected any more",
    )


class RemarkForm(LaterForm):
    said = f.LongText("Remark", rows=4, required="Write the remark")


class ToldForm(LaterForm):
    others = f.Checkboxes("Of whom were they told?", required="Choose of whom they were told")
    said = f.LongText("What was said", rows=2)


class DeviceRow(Row):
    device = f.Line("Which device", required="Say which device")
    whose = f.Line("From whom")
    by = f.Day("By which day")


class AdviceForm(LaterForm):
    """What the police say must be kept, and what may go."""

    who = f.Line(
        "Which officer", required="Say which officer", hint="Name, collar number and force."
    )
    keep = f.LongText("What must be kept", rows=3, required="Write what must be kept")
    may_delete = f.LongText("What may be deleted or taken down", rows=3)
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


def now() -> Happened:
    return Happened.of(clock.now())
