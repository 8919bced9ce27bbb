"""Pure rules about people: who of the staff a written name may mean."""

import re
from collections.abc import Mapping
from uuid import UUID

from portal.people.service import fold
from portal.staff.roles import Role

_APOSTROPHES = str.maketrans("", "", "'’‘ʼ`")
# “Head of year” and “head girl” are not the head; nor is a deputy or an assistant.
_HEAD = re.compile(
    r"\b(?<!deputy )(?<!assistant )(?<!associate )(?<!vice )"
    r"(?:head ?(?:teacher|master|mistress)|head of (?:the )?school|head(?! (?:of|girl|boy)\b)"
    r"|principal)\b"
)
_DSL = re.compile(
    r"\b(?<!deputy )(?:dsl|(?:designated )?safeguarding (?:lead|officer)|designated lead)\b"
)
_DEPUTY = re.compile(r"\b(?:deputy|ddsl)\b")
_TITLES = {Role.HEAD: _HEAD, Role.DSL: _DSL, Role.DEPUTY: _DEPUTY}


def meant(
    written: str,
    names: Mapping[UUID, str],
    roles: Mapping[UUID, frozenset[Role]] | None = None,
) -> list[UUID]:
    """Who of the staff may be meant by what somebody wrote of a grown-up.

    Everybody whose surname stands among the words, whatever stands beside it: “Mr A. Crane”, “Al
    Crane” and “Mr Crane (head)” all mean Alan Crane, and so does “Jane Crane”. Of a surname of two
    parts, one is enough. And everybody who holds a role whose title is written: “the headteacher”.
    A first name alone means nobody: too many share it, and who writes no more is asked instead.

    Case, accents and apostrophes do not matter. Shutting one too many out is put right in a minute;
    one too few is not.
    """
    words = _words(written)
    text = " ".join(words)
    held = {role for role, title in _TITLES.items() if title.search(text)}
    return [
        one
        for one, name in names.items()
        if not _surname(name).isdisjoint(words) or held & (roles or {}).get(one, frozenset())
    ]


def meant_in_full(written: str, names: Mapping[UUID, str]) -> list[UUID]:
    """Who of the staff has the first and the last name that somebody wrote of a young person.

    A surname alone means nobody here: sisters, brothers and children of staff go to this school,
    and what is said of them must reach those who lead.
    """
    words = set(_words(written))
    found = []
    for one, name in names.items():
        known = _words(name)
        ends = {*known[:1], *known[-1:]}
        if ends and (ends <= words if len(ends) > 1 else ends == words):
            found.append(one)
    return found


def _surname(name: str) -> set[str]:
    """The last word of a name, or what stands before a comma; each part of a double name."""
    before, comma, _ = name.partition(",")
    last = before if comma else "".join(re.sub(r"\(.*?\)", " ", name).split()[-1:])
    return set(_words(last))


def _words(text: str) -> list[str]:
    """Words without case, accents and apostrophes; “Mr Crane’s” holds Mr Crane."""
    owned = re.sub(r"['’]s\b", "", fold(text))
    return re.findall(r"\w+", owned.translate(_APOSTROPHES))
