"""The forms of the three voices, as a member of staff fills them in."""

from collections.abc import Mapping
from typing import Any

from wtforms import ValidationError

from portal.plans import rules, words
from portal.plans.models import PlanVoice
from portal.web import fields as f
from portal.web.form_base import Form, Row

ONE_EACH = "Write each on a line of its own."


class WantRow(Row):
    name = f.Line("Who?", required="Write who")
    action = f.Line("To do what?", maximum=500, required="Write what they would like them to do")


class VoiceForm(Form):
    """One person’s part. What a voice does not ask is left out by `for_voice`."""

    how = f.Radios(
        "How is this written?",
        choices=[
            ("beside", "Here, in their own words", "They say it or type it beside you."),
            ("paper", "Typed up from paper"),
        ],
        required="Say how this is written",
    )
    paper_on = f.Day("The date on the paper", not_future=True)
    signs = f.LongText(
        words.signs_words("young", police=False),
        rows=4,
        hint=ONE_EACH,
        required="Write at least one line",
    )
    will = f.LongText(
        words.will_words("young"), rows=4, hint=ONE_EACH, required="Write at least one line"
    )
    others_notice = f.LongText(
        "Other people will know that it is getting hard for me if I…", rows=3
    )
    wants = f.Rows(WantRow, "I would like somebody to do something", noun="wish")
    other_help = f.LongText(
        "Other ways in which I would like to be helped",
        rows=2,
        hint="Such as numbers of helplines, or asking a friend.",
    )
    also_speak = f.LongText("Whom I might also speak to, if it would help", rows=2)
    reason = f.Line(
        "Why is this part written anew?",
        required="Say why it is written anew",
        hint="What stood here before stays readable.",
    )

    def for_voice(self, voice: str, *, police: bool, anew: bool) -> None:
        self.signs.label.text = words.signs_words(voice, police=police)
        self.will.label.text = words.will_words(voice)
        left_out = ("also_speak",) if voice == "young" else ("others_notice", "wants", "other_help")
        for name in left_out if anew else (*left_out, "reason"):
            del self[name]

    def validate_paper_on(self, field: Any) -> None:
        if self.how.data == "paper" and field.data is None:
            raise ValidationError("Give the date on the paper")

    @property
    def said(self) -> dict[str, Any]:
        return as_said({name: self[name].data for name in _ASKED if name in self})


_ASKED = ("signs", "will", "others_notice", "wants", "other_help", "also_speak")
_LISTS = frozenset({"signs", "will"})


def as_said(answers: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, as the record keeps it: lines as lists."""
    return {
        name: rules.split_lines(value or "") if name in _LISTS else value
        for name, value in answers.items()
    }


def as_typed(voice: PlanVoice | None) -> dict[str, Any]:
    """A part as the form shows it."""
    if voice is None:
        return {"how": "beside"}
    return {
        "how": "beside",
        "signs": "\n".join(voice.signs or []),
        "will": "\n".join(voice.will or []),
        "others_notice": voice.others_notice,
        "wants": list(voice.wants or []),
        "other_help": voice.other_help,
        "also_speak": voice.also_speak,
    }


def as_read(voice: PlanVoice) -> dict[str, str]:
    """A part in words, for whoever wrote it at the same time as somebody else."""
    typed = as_typed(voice)
    del typed["how"]
    wants = "\n".join(f"{one.get('name', '')}; {one.get('action', '')}" for one in typed["wants"])
    return {**typed, "wants": wants}
