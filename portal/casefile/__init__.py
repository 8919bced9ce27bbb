"""Where the steps of a case meet: the case page, the chronology, today, closing, printing.

The only package that sees every feature; it composes them and decides nothing that belongs to one.
"""

from flask import Blueprint


def blueprints() -> tuple[Blueprint, ...]:
    """Every feature’s addresses, in the order in which they are registered."""
    return ()
