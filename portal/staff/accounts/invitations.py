"""Invitations: a link with which somebody chooses a password, good once and for seven days.

Only the hash of the secret in the link is kept. It is 28 letters and figures out of 31 (138 bits),
in groups of four and without any that look alike, because it is printed and typed from paper. A new
invitation ends the one before; the password that somebody has goes on until the invitation is used,
unless it is stopped on purpose.
"""

import hashlib
import secrets
from collections.abc import Collection, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Select, select

from portal import clock
from portal.db import session
from portal.journal.actor import Actor
from portal.journal.service import note
from portal.staff import notices, passwords, service
from portal.staff.accounts.models import Invitation
from portal.staff.factors import second_factor
from portal.staff.models import Member, Membership, School, SignIn
from portal.staff.sign_ins import identities, open_sign_ins
from portal.web.errors import Missing, NotPossible

LASTS = timedelta(days=7)
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def invite(actor: Actor, member: Member, *, stop_password: bool = False) -> tuple[Invitation, str]:
    """A new invitation, and the secret that stands in its link: nobody can be shown it again.

    `stop_password` is for a password that somebody else may know: nothing fits until the
    invitation is used, and every sign-in ends at once.
    """
    if member.ended_at is not None:
        raise NotPossible("This account has ended. Give them a role first.")
    end_open(actor, member)
    secret = _new_secret()
    made = Invitation(
        member.key,
        member_id=member.id,
        made_by=actor.member_id,
        secret_hash=_hashed(secret),
        until=clock.now() + LASTS,
    )
    session.add(made)
    note(actor, "invited a member of staff", made)
    if stop_password and member.password_hash != passwords.NO_PASSWORD:
        stop(actor, member)
    if _has_signed_in(member.id):
        but = {actor.member_id} if actor.member_id else set()
        notices.tell_leads([], notices.Kind.INVITED_AGAIN, member.id, but=but)
    return made, secret


def stop(actor: Actor, member: Member) -> None:
    """Nothing that is typed fits any longer, no provider vouches for them, every sign-in ends."""
    identities.end_all(actor, member)
    member.password_hash = passwords.NO_PASSWORD
    member.pin_hash = None
    note(actor, "stopped a password", member)
    open_sign_ins.end_all(member.id)


def open_of(member_id: UUID) -> Invitation | None:
    """The invitation that somebody could use now."""
    return session.scalars(
        _open().where(Invitation.member_id == member_id).order_by(Invitation.until.desc()).limit(1)
    ).first()


def find(secret: str) -> Invitation | None:
    """The invitation behind a link; None where it is unknown, used, withdrawn or too old."""
    return session.scalars(_open().where(Invitation.secret_hash == _hashed(secret))).one_or_none()


def withdraw(actor: Actor, invitation: Invitation) -> None:
    invitation.ended_at = clock.now()
    note(actor, "withdrew an invitation", invitation)


def end_open(actor: Actor, member: Member) -> None:
    """End what is still open, where another way in has taken its place or the account ends."""
    found = session.scalars(_open().where(Invitation.member_id == member.id))
    for invitation in found.all():
        withdraw(actor, invitation)


def from_others(member: Member, trusted: Collection[UUID]) -> list[Invitation]:
    """The invitations behind somebody’s way in that none of these people made.

    Those are the one that is open, and the one that was used last. That one counts also where the
    password was changed since: whoever used the link may have changed it.
    """
    used = (
        select(Invitation)
        .where(Invitation.member_id == member.id, Invitation.used_at.is_not(None))
        .order_by(Invitation.used_at.desc(), Invitation.id)
        .limit(1)
    )
    has_password = member.password_hash != passwords.NO_PASSWORD
    found = [open_of(member.id), session.scalars(used).first() if has_password else None]
    return [one for one in found if one and one.made_by and one.made_by not in trusted]


def end_from_others(actor: Actor, member: Member, trusted: Collection[UUID]) -> bool:
    """End what `from_others` finds, and say whether somebody has to invite them again.

    A second factor goes with the password: whoever had the one could set up the other.
    """
    found = from_others(member, trusted)
    for one in found:
        if one.used_at is None:
            withdraw(actor, one)
        else:
            second_factor.end_everything(actor, member)
            member.has_second = False
            stop(actor, member)
    return bool(found) and open_of(member.id) is None


def invited(invitation: Invitation) -> Member:
    found = session.get(Member, invitation.member_id)
    if found is None:
        raise Missing
    return found


def schools_of(member: Member) -> Sequence[School]:
    """Where somebody works, for the page on which they choose a password."""
    return session.scalars(
        select(School)
        .join(Membership, Membership.school_id == School.id)
        .where(Membership.member_id == member.id, Membership.ended_at.is_(None))
        .distinct()
        .order_by(School.written_at, School.id)
    ).all()


def accept(secret: str, password_hash: str) -> Member:
    """Take an invitation up: the password is set, and the link is good no longer.

    Of two at once one wins: the row is locked, and the second finds it used. Raises `Missing`.
    """
    locked = _open().where(Invitation.secret_hash == _hashed(secret))
    invitation = session.scalars(locked.with_for_update(of=Invitation)).one_or_none()
    if invitation is None:
        raise Missing
    member = invited(invitation)
    actor = Actor(member.id, None, "invited", None)
    told = _has_signed_in(member.id) or service.reads_cases(member.id)
    invitation.used_at = clock.now()
    note(actor, "took up an invitation", invitation)
    member.password_hash = password_hash
    member.must_change = False
    member.pin_hash = None
    note(actor, "chose a password", member)
    identities.end_all(actor, member)
    open_sign_ins.end_all(member.id)
    if told:
        notices.tell_leads([], notices.Kind.INVITATION_USED, member.id)
    return member


def _open() -> Select[Invitation]:
    return (
        select(Invitation)
        .join(Member, Member.id == Invitation.member_id)
        .where(Member.ended_at.is_(None), Invitation.used_at.is_(None))
        .where(Invitation.ended_at.is_(None), Invitation.until > clock.now())
    )


def _has_signed_in(member_id: UUID) -> bool:
    found = select(SignIn.id).where(SignIn.member_id == member_id).limit(1)
    return session.scalar(found) is not None


def _new_secret() -> str:
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(7))
    return "-".join(groups)


def _hashed(secret: str) -> bytes:
    """Of what was typed, in whatever case and with or without its hyphens."""
    folded = secret.casefold().replace("-", "")
    return hashlib.sha256(folded.encode("utf-8", "replace")).digest()
