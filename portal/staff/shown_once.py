"""What is shown once, on the page after the one that made it: a link, a code, recovery codes.

It travels sealed in the cookie of this browser, and leaves it as it is shown. It is sealed for the
person whom it concerns: the page about somebody else shows nothing of it.
"""

from base64 import b64decode, b64encode
from uuid import UUID

from flask import session as cookie

from portal.staff.service import staff_key
from portal.vault.keys import Unreadable, vault


def keep(what: str, for_whom: UUID, secret: str) -> None:
    """Take a secret along to the page that shows it; one from before is forgotten."""
    sealed = vault.seal(staff_key(), _context(what, for_whom), secret.encode())
    cookie[what] = b64encode(sealed).decode()


def take(what: str, for_whom: UUID) -> str:
    """The secret, this one time; empty where there is none, or it is for somebody else."""
    sealed = cookie.pop(what, "")
    if not sealed:
        return ""
    try:
        opened: bytes = vault.open(staff_key(), _context(what, for_whom), b64decode(sealed))
    except Unreadable:
        return ""
    return opened.decode()


def _context(what: str, for_whom: UUID) -> str:
    return f"cookie.{what}.{for_whom}"
