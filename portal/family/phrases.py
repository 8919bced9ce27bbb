"""How a name, a telephone number, an address or a postcode is found in a text. Pure.

Every way in which people write the same thing counts as the same: whatever its case, accents,
apostrophes, hyphens and spaces.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import pairwise

_SHORTEST = 3
_LITTLE = frozenset(
    re.findall(
        "[a-z]+",
        "ah am an as at be by do go ha he hi id if in is it me my no of oh ok on or pe so to tv uk "
        "up us we",
    )
)

# Names that are ordinary words as well: these are names only where they begin with a capital.
_ORDINARY = frozenset(
    re.findall(
        "[a-z]+",
        "april art august autumn baker bell bill brook brown butler carol carter cash chase "
        "christian chuck clay cliff cook cooper daisy dawn dean drew earl east faith ford "
        "forest frank gene ginger grace grant gray green grey guy harmony harry heath heather "
        "hill holly hope hunt hunter iris ivy jack jade jasmine jay jean jewel josh joy june "
        "king knight lake lane lily long love major mark mason matt may mercy miles miller "
        "moss nick north pat patience pearl penny poppy porter price ray reed rich rob robin "
        "rock rose ruby rusty sage sandy savannah scarlet scott short sky small smith snow "
        "south stone storm sue summer taylor tiger trinity turner verity violet wade walker "
        "ward west white will winter wood woods young",
    )
)
_TITLES = ("mr", "mrs", "ms", "miss", "mx", "dr", "prof", "rev", "sir", "dame", "lady", "lord")


def of_name(name: str, shared: set[str]) -> list[str]:
    """A full name, and its first and last word where nobody here has that name as well."""
    words = name.split()
    plain = [plain_of(word) for word in words]
    if plain and plain[0].rstrip(".") in _TITLES:
        words, plain = words[1:], plain[1:]
    found = [" ".join(words)] if len(words) > 1 else []
    for place in sorted({0, len(words) - 1} if words else ()):
        # “Smith-Jones” is called “Jones” as well
        for word in dict.fromkeys((words[place], *_HYPHENS.split(words[place]))):
            if _is_telling(plain_of(word)) and plain_of(word) not in shared:
                found.append(word)
    return found


def words_of(name: str) -> set[str]:
    """The words of a name as they are compared, and those that a hyphen joins."""
    plain = plain_of(name)
    return {*plain.split(), *_HYPHENS.sub(" ", plain).split()}


_HYPHENS = re.compile(r"[\-\u2010-\u2015]")


def _is_telling(plain: str) -> bool:
    """Whether a word alone may say who is meant; “Jo” does, “Al” and “Li” too, “Do” does not."""
    letters = sum(1 for letter in plain if letter.isalnum())
    return letters >= _SHORTEST or (letters == _SHORTEST - 1 and plain not in _LITTLE)


_NATIONAL = re.compile(r"(?:\+\s*44|00\s*44|\b44|0)(?:[\s().\-/]*\(?0\)?)?(?:[\s().\-/]*\d){9,10}")
_OTHERWISE = re.compile(r"\+?\d(?:[\s().\-/]*\d){5,14}")


def numbers(telephones: Iterable[str]) -> list[str]:
    """The telephone numbers in what was typed, as figures alone."""
    found = []
    for typed in telephones:
        left = typed
        for pattern in (_NATIONAL, _OTHERWISE):
            found += [_national(one) for one in pattern.findall(left)]
            left = pattern.sub(";", left)
    return found


def _national(number: str) -> str:
    digits = re.sub(r"\D", "", number)
    national = re.fullmatch(r"(?:0044|44)0?(\d{9,10})", digits)
    return f"0{national[1]}" if national else digits


_POSTCODE = re.compile(r"\b[A-Za-z]{1,2}\d[A-Za-z\d]?\s*\d[A-Za-z]{2}\b")


def parts_of(addresses: Iterable[str]) -> list[str]:
    """Each line of an address, each part between commas, and the postcode."""
    found: list[str] = []
    for address in addresses:
        found += _POSTCODE.findall(address)
        for line in address.splitlines():
            without = _POSTCODE.sub("", line)
            pieces = [piece.strip(" .;") for piece in without.split(",")]
            found += [_POSTCODE.sub("", line).strip(" ,.;"), *pieces]
            # “12, Mill Lane”: the number belongs to the street
            found += [" ".join(pair) for pair in pairwise(pieces) if pair[0].isdigit()]
    return [one for one in found if sum(letter.isalpha() for letter in one) >= _SHORTEST]


_SPACES = re.compile(r"[\s\-\u2010-\u2015.,/]+")


def _pattern(phrase: str) -> re.Pattern[str] | None:
    """Finds a phrase in a folded text, as whole words."""
    if re.fullmatch(r"\d{6,15}", phrase):
        return _telephone(phrase)
    plain = plain_of(phrase)
    if not plain:
        return None
    if _POSTCODE.fullmatch(plain):
        return _whole(plain, r"\s*".join(map(re.escape, re.sub(r"\s", "", plain))))
    if "@" in plain:
        return re.compile(rf"(?<![\w.+-]){re.escape(plain)}(?![\w-])")
    words = [_with_apostrophes(word) for word in _SPACES.split(plain) if word]
    # “the Millers” are the family of one Miller
    ending = r"(?:s|es)?" if plain[-1].isalpha() else ""
    return _whole(plain, r"[\W_]+".join(words) + ending) if words else re.compile(re.escape(plain))


def _with_apostrophes(word: str) -> str:
    """“O’Neill” is “ONeill” and “O Neill” as well."""
    return r"[\W_]?".join(re.escape(part) for part in word.split("'"))


def _whole(plain: str, pattern: str) -> re.Pattern[str]:
    """Not inside a longer word; scripts that write without spaces have no such thing."""
    before = "" if unicodedata.category(plain[0]) == "Lo" else r"(?<![^\W_])"
    after = "" if unicodedata.category(plain[-1]) == "Lo" else r"(?![^\W_])"
    return re.compile(before + pattern + after)


def _telephone(digits: str) -> re.Pattern[str]:
    gap = r"[\s().\-\u2010-\u2015/]*"
    if digits.startswith("0") and not digits.startswith("00"):
        begins = rf"(?:(?:\+{gap}44|00{gap}44|44){gap})?(?:0{gap})?"
        return re.compile(rf"(?<!\d){begins}{gap.join(digits[1:])}(?!\d)")
    return re.compile(rf"(?<!\d)\+?{gap.join(digits)}(?!\d)")


def _as_name(phrase: str, first: str) -> bool:
    """Whether an ordinary word, or a very short one, stands there as a name: with a capital."""
    plain = plain_of(phrase)
    is_plain_word = plain in _ORDINARY or (len(plain) < _SHORTEST and plain.isascii())
    return not is_plain_word or first.isupper()


_SAME = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i"})
_SAME |= dict.fromkeys(map(ord, "\u2018\u2019\u02bc\u02b9\u0060\u00b4\u2032\uff07"), "'")


def plain_of(text: str) -> str:
    return " ".join(_folded(text)[0].split())


def _folded(text: str) -> tuple[str, list[int]]:
    """A text without case, accents and invisible marks, and where each letter of it stood."""
    letters: list[str] = []
    where: list[int] = []
    for place, letter in enumerate(text):
        plain = unicodedata.normalize("NFKD", letter.translate(_SAME)).casefold()
        for one in plain.translate(_SAME):
            if not unicodedata.combining(one) and unicodedata.category(one) != "Cf":
                letters.append(one)
                where.append(place)
    return "".join(letters), where


def found_in(text: str, phrases: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Where any of these phrases stand in a text: what overlaps, or follows at once, as one."""
    folded, where = _folded(text)
    spans = sorted(
        (where[found.start()], where[found.end() - 1] + 1)
        for phrase in phrases
        if (pattern := _pattern(phrase)) is not None
        for found in pattern.finditer(folded)
        if found.end() > found.start() and _as_name(phrase, text[where[found.start()]])
    )
    return _joined(text, spans)


def _joined(text: str, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Spans that overlap, or have only spaces and commas between them, as one."""
    held: tuple[int, int] | None = None
    for start, last in spans:
        end = _with_marks(text, last)
        if held is not None and not text[held[1] : start].strip(" ,\t"):
            held = held[0], max(held[1], end)
        else:
            if held is not None:
                yield held
            held = start, end
    if held is not None:
        yield held


def _with_marks(text: str, end: int) -> int:
    """The end of a span with the accents that follow its last letter."""
    while end < len(text) and unicodedata.combining(text[end]):
        end += 1
    return end
