"""What is sealed opens with its own key, in its own place, unchanged, or not at all."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from uuid import uuid4

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from portal import boot, clock
from portal.cases import service as cases
from portal.cases.models import Case, CaseNote
from portal.db import session
from portal.devices import custody
from portal.devices.models import Device
from portal.journal import reading
from portal.people.models import Person
from portal.vault import keyfile
from portal.vault.keys import DataKey, Destroyed, KeyKind, Unreadable, Vault
from tests import factories
from tests.factories import School
from tests.house.tampering import change, faults, raw

Saved = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def case(school: School, saved: Saved) -> Case:
    with saved():
        made = factories.case(school)
        for words in ("First entry", "Second entry"):
            cases.add_note(school.dsl.actor, made, "other", words, None)
    return made


def notes(case: Case) -> list[CaseNote]:
    statement = select(CaseNote).where(CaseNote.case_id == case.id)
    return list(session.scalars(statement.order_by(CaseNote.written_at, CaseNote.id)))


class Keys:
    """A vault with one key that needs no database."""

    vault = Vault(bytes(range(32)))

    def __init__(self) -> None:
        self.key = DataKey(id=uuid4(), kind=KeyKind.PERSON.value)
        self.vault._wrap(self.key, bytes(range(32, 64)), None)


KEYS = Keys()


@settings(max_examples=60, deadline=None, derandomize=True)
@given(plain=st.binary(max_size=300), bit=st.integers(min_value=0))
def test_no_bit_of_an_envelope_can_be_flipped(plain: bytes, bit: int) -> None:
    envelope = bytearray(KEYS.vault.seal(KEYS.key, "here", plain))
    assert KEYS.vault.open(KEYS.key, "here", bytes(envelope)) == plain
    place = bit % (len(envelope) * 8)
    envelope[place // 8] ^= 1 << place % 8
    with pytest.raises(Unreadable):
        KEYS.vault.open(KEYS.key, "here", bytes(envelope))


@pytest.mark.parametrize("cut", [0, 1, 17, 28, 29, -1])
def test_a_cut_envelope_does_not_open(cut: int) -> None:
    envelope = KEYS.vault.seal(KEYS.key, "here", b"plain words")
    with pytest.raises(Unreadable):
        KEYS.vault.open(KEYS.key, "here", envelope[:cut])


def test_an_envelope_opens_only_where_it_belongs() -> None:
    envelope = KEYS.vault.seal(KEYS.key, "people.full_name_sealed.1", b"plain")
    for place in (
        "people.full_name_sealed.2",
        "people.notes_sealed.1",
        "members.full_name_sealed.1",
    ):
        with pytest.raises(Unreadable):
            KEYS.vault.open(KEYS.key, place, envelope)


def test_the_same_words_are_never_sealed_alike() -> None:
    sealed = {KEYS.vault.seal(KEYS.key, "here", b"the same") for _ in range(2000)}
    assert len({envelope[17:29] for envelope in sealed}) == 2000


def test_words_moved_to_another_row_do_not_open(app: Flask, case: Case) -> None:
    with app.app_context():
        first, second = notes(case)
        taken = first.words_sealed  # type: ignore[attr-defined]  # made by the sealed attribute
    with raw(app) as connection:
        connection.execute(
            text(f"UPDATE case_notes SET words_sealed = :taken WHERE {_id(app, second.id.hex)}"),
            {"taken": taken},
        )
    with app.app_context():
        moved = session.get(CaseNote, second.id)
        assert moved is not None
        with pytest.raises(Unreadable):
            _ = moved.words


def test_words_moved_to_another_column_do_not_open(
    app: Flask, school: School, saved: Saved
) -> None:
    with saved():
        person = factories.pupil(school, notes="Uncle lives next door.")
    with raw(app) as connection:
        connection.execute(text("UPDATE people SET known_as_sealed = notes_sealed"))
    with app.app_context():
        moved = session.get(Person, person.id)
        assert moved is not None
        assert moved.notes == "Uncle lives next door."
        with pytest.raises(Unreadable):
            _ = moved.known_as


def test_an_officer_moved_to_another_custody_row_does_not_open(
    app: Flask, case: Case, school: School, saved: Saved
) -> None:
    """Who had a device is sealed for its own row: a name from another row says nothing there."""
    with saved():
        taken = factories.device(school, session.get_one(Case, case.id))
    change(
        app,
        "UPDATE custody_moves SET to_whom_sealed = "
        "(SELECT m.to_whom_sealed FROM custody_moves m WHERE m.number = 1) WHERE number = 2",
    )
    with app.app_context():
        first, second = custody.moves_of(session.get_one(Device, taken.id))
        assert first.to_whom == "Beth O’Hara"
        with pytest.raises(Unreadable):
            _ = second.to_whom


def test_a_key_moved_to_another_record_does_not_open_it(app: Flask, case: Case) -> None:
    """Pointing a row at another key is found out as well: the envelope names its key."""
    change(
        app,
        "UPDATE case_notes SET key_id = (SELECT id FROM data_keys WHERE kind = 'disclosure')",
    )
    with app.app_context(), pytest.raises(Unreadable):
        _ = notes(case)[0].words


def test_a_wrapped_key_cannot_be_given_to_another_row(app: Flask, case: Case) -> None:
    change(
        app,
        "UPDATE data_keys SET wrapped = (SELECT wrapped FROM data_keys d WHERE d.kind = 'case') "
        "WHERE kind = 'disclosure'",
    )
    app.extensions["vault"] = Vault(keyfile.read(app.extensions["portal"].key_file))
    with app.app_context():
        from portal.disclosures.models import Disclosure

        told = session.scalars(select(Disclosure)).one()
        with pytest.raises(Unreadable):
            _ = told.own_words


def test_another_key_file_does_not_start(app: Flask, school: School) -> None:
    config = app.extensions["portal"]
    right = config.key_file.read_text()
    try:
        config.key_file.write_text(f"{keyfile.VERSION} {'11' * 32}\n")
        with pytest.raises(boot.CannotStart, match="does not belong to this database"):
            boot.prepare(config)
        config.key_file.unlink()
        with pytest.raises(boot.CannotStart, match="missing"):
            boot.prepare(config)
    finally:
        config.key_file.write_text(right)
        config.key_file.chmod(0o600)
    assert boot.prepare(config) is False


def test_a_destroyed_key_takes_its_case_with_it(app: Flask, case: Case) -> None:
    """Record and journal are unreadable at once, and the chain still verifies."""
    with app.app_context():
        assert notes(case)[0].words == "First entry"
        assert reading.versions(notes(case)[0])[0].values["words"] == "First entry"
    with app.test_request_context(method="POST"):
        key = session.get(DataKey, case.key_id)
        assert key is not None
        key.wrapped, key.destroyed_at = None, clock.now()
        session.commit()
    with app.app_context():
        entry = notes(case)[0]
        with pytest.raises(Destroyed):
            _ = entry.words
        with pytest.raises(Destroyed):
            reading.versions(entry)
    assert faults(app) == []


def test_a_joined_disclosure_goes_with_its_case(app: Flask, case: Case) -> None:
    """Its key is wrapped by the case’s, so that destroying the case’s is enough."""
    with app.app_context():
        from portal.disclosures.models import Disclosure

        told = session.scalars(select(Disclosure)).one()
        assert told.key.parent_id == case.key_id
        assert told.own_words
    with app.test_request_context(method="POST"):
        key = session.get(DataKey, case.key_id)
        assert key is not None
        key.wrapped, key.destroyed_at = None, clock.now()
        session.commit()
    app.extensions["vault"] = Vault(keyfile.read(app.extensions["portal"].key_file))
    with app.app_context():
        told = session.scalars(select(Disclosure)).one()
        with pytest.raises(Unreadable):
            _ = told.own_words


def test_wrapping_keys_anew_changes_no_record(app: Flask, case: Case) -> None:
    """A disclosure joins a case by wrapping its key anew; nothing it seals is sealed again."""
    with app.test_request_context(method="POST"):
        before = [entry.words_sealed for entry in notes(case)]  # type: ignore[attr-defined]
        key, school_key = session.get(DataKey, case.key_id), _school_key(case)
        assert key is not None
        wrapped = key.wrapped
        app.extensions["vault"].move_under(key, school_key)
        assert key.wrapped != wrapped
        session.commit()
    app.extensions["vault"] = Vault(keyfile.read(app.extensions["portal"].key_file))
    with app.app_context():
        assert [entry.words_sealed for entry in notes(case)] == before  # type: ignore[attr-defined]
        assert [entry.words for entry in notes(case)] == ["First entry", "Second entry"]


def test_the_printed_key_can_be_typed_in_again(app: Flask) -> None:
    key = keyfile.read(app.extensions["portal"].key_file)
    groups = keyfile.printable(key)
    assert keyfile.from_printed(" ".join(groups).lower()) == key
    groups[3] = groups[3][::-1] if groups[3] != groups[3][::-1] else "2A2B"
    with pytest.raises(keyfile.KeyProblem):
        keyfile.from_printed(" ".join(groups))


def _school_key(case: Case) -> DataKey:
    from portal.staff.models import School as SchoolRow

    row = session.get(SchoolRow, case.school_id)
    assert row is not None
    return row.key


def _id(app: Flask, hexadecimal: str) -> str:
    """A condition for one row: SQLite keeps ids as 32 letters, PostgreSQL reads them either way."""
    return f"id = '{hexadecimal}'"
