"""What stands in the tables of second factors: reading them, ending one, taking a step once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal import clock
from portal.db import session
from portal.journal.actor import Actor
from portal.journal.service import note
from portal.staff.factors.models import Passkey, RecoveryCodes, TotpFactor, TotpStep


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
    app = authenticator_of(own, member_id)
    codes = codes_of(own, member_id)
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


def authenticator_of(own: Session, member_id: UUID) -> TotpFactor | None:
    return next(iter(apps_of(own, member_id, confirmed=True)), None)


def apps_of(own: Session, member_id: UUID, *, confirmed: bool | None = None) -> list[TotpFactor]:
    """The authenticator apps of somebody that have not ended: the newest first."""
    found = select(TotpFactor).where(
        TotpFactor.member_id == member_id, TotpFactor.ended_at.is_(None)
    )
    if confirmed is not None:
        is_there = TotpFactor.confirmed_at.is_not(None)
        found = found.where(is_there if confirmed else ~is_there)
    return list(own.scalars(found.order_by(TotpFactor.written_at.desc(), TotpFactor.id)))


def codes_of(own: Session, member_id: UUID) -> RecoveryCodes | None:
    return own.scalars(
        select(RecoveryCodes)
        .where(RecoveryCodes.member_id == member_id, RecoveryCodes.ended_at.is_(None))
        .order_by(RecoveryCodes.written_at.desc())
    ).first()


def end(actor: Actor, one: Any, verb: str) -> None:
    one.ended_at = clock.now()
    note(actor, verb, one)


def take_step(factor_id: UUID, step: int) -> bool:
    """Keep a step as the newest; False where it, or a later one, was accepted before.

    One statement, so that of two requests with the same code one changes the row.
    """
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    made = insert(TotpStep).values(factor_id=factor_id, step=step)
    kept = made.on_conflict_do_update(
        index_elements=[TotpStep.factor_id],
        set_={"step": made.excluded.step},
        where=TotpStep.step < made.excluded.step,
    )
    session.flush()
    return session.execute(kept.returning(TotpStep.factor_id)).first() is not None
