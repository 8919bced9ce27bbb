"""Verbs about second factors: setting one up, giving it at sign-in, and what follows from it.

The only code that changes them. A code of an authenticator app is good once (RFC 6238, section 5.2;
security notes 3.2): the newest step that was accepted is kept, and only a later one is taken. Wrong
codes slow the next try down, per person, and never lock anybody out for good.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal import clock
from portal.db import close_session, database, session
from portal.journal.actor import Actor
from portal.journal.service import note
from portal.staff import notices, passwords, recovery, sign_in, throttle, totp
from portal.staff.models import Member
from portal.staff.models_factors import Passkey, RecoveryCodes, TotpFactor, TotpStep
from portal.staff.notices import Kind
from portal.staff.roles import READERS
from portal.staff.service import own_account
from portal.staff.sign_in import Refused
from portal.staff.viewer import Viewer
from portal.web.errors import Missing, NotPossible

LAST = (
    "This is the only second factor of an account that reads cases, so it cannot be taken away. "
    "Set up another one first."
)


class Given(Enum):
    """How a code was taken."""

    RIGHT = "right"
    WRONG = "wrong"
    USED = "used"  # it was right, and has let somebody in already


@dataclass(frozen=True)
class Factors:
    """What somebody can show besides the password."""

    authenticator_since: datetime | None
    passkeys: int
    codes_left: int

    @property
    def count(self) -> int:
        return self.passkeys + (self.authenticator_since is not None)


def factors_of(member_id: UUID, on: Session | None = None) -> Factors:
    own = on or session
    app = _authenticator(own, member_id)
    codes = _codes(own, member_id)
    passkeys = own.scalar(
        select(func.count())
        .select_from(Passkey)
        .where(Passkey.member_id == member_id, Passkey.ended_at.is_(None))
    )
    return Factors(
        authenticator_since=app.confirmed_at if app else None,
        passkeys=passkeys or 0,
        codes_left=sum(not one for one in codes.used) if codes else 0,
    )


# setting up


def add_totp(actor: Actor, member: Member, secret: str) -> TotpFactor:
    """An authenticator app that has shown a right code. `secret` is in base 32."""
    made = TotpFactor(member.key, member_id=member.id, secret=secret, confirmed_at=clock.now())
    session.add(made)
    note(actor, "set up an authenticator app", made)
    asked_from_now_on(actor, member)
    return made


def asked_from_now_on(actor: Actor, member: Member) -> None:
    """From now on the password alone opens nothing."""
    if not member.has_second:
        member.has_second = True
        note(actor, "has a second factor now", member)


def begin_totp(who: Viewer) -> None:
    """Make the secret of a new authenticator app. It counts once a code of it was typed."""
    member = own_account(who)
    for earlier in _totp(session, who.id, confirmed=False):
        earlier.ended_at = clock.now()
        note(who, "set an unfinished authenticator app aside", earlier)
    made = TotpFactor(member.key, member_id=member.id, secret=totp.new_secret())
    session.add(made)
    note(who, "began to set up an authenticator app", made)


def unfinished_totp(who: Viewer) -> TotpFactor | None:
    return next(iter(_totp(session, who.id, confirmed=False)), None)


def confirm_totp(who: Viewer, typed: str) -> list[str] | None:
    """Take a first code of a new authenticator app; None where it is not right.

    Gives the recovery codes that were made with it, to be shown once: an empty list where those
    from before stay good. Whatever app was there before is ended, and every other sign-in.
    """
    close_session()
    with database().reading() as own:
        waiting = next(iter(_totp(own, who.id, confirmed=False)), None)
        if waiting is None:
            raise Missing
        waiting_id, secret = waiting.id, waiting.secret
        keeps = _codes(own, who.id) is not None and not who.came_by_recovery
    step = totp.step_of(secret, typed, clock.now())
    if step is None:
        return None
    fresh, hashes = ([], []) if keeps else new_recovery_codes()
    factor = session.get(TotpFactor, waiting_id, with_for_update=True)
    if factor is None or factor.ended_at or factor.confirmed_at:
        raise Missing
    member = own_account(who)
    for earlier in _totp(session, who.id, confirmed=True):
        _end(who, earlier, "ended an authenticator app")
    factor.confirmed_at = clock.now()
    note(who, "set up an authenticator app", factor)
    _take_step(factor.id, step)
    added(who, member, "totp", hashes)
    return fresh


def added(who: Viewer, member: Member, how: str, hashes: list[str]) -> None:
    """What follows when a factor was set up: told, asked for, other sign-ins ended, codes kept.

    `hashes` are those of new recovery codes, empty where the ones from before stay good.
    """
    told = member.has_second or any(roles & READERS for roles in who.roles_at.values())
    asked_from_now_on(who, member)
    if hashes:
        _keep_codes(who, member, hashes)
    if told:
        notices.tell_leads((), Kind.FACTOR_ADDED, member.id)
    else:
        notices.tell(member.id, Kind.FACTOR_ADDED, member.id)
    sign_in.end_all(member.id, but=who.sign_in_id)
    sign_in.second_given(who, how)


# giving it at sign-in


def give_code(who: Viewer, typed: str) -> Given | Refused:
    """Check a code of the authenticator app, and let this sign-in in."""
    close_session()
    with database().reading() as own:
        bucket = bucket_of(own, "second factor", who.id)
        wait = throttle.wait(own, bucket)
        app = _authenticator(own, who.id)
        app_id, secret = (app.id, app.secret) if app else (None, "")
    if wait:
        return Refused(wait)
    step = totp.step_of(secret, typed, clock.now()) if app_id else None
    if step is None or app_id is None:
        return count_wrong(who, bucket)
    app = session.get(TotpFactor, app_id, with_for_update=True)
    if app is None or app.ended_at is not None:
        return count_wrong(who, bucket)
    if not _take_step(app_id, step):
        count_wrong(who, bucket)
        return Given.USED
    throttle.forget(bucket, who.id)
    sign_in.second_given(who, "totp")
    return Given.RIGHT


def give_recovery(who: Viewer, typed: str) -> Given | Refused:
    """Check a recovery code, and let this sign-in in to set up a new factor and nothing else.

    The authenticator app is ended, because it is lost or in other hands; the leads are told.
    """
    close_session()
    with database().reading() as own:
        bucket = bucket_of(own, "recovery", who.id)
        wait = throttle.wait(own, bucket)
        kept = _codes(own, who.id)
        hashes, used = (list(kept.hashes), list(kept.used)) if kept else ([], [])
        kept_id = kept.id if kept else None
    if wait:
        return Refused(wait)
    place = _place(recovery.read(typed), hashes)
    if place is None or kept_id is None:
        return count_wrong(who, bucket)
    kept = session.get(RecoveryCodes, kept_id, with_for_update=True)
    if kept is None or kept.ended_at is not None or kept.used[place]:
        count_wrong(who, bucket)
        return Given.USED if used[place] else Given.WRONG
    kept.used = [*kept.used[:place], clock.now().isoformat(), *kept.used[place + 1 :]]
    note(who, "signed in with a recovery code", kept)
    for app in _totp(session, who.id):
        _end(who, app, "ended an authenticator app")
    throttle.forget(bucket, who.id)
    notices.tell_leads((), Kind.RECOVERY_CODE_USED, who.id)
    sign_in.second_given(who, "recovery")
    return Given.RIGHT


def count_wrong(who: Viewer, bucket: throttle.Buckets) -> Given:
    close_session()  # the count is written in a transaction of its own
    throttle.count(bucket, who.id, who=who, verb="second factor refused")
    return Given.WRONG


def bucket_of(own: Session, what: str, member_id: UUID) -> throttle.Buckets:
    """Wrong tries of one person at one thing: nobody else can slow them down."""
    return throttle.bucket_for(own, what, str(member_id))


# changing and ending


def remove_totp(who: Viewer) -> None:
    member = own_account(who)
    apps = _totp(session, who.id, confirmed=True)
    if not apps:
        raise Missing
    refuse_last(who)
    for app in apps:
        _end(who, app, "took an authenticator app away")
    removed(who, member)


def refuse_last(who: Viewer) -> None:
    """Whoever reads cases keeps at least one factor (security notes 3.2)."""
    if who.must_have_second and factors_of(who.id).count < 2:
        raise NotPossible(LAST)


def removed(who: Viewer, member: Member) -> None:
    """What follows when a factor was taken away: told, and no more asked for if it was the last."""
    session.flush()
    notices.tell_leads((), Kind.FACTOR_REMOVED, member.id)
    sign_in.end_all(member.id, but=who.sign_in_id)
    if not factors_of(member.id).count:
        _ask_no_more(who, member)


def go_without(who: Viewer) -> None:
    """After a recovery code: somebody who need not have a second factor sets up no new one."""
    if who.must_have_second:
        raise NotPossible(LAST)
    member = own_account(who)
    if factors_of(who.id).count:
        raise NotPossible("There is a second factor. Take it away first.")
    notices.tell_leads((), Kind.FACTOR_REMOVED, member.id)
    sign_in.end_all(member.id, but=who.sign_in_id)
    _ask_no_more(who, member)


def end_everything(actor: Actor, member: Member) -> None:
    """A reset: what the person had stands for nothing now. The second factor is still asked for."""
    for model, verb in (
        (TotpFactor, "ended an authenticator app"),
        (Passkey, "ended a passkey"),
        (RecoveryCodes, "ended recovery codes"),
    ):
        chosen: Any = model
        rows = select(chosen).where(chosen.member_id == member.id, chosen.ended_at.is_(None))
        for one in session.scalars(rows.with_for_update(of=chosen)):
            _end(actor, one, verb)


def new_recovery_codes() -> tuple[list[str], list[str]]:
    """Ten codes and their hashes. Called with no transaction open: hashing takes a while."""
    close_session()
    fresh = recovery.new_codes()
    return fresh, [passwords.hash_password(one) for one in fresh]


def replace_codes(who: Viewer) -> list[str]:
    """New recovery codes, to be shown once; those from before are good for nothing now."""
    close_session()
    fresh, hashes = new_recovery_codes()
    if not factors_of(who.id).count:
        raise NotPossible("Set up a second factor first. Recovery codes come with it.")
    _keep_codes(who, own_account(who), hashes)
    notices.tell(who.id, Kind.RECOVERY_CODES_MADE, who.id)
    return fresh


def _keep_codes(who: Viewer, member: Member, hashes: list[str]) -> None:
    earlier = select(RecoveryCodes).where(RecoveryCodes.member_id == member.id)
    for one in session.scalars(earlier.where(RecoveryCodes.ended_at.is_(None))):
        _end(who, one, "ended recovery codes")
    made = RecoveryCodes(member.key, member_id=member.id, hashes=hashes, used=[""] * len(hashes))
    session.add(made)
    note(who, "made recovery codes", made)


def _ask_no_more(who: Viewer, member: Member) -> None:
    end_everything(who, member)
    member.has_second = False
    note(who, "has no second factor any more", member)
    sign_in.second_given(who, "")


def _end(actor: Actor, one: Any, verb: str) -> None:
    one.ended_at = clock.now()
    note(actor, verb, one)


def _place(code: str, hashes: list[str]) -> int | None:
    if not recovery.looks_right(code, recovery.LONG):
        return None
    return next((at for at, one in enumerate(hashes) if passwords.fits(one, code)), None)


def _take_step(factor_id: UUID, step: int) -> bool:
    """Keep a step as the newest; False where it, or a later one, was accepted before.

    One statement, so that of two requests with the same code one changes the row.
    """
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    made = insert(TotpStep).values(factor_id=factor_id, step=step)
    session.flush()
    done: Any = session.execute(
        made.on_conflict_do_update(
            index_elements=[TotpStep.factor_id],
            set_={"step": made.excluded.step},
            where=TotpStep.step < made.excluded.step,
        )
    )
    return bool(done.rowcount == 1)


def _authenticator(own: Session, member_id: UUID) -> TotpFactor | None:
    return next(iter(_totp(own, member_id, confirmed=True)), None)


def _totp(own: Session, member_id: UUID, *, confirmed: bool | None = None) -> list[TotpFactor]:
    """The authenticator apps of somebody that have not ended: the newest first."""
    found = select(TotpFactor).where(
        TotpFactor.member_id == member_id, TotpFactor.ended_at.is_(None)
    )
    if confirmed is not None:
        is_there = TotpFactor.confirmed_at.is_not(None)
        found = found.where(is_there if confirmed else ~is_there)
    return list(own.scalars(found.order_by(TotpFactor.written_at.desc(), TotpFactor.id)))


def _codes(own: Session, member_id: UUID) -> RecoveryCodes | None:
    return own.scalars(
        select(RecoveryCodes)
        .where(RecoveryCodes.member_id == member_id, RecoveryCodes.ended_at.is_(None))
        .order_by(RecoveryCodes.written_at.desc())
    ).first()
