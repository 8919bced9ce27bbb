"""What is asked about a search, whatever came of it."""

from typing import Any

from wtforms.validators import ValidationError

from portal.cases.forms import reason_line
from portal.devices.form_parts import NO_PASSCODE, DeviceForm
from portal.guidance.catalogue import vocabulary
from portal.web import fields as f

FACTS = (
    "involved_id", "of_what", "searcher_sex", "agreement", "found", "parent_told",
)  # fmt: skip
WORDS = (
    "who", "place", "authorised_by", "searcher", "present", "looked_for", "reason", "found_what",
    "parent_words", "followed",
)  # fmt: skip
ORDER = (
    "involved_id", "who", "of_what", "happened", "place", "authorised_by", "searcher",
    "searcher_sex", "present", "looked_for", "reason", "agreement", "found", "found_what",
    "parent_told", "parent_words", "followed",
)  # fmt: skip


class ParentForm(DeviceForm):
    """Whether a parent or carer was told, by whom and when; or why not."""

    parent_told = f.Radios(
        "Has a parent or carer been told?",
        choices=lambda: vocabulary("parent_told").choices,
        required="Say whether a parent or carer has been told; “not yet” is an answer",
    )
    parent_words = f.LongText(
        "Who was told, by whom and when; or why not",
        rows=3,
        maximum=2000,
        hint="Such as “mother, by telephone, 12:30, R. Adeyemi”.",
    )

    def validate_parent_words(self, field: Any) -> None:
        if self.parent_told.data == "yes" and field.is_blank:
            raise ValidationError("Say who was told, by whom and when")
        if self.parent_told.data == "no" and field.is_blank:
            raise ValidationError("Say why no parent or carer is told")


class SearchForm(ParentForm):
    involved_id = f.Select("Who was searched?", blank="Somebody else, named below")
    who = f.Line("Or the name of somebody who is not in this case")
    of_what = f.Radios(
        "What was searched?",
        choices=lambda: vocabulary("search_of").choices,
        required="Say what was searched",
    )
    happened = f.Happened("When was the search?", required="Say when the search was")
    place = f.Line("Where?", required="Say where the search was")
    authorised_by = f.Line(
        "Who authorised it?",
        required="Say who authorised it",
        hint="The head, or somebody whom the head has authorised: name and role.",
    )
    searcher = f.Line("Who searched?", required="Say who searched", hint="Full name and role.")
    searcher_sex = f.Radios(
        "Sex of the person who searched",
        choices=lambda: vocabulary("searcher_sex").choices,
        required="Say the sex of the person who searched, or that it is not said",
        hint="The law asks for the same sex as the pupil’s, unless serious harm is near.",
        inline=True,
    )
    present = f.Line(
        "Who else was there?",
        required="Say who else was there; “nobody” is an answer",
        hint="A second member of staff is there. If nobody was, write “nobody”, and why.",
    )
    looked_for = f.Line("What was looked for?", required="Say what was looked for")
    reason = f.LongText(
        "What was the reason to suspect it?",
        rows=3,
        maximum=5000,
        required="Give the reason for the search",
        hint="What was seen or told, and by whom.",
    )
    agreement = f.Radios(
        "Did they agree to be searched?",
        choices=lambda: vocabulary("search_agreement").choices,
        required="Say whether they agreed",
    )
    found = f.YesNo("Was anything found?", required="Say whether anything was found")
    found_what = f.LongText(
        "What was found?", rows=2, maximum=5000, hint=f"In words. {NO_PASSCODE}"
    )
    followed = f.LongText(
        "What followed?",
        rows=3,
        maximum=5000,
        hint="What was said to them, how they were, what was done next. After a refusal: what "
        "was decided instead.",
    )

    def validate_involved_id(self, field: Any) -> None:
        if field.data is None and not self.who.data:
            raise ValidationError("Choose who was searched, or write the name below")
        if field.data is not None and self.who.data:
            raise ValidationError("Choose somebody or write a name, not both")

    def validate_found_what(self, field: Any) -> None:
        if self.found.data == f.YES and field.is_blank:
            raise ValidationError("Say what was found")

    def facts(self) -> dict[str, Any]:
        return {name: self[name].data for name in FACTS}

    def words(self) -> dict[str, str]:
        return {name: self[name].data for name in WORDS}


class CorrectSearchForm(SearchForm):
    why = reason_line()
