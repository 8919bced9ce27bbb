"""Verbs of single sign-on: signing in, linking and unlinking. The only code that changes links.

Nobody is let in by an e-mail address, and nobody gets an account by coming: an identity (issuer and
subject) is linked by a member who is signed in with their password (security notes 3.2). No
transaction is open while the provider is asked.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from flask import current_app
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal import clock
from portal.db import close_session, database, session
from portal.journal.actor import Actor
from portal.journal.service import note
from portal.staff import notices
from portal.staff.models import Member, Membership, School
from portal.staff.notices import Kind
from portal.staff.sign_ins import devices, sign_in, throttle
from portal.staff.sign_ins.models import Identity, SpentState
from portal.staff.sign_ins.recognition import CookieHolder
from portal.staff.sign_ins.sign_in import Refused
from portal.staff.single_sign_on.journey import Journey
from portal.staff.single_sign_on.provider import Client, Proven
from portal.staff.single_sign_on.rules import Unbelieved
from portal.staff.single_sign_on.settings import Provider, Settings
from portal.staff.viewer import Viewer
from portal.vault.keys import vault
from portal.web.errors import Missing, NotPossible

_SPENT_KEPT = timedelta(hours=1)
REFUSED = "single sign-on refused"


class NotLinked(Exception):
    """No account that may be opened is linked. Nobody is told which of the reasons it was."""


@dataclass(frozen=True)
class SingleSignOn:
    """The providers of this installation, in the extensions of the application."""

    settings: Settings
    clients: Mapping[str, Client]


@dataclass(frozen=True)
class Link:
    """One provider as one’s own account shows it."""

    provider: Provider
    since: datetime | None


def client(code: str) -> Client:
    found = _extension().clients.get(code)
    if found is None:
        raise Missing
    return found


def leave_for(journey: Journey) -> str:
    """The provider’s address to go to. No connection to the database is held while it is asked."""
    close_session()
    return client(journey.provider).leave_for(journey.state, journey.nonce, journey.verifier)


def enter(journey: Journey, address: str) -> tuple[CookieHolder, Actor] | Refused:
    """Sign somebody in whom the provider vouches for; raises `NotLinked` where they are nobody."""
    came = _prove(journey, address)
    if isinstance(came, Refused):
        return came
    proven, counted = came
    provider = client(journey.provider).provider
    with database().reading() as own:
        member_id = _member_behind(own, proven, provider)
    if member_id is None:
        throttle.note_refusal(None, verb=REFUSED)
        raise NotLinked
    found = sign_in.enter_by_provider(member_id, counted, second_given=proven.second_factor)
    if isinstance(found, Refused):  # no role is left
        raise NotLinked
    # Their row is locked by now: whoever has ended the link meanwhile was faster, or waits.
    if _member_behind(session, proven, provider) != member_id:
        raise NotLinked
    return found


def link(who: Viewer, journey: Journey, address: str) -> Refused | None:
    """Link the identity that somebody has just shown to the account they are signed in to."""
    if journey.sign_in_id != str(who.sign_in_id):
        raise NotPossible("This link was begun in another sign-in. Begin it again.")
    came = _prove(journey, address)
    if isinstance(came, Refused):
        return came
    proven, counted = came
    provider = client(journey.provider).provider
    member = _locked(who.id)
    throttle.forget(counted)
    if not _is_for(session, provider, who.id):
        raise NotPossible(
            "You also work at a school that this provider is not for, so it cannot open your "
            "account."
        )
    if provider.code in {one.provider for one in _own(who.id)}:
        raise NotPossible("Your account is linked to this provider already. Unlink it first.")
    add_link(who, member, provider.code, proven)
    notices.tell_leads((), Kind.LINKED, who.id, provider.label)
    return None


def add_link(actor: Actor, member: Member, code: str, proven: Proven) -> Identity:
    """A link of one account; `NotPossible` where the identity opens somebody’s already."""
    made = Identity(
        member.key,
        member_id=member.id,
        provider=code,
        lookup=_lookup(session, proven.issuer, proven.subject),
        issuer=proven.issuer,
        subject=proven.subject,
    )
    session.add(made)
    note(actor, "linked an account for single sign-on", made)
    try:
        session.flush()
    except IntegrityError:
        raise NotPossible(
            "That account is linked to somebody else’s already. Choose your own, or ask whoever "
            "looks after the portal."
        ) from None
    return made


def unlink(who: Viewer, code: str) -> None:
    found = next((one for one in _own(who.id) if one.provider == code), None)
    if found is None:
        raise NotPossible("Your account is not linked to this provider.")
    found.ended_at = clock.now()
    note(who, "ended a link for single sign-on", found)
    notices.tell_leads((), Kind.UNLINKED, who.id, client(code).provider.label)


def links(who: Viewer) -> list[Link]:
    """Every provider that could open this account, and since when each one does."""
    since = {one.provider: one.written_at for one in _own(who.id)}
    return [
        Link(one.provider, since.get(code))
        for code, one in _extension().clients.items()
        if code in since or _is_for(session, one.provider, who.id)
    ]


def _prove(journey: Journey, address: str) -> tuple[Proven, throttle.Buckets] | Refused:
    """Exchange what the provider gave, once. Tries are counted before the provider is asked."""
    close_session()
    with database().reading() as own:
        place = devices.place_here(own, address)
        counted = {"address": throttle.buckets(own, "", place)["address"]}
    wait = throttle.take(counted)
    if wait:
        return Refused(wait)
    if not _spend(journey):
        throttle.note_refusal(None, verb=REFUSED)
        raise Unbelieved("state used before")
    try:
        return client(journey.provider).redeem(
            journey.code, journey.verifier, journey.nonce
        ), counted
    except Unbelieved:
        throttle.note_refusal(None, verb=REFUSED)
        raise


def _spend(journey: Journey) -> bool:
    """Use a journey up; False where it was used before. Old ones are swept away."""
    now, hashed = clock.now(), hashlib.sha256(journey.state.encode()).digest()
    try:
        with database().transaction() as own:
            own.execute(delete(SpentState).where(SpentState.at < now - _SPENT_KEPT))
            own.add(SpentState(state_hash=hashed, at=now))
    except IntegrityError:
        return False
    return True


def _member_behind(own: Session, proven: Proven, provider: Provider) -> UUID | None:
    """Whose account an identity opens: linked, not ended, and of schools it is for."""
    found = own.scalars(
        select(Identity)
        .join(Member, Member.id == Identity.member_id)
        .where(Identity.lookup == _lookup(own, proven.issuer, proven.subject))
        .where(Identity.ended_at.is_(None), Member.ended_at.is_(None))
    ).all()
    if len(found) != 1 or (found[0].issuer, found[0].subject) != (proven.issuer, proven.subject):
        return None
    return found[0].member_id if _is_for(own, provider, found[0].member_id) else None


def _is_for(own: Session, provider: Provider, member_id: UUID) -> bool:
    """Whether a provider is for every school where somebody works: none opens another’s cases."""
    at = own.scalars(
        select(School.name)
        .join(Membership, Membership.school_id == School.id)
        .where(Membership.member_id == member_id, Membership.ended_at.is_(None))
        .distinct()
    ).all()
    return bool(at) and set(at) <= set(provider.schools)


def _own(member_id: UUID) -> list[Identity]:
    return list(
        session.scalars(
            select(Identity)
            .where(Identity.member_id == member_id, Identity.ended_at.is_(None))
            .order_by(Identity.written_at, Identity.id)
        )
    )


def _locked(member_id: UUID) -> Member:
    """The member’s own row, so that of two links made at once the second sees the first."""
    return session.scalars(
        select(Member).where(Member.id == member_id).with_for_update(of=Member)
    ).one()


def _lookup(own: Session, issuer: str, subject: str) -> bytes:
    """A keyed hash of issuer and subject. Hashed before: a lookup minds neither case nor spaces."""
    exact = hashlib.sha256(f"{issuer}\0{subject}".encode()).hexdigest()
    return vault.lookup(own, "identity", exact)


def _extension() -> SingleSignOn:
    return cast("SingleSignOn", current_app.extensions["single_sign_on"])
