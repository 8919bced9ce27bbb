"""The signed-in person of this request, as far as `web` needs to know them."""

from dataclasses import dataclass
from typing import cast
from uuid import UUID

from flask import g

from portal.journal.actor import NOBODY, Actor


@dataclass(frozen=True)
class Holder(Actor):
    """Somebody who is signed in, and the key under which what they type is kept."""

    name: str
    key_id: UUID

    @property
    def is_handed_over(self) -> bool:
        """Whether the screen is with a student: then nothing typed is this person’s draft."""
        return False

    @property
    def is_let_in(self) -> bool:
        """Whether everything that is asked at sign-in was given."""
        return True


@dataclass(frozen=True)
class Lapsed:
    """Whose sign-in has ended by itself: what they send now is kept for them, and not done.

    There is one only for a sign-in to which everything was given that is asked for: words that
    were sent with less may be a stranger’s.
    """

    member_id: UUID
    key_id: UUID
    rested: bool = True  # ended by rest; otherwise by its age
    handover: UUID | None = None

    @property
    def is_handed_over(self) -> bool:
        return self.handover is not None


def holder() -> Holder | None:
    return cast("Holder | None", g.get("holder"))


def lapsed() -> Lapsed | None:
    return cast("Lapsed | None", g.get("lapsed"))


def actor() -> Actor:
    return holder() or NOBODY
