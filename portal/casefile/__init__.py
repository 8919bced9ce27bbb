"""Where the steps of a case meet: the case page, the chronology, today, closing, printing.

The only package that sees every feature; it composes them and decides nothing that belongs to one.
"""

from flask import Blueprint


def blueprints() -> tuple[Blueprint, ...]:
    """Every feature’s addresses, in the order in which they are registered."""
    from portal.disclosures import inbox
    from portal.disclosures import views as disclosures
    from portal.guidance import views as guidance
    from portal.staff import views as staff

    return (
        staff.bp,
        disclosures.bp,
        inbox.bp,
        guidance.bp,
    )
