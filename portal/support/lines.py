"""The lines of support in the chronology: one for each record, a second where it ended."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from portal.cases import service as cases
from portal.cases.models import Case
from portal.cases.steps import Entry, address
from portal.clock import Happened, local
from portal.guidance.catalogue import vocabulary
from portal.support import milestones, rules, words
from portal.support.models import (
    Milestone,
    RestorativeMeeting,
    RestorativeView,
    Sanction,
    Support,
    SupportOffer,
    SupportReview,
)
from portal.support.words import Services
from portal.web.dates import plain_day

Names = Mapping[UUID, str]


def entries(case: Case) -> list[Entry]:
    people: Names = {one.id: one.name for one in cases.people_in(case)}
    supports = cases.records_of(case, Support)
    offers = cases.records_of(case, SupportOffer)
    services = words.services_of(case, offers)
    whose = {
        one.id: people.get(one.involved_id, "") if one.involved_id else one.group
        for one in supports
    }
    return [
        *(entry for one in supports for entry in _support(case, one, whose[one.id])),
        *(entry for one in offers for entry in _offer(case, one, whose, services)),
        *(_review(case, one, whose) for one in cases.records_of(case, SupportReview)),
        *(_sanction(case, one, people) for one in cases.records_of(case, Sanction)),
        *(_view(case, one, people) for one in cases.records_of(case, RestorativeView)),
        *(_meeting(case, one, people) for one in cases.records_of(case, RestorativeMeeting)),
        *(
            entry
            for one in cases.records_of(case, Milestone)
            for entry in _milestone(case, one, people)
        ),
    ]


def _text(*parts: str) -> str:
    return "\n".join(filter(None, parts))


def _labelled(label: str, text: str) -> str:
    return f"{label}: {text}" if text else ""


def _at(moment: datetime) -> Happened:
    here = local(moment)
    return Happened(here.date(), here.time())


def _entry(case: Case, record: Any, title: str, text: str, **known: Any) -> Entry:
    facts = {
        "happened": getattr(record, "happened", None),
        "written": record.written_at,
        "by": getattr(record, "by_id", None),
        "href": address(case, "support"),
    }
    return Entry(kind="support", title=title, text=text, record=record, **{**facts, **known})


def _support(case: Case, one: Support, name: str) -> list[Entry]:
    href = address(case, "support", str(one.id))
    if one.review_every == rules.NO_SUPPORT:
        title = f"No support for now: {name}"
        return [_entry(case, one, title, one.ended_words, by=one.made_by, href=href)]
    text = _text(
        _labelled("What they need", one.needs), _labelled("In their own words", one.own_words)
    )
    found = [_entry(case, one, f"Support begun: {name}", text, by=one.made_by, href=href)]
    if one.ended_at is not None:
        known = {"happened": _at(one.ended_at), "written": one.ended_at, "by": one.ended_by}
        title = f"Support ended: {name}"
        found.append(_entry(case, one, title, one.ended_words, href=href, **known))
    return found


def _offer(
    case: Case, one: SupportOffer, whose: Mapping[UUID, str], services: Services
) -> list[Entry]:
    name, what = whose[one.support_id], words.offer_words(one, services)
    href = address(case, "support", str(one.support_id)) + "#offers"
    answered = f"{words.answer_words(one.answer)}."
    said = _text(answered, _labelled("In their own words", one.answer_words))
    about = one.what if one.kind != "other" else ""
    if one.answered_at is None:
        text = _text(about, said)
        return [_entry(case, one, f"Offered to {name}: {what}", text, href=href)]
    later = {
        "happened": Happened(one.answered_on) if one.answered_on else _at(one.answered_at),
        "written": one.answered_at,
        "by": one.answered_by,
        "href": href,
    }
    return [
        _entry(case, one, f"Offered to {name}: {what}", about, href=href),
        _entry(case, one, f"Answer of {name}: {what}", said, **later),
    ]


def _review(case: Case, one: SupportReview, whose: Mapping[UUID, str]) -> Entry:
    outcome = vocabulary("support_outcomes").label(one.outcome)
    following = f"Next: {plain_day(one.next_review_on)}." if one.next_review_on else ""
    text = _text(
        one.how_it_goes,
        _labelled("In their own words", one.own_words),
        _labelled(outcome, one.changes) or f"{outcome}.",
        _labelled("There", one.present),
        following,
    )
    href = address(case, "support", str(one.support_id)) + "#reviews"
    return _entry(case, one, f"Support looked at: {whose[one.support_id]}", text, href=href)


def _sanction(case: Case, one: Sanction, people: Names) -> Entry:
    until = f"Until {plain_day(one.ends_on)}." if one.ends_on else ""
    text = _text(
        one.what,
        f"Decided by {one.decided_by}, under {one.policy}.",
        _labelled("Why", one.reason),
        until,
        _labelled("Support beside it", one.beside),
        _labelled("In their own words", one.own_words),
    )
    href = address(case, "support") + "#sanctions"
    return _entry(case, one, f"Sanction: {people.get(one.involved_id, '')}", text, href=href)


def _view(case: Case, one: RestorativeView, people: Names) -> Entry:
    answer = vocabulary("restorative_answers").label(one.answer)
    text = _text(
        f"{answer}.",
        _labelled("In their own words", one.own_words),
        _labelled("What must be so", one.conditions),
        _labelled("They were told", "; ".join(one.told.split("\n")) if one.told else ""),
    )
    title = f"Asked about a restorative meeting: {people.get(one.involved_id, '')}"
    href = address(case, "support", "restorative")
    return _entry(case, one, title, text, by=one.asked_by, href=href)


def _meeting(case: Case, one: RestorativeMeeting, people: Names) -> Entry:
    by_text = {str(key): name for key, name in people.items()}
    took_part = ", ".join(by_text.get(key, "") for key in one.involved)
    text = _text(
        f"Took part: {took_part}. Led by {one.led_by}.",
        _labelled("Who else was there", one.present),
        one.what_came,
        _labelled("What those harmed said", one.words_harmed),
        _labelled("What the others said", one.words_displayed),
        _labelled("Afterwards", one.afterwards),
    )
    href = address(case, "support", "restorative")
    return _entry(case, one, "Restorative meeting held", text, href=href)


def _milestone(case: Case, one: Milestone, people: Names) -> list[Entry]:
    name, what = people.get(one.involved_id, ""), words.milestone_words(one)
    href = address(case, "support") + "#days"
    moved = [
        f"Moved from {each['was']} to {each['moved_to']}: {each['reason']}"
        for each in one.moves or []
    ]
    text = _text(
        ", ".join(filter(None, (milestones.when_words(one), one.place))),
        one.what if one.kind != "other" else "",
        _labelled("Support on that day", one.support),
        *moved,
    )
    found = [_entry(case, one, f"Day ahead for {name}: {what}", text, href=href)]
    if one.settled_at is not None:
        state = vocabulary("milestone_states").label(one.state).lower()
        known = {
            "happened": _when(one.day, one.at_time) if one.state == "happened" else None,
            "written": one.settled_at,
            "by": one.settled_by,
            "href": href,
        }
        found.append(_entry(case, one, f"{what} of {name}: {state}", one.outcome, **known))
    return found


def _when(day: date, at: str | None) -> Happened:
    return Happened(day, time.fromisoformat(at) if at else None)
