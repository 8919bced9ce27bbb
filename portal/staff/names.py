"""Names of members of staff, opened from rows.

Every page names some, so an opened name is kept for as long as its envelope stands in the row.
"""

from functools import lru_cache
from typing import Any
from uuid import UUID

from portal.db import session
from portal.staff.models import Member
from portal.vault.keys import DataKey, vault

_MEMBERS = Member.__table__
COLUMNS = (_MEMBERS.c.id, _MEMBERS.c.key_id, _MEMBERS.c.full_name_sealed)


def name_in(row: Any) -> str:
    """The name in a row that begins with `COLUMNS`."""
    return opened(row[0], row[1], row[2])


@lru_cache(maxsize=4096)
def opened(member_id: UUID, key_id: UUID, envelope: bytes) -> str:
    """The name in an envelope, without reading the key’s row where it is open already."""
    key = vault.standing(key_id) or session.get_one(DataKey, key_id)
    return Member.full_name.read(key, member_id, Member, envelope)
