"""Hand-overs for the walkers: answers that wait to be read, and others still with the student.

The pages of hand-over itself answer only on a screen that is handed over, and are walked in
`tests/handover`; everywhere else they are not there (404), which the walkers see.
"""

from uuid import UUID

from portal.cases import service as cases
from portal.cases.models import Case
from portal.db import session
from portal.handover import service
from portal.handover.rules import State
from tests.factories import School


def handovers(at: School, made: Case) -> dict[str, list[UUID]]:
    harmed = cases.people_in(made)[0]
    answers = {"wanted": {"names": "Mum"}}
    waiting = service.begin(at.dsl.actor, made, harmed, form="wishes", answers=answers)
    waiting.state, waiting.stopped = State.LEFT.value, True
    busy = service.begin(at.dsl.actor, made, harmed, form="wishes")
    session.flush()
    return {"handover_id": [waiting.id, busy.id]}
