"""What the pages about people in a case, what it is about and who can see it ask."""

from typing import Any

from portal.cases.models import Case, Involved
from portal.cases.service import Told
from portal.guidance.catalogue import behaviour_types, vocabulary
from portal.people.forms import PersonForm
from portal.web.fields import Checkboxes, Line, LongText, Radios, YesNoNotKnown
from portal.web.form_base import Form

WORDS = ("words_for_self", "note")
BY_HAND = ("types", "overlaps", "hate_elements", "danger")


def reason_line() -> Line:
    """Why something is changed; the same question everywhere."""
    return Line(
        "Why are you changing this?",
        required="Say why you are changing this",
        hint="A few words. What stood here before stays readable.",
    )


class PartForm(Form):
    """Somebody’s part in this case."""

    parts = Checkboxes(
        "Their part in this case",
        required="Say what part they have, even if it is only “involved in another way”",
        choices=lambda: vocabulary("parts").choices,
        hint="Somebody can have more than one. A part belongs to this case, not to the person.",
    )
    how_sure = Radios(
        "How sure is that?",
        required="Say how sure it is; until somebody finds out more it is “said”",
        choices=lambda: [(one.code, one.label, one.help) for one in vocabulary("how_sure")],
    )
    words_for_self = Line(
        "The words they use for themselves in this",
        hint="Such as “the one it happened to”. Nobody has to use our words.",
    )
    note = LongText("What else matters about their part", rows=3)

    @property
    def words(self) -> dict[str, str]:
        return {name: self[name].data for name in WORDS}


class NewPersonForm(PartForm, PersonForm):
    """Somebody who is in no list yet, with their part."""

    also = ("parts", "how_sure", *WORDS)


class UnknownForm(PartForm):
    """Somebody of whom no name is known yet."""

    description = LongText(
        "What is known of them",
        rows=3,
        required="Say what is known of them, such as “a boy in year 10 with a red bag”",
        hint="Such as “the owner of the account”, “two girls from another school”.",
    )

    @property
    def words(self) -> dict[str, str]:
        return {**super().words, "description": self.description.data}


class ChangePartForm(UnknownForm):
    reason = reason_line()

    def for_somebody(self, involved: Involved) -> None:
        if involved.is_known:
            del self["description"]

    @property
    def changes(self) -> dict[str, Any]:
        known = [name for name in ("description", *WORDS, "parts", "how_sure") if name in self]
        return {name: self[name].data for name in known}


class PlainForm(Form):
    """Asks nothing: a button that does one thing."""


class ReasonForm(Form):
    reason = LongText("Reason", rows=3, maximum=2000, required="Give the reason")


class StepForm(Form):
    reason = LongText(
        "Why is this step not needed?",
        rows=3,
        maximum=2000,
        required="Say why this step is not needed here",
    )


class StepAgainForm(Form):
    reason = LongText(
        "Why is this step needed after all?",
        rows=3,
        maximum=2000,
        required="Say why this step is needed after all",
    )


class _AboutForm(Form):
    types = Checkboxes(
        "What kind of harm is it?",
        choices=lambda: [(one.code, one.label, one.help) for one in behaviour_types()],
        hint="None of them is an answer too: an image made and shared by agreement, for instance.",
    )
    overlaps = Checkboxes(
        "What else is mixed up with it?",
        choices=lambda: [(one.code, one.label, one.help) for one in vocabulary("overlaps")],
    )
    hate_elements = Checkboxes(
        "Was somebody singled out for what they are?",
        choices=lambda: vocabulary("hate_elements").choices,
    )
    danger = YesNoNotKnown(
        "Is anyone in danger now?", required="Say whether anyone is in danger now"
    )
    reason = reason_line()

    @property
    def behaviours(self) -> list[Checkboxes]:
        """The questions about single behaviours, one for each type."""
        return [self[name] for name in self._fields if name.startswith("behaviours_")]

    def told(self, case: Case) -> Told:
        """What the case is about now; codes that are no longer offered are kept as they are."""
        ticked = [code for field in self.behaviours for code in field.data]
        kept = [code for code in case.behaviours if code not in vocabulary("behaviours")]
        types = [
            one.code
            for one in behaviour_types()
            if one.code in self.types.data or any(each.code in ticked for each in one.behaviours)
        ]
        return Told(
            types=types,
            behaviours=[*ticked, *kept],
            overlaps=self.overlaps.data,
            hate_elements=self.hate_elements.data,
            danger=self.danger.data,
            told_on=case.told_on,
        )


def about_form() -> type[_AboutForm]:
    """The form for what a case is about, with the behaviours as the data files group them."""
    grouped = {one.code: (one.label, one.behaviours) for one in behaviour_types()}
    single = [code for _label, each in grouped.values() for code in (b.code for b in each)]
    others = tuple(one for one in vocabulary("behaviours") if one.code not in single)
    if others:
        grouped["other"] = ("None of these kinds", others)
    fields = {
        f"behaviours_{code}": Checkboxes(label, choices=[(b.code, b.label) for b in each])
        for code, (label, each) in grouped.items()
    }
    return type("AboutForm", (_AboutForm,), fields)


def about_data(case: Case) -> dict[str, Any]:
    """What that form begins with."""
    begun: dict[str, Any] = {name: getattr(case, name) for name in BY_HAND}
    names = [one.code for one in behaviour_types()]
    for code in [*names, "other"]:
        begun[f"behaviours_{code}"] = list(case.behaviours)
    return begun


def about_words(case: Case) -> dict[str, str]:
    """What the case is about now, as its fields are read."""
    said = {
        "types": _labels("behaviour_types", case.types),
        "overlaps": _labels("overlaps", case.overlaps),
        "hate_elements": _labels("hate_elements", case.hate_elements),
        "danger": vocabulary("answers").label(case.danger),
    }
    for one in behaviour_types():
        there = [each.code for each in one.behaviours if each.code in case.behaviours]
        said[f"behaviours_{one.code}"] = _labels("behaviours", there)
    return said


def part_words(involved: Involved) -> dict[str, str]:
    """Somebody’s part as it stands, as the fields are read."""
    return {
        "parts": _labels("parts", involved.parts),
        "how_sure": vocabulary("how_sure").label(involved.how_sure),
        **{name: getattr(involved, name) for name in ("description", *WORDS)},
    }


def _labels(name: str, codes: list[str]) -> str:
    return "\n".join(vocabulary(name).label(code) for code in codes)
