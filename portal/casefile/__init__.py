"""Where the steps of a case meet: the case page, the chronology, today, closing, printing.

The only package that sees every feature; it composes them and decides nothing that belongs to one.
"""

from flask import Blueprint


def blueprints() -> tuple[Blueprint, ...]:
    """Every feature’s addresses, in the order in which they are registered."""
    from portal.assessment import views as assessment
    from portal.casefile import (
        call_views,
        print_views,
        print_views_acts,
        print_views_family,
        print_views_forms,
    )
    from portal.casefile import views as casefile
    from portal.cases import views as cases
    from portal.cases import views_access, views_emergency
    from portal.cases import views_people as cases_people
    from portal.cases import views_records as cases_records
    from portal.cases import views_versions as cases_versions
    from portal.cases import views_viewings as cases_viewings
    from portal.cases import views_withheld as cases_withheld
    from portal.cases import views_work as cases_work
    from portal.containment import views as containment
    from portal.containment import views_steps as containment_steps
    from portal.devices import views as devices
    from portal.devices import views_across as devices_across
    from portal.devices import views_moves as devices_moves
    from portal.devices import views_searches as devices_searches
    from portal.disclosures import inbox
    from portal.disclosures import views as disclosures
    from portal.family import views as family
    from portal.family import views_contacts as family_contacts
    from portal.guidance import views as guidance
    from portal.handover import views_passkey as handover
    from portal.people import views as people
    from portal.plans import views as plans
    from portal.plans import views_acts as plans_acts
    from portal.police import views as police
    from portal.referrals import views as referrals
    from portal.referrals import views_after as referrals_after
    from portal.staff import views as staff
    from portal.support import pages as support
    from portal.wishes import views as wishes
    from portal.wishes import views_notes as wishes_notes

    return (
        *staff.BLUEPRINTS,
        casefile.bp,
        call_views.bp,
        print_views.bp,
        print_views_acts.bp,
        print_views_family.bp,
        print_views_forms.bp,
        disclosures.bp,
        inbox.bp,
        guidance.bp,
        handover.bp,
        people.bp,
        cases.bp,
        views_access.bp,
        views_emergency.bp,
        cases_people.bp,
        cases_records.bp,
        cases_versions.bp,
        cases_viewings.bp,
        cases_work.bp,
        cases_withheld.bp,
        police.bp,
        assessment.bp,
        referrals.bp,
        referrals_after.bp,
        containment.bp,
        containment_steps.bp,
        devices.bp,
        devices_moves.bp,
        devices_searches.bp,
        devices_across.bp,
        family.bp,
        family_contacts.bp,
        *support.BLUEPRINTS,
        plans.bp,
        plans_acts.bp,
        wishes.bp,
        wishes_notes.bp,
    )
