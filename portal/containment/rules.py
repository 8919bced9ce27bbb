"""Which steps of containment a case offers, which of them wait, and which dates make sense. Pure.

What holds a content item is in `cases.rules`; here stands which step is one of those that wait.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Step(StrEnum):
    EXPLAIN_AND_ASK = "explain_and_ask"
    ASK_COPIES = "ask_copies"
    CONFISCATE = "confiscate"
    BRING_IN_PARENT = "bring_in_parent"
    ASK_ONWARD = "ask_onward"
    FIND_OUT_WHO = "find_out_who"
    REPORT_TO_SERVICE = "report_to_service"
    REASSURE = "reassure"
    REPRISALS = "reprisals"
    NO_PROMISE = "no_promise"


class Result(StrEnum):
    DONE = "done"
    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    COULD_NOT = "could_not"
    NOT_NEEDED = "not_needed"


_ALWAYS = (Result.COULD_NOT, Result.NOT_NEEDED)
_ASKED = (Result.WAITING, Result.CONFIRMED, Result.REFUSED, *_ALWAYS)
RESULTS: Mapping[Step, tuple[Result, ...]] = {
    Step.EXPLAIN_AND_ASK: _ASKED,
    Step.ASK_COPIES: _ASKED,
    Step.CONFISCATE: (Result.DONE, Result.REFUSED, *_ALWAYS),
    Step.BRING_IN_PARENT: (Result.DONE, Result.WAITING, *_ALWAYS),
    Step.ASK_ONWARD: (Result.DONE, Result.WAITING, Result.REFUSED, *_ALWAYS),
    Step.FIND_OUT_WHO: (Result.DONE, Result.WAITING, *_ALWAYS),
    # that it was reported is written in the register of referrals, and nowhere else
    Step.REPORT_TO_SERVICE: _ALWAYS,
    Step.REASSURE: (Result.DONE, *_ALWAYS),
    Step.REPRISALS: (Result.DONE, Result.WAITING, *_ALWAYS),
    Step.NO_PROMISE: (Result.DONE, *_ALWAYS),
}
"""What may come of each step."""

OF_SOMEBODY_ASKED = (
    Step.EXPLAIN_AND_ASK,
    Step.ASK_COPIES,
    Step.CONFISCATE,
    Step.BRING_IN_PARENT,
    Step.ASK_ONWARD,
)
OF_NOBODY_KNOWN = (Step.FIND_OUT_WHO, Step.REPORT_TO_SERVICE, Step.REASSURE, Step.REPRISALS)
ON_REFUSAL = (Step.CONFISCATE, Step.BRING_IN_PARENT)
DELETES = frozenset({Step.EXPLAIN_AND_ASK, Step.ASK_COPIES})
"""The steps by which something is deleted or taken down: these wait while an item is held."""


def of_a_person(step: Step) -> bool:
    return step in OF_SOMEBODY_ASKED or step is Step.NO_PROMISE


def may_have_happened(step: Step) -> bool:
    """Whether the step can wait, so that “it had already happened” is something to say of it."""
    return step in DELETES or step is Step.ASK_ONWARD


def deletes(step: Step, result: Result, *, already: bool) -> bool:
    """Whether recording this says that somebody was asked to delete or take something down now."""
    return step in DELETES and not already and result is not Result.NOT_NEEDED


def asks_onward(step: Step, result: Result, *, already: bool) -> bool:
    return step is Step.ASK_ONWARD and not already and result is not Result.NOT_NEEDED


def may_ask_onward(*, police_told: bool, agreed: str) -> bool:
    """After a report to the police school asks whom it went to only as agreed with them."""
    return not police_told or agreed == "yes"


@dataclass(frozen=True)
class Somebody:
    """A person of the case, as far as the steps depend on them."""

    id: UUID
    parts: Collection[str]
    is_known: bool


@dataclass(frozen=True)
class Taken:
    """One time a step was taken: the rules are given these with the newest first."""

    step: Step
    person: UUID | None
    result: Result


@dataclass(frozen=True)
class Offer:
    """A step as it is offered: of whom, how it stands, and whether the case must decide on it."""

    step: Step
    person: UUID | None
    stands: Result | None
    needed: bool

    @property
    def is_undecided(self) -> bool:
        return self.needed and self.stands in {None, Result.WAITING}


@dataclass(frozen=True)
class Situation:
    """What decides which steps are offered besides the people: the items, and the police."""

    has_items: bool = False
    all_reported: bool = False
    police_forbid_asking: bool = False


def offers(people: Sequence[Somebody], taken: Iterable[Taken], situation: Situation) -> list[Offer]:
    """Every step that is offered, person by person, then those of nobody, then those of always."""
    stands: dict[tuple[Step, UUID | None], Result] = {}
    for one in taken:
        stands.setdefault((one.step, one.person), one.result)
    found = []
    for person in people:
        found += _of_somebody(person, stands, situation)
    found += _of_nobody(people, stands, situation)
    for person in people:
        if "harmed" in person.parts:
            told = stands.get((Step.NO_PROMISE, person.id))
            found.append(Offer(Step.NO_PROMISE, person.id, told, needed=person.is_known))
    return found


Stands = Mapping[tuple[Step, UUID | None], Result]


def _of_somebody(one: Somebody, stands: Stands, situation: Situation) -> list[Offer]:
    """The steps with somebody who is said to have done it, or who was asked for another reason."""
    responsible = one.is_known and "displayed" in one.parts
    if not responsible and not any((step, one.id) in stands for step in OF_SOMEBODY_ASKED):
        return []
    refused = Result.REFUSED in {stands.get((step, one.id)) for step in DELETES}
    found = []
    for step in OF_SOMEBODY_ASKED:
        how = stands.get((step, one.id))
        if step in ON_REFUSAL and not refused and how is None:
            continue
        needed = responsible or how is not None
        if step in ON_REFUSAL:
            needed = refused or how is not None
        if step is Step.ASK_ONWARD and situation.police_forbid_asking:
            needed = False
        found.append(Offer(step, one.id, how, needed))
    return found


def _of_nobody(people: Sequence[Somebody], stands: Stands, situation: Situation) -> list[Offer]:
    """The steps where nobody who did it is known, or somebody of them is not."""
    responsible = [one for one in people if "displayed" in one.parts]
    nobody_known = not any(one.is_known for one in responsible)
    some_unknown = any(not one.is_known for one in responsible)
    found = []
    for step in OF_NOBODY_KNOWN:
        how = stands.get((step, None))
        if step is Step.REPORT_TO_SERVICE:
            if not situation.has_items:
                continue
            how = Result.DONE if situation.all_reported else how
        if nobody_known or some_unknown or (step, None) in stands:
            found.append(Offer(step, None, how, needed=nobody_known))
    return found
