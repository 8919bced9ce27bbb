"""Passwords: hashing with argon2id, and what makes one too easy.

Argon2id with 46 MiB and one pass, the setting OWASP’s password storage sheet lists for one lane.
At most two are computed at once, so that a queue of sign-ins cannot eat the memory of a small
server.

A password is 12 to 128 characters of any kind, spaces and letters of every script included, with no
rule about its mixture and no end date (NIST SP 800-63B, 5.1.1.2). It is refused where it would be
among the first that somebody tries: common passwords, runs, keyboard rows, dates, and the names of
the school and its owner. `zxcvbn` brings the lists and counts the guesses, on this computer.
"""

import itertools
import secrets
import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 12
LONGEST = 128
HINT = f"At least {SHORTEST} characters. Three or four unrelated words are a good way."
NO_PASSWORD = ""
"""Kept instead of a hash where there is no password: nothing that is typed fits it."""
PIN_SHORTEST, PIN_LONGEST = 6, 12
_ALWAYS_TRIED = ("safeguarding", "safeguard", "portal")
_ENOUGH_GUESSES = 10**10
_LOOKED_AT = 32  # of a longer one the beginning must do by itself: counting gets slow with length
_BESIDE_NAMES = 8
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"

_NAMES = (
    "Leave out names, the school and “safeguarding”: they are the first to be tried. Three or "
    "four unrelated words are a good way."
)

_hasher = PasswordHasher(time_cost=1, memory_cost=46 * 1024, parallelism=1)
_at_once = threading.BoundedSemaphore(2)
_counting = threading.Lock()
_nobody: list[str] = []


def cheap_for_tests() -> None:
    """Make hashing fast where its cost is not what is being looked at."""
    global _hasher  # noqa: PLW0603 - one process-wide hasher, set once by the test suite
    _hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    _nobody.clear()


def hash_password(password: str) -> str:
    with _at_once:
        return _hasher.hash(_composed(password))


def fits(password_hash: str | None, password: str) -> bool:
    """Whether a password fits; takes as long where there is no such person, or no password yet."""
    with _at_once:
        if not password_hash:
            if not _nobody:
                _nobody.append(_hasher.hash(secrets.token_urlsafe()))
            _verify(_nobody[0], password)
            return False
        return _verify(password_hash, password)


def renewed(password_hash: str | None, password: str) -> str | None:
    """The hash of a password that was just found right, where today’s settings give another."""
    if not password_hash or not _hasher.check_needs_rehash(password_hash):
        return None
    return hash_password(password)


def too_easy(password: str, *names: str) -> str | None:
    """Why a password cannot be used, as a sentence that says what to do; None where it can."""
    password = _composed(password)
    if len(password) < SHORTEST:
        return f"Use at least {SHORTEST} characters. Three or four unrelated words are a good way."
    if len(password) > LONGEST:
        return f"Use at most {LONGEST} characters"
    tried = _tried_first(names)
    if _is_names_only(password, tried):
        return _NAMES
    # The library keeps the names in a dictionary of the whole process: one at a time.
    with _counting:
        from zxcvbn import zxcvbn

        counted = zxcvbn(password[:_LOOKED_AT], user_inputs=tried)
    if counted["guesses"] >= _ENOUGH_GUESSES:
        return None
    if any(one.get("dictionary_name") == "user_inputs" for one in counted["sequence"]):
        return _NAMES
    return (
        "This is among the first that somebody would try. Add to it, or use three or four "
        "unrelated words."
    )


def _tried_first(names: tuple[str, ...]) -> list[str]:
    """The names as they are and word by word, the longest first."""
    whole = [_composed(name).casefold() for name in (*names, *_ALWAYS_TRIED)]
    words = [word for name in whole for word in (name, name.replace(" ", ""), *name.split())]
    return sorted({word for word in words if len(word) > 2}, key=lambda word: (-len(word), word))


def _is_names_only(password: str, tried: list[str]) -> bool:
    """Whether there is a name in it, and next to nothing beside names and signs."""
    rest = password.casefold()
    for word in tried:
        rest = rest.replace(word, "") if len(word) > 3 else rest
    beside = sum(letter.isalnum() for letter in rest)
    return rest != password.casefold() and beside < _BESIDE_NAMES


def looks_like_pin(typed: str) -> bool:
    return typed.isascii() and typed.isdigit() and PIN_SHORTEST <= len(typed) <= PIN_LONGEST


def pin_too_easy(pin: str) -> str | None:
    """Why a PIN cannot be used, as a sentence; None where it can."""
    if not looks_like_pin(pin):
        return f"Use {PIN_SHORTEST} to {PIN_LONGEST} digits, and nothing else"
    steps = {int(later) - int(digit) for digit, later in itertools.pairwise(pin)}
    mirrored = {(int(later) - int(digit)) % 10 for digit, later in itertools.pairwise(pin)}
    if len(set(pin)) < 3 or len(steps) == 1 or len(mirrored) == 1:
        return "Choose digits that are harder to guess: no run, and not the same few again"
    if _repeats(pin) or "123456" in pin or "654321" in pin:
        return "Choose digits that are harder to guess: no run, and not the same few again"
    return None


def _repeats(pin: str) -> bool:
    """The same two or three digits over and over."""
    return any(pin == (pin[:size] * len(pin))[: len(pin)] for size in (1, 2, 3))


def fresh() -> str:
    """A password to hand to somebody, to be changed when they first sign in."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(3))


def _composed(password: str) -> str:
    """The same characters whichever keyboard they were typed on (NFKC, NIST SP 800-63B)."""
    return unicodedata.normalize("NFKC", password)


def _verify(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, _composed(password))
    except (VerificationError, InvalidHashError):
        return False
