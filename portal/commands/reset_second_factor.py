"""Let somebody set up a new second factor where nobody else could approve it."""

import argparse

from portal.boot import CannotStart
from portal.commands._asking import installed, somebody_who_can_sign_in
from portal.journal.actor import MACHINE
from portal.staff.factors import lost as lost_factor
from portal.staff.factors import recovery


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("username", help="their sign-in name or e-mail address")


def run(options: argparse.Namespace) -> int:
    with installed():
        code, code_hash = lost_factor.new_code()  # before anything is read: hashing takes long
        member = somebody_who_can_sign_in(options.username)
        if not member.has_second:
            raise CannotStart("This person has no second factor, so there is nothing to reset.")
        lost_factor.approve_at_the_server(MACHINE, member, code_hash)
    print(f"Code: {recovery.shown(code)}")
    minutes = int(lost_factor.GOOD_FOR.total_seconds() // 60)
    print(f"Good for {minutes} minutes, once. They sign in with their password, choose “say that")
    print("you have lost it”, and enter it there. Give it only to somebody whom you can see.")
    print("This is noted in the journal, and the DSLs of the school are told.")
    return 0
