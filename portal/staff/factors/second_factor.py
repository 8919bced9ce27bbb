"""Verbs about second factors: setting one up, changing it, and what follows from that.

How one is given at sign-in is in `giving`, and what happens when it is lost in `lost`.
"""

from typing import Any

from sqlalchemy import select

from portal import clock
from portal.db import close_session, database, session
from portal.journal.actor import Actor
from portal.journal.service import note
from portal.staff import notices, passwords
from portal.staff.factors import recovery, totp
from portal.staff.factors.models import FactorReset, Passkey, RecoveryCodes, TotpFactor
from portal.staff.factors.rows import apps_of, codes_of, end, factors_of, take_step
from portal.staff.models import Member
from portal.staff.notices import Kind
from portal.staff.service import own_account
from portal.staff.sign_ins import open_sign_ins, sign_in
from portal.staff.viewer import Viewer
from portal.web.errors import NotPossible

LAST = (
    "This is the only second factor of an account that reads cases, so it cannot be taken away. "
    "Set up another one first."
)
BEGUN_AGAIN = "This was begun again, or finished, in another window. Open the page once more."

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
    for earlier in apps_of(session, who.id, confirmed=False):
        earlier.ended_at = clock.now()
        note(who, "set an unfinished authenticator app aside", earlier)
    made = TotpFactor(member.key, member_id=member.id, secret=totp.new_secret())
    session.add(made)
    note(who, "began to set up an authenticator app", made)


def unfinished_totp(who: Viewer) -> TotpFactor | None:
    return next(iter(apps_of(session, who.id, confirmed=False)), None)


def confirm_totp(who: Viewer, typed: str) -> list[str] | None:
    """Take a first code of a new authenticator app; None where it is not right.

    Gives the recovery codes that were made with it, to be shown once: an empty list where those
    from before stay good. Whatever app was there before is ended, and every other sign-in.
    """
    close_session()
    with database().reading() as own:
        waiting = next(iter(apps_of(own, who.id, confirmed=False)), None)
        if waiting is None:
            raise NotPossible(BEGUN_AGAIN)
        waiting_id, secret = waiting.id, waiting.secret
        keeps = codes_of(own, who.id) is not None and not who.came_by_recovery
    step = totp.step_of(secret, typed, clock.now())
    if step is None:
        return None
    fresh, hashes = ([], []) if keeps else new_recovery_codes()
    factor = session.get(TotpFactor, waiting_id, with_for_update=True)
    if factor is None or factor.ended_at or factor.confirmed_at:
        raise NotPossible(BEGUN_AGAIN)
    member = own_account(who)
    for earlier in apps_of(session, who.id, confirmed=True):
        end(who, earlier, "ended an authenticator app")
    factor.confirmed_at = clock.now()
    note(who, "set up an authenticator app", factor)
    take_step(factor.id, step)
    added(who, member, "totp", hashes)
    return fresh


def added(who: Viewer, member: Member, how: str, hashes: list[str]) -> None:
    """What follows when a factor was set up: told, asked for, other sign-ins ended, codes kept.

    `hashes` are those of new recovery codes, empty where the ones from before stay good.
    """
    told = member.has_second or who.reads_cases
    asked_from_now_on(who, member)
    if hashes:
        _keep_codes(who, member, hashes)
    if told:
        notices.tell_leads((), Kind.FACTOR_ADDED, member.id)
    else:
        notices.tell(member.id, Kind.FACTOR_ADDED, member.id)
    open_sign_ins.end_all(member.id, but=who.sign_in_id)
    given(who, how)


def given(who: Viewer, how: str) -> None:
    """A factor was shown: the sign-in opens, and what was said to be lost is found again."""
    for one in session.scalars(
        select(FactorReset)
        .where(FactorReset.member_id == who.id)
        .where(FactorReset.used_at.is_(None), FactorReset.ended_at.is_(None))
    ):
        end(who, one, "found the second factor again")
    sign_in.second_given(who, how)


# changing and ending


def remove_totp(who: Viewer) -> None:
    member = own_account(who)
    apps = apps_of(session, who.id, confirmed=True)
    if not apps:
        raise NotPossible("There is no authenticator app to remove.")
    refuse_last(who)
    for app in apps:
        end(who, app, "took an authenticator app away")
    removed(who, member)


def is_last(who: Viewer) -> bool:
    """Whether no factor can be taken away: who reads cases keeps one (security notes 3.2)."""
    return who.must_have_second and factors_of(who.id).count < 2


def refuse_last(who: Viewer) -> None:
    if is_last(who):
        raise NotPossible(LAST)


def removed(who: Viewer, member: Member) -> None:
    """What follows when a factor was taken away: told, and no more asked for if it was the last."""
    session.flush()
    notices.tell_leads((), Kind.FACTOR_REMOVED, member.id)
    open_sign_ins.end_all(member.id, but=who.sign_in_id)
    if not factors_of(member.id).count:
        _ask_no_more(who, member)


def go_without(who: Viewer) -> None:
    """After a recovery code: somebody who need not have a second factor sets up no new one."""
    if who.must_have_second:
        raise NotPossible(LAST)
    if not who.came_by_recovery:
        raise NotPossible("This is there only after a recovery code was used.")
    member = own_account(who)
    if factors_of(who.id).count:
        raise NotPossible("There is a second factor. Take it away first.")
    notices.tell_leads((), Kind.FACTOR_REMOVED, member.id)
    open_sign_ins.end_all(member.id, but=who.sign_in_id)
    _ask_no_more(who, member)


def end_everything(actor: Actor, member: Member) -> None:
    """What somebody had stands for nothing now: a reset, an ended account, or going without.

    After a reset a second factor is still asked for; whether one is, is not changed here.
    """
    for model, verb in (
        (TotpFactor, "ended an authenticator app"),
        (Passkey, "ended a passkey"),
        (RecoveryCodes, "ended recovery codes"),
    ):
        chosen: Any = model
        rows = select(chosen).where(chosen.member_id == member.id, chosen.ended_at.is_(None))
        for one in session.scalars(rows.with_for_update(of=chosen)):
            end(actor, one, verb)


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
        end(who, one, "ended recovery codes")
    made = RecoveryCodes(member.key, member_id=member.id, hashes=hashes, used=[""] * len(hashes))
    session.add(made)
    note(who, "made recovery codes", made)


def _ask_no_more(who: Viewer, member: Member) -> None:
    end_everything(who, member)
    member.has_second = False
    note(who, "has no second factor any more", member)
    sign_in.rotate(who, second_at=None, second_how="")
