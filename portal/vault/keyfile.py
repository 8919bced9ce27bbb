"""The installation's key: a file outside the database, and its printable form.

The file holds one line: a version word and 32 bytes in hexadecimal. The printable recovery kit
shows the same key in base 32 with a check group, so that it can be typed in again by hand.
"""

import base64
import hashlib
import os
import secrets
from pathlib import Path

VERSION = "portal-key-1"
_KEY_BYTES = 32


class KeyProblem(Exception):
    """The key file is missing, unreadable or not a key; the message says what to do."""


def create(path: Path) -> bytes:
    """Make a new key and write it so that only this account can read it."""
    key = secrets.token_bytes(_KEY_BYTES)
    write(path, key)
    return key


def write(path: Path, key: bytes) -> None:
    """Write a key where there is no file yet; an existing one is never written over."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(f"{VERSION} {key.hex()}\n")
        file.flush()
        os.fsync(file.fileno())


def read(path: Path) -> bytes:
    """The key in a file; raises `KeyProblem` where there is none or it is damaged."""
    try:
        words = path.read_text(encoding="ascii").split()
    except FileNotFoundError:
        raise KeyProblem(
            f"The key file {path} is missing. Put it back from your recovery kit or from where "
            "the keys are backed up, or name its place in PORTAL_KEY_FILE."
        ) from None
    except (OSError, UnicodeDecodeError) as problem:
        raise KeyProblem(f"The key file {path} cannot be read: {problem}.") from problem
    try:
        version, text = words
        key = bytes.fromhex(text)
    except ValueError:
        raise KeyProblem(f"The key file {path} does not hold a key.") from None
    if version != VERSION or len(key) != _KEY_BYTES:
        raise KeyProblem(f"The key file {path} does not hold a key of this portal.")
    return key


def printable(key: bytes) -> list[str]:
    """The key as groups of four letters and digits, the last group being a check."""
    text = base64.b32encode(key).decode().rstrip("=")
    check = base64.b32encode(hashlib.sha256(key).digest()).decode()[:4]
    return [text[i : i + 4] for i in range(0, len(text), 4)] + [check]


def from_printed(text: str) -> bytes:
    """The key that a recovery kit shows; raises `KeyProblem` where a group was mistyped."""
    letters = "".join(text.upper().split()).replace("-", "")
    body, check = letters[:-4], letters[-4:]
    try:
        key = base64.b32decode(body + "=" * (-len(body) % 8))
    except ValueError:
        raise KeyProblem("This is not the key of a recovery kit.") from None
    if len(key) != _KEY_BYTES or printable(key)[-1] != check:
        raise KeyProblem("One of the groups is mistyped: the check at the end does not fit.")
    return key
