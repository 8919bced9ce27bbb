"""Verbs about passkeys: asking for one, adding, using and removing one.

The only code that changes them. A challenge stands in the row of the sign-in, is good once and for
five minutes, and is used up by any answer, right or wrong, in a transaction of its own.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import current_app, request
from sqlalchemy import select, update

from portal import clock
from portal.db import close_session, database, session
from portal.journal.service import note, note_act
from portal.staff import notices, service
from portal.staff.factors import passkey_rules, second_factor
from portal.staff.factors.models import Passkey, PasskeyUse
from portal.staff.factors.passkey_rules import Copied, Known, NotTaken, Place
from portal.staff.factors.rows import factors_of
from portal.staff.models import SignIn
from portal.staff.sign_ins import sign_in
from portal.staff.viewer import Viewer
from portal.vault.keys import vault
from portal.web.errors import Missing, NotPossible
from portal.web.unit_of_work import after_the_request

NO_PLACE = (
    "Passkeys cannot be used at this address, because it is a number and not a name. Open the "
    "portal under its name."
)


@dataclass(frozen=True)
class Shown:
    """A passkey as its owner sees it."""

    id: UUID
    label: str
    made_at: datetime
    used_at: datetime | None


@dataclass(frozen=True)
class Offer:
    """What a page that takes passkeys has to know."""

    count: int
    possible: bool  # whether this address can have passkeys
    open_as: str  # the address to open instead, where there is one

    @property
    def room(self) -> bool:
        return self.count < passkey_rules.AT_MOST


def mine(member_id: UUID) -> list[Shown]:
    """The passkeys of somebody, in the order in which they were added."""
    rows = session.execute(
        select(Passkey, PasskeyUse.used_at)
        .outerjoin(PasskeyUse, PasskeyUse.passkey_id == Passkey.id)
        .where(Passkey.member_id == member_id, Passkey.ended_at.is_(None))
        .order_by(Passkey.written_at, Passkey.id)
    )
    return [Shown(one.id, one.label, one.written_at, used_at) for one, used_at in rows]


def offer(member_id: UUID) -> Offer:
    """Whether and where somebody can use a passkey."""
    port = request.host.rpartition(":")[2]
    loopback = request.host.startswith(("127.", "[::1]"))
    named = f"http://localhost:{port}" if port.isdigit() else "http://localhost"
    address = named if loopback else (current_app.extensions["portal"].public_address or "")
    return Offer(len(_ids(member_id)), here() is not None, address)


def here() -> Place | None:
    """The place at which this request was made, where it is one of the portal’s own names."""
    config = current_app.extensions["portal"]
    return passkey_rules.place(request.host) if config.answers_at(request.host) else None


def ask_to_add(who: Viewer) -> str:
    """What the browser is asked in order to make a passkey, as JSON."""
    name, known = service.own_account(who).username, _ids(who.id)
    _refuse_too_many(known)
    place, user = _place(), _user(who.id)
    return json.dumps(passkey_rules.to_add(place, _new_challenge(who), user, name, known))


def ask_to_give(who: Viewer) -> str:
    """What the browser is asked in order to use a passkey, as JSON."""
    place, known = _place(), _ids(who.id)
    if not known:
        raise NotPossible("You have no passkey.")
    return json.dumps(passkey_rules.to_give(place, _new_challenge(who), known))


def add(who: Viewer, answer: str, label: str) -> list[str]:
    """Keep a new passkey; raises `NotTaken`, after which a new answer has to be asked for.

    Gives the recovery codes that were made with it, to be shown once: an empty list where those
    from before stay good.
    """
    challenge = _use_up_challenge(who)
    try:
        made = passkey_rules.made(answer, challenge, _place())
        _refuse_known(made.credential_id)
    except NotTaken:
        _note_refusal(who, "a new passkey did not fit")
        raise
    codes, hashes = _codes_beside(who)
    member = service.own_account(who)
    _refuse_too_many(_ids(who.id))
    row = Passkey(
        member.key,
        member_id=member.id,
        credential_id=made.credential_id,
        public_key=made.public_key,
        label=label,
    )
    session.add(row)
    session.flush()
    session.add(PasskeyUse(passkey_id=row.id, counter=made.counter))
    note(who, "added a passkey", row)
    second_factor.added(who, member, "passkey", hashes)
    return codes


def use(who: Viewer, answer: str) -> None:
    """Let a sign-in in by its passkey. Raises as `check` does."""
    check(who, answer)
    sign_in.second_given(who, "passkey")


def check(who: Viewer, answer: str) -> None:
    """Take an answer to `ask_to_give`. Raises `NotTaken`, and `Copied` once the leads were told.

    What `Copied` has told is committed only where the request goes on to another page.
    """
    challenge = _use_up_challenge(who)
    try:
        row, used = _answering(who, answer)
        known = Known(row.credential_id, row.public_key, used.counter, _user(who.id))
        counter = passkey_rules.given(answer, challenge, _place(), known)
    except Copied:
        notices.tell_leads((), notices.Kind.PASSKEY_COUNTER, who.id, "Passkey")
        note_act(who, "refused a passkey that may be a copy", subject=("passkeys", row.id))
        raise
    except NotTaken:
        _note_refusal(who, "a passkey did not fit")
        raise
    used.counter, used.used_at = counter, clock.now()


def get(who: Viewer, passkey_id: UUID) -> Passkey:
    """One’s own passkey; `Missing` for anybody else’s."""
    found = session.get(Passkey, passkey_id)
    if found is None or found.member_id != who.id or found.ended_at is not None:
        raise Missing
    return found


def remove(who: Viewer, one: Passkey) -> None:
    """Take a passkey away. Whoever reads cases keeps at least one second factor."""
    second_factor.refuse_last(who)
    one.ended_at = clock.now()
    note(who, "took a passkey away", one)
    second_factor.removed(who, service.own_account(who))


def _codes_beside(who: Viewer) -> tuple[list[str], list[str]]:
    """New recovery codes with their hashes; none where there are some that stay good."""
    if factors_of(who.id).codes_left and not who.came_by_recovery:
        return [], []
    return second_factor.new_recovery_codes()


def _answering(who: Viewer, answer: str) -> tuple[Passkey, PasskeyUse]:
    """The passkey that says it answers: one of this person’s own, with its counter locked."""
    row = session.scalars(
        select(Passkey).where(
            Passkey.credential_id == passkey_rules.credential_id(answer),
            Passkey.member_id == who.id,
            Passkey.ended_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        raise NotTaken("none of this person’s passkeys")
    return row, session.get_one(PasskeyUse, row.id, with_for_update=True)


def _refuse_too_many(known: Sequence[bytes]) -> None:
    if len(known) >= passkey_rules.AT_MOST:
        raise NotPossible(f"You have {passkey_rules.AT_MOST} passkeys. Remove one first.")


def _refuse_known(credential_id: bytes) -> None:
    """No passkey is added twice, whoever has it and whether or not it was removed."""
    if session.scalar(select(Passkey.id).where(Passkey.credential_id == credential_id)):
        raise NotTaken("known already")


def _ids(member_id: UUID) -> Sequence[bytes]:
    return session.scalars(
        select(Passkey.credential_id)
        .where(Passkey.member_id == member_id, Passkey.ended_at.is_(None))
        .order_by(Passkey.written_at, Passkey.id)
    ).all()


def _user(member_id: UUID) -> bytes:
    """What stands for a person inside a passkey: says nothing, and is of no use elsewhere."""
    return vault.lookup(session, "passkey user", str(member_id))


def _place() -> Place:
    found = here()
    if found is None:
        raise NotPossible(NO_PLACE)
    return found


def _new_challenge(who: Viewer) -> bytes:
    """32 random bytes, kept at once: the answer that carries them commits nothing."""
    made = secrets.token_bytes(passkey_rules.CHALLENGE_BYTES)
    _keep(who, made)
    return made


def _use_up_challenge(who: Viewer) -> bytes:
    """The challenge that this sign-in was given, which is good no more from now on."""
    close_session()
    with database().transaction() as own:
        row = own.get_one(SignIn, who.sign_in_id, with_for_update=True)
        found, made_at = row.challenge, row.challenge_at
        row.challenge = row.challenge_at = None
    if found is None or not passkey_rules.is_good(made_at, clock.now()):
        _note_refusal(who, "a passkey answered nothing that was asked")
        raise NotTaken("no challenge that is still good")
    return found


def _keep(who: Viewer, challenge: bytes) -> None:
    close_session()
    with database().transaction() as own:
        own.execute(
            update(SignIn)
            .where(SignIn.id == who.sign_in_id)
            .values(challenge=challenge, challenge_at=clock.now())
        )


def _note_refusal(who: Viewer, verb: str) -> None:
    """Kept though the request fails."""
    subject = ("members", who.id)
    after_the_request(lambda own: note_act(who, verb, subject=subject, on=own))
