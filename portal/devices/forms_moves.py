"""What is asked when a device changes hands or place: one form for each kind of move."""

from typing import Any

from wtforms.validators import ValidationError

from portal.devices.form_parts import NO_PASSCODE, DeviceForm
from portal.web import fields as f

_WRITTEN = (
    "from_whom", "to_whom", "place", "seal", "reason", "officer", "collar", "force", "receipt",
    "received_as", "condition",
)  # fmt: skip


def _from_whom(label: str = "Who had it until then?") -> f.Line:
    return f.Line(
        label,
        required="Say who had it until then",
        hint="The record says who. Change it only if somebody else really had it: the page then "
        "shows a gap, and a remark can explain it.",
    )


def _seal() -> f.Line:
    return f.Line(
        "Number on the sealed bag",
        maximum=60,
        width=20,
        hint="If it is another than before, or none, say why below.",
    )


def _note(label: str = "Anything else that matters", required: str | None = None) -> f.LongText:
    return f.LongText(label, rows=3, maximum=2000, required=required, hint=NO_PASSCODE)


def _when(label: str, required: str) -> f.Happened:
    return f.Happened(label, required=required)


class MoveForm(DeviceForm):
    """The answers become the words of one row."""

    @property
    def words(self) -> dict[str, str]:
        return {name: str(self[name].data or "").strip() for name in _WRITTEN if name in self}


class StoreForm(MoveForm):
    from_whom = _from_whom()
    place = f.Line(
        "Where is it locked away?",
        required="Say where it is locked away",
        hint="Such as “cabinet 2, office of the lead”.",
    )
    to_whom = f.Line("Who has the key?", required="Say who has the key", hint="One person.")
    seal = _seal()
    happened = _when("When was it locked away?", "Say when it was locked away")
    reason = _note()


class CarryForm(MoveForm):
    from_whom = _from_whom()
    to_whom = f.Line("Who has it now?", required="Say who has it now", hint="Full name and role.")
    place = f.Line(
        "Where is it locked away now?", hint="Leave it empty while somebody is carrying it."
    )
    seal = _seal()
    happened = _when("When was it moved?", "Say when it was moved")
    reason = _note("Why was it moved?", "Say why it was moved")


class ToPoliceForm(MoveForm):
    officer = f.Line("Name of the officer", required="Give the name of the officer")
    collar = f.Line(
        "Collar number",
        maximum=40,
        width=10,
        required="Give the collar number; “not given” is an answer",
        hint="On the shoulder or the warrant card. “Not given” is an answer.",
    )
    force = f.Line("Which force?", required="Say which force")
    receipt = f.Line(
        "Number of their receipt or exhibit",
        maximum=80,
        width=20,
        required="Give the number of their receipt; “none given” is an answer",
        hint="“None given” is an answer.",
    )
    from_whom = _from_whom("Who handed it over?")
    place = f.Line("Where?", hint="Such as “school office”.")
    seal = _seal()
    condition = f.Line("In which condition?", hint="Such as “switched off, seal whole”.")
    happened = _when("When was it handed over?", "Say when it was handed over")
    reason = _note()

    @property
    def words(self) -> dict[str, str]:
        return {**super().words, "to_whom": f"{self.officer.data}, {self.force.data}"}


class FromPoliceForm(MoveForm):
    officer = f.Line("Name of the officer who brought it", required="Give the name of the officer")
    collar = f.Line("Collar number", maximum=40, width=10)
    force = f.Line("Which force?", required="Say which force")
    receipt = f.Line("Number of the receipt you signed", maximum=80, width=20)
    to_whom = f.Line("Who received it?", required="Say who received it", hint="Full name.")
    place = f.Line(
        "Where is it locked away now?", hint="Leave it empty while somebody is carrying it."
    )
    seal = f.Line("Number on the sealed bag", maximum=60, width=20)
    condition = f.Line("In which condition?", hint="Such as “switched off, in a police bag”.")
    happened = _when("When did it come back?", "Say when it came back")
    reason = _note("What did the police say about it?")

    @property
    def words(self) -> dict[str, str]:
        return {**super().words, "from_whom": f"{self.officer.data}, {self.force.data}"}


RECIPIENTS = {
    "student": "The young person themselves",
    "parent": "Their parent or carer",
    "other": "Somebody else they named",
}


class ReturnForm(MoveForm):
    recipient = f.Radios(
        "Who received it?",
        choices=list(RECIPIENTS.items()),
        required="Say who received it",
    )
    to_whom = f.Line("Their name", required="Give their full name", hint="Full name.")
    relation = f.Line(
        "Relation to the young person", hint="Such as mother, foster carer, elder sister."
    )
    identity = f.Line(
        "How do you know it was them?",
        required="Say how you know it was them",
        hint="“Known to me”, or what they showed you.",
    )
    condition = f.Line(
        "In which condition was it?",
        required="Say in which condition it was",
        hint="Such as “as it was taken, seal opened in front of them”.",
    )
    from_whom = _from_whom("Who gave it back?")
    happened = _when("When was it given back?", "Say when it was given back")
    reason = _note()

    def validate_relation(self, field: Any) -> None:
        if self.recipient.data in {"parent", "other"} and not field.data:
            raise ValidationError("Say how they belong to the young person")

    @property
    def words(self) -> dict[str, str]:
        who = ", ".join(filter(None, (RECIPIENTS[self.recipient.data], self.relation.data)))
        received = f"{who}. How it was known: {self.identity.data}"
        return {**super().words, "received_as": received}


class DisposeForm(MoveForm):
    reason = _note("Why, and in which way?", "Say why it was disposed of, and in which way")
    decided_by = f.Line(
        "Who decided it?", required="Say who decided it", hint="Full name and role."
    )
    to_whom = f.Line("To whom did it go?", hint="Such as a recycling firm. Leave it empty if none.")
    from_whom = _from_whom()
    happened = _when("When?", "Say when it was disposed of")

    @property
    def words(self) -> dict[str, str]:
        words = super().words
        return {**words, "reason": f"{words['reason']}\nDecided by: {self.decided_by.data}"}


class RemarkForm(MoveForm):
    reason = _note("What must be added or put right?", "Write the remark")
    happened = _when("When did you notice it, or when did it happen?", "Say when")


class HoldForm(MoveForm):
    hold = f.Radios(
        "What did the police say?",
        choices=[
            ("yes", "It is to be held for them"),
            ("no", "They no longer need it held"),
        ],
        required="Say what the police said",
    )
    officer = f.Line("Who of the police said so?", required="Give the name of the officer")
    collar = f.Line("Collar number", maximum=40, width=10)
    force = f.Line("Which force?", required="Say which force")
    reason = _note("Their words, and any reference", "Write what they said")
    happened = _when("When did they say so?", "Say when they said so")
