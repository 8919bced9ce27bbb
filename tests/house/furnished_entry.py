"""How people get in, and into cases: grants, accounts, factors, sign-ins, devices, looks.

Ids that are good at some addresses only stand under the name and the address’s endpoint.
"""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from portal import clock
from portal.cases.models import Case
from portal.db import session
from portal.oversight import looks
from portal.oversight.rules import week_of
from portal.staff import notices
from portal.staff.models import SignIn
from portal.staff.roles import Role
from portal.staff.sign_ins.models import KnownDevice
from tests.factories import Colleague, School, viewer_of
from tests.house.furnished_access import access
from tests.house.furnished_factors import factors
from tests.house.furnished_joining import joining
from tests.house.furnished_passkeys import passkeys

LOST = ("staff.lost_factor", "staff.turn_down_factor", "staff.reset_code")
JOINING = ("staff.shown_invitation", "staff.withdraw_invitation")


def entry(at: School, made: Case) -> dict[str, list[Any]]:
    """All of it; what is of one person alone is the DSL’s."""
    lost = factors(at, made)["member_id"]
    found: dict[str, list[Any]] = {
        **access(at, made),
        **joining(at, made),
        **passkeys(at, made),
    }
    newcomer = found.pop("member_id")
    staff = at[Role.STAFF]
    found["member_id"] = [staff.id, *newcomer]
    found |= {f"member_id@{endpoint}": lost for endpoint in LOST}
    found |= {f"member_id@{endpoint}": newcomer for endpoint in JOINING}
    found["member_id@staff.end_sign_in"] = [staff.id]
    found["device_id@staff.forget"] = [_device(at.dsl, "Firefox on Linux")]
    found["sign_in_id@staff.end_my_sign_in"] = [_sign_in(at.dsl)]
    found["sign_in_id@staff.end_sign_in"] = [_sign_in(staff)]
    notices.tell(at.dsl.id, "new_device", at.dsl.id, "Firefox on Linux")
    last = week_of(clock.today()) - timedelta(days=7)
    looks.mark_read(viewer_of(at.head), at.row, last, "It’s been Tom, he'd been rung up.")
    found["week"] = [str(last), str(last - timedelta(days=7))]
    return found


def _sign_in(who: Colleague) -> Any:
    """Somebody’s other computer, on which they are still signed in."""
    now = clock.now()
    made = SignIn(
        id=uuid4(),
        secret_hash=uuid4().bytes * 2,
        member_id=who.id,
        school_id=who.school_id,
        made_at=now,
        seen_at=now,
        password_at=now,
        second_at=now,
        second_how="totp",
        device_label="Chrome on Windows",
    )
    session.add(made)
    session.flush()
    return made.id


def _device(who: Colleague, label: str) -> Any:
    now = clock.now()
    made = KnownDevice(
        id=uuid4(),
        member_id=who.id,
        secret_hash=uuid4().bytes * 2,
        label=label,
        made_at=now,
        seen_at=now,
    )
    session.add(made)
    session.flush()
    return made.id
