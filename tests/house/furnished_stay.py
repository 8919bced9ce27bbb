"""What lasts longest in a case: families, support, wishes, plans, hand-overs, and their papers."""

from typing import Any
from uuid import UUID

from portal.casefile import family_papers, form_papers, help_papers, support_papers
from portal.casefile.forms_family import OWN_FILE
from portal.cases import service as cases
from portal.cases.models import Case
from portal.cases.service import get_in
from portal.family.models import FamilyContact
from tests.factories import School
from tests.house.furnished_family import family
from tests.house.furnished_handover import handovers
from tests.house.furnished_plans import plans
from tests.house.furnished_support import furnish_support
from tests.house.furnished_wishes import wishes


def stay(at: School, made: Case) -> dict[str, list[UUID]]:
    """All of it; the ids by the name that addresses give them, the one to work on first."""
    return {
        **family(at, made),
        **wishes(at, made),
        **furnish_support(at, made),
        **plans(at, made),
        **handovers(at, made),
    }


def papers(made: Case, ids: dict[str, list[UUID]]) -> list[dict[str, Any]]:
    """What a copy of each of their papers is made of."""
    contact = get_in(made, FamilyContact, ids["contact_id"][0])
    young = next(one for one in cases.people_in(made) if one.is_known)
    mine: dict[str, Any] = {"recipient_kind": OWN_FILE, "recipient": "The school’s own file"}
    return [
        mine
        | {
            "document": family_papers.LOG,
            "subject_id": contact.involved_id,
            "parts": [str(contact.carer_id)],
        },
        mine | {"document": support_papers.SUPPORT, "subject_id": ids["support_id"][0]},
        mine | {"document": form_papers.WISHES, "subject_id": ids["wishes_id"][0]},
        mine | {"document": form_papers.PLAN, "subject_id": ids["plan_id"][0]},
        mine | {"document": help_papers.HELP, "subject_id": young.id},
        mine | {"document": help_papers.HELP_OF_PLAN, "subject_id": ids["plan_id"][0]},
    ]
