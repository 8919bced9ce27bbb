"""The questions that a young person is asked on the screen, and what becomes of the answers."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import textstat
from jinja2.filters import do_striptags as striptags
from werkzeug.datastructures import MultiDict

from portal import clock
from portal.casefile import features  # noqa: F401 - every feature registers what it offers
from portal.handover.questionnaire import Given, questionnaire
from portal.staff.roles import Role
from portal.web.errors import Missing
from portal.web.form_base import Form
from portal.wishes import questionnaire as asked
from portal.wishes import service
from portal.wishes.words import LEADS
from tests import factories
from tests.factories import School
from tests.page import Browser
from tests.wishes.conftest import Look, Made, sara_in, the_case

SETTINGS: dict[str, Any] = {
    "class_form": "9B",
    "must_know": [{"name": "Ruth Adeyemi", "why": LEADS}],
    "next_on": "",
}
WISHES = questionnaire("wishes")
KEEP = "Keep the answers and take the screen back"
_LABELS = f"{asked.NAMES_LABEL} {asked.WORDS_LABEL}."


def names(text: str) -> dict[str, str]:
    return {"names": text}


def about(**said: str) -> dict[str, str]:
    return {asked.field_of(name.replace("_", " ")): words for name, words in said.items()}


ANSWERS: dict[str, Any] = {
    "knows": names("Jade"),
    "wanted": names("Mum\nMiss Green"),
    "rather_not": names("Mr Moss"),
    "how_much": about(Mum="All of it", Miss_Green="A little"),
    "support": about(Mum="Listen"),
    "not_do": about(Jade="Tell her sister"),
    "anything_else": {"words": "Not in assembly.\nPlease."},
}


def form_of(code: str, answers: dict[str, Any], app: Any, **sent: str) -> Form:
    """The form of one page, filled in as a browser would send it."""
    question = next(one for one in WISHES.questions(SETTINGS, answers) if one.code == code)
    with app.test_request_context(method="POST"):
        return question.form(formdata=MultiDict(sent), meta={"csrf": False})


def test_one_question_a_page_and_those_about_people_only_where_some_are_named() -> None:
    every = [one.code for one in WISHES.questions(SETTINGS, ANSWERS)]
    assert every == [
        "knows", "wanted", "rather_not", "how_much", "support", "not_do", "anything_else",
    ]  # fmt: skip
    nobody = {"rather_not": names("Mr Moss")}
    assert [one.code for one in WISHES.questions(SETTINGS, nobody)] == [
        "knows", "wanted", "rather_not", "anything_else",
    ]  # fmt: skip


def test_it_is_said_who_must_know_and_that_the_rest_is_a_choice() -> None:
    lead = list(WISHES.questions(SETTINGS, {})[1].lead)
    assert "Ruth Adeyemi" in lead[1]
    assert LEADS in lead[1]
    assert lead[-2:] == ["You choose who else.", "You can change your mind on another day."]
    free = list(WISHES.questions({}, {})[1].lead)
    assert free == ["You choose.", "You can change your mind on another day."]
    marked = WISHES.questions({"must_know": [{"name": "<b>x", "why": "<i>y"}]}, {})[1].lead[1]
    assert "<b>x" not in marked
    assert "&lt;b&gt;x" in marked


def test_an_answer_never_moves_to_another_person(app: Any) -> None:
    form = form_of("how_much", ANSWERS, app)
    mum = asked.field_of("Mum")
    assert [one.label.text for one in form if one.name.startswith("about_")] == [
        "Mum", "Miss Green", "Jade",
    ]  # fmt: skip
    fewer = {**ANSWERS, "knows": names(""), "wanted": names("Zara\nMiss Green")}
    form = form_of("how_much", fewer, app)
    assert mum not in form
    assert [(one.name, one.how_much) for one in asked.named(fewer)] == [
        ("Zara", ""), ("Miss Green", "A little"), ("Mr Moss", ""),
    ]  # fmt: skip
    assert asked.field_of(" mum ") == mum


def test_what_was_said_about_who_should_not_know_is_not_kept_for_them() -> None:
    changed = {**ANSWERS, "wanted": names("Miss Green"), "rather_not": names("Mum")}
    found = {one.name: (one.standing, one.how_much) for one in asked.named(changed)}
    assert found["Mum"] == ("rather_not", "")


def test_the_same_name_on_both_lists_is_asked_about(app: Any) -> None:
    form = form_of("rather_not", ANSWERS, app, names="Mr Moss\nmum")
    assert not form.validate()
    assert "You said that you would like mum to know" in form["names"].errors[0]
    form = form_of("wanted", ANSWERS, app, names="mr moss")
    assert not form.validate()
    assert "you would rather mr moss did not know" in form["names"].errors[0]
    assert form_of("knows", ANSWERS, app, names="Mum\nMr Moss").validate()


def test_too_many_names_or_a_story_are_refused_kindly(app: Any) -> None:
    many = "\n".join(f"Friend {number}" for number in range(21))
    assert not form_of("knows", {}, app, names=many).validate()
    form = form_of("knows", {}, app, names="x" * 201)
    assert not form.validate()
    assert form["names"].errors == ["Please write one name on each line"]


def test_their_own_words_are_read_back() -> None:
    read = {one.code: list(one.lines) for one in WISHES.read_back(SETTINGS, ANSWERS)}
    assert read == {
        "knows": [("", "Jade")],
        "wanted": [("", "Mum"), ("", "Miss Green")],
        "rather_not": [("", "Mr Moss")],
        "how_much": [("Mum", "All of it"), ("Miss Green", "A little")],
        "support": [("Mum", "Listen")],
        "not_do": [("Jade", "Tell her sister")],
        "anything_else": [("", "Not in assembly.\nPlease.")],
    }


@pytest.mark.parametrize("answers", [{}, {"wanted": None}, {"wanted": "Mum"}, {"knows": {}}])
def test_answers_of_another_form_do_no_harm(answers: dict[str, Any]) -> None:
    assert asked.named(answers) == []
    assert WISHES.read_back({}, answers)


def test_everything_is_easy_to_read() -> None:
    for one in WISHES.questions({"must_know": SETTINGS["must_know"]}, ANSWERS):
        text = " ".join([one.title, *map(striptags, one.lead), _LABELS])
        assert textstat.flesch_kincaid_grade(text) <= 6, text
        assert not {"safeguarding", "disclosure", "victim", "incident"} & set(text.lower().split())


# what becomes of it


def keep(school: School, made: Made, answers: dict[str, Any], **settings: Any) -> str:
    given = Given(None, {**SETTINGS, **settings}, answers, stopped=False)
    actor = factories.viewer_of(school.dsl)
    return WISHES.keep(actor, the_case(made), UUID(made.sara), given)


def test_what_is_given_back_becomes_the_next_visit(
    school: School, saved: Any, made: Made, look: Look
) -> None:
    on = clock.today() + timedelta(days=20)
    with saved():
        address = keep(school, made, ANSWERS, next_on=on.isoformat())
    assert address == made.at("wishes", made.sara)
    with look() as case:
        kept = service.newest(case, sara_in(case))
        assert kept is not None
        assert (kept.how, kept.number, kept.class_form, kept.next_visit_on) == (
            "handed_over", 1, "9B", on,
        )  # fmt: skip
        assert kept.must_know == SETTINGS["must_know"]
        assert kept.anything_else == "Not in assembly.\nPlease."
        assert [(one.name, one.standing, one.support, one.not_do) for one in kept.people] == [
            ("Mum", "wanted", "Listen", ""),
            ("Miss Green", "wanted", "", ""),
            ("Mr Moss", "rather_not", "", ""),
            ("Jade", "knows", "", "Tell her sister"),
        ]
        assert kept.happened is not None
        assert kept.happened.at is not None


def test_who_was_matched_before_stays_matched(
    school: School, saved: Any, made: Made, look: Look
) -> None:
    with saved():
        case = the_case(made)
        moss = service.Named("MR Moss", "rather_not", member_id=school.head.id)
        visit = service.Visit("beside", factories.when(5), [moss])
        service.record_visit(school.dsl.actor, case, sara_in(case), visit)
    with saved():
        keep(school, made, ANSWERS)
    with look() as case:
        kept = service.newest(case, sara_in(case))
        assert kept is not None
        assert kept.number == 2
        assert {one.name: one.member_id for one in kept.people}["Mr Moss"] == school.head.id


def test_the_answers_of_the_last_visit_come_back_as_answers(
    school: School, saved: Any, made: Made, look: Look
) -> None:
    with saved():
        keep(school, made, ANSWERS)
    with look() as case:
        before = asked.answers_of(service.newest(case, sara_in(case)))
    assert before == ANSWERS
    assert asked.answers_of(None) == {}


def test_nothing_at_all_makes_no_visit_but_taking_everything_back_does(
    school: School, saved: Any, made: Made, look: Look
) -> None:
    with saved():
        keep(school, made, {})
    with look() as case:
        assert service.newest(case, sara_in(case)) is None
    with saved():
        keep(school, made, ANSWERS)
    with saved():
        keep(school, made, {"knows": names(""), "wanted": names("")})
    with look() as case:
        kept = service.newest(case, sara_in(case))
        assert kept is not None
        assert (kept.number, list(kept.people)) == (2, [])


def test_answers_for_somebody_of_another_case_are_refused(
    school: School, saved: Any, made: Made, second_school: School
) -> None:
    with saved():
        stranger = sara_in(factories.case(second_school)).id
        case = the_case(made)
        with pytest.raises(Missing):
            WISHES.keep(
                factories.viewer_of(school.dsl),
                case,
                stranger,
                Given(None, SETTINGS, ANSWERS, stopped=False),
            )


# starting it


def test_the_screen_is_handed_over_with_what_was_set(
    ruth: Browser, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    from portal.handover import service as handover

    begun: list[dict[str, Any]] = []

    def start(who: Any, case: Any, involved: Any, **more: Any) -> str:
        begun.append({"involved": str(involved.id), **more})
        return "/handover"

    monkeypatch.setattr(handover, "start", start)
    page = ruth.get(made.at("wishes", made.sara, "hand-over"))
    assert page.fields()["must_know-0-name"] == "Ruth Adeyemi"
    assert page.fields()["class_form"] == ""
    more = page.submit(button="add-must_know", status=200)
    wrong = more.submit(
        fields={"must_know-1-name": "Her GP"}, status=422, button="Hand the screen over"
    )
    assert set(wrong.errors()) == {"must_know-1-why"}
    yesterday = clock.today() - timedelta(days=1)
    late = wrong.submit(
        fields={"must_know-1-why": "looks after your health", "next_on": yesterday},
        status=422,
        button="Hand the screen over",
    )
    assert "in the past" in " ".join(late.summary())
    on = clock.today() + timedelta(days=14)
    done = late.submit(fields={"next_on": on, "class_form": "9B"}, button="Hand the screen over")
    assert done.location == "/handover"
    assert begun == [
        {
            "involved": made.sara,
            "form": "wishes",
            "settings": {
                "class_form": "9B",
                "must_know": [
                    {"name": "Ruth Adeyemi", "why": LEADS},
                    {"name": "Her GP", "why": "looks after your health"},
                ],
                "next_on": on.isoformat(),
            },
            "answers": {},
        }
    ]


def test_answers_that_wait_are_shown_where_they_are_read(
    ruth: Browser, made: Made, school: School, saved: Any, sign_in: Any
) -> None:
    from portal.handover import service as handover

    with saved():
        case = the_case(made)
        actor = school[Role.DEPUTY].actor
        paper = handover.begin(
            actor, case, sara_in(case), form="wishes", settings=SETTINGS, answers=ANSWERS
        )
        paper.state = "left"
    page = ruth.get(made.at("wishes"))
    assert "Waits to be read" in page.main_text
    assert "with Tom Whitlock" in page.main_text
    assert [one.get("action", "").rsplit("/", 1)[1] for one in page.forms()] == ["resume"]
    reader = sign_in(Role.HEAD).get(made.at("wishes"))
    assert "Waits to be read" in reader.main_text
    assert not reader.forms()


def test_from_the_first_question_to_the_next_visit(ruth: Browser, made: Made, look: Look) -> None:
    """A name that is taken out takes its answers along, and none of them moves to another."""
    start = ruth.get(made.at("wishes", made.sara, "hand-over"))
    assert start.submit(button="Hand the screen over").location == "/handover"
    ruth.get(made.at("wishes"), status=(303, 403))

    def answer(code: str, **said: str) -> str:
        page = ruth.get(f"/handover/q/{code}")
        return page.submit(button="Next", fields=said).location

    answer("knows")
    answer("wanted", names="Mum\nMiss Green")
    answer("rather_not", names="Mr Moss")
    answer("how_much", **about(Mum="Everything", Miss_Green="A little"))
    answer("support", **about(Mum="Listen"))
    answer("not_do")
    answer("wanted", names="Nan\nMiss Green")
    boxes = ruth.get("/handover/q/how_much").fields()
    assert boxes[asked.field_of("Nan")] == ""
    assert boxes[asked.field_of("Miss Green")] == "A little"
    answer("anything_else", words="That is all.")
    check = ruth.get("/handover/check")
    assert "Everything" not in check.main_text
    check.submit("/handover/finish", button="I am done")
    read = ruth.get("/handover/back").submit("/handover/back", pin=factories.PASSWORD).follow()
    kept = read.submit("/handover/keep", button=KEEP).follow()
    assert kept.path == made.at("wishes", made.sara)
    with look() as case:
        visit = service.newest(case, sara_in(case))
        assert visit is not None
        assert [(one.name, one.standing, one.how_much, one.support) for one in visit.people] == [
            ("Nan", "wanted", "", ""),
            ("Miss Green", "wanted", "A little", ""),
            ("Mr Moss", "rather_not", "", ""),
        ]
        assert (visit.how, visit.anything_else) == ("handed_over", "That is all.")
