"""What stands beside each page of containment: a text, and the services it speaks of."""

from collections.abc import Mapping
from typing import Any

from portal.cases.models import Case
from portal.containment.rules import Step
from portal.guidance.catalogue import tips
from portal.guidance.service import directory_of

OF_STEPS: Mapping[Step, str] = {
    Step.EXPLAIN_AND_ASK: "asking_for_deletion",
    Step.ASK_COPIES: "asking_for_deletion",
    Step.CONFISCATE: "taking_a_device",
    Step.BRING_IN_PARENT: "asking_for_deletion",
    Step.ASK_ONWARD: "after_police_report",
    Step.FIND_OUT_WHO: "while_listening",
    Step.REPORT_TO_SERVICE: "taking_down",
    Step.REASSURE: "others_to_think_of",
    Step.REPRISALS: "protect_now",
    Step.NO_PROMISE: "it_may_come_back",
}


def beside(case: Case, code: str) -> dict[str, Any]:
    """A text of the guidance and its services, as this school’s directory has them."""
    tip = tips()[code]
    wanted = set(tip.services)
    found = directory_of(case.school_id) if wanted else []
    return {"tip": tip, "services": [one for one in found if one.code in wanted]}
