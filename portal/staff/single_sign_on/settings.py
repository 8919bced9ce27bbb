"""The settings of single sign-on: `single-sign-on.toml` in the home of the installation.

Every value is checked at the start; what cannot be used raises `BadSetting` with a sentence. The
issuer is pinned: one tenant of Microsoft Entra, one domain of Google Workspace, or one other
provider (security notes 3.2).
"""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from portal.config import BadSetting, Config, Mode

MICROSOFT = "login.microsoftonline.com"
GOOGLE = "https://accounts.google.com"
_GOOGLE_HOSTS = ("oauth2.googleapis.com", "www.googleapis.com")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_CODE = re.compile(r"[a-z][a-z0-9-]{0,29}")
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9-]+(\.[a-z0-9-]+)*")
_SHOWN = re.compile(r"[^\x00-\x1f\x7f\"'<>&]{1,40}")
_SECRET_LONGEST = 500
_TOP = frozenset({"address", "provider"})
_OF_A_PROVIDER = frozenset(
    {
        "code",
        "label",
        "issuer",
        "client_id",
        "client_secret_file",
        "schools",
        "domain",
        "hosts",
        "second_factor",
    }
)


class Kind(StrEnum):
    """Whose provider it is, because their tokens differ; told by the issuer."""

    ENTRA = "entra"
    GOOGLE = "google"
    OTHER = "other"


@dataclass(frozen=True)
class Provider:
    """One provider of identities, as the school set it up."""

    code: str
    label: str
    kind: Kind
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    schools: tuple[str, ...]
    tenant: str = ""  # Entra: the only `tid` that is taken
    domain: str = ""  # Google: the only `hd` that is taken
    hosts: frozenset[str] = frozenset()  # beside the issuer’s own, where endpoints may be
    amr: frozenset[str] = frozenset()  # each of these alone proves a second factor
    acr: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Settings:
    """Where this portal is found by browsers, and the providers that people may come from."""

    address: str
    providers: Mapping[str, Provider]

    def callback(self, provider: Provider) -> str:
        """The address that is registered at the provider: never taken from a request."""
        return f"{self.address}/sign-in/with/{provider.code}/back"


def read(config: Config) -> Settings | None:
    """The settings of this installation, None where it has none.

    Raises `BadSetting` for anything that cannot be used. The demo school has no providers.
    """
    file = config.single_sign_on_file
    if config.mode is Mode.DEMO or not file.exists():
        return None
    try:
        told = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise BadSetting(f"{file} cannot be read: {problem}.") from None
    try:
        return _settings(told, config)
    except BadSetting as problem:
        raise BadSetting(f"{file}: {problem}") from None


def _settings(told: dict[str, Any], config: Config) -> Settings:
    _only(told, _TOP, "the file")
    address = _address(_text(told, "address", "the file"), config)
    entries = told.get("provider")
    if not isinstance(entries, list) or not entries:
        raise BadSetting("Name at least one [[provider]], or take the file away.")
    providers: dict[str, Provider] = {}
    for entry in entries:
        made = _provider(entry, config.home)
        if made.code in providers:
            raise BadSetting(f"Two providers have the code “{made.code}”.")
        providers[made.code] = made
    return Settings(address, providers)


def _address(text: str, config: Config) -> str:
    parts = _parts(text, "address")
    if parts.path not in {"", "/"}:
        raise BadSetting("address must be the portal’s own address, without a path.")
    if parts.scheme == "https" and not config.https:
        raise BadSetting("address begins with https, so PORTAL_HTTPS must be 1.")
    if not config.answers_at(parts.netloc):
        raise BadSetting(f"The portal does not answer at {parts.netloc}: name it in PORTAL_HOSTS.")
    return text.rstrip("/")


def _provider(told: object, home: Path) -> Provider:
    if not isinstance(told, dict):
        raise BadSetting("Each provider begins with [[provider]] on a line of its own.")
    code = _text(told, "code", "a provider")
    if not _CODE.fullmatch(code):
        raise BadSetting(f"The code “{code}” must be a short word in lower case: microsoft.")
    where = f"the provider “{code}”"
    _only(told, _OF_A_PROVIDER, where)
    label = _text(told, "label", where)
    if not _SHOWN.fullmatch(label):
        raise BadSetting(f"The label of {where} must be up to 40 plain characters.")
    issuer = _text(told, "issuer", where)
    kind, tenant = _kind(issuer, where)
    amr, acr = _second_factor(told.get("second_factor", {}), where)
    return Provider(
        code=code,
        label=label,
        kind=kind,
        issuer=issuer,
        client_id=_text(told, "client_id", where),
        client_secret=_secret(home / _text(told, "client_secret_file", where), where),
        schools=tuple(_texts(told.get("schools"), f"schools of {where}")),
        tenant=tenant,
        domain=_domain(told, kind, where),
        hosts=_hosts(told, kind, where),
        amr=amr,
        acr=acr,
    )


def _kind(issuer: str, where: str) -> tuple[Kind, str]:
    """Who issues, and for Entra which tenant. An issuer that stands for everybody is refused."""
    parts = _parts(issuer, f"issuer of {where}")
    if parts.hostname == MICROSOFT:
        tenant, _, version = parts.path.strip("/").partition("/")
        if not _GUID.fullmatch(tenant) or version != "v2.0" or issuer.endswith("/"):
            raise BadSetting(
                f"The issuer of {where} must name one tenant by its ID: "
                f"https://{MICROSOFT}/<tenant ID>/v2.0. “common”, “organizations” and “consumers” "
                "would let in accounts of other organisations."
            )
        return Kind.ENTRA, tenant
    if parts.hostname == "sts.windows.net":
        raise BadSetting(f"Use the v2.0 issuer for {where}: https://{MICROSOFT}/<tenant ID>/v2.0.")
    if parts.hostname == "accounts.google.com":
        if issuer != GOOGLE:
            raise BadSetting(f"The issuer of {where} must be exactly {GOOGLE}.")
        return Kind.GOOGLE, ""
    return Kind.OTHER, ""


def _domain(told: Mapping[str, Any], kind: Kind, where: str) -> str:
    if kind is not Kind.GOOGLE:
        if "domain" in told:
            raise BadSetting(f"domain is only for Google; take it out of {where}.")
        return ""
    domain = _text(told, "domain", where)
    if not _HOST.fullmatch(domain) or "." not in domain:
        raise BadSetting(f"domain of {where} must be the school’s Google Workspace domain.")
    return domain


def _hosts(told: Mapping[str, Any], kind: Kind, where: str) -> frozenset[str]:
    """Where a provider keeps endpoints outside the host of its issuer."""
    if kind is Kind.OTHER:
        named = _texts(told.get("hosts", []), f"hosts of {where}", may_be_empty=True)
        for one in named:
            if not _HOST.fullmatch(one):
                raise BadSetting(f"“{one}” in hosts of {where} is not the name of a server.")
        return frozenset(named)
    if "hosts" in told:
        raise BadSetting(f"The servers of {where} are known; take hosts out.")
    return frozenset(_GOOGLE_HOSTS if kind is Kind.GOOGLE else ())


def _second_factor(told: object, where: str) -> tuple[frozenset[str], frozenset[str]]:
    """Which claims prove that the provider asked for a second factor; none unless listed."""
    if not isinstance(told, dict):
        raise BadSetting(f"second_factor of {where} lists values of amr or acr.")
    _only(told, frozenset({"amr", "acr"}), f"second_factor of {where}")
    amr, acr = (
        frozenset(_texts(told.get(name, []), f"{name} of {where}", may_be_empty=True))
        for name in ("amr", "acr")
    )
    if "pwd" in amr:
        raise BadSetting(f"“pwd” in amr of {where} says that a password was given, and no more.")
    return amr, acr


def _secret(file: Path, where: str) -> str:
    """The client secret, from a file that nobody but this account can read."""
    try:
        if os.name == "posix" and file.stat().st_mode & 0o077:
            raise BadSetting(
                f"The client secret of {where} can be read by others. Run: chmod 600 {file}"
            )
        secret = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        raise BadSetting(f"The client secret of {where} cannot be read from {file}.") from None
    if not secret or len(secret) > _SECRET_LONGEST or not secret.isprintable():
        raise BadSetting(f"{file} must hold the client secret of {where} and nothing else.")
    return secret


def _parts(text: str, what: str) -> Any:
    """The parts of an https address, or of a plain one on this very computer (trials)."""
    try:
        parts = urlsplit(text)
        fits = parts.port is None or parts.port > 0
    except ValueError:
        raise BadSetting(f"{what} is not an address.") from None
    plain = parts.scheme == "http" and parts.hostname in _LOOPBACK
    if not (parts.scheme == "https" or plain) or not parts.hostname or not fits:
        raise BadSetting(f"{what} must begin with https://.")
    if parts.username or parts.query or parts.fragment or text != text.strip():
        raise BadSetting(f"{what} must be an address and nothing else.")
    return parts


def _text(told: Mapping[str, Any], name: str, where: str) -> str:
    value = told.get(name)
    if not isinstance(value, str) or not value.strip():
        raise BadSetting(f"{name} is missing in {where}.")
    return value


def _texts(told: object, what: str, *, may_be_empty: bool = False) -> list[str]:
    fits = isinstance(told, list) and all(isinstance(one, str) and one for one in told)
    if not fits or not (told or may_be_empty):
        raise BadSetting(f"{what} must be a list in square brackets.")
    return list(told)  # type: ignore[call-overload, no-any-return]  # looked at above


def _only(told: Mapping[str, Any], known: frozenset[str], where: str) -> None:
    for name in told:
        if name not in known:
            raise BadSetting(f"“{name}” in {where} is not a setting that there is.")
