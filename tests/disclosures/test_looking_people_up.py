"""What a list of young people tells whoever may only record, and what the inbox tells of staff."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.db import session
from portal.disclosures import service as disclosures
from portal.disclosures.models import Disclosure
from portal.journal.models import JournalRow
from portal.journal.reading import content
from portal.people.models import PersonKind
from portal.staff.roles import Role
from portal.vault.keys import DataKey
from tests import factories
from tests.factories import School
from tests.page import Browser, Page

Saved = Callable[[], AbstractContextManager[None]]
SignIn = Callable[[Any], Browser]


@pytest.fixture(autouse=True)
def listed(school: School, saved: Saved) -> None:
    with saved():
        factories.pupil(school, "Sara Anne Whitlock", form_group="9C", known_as="Sally")
        factories.person(school, PersonKind.ELSEWHERE, "Sara Pike", place="Ashdown School")
        factories.person(school, PersonKind.CARER, "Ann Whitlock")


def look(browser: Browser, name: str, kind: str = "pupil", status: int = 200) -> Page:
    return browser.get("/disclosures/new").submit(
        button="Look in the pupil list (person 1)",
        status=status,
        fields={"people-0-name": name, "people-0-kind": kind},
    )


def searches() -> list[Any]:
    rows = session.scalars(select(JournalRow).where(JournalRow.verb == "searched people"))
    found = []
    for row in rows.all():
        key = session.get(DataKey, row.key_id)
        assert key is not None
        found.append((row.actor_id, content(row, key)))
    return found


@pytest.mark.parametrize("name", ["Sara", "sara sara", "Whitlock", ""])
def test_nobody_is_offered_before_first_and_last_name_are_there(
    school: School, sign_in: SignIn, name: str
) -> None:
    page = look(sign_in(Role.ADMIN), name, status=422)
    assert "Write the first and the last name" in page.errors()["people-0-name"]
    assert "9C" not in page.main_text
    assert name in next(page.all("input", name="people-0-name")).get("value")


@pytest.mark.parametrize("name", ["Sara Whitlock", "whitlock sara", "Sally Whitlock"])
def test_whoever_has_the_first_and_the_last_name_is_offered(
    school: School, sign_in: SignIn, name: str
) -> None:
    assert "Sara Anne Whitlock, 9C" in look(sign_in(Role.STAFF), name).main_text


@pytest.mark.parametrize("name", ["Sara Anne", "Sara Sally", "Anne Whitlock"])
def test_two_words_that_are_not_first_and_last_find_nobody(
    school: School, sign_in: SignIn, name: str
) -> None:
    assert "9C" not in look(sign_in(Role.STAFF), name).main_text


@pytest.mark.parametrize(("name", "kind"), [("Sara Pike", "elsewhere"), ("Ann Whitlock", "carer")])
def test_who_may_only_record_is_offered_nobody_but_pupils(
    school: School, sign_in: SignIn, name: str, kind: str
) -> None:
    def is_offered(role: Role) -> bool:
        return "Is it one of these?" in look(sign_in(role), name, kind).main_text

    assert not is_offered(Role.STAFF)
    assert not is_offered(Role.PASTORAL)
    assert is_offered(Role.DSL)


def test_a_look_is_noted_with_how_many_were_found(
    app: Flask, school: School, sign_in: SignIn
) -> None:
    look(sign_in(Role.STAFF), "Sara Whitlock")
    look(sign_in(Role.STAFF), "Nobody Atall")
    with app.app_context():
        who = school[Role.STAFF].id
        assert searches() == [(who, {"hits": 1}), (who, {"hits": 0})]


def test_nothing_is_read_from_the_list_without_a_look(
    app: Flask, school: School, sign_in: SignIn
) -> None:
    browser = sign_in(Role.STAFF)
    sent = browser.get("/disclosures/new").fields()
    for chosen in ("p:x", f"p:{school.id}", "m:x", "none"):
        fields = {"people-0-name": "Sara Whitlock", "people-0-person_id": chosen}
        page = browser.post("/disclosures/new", {**sent, **fields}, 422)
        assert "Anne" not in page.main_text
    with app.app_context():
        assert searches() == []


def test_looks_in_a_row_are_slowed_down_and_what_was_typed_stays(
    school: School, sign_in: SignIn, stopped: Callable[[Any], None]
) -> None:
    now = clock.now()
    stopped(now)
    browser = sign_in(Role.STAFF)
    for _ in range(5):
        look(browser, "Sara Whitlock")
    refused = look(browser, "Sara Whitlock", status=429)
    assert "9C" not in refused.main_text
    assert next(refused.all("input", name="people-0-name")).get("value") == "Sara Whitlock"
    look(sign_in(Role.PASTORAL), "Sara Whitlock")
    stopped(now + timedelta(minutes=1))
    assert "9C" in look(browser, "Sara Whitlock").main_text


def test_the_inbox_never_asks_whether_a_colleague_is_one_of_the_list(
    school: School, sign_in: SignIn, saved: Saved
) -> None:
    """That they are in the list tells that a case names them, and a DSL may not see which."""
    accused = school[Role.DEPUTY]

    def asks() -> bool:
        row = {"kind": "colleague", "name": accused.name, "parts": ["witness"]}
        with saved():
            told = factories.disclosure(school, people=[row])
        dsl = sign_in(Role.DSL)
        pages = [dsl.get(f"/inbox/{told.id}/{way}").main_text for way in ("open", "join")]
        return any("Who is" in one or "the same person" in one for one in pages)

    assert not asks()
    row = {"kind": "colleague", "name": accused.name, "parts": ["displayed"]}
    with saved():
        made = factories.disclosure(school, people=[row])
    with saved():
        told = session.get_one(Disclosure, made.id)
        disclosures.open_case(school.head.actor, told, school.row, {})
    assert not asks()
