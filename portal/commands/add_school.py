"""Add a further school to this installation, with its DSL."""

import argparse
import re

from portal.boot import CannotStart
from portal.commands._asking import ask, installed
from portal.db import session
from portal.journal.actor import MACHINE
from portal.staff import passwords, service
from portal.staff.accounts import service as accounts
from portal.staff.models import Member, School
from portal.staff.roles import Role
from portal.staff.sign_ins import sign_in

_PREFIX = re.compile("[A-Z][A-Z0-9]{1,5}")
_PREFIX_RULE = "2 to 6 letters or figures, the first a letter"
_DSL = frozenset({Role.DSL})


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--name", help="name of the school")
    parser.add_argument(
        "--prefix", help=f"what its case references begin with, such as ELM: {_PREFIX_RULE}"
    )
    parser.add_argument("--dsl", metavar="USERNAME", help="sign-in name of its DSL, old or new")
    parser.add_argument("--dsl-name", metavar="NAME", help="full name of a DSL who is new here")


def run(options: argparse.Namespace) -> int:
    name = ask("Name of the school", options.name)
    prefix = ask(f"Prefix of its case references ({_PREFIX_RULE})", options.prefix).upper()
    username = ask("Sign-in name of its DSL", options.dsl)
    with installed():
        is_new = _check(name, prefix, username) is None
    # Asked between two transactions: nobody can write while one of them is open.
    full_name = ask("Full name of its DSL", options.dsl_name) if is_new else ""
    if is_new and not full_name:
        raise CannotStart("The DSL needs a full name. Nothing was changed.")
    first_password = passwords.fresh()
    password_hash = passwords.hash_password(first_password)
    with installed():
        known = _check(name, prefix, username)
        if is_new and known is not None:
            raise CannotStart("Somebody took this sign-in name meanwhile. Nothing was changed.")
        school = service.add_school(MACHINE, service.NewSchool(name, prefix))
        if known is not None:
            accounts.join_school(MACHINE, known, school, _DSL)
        else:
            _add_dsl(school, full_name, username, password_hash)
    print(f"{name} is added. Its DSL enters the telephone numbers under “School”.")
    if known is None:
        print(f"First password of {username}: {first_password}")
    return 0


def _add_dsl(school: School, full_name: str, username: str, password_hash: str) -> None:
    new = service.NewMember(full_name, username, "", _DSL, password_hash=password_hash)
    service.add_member(MACHINE, school, new)


def _check(name: str, prefix: str, username: str) -> Member | None:
    """Whoever has this sign-in name already; raises where the school cannot be added like this."""
    schools = service.schools()
    if not schools:
        raise CannotStart("There is no school yet. Start the portal and set up the first one.")
    if not name or len(name) > 120 or not username or len(username) > 60:
        raise CannotStart("A name and a sign-in name are needed. Nothing was changed.")
    if not _PREFIX.fullmatch(prefix):
        raise CannotStart(f"The prefix must be {_PREFIX_RULE}. Nothing was changed.")
    if prefix in {school.prefix for school in schools}:
        raise CannotStart(f"Another school has the prefix {prefix}. Nothing was changed.")
    known = sign_in.find_member(session, username)
    if known is not None and known.ended_at is not None:
        raise CannotStart("The account with this sign-in name has ended. Nothing was changed.")
    return known
