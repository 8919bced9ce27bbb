"""The young person’s part by hand-over: what they are asked, what is kept, and how plain it is."""

import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask

from portal.cases import service as cases
from portal.handover.questionnaire import Given, Question, questionnaire
from portal.plans import questionnaire as own
from portal.plans.reading import young_of
from portal.web.errors import Missing
from portal.web.form_base import Asked
from tests import factories
from tests.factories import PASSWORD, School
from tests.page import Browser
from tests.plans.conftest import Made, begun, the_plan, write

PLAN = own.PlanQuestionnaire()


def test_from_the_plan_to_the_student_and_back(ruth: Browser, made: Made, look: Any) -> None:
    plan, people = begun(ruth, made, look)
    page = ruth.get(made.at(plan, "hand-over"))
    assert "five questions" in page.main_text
    page = page.submit(button="Hand over now").follow().click("Start")
    ruth.get(made.at(plan), status=(303, 403))
    page = page.submit("answer", button="Next", words="I am bored at night\nI stay up").follow()
    page = page.submit("answer", button="Next", words="Put the phone away").follow()
    page = page.submit("answer", button="Next", words="").follow()
    wish = {"people-0-name": "Mum", "people-0-action": "sit with me"}
    page = page.submit("answer", button="Next", fields=wish).follow()
    page = page.submit("answer", button="Next", words="A number to ring").follow()
    for words in ("I am bored at night", "Mum to sit with me", "A number to ring"):
        assert words in page.main_text, words
    page.submit("/handover/finish", button="I am done")
    page = ruth.get("/handover/back").submit("/handover/back", pin=PASSWORD).follow()
    keep = "Keep the answers and take the screen back"
    shown = page.submit("/handover/keep", button=keep)
    assert shown.location == made.at(plan) + "#voices"
    page = ruth.get(made.at(plan))
    assert "Written by themselves, on the screen" in page.main_text
    with look() as now:
        one = the_plan(now)
        voice = one.voices[0]
        assert str(voice.person_id) == people["young"]
        assert voice.how == "handed_over"
        assert voice.signs == ["I am bored at night", "I stay up"]
        assert voice.wants == [{"name": "Mum", "action": "sit with me"}]
        assert [each.name for each in one.missing] == ["Ruth Adeyemi", "Maria Price"]
        assert own.begun(voice)["signs"] == {"words": "I am bored at night\nI stay up"}


def keep(app: Flask, school: School, made: Made, plan: str | None, **given: Any) -> str:
    words = {"settings": {}, "answers": {}, "stopped": False, **given}
    whose = words.pop("whose", made.owen)
    with factories.saved(app):
        from portal.cases.models import Case
        from portal.db import session

        case = session.query(Case).filter(Case.reference == made.reference).one()
        who = factories.viewer_of(school.dsl)
        subject = UUID(plan) if plan else None
        return PLAN.keep(who, case, UUID(whose), Given(subject, **words))


def test_what_was_said_before_stays_where_a_question_was_not_reached(
    app: Flask, ruth: Browser, made: Made, look: Any, school: School
) -> None:
    plan, people = begun(ruth, made, look)
    write(ruth, made, plan, people["young"], signs="I go quiet")
    keep(app, school, made, plan, stopped=True, answers={"will": {"words": "Go for a walk"}})
    with look() as now:
        voice = the_plan(now).voices[0]
        assert (voice.signs, voice.will) == (["I go quiet"], ["Go for a walk"])


def test_nothing_at_all_makes_no_part(
    app: Flask, ruth: Browser, made: Made, look: Any, school: School
) -> None:
    plan, _ = begun(ruth, made, look)
    assert keep(app, school, made, plan).endswith(f"/plans/{plan}#voices")
    keep(app, school, made, plan, answers={"signs": {"words": " "}, "wants": {"people": []}})
    with look() as now:
        assert the_plan(now).voices == []


def test_a_part_goes_into_no_other_plan(
    app: Flask, ruth: Browser, made: Made, look: Any, school: School
) -> None:
    plan, _ = begun(ruth, made, look)
    said = {"answers": {"signs": {"words": "I go quiet"}}}
    for wrong in ({"plan": str(uuid4())}, {"plan": None}, {"plan": plan, "whose": made.sara}):
        with pytest.raises(Missing):
            keep(app, school, made, wrong.pop("plan"), **wrong, **said)


def test_what_a_child_gave_back_is_kept_also_after_the_plan_ended(
    app: Flask, ruth: Browser, made: Made, look: Any, school: School
) -> None:
    plan, _ = begun(ruth, made, look)
    from tests.plans.test_reviews import end

    end(ruth, made, plan)
    keep(app, school, made, plan, answers={"signs": {"words": "I go quiet"}})
    with look() as now:
        assert the_plan(now).voices[0].signs == ["I go quiet"]
        assert young_of(the_plan(now).plan).name == cases.people_in(now)[1].name


def test_it_is_registered() -> None:
    assert isinstance(questionnaire("plan"), own.PlanQuestionnaire)


def read_by_a_student(app: Flask, settings: dict[str, Any]) -> list[str]:
    """Every sentence that stands in the questions."""
    found: list[str] = [PLAN.title]
    with app.test_request_context():
        for one in PLAN.questions(settings, {}):
            found += [one.title, *one.lead, *_asked(one)]
    return found


def _asked(one: Question) -> list[str]:
    found = []
    for field in one.form():
        if isinstance(field, Asked) and field.kind != "hidden":
            found += [field.label.text, field.hint]
            rows = getattr(field, "entries", [])
            found += [
                text for row in rows for q in row.questions() for text in (q.label.text, q.hint)
            ]
    return [text for text in found if text]


@pytest.mark.parametrize("police", [False, True])
def test_a_student_can_read_it(app: Flask, police: bool) -> None:
    sentences = read_by_a_student(app, {"police": police})
    assert len(sentences) > 15
    for sentence in sentences:
        assert len(sentence.split()) <= 16, sentence
    assert grade(sentences) <= 6, grade(sentences)
    words = " ".join(sentences).casefold()
    for hard in ("behaviour", "harmful", "incident", "police", "victim", "why did", "blame"):
        assert hard not in words
    assert ("again" in words) is not police


def grade(sentences: list[str]) -> float:
    """The grade of Flesch and Kincaid: how many years of school it takes to read this."""
    words = [word for one in sentences for word in re.findall(r"[a-z’]+", one.casefold())]
    each = [part for one in sentences for part in re.split(r"[.?!…]+", one) if part.strip()]
    return 0.39 * len(words) / len(each) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def syllables(word: str) -> int:
    groups = len(re.findall(r"[aeiouy]+", word))
    silent = word.endswith("e") and not word.endswith(("le", "ee")) and groups > 1
    return max(1, groups - silent)


def test_the_measure_tells_hard_from_easy() -> None:
    assert grade(["You can stop at any time.", "Nothing is lost."]) < 4
    hard = "Everybody participating demonstrates considerable responsibility for implementation."
    assert grade([hard]) > 12
