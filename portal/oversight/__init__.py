"""Pages about the work as a whole: who has looked at what, and what was refused.

Sees every other package of the product but `demo`, `boot` and `commands`; changes no case.
"""

from flask import Blueprint


def blueprints() -> tuple[Blueprint, ...]:
    """The addresses of every page of oversight."""
    from portal.oversight import views

    return (views.bp,)
