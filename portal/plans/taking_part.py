"""Who could take part in a plan, and what must be known before somebody is asked to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from markupsafe import Markup

from portal.cases import preferences, sharing
from portal.cases.models import Case, Involved
from portal.cases.shown import sees_whole
from portal.people import service as people
from portal.people.models import Carer
from portal.plans.reading import Whole
from portal.plans.service import NewPerson
from portal.staff.viewer import viewer

ASK_LEAD = "ask the lead of the case before you contact them"
_ASK_LEAD = Markup("<bdi>{}</bdi>: {}.")
_NOT_CONTACTED = Markup("<bdi>{}</bdi> is not to be contacted.")
_RATHER_NOT = Markup("<bdi>{}</bdi> would rather that <bdi>{}</bdi> did not know.")


@dataclass
class Offered:
    """Colleagues and carers as choices, whom each means, and who is not offered and why."""

    choices: list[tuple[str, str]] = field(default_factory=list)
    people: dict[str, NewPerson] = field(default_factory=dict)
    keys: dict[tuple[UUID | None, UUID | None], str] = field(default_factory=dict)
    not_offered: list[str] = field(default_factory=list)

    def add(self, key: str, label: str, one: NewPerson) -> None:
        self.choices.append((key, label))
        self.people[key] = one
        self.keys[one.member_id, one.carer_id] = key


def offered(case: Case, involved: Involved) -> Offered:
    """The carers of a young person first, then every colleague who can be named."""
    found, rather_not = Offered(), _rather_not(case, involved)
    for link in carers_of(involved):
        name = link.carer.full_name
        if link.may_contact == "no":
            found.not_offered.append(name)
            continue
        first = f" ({ASK_LEAD})" if link.may_contact == "ask_lead" else ""
        one = NewPerson(name, link.relation, "carer", carer_id=link.id)
        marked = _marked(preferences.about(rather_not, person_id=link.carer_id, name=name))
        label = ", ".join(filter(None, (name, link.relation))) + first + marked
        found.add(f"carer:{link.id}", label, one)
    for colleague in sharing.could_be_named(viewer(), case):
        one = NewPerson(colleague.name, "", "staff", member_id=colleague.id)
        about = preferences.about(rather_not, member_id=colleague.id, name=colleague.name)
        found.add(f"member:{colleague.id}", colleague.name + _marked(about), one)
    return found


def _rather_not(
    case: Case, whose: Involved, everybody: Sequence[Involved] | None = None
) -> list[preferences.RatherNot]:
    """Who should rather not know; who holds the plan alone learns it of its young person alone."""
    found = preferences.rather_not(case, everybody)
    return [one for one in found if sees_whole() or one.whose.id == whose.id]


def _marked(rather_not: Sequence[preferences.RatherNot]) -> str:
    """What stands behind the name of somebody who should rather not know."""
    names = ", ".join(dict.fromkeys(one.whose.name for one in rather_not))
    return f" ({names} would rather they did not know)" if names else ""


def carers_of(involved: Involved) -> list[Carer]:
    return people.carers_of(involved.person_id) if involved.person_id else []


def at_first(found: Offered, member_id: UUID | None) -> list[dict[str, str]]:
    """Who stands in a new plan to begin with: whoever writes it, and the carers."""
    keys = [found.keys.get((member_id, None), "")]
    keys += [key for key in found.people if key.startswith("carer:")]
    return [
        {"who": key, "role": found.people[key].role, "voice": found.people[key].voice}
        for key in keys
        if key
    ]


def marks(case: Case, one: Whole, everybody: Sequence[Involved]) -> Mapping[UUID, list[Markup]]:
    """What must be known of somebody who takes part: who is not to be contacted, or not to know."""
    links = {link.id: link for link in carers_of(one.young)}
    rather_not = _rather_not(case, one.young, everybody)
    found = {}
    for person in one.people:
        link = links.get(person.carer_id) if person.carer_id else None
        said = [
            _RATHER_NOT.format(mark.whose.name, mark.name)
            for mark in preferences.about(
                rather_not,
                member_id=person.member_id,
                person_id=link.carer_id if link else None,
                name=person.name,
            )
        ]
        if link is not None and link.may_contact == "no":
            said.append(_NOT_CONTACTED.format(person.name))
        if link is not None and link.may_contact == "ask_lead":
            said.append(_ASK_LEAD.format(person.name, ASK_LEAD))
        found[person.id] = said
    return found
