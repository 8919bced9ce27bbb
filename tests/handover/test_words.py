"""What a student reads can be read by a ten-year-old, and says nothing in the trade’s own words.

Each page of hand-over is read as it is served, and each question of every form that can be handed
over: its title, its lead, labels, hints and messages.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import textstat
from flask import Flask

from portal.handover.questionnaire import Question, Questionnaire, registered
from portal.web.fields import Chosen, Rows
from portal.web.form_base import Asked
from tests.factories import PASSWORD
from tests.handover import trial
from tests.page import Browser

HARDEST = 6.0
JARGON = re.compile(
    r"\b(disclos\w*|incident\w*|referr\w*|DSL|safeguard\w*|perpetrat\w*|victim\w*|alleg\w*|evidence"
    r"|concern\w*|risk\w*|assess\w*|behaviour\w*|inappropriate\w*|vulnerab\w*|intervention\w*"
    r"|confidential\w*|statement\w*|record\w*|review\w*|support plan|outcome\w*|consent\w*|agency"
    r"|agencies|investigat\w*|report\w*|submit\w*|session|offend\w*|case\b)",
    re.IGNORECASE,
)
BLAME = re.compile(r"\b(should have|your fault(?<!not your fault)|why did you|admit\w*)\b", re.I)
# A name that the member of staff enters, as the pages are given it.
SETTINGS: dict[str, dict[str, Any]] = {
    "wishes": {"must_know": [{"name": "Ms Moss", "why": "keeps you safe"}]},
    "plan": {},
}
ANSWERS: dict[str, dict[str, Any]] = {
    "wishes": {"wanted": {"names": "Mum"}, "rather_not": {"names": "Sam"}},
    "plan": {},
}


def grade(text: str) -> float:
    return float(textstat.flesch_kincaid_grade(text))


def sentences(parts: list[str]) -> str:
    """Headings and labels end as sentences do, so that none runs into the next."""
    texts = [" ".join(part.split()) for part in parts]
    return " ".join(text if text[-1] in ".?!…:" else f"{text}." for text in texts if text)


def faults(called: str, text: str) -> Iterator[str]:
    if (found := grade(text)) > HARDEST:
        yield f"{called} reads at grade {found:.1f}: {text}"
    for pattern in (JARGON, BLAME):
        yield from (f"{called} says “{one[0]}”: {text}" for one in pattern.finditer(text))


def words_of(question: Question) -> list[str]:
    form = question.form(formdata=None, meta={"csrf": False})
    said = [question.title, *map(_bare, question.lead)]
    for one in form:
        if isinstance(one, Asked):
            said += _words_of(one)
    return said


def _words_of(field: Asked) -> list[str]:
    if field.kind == "hidden":
        return []
    said = [str(field.label.text), field.hint, field.required or ""]
    if isinstance(field, Chosen):
        said += [part for option in field.choices for part in (str(option.label), option.hint)]
    if isinstance(field, Rows):
        said += [f"Add another {field.noun}"]
        said += [words for one in field.entries[0].questions() for words in _words_of(one)]
    return said


def _bare(line: str) -> str:
    return re.sub("<[^>]+>", "", str(line))


def every_form() -> list[Questionnaire]:
    return [one for one in registered() if one.code != trial.CODE]


def test_the_forms_that_students_are_given_are_known(app: Flask) -> None:
    assert {one.code for one in every_form()} == set(SETTINGS) == set(ANSWERS)


@pytest.mark.parametrize("code", sorted(SETTINGS))
def test_every_question_can_be_read(app: Flask, code: str) -> None:
    (form,) = [one for one in every_form() if one.code == code]
    wrong = list(faults(code, form.title))
    with app.test_request_context():
        asked = form.questions(SETTINGS[code], ANSWERS[code])
        for question in asked:
            text = sentences(words_of(question))
            wrong += faults(f"{code}, {question.code}", text)
        for one in form.read_back(SETTINGS[code], ANSWERS[code]):
            labels = sentences([one.title, *(label for label, _ in one.lines)])
            wrong += faults(f"{code}, {one.code} as read back", labels)
    assert len(asked) > 2
    assert not wrong, "\n".join(wrong)


def test_every_page_can_be_read(student: Browser) -> None:
    pages = {}

    def read(called: str, page: Any) -> None:
        parts = [page.words(one) for one in page.root.iter() if one.tag in _BLOCKS]
        pages[called] = sentences([part for part in parts if part])

    read("start", student.get("/handover"))
    trial.answer(student, "why", why="No")
    read("going on", student.get("/handover"))
    read("question", student.get("/handover/q/people"))
    read("in error", trial.answer(student, "when", status=422))
    first, second = student.get("/handover/q/why"), student.get("/handover/q/why")
    first.submit("answer", button="Next", why="One")
    read("two windows", second.submit("answer", button="Next", why="Two", status=409))
    read("afterwards", student.get("/handover/q/why"))
    read("check", student.get("/handover/check"))
    read("stop", student.get("/handover/stop"))
    read("refused", student.get("/today", 403))
    read("trouble", student.post("/handover/finish", {}, status=400))
    read("given back", trial.give_back(student))
    reading = trial.take_back(student, PASSWORD)
    read("read together", reading)
    # The name of the form in which a member of staff writes down something new stands on one of
    # their buttons; it is the only such word on the page.
    pages["read together"] = pages["read together"].replace("record a disclosure", "")
    pages["read together"] = pages["read together"].replace("the form for new concerns", "a form")
    wrong = [one for called, text in pages.items() for one in faults(called, text)]
    assert not wrong, "\n".join(wrong)


_BLOCKS = frozenset({"h1", "h2", "p", "li", "label", "legend", "button", "a"})


def test_a_hard_page_would_be_found() -> None:
    hard = (
        "The designated safeguarding lead will evaluate the disclosure and, where appropriate, "
        "initiate a referral to the relevant statutory agency."
    )
    found = "\n".join(faults("hard", hard))
    for word in ("safeguarding", "disclosure", "referral", "agency", "grade"):
        assert word in found
