"""What the pages of support show of each person, group and record, in one reading."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from portal import clock
from portal.cases import preferences
from portal.cases.models import Case, Involved
from portal.guidance.catalogue import vocabulary
from portal.staff import service as staff
from portal.support import rules, service, words
from portal.support.models import Support, SupportOffer


@dataclass(frozen=True)
class Card:
    """One young person or group, and how support stands for them."""

    name: str
    involved: Involved | None
    parts: str
    support: Support | None
    adult: str
    open_offers: Sequence[str]
    late: bool
    again: bool
    expected: bool
    possible: bool

    @property
    def goes_on(self) -> bool:
        return self.support is not None and self.support.ended_at is None

    @property
    def both(self) -> bool:
        """Somebody who was harmed and displayed the behaviour as well."""
        return self.involved is not None and {"harmed", "displayed"} <= set(self.involved.parts)


def cards(case: Case, people: Sequence[Involved]) -> tuple[list[Card], list[Card]]:
    """The young people in the order of the case, then every group."""
    supports, offers = service.supports_of(case), service.offers_of(case)
    services = words.services_of(case, offers)
    open_by: dict[UUID, list[str]] = {}
    for offer in offers:
        if offer.answer in rules.OPEN_ANSWERS:
            open_by.setdefault(offer.support_id, []).append(words.offer_words(offer, services))
    again = service.to_offer_again(case)
    adults = staff.names_of(one.adult_id for one in supports)
    newest: dict[UUID, Support] = {}
    for one in supports:
        if one.involved_id is None:
            continue
        there = newest.get(one.involved_id)
        if there is None or (there.ended_at is not None and one.ended_at is None):
            newest[one.involved_id] = one

    def card(involved: Involved | None, support: Support | None) -> Card:
        known = service.young(involved) if involved else None
        return Card(
            name=involved.name if involved else support.group if support else "",
            involved=involved,
            parts=part_words(involved) if involved else "Group of bystanders",
            support=support,
            adult=adult_of(support, adults) if support else "",
            open_offers=open_by.get(support.id, []) if support else [],
            late=support is not None and rules.is_late(support.next_review_on, clock.today()),
            again=involved is not None and involved.id in again,
            expected=known is not None and rules.is_expected(known),
            possible=known is None or rules.may_have_support(known),
        )

    young = [card(one, newest.get(one.id)) for one in people]
    groups = [card(None, one) for one in supports if one.involved_id is None]
    return [one for one in young if one.expected or one.support or one.again], groups


def adult_of(support: Support, names: Mapping[UUID, str]) -> str:
    """The named adult, as they are found by name."""
    return names.get(support.adult_id, "") if support.adult_id else support.adult_name


def part_words(one: Involved) -> str:
    labels = [vocabulary("parts").label(code) for code in one.parts]
    return "; ".join(labels[:1] + [label[:1].lower() + label[1:] for label in labels[1:]])


def marks(case: Case, person: Involved | None) -> list[str]:
    """Who, by this young person’s wish, should rather not know: said where staff are named."""
    if person is None:
        return []
    return [one.sentence for one in preferences.rather_not(case) if one.whose.id == person.id]


def lines_of(case: Case, support: Support) -> list[dict[str, str]]:
    """What is agreed, as a list; what nobody said is left out."""
    adult = adult_of(support, staff.names_of([support.adult_id]))
    where = ", ".join(filter(None, (support.adult_when, support.adult_where)))
    told = vocabulary("support_told").label(support.told_every) if support.told_every else ""
    rhythm = vocabulary("support_rhythms").label(support.review_every)
    watched = "Watched" if support.attendance_watched else "Not watched"
    reprisals = "Watched for" if support.reprisals_watched else "Not watched for"
    rows = (
        ("What they need", support.needs),
        ("In their own words", support.own_words),
        ("Named adult", "\n".join(filter(None, (adult, where))) if adult else "Nobody yet"),
        ("Told what is happening", "\n".join(filter(None, (told, _by(support.told_by))))),
        ("In the holidays", support.holidays),
        ("Attendance", "\n".join(filter(None, (watched, support.attendance)))),
        ("Reprisals", "\n".join(filter(None, (reprisals, support.reprisals)))),
        ("Looked at together", rhythm),
    )
    return [{"label": label, "value": value} for label, value in rows if value]


def _by(name: str) -> str:
    return f"By {name}" if name else ""


def offers_and_reviews(case: Case, support: Support) -> dict[str, Any]:
    """The history of one record of support, the newest first, with the names it needs."""
    offers = [one for one in service.offers_of(case) if one.support_id == support.id]
    reviews = [one for one in service.reviews_of(case) if one.support_id == support.id]
    services = words.services_of(case, offers)
    ids = [support.made_by, support.ended_by]
    ids += [one.by_id for one in offers] + [one.by_id for one in reviews]
    return {
        "offers": [(one, words.offer_words(one, services)) for one in _open_first(offers)],
        "reviews": reviews,
        "names": staff.names_of(ids),
        "answers": vocabulary("support_answers"),
        "outcomes": vocabulary("support_outcomes"),
        "open_answers": rules.OPEN_ANSWERS,
    }


def _open_first(offers: Sequence[SupportOffer]) -> list[SupportOffer]:
    return sorted(offers, key=lambda one: one.answer not in rules.OPEN_ANSWERS)
