"""Look for what endangers the records: refuses (1) or warns, and says what to do."""

import argparse
import os

from portal import boot
from portal.commands import _doctor_checks as checks
from portal.commands import _doctor_facts as facts
from portal.config import Config, Mode


def add_options(_parser: argparse.ArgumentParser) -> None:
    """None: it looks at the installation that the environment describes."""


def run(_options: argparse.Namespace) -> int:
    config = boot.configured(Mode.REAL)
    found = checks.findings(facts.of_records(config, facts.of_machine(config, os.environ)))
    for one in found:
        print(f"{'REFUSED' if one.level is checks.Level.REFUSE else 'Warning'}  {one.words}\n")
    refused = sum(one.level is checks.Level.REFUSE for one in found)
    print(summary(refused, len(found) - refused))
    return 1 if refused else 0


def summary(refused: int, warned: int) -> str:
    if not refused and not warned:
        return f"Nothing found. {len(checks.CHECKS)} things were looked at."
    parts = [f"{refused} to put right before the portal is used"] if refused else []
    parts += [f"{warned} to weigh up"] if warned else []
    return f"{' and '.join(parts).capitalize()}."


def at_the_start(config: Config) -> list[str]:
    """What must be put right and is quickly seen; the server says it and starts all the same.

    A portal that does not start at all helps nobody on the day it is needed most.
    """
    found = checks.findings(facts.of_machine(config, os.environ))
    return [one.words for one in found if one.level is checks.Level.REFUSE]
