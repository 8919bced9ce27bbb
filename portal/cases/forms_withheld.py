"""What the page on which a fact is marked as not to be told asks."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from wtforms import ValidationError

from portal.cases.words import RECIPIENTS
from portal.web import fields as f
from portal.web.form_base import Form

MOST_PHRASES = 30
LONGEST = 120


class WithholdForm(Form):
    about = f.Select("About whom is it?", required="Choose about whom it is")
    fact = f.LongText(
        "What is not to be told?",
        rows=3,
        maximum=4000,
        required="Write what is not to be told",
    )
    phrases = f.LongText(
        "By which words would it be recognised?",
        rows=4,
        maximum=4000,
        required="Write at least one word or phrase by which it would be recognised",
        hint="One on each line: names, nicknames, short forms. Wherever one stands in a copy for "
        "such a reader it is replaced by “[left out]”.",
    )
    from_kinds = f.Checkboxes("Which readers must not be told?", choices=RECIPIENTS)
    from_people = f.Checkboxes(
        "Which parents or carers by name must not be told?",
        hint="It is then kept out of every copy for a parent, carer or young person, because "
        "copies are passed on.",
    )
    reason = f.LongText(
        "Why?",
        rows=3,
        maximum=2000,
        required="Write why it is not to be told",
        hint="Such as what the young person said, or what you fear would follow.",
    )

    def validate_phrases(self, field: Any) -> None:
        found = self.phrase_list
        if len(found) > MOST_PHRASES:
            raise ValidationError(f"Write no more than {MOST_PHRASES} words or phrases")
        for phrase in found:
            if len(phrase) > LONGEST:
                raise ValidationError("Write short words or phrases, one on each line")
            if sum(1 for letter in phrase if letter.isalnum()) < 2:
                raise ValidationError(
                    f"“{phrase}” is too short to look for. Write whole words, one on each line."
                )

    def validate_from_kinds(self, field: Any) -> None:
        if not field.data and not self.from_people.data:
            raise ValidationError("Choose at least one reader, or a parent or carer by name")

    @property
    def phrase_list(self) -> list[str]:
        """The phrases, each once, as they were written."""
        lines = (line.strip() for line in str(self.phrases.data or "").split("\n"))
        return list(dict.fromkeys(line for line in lines if line))

    @property
    def kept_words(self) -> dict[str, Any]:
        return {
            "fact": self.fact.data,
            "phrases": self.phrase_list,
            "reason": self.reason.data,
        }

    @property
    def people(self) -> Sequence[UUID]:
        return list(self.from_people.data)
