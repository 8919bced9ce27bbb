"""The words for steps of containment, what comes of them, and the states of a content item."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from portal.cases.models import Case
from portal.cases.steps import address
from portal.cases.words import CONTENT_STATES, STEP_RESULTS
from portal.containment.rules import RESULTS, Result, Step


@dataclass(frozen=True)
class StepWords:
    """How a step is said: as a task, what to keep in mind, and short in the chronology."""

    title: str
    why: str
    short: str


STEPS: Mapping[Step, StepWords] = {
    Step.EXPLAIN_AND_ASK: StepWords(
        "Explain why it is not acceptable, and ask them to take it down",
        "Whoever posted it can take it down the quickest.",
        "Asked to take it down",
    ),
    Step.ASK_COPIES: StepWords(
        "Ask them to delete every other copy",
        "Gallery, cloud storage, group chats, other accounts. Nobody looks: they tell you.",
        "Asked to delete every copy",
    ),
    Step.CONFISCATE: StepWords(
        "Take the device",
        "A refusal to delete is usually reason enough. Switched off, sealed, locked away, and "
        "nobody asks for the passcode.",
        "Device taken",
    ),
    Step.BRING_IN_PARENT: StepWords(
        "Bring in their parent or carer",
        "To support them in taking it down. Look first whether somebody must not be told.",
        "Parent or carer brought in",
    ),
    Step.ASK_ONWARD: StepWords(
        "Ask to whom it was sent on",
        "Each name becomes a person of this case, so that they can be asked too.",
        "Asked to whom it was sent on",
    ),
    Step.FIND_OUT_WHO: StepWords(
        "Work with those who told, to find out who did it",
        "Go gently: they may be afraid of what others will say of them.",
        "Finding out who did it",
    ),
    Step.REPORT_TO_SERVICE: StepWords(
        "Report it to the site or service",
        "With the web address, where there is one. What is reported is kept among the referrals.",
        "Report to the site or service",
    ),
    Step.REASSURE: StepWords(
        "Reassure those who help",
        "It was right to tell, and they are supported all the way through.",
        "Reassured those who help",
    ),
    Step.REPRISALS: StepWords(
        "Act on reprisals",
        "Whoever turns on somebody for telling answers for it under the behaviour policy.",
        "Reprisals",
    ),
    Step.NO_PROMISE: StepWords(
        "Say that complete removal cannot be promised",
        "And that they can come back any time it turns up, and get the same help each time.",
        "Told that complete removal cannot be promised",
    ),
}

_OWN: Mapping[tuple[Step, Result], str] = {
    (Step.EXPLAIN_AND_ASK, Result.WAITING): "Asked, not yet down",
    (Step.EXPLAIN_AND_ASK, Result.CONFIRMED): "Taken down, and confirmed to us",
    (Step.ASK_COPIES, Result.WAITING): "Asked, not yet confirmed",
    (Step.ASK_COPIES, Result.CONFIRMED): "Deleted, and confirmed to us",
    (Step.CONFISCATE, Result.DONE): "Taken",
    (Step.CONFISCATE, Result.REFUSED): "Would not hand it over",
    (Step.BRING_IN_PARENT, Result.DONE): "Brought in",
    (Step.BRING_IN_PARENT, Result.WAITING): "Told, not yet settled",
    (Step.ASK_ONWARD, Result.DONE): "Answered",
    (Step.ASK_ONWARD, Result.REFUSED): "Would not say",
    (Step.FIND_OUT_WHO, Result.DONE): "Found out",
    (Step.FIND_OUT_WHO, Result.WAITING): "Still finding out",
    (Step.FIND_OUT_WHO, Result.COULD_NOT): "Could not be found out",
    (Step.REPORT_TO_SERVICE, Result.DONE): "Reported",
    (Step.REPORT_TO_SERVICE, Result.COULD_NOT): "Could not be reported",
    (Step.REPRISALS, Result.DONE): "Dealt with",
    (Step.REPRISALS, Result.WAITING): "Being dealt with",
    (Step.NO_PROMISE, Result.DONE): "Told",
}


def address_of(case: Case, step: Step, person: UUID | None) -> str:
    """Where a step is recorded: each person has a form of their own."""
    whom = (str(person),) if person else ()
    return address(case, "containment", step.value, "new", *whom)


def result_words(step: Step, result: Result) -> str:
    return _OWN.get((step, result), STEP_RESULTS[result])


def result_choices(step: Step) -> list[tuple[str, str]]:
    return [(result.value, result_words(step, result)) for result in RESULTS[step]]


def state_words(state: str) -> str:
    return CONTENT_STATES.get(state, state)


STATE_TONES = {
    "live": "now",
    "reported": "now",
    "came_back": "now",
    "removed": "quiet",
    "could_not_be_removed": "grey",
}
"""How loud the tag of a state is; the words say the same."""
