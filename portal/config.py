"""Where the installation keeps its things, read once from an environment mapping.

Nothing here opens a file or a database; a bad value raises `BadSetting` with a sentence.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

ROOT = Path(__file__).resolve().parent.parent


class BadSetting(ValueError):
    """A setting that cannot be used; the message says which and why."""


class Mode(StrEnum):
    """What an installation is for. Its database is stamped with it and serves nothing else."""

    REAL = "real"
    DEMO = "demo"


@dataclass(frozen=True)
class Config:
    mode: Mode
    home: Path
    database_url: str
    key_file: Path
    https: bool
    testing: bool = False

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def sqlite_file(self) -> Path | None:
        prefix = "sqlite:///"
        return Path(self.database_url[len(prefix) :]) if self.is_sqlite else None

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite:///")


def load(environ: Mapping[str, str], mode: Mode = Mode.REAL) -> Config:
    """The configuration that an environment describes; relative paths start at the project."""
    home = _path(environ.get("PORTAL_HOME") or "instance")
    name = "portal" if mode is Mode.REAL else "demo"
    url = environ.get("DATABASE_URL") or f"sqlite:///{(home / 'data' / f'{name}.db').as_posix()}"
    return Config(
        mode=mode,
        home=home,
        database_url=_database_url(url),
        key_file=_path(environ.get("PORTAL_KEY_FILE") or str(home / "keys" / f"{name}.key")),
        https=_flag(environ, "PORTAL_HTTPS"),
    )


def _path(text: str) -> Path:
    path = Path(text).expanduser()
    return path if path.is_absolute() else (ROOT / path)


def _flag(environ: Mapping[str, str], name: str) -> bool:
    value = environ.get(name, "").strip().lower()
    if value in {"", "0", "no", "off"}:
        return False
    if value in {"1", "yes", "on"}:
        return True
    raise BadSetting(f"{name} must be 1 or 0, not “{value}”.")


def _readable(url: str) -> str:
    """The address itself, or a sentence that does not repeat it: it may hold a password."""
    try:
        make_url(url)
    except (ArgumentError, ValueError):
        raise BadSetting(
            "DATABASE_URL cannot be read. Write postgresql://name:password@host:port/database, "
            "with special characters of the password as %40 and so on."
        ) from None
    return url


def _database_url(url: str) -> str:
    for short in ("postgresql://", "postgres://", "postgresql+psycopg://"):
        if url.startswith(short):
            return _readable("postgresql+psycopg://" + url[len(short) :])
    if url.startswith("sqlite:///") and url != "sqlite:///" and ":memory:" not in url:
        return url
    raise BadSetting(
        "DATABASE_URL must start with postgresql:// or be sqlite:/// followed by a file."
    )
