"""Starting: find or make key and database, refuse what does not belong together, migrate.

Nothing is touched before it is known that key, database and programme fit: a missing or wrong key,
a database of the other mode or newer than the programme ends the start with a sentence.
"""

import os
from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config as Alembic
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from portal import config as configuration
from portal.config import BadSetting, Config, Mode
from portal.db import Database
from portal.guidance import catalogue
from portal.staff.models import Installation, School
from portal.staff.service import KEY_CHECK, make_installation
from portal.staff.single_sign_on import settings as single_sign_on
from portal.vault import keyfile
from portal.vault.keys import DataKey, KeyKind, Unreadable, Vault

MEGABYTE = 1024 * 1024


class CannotStart(Exception):
    """The portal does not start; the message says why and what to do."""


def this_installation() -> Config:
    """The configuration of the environment, opened or made if it is new."""
    config = configured(Mode.REAL)
    prepare(config)
    return config


def configured(mode: Mode) -> Config:
    try:
        return configuration.load(os.environ, mode)
    except BadSetting as problem:
        raise CannotStart(str(problem)) from None


def prepare(config: Config, demo_day: date | None = None) -> bool:
    """Make the installation where there is none, migrate it where it is older.

    True where it was made just now.
    """
    database = _existing(config)
    if database is None:
        _make(config, demo_day)
        return True
    try:
        check(config, database)
        with database.engine.connect() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
    finally:
        database.engine.dispose()
    if current != newest_revision():
        migrate(config.database_url)
    return False


def check(config: Config, database: Database) -> None:
    """Raise `CannotStart` where database, programme, mode and key do not belong together."""
    with database.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    known = {revision.revision for revision in _scripts().walk_revisions()}
    if current not in known:
        raise CannotStart(
            "The database is newer than this version of the portal. Nothing was changed. "
            "Install the version it was last used with, or a newer one."
        )
    with database.open("read") as own:
        stamp = own.scalars(select(Installation)).one_or_none()
        if stamp is None:
            raise CannotStart("The database was begun and never finished. Nothing was changed.")
        if stamp.mode != config.mode.value:
            other = "the demo school" if stamp.mode == Mode.DEMO else "a real school"
            raise CannotStart(
                f"This database holds {other}. Nothing was changed. Demo and real data never share "
                "a database: check DATABASE_URL."
            )
        _check_key(config, own, stamp)


def open_vault(config: Config, database: Database) -> Vault:
    """The vault of an installation that exists; raises `CannotStart` as `check` does."""
    try:
        check(config, database)
    except CannotStart:
        database.engine.dispose()
        raise
    return Vault(_key(config))


def exists(config: Config) -> bool:
    """Whether there is a database to work with."""
    database = _existing(config)
    if database is None:
        return False
    database.engine.dispose()
    return True


def key_opens(config: Config, key: bytes) -> bool:
    """Whether a key, such as a typed one, belongs to the database of this installation."""
    database = Database(config.database_url)
    with database.reading() as own:
        fits = _fits(key, own, own.scalars(select(Installation)).one())
    database.engine.dispose()
    return fits


def migrate(url: str, revision: str = "head") -> None:
    """Bring a database to a revision of the schema."""
    alembic = _alembic()
    alembic.attributes["url"] = url
    if revision == "base":
        command.downgrade(alembic, revision)
    else:
        command.upgrade(alembic, revision)


def newest_revision() -> str | None:
    return _scripts().get_current_head()


def read_own_rule_sets(config: Config) -> None:
    """Read what the school keeps in `guidance/` of its home: rule sets of its own (product 4)."""
    folder = config.home / "guidance"
    try:
        catalogue.use_folder(folder if folder.is_dir() else None)
    except catalogue.GuidanceError as problem:
        raise CannotStart(f"A file in {folder} cannot be used. {problem}") from None


def read_single_sign_on(config: Config, database: Database) -> single_sign_on.Settings | None:
    """The settings of single sign-on; None where the school has none, which is the rule."""
    try:
        return _single_sign_on(config, database)
    except CannotStart:
        database.engine.dispose()
        raise


def _single_sign_on(config: Config, database: Database) -> single_sign_on.Settings | None:
    try:
        settings = single_sign_on.read(config)
    except BadSetting as problem:
        raise CannotStart(str(problem)) from None
    if settings is None:
        return None
    if find_spec("authlib") is None:
        raise CannotStart(
            "Single sign-on needs packages that are not installed here. Start the portal with "
            "python3 app.py, or install them: pip install --require-hashes -r requirements-sso.lock"
        )
    with database.reading() as own:
        there = set(own.scalars(select(School.name)))
    for provider in settings.providers.values():
        for name in provider.schools:
            if there and name not in there:
                raise CannotStart(
                    f"{config.single_sign_on_file}: no school here is called “{name}”. Write its "
                    f"name under {provider.code} as the portal shows it, or take it out."
                )
    return settings


def flask_settings(config: Config, vault: Vault) -> dict[str, Any]:
    return {
        "SECRET_KEY": vault.derive("session cookie"),
        "SESSION_COOKIE_NAME": "__Host-portal" if config.https else "portal",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SECURE": config.https,
        "SESSION_COOKIE_SAMESITE": "Strict",
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=8),
        "MAX_CONTENT_LENGTH": MEGABYTE,
        "MAX_FORM_MEMORY_SIZE": MEGABYTE,
        "WTF_CSRF_TIME_LIMIT": None,
        "SEND_FILE_MAX_AGE_DEFAULT": timedelta(hours=1),
        "TESTING": config.testing,
        "PROPAGATE_FAULTS": config.testing,
    }


def demo_day_of(config: Config) -> date | None:
    """The day for which the demo database was filled, or None where there is none."""
    database = _existing(config)
    if database is None:
        return None
    try:
        check(config, database)
        with database.open("read") as own:
            return own.scalars(select(Installation)).one().demo_day
    finally:
        database.engine.dispose()


def remove_demo(config: Config) -> None:
    """Throw a demo database away. Refuses anything that is not stamped as one."""
    database = _existing(config)
    if database is None:
        return
    if config.mode is not Mode.DEMO:
        raise CannotStart("Only a demo database is ever thrown away.")
    try:
        check(config, database)
    finally:
        database.engine.dispose()
    if config.sqlite_file is not None:
        config.sqlite_file.unlink()
    else:
        migrate(config.database_url, "base")


def _existing(config: Config) -> Database | None:
    """The database, or None where it has no tables yet."""
    file = config.sqlite_file
    if file is not None and not file.exists():
        return None
    database = Database(config.database_url)
    if "alembic_version" not in inspect(database.engine).get_table_names():
        database.engine.dispose()
        if file is not None and file.stat().st_size:
            raise CannotStart(f"The file {file} is not a database of this portal.")
        return None
    with database.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current is None:
        database.engine.dispose()
        return None
    return database


def _make(config: Config, demo_day: date | None) -> None:
    if config.sqlite_file is not None:
        _private_folder(config.sqlite_file.parent)
    key = _key(config) if config.key_file.exists() else keyfile.create(config.key_file)
    if config.sqlite_file is None:
        _fill(config.database_url, key, config.mode, demo_day)
        return
    # Made under another name, so that a start which is cut short leaves nothing to stumble over.
    begun = config.sqlite_file.with_name(f"{config.sqlite_file.name}.begun")
    try:
        begun.unlink(missing_ok=True)
        _fill(f"sqlite:///{begun.as_posix()}", key, config.mode, demo_day)
        begun.chmod(0o600)
        begun.replace(config.sqlite_file)
    finally:
        begun.unlink(missing_ok=True)


def _fill(url: str, key: bytes, mode: Mode, demo_day: date | None) -> None:
    migrate(url)
    database = Database(url)
    with database.transaction() as own:
        make_installation(own, Vault(key), mode, demo_day)
    database.engine.dispose()


def _private_folder(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)


def _key(config: Config) -> bytes:
    try:
        return keyfile.read(config.key_file)
    except keyfile.KeyProblem as problem:
        raise CannotStart(f"{problem} Nothing was changed.") from None


def _check_key(config: Config, own: Session, stamp: Installation) -> None:
    if not _fits(_key(config), own, stamp):
        raise CannotStart(
            f"The key file {config.key_file} does not belong to this database. Nothing was "
            "changed. Put the right key file back, or name its place in PORTAL_KEY_FILE."
        )


def _fits(key: bytes, own: Session, stamp: Installation) -> bool:
    staff_key = own.scalars(select(DataKey).where(DataKey.kind == KeyKind.STAFF.value)).one()
    try:
        Vault(key).open(staff_key, KEY_CHECK, stamp.key_check)
    except Unreadable:
        return False
    return True


def _alembic() -> Alembic:
    alembic = Alembic()
    alembic.set_main_option("script_location", str(configuration.ROOT / "migrations"))
    return alembic


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_alembic())
