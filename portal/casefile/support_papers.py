"""What the support record of one young person, or of one group, says on paper."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

from portal import clock
from portal.casefile.family_papers import MARKED, asked, passages_left_out
from portal.casefile.forms_family import OWN_FILE, PARENT, YOUNG_PERSON
from portal.casefile.models import Print
from portal.casefile.sifting import Around, Sieve, around
from portal.casefile.summary import furniture
from portal.casefile.summary_parts import moment, said
from portal.cases.models import Case, Involved
from portal.cases.service import get_in, get_involved
from portal.guidance.catalogue import vocabulary
from portal.printing import support_record as paper
from portal.printing.contact_log import Asked
from portal.printing.furniture import Furniture
from portal.staff import service as staff
from portal.support import beside, milestones, service, shown, words
from portal.support.models import (
    Milestone,
    RestorativeView,
    Sanction,
    Support,
    SupportOffer,
    SupportReview,
)
from portal.web.dates import plain_day
from portal.web.errors import NotPossible

SUPPORT = "support_record"
MAY_KNOW_OTHERS = frozenset({"social_care", OWN_FILE})
NO_LONGER = "This carer is no longer one of the young person’s. Print a new copy."


def support_record(case: Case, copy: Print) -> Callable[[], bytes]:
    """The record of one person or group; what belongs to anybody else is left out."""
    support = get_in(case, Support, _subject(copy))
    young = get_involved(case, support.involved_id) if support.involved_id else None
    known = around(case, young)
    sieve = sieve_for(known, copy.recipient_kind, [UUID(one) for one in copy.parts])
    school = staff.get_school(case.school_id)
    names = staff.names_of([copy.printed_by, case.lead_id, support.adult_id])
    whom = asked(case, school, names)
    sieve = sieve.sparing((*names.values(), whom.role, whom.telephone, whom.email))
    data = replace(
        _record(case, support, young, names),
        furniture=furniture(case, copy, school, names, "Support record"),
        asked=whom,
        written=plain_day(clock.local(copy.written_at).date()),
        for_young_person=copy.recipient_kind == YOUNG_PERSON,
    )
    return partial(paper.build, _sifted(sieve, data, copy.recipient_kind))


def sieve_for(known: Around, kind: str, reader: list[UUID]) -> Sieve:
    """What a reader of this kind must not find; `reader` is the carer who gets it, if one does."""
    if kind in MAY_KNOW_OTHERS:
        return known.for_those_who_know(kind)
    if kind != PARENT:
        # What must not reach the parents must not lie on paper in a school bag either.
        return known.for_all_at_home(PARENT if kind == YOUNG_PERSON else kind)
    household = next((home for home in known.homes if {one.id for one in home} & set(reader)), None)
    if household is None:
        raise NotPossible(NO_LONGER)
    return known.for_household(household, kind)


def _sifted(sieve: Sieve, data: paper.SupportRecord, kind: str) -> paper.SupportRecord:
    number = sieve.passages(data)
    if not number:
        return data
    at_home = kind in {PARENT, YOUNG_PERSON}
    return replace(sieve.data(data), left_out=(MARKED if at_home else passages_left_out(number),))


def passages(case: Case, support: Support, known: Around) -> list[tuple[str, int]]:
    """How much is taken out of a copy for each kind of home: in words for whom, and how often."""
    data = _record(case, support, known.young, staff.names_of([support.adult_id]))
    found = []
    if known.young is None:
        found.append(("For another school", known.for_all_at_home("school").passages(data)))
        return found
    found.append(("For the young person", known.for_all_at_home(PARENT).passages(data)))
    for home in known.homes:
        who = " and ".join(link.carer.full_name for link in home)
        found.append((f"For {who}", known.for_household(home, PARENT).passages(data)))
    return found


def _record(
    case: Case, support: Support, young: Involved | None, names: Mapping[UUID, str]
) -> paper.SupportRecord:
    """The record itself, before anybody has asked for a copy of it."""
    offers = [one for one in service.offers_of(case) if one.support_id == support.id]
    services = words.services_of(case, offers)
    reviews = [one for one in service.reviews_of(case) if one.support_id == support.id]
    theirs = partial(_of, young)
    return paper.SupportRecord(
        furniture=_NO_COPY,
        whose=young.name if young else support.group,
        asked=Asked(""),
        written="",
        is_group=young is None,
        own_words=support.own_words,
        arranged=_arranged(support, names),
        offers=tuple(_offer(one, words.offer_words(one, services)) for one in offers[::-1]),
        reviews=tuple(_review(one) for one in reviews[::-1]),
        milestones=tuple(_milestone(one) for one in theirs(milestones.milestones_of(case))),
        views=tuple(_view(one) for one in theirs(beside.views_of(case))),
        sanctions=tuple(_sanction(one) for one in theirs(beside.sanctions_of(case))),
    )


_NO_COPY = Furniture(school="", reference="", title="", printed_by="", printed_at="")


def _of(young: Involved | None, found: list[Any]) -> list[Any]:
    """Those of the records that are about this young person, the oldest first."""
    return [one for one in found if young is not None and one.involved_id == young.id]


def _arranged(support: Support, names: Mapping[UUID, str]) -> tuple[tuple[str, str], ...]:
    told = vocabulary("support_told").label(support.told_every) if support.told_every else ""
    rhythm = vocabulary("support_rhythms").label(support.review_every)
    next_on = plain_day(support.next_review_on) if support.next_review_on else ""
    ended = f"{moment(support.ended_at)}. {support.ended_words}" if support.ended_at else ""
    return (
        ("What is needed", support.needs),
        ("Named adult", shown.adult_of(support, names)),
        ("When and where", _joined(", ", support.adult_when, support.adult_where)),
        ("Told what is happening", _joined(", by ", told, support.told_by)),
        ("In the holidays", support.holidays),
        ("Attendance", _watched(support.attendance, watched=support.attendance_watched)),
        ("Reprisals", _watched(support.reprisals, watched=support.reprisals_watched)),
        ("Looked at together", _joined(", next on ", rhythm, next_on)),
        ("Ended", ended),
    )


def _watched(text: str, *, watched: bool) -> str:
    return _joined("\n", "Watched" if watched else "", text)


def _joined(between: str, *texts: str) -> str:
    return between.join(filter(None, texts))


def _offer(one: SupportOffer, what: str) -> paper.Offer:
    answer = words.answer_words(one.answer)
    on = plain_day(one.answered_on) if one.answered_on else ""
    details = one.what if one.what and " ".join(one.what.split()) != what else ""
    return paper.Offer(
        when=said(one.happened) if one.happened else moment(one.written_at),
        what=_joined("\n", what, details),
        answer=_joined("\n", _joined(", ", answer, on), one.answer_words),
        begins=plain_day(one.starts_on) if one.starts_on else "",
    )


def _review(one: SupportReview) -> paper.Review:
    return paper.Review(
        when=said(one.happened) if one.happened else moment(one.written_at),
        outcome=vocabulary("support_outcomes").label(one.outcome),
        present=one.present,
        how_it_goes=one.how_it_goes,
        own_words=one.own_words,
        changes=one.changes,
        next_on=plain_day(one.next_review_on) if one.next_review_on else "",
    )


def _milestone(one: Milestone) -> paper.Milestone:
    return paper.Milestone(
        day=_joined(" at ", plain_day(one.day), one.at_time or ""),
        what=words.milestone_words(one),
        state=vocabulary("milestone_states").label(one.state),
        place=one.place,
        support=one.support,
        outcome=one.outcome,
    )


def _view(one: RestorativeView) -> paper.View:
    return paper.View(
        when=said(one.happened) if one.happened else moment(one.written_at),
        answer=vocabulary("restorative_answers").label(one.answer),
        own_words=one.own_words,
        conditions=one.conditions,
    )


def _sanction(one: Sanction) -> paper.Sanction:
    return paper.Sanction(
        when=said(one.happened) if one.happened else moment(one.written_at),
        what=one.what,
        policy=one.policy,
        decided_by=one.decided_by,
        reason=one.reason,
        beside=one.beside,
        own_words=one.own_words,
        ends=plain_day(one.ends_on) if one.ends_on else "",
    )


def _subject(copy: Print) -> UUID:
    if copy.subject_id is None:
        raise ValueError("this copy is about nothing")
    return copy.subject_id
