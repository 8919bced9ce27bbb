"""The evidence hold: whatever is tried, in whatever order, nothing that is held is done.

`Told` says what may be done by reading backwards what happened; the portal keeps what it needs on
the case and on each item instead. After every act the two are compared, and everything that the
hold forbids is tried.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from portal import clock
from portal.cases import content
from portal.cases import service as cases
from portal.cases.models import Case
from portal.cases.models_content import ContentItem
from portal.cases.rules import Act
from portal.containment import rules
from portal.containment import service as containment
from portal.containment.rules import Result, Step
from portal.db import close_session, session
from portal.devices import service as devices
from portal.guidance.catalogue import default_rule_set
from portal.journal import service as journal
from portal.police import service as police
from portal.referrals import service as referrals
from portal.referrals.kinds import KINDS
from portal.referrals.models import Referral
from portal.staff.roles import Role
from portal.web.errors import NotPossible
from tests import factories
from tests.factories import School
from tests.page import Browser

REPORTS = sorted(code for code, kind in KINDS.items() if kind.takes_down)
OUTCOMES = {
    "may_be_managed_in_school": ({}, {}),
    "always_refer": ({"coercion": "yes"}, {}),
    "cannot_be_decided_yet": ({"extreme": "not_known"}, {}),
    "police_most_likely": ({}, {"malice": "yes"}),
}
TAKEN = ("explain_and_ask", "ask_copies")


@dataclass
class Told:
    """What happened, the oldest first: (what, which items, the word that goes with it)."""

    said: list[tuple[str, frozenset[int], str]] = field(default_factory=list)

    def add(self, what: str, items: Collection[int] = (), word: str = "") -> None:
        self.said.append((what, frozenset(items), word))

    def last(self, what: str, item: int | None = None) -> int:
        """When it was last said (of this item); -1 for never."""
        return max(
            (
                at
                for at, (each, items, _) in enumerate(self.said)
                if each == what and (item is None or item in items)
            ),
            default=-1,
        )

    @property
    def advised(self) -> str:
        at = self.last("advice")
        return self.said[at][2] if at >= 0 else ""

    @property
    def school_may(self) -> int:
        """When the checklist said that school may manage it, if it says so still."""
        at = self.last("answered")
        stands = at >= 0 and self.said[at][2] == "may_be_managed_in_school"
        return at if stands and self.advised != "keeps" else -1

    def may(self, item: int, act: Act) -> bool:
        known = max(self.last(what, item) for what in ("found", "came back", "another"))
        advice = self.last("advice")
        asked_police = advice > self.last("found", item)
        if asked_police and item not in self.said[advice][1]:
            return False  # the police know of it, and did not let it go
        opened = {self.last("released", item), self.school_may}
        opened |= {advice} if asked_police else set()
        opened |= {self.last("urgent", item)} if act is Act.REPORT else set()
        return max(opened) > known

    def anything_is_held(self, number: int) -> bool:
        if number:
            return not all(self.may(item, Act.DELETE) for item in range(number))
        return self.advised != "opens" and self.school_may < 0


class Work:
    """A case at which things are tried; each is either done or refused with a reason."""

    def __init__(self, school: School) -> None:
        self.school, self.told = school, Told()
        self.case = factories.case(school)
        self.police = factories.referral(school, self.case)
        self.device = factories.device(school, self.case)
        self.case.asking_agreed = "yes"
        journal.note(school.dsl.actor, "set for a test", self.case)
        session.flush()
        self.person = next(p for p in cases.people_in(self.case) if "displayed" in p.parts)
        self.items: list[ContentItem] = []
        self.accounts: list[str] = []

    @property
    def actor(self) -> Any:
        return self.school.dsl.actor

    def numbers(self, wanted: Collection[int]) -> list[int]:
        return sorted({one % len(self.items) for one in wanted}) if self.items else []

    def named(self, numbers: Collection[int]) -> list[ContentItem]:
        return [self.items[one] for one in numbers]

    # What changes the hold

    def do_find(self) -> bool:
        self.accounts.append(f"@{len(self.items)}")
        self.items.append(
            factories.item(self.school, self.case, self.accounts[-1], noted="Today, by a pupil")
        )
        self.told.add("found", [len(self.items) - 1])
        return True

    def do_answer(self, outcome: str) -> bool:
        answers, facts = OUTCOMES[outcome]
        rule_set = default_rule_set()
        police.answer_checklist(
            self.actor,
            self.case,
            rule_set=rule_set,
            answers=dict.fromkeys(rule_set.question_keys, "no") | answers,
            facts=dict.fromkeys(rule_set.fact_keys, "no") | facts,
            notes={},
            record=police.facts_of(self.case),
            days=factories.actions.working_days(self.school.row),
        )
        assert self.case.outcome == outcome
        self.told.add("answered", word=outcome)
        return True

    def do_ask_police(self, opens: bool, wanted: Collection[int]) -> bool:
        numbers = self.numbers(wanted) if opens else []
        new = referrals.NewAdvice(
            at=factories.when(0, None),
            opens=opens,
            may_ask_onward="not_said",
            words={"officer": "DC Khan", "words": "They said so"},
            opened=self.named(numbers),
        )
        referrals.record_police_advice(self.actor, self.case, self.police, new)
        self.told.add("advice", numbers, "opens" if opens else "keeps")
        return True

    def do_release(self, wanted: Collection[int]) -> bool:
        numbers = self.numbers(wanted)
        content.release_named(
            self.actor, self.case, self.named(numbers), "Harmless", factories.when(0, None)
        )
        self.told.add("released", numbers)
        return True

    def do_urgent(self, one: int) -> bool:
        for number in self.numbers([one]):
            content.release_urgent(
                self.actor, self.case, self.items[number], "Public", factories.when(0, None)
            )
            self.told.add("urgent", [number])
        return True

    def do_come_back(self, one: int) -> bool:
        for number in self.numbers([one]):
            content.came_back(
                self.actor, self.case, self.items[number], factories.when(0, None), "Again"
            )
            self.told.add("came back", [number])
        return True

    # What changes nothing of it, or makes a new thing of an item

    def do_settle(self, one: int, state: str) -> bool:
        for number in self.numbers([one]):
            happened = factories.when(0, None)
            content.change_state(
                self.actor, self.items[number], state, happened, content.Told("They say so")
            )
        return True

    def do_correct(self, one: int, account: str) -> bool:
        """A correction says more of the same thing, or makes another thing of it."""
        for number in self.numbers([one]):
            changes = {"note": "Seen by two", "account": account}
            content.correct_item(self.actor, self.items[number], changes, "Misheard")
            if account != self.accounts[number]:
                self.told.add("another", [number])
                self.accounts[number] = account
        return True

    def do_protect(self) -> bool:
        factories.protection(self.school, self.case)
        return True

    # What waits

    def do_step(self, step: Step, result: Result, already: bool, wanted: Collection[int]) -> bool:
        numbers = self.numbers(wanted)
        waits = step.value in TAKEN and result.value != "not_needed" and not already
        allowed = not waits or (
            bool(numbers) and all(self.told.may(one, Act.DELETE) for one in numbers)
        )
        new = containment.NewStep(
            step,
            result,
            factories.when(0, None),
            "Ruth Adeyemi",
            "Spoke with him",
            self.person if rules.of_a_person(step) else None,
            self.named(numbers),
            already,
        )
        return self.tried(lambda: containment.take_step(self.actor, self.case, new), allowed)

    def do_report(self, kind: str, already: bool, wanted: Collection[int]) -> bool:
        numbers = self.numbers(wanted)
        may = bool(numbers) and all(self.told.may(one, Act.REPORT) for one in numbers)
        items = self.named(numbers)
        return self.tried(
            lambda: factories.referral(self.school, self.case, kind, items=items, already=already),
            already or may,
            is_down=any(item.state == "removed" for item in items),
        )

    def do_delete_on_device(self) -> bool:
        return self.tried(
            lambda: devices.record_device_content(
                self.actor,
                self.device,
                choice="deleted",
                at=factories.when(0, None),
                words={"what": "A film", "done_by": "He himself", "why": "He asked"},
            ),
            not self.told.anything_is_held(len(self.items)),
        )

    def tried(self, act: Callable[[], Any], allowed: bool, *, is_down: bool = False) -> bool:
        """Whether it was done: where it is allowed, unless it is down already, and nowhere else."""
        try:
            act()
            done = True
        except NotPossible:
            done = False
        assert allowed or not done, "done though held"
        assert done or not allowed or is_down, "refused though free"
        return done

    # What must hold after everything

    def compare(self) -> None:
        for act in Act:
            waiting = {item.id for item in content.held(self.case, self.items, act)}
            for number, item in enumerate(self.items):
                assert (item.id in waiting) is not self.told.may(number, act), (act, number)
        nothing_may = content.holds_anything(self.case)
        assert nothing_may is self.told.anything_is_held(len(self.items))

    def try_everything(self) -> None:
        """Both ways to a take-down, for each item alone."""
        for number in range(len(self.items)):
            for step in TAKEN:
                self.do_step(Step(step), Result.WAITING, False, [number])
            self.do_report("platform", False, [number])


SOME = st.lists(st.integers(0, 3), max_size=3)
ONE = st.integers(0, 3)
ACTS = st.one_of(
    st.tuples(st.just("find")),
    st.tuples(st.just("answer"), st.sampled_from(sorted(OUTCOMES))),
    st.tuples(st.just("ask_police"), st.booleans(), SOME),
    st.tuples(st.just("release"), SOME),
    st.tuples(st.just("urgent"), ONE),
    st.tuples(st.just("come_back"), ONE),
    st.tuples(st.just("settle"), ONE, st.sampled_from(["reported", "removed", "live"])),
    st.tuples(st.just("correct"), ONE, st.sampled_from(["@0", "@1"])),
    st.tuples(st.just("protect")),
    st.tuples(st.just("step"), st.sampled_from(Step), st.sampled_from(Result), st.booleans(), SOME),
    st.tuples(st.just("report"), st.sampled_from(REPORTS), st.booleans(), SOME),
    st.tuples(st.just("delete_on_device")),
)
HAS_OTHER_REASONS = frozenset({"release", "urgent", "come_back", "settle"})
"""Nothing is released that is free, and nothing comes back or is reported that is not gone."""
FIXTURES = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@given(acts=st.lists(ACTS, max_size=12))
@example(acts=[("release", [0]), ("settle", 0, "removed"), ("come_back", 0)])
@example(acts=[("urgent", 0), ("settle", 0, "reported"), ("come_back", 0), ("find",)])
@example(acts=[("answer", "may_be_managed_in_school"), ("settle", 0, "removed"), ("come_back", 0)])
@example(acts=[("ask_police", True, [0]), ("correct", 0, "@1"), ("find",), ("release", [1])])
@settings(max_examples=50, deadline=None, suppress_health_check=FIXTURES)
def test_no_sequence_of_acts_performs_a_held_step(
    app: Flask, school: School, acts: list[tuple[Any, ...]]
) -> None:
    with app.app_context(), ticking() as tick:
        try:
            work = Work(school)
            for name, *given_with in [("find",), *acts]:
                tick()
                try:
                    getattr(work, f"do_{name}")(*given_with)
                except NotPossible:
                    assert name in HAS_OTHER_REASONS
                journal.settle(session)
                work.compare()
            work.try_everything()
        finally:
            close_session()


@contextmanager
def ticking() -> Iterator[Callable[[], None]]:
    """A clock that goes on by a second for each act, and never by itself."""
    moments = [clock.now()]
    with clock.stopped_at(moments[0]):
        standing = clock._stopped

        def tick() -> None:
            standing[-1] += timedelta(seconds=1)

        yield tick


def test_the_oracle_knows_the_rule() -> None:
    """The words of the rule, one by one, so that the oracle is not only the portal’s echo."""
    told = Told()
    told.add("found", [0])
    assert not told.may(0, Act.DELETE)  # from the opening of a case
    told.add("urgent", [0])
    assert told.may(0, Act.REPORT)
    assert not told.may(0, Act.DELETE)  # an urgent report opens a report only
    told.add("answered", word="may_be_managed_in_school")
    assert told.may(0, Act.DELETE)
    told.add("found", [1])
    assert not told.may(1, Act.REPORT)  # new items start held
    told.add("answered", word="always_refer")
    assert not told.may(0, Act.DELETE)
    told.add("released", [0])
    assert told.may(0, Act.DELETE)
    assert not told.may(1, Act.DELETE)  # named items
    told.add("came back", [0])
    assert not told.may(0, Act.DELETE)
    told.add("advice", [1], "opens")
    assert told.may(1, Act.DELETE)
    assert not told.may(0, Act.DELETE)
    told.add("answered", word="may_be_managed_in_school")
    assert not told.may(0, Act.DELETE)  # only the police let go what they want kept


def test_an_item_of_the_same_moment_as_the_outcome_begins_held(app: Flask, school: School) -> None:
    with app.app_context(), clock.stopped_at(clock.now()):
        work = Work(school)
        work.do_answer("may_be_managed_in_school")
        work.do_find()
        assert content.held(work.case, work.items, Act.DELETE) == work.items
        close_session()


# By request: the addresses themselves, with whatever is sent to them


@dataclass
class Place:
    """Where a case is worked on by request, and what is known of it."""

    reference: str
    person: UUID
    police: UUID
    told: Told = field(default_factory=Told)
    items: list[UUID] = field(default_factory=list)
    done: int = 0

    def at(self, *parts: object) -> str:
        return "/".join(["/cases", self.reference, *map(str, parts)])


@pytest.fixture
def ruth(sign_in: Callable[[Any], Browser]) -> Browser:
    return sign_in(Role.DSL)


REQUESTS = st.one_of(
    st.tuples(st.just("find")),
    st.tuples(st.just("answer"), st.sampled_from(sorted(OUTCOMES))),
    st.tuples(st.just("advice"), st.booleans(), SOME),
    st.tuples(st.just("release"), SOME),
    st.tuples(st.just("urgent"), ONE),
    st.tuples(st.just("come_back"), ONE),
    st.tuples(st.just("ask"), st.sampled_from(TAKEN), st.booleans(), SOME),
    st.tuples(st.just("report"), st.sampled_from(REPORTS), st.booleans(), SOME),
)


@given(tried=st.lists(REQUESTS, min_size=2, max_size=8))
@settings(max_examples=15, deadline=None, suppress_health_check=FIXTURES)
def test_no_sequence_of_requests_performs_a_held_step(
    app: Flask, school: School, saved: Any, ruth: Browser, tried: list[tuple[Any, ...]]
) -> None:
    with saved():
        work = Work(school)
        place = Place(work.case.reference, work.person.id, work.police.id)
    for name, *given_with in [("find",), *tried]:
        _SEND[name](ruth, place, *given_with)
    for number in range(len(place.items)):
        for kind in TAKEN:
            _ask(ruth, place, kind, False, [number])
        _report(ruth, place, "platform", False, [number])
    with app.app_context():
        case = session.scalars(select(Case).where(Case.reference == place.reference)).one()
        taken = [one for one in containment.steps_of(case) if not one.already]
        reported = [
            one
            for one in referrals.referrals_of(case)
            if one.kind in REPORTS and "held back" not in one.words
        ]
        assert len(taken) + len([one for one in reported if not _was(one)]) == place.done
        close_session()


ALREADY = "A parent had reported it"


def _was(one: Referral) -> bool:
    return one.words == ALREADY


def _post(
    browser: Browser, address: str, body: dict[str, Any], *, allowed: bool | None = None
) -> bool:
    """Send a body to an address; whether it was done. What is not allowed must be refused."""
    pairs = as_sent({**_now("happened"), **body, "csrf_token": browser.token})
    page = browser.post(address, pairs, status=(303, 409, 422))
    done = page.status == 303
    if allowed is not None:
        assert done is allowed, f"{address}: {page.status} {page.summary()} {page.text[-300:]}"
    return done


def as_sent(body: dict[str, Any]) -> Any:
    return MultiDict(body)


def _now(name: str) -> dict[str, str]:
    day = clock.today()
    return {
        f"{name}-day": str(day.day),
        f"{name}-month": str(day.month),
        f"{name}-year": str(day.year),
    }


def _numbers(place: Place, wanted: Collection[int]) -> list[int]:
    return sorted({one % len(place.items) for one in wanted})


def _named(place: Place, numbers: Collection[int]) -> list[str]:
    return [str(place.items[one]) for one in numbers]


def _find(browser: Browser, place: Place) -> None:
    body = {"kind": "post", "what": "A post", "account": "@x", "noted": "Today, by a pupil"}
    pairs = {**body, **_now("found"), "csrf_token": browser.token}
    page = browser.post(place.at("content", "new"), pairs)
    place.items.append(UUID(page.location.rsplit("/", 1)[1]))
    place.told.add("found", [len(place.items) - 1])


def _answer(browser: Browser, place: Place, outcome: str) -> None:
    answers, facts = OUTCOMES[outcome]
    rule_set = default_rule_set()
    keys = [*rule_set.question_keys, *rule_set.fact_keys]
    every = dict.fromkeys(keys, "no") | answers | facts
    body = {f"answer_{key}": value for key, value in every.items()}
    body |= {f"note_{key}": "Asked each of them" for key in keys}
    _post(browser, place.at("checklist"), body, allowed=True)
    place.told.add("answered", word=outcome)


def _advice(browser: Browser, place: Place, opens: bool, wanted: Collection[int]) -> None:
    numbers = _numbers(place, wanted) if opens else []
    body = {
        "effect": "opens" if opens else "keeps",
        "may_ask_onward": "yes",
        "officer": "DC Khan",
        "keep": "Keep the telephone",
        "may_delete": "What is named",
        "items": _named(place, numbers),
    }
    address = place.at("referrals", place.police, "evidence-advice")
    if _post(browser, address, body):
        place.told.add("advice", numbers, "opens" if opens else "keeps")


def _release(browser: Browser, place: Place, wanted: Collection[int]) -> None:
    numbers = _numbers(place, wanted)
    body = {"items": _named(place, numbers), "reason": "Harmless"}
    if _post(browser, place.at("content", "release"), body):
        place.told.add("released", numbers)


def _urgent(browser: Browser, place: Place, one: int) -> None:
    [number] = _numbers(place, [one])
    body = {"account": "@x", "noted": "Today, by a pupil", "reason": "Public", "version": ""}
    address = place.at("content", place.items[number], "urgent")
    page = browser.get(address, status=(200, 409))
    if page.status == 200 and page.forms():
        page = page.submit(fields={**_now("happened"), "noted": "Today", "reason": body["reason"]})
        place.told.add("urgent", [number])
    else:
        assert not _post(browser, address, body)


def _come_back(browser: Browser, place: Place, one: int) -> None:
    [number] = _numbers(place, [one])
    address = place.at("content", place.items[number], "came-back")
    if _post(browser, address, {"words": "Under another name"}):
        place.told.add("came back", [number])


def _ask(browser: Browser, place: Place, kind: str, already: bool, wanted: Collection[int]) -> None:
    numbers = _numbers(place, wanted)
    may = bool(numbers) and all(place.told.may(one, Act.DELETE) for one in numbers)
    body: dict[str, Any] = {
        "items": _named(place, numbers),
        "done_by": "Ruth Adeyemi",
        "result": "waiting",
        "words": "Asked in my office",
    }
    address = place.at("containment", kind, "new") + f"?person={place.person}"
    _post(browser, address, body | ({"already": "yes"} if already else {}), allowed=already or may)
    place.done += may and not already


def _report(
    browser: Browser, place: Place, kind: str, already: bool, wanted: Collection[int]
) -> None:
    numbers = _numbers(place, wanted)
    may = bool(numbers) and all(place.told.may(one, Act.REPORT) for one in numbers)
    body: dict[str, Any] = {
        "nature": "referral",
        "how": KINDS[kind].how[0],
        "body": "The platform",
        "words": ALREADY if already else "By address",
        "parents": "yes",
        "items": _named(place, numbers),
    }
    body |= {f"detail_{one.code}": one.choices[0][0] if one.choices else "x"
             for one in KINDS[kind].details if not one.vocabulary}  # fmt: skip
    allowed = may or (already and bool(numbers))
    address = place.at("referrals", "new", kind)
    _post(browser, address, body | ({"already": "yes"} if already else {}), allowed=allowed)
    place.done += may and not already


_SEND: dict[str, Callable[..., None]] = {
    "find": _find,
    "answer": _answer,
    "advice": _advice,
    "release": _release,
    "urgent": _urgent,
    "come_back": _come_back,
    "ask": _ask,
    "report": _report,
}
