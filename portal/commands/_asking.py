"""What several commands share: asking at the keyboard, and working with the services."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from portal import boot, create_app
from portal.boot import CannotStart
from portal.config import Config, Mode
from portal.db import close_session, session
from portal.journal.service import settle
from portal.staff.models import Member
from portal.staff.sign_ins import sign_in


def existing() -> Config:
    """The real installation; there must be one."""
    config = boot.configured(Mode.REAL)
    if not boot.exists(config):
        raise CannotStart("There is no installation here yet. Start the portal once first.")
    return config


@contextmanager
def installed() -> Iterator[Flask]:
    """Work inside the real installation; what was done is committed at the end.

    Whatever a person has to type is asked before: nobody else can write until this is over.
    """
    config = existing()
    boot.prepare(config)
    app = create_app(config)
    with app.app_context():
        try:
            yield app
            settle(session)
            session.commit()
        finally:
            close_session()
            app.extensions["database"].engine.dispose()


def somebody(username: str) -> Member:
    """Whoever has this sign-in name or e-mail address; inside `installed`."""
    found = sign_in.find_member(session, username)
    if found is None:
        raise CannotStart("Nobody has this sign-in name or e-mail address. Nothing was changed.")
    return found


def somebody_who_can_sign_in(username: str) -> Member:
    """The same, but for those whose account has ended."""
    found = somebody(username)
    if found.ended_at is not None:
        raise CannotStart("The account with this sign-in name has ended. Nothing was changed.")
    return found


def ask(question: str, given: str | None = None) -> str:
    """An answer given as an option, or typed now."""
    if given is not None:
        return given.strip()
    print(f"{question}: ", end="", file=sys.stderr, flush=True)
    answer = sys.stdin.readline()
    if not answer:
        raise CannotStart("Nothing was typed, so nothing was changed.")
    return answer.strip()
