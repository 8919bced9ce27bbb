"""Homes made at random for one case, with what must not leave one of them for another.

Every name is made of syllables that stand in no text of the product, so that a test may look for
any of them anywhere in a document.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from hypothesis import strategies as st

_SYLLABLES = ("zor", "vex", "quin", "jub", "wyz", "fluk", "gnov", "pwex", "dzil", "xanth")
_VOWELS = str.maketrans({"o": "ó", "u": "ü", "i": "ï", "a": "å"})


def bare(text: str) -> str:
    """Letters and figures alone, so that no way of writing a word hides it."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


@dataclass(frozen=True)
class Somebody:
    given: str
    family: str
    telephone: str
    email: str
    street: str
    town: str
    postcode: str
    protected: bool = False

    @property
    def full_name(self) -> str:
        return f"{self.given} {self.family}"

    @property
    def address(self) -> str:
        return f"{self.street}\n{self.town} {self.postcode}"

    @property
    def details(self) -> dict[str, str]:
        return {
            "full_name": self.full_name,
            "telephone": self.telephone,
            "email": self.email,
            "address": self.address,
        }

    def canaries(self) -> list[str]:
        """Everything by which this person could be recognised."""
        return [
            self.full_name, self.given, self.family, self.telephone, self.email, self.address,
            self.street, self.postcode,
        ]  # fmt: skip

    def where(self) -> list[str]:
        return [self.address, self.street, self.postcode]


@dataclass(frozen=True)
class World:
    """Households of one young person, another family, and facts that are not to be told."""

    young: Somebody
    homes: list[list[Somebody]]
    other_child: Somebody
    other_carer: Somebody
    stranger: Somebody
    handle: str
    secret: str
    spellings: list[int]


@st.composite
def worlds(draw: Callable[[Any], Any]) -> World:
    """The shape is drawn; which words stand in it follows from one number."""
    made = _Words(Random(draw(st.integers(0, 2**32))))  # noqa: S311  # of words, not of secrets
    young = made.somebody()
    shapes = draw(st.lists(st.lists(_CARER, min_size=1, max_size=2), min_size=2, max_size=3))
    other_child = made.somebody()
    return World(
        young=young,
        homes=[
            [
                made.somebody(young.family if same else "", protected=protected)
                for same, protected in home
            ]
            for home in shapes
        ],
        other_child=other_child,
        other_carer=made.somebody(other_child.family),
        stranger=made.somebody(),
        handle=f"@{made.word()}_9b",
        secret=f"{made.word()} {made.word()}",
        spellings=draw(st.lists(st.integers(0, 9), min_size=1, max_size=7)),
    )


_CARER = st.tuples(st.booleans(), st.booleans())
"""Whether a carer has the young person’s family name, and whether their address is protected."""


class _Words:
    """Words of which none stands in another, nor where two meet: “bl” only ever begins one."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.used: set[str] = set()

    def word(self) -> str:
        while True:
            made = "bl" + "".join(self.random.choices(_SYLLABLES, k=self.random.choice((2, 3))))
            if not any(made in other or other in made for other in self.used):
                self.used.add(made)
                return made

    def name(self) -> str:
        made = self.word().capitalize()
        other = made.translate(_VOWELS)
        return self.random.choice((made, f"O'{made}", other, f"{made}-{self.word().capitalize()}"))

    def somebody(self, family: str = "", *, protected: bool = False) -> Somebody:
        number = self.random.randint(10**8, 10**9 - 1)
        area = self.random.choice(("QX", "ZK", "VJ"))
        return Somebody(
            given=self.word().capitalize(),
            family=family or self.name(),
            telephone=f"07{number}",
            email=f"{self.word()}@{self.word()}.example",
            street=f"{self.random.randint(1, 199)} {self.word().capitalize()} Lane",
            town=self.word().capitalize(),
            postcode=f"{area}{self.random.randint(1, 99)} {self.random.randint(1, 9)}ZZ",
            protected=protected,
        )


def spelt(text: str, how: int) -> str:
    """The same words as somebody else would type them."""
    digits = "".join(letter for letter in text if letter.isdigit())
    if digits and digits == text:
        return _telephone(digits, how)
    if "@" in text:
        return text.upper() if how % 2 else text
    return (
        text,
        text.upper(),
        text.lower(),
        text.replace(" ", "  "),
        text.replace(" ", "\n"),
        text.replace("'", "’"),
        text.replace("'", ""),
        unicodedata.normalize("NFD", text),
        text.replace("\n", ", "),
        text.replace(" ", "\u00a0"),
    )[how]


def _telephone(digits: str, how: int) -> str:
    tail = digits[1:]
    return (
        digits,
        f"+44 {tail}",
        f"+44 (0){tail[:4]} {tail[4:]}",
        f"({digits[:5]}) {digits[5:8]}-{digits[8:]}",
        " ".join(digits),
        f"0044{tail}",
        f"{digits[:5]}.{digits[5:8]}.{digits[8:]}",
        tail,
        f"{digits[:5]}/{digits[5:]}",
        f"{digits[:3]} {digits[3:7]}\n{digits[7:]}",
    )[how]
