"""Passwords: hashing with argon2id, and what makes one too easy.

Argon2id with 46 MiB and one pass, the setting OWASP’s password storage sheet lists for one lane.
At most two are computed at once, so that a queue of sign-ins cannot eat the memory of a small
server.
"""

import itertools
import secrets
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 12
LONGEST = 128
PIN_SHORTEST, PIN_LONGEST = 6, 12
_EASY = ("password", "safeguarding", "qwerty", "123456", "letmein", "welcome", "abcdef")
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"

_hasher = PasswordHasher(time_cost=1, memory_cost=46 * 1024, parallelism=1)
_at_once = threading.BoundedSemaphore(2)
_nobody: list[str] = []


def cheap_for_tests() -> None:
    """Make hashing fast where its cost is not what is being looked at."""
    global _hasher  # noqa: PLW0603 - one process-wide hasher, set once by the test suite
    _hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    _nobody.clear()


def hash_password(password: str) -> str:
    with _at_once:
        return _hasher.hash(password)


def fits(password_hash: str | None, password: str) -> bool:
    """Whether a password fits; takes as long where there is no such person."""
    with _at_once:
        if password_hash is None:
            if not _nobody:
                _nobody.append(_hasher.hash(secrets.token_urlsafe()))
            _verify(_nobody[0], password)
            return False
        return _verify(password_hash, password)


def too_easy(password: str, *names: str) -> str | None:
    """Why a password cannot be used, as a sentence; None where it can."""
    if len(password) < SHORTEST:
        return f"Use at least {SHORTEST} characters. Three or four unrelated words are a good way."
    if len(password) > LONGEST:
        return f"Use at most {LONGEST} characters."
    folded = password.casefold()
    if len(set(folded)) < 5:
        return "Use more different characters."
    words = [*_EASY, *(word.casefold() for name in names for word in name.split())]
    if any(len(word) > 3 and word in folded for word in words):
        return "Leave out names, the school and common passwords: they are the first to be tried."
    return None


def looks_like_pin(typed: str) -> bool:
    return typed.isascii() and typed.isdigit() and PIN_SHORTEST <= len(typed) <= PIN_LONGEST


def pin_too_easy(pin: str) -> str | None:
    """Why a PIN cannot be used, as a sentence; None where it can."""
    if not looks_like_pin(pin):
        return f"Use {PIN_SHORTEST} to {PIN_LONGEST} digits, and nothing else."
    steps = {int(later) - int(digit) for digit, later in itertools.pairwise(pin)}
    mirrored = {(int(later) - int(digit)) % 10 for digit, later in itertools.pairwise(pin)}
    if len(set(pin)) < 3 or len(steps) == 1 or len(mirrored) == 1:
        return "Choose digits that are harder to guess: no run, and not the same few again."
    if _repeats(pin) or "123456" in pin or "654321" in pin:
        return "Choose digits that are harder to guess: no run, and not the same few again."
    return None


def _repeats(pin: str) -> bool:
    """The same two or three digits over and over."""
    return any(pin == (pin[:size] * len(pin))[: len(pin)] for size in (1, 2, 3))


def fresh() -> str:
    """A password to hand to somebody, to be changed when they first sign in."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(3))


def _verify(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False
