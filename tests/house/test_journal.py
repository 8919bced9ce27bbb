"""Nothing changes without a note, nothing is deleted, and who does it anyway is found out."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from portal.cases import service as cases
from portal.cases.models import Case, CaseNote, Decision
from portal.db import close_session, session
from portal.devices import custody
from portal.journal import reading
from portal.journal import service as journal
from portal.journal.models import JournalHead, JournalRow
from tests import factories
from tests.factories import School
from tests.house.tampering import change, faults, raw

Saved = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def case(school: School, saved: Saved) -> Case:
    """A case with a history: opened, noted in, decided and countersigned."""
    with saved():
        made = factories.case(school)
        factories.decision(school, made)
        cases.add_note(school.dsl.actor, made, "other", "First words", None)
    with saved():
        entry = session.scalars(select(CaseNote).where(CaseNote.case_id == made.id)).one()
        cases.correct_note(school.dsl.actor, entry, "Better words", None, "Misheard")
    return made


def test_an_honest_history_has_no_faults(app: Flask, case: Case) -> None:
    assert faults(app) == []


def test_a_change_that_nobody_noted_is_refused(app: Flask, case: Case) -> None:
    with app.app_context():
        found = session.get(Case, case.id)
        assert found is not None
        found.danger = "yes"
        with pytest.raises(journal.Unnoted, match="without a note"):
            journal.settle(session)


def test_a_new_record_that_nobody_noted_is_refused(app: Flask, case: Case, school: School) -> None:
    with app.app_context():
        found = session.get(Case, case.id)
        assert found is not None
        entry = CaseNote(
            found.key, case_id=found.id, kind="other", author_id=school.dsl.id, words="Quiet"
        )
        session.add(entry)
        with pytest.raises(journal.Unnoted):
            journal.settle(session)


def test_a_changed_part_counts_as_a_change_of_its_root(
    app: Flask, case: Case, school: School, saved: Saved
) -> None:
    from portal.cases.decisions import SecondWord, countersign
    from portal.police.rules import Choose

    with saved():
        answered = factories.checklist(school, case, coercion="yes")
        decision = factories.decision(school, case, answered, Choose.DO_NOT_REFER)
        session.flush()
        countersign(school.head.actor, decision, SecondWord(True, "Yes", school.head.id))
    with app.app_context():
        found = session.get(Decision, decision.id)
        assert found is not None
        assert found.version > 1
        found.countersignatures[0].words = "No"
        with pytest.raises(journal.Unnoted):
            journal.settle(session)


def test_deleting_a_record_is_refused(app: Flask, case: Case) -> None:
    with app.app_context():
        session.delete(session.get(Case, case.id))
        with pytest.raises(journal.Unnoted, match="never deleted"):
            journal.settle(session)


def test_older_versions_stay_readable(app: Flask, case: Case) -> None:
    with app.app_context():
        entry = session.scalars(select(CaseNote).where(CaseNote.case_id == case.id)).one()
        found = reading.versions(entry)
        assert [version.values["words"] for version in found] == ["Better words", "First words"]
        assert found[0].reason == "Misheard"


def test_setting_an_equal_value_changes_nothing(app: Flask, case: Case) -> None:
    with app.app_context():
        entry = session.scalars(select(CaseNote).where(CaseNote.case_id == case.id)).one()
        before = entry.words_sealed  # type: ignore[attr-defined]  # made by the sealed attribute
        entry.words = "Better words"
        journal.settle(session)
        assert entry.words_sealed == before  # type: ignore[attr-defined]


def test_a_changed_record_is_named(app: Flask, case: Case) -> None:
    change(app, "UPDATE cases SET danger = 'yes'")
    assert faults(app)[0].startswith(f"cases {case.id} differs from journal row ")
    assert faults(app)[0].endswith(": danger.")


def test_words_put_back_from_an_older_version_are_named(app: Flask, case: Case) -> None:
    with app.app_context():
        entry = session.scalars(select(CaseNote).where(CaseNote.case_id == case.id)).one()
        older = _envelope(entry, 1)
    change(app, "UPDATE case_notes SET words_sealed = :older", older=older)
    with app.app_context():
        entry = session.scalars(select(CaseNote).where(CaseNote.case_id == case.id)).one()
        assert entry.words == "First words"  # it opens, being this row’s own
    assert faults(app) == [
        f"case_notes {entry.id} differs from journal row {_last(app, entry)}: words_sealed."
    ]


def test_a_record_that_was_taken_away_is_named(app: Flask, case: Case) -> None:
    with app.app_context():
        entry = session.scalars(select(CaseNote).where(CaseNote.case_id == case.id)).one()
    change(app, "DELETE FROM case_notes")
    row = _last(app, entry)
    assert faults(app) == [
        f"case_notes {entry.id} is in journal row {row} and no longer in the database."
    ]


def test_a_record_put_in_from_outside_is_named(app: Flask, case: Case, school: School) -> None:
    columns = "key_id, case_id, kind, version, written_at, changed_at"
    change(
        app,
        f"INSERT INTO case_events (id, {columns}) SELECT '00000000000000000000000000000001', "
        f"{columns} FROM case_events LIMIT 1"
        if app.extensions["portal"].is_sqlite
        else f"INSERT INTO case_events (id, {columns}) SELECT "
        f"'00000000-0000-0000-0000-000000000001', {columns} FROM case_events LIMIT 1",
    )
    assert faults(app) == ["case_events 00000000-0000-0000-0000-000000000001 is in no journal row."]


def test_a_changed_chain_of_custody_is_named(
    app: Flask, case: Case, school: School, saved: Saved
) -> None:
    """Who holds the file can put the triggers aside, and is found out all the same."""
    with saved():
        taken = factories.device(school, session.get_one(Case, case.id))
        first, second = custody.moves_of(taken)
    change(app, "UPDATE custody_moves SET happened_on = '2020-01-01' WHERE number = 1")
    assert faults(app) == [
        f"custody_moves {first.id} differs from journal row {_last(app, first)}: happened_on."
    ]
    change(app, "DELETE FROM custody_moves WHERE number = 2")
    row = _last(app, second)
    assert faults(app)[-1] == (
        f"custody_moves {second.id} is in journal row {row} and no longer in the database."
    )


def test_a_released_item_that_nobody_released_is_named(
    app: Flask, case: Case, school: School, saved: Saved
) -> None:
    with saved():
        held = factories.item(school, session.get_one(Case, case.id))
    change(app, "UPDATE content_items SET release = 'named'")
    assert faults(app) == [
        f"content_items {held.id} differs from journal row {_last(app, held)}: release."
    ]


def test_a_changed_journal_row_is_named(app: Flask, case: Case) -> None:
    change(app, "UPDATE journal SET verb = 'looked' WHERE seq = 3")
    assert faults(app) == ["Journal row 3 was changed."]


def test_a_row_deleted_from_the_middle_is_named(app: Flask, case: Case) -> None:
    change(app, "DELETE FROM journal WHERE seq = 4")
    assert faults(app) == ["Journal row 4 is missing."]


def test_a_deleted_last_row_is_found(app: Flask, case: Case) -> None:
    last = _newest(app)
    change(app, "DELETE FROM journal WHERE seq = :last", last=last)
    assert faults(app) == [
        f"The journal ends at row {last - 1}, but its head says otherwise: rows are missing."
    ]


def test_a_head_that_was_moved_back_is_found(app: Flask, case: Case) -> None:
    """Cutting the tail and setting the head to match it fails for want of the key."""
    last = _newest(app)
    change(app, "DELETE FROM journal WHERE seq = :last", last=last)
    change(
        app,
        "UPDATE journal_head SET seq = :seq, hash = (SELECT hash FROM journal WHERE seq = :seq)",
        seq=last - 1,
    )
    assert faults(app) == ["The journal’s head was changed: its seal does not fit."]


def test_a_rewritten_chain_does_not_hold_the_check_of_an_earlier_print(
    app: Flask, case: Case
) -> None:
    with app.app_context():
        _, printed = journal.newest(session)
    assert faults(app, printed[:16]) == []
    assert "not in this journal" in faults(app, "f" * 16)[0]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET verb = 'looked' WHERE seq = 2",
        "DELETE FROM journal WHERE seq = 2",
        "DELETE FROM journal WHERE seq = (SELECT max(seq) FROM journal)",
    ],
)
def test_the_database_itself_refuses_to_change_the_journal(
    app: Flask, case: Case, statement: str
) -> None:
    with pytest.raises(DBAPIError, match="never"), raw(app) as connection:
        connection.execute(text(statement))
    assert faults(app) == []


def test_ten_people_at_once_keep_one_chain(app: Flask, case: Case, school: School) -> None:
    """Threads that append at the same time: every row is there, once, and the chain verifies."""
    together, failed = Barrier(10), list[BaseException]()
    before = _newest(app)

    def write(number: int) -> None:
        try:
            together.wait()
            for turn in range(3):
                with app.test_request_context(method="POST"):
                    found = session.get(Case, case.id)
                    assert found is not None
                    words = f"Thread {number}, turn {turn}"
                    cases.add_note(school.dsl.actor, found, "other", words, None)
                    journal.settle(session)
                    session.commit()
                    close_session()
        except BaseException as problem:  # told below, in the test’s own thread
            failed.append(problem)

    threads = [Thread(target=write, args=(number,)) for number in range(10)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert failed == []
    assert _newest(app) == before + 30
    assert faults(app) == []


def _newest(app: Flask) -> int:
    with app.app_context():
        found = session.scalar(select(JournalHead.seq))
        assert found == session.scalar(select(func.max(JournalRow.seq)))
        return int(found or 0)


def _last(app: Flask, record: Any) -> int:
    with app.app_context():
        return int(
            session.scalar(
                select(func.max(JournalRow.seq)).where(JournalRow.subject_id == record.id)
            )
            or 0
        )


def _envelope(entry: CaseNote, version: int) -> bytes:
    from portal.journal import snapshots

    row = session.scalars(
        select(JournalRow).where(
            JournalRow.subject_id == entry.id, JournalRow.subject_version == version
        )
    ).one()
    found = snapshots.envelope(reading.content(row, entry.key)["root"]["words_sealed"])
    assert found is not None
    return found
