"""Copies: numbered, written down first, laid out from the record, and without those left out."""

import io
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from portal.casefile.models import Print
from portal.casefile.redaction import LEFT_OUT
from portal.cases import service as cases
from portal.cases.models import Case
from portal.db import session
from portal.journal.models import JournalRow
from portal.staff.roles import Role
from tests import factories

SECRET = "Her father: that she has a girlfriend."


@pytest.fixture
def case(school: Any, saved: Any) -> Any:
    """A worked case; gives its reference and the ids of its people."""
    with saved():
        made = factories.case(school)
        answered = factories.checklist(school, made, at_risk="yes", coercion="not_known")
        factories.decision(school, made, answered)
        factories.view(school, made)
        factories.review(school, made)
        people = cases.people_in(made)
        cases.change_involved(
            school.dsl.actor, people[0], {"not_to_be_told": SECRET}, "She asked for it."
        )
        cases.add_note(
            school.dsl.actor, made, "contact", "Owen  Price came to the office.", factories.when()
        )
        return made.reference, [str(one.id) for one in people]


def answers(people: list[str], **changes: Any) -> dict[str, Any]:
    return {
        "purpose": "police_referral",
        "recipient_kind": "police",
        "recipient_name": "PC Dolan",
        "recipient_body": "PC 4471, West Midlands Police",
        "people": people,
        **changes,
    }


def text_of(pdf: bytes) -> str:
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
    return " ".join(" ".join(pages).split())


def printed(browser: Any, reference: str, data: dict[str, Any]) -> tuple[Any, bytes]:
    ready = browser.get(f"/cases/{reference}/print").submit(fields=data, button="Make the copy")
    ready = ready.follow()
    response = browser.client.get(f"{ready.path}/file")
    assert response.status_code == 200
    return response, response.data


def test_a_copy_is_numbered_and_says_for_whom(case: Any, sign_in: Any) -> None:
    reference, people = case
    browser = sign_in(Role.DSL)
    response, pdf = printed(browser, reference, answers(people))
    assert response.mimetype == "application/pdf"
    assert response.headers["Cache-Control"] == "no-store"
    assert (
        response.headers["Content-Disposition"]
        == f'attachment; filename="case-{reference}-copy-1.pdf"'
    )
    text = text_of(pdf)
    for words in (
        "Copy 1",
        "PC Dolan, PC 4471, West Midlands Police",
        "Ruth Adeyemi (Designated Safeguarding Lead)",
        "Sara O'Neill",
        "Owen Price",
        "Now it’s in the year group chat.",
        "She was shaking and would not sit down.",
        "@oak_9b",
        "Always refer to the police",
        "Who else has it?",
        "She is afraid of her father.",
        "Not recorded yet",
        "Nothing has been left out of this copy.",
        "The school has not copied any imagery",
    ):
        assert words in text, words
    again, _ = printed(browser, reference, answers(people))
    assert "copy-2" in again.headers["Content-Disposition"]


def test_somebody_left_out_is_named_only_as_a_number(case: Any, sign_in: Any) -> None:
    reference, people = case
    _, pdf = printed(sign_in(Role.DSL), reference, answers(people[:1]))
    text = text_of(pdf)
    assert "Owen" not in text
    assert LEFT_OUT in text
    assert "1 person left out" in text


def test_a_part_left_out_is_named(case: Any, sign_in: Any) -> None:
    reference, people = case
    _, pdf = printed(sign_in(Role.DSL), reference, answers(people, parts=["people", "views"]))
    text = text_of(pdf)
    assert "the part “What was said and seen”" in text
    assert "year group chat" not in text


@pytest.mark.parametrize(
    ("kind", "stands"),
    [("police", True), ("social_care", True), ("parent", False), ("school", False)],
)
def test_what_somebody_must_not_be_told(case: Any, sign_in: Any, kind: str, stands: bool) -> None:
    reference, people = case
    _, pdf = printed(sign_in(Role.DSL), reference, answers(people, recipient_kind=kind))
    assert (SECRET in text_of(pdf)) is stands
    assert ("Not to be told" in text_of(pdf)) is stands


def test_every_copy_and_every_fetch_is_written_down(case: Any, sign_in: Any, saved: Any) -> None:
    reference, people = case
    browser = sign_in(Role.DSL)
    printed(browser, reference, answers(people))
    with saved():
        about = session.scalars(select(Case).where(Case.reference == reference)).one()
        copy = session.scalars(select(Print)).one()
        verbs = list(
            session.scalars(
                select(JournalRow.verb)
                .where(JournalRow.case_id == about.id)
                .order_by(JournalRow.seq.desc())
                .limit(2)
            )
        )
        assert verbs == ["fetched copy 1", "printed a copy"]
        assert (copy.purpose, copy.parts) == ("Referral to the police", copy.parts)
        assert len(copy.journal_hash) == 64


def test_a_copy_is_not_given_out_once_the_record_says_something_else(
    case: Any, sign_in: Any, saved: Any, school: Any
) -> None:
    reference, people = case
    browser = sign_in(Role.DSL)
    printed(browser, reference, answers(people))
    with saved():
        about = session.scalars(select(Case).where(Case.reference == reference)).one()
        copy = session.scalars(select(Print)).one()
        address = f"/cases/{reference}/prints/{copy.id}"
        factories.action(school, about)
    assert "out of date" in browser.get(address).h1
    browser.get(f"{address}/file", status=409)


def test_what_is_asked_before_a_copy(case: Any, sign_in: Any) -> None:
    reference, people = case
    page = sign_in(Role.DSL).get(f"/cases/{reference}/print")
    assert "No image is attached" in page.main_text
    refused = page.submit(fields={}, button="Make the copy", status=422)
    assert set(refused.errors()) == {
        "purpose",
        "recipient_kind",
        "recipient_name",
        "recipient_body",
        "people",
    }
    other = page.submit(fields=answers(people, purpose="other"), button="Make the copy", status=422)
    assert set(other.errors()) == {"purpose_words"}


def test_the_chronology_prints_as_it_is_filtered(case: Any, sign_in: Any) -> None:
    reference, _ = case
    browser = sign_in(Role.DSL)
    page = browser.get(f"/cases/{reference}/chronology/print?kind=note")
    data = answers([])
    del data["people"]
    ready = page.submit(fields=data, button="Make the copy").follow()
    response = browser.client.get(f"{ready.path}/file")
    text = text_of(response.data)
    assert "Only: entries by hand. The oldest first." in text
    assert "Number of entries 1" in text
    assert f"case-{reference}-chronology-copy-1.pdf" in response.headers["Content-Disposition"]


def test_only_those_who_print_reach_a_copy(case: Any, sign_in: Any, second_school: Any) -> None:
    reference, people = case
    browser = sign_in(Role.DSL)
    browser.get(f"/cases/{reference}/print").submit(fields=answers(people), button="Make the copy")
    sign_in(Role.HEAD).get(f"/cases/{reference}/print")
    sign_in(second_school.dsl).get(f"/cases/{reference}/print", status=404)
    sign_in(Role.STAFF).get(f"/cases/{reference}/print", status=404)


def test_a_copy_that_cannot_be_noted_is_not_served(
    case: Any, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy.exc import OperationalError

    from portal.web import unit_of_work

    reference, people = case
    browser = sign_in(Role.DSL)
    ready = browser.get(f"/cases/{reference}/print").submit(
        fields=answers(people), button="Make the copy"
    )
    ready = ready.follow()

    def fails(_on: Any) -> None:
        raise OperationalError("", {}, Exception())

    monkeypatch.setattr(unit_of_work.service, "settle", fails)
    response = browser.client.get(f"{ready.path}/file")
    assert response.status_code == 503
    assert b"%PDF" not in response.data
