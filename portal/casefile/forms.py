"""The forms of the composed pages: close, reopen, link, print."""

from wtforms import ValidationError

from portal.cases.words import RECIPIENTS
from portal.printing.case_summary_data import Part
from portal.web.fields import Checkboxes, Line, LongText, Radios
from portal.web.form_base import Form

PURPOSES = (
    ("police_referral", "Referral to the police"),
    ("police_request", "The police asked for it"),
    ("social_care", "Referral to children’s social care"),
    ("meeting", "A meeting with other agencies"),
    ("transfer", "Another school takes over"),
    ("other_school", "Another school is told"),
    ("platform_report", "Report to a platform or service"),
    ("receipt", "Receipt for a device"),
    ("custody", "Chain of custody of a device"),
    ("other", "Something else", "Say what below."),
)
MAY_BE_TOLD_ALL = frozenset({"police", "social_care"})
"""Recipients who are told what others must not be told, as an instruction."""


class CloseForm(Form):
    reason = LongText(
        "How it ended, and why it can be closed",
        required="Write how it ended and why it can be closed",
    )
    views = LongText(
        "What the young people and their parents or carers think of how it was handled",
        hint="If somebody was not asked, write who and why.",
        required="Write what they think, or who was not asked and why",
    )
    lessons = LongText(
        "What the school learns from it",
        hint="What went well, and what should be different next time. Optional.",
    )


class ReopenForm(Form):
    reason = LongText("Why it is opened again", required="Write why it is opened again")


class LinkForm(Form):
    other = Line(
        "Reference of the other case",
        hint="For example 2026-0042",
        required="Enter the reference of the other case",
        width=10,
    )
    why = LongText("What connects the two", required="Write what connects the two cases")


class PrintForm(Form):
    """What every copy asks: why, and for whom. Who asked and when is kept with it."""

    purpose = Radios("Why it is printed", choices=PURPOSES, required="Choose why it is printed")
    purpose_words = Line("Purpose in your own words, if none of these fits")
    recipient_kind = Radios(
        "Who will read it", choices=RECIPIENTS, required="Choose who will read it"
    )
    recipient_name = Line(
        "Name of the person who gets it", required="Enter the name of the person who gets it"
    )
    recipient_body = Line(
        "Their role, and the body or force",
        hint="For example PC 4471, West Midlands Police",
        required="Enter their role, and the body or force",
    )

    def validate_purpose_words(self, field: Line) -> None:
        if self.purpose.data == "other" and not field.data:
            raise ValidationError("Say in your own words why it is printed")

    @property
    def purpose_text(self) -> str:
        label = {code: label for code, label, *_ in PURPOSES}[self.purpose.data]
        words = self.purpose_words.data
        if self.purpose.data == "other":
            return str(words)
        return f"{label}: {words}" if words else label

    @property
    def recipient_text(self) -> str:
        return f"{self.recipient_name.data}, {self.recipient_body.data}"


class SummaryForm(PrintForm):
    people = Checkboxes(
        "People to name in it",
        hint="Whoever is not ticked is left out. Tick only those this reader needs to know about: "
        "what belongs to another family stays out unless you choose it.",
    )
    parts = Checkboxes(
        "Parts",
        hint="A part that is left out is named as left out.",
        choices=[(part.value, part.label) for part in Part],
        required="Choose at least one part",
    )

    def validate_people(self, field: Checkboxes) -> None:
        if not field.data and Part.PEOPLE.value in (self.parts.data or []):
            raise ValidationError("Choose at least one person, or leave out the part “The people”")


class CoverForm(PrintForm):
    """What stands on the sheet on top of a written referral."""

    people = Checkboxes(
        "Young people to name on it",
        hint="Only those whom this body needs to know about.",
        required="Choose at least one young person",
    )
    urgent = LongText(
        "What cannot wait", rows=2, maximum=600, hint="One point. Leave it empty if there is none."
    )
    asks = LongText(
        "What you ask them for", rows=3, maximum=2000, required="Write what you ask them for"
    )
    enclosed = LongText(
        "What is enclosed",
        rows=3,
        maximum=2000,
        hint="One thing on each line, such as the case summary and its copy number.",
    )


class ContentListForm(PrintForm):
    items = Checkboxes(
        "Which content items",
        hint="Only accounts and addresses are printed, never what an item shows.",
        required="Choose at least one content item",
    )


class ReceiptForm(PrintForm):
    for_whom = Radios(
        "Whose copy",
        choices=[
            ("person", "For the person it was taken from", "Says nothing of the matter."),
            ("officer", "For the officer who takes it", "With the chain of custody."),
        ],
        required="Choose whose copy it is",
    )
