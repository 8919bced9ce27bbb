"""Give somebody a role, or take it away, where nobody at the school can."""

import argparse

from portal.boot import CannotStart
from portal.commands._asking import installed, somebody
from portal.journal.actor import MACHINE
from portal.staff import service
from portal.staff.accounts import service as accounts
from portal.staff.models import School
from portal.staff.roles import Role
from portal.web.errors import NotPossible


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("username", help="their sign-in name or e-mail address")
    parser.add_argument("role", choices=[role.value for role in Role], help="the role")
    parser.add_argument("--take", action="store_true", help="take it away instead")
    parser.add_argument(
        "--school", metavar="PREFIX", default="", help="prefix of the school, where there are more"
    )


def run(options: argparse.Namespace) -> int:
    role = Role(options.role)
    with installed():
        school = _school(options.school)
        member = somebody(options.username)
        if service.holds(member, school.id, role) != options.take:
            held = "does not hold the role" if options.take else "holds the role already"
            raise CannotStart(f"This person {held}. Nothing was changed.")
        try:
            if options.take:
                accounts.take_at_the_server(MACHINE, member, school, role)
            else:
                accounts.give_at_the_server(MACHINE, member, school, role)
        except NotPossible as problem:
            raise CannotStart(f"{problem} Nothing was changed.") from None
        name = school.name
    print(f"{role.label} at {name}: {'taken away' if options.take else 'given'}.")
    print("This is noted in the journal, and the DSLs and the head are told.")
    return 0


def _school(prefix: str) -> School:
    found = [one for one in service.schools() if not prefix or one.prefix == prefix.upper()]
    if len(found) != 1:
        raise CannotStart(
            "Say with --school which school it is." if found else "There is no such school."
        )
    return found[0]
