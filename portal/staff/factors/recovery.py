"""Codes on paper: how recovery codes and the codes of a reset look, and how they are read. Pure.

Crockford’s base 32 leaves out the letters that are taken for others; what is typed instead of a
figure is read as that figure, in either case, with or without spaces and hyphens.
"""

import secrets
import unicodedata

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
HOW_MANY = 10
LONG = 16  # 80 bits: no guessing reaches them, even without the wait between tries
SHORT = 10  # 50 bits, for a code that is told and good for a quarter of an hour
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})


def new_codes() -> list[str]:
    return [new_code(LONG) for _ in range(HOW_MANY)]


def new_code(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def read(typed: str) -> str:
    """A code as it was made; what could be none of ours comes out as something that fits none."""
    folded = unicodedata.normalize("NFKC", typed).upper().translate(_READ_AS)
    return "".join(one for one in folded if not one.isspace() and one not in "-–—.")


def looks_right(code: str, length: int) -> bool:
    return len(code) == length and set(code) <= set(ALPHABET)


def shown(code: str) -> str:
    """In groups that can be read aloud: fours, or fives for the short ones."""
    size = 4 if len(code) % 4 == 0 else 5
    return "-".join(code[start : start + size] for start in range(0, len(code), size))
