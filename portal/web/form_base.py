"""What every form and every field shares: what may be typed, how it is refused, where errors point.

Nothing that somebody sends may raise: a missing, doubled, huge or senseless value becomes a message
at its field, and what was typed stays on the page. Pictures and files pasted as text are the one
exception: they are taken out, because they may be stored nowhere (`without_files`).
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from flask import request
from flask_wtf import FlaskForm
from jinja2 import ChainableUndefined, Environment, PackageLoader, PrefixLoader
from markupsafe import Markup
from wtforms import Form as PlainForm
from wtforms.fields.core import Field
from wtforms.form import BaseForm
from wtforms.utils import unset_value
from wtforms.validators import StopValidation

_NO_LETTERS = "".join(
    f"{chr(plane * 0x10000 + 0xFFFE)}-{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(17)
)
FORBIDDEN = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef{_NO_LETTERS}]")
"""Control letters, halves of letters, and what Unicode says is never a letter."""
DATA_URI = re.compile(r"data:[^\s,\"'<>]{0,200};base64,[A-Za-z0-9+/=_%-]*", re.IGNORECASE)
# Long lines, and the shorter one with which they end; drafts have the line ends of the browser.
ENCODED_LINES = re.compile(
    r"(?:[A-Za-z0-9+/_=-]{60,}[ \t]*\r?\n?)+(?:[A-Za-z0-9+/_-]+={0,2}[ \t]*(?=\r?\n|$))?"
)
ENCODED_LENGTH = 1000
REMOVED = "[a picture or file was removed here]"
NEVER_KEPT = frozenset(
    {
        "csrf_token",
        "sheet",
        "next",
        "password",
        "new_password",
        "again",
        "code",
        "pin",
        "recovery",
        "passkey",
    }
)
"""Names of what is never kept as a draft: secrets, and what belongs to one sending."""
OLD_PAGE = "This page was opened in another sign-in, or too long ago. Send it once more."
NO_FILES = (
    "Pictures and files are never stored here, not even as text, so it was removed. "
    "Write in words what you were told it is, and where it is held."
)


def without_files(text: str) -> str:
    """Take every encoded picture or file out of a text. Drafts pass through this too."""

    def shortened(found: re.Match[str]) -> str:
        length = sum(1 for letter in found[0] if not letter.isspace())
        return REMOVED if length >= ENCODED_LENGTH else found[0]

    return ENCODED_LINES.sub(shortened, DATA_URI.sub(REMOVED, text))


@cache
def _design_system() -> Environment:
    """Load the design system's macros; they, unlike our templates, need lenient names."""
    packages = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    return Environment(loader=packages, autoescape=True, undefined=ChainableUndefined)


@cache
def _macro(component: str, macro: str) -> Callable[[Mapping[str, Any]], str]:
    page = _design_system().get_template(f"govuk_frontend_jinja/components/{component}/macro.html")
    found: Callable[[Mapping[str, Any]], str] = getattr(page.module, macro)
    return found


class Component:
    """A WTForms widget that draws a field with one of the design system's macros."""

    def __init__(self, component: str, macro: str) -> None:
        self.component, self.macro = component, macro

    def __call__(self, field: Any, **options: Any) -> Markup:
        # the output of the design system’s own template
        return Markup(_macro(self.component, self.macro)(field.params(**options)))  # noqa: S704 # nosec B704


class Asked(Field):
    """A question with a label, an optional hint, and the sentence that is said when it is blank."""

    kind = "control"

    def __init__(
        self,
        label: str = "",
        *,
        hint: str = "",
        required: str | None = None,
        validators: Sequence[Callable[[Any, Any], object]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(label, list(validators), **kwargs)
        self.hint = hint
        self.required = required
        self.focus = False

    @property
    def question(self) -> str:
        return f"“{self.label.text}”"

    @property
    def is_blank(self) -> bool:
        """Whether nothing was said here; a row in which all is blank does not count."""
        return self.data in (None, "", [])

    @property
    def target(self) -> str:
        """The id of the control that a link to this field must focus."""
        return self.id

    @property
    def message(self) -> str:
        """The first of the field's errors, or nothing."""
        return self.errors[0] if self.errors else ""

    def summary(self) -> Iterator[tuple[str, str]]:
        """One (target, message) for the error summary."""
        if self.message:
            yield f"#{self.target}", self.message

    def pre_validate(self, form: BaseForm) -> None:
        if self.process_errors:
            raise StopValidation
        if self.required and self.is_blank:
            raise StopValidation(self.required)

    def one_text(self, values: Sequence[object], *, single_line: bool = True) -> str:
        """Read what was typed, with LF line ends; problems are remembered, never raised."""
        texts = [value for value in values if isinstance(value, str)]
        problems: list[str] = list(self.process_errors)
        if len(values) > 1 or len(texts) != len(values):
            problems.append(f"{self.question} was sent more than once. Answer it once.")
        text = (texts[0] if texts else "").replace("\r\n", "\n")
        if FORBIDDEN.search(text) or (single_line and "\n" in text.strip()):
            problems.append(
                f"Your answer to {self.question} contains a character that cannot be stored. "
                "Delete it, or type the answer again."
            )
            text = FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
        self.process_errors = problems
        return text.strip() if single_line else text

    def refuse_files(self, text: str) -> str:
        """Take pictures and files out of a text; a message says so where there were any."""
        kept = without_files(text)
        if kept != text:
            self.process_errors = [*self.process_errors, NO_FILES]
        return kept

    def refuse_length(self, text: str, maximum: int) -> None:
        if len(text) > maximum:
            problem = (
                f"Shorten your answer to {self.question} to {maximum:,} characters; "
                f"you have written {len(text):,}"
            )
            self.process_errors = [*self.process_errors, problem]

    def around(self, size: str, *, legend: bool) -> dict[str, Any]:
        """Give label or legend, hint and error message as the design system's macros want them."""
        parts: dict[str, Any] = {"idPrefix" if legend else "id": self.id, "name": self.name}
        part = "fieldset__legend" if legend else "label"
        text = {"text": self.label.text, "classes": f"govuk-{part}--{size}" if size else ""}
        if legend:
            parts["fieldset"] = {"legend": text}
        else:
            parts["label"] = text
        if self.hint:
            parts["hint"] = {"text": self.hint}
        if self.message:
            parts["errorMessage"] = {"text": self.message}
        return parts

    def attributes(self, **more: Any) -> dict[str, Any]:
        return {**({"autofocus": True} if self.focus else {}), **more}


class Hidden(Asked):
    """A value the page carries along: a form sheet's id, a version, a row's id."""

    kind = "hidden"

    def __init__(self, label: str = "", *, maximum: int = 200, **kwargs: Any) -> None:
        super().__init__(label or "Hidden value", **kwargs)
        self.maximum = maximum

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = self.one_text(valuelist)
        if self.process_errors or len(self.data) > self.maximum:
            self.process_errors = [
                "Part of this page was changed on the way. Open the page again from the menu."
            ]
            self.data = ""

    @property
    def value(self) -> str:
        return "" if self.data is None else str(self.data)

    def summary(self) -> Iterator[tuple[str, str]]:
        if self.message:
            yield "", self.message


@dataclass(frozen=True)
class RowAction:
    """A button inside the form that changes the form rather than submitting it."""

    verb: str  # add, remove or find
    rows: str  # the name of the Rows field
    index: int | None = None


def _summary(form: BaseForm) -> Iterator[tuple[str, str]]:
    for message in form.form_errors:
        yield "", message
    for field in form:
        if isinstance(field, Asked):
            yield from field.summary()
        elif field.errors:  # the token of the sign-in, which has no box of its own
            yield "", OLD_PAGE


def summary_of(form: BaseForm) -> list[tuple[str, str]]:
    """Every message of a form with where its link goes; an empty address has nowhere to go."""
    return list(_summary(form))


class Row(PlainForm):
    """Base of a repeated sub-form: what one entry of a `Rows` field asks."""

    def questions(self) -> list[Asked]:
        return [f for f in self if isinstance(f, Asked)]

    @property
    def is_blank(self) -> bool:
        """Nothing was said: every answer is empty, or still what the row began with."""
        return all(f.is_blank or _untouched(f) for f in self.questions())


def _untouched(field: Asked) -> bool:
    if field.default is None or field.process_errors:
        return False
    default = field.default() if callable(field.default) else field.default
    return bool(field.data == default or str(field.data) == str(default))


class Form(FlaskForm):  # type: ignore[misc]  # the parent is untyped
    """Base of every form: reads the body only, and knows the sheet and version it started from."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # the parent is untyped
        def wrap_formdata(self, form: BaseForm, formdata: Any) -> Any:
            """Read `request.form` only: a file that somebody attaches is never looked at."""
            if formdata is None or hasattr(formdata, "getlist"):
                return formdata
            return request.form if form.is_submitted() else None  # type: ignore[attr-defined]

    left_at: datetime | None = None  # when this form was left unfinished, if it was

    sheet = Hidden("Form sheet", maximum=36)
    version = Hidden("Version", maximum=12)

    @property
    def sheet_id(self) -> UUID | None:
        """The form sheet this was typed into, where one is named."""
        try:
            return UUID(self.sheet.data or "")
        except (ValueError, AttributeError, TypeError):
            return None

    @property
    def version_number(self) -> int | None:
        """The version of the record this form started from, where one is named."""
        text = str(self.version.data or "")
        return int(text) if re.fullmatch("[0-9]{1,9}", text) else None

    def summary(self) -> list[tuple[str, str]]:
        """(href, message) for each error, in the order of the page; href "" has no control."""
        return summary_of(self)

    def row_action(self, formdata: Any = None) -> RowAction | None:
        """Do what an add, remove or find button asks; None means that the form was submitted."""
        sent = request.form if formdata is None else formdata
        for field in self:
            if getattr(field, "kind", "") == "rows":
                action: RowAction | None = field.act(sent)
                if action:
                    return action
        return None


__all__ = [
    "Asked",
    "Component",
    "Form",
    "Hidden",
    "Row",
    "RowAction",
    "summary_of",
    "unset_value",
    "without_files",
]


class ActForm(Form):
    """A button and nothing to fill in."""
