"""What people are told about the safety of accounts: their own, and those of their colleagues.

A notice says which kind of thing happened to whose account, and when. It never says anything of a
case (threat T18). Leads are told of what somebody could do who had taken an account over, so that
one of them asks (security notes 3.2).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import select, update

from portal import clock
from portal.db import session
from portal.staff.models import Member, Membership, SecurityNotice
from portal.staff.roles import Role

SHOWN_FOR = timedelta(days=90)
_LONGEST = 100
_DETAIL = 60


class Kind(StrEnum):
    """What happened. Each has a sentence for its owner and one for everybody else."""

    NEW_DEVICE = "new_device"
    RECOVERY_CODE_USED = "recovery_code_used"
    FACTOR_LOST_REQUEST = "factor_lost_request"
    FACTOR_RESET = "factor_reset"
    FACTOR_ADDED = "factor_added"
    FACTOR_REMOVED = "factor_removed"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    PASSKEY_COUNTER = "passkey_counter"
    PASSWORD_SET_BY_OTHER = "password_set_by_other"  # noqa: S105
    SIGN_INS_ENDED_BY_OTHER = "sign_ins_ended_by_other"
    SIGN_IN_DROPPED = "sign_in_dropped"
    ROLE_ASKED = "role_asked"
    INVITATION_USED = "invitation_used"
    INVITED_AGAIN = "invited_again"
    ROLE_GIVEN = "role_given"
    ROLE_TAKEN = "role_taken"
    LINKED = "linked"
    UNLINKED = "unlinked"
    LINKS_ENDED = "links_ended"
    INVITATION_NEEDED = "invitation_needed"

    @property
    def to_its_owner(self) -> str:
        return _SENTENCES[self][0]

    @property
    def to_others(self) -> str:
        """What follows the name of the person it happened to."""
        return _SENTENCES[self][1]


_SENTENCES = {
    Kind.NEW_DEVICE: (
        "You signed in with a browser that the portal did not know.",
        "signed in with a browser that the portal did not know.",
    ),
    Kind.RECOVERY_CODE_USED: (
        "You signed in with one of your recovery codes.",
        "signed in with a recovery code instead of their second factor.",
    ),
    Kind.FACTOR_LOST_REQUEST: (
        "You said that you have lost your second factor.",
        "says that their second factor is lost, and asks a colleague to agree to a new one.",
    ),
    Kind.FACTOR_RESET: (
        "Your second factor was set aside, so that you can set up a new one.",
        "had their second factor set aside, so that they can set up a new one.",
    ),
    Kind.FACTOR_ADDED: (
        "You set up a second factor.",
        "set up a second factor.",
    ),
    Kind.FACTOR_REMOVED: (
        "You took away a second factor.",
        "took away a second factor.",
    ),
    Kind.RECOVERY_CODES_MADE: (
        "You made new recovery codes. The ones from before are good for nothing now.",
        "made new recovery codes.",
    ),
    Kind.PASSKEY_COUNTER: (
        "One of your passkeys was used in a way that a copy of it would be. It is not taken now.",
        "used a passkey in a way that a copy of it would be. It is not taken now.",
    ),
    Kind.PASSWORD_SET_BY_OTHER: (
        "Somebody else set a new password for you.",
        "was given a new password by somebody else.",
    ),
    Kind.SIGN_INS_ENDED_BY_OTHER: (
        "Somebody else ended a sign-in of yours.",
        "had a sign-in ended by somebody else.",
    ),
    Kind.SIGN_IN_DROPPED: (
        "You signed in on a fourth screen, so the oldest of your sign-ins was ended.",
        "signed in on a fourth screen, so the oldest of their sign-ins was ended.",
    ),
    Kind.ROLE_ASKED: (
        "A role that reads cases was asked for you. Two people have to agree. If an administrator "
        "invited you, a DSL or the head gives you a new invitation then.",
        "is to be given a role that reads cases. A second person has to agree.",
    ),
    Kind.INVITATION_USED: (
        "You took up your invitation.",
        "took up the invitation to the portal.",
    ),
    Kind.INVITED_AGAIN: (
        "Somebody made a link with which you can choose a new password.",
        "was sent a link with which they can choose a new password.",
    ),
    Kind.ROLE_GIVEN: (
        "You were given a role that reads cases.",
        "was given a role that reads cases.",
    ),
    Kind.ROLE_TAKEN: (
        "A role that reads cases was taken away from you.",
        "had a role that reads cases taken away.",
    ),
    Kind.LINKED: (
        "You made a link for single sign-on.",
        "made a link for single sign-on.",
    ),
    Kind.UNLINKED: (
        "You ended a link for single sign-on.",
        "ended a link for single sign-on.",
    ),
    Kind.LINKS_ENDED: (
        "Your links for single sign-on were ended. You can link again on the page of your account.",
        "had their links for single sign-on ended.",
    ),
    Kind.INVITATION_NEEDED: (
        "Your first invitation came from somebody who cannot give the role that you have now. "
        "What you chose with it was ended, so that it is surely you who uses the role.",
        "needs a new invitation, made by a DSL or the head: the one before came from somebody who "
        "cannot give their new role.",
    ),
}

# Told to the leads. Where a head may be the one to agree, heads are told as well.
_LEADS = (Role.DSL, Role.DEPUTY)
_HEADS_TOO = frozenset(
    {
        Kind.FACTOR_LOST_REQUEST,
        Kind.ROLE_ASKED,
        Kind.ROLE_GIVEN,
        Kind.ROLE_TAKEN,
        Kind.INVITATION_NEEDED,
    }
)


@dataclass(frozen=True)
class Told:
    """One notice as its page shows it."""

    id: UUID
    kind: Kind
    is_mine: bool
    about_id: UUID
    detail: str
    at: datetime
    is_new: bool


def tell(member_id: UUID, kind: str, about_member_id: UUID, detail: str = "") -> None:
    """Leave a notice for one person. `detail` is a device or a factor, never a person or case."""
    _leave({member_id}, Kind(kind), about_member_id, detail)


def tell_leads(
    school_ids: Iterable[UUID],
    kind: str,
    about_member_id: UUID,
    detail: str = "",
    but: Collection[UUID] = (),
) -> None:
    """Tell the leads of these schools, and the member whom it is about.

    Without schools: of every school at which the member has a role. `but` leaves people out, such
    as whoever did it and knows.
    """
    which = Kind(kind)
    roles = (*_LEADS, Role.HEAD) if which in _HEADS_TOO else _LEADS
    leads = _holders(list(school_ids) or _schools_of(about_member_id), roles)
    _leave({*leads, about_member_id} - set(but), which, about_member_id, detail)


def mine(member_id: UUID) -> list[Told]:
    """What somebody was told in the last three months: the newest first."""
    rows = session.scalars(
        select(SecurityNotice)
        .where(SecurityNotice.for_id == member_id)
        .where(SecurityNotice.made_at > clock.now() - SHOWN_FOR)
        .order_by(SecurityNotice.made_at.desc(), SecurityNotice.id)
        .limit(_LONGEST)
    )
    return [
        Told(
            id=row.id,
            kind=Kind(row.kind),
            is_mine=row.about_id == member_id,
            about_id=row.about_id,
            detail=row.detail,
            at=row.made_at,
            is_new=row.read_at is None,
        )
        for row in rows
    ]


def mark_read(member_id: UUID) -> None:
    """Everything that somebody was told is read."""
    session.execute(
        update(SecurityNotice)
        .where(SecurityNotice.for_id == member_id, SecurityNotice.read_at.is_(None))
        .values(read_at=clock.now())
    )


def _leave(people: Iterable[UUID], kind: Kind, about: UUID, detail: str) -> None:
    now = clock.now()
    session.add_all(
        SecurityNotice(
            id=uuid4(), for_id=one, about_id=about, kind=kind, detail=detail[:_DETAIL], made_at=now
        )
        for one in people
    )


def _schools_of(member_id: UUID) -> list[UUID]:
    return list(
        session.scalars(
            select(Membership.school_id)
            .where(Membership.member_id == member_id, Membership.ended_at.is_(None))
            .distinct()
        )
    )


def _holders(school_ids: Collection[UUID], roles: Collection[Role]) -> set[UUID]:
    return set(
        session.scalars(
            select(Membership.member_id)
            .join(Member, Member.id == Membership.member_id)
            .where(Membership.school_id.in_(school_ids), Membership.role.in_(roles))
            .where(Membership.ended_at.is_(None), Member.ended_at.is_(None))
        )
    )
