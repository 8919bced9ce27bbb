"""Give somebody who is locked out a new first password."""

import argparse

from portal.commands._asking import installed, somebody_who_can_sign_in
from portal.journal.actor import MACHINE
from portal.staff import passwords
from portal.staff.accounts import service as accounts


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("username", help="their sign-in name or e-mail address")


def run(options: argparse.Namespace) -> int:
    password = passwords.fresh()
    password_hash = passwords.hash_password(password)
    with installed():
        member = somebody_who_can_sign_in(options.username)
        accounts.set_password(MACHINE, member, password_hash, must_change=True)
    print(f"New first password: {password}")
    print("They choose their own when they sign in. This is noted in the journal.")
    return 0
