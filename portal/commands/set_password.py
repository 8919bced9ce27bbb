"""Give somebody who is locked out a new first password."""

import argparse

from portal.boot import CannotStart
from portal.commands._asking import installed
from portal.db import session
from portal.journal.actor import MACHINE
from portal.staff import passwords
from portal.staff.accounts import service as accounts
from portal.staff.sign_ins import sign_in


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("username", help="their sign-in name or e-mail address")


def run(options: argparse.Namespace) -> int:
    password = passwords.fresh()
    password_hash = passwords.hash_password(password)
    with installed():
        member = sign_in.find_member(session, options.username)
        if member is None or member.ended_at is not None:
            raise CannotStart(
                "Nobody who can sign in has this sign-in name or e-mail address. "
                "Nothing was changed."
            )
        accounts.set_password(MACHINE, member, password_hash, must_change=True)
    print(f"New first password: {password}")
    print("They choose their own when they sign in. This is noted in the journal.")
    return 0
