"""Finding out what the checks of `doctor` look at. Changes nothing."""

import ctypes
import os
import shutil
import sqlite3
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from portal import boot, clock
from portal.boot import CannotStart
from portal.commands._doctor_checks import Facts, Leads, Place, Swap
from portal.config import LOOPBACK, ROOT, Config
from portal.db import Database
from portal.journal.verify import tail
from portal.staff.models import Installation, Member, Membership, School
from portal.staff.roles import Role
from portal.vault.keys import Vault

_ON = frozenset({"1", "true", "yes", "on"})
_TIME_ERROR = 5
"""What the kernel answers while nothing keeps its clock right: adjtimex(2)."""


def of_machine(config: Config, environ: Mapping[str, str]) -> Facts:
    """What is known without opening the database."""
    file = config.sqlite_file
    return Facts(
        is_root=hasattr(os, "geteuid") and os.geteuid() == 0,
        debug=tuple(_debug(environ)),
        places=tuple(_places(config, environ)),
        key_file=str(config.key_file.resolve()),
        data_folder=str(config.data.resolve()),
        home=str(config.home.resolve()),
        sqlite_file=str(file.resolve()) if file is not None else None,
        file_system=file_system(file, _read("/proc/mounts")) if file is not None else "",
        sqlite_version=sqlite3.sqlite_version_info,
        journal_mode=_journal_mode(file),
        https=config.https,
        proxy=config.proxy,
        named_hosts=tuple(one for one in config.hosts if one not in LOOPBACK),
        contact=config.contact,
        clock_is_set=_clock_is_set(),
        free_bytes=_free(config.data),
        swaps=tuple(swaps(_read("/proc/swaps"))),
        is_set_up=False,
    )


def of_records(config: Config, known: Facts) -> Facts:
    """The same facts, and what the database says."""
    known = replace(known, differing=tuple(_differing(_read(ROOT / "requirements.lock"))))
    try:
        if not boot.exists(config):
            return known
        database = Database(config.database_url)
        try:
            vault = boot.open_vault(config, database)
            with database.reading() as own:
                return _opened(known, config, own, vault)
        finally:
            database.engine.dispose()
    except CannotStart as problem:
        return replace(known, cannot_start=str(problem))


def _opened(known: Facts, config: Config, own: Session, vault: Vault) -> Facts:
    current = own.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    if current != boot.newest_revision():
        return replace(known, is_older=True)
    found = replace(
        known,
        is_set_up=own.scalar(select(func.count()).select_from(School)) != 0,
        kit_confirmed=own.scalars(select(Installation.kit_confirmed_at)).one() is not None,
        journal_faults=tuple(tail(own, vault)),
        leads=tuple(_leads(own)),
    )
    if config.is_sqlite:
        return found
    theirs = own.scalars(select(func.clock_timestamp())).one()
    return replace(found, skew=(clock.now() - theirs).total_seconds())


def _leads(own: Session) -> Iterator[Leads]:
    """How many leads each school has, and how many of them have a second factor; nobody by name."""
    for school in own.scalars(select(School).order_by(School.prefix)):
        found = own.scalars(
            select(Member)
            .join(Membership, Membership.member_id == Member.id)
            .where(
                Membership.school_id == school.id,
                Membership.role.in_([Role.DSL.value, Role.DEPUTY.value]),
                Membership.ended_at.is_(None),
                Member.ended_at.is_(None),
            )
            .distinct()
        ).all()
        yield Leads(school.name, len(found), sum(one.has_second for one in found))


def _debug(environ: Mapping[str, str]) -> Iterator[str]:
    yield from (one for one in ("FLASK_DEBUG", "PYTHONDEVMODE") if environ.get(one, "") in _ON)
    if sys.flags.dev_mode and environ.get("PYTHONDEVMODE", "") not in _ON:
        yield "-X dev"


def _places(config: Config, environ: Mapping[str, str]) -> Iterator[Place]:
    """Files and folders for the portal’s own account alone, as far as they are there."""
    if os.name != "posix":
        return
    handed = environ.get("CREDENTIALS_DIRECTORY")
    wanted = [config.data, config.key_file.parent, config.key_file, config.single_sign_on_file]
    if config.sqlite_file is not None:
        wanted += [config.sqlite_file.parent, config.sqlite_file]
    if config.data.is_dir():
        wanted += sorted(config.data.glob("*.log*"))
    wanted += _secret_files(config)
    for path in dict.fromkeys(one for one in wanted if one.exists()):
        given = handed is not None and Path(handed) in (path, *path.parents)
        yield Place(str(path), path.stat().st_mode, given)


def _secret_files(config: Config) -> list[Path]:
    """Where the secrets of single sign-on lie. Whether the file is any good the start says."""
    try:
        told = tomllib.loads(_read(config.single_sign_on_file))
    except tomllib.TOMLDecodeError:
        return []
    named = (one.get("client_secret_file", "") for one in told.get("provider", []))
    return [config.home / str(name) for name in named if name]


def _journal_mode(file: Path | None) -> str:
    """As the file itself says: opening it would switch it back (sqlite.org/fileformat, 1.3.3)."""
    if file is None or not file.exists():
        return ""
    with file.open("rb") as opened:
        return "wal" if opened.read(20)[18:20] == b"\x02\x02" else "delete"


def file_system(file: Path, mounts: str) -> str:
    """The kind of file system that holds a file, by `/proc/mounts`; empty where that is unknown."""
    found, longest = "", -1
    real = file.resolve()
    for line in mounts.splitlines():
        _, at, kind, *_ = [*line.split(" "), "", "", ""]
        point = Path(at.replace("\\040", " "))
        if point in (real, *real.parents) and len(point.parts) > longest:
            found, longest = kind, len(point.parts)
    return found


def swaps(table: str, devices: Path = Path("/sys/class/block")) -> Iterator[Swap]:
    """What `/proc/swaps` lists. Compressed memory is no disk; a crypt device says that it is."""
    for line in table.splitlines()[1:]:
        path = line.split()[0]
        name = Path(path).resolve().name
        if name.startswith("zram"):
            continue
        kind = _read(devices / name / "dm" / "uuid")
        yield Swap(path, kind.startswith("CRYPT-"))


def _differing(lock: str) -> Iterator[str]:
    """Packages of the lock that are there in another version, or missing."""
    for line in lock.splitlines():
        name, is_one, rest = line.partition("==")
        if not is_one or line.startswith((" ", "#")):
            continue
        wanted, _, only_where = rest.rstrip("\\ ").partition(" ;")
        try:
            there = version(name)
        except PackageNotFoundError:
            if not only_where:
                yield f"{name} is missing"
            continue
        if there != wanted.strip():
            yield f"{name} {there} instead of {wanted.strip()}"


def _clock_is_set() -> bool | None:
    """What the kernel knows, whichever programme keeps its clock; None where it cannot be asked."""
    try:
        answer = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(512))
    except (OSError, AttributeError, TypeError):
        return None
    return None if answer < 0 else answer != _TIME_ERROR


def _free(folder: Path) -> int | None:
    there = next((one for one in (folder, *folder.parents) if one.exists()), None)
    return shutil.disk_usage(there).free if there is not None else None


def _read(path: str | Path) -> str:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
