"""The form of one question: opened with what was written before, and read for what it gives."""

from collections.abc import Iterable, Iterator
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from portal.handover.paper import Pairs, Paper
from portal.handover.questionnaire import Answers, Question, Questionnaire
from portal.web import sheets
from portal.web.fields import Checkboxes, Chosen, Rows, Tick
from portal.web.form_base import NEVER_KEPT, Asked, Form, without_files

_NOT_WORDS = NEVER_KEPT | {"version", "sheet_address", "go"}
_CARRIED = frozenset({"sheet", "version"})


def sent_pairs() -> Pairs:
    """What stands in the page, as it was sent; a button that changes the form is among it."""
    return [
        [name, without_files(value)]
        for name, value in request.form.items(multi=True)
        if name not in _NOT_WORDS and "\x00" not in value
    ]


def opened(question: Question, paper: Paper) -> Form:
    """The form of a question as the student left it, or with the answer given before."""
    pairs = paper.typed.get(question.code)
    if pairs is None:
        form = question.form(formdata=None, data=paper.answers.get(question.code))
    else:
        form = _of_pairs(question, pairs)
    return fresh(form, question.code, paper)


def fresh(form: Form, code: str, paper: Paper) -> Form:
    """Let a form begin at what is saved now: it may be saved over that, and over nothing later."""
    form.sheet.data = str(sheets.new_id())
    form.version.data = str(paper.count(code))
    return form


def given(form: Form) -> dict[str, Any]:
    """What a form gives, by the names of its fields, fit for JSON."""
    return {one.name: one.data for one in _asked(form) if one.name not in _CARRIED}


def said_so_far(of: Questionnaire, settings: Answers, paper: Paper) -> dict[str, Any]:
    """Every answer, with what was typed into a page and never sent: no word is left behind."""
    answers = dict(paper.answers)
    for question in of.questions(settings, paper.answers):
        if question.code in paper.typed:
            answers[question.code] = _unsent(question, paper.typed[question.code])
    return answers


def lines(question: Question, pairs: Pairs) -> list[tuple[str, str]]:
    """What was typed into a form, as (label, text)."""
    return list(_lines(_asked(_of_pairs(question, pairs))))


def lines_of(form: Form) -> list[tuple[str, str]]:
    return list(_lines(_asked(form)))


def _of_pairs(question: Question, pairs: Pairs) -> Form:
    typed = MultiDict([(name, value) for name, value in pairs])
    form = question.form(formdata=typed, meta={"csrf": False})
    form.row_action(typed)
    return form


def _unsent(question: Question, pairs: Pairs) -> dict[str, Any]:
    form = _of_pairs(question, pairs)
    form.validate()
    for one in _asked(form):
        _drop_unoffered(one)
    return given(form)


def _drop_unoffered(field: Asked) -> None:
    """An answer that was not on offer is none; words stand, whatever is wrong with them."""
    if isinstance(field, Rows):
        for entry in field.filled:
            for one in entry.questions():
                _drop_unoffered(one)
        field.data = [dict(entry.data) for entry in field.filled]
    elif isinstance(field, Chosen) and field.errors:
        field.data = [] if isinstance(field, Checkboxes) else None


def _asked(form: Form) -> list[Asked]:
    return [one for one in form if isinstance(one, Asked)]


def _lines(fields: Iterable[Asked]) -> Iterator[tuple[str, str]]:
    for one in fields:
        if one.kind == "hidden" or one.is_blank:
            continue
        if isinstance(one, Rows):
            for entry in one.filled:
                yield from _lines(entry.questions())
        elif isinstance(one, Chosen):
            chosen = [str(option.label) for option in one.choices if one.is_chosen(option)]
            yield str(one.label.text), "\n".join(chosen)
        else:
            yield str(one.label.text), "Yes" if isinstance(one, Tick) else str(one.data)
