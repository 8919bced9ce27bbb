"""What is asked about a device: what it is, how it was taken, when it goes back."""

from datetime import datetime
from typing import Any

from wtforms.validators import ValidationError

from portal import clock
from portal.cases.forms import reason_line
from portal.devices.custody import HELD_FOR_POLICE, NewMove
from portal.devices.form_parts import NO_PASSCODE, DeviceForm
from portal.devices.rules import Kind, is_before
from portal.guidance.catalogue import vocabulary
from portal.web import fields as f

WHAT = ("kind", "make", "model", "colour", "marks", "imei", "owner_id", "owner")
HOW = ("grounds", "how", "search_id", "witness", "states", "not_viewed_by")
NEEDED = ("needed_for", "arranged")
SECTIONS = (
    ("What it is", WHAT),
    (
        "How it was taken",
        (
            "taken_by", "taken", "taken_where", "had_by", "witness", "grounds", "how", "search_id",
            "states", "not_viewed_by",
        ),
    ),
    ("Where it is now", ("place", "seal", "key_holder", "stored")),
    ("Until it goes back", (*NEEDED, "for_police", "police_words", "return_on", "return_time")),
)  # fmt: skip
FACTS = frozenset({"owner_id", "search_id", "grounds", "how", "states"})


class KnownForm(DeviceForm):
    """What is known of a device, without who had it when."""

    kind = f.Select(
        "What is it?",
        choices=lambda: vocabulary("device_kinds").choices,
        required="Say what it is",
    )
    make = f.Line("Make", width=20, hint="Such as Samsung, Apple, Lenovo.")
    model = f.Line("Model", width=20, hint="If it is written on the outside, or if they tell you.")
    colour = f.Line("Colour", width=20)
    marks = f.LongText(
        "Marks, case and SIM",
        rows=2,
        maximum=2000,
        hint="What tells it from another of the same kind: cracks, stickers, its case.",
    )
    imei = f.Line(
        "IMEI",
        maximum=40,
        width=20,
        inputmode="numeric",
        hint="Only if it can be read without unlocking: on the back, the SIM tray or its box.",
    )
    owner_id = f.Select("Whose is it?", blank="Somebody else, or not known")
    owner = f.Line(
        "Or in words: whose, as far as is known",
        hint="If it belongs to somebody who is not in this case. “Not known” is an answer.",
    )
    grounds = f.Checkboxes(
        "Why was it taken?",
        choices=lambda: vocabulary("device_grounds").choices,
        required="Say why it was taken",
        hint="Everything that holds.",
    )
    how = f.Radios(
        "How did it come?",
        choices=lambda: vocabulary("device_how").choices,
        required="Say how it came",
    )
    search_id = f.Select("In which search was it found?", blank="None that is recorded yet")
    witness = f.Line(
        "Who else was there?",
        required="Say who else was there; “nobody” is an answer",
        hint="Full name and role. “Nobody” is an answer.",
    )
    states = f.Checkboxes(
        "In which state was it?",
        choices=lambda: vocabulary("device_states").choices,
        required="Say in which state it was",
        hint=f"As anybody could see from outside. {NO_PASSCODE}",
    )
    not_viewed_by = f.Line(
        "Who confirms that nobody looked into it?",
        required="Name who confirms that nobody looked into it",
        hint="Full name. If somebody has seen something, record that under “Imagery seen by "
        "staff”, and name here who confirms that nobody else looked.",
    )
    needed_for = f.LongText(
        "Is it needed for health, travel or care?",
        rows=2,
        maximum=2000,
        hint="Such as a glucose sensor, the bus pass, a younger brother to be fetched. Leave it "
        "empty if not.",
    )
    arranged = f.LongText(
        "What was arranged instead?",
        rows=2,
        maximum=2000,
        hint="Such as a telephone from the office, a paper pass. “Nothing yet” is an answer.",
    )

    def validate_owner_id(self, field: Any) -> None:
        if field.data is None and not self.owner.data:
            raise ValidationError("Choose whose it is, or say it in words below")
        if field.data is not None and self.owner.data:
            raise ValidationError("Choose somebody or say it in words, not both")

    def validate_states(self, field: Any) -> None:
        if {"on", "off"} <= set(field.data):
            raise ValidationError("It was either on or off")
        if "not_known" in field.data and len(field.data) > 1:
            raise ValidationError("Either its state is not known, or something of it is")

    def validate_arranged(self, field: Any) -> None:
        if not self.needed_for.is_blank and field.is_blank:
            raise ValidationError("Say what was arranged instead, or “nothing yet”")

    def known(self) -> dict[str, Any]:
        """Everything that was answered here, by the columns of a device."""
        return {name: self[name].data for name in (*WHAT, *HOW, *NEEDED)}


class NewDeviceForm(KnownForm):
    taken_by = f.Line("Who took it?", required="Say who took it", hint="Full name and role.")
    taken = f.Happened("When was it taken?", required="Say when it was taken")
    taken_where = f.Line(
        "Where?", required="Say where it was taken", hint="Such as “Room 14”, “the school gate”."
    )
    had_by = f.Line(
        "Who had it, if not the person whose it is?",
        hint="Such as a friend who was keeping it. Leave it empty if its owner had it.",
    )
    place = f.Line(
        "Where is it locked away?",
        hint="Such as “cabinet 2, office of the lead”. If it is not locked away yet, leave this "
        "and the next three empty, and do it before anything else.",
    )
    seal = f.Line("Number on the sealed bag", maximum=60, width=20)
    key_holder = f.Line("Who has the key?", hint="Full name. One person.")
    stored = f.Happened("When was it locked away?")
    for_police = f.YesNo(
        "Is it held for the police?",
        required="Say whether it is held for the police",
        hint="Yes, if it may hold evidence of an offence or if they asked. It is then not returned "
        "until they say so.",
    )
    police_words = f.LongText(
        "If yes: who asked, or why?", rows=2, maximum=2000, hint="Officer and force, if they asked."
    )
    return_on = f.Day("By which day does it go back?", hint="Leave it empty while nobody can say.")
    return_time = f.TimeOfDay("By what time?", hint="Left empty, it means the end of school.")

    def validate_place(self, field: Any) -> None:
        beside = (self.seal, self.key_holder, self.stored)
        if not field.data and any(not one.is_blank for one in beside):
            raise ValidationError("Say where it is locked away")

    def validate_key_holder(self, field: Any) -> None:
        if self.place.data and not field.data:
            raise ValidationError("Say who has the key")

    def validate_stored(self, field: Any) -> None:
        if self.place.data and field.data is None:
            raise ValidationError("Say when it was locked away")
        if field.data and self.taken.data and is_before(field.data, self.taken.data):
            raise ValidationError("It cannot have been locked away before it was taken")

    def validate_police_words(self, field: Any) -> None:
        if self.for_police.data == f.YES and field.is_blank:
            raise ValidationError("Say who of the police asked, or why it is held for them")
        if self.for_police.data == f.NO and not field.is_blank:
            raise ValidationError("Choose “yes” above, or leave this empty")

    def validate_return_on(self, field: Any) -> None:
        if field.data and self.taken.data and field.data < self.taken.data.on:
            raise ValidationError("It cannot go back before the day it was taken")

    def validate_return_time(self, field: Any) -> None:
        if field.data and self.return_on.data is None:
            raise ValidationError("Enter the day as well as the time")

    def facts(self) -> dict[str, Any]:
        held = self.for_police.data == f.YES
        known = {name: value for name, value in self.known().items() if name in FACTS}
        return {**known, "for_police": held}

    def words(self) -> dict[str, str]:
        known = {name: value for name, value in self.known().items() if name not in FACTS}
        why = self.police_words.data.strip() if self.for_police.data == f.YES else ""
        return {
            **known,
            "taken_by": self.taken_by.data,
            "taken_where": self.taken_where.data,
            "kept_why": f"{HELD_FOR_POLICE} {why}" if why else "",
        }

    def stored_away(self) -> NewMove | None:
        """The second row of its chain, where it is locked away already."""
        if not self.place.data:
            return None
        words = {
            "from_whom": self.taken_by.data,
            "to_whom": self.key_holder.data,
            "place": self.place.data,
            "seal": self.seal.data,
        }
        return NewMove(Kind.STORED, self.stored.data, words)

    def return_by(self, ends: str) -> datetime | None:
        return _by(self.return_on.data, self.return_time.data, ends)


class CorrectDeviceForm(KnownForm):
    reason = reason_line()


class ReturnByForm(DeviceForm):
    return_on = f.Day(
        "By which day does it go back?",
        not_past=True,
        hint="Leave it empty if nobody can say any more.",
    )
    return_time = f.TimeOfDay("By what time?", hint="Left empty, it means the end of school.")
    reason = f.Line("Why then?", required="Say why then", hint="A few words.")

    validate_return_time = NewDeviceForm.validate_return_time
    return_by = NewDeviceForm.return_by


class KeptForm(DeviceForm):
    why = f.LongText(
        "Why is it still here?",
        rows=3,
        maximum=2000,
        required="Say why it is still here",
        hint="Such as “held until the court has decided, letter of 3 May”. A case can be closed "
        "with a device only when this is said.",
    )


class ContentForm(DeviceForm):
    """What was done about content that is lawful, and against the school’s rules."""

    what = f.LongText(
        "What is it, in words?",
        rows=3,
        maximum=2000,
        required="Say in words what it is",
        hint=f"As the young person says. Nobody looks for it on the device. {NO_PASSCODE}",
    )
    choice = f.Radios(
        "What was done?",
        choices=lambda: [(one.code, one.label, one.help) for one in vocabulary("device_content")],
        required="Say what was done",
    )
    done_by = f.Line(
        "Who did it?",
        required="Say who did it",
        hint="Such as “the young person, in front of Mr Lowe”.",
    )
    why = f.LongText("Why?", rows=3, maximum=2000, required="Say why")
    happened = f.Happened("When?", required="Say when it was done")

    held = False  # whether evidence is held in the case

    def validate_choice(self, field: Any) -> None:
        if field.data == "deleted" and self.held:
            raise ValidationError(
                "Nothing is deleted while evidence is held in this case. If somebody has deleted "
                "it already, add a remark to the chain of custody that says who and when."
            )

    def words(self) -> dict[str, str]:
        return {name: self[name].data for name in ("what", "done_by", "why")}


def _by(on: Any, at: Any, ends: str) -> datetime | None:
    """The moment something is due, in the school’s zone."""
    if on is None:
        return None
    time_of_day = at or datetime.strptime(ends, "%H:%M").time()  # noqa: DTZ007 - a time of day
    return datetime.combine(on, time_of_day, clock.ZONE)
