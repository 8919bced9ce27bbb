"""A member of staff records what a child told them."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.cases.models import Exclusion
from portal.clock import Happened
from portal.db import session
from portal.disclosures.models import Disclosure
from portal.people.models import PersonKind
from portal.staff.roles import Role
from tests import factories
from tests.factories import School
from tests.page import Browser, Page

Saved = Callable[[], AbstractContextManager[None]]
SignIn = Callable[[Any], Browser]

WORDS = "I only sent it to him.\n\nSomeone said it’s “on there” now. {{7*7}} <img src=x>"


def filled(page: Page, **changes: Any) -> Page:
    """Send the form with the least that it asks for, and what a test changes."""
    answers: dict[str, Any] = {
        "danger": "no",
        "told_dsl": "yes",
        "how": "told_by_young_person",
        "told_at": Happened(date(2026, 11, 20), time(9, 10)),
        "own_words": WORDS,
    }
    status = changes.pop("status", 303)
    return page.submit(status=status, **(answers | changes))


def newest(app: Flask) -> Disclosure:
    with app.app_context():
        found = session.scalars(select(Disclosure).order_by(Disclosure.written_at.desc())).first()
        assert found is not None
        assert found.people is not None
        assert found.own_words is not None
        session.expunge_all()
        return found


def test_the_least_is_enough_and_comes_back_as_written(
    app: Flask, school: School, sign_in: SignIn
) -> None:
    receipt = filled(sign_in(Role.STAFF).get("/disclosures/new")).follow()
    assert receipt.h1 == "Receipt 2026-R0001"
    assert WORDS in "".join(receipt.written())
    assert "It is with the safeguarding lead." in receipt.main_text


def test_a_field_that_is_missing_says_so_and_loses_nothing(
    app: Flask, school: School, sign_in: SignIn
) -> None:
    page = filled(sign_in(Role.STAFF).get("/disclosures/new"), danger=None, status=422)
    assert "danger" in page.errors()
    assert WORDS in page.written()
    assert filled(page).follow().h1 == "Receipt 2026-R0001"


def test_something_must_have_been_said_or_seen(app: Flask, school: School, sign_in: SignIn) -> None:
    page = filled(sign_in(Role.STAFF).get("/disclosures/new"), own_words=" \n ", status=422)
    assert "own_words" in page.errors()


def test_who_to_ring_stands_in_the_form_before_anything_is_sent(
    app: Flask, school: School, sign_in: SignIn
) -> None:
    page = sign_in(Role.STAFF).get("/disclosures/new")
    now = page.main_text.index("Ring 999 now.")
    assert now < page.main_text.index("How did this come to you?")
    assert "01632 960 111" in page.main_text


def test_a_pupil_is_found_in_the_list_without_a_script(
    app: Flask, school: School, sign_in: SignIn, saved: Saved
) -> None:
    with saved():
        factories.pupil(school, full_name="Łukasz Żółkiewski", form_group="7A")
        factories.pupil(school, full_name="Lukas Other", form_group="8B")
    page = sign_in(Role.STAFF).get("/disclosures/new")
    page = page.submit(
        button="Look in the pupil list (person 1)",
        status=200,
        fields={"people-0-name": "lukasz zolkiewski", "people-0-parts": ["harmed"]},
    )
    assert "Łukasz Żółkiewski, 7A" in page.main_text
    assert "Lukas Other" not in page.main_text
    chosen = next(
        one.get("value", "")
        for one in page.all("input", name="people-0-person_id")
        if one.get("value", "").startswith("p:")
    )
    filled(page, fields={"people-0-person_id": chosen})
    kept = newest(app)
    assert kept.people is not None
    assert kept.people[0]["person_id"] == chosen[2:]


def test_initials_are_not_a_name(app: Flask, school: School, sign_in: SignIn) -> None:
    page = filled(
        sign_in(Role.STAFF).get("/disclosures/new"),
        status=422,
        fields={"people-0-name": "S.W.", "people-0-parts": ["harmed"]},
    )
    assert "not initials" in page.errors()["people-0-name"]


def test_a_person_needs_a_part(app: Flask, school: School, sign_in: SignIn) -> None:
    page = filled(
        sign_in(Role.STAFF).get("/disclosures/new"),
        status=422,
        fields={"people-0-name": "Sara Whitlock"},
    )
    assert "people-0-parts" in page.errors()


def test_more_people_are_added_and_removed_without_a_script(
    app: Flask, school: School, sign_in: SignIn
) -> None:
    page = sign_in(Role.STAFF).get("/disclosures/new")
    page = page.submit(
        button="Add another person", status=200, fields={"people-0-name": "Sara Whitlock"}
    )
    assert len(list(page.all("input", name="people-1-name"))) == 1
    page = page.submit(
        button="Remove person 1", status=200, fields={"people-1-name": "Jordan Pike"}
    )
    (left,) = page.all("input", name="people-0-name")
    assert left.get("value") == "Jordan Pike"


def test_ticked_behaviour_says_of_which_kind_it_is(
    app: Flask, school: School, sign_in: SignIn
) -> None:
    filled(
        sign_in(Role.STAFF).get("/disclosures/new"),
        behaviours_1=["shared_without_consent"],
        behaviours_3=["sexualised_bullying"],
    )
    kept = newest(app)
    assert kept.types == ["non_consensual_sharing", "sexualised_bullying"]
    assert kept.behaviours == ["shared_without_consent"]


def test_whoever_works_here_and_is_named_is_shut_out_at_once(
    app: Flask, school: School, sign_in: SignIn
) -> None:
    filled(
        sign_in(Role.STAFF).get("/disclosures/new"),
        fields={
            "people-0-name": "Mr Whitlock",
            "people-0-kind": PersonKind.COLLEAGUE.value,
            "people-0-parts": ["other"],
        },
    )
    with app.app_context():
        shut = session.scalars(select(Exclusion)).all()
    assert [one.member_id for one in shut] == [school[Role.DEPUTY].id]
    reference = newest(app).reference
    assert reference in sign_in(Role.DSL).get("/inbox").main_text
    deputy = sign_in(Role.DEPUTY)
    assert reference not in deputy.get("/inbox").main_text
    deputy.get(f"/inbox/{newest(app).id}", status=404)


def test_an_allegation_about_staff_goes_to_the_head_alone(
    app: Flask, school: School, sign_in: SignIn
) -> None:
    receipt = filled(
        sign_in(Role.STAFF).get("/disclosures/new"),
        fields={
            "people-0-name": "Tom Whitlock",
            "people-0-kind": PersonKind.COLLEAGUE.value,
            "people-0-parts": ["displayed"],
        },
    ).follow()
    assert "gone to the head only" in receipt.main_text
    kept = newest(app)
    sign_in(Role.DSL).get(f"/inbox/{kept.id}", status=404)
    head = sign_in(Role.HEAD)
    assert kept.reference in head.get("/inbox").main_text
    head.get(f"/inbox/{kept.id}").submit(button="Pick it up").follow()


def test_an_allegation_about_the_head_is_sent_to_nobody(
    app: Flask, school: School, sign_in: SignIn
) -> None:
    receipt = filled(
        sign_in(Role.STAFF).get("/disclosures/new"),
        fields={
            "people-0-name": "Alan Crane",
            "people-0-kind": PersonKind.COLLEAGUE.value,
            "people-0-parts": ["displayed"],
        },
    ).follow()
    assert "This has been sent to nobody in school" in receipt.main_text
    assert "chair of governors" in receipt.main_text
    assert "LADO" in receipt.main_text
    kept = newest(app)
    for role in (Role.DSL, Role.DEPUTY, Role.HEAD):
        reader = sign_in(role)
        assert kept.reference not in reader.get("/inbox").main_text
        reader.get(f"/inbox/{kept.id}", status=404)


def test_the_recorder_is_told_whom_to_ring_when_nobody_picks_it_up(
    app: Flask, school: School, sign_in: SignIn, stopped: Callable[[datetime], None]
) -> None:
    monday = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    stopped(monday)
    recorder = sign_in(Role.STAFF)
    receipt = filled(recorder.get("/disclosures/new")).follow()
    address = receipt.path
    with clock.stopped_at(monday + timedelta(minutes=10)):
        assert "Nobody has picked this up yet" not in recorder.get(address).main_text
    with clock.stopped_at(monday + timedelta(minutes=20)):
        recorder.get(address)  # the sign-in rests for 15 minutes at most
    with clock.stopped_at(monday + timedelta(minutes=31)):
        late = recorder.get(address)
        assert "Nobody has picked this up yet" in late.main_text
        assert "01632 960 111" in late.main_text
        assert "now also with the deputies" in sign_in(Role.DEPUTY).get("/inbox").main_text
    with clock.stopped_at(monday + timedelta(minutes=61)):
        assert "and the head" in sign_in(Role.HEAD).get("/inbox").main_text


def test_reply_and_answer_carry_nothing_of_the_case(
    app: Flask, school: School, sign_in: SignIn
) -> None:
    recorder, lead = sign_in(Role.STAFF), sign_in(Role.DSL)
    address = filled(recorder.get("/disclosures/new")).location
    inside = f"/inbox/{newest(app).id}"
    lead.get(inside).submit(button="Pick it up").follow()
    lead.get(f"{inside}/ask").submit(words="Was anybody else in the room?").follow()
    page = recorder.get(address)
    assert "Picked up" in page.main_text
    assert "Was anybody else in the room?" in page.main_text
    page.click("Answer the question").submit(words="Only the two of us.").follow()
    assert "Only the two of us." in lead.get(inside).text


def test_a_later_addition_stands_beside_what_was_written(
    app: Flask, school: School, sign_in: SignIn
) -> None:
    recorder = sign_in(Role.STAFF)
    address = filled(recorder.get("/disclosures/new")).location
    add = recorder.get(f"{address}/add")
    page = add.submit(
        happened=Happened(date(2026, 11, 20), None, about=True), words="It was in the bus."
    ).follow()
    assert "It was in the bus." in page.main_text
    assert WORDS in "".join(page.written())


def test_only_the_writer_reads_it_back(app: Flask, school: School, sign_in: SignIn) -> None:
    address = filled(sign_in(Role.STAFF).get("/disclosures/new")).location
    sign_in(Role.PASTORAL).get(address, status=404)
    sign_in(Role.DSL).get(address, status=404)


def test_leaving_and_coming_back_finds_what_was_typed(
    app: Flask, school: School, sign_in: SignIn
) -> None:
    recorder = sign_in(Role.STAFF)
    page = recorder.get("/disclosures/new")
    form = page.form("/disclosures/new")
    draft = page.fields(form)
    draft["own_words"] = "Half a sent"
    draft["sheet_address"] = "/disclosures/new"
    recorder.post(form.get("data-autosave", ""), draft, status=204)
    again = recorder.get("/disclosures/new")
    assert "Half a sent" in again.written()
    assert "You began this" in again.main_text
    fresh = again.submit(button="Throw it away and start again").follow()
    assert "Half a sent" not in fresh.written()


def test_the_save_stays_within_its_statements(
    app: Flask, school: School, sign_in: SignIn, saved: Saved, statements: Any
) -> None:
    """16 at most: sign-in 1, sheet 2, school 1, colleagues 1, number 1, key 1, disclosure 1,
    exclusion 1, flushes, journal head 1, rows 1, head 1, sheet 1."""
    with saved():
        factories.pupil(school, full_name="Sara Whitlock")
    counted = {}
    for people in (1, 3):
        page = sign_in(Role.STAFF).get("/disclosures/new")
        for _ in range(people - 1):
            page = page.submit(button="Add another person", status=200)
        fields: dict[str, Any] = {}
        for index in range(people):
            fields[f"people-{index}-name"] = f"Nobody Listed{'abc'[index]}"
            fields[f"people-{index}-parts"] = ["harmed"]
        with statements() as sent:
            filled(page, fields=fields)
        counted[people] = sent.count
    assert counted[1] <= 16, counted
    assert counted[3] <= 16, counted
