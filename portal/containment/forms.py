"""The forms about content items, their hold, steps of containment and protection."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import ValidationError

from portal.cases import content
from portal.cases.rules import STATES_AFTER, is_before
from portal.clock import Happened
from portal.containment import rules, service, words
from portal.containment.rules import Result, Step
from portal.guidance.catalogue import vocabulary
from portal.people.service import Listed
from portal.web import fields as f
from portal.web.form_base import Asked, Form, Row

_NOBODY_NAMED = frozenset({Result.REFUSED, Result.COULD_NOT, Result.NOT_NEEDED})
ITEM = ("what", "platform", "url", "account", "posted_where", "noted", "note")


class ItemForm(Form):
    """One thing that is online, in words and addresses."""

    kind = f.Radios(
        "What is it?",
        choices=lambda: vocabulary("content_kinds").choices,
        required="Say what it is",
    )
    what = f.LongText(
        "In words",
        rows=3,
        required="Say in a few words what it is",
        hint="What you were told it is. Never the image, and do not open a page to find out.",
    )
    platform = f.Line("Platform or service", hint="Such as Instagram, WhatsApp, a website.")
    url = f.Line(
        "Web address",
        maximum=500,
        hint="The best way to have it taken down. Kept as text: nothing here ever opens it.",
    )
    account = f.Line("Account, page or group", hint="Exactly as it is written there.")
    profile = f.Select("Is it one of the accounts of this case?", blank="No, or not known")
    posted_where = f.Line("Where was it posted?", hint="Such as: the page’s story.")
    noted = f.Line(
        "When was it last seen at this address, and by whom?",
        hint="The address and this time are needed before an urgent report.",
    )
    note = f.LongText("What else is known of it", rows=2)

    def validate_account(self, field: Any) -> None:
        known = (field, self.profile, self.url, self.platform, self.posted_where)
        if not any(one.data for one in known):
            raise ValidationError("Give a platform, an address, an account, or where it was posted")

    @property
    def words(self) -> dict[str, str]:
        return {name: self[name].data for name in ITEM}


class NewItemForm(ItemForm):
    found = f.Happened("When did the school learn of it?", required="Say when school learnt of it")


class CorrectItemForm(ItemForm):
    reason = f.Line("Why is it corrected?", required="Say why it is corrected")


class _AfterForm(Form):
    """Something after a moment that is known: it cannot have been before."""

    happened = f.Happened("When?", required="Say when")
    after: Happened | None = None

    def validate_happened(self, field: Any) -> None:
        if field.data and self.after and is_before(field.data, self.after):
            raise ValidationError("This cannot be before the last entry of its history")


class StateForm(_AfterForm):
    state = f.Radios("What became of it?", required="Say what became of it")
    words = f.LongText("How do you know, and who did it?", rows=3, required="Say how you know")
    to_whom = f.Line("To whom was it reported?")
    reference = f.Line("Report number", width=20)

    def for_state(self, state: str) -> None:
        """Offer what can come after how it stands now; what came back has a page of its own."""
        self.state.choices = [one for one in _BECAME if one[0] in STATES_AFTER[state]]
        if "reported" not in STATES_AFTER[state]:
            del self.to_whom
            del self.reference

    @property
    def told(self) -> content.Told:
        names = ("words", "to_whom", "reference")
        return content.Told(**{name: self[name].data for name in names if name in self})


_BECAME = (
    ("removed", "It is gone", "It was taken down or deleted."),
    ("could_not_be_removed", "It could not be removed", "They refused, or nobody can."),
    ("reported", "Somebody else reported it", "Such as a pupil, a parent or another school."),
    ("live", "It is still up", "Somebody says so. Nobody opens it to look."),
)


class CameBackForm(_AfterForm):
    words = f.LongText(
        "Where and how did it come back?",
        rows=3,
        required="Say where and how it came back",
        hint="A new address as well: then record that as an item of its own.",
    )


class ReleaseForm(Form):
    items = f.Checkboxes("Which items", required="Choose at least one item")
    reason = f.LongText(
        "Why may these be deleted or taken down now?",
        rows=4,
        required="Give the reason",
        hint="Whom you asked, and what they said. It must make sense to somebody years on.",
    )
    happened = f.Happened("When was it decided?", required="Say when it was decided")


class UrgentForm(Form):
    url = f.Line("Web address", maximum=500, hint="As it stands now; it may be gone tomorrow.")
    account = f.Line("Account, page or group")
    noted = f.Line(
        "When was it seen at this address, and by whom?",
        required="Say when it was seen at this address",
        hint="Such as: 18 November 2026, 09:05, told by the pupil who showed the address.",
    )
    reason = f.LongText(
        "Why can the report not wait?",
        rows=4,
        required="Say why the report cannot wait",
        hint="Such as: a public page that names a child.",
    )
    happened = f.Happened("When was it decided?", required="Say when it was decided")

    def validate_account(self, field: Any) -> None:
        if not field.data and not self.url.data:
            raise ValidationError("Note its address or account first")


class RecipientRow(Row):
    """Somebody it was sent on to. Which one is asked only where several have just this name."""

    name = f.Line("Full name, or what is known", required="Write the name or what is known")
    person = f.Radios("Several people have this name. Who is it?", choices=[])
    part = f.Select(
        "Their part in this case",
        choices=lambda: vocabulary("parts").choices,
        default="witness",
    )

    def questions(self) -> list[Asked]:
        asked = super().questions()
        return asked if self.person.choices else [one for one in asked if one is not self.person]

    def offer(self, found: Sequence[Listed]) -> None:
        """Ask which of these is meant, where there are several."""
        if len(found) > 1:
            none = (service.NOBODY_LISTED, "Somebody who is not in the list")
            self.person.choices = [*((one.id, one.as_choice) for one in found), none]

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        if not self.person.choices:
            self.person.data = None  # chosen for another name that stood here
        fine = super().validate(extra_validators)
        if self.person.choices and self.person.data is None and not self.person.errors:
            self.person.errors = ["Say who this is, or that it is nobody in the list"]
            fine = False
        return fine


class StepForm(Form):
    """One time a step was taken. What a step does not ask is left out by `for_step`."""

    already = f.Tick("It had already happened before anybody here could hold it back")
    items = f.Checkboxes("Which content items is it about?")
    happened = f.Happened("When?", required="Say when")
    done_by = f.Line("Who did it?", required="Say who did it", hint="Full name and role.")
    result = f.Radios("What came of it?", required="Say what came of it")
    words = f.LongText(
        "In a few words", rows=4, required="Write a few words", hint="Or why it is not needed."
    )
    recipients = f.Rows(
        RecipientRow,
        "To whom was it sent on?",
        hint="Each becomes a person of this case.",
        noun="person",
    )

    step: Step

    def for_step(self, step: Step, items: Sequence[tuple[Any, ...]]) -> None:
        self.step = step
        self["result"].choices = words.result_choices(step)
        self["items"].choices = list(items)
        if not rules.may_have_happened(step):
            del self.already
        if step not in rules.DELETES:
            del self["items"]
        if step is not Step.ASK_ONWARD:
            del self.recipients

    @property
    def is_already(self) -> bool:
        return bool(self["already"].data) if "already" in self else False

    @property
    def deletes(self) -> bool:
        result = self.result.data
        return result in set(Result) and rules.deletes(
            self.step, Result(result), already=self.is_already
        )

    def validate_already(self, field: Any) -> None:
        if self.deletes and not self["items"].choices:
            raise ValidationError(
                "Record first what this is about. What had already happened can be ticked here."
            )

    def validate_items(self, field: Any) -> None:
        if self.deletes and field.choices and not field.data:
            raise ValidationError("Choose which content items it is about")

    def validate_recipients(self, field: Any) -> None:
        if field.data and self.result.data in _NOBODY_NAMED:
            raise ValidationError(
                "You name somebody here. Say above that it was answered, or leave this empty."
            )


class ProtectForm(Form):
    kind = f.Radios(
        "What is it?",
        choices=lambda: vocabulary("protective_steps").choices,
        required="Say what it is",
    )
    person = f.Select("For whom?", blank="Everybody")
    what = f.LongText("What is done", rows=3, required="Say what is done")
    who_knows = f.LongText(
        "Who was told, and what",
        rows=2,
        hint="Only what they need to know to do it.",
    )
    done_by = f.Line("Who sees to it?", required="Say who sees to it")
    begins = f.Day("From which day?", required="Say from which day")
    review_on = f.Day("When is it looked at again?", not_past=True)

    def validate_review_on(self, field: Any) -> None:
        if field.data and self.begins.data and field.data < self.begins.data:
            raise ValidationError("It cannot be looked at again before it begins")


class EndForm(Form):
    words = f.LongText("Why does it end?", rows=3, required="Say why it ends")
