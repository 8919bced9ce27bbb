"""Need-to-know notes: agreed, marked, read, withdrawn; who gets one is let into nothing."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from portal import clock
from portal.cases import need_to_know
from portal.cases import service as cases
from portal.cases.models_wishes import NeedToKnowNote
from portal.staff.roles import Permission, Role, allowed
from portal.web.errors import NotPossible
from tests import factories
from tests.factories import School
from tests.page import Browser, Page
from tests.wishes.conftest import Look, Made, sara_in, the_case, visit

SENTENCE = "She may leave any lesson without a word and go to room 4"


def send(ruth: Browser, made: Made, **changes: Any) -> Page:
    status = changes.pop("status", 303)
    page = ruth.get(made.at("need-to-know", "new"))
    fields = {"about": made.sara, "member": made.colleague, "sentence": SENTENCE}
    return page.submit(fields={**fields, **changes}, button="Send the note", status=status)


def test_a_colleague_reads_a_name_and_a_sentence_and_says_so(
    ruth: Browser, made: Made, sign_in: Any
) -> None:
    assert "Not read yet" in send(ruth, made).follow().main_text
    beth = sign_in(Role.STAFF)
    assert "1 note to you" in beth.get("/disclosures").main_text
    page = beth.get("/disclosures").click("Notes to me")
    assert "Sara O'Neill" in page.main_text
    assert SENTENCE in page.main_text
    assert made.reference not in page.html
    assert "/cases/" not in page.html
    read = page.submit().follow()
    assert "You read it" in read.main_text
    assert not read.forms()
    assert "waits to be read" not in beth.get("/disclosures").main_text
    told = ruth.get(made.at("need-to-know")).main_text
    assert "Read" in told
    assert "Not read yet" not in told


def test_reading_it_twice_keeps_the_first_receipt(
    ruth: Browser, made: Made, sign_in: Any, look: Look
) -> None:
    send(ruth, made)
    beth = sign_in(Role.STAFF)
    with look() as case:
        note_id = need_to_know.notes_of(case)[0].id
    body = {"csrf_token": beth.token}
    beth.post(f"/notes/{note_id}/read", body)
    with look() as case:
        first = need_to_know.notes_of(case)[0]
        at, version = first.read_at, first.version
    beth.post(f"/notes/{note_id}/read", body)
    with look() as case:
        again = need_to_know.notes_of(case)[0]
        assert (again.read_at, again.version) == (at, version)


def test_nobody_else_reads_it(
    ruth: Browser, made: Made, sign_in: Any, look: Look, second_school: School
) -> None:
    send(ruth, made)
    with look() as case:
        note_id = need_to_know.notes_of(case)[0].id
    for who in (Role.PASTORAL, Role.ADMIN, Role.GOVERNOR, Role.HEAD, second_school[Role.STAFF]):
        other = sign_in(who)
        assert SENTENCE not in other.get("/notes").text
        other.post(f"/notes/{note_id}/read", {"csrf_token": other.token}, status=404)
    ruth.post(f"/notes/{uuid4()}/read", {"csrf_token": ruth.token}, status=404)
    with look() as case:
        assert need_to_know.notes_of(case)[0].read_at is None


def test_withdrawn_with_a_reason_it_vanishes(
    ruth: Browser, made: Made, sign_in: Any, look: Look
) -> None:
    send(ruth, made)
    beth = sign_in(Role.STAFF)
    receipt = beth.get("/notes")
    page = ruth.get(made.at("need-to-know")).click("Withdraw it")
    assert "reason" in page.submit(fields={"reason": " "}, status=422).errors()
    done = ruth.get(page.path).submit(fields={"reason": "She asked me to."}).follow()
    assert "Withdrawn" in done.main_text
    assert "She asked me to." in done.main_text
    assert "There is no note for you." in beth.get("/notes").main_text
    receipt.submit(status=404)
    assert "note" not in beth.get("/disclosures").main_text
    ruth.get(page.path, status=409)
    chronology = ruth.get(made.at("chronology") + "?kind=wishes").main_text
    assert "A need-to-know note about Sara O'Neill was withdrawn" in chronology
    assert SENTENCE not in chronology


def test_of_two_who_withdraw_it_the_second_sees_the_first(ruth: Browser, made: Made) -> None:
    send(ruth, made)
    first = ruth.get(made.at("need-to-know")).click("Withdraw it")
    second = ruth.get(first.path)
    first.submit(fields={"reason": "She asked me to."})
    second.submit(fields={"reason": "No longer needed."}, status=409)


def test_who_is_shut_out_is_told_nothing(
    ruth: Browser, made: Made, sign_in: Any, saved: Any, school: School
) -> None:
    send(ruth, made)
    with saved():
        case = the_case(made)
        factories.exclude(school, case, school[Role.STAFF])
        factories.exclude(school, case, school[Role.PASTORAL])
    assert SENTENCE not in sign_in(Role.STAFF).get("/notes").text
    assert "note" not in sign_in(Role.STAFF).get("/disclosures").main_text
    page = ruth.get(made.at("need-to-know", "new"))
    assert "Nadia Rahman" not in page.main_text
    body = page.fields()
    for name, value in (("about", made.sara), ("sentence", SENTENCE)):
        body[name] = value
    body["member"] = str(school[Role.PASTORAL].id)
    refused = ruth.post(page.path, body, status=422)
    assert "Choose one of the answers" in refused.errors()["member"]
    with saved():
        case = the_case(made)
        new = need_to_know.New(school[Role.PASTORAL].id, SENTENCE, clock.today())
        with pytest.raises(NotPossible):
            need_to_know.send(school.dsl.actor, case, sara_in(case), new)


def test_a_governor_is_not_offered(ruth: Browser, made: Made) -> None:
    assert "Edith Moss" not in ruth.get(made.at("need-to-know", "new")).main_text


def test_who_should_rather_not_be_told_is_marked_and_needs_a_reason(
    ruth: Browser, made: Made, look: Look
) -> None:
    visit(ruth, made, {"name": "Miss O’Hara", "standing": "rather_not"})
    page = ruth.get(made.at("need-to-know", "new"))
    assert "Beth O’Hara (would rather not be told)" in page.main_text
    refused = send(ruth, made, status=422)
    assert set(refused.errors()) == {"against_wish"}
    assert "Sara O'Neill would rather that Miss O’Hara did not know" in refused.text
    done = send(ruth, made, against_wish="She is her tutor, and Sara agreed.").follow()
    assert "Why all the same: She is her tutor, and Sara agreed." in done.main_text
    with look() as case:
        assert need_to_know.notes_of(case)[0].against_wish


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"sentence": ""}, "sentence"),
        ({"sentence": "x" * 301}, "sentence"),
        ({"sentence": "She was hurt. Be kind."}, "sentence"),
        ({"agreed_on": clock.today() + timedelta(days=2)}, "agreed_on"),
        ({"about": ""}, "about"),
        ({"member": ""}, "member"),
    ],
)
def test_what_a_note_must_have(
    ruth: Browser, made: Made, look: Look, changes: dict[str, Any], field: str
) -> None:
    refused = send(ruth, made, status=422, **changes)
    assert {name.split("-")[0] for name in refused.errors()} == {field}
    with look() as case:
        assert need_to_know.notes_of(case) == []


def test_a_note_about_somebody_of_another_case_is_refused(
    ruth: Browser, made: Made, saved: Any, school: School, look: Look
) -> None:
    with saved():
        other = factories.case(school)
        stranger = str(cases.people_in(other)[0].id)
        sent = need_to_know.send(
            school.dsl.actor,
            other,
            cases.people_in(other)[0],
            need_to_know.New(school.head.id, SENTENCE, clock.today()),
        )
        foreign = str(sent.id)
    page = ruth.get(made.at("need-to-know", "new"))
    body = page.fields()
    for name, value in (("member", made.colleague), ("sentence", SENTENCE), ("about", stranger)):
        body[name] = value
    assert "about" in ruth.post(page.path, body, status=422).errors()
    ruth.get(made.at("need-to-know", foreign, "withdraw"), status=404)
    with look() as case:
        assert cases.records_of(case, NeedToKnowNote) == []


def test_what_people_in_school_are_not_to_be_told_stands_in_no_note(
    ruth: Browser, made: Made
) -> None:
    page = ruth.get(made.at("not-to-be-told", "new"))
    page.submit(
        fields={
            "about": made.sara,
            "fact": "She has a girlfriend.",
            "phrases": "girlfriend",
            "from_kinds": ["school"],
            "reason": "She is not out.",
        }
    )
    refused = send(ruth, made, status=422, sentence="Her Girlfriend may fetch her from lessons")
    assert "“girlfriend” stands among" in refused.errors()["sentence"]
    send(ruth, made, sentence="A friend may fetch her from lessons")


@pytest.mark.parametrize("role", list(Role))
def test_everybody_has_the_page(school: School, sign_in: Any, role: Role) -> None:
    page = sign_in(role).get("/notes")
    assert "There is no note for you." in page.main_text
    in_menu = "Notes to me" in [words for words, _ in page.links()]
    assert in_menu is not allowed(frozenset({role}), Permission.SEE_CASES)


def test_who_reads_cases_is_told_on_the_page_of_today(
    made: Made, sign_in: Any, saved: Any, school: School
) -> None:
    head = sign_in(Role.HEAD)
    assert "note to you" not in head.get("/today").main_text
    with saved():
        case = the_case(made)
        new = need_to_know.New(school.head.id, SENTENCE, clock.today())
        need_to_know.send(school.dsl.actor, case, sara_in(case), new)
    assert SENTENCE in head.get("/today").click("Read it").main_text


def test_the_page_costs_the_same_with_many_notes(
    made: Made, sign_in: Any, saved: Any, school: School, statements: Any
) -> None:
    beth = sign_in(Role.STAFF)
    numbers = []
    for number in range(3):
        with saved():
            for _ in range(number * 4 + 1):
                case = factories.case(school)
                new = need_to_know.New(school[Role.STAFF].id, SENTENCE, clock.today())
                need_to_know.send(school.dsl.actor, case, sara_in(case), new)
        beth.get("/notes")
        with statements() as counted:
            beth.get("/notes")
        numbers.append(counted.count)
    assert len(set(numbers)) == 1, numbers
