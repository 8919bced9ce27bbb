"""Where the installation keeps its things, read once from an environment mapping.

Nothing here opens a file or a database; a bad value raises `BadSetting` with a sentence.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

ROOT = Path(__file__).resolve().parent.parent
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
"""Where the portal answers unless told otherwise: on the computer it runs on."""

_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::\d{1,5})?")
_CONTACT = re.compile(r"(?:mailto:[^\s@]+@[^\s@]+|https://\S+|tel:\+[0-9-]+)")


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
    hosts: tuple[str, ...] = LOOPBACK
    proxy: bool = False
    contact: str = ""

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def public_address(self) -> str | None:
        """Where people open the portal, as far as the settings say: without a slash at the end."""
        named = [host for host in self.hosts if _name(host) not in LOOPBACK]
        return f"{'https' if self.https else 'http'}://{named[0]}" if named else None

    def answers_at(self, host: str) -> bool:
        """Whether a `Host` header names this portal. A name without a port stands for any port."""
        host = host.lower()
        return host in self.hosts or _name(host) in self.hosts

    @property
    def single_sign_on_file(self) -> Path:
        """The settings of single sign-on; where there is no such file there is none of it."""
        return self.home / "single-sign-on.toml"

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
        hosts=_hosts(environ.get("PORTAL_HOSTS", "")),
        proxy=_flag(environ, "PORTAL_PROXY"),
        contact=_contact(environ.get("PORTAL_SECURITY_CONTACT", "")),
    )


def _name(host: str) -> str:
    return re.sub(r":\d{1,5}$", "", host)


def _hosts(text: str) -> tuple[str, ...]:
    named = tuple(one for part in text.split(",") if (one := part.strip().lower()))
    for one in named:
        if not _HOST.fullmatch(one):
            raise BadSetting(
                f"PORTAL_HOSTS: “{one}” is not a host name. Write the names people open the portal "
                "with, separated by commas and without https://: portal.school.example,10.0.0.7"
            )
    return named or LOOPBACK


def _contact(text: str) -> str:
    text = text.strip()
    if "@" in text and ":" not in text:
        text = f"mailto:{text}"
    if text and not _CONTACT.fullmatch(text):
        raise BadSetting(
            "PORTAL_SECURITY_CONTACT must be an e-mail address, or an address that begins with "
            "https:// or tel:+44."
        )
    return text


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
