"""Verbs about a second factor that is lost: asked for, approved by somebody else, used once.

Another DSL or the head approves after having seen or spoken to the person, and a head’s another
head; an administrator alone cannot (security notes 3.2). What the member is told is good for a
quarter of an hour and for nothing without their password.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, true

from portal import clock
from portal.db import close_session, database, session
from portal.journal.actor import Actor
from portal.journal.service import note
from portal.staff import notices, passwords
from portal.staff.factors import giving as giving_second
from portal.staff.factors import recovery, second_factor
from portal.staff.factors.giving import Given
from portal.staff.factors.models import FactorReset
from portal.staff.models import Member, Membership
from portal.staff.notices import Kind
from portal.staff.roles import READERS, Permission, Role
from portal.staff.service import memberships, own_account, why_not_appoint
from portal.staff.sign_ins import devices, identities, open_sign_ins, sign_in, throttle
from portal.staff.sign_ins.sign_in import Refused
from portal.staff.viewer import Viewer
from portal.web.errors import NotAllowed, NotPossible

SETTLED = "Nobody asks for this any more: it was settled, or they found it again."
GOOD_FOR = timedelta(minutes=15)
_FOR_A_HEAD = (
    "For a head it takes another head. Where there is none, whoever looks after the server makes "
    "the code, with the command reset-second-factor."
)
_WHO_APPROVES = f"Ask another DSL or the head. {_FOR_A_HEAD}"


def open_request(member_id: UUID) -> FactorReset | None:
    """The one request of somebody that is not settled: at most one is."""
    return session.scalars(
        select(FactorReset)
        .where(FactorReset.member_id == member_id)
        .where(FactorReset.used_at.is_(None), FactorReset.ended_at.is_(None))
        .order_by(FactorReset.written_at)
    ).first()


def waiting(who: Viewer, *, only: UUID | None = None) -> dict[UUID, FactorReset]:
    """The unsettled requests of those who work at this school, by member: for who can approve."""
    if not who.may(Permission.APPOINT_READERS):
        return {}
    found = session.scalars(
        select(FactorReset)
        .where(FactorReset.member_id == only if only else true())
        .where(FactorReset.used_at.is_(None), FactorReset.ended_at.is_(None))
        .where(
            FactorReset.member_id.in_(
                select(Membership.member_id)
                .join(Member, Member.id == Membership.member_id)
                .where(Membership.school_id == who.school, Membership.ended_at.is_(None))
                .where(Member.ended_at.is_(None))
            )
        )
        .order_by(FactorReset.written_at)
    )
    return {one.member_id: one for one in found}


def ask(who: Viewer, reason: str) -> None:
    """Say that the second factor is lost. Asking again while a request waits changes nothing."""
    member = session.get_one(Member, who.id, with_for_update={"of": Member})
    if open_request(who.id) is not None:
        return
    made = FactorReset(member.key, member_id=member.id, reason=reason)
    session.add(made)
    note(who, "said that the second factor is lost", made)
    notices.tell_leads((), Kind.FACTOR_LOST_REQUEST, member.id)


def refuse_approving(who: Viewer, member: Member) -> None:
    """Raises `NotAllowed` where `why_not_approve` finds something."""
    if why := why_not_approve(who, member):
        raise NotAllowed(why)


def why_not_approve(who: Viewer, member: Member) -> str:
    """Who may not approve: the person themself, and whoever may not appoint them everywhere.

    The right is asked at each school where the person reads cases, because the sign-in is the same
    for all of them. Empty where nothing speaks against it.
    """
    if member.id == who.id:
        return f"This is your own request, and nobody approves their own. {_WHO_APPROVES}"
    for one in memberships(member):
        if one.ended_at is not None or Role(one.role) not in READERS:
            continue
        if not who.may(Permission.APPOINT_READERS, one.school_id):
            return (
                "This person also reads cases at another school of the trust. Somebody who is DSL "
                "or head at all of their schools can approve this, or whoever looks after the "
                "server."
            )
        if why_not_appoint(who, one.school_id, frozenset({Role(one.role)})):
            return (
                "This is a head’s second factor, and what is kept from the leads is theirs to "
                f"read. {_FOR_A_HEAD}"
            )
    return ""


def new_code() -> tuple[str, str]:
    """A code to be told, and its hash. Called with no transaction open."""
    close_session()
    code = recovery.new_code(recovery.SHORT)
    return code, passwords.hash_password(code)


def approve(who: Viewer, member: Member, how: str, code_hash: str) -> None:
    """The person was seen or spoken to. A code from before is good for nothing then."""
    refuse_approving(who, member)
    asked = open_request(member.id)
    if asked is None:
        raise NotPossible(SETTLED)
    # Of two that are sent at once the second waits here, and its form is answered as the first was.
    session.refresh(asked, with_for_update={"of": FactorReset})
    asked.approved_by = who.id
    _give(who, asked, "approved a new second factor", code_hash, how)


def turn_down(who: Viewer, member: Member) -> None:
    """It was not this person who asked, or it was found again."""
    asked = open_request(member.id)
    if asked is None:
        raise NotPossible(SETTLED)
    asked.ended_at = clock.now()
    note(who, "turned down a lost second factor", asked)


def approve_at_the_server(actor: Actor, member: Member, code_hash: str) -> None:
    """Whoever looks after the server stands in where nobody else can approve."""
    asked = open_request(member.id)
    if asked is None:
        asked = FactorReset(member.key, member_id=member.id, reason="Asked for at the server.")
        session.add(asked)
        notices.tell_leads((), Kind.FACTOR_LOST_REQUEST, member.id)
    _give(actor, asked, "approved a new second factor at the server", code_hash, "")


def use(who: Viewer, typed: str) -> Given | Refused:
    """Enter the code after the password: all that was there ends, and something new is set up."""
    close_session()
    with database().reading() as own:
        bucket = devices.bucket_here(own, "reset", who.id)
        asked = own.scalars(
            select(FactorReset)
            .where(FactorReset.member_id == who.id, FactorReset.code_hash.is_not(None))
            .where(FactorReset.used_at.is_(None), FactorReset.ended_at.is_(None))
        ).first()
        asked_id, code_hash = (asked.id, asked.code_hash) if asked else (None, None)
    if wait := throttle.take(bucket):
        return Refused(wait)
    code = recovery.read(typed)
    fits = recovery.looks_right(code, recovery.SHORT) and passwords.fits(code_hash, code)
    if not fits or asked_id is None:
        return giving_second.note_wrong(who)
    asked = session.get_one(FactorReset, asked_id, with_for_update={"of": FactorReset})
    late = asked.until is None or clock.now() > asked.until
    if asked.used_at or asked.ended_at or late or asked.code_hash != code_hash:
        return giving_second.note_wrong(who)
    member = own_account(who)
    asked.used_at = clock.now()
    note(who, "used the code of a reset", asked)
    second_factor.end_everything(who, member)
    identities.end_all(who, member)
    throttle.forget(bucket)
    notices.tell_leads((), Kind.FACTOR_RESET, member.id)
    open_sign_ins.end_all(member.id, but=who.sign_in_id)
    sign_in.second_given(who, "reset")
    return Given.RIGHT


def _give(actor: Actor, asked: FactorReset, verb: str, code_hash: str, how: str) -> None:
    now = clock.now()
    asked.approved_at, asked.until, asked.code_hash = now, now + GOOD_FOR, code_hash
    note(actor, verb, asked, how)
