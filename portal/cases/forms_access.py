"""What the pages ask on which somebody is let into a case, shut out of it, or opens it at once."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from wtforms import ValidationError

from portal import clock
from portal.cases import grant_rules
from portal.cases.words import EMERGENCY_FINDINGS, GRANT_HINTS, GRANT_PARTS
from portal.staff.service import Colleague
from portal.web import fields as f
from portal.web.form_base import Form

READ, WRITE = "read", "write"
EVERYBODY = "Everybody in the case"
MARK = " (a young person would rather they did not know)"


class ShutOutForm(Form):
    member = f.Select(
        "Who must not see this case?", required="Choose who must not see this case", blank="Choose"
    )
    reason = f.LongText(
        "Reason",
        rows=3,
        maximum=2000,
        required="Give the reason",
        hint="Such as a relation to somebody in the case. Everybody who can see the case can read "
        "this.",
    )


class NewLeadForm(Form):
    lead = f.Select("Who takes the case?", required="Choose who takes the case", blank="Choose")
    reason = f.LongText("Reason", rows=3, maximum=2000, required="Give the reason")


def _until() -> f.Day:
    return f.Day(
        "Until the end of which day?",
        required="Enter the day on which this ends",
        hint="A year at most. It ends by itself; you can end it earlier, or let it last longer.",
    )


class GrantForm(Form):
    """Parts of a case for one colleague, for a time."""

    member = f.Select("Who gets access?", required="Choose who gets access", blank="Choose")
    against_wish = f.LongText(
        "If a young person would rather they did not know: why all the same?",
        rows=2,
        maximum=2000,
        hint="Only for a colleague who is marked in the list. Tell the young person first, and say "
        "here what they said.",
    )
    parts = f.Checkboxes(
        "Which parts?",
        required="Choose which parts they may see",
        choices=[(code, label, GRANT_HINTS[code]) for code, label in GRANT_PARTS.items()],
        hint="Choose as little as they need.",
    )
    how = f.Radios(
        "What may they do there?",
        required="Choose whether they may read only, or write as well",
        choices=[(READ, "Read"), (WRITE, "Read and write")],
    )
    about = f.Select("About whom?", blank=EVERYBODY)
    until = _until()
    reason = f.LongText(
        "Reason",
        rows=3,
        maximum=2000,
        required="Give the reason",
        hint="What they need it for. It stands in the list of who can see this case.",
    )
    marks: Mapping[UUID, str] = {}

    def offer(self, colleagues: Sequence[Colleague], marks: Mapping[UUID, str]) -> None:
        """Those who can be chosen; a reason against a wish is asked only where one is marked."""
        self.member.choices = [
            (one.id, f"{one.name}{MARK if one.id in marks else ''}") for one in colleagues
        ]
        self.marks = marks
        if not marks:
            del self["against_wish"]

    @property
    def may_write(self) -> bool:
        return bool(self.how.data == WRITE)

    @property
    def why_against_wish(self) -> str:
        """Why somebody is let in against a wish; nothing where nobody minds."""
        return self["against_wish"].data if self.member.data in self.marks else ""

    def validate_against_wish(self, field: Any) -> None:
        mark = self.marks.get(self.member.data) if self.member.data else None
        if mark and field.is_blank:
            raise ValidationError(f"{mark} Say why they get access all the same")

    def validate_parts(self, field: Any) -> None:
        problem = grant_rules.why_not_parts(field.data, None)
        if problem:
            raise ValidationError(problem)

    def validate_about(self, field: Any) -> None:
        problem = grant_rules.why_not_parts(self.parts.data, field.data)
        if self.parts.data and field.data and problem:
            raise ValidationError(problem)

    def validate_until(self, field: Any) -> None:
        _refuse_day(field)

    def refuse_given(self, there: Sequence[str]) -> None:
        """Say that these parts stand already."""
        said = ", ".join(GRANT_PARTS[part].lower() for part in there)
        self.parts.errors = [
            f"They have this already: {said}. Change until when it lasts, or choose other parts."
        ]


def _refuse_day(field: Any) -> None:
    problem = grant_rules.why_not_until(field.data, clock.today()) if field.data else ""
    if problem:
        raise ValidationError(problem)


def grant_begun(args: Mapping[str, str]) -> dict[str, Any]:
    """What the form for a grant begins with, as the address of a link names it: ids and codes."""
    part = args.get("part", "")
    return {
        "member": args.get("member"),
        "about": args.get("about"),
        "parts": [part] if part in GRANT_PARTS else [],
        "how": READ,
        "until": clock.today() + grant_rules.WEEKS,
    }


class _Chosen(Form):
    """Which grants of one colleague are meant."""

    which = f.Checkboxes("Which access?", required="Choose which access you mean")


class EndGrantForm(_Chosen):
    reason = f.LongText(
        "Why does it end?", rows=3, maximum=2000, required="Say why this access ends"
    )


class UntilForm(_Chosen):
    until = _until()
    reason = f.LongText(
        "Why does that change?", rows=3, maximum=2000, required="Say why this changes"
    )

    def validate_until(self, field: Any) -> None:
        _refuse_day(field)


class _OneOfThem(f.Radios):
    """Cases to choose from, known only once the name was looked up: the view says which."""

    def pre_validate(self, form: Any) -> None:
        pass


class EmergencyForm(Form):
    """A case that has to be seen at once."""

    which = f.Line("Which case?", required="Say which case")
    chosen = _OneOfThem(
        "Which of these cases?",
        hint="More than one case has somebody of this name in it. The newest comes first.",
    )
    reason = f.LongText(
        "Why can it not wait?",
        rows=4,
        maximum=2000,
        required="Say why it cannot wait",
        hint=f"At least {grant_rules.SHORTEST_REASON} characters. The leads of the school read "
        "this at once, and one of them will talk it over with you.",
    )

    def ask(self, *, by_name: bool) -> None:
        """`by_name`: whether whoever asks may say a young person’s name instead of a reference."""
        self.which.label.text = _BY_NAME if by_name else _BY_REFERENCE
        self.which.hint = _HINT_NAME if by_name else _HINT_REFERENCE

    def validate_reason(self, field: Any) -> None:
        if not grant_rules.says_enough(field.data):
            raise ValidationError(
                f"Say in at least {grant_rules.SHORTEST_REASON} characters why it cannot wait"
            )


_BY_NAME = "The case’s reference, or the young person’s full name"
_BY_REFERENCE = "The case’s reference"
_HINT_NAME = "Such as 2026-0014, or the name as it stands in the school’s list."
_HINT_REFERENCE = "Such as ASH-2026-0014. Whoever rang you has it."


class ReviewForm(Form):
    """What the school says afterwards of a case that was opened."""

    finding = f.Radios(
        "Was it right to open the case?",
        required="Say whether it was right to open the case",
        choices=list(EMERGENCY_FINDINGS.items()),
    )
    review = f.LongText(
        "In words",
        rows=4,
        maximum=4000,
        required="Say what you found",
        hint="What they told you, whether they saw more than they needed, and what follows.",
    )
