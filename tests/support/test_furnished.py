"""Every page of support, with everything there that it can show."""

from typing import Any

from portal.casefile import features
from portal.casefile.counts import counts_of
from portal.cases import service as cases
from portal.staff.roles import Role
from portal.support.models import (
    RestorativeMeeting,
    RestorativeView,
    SupportOffer,
    SupportReview,
)
from tests.factories import School
from tests.house.furnished_support import furnish_support
from tests.support.conftest import Look, here

CODES = {
    SupportOffer: "offers",
    SupportReview: "reviews",
    RestorativeView: "views",
    RestorativeMeeting: "meetings",
}


def test_every_page_shows_every_state(
    case: str, school: School, saved: Any, sign_in: Any, look: Look
) -> None:
    with saved():
        made = furnish_support(school, here(case))
    own = f"/cases/{case}/support"
    addresses = [own, f"{own}/begin", f"{own}/restorative", f"{own}/restorative/meeting"]
    addresses += [f"{own}/sanctions/new", f"{own}/milestones/new"]
    for one in made["support_id"]:
        addresses += [f"{own}/{one}"]
    first = made["support_id"][0]
    acts = ("change", "end", "offers/new", "reviews/new")
    addresses += [f"{own}/{first}/{act}" for act in acts]
    addresses += [f"{own}/offers/{one}/answer" for one in made["offer_id"]]
    addresses += [f"{own}/sanctions/{one}/correct" for one in made["sanction_id"]]
    for one in made["milestone_id"][:2]:
        addresses += [f"{own}/milestones/{one}/{act}" for act in ("move", "outcome")]
    with look() as now:
        for table, code in CODES.items():
            (record, *_) = cases.records_of(now, table)
            addresses.append(f"{own}/{code}/{record.id}/correct")
            addresses.append(f"/cases/{case}/versions/{table.__tablename__}/{record.id}")
    addresses += [f"/cases/{case}", f"/cases/{case}/chronology", "/today"]
    dsl, head = sign_in(Role.DSL), sign_in(Role.HEAD)
    for address in addresses:
        assert dsl.get(address).status == 200
    for address in (own, f"{own}/restorative", *(f"{own}/{one}" for one in made["support_id"])):
        head.get(address)
    page = dsl.get(own)
    for words in ("Review late", "What came of it?", "Moved from", "No support for now"):
        assert words in page.main_text
    with look() as now:
        assert counts_of(now).entries == len(features.entries(now))
