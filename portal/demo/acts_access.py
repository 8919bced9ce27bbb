"""Acts about who is let into a case: access that is given and ended, and a case opened at once."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from portal import clock
from portal.cases import emergencies, grant_rules, grants
from portal.demo.work import Act, Work


def _grant(work: Work, act: Act) -> None:
    """Parts of the case for a colleague, about one young person where one is named."""
    person = work.person(act)
    day = clock.today() + timedelta(days=act["days"])
    new = grants.NewGrant(
        member_id=work.oakfield.members[act["to"]].id,
        parts=act["parts"],
        may_write=act.get("write", False),
        until=grant_rules.end_of(day),
        reason=act["words"],
        about=person.id if person else None,
    )
    grants.give(work.who(act), work.case, new)


def _grant_end(work: Work, act: Act) -> None:
    """All that a colleague has in the case ends."""
    member = work.oakfield.members[act["of"]]
    given = [one for one in grants.given(work.case) if one.member_id == member.id]
    grants.end(work.who(act), given, act["words"])


def _emergency(work: Work, act: Act) -> None:
    emergencies.open_case(work.oakfield.members[act["by"]], work.case, act["words"])


def _emergency_review(work: Work, act: Act) -> None:
    """Said of the last time that nobody has looked at yet."""
    one = emergencies.to_review(emergencies.of_case(work.case))[0]
    emergencies.review(work.who(act), one, act["finding"], act["words"])


ACTS: Mapping[str, Callable[[Work, Act], None]] = {
    "grant": _grant,
    "grant end": _grant_end,
    "emergency": _emergency,
    "emergency review": _emergency_review,
}
