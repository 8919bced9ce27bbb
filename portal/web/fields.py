"""The questions a form can ask, drawn with the design system's own controls.

Each field takes `label`, `hint` and `required` (the sentence said when it is blank, or None) and
gives `params()` for the macros. `templates/components/field.html` draws all of them.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from markupsafe import Markup
from wtforms import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.form import BaseForm
from wtforms.validators import StopValidation

from portal import clock
from portal.web.form_base import Asked, Component, Hidden, Row, RowAction, summary_of, unset_value

__all__ = [
    "Checkboxes",
    "Chosen",
    "Day",
    "Happened",
    "Hidden",
    "Line",
    "LongText",
    "Number",
    "Radios",
    "Row",
    "Rows",
    "Secret",
    "Select",
    "Tick",
    "TimeOfDay",
    "YesNo",
    "YesNoNotKnown",
]

YES, NO, NOT_KNOWN = "yes", "no", "not_known"
EARLIEST, LATEST = date(1900, 1, 1), date(2100, 12, 31)
MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
TIME = re.compile(r"([0-9]{1,2})(?:[:.]?([0-9]{2}))?\s*([ap]\.?m\.?)?", re.IGNORECASE)


class Line(Asked):
    """One line of text, with spaces at its ends removed. Browsers do not offer earlier answers."""

    widget = Component("input", "govukInput")

    def __init__(
        self,
        label: str = "",
        *,
        maximum: int = 200,
        width: int = 0,
        input_type: str = "text",
        inputmode: str = "",
        autocomplete: str = "off",
        **kwargs: Any,
    ) -> None:
        super().__init__(label, **kwargs)
        self.maximum, self.width = maximum, width
        self.input_type, self.inputmode, self.autocomplete = input_type, inputmode, autocomplete

    def process_data(self, value: Any) -> None:
        self.data = "" if value is None else value

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = self.refuse_files(self.one_text(valuelist))
        self.refuse_length(text, self.maximum)
        self.data = text

    @property
    def typed(self) -> str:
        """What the box shows."""
        return "" if self.data is None else str(self.data)

    def params(self, size: str = "s") -> dict[str, Any]:
        more: dict[str, Any] = {"spellcheck": False} if self.input_type != "text" else {}
        if self.inputmode:
            more["inputmode"] = self.inputmode
        return {
            **self.around(size, legend=False),
            **more,
            "value": self.typed,
            "type": self.input_type,
            "autocomplete": self.autocomplete,
            "classes": f"govuk-input--width-{self.width}" if self.width else "",
            "attributes": self.attributes(),
        }


class LongText(Asked):
    """A longer answer, kept exactly as typed."""

    widget = Component("textarea", "govukTextarea")

    def __init__(
        self, label: str = "", *, rows: int = 5, maximum: int = 20_000, **kwargs: Any
    ) -> None:
        super().__init__(label, **kwargs)
        self.rows, self.maximum = rows, maximum

    def process_data(self, value: Any) -> None:
        self.data = "" if value is None else value

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = self.refuse_files(self.one_text(valuelist, single_line=False))
        self.refuse_length(text, self.maximum)
        self.data = text

    @property
    def is_blank(self) -> bool:
        return not str(self.data or "").strip()

    def params(self, size: str = "s") -> dict[str, Any]:
        text = str(self.data or "")
        return {
            **self.around(size, legend=False),
            # a browser drops the first line end inside a text area
            "value": f"\n{text}" if text.startswith("\n") else text,
            "rows": self.rows,
            "autocomplete": "off",
            "attributes": self.attributes(),
        }


class Secret(Asked):
    """A password or PIN: kept exactly as typed, and never sent back to the page."""

    widget = Component("password-input", "govukPasswordInput")

    def __init__(
        self,
        label: str = "",
        *,
        autocomplete: str = "current-password",
        maximum: int = 1000,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, **kwargs)
        self.autocomplete, self.maximum = autocomplete, maximum

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = self.one_text(valuelist, single_line=False)
        self.refuse_length(self.data, self.maximum)

    def params(self, size: str = "s") -> dict[str, Any]:
        return {
            **self.around(size, legend=False),
            "autocomplete": self.autocomplete,
            "attributes": self.attributes(),
        }


class Number(Line):
    """A whole number."""

    def __init__(
        self,
        label: str = "",
        *,
        minimum: int = 0,
        maximum: int = 1_000_000,
        width: int = 5,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, width=width, inputmode="numeric", **kwargs)
        self.lowest, self.highest = minimum, maximum
        self.shown = ""

    def process_data(self, value: Any) -> None:
        self.data = value
        self.shown = "" if value is None else str(value)

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        self.shown = text = self.one_text(valuelist)[:50]
        digits = text.replace(",", "").replace(" ", "")
        if self.process_errors or not text:
            return
        if not re.fullmatch("-?[0-9]{1,12}", digits):
            raise ValueError(f"Answer {self.question} with a whole number, such as 12")
        if not self.lowest <= int(digits) <= self.highest:
            raise ValueError(
                f"Answer {self.question} with a number from {self.lowest:,} to {self.highest:,}"
            )
        self.data = int(digits)

    @property
    def typed(self) -> str:
        return self.shown


@dataclass(frozen=True)
class Option:
    """One answer to choose; `value` may be a member of a StrEnum or a UUID and comes back as it."""

    value: Any
    label: str
    hint: str = ""


Choices = Iterable[tuple[Any, str] | tuple[Any, str, str] | SelectChoice | Option]


def _options(choices: Choices) -> list[Option]:
    found = []
    for choice in choices:
        if isinstance(choice, Option):
            found.append(choice)
        elif isinstance(choice, SelectChoice):
            found.append(Option(choice.value, choice.label))
        else:
            found.append(Option(*choice))
    return found


class Chosen(Asked):
    """Answers offered in a list; `choices` may be set after the form was made."""

    def __init__(
        self, label: str = "", *, choices: Choices | Callable[[], Choices] = (), **kwargs: Any
    ) -> None:
        super().__init__(label, **kwargs)
        self.choices = choices() if callable(choices) else choices

    @property
    def choices(self) -> list[Option]:
        return self._choices

    @choices.setter
    def choices(self, choices: Choices) -> None:
        self._choices = _options(choices)

    def match(self, sent: object) -> Any:
        """Find the offered value that was sent; refuse what was not on offer."""
        for option in self.choices:
            if str(option.value) == str(sent):
                return option.value
        raise StopValidation(f"Choose one of the answers to {self.question}")

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = self.one_text(valuelist) or None

    def pre_validate(self, form: BaseForm) -> None:
        super().pre_validate(form)
        if self.data is not None:
            self.data = self.match(self.data)

    def is_chosen(self, option: Option) -> bool:
        return self.data is not None and str(option.value) == str(self.data)

    def items(self) -> list[dict[str, Any]]:
        return [
            {
                "value": str(option.value),
                # a label that holds what a person wrote comes as markup, with that part isolated
                "html" if isinstance(option.label, Markup) else "text": option.label,
                "checked": self.is_chosen(option),
                **({"hint": {"text": option.hint}} if option.hint else {}),
            }
            for option in self.choices
        ]


class Radios(Chosen):
    """One answer out of a few."""

    widget = Component("radios", "govukRadios")

    def __init__(self, label: str = "", *, inline: bool = False, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.inline = inline

    def params(self, size: str = "s") -> dict[str, Any]:
        return {
            **self.around(size, legend=True),
            "items": self.items(),
            "classes": "govuk-radios--inline" if self.inline else "",
        }


class YesNo(Radios):
    """Yes or no, side by side."""

    def __init__(self, label: str = "", **kwargs: Any) -> None:
        super().__init__(label, choices=[(YES, "Yes"), (NO, "No")], inline=True, **kwargs)


class YesNoNotKnown(Radios):
    """Yes, no, or the honest third answer."""

    def __init__(self, label: str = "", **kwargs: Any) -> None:
        third = (NOT_KNOWN, "Not yet known")
        super().__init__(label, choices=[(YES, "Yes"), (NO, "No"), third], inline=True, **kwargs)


class Checkboxes(Chosen):
    """Any number of answers; the data is a list in the order offered."""

    widget = Component("checkboxes", "govukCheckboxes")

    def process_data(self, value: Any) -> None:
        self.data = list(value or [])

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = [value for value in valuelist if isinstance(value, str)]

    def pre_validate(self, form: BaseForm) -> None:
        Asked.pre_validate(self, form)
        chosen = {str(self.match(value)) for value in self.data}
        self.data = [o.value for o in self.choices if str(o.value) in chosen]

    def is_chosen(self, option: Option) -> bool:
        return str(option.value) in {str(value) for value in self.data}

    def params(self, size: str = "s") -> dict[str, Any]:
        return {**self.around(size, legend=True), "items": self.items()}


class Tick(Asked):
    """One statement that is true or not."""

    widget = Component("checkboxes", "govukCheckboxes")

    @property
    def is_blank(self) -> bool:
        return not self.data

    def process_data(self, value: Any) -> None:
        self.data = bool(value)

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = YES in valuelist

    def params(self, size: str = "s") -> dict[str, Any]:  # a tick has no legend
        parts = self.around("", legend=True)
        del parts["fieldset"]
        parts.pop("hint", None)
        item: dict[str, Any] = {"value": YES, "text": self.label.text, "checked": bool(self.data)}
        if self.hint:
            item["hint"] = {"text": self.hint}
        return {**parts, "items": [item]}


class Select(Chosen):
    """One answer out of many, in a drop-down list that begins with no answer."""

    widget = Component("select", "govukSelect")

    def __init__(self, label: str = "", *, blank: str = "Choose", **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.blank = blank

    def params(self, size: str = "s") -> dict[str, Any]:
        first = [{"value": "", "text": self.blank}]
        items = [
            {"value": str(o.value), "text": o.label, "selected": self.is_chosen(o)}
            for o in self.choices
        ]
        parts = self.around(size, legend=False)
        return {**parts, "items": first + items, "attributes": self.attributes()}


@dataclass
class Box:
    """One of the three boxes of a date."""

    part: str
    typed: str = ""
    is_wrong: bool = False


class Day(Asked):
    """A date in three boxes: `x-day`, `x-month` (a number or a name) and `x-year`."""

    widget = Component("date-input", "govukDateInput")

    def __init__(
        self, label: str = "", *, not_future: bool = False, not_past: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(label, **kwargs)
        self.not_future, self.not_past = not_future, not_past
        self.boxes = [Box("day"), Box("month"), Box("year")]

    def process(
        self, formdata: Any, data: Any = unset_value, extra_filters: Sequence[Any] | None = None
    ) -> None:
        super().process(None, data, extra_filters)
        if formdata is not None:
            self.raw_data = []
            self.data = None
            for box in self.boxes:
                box.typed = self.one_text(formdata.getlist(f"{self.name}-{box.part}"))[:20]
            if not self.process_errors:
                self.read()

    def process_data(self, value: Any) -> None:
        self.data = value
        parts = (value.day, value.month, value.year) if value else ("", "", "")
        for box, part in zip(self.boxes, parts, strict=True):
            box.typed = str(part)

    def read(self) -> None:
        """Turn the three boxes into a date, or say which of them is wrong and why."""
        missing = [box for box in self.boxes if not box.typed]
        if len(missing) == 3:
            return None
        if missing:
            words = " and ".join(f"a {box.part}" for box in missing)
            return self.wrong(f"{self.question} must include {words}", *missing)
        day, month, year = (box.typed for box in self.boxes)
        if not re.fullmatch("[0-9]{4}", year):
            return self.wrong("Enter the year with all four figures, such as 2026", self.boxes[2])
        number = _month(month)
        if number is None:
            return self.wrong("Enter the month as a number or a name, such as 11", self.boxes[1])
        try:
            found = date(int(year), number, int(day) if re.fullmatch("[0-9]{1,2}", day) else 0)
        except ValueError:
            problem = f"{self.question} must be a real date, such as 18 11 2026"
            wrong = self.boxes[:1] if year != "0000" else self.boxes[2:]
            return self.wrong(problem, *wrong)
        self.data = found
        return None

    def wrong(self, problem: str, *boxes: Box) -> None:
        for box in boxes or self.boxes:
            box.is_wrong = True
        self.process_errors = [*self.process_errors, problem]

    def pre_validate(self, form: BaseForm) -> None:
        super().pre_validate(form)
        if self.data is None:
            return
        today = clock.today()
        if not EARLIEST <= self.data <= LATEST:
            self.boxes[2].is_wrong = True
            raise StopValidation(f"{self.question} must be between 1900 and 2100")
        if self.not_future and self.data > today:
            raise StopValidation(f"{self.question} cannot be in the future")
        if self.not_past and self.data < today:
            raise StopValidation(f"{self.question} cannot be in the past")

    @property
    def is_blank(self) -> bool:
        return self.data is None and not any(box.typed for box in self.boxes)

    @property
    def target(self) -> str:
        wrong = [box for box in self.boxes if box.is_wrong] or self.boxes
        return f"{self.id}-{wrong[0].part}"

    def params(self, size: str = "s") -> dict[str, Any]:
        parts = self.around(size, legend=True)
        parts["id"] = parts.pop("idPrefix")
        parts["namePrefix"] = parts.pop("name")
        return {**parts, "items": self.items()}

    def items(self) -> list[dict[str, Any]]:
        none_wrong = not any(box.is_wrong for box in self.boxes)
        return [
            {
                "name": box.part,
                "value": box.typed,
                "inputmode": "text" if box.part == "month" else "numeric",
                "autocomplete": "off",
                "attributes": self.attributes() if box.part == "day" else {},
                "classes": f"govuk-input--width-{4 if box.part == 'year' else 2}"
                + (" govuk-input--error" if self.message and (box.is_wrong or none_wrong) else ""),
            }
            for box in self.boxes
        ]


def _month(text: str) -> int | None:
    if re.fullmatch("0?[1-9]|1[0-2]", text):
        return int(text)
    name = text.lower().rstrip(".")
    found = [i for i, month in enumerate(MONTHS, 1) if len(name) > 2 and month.startswith(name)]
    return 9 if name == "sept" else found[0] if found else None


class TimeOfDay(Line):
    """A time as people write it: 14:05, 14.05, 1405 or 2:05pm."""

    def __init__(self, label: str = "", **kwargs: Any) -> None:
        super().__init__(label, width=5, **kwargs)
        self.shown = ""

    def process_data(self, value: Any) -> None:
        self.data = value
        self.shown = f"{value:%H:%M}" if value else ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        self.shown = self.one_text(valuelist)[:50]
        if self.shown and not self.process_errors:
            self.data = read_time(self.shown)
            if self.data is None:
                raise ValueError("Enter the time like 14:05 or 2:05pm")

    @property
    def typed(self) -> str:
        return self.shown

    @property
    def is_blank(self) -> bool:
        return not self.shown


def read_time(text: str) -> time | None:
    """Read a time of day out of what somebody typed, where it can mean only one thing."""
    found = TIME.fullmatch(text)
    if found is None or not (found[2] or found[3]):
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


class Happened(Asked):
    """When something happened: a day, a time if known, and whether that is only approximate."""

    kind = "happened"

    def __init__(
        self,
        label: str = "",
        *,
        time_label: str = "Time, if known",
        about_label: str = "This is only approximate",
        **kwargs: Any,
    ) -> None:
        super().__init__(label, **kwargs)
        self.day = self.part(Day, label, self.name, not_future=True)
        hint = "For example 14:05 or 2:05pm"
        self.time = self.part(TimeOfDay, time_label, f"{self.name}-time", hint=hint)
        self.about = self.part(Tick, about_label, f"{self.name}-about")

    def part(self, field: type[Any], label: str, name: str, **kwargs: Any) -> Any:
        kwargs |= {"name": name, "_form": self._form, "_meta": self.meta}  # type: ignore[attr-defined]
        return field(label, _translations=self._translations, **kwargs)  # type: ignore[attr-defined]

    def process(
        self, formdata: Any, data: Any = unset_value, extra_filters: Sequence[Any] | None = None
    ) -> None:
        super().process(None, data, extra_filters)
        value = self.data
        self.day.process(formdata, value.on if value else None)
        self.time.process(formdata, value.at if value else None)
        self.about.process(formdata, value.about if value else False)
        if formdata is not None:
            self.raw_data = []
            self.data = self.read()

    def read(self) -> clock.Happened | None:
        if self.day.data is None:
            return None
        return clock.Happened(self.day.data, self.time.data, self.about.data)

    @property
    def is_blank(self) -> bool:
        return bool(self.day.is_blank and self.time.is_blank)

    def pre_validate(self, form: BaseForm) -> None:
        super().pre_validate(form)
        if not self.day.validate(form):
            raise StopValidation(self.day.message)
        if not self.time.validate(form):
            raise StopValidation(self.time.message)
        if self.day.data is None and not self.time.is_blank:
            raise StopValidation(f"{self.question} must include a day as well as a time")
        if self.data and self.data.at and _is_future(self.data):
            self.time.errors = [f"{self.question} cannot be in the future"]
            raise StopValidation(self.time.message)

    @property
    def target(self) -> str:
        wrong_time = bool(self.time.errors)
        return str(self.time.target if wrong_time else self.day.target)

    def params(self, size: str = "s") -> dict[str, Any]:
        """Give what `field.html` draws around the three parts, and the day's three boxes."""
        day_wrong = bool(self.message) and not self.time.errors
        boxes = self.day.items()
        for box in boxes:
            name = box["name"]
            wrong = day_wrong and (
                f"{self.id}-{name}" == self.target or not any(b.is_wrong for b in self.day.boxes)
            )
            box["id"] = f"{self.id}-{name}"
            box["is_wrong"] = wrong or "govuk-input--error" in box["classes"]
            box["width"] = 4 if name == "year" else 2
        boxes[0]["autofocus"] = self.focus
        return {"size": size, "boxes": boxes, "message": self.message if day_wrong else ""}


def _is_future(happened: clock.Happened) -> bool:
    moment = happened.moment
    return moment > clock.now()


class Rows(Asked):
    """A list of entries, each a small form of its own, that grows and shrinks on the server.

    The data is a list with one dict for each entry that is not blank. `minimum` says how many
    entries must be there; one empty entry is always shown.
    """

    kind = "rows"

    def __init__(
        self,
        row: type[Row],
        label: str = "",
        *,
        minimum: int = 0,
        maximum: int = 20,
        noun: str = "person",
        find: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(label, **kwargs)
        self.row, self.minimum, self.maximum = row, minimum, maximum
        self.noun, self.find = noun, find
        self.entries: list[Row] = []
        self.own_errors: list[str] = []
        self.focus_add = False

    def process(
        self, formdata: Any, data: Any = unset_value, extra_filters: Sequence[Any] | None = None
    ) -> None:
        super().process(None, data, extra_filters)
        self.formdata = formdata
        given = list(self.data or []) if formdata is None else []
        self.entries = [self.entry(i, None, value) for i, value in enumerate(given)]
        if formdata is not None:
            self.raw_data = []
            sent = self.sent(formdata)
            if len(sent) > self.maximum:
                self.process_errors = [f"Give no more than {self.maximum} here"]
            # entries are numbered anew, so that what is shown has no gaps
            kept = sent[: self.maximum]
            self.entries = [self.moved(new, old, formdata) for new, old in enumerate(kept)]
        self.fill()

    def sent(self, formdata: Any) -> list[str]:
        """List the numbers of the entries that were sent, in order, as they were written."""
        pattern = re.compile(re.escape(self.name) + "-(0|[1-9][0-9]{0,5})-")
        found = {match[1] for key in formdata if (match := pattern.match(str(key)))}
        return sorted(found, key=int)

    def entry(self, index: int, formdata: Any, value: Any = None) -> Row:
        given = value if isinstance(value, dict) else {}
        thing = value if value is not None and not isinstance(value, dict) else None
        return self.row(formdata, obj=thing, data=given, prefix=f"{self.name}-{index}-")

    def moved(self, new: int, old: str, formdata: Any) -> Row:
        if str(new) == old:
            return self.entry(new, formdata)
        return self.entry(new, _Renamed(formdata, f"{self.name}-{new}-", f"{self.name}-{old}-"))

    def fill(self) -> None:
        while len(self.entries) < max(self.minimum, 1):
            self.entries.append(self.entry(len(self.entries), None))

    def act(self, formdata: Any) -> RowAction | None:
        """Add, remove or look up, where one of this field's buttons was pressed."""
        if f"add-{self.name}" in formdata:
            return self.add()
        for verb in ("remove", "find"):
            for position, index in enumerate(self.sent(formdata)[: self.maximum]):
                if f"{verb}-{self.name}-{index}" in formdata:
                    if verb == "remove":
                        self.remove(position)
                    return RowAction(verb, self.name, position)
        return None

    def add(self) -> RowAction:
        if len(self.entries) < self.maximum:
            self.entries.append(self.entry(len(self.entries), None))
        _focus(self.entries[-1])
        return RowAction("add", self.name, len(self.entries) - 1)

    def remove(self, position: int) -> None:
        left = [i for i in range(len(self.sent(self.formdata)[: self.maximum])) if i != position]
        numbers = self.sent(self.formdata)
        self.entries = [
            self.moved(new, numbers[old], self.formdata) for new, old in enumerate(left)
        ]
        self.fill()
        self.focus_add = True

    @property
    def filled(self) -> list[Row]:
        return [entry for entry in self.entries if not entry.is_blank]

    @property
    def is_blank(self) -> bool:
        return not self.filled

    @property
    def can_add(self) -> bool:
        return len(self.entries) < self.maximum

    def validate(self, form: BaseForm, extra_validators: Any = ()) -> bool:
        self.data = [_answers(entry) for entry in self.filled]
        super().validate(form, extra_validators)
        self.own_errors = list(self.errors)
        rows_stand = [entry.validate() for entry in self.filled]
        self.data = [_answers(entry) for entry in self.filled]
        inside = [text for entry in self.filled for _, text in summary_of(entry)]
        self.errors = [*self.own_errors, *inside]
        return all(rows_stand) and not self.own_errors

    def pre_validate(self, form: BaseForm) -> None:
        super().pre_validate(form)
        if len(self.filled) < self.minimum:
            raise StopValidation(f"Add at least {self.minimum}: {self.question}")

    @property
    def message(self) -> str:
        return self.own_errors[0] if self.own_errors else ""

    @property
    def target(self) -> str:
        questions = [q for q in self.entries[0].questions() if q.kind != "hidden"]
        return questions[0].target if questions else f"add-{self.id}"

    def summary(self) -> Iterator[tuple[str, str]]:
        yield from super().summary()
        for number, entry in enumerate(self.entries, 1):
            for href, text in summary_of(entry):
                lead = f"{self.noun.capitalize()} {number}: " if len(self.entries) > 1 else ""
                yield href, f"{lead}{text}"

    def params(self, size: str = "m") -> dict[str, Any]:
        return {"legend": self.label.text, "hint": self.hint, "size": size}


class _Renamed:
    """Sent values under the names of another entry: entry 3 read as entry 1 after a removal."""

    def __init__(self, formdata: Any, new: str, old: str) -> None:
        self.formdata, self.new, self.old = formdata, new, old

    def _name(self, key: str) -> str:
        return self.old + key[len(self.new) :]

    def getlist(self, key: str) -> list[Any]:
        found: list[Any] = self.formdata.getlist(self._name(key))
        return found

    def __contains__(self, key: str) -> bool:
        return self._name(key) in self.formdata

    def __iter__(self) -> Iterator[str]:
        for key in self.formdata:
            if key.startswith(self.old):
                yield self.new + key[len(self.old) :]

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _answers(entry: Row) -> dict[str, Any]:
    return dict(entry.data)


def _focus(entry: Row) -> None:
    for question in entry.questions():
        if question.kind != "hidden":
            question.focus = True
            return
