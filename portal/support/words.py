"""Words for support: what was offered, how it was answered, and the days ahead."""

from collections.abc import Iterable, Mapping

from portal.cases.models import Case
from portal.guidance.catalogue import vocabulary
from portal.guidance.service import directory_of
from portal.support.models import Milestone, SupportOffer

Services = Mapping[str, str]
"""The names of the services of a school’s directory, by their codes."""


def services_of(case: Case, offers: Iterable[SupportOffer]) -> Services:
    """The names that these offers need; asks nothing where none of them is a service."""
    if not any(one.service for one in offers):
        return {}
    return {one.code: one.name for one in directory_of(case.school_id, with_hidden=True)}


def offer_words(one: SupportOffer, services: Services) -> str:
    """What was offered, in one line."""
    if one.service:
        return services.get(one.service, vocabulary("support_offers").label(one.kind))
    if one.kind == "other":
        return " ".join(one.what.split())
    return vocabulary("support_offers").label(one.kind)


def answer_words(code: str) -> str:
    return vocabulary("support_answers").label(code)


def milestone_words(one: Milestone) -> str:
    """Which day it is; of another day its own words."""
    if one.kind == "other":
        return " ".join(one.what.split())
    return vocabulary("milestone_kinds").label(one.kind)
