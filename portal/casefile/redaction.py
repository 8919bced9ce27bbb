"""Leaving names and withheld facts out of a copy. The record itself is never changed."""

import dataclasses
import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast
from unicodedata import normalize

from portal.casefile import service
from portal.casefile.forms import MAY_BE_TOLD_ALL
from portal.casefile.models import Print
from portal.cases import withheld
from portal.cases.models import Case
from portal.cases.service import people_in
from portal.family.phrases import parts_of
from portal.family.rules import taken_out
from portal.printing.furniture import Furniture

T = TypeVar("T")
_APOSTROPHES = "['’‘ʼ`´]"
LEFT_OUT = "[name left out]"


def without_names(data: T, names: Sequence[str]) -> T:
    """Take full names out of every text of a document."""
    # A single word is not taken out: “Grace” or “May” may mean anything.
    full = sorted({name for name in names if len(name.split()) > 1}, key=len, reverse=True)
    if not full:
        return data
    # As it was typed: with straight or curly apostrophes, accents in one letter or two.
    forms = {normalize(form, name) for name in full for form in ("NFC", "NFD")}
    longest_first = sorted(forms, key=len, reverse=True)
    gap = r"[\s\u00a0]+"
    patterns = [gap.join(map(_pattern, name.split())) for name in longest_first]
    anyone = re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?![\w\u0300-\u036f])", re.IGNORECASE)
    done: T = through(data, lambda text: anyone.sub(LEFT_OUT, text))
    return done


def for_reader(case: Case, copy: Print, data: T) -> T:
    """A document as the reader of this copy may have it: without what they are not to be told.

    Only the police and social care read where somebody lives whose address is protected.
    """
    kept = withheld.kept_from_reader(withheld.facts_of(case), copy.recipient_kind)
    places = () if copy.recipient_kind in MAY_BE_TOLD_ALL else protected_places(case)
    return without_phrases(data, withheld.phrases_of(kept), places)


def protected_places(case: Case) -> list[str]:
    """Lines of protected addresses, and their postcodes; a town alone may mean anything."""
    people = {one.person_id: one.person for one in people_in(case) if one.person is not None}
    links = service.carers_by_person([one for one in people if one is not None])
    found: list[str] = []
    for link in (link for links_of in links.values() for link in links_of):
        if not link.address_protected:
            continue
        child = people.get(link.person_id)
        for text in (link.carer.address, child.address if child and not link.carer.address else ""):
            lines = [line.strip(" ,") for line in text.splitlines()]
            found += [one for one in parts_of([text]) if any(map(str.isdigit, one))]
            found += [one for one in lines[:1] if len(one.split()) > 1]
    return list(dict.fromkeys(found))


def without_phrases(data: T, phrases: Sequence[str], places: Sequence[str] = ()) -> T:
    """Take out of every text of a document what its reader is not to be told, and of its purpose.

    The name of the reader stays: it is they who hold the copy.
    """
    if not phrases and not places:
        return data

    def without(text: str) -> str:
        return taken_out(withheld.without(text, phrases), places)

    done: T = through(data, without)
    page = getattr(done, "furniture", None)
    if isinstance(page, Furniture):
        page = dataclasses.replace(page, purpose=without(page.purpose))
        return cast("T", dataclasses.replace(cast("Any", done), furniture=page))
    return done


def _pattern(word: str) -> str:
    return "".join(_APOSTROPHES if letter in _APOSTROPHES else re.escape(letter) for letter in word)


def through(value: Any, change: Callable[[str], str]) -> Any:
    """The same data with every text in it changed, but for what stands at the head and foot."""
    if type(value) is str:
        return change(value)
    if isinstance(value, tuple):
        return tuple(through(one, change) for one in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        changed = {
            field.name: through(getattr(value, field.name), change)
            for field in dataclasses.fields(value)
            # Who gets the copy and who printed it stands on every page as it was asked for.
            if field.name != "furniture"
        }
        return dataclasses.replace(value, **changed)
    return value
