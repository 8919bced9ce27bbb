"""Second factors in the states that pages can show: set up, half set up, with codes, and lost."""

from datetime import timedelta
from uuid import UUID

from portal import clock
from portal.cases.models import Case
from portal.db import session
from portal.journal.actor import MACHINE
from portal.journal.service import note
from portal.staff import passwords
from portal.staff.factors import second_factor
from portal.staff.factors.models import FactorReset, RecoveryCodes
from portal.staff.models import Member
from portal.staff.roles import Role
from tests.factories import Colleague, School, viewer_of


def factors(at: School, made: Case) -> dict[str, list[UUID]]:
    """The DSL changes telephones and has codes; two colleagues lost theirs, one has a code told."""
    second_factor.begin_totp(viewer_of(at.dsl))
    session.flush()
    _codes(at.dsl)
    lost = [at[Role.DEPUTY], at[Role.PASTORAL]]
    for who in lost:
        _lost(at, who, told=who is lost[1])
    return {"member_id": [one.id for one in lost]}


def _codes(who: Colleague) -> None:
    member = session.get_one(Member, who.id)
    hashes = [passwords.hash_password(f"{number:016}") for number in range(10)]
    used = [clock.now().isoformat(), *[""] * 9]
    kept = RecoveryCodes(member.key, member_id=member.id, hashes=hashes, used=used)
    session.add(kept)
    note(MACHINE, "made recovery codes", kept)


def _lost(at: School, who: Colleague, *, told: bool) -> None:
    member = session.get_one(Member, who.id)
    asked = FactorReset(member.key, member_id=member.id, reason="It’s in the canal, isn't it?")
    session.add(asked)
    note(MACHINE, "said that the second factor is lost", asked)
    if told:
        asked.approved_by, asked.approved_at = at.head.id, clock.now()
        asked.code_hash = passwords.hash_password("0123456789")
        asked.until = clock.now() + timedelta(minutes=15)
        note(at.head.actor, "approved a new second factor", asked, "Came to my office.")
