"""How a school’s entries lie over the shipped directory, and which are due a check. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Protocol

from portal.guidance.catalogue import Service

CHANGED_HERE = ("telephone", "text_message", "email", "hours", "web", "note")
"""What a school may say otherwise of a shipped entry."""
ALWAYS_SHOWN = "emergency"
"""The entry that is the same everywhere: nobody changes or hides it."""
OWN_SOURCE = "entered by the school"


class Kept(Protocol):
    """What is read of `models.DirectoryEntry`."""

    @property
    def code(self) -> str: ...
    @property
    def own(self) -> bool: ...
    @property
    def hidden(self) -> bool: ...
    @property
    def checked(self) -> date | None: ...


def laid_over(shipped: Sequence[Service], kept: Iterable[Kept]) -> list[Service]:
    """The shipped entries with the school’s changes, then its own entries by name.

    A change to an entry that is shipped no longer is left out.
    """
    by_code = {one.code: one for one in kept}
    changed = [
        changed_entry(one, by_code[one.code]) if one.code in by_code else one for one in shipped
    ]
    own = [own_entry(one) for one in by_code.values() if one.own]
    return changed + sorted(own, key=lambda one: (one.name.casefold(), one.code))


def changed_entry(shipped: Service, kept: Kept) -> Service:
    """A shipped entry as the school has it. Its check stands unless the shipped one is newer."""
    changes: dict[str, Any] = {
        name: getattr(kept, name) or None
        for name in CHANGED_HERE
        if getattr(kept, name) is not None
    }
    checked_here = kept.checked is not None and (bool(changes) or kept.checked >= shipped.checked)
    if checked_here:
        changes |= {"checked": kept.checked, "sure": "V", "checked_here": True}
    return replace(shipped, **changes, changed=has_changes(kept), hidden=kept.hidden)


def own_entry(kept: Any) -> Service:
    said: dict[str, Any] = {name: getattr(kept, name) or None for name in CHANGED_HERE}
    return Service(
        code=kept.code,
        name=kept.name,
        for_whom=(kept.for_whom or "staff",),
        purpose=kept.purpose or "",
        source=OWN_SOURCE,
        checked=kept.checked,
        sure="V",
        **said,
        own=True,
        hidden=kept.hidden,
        checked_here=True,
    )


def has_changes(kept: Kept) -> bool:
    """Whether a number, an address or the note differs from what is shipped."""
    return any(getattr(kept, name) is not None for name in CHANGED_HERE)


def to_keep(shipped: Service, answers: Mapping[str, str]) -> dict[str, str | None]:
    """What is kept of the answers about a shipped entry: None where they say what it says."""
    return {
        name: None if answers[name] == (getattr(shipped, name) or "") else answers[name]
        for name in CHANGED_HERE
    }


def is_old(checked: date, today: date) -> bool:
    """Whether an entry was checked more than a year ago."""
    return (today.year - checked.year, today.month, today.day) > (1, checked.month, checked.day)
