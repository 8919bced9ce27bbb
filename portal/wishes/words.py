"""Words for the codes of wishes, as staff read them."""

from collections.abc import Sequence

from portal.cases.models_wishes import Wishes
from portal.cases.words import HOW_ASKED, STANDINGS
from portal.clock import local
from portal.web.dates import plain_day
from portal.wishes.rules import ABOUT_THEM, Named

FIELDS = {
    "name": "Name",
    "standing": "Their wish",
    "knows_already": "Knows already",
    "how_much": "How much they may know",
    "support": "What they could do to help",
    "not_do": "What they should not do",
}
KINDS = {"added": "Named now", "taken_out": "No longer named", "changed": "Changed"}
GROUPS = (
    ("wanted", "Wants them to know"),
    ("rather_not", "Would rather they did not know"),
    ("knows", "Knows already"),
)
LEADS = "this person leads the work to keep you safe"


def how(visit: Wishes) -> str:
    """How and when the answers came; a paper that was typed up bears both of its times."""
    words = HOW_ASKED[visit.how]
    if visit.paper_on is not None:
        typed = local(visit.written_at)
        return (
            f"{words}: filled in on {plain_day(visit.paper_on)}, "
            f"typed up on {typed.day} {typed:%B %Y} at {typed:%H:%M}"
        )
    if visit.happened is None:
        return words
    at = visit.happened.at
    return f"{words} on {plain_day(visit.happened.on)}" + (f" at {at:%H:%M}" if at else "")


def say(field: str, value: str) -> str:
    """One side of a difference in words."""
    if field == "standing":
        return STANDINGS.get(value, value)
    return value.capitalize() if field == "knows_already" else value


def listed(people: Sequence[Named]) -> str:
    """The people of a visit in a few lines, for two texts side by side."""
    return "\n".join(
        f"{one.name}: {STANDINGS[one.standing].lower()}"
        + "".join(f"; {FIELDS[name].lower()}: {said}" for name, said in _said(one))
        for one in people
    )


def _said(one: Named) -> list[tuple[str, str]]:
    return [(name, getattr(one, name)) for name in ABOUT_THEM if getattr(one, name).strip()]
