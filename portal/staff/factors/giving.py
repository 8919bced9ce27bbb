"""Giving the second factor at sign-in: a code of the app, or a recovery code instead.

A code of an authenticator app is good once (RFC 6238, section 5.2; security notes 3.2): the newest
step that was accepted is kept, and only a later one is taken. A try is counted before it is looked
at, per person and known browser, so that it slows the next one down and never locks anybody out.
"""

from enum import Enum

from portal import clock
from portal.db import close_session, database, session
from portal.journal.service import note
from portal.staff import notices, passwords
from portal.staff.factors import recovery, totp
from portal.staff.factors.models import RecoveryCodes, TotpFactor
from portal.staff.factors.rows import apps_of, authenticator_of, codes_of, end, take_step
from portal.staff.factors.second_factor import given
from portal.staff.notices import Kind
from portal.staff.sign_ins import devices, sign_in, throttle
from portal.staff.sign_ins.sign_in import Refused
from portal.staff.viewer import Viewer


class Given(Enum):
    """How a code was taken."""

    RIGHT = "right"
    WRONG = "wrong"
    USED = "used"  # it was right, and has let somebody in already


def give_code(who: Viewer, typed: str) -> Given | Refused:
    """Check a code of the authenticator app, and let this sign-in in."""
    close_session()
    with database().reading() as own:
        bucket = devices.bucket_here(own, "second factor", who.id)
        app = authenticator_of(own, who.id)
        app_id, secret = (app.id, app.secret) if app else (None, "")
    if wait := throttle.take(bucket):
        return Refused(wait)
    step = totp.step_of(secret, typed, clock.now()) if app_id else None
    if step is None or app_id is None:
        return note_wrong(who)
    app = session.get(TotpFactor, app_id, with_for_update=True)
    if app is None or app.ended_at is not None:
        return note_wrong(who)
    if not take_step(app_id, step):
        note_wrong(who)
        return Given.USED
    throttle.forget(bucket)
    given(who, "totp")
    return Given.RIGHT


def give_recovery(who: Viewer, typed: str) -> Given | Refused:
    """Check a recovery code, and let this sign-in in to set up a new factor and nothing else.

    The authenticator app is ended, because it is lost or in other hands; the leads are told.
    """
    close_session()
    with database().reading() as own:
        bucket = devices.bucket_here(own, "recovery", who.id)
        kept = codes_of(own, who.id)
        hashes, kept_id = (list(kept.hashes), kept.id) if kept else ([], None)
    if wait := throttle.take(bucket):
        return Refused(wait)
    place = _place(recovery.read(typed), hashes)
    if place is None or kept_id is None:
        return note_wrong(who)
    kept = session.get(RecoveryCodes, kept_id, with_for_update=True)
    if kept is None or kept.ended_at is not None:
        return note_wrong(who)
    if kept.used[place]:
        note_wrong(who)
        return Given.USED
    kept.used = [*kept.used[:place], clock.now().isoformat(), *kept.used[place + 1 :]]
    note(who, "signed in with a recovery code", kept)
    for app in apps_of(session, who.id):
        end(who, app, "ended an authenticator app")
    throttle.forget(bucket)
    notices.tell_leads((), Kind.RECOVERY_CODE_USED, who.id)
    sign_in.second_given(who, "recovery")
    return Given.RIGHT


def note_wrong(who: Viewer) -> Given:
    close_session()  # the refusal is noted in a transaction of its own
    throttle.note_refusal(who.id, who=who, verb="second factor refused")
    return Given.WRONG


def _place(code: str, hashes: list[str]) -> int | None:
    if not recovery.looks_right(code, recovery.LONG):
        return None
    return next((at for at, one in enumerate(hashes) if passwords.fits(one, code)), None)
