"""What the school holds across cases: paging, searching, who sees what, and what it costs."""

import json
from datetime import time, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from portal import clock
from portal.cases.models import Case
from portal.db import session
from portal.devices import custody, lists
from portal.devices.custody import NewMove
from portal.devices.models import Device
from portal.devices.rules import Kind
from portal.journal.models import JournalRow
from portal.staff.roles import Role
from portal.vault.keys import DataKey, vault
from tests import factories

# sign-in · devices · their chains · how many there are
LIST = 4


@pytest.fixture
def held(saved, school):
    """Two cases: one with a telephone in the cabinet, one with a tablet that should be back."""
    with saved():
        one, other = factories.case(school), factories.case(school)
        first = factories.device(school, one, taken=factories.when(3), stored=False)
        second = factories.device(
            school, other, kind="tablet", make="Lenovo", colour="red", for_police=True,
            return_by=clock.now() - timedelta(hours=3),
        )  # fmt: skip
        return SimpleNamespace(
            first=first.id, second=second.id, one=one.reference, other=other.reference,
            first_case=one.id, other_case=other.id,
        )  # fmt: skip


def lines(page):
    return [page.words(one) for one in page.all("li", class_="portal-task")]


def test_everything_that_is_held_with_what_is_overdue_first(held, sign_in):
    page = sign_in(Role.DSL).get("/devices")

    late, other = lines(page)
    assert "Tablet: red Lenovo A14" in late
    assert f"Case {held.other}. Whose: Owen Price" in late
    assert "Ruth Adeyemi, Cabinet 2" in late
    assert "Seal 00418" in late
    assert "Return 3 hours late" in late
    assert "Held for the police" in late
    assert "not recorded as locked away" in other
    assert "2 held 1 overdue for return 1 held for the police" in page.main_text
    assert page.link("Tablet: red Lenovo").endswith(str(held.second))


def test_only_what_is_overdue_or_for_the_police(held, sign_in):
    browser = sign_in(Role.HEAD)

    for only in ("overdue", "police"):
        (line,) = lines(browser.get(f"/devices?only={only}"))
        assert "Tablet" in line
    browser.get("/devices?only=everything", status=400)


def test_what_has_left_is_no_longer_in_the_list(held, sign_in, saved, school):
    with saved():
        device = session.get(Device, held.second)
        actor, now = school.dsl.actor, factories.when(0, None)
        said = {"officer": "DC Khan", "reason": "Not needed"}
        custody.hold_for_police(actor, device, hold=False, at=now, words=said)
        session.flush()
        words = {"from_whom": "Ruth Adeyemi", "to_whom": "Owen Price"}
        custody.move_device(actor, device, NewMove(Kind.RETURNED, now, words))

    (line,) = lines(sign_in(Role.DSL).get("/devices"))
    assert "Tablet" not in line


@pytest.mark.parametrize("seal", ["00418", " 00-418 "])
def test_a_seal_is_found_also_where_the_device_is_gone(held, sign_in, saved, school, seal):
    with saved():
        device = session.get(Device, held.second)
        words = {"from_whom": "Ruth Adeyemi", "to_whom": "PC Dolan, West Midlands"}
        now = factories.when(0, None)
        custody.move_device(school.dsl.actor, device, NewMove(Kind.TO_POLICE, now, words))

    page = sign_in(Role.DSL).get("/devices").submit(seal=seal, status=200)

    (line,) = lines(page)
    assert "Tablet" in line
    assert "With the police" in line
    assert "PC Dolan, West Midlands, with the police" in line


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("lenovo", ["Tablet"]),
        ("CABINET 2", ["Tablet"]),
        ("ruth cabinet", ["Tablet"]),
        ("owen", ["Mobile telephone", "Tablet"]),
        ("black samsung", ["Mobile telephone"]),
        ("nothing like it", []),
    ],
)
def test_words_are_looked_for_in_what_is_held(held, sign_in, words, found):
    page = sign_in(Role.DSL).get("/devices").submit(words=words, status=200)

    assert [line.split(":")[0] for line in lines(page)] == found
    assert page.h1 == "Devices found"


def test_terms_reach_no_address_and_the_journal_keeps_the_hits_only(held, sign_in, app, school):
    page = sign_in(Role.DSL).get("/devices").submit(words="lenovo", status=200)

    assert page.path == "/devices"
    assert all("lenovo" not in address.lower() for _, address in page.links())
    with app.app_context():
        row = session.scalars(select(JournalRow).where(JournalRow.verb == "searched devices")).one()
        assert row.actor_id == school.dsl.id
        key = session.get(DataKey, row.key_id)
        kept = vault.open(key, f"journal.snapshot.{row.seq}", row.snapshot)
        assert json.loads(kept) == {"hits": [str(held.second)]}


def test_a_search_without_words_says_so(held, sign_in):
    page = sign_in(Role.DSL).get("/devices").submit(status=422)

    assert page.errors() == {"seal": "Enter the number of a seal, or words below"}
    assert len(lines(page)) == 2


@pytest.mark.parametrize("role", [Role.STAFF, Role.GOVERNOR, Role.PASTORAL, Role.ADMIN])
def test_others_do_not_see_it(held, sign_in, role):
    browser = sign_in(role)

    browser.get("/devices", status=403)
    browser.post("/devices", {"seal": "00418", "csrf_token": browser.token}, status=403)


def test_nobody_sees_the_devices_of_a_case_they_are_shut_out_of(held, sign_in, saved, school):
    with saved():
        factories.exclude(school, session.get(Case, held.other_case), school[Role.DEPUTY])
    browser = sign_in(Role.DEPUTY)

    page = browser.get("/devices")
    assert [line.split(":")[0] for line in lines(page)] == ["Mobile telephone"]
    assert "1 held 0 overdue for return 0 held for the police" in page.main_text
    assert lines(page.submit(seal="00418", status=200)) == []
    assert lines(browser.get("/devices").submit(words="lenovo", status=200)) == []


def test_another_school_sees_none_of_it(held, sign_in, second_school):
    browser = sign_in(second_school.dsl)

    assert lines(browser.get("/devices")) == []
    assert lines(browser.get("/devices").submit(seal="00418", status=200)) == []


def test_pages_follow_one_another_without_a_gap(saved, school, sign_in):
    with saved():
        case = factories.case(school)
        for number in range(60):
            taken = factories.when(1 + number % 4, None)  # many of one moment
            factories.device(school, case, taken=taken, model=f"N{number:02}.", stored=False)
    browser = sign_in(Role.DSL)

    page, found = browser.get("/devices"), []
    found += lines(page)
    assert len(found) == 25
    while any(words == "Taken later" for words, _ in page.links()):
        page = page.click("Taken later")
        found += lines(page)

    assert len(found) == 60
    assert {f"N{number:02}." in " ".join(found) for number in range(60)} == {True}
    assert page.click("The longest held").main_text.startswith("Devices held")
    for wrong in ("x", "20260101T000000000000_zz", "_", "99999999T0_" + "0" * 32):
        browser.get(f"/devices?after={wrong}", status=400)


def test_the_list_costs_the_same_however_much_is_held(saved, school, sign_in, statements):
    with saved():
        factories.device(school, factories.case(school))
    browser = sign_in(Role.DSL)
    browser.get("/devices")
    with statements() as counted:
        browser.get("/devices")
    assert counted.count == LIST, "\n".join(counted.texts)
    with saved():
        for _ in range(12):
            case = factories.case(school)
            for _ in range(3):
                factories.device(school, case)
    with statements() as counted:
        page = browser.get("/devices")
    assert counted.count == LIST, "\n".join(counted.texts)
    assert len(lines(page)) == 25


def test_pages_of_a_case_cost_the_same_with_many_devices(saved, school, sign_in, statements):
    with saved():
        case = factories.case(school)
        at = f"/cases/{case.reference}/devices"
        one = f"{at}/{factories.device(school, case).id}"
    browser, numbers = sign_in(Role.DSL), []
    for _ in range(2):
        for page in (at, one):
            browser.get(page)
            with statements() as counted:
                browser.get(page)
            numbers.append(counted.count)
        with saved():
            found = session.scalars(select(Case)).first()
            for _ in range(6):
                device = factories.device(school, found)
                new = NewMove(Kind.REMARK, factories.when(0, None), {"reason": "Seen"})
                custody.move_device(school.dsl.actor, device, new)
                factories.search(school, found)
    assert numbers[:2] == numbers[2:]
    assert max(numbers) <= 12, numbers


def test_the_chronology_costs_the_same_with_many_searches(saved, school, sign_in, statements):
    with saved():
        case = factories.case(school)
        factories.search(school, case)
        factories.device(school, case)
        at = f"/cases/{case.reference}/chronology"
    browser, numbers = sign_in(Role.DSL), []
    for _ in range(2):
        browser.get(at)
        with statements() as counted:
            browser.get(at)
        numbers.append(counted.count)
        with saved():
            found = session.scalars(select(Case)).first()
            for _ in range(5):
                factories.search(school, found)
                factories.device(school, found)
    assert numbers[0] == numbers[1]


def test_lists_and_seals_are_found_by_their_index(app, held, school, engine):
    """On SQLite the plan says so; PostgreSQL reads so small a table whole and rightly so."""
    with app.app_context():
        who = factories.viewer_of(school.dsl)
        visible = lists.cases_by_role(who)
        for statement, index in (
            (lists._held(visible, lists.EVERY, limit=26), "ix_devices_held"),
            (lists._held(visible, lists.EVERY, paged=True, limit=26), "ix_devices_held"),
            (lists._held(visible, lists.OVERDUE, limit=26), "ix_devices_return"),
            (lists._held(visible, lists.POLICE, limit=26), "ix_devices_for_police"),
            (lists._counts(visible), "ix_devices_return"),
            (lists._counts(visible), "ix_devices_for_police"),
            (lists._sealed(visible), "ix_devices_seal_lookup"),
        ):
            if engine.name != "sqlite":
                continue
            compiled = statement.compile(
                session.get_bind(), compile_kwargs={"render_postcompile": True}
            )
            plan = session.connection().exec_driver_sql(
                f"EXPLAIN QUERY PLAN {compiled}",
                tuple("0" for _ in compiled.positiontup or ()),
            )
            told = "\n".join(str(row[-1]) for row in plan)
            assert index in told, told
            assert "SCAN devices" not in told, told
            assert "SCAN cases" not in told, told
            assert index != "ix_devices_held" or "TEMP B-TREE" not in told, told


def test_overview_is_one_statement(held, app, school, statements):
    with app.app_context():
        who = factories.viewer_of(school.dsl)
        with statements() as counted:
            found = lists.held_overview(who)
        assert counted.count == 1
        assert (found.held, found.overdue, found.for_police) == (2, 1, 1)


def test_a_device_sealed_anew_is_found_by_its_new_number(held, saved, school, sign_in):
    with saved():
        device = session.get(Device, held.first)
        words = {"from_whom": "Beth O’Hara", "to_whom": "Ruth Adeyemi", "place": "Safe",
                 "seal": "X-9"}  # fmt: skip
        new = NewMove(Kind.STORED, factories.when(2, time(9)), words)
        custody.move_device(school.dsl.actor, device, new)

    (line,) = lines(sign_in(Role.DSL).get("/devices").submit(seal="x9", status=200))
    assert "Mobile telephone" in line
