"""Support in every state that its pages can show.

Going on, ended, never begun, late for a group; offers with each answer; sanctions; what was said to
a restorative meeting, and one that was held; court and police days ahead, over, moved and settled.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from portal import clock
from portal.cases import service as cases
from portal.cases.models import Case, Involved
from portal.db import session
from portal.support import beside, milestones, offers, service
from portal.support.models import Milestone, Support, SupportOffer
from tests import factories
from tests.factories import School

_FACTS: dict[str, Any] = {
    "needs": "She’d like to leave lessons when it’s too much.",
    "own_words": "Don’t make it a thing.",
    "adult_name": "Mr O'Dea, librarian",
    "adult_when": "Every break",
    "adult_where": "Library",
    "told_every": "weekly",
    "told_by": "Ruth Adeyemi",
    "holidays": "Childline, and her aunt",
    "attendance_watched": True,
    "attendance": "Late on Mondays since it’s come out.",
    "reprisals_watched": True,
    "reprisals": "Mr O'Dea, on the bus.",
    "review_every": "fortnightly",
}


def furnish_support(at: School, made: Case) -> dict[str, list[UUID]]:
    """All of it; the ids by the name that addresses give them, the one to work on first."""
    people = [one for one in cases.people_in(made) if one.is_known]
    her = next(one for one in people if "harmed" in one.parts)
    him = next(one for one in people if "displayed" in one.parts)
    going_on, supports = _supports(at, made, her, him)
    offered = _offers(at, made, going_on, him.name)
    _reviews(at, made, going_on, him.name)
    sanctions = _sanctions(at, made, him)
    _restorative(at, made, her, him)
    days = _days(at, made, her)
    session.flush()
    return {
        "support_id": [one.id for one in supports],
        "offer_id": [one.id for one in offered],
        "sanction_id": sanctions,
        "milestone_id": [one.id for one in days[:2]],
    }


def _supports(
    at: School, made: Case, her: Involved, him: Involved
) -> tuple[Support, list[Support]]:
    """His goes on; hers ended and was then declined; a group’s is late."""
    dsl = at.dsl.actor
    his = service.begin(dsl, made, {**_FACTS, "adult_id": at.head.id, "adult_name": ""}, him)
    hers = service.begin(dsl, made, _FACTS, her)
    session.flush()
    service.change(dsl, made, his, {"adult_where": "Room 3"}, "The library’s closed", him.name)
    service.end(dsl, made, hers, "She’s asked for it to end.")
    session.flush()
    none = service.say_why_none(dsl, made, her, "She’d rather talk to her aunt.")
    late = clock.today() - timedelta(days=2)
    group = {**_FACTS, "group": "form 9C’s chat", "next_review_on": late}
    bystanders = service.begin(dsl, made, group, None)
    return his, [his, hers, none, bystanders]


def _answer(code: str, words: str = "") -> offers.Answer:
    open_until = clock.today() + timedelta(days=4)
    return offers.Answer(
        answer=code,
        on=None if code == "waiting" else clock.today(),
        words=words,
        again_on=open_until if code in {"waiting", "later"} else None,
    )


def _offers(at: School, made: Case, support: Support, name: str) -> list[SupportOffer]:
    given = {
        "counselling": ("waiting", ""),
        "childline": ("accepted", "I’ve rung them."),
        "service": ("declined", "I don’t want to."),
        "isva": ("later", ""),
        "other": ("waiting", ""),
    }
    codes = {"childline": "childline", "service": "rape_crisis"}
    found = []
    for kind, (code, words) in given.items():
        new = offers.NewOffer(
            kind=kind,
            at=factories.when(0, None),
            answered=_answer(code, words),
            what="A quiet room at O'Dea’s" if kind == "other" else "",
            service=codes.get(kind, ""),
        )
        found.append(offers.offer(at.dsl.actor, made, support, new, name))
    session.flush()
    offers.answer(at.dsl.actor, made, found[-1], _answer("accepted", "All right."), name)
    return found


def _reviews(at: School, made: Case, support: Support, name: str) -> None:
    words = {
        "present": "He, and Mr O'Dea",
        "how_it_goes": "He’s there every day.",
        "own_words": "It’s all right.",
        "changes": "",
    }
    for outcome, changes in (("goes_on", ""), ("changes", "A card to leave lessons")):
        said = {**words, "changes": changes}
        new = service.NewReview(outcome=outcome, at=factories.when(0, None), words=said)
        service.review(at.dsl.actor, made, support, new, name)
        session.flush()


def _sanctions(at: School, made: Case, him: Involved) -> list[UUID]:
    words = {
        "what": "Two days on his own in Room 3",
        "policy": "Section 4.2, sharing images",
        "decided_by": "Alan Crane, head",
        "reason": "He’d been asked not to send it on.",
        "beside": "Sessions with Mr O'Dea on what it did",
        "own_words": "It’s fair.",
    }
    dsl, when = at.dsl.actor, factories.when(3, None)
    over = beside.sanction(dsl, made, him, when, clock.today() - timedelta(days=1), words)
    session.flush()
    beside.correct(dsl, over, {"what": "One day"}, "Misheard", when)
    lasting = beside.sanction(dsl, made, him, when, clock.today() + timedelta(days=9), words)
    return [over.id, lasting.id]


def _restorative(at: School, made: Case, her: Involved, him: Involved) -> None:
    """She said no, then yes; they met; she still agrees, so that it can be recorded again."""
    dsl = at.dsl.actor
    for days_ago, answer in ((3, "does_not"), (2, "agrees")):
        words = {
            "own_words": f"I’ve thought about it: {answer}.",
            "conditions": "Mr O'Dea’s there",
            "told": "It is voluntary: a no is enough, and needs no reason\nThey can stop",
        }
        beside.record_view(dsl, made, her, answer, factories.when(days_ago, None), words)
        session.flush()
    words = {
        "led_by": "Nadia Rahman",
        "present": "Mr O'Dea",
        "what_came": "He won’t speak of it again.",
        "words_harmed": "I’ve said it.",
        "words_displayed": "I’m sorry.",
        "afterwards": "Mr O'Dea with her, Mr Whitlock with him",
    }
    beside.hold_meeting(dsl, made, [her], [him], factories.when(1, None), words)


def _days(at: School, made: Case, her: Involved) -> list[Milestone]:
    """Ahead and moved; over, without an outcome; over, with one; called off."""
    dsl, today = at.dsl.actor, clock.today()

    def plan(kind: str, ahead: int, at_time: str | None = None) -> Milestone:
        facts = {
            "kind": kind,
            "day": today + timedelta(days=ahead),
            "at_time": at_time,
            "what": "PC Imrie’s call" if kind == "other" else "",
            "place": "Crown Court",
            "support": "Mr O'Dea goes with her.",
        }
        return milestones.plan(dsl, made, her, facts)

    trial, over = plan("trial", 30, "10:00"), plan("statement", -2)
    was, off = plan("other", 0), plan("bail", 5)
    session.flush()
    moved = {"day": today + timedelta(days=60), "at_time": "14:00"}
    milestones.move(dsl, made, trial, moved, "A juror’s ill", her)
    milestones.settle(dsl, made, was, "happened", "She’s relieved.")
    milestones.settle(dsl, made, off, "called_off", "They’ve dropped it.")
    return [trial, over, was, off]
