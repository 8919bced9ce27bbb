"""The very first steps of an installation: its one-time code, its first school and people.

The code is printed in the terminal of whoever starts the portal, and only its hash is kept, in
memory. Nobody else who reaches the address can set the school up.
"""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from portal.db import close_session, database, session
from portal.journal.actor import MACHINE
from portal.staff import passwords, service
from portal.staff.models import Installation, School
from portal.staff.service import NewMember, NewSchool
from portal.staff.sign_ins import throttle
from portal.web.errors import Missing

_CODE = "SET_UP_CODE_HASH"


def new_code(app: Flask) -> str:
    """A code for the set-up page; an earlier one is no longer valid."""
    code = passwords.fresh()
    app.config[_CODE] = _digest(code)
    return code


def forget_code(app: Flask) -> None:
    app.config.pop(_CODE, None)


def has_code(app: Flask) -> bool:
    return _CODE in app.config


def code_fits(app: Flask, typed: str) -> bool:
    return hmac.compare_digest(app.config.get(_CODE, b""), _digest(typed))


def try_code(app: Flask, typed: str, address: str) -> bool | timedelta:
    """Whether this is the code, or how long the next try must wait; a wrong one is counted."""
    close_session()
    with database().reading() as own:
        buckets = throttle.buckets(own, "the set-up page", address)
    if wait := throttle.take(buckets):
        return wait
    if not code_fits(app, typed):
        throttle.note_refusal(None)
        return False
    with database().transaction() as own:
        throttle.forget(buckets, on=own)
    return True


def set_up(new: NewSchool, people: Sequence[NewMember]) -> School:
    """The first school with its first people. Of two at once the second finds nothing to set up.

    Raises `Taken` with the number of the person.
    """
    session.execute(select(Installation.id).with_for_update())
    if service.is_set_up():
        raise Missing
    school = service.add_school(MACHINE, new)
    for number, person in enumerate(people):
        try:
            service.add_member(MACHINE, school, person)
        except service.Taken as taken:
            raise service.Taken(taken.field_name, number) from None
    return school


def _digest(code: str) -> bytes:
    folded = "".join(code.casefold().split()).replace("-", "")
    return hashlib.sha256(folded.encode("utf-8", "replace")).digest()
