"""Write the key file anew from the printed recovery kit."""

import argparse

from portal import boot
from portal.boot import CannotStart
from portal.commands._asking import ask, existing
from portal.vault import keyfile


def add_options(_parser: argparse.ArgumentParser) -> None:
    """It has none: a key that stands in a command is kept by the terminal."""


def run(_options: argparse.Namespace) -> int:
    config = existing()
    if config.key_file.exists():
        raise CannotStart(f"There is a key file at {config.key_file} already. Nothing was changed.")
    key = keyfile.from_printed(ask("The groups of the recovery kit, in order"))
    if not boot.key_opens(config, key):
        raise CannotStart("This key does not belong to the database here. Nothing was changed.")
    keyfile.write(config.key_file, key)
    print(f"The key fits. It is written to {config.key_file}.")
    return 0
