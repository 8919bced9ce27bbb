"""Who acts: the little that the journal needs to know of a signed-in person."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Actor:
    member_id: UUID | None
    sign_in_id: UUID | None
    role: str
    school_id: UUID | None


NOBODY = Actor(None, None, "nobody", None)
MACHINE = Actor(None, None, "machine", None)
