"""What may be sent to a form, and that nothing which is sent can raise."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from portal import clock
from portal.web import fields as f
from portal.web.form_base import NO_FILES, Form, Row, without_files

NOW = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
NUL = chr(0)


class Part(StrEnum):
    HARMED = "harmed"
    WITNESS = "witness"


class PersonRow(Row):
    name = f.Line("Full name", required="Enter their full name")
    born = f.Day("Date of birth", not_future=True)
    part = f.Select("Part", choices=[(p, p.value) for p in Part])
    id = f.Hidden()


class Everything(Form):
    line = f.Line("What is the name?", required="Enter the name", maximum=20)
    text = f.LongText("What was said?", maximum=2000)
    secret = f.Secret("Password")
    radio = f.Radios("Which?", choices=[(Part.HARMED, "Harmed"), ("other", "Other", "A hint")])
    yes = f.YesNoNotKnown("Is it so?")
    boxes = f.Checkboxes("Which of these?", choices=[("a", "A"), ("b", "B")])
    pick = f.Select("Pick one", choices=[("a", "A"), ("b", "B")])
    day = f.Day("Date taken", not_future=True)
    at = f.TimeOfDay("Time taken")
    when = f.Happened("When did it happen?")
    count = f.Number("How many?", maximum=100)
    tick = f.Tick("I have told the lead")
    people = f.Rows(PersonRow, "Who is involved?", minimum=1, maximum=3)


NAMES = [
    "line", "text", "secret", "radio", "yes", "boxes", "pick", "day", "day-day", "day-month",
    "day-year", "at", "when", "when-day", "when-month", "when-year", "when-time", "when-about",
    "count", "tick", "people", "people-0-name", "people-0-born-day", "people-0-born-month",
    "people-0-born-year", "people-0-part", "people-2-name", "people-²-name", "people-99999-name",
    "people-9999999999999999-name", "add-people", "remove-people-0", "remove-people-²",
    "remove-people-", "find-people-0", "find-people-7", "sheet", "version", "csrf_token",
]  # fmt: skip
NASTY = [
    "", " ", "0", "-1", "99", "yes", "²", "٣", "31", "2026", "0000", "99999", "9" * 5000, NUL,
    f"a{NUL}b", "\ud800", "<script>", "x" * 30_000, "data:image/png;base64,AAAA", "14:05", "25:99",
    "2:05pm", "nan", "1e9", "é", "\u202e", "\r\n", "\x1b[31m", "'\"", "None", "feb", "30",
]  # fmt: skip


@pytest.fixture(autouse=True)
def request_context() -> Iterator[None]:
    app = Flask(__name__)
    app.config.update(SECRET_KEY="test", WTF_CSRF_ENABLED=False)
    with app.test_request_context(), clock.stopped_at(NOW):
        yield


def filled(**more: str) -> MultiDict[str, str]:
    """Everything that is required, and what is added."""
    values = {"line": "Sam", "people-0-name": "Sara Whitlock"}
    return MultiDict(values | {name.replace("_", "-"): value for name, value in more.items()})


def check(sent: Any) -> Everything:
    form = Everything(formdata=sent)
    form.validate()
    return form


def message(form: Everything, name: str) -> str:
    return str(form[name].message)  # type: ignore[attr-defined]


def draw(form: Everything, only: str = "") -> None:
    for field in form:
        if only and not only.startswith(field.name):
            continue
        if getattr(field, "kind", "") == "control":
            str(field())
        elif getattr(field, "kind", "") in {"rows", "happened"}:
            field.params()  # type: ignore[attr-defined]


def test_what_is_right_is_taken() -> None:
    sent = filled(
        text=" As typed\r\n\r\n", radio="harmed", yes="not_known", pick="b", day_day="1",
        day_month="Nov", day_year="2026", at="2:05pm", when_day="12", when_month="11",
        when_year="2026", when_time="1405", when_about="yes", count="1 0", tick="yes",
    )  # fmt: skip
    sent.setlist("boxes", ["b", "a"])
    form = check(sent)
    assert form.errors == {}
    assert form.text.data == " As typed\n\n"
    assert form.radio.data is Part.HARMED
    assert form.boxes.data == ["a", "b"]
    assert form.day.data == date(2026, 11, 1)
    assert form.at.data == time(14, 5)
    assert form.when.data == clock.Happened(date(2026, 11, 12), time(14, 5), about=True)
    assert (form.count.data, form.tick.data, form.yes.data) == (10, True, "not_known")
    assert form.people.data == [{"name": "Sara Whitlock", "born": None, "part": None, "id": ""}]


def test_nothing_sent_is_asked_for_again() -> None:
    form = check(MultiDict())
    assert form.summary() == [
        ("#line", "Enter the name"),
        ("#people-0-name", "Add at least 1: “Who is involved?”"),
    ]
    draw(form)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", NASTY)
def test_a_tampered_value_never_raises(name: str, value: str) -> None:
    for sent in (MultiDict([(name, value)]), MultiDict([(name, value), (name, value)])):
        form = check(sent)
        form.row_action(sent)
        assert all(isinstance(text, str) for pair in form.summary() for text in pair)
        draw(form, name)


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.sampled_from(NAMES), st.one_of(st.sampled_from(NASTY), st.text()))))
def test_any_mixture_never_raises(pairs: list[tuple[str, str]]) -> None:
    form = check(MultiDict(pairs))
    form.row_action(MultiDict(pairs))
    draw(form)


def test_a_file_in_place_of_text_is_not_read() -> None:
    form = check(MultiDict([("line", object())]))
    assert "sent more than once" in message(form, "line")


@pytest.mark.parametrize("name", ["line", "text", "radio", "yes", "pick", "at", "count", "secret"])
def test_two_values_for_one_question_are_refused(name: str) -> None:
    assert "more than once" in message(check(MultiDict([(name, "a"), (name, "b")])), name)


@pytest.mark.parametrize("bad", [NUL, "\x01", "\x0b", "\x1f", "\r", "\ud800"])
def test_characters_that_cannot_be_stored_are_refused(bad: str) -> None:
    form = check(filled(text=f"before{bad}after"))
    assert "a character that cannot be stored" in message(form, "text")


def test_tabs_line_ends_and_every_language_are_kept() -> None:
    text = "Zoë\tŁukasz\n  “quoted” – 你好 👩‍🎓 "
    assert check(filled(text=text)).text.data == text


def test_one_line_is_trimmed_and_stays_one_line() -> None:
    assert check(filled(line="  Sam O’Neil ")).line.data == "Sam O’Neil"
    assert "cannot be stored" in message(check(filled(line="a\nb")), "line")


@pytest.mark.parametrize(
    "picture",
    [
        "data:image/png;base64,iVBORw0KGgo=",
        "DATA:image/jpeg;charset=x;BASE64,AAAA",
        "QUJD" * 250,
        "\n".join(["iVBORw0KGgo" * 6 + "AAAAAAAAAA"] * 14),
    ],
)
def test_pictures_pasted_as_text_are_taken_out(picture: str) -> None:
    form = check(filled(text=f"She said\n{picture}\nand left"))
    assert message(form, "text") == NO_FILES
    assert picture not in form.text.data
    assert form.text.data.startswith("She said\n")
    assert form.text.data.endswith("and left")


def test_ordinary_text_is_left_alone() -> None:
    text = "https://example.org/" + "a" * 300 + " says: no base64 here, data: none. " + "No! " * 400
    assert without_files(text) == text


def test_too_long_is_refused_and_kept() -> None:
    form = check(filled(line="x" * 25))
    assert message(form, "line") == (
        "Shorten your answer to “What is the name?” to 20 characters; you have written 25"
    )
    assert form.line.data == "x" * 25


@pytest.mark.parametrize("name", ["radio", "yes", "pick", "boxes"])
def test_an_answer_that_was_not_offered_is_refused(name: str) -> None:
    assert message(check(filled(**{name: "nonsense"})), name).startswith("Choose one of")


def test_choices_may_be_set_after_the_form_was_made() -> None:
    form = Everything(formdata=filled(pick="z"))
    form.pick.choices = [("z", "Zed")]
    assert form.validate()
    assert form.pick.data == "z"


def test_a_password_is_never_sent_back() -> None:
    form = check(filled(secret=" hunter2 "))
    assert form.secret.data == " hunter2 "
    assert "hunter2" not in form.secret()


@pytest.mark.parametrize(
    ("boxes", "expected"),
    [
        (("1", "2", "2020"), date(2020, 2, 1)),
        (("01", "september", "2020"), date(2020, 9, 1)),
        (("1", "Sept.", "2020"), date(2020, 9, 1)),
    ],
)
def test_days_as_people_write_them(boxes: tuple[str, str, str], expected: date) -> None:
    assert day(*boxes).day.data == expected


def day(d: str, m: str, y: str) -> Everything:
    return check(filled(day_day=d, day_month=m, day_year=y))


@pytest.mark.parametrize(
    ("boxes", "said", "target"),
    [
        (("1", "2", "26"), "Enter the year with all four figures, such as 2026", "#day-year"),
        (("1", "", "2026"), "“Date taken” must include a month", "#day-month"),
        (("", "", "2026"), "“Date taken” must include a day and a month", "#day-day"),
        (("1", "ma", "2026"), "Enter the month as a number or a name, such as 11", "#day-month"),
        (("31", "2", "2026"), "“Date taken” must be a real date, such as 18 11 2026", "#day-day"),
        (("1", "2", "1066"), "“Date taken” must be between 1900 and 2100", "#day-year"),
        (("19", "11", "2026"), "“Date taken” cannot be in the future", "#day-day"),
    ],
)
def test_days_that_cannot_be(boxes: tuple[str, str, str], said: str, target: str) -> None:
    form = day(*boxes)
    assert (target, said) in form.summary()
    assert [box.typed for box in form.day.boxes] == list(boxes)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("14:05", time(14, 5)), ("14.05", time(14, 5)), ("1405", time(14, 5)),
        ("2:05pm", time(14, 5)), ("2.05 p.m.", time(14, 5)), ("12am", time(0)), ("9AM", time(9)),
        ("905", time(9, 5)), ("24:00", None), ("9", None), ("14:60", None), ("13pm", None),
        ("0am", None), ("noonish", None), ("1:5", None),
    ],
)  # fmt: skip
def test_times_as_people_write_them(text: str, expected: time | None) -> None:
    form = check(filled(at=text))
    assert form.at.data == expected
    assert bool(form.at.message) is (expected is None)
    assert form.at.typed == text


@pytest.mark.parametrize(
    ("sent", "target"),
    [
        ({"when_time": "14:00"}, "#when-day"),
        ({"when_day": "40", "when_month": "1", "when_year": "2026"}, "#when-day"),
        ({"when_day": "1", "when_month": "1", "when_year": "26"}, "#when-year"),
        ({"when_day": "1", "when_month": "1", "when_year": "2026", "when_time": "x"}, "#when-time"),
        (
            {"when_day": "18", "when_month": "11", "when_year": "2026", "when_time": "23:00"},
            "#when-time",
        ),
    ],
)
def test_what_happened_points_at_the_part_that_is_wrong(sent: dict[str, str], target: str) -> None:
    assert [href for href, _ in check(filled(**sent)).summary()] == [target]


def test_a_form_says_what_is_recorded_already() -> None:
    form = Everything(
        day=date(2026, 1, 2), at=time(9, 5), count=7, boxes=["a"], tick=True,
        when=clock.Happened(date(2026, 1, 2), None, about=True), people=[{"name": "Sara"}],
    )  # fmt: skip
    assert [box.typed for box in form.when.day.boxes] == ["2", "1", "2026"]
    assert (form.at.typed, form.count.typed, form.when.about.data) == ("09:05", "7", True)
    assert form.people.entries[0].name.data == "Sara"


class TestRows:
    def test_blank_rows_are_dropped_and_gaps_closed(self) -> None:
        sent = filled(people_1_name="", people_2_name="Jordan Pike")
        form = check(sent)
        assert form.errors == {}
        assert [row["name"] for row in form.people.data] == ["Sara Whitlock", "Jordan Pike"]

    def test_an_error_in_a_row_points_into_it(self) -> None:
        form = check(filled(people_1_part="witness"))
        assert form.summary() == [("#people-1-name", "Person 2: Enter their full name")]
        assert form.errors

    def test_too_many_are_refused(self) -> None:
        form = check(filled(**{f"people_{i}_name": "x" for i in range(9)}))
        assert form.summary()[0] == ("#people-0-name", "Give no more than 3 here")
        assert len(form.people.entries) == 3

    def test_add_keeps_what_was_typed_and_takes_the_focus_there(self) -> None:
        sent = filled(add_people="1")
        form = Everything(formdata=sent)
        action = form.row_action(sent)
        assert action is not None
        assert (action.verb, action.rows, action.index) == ("add", "people", 1)
        assert [entry.name.data for entry in form.people.entries] == ["Sara Whitlock", ""]
        assert form.people.entries[1].name.params()["attributes"] == {"autofocus": True}
        assert form.errors == {}

    def test_remove_renumbers_what_is_left(self) -> None:
        sent = filled(
            people_0_born_day="1", people_1_name="Jordan", people_1_born_day="9",
            people_4_name="Ali", remove_people_0="1",
        )  # fmt: skip
        form = Everything(formdata=sent)
        assert form.row_action(sent) is not None
        assert [entry.name.data for entry in form.people.entries] == ["Jordan", "Ali"]
        assert [entry.name.id for entry in form.people.entries] == [
            "people-0-name",
            "people-1-name",
        ]
        assert form.people.entries[0].born.boxes[0].typed == "9"

    def test_find_says_which_row(self) -> None:
        sent = filled(people_5_name="x", find_people_5="1")
        action = Everything(formdata=sent).row_action(sent)
        assert action is not None
        assert (action.verb, action.index) == ("find", 1)

    def test_no_button_is_no_action(self) -> None:
        sent = filled(remove_people_7="1", remove_line_0="1", add_line="1")
        assert Everything(formdata=sent).row_action(sent) is None


def test_sheet_and_version_are_read_only_where_they_make_sense() -> None:
    good = check(filled(sheet="5f2b6f0e-3c1e-4a55-9d0e-1a6a3b9f7c11", version="12"))
    assert str(good.sheet_id) == "5f2b6f0e-3c1e-4a55-9d0e-1a6a3b9f7c11"
    assert good.version_number == 12
    bad = check(filled(sheet="../sign-out", version="²"))
    assert (bad.sheet_id, bad.version_number) == (None, None)
