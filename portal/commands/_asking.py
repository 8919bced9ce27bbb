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


def existing() -> Config:
    """The real installation; there must be one."""
    config = boot.configured(Mode.REAL)
    if not boot.exists(config):
        raise CannotStart("There is no installation here yet. Start the portal once first.")
    return config


@contextmanager
def installed() -> Iterator[Flask]:
    """Work inside the real installation; what was done is committed at the end."""
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


def ask(question: str, given: str | None = None) -> str:
    """An answer given as an option, or typed now."""
    if given is not None:
        return given.strip()
    print(f"{question}: ", end="", file=sys.stderr, flush=True)
    answer = sys.stdin.readline()
    if not answer:
        raise CannotStart("Nothing was typed, so nothing was changed.")
    return answer.strip()
