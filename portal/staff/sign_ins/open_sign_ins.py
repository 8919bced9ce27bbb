"""The sign-ins of one person: which are open, which ended lately, and ending them by row."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import or_, select, update

from portal import clock
from portal.db import session
from portal.journal.service import note_act
from portal.staff import notices
from portal.staff.models import Member, SignIn
from portal.staff.viewer import Viewer
from portal.web.errors import Missing

REST = timedelta(minutes=15)
AGE = timedelta(hours=8)
AT_ONCE = 3
SHOWN_FOR = timedelta(days=7)
_LONGEST = 50


@dataclass(frozen=True)
class Shown:
    """One sign-in as lists show it; `ended_at` is None while it is open."""

    id: UUID
    label: str
    since: datetime
    seen_at: datetime
    ended_at: datetime | None
    is_here: bool
    with_student: bool
    half: bool  # the password was given, and what is asked after it was not


def of(member_id: UUID, here: UUID | None = None) -> tuple[list[Shown], list[Shown]]:
    """Open sign-ins, and those that ended in the last days: the newest first."""
    rows = session.execute(
        select(SignIn, Member.has_second)
        .join(Member, Member.id == SignIn.member_id)
        .where(SignIn.member_id == member_id, SignIn.made_at > clock.now() - SHOWN_FOR)
        .order_by(SignIn.made_at.desc(), SignIn.id)
        .limit(_LONGEST)
    )
    shown = [_shown(row, asked, here) for row, asked in rows]
    return [one for one in shown if not one.ended_at], [one for one in shown if one.ended_at]


def live(member_id: UUID) -> list[SignIn]:
    """The sign-ins of somebody with which something can be opened: the newest first."""
    now = clock.now()
    return list(
        session.scalars(
            select(SignIn)
            .join(Member, Member.id == SignIn.member_id)
            .where(SignIn.member_id == member_id, SignIn.ended_at.is_(None))
            .where(SignIn.seen_at >= now - REST, SignIn.made_at >= now - AGE)
            .where(or_(SignIn.second_at.is_not(None), Member.has_second.is_(False)))
            .order_by(SignIn.made_at.desc(), SignIn.id)
        )
    )


def drop_the_oldest(member_id: UUID, *, but: UUID) -> None:
    """Nobody has more than three at once (security notes 3.3), and whose was ended is told.

    A screen in a student’s hands does not count and is left where it is.
    """
    others = [one for one in live(member_id) if one.id != but and one.handover_id is None]
    for one in others[AT_ONCE - 1 :]:
        one.ended_at = clock.now()
        notices.tell(member_id, notices.Kind.SIGN_IN_DROPPED, member_id, one.device_label)


def end_all(member_id: UUID, *, but: UUID | None = None) -> None:
    """End every sign-in of somebody: a changed password, an ended account, changed roles."""
    session.execute(
        update(SignIn)
        .where(SignIn.member_id == member_id, SignIn.id != (but or UUID(int=0)))
        .where(SignIn.ended_at.is_(None))
        .values(ended_at=clock.now())
    )


def end_mine(who: Viewer, sign_in_id: UUID) -> None:
    _end(who, who.id, sign_in_id)


def end_my_others(who: Viewer) -> None:
    end_all(who.id, but=who.sign_in_id)
    note_act(who, "ended all other sign-ins", subject=("members", who.id))


def end_of(who: Viewer, member: Member, sign_in_id: UUID | None) -> None:
    """End one sign-in of a colleague, or all of them; they are told, and so are the leads."""
    if sign_in_id is None:
        end_all(member.id)
        note_act(who, "ended all sign-ins of somebody", subject=("members", member.id))
    else:
        _end(who, member.id, sign_in_id)
    notices.tell_leads([], notices.Kind.SIGN_INS_ENDED_BY_OTHER, member.id, but={who.id})


def get(member_id: UUID, sign_in_id: UUID) -> SignIn:
    found = session.get(SignIn, sign_in_id)
    if found is None or found.member_id != member_id:
        raise Missing
    return found


def _end(who: Viewer, member_id: UUID, sign_in_id: UUID) -> None:
    found = get(member_id, sign_in_id)
    if found.ended_at is None:
        found.ended_at = clock.now()
        note_act(who, "ended a sign-in", subject=("members", member_id))


def _shown(row: SignIn, asks_second: bool, here: UUID | None) -> Shown:
    by_itself = min(row.seen_at + REST, row.made_at + AGE)
    ended = row.ended_at or (by_itself if by_itself < clock.now() else None)
    return Shown(
        id=row.id,
        label=row.device_label or "A browser",
        since=row.made_at,
        seen_at=row.seen_at,
        ended_at=ended,
        is_here=row.id == here,
        with_student=row.handover_id is not None,
        half=asks_second and row.second_at is None,
    )
