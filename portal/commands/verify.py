"""Check that the journal is whole and that every record agrees with it. Changes nothing."""

import argparse

from flask import Flask

from portal import boot, create_app
from portal.boot import CannotStart
from portal.commands import say
from portal.config import Config, Mode
from portal.db import database
from portal.journal.service import newest
from portal.journal.verify import verify
from portal.vault.keys import Vault

_TRIES = 5


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--anchor", default="", metavar="HASH", help="a record check from a print or a backup"
    )
    parser.add_argument("--demo", action="store_true", help="check the demo school")


def run(options: argparse.Namespace) -> int:
    app = create_app(_which(demo=options.demo))
    with app.app_context():
        rows, faults = _check(app, options.anchor.strip())
    app.extensions["database"].engine.dispose()
    for fault in faults:
        print(fault)
    if faults:
        return 2
    print(f"Everything fits: {rows} journal row{'' if rows == 1 else 's'} and every record agree.")
    return 0


def _which(*, demo: bool) -> Config:
    config = boot.configured(Mode.DEMO if demo else Mode.REAL)
    if boot.exists(config):
        return config
    other = boot.configured(Mode.DEMO)
    if not demo and other.database_url != config.database_url and boot.exists(other):
        say("There are no real records here. This checks the demo school.")
        return other
    raise CannotStart("There is nothing to check: no database was found.")


def _check(app: Flask, anchor: str) -> tuple[int, list[str]]:
    """Check without holding anybody up.

    Where something was written meanwhile, faults may come from that alone: it is checked again.
    """
    vault: Vault = app.extensions["vault"]
    for _ in range(_TRIES):
        with database().reading() as own:
            before = newest(own)
        with database().reading() as own:
            faults = verify(own, vault, anchor)
        with database().reading() as own:
            after = newest(own)
        if not faults or before == after:
            break
    return after[0], faults
