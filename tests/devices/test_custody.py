"""The chain of custody in the database: one holder, whatever is tried; no row ever changes."""

from collections import Counter
from datetime import time, timedelta
from threading import Barrier, Thread
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal import clock
from portal.cases import content
from portal.cases import service as cases
from portal.cases.models import Case
from portal.clock import Happened
from portal.db import close_session, session
from portal.devices import custody, rules, service
from portal.devices.custody import NewMove, NotNow
from portal.devices.models import CustodyMove, Device
from portal.devices.rules import Kind, Where
from portal.journal import service as journal
from portal.staff.roles import Role
from portal.web.errors import Conflict, NotPossible
from tests import factories

NAMES = ("Beth O’Hara", "Ruth Adeyemi", "PC Dolan", "")
MOVES = st.tuples(
    st.sampled_from(list(Kind)),
    st.integers(-3, 1),
    st.none() | st.integers(0, 23).map(time),
    st.sampled_from(NAMES),
    st.sampled_from(NAMES),
    st.sampled_from(["", "Safe"]),
    st.sampled_from(["", "00418", "00419"]),
)
HOLDS = st.tuples(st.just("hold"), st.booleans())


@pytest.fixture
def device(saved, school):
    with saved():
        case = factories.case(school)
        made = factories.device(school, case)
        return SimpleNamespace(id=made.id, case=case.id, at=f"/cases/{case.reference}/devices")


def raw(device_id):
    """The rows of a chain as they lie in the database, to the last byte."""
    statement = text("SELECT * FROM custody_moves WHERE device_id = :device ORDER BY number")
    kind = session.get_bind().dialect.name
    value = device_id.hex if kind == "sqlite" else device_id
    return [tuple(row) for row in session.connection().execute(statement, {"device": value})]


# Whatever is tried


@given(tried=st.lists(MOVES | HOLDS, max_size=10), freed=st.booleans())
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_whatever_is_tried_there_is_one_holder_and_no_row_changes(
    app, school, device, tried, freed
):
    with app.app_context():
        one = session.get(Device, device.id)
        if freed:
            factories.checklist(school, session.get(Case, device.case))
        for attempt in tried:
            _try(school, one, attempt)
        close_session()


def _try(school, device, attempt):
    before = raw(device.id)
    held = content.holds_anything(custody.case_of(device))
    for_police = device.for_police
    try:
        done = _do(school, device, attempt)
    except NotPossible:
        done = None
    journal.settle(session)
    after = raw(device.id)
    assert after[: len(before)] == before
    assert len(after) == len(before) + (done is not None)
    if done in {Kind.RETURNED, Kind.DISPOSED}:
        assert not for_police
    if done is Kind.DISPOSED:
        assert not held
    chain = custody.moves_of(device)
    assert [row.number for row in chain] == list(range(1, len(chain) + 1))
    now = rules.standing(chain)
    assert device.held == (now.where is Where.SCHOOL)
    assert device.held or not (device.for_police or device.kept_why or device.return_due_at)
    ends = Counter(row.kind for row in chain)
    assert ends["taken"] == 1
    assert ends["returned"] + ends["disposed"] <= 1
    assert 0 <= ends["to_police"] - ends["from_police"] <= 1
    for number, row in enumerate(chain, start=1):
        if Kind(row.kind) in {Kind.TAKEN, Kind.FROM_POLICE, Kind.REMARK}:
            continue
        told = {gap.number for gap in rules.gaps(chain, clock.now()) if gap.kind == "other_holder"}
        had = rules.holder(chain[: number - 1])
        assert (number in told) == (not rules.same_name(row.from_whom, had))


def _do(school, device, attempt):
    if attempt[0] == "hold":
        words = {"officer": "DC Khan", "reason": "They said so"}
        now = Happened.of(clock.now())
        custody.hold_for_police(school.dsl.actor, device, hold=attempt[1], at=now, words=words)
        return Kind.REMARK
    kind, days, at, from_whom, to_whom, place, seal = attempt
    words = {"from_whom": from_whom, "to_whom": to_whom, "place": place, "seal": seal}
    when = Happened(clock.today() + timedelta(days=days), at)
    return Kind(custody.move_device(school.dsl.actor, device, NewMove(kind, when, words)).kind)


# Rows that are written once


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE custody_moves SET number = 7 WHERE number = 2",
        "UPDATE custody_moves SET kind = 'remark'",
        "UPDATE custody_moves SET to_whom_sealed = NULL",
        "UPDATE custody_moves SET happened_on = '2020-01-01'",
        "DELETE FROM custody_moves WHERE number = 2",
        "DELETE FROM custody_moves",
    ],
)
def test_the_database_refuses_to_change_or_drop_a_row(app, device, statement):
    with app.app_context():
        before = raw(device.id)
        close_session()
    with app.app_context(), pytest.raises(DBAPIError, match="custody"):
        session.execute(text(statement))
    with app.app_context():
        close_session()
        assert raw(device.id) == before


@pytest.mark.parametrize("number", [1, 2, 4, 9])
def test_a_row_that_is_not_the_next_is_refused(app, school, device, number):
    with app.app_context():
        one = session.get(Device, device.id)
        session.add(
            CustodyMove(
                one.key,
                case_id=one.case_id,
                device_id=one.id,
                number=number,
                kind="moved",
                by_id=school.dsl.id,
            )
        )
        with pytest.raises(DBAPIError, match=r"must be the next|UNIQUE|unique"):
            session.flush()
        close_session()


def test_a_row_cannot_be_put_over_another(app, device, engine):
    if engine.name != "sqlite":
        statement = "TRUNCATE custody_moves CASCADE"
    else:
        columns = "id, case_id, device_id, number, kind, by_id, happened_about, version, "
        columns += "written_at, changed_at, key_id"
        statement = (
            f"INSERT OR REPLACE INTO custody_moves ({columns}) "
            f"SELECT {columns} FROM custody_moves WHERE number = 2"
        )
    with app.app_context(), pytest.raises(DBAPIError, match="custody"):
        session.execute(text(statement))
    with app.app_context():
        close_session()
        assert len(raw(device.id)) == 2


# Two people at once


def at_once(app, number, work):
    """Run the same work in several threads that begin together, and give what each answered."""
    together, answers, failed = Barrier(number), [], []

    def run(index):
        try:
            together.wait(30)
            answers.append(work(index))
        except BaseException as problem:  # told below, in the test’s own thread
            failed.append(problem)

    threads = [Thread(target=run, args=(index,)) for index in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    return answers


def test_of_people_who_move_it_at_once_one_wins_and_the_others_see_why(app, device, school, saved):
    def move(index):
        with app.app_context():
            try:
                one = session.get(Device, device.id)
                words = {"from_whom": "Ruth Adeyemi", "to_whom": f"Colleague {index}"}
                new = NewMove(Kind.MOVED, Happened(clock.today()), words)
                custody.move_device(school.dsl.actor, one, new, seen=2)
                journal.settle(session)
                session.commit()
            except Conflict as conflict:
                return index, conflict
            finally:
                close_session()
            return index, None

    answers = at_once(app, 5, move)

    refused = [(index, conflict) for index, conflict in answers if conflict is not None]
    assert len(refused) == 4
    for index, conflict in refused:
        ((_, yours, theirs),) = conflict.rows
        assert f"to Colleague {index}" in yours
        assert "Entry 3: Moved, to Colleague" in theirs
        assert "Written by Ruth Adeyemi" in theirs
        assert conflict.version == 3
    with saved():
        assert len(raw(device.id)) == 3


def test_two_forms_sent_at_the_same_moment_are_answered_differently(app, device, sign_in, saved):
    browsers = [sign_in(role) for role in (Role.DSL, Role.DEPUTY)]
    forms = [one.get(f"{device.at}/{device.id}/move") for one in browsers]

    def send(index):
        return forms[index].submit(
            to_whom=f"Colleague {index}",
            reason=f"Reason {index}",
            happened=factories.when(0, None),
            status=(303, 409),
        )

    answers = at_once(app, 2, send)

    assert sorted(page.status for page in answers) == [303, 409]
    (refused,) = [page for page in answers if page.status == 409]
    assert "Entry 3: Moved, to Colleague" in refused.text
    with saved():
        assert len(raw(device.id)) == 3


def test_services_that_say_nothing_of_what_they_saw_queue_up(app, device, school, saved):
    """The numbers stay whole without the form’s word as well: the device is locked."""

    def remark(index):
        with app.app_context():
            try:
                one = session.get(Device, device.id)
                new = NewMove(Kind.REMARK, Happened(clock.today()), {"reason": f"Remark {index}"})
                custody.move_device(school.dsl.actor, one, new)
                journal.settle(session)
                session.commit()
            finally:
                close_session()
            return index

    at_once(app, 6, remark)

    with saved():
        chain = custody.moves_of(session.get(Device, device.id))
        assert [row.number for row in chain] == list(range(1, 9))
        assert {row.reason for row in chain[2:]} == {f"Remark {index}" for index in range(6)}


# What the rows say is what is kept beside them


def test_the_seal_is_found_again_however_it_is_written(device, school, saved):
    with saved():
        one = session.get(Device, device.id)
        assert one.seal_lookup == custody.seal_lookup(" 00 418")
        words = {"from_whom": "Ruth Adeyemi", "to_whom": "Ruth Adeyemi", "seal": "AB-77",
                 "place": "Safe", "reason": "The bag was torn"}  # fmt: skip
        custody.move_device(
            school.dsl.actor, one, NewMove(Kind.STORED, Happened(clock.today()), words)
        )
        assert one.seal_lookup == custody.seal_lookup("ab77")


def test_a_problem_names_its_field(device, school, saved):
    with saved():
        one = session.get(Device, device.id)
        new = NewMove(Kind.FROM_POLICE, Happened(clock.today() + timedelta(days=1)), {})
        with pytest.raises(NotNow) as refused:
            custody.move_device(school.dsl.actor, one, new)
        assert set(refused.value.problems) == {"kind", "happened"}


def test_nothing_is_set_for_a_device_that_is_gone(device, school, saved):
    with saved():
        one, actor = session.get(Device, device.id), school.dsl.actor
        now = Happened(clock.today())
        words = {"from_whom": "Ruth Adeyemi", "to_whom": "Owen Price"}
        custody.move_device(actor, one, NewMove(Kind.RETURNED, now, words))
        for late in (
            lambda: service.set_return(actor, one, clock.now(), "x"),
            lambda: service.say_why_kept(actor, one, "x"),
            lambda: custody.hold_for_police(actor, one, hold=True, at=now, words={}),
        ):
            with pytest.raises(NotPossible):
                late()
        assert len(cases.records_of(custody.case_of(one), CustodyMove)) == 3
