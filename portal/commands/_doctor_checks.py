"""What can be wrong with an installation: one small pure function for each thing, and their table.

A check looks at the facts and gives a finding or nothing. `refuse` is for what endangers records or
whoever is in them; `warn` for what a person has to weigh up. Each sentence says what to do.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath


class Level(StrEnum):
    REFUSE = "refuse"
    WARN = "warn"


@dataclass(frozen=True)
class Finding:
    level: Level
    words: str


@dataclass(frozen=True)
class Place:
    """A file or folder that only the portal’s own account may use."""

    path: str
    mode: int
    handed_over: bool = False  # by systemd, whose list of who may read it shows as the group’s


@dataclass(frozen=True)
class Leads:
    """Of one school: those who may lead a case, and how many of them have a second factor."""

    school: str
    count: int
    with_second: int


@dataclass(frozen=True)
class Swap:
    path: str
    is_encrypted: bool


@dataclass(frozen=True)
class Facts:
    """Everything that is looked at. None is for what is not known, or does not apply."""

    is_root: bool = False
    debug: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    key_file: str = "/portal/keys/portal.key"
    data_folder: str = "/portal/data"
    home: str = "/portal"
    sqlite_file: str | None = None
    file_system: str = "ext4"
    sqlite_version: tuple[int, ...] = (3, 40, 1)
    journal_mode: str = "delete"
    https: bool = False
    proxy: bool = False
    named_hosts: tuple[str, ...] = ()
    contact: str = ""
    skew: float | None = None
    clock_is_set: bool | None = None
    is_set_up: bool = True
    kit_confirmed: bool = True
    cannot_start: str = ""
    is_older: bool = False
    journal_faults: tuple[str, ...] = ()
    free_bytes: int | None = None
    differing: tuple[str, ...] = ()
    swaps: tuple[Swap, ...] = ()
    leads: tuple[Leads, ...] = ()


MEGABYTE = 1024 * 1024
LEAST_FREE = 200 * MEGABYTE
LARGEST_SKEW = 60
WAL_SOUND_FROM = (3, 51, 3)
NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ncpfs", "9p", "ceph", "glusterfs", "davfs"}
    | {"fuse.sshfs", "fuse.glusterfs", "fuse.davfs2", "fuse.rclone", "fuse.smbnetfs"}
    | {"vboxsf", "drvfs", "fuse.vmhgfs-fuse", "prl_fs", "virtiofs"}
)
"""Where locks and flushing cannot be relied on: network drives, and folders shared with a host."""

SYNCED = ("onedrive", "dropbox", "google drive", "googledrive", "my drive", "icloud")
SYNCED_TOO = ("mobile documents", "com~apple~clouddocs", "nextcloud", "owncloud", "box sync")
_OTHERS = 0o077
_EVERYBODY = 0o007


def refuse(words: str) -> Finding:
    return Finding(Level.REFUSE, words)


def warn(words: str) -> Finding:
    return Finding(Level.WARN, words)


def debugging(facts: Facts) -> Iterator[Finding]:
    for one in facts.debug:
        yield refuse(
            f"Debugging is on ({one}): a fault could show what people wrote to whoever causes it. "
            f"Take {one} away."
        )


def open_to_others(facts: Facts) -> Iterator[Finding]:
    for place in facts.places:
        if place.handed_over:
            continue
        if place.mode & _OTHERS:
            who = "everybody with an account" if place.mode & _EVERYBODY else "others of its group"
            yield refuse(
                f"{place.path} can be used by {who} on this computer ({place.mode & 0o777:o}). "
                f"Close it: chmod go= '{place.path}'"
            )


def key_among_data(facts: Facts) -> Iterator[Finding]:
    key, data = PurePath(facts.key_file), PurePath(facts.data_folder)
    beside = facts.sqlite_file is not None and key.parent == PurePath(facts.sqlite_file).parent
    if data in key.parents or beside:
        yield refuse(
            f"The key {key} lies with the records it opens: whoever gets that folder, or a backup "
            "of it, can read everything. Stop the portal, move the key to a folder of its own and "
            "name it in PORTAL_KEY_FILE."
        )
    elif PurePath(facts.home) in key.parents and PurePath(facts.home) in data.parents:
        yield warn(
            f"Key and records are both below {facts.home}. Back them up apart from each other, "
            "never that folder as a whole: docs/deployment.md says how."
        )


def not_on_this_computer(facts: Facts) -> Iterator[Finding]:
    if facts.sqlite_file is None:
        return
    names = facts.sqlite_file.casefold()
    synced = [one for one in (*SYNCED, *SYNCED_TOO) if one in names]
    if facts.file_system in NETWORK or facts.sqlite_file.startswith(("\\\\", "//")):
        yield refuse(
            f"The database lies on a network or shared drive ({facts.file_system}), where SQLite "
            "loses records. Stop the portal and move PORTAL_HOME to a disk of this computer, or "
            "use PostgreSQL."
        )
    if synced:
        yield refuse(
            f"The database lies in a folder that is copied elsewhere (“{synced[0]}” is in its "
            "path). That damages it, and takes records out of school. Stop the portal and move "
            "PORTAL_HOME."
        )


def clock_off(facts: Facts) -> Iterator[Finding]:
    if facts.skew is not None and abs(facts.skew) > LARGEST_SKEW:
        yield refuse(
            f"The clocks of this computer and of the database differ by {abs(facts.skew):.0f} "
            "seconds. Second factors fail and times in records are wrong: set both from the "
            "network (chrony)."
        )
    if facts.clock_is_set is False:
        yield warn(
            "Nothing keeps this computer’s clock right. Install chrony, or turn on setting the "
            "time from the network: second factors and the times in records depend on it."
        )


def no_encryption(facts: Facts) -> Iterator[Finding]:
    if facts.named_hosts and not facts.https:
        yield refuse(
            f"People reach the portal as {facts.named_hosts[0]} without encryption. Put a server "
            "that speaks HTTPS in front of it and set PORTAL_HTTPS=1: docs/deployment.md."
        )
    if facts.https and not facts.proxy:
        yield warn(
            "PORTAL_HTTPS is set and PORTAL_PROXY is not: everybody seems to come from the proxy, "
            "so wrong passwords of one slow down all. If the proxy is the one of "
            "docs/deployment.md, set PORTAL_PROXY=1."
        )
    if facts.proxy and not facts.https:
        yield warn(
            "PORTAL_PROXY is set and PORTAL_HTTPS is not: what browsers send is not encrypted. "
            "Without a proxy, take PORTAL_PROXY away: anybody could say who they are."
        )
    if facts.https and not facts.named_hosts:
        yield warn(
            "PORTAL_HTTPS is set, but PORTAL_HOSTS names no address: only this computer is "
            "answered. Name what people type into the browser."
        )


def as_root(facts: Facts) -> Iterator[Finding]:
    if facts.is_root:
        yield warn(
            "This runs as root. Run the portal, and this check, as an account that can do nothing "
            "else: sudo -u portal python3 app.py doctor"
        )


def kit_not_printed(facts: Facts) -> Iterator[Finding]:
    if facts.is_set_up and not facts.kit_confirmed:
        yield warn(
            "Nobody has confirmed that the recovery kit is printed. Without it a lost key file is "
            "the end of every record. Print it, or keep a copy of the key file in a safe."
        )


def cannot_start(facts: Facts) -> Iterator[Finding]:
    if facts.cannot_start:
        yield refuse(facts.cannot_start)


def database_older(facts: Facts) -> Iterator[Finding]:
    if facts.is_older:
        yield warn(
            "The database is older than this version of the portal. Back it up; the next start "
            "brings it up to date."
        )


def journal_damaged(facts: Facts) -> Iterator[Finding]:
    if facts.journal_faults:
        yield refuse(
            f"{facts.journal_faults[0]} Keep a copy of everything as it is, run "
            "python3 app.py verify, and ask for help before anybody goes on."
        )


def unsound_wal(facts: Facts) -> Iterator[Finding]:
    if facts.journal_mode == "wal" and facts.sqlite_version < WAL_SOUND_FROM:
        version = ".".join(map(str, facts.sqlite_version))
        yield refuse(
            f"The database was switched to WAL, which can damage it in SQLite {version} (sound "
            "from 3.51.3 on). Stop whatever else has it open, and start the portal again: it "
            "switches back."
        )


def little_room(facts: Facts) -> Iterator[Finding]:
    if facts.free_bytes is not None and facts.free_bytes < LEAST_FREE:
        yield refuse(
            f"Only {facts.free_bytes // MEGABYTE} MB are free where the records lie; 200 are "
            "wanted. Make room before somebody’s record cannot be saved."
        )


def packages_differ(facts: Facts) -> Iterator[Finding]:
    if facts.differing:
        more = f" and {len(facts.differing) - 3} more" if len(facts.differing) > 3 else ""
        yield warn(
            f"Installed packages differ from requirements.lock: {', '.join(facts.differing[:3])}"
            f"{more}. Delete .venv and start again with python3 app.py."
        )


def open_swap(facts: Facts) -> Iterator[Finding]:
    plain = [one.path for one in facts.swaps if not one.is_encrypted]
    if plain:
        yield warn(
            f"Swap is on and not known to be encrypted ({', '.join(plain)}): what is in memory can "
            "end up on the disk. Encrypt it, or turn it off."
        )


def few_leads(facts: Facts) -> Iterator[Finding]:
    for school in facts.leads:
        if school.count < 2:
            number = "Nobody" if school.count == 0 else "Only one person"
            yield warn(
                f"{number} at {school.school} can lead a case. If they are ill, or lose their "
                "second factor, nobody can help: make a deputy."
            )
        without = school.count - school.with_second
        if without:
            yield warn(
                f"{without} of {school.count} DSLs and deputies at {school.school} have no second "
                "factor yet. They set it up when they next sign in."
            )


def no_contact(facts: Facts) -> Iterator[Finding]:
    if facts.named_hosts and not facts.contact:
        yield warn(
            "Nobody is named for reports of security problems. Set PORTAL_SECURITY_CONTACT to an "
            "e-mail address that is read."
        )


CHECKS: Sequence[Callable[[Facts], Iterator[Finding]]] = (
    cannot_start,
    journal_damaged,
    debugging,
    open_to_others,
    key_among_data,
    not_on_this_computer,
    unsound_wal,
    little_room,
    no_encryption,
    clock_off,
    as_root,
    kit_not_printed,
    few_leads,
    database_older,
    packages_differ,
    open_swap,
    no_contact,
)


def findings(facts: Facts) -> list[Finding]:
    """Everything that is wrong, what must be put right first."""
    found = [finding for check in CHECKS for finding in check(facts)]
    return sorted(found, key=lambda one: one.level is not Level.REFUSE)
