"""Attacks that worked once, and what must not become possible again."""

import sqlite3
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError

from portal import boot, clock, create_app
from portal.casefile.redaction import without_names
from portal.cases import service as cases
from portal.cases.models import Case, CaseNote
from portal.commands import main
from portal.config import BadSetting, Config, load
from portal.db import database, session
from portal.disclosures import service as disclosures
from portal.disclosures.models import Disclosure
from portal.journal.verify import verify
from portal.people.models import Person, PersonKind
from portal.staff.roles import Role
from portal.web import sheets
from tests import factories
from tests.factories import Colleague, School
from tests.page import Browser

SignIn = Callable[[Role | Colleague], Browser]
Saved = Callable[[], AbstractContextManager[None]]
Stopped = Callable[[datetime], None]


# who may know


def test_shut_out_of_a_case_is_shut_out_of_its_disclosures(
    school: School, sign_in: SignIn, saved: Saved
) -> None:
    """Also in the inbox, whose address somebody may still have from before."""
    with saved():
        told = factories.disclosure(school)
        made = factories.case(school, told)
    deputy = sign_in(Role.DEPUTY)
    deputy.get(f"/inbox/{told.id}")
    with saved():
        factories.exclude(school, the_case(made.id), school[Role.DEPUTY])
    deputy.get(f"/cases/{made.reference}", 404)
    deputy.get(f"/inbox/{told.id}", 404)
    deputy.post(f"/inbox/{told.id}/ask", {"csrf_token": deputy.token, "words": "Who?"}, 404)


def test_an_allegation_shows_in_no_list_of_people(
    school: School, sign_in: SignIn, saved: Saved
) -> None:
    """Neither the accused nor the other leads learn of it from the list of adults."""
    accused = school[Role.DEPUTY]
    row = {"kind": "colleague", "name": accused.name, "parts": ["displayed"]}
    with saved():
        told = factories.disclosure(school, people=[{**row, "member_id": str(accused.id)}])
    with saved():
        disclosures.open_case(school.head.actor, the_disclosure(told.id), school.row, {})
    with saved():
        person = session.scalars(select(Person).where(Person.kind == "colleague")).one()
    for role in (Role.DEPUTY, Role.DSL):
        browser = sign_in(role)
        assert accused.name not in browser.get("/people/adults").main_text
        found = browser.get("/people").submit(words=accused.name.split()[1], status=200)
        assert accused.name not in found.main_text
        for rest in ("", "/versions", "/cases"):
            browser.get(f"/people/{person.id}{rest}", 404)
    assert accused.name in sign_in(Role.HEAD).get("/people/adults").main_text


def test_a_colleague_whose_account_is_found_out_later_is_shut_out(
    school: School, sign_in: SignIn, saved: Saved
) -> None:
    deputy = school[Role.DEPUTY]
    with saved():
        made = factories.case(school)
        adult = factories.person(school, PersonKind.COLLEAGUE, "Tommy")  # whom nobody can guess
    dsl, there = sign_in(Role.DSL), f"/cases/{made.reference}"
    dsl.get(f"{there}/people/add/{adult.id}").submit(
        f"{there}/people/add/{adult.id}", fields={"parts": ["witness"]}
    )
    sign_in(Role.DEPUTY).get(there)
    change = f"/people/{adult.id}/change"
    dsl.get(change).submit(change, member_id=str(deputy.id), reason="His account")
    sign_in(Role.DEPUTY).get(there, 404)


def test_a_case_for_the_head_is_not_there_for_the_leads(
    school: School, sign_in: SignIn, saved: Saved
) -> None:
    accused = school[Role.STAFF]
    row = {"kind": "colleague", "name": accused.name, "parts": ["displayed"]}
    with saved():
        told = factories.disclosure(school, school[Role.PASTORAL], people=[row])
        plain = factories.case(school)
    head = sign_in(Role.HEAD)
    joined = {"csrf_token": head.token, "case": plain.reference}
    head.post(f"/inbox/{told.id}/join", joined, 403)
    opened = head.post(f"/inbox/{told.id}/open", {"csrf_token": head.token})
    for role in (Role.DSL, Role.DEPUTY):
        browser = sign_in(role)
        browser.get(opened.location, 404)
        browser.get(f"/inbox/{told.id}", 404)
        answers = [
            browser.post(
                f"/cases/{plain.reference}/link",
                {"csrf_token": browser.token, "other": other, "why": "x"},
                422,
            ).summary()
            for other in (opened.location.rpartition("/")[2], "2026-9999")
        ]
        assert answers[0] == answers[1]


def test_a_lead_cannot_become_head_or_sign_in_as_the_head(school: School, sign_in: SignIn) -> None:
    browser = sign_in(Role.DSL)
    head, own = f"/school/members/{school.head.id}", f"/school/members/{school.dsl.id}"
    browser.get(f"{head}/invite", 403)
    browser.post(f"{head}/invite", {"csrf_token": browser.token}, 403)
    browser.post(f"{head}/end", {"csrf_token": browser.token}, 403)
    roles = [("csrf_token", browser.token), ("roles", "dsl"), ("roles", "head")]
    browser.send("POST", f"{own}/roles", urlencode(roles).encode(), 422)


def test_the_invitation_of_somebody_else_is_not_shown(school: School, sign_in: SignIn) -> None:
    browser = sign_in(Role.DSL)
    one, other = school[Role.STAFF].id, school[Role.GOVERNOR].id
    address = f"/school/members/{one}/invite"
    browser.get(address).submit(address)
    shown = browser.get(f"/school/members/{other}/invitation")
    assert "/invitation/" not in shown.main_text


# addresses to go on to


def test_the_hidden_screen_does_not_lead_elsewhere(school: School, sign_in: SignIn) -> None:
    browser = sign_in(Role.DSL)
    sent = {"csrf_token": browser.token, "password": factories.PASSWORD}
    before = {"Referer": "http://localhost//evil.example/x"}
    browser.send("POST", "/hide", sent, 303, headers=before)
    assert browser.post("/hidden", sent).location == "/"


@pytest.mark.parametrize("target", ["//evil.example/", "https://evil.example", "/\\evil.example"])
def test_a_draft_does_not_lead_elsewhere(
    school: School, sign_in: SignIn, target: str, stopped: Stopped
) -> None:
    """Where a sign-in has ended, the address of a draft is kept as it was sent."""
    browser, sheet = sign_in(Role.DSL), uuid4()
    draft = {"csrf_token": browser.token, "sheet": str(sheet), "sheet_address": target, "a": "b"}
    with clock.stopped_at(clock.now() + timedelta(minutes=20)):
        browser.send("POST", f"/sheets/{sheet}", draft, 401)
    answer = browser.post(f"/sheets/{sheet}/discard", {"csrf_token": browser.token})
    assert answer.location == "/"


def test_sheets_of_others_are_not_there(school: School, sign_in: SignIn) -> None:
    one, other, sheet = sign_in(Role.STAFF), sign_in(Role.DEPUTY), uuid4()
    draft = {"sheet_address": "/disclosures/new", "own_words": "mine alone"}
    one.post(f"/sheets/{sheet}", {"csrf_token": one.token, **draft}, 204)
    theirs = {"csrf_token": other.token, **draft, "own_words": "over it", "sheet": str(sheet)}
    for address in (f"/sheets/{sheet}", f"/sheets/{sheet}/discard", "/disclosures/new"):
        other.post(address, theirs, 404)
    assert "mine alone" not in other.get("/disclosures/new").html
    assert "mine alone" in one.get("/disclosures/new").html


# at once


def test_of_two_leads_at_once_one_opens_the_case(
    app: Flask, school: School, sign_in: SignIn, saved: Saved
) -> None:
    with saved():
        told = factories.disclosure(school)
    leads = [sign_in(Role.DSL), sign_in(Role.DEPUTY)]
    picked = at_once(leads, f"/inbox/{told.id}/pick-up", {})
    assert set(picked) <= {303, 409}
    assert 303 in picked
    # the second may be asked first who the people are, whom the first has just put in the list
    assert sorted(at_once(leads, f"/inbox/{told.id}/open", {})) in ([303, 409], [303, 422])
    with app.app_context():
        assert session.scalar(select(func.count()).select_from(Case)) == 1
        kinds = [one.kind for one in disclosures.replies_to(the_disclosure(told.id))]
    assert kinds == ["picked_up"]


def test_one_sheet_sent_six_times_at_once_is_one_record(
    app: Flask, school: School, sign_in: SignIn, saved: Saved
) -> None:
    with saved():
        made = factories.case(school)
    first = sign_in(Role.DSL)
    address = f"/cases/{made.reference}/notes/new"
    typed = {**first.get(address).fields(), "kind": "other", "words": "only once"}
    assert at_once(same_cookie(app, first, 6), address, typed) == [303] * 6
    with app.app_context():
        assert session.scalar(select(func.count()).select_from(CaseNote)) == 1


def test_who_loses_twice_can_still_send_their_words(
    school: School, sign_in: SignIn, saved: Saved
) -> None:
    with saved():
        made = factories.case(school)
        entry = cases.add_note(school.dsl.actor, made, "other", "first words", None)
        session.flush()
    address = f"/cases/{made.reference}/notes/{entry.id}/correct"
    quick, slow = sign_in(Role.DSL), sign_in(Role.DEPUTY)
    for words, typed in (("once", {"words": "slow words", "reason": "r"}), ("twice", {})):
        page = slow.get(address)
        quick.get(address).submit(address, words=words, reason="r")
        refused = page.submit(address, status=409, fields=typed)
        assert words in refused.text
        assert "slow words" in refused.html
    slow.get(address).submit(address)
    with saved():
        assert session.get_one(CaseNote, entry.id).words == "slow words"


def test_somebody_added_twice_loses_nobodys_words(
    app: Flask, school: School, sign_in: SignIn, saved: Saved
) -> None:
    """Of two who add the same person the second keeps what they wrote, and there is one part."""
    with saved():
        made = factories.case(school)
        child = factories.pupil(school)
    address = f"/cases/{made.reference}/people/add/{child.id}"
    quick, slow = sign_in(Role.DSL), sign_in(Role.DEPUTY)
    page = slow.get(address)
    quick.get(address).submit(address, fields={"parts": ["witness"]})
    refused = page.submit(address, status=422, fields={"parts": ["other"], "note": "Her uncle"})
    assert "in the case already" in refused.errors()["parts"]
    assert "Her uncle" in refused.html
    with app.app_context():
        there = [one.person_id for one in cases.people_in(the_case(made.id))]
    assert there.count(child.id) == 1


# when something breaks


def test_a_fault_keeps_what_was_typed(
    app: Flask, school: School, sign_in: SignIn, saved: Saved, monkeypatch: pytest.MonkeyPatch
) -> None:
    with saved():
        made = factories.case(school)
    browser = sign_in(Role.DSL)
    address = f"/cases/{made.reference}/notes/new"
    page = browser.get(address)

    def broken(*_arguments: object, **_named: object) -> None:
        raise ValueError

    app.config["PROPAGATE_FAULTS"] = app.config["TESTING"] = False
    with monkeypatch.context() as patched:
        patched.setattr(cases, "add_note", broken)
        typed = {"kind": "other", "words": "a long account"}
        page.submit(address, fields=typed, happened=factories.when(0, None), status=500)
    assert "a long account" in browser.get(address).html


def test_a_full_disk_is_told_as_such(
    school: School, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a draft cannot be kept either, the page with the text on it is what is answered."""
    browser = sign_in(Role.DSL)

    def full(*_arguments: object) -> None:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    monkeypatch.setattr(sheets, "_keep_refused", full)
    sent = {"csrf_token": browser.token, "own_words": "still on the page"}
    assert "still on the page" in browser.post("/disclosures/new", sent, 422).html


def test_a_key_that_is_gone_is_found(app: Flask, school: School, saved: Saved) -> None:
    with saved():
        made = factories.case(school)
    with app.test_request_context(method="POST"):
        gone = {"key": made.key_id.hex if is_sqlite(app) else made.key_id}
        session.execute(text("UPDATE data_keys SET wrapped = NULL WHERE id = :key"), gone)
        session.commit()
    with app.app_context(), database().reading() as own:
        faults = verify(own, app.extensions["vault"])
    assert any(f"The key of cases {made.id} is gone" in fault for fault in faults)


@pytest.mark.parametrize("damage", ["text", "cut"])
def test_a_file_that_is_no_database_ends_with_a_sentence(
    tmp_path: Path, damage: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config = _new(tmp_path)
    boot.prepare(config)
    file = _file(config)
    file.write_bytes(b"some text, " * 200 if damage == "text" else file.read_bytes()[:20_000])
    before = file.read_bytes()
    monkeypatch.setenv("PORTAL_HOME", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert main(["verify"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("The database cannot be used:")
    assert "Traceback" not in said
    assert file.read_bytes() == before


def test_a_first_start_that_was_cut_short_can_be_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = _new(tmp_path)

    def full(*_arguments: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(boot, "make_installation", full)
        with pytest.raises(sqlite3.OperationalError):
            boot.prepare(config)
    assert not _file(config).exists()
    assert boot.prepare(config) is True
    create_app(config).extensions["database"].engine.dispose()
    assert [one.name for one in _file(config).parent.iterdir()] == [_file(config).name]


def test_an_address_of_a_database_that_cannot_be_read_is_not_repeated() -> None:
    with pytest.raises(BadSetting) as refused:
        load({"DATABASE_URL": "postgresql://portal:heron-lamp@host:port/portal"})
    assert "heron" not in str(refused.value)


# names left out of a copy


@pytest.mark.parametrize(
    "written",
    [
        "Zoë D’Arcy",
        "Zoë D'Arcy",
        "ZOË  D’ARCY",
        "Zoë\nD’Arcy",
        "Zoe\u0308 D’Arcy",
        "Zoë\u00a0D’Arcy’s",
    ],
)
def test_names_are_left_out_however_they_are_typed(written: str) -> None:
    for name in ("Zoë D’Arcy", "Zoe\u0308 D'Arcy"):
        left = without_names(f"It was {written} who told him.", [name])
        assert "Arcy" not in left.title()
        assert left.startswith("It was [name left out]")
    assert without_names("Zoë\u0308x is not a name", ["Zoë D’Arcy"]) == "Zoë\u0308x is not a name"


def the_case(case_id: UUID) -> Case:
    return session.get_one(Case, case_id)


def the_disclosure(disclosure_id: UUID) -> Disclosure:
    return session.get_one(Disclosure, disclosure_id)


def is_sqlite(app: Flask) -> bool:
    return bool(app.extensions["database"].engine.dialect.name == "sqlite")


def same_cookie(app: Flask, first: Browser, count: int) -> list[Browser]:
    with first.client.session_transaction() as kept:
        held = dict(kept)
    browsers = [Browser(app) for _ in range(count)]
    for one in browsers:
        with one.client.session_transaction() as kept:
            kept.update(held)
    return browsers


def at_once(browsers: Iterable[Browser], address: str, data: dict[str, str]) -> list[int]:
    """The statuses of the same form sent by several at the same moment."""

    def send(browser: Browser) -> int:
        sent = {**data, "csrf_token": browser.token}
        return browser.post(address, sent, range(200, 600)).status

    browsers = list(browsers)
    with ThreadPoolExecutor(len(browsers)) as pool:
        return list(pool.map(send, browsers))


def _new(home: Path) -> Config:
    return replace(load({"PORTAL_HOME": str(home)}), testing=True)


def _file(config: Config) -> Path:
    assert config.sqlite_file is not None
    return config.sqlite_file
